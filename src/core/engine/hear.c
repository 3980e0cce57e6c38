/* hear: what an answer does to the machines that waited for it: it is asked again, or they go on. */
#include <math.h>
#include <string.h>

#include "engine/state.h"

/* One answer, for all machines that waited for it. */
typedef struct hearing {
  const ecs_answer *answer;
  double now, jitter; /* jitter < 0: not drawn yet */
  int cost;           /* of the retry; 0: not paid */
  int *quota;         /* of retries, of the API that answered */
  bool skewed;        /* the clock was the reason, and is set right now */
} hearing;

/* Whether the quota has enough for a retry of the request, which costs once for all machines. */
static bool affords(const hearing *h) { return h->cost > 0 || ecs_retry_cost(h->answer) <= *h->quota; }

/* The first of those that waited for the answer gives it back: they may be asked for in several requests from now on. */
static void borrow(ecs_machine *m, hearing *h) {
  m->ask.borrowed = h->cost > 0 ? 0 : ecs_retry_cost(h->answer);
  if (h->cost == 0)
    *h->quota -= h->cost = m->ask.borrowed;
}

/* A success gives back what its own last retry took, or one. */
static void pay_back(ecs_engine *engine, const ecs_flight *f) {
  int most = 1, *quota = ecs_pace_quota(&engine->pace, f->class);
  for (size_t i = 0; i < f->count; i++) {
    if (f->machines[i]->ask.borrowed > most)
      most = f->machines[i]->ask.borrowed;
    f->machines[i]->ask.borrowed = 0;
  }
  *quota = *quota + most > ECS_RETRY_QUOTA ? ECS_RETRY_QUOTA : *quota + most;
}

static void tell_retry(ecs_machine *m, const ecs_answer *answer, double delay, double now) {
  ecs_note *note = ecs_machine_event_of(m, now, "retrying");
  if (note == NULL)
    return;
  ecs_arena *arena = note->arena;
  ecs_value_set(arena, note->details, "operation", ecs_value_text(arena, m->ask.operation));
  ecs_value_set(arena, note->details, "code", ecs_value_text(arena, answer->code));
  ecs_value_set(arena, note->details, "delay", ecs_value_number(arena, delay));
  ecs_value_set(arena, note->details, "attempt", ecs_value_int(arena, m->ask.attempt));
  ecs_machine_tell(m, note);
}

/* Throttling is outlasted as long as there is time, and so is everything that passes while a machine waits. A read, which
** has no deadline of its own, takes thirty refusals, or ten minutes of them. Such retries cost nothing of the quota: those of
** a fleet would use it up, and then one passing error would end an apply. */
static bool outlasts(const ecs_machine *m, const ecs_answer *answer) {
  enum { READ_ATTEMPTS = 30 };
  if (!answer->passes || !(answer->kind == ECS_ANSWER_THROTTLED || m->ask.patient))
    return false;
  return m->ask.patient || m->verb->changes || m->ask.attempt < READ_ATTEMPTS;
}

static double patience_until(const ecs_machine *m) {
  enum { READ_SECONDS = 600 };
  bool endless = !m->ask.patient && !m->verb->changes;
  return endless ? fmin(m->deadline, m->ask.refused_at + READ_SECONDS) : m->deadline;
}

/* A request that found no server has done nothing. */
static bool may_have_arrived(const ecs_answer *answer) {
  return strcmp(answer->code, "Transport.dns") != 0 && strcmp(answer->code, "Transport.connect") != 0;
}

/* Whether to ask again, and then when; true when that was arranged. */
static bool try_again(ecs_engine *engine, ecs_machine *m, hearing *h) {
  const ecs_answer *answer = h->answer;
  if (engine->interrupted || (answer->kind != ECS_ANSWER_THROTTLED && answer->kind != ECS_ANSWER_TRANSIENT))
    return false;
  if (m->ask.once && answer->kind == ECS_ANSWER_TRANSIENT && may_have_arrived(answer))
    return false;
  int64_t most = ecs_value_int_or(ecs_outbox_option(&engine->outbox, "max_attempts"), ECS_RETRY_ATTEMPTS);
  bool free = outlasts(m, answer);
  if (++m->ask.attempt >= most && !free)
    return false;
  if (!free && !affords(h))
    return false;
  if (h->jitter < 0)
    h->jitter = ecs_retry_random(&engine->outbox.random);
  double delay = ecs_retry_delay(answer, m->ask.attempt, h->jitter);
  if (h->now + delay > patience_until(m))
    return false;
  if (!free)
    borrow(m, h);
  tell_retry(m, answer, delay, h->now);
  ecs_machine_again(m, h->now + delay);
  return true;
}

/* What is to be told, should the deadline pass. */
static void note(ecs_machine *m, const ecs_answer *answer, double now) {
  bool heard = answer->kind == ECS_ANSWER_OK;
  if (heard || m->ask.refused_at == 0)
    m->ask.refused_at = heard ? 0 : now;
  if (!heard)
    m->ask.refusal =
        ecs_arena_format(m->arena, "%s%s%s", answer->code, answer->message[0] == '\0' ? "" : ": ", answer->message);
  else if (m->ask.mutates)
    m->ask.refusal = NULL;
}

enum { MOST_CLOCKS = 3 }; /* a server of many clocks is not asked for ever */

static void hear_one(ecs_engine *engine, ecs_machine *m, hearing *h) {
  const ecs_answer *answer = h->answer;
  if (answer->request_id != NULL)
    m->ask.request_id = ecs_arena_text(m->arena, answer->request_id, strlen(answer->request_id));
  note(m, answer, h->now);
  if (engine->interrupted && strcmp(answer->code, "Transport.cancelled") == 0)
    return; /* nobody waited for the answer: the machine ends by the interruption */
  bool lost = answer->kind == ECS_ANSWER_TRANSIENT && may_have_arrived(answer);
  m->ask.unheard = m->ask.unheard || lost;
  if (h->skewed && !engine->interrupted && h->now < m->deadline && m->ask.clocks < MOST_CLOCKS) {
    m->ask.clocks++;
    ecs_machine_again(m, h->now);
    return;
  }
  if (m->ask.prove != NULL && h->now < m->deadline && lost) {
    ecs_machine_go(m, m->ask.prove, h->now);
    return;
  }
  if (try_again(engine, m, h))
    return;
  bool looked = m->ask.want == ECS_WANT_LOOK;
  m->ask.want = ECS_WANT_NOTHING;
  if (answer->kind == ECS_ANSWER_OK)
    m->ask.attempt = 0;
  const ecs_value *item = looked && answer->kind == ECS_ANSWER_OK ? m->kind->batch->pick(m, answer->body) : NULL;
  m->phase(m, h->now, answer, item);
}

/* The clock that requests are signed by: told to the caller, once for all requests that were refused for it. */
static void set_clock(ecs_engine *engine, ecs_machine *m, double skew, double now) {
  if (skew - engine->skew < 60 && engine->skew - skew < 60)
    return;
  engine->skew = skew;
  ecs_note *note = ecs_machine_note(m, ECS_ACTION_CLOCK, now);
  if (note == NULL)
    return;
  note->action.skew = skew;
  ecs_machine_tell(m, note);
}

/* What the answer says of the limits that all requests share. */
static void learn(ecs_engine *engine, const ecs_flight *f, const ecs_answer *answer, double now) {
  ecs_pace_heard(&engine->pace, f->class, answer->kind == ECS_ANSWER_THROTTLED, now);
  if (answer->unanswered && !may_have_arrived(answer))
    ecs_pace_give_back(&engine->pace, f->class, now);
  if (answer->kind == ECS_ANSWER_OK)
    pay_back(engine, f);
}

/* An answer to a look that lacks what each has is none. */
static void check_look(const ecs_flight *f, ecs_answer *answer) {
  const ecs_machine *m = f->machines[0];
  if (answer->kind != ECS_ANSWER_OK || m->ask.want != ECS_WANT_LOOK)
    return;
  const char *problem = m->kind->batch->problem(answer->body);
  if (problem != NULL)
    ecs_retry_invalid(answer, problem);
}

/* The flight of that id, taken out of those under way: it stands behind them until the next one is sent; or NULL. */
static const ecs_flight *land(ecs_engine *engine, int64_t id) {
  ecs_flight *flights = engine->flights, landed;
  size_t at = 0;
  while (at < engine->flying && flights[at].id != id)
    at++;
  if (at == engine->flying)
    return NULL;
  landed = flights[at];
  flights[at] = flights[--engine->flying];
  flights[engine->flying] = landed;
  return &flights[engine->flying];
}

static void hear(ecs_engine *engine, const ecs_flight *f, ecs_answer *answer, double now) {
  double skew;
  check_look(f, answer);
  learn(engine, f, answer, now);
  hearing h = {.answer = answer, .now = now, .jitter = -1, .quota = ecs_pace_quota(&engine->pace, f->class)};
  h.skewed = ecs_retry_skew(answer, now, f->skew, &skew);
  if (h.skewed)
    set_clock(engine, f->machines[0], skew, now);
  for (size_t i = 0; i < f->count; i++) {
    f->machines[i]->ask.flying = 0;
    hear_one(engine, f->machines[i], &h);
    ecs_engine_settle(engine, f->machines[i]);
  }
}

/* The request of that id, at `*now`, which does not go back; NULL: none is under way. */
static const ecs_flight *begin(ecs_engine *engine, int64_t id, double *now) {
  if (*now < engine->now)
    *now = engine->now;
  engine->now = *now;
  ecs_arena_reset(engine->heard);
  return land(engine, id);
}

static ecs_status end(const ecs_engine *engine) {
  return ecs_engine_exhausted(engine) || ecs_arena_failed(engine->heard) ? ECS_NOMEM : ECS_OK;
}

ecs_status ecs_engine_answer(ecs_engine *engine, int64_t id, int status, const ecs_value *headers,
                             const ecs_value *body, double now) {
  ecs_answer answer;
  const ecs_flight *f = begin(engine, id, &now);
  if (f == NULL)
    return ECS_INVALID;
  const ecs_machine *m = f->machines[0];
  ecs_retry_read(engine->heard, m->ask.api->title, m->kind->forms, status, headers, body, &answer);
  hear(engine, f, &answer, now);
  return end(engine);
}

ecs_status ecs_engine_failed(ecs_engine *engine, int64_t id, const char *kind, const char *message, double now) {
  ecs_answer answer;
  const ecs_flight *f = begin(engine, id, &now);
  if (f == NULL)
    return ECS_INVALID;
  ecs_retry_failed(engine->heard, kind, message, &answer);
  hear(engine, f, &answer, now);
  return end(engine);
}

/* hear: what an answer does to the machines that waited for it: it is asked again, or they go on. */
#include <math.h>
#include <string.h>

#include "engine/state.h"

/* One answer, for all machines that waited for it. */
typedef struct hearing {
  const ecs_answer *answer;
  double now, jitter; /* jitter < 0: not drawn yet */
  int cost;           /* of the retry; 0: not paid */
  bool skewed;        /* the clock was the reason, and is set right now */
} hearing;

/* Whether the quota has enough for a retry of the request, which costs once for all machines. */
static bool affords(const ecs_engine *engine, const hearing *h) {
  return h->cost > 0 || ecs_retry_cost(h->answer) <= engine->quota;
}

/* The first of those that waited for the answer gives it back: they may be asked for in several requests from now on. */
static void borrow(ecs_engine *engine, ecs_machine *m, hearing *h) {
  m->borrowed = h->cost > 0 ? 0 : ecs_retry_cost(h->answer);
  if (h->cost == 0)
    engine->quota -= h->cost = m->borrowed;
}

/* A success gives back what its own last retry took, or one. */
static void pay_back(ecs_engine *engine, const ecs_flight *f) {
  int most = 1;
  for (size_t i = 0; i < f->count; i++) {
    if (f->machines[i]->borrowed > most)
      most = f->machines[i]->borrowed;
    f->machines[i]->borrowed = 0;
  }
  engine->quota = engine->quota + most > ECS_RETRY_QUOTA ? ECS_RETRY_QUOTA : engine->quota + most;
}

static void tell_retry(ecs_machine *m, const ecs_answer *answer, double delay, double now) {
  ecs_value *map;
  ecs_arena *arena = ecs_machine_action(m, "event", now, &map);
  if (arena == NULL)
    return;
  ecs_value_set(arena, map, "type", ecs_value_text(arena, "retrying"));
  ecs_value_set(arena, map, "operation", ecs_value_text(arena, m->operation));
  ecs_value_set(arena, map, "code", ecs_value_text(arena, answer->code));
  ecs_value_set(arena, map, "delay", ecs_value_number(arena, delay));
  ecs_value_set(arena, map, "attempt", ecs_value_int(arena, m->attempt));
  ecs_machine_queue(m, arena, map);
}

/* Throttling is outlasted as long as there is time, and so is everything that passes while a machine waits. A read, which
** has no deadline of its own, takes thirty refusals, or ten minutes of them. Such retries cost nothing of the quota: those of
** a fleet would use it up, and then one passing error would end an apply. */
static bool outlasts(const ecs_machine *m, const ecs_answer *answer) {
  enum { READ_ATTEMPTS = 30 };
  if (!answer->passes || !(answer->kind == ECS_ANSWER_THROTTLED || m->patient))
    return false;
  return m->patient || ecs_engine_changes(m) || m->attempt < READ_ATTEMPTS;
}

static double patience_until(const ecs_machine *m) {
  enum { READ_SECONDS = 600 };
  bool endless = !m->patient && !ecs_engine_changes(m);
  return endless ? fmin(m->deadline, m->refused_at + READ_SECONDS) : m->deadline;
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
  if (m->once && answer->kind == ECS_ANSWER_TRANSIENT && may_have_arrived(answer))
    return false;
  int64_t most = ecs_value_int_or(ecs_value_get(engine->options, "max_attempts"), ECS_RETRY_ATTEMPTS);
  bool free = outlasts(m, answer);
  if (++m->attempt >= most && !free)
    return false;
  if (!free && !affords(engine, h))
    return false;
  if (h->jitter < 0)
    h->jitter = ecs_retry_random(&engine->random);
  double delay = ecs_retry_delay(answer, m->attempt, h->jitter);
  if (h->now + delay > patience_until(m))
    return false;
  if (!free)
    borrow(engine, m, h);
  tell_retry(m, answer, delay, h->now);
  ecs_machine_again(m, h->now + delay);
  return true;
}

/* The service of a machine among those answered: by name, or by ARN. */
static const ecs_value *mine(const ecs_machine *m, const ecs_value *body) {
  const ecs_value *services = ecs_value_get(body, "services");
  for (size_t i = 0; i < ecs_value_count(services); i++) {
    const ecs_value *service = ecs_value_at(services, i);
    if (ecs_schema_is_service(service, m->service))
      return service;
  }
  return NULL;
}

/* What is to be told, should the deadline pass. */
static void note(ecs_machine *m, const ecs_answer *answer, double now) {
  bool heard = answer->kind == ECS_ANSWER_OK;
  if (heard || m->refused_at == 0)
    m->refused_at = heard ? 0 : now;
  if (!heard)
    m->refusal =
        ecs_arena_format(m->arena, "%s%s%s", answer->code, answer->message[0] == '\0' ? "" : ": ", answer->message);
  else if (m->mutates)
    m->refusal = NULL;
}

enum { MOST_CLOCKS = 3 }; /* a server of many clocks is not asked for ever */

static void hear_one(ecs_engine *engine, ecs_machine *m, hearing *h) {
  const ecs_answer *answer = h->answer;
  if (answer->request_id != NULL)
    m->request_id = ecs_arena_text(m->arena, answer->request_id, strlen(answer->request_id));
  note(m, answer, h->now);
  if (engine->interrupted && strcmp(answer->code, "Transport.cancelled") == 0)
    return; /* nobody waited for the answer: the machine ends by the interruption */
  bool lost = answer->kind == ECS_ANSWER_TRANSIENT && may_have_arrived(answer);
  m->unheard = m->unheard || lost;
  if (h->skewed && !engine->interrupted && h->now < m->deadline && m->clocks < MOST_CLOCKS) {
    m->clocks++;
    ecs_machine_again(m, h->now);
    return;
  }
  if (m->prove != NULL && h->now < m->deadline && lost) {
    ecs_machine_go(m, m->prove, h->now);
    return;
  }
  if (try_again(engine, m, h))
    return;
  bool described = m->want == ECS_WANT_DESCRIBE;
  m->want = ECS_WANT_NOTHING;
  if (answer->kind == ECS_ANSWER_OK)
    m->attempt = 0;
  const ecs_value *service = described && answer->kind == ECS_ANSWER_OK ? mine(m, answer->body) : NULL;
  if (service != NULL)
    m->all_tags = !ecs_value_true(ecs_machine_option(m, "without_tags"));
  m->phase(m, h->now, answer, service);
}

/* The clock that requests are signed by: told to the caller, once for all requests that were refused for it. */
static void set_clock(ecs_engine *engine, ecs_machine *m, double skew, double now) {
  ecs_value *map;
  if (skew - engine->skew < 60 && engine->skew - skew < 60)
    return;
  engine->skew = skew;
  ecs_arena *arena = ecs_machine_action(m, "clock", now, &map);
  if (arena == NULL)
    return;
  ecs_value_set(arena, map, "skew", ecs_value_number(arena, skew));
  ecs_machine_queue(m, arena, map);
}

static ecs_status hear(ecs_engine *engine, int64_t id, const ecs_answer *answer, double now) {
  double skew;
  size_t at = 0;
  if (now < engine->now)
    now = engine->now;
  engine->now = now;
  while (at < engine->flying && engine->flights[at].id != id)
    at++;
  if (at < engine->flying) {
    ecs_flight f = engine->flights[at];
    ecs_answer read = *answer;
    if (read.kind == ECS_ANSWER_OK && f.machines[0]->want == ECS_WANT_DESCRIBE &&
        ecs_value_is_null(ecs_value_get(read.body, "services")))
      ecs_retry_invalid(&read, "the answer names no services, not even none");
    answer = &read;
    hearing h = {.answer = answer, .now = now, .jitter = -1};
    engine->flights[at] = engine->flights[--engine->flying];
    ecs_rate_heard(&engine->rate, answer->kind == ECS_ANSWER_THROTTLED, now);
    if (answer->kind == ECS_ANSWER_THROTTLED)
      ecs_pace_refused(&engine->pace, f.class, now);
    if (answer->unanswered && !may_have_arrived(answer))
      ecs_pace_give_back(&engine->pace, f.class, now);
    if (answer->kind == ECS_ANSWER_OK)
      pay_back(engine, &f);
    h.skewed = ecs_retry_skew(answer, now, f.skew, &skew);
    if (h.skewed)
      set_clock(engine, f.machines[0], skew, now);
    for (size_t i = 0; i < f.count; i++) {
      f.machines[i]->flying = 0;
      hear_one(engine, f.machines[i], &h);
      ecs_engine_settle(engine, f.machines[i]);
    }
  }
  return ecs_engine_exhausted(engine) || ecs_arena_failed(engine->heard) ? ECS_NOMEM : ECS_OK;
}

ecs_status ecs_engine_answer(ecs_engine *engine, int64_t id, int status, const ecs_value *headers,
                             const ecs_value *body, double now) {
  ecs_answer answer;
  ecs_arena_reset(engine->heard);
  ecs_retry_read(engine->heard, status, headers, body, &answer);
  return hear(engine, id, &answer, now);
}

ecs_status ecs_engine_failed(ecs_engine *engine, int64_t id, const char *kind, const char *message, double now) {
  ecs_answer answer;
  ecs_arena_reset(engine->heard);
  ecs_retry_failed(engine->heard, kind, message, &answer);
  return hear(engine, id, &answer, now);
}

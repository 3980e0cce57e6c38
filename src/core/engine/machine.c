#include "engine/machine.h"

#include <math.h>
#include <string.h>

#include "base/json_write.h"

void ecs_machine_go(ecs_machine *m, ecs_phase *phase, double now) {
  m->phase = phase;
  m->ask.want = ECS_WANT_NOTHING;
  m->ask.attempt = 0;
  m->ask.patient = false;
  m->ask.prove = NULL;
  phase(m, now, NULL, NULL);
}

/* What is asked from here on is another request than before. */
static void fresh(ecs_machine *m, ecs_want want, const ecs_api *api, double due) {
  ecs_ask *ask = &m->ask;
  ask->api = api;
  ask->want = ask->repeats = want;
  ask->due = due;
  ask->polling = false;
  ask->tries = ask->clocks = 0;
  ask->borrowed = 0;
  ask->unheard = false;
  ask->request_id = NULL;
}

void ecs_machine_look(ecs_machine *m, double due) {
  fresh(m, ECS_WANT_LOOK, m->kind->apis[0], due);
  m->ask.operation = m->kind->batch->operation;
  m->ask.mutates = false;
}

void ecs_machine_poll(ecs_machine *m, double due, double now) {
  ecs_machine_look(m, fmin(due, m->deadline));
  m->ask.polling = true;
  m->course.looked = now;
  double times[ECS_FLEET_TIMES];
  ecs_fleet_times(m->fleet, &m->course, m->ask.due, times);
  for (size_t i = 0; i < ECS_FLEET_TIMES; i++)
    m->standing.polls[i].due = isinf(times[i]) ? times[i] : fmin(times[i], m->deadline);
}

/* A reset forgets that memory was short: what was built there is wrong all the same, and the engine must know. */
static ecs_arena *cleared(ecs_machine *m, ecs_arena *arena) {
  if (ecs_arena_failed(arena))
    m->outbox->exhausted = true;
  ecs_arena_reset(arena);
  return arena;
}

ecs_arena *ecs_machine_asking(ecs_machine *m) { return cleared(m, m->asked); }

ecs_arena *ecs_machine_seeing(ecs_machine *m) { return cleared(m, m->latest); }

void ecs_machine_ask(ecs_machine *m, const char *operation, const ecs_value *body, bool mutates, double due) {
  ecs_machine_ask_of(m, m->kind->apis[0], operation, body, mutates, due);
}

void ecs_machine_ask_of(ecs_machine *m, const ecs_api *api, const char *operation, const ecs_value *body, bool mutates,
                        double due) {
  fresh(m, ECS_WANT_REQUEST, api, due);
  m->ask.operation = operation;
  m->ask.body = ecs_json_write(m->asked, body, 0, &m->ask.body_size);
  m->ask.mutates = mutates;
}

void ecs_machine_again(ecs_machine *m, double due) {
  m->ask.want = m->ask.repeats;
  m->ask.due = fmin(due, m->deadline); /* the last try is made at the deadline */
  m->ask.polling = false;
}

/* That the operation is for: the kind's own, unless it names another. */
static const ecs_api *called(const ecs_machine *m) {
  const char *name = ecs_value_text_or(ecs_value_get(m->op, "api"), NULL);
  const ecs_api *const *api = m->kind->apis;
  while (name != NULL && *api != NULL && strcmp((*api)->name, name) != 0)
    api++;
  return *api == NULL ? m->kind->apis[0] : *api;
}

static void call(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *item) {
  (void)item;
  if (answer == NULL) {
    bool mutates = ecs_value_true(ecs_value_get(m->op, "mutates"));
    ecs_machine_asking(m);
    ecs_machine_ask_of(m, called(m), ecs_value_text_or(ecs_value_get(m->op, "operation"), ""),
                       ecs_value_get(m->op, "body"), mutates, now);
    m->ask.once = mutates;
  } else if (answer->kind != ECS_ANSWER_OK) {
    ecs_machine_refuse(m, now, answer);
  } else {
    m->answer = answer->body;
    ecs_machine_done(m, now, "called");
  }
}

void ecs_machine_call(ecs_machine *m, double now) { ecs_machine_go(m, call, now); }

ecs_note *ecs_machine_note(ecs_machine *m, ecs_action_kind kind, double now) {
  return ecs_outbox_note(m->outbox, kind, m->address, now);
}

ecs_note *ecs_machine_event_of(ecs_machine *m, double now, const char *type) {
  ecs_note *note = ecs_machine_note(m, ECS_ACTION_EVENT, now);
  if (note != NULL)
    ecs_value_set(note->arena, note->details, "type", ecs_value_text(note->arena, type));
  return note;
}

void ecs_machine_detail(ecs_note *note, const ecs_value *map) {
  for (size_t i = 0; i < ecs_value_count(map); i++) {
    const ecs_entry *entry = &map->as.map.entries[i];
    ecs_value_set(note->arena, note->details, entry->key, ecs_value_copy(note->arena, entry->value));
  }
}

void ecs_machine_tell(ecs_machine *m, ecs_note *note) { ecs_outbox_put(m->outbox, note); }

void ecs_machine_event(ecs_machine *m, double now, const char *type, const char *key, const char *text) {
  ecs_note *note = ecs_machine_event_of(m, now, type);
  if (note == NULL)
    return;
  if (key != NULL)
    ecs_value_set(note->arena, note->details, key, ecs_value_text(note->arena, text));
  ecs_machine_tell(m, note);
  m->told_at = now;
}

static void end(ecs_machine *m, ecs_life life) {
  m->life = life;
  m->ask.want = ECS_WANT_NOTHING;
  m->ask.flying = 0;
}

static void tell_end(ecs_machine *m, ecs_note *note, bool ok) {
  note->action.ok = ok;
  if (m->kind->tell != NULL)
    m->kind->tell(m, note->arena, note->details, ok);
  ecs_machine_tell(m, note);
}

void ecs_machine_done(ecs_machine *m, double now, const char *outcome) {
  ecs_note *note = ecs_machine_note(m, ECS_ACTION_DONE, now);
  end(m, ECS_LIFE_DONE);
  if (note == NULL)
    return;
  ecs_value_set(note->arena, note->details, "outcome", ecs_value_text(note->arena, outcome));
  if (m->answer != NULL)
    ecs_value_set(note->arena, note->details, "answer", ecs_value_copy(note->arena, m->answer));
  tell_end(m, note, true);
}

ecs_value *ecs_machine_error(ecs_machine *m, const char *code, const char *hint, const char *format, ...) {
  ecs_value *error = ecs_value_map(m->arena);
  va_list arguments;
  va_start(arguments, format);
  ecs_value_set(m->arena, error, "message", ecs_value_text(m->arena, ecs_arena_vformat(m->arena, format, arguments)));
  va_end(arguments);
  ecs_value_set(m->arena, error, "code", ecs_value_text(m->arena, code));
  if (hint != NULL)
    ecs_value_set(m->arena, error, "hint", ecs_value_text(m->arena, hint));
  ecs_value_set(m->arena, error, m->kind->name, ecs_value_text(m->arena, m->address));
  return error;
}

void ecs_machine_fail(ecs_machine *m, double now, ecs_value *error) {
  if (m->kind->failing != NULL)
    m->kind->failing(m, now, error);
  ecs_note *note = ecs_machine_note(m, ECS_ACTION_DONE, now);
  end(m, ECS_LIFE_FAILED);
  if (note == NULL)
    return;
  ecs_value_set(note->arena, note->details, "error", ecs_value_copy(note->arena, error));
  tell_end(m, note, false);
}

/* What may be done about refusals that every service of AWS has. */
static const char *common_hint(ecs_machine *m, const ecs_answer *answer) {
  const char *code = answer->code;
  if (strcmp(code, "AccessDeniedException") == 0 || strcmp(code, "AccessDenied") == 0)
    return ecs_arena_format(m->arena, "allow %s:%s to the role or user that runs this", m->ask.api->name,
                            m->ask.operation);
  if (strstr(code, "ExpiredToken") != NULL)
    return "the credentials have expired: log in again";
  if (strcmp(code, "UnrecognizedClientException") == 0 || strcmp(code, "InvalidClientTokenId") == 0)
    return "AWS does not know the access key: look at the credentials and the region";
  if (strstr(code, "Signature") != NULL)
    return "the secret access key does not belong to the access key, or this machine's clock is wrong";
  if (strncmp(code, "Transport.", 10) == 0)
    return "see whether the endpoint can be reached from here";
  return NULL;
}

static const char *hint_for(ecs_machine *m, const ecs_answer *answer) {
  const char *hint = m->kind->hint == NULL ? NULL : m->kind->hint(m, answer);
  return hint == NULL ? common_hint(m, answer) : hint;
}

/* Only what AWS decided is called refused. */
static const char *fate_of(ecs_machine *m, const ecs_answer *answer) {
  bool open = m->ask.mutates && m->ask.unheard && answer->kind != ECS_ANSWER_REFUSED;
  const char *fate = answer->unanswered                             ? "was not answered"
                     : open || answer->kind == ECS_ANSWER_TRANSIENT ? "failed"
                                                                    : "was refused";
  const char *tries = m->ask.tries < 2 ? "" : ecs_arena_format(m->arena, " after %u attempts", m->ask.tries);
  return ecs_arena_format(m->arena, "%s%s%s%s", fate, open ? ", and may have been carried out" : "",
                          open && m->ask.tries > 1 ? "," : "", tries == NULL ? "" : tries);
}

ecs_value *ecs_machine_refusal(ecs_machine *m, const ecs_answer *answer) {
  const char *where = m->kind->where == NULL ? "" : m->kind->where(m), *fate = fate_of(m, answer);
  ecs_value *error = ecs_machine_error(m, answer->code, hint_for(m, answer), "%s%s%s %s: %s%s%s", m->ask.operation,
                                       where[0] == '\0' ? "" : " of ", where, fate == NULL ? "" : fate, answer->code,
                                       answer->message[0] == '\0' ? "" : ": ", answer->message);
  ecs_value_set(m->arena, error, "attempts", ecs_value_int(m->arena, m->ask.tries));
  ecs_value_set(m->arena, error, "operation", ecs_value_text(m->arena, m->ask.operation));
  if (answer->status != 0)
    ecs_value_set(m->arena, error, "http_status", ecs_value_int(m->arena, answer->status));
  if (m->ask.request_id != NULL)
    ecs_value_set(m->arena, error, "request_id", ecs_value_text(m->arena, m->ask.request_id));
  ecs_value_set(m->arena, error, "retryable", ecs_value_bool(m->arena, answer->kind != ECS_ANSWER_REFUSED));
  if (m->kind->refusal != NULL)
    m->kind->refusal(m, error, answer);
  return error;
}

void ecs_machine_refuse(ecs_machine *m, double now, const ecs_answer *answer) {
  ecs_machine_fail(m, now, ecs_machine_refusal(m, answer));
}

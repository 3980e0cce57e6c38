#include "engine/engine.h"

#include <math.h>
#include <string.h>

#include "base/json_write.h"
#include "engine/options.h"
#include "engine/state.h"

static const double together = 0.5; /* polls due within this many seconds share a call */

ecs_value *ecs_engine_learned(const ecs_engine *engine, ecs_arena *arena) {
  return ecs_pace_learned(arena, &engine->pace);
}

/* Bounded by its row; 1 when there was no memory for it. */
static size_t limit(const ecs_outbox *outbox, const char *name) {
  return (size_t)ecs_value_int_or(ecs_outbox_option(outbox, name), 1);
}

static void fill_outbox(ecs_outbox *outbox, ecs_arena *arena, const ecs_allocator *allocator,
                        const ecs_value *options) {
  outbox->allocator = ecs_allocator_or_default(allocator);
  outbox->options = ecs_engine_options(arena, options);
  outbox->context.partition = ecs_value_text_or(ecs_outbox_option(outbox, "partition"), NULL);
  outbox->context.region = ecs_value_text_or(ecs_outbox_option(outbox, "region"), NULL);
  outbox->context.account_id = ecs_value_text_or(ecs_outbox_option(outbox, "account_id"), NULL);
  outbox->random = (uint64_t)ecs_value_int_or(ecs_outbox_option(outbox, "seed"), 1);
}

static bool take_kinds(ecs_engine *engine, const ecs_engine_kind *const *kinds) {
  size_t count = 0;
  while (kinds[count] != NULL)
    count++;
  engine->kinds = ecs_arena_take(engine->arena, (count + 1) * sizeof *engine->kinds);
  if (engine->kinds == NULL)
    return false;
  memcpy(engine->kinds, kinds, count * sizeof *engine->kinds);
  return ecs_queue_init(&engine->queue, engine->arena, &engine->pace, kinds, count);
}

/* The APIs of all kinds, each once, into a list with room for them; how many. */
static size_t list_apis(const ecs_engine_kind *const *kinds, const ecs_api **apis) {
  size_t count = 0;
  for (; *kinds != NULL; kinds++) {
    for (const ecs_api *const *api = (*kinds)->apis; *api != NULL; api++) {
      size_t i = 0;
      while (i < count && apis[i] != *api)
        i++;
      apis[i] = *api;
      count += i == count;
    }
  }
  return count;
}

static size_t most_apis(const ecs_engine_kind *const *kinds) {
  size_t count = 0;
  for (; *kinds != NULL; kinds++) {
    for (const ecs_api *const *api = (*kinds)->apis; *api != NULL; api++)
      count++;
  }
  return count;
}

static bool take_apis(ecs_engine *engine, const ecs_engine_kind *const *kinds) {
  const ecs_outbox *outbox = &engine->outbox;
  const ecs_pace_settings settings = {
      .option = ecs_outbox_option(outbox, "pace"),
      .learned = ecs_outbox_option(outbox, "learned"),
      .adaptive = ecs_value_is_text(ecs_outbox_option(outbox, "retry_mode"), "adaptive"),
  };
  const ecs_api **apis = ecs_arena_take(engine->arena, most_apis(kinds) * sizeof *apis);
  return apis != NULL && ecs_pace_init(&engine->pace, engine->arena, apis, list_apis(kinds, apis), &settings);
}

/* Room for the machines of each flight, too. */
static bool take_flights(ecs_engine *engine) {
  size_t most = 1, count = engine->most_flying;
  for (size_t i = 0; engine->kinds[i] != NULL; i++) {
    const ecs_batch *batch = engine->kinds[i]->batch;
    most = batch != NULL && batch->most > most ? batch->most : most;
  }
  engine->flights = ecs_arena_take(engine->arena, count * sizeof *engine->flights);
  ecs_machine **room = ecs_arena_take(engine->arena, count * most * sizeof *room);
  for (size_t i = 0; engine->flights != NULL && room != NULL && i < count; i++)
    engine->flights[i].machines = room + i * most;
  return engine->flights != NULL && room != NULL;
}

ecs_engine *ecs_engine_new(const ecs_allocator *allocator, const ecs_engine_kind *const *kinds,
                           const ecs_value *options) {
  const char *refused;
  if (kinds[0] == NULL || ecs_engine_options_problem(options, &refused) != NULL)
    return NULL;
  ecs_arena *arena = ecs_arena_new(allocator);
  ecs_engine *engine = arena == NULL ? NULL : ecs_arena_take(arena, sizeof *engine);
  if (engine == NULL) {
    ecs_arena_free(arena);
    return NULL;
  }
  ecs_outbox *outbox = &engine->outbox;
  engine->arena = arena;
  engine->spoken = ecs_arena_new(allocator);
  engine->heard = ecs_arena_new(allocator);
  fill_outbox(outbox, arena, allocator, options);
  engine->skew = ecs_outbox_number(outbox, "skew", 0);
  engine->most_flying = limit(outbox, "in_flight");
  engine->most_changing = limit(outbox, "concurrency");
  if (!take_apis(engine, kinds) || !take_kinds(engine, kinds) || !take_flights(engine) || engine->spoken == NULL ||
      engine->heard == NULL || ecs_arena_failed(arena)) {
    ecs_engine_free(engine);
    return NULL;
  }
  return engine;
}

static void free_machine(ecs_machine *m) {
  ecs_arena_free(m->asked);
  ecs_arena_free(m->latest);
  ecs_arena_free(m->arena);
}

void ecs_engine_free(ecs_engine *engine) {
  if (engine == NULL)
    return;
  for (ecs_note *note; (note = ecs_outbox_take(&engine->outbox)) != NULL;)
    ecs_arena_free(note->arena);
  for (size_t i = 0; i < engine->count; i++)
    free_machine(engine->machines[i]);
  ecs_arena_free(engine->spoken);
  ecs_arena_free(engine->heard);
  ecs_arena_free(engine->arena);
}

/* Adding. */

/* Of the kind that the operation names, or of the first; its place among the engine's, or that of the NULL behind them. */
static size_t find_kind(const ecs_engine *engine, const ecs_value *operation) {
  const char *name = ecs_value_text_or(ecs_value_get(operation, "kind"), NULL);
  size_t i = 0;
  while (name != NULL && engine->kinds[i] != NULL && strcmp(engine->kinds[i]->name, name) != 0)
    i++;
  return i;
}

static const ecs_verb *find_verb(const ecs_engine_kind *kind, const ecs_value *operation) {
  const char *action = ecs_value_text_or(ecs_value_get(operation, "action"), "");
  const ecs_verb *verb = kind == NULL ? NULL : kind->verbs;
  while (verb != NULL && verb->name != NULL && strcmp(verb->name, action) != 0)
    verb++;
  return verb == NULL || verb->name == NULL ? NULL : verb;
}

/* What it is found by: its address, unless another operation on the same thing has that. */
static const char *key_of(const ecs_value *operation) {
  const char *address = ecs_value_text_or(ecs_value_get(operation, "address"), "");
  return ecs_value_text_or(ecs_value_get(operation, "key"), address);
}

static bool make_room(ecs_engine *engine) {
  if (engine->count < engine->room)
    return true;
  size_t room = engine->room == 0 ? 16 : engine->room * 2;
  ecs_machine **wider = ecs_arena_take(engine->arena, room * sizeof *wider);
  if (wider == NULL)
    return false;
  if (engine->count > 0)
    memcpy(wider, engine->machines, engine->count * sizeof *wider);
  engine->machines = wider;
  engine->room = room;
  return true;
}

/* With its kind's part, for an operation that lives as long as the machine. */
static ecs_machine *machine_for(ecs_engine *engine, ecs_arena *arena, size_t kind, const ecs_value *operation) {
  ecs_machine *m = ecs_arena_take(arena, sizeof *m);
  if (m == NULL)
    return NULL;
  *m = (ecs_machine){.outbox = &engine->outbox, .kind = engine->kinds[kind], .arena = arena, .op = operation};
  m->verb = find_verb(m->kind, operation);
  m->address = ecs_value_text_or(ecs_value_get(operation, "address"), "");
  m->own = ecs_arena_take(arena, m->kind->size);
  m->standing.looks = &engine->queue.looks[kind];
  m->fleet = &m->standing.looks->fleet;
  m->standing.node.owner = m;
  m->standing.node.order = engine->count;
  for (size_t i = 0; i < ECS_FLEET_TIMES; i++)
    m->standing.polls[i] = m->standing.node;
  m->standing.turn = m->standing.node;
  return m;
}

static ecs_status add(ecs_engine *engine, const ecs_value *operation, bool copied) {
  const char *address = ecs_value_text_or(ecs_value_get(operation, "address"), NULL);
  size_t kind = find_kind(engine, operation);
  if (address == NULL || find_verb(engine->kinds[kind], operation) == NULL ||
      ecs_table_get(&engine->addresses, key_of(operation)) != NULL)
    return ECS_INVALID;
  const ecs_allocator *allocator = &engine->outbox.allocator;
  ecs_arena *arena = ecs_arena_new(allocator), *asked = ecs_arena_new(allocator), *latest = ecs_arena_new(allocator);
  const ecs_value *op = copied && arena != NULL ? ecs_value_copy(arena, operation) : operation;
  ecs_machine *m = arena == NULL || ecs_arena_failed(arena) ? NULL : machine_for(engine, arena, kind, op);
  if (m == NULL || asked == NULL || latest == NULL || ecs_arena_failed(arena) || !make_room(engine) ||
      !ecs_table_add(&engine->addresses, engine->arena, key_of(op), m)) {
    ecs_arena_free(asked);
    ecs_arena_free(latest);
    ecs_arena_free(arena);
    return ECS_NOMEM;
  }
  m->asked = asked;
  m->latest = latest;
  if (m->kind->setup != NULL)
    m->kind->setup(m);
  engine->machines[engine->count++] = m;
  engine->waiting++;
  return ECS_OK;
}

ecs_status ecs_engine_add(ecs_engine *engine, const ecs_value *operation) { return add(engine, operation, true); }

ecs_status ecs_engine_borrow(ecs_engine *engine, const ecs_value *operation) { return add(engine, operation, false); }

/* Sending. */

static void speak(ecs_engine *engine, ecs_machine *m, const char *body, size_t size, double now) {
  const char *token = ecs_value_text_or(ecs_value_get(m->op, "client_token"), NULL);
  engine->action = (ecs_action){
      .kind = ECS_ACTION_SEND,
      .address = m->address,
      .at = now,
      .id = m->ask.flying,
      .api = m->ask.api->name,
      .operation = m->ask.operation,
      .body = body,
      .body_size = size,
      .mutates = m->ask.mutates,
      .client_token = m->ask.mutates ? token : NULL,
  };
}

static void speak_look(ecs_engine *engine, const ecs_flight *f, ecs_machine *leader, double now) {
  ecs_arena *arena = engine->spoken;
  size_t size = 0;
  const ecs_value *body = leader->kind->batch->body(arena, f->machines, f->count);
  const char *text = ecs_json_write(arena, body, 0, &size);
  speak(engine, leader, text, size, now);
}

static bool send(ecs_engine *engine, double now) {
  if (engine->flying == engine->most_flying)
    return false;
  ecs_machine *m = ecs_queue_first(&engine->queue, now);
  if (m == NULL)
    return false;
  ecs_flight *f = &engine->flights[engine->flying++];
  f->id = ++engine->requests;
  f->skew = engine->skew;
  f->class = m->standing.class;
  f->count = ecs_queue_take(&engine->queue, m, now + together, f->machines);
  for (size_t i = 0; i < f->count; i++) {
    f->machines[i]->ask.flying = f->id;
    f->machines[i]->ask.tries++;
  }
  if (m->ask.polling)
    ecs_fleet_take(m->fleet, now);
  ecs_pace_take(&engine->pace, f->class, now);
  if (m->ask.want == ECS_WANT_LOOK)
    speak_look(engine, f, m, now);
  else
    speak(engine, m, m->ask.body, m->ask.body_size, now);
  return true;
}

static void rest(ecs_engine *engine, double now) {
  double until = engine->flying == engine->most_flying ? INFINITY : ecs_queue_due(&engine->queue, now);
  until = fmin(until, ecs_queue_patience(&engine->queue));
  engine->action = (ecs_action){.kind = ECS_ACTION_IDLE};
  if (engine->running + engine->held > 0)
    engine->action = (ecs_action){.kind = ECS_ACTION_SLEEP, .until = isinf(until) ? now + 60 : until};
}

/* One of the outbox, or NULL. */
static const ecs_action *pop(ecs_engine *engine) {
  ecs_note *note = ecs_outbox_take(&engine->outbox);
  if (note == NULL)
    return NULL;
  ecs_arena_free(engine->spoken);
  engine->spoken = note->arena;
  return &note->action;
}

static void interrupt_idle(ecs_engine *engine, double now) {
  for (size_t i = 0; i < engine->count; i++) {
    ecs_machine *m = engine->machines[i];
    if (m->ask.flying != 0 || m->life == ECS_LIFE_DONE || m->life == ECS_LIFE_FAILED)
      continue;
    const char *hint = "the next plan shows what is left to do";
    const char *left = m->life == ECS_LIFE_WAITING ? "it was not begun" : m->kind->left(m, &hint);
    ecs_engine_fail(engine, m, now, ecs_machine_error(m, "Interrupted", hint, "interrupted: %s", left));
  }
}

static void end_overdue(ecs_engine *engine, double now) {
  for (ecs_machine *m; (m = ecs_queue_overdue(&engine->queue, now)) != NULL;) {
    if (ecs_queue_spare(&engine->queue, m, now))
      continue;
    m->kind->late(m, now);
    ecs_engine_settle(engine, m);
  }
}

bool ecs_engine_exhausted(const ecs_engine *engine) {
  return engine->outbox.exhausted || ecs_arena_failed(engine->arena) || ecs_arena_failed(engine->spoken);
}

ecs_status ecs_engine_next(ecs_engine *engine, double now, const ecs_action **action) {
  *action = NULL;
  if (now < engine->now)
    now = engine->now;
  engine->now = now;
  if (engine->outbox.first == NULL) {
    if (engine->interrupted)
      interrupt_idle(engine, now);
    end_overdue(engine, now);
    ecs_engine_start(engine, now);
    if (engine->outbox.first == NULL && engine->running == 0 && engine->held == 0 && engine->waiting > 0)
      ecs_engine_fail_stuck(engine, now);
  }
  if (ecs_engine_exhausted(engine))
    return ECS_NOMEM;
  *action = pop(engine);
  if (*action != NULL)
    return ECS_OK;
  ecs_arena_reset(engine->spoken);
  if (!send(engine, now))
    rest(engine, now);
  if (ecs_arena_failed(engine->spoken))
    return ECS_NOMEM;
  *action = &engine->action;
  return ECS_OK;
}

void ecs_engine_interrupt(ecs_engine *engine) { engine->interrupted = true; }

#include "engine/engine.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json_write.h"
#include "engine/options.h"
#include "engine/state.h"
#include "service/request.h"

static const double together = 0.5; /* polls due within this many seconds share a call */

static const ecs_allocator *allocator_of(const ecs_engine *engine) {
  return engine->own_allocator ? &engine->allocator : NULL;
}

/* What an earlier engine of the same session learned of AWS's limits. */
static void recall(ecs_engine *engine, const ecs_value *learned) {
  ecs_pace_init(&engine->pace, ecs_value_get(engine->options, "pace"), ecs_value_get(learned, "pace"));
  engine->quota = (int)ecs_value_int_within(ecs_value_get(learned, "quota"), 0, ECS_RETRY_QUOTA, ECS_RETRY_QUOTA);
}

ecs_value *ecs_engine_learned(const ecs_engine *engine, ecs_arena *arena) {
  ecs_value *learned = ecs_value_map(arena);
  ecs_value_set(arena, learned, "pace", ecs_pace_learned(arena, &engine->pace));
  ecs_value_set(arena, learned, "quota", ecs_value_int(arena, engine->quota));
  return learned;
}

/* Bounded by its row; 1 when there was no memory for it. */
static size_t limit(const ecs_value *options, const char *name) {
  return (size_t)ecs_value_int_or(ecs_value_get(options, name), 1);
}

ecs_engine *ecs_engine_new(const ecs_allocator *allocator, const ecs_value *options) {
  const char *refused;
  if (ecs_engine_options_problem(options, &refused) != NULL)
    return NULL;
  ecs_arena *arena = ecs_arena_new(allocator);
  ecs_engine *engine = arena == NULL ? NULL : ecs_arena_take(arena, sizeof *engine);
  if (engine == NULL) {
    ecs_arena_free(arena);
    return NULL;
  }
  engine->arena = arena;
  engine->own_allocator = allocator != NULL;
  if (allocator != NULL)
    engine->allocator = *allocator;
  engine->spoken = ecs_arena_new(allocator);
  engine->heard = ecs_arena_new(allocator);
  engine->options = ecs_engine_options(arena, options);
  engine->context.partition = ecs_value_text_or(ecs_value_get(engine->options, "partition"), NULL);
  engine->context.region = ecs_value_text_or(ecs_value_get(engine->options, "region"), NULL);
  engine->context.account_id = ecs_value_text_or(ecs_value_get(engine->options, "account_id"), NULL);
  engine->random = (uint64_t)ecs_value_int_or(ecs_value_get(engine->options, "seed"), 1);
  engine->queue.arena = arena;
  engine->skew = ecs_value_number_or(ecs_value_get(engine->options, "skew"), 0);
  engine->rate.on = ecs_value_is_text(ecs_value_get(engine->options, "retry_mode"), "adaptive");
  recall(engine, ecs_value_get(engine->options, "learned"));
  engine->most_flying = limit(engine->options, "in_flight");
  engine->most_changing = limit(engine->options, "concurrency");
  engine->flights = ecs_arena_take(arena, engine->most_flying * sizeof *engine->flights);
  if (engine->spoken == NULL || engine->heard == NULL || ecs_arena_failed(arena)) {
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
  for (ecs_action *a = engine->first; a != NULL;) {
    ecs_action *next = a->next;
    ecs_arena_free(a->arena);
    a = next;
  }
  for (size_t i = 0; i < engine->count; i++)
    free_machine(engine->machines[i]);
  ecs_arena_free(engine->spoken);
  ecs_arena_free(engine->heard);
  ecs_arena_free(engine->arena);
}

/* What machines ask of their engine. */

const ecs_context *ecs_machine_context(const ecs_machine *m) { return &m->engine->context; }

const ecs_value *ecs_machine_option(const ecs_machine *m, const char *name) {
  return ecs_value_get(m->engine->options, name);
}

ecs_fleet *ecs_machine_fleet(ecs_machine *m) { return &m->engine->fleet; }

void ecs_machine_waits(ecs_machine *m, double now) {
  if (m->waits == NULL && (m->waits = ecs_queue_waiting(&m->engine->queue, m)) != NULL)
    ecs_fleet_join(&m->engine->fleet, m->waits, now);
}

uint64_t *ecs_machine_random(ecs_machine *m) { return &m->engine->random; }

void ecs_machine_exhausted(ecs_machine *m) { m->engine->out_of_memory = true; }

double ecs_machine_setting(const ecs_machine *m, const char *name, double otherwise) {
  return ecs_value_number_or(ecs_machine_option(m, name), otherwise);
}

ecs_arena *ecs_machine_action(ecs_machine *m, const char *kind, double now, ecs_value **map) {
  ecs_arena *arena = ecs_arena_new(allocator_of(m->engine));
  if (arena == NULL) {
    m->engine->out_of_memory = true;
    return NULL;
  }
  *map = ecs_value_map(arena);
  ecs_value_set(arena, *map, "kind", ecs_value_text(arena, kind));
  ecs_value_set(arena, *map, "address", ecs_value_text(arena, m->address));
  ecs_value_set(arena, *map, "at", ecs_value_number(arena, now));
  return arena;
}

void ecs_machine_queue(ecs_machine *m, ecs_arena *arena, ecs_value *map) {
  ecs_engine *engine = m->engine;
  ecs_action *a = ecs_arena_take(arena, sizeof *a);
  if (a == NULL || ecs_arena_failed(arena)) {
    engine->out_of_memory = true;
    ecs_arena_free(arena);
    return;
  }
  *a = (ecs_action){NULL, arena, map};
  if (engine->last == NULL)
    engine->first = a;
  else
    engine->last->next = a;
  engine->last = a;
}

/* Adding. */

static bool known_action(const char *action) {
  static const char *const known[] = {"read", "create", "update", "replace", "delete", "import", "wait", "call"};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (strcmp(known[i], action) == 0)
      return true;
  }
  return false;
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

static ecs_status add(ecs_engine *engine, const ecs_value *operation, bool copied) {
  const char *address = ecs_value_text_or(ecs_value_get(operation, "address"), NULL);
  const char *kind = ecs_value_text_or(ecs_value_get(operation, "action"), "");
  if (address == NULL || !known_action(kind) || ecs_table_get(&engine->addresses, address) != NULL)
    return ECS_INVALID;
  const ecs_allocator *allocator = allocator_of(engine);
  ecs_arena *arena = ecs_arena_new(allocator), *asked = ecs_arena_new(allocator), *latest = ecs_arena_new(allocator);
  ecs_machine *m = arena == NULL ? NULL : ecs_arena_take(arena, sizeof *m);
  if (m != NULL) {
    *m = (ecs_machine){.engine = engine, .arena = arena, .asked = asked, .latest = latest};
    m->op = copied ? ecs_value_copy(arena, operation) : operation;
    m->address = ecs_value_text_or(ecs_value_get(m->op, "address"), "");
    m->action = ecs_value_text_or(ecs_value_get(m->op, "action"), "");
    m->cluster = ecs_value_text_or(ecs_value_get(m->op, "cluster"), NULL);
    m->service = ecs_value_text_or(ecs_value_get(m->op, "service"), "");
  }
  if (m == NULL || asked == NULL || latest == NULL || ecs_arena_failed(arena) || !make_room(engine) ||
      !ecs_table_add(&engine->addresses, engine->arena, m->address, m)) {
    ecs_arena_free(asked);
    ecs_arena_free(latest);
    ecs_arena_free(arena);
    return ECS_NOMEM;
  }
  m->node.owner = m;
  m->node.order = engine->count;
  for (size_t i = 0; i < ECS_FLEET_TIMES; i++)
    m->polls[i] = m->node;
  m->turn = m->node;
  engine->machines[engine->count++] = m;
  engine->waiting++;
  return ECS_OK;
}

ecs_status ecs_engine_add(ecs_engine *engine, const ecs_value *operation) { return add(engine, operation, true); }

ecs_status ecs_engine_borrow(ecs_engine *engine, const ecs_value *operation) { return add(engine, operation, false); }

/* Sending. */

static const ecs_value *speak(ecs_engine *engine, ecs_machine *m, const char *body, size_t size, double now) {
  ecs_arena *arena = engine->spoken;
  ecs_value *map = ecs_value_map(arena);
  ecs_value_set(arena, map, "kind", ecs_value_text(arena, "send"));
  ecs_value_set(arena, map, "id", ecs_value_int(arena, m->flying));
  ecs_value_set(arena, map, "address", ecs_value_text(arena, m->address));
  ecs_value_set(arena, map, "at", ecs_value_number(arena, now));
  ecs_value_set(arena, map, "operation", ecs_value_text(arena, m->operation));
  ecs_value_set(arena, map, "body", body == NULL ? NULL : ecs_value_string(arena, body, size));
  ecs_value_set(arena, map, "mutates", ecs_value_bool(arena, m->mutates));
  const char *token = ecs_value_text_or(ecs_value_get(m->op, "client_token"), NULL);
  if (m->mutates && token != NULL)
    ecs_value_set(arena, map, "client_token", ecs_value_text(arena, token));
  return map;
}

static const ecs_value *speak_describe(ecs_engine *engine, const ecs_flight *f, ecs_machine *leader, double now) {
  ecs_arena *arena = engine->spoken;
  ecs_value *names = ecs_value_list(arena), *body;
  for (size_t i = 0; i < f->count; i++)
    ecs_value_push(arena, names, ecs_value_text(arena, f->machines[i]->service));
  bool with_tags = !ecs_value_true(ecs_value_get(engine->options, "without_tags"));
  ecs_request_describe(arena, leader->cluster, names, with_tags, &body);
  size_t size = 0;
  const char *text = ecs_json_write(arena, body, 0, &size);
  return speak(engine, leader, text, size, now);
}

static const ecs_value *send(ecs_engine *engine, double now) {
  if (engine->flying == engine->most_flying || ecs_rate_due(&engine->rate, now) > now)
    return NULL;
  ecs_machine *m = ecs_queue_first(&engine->queue, &engine->pace, &engine->fleet, now);
  if (m == NULL)
    return NULL;
  ecs_flight *f = &engine->flights[engine->flying++];
  *f = (ecs_flight){.id = ++engine->requests, .skew = engine->skew, .class = m->class};
  f->count = ecs_queue_take(&engine->queue, m, now + together, f->machines);
  for (size_t i = 0; i < f->count; i++) {
    f->machines[i]->flying = f->id;
    f->machines[i]->tries++;
  }
  if (m->polling)
    ecs_fleet_take(&engine->fleet, now);
  ecs_pace_take(&engine->pace, f->class, now);
  ecs_rate_take(&engine->rate, now);
  return m->want == ECS_WANT_DESCRIBE ? speak_describe(engine, f, m, now)
                                      : speak(engine, m, m->body, m->body_size, now);
}

static const ecs_value *rest(ecs_engine *engine, double now) {
  ecs_arena *arena = engine->spoken;
  ecs_value *map = ecs_value_map(arena);
  double until =
      engine->flying == engine->most_flying
          ? INFINITY
          : fmax(ecs_queue_due(&engine->queue, &engine->pace, &engine->fleet, now), ecs_rate_due(&engine->rate, now));
  bool busy = engine->running > 0;
  until = fmin(until, ecs_queue_patience(&engine->queue));
  ecs_value_set(arena, map, "kind", ecs_value_text(arena, busy ? "sleep" : "idle"));
  if (busy)
    ecs_value_set(arena, map, "until", ecs_value_number(arena, isinf(until) ? now + 60 : until));
  return map;
}

static const ecs_value *pop(ecs_engine *engine) {
  ecs_action *a = engine->first;
  if (a == NULL)
    return NULL;
  engine->first = a->next;
  if (engine->first == NULL)
    engine->last = NULL;
  ecs_arena_free(engine->spoken);
  engine->spoken = a->arena;
  return a->map;
}

/* What ECS was asked to do it goes on doing, and whoever ended the run may want to see its end, or to end it too. */
static const char *after_interruption(ecs_machine *m) {
  const char *hint = !m->changed_here ? NULL
                                      : ecs_arena_format(m->arena,
                                                         "follow it: ecs-service wait %s; end it: ecs-service stop %s; "
                                                         "the next plan shows what is left to do",
                                                         m->address, m->address);
  return hint != NULL ? hint : "the next plan shows what is left to do";
}

static void interrupt_idle(ecs_engine *engine, double now) {
  for (size_t i = 0; i < engine->count; i++) {
    ecs_machine *m = engine->machines[i];
    if (m->flying != 0 || m->life == ECS_LIFE_DONE || m->life == ECS_LIFE_FAILED)
      continue;
    const char *left = m->life == ECS_LIFE_WAITING ? "it was not begun"
                       : m->changed_here           ? "what was asked of ECS goes on there"
                       : m->doubt.error != NULL    ? "it is not known what became of its last request"
                                                   : "nothing was changed";
    ecs_engine_fail(engine, m, now,
                    ecs_machine_error(m, "Interrupted", after_interruption(m), "interrupted: %s", left));
  }
}

static void end_overdue(ecs_engine *engine, double now) {
  for (ecs_machine *m; (m = ecs_queue_overdue(&engine->queue, now)) != NULL;) {
    ecs_machine_late(m, now);
    ecs_engine_settle(engine, m);
  }
}

bool ecs_engine_exhausted(const ecs_engine *engine) {
  return engine->out_of_memory || ecs_arena_failed(engine->arena) || ecs_arena_failed(engine->spoken);
}

ecs_status ecs_engine_next(ecs_engine *engine, double now, const ecs_value **action) {
  *action = NULL;
  if (now < engine->now)
    now = engine->now;
  engine->now = now;
  if (engine->first == NULL) {
    if (engine->interrupted)
      interrupt_idle(engine, now);
    end_overdue(engine, now);
    ecs_engine_start(engine, now);
    if (engine->first == NULL && engine->running == 0 && engine->waiting > 0)
      ecs_engine_fail_stuck(engine, now);
  }
  if (ecs_engine_exhausted(engine))
    return ECS_NOMEM;
  *action = pop(engine);
  if (*action != NULL)
    return ECS_OK;
  ecs_arena_reset(engine->spoken);
  *action = send(engine, now);
  if (*action == NULL)
    *action = rest(engine, now);
  if (ecs_arena_failed(engine->spoken)) {
    *action = NULL;
    return ECS_NOMEM;
  }
  return ECS_OK;
}

void ecs_engine_interrupt(ecs_engine *engine) { engine->interrupted = true; }

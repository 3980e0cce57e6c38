/* start: what may begin: when what it depends on is done, and when there is room among those that change something. */
#include <string.h>

#include "engine/state.h"

/* One that waits for another. */
typedef struct ecs_dependent {
  struct ecs_dependent *next;
  ecs_machine *machine;
} ecs_dependent;

/* A waiting machine that may be able to begin is looked at, in the order of adding. */
static void consider(ecs_engine *engine, ecs_machine *m) {
  if (m->life == ECS_LIFE_WAITING)
    ecs_heap_put(&engine->idle[m->verb->changes], engine->arena, &m->standing.node);
}

static void consider_dependents(ecs_engine *engine, ecs_machine *m) {
  for (ecs_dependent *d = m->standing.dependents; d != NULL; d = d->next)
    consider(engine, d->machine);
}

static bool memory_was_short(const ecs_machine *m) {
  return ecs_arena_failed(m->arena) || ecs_arena_failed(m->asked) || (m->latest != NULL && ecs_arena_failed(m->latest));
}

/* It waits for what AWS does, with others of its kind: they share what their looks may cost. */
static void join(ecs_engine *engine, ecs_machine *m) {
  if (m->waits && m->standing.waits == NULL && (m->standing.waits = ecs_queue_waiting(&engine->queue, m)) != NULL)
    ecs_fleet_join(m->fleet, m->standing.waits, engine->now);
}

static void note_end(ecs_engine *engine, ecs_machine *m) {
  m->standing.ended = true;
  engine->running--;
  engine->changing -= m->verb->changes;
  if (m->standing.waits != NULL)
    ecs_fleet_leave(m->fleet, m->standing.waits, engine->now);
  if (m->kind->ended != NULL)
    m->kind->ended(m);
  m->standing.held = m->life == ECS_LIFE_DONE && ecs_value_true(ecs_value_get(m->op, "held"));
  engine->held += m->standing.held;
  consider_dependents(engine, m);
}

void ecs_engine_settle(ecs_engine *engine, ecs_machine *m) {
  if (memory_was_short(m))
    engine->outbox.exhausted = true;
  if (m->life == ECS_LIFE_RUNNING)
    join(engine, m);
  ecs_queue_update(&engine->queue, m);
  if (!m->standing.ended && (m->life == ECS_LIFE_DONE || m->life == ECS_LIFE_FAILED))
    note_end(engine, m);
}

static void begin(ecs_engine *engine, ecs_machine *m) {
  ecs_heap_remove(&engine->idle[m->verb->changes], &m->standing.node);
  m->life = ECS_LIFE_RUNNING;
  engine->waiting--;
  engine->running++;
  engine->changing += m->verb->changes;
}

void ecs_engine_fail(ecs_engine *engine, ecs_machine *m, double now, ecs_value *error) {
  if (m->life == ECS_LIFE_WAITING)
    begin(engine, m);
  ecs_machine_fail(m, now, error);
  ecs_engine_settle(engine, m);
}

ecs_status ecs_engine_release(ecs_engine *engine, const char *address, bool good) {
  ecs_machine *m = ecs_table_get(&engine->addresses, address);
  if (m == NULL || !m->standing.held)
    return ECS_INVALID;
  m->standing.held = false;
  engine->held--;
  if (!good)
    m->life = ECS_LIFE_FAILED;
  consider_dependents(engine, m);
  return ECS_OK;
}

/* Names of depends_on become machines. Those that are not there have nothing to do, unless they are added later. */
static void find_needs(ecs_engine *engine, ecs_machine *m) {
  const ecs_value *names = ecs_value_get(m->op, "depends_on");
  size_t count = ecs_value_count(names);
  m->standing.need_count = 0;
  m->standing.unknown_needs = false;
  m->standing.needs = count == 0 ? NULL : ecs_arena_take(m->arena, count * sizeof *m->standing.needs);
  for (size_t i = 0; m->standing.needs != NULL && i < count; i++) {
    ecs_machine *other = ecs_table_get(&engine->addresses, ecs_value_text_or(ecs_value_at(names, i), ""));
    ecs_dependent *dependent = other == NULL ? NULL : ecs_arena_take(m->arena, sizeof *dependent);
    if (dependent == NULL) {
      m->standing.unknown_needs = true;
      continue;
    }
    *dependent = (ecs_dependent){other->standing.dependents, m};
    other->standing.dependents = dependent;
    m->standing.needs[m->standing.need_count++] = other;
  }
  if (memory_was_short(m))
    engine->outbox.exhausted = true;
}

static void resolve(ecs_engine *engine) {
  for (size_t i = 0; engine->resolved != engine->count && i < engine->count; i++) {
    ecs_machine *m = engine->machines[i];
    if (i < engine->resolved && !(m->standing.unknown_needs && m->life == ECS_LIFE_WAITING))
      continue;
    find_needs(engine, m);
    consider(engine, m);
  }
  engine->resolved = engine->count;
}

/* 1: may start; 0: must wait; -1: what it depends on failed (*culprit). */
static int ready(const ecs_machine *m, const char **culprit) {
  for (size_t i = 0; i < m->standing.need_count; i++) {
    if (m->standing.needs[i]->life == ECS_LIFE_FAILED) {
      *culprit = m->standing.needs[i]->address;
      return -1;
    }
    if (m->standing.needs[i]->life != ECS_LIFE_DONE || m->standing.needs[i]->standing.held)
      return 0;
  }
  return 1;
}

/* The machine that may begin next, in the order of adding; one that changes something when there is room for it. */
static ecs_machine *first_idle(const ecs_engine *engine) {
  const ecs_heap_node *reads = ecs_heap_first(&engine->idle[0]);
  const ecs_heap_node *changes = engine->changing < engine->most_changing ? ecs_heap_first(&engine->idle[1]) : NULL;
  if (reads == NULL || (changes != NULL && ecs_heap_before(changes, reads)))
    reads = changes;
  return reads == NULL ? NULL : reads->owner;
}

void ecs_engine_start(ecs_engine *engine, double now) {
  resolve(engine);
  for (ecs_machine *m; (m = first_idle(engine)) != NULL;) {
    const char *culprit = NULL;
    int may = ready(m, &culprit);
    ecs_heap_remove(&engine->idle[m->verb->changes], &m->standing.node);
    if (may < 0) {
      ecs_engine_fail(engine, m, now,
                      ecs_machine_error(m, "DependencyFailed", "mend that one, then apply again",
                                        "not begun, because %s failed", culprit));
    } else if (may > 0) {
      begin(engine, m);
      m->verb->start(m, now);
      ecs_engine_settle(engine, m);
    }
  }
}

void ecs_engine_fail_stuck(ecs_engine *engine, double now) {
  for (size_t i = 0; i < engine->count; i++) {
    ecs_machine *m = engine->machines[i];
    if (m->life == ECS_LIFE_WAITING)
      ecs_engine_fail(engine, m, now,
                      ecs_machine_error(m, "DependencyCycle", "remove one of the depends_on of the circle",
                                        "it depends on itself by way of others"));
  }
}

#include "engine.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "json_write.h"
#include "machine.h"
#include "request.h"

enum { MOST_NAMES = 10 }; /* of one DescribeServices */
static const double together = 0.5; /* polls due within this many seconds share a call */

typedef struct action {
  struct action *next;
  ecs_arena *arena;
  ecs_value *map;
} action;

struct ecs_engine {
  ecs_allocator allocator;
  bool own_allocator, interrupted, out_of_memory;
  ecs_arena *arena;   /* options, list of machines */
  ecs_arena *spoken;  /* the action that was answered last */
  ecs_arena *heard;   /* the answer being taken in */
  const ecs_value *options;
  ecs_context context;
  ecs_value *poll, *poll_max, *stable;
  uint64_t random;
  ecs_machine **machines;
  size_t count, room;
  action *first, *last;
  int64_t requests;
  double now;
};

static const ecs_allocator *allocator_of(const ecs_engine *engine) {
  return engine->own_allocator ? &engine->allocator : NULL;
}

ecs_engine *ecs_engine_new(const ecs_allocator *allocator, const ecs_value *options) {
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
  engine->options = options == NULL ? ecs_value_map(arena) : ecs_value_copy(arena, options);
  engine->context.partition = ecs_value_text_or(ecs_value_get(engine->options, "partition"), NULL);
  engine->context.region = ecs_value_text_or(ecs_value_get(engine->options, "region"), NULL);
  engine->context.account_id = ecs_value_text_or(ecs_value_get(engine->options, "account_id"), NULL);
  engine->random = (uint64_t)ecs_value_int_or(ecs_value_get(engine->options, "seed"), 1);
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
  for (action *a = engine->first; a != NULL;) {
    action *next = a->next;
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

uint64_t *ecs_machine_random(ecs_machine *m) { return &m->engine->random; }

void ecs_machine_exhausted(ecs_machine *m) { m->engine->out_of_memory = true; }

double ecs_machine_number(const ecs_value *map, const char *name, double otherwise) {
  const ecs_value *value = name[0] == '\0' ? map : ecs_value_get(map, name);
  if (ecs_value_is(value, ECS_DOUBLE))
    return value->as.number;
  return ecs_value_is(value, ECS_INT) ? (double)value->as.integer : otherwise;
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
  action *a = ecs_arena_take(arena, sizeof *a);
  if (a == NULL || ecs_arena_failed(arena)) {
    engine->out_of_memory = true;
    ecs_arena_free(arena);
    return;
  }
  *a = (action){NULL, arena, map};
  if (engine->last == NULL)
    engine->first = a;
  else
    engine->last->next = a;
  engine->last = a;
}

/* Adding. */

static ecs_machine *find(const ecs_engine *engine, const char *address) {
  for (size_t i = 0; i < engine->count; i++) {
    if (strcmp(engine->machines[i]->address, address) == 0)
      return engine->machines[i];
  }
  return NULL;
}

static bool known_action(const char *action) {
  static const char *const known[] = {"read", "create", "update", "replace", "delete", "import", "wait"};
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

ecs_status ecs_engine_add(ecs_engine *engine, const ecs_value *operation) {
  const char *address = ecs_value_text_or(ecs_value_get(operation, "address"), NULL);
  const char *kind = ecs_value_text_or(ecs_value_get(operation, "action"), "");
  if (address == NULL || !known_action(kind) || find(engine, address) != NULL)
    return ECS_INVALID;
  const ecs_allocator *allocator = allocator_of(engine);
  ecs_arena *arena = ecs_arena_new(allocator), *asked = ecs_arena_new(allocator), *latest = ecs_arena_new(allocator);
  ecs_machine *m = arena == NULL ? NULL : ecs_arena_take(arena, sizeof *m);
  if (m != NULL) {
    *m = (ecs_machine){.engine = engine, .arena = arena, .asked = asked, .latest = latest, .op = ecs_value_copy(arena, operation)};
    m->address = ecs_value_text_or(ecs_value_get(m->op, "address"), "");
    m->action = ecs_value_text_or(ecs_value_get(m->op, "action"), "");
    m->cluster = ecs_value_text_or(ecs_value_get(m->op, "cluster"), NULL);
    m->service = ecs_value_text_or(ecs_value_get(m->op, "service"), "");
  }
  if (m == NULL || asked == NULL || latest == NULL || ecs_arena_failed(arena) || !make_room(engine)) {
    ecs_arena_free(asked);
    ecs_arena_free(latest);
    ecs_arena_free(arena);
    return ECS_NOMEM;
  }
  engine->machines[engine->count++] = m;
  return ECS_OK;
}

/* Starting. */

static bool mutating(const ecs_machine *m) { return strcmp(m->action, "read") != 0 && strcmp(m->action, "wait") != 0; }

/* Names of depends_on become machines once, not at each look. Those that are not there have nothing to do. */
static void find_needs(const ecs_engine *engine, ecs_machine *m) {
  const ecs_value *names = ecs_value_get(m->op, "depends_on");
  size_t count = ecs_value_count(names);
  m->known = engine->count;
  m->need_count = 0;
  m->needs = count == 0 ? NULL : ecs_arena_take(m->arena, count * sizeof *m->needs);
  for (size_t i = 0; m->needs != NULL && i < count; i++) {
    ecs_machine *other = find(engine, ecs_value_text_or(ecs_value_at(names, i), ""));
    if (other != NULL)
      m->needs[m->need_count++] = other;
  }
}

/* 1: may start; 0: must wait; -1: what it depends on failed (*culprit). */
static int ready(const ecs_engine *engine, ecs_machine *m, const char **culprit) {
  if (m->known != engine->count)
    find_needs(engine, m);
  for (size_t i = 0; i < m->need_count; i++) {
    if (m->needs[i]->life == ECS_LIFE_FAILED) {
      *culprit = m->needs[i]->address;
      return -1;
    }
    if (m->needs[i]->life != ECS_LIFE_DONE)
      return 0;
  }
  return 1;
}

static void start_ready(ecs_engine *engine, double now) {
  size_t running = 0, waiting = 0;
  size_t most = (size_t)ecs_value_int_or(ecs_value_get(engine->options, "concurrency"), 10);
  for (size_t i = 0; i < engine->count; i++) {
    running += engine->machines[i]->life == ECS_LIFE_RUNNING && mutating(engine->machines[i]);
    waiting += engine->machines[i]->life == ECS_LIFE_WAITING;
  }
  for (size_t i = 0; waiting > 0 && i < engine->count; i++) {
    ecs_machine *m = engine->machines[i];
    const char *culprit = NULL;
    if (m->life != ECS_LIFE_WAITING || (mutating(m) && running >= most))
      continue;
    int may = ready(engine, m, &culprit);
    if (may < 0) {
      ecs_machine_fail(m, now, ecs_machine_error(m, "DependencyFailed", "mend that one, then apply again",
                                                 "not begun, because %s failed", culprit));
    } else if (may > 0) {
      m->life = ECS_LIFE_RUNNING;
      running += mutating(m);
      if (!ecs_flow_start(m, now))
        ecs_machine_fail(m, now, ecs_machine_error(m, "BadAction", NULL, "there is no action %s", m->action));
    }
  }
}

/* Nothing runs and nothing can start: what is left depends on itself. */
static void fail_stuck(ecs_engine *engine, double now) {
  for (size_t i = 0; i < engine->count; i++) {
    ecs_machine *m = engine->machines[i];
    if (m->life == ECS_LIFE_WAITING)
      ecs_machine_fail(m, now, ecs_machine_error(m, "DependencyCycle", "remove one of the depends_on of the circle",
                                                 "it depends on itself by way of others"));
  }
}

/* Sending. */

static bool same_cluster(const ecs_machine *a, const ecs_machine *b) {
  const char *x = a->cluster == NULL ? "default" : a->cluster, *y = b->cluster == NULL ? "default" : b->cluster;
  return strcmp(x, y) == 0;
}

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

static const ecs_value *send_describe(ecs_engine *engine, ecs_machine *leader, double now) {
  ecs_arena *arena = engine->spoken;
  ecs_value *names = ecs_value_list(arena), *body;
  int64_t id = ++engine->requests;
  for (size_t i = 0; i < engine->count && ecs_value_count(names) < MOST_NAMES; i++) {
    ecs_machine *m = engine->machines[i];
    if (m->life != ECS_LIFE_RUNNING || m->want != ECS_WANT_DESCRIBE || m->flying != 0 || m->due > now + together ||
        (m != leader && !same_cluster(m, leader)))
      continue;
    m->flying = id;
    ecs_value_push(arena, names, ecs_value_text(arena, m->service));
  }
  bool with_tags = !ecs_value_true(ecs_value_get(engine->options, "without_tags"));
  ecs_request_describe(arena, leader->cluster, names, with_tags, &body);
  size_t size = 0;
  const char *text = ecs_json_write(arena, body, 0, &size);
  return speak(engine, leader, text, size, now);
}

static const ecs_value *send(ecs_engine *engine, double now) {
  for (size_t i = 0; i < engine->count; i++) {
    ecs_machine *m = engine->machines[i];
    if (m->life != ECS_LIFE_RUNNING || m->want == ECS_WANT_NOTHING || m->flying != 0 || m->due > now)
      continue;
    if (m->want == ECS_WANT_DESCRIBE)
      return send_describe(engine, m, now);
    m->flying = ++engine->requests;
    return speak(engine, m, m->body, m->body_size, now);
  }
  return NULL;
}

static const ecs_value *rest(ecs_engine *engine, double now) {
  ecs_arena *arena = engine->spoken;
  ecs_value *map = ecs_value_map(arena);
  double until = INFINITY;
  bool busy = false;
  for (size_t i = 0; i < engine->count; i++) {
    const ecs_machine *m = engine->machines[i];
    if (m->life != ECS_LIFE_RUNNING)
      continue;
    busy = true;
    if (m->flying == 0 && m->want != ECS_WANT_NOTHING && m->due < until)
      until = m->due;
  }
  ecs_value_set(arena, map, "kind", ecs_value_text(arena, busy ? "sleep" : "idle"));
  if (busy)
    ecs_value_set(arena, map, "until", ecs_value_number(arena, isinf(until) ? now + 60 : until));
  return map;
}

static bool anything_waits(const ecs_engine *engine, ecs_life life) {
  for (size_t i = 0; i < engine->count; i++) {
    if (engine->machines[i]->life == life)
      return true;
  }
  return false;
}

static const ecs_value *pop(ecs_engine *engine) {
  action *a = engine->first;
  if (a == NULL)
    return NULL;
  engine->first = a->next;
  if (engine->first == NULL)
    engine->last = NULL;
  ecs_arena_free(engine->spoken);
  engine->spoken = a->arena;
  return a->map;
}

static void interrupt_idle(ecs_engine *engine, double now) {
  for (size_t i = 0; i < engine->count; i++) {
    ecs_machine *m = engine->machines[i];
    if (m->flying != 0 || m->life == ECS_LIFE_DONE || m->life == ECS_LIFE_FAILED)
      continue;
    const char *left = m->life == ECS_LIFE_WAITING ? "it was not begun"
                       : m->changed_here           ? "what was asked of ECS goes on there"
                                                   : "nothing was changed";
    ecs_machine_fail(m, now, ecs_machine_error(m, "Interrupted", "the next plan shows what is left to do",
                                               "interrupted: %s", left));
  }
}

static bool exhausted(const ecs_engine *engine) {
  if (engine->out_of_memory || ecs_arena_failed(engine->arena) || ecs_arena_failed(engine->spoken))
    return true;
  for (size_t i = 0; i < engine->count; i++) {
    const ecs_machine *m = engine->machines[i];
    if (ecs_arena_failed(m->arena) || ecs_arena_failed(m->asked) || ecs_arena_failed(m->latest))
      return true;
  }
  return false;
}

ecs_status ecs_engine_next(ecs_engine *engine, double now, const ecs_value **action) {
  *action = NULL;
  if (now < engine->now)
    now = engine->now;
  engine->now = now;
  if (engine->first == NULL) {
    if (engine->interrupted)
      interrupt_idle(engine, now);
    start_ready(engine, now);
    if (engine->first == NULL && !anything_waits(engine, ECS_LIFE_RUNNING) && anything_waits(engine, ECS_LIFE_WAITING))
      fail_stuck(engine, now);
  }
  if (exhausted(engine))
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

/* Hearing. */

/* Whether to ask again, and then when; true when that was arranged. */
static bool try_again(ecs_engine *engine, ecs_machine *m, const ecs_answer *answer, double now) {
  if (answer->kind != ECS_ANSWER_THROTTLED && answer->kind != ECS_ANSWER_TRANSIENT)
    return false;
  unsigned most = (unsigned)ecs_value_int_or(ecs_value_get(engine->options, "max_attempts"), 3);
  double delay = ecs_retry_delay(++m->attempt, &engine->random);
  if (delay < answer->retry_after)
    delay = answer->retry_after;
  bool endless = answer->kind == ECS_ANSWER_THROTTLED || m->patient;
  if (engine->interrupted || (!endless && m->attempt >= most) || now + delay > m->deadline)
    return false;
  if (endless && answer->kind == ECS_ANSWER_THROTTLED && m->attempt > 30 && !m->patient && !mutating(m))
    return false; /* a read has no deadline of its own */
  ecs_value *map;
  ecs_arena *arena = ecs_machine_action(m, "event", now, &map);
  if (arena != NULL) {
    ecs_value_set(arena, map, "type", ecs_value_text(arena, "retrying"));
    ecs_value_set(arena, map, "operation", ecs_value_text(arena, m->operation));
    ecs_value_set(arena, map, "code", ecs_value_text(arena, answer->code));
    ecs_value_set(arena, map, "delay", ecs_value_number(arena, delay));
    ecs_value_set(arena, map, "attempt", ecs_value_int(arena, m->attempt));
    ecs_machine_queue(m, arena, map);
  }
  ecs_machine_again(m, now + delay);
  return true;
}

/* The service of a machine among those answered: by name, or by ARN. */
static const ecs_value *mine(const ecs_machine *m, const ecs_value *body) {
  const ecs_value *services = ecs_value_get(body, "services");
  for (size_t i = 0; i < ecs_value_count(services); i++) {
    ecs_service_status status;
    const ecs_value *service = ecs_value_at(services, i);
    ecs_schema_status(service, &status);
    if (strcmp(status.name, m->service) == 0 || strcmp(status.arn, m->service) == 0)
      return service;
  }
  return NULL;
}

/* A request that found no server has done nothing. */
static bool may_have_arrived(const ecs_answer *answer) {
  return strcmp(answer->code, "Transport.dns") != 0 && strcmp(answer->code, "Transport.connect") != 0;
}

static ecs_status hear(ecs_engine *engine, int64_t id, const ecs_answer *answer, double now) {
  if (now < engine->now)
    now = engine->now;
  engine->now = now;
  for (size_t i = 0; i < engine->count; i++) {
    ecs_machine *m = engine->machines[i];
    if (m->flying != id)
      continue;
    m->flying = 0;
    if (m->life != ECS_LIFE_RUNNING)
      continue;
    if (m->prove != NULL && now < m->deadline && answer->kind == ECS_ANSWER_TRANSIENT && may_have_arrived(answer)) {
      ecs_machine_go(m, m->prove, now);
      continue;
    }
    if (try_again(engine, m, answer, now))
      continue;
    bool described = m->want == ECS_WANT_DESCRIBE;
    m->want = ECS_WANT_NOTHING;
    if (answer->kind == ECS_ANSWER_OK)
      m->attempt = 0;
    m->phase(m, now, answer, described && answer->kind == ECS_ANSWER_OK ? mine(m, answer->body) : NULL);
  }
  return exhausted(engine) || ecs_arena_failed(engine->heard) ? ECS_NOMEM : ECS_OK;
}

ecs_status ecs_engine_answer(ecs_engine *engine, int64_t id, int status, const ecs_value *headers, const ecs_value *body,
                             double now) {
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

void ecs_engine_interrupt(ecs_engine *engine) { engine->interrupted = true; }

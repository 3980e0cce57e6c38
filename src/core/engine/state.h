/* state: what the parts of the engine share: engine.c adds, sends and ends, start.c decides what begins, hear.c
** takes answers in. */
#ifndef ECS_ENGINE_STATE_H
#define ECS_ENGINE_STATE_H

#include "engine/queue.h"
#include "engine/rate.h"

/* A request under way, and who waits for its answer. */
typedef struct ecs_flight {
  int64_t id;
  double skew; /* what the clock was taken to be wrong by when it was sent */
  size_t class, count;
  ecs_machine *machines[ECS_FLEET_NAMES];
} ecs_flight;

typedef struct ecs_action {
  struct ecs_action *next;
  ecs_arena *arena;
  ecs_value *map;
} ecs_action;

struct ecs_engine {
  ecs_allocator allocator;
  bool own_allocator, interrupted, out_of_memory;
  ecs_arena *arena;  /* options, list of machines */
  ecs_arena *spoken; /* the action that was answered last */
  ecs_arena *heard;  /* the answer being taken in */
  const ecs_value *options;
  ecs_context context;
  uint64_t random;
  ecs_machine **machines;
  size_t count, room;
  ecs_table addresses;
  size_t resolved;  /* machines whose depends_on were looked up */
  ecs_heap idle[2]; /* waiting machines that may begin as far as is known: those that read, those that change */
  size_t waiting, running, changing; /* changing: of those running */
  ecs_queue queue;
  ecs_pace pace;
  ecs_rate rate;
  ecs_fleet fleet;
  int quota;
  double skew; /* seconds to add to the caller's clock for signing */
  ecs_flight *flights;
  size_t flying, most_flying, most_changing;
  ecs_action *first, *last;
  int64_t requests;
  double now;
};

/* Whether memory was short anywhere. */
bool ecs_engine_exhausted(const ecs_engine *engine);

/* start.c: takes note of what a machine has come to: that it wants to ask something, or has ended. Called whenever one
** has moved. */
void ecs_engine_settle(ecs_engine *engine, ecs_machine *m);

/* start.c: ends a machine whether it has begun or not. */
void ecs_engine_fail(ecs_engine *engine, ecs_machine *m, double now, ecs_value *error);

/* start.c: begins all that may begin. */
void ecs_engine_start(ecs_engine *engine, double now);

/* start.c: fails what waits when nothing runs: it depends on itself. */
void ecs_engine_fail_stuck(ecs_engine *engine, double now);

/* start.c: whether the operation changes something and counts for `concurrency`. */
bool ecs_engine_changes(const ecs_machine *m);

#endif

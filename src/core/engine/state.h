/* state: what the parts of the engine share: engine.c adds, sends and ends, start.c decides what begins, hear.c
** takes answers in. */
#ifndef ECS_ENGINE_STATE_H
#define ECS_ENGINE_STATE_H

#include "engine/queue.h"

/* A request under way, and who waits for its answer. */
typedef struct ecs_flight {
  int64_t id;
  double skew; /* what the clock was taken to be wrong by when it was sent */
  size_t class, count;
  ecs_machine **machines; /* room for as many as a batch takes */
} ecs_flight;

struct ecs_engine {
  ecs_outbox outbox;
  bool interrupted;
  ecs_arena *arena;  /* options, list of machines */
  ecs_arena *spoken; /* the action that was answered last */
  ecs_arena *heard;  /* the answer being taken in */
  const ecs_engine_kind **kinds;
  ecs_machine **machines;
  size_t count, room;
  ecs_table addresses;
  size_t resolved;  /* machines whose depends_on were looked up */
  ecs_heap idle[2]; /* waiting machines that may begin as far as is known: those that read, those that change */
  size_t waiting, running, changing, held; /* changing: of those running; held: done, and not yet released */
  ecs_queue queue;
  ecs_pace pace;
  double skew; /* seconds to add to the caller's clock for signing */
  ecs_flight *flights;
  size_t flying, most_flying, most_changing;
  ecs_action action; /* one that did not wait in the outbox */
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

#endif

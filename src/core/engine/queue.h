/* queue: what machines want to ask, by when it is due and by the class of its operation. Looks at things of one kind, and of
** one key of its batch, wait together, because one request takes several. Internal to the engine. */
#ifndef ECS_QUEUE_H
#define ECS_QUEUE_H

#include "base/table.h"
#include "engine/machine.h"
#include "engine/pace.h"

/* The looks at things of one kind. */
typedef struct ecs_looks {
  const ecs_batch *batch;          /* NULL: the kind has none */
  size_t class;                    /* of its operation */
  ecs_fleet fleet;                 /* those that are waited for */
  ecs_heap polls[ECS_FLEET_TIMES]; /* of groups with polls */
  ecs_table groups;                /* by the key of the batch */
} ecs_looks;

typedef struct ecs_queue {
  ecs_arena *arena;
  const ecs_pace *pace;
  ecs_heap *classes; /* of the pace; of machines and of groups with looks that are to be made when due */
  ecs_heap turns;    /* of machines that wait for their turn, by when they wait no longer */
  ecs_looks *looks;  /* one for each kind */
  size_t kinds;
} ecs_queue;

/* Room for the looks at things of such kinds, and for requests of the classes of the pace; false without memory. */
bool ecs_queue_init(ecs_queue *queue, ecs_arena *arena, const ecs_pace *pace, const ecs_engine_kind *const *kinds,
                    size_t count);

/* Puts a machine where what it wants now belongs; takes it out when it wants nothing, is in flight or has ended. */
void ecs_queue_update(ecs_queue *queue, ecs_machine *m);

/* Where those of its group that wait for AWS are counted; NULL without memory. */
size_t *ecs_queue_waiting(ecs_queue *queue, const ecs_machine *m);

/* The machine that may be sent first at `now` as far as its class has a token, and its fleet a call for a poll; NULL: none. */
ecs_machine *ecs_queue_first(const ecs_queue *queue, double now);

/* A machine whose deadline passed while it waited for its turn, or NULL. What changes something is not sent after the
** deadline, whatever delayed it; a look at what came of it may be a little late. */
ecs_machine *ecs_queue_overdue(const ecs_queue *queue, double now);

/* Gives an overdue machine a little time to read when nobody asked for long after its own was over, as when the process was
** stopped or a function took hours: what it waits for may have ended meanwhile. False: there is no reason to. */
bool ecs_queue_spare(ecs_queue *queue, ecs_machine *m, double now);

/* When the next one will be overdue, INFINITY when nothing waits. */
double ecs_queue_patience(const ecs_queue *queue);

/* When the next one may be sent, INFINITY when nothing waits. */
double ecs_queue_due(const ecs_queue *queue, double now);

/* Takes a machine out and, when it looks at its thing, those that look at others of the same group by `until` and then
** polls, as many as there is room for in a call, those first that have to be made. In the order in which they were added.
** The number of `machines`. */
size_t ecs_queue_take(ecs_queue *queue, ecs_machine *m, double until, ecs_machine **machines);

#endif

/* outbox: what a machine may know of its engine: where it leaves what is to be done and told, and what all operations of a
** run have in common. Internal to the engine. */
#ifndef ECS_OUTBOX_H
#define ECS_OUTBOX_H

#include "engine/engine.h"

/* An action that waits to be taken, in an arena of its own. */
typedef struct ecs_note {
  struct ecs_note *next;
  ecs_arena *arena;
  ecs_value *details; /* a map */
  ecs_action action;
} ecs_note;

typedef struct ecs_outbox {
  ecs_allocator allocator;
  ecs_note *first, *last;
  const ecs_value *options; /* of the engine, as options.h makes them */
  ecs_context context;
  uint64_t random;
  bool exhausted; /* memory was short: the next call of the engine says so */
} ecs_outbox;

/* A new one, about the operation of that address; NULL when memory was short, which the engine is then told. */
ecs_note *ecs_outbox_note(ecs_outbox *outbox, ecs_action_kind kind, const char *address, double now);

/* It is complete, and waits behind the others. */
void ecs_outbox_put(ecs_outbox *outbox, ecs_note *note);

/* The one that waits longest, taken out, or NULL. Its arena is the caller's from then on. */
ecs_note *ecs_outbox_take(ecs_outbox *outbox);

/* An option, or NULL; one that is a number. */
const ecs_value *ecs_outbox_option(const ecs_outbox *outbox, const char *name);
double ecs_outbox_number(const ecs_outbox *outbox, const char *name, double otherwise);

#endif

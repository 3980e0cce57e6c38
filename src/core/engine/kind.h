/* kind: what a kind of thing gives the engine, so that operations on such things can be carried out: what may be done with
** one, how it is looked at, and what is told of it. The engine knows no kind but by this table; all functions may be NULL
** unless it says otherwise. Each kind has one, which is const and lives as long as the program. */
#ifndef ECS_ENGINE_KIND_H
#define ECS_ENGINE_KIND_H

#include "base/value.h"
#include "engine/api.h"
#include "engine/retry.h"

typedef struct ecs_machine ecs_machine;

/* What may be done with a thing: the `action` of an operation. */
typedef struct ecs_verb {
  const char *name;
  bool changes; /* it counts for `concurrency`, and its requests are repeated as long as its deadline allows */
  void (*start)(ecs_machine *m, double now);
} ecs_verb;

/* How things are looked at, several with one request. */
typedef struct ecs_batch {
  const char *operation;
  size_t most;                              /* things that one request takes */
  const char *(*key)(const ecs_machine *m); /* things of one key go together */
  ecs_value *(*body)(ecs_arena *arena, ecs_machine *const *machines, size_t count);
  const char *(*problem)(const ecs_value *body); /* what an answer lacks that each has, in words, or NULL */
  const ecs_value *(*pick)(ecs_machine *m, const ecs_value *body); /* the machine's own of those answered, or NULL */
} ecs_batch;

typedef struct ecs_engine_kind {
  const char *name;           /* "service": the `kind` of an operation */
  const ecs_api *const *apis; /* that its requests go to: the first, unless they say another; ends with NULL */
  size_t size;                /* of what a machine of this kind keeps for itself */
  const ecs_verb *verbs;      /* closed by one without name */
  const ecs_batch *batch;
  const ecs_answer_form *forms; /* what members of answers are made of, closed by one without name */

  void (*setup)(ecs_machine *m); /* its own part is there, zeroed, and its operation; in m->arena, as is the part */
  const char *(*where)(ecs_machine *m);     /* the thing that a request is about, for people; "": none */
  void (*late)(ecs_machine *m, double now); /* never NULL: the deadline has passed, and it fails with what is known */
  void (*failing)(ecs_machine *m, double now, const ecs_value *error); /* it is about to fail: what is to be recorded */
  void (*tell)(ecs_machine *m, ecs_arena *arena, ecs_value *details, bool ok); /* adds to what is told of its end */
  void (*ended)(ecs_machine *m); /* that was told: what it kept for that alone is given back */

  /* What is left of an operation that is interrupted, in words, and what may be done then. Never NULL. */
  const char *(*left)(ecs_machine *m, const char **hint);

  /* What to do about a refusal, when that is the kind's to say; and what else its error should say. */
  const char *(*hint)(ecs_machine *m, const ecs_answer *answer);
  void (*refusal)(ecs_machine *m, ecs_value *error, const ecs_answer *answer);
} ecs_engine_kind;

#endif

/* retry: what an answer means and how long to wait before asking again. */
#ifndef ECS_RETRY_H
#define ECS_RETRY_H

#include "value.h"

typedef enum ecs_answer_kind {
  ECS_ANSWER_OK,
  ECS_ANSWER_THROTTLED, /* AWS asks for patience; nothing was done */
  ECS_ANSWER_TRANSIENT, /* may go well the next time; a change may have been made */
  ECS_ANSWER_REFUSED    /* an error that repeating does not mend */
} ecs_answer_kind;

typedef struct ecs_answer {
  ecs_answer_kind kind;
  const char *code, *message; /* of an error; "" when there is none */
  const char *request_id;     /* or NULL */
  int status;                 /* 0: there was no answer */
  double retry_after;         /* seconds, or 0 */
  const ecs_value *body;      /* or NULL */
} ecs_answer;

/* Reads an answer; texts live in `arena` or in the values given. */
void ecs_retry_read(ecs_arena *arena, int status, const ecs_value *headers, const ecs_value *body, ecs_answer *answer);

/* The same for a request without an answer. `kind` as in engine.h. */
void ecs_retry_failed(ecs_arena *arena, const char *kind, const char *message, ecs_answer *answer);

/* Seconds before attempt number `attempt` + 1 (attempt 1 is the first): full jitter up to 2^(attempt-1), at most 20 s
** (the SDKs' standard mode). `random` is the state of the generator, changed by the call. */
double ecs_retry_delay(unsigned attempt, uint64_t *random);

/* A number from 0 up to (not with) 1. */
double ecs_retry_random(uint64_t *random);

#endif

/* retry: what an answer means, whether and when to ask again. The rules are those of the AWS SDKs' standard mode, as
** botocore 1.44 has it (botocore/retries/standard.py, quota.py); docs/retries.md says where this differs, and why. */
#ifndef ECS_RETRY_H
#define ECS_RETRY_H

#include "base/value.h"

enum { ECS_RETRY_ATTEMPTS = 3 }; /* of one request, the first included */

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
  bool passes;                /* may go on for long and end by itself: waiting for it may outlast the attempts */
  bool unanswered;            /* it failed on the way: there is no answer */
  double retry_after;         /* seconds (Retry-After), or 0 */
  double server_after;        /* seconds (x-amz-retry-after), or 0 */
  double date;                /* the server's time in seconds since 1970, or 0 */
  const ecs_value *body;      /* or NULL */
} ecs_answer;

/* What a member of answers is made of, by the model of its API: whoever reads it may rely on that. */
typedef struct ecs_answer_form {
  const char *name;
  ecs_type type, item; /* item: of a list */
} ecs_answer_form;

/* Reads an answer; texts live in `arena` or in the values given. `sender`: who is asked, for people. `forms`: closed by one
** without name, or NULL. */
void ecs_retry_read(ecs_arena *arena, const char *sender, const ecs_answer_form *forms, int status,
                    const ecs_value *headers, const ecs_value *body, ecs_answer *answer);

/* Makes of an answer one that is not what was asked for. `message` must live as long as it. */
void ecs_retry_invalid(ecs_answer *answer, const char *message);

/* The same for a request without an answer. `kind` as in engine.h. */
void ecs_retry_failed(ecs_arena *arena, const char *kind, const char *message, ecs_answer *answer);

/* Seconds before the attempt after number `attempt` (from 1): full jitter, `jitter` of 0 to 1 times 2^(attempt-1), for
** throttling in seconds, else in twentieths of one, at most 20 s. x-amz-retry-after raises it, by at most 5 s;
** Retry-After raises it. */
double ecs_retry_delay(const ecs_answer *answer, unsigned attempt, double jitter);

/* A number from 0 up to (not with) 1. `random` is the state of the generator, changed by the call. */
double ecs_retry_random(uint64_t *random);

/* The retry quota: retries cost, successes pay back. A server that fails everything is so not asked many times as much. */
enum { ECS_RETRY_QUOTA = 500, ECS_RETRY_COST = 14, ECS_RETRY_COST_THROTTLED = 5 };

int ecs_retry_cost(const ecs_answer *answer);

/* Whether a request was refused because of the time that it was signed with: the answer's Date says so. `now` is the
** caller's clock, to which `assumed` seconds were added for signing; *skew is what has to be added. More than four minutes
** count: AWS refuses at five. */
bool ecs_retry_skew(const ecs_answer *answer, double now, double assumed, double *skew);

#endif

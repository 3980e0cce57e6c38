/* judge: what one answer of DescribeServices means for the deployment that a run follows. A pure function; the rules
** and their reasons are in docs/no-false-success.md. */
#ifndef ECS_JUDGE_H
#define ECS_JUDGE_H

#include "service/deployments.h"

enum { ECS_ROLLBACK_SECONDS = 10 }; /* a rollback follows a failure within this time, or not at all */

typedef enum ecs_finding {
  ECS_FOUND_STALE,    /* the answer is older than what this run did */
  ECS_FOUND_ROLLING,  /* under way */
  ECS_FOUND_DEPLOYED, /* the new tasks serve and the old ones do not; not yet steady */
  ECS_FOUND_STEADY,
  ECS_FOUND_BREAKING, /* failed; whether it is rolled back is not known yet */
  ECS_FOUND_FAILED,
  ECS_FOUND_ROLLED_BACK, /* or being rolled back */
  ECS_FOUND_SUPERSEDED,  /* someone else started a newer one */
  ECS_FOUND_GONE         /* the service is DRAINING or INACTIVE */
} ecs_finding;

/* What the run knows beforehand. */
typedef struct ecs_following {
  const char *id;         /* of the deployment, or NULL: whichever is PRIMARY */
  double created;         /* its createdAt, or 0 */
  double since;           /* ecs_service_status.moment of the answer to the change, or 0 */
  int64_t desired;        /* desiredCount in that answer, or -1 */
  bool lagging;           /* the change was so lately that reads may not show it */
  bool recent;            /* the change was a moment ago: events may be fresher than the counts beside them */
  bool confirmed;         /* an answer that was not stale has shown the service ACTIVE */
  bool replaces;          /* tasks of older deployments were seen */
  bool expects_sets;      /* of task sets: there have to be some */
  bool existed;           /* the service was there before the change: a former one of its name cannot be what is seen */
  const char *former;     /* family:revision of the deployment before ours, or NULL: not known */
  bool failed;            /* an earlier answer has shown that ours FAILED */
  const char *failed_why; /* what that answer gave as reason, or NULL */
  bool undecided;         /* a failure has just been seen: a rollback may follow */
  const ecs_service_record *record; /* or NULL */
} ecs_following;

typedef struct ecs_judgement {
  ecs_finding finding;
  ecs_deployment ours, primary; /* primary: if has_primary */
  bool found, has_primary;
  bool completed;     /* SUPERSEDED, but it had been completed before */
  bool by_counts;     /* STEADY as far as counts go, on a server that writes no events: ECS itself has not said so */
  bool unsaid;        /* ROLLING: nothing lacks but ECS's word */
  bool configured;    /* FAILED: circuit breaker or alarms ended it, as far as can be told, and nobody's hand */
  const char *reason; /* of a failure, or NULL */
} ecs_judgement;

/* Whether the one of circuit breaker and alarms that ended a deployment rolls back; `otherwise`: the reason names neither. */
bool ecs_judge_was_to_roll_back(const ecs_service_status *status, const char *reason, bool otherwise);

void ecs_judge(const ecs_service_status *status, const ecs_following *following, ecs_judgement *verdict);

#endif

/* staged: how far a deployment that shifts traffic in stages is, by its service deployment. */
#ifndef ECS_SERVICE_STAGED_H
#define ECS_SERVICE_STAGED_H

#include "service/waiting.h"

typedef struct ecs_staged {
  const char *stage;         /* lifecycleStage, or NULL: none is told */
  const char *strategy;      /* BLUE_GREEN, …, or NULL */
  const ecs_value *hooks;    /* lifecycleHookDetails, or NULL */
  const ecs_value *awaiting; /* of these, the one that waits for somebody's decision, or NULL */
  const ecs_value *broken;   /* of these, one that failed or whose time is over, or NULL */
  double production, test;   /* percent of the traffic that goes to the new revision, or -1 */
  double bakes;              /* seconds that the present stage or step bakes, or 0 */
  double updated;            /* of ECS's clock, or 0 */
} ecs_staged;

/* Of one of the serviceDeployments[] of DescribeServiceDeployments, or NULL. */
void ecs_staged_of(const ecs_value *record, ecs_staged *staged);

/* The place of a stage in their order, or -1: there is none of that name. */
int ecs_staged_place(const char *stage);

/* "smoke" of a Lambda; a pause goes by its id. */
const char *ecs_staged_hook_name(const ecs_value *hook);

/* {stage, strategy, production_weight, test_weight, bake_seconds, hooks = {{id, name, type, status}}}, as far as told. */
ecs_value *ecs_staged_value(ecs_arena *arena, const ecs_staged *staged);

/* What it waits for, when the present stage has lasted `seconds`. */
ecs_awaited ecs_staged_awaited(ecs_arena *arena, const ecs_staged *staged, double seconds);

#endif

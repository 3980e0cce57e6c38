/* stages: what a strategy makes of a deployment that shifts traffic: its stages, its steps, and how long it takes at least. */
#ifndef ECS_SERVICE_STAGES_H
#define ECS_SERVICE_STAGES_H

#include "base/value.h"

typedef struct ecs_stages {
  const char *strategy;  /* BLUE_GREEN, LINEAR, CANARY; NULL: the deployment rolls, and the rest means nothing */
  double percent;        /* of the traffic that a step shifts */
  int64_t steps;         /* that shift it all */
  int64_t least_minutes; /* between steps, and after the last */
  int64_t pause_minutes; /* that the pauses that others answer take at most, if nobody decides: each stage */
  const ecs_value *hooks;
  const ecs_value *answered; /* list of the stages whose pauses whoever deploys answers by itself, or NULL */
} ecs_stages;

/* By the deployment_configuration of a service; figures that are not known are those that ECS takes by itself. */
void ecs_stages_of(const ecs_value *attributes, const ecs_value *answered, ecs_stages *stages);

/* Whether a list of stages, or NULL, has this one. */
bool ecs_stages_has(const ecs_value *list, const char *stage);

/* As a plan has it: {name, stages = list of names, shifts = list of the percents of traffic after each step, least_seconds,
** pauses = list of {stage, seconds, action, answered} (absent when there are none; answered: nobody else has to decide)}. */
ecs_value *ecs_stages_value(ecs_arena *arena, const ecs_stages *stages);

#endif

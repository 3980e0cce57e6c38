/* forecast: what a change does to the tasks of a service, before it is done. */
#ifndef ECS_FORECAST_H
#define ECS_FORECAST_H

#include "base/diag.h"
#include "base/value.h"

/* How a rolling update goes when every task that is started becomes healthy. */
typedef struct ecs_course {
  int64_t fewest, most; /* tasks RUNNING at once, from before the rollout to its end */
  int64_t steps;        /* how many times tasks are started */
  bool stuck;           /* it never ends: nothing may be stopped, nothing may be started */
} ecs_course;

/* The tasks that the percents allow. The minimum is rounded up, the maximum down (the API's documentation of
** minimumHealthyPercent and maximumPercent). */
int64_t ecs_forecast_least(int64_t tasks, int64_t minimum_percent);
int64_t ecs_forecast_most(int64_t tasks, int64_t maximum_percent);

/* Replaces `before` healthy tasks by `after` new ones, with at least `least` and at most `most` meanwhile. The
** maximum counts only as long as there are tasks to replace. Counts are below 2^31. */
void ecs_forecast_roll(int64_t before, int64_t after, int64_t least, int64_t most, ecs_course *course);

typedef struct ecs_forecast_input {
  const ecs_value *config, *recorded, *actual; /* as for ecs_plan */
  /* What is known beside the service, or NULL: {instances = container instances of the cluster, images = list of the
  ** task definition's, host_ports = list of the ports that its containers claim on the instance,
  ** usual_seconds = how long deployments of the service took, autoscaled = {least, most} tasks of the scalable
  ** target that it is}. */
  const ecs_value *facts;
  bool gone; /* AWS has no such service any more */
} ecs_forecast_input;

/* Adds to change.deployment:
**   controller   "ECS" "CODE_DEPLOY" "EXTERNAL"
**   because      text: why no deployment is started (only then)
**   waits        list of the paths that take effect at the next deployment (absent when there are none)
**   tasks        {before, after}: wanted tasks (absent when not known: DAEMON without facts.instances)
**   running      {fewest, most}: RUNNING at once, provided that all tasks start and become healthy and that there is
**                room for them in the cluster
**   limits       {least, most}: what the percents allow
**   percents     {minimum, maximum}
**   steps        how many times tasks are started one after the other
**   strategy     of a deployment that shifts traffic, as ecs_stages_value makes it, with timeout_seconds when it is waited for;
**                percents and limits are absent then
**   stuck        true: the rollout cannot end
**   daemon       true: one task on every container instance
**   circuit_breaker  {threshold, rollback}: threshold absent when the count is not known
**   alarms       {count, rollback}
**   healthy_when text: when a new task counts
**   grace_period seconds for which load balancer health is ignored
**   load_balancers   count
**   downtime     {seconds}: of a replacement; seconds absent when not known
** and the warnings to `diags`. A change without anything to do gets nothing but warnings. */
void ecs_forecast(ecs_arena *arena, const ecs_forecast_input *input, ecs_value *change, ecs_diags *diags);

/* All warnings: list of {code, path, about, fix, grouped}. */
ecs_value *ecs_forecast_warnings(ecs_arena *arena);

#endif

/* explain: why a service does not do what it should, from what the API says of it. Pure: parts of answers in, causes
** out.
**
** What is known of ECS's words stands in rules.c, and only there. */
#ifndef ECS_EXPLAIN_H
#define ECS_EXPLAIN_H

#include "base/value.h"

/* `input`, a map of parts of answers as they come, each of them optional:
**   events               services[].events
**   tasks                tasks[] of DescribeTasks
**   deployment           one of services[].deployments, or of serviceDeployments[] of DescribeServiceDeployments
**   service              one of services[]: stands in for missing `events` and `deployment`
**   task_definition      taskDefinition of DescribeTaskDefinition: essential containers, log groups, sizes
**   container_instances  containerInstances[] of DescribeContainerInstances: how many of them lack what is short
** Times are numbers (seconds since 1970) or texts of ISO 8601.
**
** *causes becomes a list, the likeliest first, empty when nothing is wrong. Each cause is a map:
**   code      one of rules.c
**   weight    "cause" (to be put right), "effect" (what failed), "circumstance" (happens to healthy services too),
**             "general" (ECS says little), "symptom" (told only when nothing else is known)
**   summary   one sentence, with the names that are known
**   meaning   what it usually means
**   hint      the next command or action
**   evidence  list of the texts that it rests on, with ids and times; equal ones told once, with their number
**   count     how many tasks, events and reasons say so
**   tasks     ids of the tasks that ended of it (absent when none did)
**   first, last  the time span of the evidence (absent when no time is known)
** Only what belongs to the deployment counts: tasks that it started, events since it began. What happened before the
** service reached a steady state is over, unless the deployment failed, or its own tasks ended alike more than once. */
ecs_status ecs_explain(ecs_arena *arena, const ecs_value *input, ecs_value **causes);

/* Whether an event's message speaks of a failure. */
bool ecs_explain_is_trouble(const ecs_value *message);

/* The rules for people: list of {code, weight, summary, meaning, hint, where = {…}}, in the order of the table. */
ecs_value *ecs_explain_codes(ecs_arena *arena);

#endif

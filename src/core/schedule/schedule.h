/* schedule: tasks that EventBridge starts on a schedule, as a kind of what can be declared. Its answers are those of
** GetSchedule, with Target.Input as the value that its text is and Target.EcsParameters.Tags as a map: so they are made in
** Lua (run/schedules.lua), and so bodies are taken apart there. */
#ifndef ECS_SCHEDULE_SCHEDULE_H
#define ECS_SCHEDULE_SCHEDULE_H

#include "schema/resource.h"

extern const ecs_resource ecs_schedule_resource;

#endif

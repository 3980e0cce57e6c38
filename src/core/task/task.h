/* task: one-off tasks that are declared in a plan, as a kind of what can be declared. Its normal form has the names of the
** rows; there is no plan of the core for them: whether one runs is decided beside what it stands before. */
#ifndef ECS_TASK_TASK_H
#define ECS_TASK_TASK_H

#include "schema/resource.h"

extern const ecs_resource ecs_task_resource;

#endif

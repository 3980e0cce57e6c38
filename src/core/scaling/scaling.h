/* scaling: auto scaling beside a service, as a kind of what can be declared: the target of Application Auto Scaling, its
** policies and its scheduled actions, by names of the user's choice. */
#ifndef ECS_SCALING_SCALING_H
#define ECS_SCALING_SCALING_H

#include "schema/resource.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const ecs_resource ecs_scaling_resource;

#ifdef __cplusplus
}
#endif

#endif

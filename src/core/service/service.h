/* service: services of ECS, as a kind of what can be declared. */
#ifndef ECS_SERVICE_SERVICE_H
#define ECS_SERVICE_SERVICE_H

#include "schema/resource.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const ecs_resource ecs_service_resource;

#ifdef __cplusplus
}
#endif

#endif

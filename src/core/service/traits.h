/* traits: how a service is run; other arguments mean different things by it. */
#ifndef ECS_SERVICE_TRAITS_H
#define ECS_SERVICE_TRAITS_H

#include "base/value.h"

typedef enum ecs_controller { ECS_CONTROLLER_ECS, ECS_CONTROLLER_CODE_DEPLOY, ECS_CONTROLLER_EXTERNAL } ecs_controller;

typedef struct ecs_traits {
  bool daemon; /* one task on every container instance: there is no desired count */
  bool forces; /* every UpdateService starts a deployment */
  ecs_controller controller;
  bool balanced, was_balanced; /* load balancers (of whatever kind) look at its tasks: as declared, and as it is */
  bool of_task_sets;           /* it has the EXTERNAL controller already: others make its task sets */
} ecs_traits;

/* The traits by a configuration (or attributes), and by `attributes` where it does not say. Both may be NULL. */
void ecs_traits_of(const ecs_value *config, const ecs_value *attributes, ecs_traits *traits);

/* The name of the deployment controller. */
const char *ecs_traits_controller(const ecs_traits *traits);

#endif

/* plan_rules: what planning knows of services, and what requests must know of single arguments beyond their rows. */
#ifndef ECS_SERVICE_PLAN_RULES_H
#define ECS_SERVICE_PLAN_RULES_H

#include "schema/schema.h"

/* Where a service is: the cluster (NULL when not known) and the name of its attributes. */
const char *ecs_schema_cluster_of(const ecs_value *attributes);
const char *ecs_schema_name_of(const ecs_value *attributes);

/* Sets the members of a request that say which service it is about; NULL ones are left out. */
void ecs_schema_address(ecs_arena *arena, ecs_value *body, const char *cluster, const char *service);

/* Whether AWS refused the grace period of an UpdateService that brings the first load balancer along, or takes the last. */
bool ecs_schema_refuses_grace(const ecs_value *body, const char *message);

/* Takes the grace period out of an UpdateService; answers it, or NULL. */
ecs_value *ecs_schema_take_grace(ecs_value *body);

/* An UpdateService of nothing but a grace period. */
void ecs_schema_put_grace(ecs_arena *arena, ecs_value *body, ecs_value *grace);

/* Sets the number of tasks in an UpdateService. */
void ecs_schema_scale(ecs_arena *arena, ecs_value *body, int64_t count);

#endif

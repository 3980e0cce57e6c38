/* address: which service a request is about. */
#ifndef ECS_SERVICE_ADDRESS_H
#define ECS_SERVICE_ADDRESS_H

#include "base/value.h"

/* Where a service is: the cluster and the name of its attributes; NULL when not known. */
const char *ecs_address_cluster(const ecs_value *attributes);
const char *ecs_address_name(const ecs_value *attributes);

/* Sets the members of a request that say which service it is about; NULL ones are left out. */
void ecs_address_put(ecs_arena *arena, ecs_value *body, const char *cluster, const char *service);

#endif

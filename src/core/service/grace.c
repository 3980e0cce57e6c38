#include "service/grace.h"

#include <string.h>

static const char GRACE[] = "healthCheckGracePeriodSeconds";

bool ecs_grace_refused(const ecs_value *body, const char *message) {
  bool balancers =
      ecs_value_get(body, "loadBalancers") != NULL || ecs_value_get(body, "vpcLatticeConfigurations") != NULL;
  return balancers && ecs_value_get(body, GRACE) != NULL &&
         strstr(message, "grace period is only valid for services configured to use load balancers") != NULL;
}

ecs_value *ecs_grace_take(ecs_value *body) {
  ecs_value *grace = ecs_value_get(body, GRACE);
  if (grace != NULL)
    ecs_value_drop(body, GRACE);
  return grace;
}

void ecs_grace_put(ecs_arena *arena, ecs_value *body, ecs_value *grace) { ecs_value_set(arena, body, GRACE, grace); }

#include "service/address.h"

const char *ecs_address_cluster(const ecs_value *attributes) {
  return ecs_value_text_or(ecs_value_get(attributes, "cluster"), NULL);
}

const char *ecs_address_name(const ecs_value *attributes) {
  return ecs_value_text_or(ecs_value_get(attributes, "name"), NULL);
}

void ecs_address_put(ecs_arena *arena, ecs_value *body, const char *cluster, const char *service) {
  if (cluster != NULL && *cluster != '\0')
    ecs_value_set(arena, body, "cluster", ecs_value_text(arena, cluster));
  if (service != NULL)
    ecs_value_set(arena, body, "service", ecs_value_text(arena, service));
}

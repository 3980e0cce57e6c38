#include "schema/resource.h"

const void *ecs_resource_traits(const ecs_resource *kind, ecs_arena *arena, const ecs_value *config,
                                const ecs_value *attributes) {
  return kind->traits == NULL ? NULL : kind->traits(arena, config, attributes);
}

bool ecs_resource_updatable(const ecs_resource *kind, const ecs_row *row, const void *traits) {
  return kind->updatable == NULL || kind->updatable(row, traits);
}

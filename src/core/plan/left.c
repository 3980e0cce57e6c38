#include "plan/left.h"

/* What it begins with: no less than the other one would make of it at once. */
static ecs_value *start_of(const ecs_row *row, const ecs_value *given, const ecs_value *other) {
  ecs_value *start = ecs_schema_left(row, given), *least = ecs_value_get(other, "least");
  bool more = ecs_value_is(start, ECS_INT) && ecs_value_is(least, ECS_INT) && start->as.integer >= least->as.integer;
  return ecs_value_is_null(least) || more ? start : least;
}

static ecs_value *settled(const ecs_row *row, const ecs_value *given, const ecs_value *has, const ecs_value *facts) {
  ecs_value *other = ecs_value_get(facts, row->left_to), *is = ecs_value_get(has, row->name);
  bool owned = ecs_value_is_null(given) && !ecs_value_is_null(other);
  if (ecs_schema_left(row, given) == NULL && !owned)
    return NULL;
  return ecs_value_is_null(is) ? start_of(row, given, other) : is;
}

const ecs_value *ecs_left_settle(ecs_arena *arena, const ecs_row *rows, const ecs_value *config, const ecs_value *has,
                                 const ecs_value *facts, ecs_value *left) {
  ecs_value *copy = NULL;
  for (const ecs_row *row = rows; config != NULL && row->name != NULL; row++) {
    ecs_value *value = row->left_to == NULL ? NULL : settled(row, ecs_value_get(config, row->name), has, facts);
    if (value == NULL)
      continue;
    copy = copy == NULL ? ecs_value_shallow(arena, config) : copy;
    ecs_value_set_row(arena, copy, row->name, value);
    ecs_value_push(arena, left, ecs_value_text(arena, row->name));
  }
  return copy == NULL ? config : copy;
}

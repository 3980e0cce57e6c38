#include "plan/complete.h"

static ecs_value *complete_block(ecs_arena *arena, const ecs_row *rows, const ecs_value *block, const ecs_value *has);

static ecs_value *complete_named(ecs_arena *arena, const ecs_row *row, const ecs_value *value, const ecs_value *has) {
  ecs_value *map = ecs_value_map(arena);
  for (size_t i = 0; i < ecs_value_count(value); i++) {
    const ecs_entry *entry = &value->as.map.entries[i];
    ecs_value_setn(arena, map, entry->key, entry->size,
                   complete_block(arena, row->rows, entry->value, ecs_value_getn(has, entry->key, entry->size)));
  }
  return map;
}

ecs_value *ecs_complete(ecs_arena *arena, const ecs_row *row, const ecs_value *value, const ecs_value *has) {
  if (row->kind == ECS_KIND_BLOCK)
    return complete_block(arena, row->rows, value, has);
  if (row->kind == ECS_KIND_BLOCK_MAP && ecs_value_is(value, ECS_MAP))
    return complete_named(arena, row, value, has);
  if (!ecs_schema_is_list(row))
    return (ecs_value *)value;
  ecs_value *list = ecs_value_list(arena);
  for (size_t i = 0; i < ecs_value_count(value); i++)
    ecs_value_push(arena, list, complete_block(arena, row->rows, ecs_value_at(value, i), NULL));
  return list;
}

static ecs_value *complete_block(ecs_arena *arena, const ecs_row *rows, const ecs_value *block, const ecs_value *has) {
  ecs_value *copy = NULL;
  for (const ecs_row *row = rows; row->name != NULL; row++) {
    if (!ecs_schema_applies(row, copy == NULL ? block : copy))
      continue;
    if (row->rows == NULL && row->fallback == NULL && (row->flags & ECS_COMPUTED) == 0)
      continue;
    ecs_value *given = ecs_value_get(block, row->name), *other = ecs_value_get(has, row->name), *filled;
    if (!ecs_value_is_null(given))
      filled = ecs_complete(arena, row, given, other);
    else
      filled = (row->flags & ECS_COMPUTED) != 0 && other != NULL ? other : ecs_schema_fallback(arena, row);
    if (filled == given || ecs_value_is_null(filled))
      continue;
    copy = copy == NULL ? ecs_value_shallow(arena, block) : copy;
    ecs_value_set_row(arena, copy, row->name, filled);
  }
  return copy == NULL ? (ecs_value *)block : copy;
}

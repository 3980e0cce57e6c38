#include "task_definition/unknown.h"

#include <string.h>

#include "task_definition/rules.h"
#include "task_definition/spelling.h"

static ecs_value *unknown_of_block(ecs_arena *arena, const ecs_row *rows, const ecs_value *block);

/* Adds what stands at `key` to a map that is made for the first of it. */
static void add(ecs_arena *arena, ecs_value **map, const char *key, size_t size, ecs_value *value) {
  if (ecs_value_is_empty(value))
    return;
  if (*map == NULL)
    *map = ecs_value_map(arena);
  ecs_value_setn(arena, *map, key, size, value);
}

static ecs_value *unknown_of_list(ecs_arena *arena, const ecs_row *row, const ecs_value *list) {
  ecs_value *found = NULL;
  for (size_t i = 0; i < ecs_value_count(list); i++) {
    const ecs_value *item = ecs_value_at(list, i), *name = ecs_value_get(item, "name");
    bool named = row->identity != NULL && ecs_value_is(name, ECS_STRING);
    const ecs_value *key = named ? name : ecs_value_format(arena, "%zu", i + 1);
    if (ecs_value_is(key, ECS_STRING))
      add(arena, &found, key->as.string.bytes, key->as.string.size, unknown_of_block(arena, row->rows, item));
  }
  return found;
}

static ecs_value *unknown_of_block(ecs_arena *arena, const ecs_row *rows, const ecs_value *block) {
  ecs_value *found = NULL;
  for (size_t i = 0; ecs_value_is(block, ECS_MAP) && i < block->as.map.count; i++) {
    const ecs_entry *entry = &block->as.map.entries[i];
    const ecs_row *row = strlen(entry->key) == entry->size ? ecs_schema_find(rows, entry->key) : NULL;
    ecs_value *value = entry->value;
    if (row != NULL && row->rows == NULL)
      continue;
    if (row != NULL)
      value = ecs_value_is(value, ECS_LIST) ? unknown_of_list(arena, row, value)
                                            : unknown_of_block(arena, row->rows, value);
    add(arena, &found, entry->key, entry->size, value);
  }
  return found;
}

const ecs_value *ecs_definition_unknown(ecs_arena *arena, const ecs_value *raw) {
  ecs_diags diags; /* what is wrong with it is no question here */
  ecs_diags_init(&diags, arena);
  return unknown_of_block(arena, ecs_definition_rows, ecs_definition_spell(arena, raw, &diags));
}

#include "schema/wire.h"

#include "schema/figures.h"

static ecs_value *block_to(ecs_arena *arena, const ecs_row *rows, const ecs_value *block, const ecs_context *context) {
  ecs_value *wire = ecs_value_map(arena);
  for (const ecs_row *row = rows; row->name != NULL; row++) {
    const ecs_value *member = ecs_value_get(block, row->name);
    if (row->create == NULL || !ecs_schema_applies(row, block))
      continue;
    if (ecs_value_is_null(member))
      member = ecs_schema_fallback(arena, row);
    ecs_value *sent = ecs_wire_to(arena, row, member, context);
    if (sent != NULL)
      ecs_value_set_path(arena, wire, row->create, sent);
  }
  return wire;
}

/* A single table stands for a list of one. */
static size_t items_of(const ecs_value *value) { return ecs_value_is(value, ECS_LIST) ? ecs_value_count(value) : 1; }

static const ecs_value *item_of(const ecs_value *value, size_t i) {
  return ecs_value_is(value, ECS_LIST) ? ecs_value_at(value, i) : value;
}

ecs_value *ecs_wire_pairs(ecs_arena *arena, const ecs_value *map, const char *name, const char *value) {
  ecs_value *list = ecs_value_list(arena);
  for (size_t i = 0; ecs_value_is(map, ECS_MAP) && i < map->as.map.count; i++) {
    const ecs_entry *entry = &map->as.map.entries[i];
    ecs_value *pair = ecs_value_map(arena);
    ecs_value_set(arena, pair, name, ecs_value_string(arena, entry->key, entry->size));
    ecs_value_set(arena, pair, value, entry->value);
    ecs_value_push(arena, list, pair);
  }
  return list;
}

static ecs_value *pairs_from(ecs_arena *arena, const ecs_row *row, const ecs_value *list) {
  ecs_value *map = ecs_value_map(arena);
  for (size_t i = 0; i < ecs_value_count(list); i++) {
    const ecs_value *name = ecs_value_get(ecs_value_at(list, i), "name");
    ecs_value *value = ecs_value_get(ecs_value_at(list, i), row->pair);
    if (ecs_value_is(name, ECS_STRING))
      ecs_value_setn(arena, map, name->as.string.bytes, name->as.string.size,
                     ecs_value_is(value, ECS_STRING) ? value : ecs_value_text(arena, ""));
  }
  return map;
}

static ecs_value *named_to(ecs_arena *arena, const ecs_row *row, const ecs_value *map, const ecs_context *context) {
  ecs_value *wire = ecs_value_map(arena);
  for (size_t i = 0; ecs_value_is(map, ECS_MAP) && i < map->as.map.count; i++) {
    const ecs_entry *entry = &map->as.map.entries[i];
    ecs_value_setn(arena, wire, entry->key, entry->size, block_to(arena, row->rows, entry->value, context));
  }
  return wire;
}

ecs_value *ecs_wire_to(ecs_arena *arena, const ecs_row *row, const ecs_value *value, const ecs_context *context) {
  if (ecs_value_is_null(value))
    return NULL;
  if (row->to_wire != NULL) {
    ecs_value *sent = row->to_wire(arena, row, value, context);
    return ecs_value_is_null(sent) ? NULL : sent;
  }
  if (row->kind == ECS_KIND_BLOCK)
    return block_to(arena, row->rows, value, context);
  if (ecs_schema_is_list(row)) {
    ecs_value *list = ecs_value_list(arena);
    for (size_t i = 0; i < items_of(value); i++)
      ecs_value_push(arena, list, block_to(arena, row->rows, item_of(value, i), context));
    return list;
  }
  if (row->kind == ECS_KIND_BLOCK_MAP)
    return named_to(arena, row, value, context);
  if (row->pair != NULL)
    return ecs_wire_pairs(arena, value, "name", row->pair);
  if (row->kind == ECS_KIND_STRING_MAP && ecs_value_count(value) == 0)
    return ecs_value_map(arena); /* an empty Lua table reads as a list */
  return (ecs_value *)value;
}

static ecs_value *block_from(ecs_arena *arena, const ecs_row *rows, const ecs_value *wire, const ecs_context *context) {
  ecs_value *block = ecs_value_map(arena);
  for (const ecs_row *row = rows; row->name != NULL; row++) {
    const char *place = row->answer != NULL ? row->answer : row->create;
    if (place == NULL)
      continue;
    ecs_value *member = ecs_wire_from(arena, row, ecs_value_get_path(wire, place), context);
    if (member != NULL)
      ecs_value_set_row(arena, block, row->name, member);
  }
  return block;
}

bool ecs_wire_is_ours(const ecs_row *row, const ecs_value *item) {
  const ecs_row *needed = row->ours == NULL ? NULL : ecs_schema_find(row->rows, row->ours);
  return needed == NULL || !ecs_value_is_null(ecs_value_get(item, needed->create));
}

const ecs_value *ecs_wire_source(const ecs_row *row, const ecs_value *answer) {
  if (row->source != NULL)
    return row->source(row, answer);
  return row->answer == NULL ? NULL : ecs_value_get_path(answer, row->answer);
}

static ecs_value *blocks_from(ecs_arena *arena, const ecs_row *row, const ecs_value *wire, const ecs_context *context) {
  ecs_value *list = ecs_value_list(arena);
  for (size_t i = 0; i < ecs_value_count(wire); i++) {
    const ecs_value *item = ecs_value_at(wire, i);
    if (ecs_value_is(item, ECS_MAP) && ecs_wire_is_ours(row, item))
      ecs_value_push(arena, list, block_from(arena, row->rows, item, context));
  }
  return list;
}

static ecs_value *named_from(ecs_arena *arena, const ecs_row *row, const ecs_value *wire, const ecs_context *context) {
  ecs_value *map = ecs_value_map(arena);
  for (size_t i = 0; i < ecs_value_count(wire); i++) {
    const ecs_entry *entry = &wire->as.map.entries[i];
    ecs_value_setn(arena, map, entry->key, entry->size, block_from(arena, row->rows, entry->value, context));
  }
  return map;
}

static ecs_value *strings_from(ecs_arena *arena, const ecs_value *wire) {
  ecs_value *list = ecs_value_list(arena);
  for (size_t i = 0; i < ecs_value_count(wire); i++) {
    ecs_value *item = ecs_value_at(wire, i);
    if (ecs_value_is(item, ECS_STRING))
      ecs_value_push(arena, list, item);
  }
  return list;
}

static ecs_value *keep_if(const ecs_value *wire, ecs_type type) {
  return ecs_value_is(wire, type) ? (ecs_value *)wire : NULL;
}

ecs_value *ecs_wire_from(ecs_arena *arena, const ecs_row *row, const ecs_value *wire, const ecs_context *context) {
  if (ecs_value_is_null(wire))
    return NULL;
  if (row->from_wire != NULL) {
    ecs_value *value = row->from_wire(arena, row, wire, context);
    return ecs_value_is_null(value) ? NULL : value;
  }
  switch (row->kind) {
    case ECS_KIND_BOOL: return keep_if(wire, ECS_BOOL);
    case ECS_KIND_INT:
    case ECS_KIND_DURATION: return keep_if(wire, ECS_INT);
    case ECS_KIND_NUMBER: return ecs_value_is(wire, ECS_DOUBLE) ? (ecs_value *)wire : keep_if(wire, ECS_INT);
    case ECS_KIND_STRING: return keep_if(wire, ECS_STRING);
    case ECS_KIND_DOCUMENT: return ecs_figures_plain(arena, wire);
    case ECS_KIND_STRING_LIST:
    case ECS_KIND_STRING_SET: return ecs_value_is(wire, ECS_LIST) ? strings_from(arena, wire) : NULL;
    case ECS_KIND_INT_LIST: return keep_if(wire, ECS_LIST);
    case ECS_KIND_STRING_MAP:
      if (row->pair != NULL)
        return ecs_value_is(wire, ECS_LIST) ? pairs_from(arena, row, wire) : NULL;
      return keep_if(wire, ECS_MAP);
    /* An empty JSON object decoded by Lua is an empty table, which reads as a list. */
    case ECS_KIND_BLOCK: return ecs_value_is(wire, ECS_MAP) ? block_from(arena, row->rows, wire, context) : NULL;
    case ECS_KIND_BLOCK_MAP: return ecs_value_is(wire, ECS_MAP) ? named_from(arena, row, wire, context) : NULL;
    case ECS_KIND_BLOCK_LIST:
    case ECS_KIND_BLOCK_SET: return ecs_value_is(wire, ECS_LIST) ? blocks_from(arena, row, wire, context) : NULL;
  }
  return NULL;
}

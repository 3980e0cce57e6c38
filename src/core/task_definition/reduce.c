#include "task_definition/reduce.h"

#include <stdlib.h>
#include <string.h>

#include "schema/arn.h"
#include "task_definition/rules.h"

typedef struct reducer {
  ecs_arena *arena;
  const char *network_mode;
} reducer;

static ecs_value *reduce_block(const reducer *r, const ecs_row *rows, const ecs_value *block);

/* Whether a value is what its absence means. */
static bool is_implied(const ecs_row *row, const ecs_value *value) {
  const char *text = row->implied;
  if (text == NULL)
    return false;
  switch (value->type) {
    case ECS_BOOL: return value->as.boolean == (text[0] == 't');
    case ECS_INT: return text[0] != '"' && value->as.integer == strtoll(text, NULL, 10);
    case ECS_STRING:
      return text[0] == '"' && value->as.string.size == strlen(text) - 2 &&
             memcmp(value->as.string.bytes, text + 1, value->as.string.size) == 0;
    default: return false;
  }
}

/* Texts in one order, each once. */
static ecs_value *reduce_set(const reducer *r, const ecs_value *value) {
  ecs_value *list = ecs_value_list(r->arena), *sorted = ecs_value_copy(r->arena, value);
  ecs_value_sort(sorted);
  for (size_t i = 0; i < ecs_value_count(sorted); i++) {
    ecs_value *item = ecs_value_at(sorted, i);
    if (i == 0 || !ecs_value_equal(ecs_value_at(sorted, i - 1), item))
      ecs_value_push(r->arena, list, item);
  }
  return list;
}

/* Blocks that a name tells apart, by that name. */
static ecs_value *reduce_named(const reducer *r, const ecs_row *row, const ecs_value *value) {
  ecs_value *map = ecs_value_map(r->arena);
  for (size_t i = 0; i < ecs_value_count(value); i++) {
    const ecs_value *item = ecs_value_at(value, i);
    ecs_value *reduced = reduce_block(r, row->rows, item);
    if (reduced != NULL)
      ecs_value_set(r->arena, map, ecs_value_text_or(ecs_value_get(item, "name"), ""), reduced);
  }
  return map;
}

static ecs_value *reduce_blocks(const reducer *r, const ecs_row *row, const ecs_value *value) {
  ecs_value *list = ecs_value_list(r->arena);
  for (size_t i = 0; i < ecs_value_count(value); i++) {
    ecs_value *reduced = reduce_block(r, row->rows, ecs_value_at(value, i));
    if (reduced != NULL)
      ecs_value_push(r->arena, list, reduced);
  }
  return row->kind == ECS_KIND_BLOCK_SET ? reduce_set(r, list) : list;
}

static ecs_value *reduce_value(const reducer *r, const ecs_row *row, const ecs_value *value) {
  switch (row->kind) {
    case ECS_KIND_BLOCK: return reduce_block(r, row->rows, value);
    case ECS_KIND_BLOCK_LIST:
    case ECS_KIND_BLOCK_SET: return row->identity != NULL ? reduce_named(r, row, value) : reduce_blocks(r, row, value);
    case ECS_KIND_STRING_SET: return reduce_set(r, value);
    case ECS_KIND_STRING: /* "1 vCPU", also in the answer of a server that does not convert it */
      return row->normalise == NULL ? (ecs_value *)value : row->normalise(r->arena, row, value, NULL);
    default: return (ecs_value *)value;
  }
}

/* The host's port is the container's with awsvpc and host; 0 asks for any free one, as its absence does. */
static bool is_usual_port(const reducer *r, const ecs_value *mapping) {
  int64_t host = ecs_value_int_or(ecs_value_get(mapping, "host_port"), 0);
  bool same = strcmp(r->network_mode, "awsvpc") == 0 || strcmp(r->network_mode, "host") == 0;
  return host == 0 || (same && host == ecs_value_int_or(ecs_value_get(mapping, "container_port"), -1));
}

static ecs_value *reduce_block(const reducer *r, const ecs_row *rows, const ecs_value *block) {
  ecs_value *map = ecs_value_map(r->arena);
  for (const ecs_row *row = rows; row->name != NULL; row++) {
    const ecs_value *value = ecs_value_get(block, row->name);
    if ((row->flags & (ECS_META | ECS_TAGS)) != 0 || ecs_value_is_empty(value) || is_implied(row, value))
      continue;
    if (row == ecs_definition_port_mapping_host && is_usual_port(r, block))
      continue;
    ecs_value *reduced = reduce_value(r, row, value);
    if (!ecs_value_is_empty(reduced))
      ecs_value_set_row(r->arena, map, row->name, reduced);
  }
  return ecs_value_count(map) == 0 ? NULL : map;
}

ecs_value *ecs_definition_reduce(ecs_arena *arena, const ecs_value *normal) {
  reducer r = {.arena = arena, .network_mode = ecs_value_text_or(ecs_value_get(normal, "network_mode"), "bridge")};
  ecs_value *reduced = reduce_block(&r, ecs_definition_rows, normal);
  return reduced == NULL ? ecs_value_map(arena) : reduced;
}

ecs_value *ecs_definition_reduce_containers(ecs_arena *arena, const ecs_value *containers, const char *network_mode) {
  reducer r = {.arena = arena, .network_mode = network_mode == NULL ? "bridge" : network_mode};
  return reduce_named(&r, ecs_schema_find(ecs_definition_rows, "container_definitions"), containers);
}

bool ecs_definition_same_role(const ecs_value *a, const ecs_value *b) {
  ecs_arn arn;
  if (ecs_value_equal(a, b))
    return true;
  if (ecs_arn_claimed(a) == ecs_arn_claimed(b))
    return false;
  const ecs_value *whole = ecs_arn_claimed(a) ? a : b, *name = whole == a ? b : a;
  return ecs_arn_parse(whole, &arn) && ecs_text_equal(ecs_arn_after(&arn, "role/"), ecs_text_of(name));
}

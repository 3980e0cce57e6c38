/* The rows as a value: for ecs.schema(), the documentation and the editor types. */
#include "schema/in_words.h"
#include "schema/resource.h"

static const char *const kind_names[] = {
    [ECS_KIND_BOOL] = "bool",           [ECS_KIND_INT] = "int",
    [ECS_KIND_STRING] = "string",       [ECS_KIND_DURATION] = "duration",
    [ECS_KIND_STRING_LIST] = "list",    [ECS_KIND_STRING_SET] = "set",
    [ECS_KIND_STRING_MAP] = "map",      [ECS_KIND_INT_LIST] = "int_list",
    [ECS_KIND_BLOCK] = "block",         [ECS_KIND_BLOCK_LIST] = "block_list",
    [ECS_KIND_BLOCK_SET] = "block_set", [ECS_KIND_NUMBER] = "number",
    [ECS_KIND_DOCUMENT] = "document",   [ECS_KIND_BLOCK_MAP] = "block_map",
};

static void set_names(ecs_arena *arena, ecs_value *map, const char *key, const char *const *names) {
  if (names == NULL)
    return;
  ecs_value *list = ecs_value_list(arena);
  for (; *names != NULL; names++)
    ecs_value_push(arena, list, ecs_value_text(arena, *names));
  ecs_value_set(arena, map, key, list);
}

static void set_flags(ecs_arena *arena, ecs_value *map, unsigned flags, const ecs_flag_name *names) {
  for (; names != NULL && names->name != NULL; names++) {
    if (flags & names->flag)
      ecs_value_set(arena, map, names->name, ecs_value_bool(arena, true));
  }
}

static const ecs_flag_name names_of_all[] = {
    {ECS_REQUIRED, "required"},
    {ECS_COMPUTED, "computed"},
    {ECS_REPLACES, "replaces"},
    {ECS_DEPLOYS, "deploys"},
    {ECS_LOCAL, "local"},
    {ECS_META, "meta"},
    {ECS_SECRET, "secret"},
    {ECS_READONLY, "readonly"},
    {ECS_TAGS, "tags"},
    {ECS_NEXT_DEPLOY, "next_deploy"},
    {ECS_SECRET_KEYS, "secret_keys"},
    {0, NULL},
};

static void set_bounds(ecs_arena *arena, ecs_value *map, const ecs_row *row) {
  if (row->kind == ECS_KIND_NUMBER) {
    double scale = (double)row->scale;
    ecs_value_set(arena, map, "minimum", ecs_value_number(arena, (double)row->minimum / scale));
    ecs_value_set(arena, map, "maximum", ecs_value_number(arena, (double)row->maximum / scale));
    ecs_value_set(arena, map, "step", ecs_value_number(arena, 1 / scale));
  } else if (row->minimum != 0 || row->maximum != 0) {
    ecs_value_set(arena, map, "minimum", ecs_value_int(arena, row->minimum));
    ecs_value_set(arena, map, "maximum", ecs_value_int(arena, row->maximum));
  }
  if (row->min_items > 0)
    ecs_value_set(arena, map, "min_items", ecs_value_int(arena, (int64_t)row->min_items));
  if (row->max_items > 0)
    ecs_value_set(arena, map, "max_items", ecs_value_int(arena, (int64_t)row->max_items));
}

static ecs_value *rows_value(ecs_arena *arena, const ecs_row *rows, const ecs_flag_name *own);

static ecs_value *row_value(ecs_arena *arena, const ecs_row *row, const ecs_flag_name *own) {
  ecs_value *map = ecs_value_map(arena);
  ecs_value_set_text(arena, map, "name", row->name);
  ecs_value_set_text(arena, map, "kind", kind_names[row->kind]);
  set_flags(arena, map, row->flags, names_of_all);
  set_flags(arena, map, row->flags, own);
  if (row->fallback != NULL)
    ecs_value_set(arena, map, "default", ecs_schema_fallback(arena, row));
  ecs_value_set_text(arena, map, "implied", row->implied);
  ecs_value_set_text(arena, map, "left_to", row->left_to);
  set_bounds(arena, map, row);
  set_names(arena, map, "choices", row->choices);
  set_names(arena, map, "conflicts", row->conflicts);
  set_names(arena, map, "requires_with", row->requires_with);
  set_names(arena, map, "only_while", row->only_while);
  ecs_value_set_text(arena, map, "pattern", row->pattern_hint);
  ecs_value_set_text(arena, map, "arn", row->arn_service);
  ecs_value_set_text(arena, map, "create", row->create);
  ecs_value_set_text(arena, map, "update", row->update);
  ecs_value_set_text(arena, map, "answer", row->answer);
  ecs_value_set_text(arena, map, "doc", row->doc);
  ecs_value_set_text(arena, map, "since", row->since);
  if (row->rows != NULL)
    ecs_value_set(arena, map, "rows", rows_value(arena, row->rows, own));
  return map;
}

static ecs_value *rows_value(ecs_arena *arena, const ecs_row *rows, const ecs_flag_name *own) {
  ecs_value *list = ecs_value_list(arena);
  for (const ecs_row *row = rows; row->name != NULL; row++)
    ecs_value_push(arena, list, row_value(arena, row, own));
  return list;
}

ecs_value *ecs_resource_value(const ecs_resource *kind, ecs_arena *arena) {
  return rows_value(arena, kind->rows, kind->flag_names);
}

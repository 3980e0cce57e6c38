#include "task/task.h"

#include "task/rules.h"

/* The text of a variable, or NULL: it can be none. */
static ecs_value *as_text(ecs_arena *arena, const ecs_value *value) {
  ecs_value *text = ecs_schema_number_as_text(arena, NULL, value, NULL);
  return ecs_value_is(text, ECS_STRING) ? text : NULL;
}

/* Puts { name, value } into a map; false: it is no such pair, or the name is taken. */
static bool put_pair(ecs_arena *arena, ecs_value *map, const ecs_value *pair, const char *key) {
  const ecs_value *name = ecs_value_get(pair, key), *given = ecs_value_get(pair, "value");
  ecs_value *text = given == NULL ? ecs_value_text(arena, "") : as_text(arena, given);
  if (!ecs_value_is(name, ECS_STRING) || text == NULL || ecs_value_count(pair) != (given == NULL ? 1U : 2U) ||
      ecs_value_getn(map, name->as.string.bytes, name->as.string.size) != NULL)
    return false;
  ecs_value_setn(arena, map, name->as.string.bytes, name->as.string.size, text);
  return true;
}

static ecs_value *map_of_pairs(ecs_arena *arena, const ecs_value *list, const char *key) {
  ecs_value *map = ecs_value_map(arena);
  for (size_t i = 0; i < ecs_value_count(list); i++) {
    if (!put_pair(arena, map, ecs_value_at(list, i), key))
      return (ecs_value *)list;
  }
  return map;
}

ecs_value *ecs_task_texts(ecs_arena *arena, const ecs_row *row, const ecs_value *value, const ecs_context *context) {
  (void)context;
  if (ecs_value_is(value, ECS_LIST) && ecs_value_count(value) > 0)
    return map_of_pairs(arena, value, row->pair == NULL ? "key" : "name");
  if (!ecs_value_is(value, ECS_MAP))
    return (ecs_value *)value;
  ecs_value *map = ecs_value_map(arena);
  for (size_t i = 0; i < value->as.map.count; i++) {
    const ecs_entry *entry = &value->as.map.entries[i];
    ecs_value_setn(arena, map, entry->key, entry->size, ecs_schema_number_as_text(arena, row, entry->value, NULL));
  }
  return map;
}

ecs_value *ecs_task_network(ecs_arena *arena, const ecs_row *row, const ecs_value *value, const ecs_context *context) {
  (void)arena;
  (void)row;
  (void)context;
  const ecs_value *inner = ecs_value_get(value, "awsvpc_configuration");
  return (ecs_value *)(inner != NULL && ecs_value_count(value) == 1 ? inner : value);
}

static void check(ecs_arena *arena, const ecs_value *normal, ecs_diags *diags) {
  (void)arena;
  if (ecs_value_int_or(ecs_value_get(normal, "timeout"), 1) < 1)
    ecs_diags_add(diags, "OutOfRange", "timeout", "0 s is no time to wait for a task")->hint =
        "write how long it may take at most, such as \"15m\"; 1h when absent";
  if (ecs_value_is_null(ecs_value_get(normal, "task_definition")) &&
      ecs_value_is_null(ecs_value_get(normal, "service")))
    ecs_diags_add(diags, "Missing", "task_definition", "nothing says what is run")->hint =
        "set task_definition, or the service whose task definition, cluster and network it has";
}

const ecs_resource ecs_task_resource = {
    .name = "task",
    .sample = "{ service = \"…\", command = { … } }",
    .rows = ecs_task_rows,
    .check = check,
};

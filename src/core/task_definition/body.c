#include "task_definition/body.h"

#include <string.h>

#include "schema/arn.h"
#include "schema/wire.h"
#include "task_definition/rules.h"
#include "task_definition/spelling.h"

static ecs_value *block_to(ecs_arena *arena, const ecs_row *rows, const ecs_value *block);

static ecs_value *blocks_to(ecs_arena *arena, const ecs_row *row, const ecs_value *list) {
  ecs_value *wire = ecs_value_list(arena);
  for (size_t i = 0; i < ecs_value_count(list); i++)
    ecs_value_push(arena, wire, block_to(arena, row->rows, ecs_value_at(list, i)));
  return wire;
}

/* Only what was declared: a default that nobody wrote is ECS's to choose. */
static ecs_value *block_to(ecs_arena *arena, const ecs_row *rows, const ecs_value *block) {
  ecs_value *wire = ecs_value_map(arena), *sent;
  for (const ecs_row *row = rows; row->name != NULL; row++) {
    const ecs_value *value = ecs_value_get(block, row->name);
    if (row->create == NULL || ecs_value_is_null(value))
      continue;
    if (row->kind == ECS_KIND_BLOCK)
      sent = block_to(arena, row->rows, value);
    else
      sent = ecs_schema_is_list(row) ? blocks_to(arena, row, value) : ecs_wire_to(arena, row, value, NULL);
    if (sent != NULL)
      ecs_value_set_path(arena, wire, row->create, sent);
  }
  return wire;
}

ecs_value *ecs_definition_body(ecs_arena *arena, const ecs_value *normal, const ecs_value *tags) {
  ecs_value *body = block_to(arena, ecs_definition_rows, normal);
  if (tags == NULL)
    tags = ecs_value_get(normal, "tags");
  if (ecs_value_is(tags, ECS_MAP) && ecs_value_count(tags) > 0)
    ecs_value_set(arena, body, "tags", ecs_wire_pairs(arena, tags, "key", "value"));
  return body;
}

ecs_value *ecs_definition_strip(ecs_arena *arena, const ecs_value *answer) {
  ecs_value *body = ecs_value_map(arena);
  for (size_t i = 0; ecs_value_is(answer, ECS_MAP) && i < answer->as.map.count; i++) {
    const ecs_entry *entry = &answer->as.map.entries[i];
    bool blank =
        ecs_value_is(entry->value, ECS_STRING) && entry->value->as.string.size == 0; /* some servers' "absent" */
    if (!blank && !ecs_value_is_null(entry->value) && !ecs_definition_is_answered(entry->key))
      ecs_value_setn(arena, body, entry->key, entry->size, entry->value);
  }
  return body;
}

static ecs_value *tags_from(ecs_arena *arena, const ecs_value *list) {
  ecs_value *map = ecs_value_map(arena);
  for (size_t i = 0; i < ecs_value_count(list); i++) {
    const ecs_value *tag = ecs_value_at(list, i), *key = ecs_value_get(tag, "key");
    if (ecs_value_is(key, ECS_STRING))
      ecs_value_setn(arena, map, key->as.string.bytes, key->as.string.size,
                     ecs_value_text(arena, ecs_value_text_or(ecs_value_get(tag, "value"), "")));
  }
  return map;
}

static void read_identity(ecs_arena *arena, const ecs_value *answer, ecs_value *normal) {
  const char *arn = ecs_value_text_or(ecs_value_get(answer, "taskDefinitionArn"), NULL);
  const ecs_value *revision = ecs_value_get(answer, "revision");
  const char *colon = arn == NULL ? NULL : strrchr(arn, ':');
  if (colon != NULL) {
    ecs_value_set_text(arena, normal, "arn", arn);
    ecs_value_set(arena, normal, "arn_without_revision", ecs_value_string(arena, arn, (size_t)(colon - arn)));
  }
  if (ecs_value_is(revision, ECS_INT))
    ecs_value_set(arena, normal, "revision", (ecs_value *)revision);
  ecs_value_set_text(arena, normal, "status", ecs_value_text_or(ecs_value_get(answer, "status"), NULL));
}

ecs_value *ecs_definition_read(ecs_arena *arena, const ecs_value *answer, const ecs_value *tags) {
  ecs_value *normal = ecs_value_map(arena);
  for (const ecs_row *row = ecs_definition_rows; row->name != NULL; row++) {
    ecs_value *value = row->answer == NULL ? NULL : ecs_value_get_path(answer, row->answer);
    if (value != NULL)
      value = ecs_wire_from(arena, row, value, NULL);
    if (!ecs_value_is_empty(value))
      ecs_value_set_row(arena, normal, row->name, value);
  }
  if (ecs_value_count(tags) > 0)
    ecs_value_set(arena, normal, "tags", tags_from(arena, tags));
  read_identity(arena, answer, normal);
  return normal;
}

#include "schema/schema.h"

#include <stdlib.h>
#include <string.h>

#include "base/duration.h"

bool ecs_schema_names(const char *const *names, const char *name) {
  for (; names != NULL && *names != NULL; names++) {
    if (strcmp(*names, name) == 0)
      return true;
  }
  return false;
}

bool ecs_schema_is_list(const ecs_row *row) {
  return row->kind == ECS_KIND_BLOCK_LIST || row->kind == ECS_KIND_BLOCK_SET;
}

const ecs_row *ecs_schema_find(const ecs_row *rows, const char *name) {
  for (const ecs_row *row = rows; row != NULL && row->name != NULL; row++) {
    if (strcmp(row->name, name) == 0)
      return row;
  }
  return NULL;
}

static bool has_one_of(const ecs_row *row, const char *const *names, const ecs_value *element, bool wire) {
  for (; names != NULL && *names != NULL; names++) {
    const ecs_row *member = ecs_schema_find(row->rows, *names);
    if (!ecs_value_is_empty(ecs_value_get(element, wire ? member->create : member->name)))
      return true;
  }
  return false;
}

const char *const *ecs_schema_identity(const ecs_row *row, const ecs_value *element, bool wire) {
  bool other = row->identity_else != NULL && !has_one_of(row, row->identity, element, wire);
  return other ? row->identity_else : row->identity;
}

const char *ecs_schema_known_by(ecs_arena *arena, const ecs_value *value) {
  if (!ecs_value_is(value, ECS_LIST))
    return ecs_value_text_or(value, "");
  const char *text = "";
  ecs_value *sorted = ecs_value_shallow(arena, value);
  ecs_value_sort(sorted);
  for (size_t i = 0; i < ecs_value_count(sorted) && text != NULL; i++)
    text = ecs_arena_format(arena, "%s%s%s", text, i == 0 ? "" : " ", ecs_value_text_or(ecs_value_at(sorted, i), ""));
  return text == NULL ? "" : text;
}

bool ecs_schema_applies(const ecs_row *row, const ecs_value *block) {
  return row->only_while == NULL || ecs_value_is_text(ecs_value_get(block, row->only_while[0]), row->only_while[1]);
}

ecs_value *ecs_schema_left(const ecs_row *row, const ecs_value *value) {
  return row->left_to != NULL && ecs_value_is(value, ECS_MAP) ? ecs_value_get(value, row->left_to) : NULL;
}

ecs_value *ecs_schema_fallback(ecs_arena *arena, const ecs_row *row) {
  const char *text = row->fallback;
  if (text == NULL)
    return NULL;
  if (row->kind == ECS_KIND_BOOL)
    return ecs_value_bool(arena, strcmp(text, "true") == 0);
  if (text[0] != '"')
    return ecs_value_int(arena, strtoll(text, NULL, 10));
  size_t size = strlen(text) - 2;
  int64_t seconds;
  if (row->kind == ECS_KIND_DURATION && ecs_duration_parse(text + 1, size, &seconds))
    return ecs_value_int(arena, seconds);
  return ecs_value_string(arena, text + 1, size);
}

const ecs_row *ecs_schema_by_wire(const ecs_row *rows, const char *name, size_t size) {
  for (const ecs_row *row = rows; row->name != NULL; row++) {
    const char *dot = row->create == NULL ? NULL : strrchr(row->create, '.');
    const char *last = dot == NULL ? row->create : dot + 1;
    if (last != NULL && strlen(last) == size && memcmp(last, name, size) == 0)
      return row;
  }
  return NULL;
}

ecs_value *ecs_schema_accept_one(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                 const ecs_context *context) {
  (void)row;
  (void)context;
  if (!ecs_value_is(value, ECS_STRING))
    return (ecs_value *)value;
  ecs_value *list = ecs_value_list(arena);
  ecs_value_push(arena, list, (ecs_value *)value);
  return list;
}

ecs_value *ecs_schema_number_as_text(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                     const ecs_context *context) {
  (void)row;
  (void)context;
  if (!ecs_value_is(value, ECS_INT))
    return (ecs_value *)value;
  return ecs_value_format(arena, "%lld", (long long)value->as.integer);
}

bool ecs_schema_is_secret_key(const char *key) {
  static const char *const words[] = {"token", "password", "passwd", "secret", "apikey", NULL};
  char letters[256];
  size_t size = 0;
  for (const char *c = key; *c != '\0' && size + 1 < sizeof letters; c++) {
    if ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z'))
      letters[size++] = (char)(*c | 0x20);
  }
  letters[size] = '\0';
  for (const char *const *word = words; *word != NULL; word++) {
    if (strstr(letters, *word) != NULL)
      return true;
  }
  return false;
}

#include "schema/schema.h"

#include <stdlib.h>
#include <string.h>

#include "base/duration.h"

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

/* Whether a value says no more than its absence: the default, or nothing at all. */
static bool says_nothing(const ecs_row *row, const ecs_value *value) {
  const char *text = row->fallback;
  switch (value->type) {
    case ECS_NULL: return true;
    case ECS_BOOL: return row->kind == ECS_KIND_BOOL && value->as.boolean == (text != NULL && text[0] == 't');
    case ECS_INT: return text != NULL && text[0] != '"' && value->as.integer == strtoll(text, NULL, 10);
    case ECS_STRING:
      if (text == NULL || text[0] != '"')
        return value->as.string.size == 0;
      return value->as.string.size == strlen(text) - 2 &&
             memcmp(value->as.string.bytes, text + 1, value->as.string.size) == 0;
    case ECS_LIST:
    case ECS_MAP: return ecs_value_is_empty(value);
    default: return false;
  }
}

static bool block_equal(const ecs_row *rows, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  for (const ecs_row *row = rows; row->name != NULL; row++) {
    if (!ecs_schema_equal(row, ecs_value_get(a, row->name), ecs_value_get(b, row->name), context))
      return false;
  }
  return true;
}

typedef bool item_equal_fn(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context);

static bool blocks_item_equal(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  return block_equal(row->rows, a, b, context);
}

static bool strings_item_equal(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  (void)row;
  (void)context;
  return ecs_value_equal(a, b);
}

static bool lists_equal(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context,
                        item_equal_fn *equal) {
  size_t count = ecs_value_count(a);
  if (count != ecs_value_count(b))
    return false;
  for (size_t i = 0; i < count; i++) {
    if (!equal(row, ecs_value_at(a, i), ecs_value_at(b, i), context))
      return false;
  }
  return true;
}

/* Whether every item of one set has an equal in the other; the same place is looked at first, because most sets come
** back in the order in which they were sent. `swapped`: the items of `a` belong on the right. */
static bool all_within(const ecs_row *row, const ecs_value *a, const ecs_value *b, bool swapped,
                       const ecs_context *context, item_equal_fn *equal) {
  size_t count = ecs_value_count(b);
  for (size_t i = 0; i < ecs_value_count(a); i++) {
    const ecs_value *item = ecs_value_at(a, i);
    bool found = false;
    for (size_t step = 0; step < count && !found; step++) {
      const ecs_value *other = ecs_value_at(b, (i + step) % count);
      found = swapped ? equal(row, other, item, context) : equal(row, item, other, context);
    }
    if (!found)
      return false;
  }
  return true;
}

static bool sets_equal(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context,
                       item_equal_fn *equal) {
  return all_within(row, a, b, false, context, equal) && all_within(row, b, a, true, context, equal);
}

bool ecs_schema_equal_by_kind(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  if (ecs_value_is_null(b) && (row->flags & ECS_COMPUTED))
    return true;
  if (ecs_value_is_null(a) || ecs_value_is_null(b))
    return (a == NULL || says_nothing(row, a)) && (b == NULL || says_nothing(row, b));
  switch (row->kind) {
    case ECS_KIND_BLOCK: return block_equal(row->rows, a, b, context);
    case ECS_KIND_BLOCK_LIST: return lists_equal(row, a, b, context, blocks_item_equal);
    case ECS_KIND_BLOCK_SET: return sets_equal(row, a, b, context, blocks_item_equal);
    case ECS_KIND_STRING_LIST: return lists_equal(row, a, b, context, strings_item_equal);
    case ECS_KIND_STRING_SET: return sets_equal(row, a, b, context, strings_item_equal);
    default: return ecs_value_equal(a, b);
  }
}

bool ecs_schema_equal(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  if (row->equal != NULL)
    return row->equal(row, a, b, context);
  return ecs_schema_equal_by_kind(row, a, b, context);
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

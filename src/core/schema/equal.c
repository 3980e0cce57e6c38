/* When two values of a row mean the same: of blocks and lists by their members, of sets in any order. */
#include "schema/equal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

/* The member of a block, or what it is while it is not set. */
static const ecs_value *member_of(const ecs_row *row, const ecs_value *block) {
  const ecs_value *value = ecs_value_get(block, row->name);
  return row->otherwise != NULL && ecs_value_is_empty(value) ? ecs_value_get(block, row->otherwise) : value;
}

static bool block_equal(const ecs_row *rows, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  for (const ecs_row *row = rows; row->name != NULL; row++) {
    if (!ecs_equal(row, member_of(row, a), member_of(row, b), context))
      return false;
  }
  return true;
}

/* Blocks by their names: the same names, and equals under each. */
static bool named_equal(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  if (ecs_value_count(a) != ecs_value_count(b))
    return false;
  for (size_t i = 0; i < ecs_value_count(a); i++) {
    const ecs_entry *entry = &a->as.map.entries[i];
    const ecs_value *other = ecs_value_getn(b, entry->key, entry->size);
    if (other == NULL || !block_equal(row->rows, entry->value, other, context))
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

/* Fractions come back in another form than they went, now and then. */
static bool same_steps(const ecs_row *row, const ecs_value *a, const ecs_value *b) {
  double scale = (double)row->scale;
  return floor(ecs_value_number_or(a, 0) * scale + 0.5) == floor(ecs_value_number_or(b, 0) * scale + 0.5);
}

bool ecs_equal_by_kind(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  if (ecs_value_is_null(b) && (row->flags & ECS_COMPUTED))
    return true;
  if (ecs_value_is_null(a) || ecs_value_is_null(b))
    return (a == NULL || says_nothing(row, a)) && (b == NULL || says_nothing(row, b));
  switch (row->kind) {
    case ECS_KIND_BLOCK: return block_equal(row->rows, a, b, context);
    case ECS_KIND_BLOCK_LIST: return lists_equal(row, a, b, context, blocks_item_equal);
    case ECS_KIND_BLOCK_SET: return sets_equal(row, a, b, context, blocks_item_equal);
    case ECS_KIND_BLOCK_MAP: return named_equal(row, a, b, context);
    case ECS_KIND_INT_LIST:
    case ECS_KIND_STRING_LIST: return lists_equal(row, a, b, context, strings_item_equal);
    case ECS_KIND_STRING_SET: return sets_equal(row, a, b, context, strings_item_equal);
    case ECS_KIND_NUMBER: return same_steps(row, a, b);
    default: return ecs_value_equal(a, b);
  }
}

bool ecs_equal(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  if (row->equal != NULL)
    return row->equal(row, a, b, context);
  return ecs_equal_by_kind(row, a, b, context);
}

#include "schema/in_words.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/utf8.h"

#define SHOWN 60 /* bytes of a text that a diagnostic shows */

/* Texts go into other texts: without memory they are empty, and the arena remembers. */
static const char *sure(const char *text) { return text == NULL ? "" : text; }

/* The bytes that are shown: not the first half of a character. */
static size_t shown_size(const ecs_value *text) {
  size_t size = text->as.string.size;
  if (size <= SHOWN)
    return size;
  for (size = SHOWN; size > 0 && ((unsigned char)text->as.string.bytes[size] & 0xC0) == 0x80;)
    size--;
  return size;
}

const char *ecs_describe_value(ecs_arena *arena, const ecs_value *value) {
  char digits[ECS_NUMBER_ROOM];
  switch (value == NULL ? ECS_NULL : value->type) {
    case ECS_NULL: return NULL;
    case ECS_BOOL: return value->as.boolean ? "true" : "false";
    case ECS_INT: return sure(ecs_arena_format(arena, "%lld", (long long)value->as.integer));
    case ECS_DOUBLE: ecs_number_write(value->as.number, digits); return sure(ecs_arena_format(arena, "%s", digits));
    case ECS_STRING:
      return sure(ecs_arena_format(arena, "\"%.*s%s\"", (int)shown_size(value), value->as.string.bytes,
                                   value->as.string.size > SHOWN ? "…" : ""));
    case ECS_LIST: return sure(ecs_arena_format(arena, "a list of %zu", value->as.list.count));
    case ECS_MAP: return sure(ecs_arena_format(arena, "a table of %zu", value->as.map.count));
  }
  return NULL;
}

const char *ecs_describe_type(const ecs_value *value) {
  return ecs_value_is(value, ECS_DOUBLE) ? "a fraction" : ecs_value_type_name(value);
}

const char *ecs_describe_kind(ecs_kind kind) {
  switch (kind) {
    case ECS_KIND_BOOL: return "true or false";
    case ECS_KIND_INT: return "a whole number";
    case ECS_KIND_NUMBER: return "a number";
    case ECS_KIND_STRING: return "a string";
    case ECS_KIND_DOCUMENT: return "JSON or a value of Lua";
    case ECS_KIND_DURATION: return "a duration";
    case ECS_KIND_STRING_LIST:
    case ECS_KIND_STRING_SET: return "a list of strings";
    case ECS_KIND_INT_LIST: return "a list of whole numbers";
    case ECS_KIND_STRING_MAP: return "a table of strings";
    case ECS_KIND_BLOCK: return "a table";
    case ECS_KIND_BLOCK_LIST:
    case ECS_KIND_BLOCK_SET: return "a list of tables";
    case ECS_KIND_BLOCK_MAP: return "a table of tables";
  }
  return "a value";
}

const char *ecs_describe_choices(ecs_arena *arena, const char *const *choices) {
  const char *text = choices[0];
  for (size_t i = 1; choices[i] != NULL && text != NULL; i++)
    text = ecs_arena_format(arena, "%s%s%s", text, choices[i + 1] == NULL ? " or " : ", ", choices[i]);
  return text == NULL ? "" : text;
}

const char *ecs_describe_row(ecs_arena *arena, const ecs_row *row) {
  if (row->choices != NULL)
    return ecs_describe_choices(arena, row->choices);
  if (row->pattern_hint != NULL)
    return row->pattern_hint;
  if (row->left_to != NULL && row->maximum > 0)
    return ecs_arena_format(arena, "%lld to %lld, or ecs.%s", (long long)row->minimum, (long long)row->maximum,
                            row->left_to);
  if (row->kind == ECS_KIND_INT && row->maximum > 0)
    return ecs_arena_format(arena, "%lld to %lld", (long long)row->minimum, (long long)row->maximum);
  if (row->kind == ECS_KIND_NUMBER) {
    double scale = (double)row->scale;
    const char *least = ecs_describe_value(arena, ecs_value_number(arena, (double)row->minimum / scale));
    const char *most = ecs_describe_value(arena, ecs_value_number(arena, (double)row->maximum / scale));
    const char *step = ecs_describe_value(arena, ecs_value_number(arena, 1 / scale));
    return sure(ecs_arena_format(arena, "%s to %s, in steps of %s", sure(least), sure(most), sure(step)));
  }
  if (row->arn_service != NULL)
    return ecs_arena_format(arena, "an ARN of %s", row->arn_service);
  if (row->max_items > 0)
    return ecs_arena_format(arena, "%s, at most %zu", ecs_describe_kind(row->kind), row->max_items);
  return ecs_describe_kind(row->kind);
}

static bool is_number(const char *text) { return !isnan(ecs_number_read(text, NAN)); }

static const char *cure_for_bool(const ecs_value *given) {
  const char *text = ecs_value_text_or(given, "");
  if (strcmp(text, "true") == 0 || strcmp(text, "ENABLED") == 0 || ecs_value_int_or(given, 0) == 1)
    return "write true, without quotes";
  if (strcmp(text, "false") == 0 || strcmp(text, "DISABLED") == 0)
    return "write false, without quotes";
  return "write true or false";
}

const char *ecs_describe_cure(ecs_arena *arena, const ecs_row *row, const ecs_value *given) {
  const char *text = ecs_value_text_or(given, "");
  const char *shown = ecs_describe_value(arena, given);
  bool scalar = ecs_value_is(given, ECS_INT) || ecs_value_is(given, ECS_DOUBLE) || ecs_value_is(given, ECS_BOOL);
  switch (row->kind) {
    case ECS_KIND_BOOL: return cure_for_bool(given);
    case ECS_KIND_INT:
      if (is_number(text))
        return ecs_arena_format(arena, "write %s, without quotes", text);
      return ecs_value_is(given, ECS_DOUBLE) ? "round it to a whole number" : "write a whole number, without quotes";
    case ECS_KIND_NUMBER:
      return is_number(text) ? ecs_arena_format(arena, "write %s, without quotes", text)
                             : "write a number, without quotes";
    case ECS_KIND_STRING:
      if (scalar && shown != NULL)
        return ecs_arena_format(arena, "write \"%s\", in quotes", shown);
      return ecs_value_is(given, ECS_LIST) && ecs_value_count(given) == 1 ? "write it without the braces"
                                                                          : "write one text in quotes";
    case ECS_KIND_STRING_LIST:
    case ECS_KIND_STRING_SET:
      if (ecs_value_is(given, ECS_STRING))
        return ecs_arena_format(arena, "write { %s }", shown == NULL ? "" : shown);
      return "write { \"one\", \"two\" }";
    case ECS_KIND_INT_LIST: return "write { 1, 2 }, without quotes";
    case ECS_KIND_STRING_MAP: return "write { key = \"value\" }";
    case ECS_KIND_BLOCK: return ecs_arena_format(arena, "write %s = { %s = … }", row->name, row->rows->name);
    case ECS_KIND_BLOCK_LIST:
    case ECS_KIND_BLOCK_SET: return ecs_arena_format(arena, "write %s = { { %s = … } }", row->name, row->rows->name);
    case ECS_KIND_BLOCK_MAP:
      return ecs_arena_format(arena, "write %s = { NAME = { %s = … } }", row->name, row->rows->name);
    default: return NULL;
  }
}

/* A trigger is an expression, such as a time, more often than not: quotes around what it was this time would freeze it. */
const char *ecs_describe_trigger_cure(ecs_arena *arena, const ecs_value *given) {
  const char *shown = ecs_describe_value(arena, given);
  if (ecs_value_is(given, ECS_LIST) || ecs_value_is(given, ECS_MAP) || shown == NULL)
    return "write one text";
  return sure(ecs_arena_format(
      arena, "write tostring(…) around an expression; \"%s\", in quotes, where it never changes", shown));
}

bool ecs_describe_utf8(const char *bytes, size_t size, size_t *characters) {
  *characters = 0;
  for (size_t at = 0; at < size; ++*characters) {
    size_t length = ecs_utf8_size(bytes + at, size - at);
    if (length == 0 || bytes[at] == '\0')
      return false;
    at += length;
  }
  return true;
}

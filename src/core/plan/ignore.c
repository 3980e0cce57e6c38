#include "plan/ignore.h"

#include <stdlib.h>
#include <string.h>

#include "schema/pair.h"

static size_t paths_of(const ecs_value *ignored) {
  return ecs_value_is(ignored, ECS_STRING) ? 1 : ecs_value_is(ignored, ECS_LIST) ? ecs_value_count(ignored) : 0;
}

static const char *path_of(const ecs_value *ignored, size_t i) {
  return ecs_value_text_or(ecs_value_is(ignored, ECS_STRING) ? ignored : ecs_value_at(ignored, i), "");
}

/* What follows the name of the argument in `path`: "" for the whole of it, NULL when it names another. */
static const char *below(const char *path, const ecs_row *row) {
  size_t size = strlen(row->name);
  if (strcmp(path, "all") == 0)
    return "";
  if (strncmp(path, row->name, size) != 0)
    return NULL;
  return path[size] == '\0' || path[size] == '.' || path[size] == '[' ? path + size : NULL;
}

bool ecs_ignore_touches(const ecs_value *ignored, const ecs_row *row) {
  for (size_t i = 0; i < paths_of(ignored); i++) {
    if (below(path_of(ignored, i), row) != NULL)
      return true;
  }
  return false;
}

bool ecs_ignore_whole(const ecs_value *ignored, const ecs_row *row) {
  for (size_t i = 0; i < paths_of(ignored); i++) {
    const char *rest = below(path_of(ignored, i), row);
    if (rest != NULL && *rest == '\0')
      return true;
  }
  return false;
}

/* The key of a map that ".key" or ["key"] names: tags.a.b is the tag a.b. Written to `key`, cut at `room`. */
static size_t key_of(const char *rest, char *key, size_t room) {
  size_t size = 0;
  if (*rest == '.') {
    for (rest++; *rest != '\0' && size + 1 < room; rest++)
      key[size++] = *rest;
  } else if (rest[0] == '[' && (rest[1] == '"' || rest[1] == '\'')) {
    char quote = rest[1];
    for (rest += 2; *rest != '\0' && *rest != quote && size + 1 < room; rest++) {
      if (*rest == '\\' && rest[1] != '\0')
        rest++;
      key[size++] = *rest;
    }
  }
  key[size] = '\0';
  return size;
}

bool ecs_ignore_covers(const ecs_value *ignored, const ecs_row *row, const char *path) {
  for (size_t i = 0; i < paths_of(ignored); i++) {
    const char *rest = below(path_of(ignored, i), row);
    char key[512];
    ecs_path canonical;
    if (rest == NULL)
      continue;
    ecs_path_init(&canonical);
    (void)ecs_path_key(&canonical, row->name);
    if (row->kind == ECS_KIND_STRING_MAP && *rest != '\0') {
      if (key_of(rest, key, sizeof key) > 0)
        (void)ecs_path_key(&canonical, key);
    } else if (strlen(rest) < sizeof canonical.text - canonical.size) {
      strcpy(canonical.text + canonical.size, rest);
      canonical.size += strlen(rest);
    }
    char next = strncmp(path, canonical.text, canonical.size) == 0 ? path[canonical.size] : 'x';
    if (next == '\0' || next == '.' || next == '[')
      return true;
  }
  return false;
}

static ecs_value *stand_in(ecs_arena *arena, const ecs_row *row, const char *rest, const ecs_value *has,
                           const ecs_value *wanted, const ecs_context *context);

/* Puts `value` into a copy of `map`, or takes the member out. */
static ecs_value *with_member(ecs_arena *arena, const ecs_value *map, const char *key, ecs_value *value) {
  ecs_value *copy = ecs_value_is(map, ECS_MAP) ? ecs_value_shallow(arena, map) : ecs_value_map(arena);
  if (ecs_value_is_null(value))
    ecs_value_drop(copy, key);
  else
    ecs_value_set(arena, copy, key, value);
  return copy;
}

static ecs_value *in_block(ecs_arena *arena, const ecs_row *row, const char *rest, const ecs_value *has,
                           const ecs_value *wanted, const ecs_context *context) {
  for (const ecs_row *inner = row->rows; *rest == '.' && inner->name != NULL; inner++) {
    const char *further = below(rest + 1, inner);
    if (further == NULL || strcmp(rest + 1, "all") == 0)
      continue;
    ecs_value *member =
        stand_in(arena, inner, further, ecs_value_get(has, inner->name), ecs_value_get(wanted, inner->name), context);
    return with_member(arena, wanted, inner->name, member);
  }
  return (ecs_value *)wanted;
}

/* [n] counts in the configuration; without it the path means every element. */
static ecs_value *in_list(ecs_arena *arena, const ecs_row *row, const char *rest, const ecs_value *has,
                          const ecs_value *wanted, const ecs_context *context) {
  unsigned long only = 0;
  if (*rest == '[') {
    char *end;
    only = strtoul(rest + 1, &end, 10);
    if (*end != ']')
      return (ecs_value *)wanted;
    rest = end + 1;
  }
  size_t *match = row->kind == ECS_KIND_BLOCK_SET ? ecs_pair_match(arena, row, has, wanted, context) : NULL;
  ecs_value *list = ecs_value_list(arena);
  for (size_t j = 0; j < ecs_value_count(wanted); j++) {
    ecs_value *item = ecs_value_at(wanted, j);
    size_t i = row->kind != ECS_KIND_BLOCK_SET ? j : match == NULL ? ECS_UNPAIRED : match[j];
    const ecs_value *other = i == ECS_UNPAIRED ? NULL : ecs_value_at(has, i);
    if ((only == 0 || only == j + 1) && other != NULL)
      item = *rest == '\0' ? (ecs_value *)other : in_block(arena, row, rest, other, item, context);
    ecs_value_push(arena, list, item);
  }
  return list;
}

static ecs_value *stand_in(ecs_arena *arena, const ecs_row *row, const char *rest, const ecs_value *has,
                           const ecs_value *wanted, const ecs_context *context) {
  char key[512];
  if (*rest == '\0')
    return (ecs_value *)has;
  switch (row->kind) {
    case ECS_KIND_STRING_MAP:
      if (key_of(rest, key, sizeof key) == 0)
        return (ecs_value *)wanted;
      return with_member(arena, wanted, key, ecs_value_get(has, key));
    case ECS_KIND_BLOCK:
      if (ecs_value_is_null(has) || ecs_value_is_null(wanted))
        return (ecs_value *)wanted;
      return in_block(arena, row, rest, has, wanted, context);
    case ECS_KIND_BLOCK_LIST:
    case ECS_KIND_BLOCK_SET:
      return ecs_value_is_empty(wanted) ? (ecs_value *)wanted : in_list(arena, row, rest, has, wanted, context);
    default: return (ecs_value *)wanted;
  }
}

ecs_value *ecs_ignore_apply(ecs_arena *arena, const ecs_value *ignored, const ecs_row *row, const ecs_value *has,
                            const ecs_value *wanted, const ecs_context *context) {
  for (size_t i = 0; i < paths_of(ignored); i++) {
    const char *rest = below(path_of(ignored, i), row);
    if (rest != NULL)
      wanted = stand_in(arena, row, rest, has, wanted, context);
  }
  return (ecs_value *)wanted;
}

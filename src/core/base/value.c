#include "base/value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The null value, which is also what constructors answer without memory. Setters leave it alone. */
static const ecs_value null_value = {.type = ECS_NULL};
#define NOTHING ((ecs_value *)&null_value)

static ecs_value *new_value(ecs_arena *arena, ecs_type type) {
  ecs_value *value = ecs_arena_take(arena, sizeof *value);
  if (value == NULL)
    return NOTHING;
  value->type = type;
  return value;
}

ecs_value *ecs_value_null(ecs_arena *arena) {
  (void)arena;
  return NOTHING;
}

ecs_value *ecs_value_bool(ecs_arena *arena, bool boolean) {
  ecs_value *value = new_value(arena, ECS_BOOL);
  if (value != NOTHING)
    value->as.boolean = boolean;
  return value;
}

ecs_value *ecs_value_int(ecs_arena *arena, int64_t integer) {
  ecs_value *value = new_value(arena, ECS_INT);
  if (value != NOTHING)
    value->as.integer = integer;
  return value;
}

ecs_value *ecs_value_number(ecs_arena *arena, double number) {
  if (number > -(double)ECS_VALUE_EXACT && number < (double)ECS_VALUE_EXACT && number == floor(number))
    return ecs_value_int(arena, (int64_t)number);
  ecs_value *value = new_value(arena, ECS_DOUBLE);
  if (value != NOTHING)
    value->as.number = number;
  return value;
}

ecs_value *ecs_value_within(ecs_arena *arena, const char *bytes, size_t size) {
  ecs_value *value = bytes == NULL ? NOTHING : new_value(arena, ECS_STRING);
  if (value != NOTHING) {
    value->as.string.bytes = bytes;
    value->as.string.size = size;
  }
  return value;
}

ecs_value *ecs_value_string(ecs_arena *arena, const char *bytes, size_t size) {
  return ecs_value_within(arena, ecs_arena_text(arena, bytes, size), size);
}

ecs_value *ecs_value_text(ecs_arena *arena, const char *text) {
  return text == NULL ? NOTHING : ecs_value_string(arena, text, strlen(text));
}

ecs_value *ecs_value_format(ecs_arena *arena, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const char *text = ecs_arena_vformat(arena, format, arguments);
  va_end(arguments);
  return text == NULL ? NOTHING : ecs_value_within(arena, text, strlen(text));
}

ecs_value *ecs_value_list(ecs_arena *arena) { return new_value(arena, ECS_LIST); }

ecs_value *ecs_value_map(ecs_arena *arena) { return new_value(arena, ECS_MAP); }

static ecs_value *copy_list(ecs_arena *arena, const ecs_value *list, bool deep) {
  ecs_value *copy = ecs_value_list(arena);
  size_t count = list->as.list.count;
  ecs_value **items = count == 0 || copy == NOTHING ? NULL : ecs_arena_take(arena, count * sizeof *items);
  if (items == NULL)
    return copy;
  for (size_t i = 0; i < count; i++)
    items[i] = deep ? ecs_value_copy(arena, list->as.list.items[i]) : list->as.list.items[i];
  copy->as.list.items = items;
  copy->as.list.count = copy->as.list.room = count;
  return copy;
}

/* In as much room as it needs, and in its order: no entry is looked for. */
static ecs_value *copy_map(ecs_arena *arena, const ecs_value *map, bool deep) {
  ecs_value *copy = ecs_value_map(arena);
  size_t count = map->as.map.count;
  ecs_entry *entries = count == 0 || copy == NOTHING ? NULL : ecs_arena_take(arena, count * sizeof *entries);
  if (entries == NULL)
    return copy;
  for (size_t i = 0; i < count; i++) {
    const ecs_entry *entry = &map->as.map.entries[i];
    const char *key = deep ? ecs_arena_text(arena, entry->key, entry->size) : entry->key;
    if (key == NULL)
      return copy;
    entries[i] = (ecs_entry){key, entry->size, deep ? ecs_value_copy(arena, entry->value) : entry->value};
  }
  copy->as.map.entries = entries;
  copy->as.map.count = copy->as.map.room = count;
  return copy;
}

ecs_value *ecs_value_copy(ecs_arena *arena, const ecs_value *value) {
  if (value == NULL)
    return NOTHING;
  switch (value->type) {
    case ECS_NULL: return NOTHING;
    case ECS_STRING: return ecs_value_string(arena, value->as.string.bytes, value->as.string.size);
    case ECS_LIST: return copy_list(arena, value, true);
    case ECS_MAP: return copy_map(arena, value, true);
    default: break;
  }
  ecs_value *copy = new_value(arena, value->type);
  if (copy != NOTHING)
    *copy = *value;
  return copy;
}

ecs_value *ecs_value_shallow(ecs_arena *arena, const ecs_value *value) {
  if (ecs_value_is(value, ECS_LIST))
    return copy_list(arena, value, false);
  return ecs_value_is(value, ECS_MAP) ? copy_map(arena, value, false) : ecs_value_copy(arena, value);
}

/* Room for one more of `count` things of `size` bytes: the same memory, or a larger copy. */
static void *grow(ecs_arena *arena, void *old, size_t count, size_t *room, size_t size) {
  if (count < *room)
    return old;
  size_t wider = *room == 0 ? 4 : *room * 2;
  void *larger = wider > SIZE_MAX / size ? NULL : ecs_arena_take(arena, wider * size);
  if (larger == NULL)
    return NULL;
  if (count > 0)
    memcpy(larger, old, count * size);
  *room = wider;
  return larger;
}

void ecs_value_push(ecs_arena *arena, ecs_value *list, ecs_value *value) {
  if (!ecs_value_is(list, ECS_LIST))
    return;
  ecs_value **items = grow(arena, list->as.list.items, list->as.list.count, &list->as.list.room, sizeof *items);
  if (items == NULL)
    return;
  list->as.list.items = items;
  items[list->as.list.count++] = value == NULL ? NOTHING : value;
}

static inline int compare_bytes(const char *a, size_t a_size, const char *b, size_t b_size) {
  if (a_size > 0 && b_size > 0 && *a != *b) /* most keys differ in their first byte: no call for those */
    return (unsigned char)*a - (unsigned char)*b;
  size_t common = a_size < b_size ? a_size : b_size;
  int order = common == 0 ? 0 : memcmp(a, b, common);
  if (order != 0)
    return order;
  return a_size < b_size ? -1 : a_size > b_size;
}

/* Where `key` stands, or would stand. */
static size_t find(const ecs_value *map, const char *key, size_t size, bool *found) {
  size_t low = 0, high = map->as.map.count;
  *found = false;
  if (high > 0) { /* maps are often built in order */
    const ecs_entry *last = &map->as.map.entries[high - 1];
    int order = compare_bytes(key, size, last->key, last->size);
    if (order > 0)
      return high;
    if (order == 0) {
      *found = true;
      return high - 1;
    }
  }
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const ecs_entry *entry = &map->as.map.entries[middle];
    int order = compare_bytes(key, size, entry->key, entry->size);
    if (order == 0) {
      *found = true;
      return middle;
    }
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

static void set(ecs_arena *arena, ecs_value *map, const char *key, size_t size, ecs_value *value, bool copied) {
  if (!ecs_value_is(map, ECS_MAP))
    return;
  bool found;
  size_t at = find(map, key, size, &found);
  if (value == NULL)
    value = NOTHING;
  if (found) {
    map->as.map.entries[at].value = value;
    return;
  }
  const char *kept = copied ? ecs_arena_text(arena, key, size) : key;
  if (kept == NULL)
    return;
  ecs_entry *entries = grow(arena, map->as.map.entries, map->as.map.count, &map->as.map.room, sizeof *entries);
  if (entries == NULL)
    return;
  map->as.map.entries = entries;
  memmove(entries + at + 1, entries + at, (map->as.map.count - at) * sizeof *entries);
  entries[at] = (ecs_entry){kept, size, value};
  map->as.map.count++;
}

void ecs_value_setn(ecs_arena *arena, ecs_value *map, const char *key, size_t size, ecs_value *value) {
  set(arena, map, key, size, value, true);
}

void ecs_value_set_text(ecs_arena *arena, ecs_value *map, const char *key, const char *text) {
  if (text != NULL)
    ecs_value_set(arena, map, key, ecs_value_text(arena, text));
}

void ecs_value_set_row(ecs_arena *arena, ecs_value *map, const char *key, ecs_value *value) {
  set(arena, map, key, strlen(key), value, false);
}

void ecs_value_set(ecs_arena *arena, ecs_value *map, const char *key, ecs_value *value) {
  ecs_value_setn(arena, map, key, strlen(key), value);
}

void ecs_value_drop(ecs_value *map, const char *key) {
  if (!ecs_value_is(map, ECS_MAP))
    return;
  bool found;
  size_t at = find(map, key, strlen(key), &found);
  if (!found)
    return;
  ecs_entry *entries = map->as.map.entries;
  map->as.map.count--;
  memmove(entries + at, entries + at + 1, (map->as.map.count - at) * sizeof *entries);
}

void ecs_value_set_path(ecs_arena *arena, ecs_value *map, const char *path, ecs_value *value) {
  const char *dot;
  while ((dot = strchr(path, '.')) != NULL) {
    size_t size = (size_t)(dot - path);
    ecs_value *inner = ecs_value_getn(map, path, size);
    if (!ecs_value_is(inner, ECS_MAP)) {
      inner = ecs_value_map(arena);
      ecs_value_setn(arena, map, path, size, inner);
    }
    map = inner;
    path = dot + 1;
  }
  ecs_value_set(arena, map, path, value);
}

ecs_value *ecs_value_getn(const ecs_value *map, const char *key, size_t size) {
  enum { FEW = 40 }; /* up to here, looking at sizes and first bytes is faster than halving */
  if (!ecs_value_is(map, ECS_MAP))
    return NULL;
  if (map->as.map.count > FEW) {
    bool found;
    size_t at = find(map, key, size, &found);
    return found ? map->as.map.entries[at].value : NULL;
  }
  for (size_t i = 0; i < map->as.map.count; i++) {
    const ecs_entry *entry = &map->as.map.entries[i];
    if (entry->size == size && *entry->key == *key && memcmp(entry->key, key, size) == 0)
      return entry->value;
  }
  return NULL;
}

ecs_value *ecs_value_get(const ecs_value *map, const char *key) { return ecs_value_getn(map, key, strlen(key)); }

ecs_value *ecs_value_get_path(const ecs_value *map, const char *dotted) {
  const char *dot;
  while ((dot = strchr(dotted, '.')) != NULL) {
    map = ecs_value_getn(map, dotted, (size_t)(dot - dotted));
    dotted = dot + 1;
  }
  return ecs_value_get(map, dotted);
}

ecs_value *ecs_value_at(const ecs_value *list, size_t index) {
  if (!ecs_value_is(list, ECS_LIST) || index >= list->as.list.count)
    return NULL;
  return list->as.list.items[index];
}

size_t ecs_value_count(const ecs_value *value) {
  if (ecs_value_is(value, ECS_LIST))
    return value->as.list.count;
  return ecs_value_is(value, ECS_MAP) ? value->as.map.count : 0;
}

bool ecs_value_is(const ecs_value *value, ecs_type type) { return (value == NULL ? ECS_NULL : value->type) == type; }

bool ecs_value_is_null(const ecs_value *value) { return ecs_value_is(value, ECS_NULL); }

const ecs_value *ecs_value_unless_null(const ecs_value *value) { return ecs_value_is_null(value) ? NULL : value; }

bool ecs_value_is_empty(const ecs_value *value) {
  if (ecs_value_is_null(value))
    return true;
  switch (value->type) {
    case ECS_STRING: return value->as.string.size == 0;
    case ECS_LIST:
    case ECS_MAP: return ecs_value_count(value) == 0;
    default: return false;
  }
}

bool ecs_value_true(const ecs_value *value) { return ecs_value_is(value, ECS_BOOL) && value->as.boolean; }

int64_t ecs_value_int_within(const ecs_value *value, int64_t least, int64_t most, int64_t otherwise) {
  int64_t number = ecs_value_int_or(value, otherwise);
  return number < least ? least : number > most ? most : number;
}

int64_t ecs_value_int_or(const ecs_value *value, int64_t otherwise) {
  return ecs_value_is(value, ECS_INT) ? value->as.integer : otherwise;
}

double ecs_value_number_or(const ecs_value *value, double otherwise) {
  if (ecs_value_is(value, ECS_DOUBLE))
    return value->as.number;
  return ecs_value_is(value, ECS_INT) ? (double)value->as.integer : otherwise;
}

const char *ecs_value_text_or(const ecs_value *value, const char *otherwise) {
  return ecs_value_is(value, ECS_STRING) ? value->as.string.bytes : otherwise;
}

bool ecs_value_is_text(const ecs_value *value, const char *text) {
  return ecs_value_is(value, ECS_STRING) &&
         compare_bytes(value->as.string.bytes, value->as.string.size, text, strlen(text)) == 0;
}

bool ecs_value_holds_text(const ecs_value *list, const char *text) {
  for (size_t i = 0; i < ecs_value_count(list); i++) {
    if (ecs_value_is_text(ecs_value_at(list, i), text))
      return true;
  }
  return false;
}

bool ecs_value_equal(const ecs_value *a, const ecs_value *b) { return ecs_value_compare(a, b) == 0; }

static int compare_lists(const ecs_value *a, const ecs_value *b) {
  size_t a_count = a->as.list.count, b_count = b->as.list.count;
  for (size_t i = 0; i < a_count && i < b_count; i++) {
    int order = ecs_value_compare(a->as.list.items[i], b->as.list.items[i]);
    if (order != 0)
      return order;
  }
  return a_count < b_count ? -1 : a_count > b_count;
}

static int compare_maps(const ecs_value *a, const ecs_value *b) {
  size_t a_count = a->as.map.count, b_count = b->as.map.count;
  for (size_t i = 0; i < a_count && i < b_count; i++) {
    const ecs_entry *x = &a->as.map.entries[i], *y = &b->as.map.entries[i];
    int order = compare_bytes(x->key, x->size, y->key, y->size);
    if (order == 0)
      order = ecs_value_compare(x->value, y->value);
    if (order != 0)
      return order;
  }
  return a_count < b_count ? -1 : a_count > b_count;
}

static int compare_numbers(double a, double b) {
  if (isnan(a) || isnan(b))
    return isnan(a) - isnan(b);
  return a < b ? -1 : a > b;
}

int ecs_value_compare(const ecs_value *a, const ecs_value *b) {
  if (a == b)
    return 0;
  a = a == NULL ? NOTHING : a;
  b = b == NULL ? NOTHING : b;
  if (a->type != b->type) {
    bool both_tables = a->type >= ECS_LIST && b->type >= ECS_LIST;
    if (both_tables && ecs_value_count(a) == 0 && ecs_value_count(b) == 0)
      return 0;
    return a->type < b->type ? -1 : 1;
  }
  switch (a->type) {
    case ECS_BOOL: return (int)a->as.boolean - (int)b->as.boolean;
    case ECS_INT: return a->as.integer < b->as.integer ? -1 : a->as.integer > b->as.integer;
    case ECS_DOUBLE: return compare_numbers(a->as.number, b->as.number);
    case ECS_STRING: return compare_bytes(a->as.string.bytes, a->as.string.size, b->as.string.bytes, b->as.string.size);
    case ECS_LIST: return compare_lists(a, b);
    case ECS_MAP: return compare_maps(a, b);
    default: return 0;
  }
}

static int by_content(const void *a, const void *b) {
  return ecs_value_compare(*(ecs_value *const *)a, *(ecs_value *const *)b);
}

void ecs_value_sort(ecs_value *list) {
  if (ecs_value_is(list, ECS_LIST) && list->as.list.count > 1)
    qsort(list->as.list.items, list->as.list.count, sizeof *list->as.list.items, by_content);
}

const char *ecs_value_type_name(const ecs_value *value) {
  static const char *const names[] = {
      [ECS_NULL] = "nothing",    [ECS_BOOL] = "a boolean", [ECS_INT] = "a whole number",     [ECS_DOUBLE] = "a number",
      [ECS_STRING] = "a string", [ECS_LIST] = "a list",    [ECS_MAP] = "a table with names",
  };
  return names[value == NULL ? ECS_NULL : value->type];
}

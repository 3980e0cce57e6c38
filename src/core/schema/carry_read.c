/* What of an answer no row knows. */
#include <string.h>

#include "schema/carry.h"
#include "schema/carry_rows.h"
#include "schema/equal.h"
#include "schema/wire.h"

const ecs_row *ecs_carry_row(const ecs_row *rows, const char *name) {
  for (const ecs_row *row = rows; row->name != NULL; row++) {
    if (row->create != NULL && strcmp(row->create, name) == 0)
      return row;
  }
  return NULL;
}

size_t ecs_carry_structure(const ecs_row *row) {
  if ((row->flags & ECS_SPREAD) != 0)
    return strlen(row->create);
  const char *dot = row->create == NULL ? NULL : strchr(row->create, '.');
  return dot == NULL ? 0 : (size_t)(dot - row->create);
}

/* Adds a member to a map that is made for the first one. */
static void add(ecs_arena *arena, ecs_value **map, const char *key, ecs_value *value) {
  if (value == NULL)
    return;
  if (*map == NULL)
    *map = ecs_value_map(arena);
  ecs_value_set(arena, *map, key, value);
}

static ecs_value *pair_of(ecs_arena *arena, ecs_value *more, ecs_value *within) {
  ecs_value *rest = NULL;
  add(arena, &rest, "more", more);
  add(arena, &rest, "within", within);
  return rest;
}

/* Whether the row reads something of `wire`. */
static bool reads(ecs_arena *arena, const ecs_row *row, const ecs_value *wire) {
  if (ecs_schema_is_list(row))
    return ecs_value_is(wire, ECS_LIST);
  if (row->kind != ECS_KIND_BLOCK)
    return !ecs_value_is_null(ecs_wire_from(arena, row, wire, NULL));
  for (const ecs_row *inner = row->rows; inner->name != NULL; inner++) {
    const ecs_value *member = inner->create == NULL ? NULL : ecs_value_get(wire, inner->create);
    if (!ecs_value_is_empty(member) && reads(arena, inner, member))
      return true;
  }
  return false;
}

static ecs_value *rest_of(ecs_arena *arena, const ecs_row *row, const ecs_value *wire);

/* What a row knows says nothing when it is empty. Of what no row knows that cannot be told: a structure may count by being
** there. */
static bool says_nothing(const ecs_row *row, const ecs_value *value) {
  return row == NULL ? ecs_value_is_null(value) : ecs_value_is_empty(value);
}

/* The members of a structure: what no row knows, and what stands within what rows know. */
typedef struct {
  ecs_value *more, *within;
} parts;

static void sort_member(ecs_arena *arena, parts *to, const ecs_row *row, const ecs_entry *entry) {
  if (row == NULL || !reads(arena, row, entry->value))
    add(arena, &to->more, entry->key, entry->value);
  else if (row->rows != NULL)
    add(arena, &to->within, entry->key, rest_of(arena, row, entry->value));
}

static ecs_value *rest_of_block(ecs_arena *arena, const ecs_row *rows, const ecs_value *wire) {
  parts found = {NULL, NULL};
  for (size_t i = 0; ecs_value_is(wire, ECS_MAP) && i < wire->as.map.count; i++) {
    const ecs_entry *entry = &wire->as.map.entries[i];
    const ecs_row *row = ecs_carry_row(rows, entry->key);
    if (!says_nothing(row, entry->value))
      sort_member(arena, &found, row, entry);
  }
  return pair_of(arena, found.more, found.within);
}

ecs_value *ecs_carry_identity(ecs_arena *arena, const ecs_row *row, const ecs_value *wire) {
  ecs_value *identity = ecs_value_map(arena);
  const char *const *name = ecs_schema_identity(row, wire, true);
  for (; name != NULL && *name != NULL; name++) {
    const ecs_row *inner = ecs_schema_find(row->rows, *name);
    ecs_value *value = ecs_wire_from(arena, inner, ecs_value_get(wire, inner->create), NULL);
    if (ecs_value_is(value, ECS_LIST)) {
      value = ecs_value_shallow(arena, value);
      ecs_value_sort(value);
    }
    if (!ecs_value_is_empty(value))
      ecs_value_set_row(arena, identity, inner->name, value);
  }
  return identity;
}

static ecs_value *rest_of_item(ecs_arena *arena, const ecs_row *row, ecs_value *wire, size_t place) {
  bool whole = !ecs_value_is(wire, ECS_MAP) || !ecs_wire_is_ours(row, wire);
  ecs_value *rest = whole ? wire : rest_of_block(arena, row->rows, wire), *item = NULL;
  if (rest == NULL)
    return NULL;
  if (row->identity == NULL)
    add(arena, &item, "at", ecs_value_int(arena, (int64_t)place));
  else
    add(arena, &item, "of", ecs_carry_identity(arena, row, wire));
  add(arena, &item, whole ? "whole" : "rest", rest);
  return item;
}

/* Elements are found again by what identifies them: in order, so that two reads compare. */
static ecs_value *rest_of(ecs_arena *arena, const ecs_row *row, const ecs_value *wire) {
  if (!ecs_schema_is_list(row))
    return rest_of_block(arena, row->rows, wire);
  ecs_value *list = NULL;
  for (size_t i = 0; i < ecs_value_count(wire); i++) {
    ecs_value *item = rest_of_item(arena, row, ecs_value_at(wire, i), i);
    if (item != NULL && list == NULL)
      list = ecs_value_list(arena);
    if (item != NULL)
      ecs_value_push(arena, list, item);
  }
  ecs_value_sort(list);
  return list;
}

static bool says_no_more(const ecs_resource *kind, const ecs_row *first, const char *member, const ecs_value *wire) {
  return kind->says_nothing != NULL && kind->says_nothing(first, member, wire);
}

/* A structure that several rows share, such as that of all that configures deployments: `first` is the first row of it. */
static ecs_value *rest_of_shared(const ecs_resource *kind, ecs_arena *arena, const ecs_row *first,
                                 const ecs_value *wire) {
  parts found = {NULL, NULL};
  for (size_t i = 0; ecs_value_is(wire, ECS_MAP) && i < wire->as.map.count; i++) {
    const ecs_entry *entry = &wire->as.map.entries[i];
    const ecs_row *home, *row = ecs_carry_shared(first, entry->key, &home);
    if (!says_nothing(row, entry->value) && (row != NULL || !says_no_more(kind, first, entry->key, wire)))
      sort_member(arena, &found, row, entry);
  }
  return pair_of(arena, found.more, found.within);
}

const ecs_row *ecs_carry_first(const ecs_row *rows, const char *name) {
  size_t size = strlen(name);
  const ecs_row *row = rows;
  while (row->name != NULL && (row->create == NULL || strncmp(row->create, name, size) != 0 ||
                               (row->create[size] != '\0' && row->create[size] != '.')))
    row++;
  return row->name == NULL ? NULL : row;
}

const ecs_row *ecs_carry_shared(const ecs_row *first, const char *name, const ecs_row **home) {
  size_t size = ecs_carry_structure(first);
  for (const ecs_row *row = first; row->name != NULL; row++) {
    bool within =
        row->create != NULL && ecs_carry_structure(row) == size && strncmp(row->create, first->create, size) == 0;
    bool spread = within && (row->flags & ECS_SPREAD) != 0;
    const ecs_row *found = !within ? NULL : spread ? ecs_carry_row(row->rows, name) : row;
    if (found == NULL || (!spread && strcmp(row->create + size + 1, name) != 0))
      continue;
    *home = spread ? row : NULL;
    return found;
  }
  return *home = NULL;
}

const ecs_row *ecs_carry_enter_shared(ecs_path *path, const ecs_row *first, const char *name) {
  const ecs_row *home, *row = ecs_carry_shared(first, name, &home);
  ecs_path_init(path);
  if (home != NULL)
    (void)ecs_path_key(path, home->name);
  if (row != NULL)
    (void)ecs_path_key(path, row->name);
  return row;
}

static bool is_at(const char *place, const char *member, size_t size) {
  return place != NULL && strncmp(place, member, size) == 0 && (place[size] == '\0' || place[size] == '.');
}

/* Whether a member of an answer, a structure that no row knows, may be a setting: neither a report nor what a row reads. */
static bool is_setting(const ecs_resource *kind, const char *member) {
  size_t size = strlen(member);
  for (const ecs_row *row = kind->rows; row->name != NULL; row++) {
    if (is_at(row->create, member, size) || is_at(row->answer, member, size))
      return false;
  }
  return !ecs_schema_names(kind->reports, member);
}

/* Members of the answer itself that are structures, neither of a row nor a mere report. */
static ecs_value *rest_of_answer(const ecs_resource *kind, ecs_arena *arena, const ecs_value *answer) {
  ecs_value *rest = NULL;
  for (size_t i = 0; ecs_value_is(answer, ECS_MAP) && i < answer->as.map.count; i++) {
    const ecs_entry *entry = &answer->as.map.entries[i];
    bool structure = ecs_value_is(entry->value, ECS_MAP) || ecs_value_is(entry->value, ECS_LIST);
    if (structure && ecs_value_count(entry->value) > 0 && is_setting(kind, entry->key))
      add(arena, &rest, entry->key, entry->value);
  }
  return rest;
}

static ecs_value *together(ecs_arena *arena, ecs_value *first, ecs_value *second);

/* The members of both maps; of those that both have, the first's. `inside`: they hold the like themselves. */
static ecs_value *both(ecs_arena *arena, ecs_value *first, const ecs_value *second, bool inside) {
  ecs_value *map = first == NULL ? ecs_value_map(arena) : ecs_value_shallow(arena, first);
  for (size_t i = 0; i < ecs_value_count(second); i++) {
    const ecs_entry *entry = &second->as.map.entries[i];
    ecs_value *own = ecs_value_get(map, entry->key);
    if (own == NULL || inside)
      ecs_value_set(arena, map, entry->key, own == NULL ? entry->value : together(arena, own, entry->value));
  }
  return ecs_value_count(map) > 0 ? map : NULL;
}

static bool is_of_same(const ecs_value *a, const ecs_value *b) {
  return ecs_value_equal(ecs_value_get(a, "of"), ecs_value_get(b, "of")) &&
         ecs_value_equal(ecs_value_get(a, "at"), ecs_value_get(b, "at"));
}

/* An element that both have, or `item` alone. */
static ecs_value *together_items(ecs_arena *arena, ecs_value *item, const ecs_value *second) {
  for (size_t i = 0; i < ecs_value_count(second); i++) {
    const ecs_value *other = ecs_value_at(second, i);
    ecs_value *rest = ecs_value_get(item, "rest"), *more = ecs_value_get(other, "rest");
    if (!is_of_same(item, other) || rest == NULL || more == NULL)
      continue;
    ecs_value *copy = ecs_value_shallow(arena, item);
    ecs_value_set(arena, copy, "rest", together(arena, rest, more));
    return copy;
  }
  return item;
}

static ecs_value *together_lists(ecs_arena *arena, const ecs_value *first, const ecs_value *second) {
  ecs_value *list = ecs_value_list(arena);
  for (size_t i = 0; i < ecs_value_count(first); i++)
    ecs_value_push(arena, list, together_items(arena, ecs_value_at(first, i), second));
  for (size_t i = 0; i < ecs_value_count(second); i++) {
    size_t j = 0;
    while (j < ecs_value_count(first) && !is_of_same(ecs_value_at(first, j), ecs_value_at(second, i)))
      j++;
    if (j == ecs_value_count(first))
      ecs_value_push(arena, list, ecs_value_at(second, i));
  }
  return list;
}

/* What two reads of one structure have; of what both have, the first's. */
static ecs_value *together(ecs_arena *arena, ecs_value *first, ecs_value *second) {
  if (first == NULL || second == NULL)
    return first == NULL ? second : first;
  if (ecs_value_is(first, ECS_LIST) && ecs_value_is(second, ECS_LIST))
    return together_lists(arena, first, second);
  return pair_of(arena, both(arena, ecs_value_get(first, "more"), ecs_value_get(second, "more"), false),
                 both(arena, ecs_value_get(first, "within"), ecs_value_get(second, "within"), true));
}

/* Of a failed deployment, what the one before it had comes first: nothing is lost by a deployment that did not succeed. */
static ecs_value *rest_of_row(ecs_arena *arena, const ecs_row *row, const ecs_value *answer) {
  const ecs_value *wire = ecs_wire_source(row, answer);
  const ecs_value *former = row->former == NULL ? NULL : row->former(row, answer);
  ecs_value *rest = ecs_value_is_null(wire) ? NULL : rest_of(arena, row, wire);
  return ecs_value_is_null(former) ? rest : together(arena, rest_of(arena, row, former), rest);
}

/* The rows of one structure stand apart; it is looked at with the first. */
static bool was_looked_at(const ecs_row *rows, const ecs_row *row, size_t size) {
  for (const ecs_row *other = rows; other != row; other++) {
    if (other->create != NULL && ecs_carry_structure(other) == size && strncmp(other->create, row->create, size) == 0)
      return true;
  }
  return false;
}

/* Whether a value of the row, or something in it, is such a member, and says more than its absence. `wire`: it is spelled as
** the API does, where that cannot be told yet. */
static bool has_late(const ecs_row *row, const ecs_value *value, bool wire) {
  bool list = ecs_schema_is_list(row);
  if (ecs_value_is_empty(value))
    return false;
  if ((row->flags & ECS_LATE) != 0)
    return wire || !ecs_equal(row, value, NULL, NULL) || (row->flags & ECS_COMPUTED) != 0;
  for (size_t i = 0; row->rows != NULL && i < (list ? ecs_value_count(value) : 1); i++) {
    const ecs_value *block = list ? ecs_value_at(value, i) : value;
    for (const ecs_row *inner = row->rows; inner->name != NULL; inner++) {
      const char *name = wire ? inner->create : inner->name;
      if (name != NULL && has_late(inner, ecs_value_get(block, name), wire))
        return true;
    }
  }
  return false;
}

static ecs_value *late_of(const ecs_resource *kind, ecs_arena *arena, const ecs_value *answer) {
  ecs_value *late = NULL;
  for (const ecs_row *row = kind->rows; row->name != NULL; row++) {
    const ecs_value *wire = row->rows == NULL || row->update == NULL ? NULL : ecs_wire_source(row, answer);
    ecs_value *value = has_late(row, wire, true) ? ecs_wire_from(arena, row, wire, NULL) : NULL;
    if (has_late(row, value, false))
      add(arena, &late, row->name, value);
  }
  return late;
}

ecs_value *ecs_carry_read(const ecs_resource *kind, ecs_arena *arena, const ecs_value *answer) {
  ecs_value *structures = NULL, *unknown = NULL;
  for (const ecs_row *row = kind->rows; row->name != NULL; row++) {
    size_t size = ecs_carry_structure(row);
    if (size > 0 && !was_looked_at(kind->rows, row, size)) {
      const char *name = ecs_arena_text(arena, row->create, size);
      if (name != NULL)
        add(arena, &structures, name, rest_of_shared(kind, arena, row, ecs_value_get(answer, name)));
    } else if (size == 0 && row->rows != NULL && row->create != NULL) {
      add(arena, &structures, row->create, rest_of_row(arena, row, answer));
    }
  }
  add(arena, &unknown, "structures", structures);
  add(arena, &unknown, "service", rest_of_answer(kind, arena, answer));
  add(arena, &unknown, "late", late_of(kind, arena, answer));
  return unknown;
}

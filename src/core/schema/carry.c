/* What no row knows, put into requests. */
#include "schema/carry.h"

#include <string.h>

#include "schema/carry_rows.h"
#include "schema/equal.h"

typedef struct carrier {
  ecs_arena *arena;
  ecs_carry *carry;
  ecs_path path;
} carrier;

/* The end of a position "[12]" at `path`, or NULL when there is none: ["a key"] is none. */
static const char *behind_position(const char *path) {
  size_t digits = *path == '[' ? strspn(path + 1, "0123456789") : 0;
  return digits > 0 && path[digits + 1] == ']' ? path + digits + 2 : NULL;
}

static bool is_around(const char *outer, const char *path) {
  while (*outer != '\0') {
    const char *behind = *outer == '[' ? NULL : behind_position(path);
    if (behind != NULL) {
      path = behind;
    } else if (*outer++ != *path++) {
      return false;
    }
  }
  return *path == '\0' || *path == '.' || *path == '[';
}

bool ecs_carry_covers(const ecs_value *paths, const char *path) {
  if (ecs_value_is(paths, ECS_STRING))
    return is_around(ecs_value_text_or(paths, ""), path);
  for (size_t i = 0; i < ecs_value_count(paths); i++) {
    if (is_around(ecs_value_text_or(ecs_value_at(paths, i), ""), path))
      return true;
  }
  return false;
}

ecs_carry ecs_carry_of(const ecs_resource *kind, ecs_arena *arena, const ecs_value *unknown,
                       const ecs_value *leave_out) {
  ecs_carry carry = {.kind = kind, .unknown = unknown, .leave_out = leave_out};
  if (unknown != NULL) {
    carry.paths = ecs_value_list(arena);
    carry.lost = ecs_value_list(arena);
  }
  return carry;
}

const char *ecs_carry_lost_message(void) {
  return "AWS has it, this version cannot name it, and the change would take it away";
}

const char *ecs_carry_lost_hint(ecs_arena *arena, const char *path) {
  return ecs_arena_format(arena, "if it may go: lifecycle = { leave_out = { \"%s\" } }", path);
}

static bool wants(const carrier *in) { return !ecs_carry_covers(in->carry->leave_out, in->path.text); }

static void note(carrier *in, ecs_value *list) {
  ecs_value_push(in->arena, list, ecs_value_string(in->arena, in->path.text, in->path.size));
}

/* A member that AWS has, at the path. Where the request has one of that name, the row could not read what AWS has in its
** place. */
static void carry_here(carrier *in, ecs_value *body, const char *key, ecs_value *value) {
  if (!wants(in))
    return;
  const ecs_value *own = ecs_value_get(body, key);
  if (own == NULL)
    ecs_value_set(in->arena, body, key, value);
  note(in, own == NULL || ecs_value_equal(own, value) ? in->carry->paths : in->carry->lost);
}

static void carry_member(carrier *in, ecs_value *body, const char *key, const char *name, ecs_value *value) {
  size_t size = ecs_path_key(&in->path, name);
  carry_here(in, body, key, value);
  ecs_path_back(&in->path, size);
}

static void join(carrier *in, const ecs_row *row, ecs_value *body, const ecs_value *rest);

static void join_block(carrier *in, const ecs_row *rows, ecs_value *body, const ecs_value *rest) {
  const ecs_value *more = ecs_value_get(rest, "more"), *within = ecs_value_get(rest, "within");
  for (size_t i = 0; i < ecs_value_count(more); i++) {
    const ecs_entry *entry = &more->as.map.entries[i];
    const ecs_row *row = ecs_carry_row(rows, entry->key);
    carry_member(in, body, entry->key, row == NULL ? entry->key : row->name, entry->value);
  }
  for (size_t i = 0; i < ecs_value_count(within); i++) {
    const ecs_entry *entry = &within->as.map.entries[i];
    const ecs_row *row = ecs_carry_row(rows, entry->key);
    size_t size = ecs_path_key(&in->path, row->name);
    join(in, row, ecs_value_get(body, entry->key), entry->value);
    ecs_path_back(&in->path, size);
  }
}

static bool is_that(carrier *in, const ecs_row *row, const ecs_value *item, const ecs_value *body, size_t place) {
  const ecs_value *at = ecs_value_get(item, "at"), *of = ecs_value_get(item, "of");
  if (at != NULL)
    return at->as.integer == (int64_t)place;
  const ecs_value *identity = ecs_carry_identity(in->arena, row, body);
  for (const char *const *name = ecs_schema_identity(row, body, true); *name != NULL; name++) {
    const ecs_row *inner = ecs_schema_find(row->rows, *name);
    const ecs_value *has = ecs_value_get(of, *name), *is = ecs_value_get(identity, *name);
    if (ecs_value_is_null(has) != ecs_value_is_null(is) ||
        (!ecs_value_is_null(has) && !ecs_equal(inner, has, is, NULL)))
      return false;
  }
  return true;
}

/* Whether another element that AWS has goes by the same: nobody can tell then which is which. */
static bool has_double(const ecs_value *rest, const ecs_value *item) {
  const ecs_value *of = ecs_value_get(item, "of");
  for (size_t i = 0; of != NULL && i < ecs_value_count(rest); i++) {
    const ecs_value *other = ecs_value_at(rest, i);
    if (other != item && ecs_value_equal(ecs_value_get(other, "of"), of) && !ecs_value_equal(other, item))
      return true;
  }
  return false;
}

/* What of an element cannot be given to one: all of it by name. */
static void lose(carrier *in, const ecs_row *row, const ecs_value *rest) {
  const ecs_value *more = ecs_value_get(rest, "more"), *within = ecs_value_get(rest, "within");
  for (size_t i = 0; i < ecs_value_count(more) + ecs_value_count(within); i++) {
    const ecs_value *map = i < ecs_value_count(more) ? more : within;
    const char *key = map->as.map.entries[map == more ? i : i - ecs_value_count(more)].key;
    const ecs_row *inner = ecs_carry_row(row->rows, key);
    size_t size = ecs_path_key(&in->path, inner == NULL ? key : inner->name);
    if (wants(in))
      note(in, in->carry->lost);
    ecs_path_back(&in->path, size);
  }
}

/* The element of the request that `item` is about, from 0, or -1. */
static long find(carrier *in, const ecs_row *row, const ecs_value *item, const ecs_value *body, size_t count) {
  for (size_t j = 0; j < count; j++) {
    if (is_that(in, row, item, ecs_value_at(body, j), j))
      return (long)j;
  }
  return -1;
}

static void join_list(carrier *in, const ecs_row *row, ecs_value *body, const ecs_value *rest) {
  size_t count = ecs_value_count(body);
  for (size_t i = 0; i < ecs_value_count(rest); i++) {
    const ecs_value *item = ecs_value_at(rest, i);
    ecs_value *whole = ecs_value_get(item, "whole");
    long at = find(in, row, item, body, count);
    if (at < 0 && whole == NULL)
      continue; /* the declaration takes the element away */
    size_t place = at < 0 ? ecs_value_count(body) : (size_t)at;
    size_t size = ecs_path_index(&in->path, place + 1);
    if (whole != NULL && at < 0 && wants(in)) {
      ecs_value_push(in->arena, body, whole);
      note(in, in->carry->paths);
    } else if (whole == NULL && has_double(rest, item)) {
      lose(in, row, ecs_value_get(item, "rest"));
    } else if (whole == NULL) {
      join_block(in, row->rows, ecs_value_at(body, place), ecs_value_get(item, "rest"));
    }
    ecs_path_back(&in->path, size);
  }
}

static void join(carrier *in, const ecs_row *row, ecs_value *body, const ecs_value *rest) {
  if (ecs_schema_is_list(row) && ecs_value_is(body, ECS_LIST))
    join_list(in, row, body, rest);
  else if (row->kind == ECS_KIND_BLOCK && ecs_value_is(body, ECS_MAP))
    join_block(in, row->rows, body, rest);
}

static void join_shared(carrier *in, const ecs_row *first, const char *name, ecs_value *body, const ecs_value *rest) {
  const ecs_value *more = ecs_value_get(rest, "more"), *within = ecs_value_get(rest, "within");
  for (size_t i = 0; i < ecs_value_count(more); i++) {
    const ecs_entry *entry = &more->as.map.entries[i];
    if (ecs_carry_enter_shared(&in->path, first, entry->key) == NULL) {
      (void)ecs_path_key(&in->path, name);
      (void)ecs_path_key(&in->path, entry->key);
    }
    carry_here(in, body, entry->key, entry->value);
  }
  for (size_t i = 0; i < ecs_value_count(within); i++) {
    const ecs_entry *entry = &within->as.map.entries[i];
    const ecs_row *row = ecs_carry_enter_shared(&in->path, first, entry->key);
    join(in, row, ecs_value_get(body, entry->key), entry->value);
  }
}

static void join_structure(carrier *in, const ecs_row *row, const char *name, ecs_value *body, const ecs_value *rest) {
  ecs_path_init(&in->path);
  if (ecs_carry_structure(row) > 0) {
    join_shared(in, row, name, body, rest);
  } else {
    (void)ecs_path_key(&in->path, row->name);
    join(in, row, body, rest);
  }
}

/* A structure that was taken out of the declaration goes with what was in it; a list keeps the elements of others. */
static bool is_removed(const ecs_row *row, const ecs_value *after) {
  return row->kind == ECS_KIND_BLOCK && ecs_carry_structure(row) == 0 &&
         ecs_value_is_empty(ecs_value_get(after, row->name));
}

void ecs_carry_update(ecs_arena *arena, ecs_carry *carry, const ecs_value *after, ecs_value *body) {
  carrier in = {.arena = arena, .carry = carry};
  const ecs_value *structures = ecs_value_get(carry->unknown, "structures");
  for (size_t i = 0; i < ecs_value_count(structures); i++) {
    const ecs_entry *entry = &structures->as.map.entries[i];
    const ecs_row *row = ecs_carry_first(carry->kind->rows, entry->key);
    ecs_value *sent = ecs_value_get(body, entry->key);
    if (sent != NULL && !is_removed(row, after))
      join_structure(&in, row, entry->key, sent, entry->value);
  }
}

/* Of what an update keeps, a new one gets what its creation takes. */
static void create_members(carrier *in, ecs_value *body) {
  const ecs_value *members = ecs_value_get(in->carry->unknown, "service");
  for (size_t i = 0; i < ecs_value_count(members); i++) {
    const ecs_entry *entry = &members->as.map.entries[i];
    ecs_path_init(&in->path);
    if (ecs_schema_names(in->carry->kind->creates_with, entry->key)) {
      carry_member(in, body, entry->key, entry->key, entry->value);
    } else {
      (void)ecs_path_key(&in->path, entry->key);
      if (wants(in))
        note(in, in->carry->lost);
    }
  }
}

void ecs_carry_create(ecs_arena *arena, ecs_carry *carry, ecs_value *body) {
  carrier in = {.arena = arena, .carry = carry};
  const ecs_value *structures = ecs_value_get(carry->unknown, "structures");
  for (size_t i = 0; i < ecs_value_count(structures); i++) {
    const ecs_entry *entry = &structures->as.map.entries[i];
    const ecs_row *row = ecs_carry_first(carry->kind->rows, entry->key);
    ecs_value *sent = ecs_value_get(body, entry->key);
    bool shared = ecs_carry_structure(row) > 0;
    if (sent == NULL && (shared || ecs_schema_is_list(row))) {
      ecs_value *made = shared ? ecs_value_map(arena) : ecs_value_list(arena);
      join_structure(&in, row, entry->key, made, entry->value);
      if (ecs_value_count(made) > 0)
        ecs_value_set(arena, body, entry->key, made);
    } else if (sent != NULL) {
      join_structure(&in, row, entry->key, sent, entry->value);
    }
  }
  create_members(&in, body);
}

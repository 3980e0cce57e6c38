/* What is carried, by paths that stay the same however the elements of lists are ordered. */
#include "schema/carry.h"
#include "schema/carry_rows.h"

typedef struct lister {
  ecs_arena *arena;
  ecs_value *members;
  ecs_path path;
} lister;

static void list_rest(lister *in, const ecs_row *rows, const ecs_row *first, const ecs_value *rest);

/* Goes to a member; of a structure that rows share, the argument's own name says where it is. Answers its row, or NULL. */
static const ecs_row *enter_member(lister *in, const ecs_row *rows, const ecs_row *first, const char *key) {
  ecs_path outer = in->path;
  const ecs_row *row = first != NULL ? ecs_carry_enter_shared(&in->path, first, key) : ecs_carry_row(rows, key);
  if (first != NULL && row == NULL)
    in->path = outer;
  if (first == NULL || row == NULL)
    (void)ecs_path_key(&in->path, row == NULL ? key : row->name);
  return row;
}

static void add(lister *in, ecs_value *value) {
  ecs_value_setn(in->arena, in->members, in->path.text, in->path.size, value);
}

/* What identifies an element, ["arn:…"], or its place. */
static size_t enter_item(lister *in, const ecs_value *item) {
  const ecs_value *of = ecs_value_get(item, "of"), *at = ecs_value_get(item, "at");
  if (ecs_value_count(of) == 0)
    return ecs_path_index(&in->path, at == NULL ? 1 : (size_t)at->as.integer + 1);
  size_t size = in->path.size;
  for (size_t i = 0; i < of->as.map.count; i++)
    (void)ecs_path_key(&in->path, ecs_schema_known_by(in->arena, of->as.map.entries[i].value));
  return size;
}

static void list_items(lister *in, const ecs_row *row, const ecs_value *items) {
  for (size_t i = 0; i < ecs_value_count(items); i++) {
    const ecs_value *item = ecs_value_at(items, i);
    ecs_value *whole = ecs_value_get(item, "whole");
    size_t size = enter_item(in, item);
    if (whole != NULL)
      add(in, whole);
    else
      list_rest(in, row->rows, NULL, ecs_value_get(item, "rest"));
    ecs_path_back(&in->path, size);
  }
}

static void list_of(lister *in, const ecs_row *row, const ecs_value *rest) {
  if (ecs_schema_is_list(row))
    list_items(in, row, rest);
  else
    list_rest(in, row->rows, NULL, rest);
}

static void list_rest(lister *in, const ecs_row *rows, const ecs_row *first, const ecs_value *rest) {
  const ecs_value *more = ecs_value_get(rest, "more"), *within = ecs_value_get(rest, "within");
  ecs_path outer = in->path;
  for (size_t i = 0; i < ecs_value_count(more); i++) {
    const ecs_entry *entry = &more->as.map.entries[i];
    (void)enter_member(in, rows, first, entry->key);
    add(in, entry->value);
    in->path = outer;
  }
  for (size_t i = 0; i < ecs_value_count(within); i++) {
    const ecs_entry *entry = &within->as.map.entries[i];
    list_of(in, enter_member(in, rows, first, entry->key), entry->value);
    in->path = outer;
  }
}

ecs_value *ecs_carry_members(const ecs_resource *kind, ecs_arena *arena, const ecs_value *unknown) {
  lister in = {.arena = arena, .members = ecs_value_map(arena)};
  const ecs_value *structures = ecs_value_get(unknown, "structures"), *service = ecs_value_get(unknown, "service");
  for (size_t i = 0; i < ecs_value_count(structures); i++) {
    const ecs_entry *entry = &structures->as.map.entries[i];
    const ecs_row *row = ecs_carry_first(kind->rows, entry->key);
    if (row == NULL)
      continue;
    bool shared = ecs_carry_structure(row) > 0;
    ecs_path_init(&in.path);
    (void)ecs_path_key(&in.path, shared ? entry->key : row->name);
    if (shared)
      list_rest(&in, NULL, row, entry->value);
    else
      list_of(&in, row, entry->value);
  }
  for (size_t i = 0; i < ecs_value_count(service); i++)
    ecs_value_set(arena, in.members, service->as.map.entries[i].key, service->as.map.entries[i].value);
  return in.members;
}

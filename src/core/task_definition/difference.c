#include "task_definition/difference.h"

#include <stdio.h>
#include <string.h>

#include "task_definition/reduce.h"
#include "task_definition/rules.h"

typedef struct walk {
  ecs_arena *arena;
  ecs_value *entries;
  const ecs_value *sensitive;
  ecs_path path;
} walk;

static void diff_block(walk *w, const ecs_row *rows, const ecs_value *before, const ecs_value *after);

static void add(walk *w, const ecs_value *before, const ecs_value *after, bool sensitive) {
  ecs_value *entry = ecs_value_map(w->arena);
  ecs_value_set_text(w->arena, entry, "path", w->path.text);
  if (before != NULL && !sensitive)
    ecs_value_set(w->arena, entry, "before", (ecs_value *)before);
  if (after != NULL && !sensitive)
    ecs_value_set(w->arena, entry, "after", (ecs_value *)after);
  if (sensitive && (before == NULL || after == NULL))
    ecs_value_set_text(w->arena, entry, "element", before == NULL ? "added" : "removed");
  if (sensitive)
    ecs_value_set(w->arena, entry, "sensitive", ecs_value_bool(w->arena, true));
  ecs_value_push(w->arena, w->entries, entry);
}

/* What stands for a member that is absent. */
static const ecs_value *implied_of(walk *w, const ecs_row *row, const ecs_value *value) {
  ecs_row stand_in = *row;
  stand_in.fallback = row->implied;
  return value != NULL || row->implied == NULL ? value : ecs_schema_fallback(w->arena, &stand_in);
}

static bool is_sensitive(const walk *w, const ecs_row *row, const char *key) {
  if ((row->flags & ECS_SECRET_KEYS) != 0 && ecs_schema_is_secret_key(key))
    return true;
  return strcmp(row->name, "environment") == 0 && ecs_value_holds_text(w->sensitive, key);
}

/* Calls for every key of either map, in their order. */
typedef void each_key(walk *w, const ecs_row *row, const char *key, const ecs_value *before, const ecs_value *after);

static void diff_keys(walk *w, const ecs_row *row, const ecs_value *before, const ecs_value *after, each_key *call) {
  size_t i = 0, j = 0, left = ecs_value_count(before), right = ecs_value_count(after);
  while (i < left || j < right) {
    const ecs_entry *a = i < left ? &before->as.map.entries[i] : NULL;
    const ecs_entry *b = j < right ? &after->as.map.entries[j] : NULL;
    int order = a == NULL ? 1 : b == NULL ? -1 : strcmp(a->key, b->key);
    const char *key = order <= 0 ? a->key : b->key;
    call(w, row, key, order <= 0 ? a->value : NULL, order >= 0 ? b->value : NULL);
    i += order <= 0;
    j += order >= 0;
  }
}

static void diff_text(walk *w, const ecs_row *row, const char *key, const ecs_value *before, const ecs_value *after) {
  if (ecs_value_equal(before, after))
    return;
  size_t here = ecs_path_key(&w->path, key);
  add(w, before, after, is_sensitive(w, row, key));
  ecs_path_back(&w->path, here);
}

static void diff_named(walk *w, const ecs_row *row, const char *key, const ecs_value *before, const ecs_value *after) {
  char text[300];
  size_t here = w->path.size;
  if (ecs_value_equal(before, after))
    return;
  /* Always in brackets: what stands there is a name, and no member. */
  snprintf(text, sizeof text, "[\"%.255s\"]", key);
  for (const char *c = text; *c != '\0' && w->path.size + 1 < sizeof w->path.text; c++)
    w->path.text[w->path.size++] = *c;
  w->path.text[w->path.size] = '\0';
  if (before == NULL || after == NULL)
    add(w, before, after, false);
  else
    diff_block(w, row->rows, before, after);
  ecs_path_back(&w->path, here);
}

static void diff_value(walk *w, const ecs_row *row, const ecs_value *before, const ecs_value *after) {
  if (row->identity != NULL)
    diff_keys(w, row, before, after, diff_named);
  else if (row->kind == ECS_KIND_STRING_MAP)
    diff_keys(w, row, before, after, diff_text);
  else if (row->kind == ECS_KIND_BLOCK && before != NULL && after != NULL)
    diff_block(w, row->rows, before, after);
  else
    add(w, implied_of(w, row, before), implied_of(w, row, after), false);
}

static void diff_block(walk *w, const ecs_row *rows, const ecs_value *before, const ecs_value *after) {
  for (const ecs_row *row = rows; row->name != NULL; row++) {
    const ecs_value *a = ecs_value_get(before, row->name), *b = ecs_value_get(after, row->name);
    bool role = rows == ecs_definition_rows && strstr(row->name, "role_arn") != NULL;
    if (ecs_value_equal(a, b) || (role && a != NULL && b != NULL && ecs_definition_same_role(a, b)))
      continue;
    size_t here = ecs_path_key(&w->path, row->name);
    diff_value(w, row, a, b);
    ecs_path_back(&w->path, here);
  }
}

ecs_value *ecs_definition_difference(ecs_arena *arena, const ecs_value *before, const ecs_value *after,
                                     const ecs_value *sensitive) {
  walk w = {.arena = arena, .entries = ecs_value_list(arena), .sensitive = sensitive};
  ecs_path_init(&w.path);
  diff_block(&w, ecs_definition_rows, before, after);
  return w.entries;
}

#include "plan/diff.h"

#include <string.h>

#include "schema/pair.h"

static const ecs_value yes = {.type = ECS_BOOL, .as = {.boolean = true}};
#define YES ((ecs_value *)&yes)

static bool holds_secret(const ecs_row *row) {
  if ((row->flags & (ECS_SECRET | ECS_SECRET_KEYS)) != 0)
    return true;
  for (const ecs_row *inner = row->rows; inner != NULL && inner->name != NULL; inner++) {
    if (holds_secret(inner))
      return true;
  }
  return false;
}

static ecs_value *conceal_keys(ecs_arena *arena, const ecs_value *value) {
  if (!ecs_value_is(value, ECS_MAP))
    return (ecs_value *)value;
  ecs_value *map = ecs_value_map(arena);
  for (size_t i = 0; i < value->as.map.count; i++) {
    const ecs_entry *entry = &value->as.map.entries[i];
    bool secret = ecs_schema_is_secret_key(entry->key);
    ecs_value_set(arena, map, entry->key, secret ? ecs_value_text(arena, "(sensitive value)") : entry->value);
  }
  return map;
}

/* `value` with the secrets in it painted over. */
static ecs_value *conceal(ecs_arena *arena, const ecs_row *row, const ecs_value *value) {
  if ((row->flags & ECS_SECRET) != 0)
    return ecs_value_text(arena, "(sensitive value)");
  if ((row->flags & ECS_SECRET_KEYS) != 0)
    return conceal_keys(arena, value);
  if (!holds_secret(row))
    return (ecs_value *)value;
  if (ecs_value_is(value, ECS_LIST)) {
    ecs_value *list = ecs_value_list(arena);
    for (size_t i = 0; i < ecs_value_count(value); i++)
      ecs_value_push(arena, list, conceal(arena, row, ecs_value_at(value, i)));
    return list;
  }
  ecs_value *block = ecs_value_shallow(arena, value);
  for (const ecs_row *inner = row->rows; inner->name != NULL; inner++) {
    const ecs_value *member = ecs_value_get(block, inner->name);
    if (!ecs_value_is_null(member) && holds_secret(inner))
      ecs_value_set_row(arena, block, inner->name, conceal(arena, inner, member));
  }
  return block;
}

/* What is shown of a value: sets in order, secrets not at all. */
static ecs_value *shown(ecs_arena *arena, const ecs_row *row, const ecs_value *value) {
  if (row->kind == ECS_KIND_STRING_SET && ecs_value_count(value) > 1) {
    ecs_value *sorted = ecs_value_shallow(arena, value);
    ecs_value_sort(sorted);
    return sorted;
  }
  return conceal(arena, row, value);
}

/* Keys in their order, so that the map is built without moving anything. */
static void emit(ecs_differ *in, const ecs_row *row, const ecs_value *before, const ecs_value *after, bool unknown) {
  ecs_arena *arena = in->arena;
  bool secret = (row->flags & ECS_SECRET) != 0;
  ecs_value *entry = ecs_value_map(arena);
  ecs_value *path = ecs_value_string(arena, in->path.text, in->path.size);
  if (!secret && !ecs_value_is_null(after))
    ecs_value_setn(arena, entry, "after", 5, shown(arena, row, after));
  if (!secret && !ecs_value_is_null(before))
    ecs_value_setn(arena, entry, "before", 6, shown(arena, row, before));
  if (in->element != NULL)
    ecs_value_setn(arena, entry, "element", 7, ecs_value_text(arena, in->element));
  if ((in->flags & ECS_REPLACES) != 0)
    ecs_value_setn(arena, entry, "forces_replacement", 18, YES);
  if (unknown)
    ecs_value_setn(arena, entry, "known_after_apply", 17, YES);
  ecs_value_setn(arena, entry, "path", 4, path);
  if (secret)
    ecs_value_setn(arena, entry, "sensitive", 9, YES);
  if ((in->flags & ECS_DEPLOYS) != 0)
    ecs_value_setn(arena, entry, "starts_deployment", 17, YES);
  if ((in->flags & ECS_REPLACES) != 0 && in->forcing != NULL)
    ecs_value_push(arena, in->forcing, path);
  if ((in->flags & ECS_DEPLOYS) != 0 && in->starting != NULL)
    ecs_value_push(arena, in->starting, path);
  if ((in->flags & ECS_NEXT_DEPLOY) != 0 && in->waiting != NULL)
    ecs_value_push(arena, in->waiting, entry);
  ecs_value_push(arena, in->entries, entry);
}

static void walk(ecs_differ *in, const ecs_row *row, const ecs_value *before, const ecs_value *after);

#define MEANING (ECS_REPLACES | ECS_DEPLOYS | ECS_NEXT_DEPLOY)

static void walk_members(ecs_differ *in, const ecs_row *rows, const ecs_value *before, const ecs_value *after) {
  unsigned flags = in->flags;
  for (const ecs_row *row = rows; row->name != NULL; row++) {
    size_t size = ecs_path_key(&in->path, row->name);
    in->flags = flags | (row->flags & MEANING & ~in->without);
    walk(in, row, ecs_value_get(before, row->name), ecs_value_get(after, row->name));
    ecs_path_back(&in->path, size);
  }
  in->flags = flags;
}

static void walk_block(ecs_differ *in, const ecs_row *row, const ecs_value *before, const ecs_value *after) {
  bool whole = in->whole;
  in->whole = whole || ecs_value_is_null(before) || ecs_value_is_null(after);
  walk_members(in, row->rows, before, after);
  in->whole = whole;
}

static void walk_map(ecs_differ *in, const ecs_row *row, const ecs_value *before, const ecs_value *after) {
  static const ecs_row leaf = {.kind = ECS_KIND_STRING};
  size_t i = 0, j = 0, n = ecs_value_is(before, ECS_MAP) ? before->as.map.count : 0;
  size_t m = ecs_value_is(after, ECS_MAP) ? after->as.map.count : 0;
  ecs_row secret = leaf;
  while (i < n || j < m) {
    const ecs_entry *a = i < n ? &before->as.map.entries[i] : NULL;
    const ecs_entry *b = j < m ? &after->as.map.entries[j] : NULL;
    int order = a == NULL ? 1 : b == NULL ? -1 : strcmp(a->key, b->key);
    i += order <= 0;
    j += order >= 0;
    if (order == 0 && ecs_value_equal(a->value, b->value))
      continue;
    const char *key = order <= 0 ? a->key : b->key;
    bool telling = (row->flags & ECS_SECRET_KEYS) != 0 && ecs_schema_is_secret_key(key);
    secret.flags = telling ? ECS_SECRET : row->flags & ECS_SECRET;
    size_t size = ecs_path_key(&in->path, key);
    emit(in, &secret, order <= 0 ? a->value : NULL, order >= 0 ? b->value : NULL, false);
    ecs_path_back(&in->path, size);
  }
}

/* A member of a list or set of blocks. `before` or `after` may be missing; `index` counts where it is. */
static void walk_element(ecs_differ *in, const ecs_row *row, size_t index, const ecs_value *before,
                         const ecs_value *after) {
  const char *outer = in->element;
  size_t size = ecs_path_index(&in->path, index + 1);
  if (before != NULL && after != NULL) {
    in->element = "changed";
    walk_members(in, row->rows, before, after);
  } else {
    in->element = before == NULL ? "added" : "removed";
    emit(in, row, before, after, false);
  }
  in->element = outer;
  ecs_path_back(&in->path, size);
}

static void walk_set(ecs_differ *in, const ecs_row *row, const ecs_value *before, const ecs_value *after) {
  size_t n = ecs_value_count(before), m = ecs_value_count(after);
  size_t *match = ecs_pair_match(in->arena, row, before, after, in->context);
  bool *seen = ecs_arena_take(in->arena, n + 1);
  if (seen == NULL || (match == NULL && m > 0))
    return;
  for (size_t j = 0; j < m; j++) {
    if (match[j] != ECS_UNPAIRED)
      seen[match[j]] = true;
    walk_element(in, row, j, match[j] == ECS_UNPAIRED ? NULL : ecs_value_at(before, match[j]), ecs_value_at(after, j));
  }
  for (size_t i = 0; i < n; i++) {
    if (!seen[i])
      walk_element(in, row, i, ecs_value_at(before, i), NULL);
  }
}

/* Blocks by their names: one that is on both sides is the same one, whatever it has become. */
static void walk_named(ecs_differ *in, const ecs_row *row, const ecs_value *before, const ecs_value *after) {
  size_t i = 0, j = 0, n = ecs_value_count(before), m = ecs_value_count(after);
  const char *outer = in->element;
  while (i < n || j < m) {
    const ecs_entry *a = i < n ? &before->as.map.entries[i] : NULL;
    const ecs_entry *b = j < m ? &after->as.map.entries[j] : NULL;
    int order = a == NULL ? 1 : b == NULL ? -1 : strcmp(a->key, b->key);
    size_t size = ecs_path_key(&in->path, order <= 0 ? a->key : b->key);
    if (order == 0) {
      walk_members(in, row->rows, a->value, b->value);
    } else {
      in->element = order < 0 ? "removed" : "added";
      emit(in, row, order < 0 ? a->value : NULL, order > 0 ? b->value : NULL, false);
      in->element = outer;
    }
    i += order <= 0;
    j += order >= 0;
    ecs_path_back(&in->path, size);
  }
}

/* Lists are compared by position; where they differ in length, equal beginnings and ends stay out of it, so that one
** member put in or taken out shows as that. */
static void walk_list(ecs_differ *in, const ecs_row *row, const ecs_value *before, const ecs_value *after) {
  size_t n = ecs_value_count(before), m = ecs_value_count(after), first = 0, last = 0;
  size_t least = n < m ? n : m;
  if (n != m) {
    while (first < least &&
           ecs_pair_equal(in->arena, row, ecs_value_at(before, first), ecs_value_at(after, first), in->context))
      first++;
    while (last < least - first && ecs_pair_equal(in->arena, row, ecs_value_at(before, n - 1 - last),
                                                  ecs_value_at(after, m - 1 - last), in->context))
      last++;
  }
  for (size_t j = first; j < m - last; j++)
    walk_element(in, row, j, j < n - last ? ecs_value_at(before, j) : NULL, ecs_value_at(after, j));
  for (size_t i = first > m - last ? first : m - last; i < n - last; i++)
    walk_element(in, row, i, ecs_value_at(before, i), NULL);
}

static void walk(ecs_differ *in, const ecs_row *row, const ecs_value *before, const ecs_value *after) {
  bool neither = ecs_value_is_null(before) && ecs_value_is_null(after);
  if (neither || (!in->whole && ecs_pair_same(in->arena, row, before, after, in->context)))
    return;
  bool opaque = (row->flags & ECS_SECRET) != 0 && row->kind != ECS_KIND_STRING_MAP;
  switch (opaque ? ECS_KIND_STRING : row->kind) {
    case ECS_KIND_BLOCK: walk_block(in, row, before, after); break;
    case ECS_KIND_BLOCK_SET: walk_set(in, row, before, after); break;
    case ECS_KIND_BLOCK_LIST: walk_list(in, row, before, after); break;
    case ECS_KIND_BLOCK_MAP: walk_named(in, row, before, after); break;
    case ECS_KIND_STRING_MAP: walk_map(in, row, before, after); break;
    default: emit(in, row, before, after, false);
  }
}

static void enter(ecs_differ *in, const ecs_row *row, unsigned flags) {
  ecs_path_init(&in->path);
  (void)ecs_path_key(&in->path, row->name);
  in->flags = flags & MEANING;
  in->whole = false;
  in->element = NULL;
}

size_t ecs_diff_row(ecs_differ *in, const ecs_row *row, unsigned flags, const ecs_value *before,
                    const ecs_value *after) {
  size_t count = ecs_value_count(in->entries);
  enter(in, row, flags);
  walk(in, row, before, after);
  return ecs_value_count(in->entries) - count;
}

void ecs_diff_whole(ecs_differ *in, const ecs_row *row, unsigned flags, const ecs_value *before, const ecs_value *after,
                    bool unknown) {
  enter(in, row, flags);
  emit(in, row, before, after, unknown);
}

#include "schema/pair.h"

#include "schema/equal.h"

/* Sets beyond this many comparisons are not searched for similar elements: what is not equal is added or removed. */
#define MOST_COMPARISONS 250000

static bool is_nothing(const ecs_value *value) {
  return ecs_value_is_empty(value) || (ecs_value_is(value, ECS_BOOL) && !value->as.boolean);
}

static bool same_lists(ecs_arena *arena, const ecs_row *row, const ecs_value *a, const ecs_value *b,
                       const ecs_context *context) {
  size_t count = ecs_value_count(a);
  if (count != ecs_value_count(b))
    return false;
  for (size_t i = 0; i < count; i++) {
    if (!ecs_pair_equal(arena, row, ecs_value_at(a, i), ecs_value_at(b, i), context))
      return false;
  }
  return true;
}

/* Every element of `a` has an equal one in `b`. */
static bool is_within(ecs_arena *arena, const ecs_row *row, const ecs_value *a, const ecs_value *b,
                      const ecs_context *context) {
  for (size_t i = 0; i < ecs_value_count(a); i++) {
    bool found = false;
    for (size_t j = 0; j < ecs_value_count(b) && !found; j++)
      found = ecs_pair_equal(arena, row, ecs_value_at(a, i), ecs_value_at(b, j), context);
    if (!found)
      return false;
  }
  return true;
}

static bool same_named(ecs_arena *arena, const ecs_row *row, const ecs_value *a, const ecs_value *b,
                       const ecs_context *context) {
  if (ecs_value_count(a) != ecs_value_count(b))
    return false;
  for (size_t i = 0; i < ecs_value_count(a); i++) {
    const ecs_entry *entry = &a->as.map.entries[i];
    const ecs_value *other = ecs_value_getn(b, entry->key, entry->size);
    if (other == NULL || !ecs_pair_equal(arena, row, entry->value, other, context))
      return false;
  }
  return true;
}

bool ecs_pair_same(ecs_arena *arena, const ecs_row *row, const ecs_value *a, const ecs_value *b,
                   const ecs_context *context) {
  if (row->fallback != NULL && ecs_value_is_null(a) != ecs_value_is_null(b)) {
    a = ecs_value_is_null(a) ? ecs_schema_fallback(arena, row) : a;
    b = ecs_value_is_null(b) ? ecs_schema_fallback(arena, row) : b;
  }
  if (ecs_equal(row, a, b, context))
    return true;
  bool own = row->kind == ECS_KIND_DOCUMENT || (row->kind == ECS_KIND_BOOL && row->equal != NULL);
  if (!own && is_nothing(a) && is_nothing(b))
    return true;
  if (row->rows == NULL || row->equal != NULL || ecs_value_is_null(a) || ecs_value_is_null(b))
    return false;
  switch (row->kind) {
    case ECS_KIND_BLOCK: return ecs_pair_equal(arena, row, a, b, context);
    case ECS_KIND_BLOCK_LIST: return same_lists(arena, row, a, b, context);
    case ECS_KIND_BLOCK_SET: return is_within(arena, row, a, b, context) && is_within(arena, row, b, a, context);
    case ECS_KIND_BLOCK_MAP: return same_named(arena, row, a, b, context);
    default: return false;
  }
}

bool ecs_pair_equal(ecs_arena *arena, const ecs_row *row, const ecs_value *a, const ecs_value *b,
                    const ecs_context *context) {
  for (const ecs_row *inner = row->rows; inner->name != NULL; inner++) {
    const ecs_value *x = ecs_value_get(a, inner->name), *y = ecs_value_get(b, inner->name);
    if (x != y && !ecs_pair_same(arena, inner, x, y, context))
      return false;
  }
  return true;
}

/* What two elements have in common. An ARN or a name tells more than a number or a switch. */
static unsigned likeness(ecs_arena *arena, const ecs_row *row, const ecs_value *a, const ecs_value *b,
                         const ecs_context *context) {
  unsigned sum = 0;
  for (const ecs_row *inner = row->rows; inner->name != NULL; inner++) {
    const ecs_value *x = ecs_value_get(a, inner->name), *y = ecs_value_get(b, inner->name);
    if (ecs_value_is_empty(x) || ecs_value_is_empty(y) || !ecs_pair_same(arena, inner, x, y, context))
      continue;
    sum += inner->arn_service != NULL ? 8 : inner->kind == ECS_KIND_STRING && inner->choices == NULL ? 4 : 1;
    sum += (inner->flags & ECS_REQUIRED) != 0 ? 1 : 0;
  }
  return sum;
}

typedef struct pairing {
  ecs_arena *arena;
  const ecs_row *row;
  const ecs_value *before, *after;
  const ecs_context *context;
  size_t n, m;
  size_t *match; /* of `after` */
  bool *taken;   /* of `before` */
} pairing;

static void pair_equal(pairing *in) {
  for (size_t j = 0; j < in->m; j++) {
    for (size_t i = 0; i < in->n && in->match[j] == ECS_UNPAIRED; i++) {
      if (in->taken[i] ||
          !ecs_pair_equal(in->arena, in->row, ecs_value_at(in->before, i), ecs_value_at(in->after, j), in->context))
        continue;
      in->match[j] = i;
      in->taken[i] = true;
    }
  }
}

/* The best pair of what is left, again and again; the earlier one where two are as good. */
static void pair_similar(pairing *in) {
  if (in->n == 0 || in->m > MOST_COMPARISONS / in->n)
    return;
  unsigned *scores = ecs_arena_take(in->arena, in->n * in->m * sizeof *scores);
  if (scores == NULL)
    return;
  for (size_t j = 0; j < in->m; j++) {
    for (size_t i = 0; i < in->n; i++) {
      if (in->match[j] == ECS_UNPAIRED && !in->taken[i])
        scores[j * in->n + i] =
            likeness(in->arena, in->row, ecs_value_at(in->before, i), ecs_value_at(in->after, j), in->context);
    }
  }
  for (;;) {
    size_t best = in->n * in->m;
    for (size_t k = 0; k < in->n * in->m; k++) {
      bool open = in->match[k / in->n] == ECS_UNPAIRED && !in->taken[k % in->n] && scores[k] > 0;
      if (open && (best == in->n * in->m || scores[k] > scores[best]))
        best = k;
    }
    if (best == in->n * in->m)
      return;
    in->match[best / in->n] = best % in->n;
    in->taken[best % in->n] = true;
  }
}

size_t *ecs_pair_match(ecs_arena *arena, const ecs_row *row, const ecs_value *before, const ecs_value *after,
                       const ecs_context *context) {
  pairing in = {.arena = arena, .row = row, .before = before, .after = after, .context = context};
  in.n = ecs_value_count(before);
  in.m = ecs_value_count(after);
  in.match = in.m == 0 ? NULL : ecs_arena_take(arena, in.m * sizeof *in.match);
  in.taken = ecs_arena_take(arena, in.n + 1);
  if (in.match == NULL || in.taken == NULL)
    return NULL;
  for (size_t j = 0; j < in.m; j++)
    in.match[j] = ECS_UNPAIRED;
  pair_equal(&in);
  pair_similar(&in);
  return in.match;
}

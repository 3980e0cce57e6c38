#include "schema/flatten.h"

#include "schema/equal.h"
#include "schema/pair.h"
#include "schema/tags.h"
#include "schema/wire.h"

typedef struct flattener {
  ecs_arena *arena;
  const ecs_flatten_input *in;
  const ecs_value *form, *previous;
  ecs_context context;
  ecs_value *attributes;
} flattener;

static void keep(flattener *f, const ecs_row *row, const ecs_value *value) {
  if (!ecs_value_is_empty(value))
    ecs_value_set_row(f->arena, f->attributes, row->name, (ecs_value *)value);
}

/* How the user wrote the argument: in the configuration, else as it was recorded. */
static const ecs_value *form_of(const flattener *f, const ecs_row *row) {
  const ecs_value *form = ecs_value_get(f->form, row->name);
  return ecs_value_is_null(form) ? ecs_value_get(f->previous, row->name) : form;
}

/* Members of blocks that the answer leaves out stay as they were. Members of lists do not: nothing says that an
** element of the answer is the one it was. */
static ecs_value *fill(ecs_arena *arena, const ecs_row *row, ecs_value *value, const ecs_value *previous) {
  if (row->kind != ECS_KIND_BLOCK || !ecs_value_is(value, ECS_MAP) || ecs_value_is_empty(previous))
    return value;
  ecs_value *copy = ecs_value_shallow(arena, value);
  for (const ecs_row *inner = row->rows; inner->name != NULL; inner++) {
    ecs_value *now = ecs_value_get(copy, inner->name), *was = ecs_value_get(previous, inner->name);
    if (!ecs_value_is_null(was))
      ecs_value_set_row(arena, copy, inner->name, ecs_value_is_null(now) ? was : fill(arena, inner, now, was));
  }
  return copy;
}

static ecs_value *adopt(flattener *f, const ecs_row *row, ecs_value *value, const ecs_value *form);

static ecs_value *adopt_members(flattener *f, const ecs_row *row, ecs_value *value, const ecs_value *form) {
  ecs_value *copy = ecs_value_shallow(f->arena, value);
  for (const ecs_row *inner = row->rows; inner->name != NULL; inner++) {
    ecs_value *member = ecs_value_get(copy, inner->name);
    const ecs_value *wrote = ecs_value_get(form, inner->name);
    if (!ecs_value_is_null(member) && !ecs_value_is_null(wrote))
      ecs_value_set_row(f->arena, copy, inner->name, adopt(f, inner, member, wrote));
  }
  return copy;
}

static ecs_value *adopt_list(flattener *f, const ecs_row *row, const ecs_value *value, const ecs_value *form) {
  ecs_value *list = ecs_value_list(f->arena);
  for (size_t i = 0; i < ecs_value_count(value); i++) {
    const ecs_value *wrote = ecs_value_at(form, i);
    ecs_value *item = ecs_value_at(value, i);
    ecs_value_push(f->arena, list, wrote == NULL ? item : adopt_members(f, row, item, wrote));
  }
  return list;
}

/* The elements in the order in which the user wrote them, further ones after them. */
static ecs_value *adopt_set(flattener *f, const ecs_row *row, ecs_value *value, const ecs_value *form) {
  size_t n = ecs_value_count(value), m = ecs_value_count(form);
  size_t *match = ecs_pair_match(f->arena, row, value, form, &f->context);
  bool *taken = ecs_arena_take(f->arena, n + 1);
  if (match == NULL || taken == NULL)
    return value;
  ecs_value *list = ecs_value_list(f->arena);
  for (size_t j = 0; j < m; j++) {
    if (match[j] == ECS_UNPAIRED)
      continue;
    taken[match[j]] = true;
    ecs_value_push(f->arena, list, adopt_members(f, row, ecs_value_at(value, match[j]), ecs_value_at(form, j)));
  }
  for (size_t i = 0; i < n; i++) {
    if (!taken[i])
      ecs_value_push(f->arena, list, ecs_value_at(value, i));
  }
  return list;
}

static ecs_value *adopt_named(flattener *f, const ecs_row *row, const ecs_value *value, const ecs_value *form) {
  ecs_value *map = ecs_value_map(f->arena);
  for (size_t i = 0; i < ecs_value_count(value); i++) {
    const ecs_entry *entry = &value->as.map.entries[i];
    const ecs_value *wrote = ecs_value_getn(form, entry->key, entry->size);
    ecs_value_setn(f->arena, map, entry->key, entry->size,
                   wrote == NULL ? entry->value : adopt_members(f, row, entry->value, wrote));
  }
  return map;
}

/* What means the same as what the user wrote is recorded as the user wrote it. */
static ecs_value *adopt(flattener *f, const ecs_row *row, ecs_value *value, const ecs_value *form) {
  if (ecs_value_is_empty(value) || ecs_value_is_empty(form))
    return value;
  switch (row->kind) {
    case ECS_KIND_BLOCK: return adopt_members(f, row, value, form);
    case ECS_KIND_BLOCK_LIST:
      if (row->equal != NULL && ecs_equal(row, value, form, &f->context))
        return (ecs_value *)form; /* by a rule of its own: what AWS filled in stays out */
      return adopt_list(f, row, value, form);
    case ECS_KIND_BLOCK_SET: return adopt_set(f, row, value, form);
    case ECS_KIND_BLOCK_MAP: return adopt_named(f, row, value, form);
    default: return ecs_equal(row, value, form, &f->context) ? (ecs_value *)form : value;
  }
}

static ecs_value *strip(ecs_arena *arena, const ecs_row *row, ecs_value *value);

static ecs_value *strip_named(ecs_arena *arena, const ecs_row *row, const ecs_value *value) {
  ecs_row one = *row;
  ecs_value *map = ecs_value_map(arena);
  one.kind = ECS_KIND_BLOCK;
  for (size_t i = 0; i < ecs_value_count(value); i++) {
    const ecs_entry *entry = &value->as.map.entries[i];
    ecs_value_setn(arena, map, entry->key, entry->size, strip(arena, &one, entry->value));
  }
  return map;
}

/* A block or list of blocks without the members that are empty. */
static ecs_value *strip(ecs_arena *arena, const ecs_row *row, ecs_value *value) {
  if (row->rows == NULL || ecs_value_is_empty(value))
    return value;
  if (row->kind == ECS_KIND_BLOCK_MAP)
    return strip_named(arena, row, value);
  if (ecs_value_is(value, ECS_LIST)) {
    ecs_value *list = ecs_value_list(arena);
    for (size_t i = 0; i < ecs_value_count(value); i++)
      ecs_value_push(arena, list, strip(arena, row, ecs_value_at(value, i)));
    return list;
  }
  ecs_value *block = ecs_value_map(arena);
  for (const ecs_row *inner = row->rows; inner->name != NULL; inner++) {
    ecs_value *member = strip(arena, inner, ecs_value_get(value, inner->name));
    if (!ecs_value_is_empty(member))
      ecs_value_set_row(arena, block, inner->name, member);
  }
  return block;
}

static void flatten_row(flattener *f, const ecs_row *row) {
  const ecs_value *answer = f->in->answer, *wire = answer;
  const ecs_value *previous = ecs_value_get(f->previous, row->name);
  ecs_value *value = NULL;
  if (row->speaking != NULL && row->speaking(answer, f->form, f->previous) != ECS_SPEAKS)
    return;
  if (row->answer != NULL || row->from_wire == NULL) /* else it reads the whole answer */
    wire = ecs_wire_source(row, answer);
  if (wire != NULL)
    value = ecs_wire_from(f->arena, row, wire, &f->context);
  if (value == NULL) { /* the answer does not speak of it */
    ecs_value *fallback = (row->flags & ECS_COMPUTED) == 0 ? ecs_schema_fallback(f->arena, row) : NULL;
    keep(f, row, ecs_value_is_null(previous) ? fallback : previous);
    return;
  }
  if ((row->flags & ECS_TOLD_WHOLE) == 0)
    value = fill(f->arena, row, value, previous);
  /* An argument that reads its text itself has looked at the form already: a family without revision, for one, must be
  ** recorded with the revision that it meant. */
  if (row->rows != NULL)
    value = adopt(f, row, value, previous);
  if (row->kind != ECS_KIND_STRING || row->from_wire == NULL)
    value = adopt(f, row, value, form_of(f, row));
  keep(f, row, strip(f->arena, row, value));
}

/* Triggers and the like are nowhere at AWS: they stay as the last apply left them. */
static void flatten_local(flattener *f, const ecs_row *row) {
  const ecs_value *source = f->previous != NULL ? f->previous : f->form;
  keep(f, row, ecs_value_get(source, row->name));
}

static void flatten_tags(flattener *f, const ecs_row *rows) {
  const ecs_flatten_input *in = f->in;
  const ecs_row *own = NULL, *all = NULL;
  for (const ecs_row *row = rows; row->name != NULL; row++) {
    if ((row->flags & ECS_TAGS) == 0)
      continue;
    if ((row->flags & ECS_READONLY) != 0)
      all = row;
    else
      own = row;
  }
  if (own == NULL || all == NULL)
    return;
  if (!in->tags_known) {
    keep(f, own, ecs_value_get(f->previous, own->name));
    keep(f, all, ecs_value_get(f->previous, all->name));
    return;
  }
  const ecs_value *wire = own->answer == NULL ? NULL : ecs_value_get_path(in->answer, own->answer);
  ecs_value *tags = ecs_wire_from(f->arena, own, wire, &f->context);
  tags = ecs_tags_visible(f->arena, tags, in->ignore_tags);
  keep(f, all, tags);
  keep(f, own, ecs_tags_own(f->arena, tags, in->default_tags, form_of(f, own)));
}

ecs_status ecs_flatten(const ecs_resource *kind, ecs_arena *arena, const ecs_flatten_input *input,
                       ecs_value **attributes) {
  flattener f = {.arena = arena, .in = input, .context = input->context};
  f.form = ecs_value_unless_null(input->form);
  f.previous = ecs_value_unless_null(input->previous);
  f.context.kind = kind;
  f.context.config = f.form;
  f.context.attributes = f.previous;
  f.attributes = ecs_value_map(arena);
  for (const ecs_row *row = kind->rows; row->name != NULL; row++) {
    if ((row->flags & (ECS_META | ECS_TAGS)) != 0)
      continue;
    if ((row->flags & ECS_LOCAL) != 0)
      flatten_local(&f, row);
    else
      flatten_row(&f, row);
  }
  flatten_tags(&f, kind->rows);
  *attributes = f.attributes;
  return ecs_arena_status(arena);
}

#include "schema/body.h"

#include <string.h>

#include "schema/wire.h"

static const ecs_row *tags_row(const ecs_resource *kind, bool all) {
  const ecs_row *row = kind->rows;
  while (row->name != NULL && ((row->flags & ECS_TAGS) == 0 || ((row->flags & ECS_READONLY) != 0) != all))
    row++;
  return row->name == NULL ? NULL : row;
}

static ecs_context with_attributes(const ecs_resource *kind, const ecs_context *context, const ecs_value *attributes) {
  ecs_context own = context == NULL ? (ecs_context){0} : *context;
  own.kind = kind;
  own.config = attributes;
  own.attributes = attributes;
  return own;
}

void ecs_body_tags(const ecs_resource *kind, ecs_arena *arena, const ecs_value *tags, const ecs_context *context,
                   ecs_value *body) {
  const ecs_row *row = tags_row(kind, false);
  ecs_value *wire = row == NULL || row->create == NULL ? NULL : ecs_wire_to(arena, row, tags, context);
  if (wire != NULL)
    ecs_value_set_path(arena, body, row->create, wire);
}

static const ecs_value *all_tags(const ecs_resource *kind, const ecs_value *attributes) {
  const ecs_row *all = tags_row(kind, true), *own = tags_row(kind, false);
  const ecs_value *tags = all == NULL ? NULL : ecs_value_get(attributes, all->name);
  return tags == NULL && own != NULL ? ecs_value_get(attributes, own->name) : tags;
}

bool ecs_body_sends(const ecs_row *row, const ecs_value *value, const void *traits) {
  return row->sent == NULL || row->sent(value, traits);
}

/* Puts the wire form of a row into a body. Members of a structure that rows share are put beside those of the others. */
static void put(ecs_arena *arena, ecs_value *body, const ecs_row *row, const char *place, ecs_value *wire) {
  ecs_value *shared = (row->flags & ECS_SPREAD) != 0 ? ecs_value_get_path(body, place) : NULL;
  if (shared == NULL) {
    ecs_value_set_path(arena, body, place, wire);
    return;
  }
  for (size_t i = 0; ecs_value_is(wire, ECS_MAP) && i < wire->as.map.count; i++)
    ecs_value_set(arena, shared, wire->as.map.entries[i].key, wire->as.map.entries[i].value);
}

ecs_status ecs_body_create(const ecs_resource *kind, ecs_arena *arena, const ecs_value *after, bool without_tags,
                           const ecs_context *context, ecs_value **body) {
  ecs_context own = with_attributes(kind, context, after);
  const void *traits = ecs_resource_traits(kind, arena, after, NULL);
  *body = ecs_value_map(arena);
  if (ecs_arena_failed(arena))
    return ECS_NOMEM;
  for (const ecs_row *row = kind->rows; row->name != NULL; row++) {
    const ecs_value *value = ecs_value_get(after, row->name);
    if (row->create == NULL || (row->flags & (ECS_META | ECS_LOCAL | ECS_TAGS)) != 0 || ecs_value_is_empty(value) ||
        !ecs_body_sends(row, value, traits))
      continue;
    ecs_value *wire = ecs_wire_to(arena, row, value, &own);
    if (!ecs_value_is_empty(wire))
      put(arena, *body, row, row->create, wire);
  }
  if (!without_tags && !ecs_value_is_empty(all_tags(kind, after)))
    ecs_body_tags(kind, arena, all_tags(kind, after), &own, *body);
  return ecs_arena_status(arena);
}

/* Whether two dotted places are in the same structure of the request. */
static bool share_structure(const char *a, const char *b) {
  size_t size = strcspn(a, ".");
  return size == strcspn(b, ".") && strncmp(a, b, size) == 0;
}

/* The members of one structure travel together (of a service, both percents, circuit breaker, alarms): what is left out of
** it is not said to stay. */
static bool travels(const ecs_row *rows, const ecs_row *row, const ecs_value *changed) {
  if (strchr(row->update, '.') == NULL && (row->flags & ECS_SPREAD) == 0)
    return false;
  for (size_t i = 0; i < ecs_value_count(changed); i++) {
    const ecs_row *other = ecs_schema_find(rows, ecs_value_text_or(ecs_value_at(changed, i), ""));
    if (other != NULL && other->update != NULL && share_structure(row->update, other->update))
      return true;
  }
  return false;
}

/* What an update says of an argument that is not set any more; NULL: nothing. */
static ecs_value *removed_of(ecs_arena *arena, const ecs_row *row, const ecs_value *had, const ecs_context *context) {
  ecs_value *said;
  if (row->removed != NULL) {
    said = row->removed(arena, row, had, context);
    return ecs_value_is_null(said) ? NULL : said;
  }
  switch (row->kind) {
    case ECS_KIND_INT_LIST:
    case ECS_KIND_STRING_LIST:
    case ECS_KIND_STRING_SET:
    case ECS_KIND_BLOCK_LIST:
    case ECS_KIND_BLOCK_SET: return ecs_value_list(arena);
    case ECS_KIND_BLOCK_MAP:
    case ECS_KIND_STRING_MAP: return ecs_value_map(arena);
    case ECS_KIND_BLOCK: return NULL;
    default: return ecs_wire_to(arena, row, ecs_schema_fallback(arena, row), context);
  }
}

const ecs_row *ecs_body_force(const ecs_resource *kind) {
  const ecs_row *row = kind->rows;
  while (row->name != NULL && ((row->flags & ECS_LOCAL) == 0 || (row->flags & ECS_DEPLOYS) == 0 || row->update == NULL))
    row++;
  return row->name == NULL ? NULL : row;
}

bool ecs_body_rides(const ecs_resource *kind, const ecs_row *row, const ecs_value *attributes, const void *traits) {
  return (row->flags & ECS_LOCAL) != 0 && row->update != NULL && ecs_value_true(ecs_value_get(attributes, row->name)) &&
         ecs_resource_updatable(kind, row, traits);
}

typedef struct update {
  const ecs_resource *kind;
  ecs_arena *arena;
  const ecs_value *before, *after, *changed;
  ecs_context context;
  const void *traits;
} update;

/* Members of a block that were taken out of it, and that stay at AWS until they are told to go. */
static void remove_members(update *in, const ecs_row *row, const ecs_value *had, const ecs_value *has,
                           ecs_value *wire) {
  for (const ecs_row *inner = row->rows; row->kind == ECS_KIND_BLOCK && inner->name != NULL; inner++) {
    const ecs_value *was = ecs_value_get(had, inner->name);
    if (inner->removed == NULL || ecs_value_is_empty(was) || !ecs_value_is_empty(ecs_value_get(has, inner->name)))
      continue;
    ecs_value *said = inner->removed(in->arena, inner, was, &in->context);
    if (!ecs_value_is_null(said))
      ecs_value_set(in->arena, wire, inner->create, said);
  }
}

static ecs_value *wire_of_set(update *in, const ecs_row *row, const ecs_value *value) {
  if (!ecs_body_sends(row, value, in->traits))
    return NULL;
  ecs_value *wire = ecs_wire_to(in->arena, row, value, &in->context);
  if (ecs_value_is(wire, ECS_MAP))
    remove_members(in, row, ecs_value_get(in->before, row->name), value, wire);
  return wire;
}

static ecs_value *wire_of(update *in, const ecs_row *row) {
  if ((row->flags & ECS_LOCAL) != 0) {
    if (!ecs_body_rides(in->kind, row, in->after, in->traits))
      return NULL;
    return ecs_wire_to(in->arena, row, ecs_value_get(in->after, row->name), &in->context);
  }
  bool changed = ecs_value_holds_text(in->changed, row->name);
  if (!changed && !travels(in->kind->rows, row, in->changed))
    return NULL;
  const ecs_value *value = ecs_value_get(in->after, row->name);
  if (ecs_value_is_empty(value))
    return changed ? removed_of(in->arena, row, ecs_value_get(in->before, row->name), &in->context) : NULL;
  return wire_of_set(in, row, value);
}

static ecs_value *update_body(update *in) {
  ecs_value *body = ecs_value_map(in->arena);
  for (const ecs_row *row = in->kind->rows; row->name != NULL; row++) {
    if (row->update == NULL || (row->flags & (ECS_META | ECS_TAGS)) != 0)
      continue;
    ecs_value *wire = wire_of(in, row);
    if (wire != NULL)
      put(in->arena, body, row, row->update, wire);
  }
  return body;
}

ecs_status ecs_body_update(const ecs_resource *kind, ecs_arena *arena, const ecs_value *change,
                           const ecs_context *context, ecs_value **body) {
  update in = {.kind = kind, .arena = arena, .before = ecs_value_get(change, "before")};
  in.after = ecs_value_get(change, "after");
  in.changed = ecs_value_get(change, "changed");
  in.context = with_attributes(kind, context, in.after);
  in.context.attributes = in.before;
  *body = NULL;
  const ecs_row *force = ecs_value_true(ecs_value_get(change, "forces")) ? ecs_body_force(kind) : NULL;
  if (ecs_value_count(in.changed) == 0 && force == NULL)
    return ecs_arena_status(arena);
  in.traits = ecs_resource_traits(kind, arena, in.after, in.before);
  if (ecs_arena_failed(arena))
    return ECS_NOMEM;
  ecs_value *made = update_body(&in);
  if (force != NULL)
    ecs_value_set_path(arena, made, force->update, ecs_value_bool(arena, true));
  if (ecs_value_count(made) > 0)
    *body = made;
  return ecs_arena_status(arena);
}

ecs_status ecs_body_tag_changes(const ecs_resource *kind, ecs_arena *arena, const ecs_value *change, ecs_value **set,
                                ecs_value **drop) {
  const ecs_value *before = all_tags(kind, ecs_value_get(change, "before"));
  const ecs_value *after = all_tags(kind, ecs_value_get(change, "after"));
  *set = ecs_value_map(arena);
  *drop = ecs_value_list(arena);
  for (size_t i = 0; ecs_value_is(after, ECS_MAP) && i < after->as.map.count; i++) {
    const ecs_entry *entry = &after->as.map.entries[i];
    if (!ecs_value_equal(entry->value, ecs_value_getn(before, entry->key, entry->size)))
      ecs_value_setn(arena, *set, entry->key, entry->size, entry->value);
  }
  for (size_t i = 0; ecs_value_is(before, ECS_MAP) && i < before->as.map.count; i++) {
    const ecs_entry *entry = &before->as.map.entries[i];
    if (ecs_value_getn(after, entry->key, entry->size) == NULL)
      ecs_value_push(arena, *drop, ecs_value_string(arena, entry->key, entry->size));
  }
  return ecs_arena_status(arena);
}

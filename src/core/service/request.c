#include "service/request.h"

#include <string.h>

#include "schema/wire.h"
#include "service/plan_rules.h"

static const ecs_row *tags_row(bool all) {
  const ecs_row *row = ecs_schema_service();
  while (row->name != NULL && ((row->flags & ECS_TAGS) == 0 || ((row->flags & ECS_READONLY) != 0) != all))
    row++;
  return row->name == NULL ? NULL : row;
}

static ecs_context with_attributes(const ecs_context *context, const ecs_value *attributes) {
  ecs_context own = context == NULL ? (ecs_context){0} : *context;
  own.config = attributes;
  own.attributes = attributes;
  return own;
}

/* Sets the tags of a map in a body, as their row spells them. */
static void put_tags(ecs_arena *arena, const ecs_value *tags, const ecs_context *context, ecs_value *body) {
  const ecs_row *row = tags_row(false);
  ecs_value *wire = row == NULL || row->create == NULL ? NULL : ecs_wire_to(arena, row, tags, context);
  if (wire != NULL)
    ecs_value_set_path(arena, body, row->create, wire);
}

static const ecs_value *all_tags(const ecs_value *attributes) {
  const ecs_row *all = tags_row(true), *own = tags_row(false);
  const ecs_value *tags = all == NULL ? NULL : ecs_value_get(attributes, all->name);
  return tags == NULL && own != NULL ? ecs_value_get(attributes, own->name) : tags;
}

ecs_status ecs_request_create(ecs_arena *arena, const ecs_value *after, const char *client_token, bool without_tags,
                              const ecs_context *context, ecs_value **body) {
  ecs_context own = with_attributes(context, after);
  ecs_traits traits;
  ecs_schema_traits(after, NULL, &traits);
  *body = ecs_value_map(arena);
  for (const ecs_row *row = ecs_schema_service(); row->name != NULL; row++) {
    const ecs_value *value = ecs_value_get(after, row->name);
    if (row->create == NULL || (row->flags & (ECS_META | ECS_LOCAL | ECS_TAGS)) != 0 || ecs_value_is_empty(value) ||
        !ecs_schema_sent(row, value, &traits, true))
      continue;
    ecs_value *wire = ecs_wire_to(arena, row, value, &own);
    if (!ecs_value_is_empty(wire))
      ecs_value_set_path(arena, *body, row->create, wire);
  }
  if (!without_tags && !ecs_value_is_empty(all_tags(after)))
    put_tags(arena, all_tags(after), &own, *body);
  if (client_token != NULL)
    ecs_value_set(arena, *body, "clientToken", ecs_value_text(arena, client_token));
  return ecs_arena_status(arena);
}

/* Whether two dotted places are in the same structure of the request. */
static bool share_structure(const char *a, const char *b) {
  size_t size = strcspn(a, ".");
  return a[size] == '.' && strncmp(a, b, size + 1) == 0;
}

/* The members of one structure travel together (both percents, circuit breaker, alarms): what is left out of
** deploymentConfiguration is not said to stay. */
static bool travels(const ecs_row *row, const ecs_value *changed) {
  const ecs_row *rows = ecs_schema_service();
  if (strchr(row->update, '.') == NULL)
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
    case ECS_KIND_STRING_LIST:
    case ECS_KIND_STRING_SET:
    case ECS_KIND_BLOCK_LIST:
    case ECS_KIND_BLOCK_SET: return ecs_value_list(arena);
    case ECS_KIND_STRING_MAP: return ecs_value_map(arena);
    case ECS_KIND_BLOCK: return NULL;
    default: return ecs_wire_to(arena, row, ecs_schema_fallback(arena, row), context);
  }
}

typedef struct update {
  ecs_arena *arena;
  const ecs_value *before, *after, *changed;
  ecs_context context;
  ecs_traits traits;
  ecs_value *body;
} update;

static ecs_value *wire_of(update *in, const ecs_row *row) {
  if ((row->flags & ECS_LOCAL) != 0) {
    if (!ecs_schema_rides(row, in->after, &in->traits))
      return NULL;
    return ecs_wire_to(in->arena, row, ecs_value_get(in->after, row->name), &in->context);
  }
  bool changed = ecs_value_holds_text(in->changed, row->name);
  if (!changed && !travels(row, in->changed))
    return NULL;
  const ecs_value *value = ecs_value_get(in->after, row->name);
  if (ecs_value_is_empty(value))
    return changed ? removed_of(in->arena, row, ecs_value_get(in->before, row->name), &in->context) : NULL;
  return ecs_schema_sent(row, value, &in->traits, false) ? ecs_wire_to(in->arena, row, value, &in->context) : NULL;
}

ecs_status ecs_request_update(ecs_arena *arena, const ecs_value *change, const ecs_context *context, ecs_value **body) {
  update in = {.arena = arena};
  in.before = ecs_value_get(change, "before");
  in.after = ecs_value_get(change, "after");
  in.changed = ecs_value_get(change, "changed");
  in.context = with_attributes(context, in.after);
  in.context.attributes = in.before;
  in.body = ecs_value_map(arena);
  *body = NULL;
  bool forces = ecs_value_true(ecs_value_get(change, "forces"));
  if (ecs_value_count(in.changed) == 0 && !forces)
    return ecs_arena_status(arena);
  ecs_schema_traits(in.after, in.before, &in.traits);
  for (const ecs_row *row = ecs_schema_service(); row->name != NULL; row++) {
    if (row->update == NULL || (row->flags & (ECS_META | ECS_TAGS)) != 0)
      continue;
    ecs_value *wire = wire_of(&in, row);
    if (wire != NULL)
      ecs_value_set_path(arena, in.body, row->update, wire);
  }
  if (forces)
    ecs_value_set_path(arena, in.body, ecs_schema_force()->update, ecs_value_bool(arena, true));
  if (ecs_value_count(in.body) > 0) {
    const ecs_value *now = in.before == NULL ? in.after : in.before;
    ecs_schema_address(arena, in.body, ecs_schema_cluster_of(now), ecs_schema_name_of(now));
    *body = in.body;
  }
  return ecs_arena_status(arena);
}

ecs_status ecs_request_scale_to_zero(ecs_arena *arena, const char *cluster, const char *service, ecs_value **body) {
  *body = ecs_value_map(arena);
  ecs_schema_address(arena, *body, cluster, service);
  ecs_schema_scale(arena, *body, 0);
  return ecs_arena_status(arena);
}

ecs_status ecs_request_delete(ecs_arena *arena, const char *cluster, const char *service, bool force,
                              ecs_value **body) {
  *body = ecs_value_map(arena);
  ecs_schema_address(arena, *body, cluster, service);
  if (force)
    ecs_value_set(arena, *body, "force", ecs_value_bool(arena, true));
  return ecs_arena_status(arena);
}

ecs_status ecs_request_describe(ecs_arena *arena, const char *cluster, const ecs_value *services, bool with_tags,
                                ecs_value **body) {
  *body = ecs_value_map(arena);
  ecs_schema_address(arena, *body, cluster, NULL);
  ecs_value_set(arena, *body, "services", ecs_value_shallow(arena, services));
  if (with_tags) {
    ecs_value *include = ecs_value_list(arena);
    ecs_value_push(arena, include, ecs_value_text(arena, "TAGS"));
    ecs_value_set(arena, *body, "include", include);
  }
  return ecs_arena_status(arena);
}

ecs_status ecs_request_tag(ecs_arena *arena, const char *arn, const ecs_value *tags, ecs_value **body) {
  *body = ecs_value_map(arena);
  ecs_value_set(arena, *body, "resourceArn", ecs_value_text(arena, arn));
  put_tags(arena, tags, NULL, *body);
  return ecs_arena_status(arena);
}

ecs_status ecs_request_untag(ecs_arena *arena, const char *arn, const ecs_value *keys, ecs_value **body) {
  *body = ecs_value_map(arena);
  ecs_value_set(arena, *body, "resourceArn", ecs_value_text(arena, arn));
  ecs_value_set(arena, *body, "tagKeys", ecs_value_shallow(arena, keys));
  return ecs_arena_status(arena);
}

ecs_status ecs_request_tag_changes(ecs_arena *arena, const ecs_value *change, ecs_value **set, ecs_value **drop) {
  const ecs_value *before = all_tags(ecs_value_get(change, "before"));
  const ecs_value *after = all_tags(ecs_value_get(change, "after"));
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

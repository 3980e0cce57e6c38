#include "service/request.h"

#include "schema/body.h"
#include "service/address.h"
#include "service/service.h"

ecs_status ecs_request_create(ecs_arena *arena, const ecs_value *after, const char *client_token, bool without_tags,
                              const ecs_context *context, ecs_value **body) {
  ecs_status status = ecs_body_create(&ecs_service_resource, arena, after, without_tags, context, body);
  if (status != ECS_OK || client_token == NULL)
    return status;
  ecs_value_set(arena, *body, "clientToken", ecs_value_text(arena, client_token));
  return ecs_arena_status(arena);
}

ecs_status ecs_request_update(ecs_arena *arena, const ecs_value *change, const ecs_context *context, ecs_value **body) {
  ecs_status status = ecs_body_update(&ecs_service_resource, arena, change, context, body);
  if (status != ECS_OK || *body == NULL)
    return status;
  const ecs_value *before = ecs_value_get(change, "before");
  const ecs_value *now = before == NULL ? ecs_value_get(change, "after") : before;
  ecs_address_put(arena, *body, ecs_address_cluster(now), ecs_address_name(now));
  return ecs_arena_status(arena);
}

ecs_status ecs_request_scale_to_zero(ecs_arena *arena, const char *cluster, const char *service, ecs_value **body) {
  *body = ecs_value_map(arena);
  ecs_address_put(arena, *body, cluster, service);
  ecs_value_set(arena, *body, "desiredCount", ecs_value_int(arena, 0));
  return ecs_arena_status(arena);
}

ecs_status ecs_request_delete(ecs_arena *arena, const char *cluster, const char *service, bool force,
                              ecs_value **body) {
  *body = ecs_value_map(arena);
  ecs_address_put(arena, *body, cluster, service);
  if (force)
    ecs_value_set(arena, *body, "force", ecs_value_bool(arena, true));
  return ecs_arena_status(arena);
}

ecs_status ecs_request_describe(ecs_arena *arena, const char *cluster, const ecs_value *services, bool with_tags,
                                ecs_value **body) {
  *body = ecs_value_map(arena);
  ecs_address_put(arena, *body, cluster, NULL);
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
  ecs_body_tags(&ecs_service_resource, arena, tags, NULL, *body);
  return ecs_arena_status(arena);
}

ecs_status ecs_request_untag(ecs_arena *arena, const char *arn, const ecs_value *keys, ecs_value **body) {
  *body = ecs_value_map(arena);
  ecs_value_set(arena, *body, "resourceArn", ecs_value_text(arena, arn));
  ecs_value_set(arena, *body, "tagKeys", ecs_value_shallow(arena, keys));
  return ecs_arena_status(arena);
}

ecs_status ecs_request_tag_changes(ecs_arena *arena, const ecs_value *change, ecs_value **set, ecs_value **drop) {
  return ecs_body_tag_changes(&ecs_service_resource, arena, change, set, drop);
}

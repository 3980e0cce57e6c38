/* request: bodies of the ECS API, built from attributes by the rows. All functions answer a map whose
** JSON (json_write, indent 0) is the body; it is NULL-safe: on ECS_NOMEM *body is the null value. The map lives in `arena` and
** shares nodes with what it was built from. */
#ifndef ECS_REQUEST_H
#define ECS_REQUEST_H

#include "schema/schema.h"

#ifdef __cplusplus
extern "C" {
#endif

/* CreateService from a change's `after` (section 3: what is always sent, what only when set). Tags are those of
** tags_all; without_tags leaves them out (ISO partitions). */
ecs_status ecs_request_create(ecs_arena *arena, const ecs_value *after, const char *client_token, bool without_tags,
                              const ecs_context *context, ecs_value **body);
/* UpdateService with only what the change names in `changed`/`removed`; *body NULL when nothing but tags changed. */
ecs_status ecs_request_update(ecs_arena *arena, const ecs_value *change, const ecs_context *context, ecs_value **body);
/* UpdateService desiredCount 0, before a delete. */
ecs_status ecs_request_scale_to_zero(ecs_arena *arena, const char *cluster, const char *service, ecs_value **body);
ecs_status ecs_request_delete(ecs_arena *arena, const char *cluster, const char *service, bool force, ecs_value **body);
/* `services`: list of names or ARNs, at most 10. */
ecs_status ecs_request_describe(ecs_arena *arena, const char *cluster, const ecs_value *services, bool with_tags,
                                ecs_value **body);
/* TagResource with the map `tags`; UntagResource with the list `keys`. */
ecs_status ecs_request_tag(ecs_arena *arena, const char *arn, const ecs_value *tags, ecs_value **body);
ecs_status ecs_request_untag(ecs_arena *arena, const char *arn, const ecs_value *keys, ecs_value **body);
/* The tag changes of a change: *set map of tags to set, *drop list of keys to remove (either may be empty). */
ecs_status ecs_request_tag_changes(ecs_arena *arena, const ecs_value *change, ecs_value **set, ecs_value **drop);

#ifdef __cplusplus
}
#endif

#endif

/* body: what requests say of arguments, built from attributes by the rows. Which one it is about, and whatever else a request
** needs, is for the kind to add. */
#ifndef ECS_SCHEMA_BODY_H
#define ECS_SCHEMA_BODY_H

#include "schema/resource.h"

/* The body of a create, from a change's `after`. Tags are those of tags_all; without_tags leaves them out. */
ecs_status ecs_body_create(const ecs_resource *kind, ecs_arena *arena, const ecs_value *after, bool without_tags,
                           const ecs_context *context, ecs_value **body);

/* The body of an update with only what the change names in `changed` and `removed`; *body NULL when that is nothing. */
ecs_status ecs_body_update(const ecs_resource *kind, ecs_arena *arena, const ecs_value *change,
                           const ecs_context *context, ecs_value **body);

/* Sets a map of tags in a body, as their row spells them. */
void ecs_body_tags(const ecs_resource *kind, ecs_arena *arena, const ecs_value *tags, const ecs_context *context,
                   ecs_value *body);

/* The tag changes of a change: *set map of tags to set, *drop list of keys to remove (either may be empty). */
ecs_status ecs_body_tag_changes(const ecs_resource *kind, ecs_arena *arena, const ecs_value *change, ecs_value **set,
                                ecs_value **drop);

/* Whether `value` of the row belongs into a request for one with these traits. */
bool ecs_body_sends(const ecs_row *row, const ecs_value *value, const void *traits);

/* Whether the row goes with every update, changed or not, and what it needs for that is set in `attributes`. */
bool ecs_body_rides(const ecs_resource *kind, const ecs_row *row, const ecs_value *attributes, const void *traits);

/* The row that starts a deployment whatever else an update says; NULL: there is none. */
const ecs_row *ecs_body_force(const ecs_resource *kind);

#endif

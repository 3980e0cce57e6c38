/* tags: a service's own tags, those that every service of a stack gets, and those that are nobody's business here. */
#ifndef ECS_TAGS_H
#define ECS_TAGS_H

#include "schema/schema.h"

/* A map of tags without the keys that begin with aws: and without those that `ignore` names ({keys = list,
** key_prefixes = list} or NULL). */
ecs_value *ecs_tags_visible(ecs_arena *arena, const ecs_value *tags, const ecs_value *ignore);

/* tags over defaults, visible ones only. */
ecs_value *ecs_tags_all(ecs_arena *arena, const ecs_value *tags, const ecs_value *defaults, const ecs_value *ignore);

/* What of `all` is the service's own: not what equals a default, unless `form` (a map or NULL) sets that key. */
ecs_value *ecs_tags_own(ecs_arena *arena, const ecs_value *all, const ecs_value *defaults, const ecs_value *form);

/* A check of a row whose map of texts are tags: lengths, letters, keys that AWS keeps for itself. */
ecs_check_fn ecs_tags_check;

#endif

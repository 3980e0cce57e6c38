/* ignore: what lifecycle.ignore_changes takes out of a plan. */
#ifndef ECS_IGNORE_H
#define ECS_IGNORE_H

#include "schema/schema.h"

/* Whether any of `ignored` (a list of paths, one path, or NULL; "all" is everything) names the argument or a part. */
bool ecs_ignore_touches(const ecs_value *ignored, const ecs_row *row);

/* Whether the argument as a whole is ignored. */
bool ecs_ignore_whole(const ecs_value *ignored, const ecs_row *row);

/* Whether the difference at `path` (below the argument `row`) is ignored. */
bool ecs_ignore_covers(const ecs_value *ignored, const ecs_row *row, const char *path);

/* `wanted` with what is ignored of the argument taken from `has`. Either may be NULL; so may the result be. */
ecs_value *ecs_ignore_apply(ecs_arena *arena, const ecs_value *ignored, const ecs_row *row, const ecs_value *has,
                            const ecs_value *wanted, const ecs_context *context);

#endif

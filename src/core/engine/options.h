/* options: the rows of what an engine may be told; the list for people is in engine.h. */
#ifndef ECS_ENGINE_OPTIONS_H
#define ECS_ENGINE_OPTIONS_H

#include "base/value.h"

/* The options (a map, or NULL) as an engine uses them: what was left out has its default where it has one, and numbers lie
** within their bounds. In `arena`, like ecs_value_copy. */
ecs_value *ecs_engine_options(ecs_arena *arena, const ecs_value *given);

/* Of a table that its caller has for itself as well: what is an option, by its name or by one that is nearly so. */
ecs_value *ecs_engine_own_options(ecs_arena *arena, const ecs_value *given);

#endif

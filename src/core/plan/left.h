/* left: arguments that are left to others once there is something (a count that auto scaling owns). */
#ifndef ECS_PLAN_LEFT_H
#define ECS_PLAN_LEFT_H

#include "schema/schema.h"

/* The configuration with its left arguments filled in: by what `has` has of them, by what they begin with where that is
** NULL. An argument is left when the configuration says so, or when it says nothing and `facts` know the other one, under
** the name of the row's `left_to`: a map, whose `least` is what it makes of less. Appends their names to `left`; answers `config` itself when there are none. */
const ecs_value *ecs_left_settle(ecs_arena *arena, const ecs_row *rows, const ecs_value *config, const ecs_value *has,
                                 const ecs_value *facts, ecs_value *left);

#endif

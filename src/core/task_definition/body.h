/* body: a task definition as the API spells it, and back. */
#ifndef ECS_DEFINITION_BODY_H
#define ECS_DEFINITION_BODY_H

#include "schema/schema.h"

/* The body of RegisterTaskDefinition from a normal form: what was declared and nothing else. `tags` (a map, or NULL) in
** place of the normal form's own. */
ecs_value *ecs_definition_body(ecs_arena *arena, const ecs_value *normal, const ecs_value *tags);

/* What of `taskDefinition` of an answer a registration can have: all of it, members that no row knows as well, but what
** only answers have. */
ecs_value *ecs_definition_strip(ecs_arena *arena, const ecs_value *answer);

/* A normal form from `taskDefinition` of an answer, with `tags` (the list of the answer, or NULL) as a map, and with
** arn, arn_without_revision, revision (an integer) and status. */
ecs_value *ecs_definition_read(ecs_arena *arena, const ecs_value *answer, const ecs_value *tags);

#endif

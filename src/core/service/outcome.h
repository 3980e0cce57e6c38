/* outcome: what is told, recorded and advised when an operation on a service ends, fails or is interrupted. The functions are
** those of kind.h. */
#ifndef ECS_SERVICE_OUTCOME_H
#define ECS_SERVICE_OUTCOME_H

#include "engine/machine.h"

void ecs_outcome_tell(ecs_machine *m, ecs_arena *arena, ecs_value *details, bool ok);
void ecs_outcome_failing(ecs_machine *m, double now, const ecs_value *error);

/* What a read saw is told, and nobody asks for it again: of a fleet, that is most of the memory. */
void ecs_outcome_ended(ecs_machine *m);

const char *ecs_outcome_left(ecs_machine *m, const char **hint);
const char *ecs_outcome_hint(ecs_machine *m, const ecs_answer *answer);
const char *ecs_outcome_where(ecs_machine *m);

#endif

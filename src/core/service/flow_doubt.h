/* flow_doubt: what becomes of an operation none of whose attempts was answered. */
#ifndef ECS_FLOW_DOUBT_H
#define ECS_FLOW_DOUBT_H

#include "service/flow_state.h"

/* No attempt was answered, or each with an error of the server, so that it is not known whether one was carried out: looks
** for that before the operation fails. `found` goes on with what it sees and answers true, or answers false for a service
** that shows nothing of it (NULL: it is not there). A refusal fails at once. */
void ecs_flow_doubt(ecs_machine *m, double now, const ecs_answer *answer, ecs_flow_found *found);

/* Whether a service is there, ACTIVE, and what the change was to make of it. */
bool ecs_flow_is_as_planned(ecs_machine *m, const ecs_value *service);

#endif

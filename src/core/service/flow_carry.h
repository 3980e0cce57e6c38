/* flow_carry: what no row knows, in the requests of an operation. */
#ifndef ECS_FLOW_CARRY_H
#define ECS_FLOW_CARRY_H

#include "service/flow_state.h"

/* Whether the body sends a structure of which it is not known what else is in it: it is to be read first. */
bool ecs_flow_must_read(const ecs_machine *m, const ecs_value *body);

/* Remembers what a service that was read has. */
void ecs_flow_remember_unknown(ecs_machine *m, const ecs_value *service);

/* Puts it into the body of an UpdateService or CreateService that was made in `arena`. False: it cannot, and the machine
** has failed. */
bool ecs_flow_carry(ecs_machine *m, double now, ecs_arena *arena, ecs_value *body, bool creates);

/* The same for the CreateService that is to come, before anything is deleted for it. */
bool ecs_flow_can_carry(ecs_machine *m, double now);

/* Names in an error what was carried into the request that AWS refused. */
void ecs_flow_name_carried(ecs_machine *m, ecs_value *error, const ecs_answer *answer);

#endif

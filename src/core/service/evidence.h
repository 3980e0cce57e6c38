/* evidence: gathers what ECS knows of a deployment that failed, has it explained, and ends the operation with it. */
#ifndef ECS_EVIDENCE_H
#define ECS_EVIDENCE_H

#include "service/flow_state.h"

/* Gathers what ECS knows of stopped tasks for the error in `evidence.failure`, then fails with that. */
ecs_phase ecs_evidence;

/* Fails with what was gathered so far. */
void ecs_evidence_end(ecs_machine *m, double now);

/* The stopped tasks of the followed deployment into `evidence.gathered`, then `after`. */
void ecs_evidence_gather(ecs_machine *m, double now, ecs_flow_next *after);

/* How the last stopped task of other deployments ended into `former_task`, then `after`. */
void ecs_evidence_gather_former(ecs_machine *m, double now, ecs_flow_next *after);

/* The causes (of explain.h) of what was gathered and last seen; `deployment` lives in m->arena. */
ecs_value *ecs_evidence_causes(ecs_machine *m, ecs_value *deployment);

#endif

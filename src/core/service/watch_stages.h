/* watch_stages: tells how far a followed deployment that shifts traffic in stages is, and that it waits for somebody. */
#ifndef ECS_WATCH_STAGES_H
#define ECS_WATCH_STAGES_H

#include "service/flow_state.h"
#include "service/staged.h"

/* What its service deployment showed last; false: it was not shown since the last look, or is in no stage. */
bool ecs_watch_stage(const ecs_machine *m, ecs_staged *staged);

/* Tells what has changed. */
void ecs_watch_stages_tell(ecs_machine *m, double now);

/* Whether that is what is waited for: "paused" and the deployment waits for a decision, or a stage that is reached. */
bool ecs_watch_stage_reached(const ecs_machine *m);

/* What it still lacks; without `what` where there are no stages. */
ecs_awaited ecs_watch_stage_awaited(ecs_machine *m, double now);

/* Whether the deployment waits for somebody who does not follow it. */
bool ecs_watch_paused(const ecs_machine *m);

/* The wait ends because nothing goes on until somebody decides; false: that is not so. */
bool ecs_watch_undecided(ecs_machine *m, double now);

#endif

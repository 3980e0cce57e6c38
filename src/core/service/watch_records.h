/* watch_records: the service deployment of the followed deployment, where that decides or explains something. */
#ifndef ECS_WATCH_RECORDS_H
#define ECS_WATCH_RECORDS_H

#include "service/flow_state.h"
#include "service/judge.h"

/* Whether it has something to say of this verdict. */
bool ecs_watch_consults(const ecs_machine *m, double now, const ecs_service_status *status,
                        const ecs_judgement *verdict);

/* Asks for it, then `after`. */
void ecs_watch_consult(ecs_machine *m, double now, ecs_flow_next *after);

#endif

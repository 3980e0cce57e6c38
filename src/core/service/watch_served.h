/* watch_served: the proof that the tasks of a deployment serve before ECS calls it COMPLETED. ECS stops the last older task
** only when enough of the new ones are healthy; but an older task may also end by itself, and leave new ones that are not. */
#ifndef ECS_WATCH_SERVED_H
#define ECS_WATCH_SERVED_H

#include "service/flow_state.h"

/* Asks how the last of the older tasks ended, then `after`; false: not now. */
bool ecs_watch_served(ecs_machine *m, double now, ecs_flow_next *after);

/* Whether ECS itself stopped it for those of the followed deployment, as far as was asked. */
bool ecs_watch_serves(const ecs_machine *m);

#endif

/* waiting: what a deployment still lacks, in the words of the person who waits for it. */
#ifndef ECS_WAITING_H
#define ECS_WAITING_H

#include "service/judge.h"

typedef struct ecs_awaited {
  const char *so_far, *what; /* "3 of 5 new tasks running", "2 that are starting"; so_far may be NULL */
} ecs_awaited;

ecs_awaited ecs_waiting_for(ecs_arena *arena, const ecs_service_status *status, const ecs_judgement *verdict);

/* The service as it was seen last, with the deployment `followed` (NULL: the PRIMARY one); NULL without memory. */
const char *ecs_waiting_last_seen(ecs_arena *arena, const ecs_service_status *status, const char *followed);

#endif

/* status: what functions answer. */
#ifndef ECS_STATUS_H
#define ECS_STATUS_H

typedef enum ecs_status {
  ECS_OK = 0,
  ECS_NOMEM,   /* memory ran out; nothing was changed that the caller can see */
  ECS_INVALID, /* the input is wrong; the diagnostics say how */
  ECS_LIMIT    /* deeper or larger than the limits of value.h allow */
} ecs_status;

#endif

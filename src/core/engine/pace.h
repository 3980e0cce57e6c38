/* pace: the token buckets of the ECS API, kept here too, so that requests wait before AWS has to refuse them. */
#ifndef ECS_PACE_H
#define ECS_PACE_H

#include "base/value.h"

enum { ECS_PACE_CLASSES = 15 };

typedef struct ecs_pace_bucket {
  double burst, rate; /* requests at once; requests a second that flow in */
  double tokens, at;  /* as they were at `at`; at < 0: full */
} ecs_pace_bucket;

typedef struct ecs_pace {
  bool off;
  ecs_pace_bucket buckets[ECS_PACE_CLASSES + 1]; /* the last one, of what has no class, never runs dry */
} ecs_pace;

/* Where the figures come from. */
extern const char ecs_pace_source[];

/* The class of an operation as an index; ECS_PACE_CLASSES for one that has none. */
size_t ecs_pace_class(const char *operation);

/* Full buckets. `option`: false: without pace; a map of classes, {service_modify = {burst, rate}}: their figures instead
** of the published ones; else NULL. `learned`: what ecs_pace_learned told of an earlier engine, or NULL. */
void ecs_pace_init(ecs_pace *pace, const ecs_value *option, const ecs_value *learned);

/* When the next request of a class may be sent: `now`, or later. */
double ecs_pace_due(const ecs_pace *pace, size_t class, double now);

/* A request of that class is sent. */
void ecs_pace_take(ecs_pace *pace, size_t class, double now);

/* One that was taken for found no server: AWS has not counted it. */
void ecs_pace_give_back(ecs_pace *pace, size_t class, double now);

/* AWS has refused one for its rate: others use the same bucket, and it is empty. */
void ecs_pace_refused(ecs_pace *pace, size_t class, double now);

/* How full the buckets are, for the next engine: map of class to {tokens, at}. */
ecs_value *ecs_pace_learned(ecs_arena *arena, const ecs_pace *pace);

/* The table: {source, classes = {name = {burst, rate}}, operations = {name = class}}. */
ecs_value *ecs_pace_table(ecs_arena *arena);

#endif

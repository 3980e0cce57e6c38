/* pace: when requests may go, as far as the limits of their APIs are known: the token buckets of the classes of operations,
** kept here too, so that requests wait before AWS has to refuse them; the rate that refusals have left (rate.h); and the
** quota of retries (retry.h). Each API has its own. */
#ifndef ECS_PACE_H
#define ECS_PACE_H

#include "base/value.h"
#include "engine/api.h"
#include "engine/rate.h"

typedef struct ecs_pace_api {
  const ecs_api *api;
  size_t first; /* of its classes */
  ecs_rate rate;
  int quota;
} ecs_pace_api;

/* Of one class. Each API has one more than it names, for all other operations, which never runs dry. */
typedef struct ecs_pace_bucket {
  const char *name; /* or NULL: of all other operations */
  bool limits;      /* false: it never runs dry */
  double burst, rate;
  double tokens, at; /* as they were at `at`; at < 0: full */
  ecs_pace_api *of;
} ecs_pace_bucket;

typedef struct ecs_pace {
  ecs_pace_bucket *buckets; /* by class */
  size_t classes;
  ecs_pace_api *apis;
  size_t count;
} ecs_pace;

/* What `pace` of the engine's options and an earlier engine say, each or NULL. */
typedef struct ecs_pace_settings {
  const ecs_value
      *option; /* false: no buckets; a map of classes, {service_modify = {burst, rate}}: their figures instead
                               of the published ones */
  const ecs_value *learned; /* as ecs_pace_learned told */
  bool adaptive;            /* the rate falls with refusals */
} ecs_pace_settings;

/* Full buckets, in `arena`, for these APIs; false without memory. */
bool ecs_pace_init(ecs_pace *pace, ecs_arena *arena, const ecs_api *const *apis, size_t count,
                   const ecs_pace_settings *settings);

/* The class of an operation of one of the APIs, as an index. */
size_t ecs_pace_class(const ecs_pace *pace, const ecs_api *api, const char *operation);

/* When the next request of a class may be sent: `now`, or later. */
double ecs_pace_due(const ecs_pace *pace, size_t class, double now);

/* A request of that class is sent. */
void ecs_pace_take(ecs_pace *pace, size_t class, double now);

/* One that was taken for found no server: AWS has not counted it. */
void ecs_pace_give_back(ecs_pace *pace, size_t class, double now);

/* An answer came, or none will. AWS has refused it for its rate: others use the same bucket, and it is empty. */
void ecs_pace_heard(ecs_pace *pace, size_t class, bool throttled, double now);

/* What is left of the quota of retries of its API. */
int *ecs_pace_quota(ecs_pace *pace, size_t class);

/* For the next engine: {pace = map of class to {tokens, at}, quota, of the first API; quotas = map of API to quota, of
** others}. */
ecs_value *ecs_pace_learned(ecs_arena *arena, const ecs_pace *pace);

/* The classes of an API: {source, classes = {name = {burst, rate}}, operations = {name = class}}. */
ecs_value *ecs_pace_table(ecs_arena *arena, const ecs_api *const *apis);

#endif

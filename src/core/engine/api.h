/* api: an API of AWS that requests go to, as data: what it is called, and what it is known to bear. */
#ifndef ECS_ENGINE_API_H
#define ECS_ENGINE_API_H

/* Operations that share a token bucket. */
typedef struct ecs_api_class {
  const char *name;
  double burst, rate; /* requests at once; requests a second that flow in */
  const char *operations[12];
} ecs_api_class;

typedef struct ecs_api {
  const char *name;             /* "ecs", as the AWS CLI and policies of IAM call it: what a SEND says */
  const char *title;            /* for people: "ECS" */
  const ecs_api_class *classes; /* closed by one without name; NULL: nothing is published */
  const char *source;           /* where the figures come from, or NULL */
} ecs_api;

extern const ecs_api ecs_api_ecs, ecs_api_autoscaling;

/* All of them, ECS's first; ends with NULL. */
extern const ecs_api *const ecs_apis[];

#endif

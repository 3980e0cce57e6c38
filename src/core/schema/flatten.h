/* flatten: what AWS answers of something declared, as attributes. */
#ifndef ECS_FLATTEN_H
#define ECS_FLATTEN_H

#include "schema/resource.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ecs_flatten_input {
  const ecs_value *answer;   /* of a service, one of services[] of DescribeServices */
  const ecs_value *form;     /* configuration (or NULL): decides name or ARN, family:revision or ARN, host or
                                instanceId, the order of sets */
  const ecs_value *previous; /* attributes before (or NULL): stand for what the answer does not speak of, for local
                                arguments (triggers, …) and as the form where `form` does not set an argument */
  const ecs_value *default_tags, *ignore_tags; /* as in plan.h */
  bool tags_known; /* whether the answer was asked for tags and the server gave a tags member */
  ecs_context context;
} ecs_flatten_input;

/* *attributes, in `arena`, shares nodes with the input: map of argument names, plus id and tags_all (for import: `form` and `previous` NULL; cluster by ARN). */
ecs_status ecs_flatten(const ecs_resource *kind, ecs_arena *arena, const ecs_flatten_input *input,
                       ecs_value **attributes);

#ifdef __cplusplus
}
#endif

#endif

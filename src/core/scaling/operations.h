/* operations: making, changing and taking away what scales services, for an engine. */
#ifndef ECS_SCALING_OPERATIONS_H
#define ECS_SCALING_OPERATIONS_H

#include "engine/engine.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The kind "scaling". Its operations have these members beside those of engine.h:
**   action      "create", "update", "replace" or "delete": what is told; what is done is said by
**   steps       list of {operation, body}, one after the other. Each says the whole of what it is about, so that it may be
**               sent again; what is to be taken away and is not there is no failure
** A DONE says {arn = of the target, when an answer has named it}. */
extern const ecs_engine_kind ecs_scaling_operations;

#ifdef __cplusplus
}
#endif

#endif

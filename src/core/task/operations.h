/* operations: running one-off tasks, for an engine. */
#ifndef ECS_TASK_OPERATIONS_H
#define ECS_TASK_OPERATIONS_H

#include "engine/engine.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The kind "task". Its operations have these members beside those of engine.h:
**   action      "run"
**   body        of RunTask, with its clientToken and startedBy: sent again as it is, it starts nothing twice
**   tasks       list of ARNs: an earlier run started these; they are waited for, and nothing is sent
**   former      list of ARNs: the same of what is not this any more; it is run when they have ended
**   cluster     of all of them
**   container   whose exit code is the task's
**   timeout     seconds
** A RECORD says {status = "started", tasks = ARNs}. A DONE says {tasks = as DescribeTasks has them, failures = those of
** RunTask, exit_code = of the container}, whichever there are; one that is not ok has an error: "TaskFailed" when a task
** ended and not well, "TaskNotPlaced", "Timeout", "OutcomeUnknown", or of the API. */
extern const ecs_engine_kind ecs_task_operations;

#ifdef __cplusplus
}
#endif

#endif

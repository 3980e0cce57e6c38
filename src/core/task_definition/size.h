/* size: CPU and memory of a task, as ECS turns them into numbers, and what Fargate has. */
#ifndef ECS_DEFINITION_SIZE_H
#define ECS_DEFINITION_SIZE_H

#include <stdbool.h>

#include "base/value.h"

/* Units of CPU (1024 are one vCPU) of "1024", "1 vCPU", ".5 vcpu"; MiB of "2048", "2 GB", "512MB". Below 0: none. */
int64_t ecs_definition_units(const ecs_value *value);
int64_t ecs_definition_mebibytes(const ecs_value *value);

/* Whether Fargate has tasks of that CPU; of that CPU with that memory. */
bool ecs_definition_is_fargate_cpu(int64_t units);
bool ecs_definition_is_fargate_size(int64_t units, int64_t mebibytes);

/* "512, 1024 or 2048"; "16384 to 61440 in steps of 4096". */
const char *ecs_definition_fargate_memory(ecs_arena *arena, int64_t units);
#define ECS_DEFINITION_FARGATE_CPU "256, 512, 1024, 2048, 4096, 8192 or 16384"

#endif

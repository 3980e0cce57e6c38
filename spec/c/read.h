/* read: the JSON of a spec as a value. Wrong JSON ends the program. */
#ifndef READ_H
#define READ_H

#include "base/json_read.h"
#include "harness.h"

static inline ecs_value *read_json(ecs_arena *arena, const char *text) {
  ecs_value *value;
  const char *problem;
  if (ecs_json_read(arena, text, strlen(text), &value, &problem) != ECS_OK) {
    printf("the spec's JSON cannot be read: %s\n", problem == NULL ? "not enough memory" : problem);
    exit(EXIT_FAILURE);
  }
  return value;
}

#endif

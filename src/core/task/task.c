#include "task/task.h"

#include "task/rules.h"

ecs_value *ecs_task_number_as_text(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                   const ecs_context *context) {
  (void)row;
  (void)context;
  if (!ecs_value_is(value, ECS_INT))
    return (ecs_value *)value;
  return ecs_value_format(arena, "%lld", (long long)value->as.integer);
}

static void check(ecs_arena *arena, const ecs_value *normal, ecs_diags *diags) {
  (void)arena;
  if (ecs_value_is_null(ecs_value_get(normal, "task_definition")) &&
      ecs_value_is_null(ecs_value_get(normal, "service")))
    ecs_diags_add(diags, "Missing", "task_definition", "nothing says what is run")->hint =
        "set task_definition, or the service whose task definition, cluster and network it has";
}

const ecs_resource ecs_task_resource = {
    .name = "task",
    .sample = "{ service = \"…\", command = { … } }",
    .rows = ecs_task_rows,
    .check = check,
};

#include "schedule/schedule.h"

#include "schedule/rules.h"

ecs_value *ecs_schedule_enabled_to(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                   const ecs_context *context) {
  (void)row;
  (void)context;
  return ecs_value_text(arena, ecs_value_true(value) ? "ENABLED" : "DISABLED");
}

ecs_value *ecs_schedule_enabled_from(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                     const ecs_context *context) {
  (void)row;
  (void)context;
  return ecs_value_is(value, ECS_STRING) ? ecs_value_bool(arena, ecs_value_is_text(value, "ENABLED")) : NULL;
}

/* What stands beside `rule`: the rest of a rule's target is as it is there. */
static const char *const of_rule[] = {"name",      "rule",       "event_bus_name",  "target_id",
                                      "lifecycle", "depends_on", "task_definition", NULL};

static void check_rule(const ecs_value *normal, ecs_diags *diags) {
  for (const ecs_row *row = ecs_schedule_rows; row->name != NULL; row++) {
    if (ecs_schema_names(of_rule, row->name) || ecs_value_is_empty(ecs_value_get(normal, row->name)))
      continue;
    ecs_diags_add(diags, "Conflict", row->name,
                  "cannot be set with rule: the rule and its target stay as they are, "
                  "but for the task definition")
        ->hint = "remove it; or remove rule, and declare the schedule whole";
  }
}

static void need(const ecs_value *normal, const char *name, const char *hint, ecs_diags *diags) {
  if (ecs_value_is_null(ecs_value_get(normal, name)))
    ecs_diags_add(diags, "Missing", name, "is required")->hint = hint;
}

static void check(ecs_arena *arena, const ecs_value *normal, ecs_diags *diags) {
  (void)arena;
  if (!ecs_value_is_null(ecs_value_get(normal, "rule"))) {
    check_rule(normal, diags);
    return;
  }
  need(normal, "schedule", "set schedule, as in schedule = \"cron(0 3 * * ? *)\"", diags);
  need(normal, "role_arn", "set role_arn to the role by which EventBridge Scheduler runs the task", diags);
}

const ecs_resource ecs_schedule_resource = {
    .name = "schedule",
    .sample = "{ task_definition = …, schedule = \"cron(0 3 * * ? *)\", role_arn = \"…\", … }",
    .rows = ecs_schedule_rows,
    .check = check,
};

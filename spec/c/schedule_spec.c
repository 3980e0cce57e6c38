/* Schedules as a kind: what is wrong with their expressions, what a create carries, and memory that runs out. */
#include "base/json_write.h"
#include "plan/plan.h"
#include "read.h"
#include "schedule/schedule.h"
#include "schema/body.h"
#include "schema/flatten.h"
#include "schema/validate.h"

static const char CONFIG[] =
    "{\"name\":\"nightly\",\"schedule\":\"cron(0 3 * * ? *)\",\"role_arn\":\"arn:aws:iam::123456789012:role/x\","
    "\"task_definition\":\"report:1\",\"cluster\":\"prod\",\"overrides\":{\"cpu\":256,\"container_overrides\":[{"
    "\"name\":"
    "\"app\",\"command\":[\"a\"],\"environment\":{\"B\":\"c\"}}]},\"network_configuration\":{\"subnets\":[\"subnet-1\"]"
    ","
    "\"assign_public_ip\":true},\"capacity_provider_strategy\":[{\"capacity_provider\":\"FARGATE\"}]}";

static const char WRONG[] =
    "{\"name\":\"a b\",\"start_date\":\"tomorrow\",\"flexible_time_window\":{\"mode\":\"FLEXIBLE\"},\"count\":11,"
    "\"task_definition\":\"report:1\",\"schedule\":\"rate(1 hours)\",\"rule\":\"hourly\"}";

/* Whether the expression is none, and what is said of it. */
static bool is_wrong(const char *expression, const char **message) {
  ecs_arena *arena = ecs_arena_new(NULL);
  ecs_diags diags;
  ecs_value *config = read_json(arena, CONFIG), *normal;
  ecs_diags_init(&diags, arena);
  ecs_value_set_text(arena, config, "schedule", expression);
  bool wrong = ecs_validate(&ecs_schedule_resource, arena, config, NULL, &normal, &diags) == ECS_INVALID;
  static char kept[200];
  snprintf(kept, sizeof kept, "%s", wrong ? diags.first->message : "");
  *message = kept;
  ecs_arena_free(arena);
  return wrong;
}

static void check_expressions(void) {
  static const char *const right[] = {"rate(1 minute)",     "rate(10 hours)",
                                      "rate(2 days)",       "at(2028-02-29T23:59:59)",
                                      "cron(0 3 * * ? *)",  "cron(0/5 8-17 ? * MON#2 2026-2030)",
                                      "cron(0 3  LW * ? *)"};
  static const char *const wrong[][2] = {
      {"rate(1 minutes)", "is no rate: a number from 1, and minutes, hours or days"},
      {"rate(10 hour)", "is no rate: a number from 1, and minutes, hours or days"},
      {"rate(01 hours)", "is no rate: a number from 1, and minutes, hours or days"},
      {"rate()", "is no rate: a number from 1, and minutes, hours or days"},
      {"rate(5)", "is no rate: a number from 1, and minutes, hours or days"},
      {"rate(5 )", "is no rate: a number from 1, and minutes, hours or days"},
      {"at(2026-02-29T00:00:00)", "is no date and time"},
      {"at()", "is no date and time"},
      {"cron()", "a cron expression has six fields: AWS's has a year, and no seconds"},
      {"cron(0 3 * * ? * *)", "a cron expression has six fields: AWS's has a year, and no seconds"},
      {"cron(0 3 * * * *)", "one of day-of-month and day-of-week is ?, and the other is not"},
      {"cron(0 3 ? * ? *)", "one of day-of-month and day-of-week is ?, and the other is not"},
      {"cron(0 3 $ * ? *)", "a field of the cron expression holds a character that none has"},
      {"cron(0 3 * * ? *", "is no expression of EventBridge"},
      {"rate", "is no expression of EventBridge"},
  };
  const char *message;
  for (size_t i = 0; i < sizeof right / sizeof *right; i++)
    CHECK(!is_wrong(right[i], &message));
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    CHECK(is_wrong(wrong[i][0], &message));
    CHECK_TEXT(message, wrong[i][1]);
  }
}

static ecs_status end(ecs_arena *arena, ecs_status status) {
  if (ecs_arena_failed(arena))
    status = ECS_NOMEM;
  ecs_arena_free(arena);
  return status;
}

/* A declaration, its plan, its body, and the body read back. */
static ecs_status whole(const ecs_allocator *allocator) {
  ecs_arena *arena = ecs_arena_new(allocator);
  if (arena == NULL)
    return ECS_NOMEM;
  ecs_diags diags;
  ecs_value *config = NULL, *normal = NULL, *change = NULL, *body = NULL, *attributes = NULL;
  const char *problem;
  ecs_diags_init(&diags, arena);
  ecs_status status = ecs_json_read(arena, CONFIG, sizeof CONFIG - 1, &config, &problem);
  if (status == ECS_OK)
    status = ecs_validate(&ecs_schedule_resource, arena, config, NULL, &normal, &diags);
  ecs_plan_input in = {.config = normal, .refreshed = true};
  if (status == ECS_OK)
    status = ecs_plan(&ecs_schedule_resource, arena, &in, &change, &diags);
  const ecs_value *after = ecs_value_get(change, "after");
  if (status == ECS_OK)
    status = ecs_body_create(&ecs_schedule_resource, arena, after, true, NULL, &body);
  ecs_flatten_input reading = {.answer = body};
  if (status == ECS_OK)
    status = ecs_flatten(&ecs_schedule_resource, arena, &reading, &attributes);
  if (status == ECS_OK && !ecs_arena_failed(arena)) {
    CHECK_TEXT(
        ecs_value_text_or(ecs_value_get_path(body, "Target.EcsParameters.NetworkConfiguration.awsvpcConfiguration"
                                                   ".AssignPublicIp"),
                          ""),
        "ENABLED");
    CHECK_TEXT(ecs_value_text_or(ecs_value_get_path(body, "Target.Input.cpu"), ""), "256");
    CHECK(ecs_value_equal(attributes, after));
  }
  return end(arena, status);
}

static ecs_status refused(const ecs_allocator *allocator) {
  ecs_arena *arena = ecs_arena_new(allocator);
  if (arena == NULL)
    return ECS_NOMEM;
  ecs_diags diags;
  ecs_value *config = NULL, *normal;
  const char *problem;
  ecs_diags_init(&diags, arena);
  ecs_status status = ecs_json_read(arena, WRONG, sizeof WRONG - 1, &config, &problem);
  if (status == ECS_OK)
    status = ecs_validate(&ecs_schedule_resource, arena, config, NULL, &normal, &diags);
  if (status == ECS_INVALID)
    status = ECS_OK;
  ecs_diags_value(arena, &diags);
  return end(arena, status);
}

static void without_memory(ecs_status (*run)(const ecs_allocator *allocator)) {
  for (size_t nth = 1;; nth++) {
    harness_memory memory = {.fail_at = nth};
    ecs_allocator allocator = harness_allocator(&memory);
    ecs_status status = run(&allocator);
    CHECK(memory.live == 0);
    if (!memory.failed) {
      CHECK(status == ECS_OK);
      return;
    }
    CHECK(status == ECS_NOMEM);
  }
}

int main(void) {
  check_expressions();
  without_memory(whole);
  without_memory(refused);
  return harness_end();
}

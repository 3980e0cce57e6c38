/* Absurd numbers, from answers, declarations and callers: nothing overflows, whatever is said. Run with
** UndefinedBehaviorSanitizer (ECS_SANITIZE), which ends the program where something does. */
#include "engine/engine.h"
#include "plan/plan.h"
#include "read.h"
#include "schema/validate.h"
#include "service/service.h"
#include "services.h"

static ecs_value *json(ecs_arena *arena, const char *text) {
  char copy[4096];
  snprintf(copy, sizeof copy, "%s", text);
  for (char *c = copy; *c != '\0'; c++)
    *c = *c == '\'' ? '"' : *c;
  return read_json(arena, copy);
}

static const char *const numbers[] = {
    "9223372036854775807", "-9223372036854775808", "1e57", "-1e57", "1e308", "0", "-1"};

enum { NUMBERS = sizeof numbers / sizeof *numbers };

/* A service whose every number is `n`. */
static ecs_value *service(ecs_arena *arena, const char *n, const char *later) {
  char text[3072];
  snprintf(
      text, sizeof text,
      "{'services':[{'serviceName':'web','status':'ACTIVE','desiredCount':%s,'runningCount':%s,'pendingCount':%s,"
      "'healthCheckGracePeriodSeconds':%s,'deploymentConfiguration':{'minimumHealthyPercent':%s,'maximumPercent':%s},"
      "'deployments':[{'id':'d','status':'PRIMARY','desiredCount':%s,'runningCount':%s,'pendingCount':%s,"
      "'failedTasks':%s,'createdAt':%s,'updatedAt':%s},{'id':'e','status':'ACTIVE','desiredCount':%s,"
      "'runningCount':%s,'pendingCount':%s}],'events':[{'id':'1','createdAt':%s,'message':'(service web) has started "
      "99999999999999999999 tasks'},{'id':'2','createdAt':%s,'message':'(service web) has started "
      "9223372036854775807 tasks'},{'id':'3','createdAt':%s,'message':'(service web) (deployment d) deployment "
      "completed.'}]}]}",
      n, n, n, n, n, n, n, n, n, n, n, later, n, n, n, later, later, later);
  return json(arena, text);
}

/* Runs one operation to its end; whether it came to it. */
static bool run(const char *operation, const char *options, const char *n, const char *later) {
  ecs_arena *arena = ecs_arena_new(NULL);
  ecs_engine *engine = ecs_engine_new(NULL, services, json(arena, options));
  ecs_value *answer = service(arena, n, later), *headers = ecs_value_map(arena);
  double now = 1000;
  bool over = false;
  CHECK(engine != NULL && ecs_engine_add(engine, json(arena, operation)) == ECS_OK);
  for (int i = 0; engine != NULL && !over && i < 5000; i++) {
    const ecs_action *action;
    if (!CHECK(ecs_engine_next(engine, now, &action) == ECS_OK))
      break;
    over = action->kind == ECS_ACTION_IDLE;
    if (action->kind == ECS_ACTION_SEND)
      ecs_engine_answer(engine, action->id, 200, headers, answer, now);
    else if (action->kind == ECS_ACTION_SLEEP && action->until > now)
      now = action->until;
  }
  ecs_engine_free(engine);
  ecs_arena_free(arena);
  return over;
}

static void check_answers(void) {
  static const char *const operations[] = {
      "{'address':'web','action':'read','cluster':'prod','service':'web'}",
      "{'address':'web','action':'wait','cluster':'prod','service':'web','timeout':60}",
      "{'address':'web','action':'wait','until':'inactive','cluster':'prod','service':'web','timeout':60}",
  };
  for (size_t i = 0; i < NUMBERS; i++) {
    for (size_t j = 0; j < NUMBERS; j++) {
      for (size_t k = 0; k < sizeof operations / sizeof *operations; k++)
        CHECK(run(operations[k], "{}", numbers[i], numbers[j]));
    }
  }
}

static void check_options(void) {
  static const char READ[] = "{'address':'web','action':'read','cluster':'prod','service':'web'}";
  static const char WAIT[] = "{'address':'web','action':'wait','cluster':'prod','service':'web','timeout':60}";
  static const char *const names[] = {"in_flight", "concurrency", "max_attempts", "seed"};
  for (size_t i = 0; i < NUMBERS; i++) {
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
      char options[128];
      snprintf(options, sizeof options, "{'%s':%s,'learned':{'quota':%s}}", names[k], numbers[i], numbers[i]);
      CHECK(run(READ, options, "1", "1"));
      CHECK(run(WAIT, options, "1", "1"));
    }
  }
}

/* What AWS has, as far as a plan reckons with it. */
static void check_plans(void) {
  for (size_t i = 0; i < NUMBERS; i++) {
    for (size_t j = 0; j < NUMBERS; j++) {
      ecs_arena *arena = ecs_arena_new(NULL);
      ecs_diags diags;
      ecs_diags_init(&diags, arena);
      char text[512];
      snprintf(text, sizeof text,
               "{'name':'web','cluster':'prod','task_definition':'web:1','desired_count':%s,"
               "'deployment_minimum_healthy_percent':%s,'deployment_maximum_percent':%s}",
               numbers[i], numbers[j], numbers[i]);
      ecs_value *was = json(arena, text);
      ecs_value *config = json(arena, "{'name':'web','cluster':'prod','task_definition':'web:2'}"), *change = NULL;
      ecs_plan_input in = {.config = config, .recorded = was, .actual = was, .refreshed = true};
      CHECK(ecs_plan(&ecs_service_resource, arena, &in, &change, &diags) != ECS_NOMEM);
      ecs_arena_free(arena);
    }
  }
}

static void check_volumes(void) {
  for (size_t i = 0; i < NUMBERS; i++) {
    for (size_t j = 0; j < NUMBERS; j++) {
      ecs_arena *arena = ecs_arena_new(NULL);
      ecs_diags diags;
      ecs_diags_init(&diags, arena);
      ecs_value *normal = NULL;
      char text[768];
      snprintf(text, sizeof text,
               "{'name':'web','cluster':'prod','task_definition':'web:1','volume_configuration':{'name':'v',"
               "'managed_ebs_volume':{'role_arn':'arn:aws:iam::123456789012:role/ebs','volume_type':'io2',"
               "'size_in_gb':%s,'iops':%s,'throughput':%s}}}",
               numbers[i], numbers[j], numbers[i]);
      ecs_context context = {0};
      CHECK(ecs_validate(&ecs_service_resource, arena, json(arena, text), &context, &normal, &diags) != ECS_NOMEM);
      ecs_arena_free(arena);
    }
  }
}

int main(void) {
  check_answers();
  check_options();
  check_plans();
  check_volumes();
  return harness_end();
}

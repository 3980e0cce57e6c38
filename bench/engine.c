/* What the engine itself takes for a fleet, in microseconds a service: reading all, waiting until all are steady, and
** creating all, with a server that answers at once. Twice the services should cost twice as much, not four times. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/engine.h"
#include "plan/plan.h"
#include "schema/validate.h"
#include "service/service.h"
#include "service/operations.h"

static const ecs_engine_kind *const kinds[] = {&ecs_service_operations, NULL};

enum { LOOKS = 5 }; /* of a wait, until its service is steady */

static ecs_context context = {.partition = "aws", .region = "us-west-2", .account_id = "123456789012"};

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void put(ecs_arena *arena, ecs_value *map, const char *key, const char *text) {
  ecs_value_set(arena, map, key, ecs_value_text(arena, text));
}

static ecs_value *service_of(ecs_arena *arena, const char *name, bool steady) {
  ecs_value *service = ecs_value_map(arena), *deployment = ecs_value_map(arena), *all = ecs_value_list(arena);
  put(arena, service, "serviceName", name);
  put(arena, service, "status", "ACTIVE");
  put(arena, service, "taskDefinition", "arn:aws:ecs:us-west-2:123456789012:task-definition/web:7");
  ecs_value_set(arena, service, "desiredCount", ecs_value_int(arena, 1));
  ecs_value_set(arena, service, "runningCount", ecs_value_int(arena, steady ? 1 : 0));
  put(arena, deployment, "id", "ecs-svc/1");
  put(arena, deployment, "status", "PRIMARY");
  put(arena, deployment, "rolloutState", steady ? "COMPLETED" : "IN_PROGRESS");
  ecs_value_push(arena, all, deployment);
  ecs_value_set(arena, service, "deployments", all);
  return service;
}

/* The names in {"services": ["service-1", …]}: the body of a DescribeServices as the engine writes it. */
static ecs_value *describe(ecs_arena *arena, const char *body, bool steady) {
  ecs_value *answer = ecs_value_map(arena), *list = ecs_value_list(arena);
  for (const char *at = strstr(body, "\"services\""); (at = strstr(at, "\"service-")) != NULL; at += 9) {
    char name[40];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(at + 1, "\""), at + 1);
    ecs_value_push(arena, list, service_of(arena, name, steady));
  }
  ecs_value_set(arena, answer, "services", list);
  return answer;
}

static ecs_value *operation_of(ecs_arena *arena, const char *action, int i) {
  ecs_value *op = ecs_value_map(arena);
  char name[40];
  snprintf(name, sizeof name, "service-%d", i);
  put(arena, op, "address", name);
  put(arena, op, "action", action);
  put(arena, op, "cluster", "prod");
  put(arena, op, "service", name);
  put(arena, op, "client_token", "0123456789abcdef0123456789abcdef");
  if (strcmp(action, "create") == 0) {
    ecs_value *config = ecs_value_map(arena), *change = NULL, *normal = NULL;
    ecs_diags diags;
    ecs_diags_init(&diags, arena);
    put(arena, config, "name", name);
    put(arena, config, "cluster", "prod");
    put(arena, config, "task_definition", "web:7");
    ecs_validate(&ecs_service_resource, arena, config, &context, &normal, &diags);
    ecs_plan_input input = {.config = normal, .refreshed = true, .context = context};
    ecs_plan(&ecs_service_resource, arena, &input, &change, &diags);
    ecs_value_set(arena, op, "config", normal);
    ecs_value_set(arena, op, "change", change);
  }
  return op;
}

/* Seconds for `count` operations; *calls: requests that it took. */
static double turn(const char *action, int count, int *calls) {
  ecs_arena *arena = ecs_arena_new(NULL), *answers = ecs_arena_new(NULL);
  ecs_value *options = ecs_value_map(arena);
  ecs_value_set(arena, options, "pace", ecs_value_bool(arena, false));
  ecs_value_set(arena, options, "concurrency", ecs_value_int(arena, 1000));
  ecs_value **operations = calloc((size_t)count, sizeof *operations);
  for (int i = 0; i < count; i++)
    operations[i] = operation_of(arena, action, i);
  double now = 1000, start = seconds();
  ecs_engine *engine = ecs_engine_new(NULL, kinds, options);
  for (int i = 0; i < count; i++)
    ecs_engine_add(engine, operations[i]);
  const ecs_action *next;
  *calls = 0;
  while (ecs_engine_next(engine, now, &next) == ECS_OK && next->kind != ECS_ACTION_IDLE) {
    if (next->kind == ECS_ACTION_SLEEP)
      now = next->until;
    if (next->kind != ECS_ACTION_SEND)
      continue;
    ++*calls;
    ecs_arena_reset(answers);
    ecs_value *answer;
    if (strcmp(next->operation, "DescribeServices") == 0) {
      answer = describe(answers, next->body, now > 1000 + 2 * LOOKS || strcmp(action, "read") == 0);
    } else {
      answer = ecs_value_map(answers);
      ecs_value_set(answers, answer, "service", service_of(answers, next->address, true));
    }
    ecs_engine_answer(engine, next->id, 200, NULL, answer, now);
  }
  double took = seconds() - start;
  ecs_engine_free(engine);
  free(operations);
  ecs_arena_free(answers);
  ecs_arena_free(arena);
  return took;
}

int main(int argc, char **argv) {
  static const char *const actions[] = {"read", "wait", "create"};
  int most = argc > 1 ? atoi(argv[1]) : 10000;
  printf("%-8s %9s %9s %12s\n", "engine", "services", "calls", "us/service");
  for (size_t a = 0; a < sizeof actions / sizeof *actions; a++) {
    for (int count = 100; count <= most; count *= 10) {
      int calls;
      double best = turn(actions[a], count, &calls);
      for (int again = 0; again < 2 && best < 1; again++) {
        double took = turn(actions[a], count, &calls);
        best = took < best ? took : best;
      }
      printf("%-8s %9d %9d %12.2f\n", actions[a], count, calls, best * 1e6 / count);
    }
  }
  return 0;
}

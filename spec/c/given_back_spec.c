/* What an engine keeps of what it has read: nothing, once it is told. */
#include "engine/engine.h"
#include "harness.h"
#include "read.h"
#include "services.h"

enum { SERVICES = 200 };

/* An answer with a service whose events take some kilobytes. */
static ecs_value *answer_for(ecs_arena *arena, const char *name) {
  ecs_value *service =
      read_json(arena, "{\"status\":\"ACTIVE\",\"desiredCount\":1,\"runningCount\":1,\"pendingCount\":0,"
                       "\"taskDefinition\":\"web:7\",\"deployments\":[]}");
  ecs_value *events = ecs_value_list(arena), *answer = ecs_value_map(arena), *services = ecs_value_list(arena);
  for (int i = 0; i < 50; i++) {
    ecs_value *event = ecs_value_map(arena);
    ecs_value_set(arena, event, "message", ecs_value_format(arena, "event %d %0200d", i, i));
    ecs_value_push(arena, events, event);
  }
  ecs_value_set(arena, service, "serviceName", ecs_value_text(arena, name));
  ecs_value_set(arena, service, "events", events);
  ecs_value_push(arena, services, service);
  ecs_value_set(arena, answer, "services", services);
  return answer;
}

/* All services that were asked for, one after the other. */
static bool reads(ecs_engine *engine, ecs_arena *arena, const char *name) {
  ecs_value *operation = read_json(arena, "{\"action\":\"read\",\"cluster\":\"prod\"}"),
            *headers = ecs_value_map(arena);
  ecs_value_set(arena, operation, "address", ecs_value_text(arena, name));
  ecs_value_set(arena, operation, "service", ecs_value_text(arena, name));
  if (ecs_engine_add(engine, operation) != ECS_OK)
    return false;
  for (int i = 0; i < 20; i++) {
    const ecs_action *action;
    if (ecs_engine_next(engine, 1000, &action) != ECS_OK)
      return false;
    if (action->kind == ECS_ACTION_DONE)
      return action->ok;
    if (action->kind == ECS_ACTION_SEND)
      ecs_engine_answer(engine, action->id, 200, headers, answer_for(arena, name), 1000);
  }
  return false;
}

static void keeps_little_of_each_service_that_was_read(void) {
  harness_memory memory = {0};
  ecs_allocator allocator = harness_allocator(&memory);
  ecs_arena *arena = ecs_arena_new(NULL);
  ecs_value *options = read_json(arena, "{\"pace\":false}");
  ecs_engine *engine = ecs_engine_new(&allocator, services, options);
  char name[32];
  size_t before = 0;
  for (int i = 0; i < SERVICES; i++) {
    snprintf(name, sizeof name, "web%d", i);
    if (!CHECK(reads(engine, arena, name)))
      break;
    if (i == 9)
      before = memory.live;
  }
  size_t each = (memory.live - before) / (SERVICES - 10);
  if (!CHECK(each < 6000))
    printf("  %zu bytes of each of %d services\n", each, SERVICES);
  ecs_engine_free(engine);
  CHECK(memory.live == 0);
  ecs_arena_free(arena);
}

int main(void) {
  keeps_little_of_each_service_that_was_read();
  return harness_end();
}

#include "service/stages.h"

#include <math.h>
#include <string.h>

static bool is_pause(const ecs_value *hook) { return ecs_value_is_text(ecs_value_get(hook, "target_type"), "PAUSE"); }

static int64_t pause_minutes(const ecs_value *hook) {
  return ecs_value_int_within(ecs_value_get_path(hook, "timeout_configuration.timeout_in_minutes"), 1, 20160, 1440);
}

static int64_t minutes(const ecs_value *block, const char *name, int64_t otherwise) {
  return ecs_value_int_within(ecs_value_get(block, name), 0, 1440, otherwise);
}

static void find_linear(const ecs_value *block, ecs_stages *stages) {
  stages->percent = fmin(fmax(ecs_value_number_or(ecs_value_get(block, "step_percent"), 10), 3), 100);
  stages->steps = (int64_t)ceil(100 / stages->percent - 1e-9);
  stages->least_minutes += (stages->steps - 1) * minutes(block, "step_bake_time_in_minutes", 6);
}

static void find_canary(const ecs_value *block, ecs_stages *stages) {
  stages->percent = fmin(fmax(ecs_value_number_or(ecs_value_get(block, "canary_percent"), 5), 0.1), 100);
  stages->steps = stages->percent < 100 ? 2 : 1;
  stages->least_minutes += (stages->steps - 1) * minutes(block, "canary_bake_time_in_minutes", 10);
}

bool ecs_stages_has(const ecs_value *list, const char *stage) {
  for (size_t i = 0; i < ecs_value_count(list); i++) {
    if (stage != NULL && ecs_value_is_text(ecs_value_at(list, i), stage))
      return true;
  }
  return false;
}

static int64_t undecided_stages(const ecs_value *hook, const ecs_value *answered) {
  const ecs_value *stages = ecs_value_get(hook, "lifecycle_stages");
  int64_t count = 0;
  for (size_t i = 0; i < ecs_value_count(stages); i++)
    count += !ecs_stages_has(answered, ecs_value_text_or(ecs_value_at(stages, i), NULL));
  return count;
}

void ecs_stages_of(const ecs_value *attributes, const ecs_value *answered, ecs_stages *stages) {
  const ecs_value *block = ecs_value_get(attributes, "deployment_configuration");
  const char *strategy = ecs_value_text_or(ecs_value_get(block, "strategy"), "ROLLING");
  *stages =
      (ecs_stages){.percent = 100, .steps = 1, .hooks = ecs_value_get(block, "lifecycle_hook"), .answered = answered};
  if (strcmp(strategy, "ROLLING") == 0)
    return;
  stages->strategy = strategy;
  stages->least_minutes = minutes(block, "bake_time_in_minutes", 0);
  if (strcmp(strategy, "LINEAR") == 0)
    find_linear(ecs_value_get(block, "linear_configuration"), stages);
  if (strcmp(strategy, "CANARY") == 0)
    find_canary(ecs_value_get(block, "canary_configuration"), stages);
  for (size_t i = 0; i < ecs_value_count(stages->hooks); i++) {
    const ecs_value *hook = ecs_value_at(stages->hooks, i);
    if (is_pause(hook))
      stages->pause_minutes += pause_minutes(hook) * undecided_stages(hook, answered);
  }
}

static void push_text(ecs_arena *arena, ecs_value *list, const char *text) {
  ecs_value_push(arena, list, ecs_value_text(arena, text));
}

static ecs_value *names_of(ecs_arena *arena, const ecs_stages *stages) {
  static const char *const before[] = {"RECONCILE_SERVICE", "PRE_SCALE_UP",       "SCALE_UP",
                                       "POST_SCALE_UP",     "TEST_TRAFFIC_SHIFT", "POST_TEST_TRAFFIC_SHIFT"};
  static const char *const after[] = {"PRODUCTION_TRAFFIC_SHIFT", "POST_PRODUCTION_TRAFFIC_SHIFT", "BAKE_TIME",
                                      "CLEAN_UP"};
  ecs_value *list = ecs_value_list(arena);
  for (size_t i = 0; i < sizeof before / sizeof *before; i++)
    push_text(arena, list, before[i]);
  if (strcmp(stages->strategy, "BLUE_GREEN") != 0)
    push_text(arena, list, "PRE_PRODUCTION_TRAFFIC_SHIFT");
  for (size_t i = 0; i < sizeof after / sizeof *after; i++)
    push_text(arena, list, after[i]);
  return list;
}

static ecs_value *shifts_of(ecs_arena *arena, const ecs_stages *stages) {
  ecs_value *list = ecs_value_list(arena);
  for (int64_t i = 1; i < stages->steps; i++)
    ecs_value_push(arena, list, ecs_value_number(arena, floor(stages->percent * (double)i * 10 + 0.5) / 10));
  ecs_value_push(arena, list, ecs_value_int(arena, 100));
  return list;
}

static void add_pauses(ecs_arena *arena, ecs_value *list, const ecs_value *hook, const ecs_value *answered) {
  const ecs_value *stages = ecs_value_get(hook, "lifecycle_stages");
  const char *action = ecs_value_text_or(ecs_value_get_path(hook, "timeout_configuration.action"), "ROLLBACK");
  for (size_t i = 0; i < ecs_value_count(stages); i++) {
    ecs_value *pause = ecs_value_map(arena);
    ecs_value_set(arena, pause, "action", ecs_value_text(arena, action));
    if (ecs_stages_has(answered, ecs_value_text_or(ecs_value_at(stages, i), NULL)))
      ecs_value_set(arena, pause, "answered", ecs_value_bool(arena, true));
    ecs_value_set(arena, pause, "seconds", ecs_value_int(arena, 60 * pause_minutes(hook)));
    ecs_value_set(arena, pause, "stage", ecs_value_at(stages, i));
    ecs_value_push(arena, list, pause);
  }
}

ecs_value *ecs_stages_value(ecs_arena *arena, const ecs_stages *stages) {
  ecs_value *map = ecs_value_map(arena), *pauses = ecs_value_list(arena);
  for (size_t i = 0; i < ecs_value_count(stages->hooks); i++) {
    if (is_pause(ecs_value_at(stages->hooks, i)))
      add_pauses(arena, pauses, ecs_value_at(stages->hooks, i), stages->answered);
  }
  ecs_value_set(arena, map, "least_seconds", ecs_value_int(arena, 60 * stages->least_minutes));
  ecs_value_set_text(arena, map, "name", stages->strategy);
  if (ecs_value_count(pauses) > 0)
    ecs_value_set(arena, map, "pauses", pauses);
  ecs_value_set(arena, map, "shifts", shifts_of(arena, stages));
  ecs_value_set(arena, map, "stages", names_of(arena, stages));
  return map;
}

#include "service/staged.h"

#include <string.h>

static bool is(const char *a, const char *b) { return a != NULL && strcmp(a, b) == 0; }

static const char *const order[] = {"RECONCILE_SERVICE",
                                    "PRE_SCALE_UP",
                                    "SCALE_UP",
                                    "POST_SCALE_UP",
                                    "TEST_TRAFFIC_SHIFT",
                                    "POST_TEST_TRAFFIC_SHIFT",
                                    "PRE_PRODUCTION_TRAFFIC_SHIFT",
                                    "PRODUCTION_TRAFFIC_SHIFT",
                                    "POST_PRODUCTION_TRAFFIC_SHIFT",
                                    "BAKE_TIME",
                                    "CLEAN_UP"};

int ecs_staged_place(const char *stage) {
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
    if (is(stage, order[i]))
      return (int)i;
  }
  return -1;
}

static const char *text_of(const ecs_value *map, const char *name) {
  return ecs_value_text_or(ecs_value_get(map, name), NULL);
}

static double seconds_of(const ecs_value *configuration, const char *path) {
  return 60 * ecs_value_number_or(ecs_value_get_path(configuration, path), 0);
}

/* After the last shift of traffic, and between two. */
static double bakes(const ecs_staged *staged, const ecs_value *configuration) {
  if (is(staged->stage, "BAKE_TIME"))
    return seconds_of(configuration, "bakeTimeInMinutes");
  if (!is(staged->stage, "PRODUCTION_TRAFFIC_SHIFT") || staged->production <= 0 || staged->production >= 100)
    return 0;
  return is(staged->strategy, "LINEAR")   ? seconds_of(configuration, "linearConfiguration.stepBakeTimeInMinutes")
         : is(staged->strategy, "CANARY") ? seconds_of(configuration, "canaryConfiguration.canaryBakeTimeInMinutes")
                                          : 0;
}

static void find_hooks(const ecs_value *hooks, ecs_staged *staged) {
  staged->hooks = hooks;
  for (size_t i = 0; i < ecs_value_count(hooks); i++) {
    const ecs_value *hook = ecs_value_at(hooks, i);
    const char *status = text_of(hook, "status");
    if (is(status, "AWAITING_ACTION"))
      staged->awaiting = hook;
    else if (is(status, "FAILED") || is(status, "TIMED_OUT"))
      staged->broken = hook;
  }
}

void ecs_staged_of(const ecs_value *record, ecs_staged *staged) {
  const ecs_value *target = ecs_value_get(record, "targetServiceRevision");
  const ecs_value *configuration = ecs_value_get(record, "deploymentConfiguration");
  *staged = (ecs_staged){
      .stage = text_of(record, "lifecycleStage"),
      .strategy = text_of(configuration, "strategy"),
      .production = ecs_value_number_or(ecs_value_get(target, "requestedProductionTrafficWeight"), -1),
      .test = ecs_value_number_or(ecs_value_get(target, "requestedTestTrafficWeight"), -1),
      .updated = ecs_schema_seconds(ecs_value_get(record, "updatedAt")),
  };
  staged->bakes = bakes(staged, configuration);
  find_hooks(ecs_value_get(record, "lifecycleHookDetails"), staged);
}

const char *ecs_staged_hook_name(const ecs_value *hook) {
  const char *target = text_of(hook, "targetArn"), *function = target == NULL ? NULL : strstr(target, ":function:");
  if (function != NULL)
    return function + strlen(":function:");
  return target != NULL ? target : ecs_value_text_or(ecs_value_get(hook, "hookId"), "");
}

static ecs_value *hook_value(ecs_arena *arena, const ecs_value *hook) {
  ecs_value *map = ecs_value_map(arena);
  ecs_value_set_text(arena, map, "id", text_of(hook, "hookId"));
  ecs_value_set_text(arena, map, "name", ecs_staged_hook_name(hook));
  ecs_value_set_text(arena, map, "status", text_of(hook, "status"));
  ecs_value_set_text(arena, map, "type", text_of(hook, "targetType"));
  return map;
}

ecs_value *ecs_staged_value(ecs_arena *arena, const ecs_staged *staged) {
  ecs_value *map = ecs_value_map(arena), *hooks = ecs_value_list(arena);
  for (size_t i = 0; i < ecs_value_count(staged->hooks); i++)
    ecs_value_push(arena, hooks, hook_value(arena, ecs_value_at(staged->hooks, i)));
  if (staged->bakes > 0)
    ecs_value_set(arena, map, "bake_seconds", ecs_value_number(arena, staged->bakes));
  ecs_value_set(arena, map, "hooks", hooks);
  if (staged->production >= 0)
    ecs_value_set(arena, map, "production_weight", ecs_value_number(arena, staged->production));
  ecs_value_set_text(arena, map, "stage", staged->stage);
  ecs_value_set_text(arena, map, "strategy", staged->strategy);
  if (staged->test >= 0)
    ecs_value_set(arena, map, "test_weight", ecs_value_number(arena, staged->test));
  return map;
}

static const ecs_value *under_way(const ecs_staged *staged) {
  for (size_t i = 0; i < ecs_value_count(staged->hooks); i++) {
    if (ecs_value_is_text(ecs_value_get(ecs_value_at(staged->hooks, i), "status"), "IN_PROGRESS"))
      return ecs_value_at(staged->hooks, i);
  }
  return NULL;
}

ecs_awaited ecs_staged_awaited(ecs_arena *arena, const ecs_staged *staged, double seconds) {
  const ecs_value *hook = staged->awaiting != NULL ? staged->awaiting : under_way(staged);
  ecs_awaited a = {staged->production > 0
                       ? ecs_arena_format(arena, "%.4g %% of the traffic on the new revision", staged->production)
                       : ecs_arena_format(arena, "it is in the stage %s", staged->stage),
                   NULL};
  if (staged->awaiting != NULL)
    a.what = ecs_arena_format(arena, "a decision (hook %s)", ecs_staged_hook_name(hook));
  else if (hook != NULL)
    a.what = ecs_arena_format(arena, "the hook %s", ecs_staged_hook_name(hook));
  else if (staged->bakes > 0)
    a.what = ecs_arena_format(arena, "it to bake, %.0f of %.0f s so far",
                              seconds < staged->bakes ? seconds : staged->bakes, staged->bakes);
  else
    a.what = ecs_arena_format(arena, "the stage %s to end", staged->stage);
  return a;
}

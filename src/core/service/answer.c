/* What ECS answers beside the arguments. */
#include <string.h>

#include "service/plan_rules.h"

/* A service that was never told otherwise is answered as ROLLING, with no time to bake. */
bool ecs_schema_says_nothing(const ecs_row *row, const char *member, const ecs_value *whole) {
  const ecs_value *strategy = ecs_value_get(whole, "strategy"), *value = ecs_value_get(whole, member);
  bool rolls = strategy == NULL || ecs_value_is_text(strategy, "ROLLING");
  if (strncmp(row->create, "deploymentConfiguration.", 24) != 0 || !rolls)
    return false;
  return value == strategy || ecs_value_is_empty(value) ||
         (strcmp(member, "bakeTimeInMinutes") == 0 && ecs_value_is(value, ECS_INT) && value->as.integer == 0);
}

static bool is_among(const char *const *names, const char *name) {
  for (; *names != NULL; names++) {
    if (strcmp(*names, name) == 0)
      return true;
  }
  return false;
}

static bool has_row(const char *member) {
  size_t size = strlen(member);
  for (const ecs_row *row = ecs_schema_service(); row->name != NULL; row++) {
    const char *places[] = {row->create, row->answer};
    for (size_t i = 0; i < 2; i++) {
      if (places[i] != NULL && strncmp(places[i], member, size) == 0 &&
          (places[i][size] == '\0' || places[i][size] == '.'))
        return true;
    }
  }
  return false;
}

bool ecs_schema_is_setting(const char *member) {
  static const char *const reports[] = {"currentServiceRevisions", "deployments", "events", "taskSets", NULL};
  return !is_among(reports, member) && !has_row(member);
}

bool ecs_schema_creates_with(const char *member) {
  static const char *const settings[] = {"gatewayConnectors", "monitoring", NULL};
  return is_among(settings, member);
}

/* What is wrong with a declaration of auto scaling beyond what one value says of itself. */
#include <string.h>

#include "base/time.h"
#include "scaling/rules.h"
#include "schema/arn.h"

static const char *within(ecs_diags *diags, const char *path, const char *member) {
  const char *text = ecs_arena_format(diags->arena, "%s.%s", path, member);
  return text == NULL ? path : text;
}

static ecs_diag *complain(const ecs_check *c, const char *code, const char *member, const char *message) {
  return ecs_diags_add(c->diags, code, within(c->diags, c->path, member), "%s", message);
}

static bool is_set(const ecs_value *map, const char *name) { return !ecs_value_is_empty(ecs_value_get(map, name)); }

/* Names at AWS: neither may hold what its ARN is made with. */
static void check_name(const ecs_check *c, const char *refused) {
  ecs_text name = ecs_text_of(c->value);
  if (name.size == 0)
    return;
  bool good = name.bytes[0] != ' ' && name.bytes[name.size - 1] != ' ';
  for (size_t i = 0; i < name.size; i++)
    good = good && (unsigned char)name.bytes[i] >= ' ' && strchr(refused, name.bytes[i]) == NULL;
  if (!good)
    ecs_diags_add(c->diags, "BadPattern", c->path, "may hold none of %s, no control characters, no blank at its ends",
                  refused)
        ->hint = "write it with letters, digits, - and _";
}

void ecs_scaling_check_policy_name(const ecs_check *c) { check_name(c, ":|"); }

void ecs_scaling_check_action_name(const ecs_check *c) { check_name(c, ":/|"); }

/* "cron(", "rate(" or "at(", and a bracket at the end; what stands between, AWS reads. */
void ecs_scaling_check_schedule(const ecs_check *c) {
  ecs_text text = ecs_text_of(c->value);
  bool closed = text.size > 0 && text.bytes[text.size - 1] == ')', known = false;
  static const char *const words[] = {"at(", "rate(", "cron("};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    known = known || (text.size > strlen(words[i]) + 1 && strncmp(text.bytes, words[i], strlen(words[i])) == 0);
  if (!closed || !known) {
    ecs_diags_add(c->diags, "BadPattern", c->path, "is no schedule")->hint =
        "write at(2026-12-24T18:00:00), rate(1 day) or cron(0 22 * * ? *)";
    return;
  }
  size_t fields = 0;
  for (size_t i = 5; text.bytes[0] == 'c' && i < text.size - 1; i++)
    fields += text.bytes[i] != ' ' && (i == 5 || text.bytes[i - 1] == ' ');
  if (text.bytes[0] == 'c' && fields != 6)
    ecs_diags_add(c->diags, "BadPattern", c->path, "cron has six fields here, and this has %zu", fields)->hint =
        "minutes, hours, day of the month, month, day of the week, year: cron(0 22 * * ? *)";
}

void ecs_scaling_check_time(const ecs_check *c) {
  ecs_text text = ecs_text_of(c->value);
  int64_t time;
  if (!ecs_sigv4_parse_time(text.bytes, text.size, &time))
    ecs_diags_add(c->diags, "BadPattern", c->path, "is no time in UTC")->hint = "write it as 2026-12-24T18:00:00Z";
}

void ecs_scaling_check_tracking(const ecs_check *c) {
  const ecs_value *type = ecs_value_get(c->value, "predefined_metric_type");
  bool requests = ecs_value_is_text(type, ECS_SCALING_REQUESTS);
  if (ecs_value_is_null(type) && !is_set(c->value, "customized_metric"))
    complain(c, "Missing", "predefined_metric_type", "nothing says which metric is tracked")->hint =
        "set predefined_metric_type, or customized_metric";
  if (requests && !is_set(c->value, "resource_label"))
    complain(c, "Missing", "resource_label", "requests are counted of one target group, and none is named")->hint =
        "set resource_label = \"app/LOAD-BALANCER/ID/targetgroup/TARGET-GROUP/ID\"";
}

/* Where a step begins and ends; without end: far away. */
static double bound(const ecs_value *step, const char *name, double otherwise) {
  return ecs_value_number_or(ecs_value_unless_null(ecs_value_get(step, name)), otherwise);
}

enum { FAR = 2000000000 };

static bool overlap(const ecs_value *a, const ecs_value *b) {
  return bound(a, "lower", -FAR) < bound(b, "upper", FAR) && bound(b, "lower", -FAR) < bound(a, "upper", FAR);
}

void ecs_scaling_check_step(const ecs_check *c) {
  const ecs_value *steps = ecs_value_get(c->value, "step_adjustment");
  for (size_t i = 0; i < ecs_value_count(steps); i++) {
    const ecs_value *one = ecs_value_at(steps, i);
    const char *member = ecs_arena_format(c->diags->arena, "step_adjustment[%zu]", i + 1);
    if (member == NULL)
      return;
    if (bound(one, "lower", -FAR) >= bound(one, "upper", FAR))
      complain(c, "OutOfRange", member, "it ends before it begins")->hint = "let lower be below upper";
    for (size_t j = 0; j < i; j++) {
      if (overlap(one, ecs_value_at(steps, j)))
        complain(c, "Conflict", member, "it lies over another step")->hint =
            "let each step begin where the one before it ends";
    }
  }
}

/* Bounds the wrong way round, at the one that is too small. */
static void check_bounds(ecs_diags *diags, const char *path, const ecs_value *block) {
  const ecs_value *least = ecs_value_get(block, "min_capacity"), *most = ecs_value_get(block, "max_capacity");
  if (!ecs_value_is(least, ECS_INT) || !ecs_value_is(most, ECS_INT) || least->as.integer <= most->as.integer)
    return;
  ecs_diags_add(diags, "OutOfRange", path, "min_capacity (%lld) is more than max_capacity (%lld)",
                (long long)least->as.integer, (long long)most->as.integer)
      ->hint = "raise max_capacity, or lower min_capacity";
}

void ecs_scaling_check_scheduled(const ecs_check *c) {
  if (ecs_value_is_null(ecs_value_get(c->value, "min_capacity")) &&
      ecs_value_is_null(ecs_value_get(c->value, "max_capacity")))
    complain(c, "Missing", "min_capacity", "the action changes neither bound")->hint =
        "set min_capacity, max_capacity or both";
  check_bounds(c->diags, within(c->diags, c->path, "min_capacity"), c->value);
}

/* Calls for every policy of a section before `limit`, and whether it found one for which `same` holds. */
static const char *find_same(const ecs_value *normal, const char *section, const char *member, const ecs_value *value,
                             const ecs_value *limit) {
  const ecs_value *map = ecs_value_get(normal, section);
  for (size_t i = 0; i < ecs_value_count(map) && ecs_value_is(map, ECS_MAP); i++) {
    const ecs_entry *entry = &map->as.map.entries[i];
    if (entry->value == limit)
      return NULL;
    if (ecs_value_equal(ecs_value_get(entry->value, member), value))
      return entry->key;
  }
  return NULL;
}

static void check_same_name(const ecs_value *normal, const char *section, const ecs_entry *entry, ecs_diags *diags) {
  static const char *const policies[] = {"target_tracking", "step"};
  const ecs_value *name = ecs_value_get(entry->value, "name");
  const char *twin = find_same(normal, section, "name", name, entry->value);
  if (ecs_value_is_empty(name))
    return;
  if (twin == NULL && strcmp(section, policies[1]) == 0)
    twin = find_same(normal, policies[0], "name", name, NULL);
  if (twin != NULL)
    ecs_diags_add(diags, "Duplicate", ecs_arena_format(diags->arena, "%s.%s.name", section, entry->key),
                  "%s has this name already", twin)
        ->hint = "give it a name of its own";
}

/* Two policies that keep one metric near two values work against each other. */
static void warn_of_same_metric(const ecs_value *normal, const ecs_entry *entry, ecs_diags *diags) {
  const ecs_value *type = ecs_value_get(entry->value, "predefined_metric_type");
  const char *twin = ecs_value_is_null(type)
                         ? NULL
                         : find_same(normal, "target_tracking", "predefined_metric_type", type, entry->value);
  if (twin == NULL || ecs_value_is_text(type, ECS_SCALING_REQUESTS))
    return;
  ecs_diag *diag = ecs_diags_add(diags, "SameMetric", ecs_arena_format(diags->arena, "target_tracking.%s", entry->key),
                                 "%s tracks the same metric: the one that wants more tasks wins", twin);
  ecs_diags_warn(diags, diag)->hint = "keep one of the two";
}

static void each_of(const ecs_value *normal, const char *section, ecs_diags *diags) {
  const ecs_value *map = ecs_value_get(normal, section);
  for (size_t i = 0; ecs_value_is(map, ECS_MAP) && i < map->as.map.count; i++) {
    check_same_name(normal, section, &map->as.map.entries[i], diags);
    if (strcmp(section, "target_tracking") == 0)
      warn_of_same_metric(normal, &map->as.map.entries[i], diags);
  }
}

void ecs_scaling_check_all(ecs_arena *arena, const ecs_value *normal, ecs_diags *diags) {
  const ecs_value *most = ecs_value_get(normal, "max_capacity");
  (void)arena;
  check_bounds(diags, "min_capacity", normal);
  if (ecs_value_is(most, ECS_INT) && most->as.integer == 0)
    ecs_diags_warn(diags, ecs_diags_add(diags, "NoTasks", "max_capacity",
                                        "no task may run, and no metric of tasks wakes the service again"))
        ->hint = "set max_capacity to 1 or more";
  each_of(normal, "target_tracking", diags);
  each_of(normal, "step", diags);
  each_of(normal, "scheduled", diags);
}

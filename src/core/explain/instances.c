/* instances: how many container instances lack what a task asks for. */
#include <string.h>

#include "explain/cause.h"

static int64_t number_of(const ecs_value *value) {
  if (ecs_value_is(value, ECS_INT))
    return value->as.integer;
  int64_t number = 0; /* task definitions give cpu and memory as text */
  const char *text = ecs_value_text_or(value, "");
  for (; *text >= '0' && *text <= '9' && number < 1000000000; text++)
    number = number * 10 + (*text - '0');
  return number;
}

/* What the task asks for: of the task itself, else of its containers together. */
static int64_t needed(const ecs_value *definition, const char *name, const char *reserved) {
  int64_t whole = number_of(ecs_value_get(definition, name)), sum = 0;
  const ecs_value *list = ecs_value_get(definition, "containerDefinitions");
  for (size_t i = 0; whole == 0 && i < ecs_value_count(list); i++) {
    const ecs_value *container = ecs_value_at(list, i);
    const ecs_value *soft = reserved == NULL ? NULL : ecs_value_get(container, reserved);
    sum += number_of(soft == NULL ? ecs_value_get(container, name) : soft);
  }
  return whole > 0 ? whole : sum;
}

static int64_t remaining(const ecs_value *instance, const char *resource) {
  const ecs_value *list = ecs_value_get(instance, "remainingResources");
  for (size_t i = 0; i < ecs_value_count(list); i++) {
    const ecs_value *item = ecs_value_at(list, i);
    if (ecs_value_is_text(ecs_value_get(item, "name"), resource))
      return number_of(ecs_value_get(item, "integerValue"));
  }
  return 0;
}

static const char *shortage_of(const ecs_input *in, const char *resource, int64_t need, const char *unit) {
  size_t count = ecs_value_count(in->instances), enough = 0;
  int64_t most = 0;
  for (size_t i = 0; i < count; i++) {
    int64_t left = remaining(ecs_value_at(in->instances, i), resource);
    enough += left >= need;
    most = left > most ? left : most;
  }
  return ecs_arena_format(in->arena, "%zu of %zu container instances have %lld %s free (most: %lld)", enough, count,
                          (long long)need, unit, (long long)most);
}

static const char *connected(const ecs_input *in) {
  size_t count = ecs_value_count(in->instances), well = 0;
  for (size_t i = 0; i < count; i++) {
    const ecs_value *instance = ecs_value_at(in->instances, i);
    well += ecs_value_true(ecs_value_get(instance, "agentConnected")) &&
            ecs_value_is_text(ecs_value_get(instance, "status"), "ACTIVE");
  }
  return ecs_arena_format(in->arena, "%zu of %zu container instances are ACTIVE with a connected agent", well, count);
}

const char *ecs_explain_shortage(const ecs_input *in, const char *resource) {
  if (in->instances == NULL)
    return NULL;
  if (strcmp(resource, "AGENT") == 0)
    return connected(in);
  int64_t cpu = needed(in->definition, "cpu", NULL), memory = needed(in->definition, "memory", "memoryReservation");
  if (strcmp(resource, "CPU") == 0 && cpu > 0)
    return shortage_of(in, resource, cpu, "CPU units");
  return strcmp(resource, "MEMORY") == 0 && memory > 0 ? shortage_of(in, resource, memory, "MiB of memory") : NULL;
}

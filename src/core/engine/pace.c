#include "engine/pace.h"

#include <math.h>
#include <string.h>

#include "engine/retry.h"

/* A clock here and one there do not add up to the same hair. */
static const double SLACK = 1e-3;

static size_t classes_of(const ecs_api *api) {
  size_t count = 0;
  while (api->classes != NULL && api->classes[count].name != NULL)
    count++;
  return count;
}

static bool has(const ecs_api_class *class, const char *operation) {
  for (const char *const *name = class->operations; *name != NULL; name++) {
    if (strcmp(*name, operation) == 0)
      return true;
  }
  return false;
}

size_t ecs_pace_class(const ecs_pace *pace, const ecs_api *api, const char *operation) {
  size_t i = 0, count = classes_of(api), of = 0;
  while (of + 1 < pace->count && pace->apis[of].api != api)
    of++;
  while (i < count && !has(&api->classes[i], operation))
    i++;
  return pace->apis[of].first + i;
}

static double figure(const ecs_value *map, const char *name, double least, double otherwise) {
  double number = ecs_value_number_or(ecs_value_get(map, name), otherwise);
  return number < least ? least : number;
}

static void fill(ecs_pace_bucket *bucket, const ecs_api_class *class, const ecs_pace_settings *settings) {
  const ecs_value *learned = ecs_value_get(settings->learned, "pace");
  const ecs_value *own = ecs_value_get(settings->option, class->name), *kept = ecs_value_get(learned, class->name);
  bucket->name = class->name;
  bucket->limits = !ecs_value_is(settings->option, ECS_BOOL) || settings->option->as.boolean;
  bucket->burst = figure(own, "burst", 1, class->burst);
  bucket->rate = figure(own, "rate", 0.01, class->rate);
  bucket->tokens = figure(kept, "tokens", 0, bucket->burst);
  bucket->at = figure(kept, "at", -1, -1);
}

static int quota_of(const ecs_value *learned, const char *api, bool first) {
  const ecs_value *quota =
      first ? ecs_value_get(learned, "quota") : ecs_value_get(ecs_value_get(learned, "quotas"), api);
  return (int)ecs_value_int_within(quota, 0, ECS_RETRY_QUOTA, ECS_RETRY_QUOTA);
}

bool ecs_pace_init(ecs_pace *pace, ecs_arena *arena, const ecs_api *const *apis, size_t count,
                   const ecs_pace_settings *settings) {
  *pace = (ecs_pace){.count = count};
  for (size_t i = 0; i < count; i++)
    pace->classes += classes_of(apis[i]) + 1;
  pace->apis = ecs_arena_take(arena, count * sizeof *pace->apis);
  pace->buckets = ecs_arena_take(arena, pace->classes * sizeof *pace->buckets);
  if (pace->apis == NULL || pace->buckets == NULL)
    return false;
  ecs_pace_bucket *bucket = pace->buckets;
  for (size_t i = 0; i < count; i++) {
    ecs_pace_api *of = &pace->apis[i];
    *of = (ecs_pace_api){.api = apis[i], .first = (size_t)(bucket - pace->buckets), .rate.on = settings->adaptive};
    of->quota = quota_of(settings->learned, apis[i]->name, i == 0);
    for (size_t j = 0, own = classes_of(apis[i]); j <= own; j++, bucket++) {
      bucket->of = of;
      if (j < own)
        fill(bucket, &apis[i]->classes[j], settings);
    }
  }
  return true;
}

static double tokens_at(const ecs_pace_bucket *bucket, double now) {
  double since = bucket->at < 0 || now < bucket->at ? 0 : now - bucket->at;
  double tokens = bucket->tokens + since * bucket->rate;
  return tokens > bucket->burst ? bucket->burst : tokens;
}

double ecs_pace_due(const ecs_pace *pace, size_t class, double now) {
  const ecs_pace_bucket *bucket = &pace->buckets[class];
  double due = ecs_rate_due(&bucket->of->rate, now);
  if (!bucket->limits || tokens_at(bucket, now) >= 1)
    return due;
  return fmax(due, now + (1 + SLACK - tokens_at(bucket, now)) / bucket->rate);
}

static void set(ecs_pace_bucket *bucket, double tokens, double now) {
  if (!bucket->limits)
    return;
  bucket->tokens = tokens;
  bucket->at = now;
}

void ecs_pace_take(ecs_pace *pace, size_t class, double now) {
  ecs_pace_bucket *bucket = &pace->buckets[class];
  set(bucket, tokens_at(bucket, now) - 1, now);
  ecs_rate_take(&bucket->of->rate, now);
}

void ecs_pace_give_back(ecs_pace *pace, size_t class, double now) {
  ecs_pace_bucket *bucket = &pace->buckets[class];
  set(bucket, fmin(bucket->burst, tokens_at(bucket, now) + 1), now);
}

void ecs_pace_heard(ecs_pace *pace, size_t class, bool throttled, double now) {
  ecs_pace_bucket *bucket = &pace->buckets[class];
  ecs_rate_heard(&bucket->of->rate, throttled, now);
  if (throttled)
    set(bucket, 0, now);
}

int *ecs_pace_quota(ecs_pace *pace, size_t class) { return &pace->buckets[class].of->quota; }

ecs_value *ecs_pace_learned(ecs_arena *arena, const ecs_pace *pace) {
  ecs_value *learned = ecs_value_map(arena), *buckets = ecs_value_map(arena), *quotas = ecs_value_map(arena);
  for (size_t i = 0; i < pace->classes; i++) {
    const ecs_pace_bucket *bucket = &pace->buckets[i];
    if (bucket->name == NULL || bucket->at < 0)
      continue;
    ecs_value *own = ecs_value_map(arena);
    ecs_value_set(arena, own, "tokens", ecs_value_number(arena, bucket->tokens));
    ecs_value_set(arena, own, "at", ecs_value_number(arena, bucket->at));
    ecs_value_set(arena, buckets, bucket->name, own);
  }
  for (size_t i = 1; i < pace->count; i++)
    ecs_value_set(arena, quotas, pace->apis[i].api->name, ecs_value_int(arena, pace->apis[i].quota));
  ecs_value_set(arena, learned, "pace", buckets);
  ecs_value_set(arena, learned, "quota", ecs_value_int(arena, pace->apis[0].quota));
  if (pace->count > 1)
    ecs_value_set(arena, learned, "quotas", quotas);
  return learned;
}

static void add_classes(ecs_arena *arena, const ecs_api *api, ecs_value *names, ecs_value *operations) {
  for (const ecs_api_class *class = api->classes; class != NULL && class->name != NULL; class ++) {
    ecs_value *figures = ecs_value_map(arena);
    ecs_value_set(arena, figures, "burst", ecs_value_number(arena, class->burst));
    ecs_value_set(arena, figures, "rate", ecs_value_number(arena, class->rate));
    ecs_value_set(arena, names, class->name, figures);
    for (const char *const *name = class->operations; *name != NULL; name++)
      ecs_value_set(arena, operations, *name, ecs_value_text(arena, class->name));
  }
}

ecs_value *ecs_pace_table(ecs_arena *arena, const ecs_api *const *apis) {
  ecs_value *table = ecs_value_map(arena), *names = ecs_value_map(arena), *operations = ecs_value_map(arena);
  ecs_value_set(arena, table, "source", ecs_value_text(arena, apis[0]->source));
  for (; *apis != NULL; apis++)
    add_classes(arena, *apis, names, operations);
  ecs_value_set(arena, table, "classes", names);
  ecs_value_set(arena, table, "operations", operations);
  return table;
}

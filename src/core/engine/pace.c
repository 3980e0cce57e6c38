#include "engine/pace.h"

#include <math.h>
#include <string.h>

const char ecs_pace_source[] = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html";

/* The published table; an account's figures may have been raised. The operations on task sets are not in it and are
** counted with those on services. */
static const struct pace_class {
  const char *name;
  double burst, rate;
  const char *operations[12];
} classes[ECS_PACE_CLASSES] = {
    {"cluster_modify",
     20,
     1,
     {"CreateCluster", "DeleteCluster", "PutClusterCapacityProviders", "UpdateCluster", "UpdateClusterSettings"}},
    {"cluster_read", 50, 20, {"DescribeClusters", "ListClusters"}},
    {"task_definition_modify", 20, 1, {"DeregisterTaskDefinition", "RegisterTaskDefinition"}},
    {"task_definition_read", 50, 20, {"DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"}},
    {"task_definition_delete", 5, 1, {"DeleteTaskDefinitions"}},
    {"capacity_provider_modify", 10, 1, {"CreateCapacityProvider", "DeleteCapacityProvider", "UpdateCapacityProvider"}},
    {"capacity_provider_read", 50, 20, {"DescribeCapacityProviders"}},
    {"tag_modify", 20, 10, {"TagResource", "UntagResource"}},
    {"tag_read", 50, 20, {"ListTagsForResource"}},
    {"cluster_resource_modify",
     100,
     40,
     {"RunTask", "StartTask", "StopTask", "ExecuteCommand", "DeregisterContainerInstance",
      "UpdateContainerInstancesState", "UpdateContainerAgent", "PutAttributes", "DeleteAttributes"}},
    {"cluster_resource_read",
     100,
     20,
     {"DescribeTasks", "ListTasks", "DescribeContainerInstances", "ListContainerInstances", "ListAttributes"}},
    {"service_modify",
     50,
     5,
     {"CreateService", "UpdateService", "DeleteService", "CreateTaskSet", "UpdateTaskSet", "DeleteTaskSet",
      "UpdateServicePrimaryTaskSet", "StopServiceDeployment"}},
    {"service_read", 100, 20, {"DescribeServices", "ListServices", "DescribeTaskSets"}},
    {"service_deployment", 50, 20, {"DescribeServiceDeployments", "ListServiceDeployments"}},
    {"service_revision", 50, 20, {"DescribeServiceRevisions"}},
};

/* A clock here and one there do not add up to the same hair. */
static const double SLACK = 1e-3;

static bool has(const struct pace_class *class, const char *operation) {
  for (const char *const *name = class->operations; *name != NULL; name++) {
    if (strcmp(*name, operation) == 0)
      return true;
  }
  return false;
}

size_t ecs_pace_class(const char *operation) {
  size_t i = 0;
  while (i < ECS_PACE_CLASSES && !has(&classes[i], operation))
    i++;
  return i;
}

static double figure(const ecs_value *map, const char *name, double least, double otherwise) {
  double number = ecs_value_number_or(ecs_value_get(map, name), otherwise);
  return number < least ? least : number;
}

void ecs_pace_init(ecs_pace *pace, const ecs_value *option, const ecs_value *learned) {
  *pace = (ecs_pace){.off = ecs_value_is(option, ECS_BOOL) && !option->as.boolean};
  for (size_t i = 0; i < ECS_PACE_CLASSES; i++) {
    const ecs_value *own = ecs_value_get(option, classes[i].name), *kept = ecs_value_get(learned, classes[i].name);
    ecs_pace_bucket *bucket = &pace->buckets[i];
    bucket->burst = figure(own, "burst", 1, classes[i].burst);
    bucket->rate = figure(own, "rate", 0.01, classes[i].rate);
    bucket->tokens = figure(kept, "tokens", 0, bucket->burst);
    bucket->at = figure(kept, "at", -1, -1);
  }
}

static double tokens_at(const ecs_pace_bucket *bucket, double now) {
  double since = bucket->at < 0 || now < bucket->at ? 0 : now - bucket->at;
  double tokens = bucket->tokens + since * bucket->rate;
  return tokens > bucket->burst ? bucket->burst : tokens;
}

static bool unlimited(const ecs_pace *pace, size_t class) { return pace->off || class >= ECS_PACE_CLASSES; }

double ecs_pace_due(const ecs_pace *pace, size_t class, double now) {
  const ecs_pace_bucket *bucket = &pace->buckets[class];
  if (unlimited(pace, class) || tokens_at(bucket, now) >= 1)
    return now;
  return now + (1 + SLACK - tokens_at(bucket, now)) / bucket->rate;
}

void ecs_pace_take(ecs_pace *pace, size_t class, double now) {
  ecs_pace_bucket *bucket = &pace->buckets[class];
  if (unlimited(pace, class))
    return;
  bucket->tokens = tokens_at(bucket, now) - 1;
  bucket->at = now;
}

void ecs_pace_give_back(ecs_pace *pace, size_t class, double now) {
  ecs_pace_bucket *bucket = &pace->buckets[class];
  if (unlimited(pace, class))
    return;
  bucket->tokens = fmin(bucket->burst, tokens_at(bucket, now) + 1);
  bucket->at = now;
}

void ecs_pace_refused(ecs_pace *pace, size_t class, double now) {
  ecs_pace_bucket *bucket = &pace->buckets[class];
  if (unlimited(pace, class))
    return;
  bucket->tokens = 0;
  bucket->at = now;
}

ecs_value *ecs_pace_learned(ecs_arena *arena, const ecs_pace *pace) {
  ecs_value *map = ecs_value_map(arena);
  for (size_t i = 0; i < ECS_PACE_CLASSES; i++) {
    const ecs_pace_bucket *bucket = &pace->buckets[i];
    if (bucket->at < 0)
      continue;
    ecs_value *own = ecs_value_map(arena);
    ecs_value_set(arena, own, "tokens", ecs_value_number(arena, bucket->tokens));
    ecs_value_set(arena, own, "at", ecs_value_number(arena, bucket->at));
    ecs_value_set(arena, map, classes[i].name, own);
  }
  return map;
}

ecs_value *ecs_pace_table(ecs_arena *arena) {
  ecs_value *table = ecs_value_map(arena), *names = ecs_value_map(arena), *operations = ecs_value_map(arena);
  for (size_t i = 0; i < ECS_PACE_CLASSES; i++) {
    ecs_value *figures = ecs_value_map(arena);
    ecs_value_set(arena, figures, "burst", ecs_value_number(arena, classes[i].burst));
    ecs_value_set(arena, figures, "rate", ecs_value_number(arena, classes[i].rate));
    ecs_value_set(arena, names, classes[i].name, figures);
    for (const char *const *name = classes[i].operations; *name != NULL; name++)
      ecs_value_set(arena, operations, *name, ecs_value_text(arena, classes[i].name));
  }
  ecs_value_set(arena, table, "source", ecs_value_text(arena, ecs_pace_source));
  ecs_value_set(arena, table, "classes", names);
  ecs_value_set(arena, table, "operations", operations);
  return table;
}

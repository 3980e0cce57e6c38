#include "engine/api.h"

#include <stddef.h>

/* The published table; an account's figures may have been raised. The operations on task sets are not in it and are
** counted with those on services. */
static const ecs_api_class ecs_classes[] = {
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
      "UpdateServicePrimaryTaskSet", "StopServiceDeployment", "ContinueServiceDeployment"}},
    {"service_read", 100, 20, {"DescribeServices", "ListServices", "DescribeTaskSets"}},
    {"service_deployment", 50, 20, {"DescribeServiceDeployments", "ListServiceDeployments"}},
    {"service_revision", 50, 20, {"DescribeServiceRevisions"}},
    {NULL, 0, 0, {NULL}},
};

const ecs_api ecs_api_ecs = {
    .name = "ecs",
    .title = "ECS",
    .classes = ecs_classes,
    .source = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html",
};

/* Nothing is published of these. All services of AWS that scale share them, and consoles and policies ask, too: few at
** once, and a few a second. */
static const ecs_api_class autoscaling_classes[] = {
    {"scaling_modify",
     10,
     2,
     {"RegisterScalableTarget", "DeregisterScalableTarget", "PutScalingPolicy", "DeleteScalingPolicy",
      "PutScheduledAction", "DeleteScheduledAction"}},
    {"scaling_read",
     20,
     5,
     {"DescribeScalableTargets", "DescribeScalingPolicies", "DescribeScheduledActions", "DescribeScalingActivities"}},
    {NULL, 0, 0, {NULL}},
};

const ecs_api ecs_api_autoscaling = {
    .name = "application-autoscaling",
    .title = "Application Auto Scaling",
    .classes = autoscaling_classes,
};

const ecs_api *const ecs_apis[] = {&ecs_api_ecs, &ecs_api_autoscaling, NULL};

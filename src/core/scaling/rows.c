/* The rows of auto scaling. Its policies and scheduled actions stand under names of the user's choice; what each is called
** at AWS is its `name`. `create` is the place in the request that makes the one in question. */
#include "scaling/rules.h"
#include "schema/schema.h"
#include "schema/tags.h"

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define TRACKING "TargetTrackingScalingPolicyConfiguration."
#define METRIC TRACKING "CustomizedMetricSpecification"
#define STEP "StepScalingPolicyConfiguration."
#define END                                                                                                            \
  { .name = NULL }
#define SWITCH(which, place, text)                                                                                     \
  { .name = which, .kind = ECS_KIND_BOOL, .fallback = "false", .create = place, .answer = place, .doc = text }
#define CAPACITY(which, place, more, text)                                                                             \
  {                                                                                                                    \
    .name = which, .kind = ECS_KIND_INT, .flags = more, .minimum = 0, .maximum = INT32_MAX, .create = place,           \
    .answer = place, .doc = text                                                                                       \
  }
#define PAUSE(which, place, text)                                                                                      \
  { .name = which, .kind = ECS_KIND_DURATION, .flags = ECS_COMPUTED, .create = place, .answer = place, .doc = text }
#define POLICY_NAME                                                                                                    \
  {                                                                                                                    \
    .name = "name", .kind = ECS_KIND_STRING, .minimum = 1, .maximum = 256, .create = "PolicyName",                     \
    .answer = "PolicyName", .check = ecs_scaling_check_policy_name,                                                    \
    .doc = "What the policy is called at AWS: the service's address and the policy's name here, when absent."          \
  }

static const ecs_row suspended[] = {
    SWITCH("scale_in", "DynamicScalingInSuspended", "Whether policies may not take tasks away."),
    SWITCH("scale_out", "DynamicScalingOutSuspended", "Whether policies may not add tasks."),
    SWITCH("scheduled", "ScheduledScalingSuspended", "Whether scheduled actions may not change the bounds."),
    END,
};

static const ecs_row metric[] = {
    {.name = "metric_name",
     .kind = ECS_KIND_STRING,
     .minimum = 1,
     .maximum = 255,
     .create = "MetricName",
     .doc = "Name of the metric at CloudWatch."},
    {.name = "namespace",
     .kind = ECS_KIND_STRING,
     .minimum = 1,
     .maximum = 255,
     .create = "Namespace",
     .doc = "Its namespace."},
    {.name = "dimensions",
     .kind = ECS_KIND_STRING_MAP,
     .max_items = 30,
     .create = "Dimensions",
     .to_wire = ecs_scaling_dimensions_to,
     .from_wire = ecs_scaling_dimensions_from,
     .doc = "Its dimensions."},
    {.name = "statistic",
     .kind = ECS_KIND_STRING,
     .choices = NAMES("Average", "Minimum", "Maximum", "SampleCount", "Sum"),
     .create = "Statistic",
     .doc = "What is made of its values."},
    {.name = "unit",
     .kind = ECS_KIND_STRING,
     .minimum = 1,
     .maximum = 255,
     .create = "Unit",
     .doc = "The unit that its values were published with."},
    {.name = "metrics",
     .kind = ECS_KIND_DOCUMENT,
     .conflicts = NAMES("metric_name", "namespace", "dimensions", "statistic", "unit"),
     .create = "Metrics",
     .doc = "Several metrics and the expressions that make one of them, as the API has them."},
    END,
};

static const ecs_row tracking[] = {
    POLICY_NAME,
    {.name = "target_value",
     .kind = ECS_KIND_NUMBER,
     .flags = ECS_REQUIRED,
     .minimum = 1,
     .maximum = INT64_C(1000000000000000),
     .scale = 1000000,
     .create = TRACKING "TargetValue",
     .answer = TRACKING "TargetValue",
     .doc = "Value that the metric is kept near."},
    {.name = "predefined_metric_type",
     .kind = ECS_KIND_STRING,
     .choices =
         NAMES("ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization", ECS_SCALING_REQUESTS,
               "ECSServiceAverageCPUUtilizationHighResolution", "ECSServiceAverageMemoryUtilizationHighResolution"),
     .conflicts = NAMES("customized_metric"),
     .create = TRACKING "PredefinedMetricSpecification.PredefinedMetricType",
     .answer = TRACKING "PredefinedMetricSpecification.PredefinedMetricType",
     .doc = "A metric that every service has. The two of high resolution need `monitoring` with 20 seconds."},
    {.name = "resource_label",
     .kind = ECS_KIND_STRING,
     .minimum = 1,
     .maximum = 1023,
     .pattern_hint = "app/LOAD-BALANCER/ID/targetgroup/TARGET-GROUP/ID",
     .only_while = NAMES("predefined_metric_type", ECS_SCALING_REQUESTS),
     .create = TRACKING "PredefinedMetricSpecification.ResourceLabel",
     .answer = TRACKING "PredefinedMetricSpecification.ResourceLabel",
     .doc = "Whose requests are counted: app/LOAD-BALANCER/ID/targetgroup/TARGET-GROUP/ID."},
    {.name = "customized_metric",
     .kind = ECS_KIND_BLOCK,
     .rows = metric,
     .create = METRIC,
     .answer = METRIC,
     .doc = "A metric of your own."},
    PAUSE("scale_in_cooldown", TRACKING "ScaleInCooldown", "Pause after tasks were taken away; AWS's own when absent."),
    PAUSE("scale_out_cooldown", TRACKING "ScaleOutCooldown", "Pause after tasks were added; AWS's own when absent."),
    SWITCH("disable_scale_in", TRACKING "DisableScaleIn", "Whether the policy only ever adds tasks."),
    END,
};

static const ecs_row adjustment[] = {
    {.name = "lower",
     .kind = ECS_KIND_NUMBER,
     .minimum = INT64_C(-1000000000000000),
     .maximum = INT64_C(1000000000000000),
     .scale = 1000000,
     .create = "MetricIntervalLowerBound",
     .doc = "Where the step begins, counted from the alarm's threshold; without end when absent."},
    {.name = "upper",
     .kind = ECS_KIND_NUMBER,
     .minimum = INT64_C(-1000000000000000),
     .maximum = INT64_C(1000000000000000),
     .scale = 1000000,
     .create = "MetricIntervalUpperBound",
     .doc = "Where it ends; without end when absent."},
    {.name = "add",
     .kind = ECS_KIND_INT,
     .flags = ECS_REQUIRED,
     .minimum = INT32_MIN,
     .maximum = INT32_MAX,
     .create = "ScalingAdjustment",
     .doc = "By how much the count changes there; below 0: downwards."},
    END,
};

static const ecs_row step[] = {
    POLICY_NAME,
    {.name = "adjustment_type",
     .kind = ECS_KIND_STRING,
     .flags = ECS_REQUIRED,
     .choices = NAMES("ChangeInCapacity", "PercentChangeInCapacity", "ExactCapacity"),
     .create = STEP "AdjustmentType",
     .answer = STEP "AdjustmentType",
     .doc = "What the steps say: a number of tasks more, percent more, or the count itself."},
    {.name = "step_adjustment",
     .kind = ECS_KIND_BLOCK_SET,
     .flags = ECS_REQUIRED,
     .min_items = 1,
     .max_items = 20,
     .rows = adjustment,
     .create = STEP "StepAdjustments",
     .answer = STEP "StepAdjustments",
     .doc = "The steps."},
    PAUSE("cooldown", STEP "Cooldown", "Pause after the count was changed; AWS's own when absent."),
    {.name = "metric_aggregation_type",
     .kind = ECS_KIND_STRING,
     .fallback = "\"Average\"",
     .choices = NAMES("Average", "Minimum", "Maximum"),
     .create = STEP "MetricAggregationType",
     .answer = STEP "MetricAggregationType",
     .doc = "What is made of the alarm's values."},
    {.name = "min_adjustment_magnitude",
     .kind = ECS_KIND_INT,
     .minimum = 1,
     .maximum = INT32_MAX,
     .only_while = NAMES("adjustment_type", "PercentChangeInCapacity"),
     .create = STEP "MinAdjustmentMagnitude",
     .answer = STEP "MinAdjustmentMagnitude",
     .doc = "The least number of tasks that a percentage comes to."},
    END,
};

#define TIME(which, place, text)                                                                                       \
  {                                                                                                                    \
    .name = which, .kind = ECS_KIND_STRING, .pattern_hint = "a time such as 2026-12-24T18:00:00Z",                     \
    .check = ecs_scaling_check_time, .equal = ecs_scaling_same_time, .to_wire = ecs_scaling_time_to,                   \
    .from_wire = ecs_scaling_time_from, .create = place, .answer = place, .doc = text                                  \
  }

static const ecs_row scheduled[] = {
    {.name = "name",
     .kind = ECS_KIND_STRING,
     .minimum = 1,
     .maximum = 256,
     .create = "ScheduledActionName",
     .answer = "ScheduledActionName",
     .check = ecs_scaling_check_action_name,
     .doc = "What the action is called at AWS: the service's address and the action's name here, when absent."},
    {.name = "schedule",
     .kind = ECS_KIND_STRING,
     .flags = ECS_REQUIRED,
     .minimum = 1,
     .maximum = 1600,
     .pattern_hint = "at(2026-12-24T18:00:00), rate(1 day) or cron(0 22 * * ? *)",
     .check = ecs_scaling_check_schedule,
     .create = "Schedule",
     .answer = "Schedule",
     .doc = "When: at(…), rate(…) or cron(…) of six fields."},
    {.name = "timezone",
     .kind = ECS_KIND_STRING,
     .minimum = 1,
     .maximum = 1600,
     .fallback = "\"UTC\"",
     .create = "Timezone",
     .answer = "Timezone",
     .doc = "Time zone of at(…) and cron(…)."},
    TIME("start_time", "StartTime", "When it begins to count."),
    TIME("end_time", "EndTime", "When it ends to count."),
    CAPACITY("min_capacity", "ScalableTargetAction.MinCapacity", 0, "The least count from then on."),
    CAPACITY("max_capacity", "ScalableTargetAction.MaxCapacity", 0, "The most from then on."),
    END,
};

const ecs_row ecs_scaling_rows[] = {
    CAPACITY("min_capacity", "MinCapacity", ECS_REQUIRED, "The least number of tasks."),
    CAPACITY("max_capacity", "MaxCapacity", ECS_REQUIRED, "The most."),
    {.name = "suspended",
     .kind = ECS_KIND_BLOCK,
     .equal = ecs_scaling_same_suspension,
     .rows = suspended,
     .create = "SuspendedState",
     .answer = "SuspendedState",
     .doc = "What of it rests for now."},
    {.name = "target_tracking",
     .kind = ECS_KIND_BLOCK_MAP,
     .max_items = 50,
     .rows = tracking,
     .each = ecs_scaling_check_tracking,
     .create = "TargetTracking",
     .answer = "TargetTracking",
     .doc = "Policies that keep a metric near a value, by names of your choice."},
    {.name = "step",
     .kind = ECS_KIND_BLOCK_MAP,
     .max_items = 50,
     .rows = step,
     .each = ecs_scaling_check_step,
     .create = "Step",
     .answer = "Step",
     .doc = "Policies that an alarm of your own calls, by names of your choice."},
    {.name = "scheduled",
     .kind = ECS_KIND_BLOCK_MAP,
     .max_items = 200,
     .rows = scheduled,
     .each = ecs_scaling_check_scheduled,
     .create = "Scheduled",
     .answer = "Scheduled",
     .doc = "Actions that change the bounds at a time, by names of your choice."},
    {.name = "tags",
     .kind = ECS_KIND_STRING_MAP,
     .flags = ECS_TAGS,
     .max_items = 50,
     .check = ecs_tags_check,
     .create = "Tags",
     .answer = "Tags",
     .doc = "Tags of the target, beside the stack's default_tags."},
    {.name = "arn",
     .kind = ECS_KIND_STRING,
     .flags = ECS_READONLY | ECS_COMPUTED,
     .answer = "ScalableTargetARN",
     .doc = "ARN of the target."},
    {.name = "tags_all",
     .kind = ECS_KIND_STRING_MAP,
     .flags = ECS_TAGS | ECS_READONLY,
     .answer = "Tags",
     .doc = "All tags of the target."},
    END,
};

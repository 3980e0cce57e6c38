#include "scaling/scaling.h"

#include "scaling/rules.h"

/* What others know the arguments as: the API, and Terraform's aws_appautoscaling_target, _policy and _scheduled_action. */
static const ecs_other_name other_names[] = {
    {"", "min", "min_capacity", NULL},
    {"", "max", "max_capacity", NULL},
    {"", "suspended_state", "suspended", NULL},
    {"", "step_scaling", "step", NULL},
    {"", "target_tracking_scaling", "target_tracking", NULL},
    {"", "scheduled_action", "scheduled", NULL},
    {"", "resource_id", NULL, "remove it: the service tells it"},
    {"", "scalable_dimension", NULL, "remove it: it is the service's desired count"},
    {"", "service_namespace", NULL, "remove it: it is always ecs"},
    {"", "role_arn", NULL, "remove it: services are scaled by a service-linked role"},
    {"", "predictive", NULL, "remove it: predictive policies are left to what made them"},
    {"suspended", "dynamic_scaling_in_suspended", "suspended.scale_in", NULL},
    {"suspended", "dynamic_scaling_out_suspended", "suspended.scale_out", NULL},
    {"suspended", "scheduled_scaling_suspended", "suspended.scheduled", NULL},
    {NULL, NULL, NULL, NULL},
};

const ecs_resource ecs_scaling_resource = {
    .name = "scaling",
    .sample = "{ min_capacity = …, max_capacity = … }",
    .rows = ecs_scaling_rows,
    .other_names = other_names,
    .check = ecs_scaling_check_all,
};

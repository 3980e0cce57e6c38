/* The rows of a one-off task: what RunTask takes, and when it is run. Bodies are made in Lua (run/task_request.lua), from
** the normal form that these give. */
#include "schema/schema.h"
#include "task/rules.h"

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define TEXT(which, most, text)                                                                                        \
  { .name = which, .kind = ECS_KIND_STRING, .minimum = 1, .maximum = most, .create = which, .doc = text }
#define NEEDED(which, most, text)                                                                                      \
  {                                                                                                                    \
    .name = which, .kind = ECS_KIND_STRING, .flags = ECS_REQUIRED, .minimum = 1, .maximum = most, .create = which,     \
    .doc = text                                                                                                        \
  }
#define WHOLE(which, least, most, text)                                                                                \
  { .name = which, .kind = ECS_KIND_INT, .minimum = least, .maximum = most, .create = which, .doc = text }
#define SWITCH(which, text)                                                                                            \
  { .name = which, .kind = ECS_KIND_BOOL, .create = which, .doc = text }
#define BLOCKS(which, of, most, text)                                                                                  \
  { .name = which, .kind = ECS_KIND_BLOCK_LIST, .max_items = most, .create = which, .rows = of, .doc = text }
#define BLOCK(which, of, text)                                                                                         \
  { .name = which, .kind = ECS_KIND_BLOCK, .create = which, .rows = of, .doc = text }
#define END                                                                                                            \
  { .name = NULL }

static const ecs_row provider[] = {
    WHOLE("base", 0, 100000, "Number of tasks, at a minimum, on this capacity provider."),
    NEEDED("capacity_provider", 2048, "Short name of the capacity provider."),
    WHOLE("weight", 0, 1000, "Share of the tasks, beyond the bases."),
    END,
};

static const ecs_row network[] = {
    {.name = "assign_public_ip",
     .kind = ECS_KIND_BOOL,
     .create = "assign_public_ip",
     .doc = "Whether the task gets a public address."},
    {.name = "security_groups",
     .kind = ECS_KIND_STRING_SET,
     .max_items = 5,
     .create = "security_groups",
     .doc = "Security groups of the task; the VPC's default one when absent."},
    {.name = "subnets",
     .kind = ECS_KIND_STRING_SET,
     .flags = ECS_REQUIRED,
     .min_items = 1,
     .max_items = 16,
     .create = "subnets",
     .doc = "Subnets of the task."},
    END,
};

static const ecs_row typed[] = {
    NEEDED("type", 255, "Kind of it."),
    NEEDED("value", 2048, "Its value."),
    END,
};

static const ecs_row container_override[] = {
    NEEDED("name", 255, "Container that it is about."),
    {.name = "command", .kind = ECS_KIND_STRING_LIST, .create = "command", .doc = "Command, word by word."},
    {.name = "environment",
     .kind = ECS_KIND_STRING_MAP,
     .flags = ECS_SECRET_KEYS,
     .pair = "value",
     .normalise = ecs_task_texts,
     .create = "environment",
     .doc = "Variables: a map of texts, or a list of { name, value }."},
    BLOCKS("environment_files", typed, 10, "Files of variables."),
    WHOLE("cpu", 0, INT32_MAX, "Units of CPU."),
    WHOLE("memory", 4, INT32_MAX, "Most memory in MiB."),
    WHOLE("memory_reservation", 4, INT32_MAX, "Memory that is kept for it, in MiB."),
    BLOCKS("resource_requirements", typed, 10, "GPUs and the like."),
    END,
};

static const ecs_row ephemeral[] = {
    {.name = "size_in_gib",
     .kind = ECS_KIND_INT,
     .flags = ECS_REQUIRED,
     .minimum = 20,
     .maximum = 200,
     .create = "size_in_gib",
     .doc = "Size in GiB: 20 to 200."},
    END,
};

static const ecs_row accelerator[] = {
    NEEDED("device_name", 255, "Name of the accelerator in the task definition."),
    NEEDED("device_type", 255, "Its type."),
    END,
};

static const ecs_row overrides[] = {
    BLOCKS("container_overrides", container_override, 0, "What containers have instead, by their names."),
    {.name = "cpu",
     .kind = ECS_KIND_STRING,
     .normalise = ecs_schema_number_as_text,
     .create = "cpu",
     .doc = "CPU of the task, as text."},
    {.name = "memory",
     .kind = ECS_KIND_STRING,
     .normalise = ecs_schema_number_as_text,
     .create = "memory",
     .doc = "Memory of the task, as text."},
    TEXT("execution_role_arn", 2048, "Role that pulls the images and reads the secrets."),
    TEXT("task_role_arn", 2048, "Role of the containers."),
    BLOCK("ephemeral_storage", ephemeral, "Storage of the task."),
    BLOCKS("inference_accelerator_overrides", accelerator, 0, "Elastic Inference accelerators."),
    END,
};

static const ecs_row constraint[] = {
    {.name = "type",
     .kind = ECS_KIND_STRING,
     .flags = ECS_REQUIRED,
     .choices = NAMES("distinctInstance", "memberOf"),
     .create = "type",
     .doc = "Kind of the constraint."},
    TEXT("expression", 2000, "Expression of the cluster query language."),
    END,
};

static const ecs_row strategy[] = {
    {.name = "type",
     .kind = ECS_KIND_STRING,
     .flags = ECS_REQUIRED,
     .choices = NAMES("random", "spread", "binpack"),
     .create = "type",
     .doc = "Kind of the strategy."},
    TEXT("field", 255, "What it goes by."),
    END,
};

static const ecs_row termination[] = {
    {.name = "delete_on_termination",
     .kind = ECS_KIND_BOOL,
     .flags = ECS_REQUIRED,
     .create = "delete_on_termination",
     .doc = "Whether the volume goes with the task."},
    END,
};

static const ecs_row volume_tags[] = {
    {.name = "resource_type",
     .kind = ECS_KIND_STRING,
     .flags = ECS_REQUIRED,
     .choices = NAMES("volume"),
     .create = "resource_type",
     .doc = "What is tagged."},
    {.name = "tags", .kind = ECS_KIND_STRING_MAP, .create = "tags", .doc = "The tags."},
    {.name = "propagate_tags",
     .kind = ECS_KIND_STRING,
     .choices = NAMES("TASK_DEFINITION", "NONE"),
     .create = "propagate_tags",
     .doc = "Whose tags the volume gets as well."},
    END,
};

static const ecs_row managed_volume[] = {
    SWITCH("encrypted", "Whether the volume is encrypted."),
    TEXT("filesystem_type", 16, "File system of the volume."),
    WHOLE("iops", 1, INT32_MAX, "I/O operations a second."),
    TEXT("kms_key_id", 2048, "Key that it is encrypted with."),
    NEEDED("role_arn", 2048, "Role by which ECS manages the volume."),
    WHOLE("size_in_gib", 1, 65536, "Size in GiB."),
    TEXT("snapshot_id", 255, "Snapshot that it is made of."),
    BLOCKS("tag_specifications", volume_tags, 0, "Tags of the volume."),
    BLOCK("termination_policy", termination, "What becomes of the volume when the task ends."),
    WHOLE("throughput", 1, INT32_MAX, "Throughput in MiB a second."),
    WHOLE("volume_initialization_rate", 100, 300, "MiB a second at which it is filled from the snapshot."),
    TEXT("volume_type", 16, "Type of the volume."),
    END,
};

static const ecs_row volume[] = {
    NEEDED("name", 255, "Volume of the task definition."),
    BLOCK("managed_ebs_volume", managed_volume, "The EBS volume that is made for it."),
    END,
};

#define ADDRESSES(which, text)                                                                                         \
  {                                                                                                                    \
    .name = which, .kind = ECS_KIND_STRING_LIST, .flags = ECS_LOCAL | ECS_META, .normalise = ecs_schema_accept_one,    \
    .doc = text                                                                                                        \
  }

const ecs_row ecs_task_rows[] = {
    TEXT(
        "task_definition", 2048,
        "What is run: what stack:task_definition gave, family, family:revision or ARN. That of `service` when absent."),
    {.name = "service",
     .kind = ECS_KIND_STRING,
     .flags = ECS_LOCAL | ECS_META,
     .minimum = 1,
     .maximum = 2048,
     .doc =
         "Service of the same stack, by its address or its handle: what is not given here is as it is declared there."},
    {.name = "command",
     .kind = ECS_KIND_STRING_LIST,
     .normalise = ecs_schema_accept_one,
     .create = "command",
     .doc = "Command of the container that is watched, word by word."},
    {.name = "environment",
     .kind = ECS_KIND_STRING_MAP,
     .flags = ECS_SECRET_KEYS,
     .pair = "value",
     .normalise = ecs_task_texts,
     .create = "environment",
     .doc = "Variables of the container that is watched: a map of texts, or a list of { name, value }."},
    {.name = "container",
     .kind = ECS_KIND_STRING,
     .flags = ECS_LOCAL,
     .minimum = 1,
     .maximum = 255,
     .doc = "Container whose exit code is the task's: the first essential one when absent."},
    {.name = "run",
     .kind = ECS_KIND_STRING,
     .flags = ECS_LOCAL | ECS_META,
     .fallback = "\"on_change\"",
     .choices = NAMES("on_change", "deploy", "always", "manual"),
     .doc =
         "When it is run: when its task definition, command, overrides or count have changed (or its last run did not "
         "end well); with each change of what it stands before; with each apply; only by hand."},
    {.name = "timeout",
     .kind = ECS_KIND_DURATION,
     .flags = ECS_LOCAL | ECS_META,
     .fallback = "\"1h\"",
     .minimum = 1,
     .maximum = INT32_MAX,
     .doc = "How long it is waited for: \"15m\", or seconds. It runs on then."},
    WHOLE("count", 1, 10, "How many tasks are started: 1 to 10. All of them have to end well."),
    TEXT("cluster", 2048, "Name or ARN of the cluster; \"default\" when neither this nor `service` says so."),
    {.name = "launch_type",
     .kind = ECS_KIND_STRING,
     .choices = NAMES("EC2", "FARGATE", "EXTERNAL"),
     .conflicts = NAMES("capacity_provider_strategy"),
     .create = "launch_type",
     .doc = "Launch type."},
    {.name = "capacity_provider_strategy",
     .kind = ECS_KIND_BLOCK_LIST,
     .max_items = 20,
     .conflicts = NAMES("launch_type"),
     .create = "capacity_provider_strategy",
     .rows = provider,
     .doc = "Capacity providers that it runs on."},
    TEXT("platform_version", 255, "Version of the Fargate platform."),
    {.name = "network_configuration",
     .kind = ECS_KIND_BLOCK,
     .normalise = ecs_task_network,
     .create = "network_configuration",
     .rows = network,
     .doc = "Network of task definitions with the awsvpc network mode."},
    BLOCK("overrides", overrides, "What the task has in place of what its task definition says."),
    BLOCKS("placement_constraints", constraint, 10, "Where it may be placed."),
    BLOCKS("placement_strategy", strategy, 5, "Where it is rather placed."),
    BLOCKS("volume_configurations", volume, 1, "Volumes that the task definition leaves to the launch."),
    TEXT("group", 255, "Name of the task group."),
    TEXT("reference_id", 1024, "A word of yours that the task is known by."),
    SWITCH("enable_ecs_managed_tags", "Whether ECS tags the task with its cluster."),
    SWITCH("enable_execute_command", "Whether commands can be run in its containers."),
    {.name = "propagate_tags",
     .kind = ECS_KIND_STRING,
     .choices = NAMES("TASK_DEFINITION"),
     .misfits = NAMES("SERVICE", "a task of its own has no service: set tags", "NONE", "leave it out"),
     .create = "propagate_tags",
     .doc = "Whether the task gets the tags of its task definition."},
    {.name = "tags",
     .kind = ECS_KIND_STRING_MAP,
     .max_items = 50,
     .normalise = ecs_task_texts,
     .create = "tags",
     .doc = "Tags of the task: a map of texts, or a list of { key, value }."},
    ADDRESSES("before", "What it stands before: that is begun when it ended well, and not at all when it did not."),
    ADDRESSES("after", "What it stands after: it is begun when that has ended as it is declared to be waited for."),
    ADDRESSES("depends_on", "The same as `after`."),
    END,
};

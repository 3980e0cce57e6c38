/* Checks across arguments: what is attached to a service's tasks: networks, load balancers, registries, volumes. */
#include <string.h>

#include "schema/arn_check.h"
#include "service/rules.h"

static bool has(const ecs_value *block, const char *name) { return !ecs_value_is_empty(ecs_value_get(block, name)); }

static const char *member_path(ecs_diags *diags, const char *path, const char *member) {
  const char *text = ecs_arena_format(diags->arena, "%s.%s", path, member);
  return text == NULL ? path : text;
}

/* "Only valid for services configured to use load balancers." With the EXTERNAL controller those are the task sets'. */
void ecs_rule_check_grace(const ecs_check *c) {
  bool balanced =
      ecs_rule_is_set(c->context, "load_balancer") || ecs_rule_is_set(c->context, "vpc_lattice_configurations");
  if (balanced || ecs_rule_controller_is(c->context, "EXTERNAL") || ecs_value_int_or(c->value, 0) == 0)
    return;
  ecs_diags_add(c->diags, "RequiredWith", c->path, "is only valid with a load_balancer")->hint =
      "add a load_balancer, or remove health_check_grace_period_seconds";
}

static bool is_role_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("+=,.@_-/", c) != NULL;
}

static void check_role_name(const char *name, const char *path, ecs_diags *diags) {
  for (const char *at = name; *at != '\0'; at++) {
    if (is_role_letter(*at))
      continue;
    ecs_diag *diag = ecs_diags_add(diags, "BadPattern", path, "\"%.200s\" is not the name of a role", name);
    diag->allowed = "letters, digits and + = , . @ _ -";
    diag->hint = "give the role's name or its ARN";
    return;
  }
  if (*name != '/' && strchr(name, '/') != NULL) {
    ecs_diag *diag = ecs_diags_add(diags, "BadPattern", path, "a role's name with a path begins with a slash");
    ecs_diags_warn(diags, diag)->hint = ecs_arena_format(diags->arena, "write \"/%.200s\"", name);
  }
}

/* "The service-linked role is required if your task definition uses the awsvpc network mode or if the service is configured
** to use service discovery, an external deployment controller, multiple target groups, or Elastic Inference accelerators in
** which case you don't specify a role here." What needs it, or NULL. */
static const char *needs_linked_role(const ecs_context *context) {
  const ecs_value *balancers = ecs_value_get(context->config, "load_balancer");
  if (ecs_rule_controller_is(context, "EXTERNAL"))
    return "the EXTERNAL deployment controller";
  if (ecs_rule_is_set(context, "network_configuration"))
    return "network_configuration";
  if (ecs_rule_is_set(context, "service_registries"))
    return "service_registries";
  return ecs_value_is(balancers, ECS_LIST) && ecs_value_count(balancers) > 1 ? "more than one load_balancer" : NULL;
}

/* "This parameter is only permitted if you are using a load balancer with your service." Where the service-linked role is
** needed CreateService refuses another one; UpdateService takes the rest and puts the service-linked role there itself. */
void ecs_rule_check_iam_role(const ecs_check *c) {
  const char *name = ecs_value_text_or(c->value, "");
  if (strncmp(name, "arn:", 4) == 0)
    ecs_arn_check(c->value, "iam", "role/", c->context, c->path, c->diags);
  else
    check_role_name(name, c->path, c->diags);
  if (strstr(name, "AWSServiceRoleForECS") != NULL) {
    ecs_diag *diag =
        ecs_diags_add(c->diags, "Conflict", c->path, "names the service-linked role, which ECS uses by itself");
    ecs_diags_warn(c->diags, diag)->hint = "remove iam_role";
    return;
  }
  const char *needs = needs_linked_role(c->context);
  if (needs != NULL) {
    ecs_diag *diag = ecs_diags_add(c->diags, "Conflict", c->path,
                                   "does not go together with %s, which needs the service-linked role", needs);
    ecs_diags_warn(c->diags, diag)->hint = "remove iam_role: ECS uses its service-linked role";
  } else if (!ecs_rule_is_set(c->context, "load_balancer"))
    ecs_diags_add(c->diags, "RequiredWith", c->path, "is only valid with a load_balancer")->hint =
        "add a load_balancer, or remove iam_role";
}

void ecs_rule_check_load_balancer(const ecs_check *c) {
  bool classic = has(c->value, "elb_name"), target = has(c->value, "target_group_arn");
  const char *at = member_path(c->diags, c->path, "elb_name");
  if (!classic && !target)
    ecs_diags_add(c->diags, "Missing", c->path, "one of target_group_arn and elb_name is needed")->hint =
        "set target_group_arn (ALB, NLB), or elb_name (Classic)";
  if (classic && target)
    ecs_diags_add(c->diags, "Conflict", at, "cannot be set together with target_group_arn")->hint =
        "remove elb_name (or target_group_arn, for a Classic ELB)";
  if (!classic || target)
    return;
  if (ecs_rule_controller_is(c->context, "CODE_DEPLOY"))
    ecs_diags_add(c->diags, "Conflict", at, "Classic ELBs are not supported with the CODE_DEPLOY deployment controller")
        ->hint = "use the target_group_arn of an ALB or NLB";
  else if (ecs_rule_is_set(c->context, "network_configuration"))
    ecs_diags_add(c->diags, "Conflict", at, "Classic ELBs are not supported with the awsvpc network mode")->hint =
        "use the target_group_arn of an ALB or NLB, or remove network_configuration";
}

/* Tasks on machines of one's own cannot be targets: "service load balancing isn't supported" there. */
static void warn_on_premises(const ecs_check *c) {
  if (ecs_value_is_empty(c->value) || !ecs_rule_launch_type_is(c->context, "EXTERNAL"))
    return;
  ecs_diag *diag = ecs_diags_add(c->diags, "Conflict", c->path, "is not supported with launch_type = \"EXTERNAL\"");
  ecs_diags_warn(c->diags, diag)->hint = ecs_arena_format(c->diags->arena, "remove %s", c->path);
}

void ecs_rule_check_load_balancers(const ecs_check *c) { warn_on_premises(c); }

void ecs_rule_check_registries(const ecs_check *c) { warn_on_premises(c); }

void ecs_rule_check_network(const ecs_check *c) {
  warn_on_premises(c);
  if (ecs_value_true(ecs_value_get(c->value, "assign_public_ip")) && ecs_rule_off_fargate(c->context))
    ecs_diags_add(c->diags, "Conflict", member_path(c->diags, c->path, "assign_public_ip"), "is for Fargate only")
        ->hint = "remove assign_public_ip";
}

/* Tasks on Fargate use the awsvpc network mode, which needs subnets. */
void ecs_rule_need_network(const ecs_check *c) {
  if (!ecs_rule_on_fargate(c->context) || ecs_rule_controller_is(c->context, "EXTERNAL"))
    return;
  ecs_diag *diag = ecs_diags_add(c->diags, "RequiredWith", c->path, "Fargate needs a network_configuration");
  ecs_diags_warn(c->diags, diag)->hint = "add network_configuration = { subnets = { … } }";
}

/* "You must specify either a containerName and containerPort combination or a port value. However, you can't specify
** both." */
void ecs_rule_check_registry(const ecs_check *c) {
  bool name = has(c->value, "container_name"), port = ecs_value_int_or(ecs_value_get(c->value, "port"), 0) > 0;
  bool inner = ecs_value_int_or(ecs_value_get(c->value, "container_port"), 0) > 0;
  if (port && (name || inner)) {
    const char *other = inner ? "container_port" : "container_name";
    ecs_diag *diag = ecs_diags_add(c->diags, "Conflict", member_path(c->diags, c->path, "port"),
                                   "cannot be set together with %s", other);
    diag->hint = "keep port, or container_name and container_port";
  } else if (name != inner) {
    const char *there = name ? "container_name" : "container_port";
    const char *needed = name ? "container_port" : "container_name";
    ecs_diag *diag =
        ecs_diags_add(c->diags, "RequiredWith", member_path(c->diags, c->path, there), "goes together with %s", needed);
    ecs_diags_warn(c->diags, diag)->hint = ecs_arena_format(c->diags->arena, "set %s too", needed);
  }
}

/* A rule of an Application Load Balancer, or a listener of a Network Load Balancer. */
void ecs_rule_check_listener(const ecs_check *c) {
  const char *text = ecs_value_text_or(c->value, "");
  const char *kind = strstr(text, ":listener/") != NULL ? "listener/" : "listener-rule/";
  if (*text != '\0')
    ecs_arn_check(c->value, "elasticloadbalancing", kind, c->context, c->path, c->diags);
}

/* "Each setting can appear only once in the list." */
void ecs_rule_check_proxy(const ecs_check *c) {
  for (size_t i = 1; i < ecs_value_count(c->value); i++) {
    const char *path = ecs_arena_format(c->diags->arena, "%s[%zu].log_level", c->path, i + 1);
    ecs_diags_add(c->diags, "Conflict", path == NULL ? c->path : path, "is set in %s[1] already", c->path)->hint =
        "keep one of them";
  }
}

void ecs_rule_check_connect(const ecs_check *c) {
  bool deployed_by_others =
      ecs_rule_controller_is(c->context, "CODE_DEPLOY") || ecs_rule_controller_is(c->context, "EXTERNAL");
  if (deployed_by_others && ecs_value_true(ecs_value_get(c->value, "enabled")))
    ecs_diags_add(c->diags, "Conflict", c->path, "is supported with the ECS deployment controller only")->hint =
        "remove it, or leave the deployments to ECS";
}

/* "volumeConfigurations is only supported for REPLICA service and not DAEMON service." */
void ecs_rule_check_volumes(const ecs_check *c) {
  if (ecs_value_is_empty(c->value))
    return;
  if (ecs_rule_is_daemon(c->context))
    ecs_diags_add(c->diags, "Conflict", c->path, "cannot be set together with scheduling_strategy = \"DAEMON\"")->hint =
        "use REPLICA, or remove volume_configuration";
  if (ecs_rule_launch_type_is(c->context, "EXTERNAL"))
    ecs_diags_add(c->diags, "Conflict", c->path, "is not supported with launch_type = \"EXTERNAL\"")->hint =
        "remove volume_configuration";
  bool by_others = ecs_rule_controller_is(c->context, "EXTERNAL");
  if (!by_others && !ecs_rule_controller_is(c->context, "CODE_DEPLOY"))
    return;
  ecs_diag *diag = ecs_diags_add(c->diags, "Conflict", c->path, "is supported with the ECS deployment controller only");
  diag->hint = "remove it, or leave the deployments to ECS";
  if (by_others) /* its task sets may have volumes of their own */
    ecs_diags_warn(c->diags, diag);
}

/* What the API's documentation says of volumes by their type. A range of 0 to 0: not supported. */
typedef struct volume_type {
  const char *name;
  int64_t least_size, most_size, least_iops, most_iops;
  int64_t iops_a_gib; /* at most so many for each GiB; 0: not provisioned */
} volume_type;

static const volume_type volume_types[] = {
    {"gp2", 1, 16384, 0, INT32_MAX, 0},   {"gp3", 1, 16384, 3000, 16000, 500}, {"io1", 4, 16384, 100, 64000, 50},
    {"io2", 4, 16384, 100, 256000, 1000}, {"sc1", 125, 16384, 0, 0, 0},        {"st1", 125, 16384, 0, 0, 0},
    {"standard", 1, 1024, 0, 0, 0},
};

static const volume_type *find_type(const char *name) {
  for (size_t i = 0; i < sizeof volume_types / sizeof *volume_types; i++) {
    if (strcmp(volume_types[i].name, name) == 0)
      return &volume_types[i];
  }
  return NULL;
}

static void check_range(const ecs_value *value, int64_t least, int64_t most, const char *what, const char *path,
                        ecs_diags *diags) {
  if (!ecs_value_is(value, ECS_INT) || (value->as.integer >= least && value->as.integer <= most))
    return;
  long long given = value->as.integer, from = least, to = most;
  ecs_diag *diag =
      ecs_diags_add(diags, "OutOfRange", path, "%lld is not between %lld and %lld, as a volume of type %s needs", given,
                    from, to, what);
  diag->given = ecs_arena_format(diags->arena, "%lld", given);
  diag->allowed = ecs_arena_format(diags->arena, "%lld to %lld", from, to);
  diag->hint = ecs_arena_format(diags->arena, "set it to %lld", given < from ? from : to);
}

static void check_iops(const volume_type *type, const ecs_value *volume, const char *path, ecs_diags *diags) {
  const ecs_value *iops = ecs_value_get(volume, "iops"), *size = ecs_value_get(volume, "size_in_gb");
  const char *at = member_path(diags, path, "iops");
  if (ecs_value_is_null(iops)) {
    if (type->name[0] == 'i')
      ecs_diags_add(diags, "Missing", at, "volumes of type %s need iops", type->name)->hint =
          ecs_arena_format(diags->arena, "set iops to %lld or more", (long long)type->least_iops);
    return;
  }
  if (type->most_iops == 0) {
    ecs_diags_add(diags, "Conflict", at, "volumes of type %s have no iops to set", type->name)->hint = "remove iops";
    return;
  }
  check_range(iops, type->least_iops, type->most_iops, type->name, at, diags);
  if (!ecs_value_is(iops, ECS_INT) || !ecs_value_is(size, ECS_INT) || type->iops_a_gib == 0 || size->as.integer < 1 ||
      size->as.integer > INT32_MAX || iops->as.integer <= type->least_iops ||
      iops->as.integer <= size->as.integer * type->iops_a_gib)
    return;
  ecs_diag *diag = ecs_diags_add(diags, "OutOfRange", at, "EBS gives %s at most %lld iops for each GiB", type->name,
                                 (long long)type->iops_a_gib);
  ecs_diags_warn(diags, diag)->hint = "lower iops, or raise size_in_gb";
}

static void check_throughput(const volume_type *type, const ecs_value *volume, const char *path, ecs_diags *diags) {
  const ecs_value *throughput = ecs_value_get(volume, "throughput");
  const char *at = member_path(diags, path, "throughput");
  if (!ecs_value_is(throughput, ECS_INT) || throughput->as.integer == 0)
    return;
  if (strcmp(type->name, "gp3") != 0) {
    ecs_diags_add(diags, "Conflict", at, "is for volumes of type gp3 only")->hint =
        "remove throughput, or set volume_type = \"gp3\"";
    return;
  }
  int64_t iops = ecs_value_int_or(ecs_value_get(volume, "iops"), 3000);
  ecs_diag *diag;
  if (throughput->as.integer < 125)
    diag = ecs_diags_add(diags, "OutOfRange", at, "EBS gives gp3 at least 125 MiB/s");
  else if (throughput->as.integer > iops / 4)
    diag = ecs_diags_add(diags, "OutOfRange", at, "EBS gives gp3 at most a quarter MiB/s for each of its %lld iops",
                         (long long)iops);
  else
    return;
  ecs_diags_warn(diags, diag)->hint = "set throughput to 125 or more, and to a quarter of iops at most";
}

static void check_type(const ecs_value *volume, const char *path, ecs_diags *diags) {
  const char *name = ecs_value_text_or(ecs_value_get(volume, "volume_type"), NULL);
  const volume_type *type = name == NULL ? NULL : find_type(name);
  if (name == NULL)
    return;
  if (type != NULL) {
    check_range(ecs_value_get(volume, "size_in_gb"), type->least_size, type->most_size, type->name,
                member_path(diags, path, "size_in_gb"), diags);
    check_iops(type, volume, path, diags);
    check_throughput(type, volume, path, diags);
    return;
  }
  /* EBS may have types that are newer than this list. */
  ecs_diag *diag = ecs_diags_add(diags, "NotAllowed", member_path(diags, path, "volume_type"),
                                 "\"%.200s\" is no known volume type", name);
  diag->allowed = "gp2, gp3, io1, io2, sc1, st1, standard";
  ecs_diags_warn(diags, diag)->hint = "use gp2, gp3, io1, io2, sc1, st1 or standard";
}

void ecs_rule_check_volume(const ecs_check *c) {
  if (!has(c->value, "size_in_gb") && !has(c->value, "snapshot_id"))
    ecs_diags_add(c->diags, "Missing", c->path, "one of size_in_gb and snapshot_id is needed")->hint =
        "set size_in_gb, or snapshot_id";
  check_type(c->value, c->path, c->diags);
  const ecs_value *encrypted = ecs_value_get(c->value, "encrypted");
  if (!has(c->value, "kms_key_id") || !ecs_value_is(encrypted, ECS_BOOL) || ecs_value_true(encrypted))
    return;
  ecs_diag *diag = ecs_diags_add(c->diags, "Conflict", member_path(c->diags, c->path, "kms_key_id"),
                                 "a volume that is not encrypted has no key");
  ecs_diags_warn(c->diags, diag)->hint = "remove kms_key_id, or encrypted = false";
}

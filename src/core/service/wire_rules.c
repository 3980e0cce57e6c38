/* Values of single arguments as the API spells them, and back. */
#include <string.h>
#include <strings.h>

#include "schema/arn.h"
#include "schema/tags.h"
#include "schema/wire.h"
#include "service/rules.h"
#include "service/traits.h"

/* What an argument looked like before: as configured, else as recorded. */
static const ecs_value *form_of(const ecs_row *row, const ecs_context *context) {
  if (context == NULL)
    return NULL;
  const ecs_value *form = ecs_value_get(context->config, row->name);
  return ecs_value_is_null(form) ? ecs_value_get(context->attributes, row->name) : form;
}

static ecs_value *text_value(ecs_arena *arena, ecs_text text) { return ecs_value_string(arena, text.bytes, text.size); }

ecs_value *ecs_rule_nothing(ecs_arena *arena, const ecs_row *row, const ecs_value *value, const ecs_context *context) {
  (void)arena;
  (void)row;
  (void)value;
  (void)context;
  return NULL;
}

/* Without alarms the API may answer an empty list of them; that counts only where alarms are known of. */
ecs_value *ecs_rule_alarms_from(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                const ecs_context *context) {
  ecs_row by_kind = *row;
  by_kind.from_wire = NULL;
  if (ecs_value_is_empty(ecs_value_get(value, "alarmNames")) && ecs_value_is_empty(form_of(row, context)))
    return NULL;
  return ecs_wire_from(arena, &by_kind, value, context);
}

/* A server that names no strategy does not know of any. One that rolls by default says so of every service: that is no more
** than silence where nothing else is known of the service. */
ecs_value *ecs_rule_deployment_from(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                    const ecs_context *context) {
  ecs_row by_kind = *row;
  by_kind.from_wire = NULL;
  if (ecs_value_is_null(ecs_value_get(value, "strategy")))
    return NULL;
  ecs_value *block = ecs_wire_from(arena, &by_kind, value, context);
  return ecs_value_is_empty(form_of(row, context)) && row->equal(row, NULL, block, context) ? NULL : block;
}

/* In the form in which it was given; by ARN when it was not. */
ecs_value *ecs_rule_cluster_from(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                 const ecs_context *context) {
  ecs_arn arn;
  const ecs_value *form = form_of(row, context);
  if (!ecs_value_is(value, ECS_STRING))
    return NULL;
  if (!ecs_value_is(form, ECS_STRING) || ecs_arn_claimed(form) || !ecs_arn_parse(value, &arn))
    return (ecs_value *)value;
  ecs_text name = ecs_arn_after(&arn, "cluster/");
  return name.size == 0 ? (ecs_value *)value : text_value(arena, name);
}

/* ECS is the controller of a service whose answer names none, unless another is known of: some servers leave the
** controller out. */
ecs_value *ecs_rule_controller_from(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                    const ecs_context *context) {
  const ecs_value *type = ecs_value_get_path(value, "deploymentController.type");
  if (!ecs_value_is(type, ECS_STRING)) {
    if (!ecs_value_is_empty(form_of(row, context)))
      return NULL;
    type = ecs_value_text(arena, "ECS");
  }
  ecs_value *block = ecs_value_map(arena);
  ecs_value_set(arena, block, "type", (ecs_value *)type);
  return block;
}

ecs_value *ecs_rule_enabled_to(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                               const ecs_context *context) {
  (void)row;
  (void)context;
  return ecs_value_text(arena, ecs_value_true(value) ? "ENABLED" : "DISABLED");
}

ecs_value *ecs_rule_enabled_from(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                 const ecs_context *context) {
  (void)row;
  (void)context;
  return ecs_value_is(value, ECS_STRING) ? ecs_value_bool(arena, ecs_value_is_text(value, "ENABLED")) : NULL;
}

/* cpu and memory are sent in small letters and answered in capitals. */
static const char *resource_name(const char *field) {
  return strcasecmp(field, "cpu") == 0 ? "cpu" : strcasecmp(field, "memory") == 0 ? "memory" : NULL;
}

ecs_value *ecs_rule_field_to(ecs_arena *arena, const ecs_row *row, const ecs_value *value, const ecs_context *context) {
  (void)row;
  (void)context;
  const char *field = ecs_value_text_or(value, "");
  if (*field == '\0')
    return NULL;
  if (strcasecmp(field, "host") == 0)
    return ecs_value_text(arena, "instanceId");
  return resource_name(field) == NULL ? (ecs_value *)value : ecs_value_text(arena, resource_name(field));
}

ecs_value *ecs_rule_field_from(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                               const ecs_context *context) {
  (void)row;
  (void)context;
  const char *field = ecs_value_text_or(value, "");
  if (*field == '\0')
    return NULL;
  return resource_name(field) == NULL ? (ecs_value *)value : ecs_value_text(arena, resource_name(field));
}

/* The newest deployment of that status. */
static const ecs_value *deployment_of(const ecs_value *service, const char *status) {
  const ecs_value *deployments = ecs_value_get(service, "deployments");
  if (!ecs_value_is(deployments, ECS_LIST))
    return NULL;
  for (size_t i = 0; i < ecs_value_count(deployments); i++) {
    const ecs_value *deployment = ecs_value_at(deployments, i);
    if (ecs_value_is_text(ecs_value_get(deployment, "status"), status))
      return deployment;
  }
  return NULL;
}

/* DescribeServices shows these with the deployments only; the PRIMARY one is the service as it is meant to be. */
const ecs_value *ecs_rule_in_primary(const ecs_row *row, const ecs_value *service) {
  return ecs_value_get(deployment_of(service, "PRIMARY"), row->create);
}

/* A PRIMARY deployment that failed, and was not rolled back, stands beside the one that it was to replace. */
const ecs_value *ecs_rule_before_failed(const ecs_row *row, const ecs_value *service) {
  const ecs_value *state = ecs_value_get(deployment_of(service, "PRIMARY"), "rolloutState");
  return ecs_value_is_text(state, "FAILED") ? ecs_value_get(deployment_of(service, "ACTIVE"), row->create) : NULL;
}

/* Of an argument that reads the service as a whole. */
const ecs_value *ecs_rule_in_service(const ecs_row *row, const ecs_value *service) {
  return ecs_value_get(service, row->create);
}

ecs_value *ecs_rule_remove_breaker(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                   const ecs_context *context) {
  (void)row;
  (void)value;
  (void)context;
  ecs_value *off = ecs_value_map(arena);
  ecs_value_set(arena, off, "enable", ecs_value_bool(arena, false));
  ecs_value_set(arena, off, "rollback", ecs_value_bool(arena, false));
  return off;
}

ecs_value *ecs_rule_remove_connect(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                   const ecs_context *context) {
  (void)row;
  (void)value;
  (void)context;
  ecs_value *off = ecs_value_map(arena);
  ecs_value_set(arena, off, "enabled", ecs_value_bool(arena, false));
  return off;
}

ecs_value *ecs_rule_remove_propagation(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                       const ecs_context *context) {
  (void)row;
  (void)value;
  (void)context;
  return ecs_value_text(arena, "NONE");
}

ecs_value *ecs_rule_empty_list(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                               const ecs_context *context) {
  (void)row;
  (void)value;
  (void)context;
  return ecs_value_list(arena);
}

ecs_value *ecs_rule_true(ecs_arena *arena, const ecs_row *row, const ecs_value *value, const ecs_context *context) {
  (void)row;
  (void)value;
  (void)context;
  return ecs_value_bool(arena, true);
}

ecs_value *ecs_rule_off(ecs_arena *arena, const ecs_row *row, const ecs_value *value, const ecs_context *context) {
  (void)row;
  (void)value;
  (void)context;
  ecs_value *off = ecs_value_map(arena);
  ecs_value_set(arena, off, "enable", ecs_value_bool(arena, false));
  return off;
}

ecs_value *ecs_rule_usual_threshold(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                    const ecs_context *context) {
  (void)row;
  (void)value;
  (void)context;
  ecs_value *usual = ecs_value_map(arena);
  ecs_value_set(arena, usual, "type", ecs_value_text(arena, "BOUNDED_PERCENT"));
  ecs_value_set(arena, usual, "value", ecs_value_int(arena, 50));
  return usual;
}

ecs_value *ecs_rule_zero(ecs_arena *arena, const ecs_row *row, const ecs_value *value, const ecs_context *context) {
  (void)row;
  (void)value;
  (void)context;
  return ecs_value_int(arena, 0);
}

/* By ARN where it was given so, else by name, with the path in front where there is one. */
ecs_value *ecs_rule_role_from(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                              const ecs_context *context) {
  ecs_arn arn;
  const ecs_value *form = form_of(row, context);
  if (ecs_value_is_empty(value) || !ecs_value_is(value, ECS_STRING))
    return NULL;
  if (ecs_arn_claimed(form) || !ecs_arn_parse(value, &arn))
    return (ecs_value *)value;
  ecs_text name = ecs_arn_after(&arn, "role/");
  if (name.size == 0)
    return (ecs_value *)value;
  if (memchr(name.bytes, '/', name.size) == NULL)
    return text_value(arena, name);
  return ecs_value_format(arena, "/%.*s", (int)name.size, name.bytes);
}

ecs_value *ecs_rule_tags_to(ecs_arena *arena, const ecs_row *row, const ecs_value *value, const ecs_context *context) {
  (void)row;
  (void)context;
  return ecs_wire_pairs(arena, value, "key", "value");
}

/* A tag may come without a value, which is an empty one. */
ecs_value *ecs_rule_tags_from(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                              const ecs_context *context) {
  (void)row;
  (void)context;
  if (!ecs_value_is(value, ECS_LIST))
    return NULL;
  ecs_value *map = ecs_value_map(arena);
  for (size_t i = 0; i < ecs_value_count(value); i++) {
    const ecs_value *tag = ecs_value_at(value, i), *key = ecs_value_get(tag, "key");
    ecs_value *text = ecs_value_get(tag, "value");
    if (ecs_value_is(key, ECS_STRING))
      ecs_value_setn(arena, map, key->as.string.bytes, key->as.string.size,
                     ecs_value_is(text, ECS_STRING) ? text : ecs_value_text(arena, ""));
  }
  return map;
}

/* ECS marks the volumes that it makes with tags of its own. */
ecs_value *ecs_rule_volume_tags_from(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                     const ecs_context *context) {
  ecs_value *tags = ecs_rule_tags_from(arena, row, value, context);
  if (tags == NULL)
    return NULL;
  tags = ecs_tags_visible(arena, tags, NULL);
  ecs_value_drop(tags, "AmazonECSCreated");
  ecs_value_drop(tags, "AmazonECSManaged");
  return tags;
}

/* By ARN where it was given so, else family:revision; never the family alone, which would hide the next revision. */
ecs_value *ecs_rule_task_definition_from(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                         const ecs_context *context) {
  ecs_task_definition_name name;
  if (ecs_value_is_empty(value) || !ecs_value_is(value, ECS_STRING))
    return NULL;
  if (ecs_arn_claimed(form_of(row, context)) || !ecs_arn_task_definition(ecs_text_of(value), &name) ||
      name.prefix.size == 0)
    return (ecs_value *)value;
  size_t behind = ecs_text_of(value).size - name.prefix.size;
  return ecs_value_string(arena, name.family.bytes, behind);
}

/* What a hook is when it does not say is a function. */
ecs_value *ecs_rule_unless_lambda(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                  const ecs_context *context) {
  (void)arena;
  (void)row;
  (void)context;
  return ecs_value_is_text(value, "AWS_LAMBDA") ? NULL : (ecs_value *)value;
}

/* Texts without a letter and ports of zero stand for "not set". */
ecs_value *ecs_rule_unless_empty(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                 const ecs_context *context) {
  (void)arena;
  (void)row;
  (void)context;
  bool zero = ecs_value_is(value, ECS_INT) && value->as.integer == 0;
  return zero || ecs_value_is_empty(value) ? NULL : (ecs_value *)value;
}

ecs_value *ecs_rule_when_true(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                              const ecs_context *context) {
  (void)arena;
  (void)row;
  (void)context;
  return ecs_value_true(value) ? (ecs_value *)value : NULL;
}

bool ecs_rule_not_for_daemon(const ecs_value *value, const void *found) {
  const ecs_traits *traits = found;
  (void)value;
  return !traits->daemon;
}

/* "for DAEMON the minimum only if not 100": 100 is Terraform's default, not the API's. */
bool ecs_rule_unless_daemon_default(const ecs_value *value, const void *found) {
  const ecs_traits *traits = found;
  return !traits->daemon || ecs_value_int_or(value, 0) != 100;
}

/* With the EXTERNAL controller the launch type belongs to the task sets. */
bool ecs_rule_not_for_external(const ecs_value *value, const void *found) {
  const ecs_traits *traits = found;
  (void)value;
  return traits->controller != ECS_CONTROLLER_EXTERNAL;
}

/* It goes with the last load balancer. */
bool ecs_rule_when_balanced(const ecs_value *value, const void *found) {
  const ecs_traits *traits = found;
  (void)value;
  return traits->balanced;
}

static bool is_set(const ecs_value *value) { return !ecs_value_is_empty(value); }

/* The default strategy of a cluster is not recorded as the service's own; and a service with a launch type has none. */
ecs_speaking ecs_rule_speak_of_strategy(const ecs_value *service, const ecs_value *form, const ecs_value *previous) {
  if (!is_set(ecs_value_get(service, "capacityProviderStrategy")))
    return is_set(ecs_value_get(service, "launchType")) ? ECS_SAYS_NONE : ECS_SPEAKS;
  bool ours = is_set(ecs_value_get(form, "capacity_provider_strategy")) ||
              is_set(ecs_value_get(previous, "capacity_provider_strategy"));
  return ours || (form == NULL && previous == NULL) ? ECS_SPEAKS : ECS_NOT_OURS;
}

/* A service runs by a launch type or by capacity providers, never by both. */
ecs_speaking ecs_rule_speak_of_launch_type(const ecs_value *service, const ecs_value *form, const ecs_value *previous) {
  (void)form;
  (void)previous;
  bool by_providers = is_set(ecs_value_get(service, "capacityProviderStrategy"));
  return by_providers && !is_set(ecs_value_get(service, "launchType")) ? ECS_SAYS_NONE : ECS_SPEAKS;
}

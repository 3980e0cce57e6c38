/* The warnings of a plan: one row each. A warning is for a plan that is allowed and will hurt. */
#include <string.h>

#include "service/rollout.h"
#include "service/rules.h"

/* The answer of a rule: the message, NULL when there is nothing to warn of. `*hint` is the row's fix until it is set. */
typedef const char *warn_fn(const ecs_warning_case *c, const char **hint);

static bool acts(const ecs_warning_case *c, const char *action) { return strcmp(c->action, action) == 0; }

static bool configured(const ecs_warning_case *c, const char *name) {
  return !ecs_value_is_null(ecs_value_get(c->in->config, name));
}

static long long ll(int64_t integer) { return (long long)integer; }

static const char *blocks(const ecs_warning_case *c, const char **hint) {
  const ecs_rollout *will = &c->will;
  if (will->traits.controller != ECS_CONTROLLER_ECS || acts(c, "delete"))
    return NULL;
  if (will->traits.daemon && will->minimum >= 100) {
    *hint = "lower deployment_minimum_healthy_percent";
    return "with a minimum of 100 percent no task of a daemon can be replaced: the maximum is 100 percent, too";
  }
  if (!will->counted || !(c->next.stuck || c->course.stuck))
    return NULL;
  int64_t enough = ((c->least + 1) * 100 + will->tasks - 1) / will->tasks;
  *hint = ecs_arena_format(c->arena,
                           "raise deployment_maximum_percent to %lld or more, or lower "
                           "deployment_minimum_healthy_percent",
                           ll(enough));
  return ecs_arena_format(c->arena,
                          "%lld percent of %lld %s %lld to keep, %lld percent %s %lld to have at once: no task can be "
                          "replaced",
                          ll(will->minimum), ll(will->tasks), will->tasks == 1 ? "task is" : "tasks are", ll(c->least),
                          ll(will->maximum), c->most == 1 ? "is" : "are", ll(c->most));
}

static const char *outage(const ecs_warning_case *c, const char **hint) {
  (void)hint;
  if (!c->starts || c->will.balancers == 0 || !c->will.counted || c->will.tasks == 0 || c->next.fewest > 0)
    return NULL;
  return acts(c, "update") && c->was.tasks > 0
             ? "all tasks behind the load balancer are stopped before the new ones run"
             : "every later deployment stops all tasks behind the load balancer before the new ones run";
}

static const char *scale_up(const ecs_warning_case *c, const char **hint) {
  (void)hint;
  if (!acts(c, "replace") || !c->was.counted || !c->will.counted || c->was.tasks > 0 || c->will.tasks == 0)
    return NULL;
  return ecs_arena_format(c->arena, "the service is scaled to zero; its replacement starts %lld", ll(c->will.tasks));
}

static const char *downtime(const ecs_warning_case *c, const char **hint) {
  if (!c->away || (c->was.counted && c->was.tasks == 0))
    return NULL;
  const ecs_value *seconds = ecs_value_get(c->in->facts, "usual_seconds");
  const char *path = ecs_value_text_or(ecs_value_at(c->why, 0), NULL);
  if (ecs_rule_way_in_place(c->why, c->before, c->after) != NULL)
    *hint = "set force_new_deployment = true";
  else if (path != NULL)
    *hint = ecs_arena_format(c->arena, "undo the change of %s, or %s lifecycle = { create_before_destroy = true }",
                             path, ecs_plan_moves(ecs_service_rows, c->why) ? "set" : "change the name too with");
  if (ecs_value_is(seconds, ECS_INT))
    return ecs_arena_format(c->arena,
                            "no task runs from its deletion until the new tasks are up: usually about %lld min",
                            ll((seconds->as.integer + 59) / 60));
  return "no task runs from its deletion until the new tasks are up";
}

static const char *linked_role(const ecs_warning_case *c, const char **hint) {
  (void)hint;
  const ecs_value *declared = ecs_value_get(c->in->config, "iam_role");
  if (acts(c, "delete") || acts(c, "replace") || ecs_value_is_empty(declared) || ecs_rule_is_linked_role(declared) ||
      !ecs_rule_is_linked_role(ecs_value_get(c->before, "iam_role")))
    return NULL;
  return "ECS uses its service-linked role for this service, and goes on doing so";
}

/* The bounds of a service that is a scalable target. */
static bool is_scaled(const ecs_warning_case *c, int64_t *least, int64_t *most) {
  const ecs_value *target = ecs_value_get(c->in->facts, "autoscaled");
  *least = ecs_value_int_or(ecs_value_get(target, "least"), 0);
  *most = ecs_value_int_or(ecs_value_get(target, "most"), 0);
  return !ecs_value_is_null(target);
}

/* Whether the plan has a count of its own for such a service. */
static bool sets_count(const ecs_warning_case *c) {
  return !acts(c, "delete") && !acts(c, "no-op") && !c->will.traits.daemon && configured(c, "desired_count") &&
         !ecs_value_holds_text(c->left, "desired_count");
}

static const char *autoscaled(const ecs_warning_case *c, const char **hint) {
  const ecs_value *is = ecs_value_get(c->in->actual, "desired_count");
  int64_t least, most, will = c->will.tasks;
  if (!is_scaled(c, &least, &most) || !sets_count(c) || !acts(c, "update") || !ecs_value_is(is, ECS_INT) ||
      is->as.integer == will || will < least || will > most)
    return NULL;
  *hint = ecs_arena_format(c->arena, "desired_count = ecs.autoscaled(%lld) leaves the count to auto scaling", ll(will));
  return ecs_arena_format(c->arena, "auto scaling holds %lld–%lld tasks here and chose %lld; this plan sets %lld",
                          ll(least), ll(most), ll(is->as.integer), ll(will));
}

static const char *outside(const ecs_warning_case *c, const char **hint) {
  int64_t least, most, will = c->will.tasks;
  (void)hint;
  if (!is_scaled(c, &least, &most) || !sets_count(c) || (will >= least && will <= most))
    return NULL;
  return ecs_arena_format(
      c->arena,
      "auto scaling holds %lld–%lld tasks here, and this plan sets %lld: its next action makes that "
      "%lld",
      ll(least), ll(most), ll(will), ll(will < least ? least : most));
}

static const char *reset(const ecs_warning_case *c, const char **hint) {
  const ecs_value *was = ecs_value_get(c->in->recorded, "desired_count");
  const ecs_value *is = ecs_value_get(c->in->actual, "desired_count");
  int64_t least, most;
  (void)hint;
  if (is_scaled(c, &least, &most) || !acts(c, "update") || c->will.traits.daemon || !configured(c, "desired_count") ||
      !ecs_value_is(was, ECS_INT) || !ecs_value_is(is, ECS_INT) || ecs_value_equal(was, is) ||
      is->as.integer == c->will.tasks)
    return NULL;
  return ecs_arena_format(c->arena, "something else has set it to %lld; this plan sets it back to %lld",
                          ll(is->as.integer), ll(c->will.tasks));
}

static const char *in_plain(const ecs_warning_case *c, const char **hint) {
  (void)hint;
  const ecs_value *block = ecs_value_get(c->in->config, "service_connect_configuration");
  const ecs_value *options = ecs_value_get(ecs_value_get(block, "log_configuration"), "options");
  for (size_t i = 0; ecs_value_is(options, ECS_MAP) && i < options->as.map.count && !acts(c, "delete"); i++) {
    const char *key = options->as.map.entries[i].key;
    if (ecs_schema_is_secret_key(key))
      return ecs_arena_format(c->arena,
                              "the value of \"%s\" is not shown, but stands in the script, the state and saved "
                              "plans as it is",
                              key);
  }
  return NULL;
}

static const char *to_zero(const ecs_warning_case *c, const char **hint) {
  (void)hint;
  if (acts(c, "delete") || c->after == NULL || c->will.traits.daemon || configured(c, "desired_count") ||
      c->was.tasks == 0 || c->will.tasks > 0)
    return NULL;
  return ecs_arena_format(c->arena, "it is not set: its default, 0, stops all tasks (%lld)", ll(c->was.tasks));
}

static const char *no_breaker(const ecs_warning_case *c, const char **hint) {
  (void)hint;
  if (!c->starts || c->will.breaker || c->will.alarms > 0 || (c->will.counted && c->will.tasks == 0))
    return NULL;
  return "without a circuit breaker a deployment whose tasks fail is tried for ever: nothing ends it or rolls it back";
}

static const char *forced(const ecs_warning_case *c, const char **hint) {
  (void)hint;
  bool only = ecs_value_count(c->why) == 1 && ecs_value_is_text(ecs_value_at(c->why, 0), "force_new_deployment");
  if (!acts(c, "update") || !only || !ecs_value_true(ecs_value_get(c->in->recorded, "force_new_deployment")))
    return NULL;
  return "nothing that changes needs a deployment; it replaces all tasks all the same";
}

/* Whether the reference of an image may mean another one tomorrow: no tag or latest, and no digest. */
static bool moves(const char *image) {
  const char *name = strrchr(image, '/');
  name = name == NULL ? image : name + 1;
  const char *tag = strchr(name, ':');
  return strchr(name, '@') == NULL && (tag == NULL || strcmp(tag, ":latest") == 0);
}

static const char *same_image(const ecs_warning_case *c, const char **hint) {
  const ecs_value *images = ecs_value_get(c->in->facts, "images");
  (void)hint;
  if (c->starts || !(acts(c, "update") || acts(c, "no-op")) || c->after == NULL || c->will.tasks == 0 ||
      c->will.traits.controller != ECS_CONTROLLER_ECS)
    return NULL;
  for (size_t i = 0; i < ecs_value_count(images); i++) {
    const char *image = ecs_value_text_or(ecs_value_at(images, i), "@");
    if (moves(image))
      return ecs_arena_format(c->arena,
                              "the image %.200s may have moved on; this plan starts no deployment, and tasks "
                              "keep the one they have",
                              image);
  }
  return NULL;
}

static const char *host_port(const ecs_warning_case *c, const char **hint) {
  const ecs_value *instances = ecs_value_get(c->in->facts, "instances");
  const ecs_value *ports = ecs_value_get(c->in->facts, "host_ports");
  int64_t room = ecs_value_int_or(instances, 0), port = ecs_value_int_or(ecs_value_at(ports, 0), 0);
  (void)hint;
  if (!ecs_value_is(instances, ECS_INT) || port == 0 || acts(c, "delete") || acts(c, "no-op") || c->after == NULL ||
      c->will.traits.daemon || c->will.traits.controller != ECS_CONTROLLER_ECS)
    return NULL;
  if (c->will.tasks > room)
    return ecs_arena_format(c->arena, "the port %lld is free once on each of %lld instance%s: %lld task%s not fit",
                            ll(port), ll(room), room == 1 ? "" : "s", ll(c->will.tasks),
                            c->will.tasks == 1 ? " does" : "s do");
  if (c->will.tasks > 0 && c->least >= room)
    return ecs_arena_format(c->arena,
                            "the port %lld is taken on all of %lld instance%s as long as %lld task%s stay: "
                            "no new task can be placed",
                            ll(port), ll(room), room == 1 ? "" : "s", ll(c->least), c->least == 1 ? " must" : "s must");
  return NULL;
}

/* A pause lasts until somebody decides, or its own timeout ends it. */
static const char *pause_too_long(const ecs_warning_case *c, int64_t timeout, const char *of, const char **hint) {
  int64_t pauses = 60 * c->will.stages.pause_minutes;
  if (!c->shifts || pauses + 60 * c->will.stages.least_minutes <= timeout || pauses == 0)
    return NULL;
  *hint = ecs_arena_format(c->arena, "set timeouts.%s to more than %lld s, or shorten the timeouts of the pauses", of,
                           ll(pauses + 60 * c->will.stages.least_minutes));
  return ecs_arena_format(c->arena, "the deployment may pause for %lld s, and the wait for it ends after %lld s",
                          ll(pauses), ll(timeout));
}

/* Where nothing checks a task, each step takes 40 s and the start of its tasks. */
static const char *too_short(const ecs_warning_case *c, const char **hint) {
  const ecs_value *timeouts = ecs_value_get(c->in->config, "timeouts");
  const char *of = acts(c, "update") ? "update" : "create";
  int64_t timeout = ecs_value_int_or(ecs_value_get(timeouts, of), 20 * 60);
  int64_t bakes = c->shifts ? 60 * c->will.stages.least_minutes : 0;
  int64_t needs = bakes + (c->will.balancers > 0 ? 0 : 40 * c->course.steps);
  if (!c->starts || c->course.stuck || !ecs_value_true(ecs_value_get(c->in->config, "wait_for_steady_state")))
    return NULL;
  if (needs <= timeout)
    return pause_too_long(c, timeout, of, hint);
  *hint = ecs_arena_format(c->arena, "set timeouts.%s to more than %lld s, or %s", of, ll(needs),
                           c->shifts ? "shorten the times to bake" : "leave more room between the percents");
  if (c->shifts)
    return ecs_arena_format(c->arena, "the deployment takes %lld s or more, and the wait for it ends after %lld s",
                            ll(needs), ll(timeout));
  return ecs_arena_format(c->arena,
                          "the rollout has %lld steps of at least 40 s, and the wait for it ends after %lld s",
                          ll(c->course.steps), ll(timeout));
}

static const struct {
  const char *code, *path, *about, *fix;
  warn_fn *rule; /* NULL: another part of the core tells it */
  bool grouped;  /* told once for all services of a plan */
} rows[] = {
    {"AutoScaled", "desired_count",
     "The service is a scalable target of Application Auto Scaling, which has chosen another count than the declared "
     "one; "
     "this plan sets it back.",
     "desired_count = ecs.autoscaled(n) leaves the count to auto scaling", autoscaled, false},
    {"BlocksDeployments", "deployment_maximum_percent",
     "The percents leave no room: with the minimum rounded up and the maximum rounded down, no task can be stopped and "
     "none started (minimum 100 with maximum 100; one task with minimum 100 and a maximum below 200; a daemon with "
     "minimum 100).",
     "raise deployment_maximum_percent or lower deployment_minimum_healthy_percent", blocks, false},
    {"CountReset", "desired_count",
     "Something else than Application Auto Scaling has changed the number of tasks since the last apply, or it is not "
     "known "
     "what, and this plan sets it back to the declared one.",
     "desired_count = ecs.autoscaled(n) leaves it to what scales the service", reset, false},
    {"CreateBeforeDestroy", "lifecycle.create_before_destroy",
     "A replacement was to be created before the old service is destroyed, but keeps the name, which must be free "
     "first.",
     "change the name too, or accept that the service is away meanwhile", NULL, false},
    {"Downtime", "",
     "A replacement deletes the service before it creates the new one. `facts.usual_seconds` gives the minutes.",
     "lifecycle = { create_before_destroy = true }, and another name where the cluster stays the same", downtime,
     false},
    {"ForcedDeployment", "force_new_deployment",
     "The change needs no deployment, but force_new_deployment is still set and makes every update replace all tasks.",
     "remove force_new_deployment; set it only when it is wanted", forced, false},
    {"HostPort", "task_definition",
     "Containers claim a port of their instance, and there are more tasks than instances, or no instance is free for a "
     "new task. Known only with `facts.host_ports` and `facts.instances`.",
     "use the host port 0 or the awsvpc network mode, lower deployment_minimum_healthy_percent, or add instances",
     host_port, false},
    {"LinkedRole", "iam_role",
     "The service has the service-linked role of ECS, not the declared one: ECS puts it there when load balancers or "
     "registries are changed. That is no change, and nothing is replaced for it.",
     "remove iam_role", linked_role, false},
    {"NoCircuitBreaker", "deployment_circuit_breaker",
     "A deployment is started that neither a circuit breaker nor alarms would end. Told once for all services of a "
     "plan.",
     "deployment_circuit_breaker = { enable = true, rollback = true }", no_breaker, true},
    {"Outage", "deployment_minimum_healthy_percent",
     "A service with load balancers and a minimum of 0 percent: a deployment stops all tasks at once, and requests "
     "fail "
     "until the new ones are healthy.",
     "raise deployment_minimum_healthy_percent", outage, false},
    {"OutsideScaling", "desired_count",
     "The declared count is less or more than Application Auto Scaling holds: its next action moves it into the bounds "
     "of "
     "the scalable target.",
     "declare a count within the bounds, or desired_count = ecs.autoscaled(n)", outside, false},
    {"SameImage", "force_new_deployment",
     "An image without a tag or with the tag latest is not fetched again, because the plan starts no deployment. Known "
     "only with `facts.images`.",
     "name images by tag or digest in a new revision of the task definition, or set force_new_deployment = true with "
     "triggers",
     same_image, false},
    {"ScaleUpInReplace", "desired_count",
     "A service that is scaled to zero is replaced by one that starts tasks at once.",
     "set desired_count = 0 for the replacement if it is meant to stay off", scale_up, false},
    {"ScalesToZero", "desired_count",
     "The declaration leaves desired_count out, whose default is 0, and tasks are running: all are stopped.",
     "set desired_count, or desired_count = ecs.autoscaled(n) where something else scales the service", to_zero, false},
    {"SecretInPlain", "service_connect_configuration.log_configuration.options",
     "An option of the log driver has a name that calls it a token, a password, a secret or an API key. Plans, `show`, "
     "JSON and generated declarations leave its value out; the script, the state, its backup and saved plans have it.",
     "give it by secret_option, whose value_from names a secret of Secrets Manager or a parameter of SSM", in_plain,
     false},
    {"TimeoutTooShort", "timeouts",
     "The rollout has so many steps, bakes or pauses so long that wait_for_steady_state gives up before it can be "
     "through.",
     "raise the timeout, leave more room between the percents, or shorten the times to bake and the pauses", too_short,
     false},
};

void ecs_warnings_add(const ecs_warning_case *about, ecs_diags *diags) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const char *hint = rows[i].fix;
    const char *message = rows[i].rule == NULL ? NULL : rows[i].rule(about, &hint);
    if (message == NULL)
      continue;
    ecs_diag *diag = ecs_diags_add(diags, rows[i].code, rows[i].path, "%s", message);
    diag->hint = hint;
    ecs_diags_warn(diags, diag);
  }
}

ecs_value *ecs_forecast_warnings(ecs_arena *arena) {
  ecs_value *list = ecs_value_list(arena);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ecs_value *row = ecs_value_map(arena);
    ecs_value_set(arena, row, "about", ecs_value_text(arena, rows[i].about));
    ecs_value_set(arena, row, "code", ecs_value_text(arena, rows[i].code));
    ecs_value_set(arena, row, "fix", ecs_value_text(arena, rows[i].fix));
    ecs_value_set(arena, row, "grouped", ecs_value_bool(arena, rows[i].grouped));
    ecs_value_set(arena, row, "path", ecs_value_text(arena, rows[i].path));
    ecs_value_push(arena, list, row);
  }
  return list;
}

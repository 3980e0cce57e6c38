#include "service/operations.h"

#include <string.h>

#include "service/flow.h"
#include "service/flow_carry.h"
#include "service/outcome.h"
#include "service/request.h"
#include "service/watch.h"

/* What members of ECS's answers are made of, by its model. */
static const ecs_answer_form forms[] = {{"services", ECS_LIST, ECS_MAP},
                                        {"failures", ECS_LIST, ECS_MAP},
                                        {"service", ECS_MAP, ECS_NULL},
                                        {"tasks", ECS_LIST, ECS_MAP},
                                        {"taskArns", ECS_LIST, ECS_STRING},
                                        {"serviceArns", ECS_LIST, ECS_STRING},
                                        {"serviceDeployments", ECS_LIST, ECS_MAP},
                                        {"serviceRevisions", ECS_LIST, ECS_MAP},
                                        {"taskDefinition", ECS_MAP, ECS_NULL},
                                        {"ScalableTargets", ECS_LIST, ECS_MAP},
                                        {"ScalingActivities", ECS_LIST, ECS_MAP},
                                        {"nextToken", ECS_STRING, ECS_NULL},
                                        {NULL, ECS_NULL, ECS_NULL}};

/* Looking: DescribeServices takes ten names of one cluster. */

static const char *cluster_of(const ecs_machine *m) {
  const char *cluster = ecs_flow_of(m)->cluster;
  return cluster == NULL ? "default" : cluster;
}

static ecs_value *describe(ecs_arena *arena, ecs_machine *const *machines, size_t count) {
  ecs_value *names = ecs_value_list(arena), *body;
  const ecs_machine *leader = machines[0];
  for (size_t i = 0; i < count; i++)
    ecs_value_push(arena, names, ecs_value_text(arena, ecs_flow_of(machines[i])->service));
  bool with_tags = !ecs_value_true(ecs_outbox_option(leader->outbox, "without_tags"));
  ecs_request_describe(arena, ecs_flow_of(leader)->cluster, names, with_tags, &body);
  return body;
}

static const char *problem_with(const ecs_value *body) {
  bool none = ecs_value_is_null(ecs_value_get(body, "services"));
  return none ? "the answer names no services, not even none" : NULL;
}

/* By name, or by ARN. */
static const ecs_value *pick(ecs_machine *m, const ecs_value *body) {
  ecs_flow *flow = ecs_flow_of(m);
  const ecs_value *services = ecs_value_get(body, "services");
  for (size_t i = 0; i < ecs_value_count(services); i++) {
    const ecs_value *service = ecs_value_at(services, i);
    if (!ecs_schema_is_service(service, flow->service))
      continue;
    flow->seen.all_tags = !ecs_value_true(ecs_outbox_option(m->outbox, "without_tags"));
    return service;
  }
  return NULL;
}

static const ecs_batch looks = {"DescribeServices", 10, cluster_of, describe, problem_with, pick};

/* Beginning. */

static void setup(ecs_machine *m) {
  ecs_flow *flow = ecs_flow_of(m);
  flow->cluster = ecs_value_text_or(ecs_value_get(m->op, "cluster"), NULL);
  flow->service = ecs_value_text_or(ecs_value_get(m->op, "service"), "");
}

static void begin(ecs_machine *m, double now) {
  ecs_flow *flow = ecs_flow_of(m);
  m->began = m->told_at = flow->tell.moved_at = now;
  flow->tell.events_from = -1;
  flow->follow.desired = -1;
  flow->carry.unknown = ecs_value_get(m->op, "unknown");
  flow->carry.read = flow->carry.unknown != NULL || ecs_value_true(ecs_value_get(m->op, "read"));
  flow->follow.interval = ecs_outbox_number(m->outbox, "poll_seconds", 1);
  m->deadline = now + ecs_value_number_or(ecs_value_get(m->op, "timeout"), 1e9);
}

/* A change of the service of these attributes, which has so long for its first stage. */
static void begin_change(ecs_machine *m, double now, const ecs_value *attributes, const char *timeout) {
  begin(m, now);
  ecs_flow_place(m, attributes);
  m->deadline = now + ecs_flow_timeout(m, timeout);
  ecs_machine_event(m, now, "started", "action", m->verb->name);
}

static const ecs_value *before(const ecs_machine *m) { return ecs_value_get_path(m->op, "change.before"); }

static void start_read(ecs_machine *m, double now) {
  begin(m, now);
  ecs_machine_go(m, ecs_flow_read, now);
}

static void start_call(ecs_machine *m, double now) {
  begin(m, now);
  ecs_machine_call(m, now);
}

static void create_beside(ecs_machine *m, double now) {
  const ecs_value *unknown = ecs_value_get(m->op, "unknown");
  bool read = unknown != NULL || ecs_value_true(ecs_value_get(m->op, "read"));
  begin_change(m, now, read ? ecs_flow_after(m) : before(m), "create");
  ecs_flow_of(m)->steps.after_made = ecs_flow_delete_former;
  ecs_machine_go(m, read ? ecs_flow_create : ecs_flow_create_beside, now);
}

static bool creates_first(const ecs_machine *m) {
  return ecs_value_is_text(ecs_value_get_path(m->op, "change.steps"), "create,delete");
}

static void start_create(ecs_machine *m, double now) {
  begin_change(m, now, ecs_flow_after(m), "create");
  ecs_machine_go(m, ecs_flow_create, now);
}

static void start_update(ecs_machine *m, double now) {
  begin_change(m, now, before(m), "update");
  ecs_flow_retag(m, now, ecs_flow_update);
}

static void start_replace(ecs_machine *m, double now) {
  if (creates_first(m)) {
    create_beside(m, now);
    return;
  }
  begin_change(m, now, before(m), "delete");
  ecs_flow_of(m)->steps.after_gone = ecs_flow_create;
  ecs_machine_go(m, ecs_flow_delete, now);
}

static void start_delete(ecs_machine *m, double now) {
  begin_change(m, now, before(m), "delete");
  ecs_machine_go(m, ecs_flow_delete, now);
}

static void start_wait(ecs_machine *m, double now) {
  ecs_flow_followed *follow = &ecs_flow_of(m)->follow;
  const char *until = ecs_value_text_or(ecs_value_get(m->op, "until"), "steady");
  begin(m, now);
  m->deadline = now + ecs_value_number_or(ecs_value_get(m->op, "timeout"), 20 * 60);
  follow->until = until;
  follow->id = ecs_value_text_or(ecs_value_get(m->op, "deployment_id"), NULL);
  follow->since = ecs_value_number_or(ecs_value_get(m->op, "deployment_at"), 0);
  ecs_flow_of(m)->stages.decision = ecs_value_text_or(ecs_value_get(m->op, "decided"), NULL); /* and known */
  if (follow->since > 0 && now < ecs_value_number_or(ecs_value_get(m->op, "recorded_at"), 0) + ECS_READ_LAG_SECONDS)
    follow->desired = ecs_value_int_or(ecs_value_get_path(m->op, "attributes.desired_count"), -1);
  ecs_machine_go(m, strcmp(until, "inactive") == 0 ? ecs_flow_wait_gone : ecs_watch, now);
}

static const ecs_verb verbs[] = {
    {"read", false, start_read},    {"import", false, start_read},    {"call", false, start_call},
    {"wait", false, start_wait},    {"create", true, start_create},   {"update", true, start_update},
    {"delete", true, start_delete}, {"replace", true, start_replace}, {NULL, false, NULL},
};

const ecs_engine_kind ecs_service_operations = {
    .name = "service",
    .apis = ecs_apis,
    .size = sizeof(ecs_flow),
    .verbs = verbs,
    .batch = &looks,
    .forms = forms,
    .setup = setup,
    .where = ecs_outcome_where,
    .late = ecs_watch_late,
    .failing = ecs_outcome_failing,
    .tell = ecs_outcome_tell,
    .ended = ecs_outcome_ended,
    .left = ecs_outcome_left,
    .hint = ecs_outcome_hint,
    .refusal = ecs_flow_name_carried,
};

#include "service/outcome.h"

#include <string.h>

#include "schema/carry.h"
#include "service/events.h"
#include "service/seen.h"
#include "service/service.h"

static ecs_value *deployments_of(ecs_arena *arena, const ecs_service_status *status) {
  ecs_value *list = ecs_value_list(arena);
  for (size_t i = 0; i < ecs_value_count(status->deployments); i++) {
    ecs_deployment d;
    ecs_schema_deployment(ecs_value_at(status->deployments, i), &d);
    ecs_value *item = ecs_schema_deployment_value(arena, &d);
    ecs_value_set(arena, item, "created", ecs_value_number(arena, d.created));
    ecs_value_push(arena, list, item);
  }
  return list;
}

/* Whether ECS has rolled back the deployment that the caller has on record. */
static const char *rolled_back(const ecs_machine *m, const ecs_service_status *status, const ecs_deployment *primary) {
  const char *id = ecs_value_text_or(ecs_value_get(m->op, "deployment_id"), NULL);
  double at = ecs_value_number_or(ecs_value_get(m->op, "deployment_at"), 0),
         failed = id == NULL ? 0 : ecs_events_failed(status, id);
  bool theirs;
  if (failed > 0 && failed < at) /* its answer was lost, and it was found later */
    at = failed;
  return id == NULL || at <= 0 || strcmp(id, primary->id) == 0 ? NULL : ecs_events_rollback(status, id, at, &theirs);
}

enum { MOST_SECONDS = 1000000000 }; /* what took longer is a time that nobody can mean */

/* Of a service that was only read: what a plan needs beside the attributes. The whole of it, with its hundred events,
** stays here. */
static void tell_read(const ecs_machine *m, ecs_arena *arena, ecs_value *map) {
  ecs_service_status status;
  ecs_deployment primary;
  ecs_schema_status(ecs_flow_of(m)->seen.service, &status);
  if (status.task_sets || !ecs_schema_find_deployment(&status, NULL, "PRIMARY", &primary))
    return;
  double took = ecs_records_took(&status, &primary);
  ecs_value_set(arena, map, "primary", ecs_value_text(arena, primary.id));
  ecs_value_set(arena, map, "deployments", deployments_of(arena, &status));
  const char *event = rolled_back(m, &status, &primary);
  ecs_value_set_text(arena, map, "rolled_back", event);
  if (took >= 0 && took < MOST_SECONDS)
    ecs_value_set(arena, map, "usual_seconds", ecs_value_int(arena, (int64_t)(took + 0.5)));
}

static void tell_seen(ecs_machine *m, ecs_arena *arena, ecs_value *details, bool reads) {
  const ecs_value *service = ecs_flow_of(m)->seen.service;
  if (service == NULL) {
    ecs_value_set(arena, details, "status", ecs_value_text(arena, "MISSING"));
    return;
  }
  if (reads)
    tell_read(m, arena, details);
  else
    ecs_value_set(arena, details, "service", ecs_value_copy(arena, service));
  ecs_value_set(arena, details, "status", ecs_value_copy(arena, ecs_value_get(service, "status")));
}

static void tell_success(ecs_machine *m, ecs_arena *arena, ecs_value *details) {
  const ecs_flow_seen *seen = &ecs_flow_of(m)->seen;
  bool reads = strcmp(m->verb->name, "read") == 0;
  if (seen->attributes != NULL)
    ecs_value_set(arena, details, "attributes", ecs_value_copy(arena, seen->attributes));
  if (seen->service != NULL && (reads || strcmp(m->verb->name, "import") == 0)) {
    ecs_value *unknown = ecs_carry_read(&ecs_service_resource, arena, seen->service);
    if (unknown != NULL)
      ecs_value_set(arena, details, "unknown", ecs_value_copy(arena, unknown));
  }
  if (m->answer == NULL)
    tell_seen(m, arena, details, reads);
  if (seen->latest_definition != NULL)
    ecs_value_set(arena, details, "latest_task_definition", ecs_value_text(arena, seen->latest_definition));
}

static bool was_changed(const ecs_machine *m) { return ecs_flow_of(m)->steps.made || ecs_flow_of(m)->steps.changed; }

void ecs_outcome_tell(ecs_machine *m, ecs_arena *arena, ecs_value *details, bool ok) {
  const ecs_value *attributes = ecs_flow_of(m)->seen.attributes;
  if (ok)
    tell_success(m, arena, details);
  else if (attributes != NULL && was_changed(m))
    ecs_value_set(arena, details, "attributes", ecs_value_copy(arena, attributes));
}

void ecs_outcome_failing(ecs_machine *m, double now, const ecs_value *error) {
  const ecs_flow *flow = ecs_flow_of(m);
  if (!was_changed(m))
    return;
  ecs_seen_flatten(m);
  const char *reason = ecs_value_text_or(ecs_value_get(error, "message"), "it failed");
  bool undecided = ecs_value_is_text(ecs_value_get(error, "code"), "AwaitingDecision"); /* it goes on, and so may we */
  ecs_seen_record(m, now,
                  undecided                        ? "ok"
                  : flow->steps.made               ? "tainted"
                  : flow->evidence.failure != NULL ? "failed"
                                                   : "ok",
                  undecided ? NULL : reason);
}

void ecs_outcome_ended(ecs_machine *m) {
  ecs_flow *flow = ecs_flow_of(m);
  if (m->life != ECS_LIFE_DONE || strcmp(m->verb->name, "read") != 0)
    return;
  ecs_arena_free(m->latest);
  m->latest = NULL;
  flow->seen.service = NULL;
  flow->seen.attributes = NULL;
}

/* What ECS was asked to do it goes on doing, and whoever ended the run may want to see its end, or to end it too. */
static const char *after_interruption(ecs_machine *m) {
  return ecs_arena_format(
      m->arena,
      "follow it: ecs-service wait %s; end it: ecs-service stop %s; the next plan shows what is left "
      "to do",
      m->address, m->address);
}

const char *ecs_outcome_left(ecs_machine *m, const char **hint) {
  const ecs_flow *flow = ecs_flow_of(m);
  if (flow->steps.changed) {
    const char *text = after_interruption(m);
    *hint = text == NULL ? *hint : text;
    return "what was asked of ECS goes on there";
  }
  return flow->doubt.error != NULL ? "it is not known what became of its last request" : "nothing was changed";
}

/* Refusals whose text says little of what to do. */
static const struct {
  const char *words, *hint;
} refusals[] = {
    {"Long arn format must be used",
     "the ARN of the service is of the old form, without its cluster, and such a service takes "
     "no tags: create it again, or leave its tags out (tags, and default_tags of the stack)"},
    {"new ARN and resource ID format must be enabled",
     "the account still makes ARNs of the old form, which take no tags: aws ecs put-account-setting-default --name "
     "serviceLongArnFormat --value enabled (taskLongArnFormat as well), or leave out tags, default_tags and "
     "propagate_tags"},
    {"require a service linked role", "remove iam_role: ECS uses its service-linked role"},
    {"You cannot specify an IAM role", "remove iam_role"},
    {"TaskDefinition not found", "there is no such revision, or it is not ACTIVE: register it, or name another one"},
};

/* A call of somebody's own names it in its body only. */
static const char *asked_cluster(const ecs_machine *m) {
  const char *named = ecs_value_text_or(ecs_value_get(ecs_value_get(m->op, "body"), "cluster"), "default");
  return ecs_flow_of(m)->cluster == NULL ? named : ecs_flow_of(m)->cluster;
}

const char *ecs_outcome_hint(ecs_machine *m, const ecs_answer *answer) {
  for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
    if (strstr(answer->message, refusals[i].words) != NULL)
      return refusals[i].hint;
  }
  if (strcmp(answer->code, "ClusterNotFoundException") == 0)
    return ecs_arena_format(
        m->arena, "there is no cluster %s in this region and account: create it, or correct cluster", asked_cluster(m));
  return NULL;
}

const char *ecs_outcome_where(ecs_machine *m) { return ecs_flow_of(m)->service[0] == '\0' ? "" : ecs_seen_where(m); }

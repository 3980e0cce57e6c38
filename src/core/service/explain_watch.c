#include "service/explain_watch.h"

#include <stdlib.h>
#include <string.h>

#include "explain/explain.h"
#include "service/evidence.h"

enum {
  FIRST_PAUSE = 10, /* seconds between two looks at stopped tasks; doubled each time */
  LONGEST_PAUSE = 60,
  ENOUGH = 2, /* so many equal failures are no accident */
};

/* "3 tasks": a number that sums of it do not overflow. */
static int64_t count_of(const char *text) {
  enum { MOST = 1000000 };
  long count = strtol(text, NULL, 10);
  return count < 0 ? 0 : count > MOST ? MOST : count;
}

/* How many tasks were started since the deployment began, by its events: more than there should be means that some had
** to be replaced, which failedTasks does not tell of those that ran for a while. */
static int64_t started(const ecs_machine *m, const ecs_service_status *status) {
  static const char words[] = "has started ";
  int64_t sum = 0;
  for (size_t i = 0; i < ecs_value_count(status->events); i++) {
    const ecs_value *event = ecs_value_at(status->events, i);
    const char *message = ecs_value_text_or(ecs_value_get(event, "message"), "");
    const char *at = strstr(message, words);
    if (at != NULL && ecs_schema_seconds(ecs_value_get(event, "createdAt")) >= ecs_flow_of(m)->follow.created)
      sum += count_of(at + sizeof words - 1);
  }
  return sum;
}

static bool troubled(const ecs_machine *m, const ecs_service_status *status) {
  const ecs_flow *flow = ecs_flow_of(m);
  for (size_t i = 0; i < ecs_value_count(status->events); i++) {
    const ecs_value *event = ecs_value_at(status->events, i);
    double at = ecs_schema_seconds(ecs_value_get(event, "createdAt"));
    if (at < flow->follow.created || at <= flow->failing.event)
      return false; /* the newest come first */
    if (ecs_explain_is_trouble(ecs_value_get(event, "message")))
      return true;
  }
  return false;
}

/* Whether something speaks of failures that was not there at the last look. */
static bool suspicious(ecs_machine *m, const ecs_service_status *status, const ecs_deployment *ours) {
  ecs_flow *flow = ecs_flow_of(m);
  int64_t more = started(m, status) - ours->desired;
  bool signs = ours->failed > flow->failing.failed || more > flow->failing.replaced || troubled(m, status);
  flow->failing.failed = ours->failed;
  if (more > flow->failing.replaced)
    flow->failing.replaced = more;
  flow->failing.event = ecs_schema_seconds(ecs_value_get(ecs_value_at(status->events, 0), "createdAt"));
  flow->failing.wanted = flow->failing.wanted || signs;
  return flow->failing.wanted;
}

static bool again_and_again(const ecs_machine *m, const ecs_value *cause) {
  const ecs_value *weight = ecs_value_get(cause, "weight");
  bool tasks = ecs_value_get(cause, "tasks") != NULL;
  int64_t count = ecs_value_int_or(ecs_value_get(cause, "count"), 0);
  if (ecs_value_is_text(weight, "circumstance") || ecs_value_is_text(weight, "symptom"))
    return false;
  return count >= ENOUGH ||
         (!tasks && ecs_flow_of(m)->failing.failed >= ENOUGH); /* what cannot be placed never is a task */
}

static bool is_new(ecs_machine *m, const ecs_value *cause) {
  ecs_flow *flow = ecs_flow_of(m);
  const char *summary = ecs_value_text_or(ecs_value_get(cause, "summary"), "");
  size_t most = sizeof flow->failing.told / sizeof *flow->failing.told;
  for (size_t i = 0; i < flow->failing.count; i++) {
    if (flow->failing.told[i] != NULL && strcmp(flow->failing.told[i], summary) == 0)
      return false;
  }
  if (flow->failing.count == most)
    return false; /* enough was said */
  flow->failing.told[flow->failing.count++] = ecs_arena_text(m->arena, summary, strlen(summary));
  return true;
}

static void tell(ecs_machine *m, double now, const ecs_value *cause) {
  ecs_note *note = ecs_machine_event_of(m, now, "failing");
  if (note == NULL)
    return;
  ecs_value_set(note->arena, note->details, "deployment_id", ecs_value_text(note->arena, ecs_flow_of(m)->follow.id));
  ecs_value_set(note->arena, note->details, "cause", ecs_value_copy(note->arena, cause));
  ecs_machine_tell(m, note);
  m->told_at = now;
}

/* fail_fast: the wait ends with the cause; the deployment itself goes on. */
static void give_up(ecs_machine *m, double now) {
  ecs_flow *flow = ecs_flow_of(m);
  ecs_service_status status;
  ecs_deployment primary;
  ecs_value *evidence = ecs_value_map(m->arena), *running = ecs_value_map(m->arena);
  ecs_schema_status(flow->seen.service, &status);
  flow->evidence.failure =
      ecs_machine_error(m, "DeploymentFailing", NULL,
                        "the deployment of %s failed the same way twice within %.0f s and is not waited for any "
                        "longer; ECS goes on trying",
                        flow->follow.definition, now - m->began);
  ecs_value_set(m->arena, evidence, "deployment_id", ecs_value_text(m->arena, flow->follow.id));
  if (ecs_schema_find_deployment(&status, NULL, "PRIMARY", &primary)) {
    const char *definition = ecs_schema_short_definition(primary.task_definition);
    ecs_value_set(m->arena, running, "task_definition", ecs_value_text(m->arena, definition));
    ecs_value_set(m->arena, running, "running", ecs_value_int(m->arena, status.running));
    ecs_value_set(m->arena, running, "desired", ecs_value_int(m->arena, status.desired));
    ecs_value_set(m->arena, evidence, "running_now", running);
  }
  ecs_value_set(m->arena, flow->evidence.failure, "evidence", evidence);
  ecs_machine_go(m, ecs_evidence, now);
}

static void look(ecs_machine *m, double now) {
  const ecs_flow *flow = ecs_flow_of(m);
  ecs_value *deployment = ecs_value_map(m->arena);
  ecs_value_set(m->arena, deployment, "id", ecs_value_text(m->arena, flow->follow.id));
  ecs_value_set(m->arena, deployment, "createdAt", ecs_value_number(m->arena, flow->follow.created));
  ecs_value_set(m->arena, deployment, "taskDefinition", ecs_value_text(m->arena, flow->follow.definition));
  const ecs_value *causes = ecs_evidence_causes(m, deployment);
  for (size_t i = 0; i < ecs_value_count(causes); i++) {
    const ecs_value *cause = ecs_value_at(causes, i);
    if (!again_and_again(m, cause))
      continue;
    if (is_new(m, cause))
      tell(m, now, cause);
    if (ecs_value_true(ecs_value_get(m->op, "fail_fast"))) {
      give_up(m, now);
      return;
    }
    break; /* the likeliest is enough */
  }
  flow->failing.after(m, now);
}

bool ecs_explain_watch(ecs_machine *m, double now, const ecs_service_status *status, const ecs_deployment *ours,
                       ecs_flow_next *after) {
  ecs_flow *flow = ecs_flow_of(m);
  if (flow->follow.id == NULL || flow->follow.created <= 0 || flow->follow.definition == NULL)
    return false;
  if (!suspicious(m, status, ours) || now < flow->failing.due)
    return false;
  flow->failing.wanted = false;
  flow->failing.pause = flow->failing.pause == 0 ? FIRST_PAUSE : flow->failing.pause * 2;
  if (flow->failing.pause > LONGEST_PAUSE)
    flow->failing.pause = LONGEST_PAUSE;
  flow->failing.due = now + flow->failing.pause;
  flow->failing.after = after;
  ecs_evidence_gather(m, now, look);
  return true;
}

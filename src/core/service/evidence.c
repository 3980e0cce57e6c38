#include "service/evidence.h"

#include <string.h>

#include "explain/explain.h"
#include "service/events.h"

enum { GATHER_SECONDS = 30 }; /* for all that is asked to explain a failure */
enum { MOST_TASKS = 10, MOST_EVENTS = 5, MOST_PAGES = 5, MOST_EXPLAINED = 100 };

static ecs_value *evidence_of(ecs_machine *m) {
  const ecs_flow *flow = ecs_flow_of(m);
  ecs_value *evidence = ecs_value_get(flow->evidence.failure, "evidence");
  if (evidence == NULL) {
    evidence = ecs_value_map(m->arena);
    ecs_value_set(m->arena, flow->evidence.failure, "evidence", evidence);
  }
  return evidence;
}

static void add_events(ecs_machine *m) {
  ecs_service_status status;
  ecs_value *list = ecs_value_list(m->arena);
  ecs_schema_status(ecs_flow_of(m)->seen.service, &status);
  for (size_t i = 0; i < ecs_value_count(status.events) && i < MOST_EVENTS; i++) {
    const ecs_value *message = ecs_value_get(ecs_value_at(status.events, i), "message");
    ecs_value_push(m->arena, list, ecs_value_copy(m->arena, message));
  }
  ecs_value_set(m->arena, evidence_of(m), "events", list);
}

static void copy(ecs_machine *m, const ecs_value *from, const char *name, ecs_value *to, const char *as) {
  const ecs_value *value = ecs_value_get(from, name);
  if (value != NULL)
    ecs_value_set(m->arena, to, as, ecs_value_copy(m->arena, value));
}

static ecs_value *task_of(ecs_machine *m, const ecs_value *task) {
  ecs_value *map = ecs_value_map(m->arena), *containers = ecs_value_list(m->arena);
  const ecs_value *list = ecs_value_get(task, "containers");
  copy(m, task, "taskArn", map, "task");
  copy(m, task, "stopCode", map, "stop_code");
  copy(m, task, "stoppedReason", map, "stopped_reason");
  for (size_t i = 0; i < ecs_value_count(list); i++) {
    const ecs_value *container = ecs_value_at(list, i);
    ecs_value *entry = ecs_value_map(m->arena);
    copy(m, container, "name", entry, "name");
    copy(m, container, "reason", entry, "reason");
    copy(m, container, "exitCode", entry, "exit_code");
    copy(m, container, "image", entry, "image");
    ecs_value_push(m->arena, containers, entry);
  }
  ecs_value_set(m->arena, map, "containers", containers);
  return map;
}

/* Whose failure it is: the deployment's own, so that what was steady before or after it does not count. */
static bool deployment_failed(const ecs_machine *m) {
  const ecs_value *code = ecs_value_get(ecs_flow_of(m)->evidence.failure, "code");
  return ecs_value_is_text(code, "DeploymentRolledBack") || ecs_value_is_text(code, "DeploymentFailed");
}

/* The deployment for ecs_explain: what is known of it, whether ECS still shows it or not. */
static ecs_value *deployment_of(ecs_machine *m) {
  const ecs_flow *flow = ecs_flow_of(m);
  ecs_value *map = ecs_value_map(m->arena);
  const ecs_value *reason = ecs_value_get(evidence_of(m), "reason"),
                  *record = ecs_value_get(flow->evidence.gathered, "record");
  if (flow->follow.id != NULL)
    ecs_value_set(m->arena, map, "id", ecs_value_text(m->arena, flow->follow.id));
  if (flow->follow.created > 0)
    ecs_value_set(m->arena, map, "createdAt", ecs_value_number(m->arena, flow->follow.created));
  if (flow->follow.definition != NULL)
    ecs_value_set(m->arena, map, "taskDefinition", ecs_value_text(m->arena, flow->follow.definition));
  ecs_value_set(m->arena, map, "rolloutState",
                ecs_value_text(m->arena, deployment_failed(m) ? "FAILED" : "IN_PROGRESS"));
  if (reason != NULL)
    ecs_value_set(m->arena, map, "rolloutStateReason", ecs_value_copy(m->arena, reason));
  copy(m, record, "alarms", map, "alarms");
  copy(m, flow->record.shown, "lifecycleHookDetails", map, "lifecycleHookDetails");
  copy(m, flow->record.shown, "rollback", map, "rollback");
  return map;
}

ecs_value *ecs_evidence_causes(ecs_machine *m, ecs_value *deployment) {
  const ecs_flow *flow = ecs_flow_of(m);
  ecs_value *input = ecs_value_map(m->arena), *causes = NULL;
  ecs_value_set(m->arena, input, "deployment", deployment);
  ecs_value_set(m->arena, input, "tasks", ecs_value_get(flow->evidence.gathered, "tasks"));
  ecs_value_set(m->arena, input, "task_definition", ecs_value_get(flow->evidence.gathered, "task_definition"));
  if (flow->seen.service != NULL)
    ecs_value_set(m->arena, input, "service", ecs_value_copy(m->arena, flow->seen.service));
  if (ecs_explain(m->arena, input, &causes) != ECS_OK)
    return ecs_value_list(m->arena);
  return causes;
}

/* Someone else's doing is explained by the error itself. */
static bool keeps_hint(const ecs_machine *m) {
  const ecs_value *code = ecs_value_get(ecs_flow_of(m)->evidence.failure, "code");
  return ecs_value_is_text(code, "DeploymentSuperseded") || ecs_value_is_text(code, "ServiceInactive");
}

static void conclude(ecs_machine *m) {
  const ecs_flow *flow = ecs_flow_of(m);
  ecs_value *evidence = evidence_of(m);
  ecs_value *causes = ecs_evidence_causes(m, deployment_of(m));
  const ecs_value *likeliest = ecs_value_at(causes, 0);
  const char *why = ecs_value_text_or(ecs_value_get(likeliest, "summary"), NULL);
  ecs_value_set(m->arena, evidence, "causes", causes);
  if (why == NULL)
    why = ecs_value_text_or(ecs_value_get(evidence, "reason"), NULL);
  if (why != NULL) {
    const char *message = ecs_value_text_or(ecs_value_get(flow->evidence.failure, "message"), "");
    ecs_value_set(m->arena, evidence, "why", ecs_value_text(m->arena, why));
    ecs_value_set(m->arena, flow->evidence.failure, "message", ecs_value_format(m->arena, "%s: %s", message, why));
  }
  if (likeliest != NULL && !keeps_hint(m))
    ecs_value_set(m->arena, flow->evidence.failure, "hint", ecs_value_copy(m->arena, ecs_value_get(likeliest, "hint")));
}

void ecs_evidence_end(ecs_machine *m, double now) {
  conclude(m);
  ecs_machine_fail(m, now, ecs_flow_of(m)->evidence.failure);
}

/* The service deployment knows which alarm went off. */
static void read_record(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  const ecs_flow *flow = ecs_flow_of(m);
  (void)service;
  if (answer == NULL) {
    ecs_arena *arena = ecs_machine_asking(m);
    ecs_machine_ask(m, "DescribeServiceDeployments", ecs_records_request(arena, flow->record.arn), false, now);
    return;
  }
  if (answer->kind == ECS_ANSWER_OK)
    ecs_value_set(m->arena, flow->evidence.gathered, "record",
                  ecs_value_copy(m->arena, ecs_value_at(ecs_value_get(answer->body, "serviceDeployments"), 0)));
  ecs_evidence_end(m, now);
}

static void record_or_finish(ecs_machine *m, double now) {
  const char *reason = ecs_value_text_or(ecs_value_get(evidence_of(m), "reason"), "");
  if (ecs_flow_of(m)->record.arn != NULL && strstr(reason, "alarm") != NULL)
    ecs_machine_go(m, read_record, now);
  else
    ecs_evidence_end(m, now);
}

/* The task definition knows which containers are essential, and where they log. */
static void read_definition(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  const ecs_flow *flow = ecs_flow_of(m);
  (void)service;
  if (answer == NULL) {
    const ecs_value *task = ecs_value_at(ecs_value_get(flow->evidence.gathered, "tasks"), 0);
    const char *arn = ecs_value_text_or(ecs_value_get(task, "taskDefinitionArn"), NULL);
    ecs_arena *arena = ecs_machine_asking(m);
    if (arn == NULL)
      record_or_finish(m, now);
    else
      ecs_machine_ask(m, "DescribeTaskDefinition", ecs_schema_family_request(arena, arn), false, now);
    return;
  }
  if (answer->kind == ECS_ANSWER_OK)
    ecs_value_set(m->arena, flow->evidence.gathered, "task_definition",
                  ecs_value_copy(m->arena, ecs_value_get(answer->body, "taskDefinition")));
  record_or_finish(m, now);
}

static void show_tasks(ecs_machine *m) {
  const ecs_value *tasks = ecs_value_get(ecs_flow_of(m)->evidence.gathered, "tasks");
  ecs_value *list = ecs_value_list(m->arena);
  for (size_t i = 0; i < ecs_value_count(tasks) && i < MOST_TASKS; i++)
    ecs_value_push(m->arena, list, task_of(m, ecs_value_at(tasks, i)));
  ecs_value_set(m->arena, evidence_of(m), "tasks", list);
}

static void tasks_known(ecs_machine *m, double now) {
  show_tasks(m);
  if (ecs_value_count(ecs_value_get(ecs_flow_of(m)->evidence.gathered, "tasks")) > 0)
    ecs_machine_go(m, read_definition, now);
  else
    record_or_finish(m, now);
}

/* gather: stopped tasks of the followed deployment into ecs_flow_of(m)->evidence.gathered, page by page until there are some; then
** ecs_flow_of(m)->evidence.after. startedBy does not go together with other filters of ListTasks, so all of the service's are read. */
static ecs_phase list_tasks;

/* Of other deployments only the one that was stopped last is of interest, and why. */
static void note_former(ecs_machine *m, const ecs_value *tasks) {
  ecs_flow *flow = ecs_flow_of(m);
  for (size_t i = 0; i < ecs_value_count(tasks); i++) {
    const ecs_value *task = ecs_value_at(tasks, i);
    double at = ecs_schema_seconds(ecs_value_get(task, "stoppingAt"));
    if (at <= 0)
      at = ecs_schema_seconds(ecs_value_get(task, "stoppedAt"));
    if (at < flow->former_task.at || ecs_value_is_text(ecs_value_get(task, "startedBy"), flow->follow.id))
      continue;
    bool ours = ecs_events_name(ecs_value_text_or(ecs_value_get(task, "stoppedReason"), ""), flow->follow.id);
    flow->former_task.by_ours = ours && (at > flow->former_task.at || flow->former_task.by_ours);
    flow->former_task.at = at;
  }
}

static void keep_ours(ecs_machine *m, const ecs_value *tasks) {
  const ecs_flow *flow = ecs_flow_of(m);
  ecs_value *list = ecs_value_get(flow->evidence.gathered, "tasks");
  for (size_t i = 0; i < ecs_value_count(tasks) && ecs_value_count(list) < MOST_EXPLAINED; i++) {
    const ecs_value *task = ecs_value_at(tasks, i);
    if (flow->follow.id == NULL || ecs_value_is_text(ecs_value_get(task, "startedBy"), flow->follow.id))
      ecs_value_push(m->arena, list, ecs_value_copy(m->arena, task));
  }
}

static void describe_tasks(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  ecs_flow *flow = ecs_flow_of(m);
  (void)service;
  if (answer == NULL)
    return; /* list_tasks has asked already */
  const ecs_value *tasks = answer->kind == ECS_ANSWER_OK ? ecs_value_get(answer->body, "tasks") : NULL;
  if (flow->evidence.former)
    note_former(m, tasks);
  else
    keep_ours(m, tasks);
  bool more =
      ecs_value_is(ecs_value_get(flow->evidence.gathered, "next"), ECS_STRING) && ++flow->evidence.pages < MOST_PAGES;
  if (ecs_value_count(ecs_value_get(flow->evidence.gathered, "tasks")) == 0 && more)
    ecs_machine_go(m, list_tasks, now);
  else
    flow->evidence.after(m, now);
}

static void list_tasks(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  const ecs_flow *flow = ecs_flow_of(m);
  (void)service;
  if (answer == NULL) {
    ecs_arena *arena = ecs_machine_asking(m);
    const ecs_value *next = ecs_value_get(flow->evidence.gathered, "next");
    ecs_value *body = ecs_schema_stopped_tasks_request(arena, flow->cluster, flow->service);
    if (ecs_value_is(next, ECS_STRING))
      ecs_value_set(arena, body, "nextToken", ecs_value_copy(arena, next));
    ecs_machine_ask(m, "ListTasks", body, false, now);
    return;
  }
  const ecs_value *arns = answer->kind == ECS_ANSWER_OK ? ecs_value_get(answer->body, "taskArns") : NULL;
  if (ecs_value_count(arns) == 0) { /* nothing stopped, or a server without this operation */
    flow->evidence.after(m, now);
    return;
  }
  ecs_value_set(m->arena, flow->evidence.gathered, "next",
                ecs_value_copy(m->arena, ecs_value_get(answer->body, "nextToken")));
  ecs_arena *arena = ecs_machine_asking(m);
  ecs_value *body = ecs_schema_tasks_request(arena, flow->cluster, ecs_value_copy(arena, arns));
  ecs_machine_go(m, describe_tasks, now);
  ecs_machine_ask(m, "DescribeTasks", body, false, now);
}

static void gather(ecs_machine *m, double now, bool former, ecs_flow_next *after) {
  ecs_flow *flow = ecs_flow_of(m);
  flow->evidence.former = former;
  flow->evidence.gathered = ecs_value_map(m->arena);
  ecs_value_set(m->arena, flow->evidence.gathered, "tasks", ecs_value_list(m->arena));
  flow->evidence.after = after;
  flow->evidence.pages = 0;
  ecs_machine_go(m, list_tasks, now);
}

void ecs_evidence_gather(ecs_machine *m, double now, ecs_flow_next *after) { gather(m, now, false, after); }

void ecs_evidence_gather_former(ecs_machine *m, double now, ecs_flow_next *after) {
  ecs_flow *flow = ecs_flow_of(m);
  flow->former_task.at = 0;
  flow->former_task.by_ours = false;
  gather(m, now, true, after);
}

void ecs_evidence(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  (void)answer;
  (void)service;
  m->deadline = now + GATHER_SECONDS;
  if (ecs_flow_of(m)->seen.service != NULL)
    add_events(m);
  ecs_evidence_gather(m, now, tasks_known);
}

/* evidence: what ECS knows of the tasks of a deployment that failed, put into words. */
#include <stdio.h>
#include <string.h>

#include "machine.h"

enum { MOST_TASKS = 10, MOST_EVENTS = 5 };

/* What usually stands behind a reason, by what it says. */
static const struct cause {
  const char *word, *why, *hint;
} causes[] = {
    {"CannotPullContainer", "the image cannot be pulled", "push the image, or correct its name or tag in the task definition"},
    {"ResourceInitializationError", "the task could not be set up before its containers started",
     "see whether the execution role may read the secrets and log groups, and whether the subnets reach those services"},
    {"OutOfMemory", "a container used more memory than it may", "give the container more memory, or find the leak"},
    {"failed ELB health checks", "the load balancer's health check failed",
     "see the target group's health check path, port and the security groups, and allow a longer grace period"},
    {"failed container health checks", "the container's own health check failed",
     "run the health check command in the container and look at its log"},
    {"Essential container in task exited", "a container ended that must go on running",
     "look at the container's log around the time it stopped"},
    {"SpotInterruption", "the capacity was taken back by EC2 Spot", "use a capacity provider with a base on demand"},
    {"unable to place a task", "no container instance can take the task",
     "add capacity, or ask for less cpu, memory and ports, or loosen the placement constraints"},
    {"RESOURCE:", "the container instances lack the resource", "add capacity, or ask for less"},
};

static const struct cause *cause_of(const char *text) {
  for (size_t i = 0; text != NULL && i < sizeof causes / sizeof *causes; i++) {
    if (strstr(text, causes[i].word) != NULL)
      return &causes[i];
  }
  return NULL;
}

static ecs_value *evidence_of(ecs_machine *m) {
  ecs_value *evidence = ecs_value_get(m->failure, "evidence");
  if (evidence == NULL) {
    evidence = ecs_value_map(m->arena);
    ecs_value_set(m->arena, m->failure, "evidence", evidence);
  }
  return evidence;
}

static void add_events(ecs_machine *m) {
  ecs_service_status status;
  ecs_value *list = ecs_value_list(m->arena);
  ecs_schema_status(m->seen, &status);
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
    ecs_value_push(m->arena, containers, entry);
  }
  ecs_value_set(m->arena, map, "containers", containers);
  return map;
}

static const char *exit_words(int64_t code) {
  switch (code) {
    case 126: return "the command cannot be executed";
    case 127: return "the command was not found";
    case 137: return "killed, often for lack of memory";
    case 139: return "a segmentation fault";
    case 143: return "ended by SIGTERM";
    default: return NULL;
  }
}

/* The most telling sentence of a stopped task: a container's reason, an exit code, or the task's own reason. */
static const char *why_of(ecs_machine *m, const ecs_value *task, const char **hint) {
  const char *stopped = ecs_value_text_or(ecs_value_get(task, "stopped_reason"), NULL);
  const ecs_value *containers = ecs_value_get(task, "containers");
  const char *detail = NULL;
  int64_t code = 0;
  for (size_t i = 0; i < ecs_value_count(containers); i++) {
    const ecs_value *container = ecs_value_at(containers, i);
    if (detail == NULL)
      detail = ecs_value_text_or(ecs_value_get(container, "reason"), NULL);
    if (code == 0)
      code = ecs_value_int_or(ecs_value_get(container, "exit_code"), 0);
  }
  const struct cause *cause = cause_of(detail);
  if (cause == NULL)
    cause = cause_of(stopped);
  *hint = cause == NULL ? NULL : cause->hint;
  if (detail == NULL)
    detail = stopped;
  if (code != 0) {
    const char *words = exit_words(code);
    return ecs_arena_format(m->arena, "%s: exit code %lld%s%s%s%s%s", cause == NULL ? "a container ended" : cause->why,
                            (long long)code, words == NULL ? "" : " (", words == NULL ? "" : words,
                            words == NULL ? "" : ")", detail == NULL ? "" : "; ", detail == NULL ? "" : detail);
  }
  if (detail == NULL)
    return NULL;
  return cause == NULL ? detail : ecs_arena_format(m->arena, "%s: %s", cause->why, detail);
}

static void conclude(ecs_machine *m) {
  ecs_value *evidence = evidence_of(m);
  const ecs_value *tasks = ecs_value_get(evidence, "tasks"), *events = ecs_value_get(evidence, "events");
  const char *hint = NULL, *why = NULL;
  for (size_t i = 0; i < ecs_value_count(tasks) && why == NULL; i++)
    why = why_of(m, ecs_value_at(tasks, i), &hint);
  for (size_t i = 0; i < ecs_value_count(events) && why == NULL; i++) {
    const char *message = ecs_value_text_or(ecs_value_at(events, i), "");
    const struct cause *cause = cause_of(message);
    if (cause != NULL) {
      why = ecs_arena_format(m->arena, "%s: %s", cause->why, message);
      hint = cause->hint;
    }
  }
  if (why == NULL)
    why = ecs_value_text_or(ecs_value_get(evidence, "reason"), NULL);
  if (why != NULL) {
    const char *message = ecs_value_text_or(ecs_value_get(m->failure, "message"), "");
    ecs_value_set(m->arena, evidence, "why", ecs_value_text(m->arena, why));
    ecs_value_set(m->arena, m->failure, "message", ecs_value_format(m->arena, "%s: %s", message, why));
  }
  if (hint != NULL)
    ecs_value_set(m->arena, m->failure, "hint", ecs_value_text(m->arena, hint));
}

static void finish(ecs_machine *m, double now) {
  conclude(m);
  ecs_machine_fail(m, now, m->failure);
}

static void describe_tasks(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  (void)service;
  if (answer == NULL)
    return; /* ecs_evidence has asked already */
  const ecs_value *tasks = answer->kind == ECS_ANSWER_OK ? ecs_value_get(answer->body, "tasks") : NULL;
  ecs_value *list = ecs_value_list(m->arena);
  for (int pass = 0; pass < 2; pass++) { /* those of our deployment; when there are none, all */
    for (size_t i = 0; i < ecs_value_count(tasks) && ecs_value_count(list) < MOST_TASKS; i++) {
      const ecs_value *task = ecs_value_at(tasks, i);
      bool ours = m->followed != NULL && ecs_value_is_text(ecs_value_get(task, "startedBy"), m->followed);
      if (ours || (pass == 1 && m->followed == NULL))
        ecs_value_push(m->arena, list, task_of(m, task));
    }
    if (ecs_value_count(list) > 0)
      break;
  }
  ecs_value_set(m->arena, evidence_of(m), "tasks", list);
  finish(m, now);
}

void ecs_evidence(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  (void)service;
  if (answer == NULL) {
    ecs_arena *arena = ecs_machine_asking(m);
    if (m->seen != NULL)
      add_events(m);
    ecs_machine_ask(m, "ListTasks", ecs_schema_stopped_tasks_request(arena, m->cluster, m->service), false, now);
    return;
  }
  const ecs_value *arns = answer->kind == ECS_ANSWER_OK ? ecs_value_get(answer->body, "taskArns") : NULL;
  if (ecs_value_count(arns) == 0) { /* nothing stopped, or a server without this operation */
    finish(m, now);
    return;
  }
  ecs_arena *arena = ecs_machine_asking(m);
  ecs_value *body = ecs_value_map(arena);
  if (m->cluster != NULL)
    ecs_value_set(arena, body, "cluster", ecs_value_text(arena, m->cluster));
  ecs_value_set(arena, body, "tasks", ecs_value_copy(arena, arns));
  ecs_machine_go(m, describe_tasks, now);
  ecs_machine_ask(m, "DescribeTasks", body, false, now);
}

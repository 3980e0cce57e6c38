#include "task/operations.h"

#include <string.h>

#include "engine/machine.h"

enum {
  FIRST_LOOK = 2, /* what ends soon is seen soon */
  LOOK = 6,
  LAG = 60, /* reads may be so much behind RunTask */
  MOST_TASKS = 10
};

typedef struct task_run {
  const char *cluster, *container;
  const ecs_value *arns;        /* of those that are waited for; in the machine's arena */
  const ecs_value *tasks;       /* as they were last seen; in m->latest */
  const ecs_value *failures;    /* of RunTask */
  const char *told[MOST_TASKS]; /* the status of each that was told last */
  double seen_at, timeout;
  bool former; /* what is waited for was begun by an earlier run, and is not what is to be run now */
} task_run;

static task_run *run_of(const ecs_machine *m) { return m->own; }

static const char *text_of(const ecs_value *map, const char *name) {
  return ecs_value_text_or(ecs_value_get(map, name), "");
}

/* "0123abc" of "arn:…:task/prod/0123abc" */
static const char *id_of(const char *arn) {
  const char *slash = strrchr(arn, '/');
  return slash == NULL ? arn : slash + 1;
}

static void setup(ecs_machine *m) {
  task_run *run = run_of(m);
  const ecs_value *tasks = ecs_value_get(m->op, "tasks"), *former = ecs_value_get(m->op, "former");
  run->cluster = ecs_value_text_or(ecs_value_get(m->op, "cluster"), "default");
  run->container = text_of(m->op, "container");
  run->former = tasks == NULL && former != NULL;
  run->arns = tasks == NULL ? former : tasks;
  run->timeout = ecs_value_number_or(ecs_value_get(m->op, "timeout"), 3600);
}

/* Looking: DescribeTasks takes a hundred tasks of one cluster; a machine has ten at most. */

static const char *cluster_of(const ecs_machine *m) { return run_of(m)->cluster; }

static ecs_value *describe(ecs_arena *arena, ecs_machine *const *machines, size_t count) {
  ecs_value *body = ecs_value_map(arena), *arns = ecs_value_list(arena);
  for (size_t i = 0; i < count; i++) {
    const ecs_value *own = run_of(machines[i])->arns;
    for (size_t k = 0; k < ecs_value_count(own); k++)
      ecs_value_push(arena, arns, ecs_value_at(own, k));
  }
  ecs_value_set(arena, body, "cluster", ecs_value_text(arena, run_of(machines[0])->cluster));
  ecs_value_set(arena, body, "tasks", arns);
  return body;
}

static const char *problem_with(const ecs_value *body) {
  return ecs_value_is_null(ecs_value_get(body, "tasks")) ? "the answer names no tasks, not even none" : NULL;
}

static const ecs_value *pick(ecs_machine *m, const ecs_value *body) {
  (void)m;
  return ecs_value_get(body, "tasks");
}

static const ecs_batch looks = {"DescribeTasks", 10, cluster_of, describe, problem_with, pick};

static const ecs_value *find(const ecs_value *tasks, const char *arn) {
  for (size_t i = 0; i < ecs_value_count(tasks); i++) {
    if (ecs_value_is_text(ecs_value_get(ecs_value_at(tasks, i), "taskArn"), arn))
      return ecs_value_at(tasks, i);
  }
  return NULL;
}

static void tell_status(ecs_machine *m, double now, size_t place, const ecs_value *task) {
  task_run *run = run_of(m);
  const char *status = text_of(task, "lastStatus");
  if (place >= MOST_TASKS || (run->told[place] != NULL && strcmp(run->told[place], status) == 0))
    return;
  run->told[place] = ecs_arena_text(m->arena, status, strlen(status));
  ecs_note *note = ecs_machine_event_of(m, now, "task");
  if (note == NULL)
    return;
  ecs_value_set_text(note->arena, note->details, "task_arn", text_of(task, "taskArn"));
  ecs_value_set_text(note->arena, note->details, "task", id_of(text_of(task, "taskArn")));
  ecs_value_set_text(note->arena, note->details, "status", status);
  ecs_value_set_text(note->arena, note->details, "task_definition", id_of(text_of(task, "taskDefinitionArn")));
  ecs_value_set_text(note->arena, note->details, "cluster", id_of(text_of(task, "clusterArn")));
  ecs_machine_tell(m, note);
}

/* Keeps the tasks as they are now; whether the answer has them all. */
static bool see(ecs_machine *m, double now, const ecs_value *seen) {
  task_run *run = run_of(m);
  for (size_t i = 0; i < ecs_value_count(run->arns); i++) {
    if (find(seen, ecs_value_text_or(ecs_value_at(run->arns, i), "")) == NULL)
      return false;
  }
  ecs_arena *arena = ecs_machine_seeing(m);
  ecs_value *own = ecs_value_list(arena);
  for (size_t i = 0; i < ecs_value_count(run->arns); i++) {
    const ecs_value *task = find(seen, ecs_value_text_or(ecs_value_at(run->arns, i), ""));
    ecs_value_push(arena, own, ecs_value_copy(arena, task));
    tell_status(m, now, i, task);
  }
  run->tasks = own;
  run->seen_at = now;
  return true;
}

static const ecs_value *running(const ecs_machine *m) {
  const ecs_value *tasks = run_of(m)->tasks;
  for (size_t i = 0; i < ecs_value_count(tasks); i++) {
    if (!ecs_value_is_text(ecs_value_get(ecs_value_at(tasks, i), "lastStatus"), "STOPPED"))
      return ecs_value_at(tasks, i);
  }
  return NULL;
}

/* The exit code of the container that is watched, or NULL: it has none. */
static const ecs_value *exit_of(const ecs_machine *m, const ecs_value *task) {
  const ecs_value *containers = ecs_value_get(task, "containers");
  for (size_t i = 0; i < ecs_value_count(containers); i++) {
    const ecs_value *container = ecs_value_at(containers, i);
    if (ecs_value_is_text(ecs_value_get(container, "name"), run_of(m)->container))
      return ecs_value_unless_null(ecs_value_get(container, "exitCode"));
  }
  return NULL;
}

/* A container that exited with 0 is a success only when ECS says that the task ended by itself. */
static bool ended_well(const ecs_machine *m, const ecs_value *task) {
  return ecs_value_int_or(exit_of(m, task), -1) == 0 &&
         ecs_value_is_text(ecs_value_get(task, "stopCode"), "EssentialContainerExited");
}

static void fail(ecs_machine *m, double now, const char *code, const char *hint, const char *message) {
  ecs_machine_fail(m, now, ecs_machine_error(m, code, hint, "%s", message));
}

static ecs_phase start, watch;

static void end(ecs_machine *m, double now) {
  task_run *run = run_of(m);
  const ecs_value *unwell = NULL;
  if (run->former) {
    run->former = false;
    run->arns = run->tasks = NULL;
    memset(run->told, 0, sizeof run->told);
    ecs_machine_go(m, start, now);
    return;
  }
  for (size_t i = 0; unwell == NULL && i < ecs_value_count(run->tasks); i++)
    unwell = ended_well(m, ecs_value_at(run->tasks, i)) ? NULL : ecs_value_at(run->tasks, i);
  if (unwell == NULL)
    ecs_machine_done(m, now, "ended");
  else
    fail(m, now, "TaskFailed", NULL,
         ecs_arena_format(m->arena, "the task %s did not end well", id_of(text_of(unwell, "taskArn"))));
}

/* Never for RUNNING first: what ends at once is STOPPED at the next look. */
static void watch(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *item) {
  task_run *run = run_of(m);
  if (answer == NULL) {
    m->waits = true;
    run->seen_at = now;
    ecs_machine_look(m, now + (run->tasks == NULL ? 0 : FIRST_LOOK));
    m->ask.patient = true;
  } else if (answer->kind != ECS_ANSWER_OK) {
    ecs_machine_refuse(m, now, answer);
  } else if (see(m, now, item) && running(m) == NULL) {
    end(m, now);
  } else if (now - run->seen_at > LAG) {
    fail(m, now, "OutcomeUnknown", "see what it did, and run it again only when that is safe",
         "ECS does not know the task any more, and never said how it ended");
  } else if (now < m->deadline) {
    ecs_machine_poll(m, now + LOOK, now);
  } else {
    m->kind->late(m, now);
  }
}

static void record(ecs_machine *m, double now) {
  ecs_note *note = ecs_machine_note(m, ECS_ACTION_RECORD, now);
  if (note == NULL)
    return;
  ecs_value_set_text(note->arena, note->details, "status", "started");
  ecs_value_set(note->arena, note->details, "tasks", ecs_value_copy(note->arena, run_of(m)->arns));
  ecs_machine_tell(m, note);
}

static void started(ecs_machine *m, double now, const ecs_value *body) {
  task_run *run = run_of(m);
  const ecs_value *tasks = ecs_value_get(body, "tasks"), *failures = ecs_value_get(body, "failures");
  ecs_value *arns = ecs_value_list(m->arena);
  for (size_t i = 0; i < ecs_value_count(tasks); i++) {
    const char *arn = text_of(ecs_value_at(tasks, i), "taskArn");
    ecs_value_push(m->arena, arns, ecs_value_string(m->arena, arn, strlen(arn)));
  }
  run->arns = arns;
  see(m, now, tasks);
  if (ecs_value_count(arns) > 0)
    record(m, now);
  if (ecs_value_count(failures) > 0 || ecs_value_count(arns) == 0) {
    run->failures = failures == NULL ? NULL : ecs_value_copy(m->arena, failures);
    fail(m, now, "TaskNotPlaced", NULL, "the task was not placed");
  } else {
    ecs_machine_go(m, watch, now);
  }
}

static void start(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *item) {
  (void)item;
  if (answer == NULL) {
    ecs_machine_asking(m);
    ecs_machine_ask(m, "RunTask", ecs_value_get(m->op, "body"), true, now);
  } else if (answer->kind != ECS_ANSWER_OK) {
    ecs_machine_refuse(m, now, answer);
  } else {
    started(m, now, answer->body);
  }
}

static void start_run(ecs_machine *m, double now) {
  m->began = m->told_at = now;
  m->deadline = now + run_of(m)->timeout;
  ecs_machine_event(m, now, "started", "action", m->verb->name);
  ecs_machine_go(m, run_of(m)->arns == NULL ? start : watch, now);
}

static const char *where(ecs_machine *m) { return m->address; }

static void late(ecs_machine *m, double now) {
  const task_run *run = run_of(m);
  const ecs_value *task = running(m);
  const char *id = id_of(text_of(task, "taskArn"));
  if (task == NULL) {
    fail(m, now, "Timeout", "see why ECS does not answer, then apply again",
         ecs_arena_format(m->arena, "ECS did not say within %.0f s how it ended", run->timeout));
    return;
  }
  fail(m, now, "Timeout",
       ecs_arena_format(m->arena,
                        "see what it does: ecs-service logs %s; the next apply waits for it, and starts no other",
                        m->address),
       ecs_arena_format(m->arena, "the task %s is %s after %.0f s; it was left as it is", id,
                        text_of(task, "lastStatus"), run->timeout));
}

static const char *left(ecs_machine *m, const char **hint) {
  const task_run *run = run_of(m);
  *hint = "apply again: what runs is waited for, and not started twice";
  if (run->arns == NULL && m->ask.tries == 0)
    return "it was not started";
  return run->arns == NULL ? "it may have been started" : "the task goes on";
}

static void tell(ecs_machine *m, ecs_arena *arena, ecs_value *details, bool ok) {
  const task_run *run = run_of(m);
  (void)ok;
  if (run->failures != NULL)
    ecs_value_set(arena, details, "failures", ecs_value_copy(arena, run->failures));
  if (run->tasks == NULL)
    return;
  ecs_value_set(arena, details, "tasks", ecs_value_copy(arena, run->tasks));
  const ecs_value *code = exit_of(m, ecs_value_at(run->tasks, 0));
  if (code != NULL)
    ecs_value_set(arena, details, "exit_code", ecs_value_copy(arena, code));
}

static const ecs_verb verbs[] = {{"run", true, start_run}, {NULL, false, NULL}};
static const ecs_api *const apis[] = {&ecs_api_ecs, NULL};
static const ecs_answer_form forms[] = {
    {"tasks", ECS_LIST, ECS_MAP}, {"failures", ECS_LIST, ECS_MAP}, {NULL, ECS_NULL, ECS_NULL}};

const ecs_engine_kind ecs_task_operations = {
    .name = "task",
    .apis = apis,
    .size = sizeof(task_run),
    .verbs = verbs,
    .batch = &looks,
    .forms = forms,
    .setup = setup,
    .where = where,
    .late = late,
    .tell = tell,
    .left = left,
};

#include "scaling/operations.h"

#include <string.h>

#include "engine/machine.h"

enum {
  PATIENCE = 600, /* seconds for all steps of one */
  SETTLING = 60,  /* seconds after its beginning for which what was just made may not be known everywhere */
  PAUSE = 2 /* before a step is repeated that found another change under way, or too little of the one before it */
};

typedef struct scaling_run {
  const ecs_value *steps;
  const char *arn; /* of the target, once it is known */
  size_t at;
} scaling_run;

static scaling_run *run_of(const ecs_machine *m) { return m->own; }

static void setup(ecs_machine *m) { run_of(m)->steps = ecs_value_get(m->op, "steps"); }

static const ecs_value *step_of(const ecs_machine *m) { return ecs_value_at(run_of(m)->steps, run_of(m)->at); }

static const char *operation_of(const ecs_machine *m) {
  return ecs_value_text_or(ecs_value_get(step_of(m), "operation"), "");
}

static bool takes_away(const char *operation) {
  return strncmp(operation, "Delete", 6) == 0 || strncmp(operation, "Deregister", 10) == 0;
}

static bool is_code(const ecs_answer *answer, const char *code) { return strcmp(answer->code, code) == 0; }

/* Whether the refusal passes: another change of the target goes on, or a policy is ahead of the target that it is for, or
** of the role by which its alarms are made. */
static bool passes(const ecs_machine *m, const ecs_answer *answer, double now) {
  if (is_code(answer, "ConcurrentUpdateException"))
    return now < m->deadline;
  bool early = is_code(answer, "ObjectNotFoundException") || is_code(answer, "FailedResourceAccessException");
  return early && run_of(m)->at > 0 && strncmp(operation_of(m), "Put", 3) == 0 && now < m->began + SETTLING;
}

static ecs_phase carry_out;

static void next(ecs_machine *m, double now, const ecs_answer *answer) {
  scaling_run *run = run_of(m);
  const char *arn = ecs_value_text_or(ecs_value_get(answer->body, "ScalableTargetARN"), NULL);
  if (arn != NULL)
    run->arn = ecs_arena_text(m->arena, arn, strlen(arn));
  run->at++;
  if (run->at < ecs_value_count(run->steps))
    ecs_machine_go(m, carry_out, now);
  else
    ecs_machine_done(m, now, m->verb->name);
}

static void carry_out(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *item) {
  (void)item;
  if (answer == NULL) {
    ecs_machine_asking(m);
    ecs_machine_ask(m, operation_of(m), ecs_value_get(step_of(m), "body"), true, now);
  } else if (answer->kind == ECS_ANSWER_OK ||
             (takes_away(operation_of(m)) && is_code(answer, "ObjectNotFoundException"))) {
    next(m, now, answer);
  } else if (passes(m, answer, now)) {
    ecs_machine_again(m, now + PAUSE);
  } else {
    ecs_machine_refuse(m, now, answer);
  }
}

static void start(ecs_machine *m, double now) {
  m->began = m->told_at = now;
  m->deadline = now + PATIENCE;
  ecs_machine_event(m, now, "started", "action", m->verb->name);
  if (ecs_value_count(run_of(m)->steps) == 0)
    ecs_machine_done(m, now, m->verb->name);
  else
    ecs_machine_go(m, carry_out, now);
}

static const char *where(ecs_machine *m) { return m->address; }

static void late(ecs_machine *m, double now) {
  ecs_machine_fail(m, now,
                   ecs_machine_error(m, "Timeout", "apply again: what is done already is not done twice",
                                     "%s was not answered in time", operation_of(m)));
}

static const char *left(ecs_machine *m, const char **hint) {
  *hint = "apply again: what is missing is done then";
  return run_of(m)->at == 0 && m->ask.tries == 0 ? "nothing of it was changed" : "it may be changed in part";
}

static void tell(ecs_machine *m, ecs_arena *arena, ecs_value *details, bool ok) {
  (void)ok;
  if (run_of(m)->arn != NULL)
    ecs_value_set_text(arena, details, "arn", run_of(m)->arn);
}

static const ecs_verb verbs[] = {{"create", true, start},
                                 {"update", true, start},
                                 {"replace", true, start},
                                 {"delete", true, start},
                                 {NULL, false, NULL}};
static const ecs_api *const apis[] = {&ecs_api_autoscaling, NULL};

const ecs_engine_kind ecs_scaling_operations = {
    .name = "scaling",
    .apis = apis,
    .size = sizeof(scaling_run),
    .verbs = verbs,
    .setup = setup,
    .where = where,
    .late = late,
    .tell = tell,
    .left = left,
};

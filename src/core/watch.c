/* watch: waits for a deployment, and tells the truth about it. */
#include <string.h>

#include "machine.h"
#include "schema_plan.h"

enum { READ_LAG_SECONDS = 120 };

static bool is(const char *a, const char *b) { return a != NULL && strcmp(a, b) == 0; }

static void poll(ecs_machine *m, double now) {
  double most = ecs_machine_number(ecs_machine_option(m, "poll_max_seconds"), "", 10);
  double due = now + m->interval;
  m->interval = m->interval * 1.5 > most ? most : m->interval * 1.5;
  ecs_machine_describe(m, due > m->deadline ? m->deadline : due);
}

static ecs_phase definition_then_finish;

static void finish(ecs_machine *m, double now) {
  if (is(m->action, "wait")) {
    ecs_machine_flatten(m);
    ecs_machine_done(m, now, m->until);
    return;
  }
  ecs_machine_go(m, definition_then_finish, now);
}

/* The attributes that are recorded say which revision a family meant. */
static void definition_then_finish(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  (void)service;
  const char *family = ecs_schema_open_family(ecs_value_get(m->op, "config"), NULL);
  if (answer == NULL && family != NULL && m->latest_definition == NULL) {
    ecs_arena *arena = ecs_machine_asking(m);
    ecs_machine_ask(m, "DescribeTaskDefinition", ecs_schema_family_request(arena, family), false, now);
    return;
  }
  if (answer != NULL && answer->kind == ECS_ANSWER_OK && ecs_schema_family_answer(answer->body) != NULL) {
    const char *latest = ecs_schema_family_answer(answer->body);
    m->latest_definition = ecs_arena_text(m->arena, latest, strlen(latest));
  }
  ecs_machine_flatten(m);
  ecs_machine_record(m, now, "ok", NULL);
  if (m->after_made != NULL)
    ecs_machine_go(m, m->after_made, now);
  else
    ecs_machine_done(m, now, is(m->action, "create") ? "created" : is(m->action, "replace") ? "replaced" : "updated");
}

/* "deployment of mongo:7" */
static const char *what(ecs_machine *m) {
  const char *definition = m->followed_definition;
  const char *text = ecs_arena_format(m->arena, "the deployment%s%s", definition == NULL ? "" : " of ",
                                      definition == NULL ? "" : definition);
  return text == NULL ? "the deployment" : text;
}

static bool mentions_rollback(const char *reason) {
  return reason != NULL && (strstr(reason, "roll") != NULL || strstr(reason, "Roll") != NULL);
}

/* Ours failed, or is not the newest any more: why, and what runs now. True when the machine is on its way to the end. */
static bool failed(ecs_machine *m, double now, const ecs_service_status *status, const ecs_deployment *ours, bool found,
                   const ecs_deployment *primary, bool has_primary) {
  bool newest = found && has_primary && is(primary->id, ours->id);
  bool broke = found && is(ours->state, "FAILED");
  if (!broke && (newest || !has_primary))
    return false;
  const char *reason = found && ours->reason != NULL ? ours->reason : has_primary ? primary->reason : NULL;
  bool back = (found && broke && mentions_rollback(ours->reason)) ||
              (!newest && has_primary && (broke || mentions_rollback(primary->reason)));
  const char *running = has_primary ? ecs_schema_short_definition(primary->task_definition) : "";
  if (back && !newest) {
    m->failure = ecs_machine_error(m, "DeploymentRolledBack", NULL, "%s failed after %.0f s and was rolled back to %s",
                                   what(m), now - m->began, running);
  } else if (back) {
    m->failure = ecs_machine_error(m, "DeploymentRolledBack", NULL, "%s failed after %.0f s and is being rolled back",
                                   what(m), now - m->began);
  } else if (broke) {
    m->failure = ecs_machine_error(m, "DeploymentFailed", NULL, "%s failed after %.0f s; it is not rolled back", what(m),
                                   now - m->began);
  } else {
    m->failure = ecs_machine_error(m, "DeploymentSuperseded", "someone else deployed meanwhile; plan again",
                                   "%s was superseded by a newer one (%s, %s) after %.0f s", what(m), primary->id, running,
                                   now - m->began);
  }
  ecs_value *evidence = ecs_value_map(m->arena);
  if (reason != NULL)
    ecs_value_set(m->arena, evidence, "reason", ecs_value_text(m->arena, reason));
  if (m->followed != NULL)
    ecs_value_set(m->arena, evidence, "deployment_id", ecs_value_text(m->arena, m->followed));
  if (has_primary) {
    ecs_value *running_now = ecs_value_map(m->arena);
    ecs_value_set(m->arena, running_now, "task_definition", ecs_value_text(m->arena, running));
    ecs_value_set(m->arena, running_now, "running", ecs_value_int(m->arena, status->running));
    ecs_value_set(m->arena, running_now, "desired", ecs_value_int(m->arena, status->desired));
    ecs_value_set(m->arena, evidence, "running_now", running_now);
  }
  ecs_value_set(m->arena, m->failure, "evidence", evidence);
  ecs_machine_go(m, ecs_evidence, now);
  return true;
}

static bool steady(const ecs_machine *m, const ecs_service_status *status, const ecs_deployment *ours) {
  bool deployed = ours->state == NULL || is(ours->state, "COMPLETED");
  if (is(m->until, "deployed"))
    return deployed && (ours->state != NULL || ours->running >= ours->desired);
  return deployed && ecs_value_count(status->deployments) <= 1 && status->pending == 0 &&
         (status->daemon || status->running == status->desired);
}

static void look(ecs_machine *m, double now, const ecs_value *service) {
  ecs_service_status status;
  ecs_deployment ours = {0}, primary = {0};
  ecs_machine_see(m, now, service);
  ecs_schema_status(m->seen, &status);
  if (!is(status.status, "ACTIVE")) {
    m->failure = ecs_machine_error(m, "ServiceInactive", "someone deletes or deleted it; plan again", "%s is %s",
                                   ecs_machine_where(m), status.status);
    ecs_machine_go(m, ecs_evidence, now);
    return;
  }
  if (is(m->until, "active")) {
    finish(m, now);
    return;
  }
  bool has_primary = ecs_schema_find_deployment(&status, NULL, "PRIMARY", &primary);
  if (m->followed == NULL && has_primary) {
    const char *definition = ecs_schema_short_definition(primary.task_definition);
    m->followed = ecs_arena_text(m->arena, primary.id, strlen(primary.id));
    m->followed_definition = ecs_arena_text(m->arena, definition, strlen(definition));
  }
  bool found = m->followed != NULL && ecs_schema_find_deployment(&status, m->followed, NULL, &ours);
  if (m->followed != NULL && failed(m, now, &status, &ours, found, &primary, has_primary))
    return;
  if (!steady(m, &status, &ours)) {
    m->steady_since = -1;
  } else {
    double stable = ecs_machine_number(ecs_machine_option(m, "stable_for"), "", 0);
    if (m->steady_since < 0)
      m->steady_since = now;
    if (now - m->steady_since >= stable) {
      finish(m, now);
      return;
    }
  }
  if (now >= m->deadline)
    ecs_machine_late(m, now);
  else
    poll(m, now);
}

void ecs_watch(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  if (answer == NULL) {
    m->patient = true;
    m->steady_since = -1;
    if (is(m->action, "wait")) {
      ecs_machine_describe(m, now);
      return;
    }
    ecs_machine_event(m, now, "waiting", "for", is(m->until, "active") ? "the service to be ACTIVE" : "the deployment to be steady");
    ecs_machine_describe(m, is(m->until, "active") ? now : now + m->interval);
    return;
  }
  if (answer->kind != ECS_ANSWER_OK) {
    ecs_machine_refuse(m, now, answer);
  } else if (service != NULL) {
    look(m, now, service);
  } else if (m->made && now < m->made_at + READ_LAG_SECONDS && now < m->deadline) {
    poll(m, now); /* reads may lag behind the create */
  } else {
    ecs_machine_fail(m, now, ecs_machine_error(m, "NotFound", "it was deleted, or never was: plan again",
                                               "there is no service %s", ecs_machine_where(m)));
  }
}

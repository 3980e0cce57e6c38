/* watch_records: asks for the service deployment of the followed deployment, where that decides or explains something. */
#include <math.h>
#include <string.h>

#include "engine/machine.h"

enum {
  APPEARS_SECONDS = 60, /* so long one that is not listed yet is looked for at every turn */
  SELDOM_SECONDS = 60,  /* between two looks after that, and where nothing but the record would tell of an end */
};

/* A server that does not have them, or does not show them to us, is asked once. */
static bool refused(ecs_machine *m, const ecs_answer *answer) {
  if (answer->kind == ECS_ANSWER_REFUSED)
    m->record.refused = true;
  return answer->kind != ECS_ANSWER_OK;
}

static void read_record(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  (void)service;
  if (answer == NULL) {
    ecs_arena *arena = ecs_machine_asking(m);
    ecs_machine_ask(m, "DescribeServiceDeployments", ecs_records_request(arena, m->record.arn), false, now);
    return;
  }
  ecs_service_record record;
  if (!refused(m, answer)) {
    ecs_records_answer(answer->body, &record);
    ecs_service_record *own = &m->record.now;
    own->status = ecs_arena_text(m->arena, record.status, strlen(record.status));
    own->reason = record.reason == NULL ? NULL : ecs_arena_text(m->arena, record.reason, strlen(record.reason));
    own->arn = m->record.arn;
    if (own->status == NULL || record.arn[0] == '\0')
      *own = (ecs_service_record){0};
  }
  ecs_watch_resume(m, now);
}

/* It may be listed later than its deployment is shown, and in the worst case much later. */
static void missed(ecs_machine *m, double now) {
  if (m->record.missed_at == 0)
    m->record.missed_at = now;
  if (now >= m->record.missed_at + APPEARS_SECONDS)
    m->record.due = now + SELDOM_SECONDS;
}

static void list_records(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  (void)service;
  if (answer == NULL) {
    ecs_arena *arena = ecs_machine_asking(m);
    ecs_machine_ask(m, "ListServiceDeployments",
                    ecs_records_list_request(arena, m->cluster, m->service, m->followed_created), false, now);
    return;
  }
  if (refused(m, answer)) {
    ecs_watch_resume(m, now);
    return;
  }
  ecs_service_status status;
  ecs_schema_status(m->seen, &status);
  const char *arn =
      ecs_records_list_answer(answer->body, &status, m->followed, m->followed_created, &m->record.numbered);
  m->record.arn = arn == NULL ? NULL : ecs_arena_text(m->arena, arn, strlen(arn));
  if (m->record.arn != NULL) {
    ecs_machine_go(m, read_record, now);
    return;
  }
  missed(m, now);
  ecs_watch_resume(m, now);
}

/* Without a rollout state nothing tells of a deployment that someone has stopped but its record, and that it wants no
** tasks any more. */
static bool may_have_ended(const ecs_machine *m, double now, const ecs_service_status *status,
                           const ecs_deployment *ours) {
  double due = fmax(m->record.rolling_due, m->began + SELDOM_SECONDS);
  return ours->state == NULL && ((ours->desired == 0 && status->desired > 0) || now >= due);
}

bool ecs_watch_consults(const ecs_machine *m, double now, const ecs_service_status *status, const ecs_judgement *v) {
  if (m->record.refused || status->record == NULL || m->followed == NULL || m->followed_created <= 0 ||
      status->task_sets || ecs_records_ended(&m->record.now) || now < m->record.due)
    return false;
  switch (v->finding) {
    case ECS_FOUND_STEADY:
    case ECS_FOUND_DEPLOYED: return v->ours.state == NULL || !status->rolling;
    case ECS_FOUND_ROLLING: return v->unsaid || (v->found && may_have_ended(m, now, status, &v->ours));
    case ECS_FOUND_BREAKING:
    case ECS_FOUND_FAILED:
    case ECS_FOUND_ROLLED_BACK:
    case ECS_FOUND_SUPERSEDED: return true;
    default: return false;
  }
}

void ecs_watch_consult(ecs_machine *m, double now) {
  m->record.rolling_due = now + SELDOM_SECONDS;
  ecs_machine_go(m, m->record.arn == NULL ? list_records : read_record, now);
}

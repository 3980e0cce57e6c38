#include "service/watch_records.h"

#include <math.h>
#include <string.h>

enum {
  APPEARS_SECONDS = 60, /* so long one that is not listed yet is looked for at every turn */
  SELDOM_SECONDS = 60,  /* between two looks after that, and where nothing but the record would tell of an end */
};

/* A server that does not have them, or does not show them to us, is asked once. */
static bool refused(ecs_machine *m, const ecs_answer *answer) {
  if (answer->kind == ECS_ANSWER_REFUSED)
    ecs_flow_of(m)->record.refused = true;
  return answer->kind != ECS_ANSWER_OK;
}

static void read_record(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  ecs_flow *flow = ecs_flow_of(m);
  (void)service;
  if (answer == NULL) {
    ecs_arena *arena = ecs_machine_asking(m);
    ecs_machine_ask(m, "DescribeServiceDeployments", ecs_records_request(arena, flow->record.arn), false, now);
    return;
  }
  ecs_service_record record;
  if (!refused(m, answer)) {
    ecs_records_answer(answer->body, &record);
    ecs_service_record *own = &flow->record.now;
    /* What it ended with is not asked for again; all else is true until the next look. */
    ecs_arena *arena = ecs_records_ended(&record) ? m->arena : m->latest;
    own->status = ecs_arena_text(arena, record.status, strlen(record.status));
    own->reason = record.reason == NULL ? NULL : ecs_arena_text(arena, record.reason, strlen(record.reason));
    flow->record.shown = ecs_value_copy(arena, ecs_value_at(ecs_value_get(answer->body, "serviceDeployments"), 0));
    own->arn = flow->record.arn;
    if (own->status == NULL || record.arn[0] == '\0')
      *own = (ecs_service_record){0};
  }
  flow->record.after(m, now);
}

/* It may be listed later than its deployment is shown, and in the worst case much later. */
static void missed(ecs_machine *m, double now) {
  ecs_flow *flow = ecs_flow_of(m);
  if (flow->record.missed_at == 0)
    flow->record.missed_at = now;
  if (now >= flow->record.missed_at + APPEARS_SECONDS)
    flow->record.due = now + SELDOM_SECONDS;
}

static void list_records(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  ecs_flow *flow = ecs_flow_of(m);
  (void)service;
  if (answer == NULL) {
    ecs_arena *arena = ecs_machine_asking(m);
    ecs_machine_ask(m, "ListServiceDeployments",
                    ecs_records_list_request(arena, flow->cluster, flow->service, flow->follow.created), false, now);
    return;
  }
  if (refused(m, answer)) {
    flow->record.after(m, now);
    return;
  }
  ecs_service_status status;
  ecs_schema_status(flow->seen.service, &status);
  const char *arn =
      ecs_records_list_answer(answer->body, &status, flow->follow.id, flow->follow.created, &flow->record.numbered);
  flow->record.arn = arn == NULL ? NULL : ecs_arena_text(m->arena, arn, strlen(arn));
  if (flow->record.arn != NULL) {
    ecs_machine_go(m, read_record, now);
    return;
  }
  missed(m, now);
  flow->record.after(m, now);
}

/* Without a rollout state nothing tells of a deployment that someone has stopped but its record, and that it wants no
** tasks any more. */
static bool may_have_ended(const ecs_machine *m, double now, const ecs_service_status *status,
                           const ecs_deployment *ours) {
  double due = fmax(ecs_flow_of(m)->record.rolling_due, m->began + SELDOM_SECONDS);
  return ours->state == NULL && ((ours->desired == 0 && status->desired > 0) || now >= due);
}

bool ecs_watch_consults(const ecs_machine *m, double now, const ecs_service_status *status, const ecs_judgement *v) {
  ecs_flow *flow = ecs_flow_of(m);
  if (flow->record.refused || status->record == NULL || flow->follow.id == NULL || flow->follow.created <= 0 ||
      status->task_sets || ecs_records_ended(&flow->record.now) || now < flow->record.due)
    return false;
  switch (v->finding) {
    case ECS_FOUND_STEADY:
    case ECS_FOUND_DEPLOYED: return v->ours.state == NULL || !status->rolling;
    case ECS_FOUND_ROLLING:
      return !status->rolling || v->unsaid || (v->found && may_have_ended(m, now, status, &v->ours));
    case ECS_FOUND_BREAKING:
    case ECS_FOUND_FAILED:
    case ECS_FOUND_ROLLED_BACK:
    case ECS_FOUND_SUPERSEDED: return true;
    default: return false;
  }
}

void ecs_watch_consult(ecs_machine *m, double now, ecs_flow_next *after) {
  ecs_flow *flow = ecs_flow_of(m);
  flow->record.after = after;
  flow->record.rolling_due = now + SELDOM_SECONDS;
  ecs_machine_go(m, flow->record.arn == NULL ? list_records : read_record, now);
}

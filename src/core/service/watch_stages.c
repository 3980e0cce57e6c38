#include "service/watch_stages.h"

#include <math.h>
#include <string.h>

#include "base/json_write.h"
#include "service/seen.h"
#include "service/stages.h"

static bool is(const char *a, const char *b) { return a != NULL && strcmp(a, b) == 0; }

static const char *kept(ecs_machine *m, const char *text) {
  return text == NULL ? NULL : ecs_arena_text(m->arena, text, strlen(text));
}

bool ecs_watch_stage(const ecs_machine *m, ecs_staged *staged) {
  ecs_staged_of(ecs_flow_of(m)->record.shown, staged);
  return staged->stage != NULL;
}

/* A stage, or a step of the shift, that is seen for the first time began with the last update, if that is known. */
static void begin_stage(ecs_machine *m, double now, const ecs_staged *staged) {
  ecs_flow_stages *stages = &ecs_flow_of(m)->stages;
  if (is(stages->stage, staged->stage) && stages->production == staged->production)
    return;
  bool joined = stages->stage == NULL && staged->updated > 0;
  stages->since = joined ? fmin(now, staged->updated) : now;
  stages->stage = kept(m, staged->stage);
  stages->production = staged->production;
}

static void tell_stage(ecs_machine *m, double now, const ecs_value *value) {
  ecs_flow *flow = ecs_flow_of(m);
  ecs_note *note = ecs_machine_event_of(m, now, "stage");
  if (note == NULL)
    return;
  ecs_machine_detail(note, value);
  ecs_value_set_text(note->arena, note->details, "deployment_id", flow->follow.id);
  ecs_value_set_text(note->arena, note->details, "service_deployment", flow->record.arn);
  ecs_value_set(note->arena, note->details, "since", ecs_value_number(note->arena, flow->stages.since));
  ecs_machine_tell(m, note);
}

/* Whoever follows the deployment decides it, and nobody else is waited for. */
static bool is_answered(const ecs_machine *m, const ecs_staged *staged) {
  return ecs_stages_has(ecs_value_get(m->op, "answered_stages"), staged->stage);
}

/* {hook_id, hook, stage, expires_at, timeout_action}, of a decision that is waited for. */
static void describe_decision(ecs_arena *arena, ecs_value *map, const ecs_staged *staged) {
  const ecs_value *hook = staged->awaiting, *expires = ecs_value_get(hook, "expiresAt");
  ecs_value_set_text(arena, map, "hook_id", ecs_value_text_or(ecs_value_get(hook, "hookId"), NULL));
  ecs_value_set_text(arena, map, "hook", ecs_staged_hook_name(hook));
  ecs_value_set_text(arena, map, "stage", staged->stage);
  if (ecs_schema_seconds(expires) > 0)
    ecs_value_set(arena, map, "expires_at", ecs_value_copy(arena, expires));
  ecs_value_set_text(arena, map, "timeout_action", ecs_value_text_or(ecs_value_get(hook, "timeoutAction"), NULL));
}

static void tell_decision(ecs_machine *m, double now, const ecs_staged *staged) {
  ecs_flow *flow = ecs_flow_of(m);
  const char *id = ecs_value_text_or(ecs_value_get(staged->awaiting, "hookId"), "");
  double until = ecs_schema_seconds(ecs_value_get(staged->awaiting, "expiresAt"));
  bool told =
      is(flow->stages.decision, id) && (flow->stages.decision_until <= 0 || flow->stages.decision_until == until);
  flow->stages.decision_until = until;
  ecs_note *note = told ? NULL : ecs_machine_event_of(m, now, "decision");
  if (note == NULL)
    return;
  flow->stages.decision = kept(m, id);
  describe_decision(note->arena, note->details, staged);
  if (is_answered(m, staged))
    ecs_value_set(note->arena, note->details, "answered", ecs_value_bool(note->arena, true));
  ecs_value_set_text(note->arena, note->details, "deployment_id", flow->follow.id);
  ecs_value_set_text(note->arena, note->details, "service_deployment", flow->record.arn);
  ecs_machine_tell(m, note);
}

void ecs_watch_stages_tell(ecs_machine *m, double now) {
  ecs_flow *flow = ecs_flow_of(m);
  ecs_staged staged;
  if (!ecs_watch_stage(m, &staged))
    return;
  begin_stage(m, now, &staged);
  ecs_value *value = ecs_staged_value(m->latest, &staged);
  const char *signature = ecs_json_write(m->latest, value, 0, NULL);
  if (signature != NULL && !is(flow->stages.signature, signature)) {
    flow->stages.signature = kept(m, signature);
    flow->tell.moved_at = m->told_at = now;
    flow->follow.interval = ecs_outbox_number(m->outbox, "poll_seconds", 1);
    tell_stage(m, now, value);
  }
  if (staged.awaiting != NULL)
    tell_decision(m, now, &staged);
}

bool ecs_watch_stage_reached(const ecs_machine *m) {
  const ecs_flow *flow = ecs_flow_of(m);
  int wanted = ecs_staged_place(flow->follow.until);
  ecs_staged staged;
  return wanted >= 0 && ecs_watch_stage(m, &staged) && ecs_staged_place(staged.stage) >= wanted;
}

ecs_awaited ecs_watch_stage_awaited(ecs_machine *m, double now) {
  ecs_staged staged;
  if (!ecs_watch_stage(m, &staged))
    return (ecs_awaited){NULL, NULL};
  if (staged.awaiting != NULL)
    m->told_at = now; /* that is told once */
  return ecs_staged_awaited(m->latest, &staged, now - ecs_flow_of(m)->stages.since);
}

bool ecs_watch_paused(const ecs_machine *m) {
  ecs_staged staged;
  return ecs_watch_stage(m, &staged) && staged.awaiting != NULL && !is_answered(m, &staged);
}

bool ecs_watch_undecided(ecs_machine *m, double now) {
  const ecs_flow *flow = ecs_flow_of(m);
  ecs_staged staged;
  if (!ecs_watch_stage(m, &staged) || staged.awaiting == NULL)
    return false;
  const char *hint = ecs_arena_format(
      m->arena, "let it go on: ecs-service continue %s; or go back: ecs-service continue %s --rollback", m->address,
      m->address);
  const char *definition = flow->follow.definition == NULL ? "" : flow->follow.definition;
  ecs_value *error = ecs_machine_error(
      m, "AwaitingDecision", hint, "the deployment%s%s waits for a decision at %s (hook %s)",
      *definition == '\0' ? "" : " of ", definition, staged.stage, ecs_staged_hook_name(staged.awaiting));
  describe_decision(m->arena, error, &staged);
  ecs_value_set_text(m->arena, error, "deployment_id", flow->follow.id);
  ecs_machine_fail(m, now, error);
  return true;
}

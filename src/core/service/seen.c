#include "service/seen.h"

#include <string.h>

#include "base/json_write.h"
#include "schema/flatten.h"
#include "service/deployments.h"
#include "service/service.h"

/* FNV-1a; two events of one service that share it would be told once: that is bearable. */
static uint32_t print_of(const char *id) {
  uint32_t hash = 2166136261u;
  for (; *id != '\0'; id++)
    hash = (hash ^ (unsigned char)*id) * 16777619u;
  return hash == 0 ? 1 : hash;
}

static bool was_told(const ecs_machine *m, uint32_t print) {
  const ecs_flow *flow = ecs_flow_of(m);
  for (size_t i = 0; i < sizeof flow->tell.told / sizeof *flow->tell.told; i++) {
    if (flow->tell.told[i] == print)
      return true;
  }
  return false;
}

static void remember(ecs_machine *m, uint32_t print) {
  ecs_flow *flow = ecs_flow_of(m);
  flow->tell.told[flow->tell.next++ % (sizeof flow->tell.told / sizeof *flow->tell.told)] = print;
}

/* From here on ECS's clock counts, which may be another than this machine's. */
void ecs_seen_events_from(ecs_machine *m, const ecs_value *service) {
  ecs_flow *flow = ecs_flow_of(m);
  ecs_service_status status;
  ecs_schema_status(service, &status);
  flow->tell.events_from = 0;
  for (size_t i = 0; i < ecs_value_count(status.events); i++) {
    const ecs_value *event = ecs_value_at(status.events, i);
    double at = ecs_schema_seconds(ecs_value_get(event, "createdAt"));
    if (i == 0)
      flow->tell.events_from = at;
    if (at < flow->tell.events_from)
      break;
    remember(m, print_of(ecs_value_text_or(ecs_value_get(event, "id"), "")));
  }
}

static void tell_event(ecs_machine *m, double now, const ecs_value *event) {
  ecs_flow *flow = ecs_flow_of(m);
  const char *id = ecs_value_text_or(ecs_value_get(event, "id"), "");
  const char *message = ecs_value_text_or(ecs_value_get(event, "message"), "");
  double at = ecs_schema_seconds(ecs_value_get(event, "createdAt"));
  ecs_note *note = was_told(m, print_of(id)) ? NULL : ecs_machine_event_of(m, now, "service_event");
  if (note == NULL)
    return;
  ecs_value_set(note->arena, note->details, "id", ecs_value_text(note->arena, id));
  ecs_value_set(note->arena, note->details, "message", ecs_value_text(note->arena, message));
  ecs_value_set(note->arena, note->details, "occurred", ecs_value_copy(note->arena, ecs_value_get(event, "createdAt")));
  ecs_machine_tell(m, note);
  remember(m, print_of(id));
  m->told_at = now;
  if (strstr(message, "steady state") == NULL && strstr(message, "deployment completed") == NULL)
    flow->tell.news_at = now;
  if (at > flow->tell.events_from)
    flow->tell.events_from = at;
}

/* Events of the service that are new since the operation began, each once, the oldest first. */
static void tell_events(ecs_machine *m, double now, const ecs_service_status *status) {
  size_t count = ecs_value_count(status->events), fresh = 0;
  double from = ecs_flow_of(m)->tell.events_from;
  while (fresh < count && ecs_schema_seconds(ecs_value_get(ecs_value_at(status->events, fresh), "createdAt")) >= from)
    fresh++;
  for (size_t i = fresh; i > 0; i--)
    tell_event(m, now, ecs_value_at(status->events, i - 1));
}

/* The median of the durations that earlier runs recorded; without them, what ECS's events tell. */
static double usual_seconds(const ecs_machine *m, const ecs_service_status *status) {
  double past[16];
  const ecs_value *list = ecs_value_get(m->op, "durations");
  size_t count = ecs_value_count(list);
  if (count == 0)
    return ecs_records_usual_seconds(status);
  if (count > sizeof past / sizeof *past)
    count = sizeof past / sizeof *past;
  for (size_t i = 0; i < count; i++)
    past[i] = ecs_value_number_or(ecs_value_at(list, i), 0);
  return ecs_records_median(past, count);
}

static void tell_state(ecs_machine *m, double now, const ecs_service_status *status, const ecs_value *summary) {
  ecs_flow *flow = ecs_flow_of(m);
  ecs_note *note = ecs_machine_event_of(m, now, "state");
  if (note == NULL)
    return;
  ecs_machine_detail(note, summary);
  if (flow->follow.id != NULL)
    ecs_value_set(note->arena, note->details, "deployment_id", ecs_value_text(note->arena, flow->follow.id));
  m->course.usual = usual_seconds(m, status);
  if (m->course.usual > 0)
    ecs_value_set(note->arena, note->details, "usual", ecs_value_number(note->arena, m->course.usual));
  ecs_machine_tell(m, note);
}

void ecs_seen_update(ecs_machine *m, double now, const ecs_value *service) {
  ecs_service_status status;
  ecs_flow *flow = ecs_flow_of(m);
  flow->seen.service = ecs_value_copy(ecs_machine_seeing(m), service);
  ecs_schema_status(flow->seen.service, &status);
  if (flow->tell.events_from < 0)
    ecs_seen_events_from(m, flow->seen.service);
  tell_events(m, now, &status);
  ecs_value *summary = ecs_schema_status_value(m->latest, &status);
  const char *signature = ecs_json_write(m->latest, summary, 0, NULL), *former = flow->tell.signature;
  if (signature == NULL || (former != NULL && strcmp(signature, former) == 0))
    return;
  flow->tell.signature = ecs_arena_text(m->arena, signature, strlen(signature));
  flow->tell.moved_at = m->told_at = now;
  flow->follow.interval = ecs_outbox_number(m->outbox, "poll_seconds", 1);
  tell_state(m, now, &status, summary);
}

/* Reads lag behind writes: one that tells of nothing later than the answer to the change may be from before it. */
static bool lags(const ecs_machine *m) {
  const ecs_flow *flow = ecs_flow_of(m);
  ecs_service_status status;
  if (flow->seen.accepted == NULL)
    return false;
  ecs_schema_status(flow->seen.service, &status);
  return status.moment <= flow->follow.since;
}

void ecs_seen_flatten(ecs_machine *m) {
  ecs_flow *flow = ecs_flow_of(m);
  if (flow->seen.service == NULL)
    return;
  const ecs_value *service = lags(m) ? flow->seen.accepted : flow->seen.service;
  ecs_flatten_input in = {
      .answer = service,
      .form = ecs_value_get(m->op, "config"),
      .previous = flow->seen.attributes != NULL ? flow->seen.attributes : ecs_value_get(m->op, "attributes"),
      .default_tags = ecs_outbox_option(m->outbox, "default_tags"),
      .ignore_tags = ecs_outbox_option(m->outbox, "ignore_tags"),
      .tags_known = (flow->seen.all_tags && service == flow->seen.service) || ecs_value_get(service, "tags") != NULL,
      .context = m->outbox->context,
  };
  ecs_value *after = ecs_flow_after(m);
  if (after != NULL && flow->steps.changed)
    in.previous = flow->follow.undone ? ecs_value_get(m->op, "attributes") : after;
  in.context.latest_task_definition = flow->seen.latest_definition;
  ecs_value *attributes = NULL;
  if (ecs_flatten(&ecs_service_resource, m->latest, &in, &attributes) != ECS_OK)
    m->outbox->exhausted = true;
  else if (strcmp(m->verb->name, "read") == 0)
    flow->seen.attributes = attributes; /* they lie beside `seen`, and last as long: nothing else will be seen */
  else
    flow->seen.attributes = ecs_value_copy(m->arena, attributes);
}

void ecs_seen_record(ecs_machine *m, double now, const char *status, const char *reason) {
  const ecs_flow *flow = ecs_flow_of(m);
  ecs_note *note = ecs_machine_note(m, ECS_ACTION_RECORD, now);
  if (note == NULL)
    return;
  ecs_arena *arena = note->arena;
  ecs_value *map = note->details;
  ecs_value_set(arena, map, "status", ecs_value_text(arena, status));
  if (flow->seen.attributes != NULL && strcmp(status, "gone") != 0)
    ecs_value_set(arena, map, "attributes", ecs_value_copy(arena, flow->seen.attributes));
  if (reason != NULL)
    ecs_value_set(arena, map, "reason", ecs_value_text(arena, reason));
  if (flow->follow.id != NULL)
    ecs_value_set(arena, map, "deployment_id", ecs_value_text(arena, flow->follow.id));
  if (flow->follow.id != NULL && flow->follow.since > 0)
    ecs_value_set(arena, map, "deployment_at", ecs_value_number(arena, flow->follow.since));
  if (flow->carry.late != NULL)
    ecs_value_set(arena, map, "undeclared", ecs_value_copy(arena, flow->carry.late));
  if (flow->follow.duration > 0)
    ecs_value_set(arena, map, "duration", ecs_value_number(arena, flow->follow.duration));
  ecs_machine_tell(m, note);
}

const char *ecs_seen_where(ecs_machine *m) {
  const ecs_flow *flow = ecs_flow_of(m);
  const char *cluster = flow->cluster == NULL ? "default" : flow->cluster;
  const char *text =
      ecs_arena_format(m->arena, "%s/%s", ecs_schema_after_slash(cluster), ecs_schema_after_slash(flow->service));
  return text == NULL ? flow->service : text;
}

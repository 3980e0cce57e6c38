#include "engine/machine.h"

#include <math.h>
#include <string.h>

#include "base/json_write.h"
#include "schema/carry.h"
#include "schema/flatten.h"
#include "service/deployments.h"
#include "service/events.h"
#include "service/service.h"

ecs_value *ecs_machine_after(const ecs_machine *m) { return ecs_value_get_path(m->op, "change.after"); }

void ecs_machine_go(ecs_machine *m, ecs_phase *phase, double now) {
  m->phase = phase;
  m->want = ECS_WANT_NOTHING;
  m->attempt = 0;
  m->patient = false;
  m->prove = NULL;
  phase(m, now, NULL, NULL);
}

/* What is asked from here on is another request than before. */
static void fresh(ecs_machine *m, ecs_want want, double due) {
  m->want = m->asks = want;
  m->due = due;
  m->polling = false;
  m->tries = m->clocks = 0;
  m->borrowed = 0;
  m->unheard = false;
  m->request_id = NULL;
  if (want != ECS_WANT_REQUEST) /* what a body carries is noted while it is made, before it is asked for */
    m->carried = NULL;
}

void ecs_machine_describe(ecs_machine *m, double due) {
  fresh(m, ECS_WANT_DESCRIBE, due);
  m->operation = "DescribeServices";
  m->mutates = false;
}

void ecs_machine_poll(ecs_machine *m, double due, double now) {
  ecs_machine_describe(m, fmin(due, m->deadline));
  m->polling = true;
  m->course.looked = now;
  double times[ECS_FLEET_TIMES];
  ecs_fleet_times(ecs_machine_fleet(m), &m->course, m->due, times);
  for (size_t i = 0; i < ECS_FLEET_TIMES; i++)
    m->polls[i].due = isinf(times[i]) ? times[i] : fmin(times[i], m->deadline);
}

/* A reset forgets that memory was short: what was built there is wrong all the same, and the engine must know. */
static ecs_arena *cleared(ecs_machine *m, ecs_arena *arena) {
  if (ecs_arena_failed(arena))
    ecs_machine_exhausted(m);
  ecs_arena_reset(arena);
  return arena;
}

ecs_arena *ecs_machine_asking(ecs_machine *m) { return cleared(m, m->asked); }

ecs_arena *ecs_machine_seeing(ecs_machine *m) { return cleared(m, m->latest); }

void ecs_machine_ask(ecs_machine *m, const char *operation, const ecs_value *body, bool mutates, double due) {
  fresh(m, ECS_WANT_REQUEST, due);
  m->operation = operation;
  m->body = ecs_json_write(m->asked, body, 0, &m->body_size);
  m->mutates = mutates;
}

void ecs_machine_again(ecs_machine *m, double due) {
  m->want = m->asks;
  m->due = fmin(due, m->deadline); /* the last try is made at the deadline */
  m->polling = false;
}

void ecs_machine_event(ecs_machine *m, double now, const char *type, const char *key, const char *text) {
  ecs_value *map;
  ecs_arena *arena = ecs_machine_action(m, "event", now, &map);
  if (arena == NULL)
    return;
  ecs_value_set(arena, map, "type", ecs_value_text(arena, type));
  if (key != NULL)
    ecs_value_set(arena, map, key, ecs_value_text(arena, text));
  ecs_machine_queue(m, arena, map);
  m->told_at = now;
}

/* FNV-1a; two events of one service that share it would be told once: that is bearable. */
static uint32_t print_of(const char *id) {
  uint32_t hash = 2166136261u;
  for (; *id != '\0'; id++)
    hash = (hash ^ (unsigned char)*id) * 16777619u;
  return hash == 0 ? 1 : hash;
}

static bool was_told(const ecs_machine *m, uint32_t print) {
  for (size_t i = 0; i < sizeof m->told / sizeof *m->told; i++) {
    if (m->told[i] == print)
      return true;
  }
  return false;
}

static void remember(ecs_machine *m, uint32_t print) {
  m->told[m->told_next++ % (sizeof m->told / sizeof *m->told)] = print;
}

/* From here on ECS's clock counts, which may be another than this machine's. */
void ecs_machine_events_from(ecs_machine *m, const ecs_value *service) {
  ecs_service_status status;
  ecs_schema_status(service, &status);
  m->events_from = 0;
  for (size_t i = 0; i < ecs_value_count(status.events); i++) {
    const ecs_value *event = ecs_value_at(status.events, i);
    double at = ecs_schema_seconds(ecs_value_get(event, "createdAt"));
    if (i == 0)
      m->events_from = at;
    if (at < m->events_from)
      break;
    remember(m, print_of(ecs_value_text_or(ecs_value_get(event, "id"), "")));
  }
}

static void tell_event(ecs_machine *m, double now, const ecs_value *event) {
  const char *id = ecs_value_text_or(ecs_value_get(event, "id"), "");
  const char *message = ecs_value_text_or(ecs_value_get(event, "message"), "");
  double at = ecs_schema_seconds(ecs_value_get(event, "createdAt"));
  ecs_value *map;
  ecs_arena *arena;
  if (was_told(m, print_of(id)) || (arena = ecs_machine_action(m, "event", now, &map)) == NULL)
    return;
  ecs_value_set(arena, map, "type", ecs_value_text(arena, "service_event"));
  ecs_value_set(arena, map, "id", ecs_value_text(arena, id));
  ecs_value_set(arena, map, "message", ecs_value_text(arena, message));
  ecs_value_set(arena, map, "occurred", ecs_value_copy(arena, ecs_value_get(event, "createdAt")));
  ecs_machine_queue(m, arena, map);
  remember(m, print_of(id));
  m->told_at = now;
  if (strstr(message, "steady state") == NULL && strstr(message, "deployment completed") == NULL)
    m->news_at = now;
  if (at > m->events_from)
    m->events_from = at;
}

/* Events of the service that are new since the operation began, each once, the oldest first. */
static void tell_events(ecs_machine *m, double now, const ecs_service_status *status) {
  size_t count = ecs_value_count(status->events), fresh = 0;
  double from = m->events_from;
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

/* Remembers the service and tells what changed. */
void ecs_machine_see(ecs_machine *m, double now, const ecs_value *service) {
  ecs_service_status status;
  m->seen = ecs_value_copy(ecs_machine_seeing(m), service);
  ecs_schema_status(m->seen, &status);
  if (m->events_from < 0)
    ecs_machine_events_from(m, m->seen);
  tell_events(m, now, &status);
  ecs_value *summary = ecs_schema_status_value(m->latest, &status);
  const char *signature = ecs_json_write(m->latest, summary, 0, NULL);
  bool changed = signature != NULL && (m->signature == NULL || strcmp(signature, m->signature) != 0);
  if (changed) {
    ecs_value *map;
    ecs_arena *arena = ecs_machine_action(m, "event", now, &map);
    m->signature = ecs_arena_text(m->arena, signature, strlen(signature));
    m->moved_at = m->told_at = now;
    m->interval = ecs_machine_setting(m, "poll_seconds", 1);
    if (arena != NULL) {
      for (size_t i = 0; i < ecs_value_count(summary); i++)
        ecs_value_set(arena, map, summary->as.map.entries[i].key,
                      ecs_value_copy(arena, summary->as.map.entries[i].value));
      ecs_value_set(arena, map, "type", ecs_value_text(arena, "state"));
      if (m->followed != NULL)
        ecs_value_set(arena, map, "deployment_id", ecs_value_text(arena, m->followed));
      double usual = m->course.usual = usual_seconds(m, &status);
      if (usual > 0)
        ecs_value_set(arena, map, "usual", ecs_value_number(arena, usual));
      ecs_machine_queue(m, arena, map);
    }
  }
}

/* Reads lag behind writes: one that tells of nothing later than the answer to the change may be from before it. */
static bool lags(const ecs_machine *m) {
  ecs_service_status status;
  if (m->accepted == NULL)
    return false;
  ecs_schema_status(m->seen, &status);
  return status.moment <= m->since;
}

void ecs_machine_flatten(ecs_machine *m) {
  if (m->seen == NULL)
    return;
  const ecs_value *service = lags(m) ? m->accepted : m->seen;
  ecs_flatten_input in = {
      .answer = service,
      .form = ecs_value_get(m->op, "config"),
      .previous = m->attributes != NULL ? m->attributes : ecs_value_get(m->op, "attributes"),
      .default_tags = ecs_machine_option(m, "default_tags"),
      .ignore_tags = ecs_machine_option(m, "ignore_tags"),
      .tags_known = (m->all_tags && service == m->seen) || ecs_value_get(service, "tags") != NULL,
      .context = *ecs_machine_context(m),
  };
  ecs_value *after = ecs_machine_after(m);
  if (after != NULL && m->changed_here)
    in.previous = m->undone ? ecs_value_get(m->op, "attributes") : after;
  in.context.latest_task_definition = m->latest_definition;
  ecs_value *attributes = NULL;
  if (ecs_flatten(&ecs_service_resource, m->latest, &in, &attributes) != ECS_OK)
    ecs_machine_exhausted(m);
  else if (strcmp(m->action, "read") == 0)
    m->attributes = attributes; /* they lie beside `seen`, and last as long: nothing else will be seen */
  else
    m->attributes = ecs_value_copy(m->arena, attributes);
}

void ecs_machine_record(ecs_machine *m, double now, const char *status, const char *reason) {
  ecs_value *map;
  ecs_arena *arena = ecs_machine_action(m, "record", now, &map);
  if (arena == NULL)
    return;
  ecs_value_set(arena, map, "status", ecs_value_text(arena, status));
  if (m->attributes != NULL && strcmp(status, "gone") != 0)
    ecs_value_set(arena, map, "attributes", ecs_value_copy(arena, m->attributes));
  if (reason != NULL)
    ecs_value_set(arena, map, "reason", ecs_value_text(arena, reason));
  if (m->followed != NULL)
    ecs_value_set(arena, map, "deployment_id", ecs_value_text(arena, m->followed));
  if (m->followed != NULL && m->since > 0)
    ecs_value_set(arena, map, "deployment_at", ecs_value_number(arena, m->since));
  if (m->duration > 0)
    ecs_value_set(arena, map, "duration", ecs_value_number(arena, m->duration));
  ecs_machine_queue(m, arena, map);
}

static void end(ecs_machine *m, ecs_life life) {
  m->life = life;
  m->want = ECS_WANT_NOTHING;
  m->flying = 0;
  ecs_machine_ended(m);
}

static ecs_value *deployments_of(ecs_arena *arena, const ecs_service_status *status) {
  ecs_value *list = ecs_value_list(arena);
  for (size_t i = 0; i < ecs_value_count(status->deployments); i++) {
    ecs_deployment d;
    ecs_schema_deployment(ecs_value_at(status->deployments, i), &d);
    ecs_value *item = ecs_schema_deployment_value(arena, &d);
    ecs_value_set(arena, item, "created", ecs_value_number(arena, d.created));
    ecs_value_push(arena, list, item);
  }
  return list;
}

/* Whether ECS has rolled back the deployment that the caller has on record. */
static const char *rolled_back(const ecs_machine *m, const ecs_service_status *status, const ecs_deployment *primary) {
  const char *id = ecs_value_text_or(ecs_value_get(m->op, "deployment_id"), NULL);
  double at = ecs_value_number_or(ecs_value_get(m->op, "deployment_at"), 0),
         failed = id == NULL ? 0 : ecs_events_failed(status, id);
  bool theirs;
  if (failed > 0 && failed < at) /* its answer was lost, and it was found later */
    at = failed;
  return id == NULL || at <= 0 || strcmp(id, primary->id) == 0 ? NULL : ecs_events_rollback(status, id, at, &theirs);
}

enum { MOST_SECONDS = 1000000000 }; /* what took longer is a time that nobody can mean */

/* Of a service that was only read: what a plan needs beside the attributes. The whole of it, with its hundred events,
** stays here. */
static void tell_read(const ecs_machine *m, ecs_arena *arena, ecs_value *map) {
  ecs_service_status status;
  ecs_deployment primary;
  ecs_schema_status(m->seen, &status);
  if (status.task_sets || !ecs_schema_find_deployment(&status, NULL, "PRIMARY", &primary))
    return;
  double took = ecs_records_took(&status, &primary);
  ecs_value_set(arena, map, "primary", ecs_value_text(arena, primary.id));
  ecs_value_set(arena, map, "deployments", deployments_of(arena, &status));
  const char *event = rolled_back(m, &status, &primary);
  ecs_value_set_text(arena, map, "rolled_back", event);
  if (took >= 0 && took < MOST_SECONDS)
    ecs_value_set(arena, map, "usual_seconds", ecs_value_int(arena, (int64_t)(took + 0.5)));
}

void ecs_machine_done(ecs_machine *m, double now, const char *outcome) {
  ecs_value *map;
  ecs_arena *arena = ecs_machine_action(m, "done", now, &map);
  end(m, ECS_LIFE_DONE);
  if (arena == NULL)
    return;
  ecs_value_set(arena, map, "ok", ecs_value_bool(arena, true));
  ecs_value_set(arena, map, "outcome", ecs_value_text(arena, outcome));
  if (m->attributes != NULL)
    ecs_value_set(arena, map, "attributes", ecs_value_copy(arena, m->attributes));
  if (m->seen != NULL && (strcmp(m->action, "read") == 0 || strcmp(m->action, "import") == 0)) {
    ecs_value *unknown = ecs_carry_read(&ecs_service_resource, arena, m->seen);
    if (unknown != NULL)
      ecs_value_set(arena, map, "unknown", ecs_value_copy(arena, unknown));
  }
  if (m->answer != NULL) {
    ecs_value_set(arena, map, "answer", ecs_value_copy(arena, m->answer));
  } else if (m->seen != NULL) {
    if (strcmp(m->action, "read") == 0)
      tell_read(m, arena, map);
    else
      ecs_value_set(arena, map, "service", ecs_value_copy(arena, m->seen));
    ecs_value_set(arena, map, "status", ecs_value_copy(arena, ecs_value_get(m->seen, "status")));
  } else {
    ecs_value_set(arena, map, "status", ecs_value_text(arena, "MISSING"));
  }
  if (m->latest_definition != NULL)
    ecs_value_set(arena, map, "latest_task_definition", ecs_value_text(arena, m->latest_definition));
  ecs_machine_queue(m, arena, map);
}

ecs_value *ecs_machine_error(ecs_machine *m, const char *code, const char *hint, const char *format, ...) {
  ecs_value *error = ecs_value_map(m->arena);
  va_list arguments;
  va_start(arguments, format);
  ecs_value_set(m->arena, error, "message", ecs_value_text(m->arena, ecs_arena_vformat(m->arena, format, arguments)));
  va_end(arguments);
  ecs_value_set(m->arena, error, "code", ecs_value_text(m->arena, code));
  if (hint != NULL)
    ecs_value_set(m->arena, error, "hint", ecs_value_text(m->arena, hint));
  ecs_value_set(m->arena, error, "service", ecs_value_text(m->arena, m->address));
  return error;
}

void ecs_machine_fail(ecs_machine *m, double now, ecs_value *error) {
  if (m->made || m->changed_here) {
    ecs_machine_flatten(m);
    const char *reason = ecs_value_text_or(ecs_value_get(error, "message"), "it failed");
    ecs_machine_record(m, now, m->made ? "tainted" : m->failure != NULL ? "failed" : "ok", reason);
  }
  ecs_value *map;
  ecs_arena *arena = ecs_machine_action(m, "done", now, &map);
  end(m, ECS_LIFE_FAILED);
  if (arena == NULL)
    return;
  ecs_value_set(arena, map, "ok", ecs_value_bool(arena, false));
  ecs_value_set(arena, map, "error", ecs_value_copy(arena, error));
  if (m->attributes != NULL && (m->made || m->changed_here))
    ecs_value_set(arena, map, "attributes", ecs_value_copy(arena, m->attributes));
  ecs_machine_queue(m, arena, map);
}

/* Refusals whose text says little of what to do. */
static const struct {
  const char *words, *hint;
} refusals[] = {
    {"Long arn format must be used",
     "the ARN of the service is of the old form, without its cluster, and such a service takes "
     "no tags: create it again, or leave its tags out (tags, and default_tags of the stack)"},
    {"new ARN and resource ID format must be enabled",
     "the account still makes ARNs of the old form, which take no tags: aws ecs put-account-setting-default --name "
     "serviceLongArnFormat --value enabled (taskLongArnFormat as well), or leave out tags, default_tags and "
     "propagate_tags"},
    {"require a service linked role", "remove iam_role: ECS uses its service-linked role"},
    {"You cannot specify an IAM role", "remove iam_role"},
    {"TaskDefinition not found", "there is no such revision, or it is not ACTIVE: register it, or name another one"},
};

/* A call of somebody's own names it in its body only. */
static const char *asked_cluster(const ecs_machine *m) {
  const char *named = ecs_value_text_or(ecs_value_get(ecs_value_get(m->op, "body"), "cluster"), "default");
  return m->cluster == NULL ? named : m->cluster;
}

static const char *hint_for(ecs_machine *m, const ecs_answer *answer) {
  const char *code = answer->code;
  for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
    if (strstr(answer->message, refusals[i].words) != NULL)
      return refusals[i].hint;
  }
  if (strcmp(code, "AccessDeniedException") == 0 || strcmp(code, "AccessDenied") == 0)
    return ecs_arena_format(m->arena, "allow ecs:%s to the role or user that runs this", m->operation);
  if (strstr(code, "ExpiredToken") != NULL)
    return "the credentials have expired: log in again";
  if (strcmp(code, "UnrecognizedClientException") == 0 || strcmp(code, "InvalidClientTokenId") == 0)
    return "AWS does not know the access key: look at the credentials and the region";
  if (strstr(code, "Signature") != NULL)
    return "the secret access key does not belong to the access key, or this machine's clock is wrong";
  if (strcmp(code, "ClusterNotFoundException") == 0)
    return ecs_arena_format(
        m->arena, "there is no cluster %s in this region and account: create it, or correct cluster", asked_cluster(m));
  if (strncmp(code, "Transport.", 10) == 0)
    return "see whether the endpoint can be reached from here";
  return NULL;
}

/* Only what AWS decided is called refused. */
static const char *fate_of(const ecs_machine *m, const ecs_answer *answer) {
  bool open = m->mutates && m->unheard && answer->kind != ECS_ANSWER_REFUSED;
  if (answer->unanswered)
    return open ? "was not answered, and may have been carried out," : "was not answered";
  return open                                   ? "failed, and may have been carried out,"
         : answer->kind == ECS_ANSWER_TRANSIENT ? "failed"
                                                : "was refused";
}

ecs_value *ecs_machine_refusal(ecs_machine *m, const ecs_answer *answer) {
  const char *tries = m->tries < 2 ? "" : ecs_arena_format(m->arena, " after %u attempts", m->tries);
  ecs_value *error = ecs_machine_error(
      m, answer->code, hint_for(m, answer), "%s%s%s %s%s: %s%s%s", m->operation, m->service[0] == '\0' ? "" : " of ",
      m->service[0] == '\0' ? "" : ecs_machine_where(m), fate_of(m, answer), tries == NULL ? "" : tries, answer->code,
      answer->message[0] == '\0' ? "" : ": ", answer->message);
  ecs_value_set(m->arena, error, "attempts", ecs_value_int(m->arena, m->tries));
  ecs_value_set(m->arena, error, "operation", ecs_value_text(m->arena, m->operation));
  if (answer->status != 0)
    ecs_value_set(m->arena, error, "http_status", ecs_value_int(m->arena, answer->status));
  if (m->request_id != NULL)
    ecs_value_set(m->arena, error, "request_id", ecs_value_text(m->arena, m->request_id));
  ecs_value_set(m->arena, error, "retryable", ecs_value_bool(m->arena, answer->kind != ECS_ANSWER_REFUSED));
  ecs_flow_name_carried(m, error, answer);
  return error;
}

void ecs_machine_refuse(ecs_machine *m, double now, const ecs_answer *answer) {
  ecs_machine_fail(m, now, ecs_machine_refusal(m, answer));
}

/* "Do not delete the role or its policy before the service": without them ECS cannot take the tasks out of the load
** balancer, and the service drains for ever. */
static const char *late_hint(ecs_machine *m) {
  ecs_service_status status;
  const char *role = ecs_value_text_or(ecs_value_get(m->seen, "roleArn"), NULL);
  ecs_schema_status(m->seen, &status);
  if (strcmp(status.status, "DRAINING") != 0 && strcmp(m->action, "wait") == 0)
    return "look at the events, or allow more time by timeout";
  if (strcmp(status.status, "DRAINING") != 0)
    return "look at the events, or allow more time by timeouts";
  return ecs_arena_format(m->arena,
                          "see that the role %s and its policy still exist: without them ECS cannot end a service "
                          "that is DRAINING; look at the events, or allow more time by timeouts",
                          role == NULL ? "AWSServiceRoleForECS" : ecs_schema_after_slash(role));
}

void ecs_machine_late(ecs_machine *m, double now) {
  const char *last = "ECS has not answered since";
  if (m->failure != NULL) { /* it has failed already, and only the reasons were asked for */
    ecs_evidence_end(m, now);
    return;
  }
  if (m->refusal != NULL)
    last = ecs_arena_format(m->arena, "AWS said last: %s", m->refusal);
  if (m->seen != NULL) {
    ecs_service_status status;
    ecs_schema_status(m->seen, &status);
    last = ecs_waiting_last_seen(m->arena, &status, m->followed);
  }
  m->failure = ecs_machine_error(m, "Timeout", late_hint(m), "%s was not %s after %.0f s; %s", ecs_machine_where(m),
                                 m->until == NULL ? "done" : m->until, now - m->began, last == NULL ? "" : last);
  ecs_machine_go(m, ecs_evidence, now);
}

const char *ecs_machine_where(ecs_machine *m) {
  const char *cluster = m->cluster == NULL ? "default" : m->cluster;
  const char *text =
      ecs_arena_format(m->arena, "%s/%s", ecs_schema_after_slash(cluster), ecs_schema_after_slash(m->service));
  return text == NULL ? m->service : text;
}

double ecs_machine_timeout(const ecs_machine *m, const char *name) {
  return ecs_value_number_or(ecs_value_get(ecs_value_get(m->op, "timeouts"), name), 20 * 60);
}

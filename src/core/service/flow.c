#include <string.h>

#include "engine/machine.h"
#include "service/flow.h"
#include "service/plan_rules.h"
#include "service/request.h"

enum { PROPAGATION_SECONDS = 240 };

static void finish_read(ecs_machine *m, double now) {
  ecs_machine_flatten(m);
  if (strcmp(m->action, "import") == 0)
    ecs_machine_record(m, now, "ok", NULL);
  ecs_machine_done(m, now, strcmp(m->action, "import") == 0 ? "imported" : "read");
}

/* A family without revision means its newest ACTIVE revision: only DescribeTaskDefinition knows which that is. NULL: there
** is none of that kind. */
static const char *open_family(const ecs_machine *m) {
  return ecs_schema_open_family(ecs_value_get(m->op, "config"), ecs_value_get(m->op, "attributes"));
}

static void resolve(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  (void)service;
  if (answer == NULL) {
    ecs_arena *arena = ecs_machine_asking(m);
    ecs_machine_ask(m, "DescribeTaskDefinition", ecs_schema_family_request(arena, open_family(m)), false, now);
    return;
  }
  const char *latest = answer->kind == ECS_ANSWER_OK ? ecs_schema_family_answer(answer->body) : NULL;
  if (latest != NULL) /* a family that is not there is the create's or update's error to tell */
    m->latest_definition = ecs_arena_text(m->arena, latest, strlen(latest));
  finish_read(m, now);
}

static void read_service(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  if (answer == NULL) {
    ecs_machine_describe(m, now);
  } else if (answer->kind != ECS_ANSWER_OK && strcmp(answer->code, "ClusterNotFoundException") != 0) {
    ecs_machine_refuse(m, now, answer);
  } else if (service == NULL && strcmp(m->action, "import") == 0) {
    ecs_machine_fail(m, now,
                     ecs_machine_error(m, "NotFound", "look at the cluster's and the service's name and at the region",
                                       "there is no service %s", ecs_machine_where(m)));
  } else {
    /* Kept only when something else is to be asked before it is told. */
    bool asks = open_family(m) != NULL;
    ecs_arena *arena = ecs_machine_seeing(m);
    if (service != NULL)
      m->seen = asks || strcmp(m->action, "import") == 0 ? ecs_value_copy(arena, service) : (ecs_value *)service;
    if (asks)
      ecs_machine_go(m, resolve, now);
    else
      finish_read(m, now);
  }
}

/* Errors that pass when IAM and the cluster have become known everywhere. Terraform repeats the same ones. */
static bool may_propagate(const ecs_answer *answer, bool create) {
  static const char *const words[] = {"verify that the ECS service role being passed has the proper permissions",
                                      "does not have an associated load balancer",
                                      "Unable to assume the service linked role"};
  if (create && strcmp(answer->code, "ClusterNotFoundException") == 0)
    return true;
  if (strcmp(answer->code, "InvalidParameterException") != 0)
    return false;
  for (size_t i = 0; i < (create ? 3 : 2); i++) {
    if (strstr(answer->message, words[i]) != NULL)
      return true;
  }
  return false;
}

bool ecs_flow_repeat(ecs_machine *m, double now, const ecs_answer *answer, bool create) {
  if (!may_propagate(answer, create))
    return false;
  if (m->window == 0)
    m->window = now + PROPAGATION_SECONDS;
  double pause = m->attempt < 5 ? (double)(1u << m->attempt) : 10;
  if (pause > 10)
    pause = 10;
  if (now + pause > m->window || now + pause > m->deadline)
    return false;
  m->attempt++;
  ecs_machine_event(m, now, "retrying", "code", answer->code);
  ecs_machine_again(m, now + pause);
  return true;
}

void ecs_flow_adopt(ecs_machine *m, double now, const ecs_value *service, const char *id, const char *status,
                    const char *reason) {
  ecs_service_status now_is;
  ecs_deployment ours;
  m->changed_here = true;
  ecs_schema_status(service, &now_is);
  if (m->made) /* all events of a service that is new; not those of a former one of its name */
    m->events_from = ecs_schema_find_deployment(&now_is, NULL, "PRIMARY", &ours) ? ours.created : 0;
  ecs_machine_see(m, now, service);
  ecs_schema_status(m->seen, &now_is);
  m->changed_at = now;
  m->since = now_is.moment;
  m->desired_told = now_is.desired;
  if (ecs_schema_find_deployment(&now_is, id, id == NULL ? "PRIMARY" : NULL, &ours))
    ecs_watch_follow(m, &ours);
  ecs_watch_learn(m, &now_is);
  ecs_machine_flatten(m);
  ecs_machine_record(m, now, status, reason);
}

void ecs_flow_accept(ecs_machine *m, double now, const ecs_answer *answer, const char *id, const char *status,
                     const char *reason) {
  const ecs_value *service = ecs_value_get(answer->body, "service");
  m->all_tags = false;
  m->accepted = ecs_value_copy(m->arena, service);
  ecs_flow_adopt(m, now, service, id, status, reason);
}

static ecs_phase create_service, look_first, tag_removed, tag_set, delete_look, drain_first;

void ecs_flow_follow(ecs_machine *m, double now) {
  m->until = ecs_value_true(ecs_value_get(m->op, "steady")) ? "steady" : "active";
  ecs_machine_go(m, ecs_watch, now);
}

static void look_first(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  if (answer == NULL) {
    ecs_machine_describe(m, now);
    return;
  }
  ecs_service_status status;
  ecs_schema_status(service, &status);
  m->looked = true;
  if (answer->kind != ECS_ANSWER_OK || service == NULL || strcmp(status.status, "ACTIVE") != 0) {
    ecs_machine_go(m, create_service, now);
    return;
  }
  m->made = true;
  m->made_at = now;
  ecs_flow_adopt(m, now, service, NULL, "tainted", "created by a run that ended before it was steady");
  ecs_flow_follow(m, now);
}

static void look_later(ecs_machine *m, double now) {
  double due = now + m->interval;
  m->interval = m->interval < 8 ? m->interval * 1.5 : 10;
  ecs_machine_describe(m, due < m->deadline ? due : m->deadline);
}

/* "Unable to Start a service that is still Draining.": its name is free again once it is INACTIVE. */
static void drain_first(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  if (answer == NULL) {
    m->patient = true;
    m->until = "created";
    ecs_machine_event(m, now, "waiting", "for", "the draining service of that name to become INACTIVE");
    look_later(m, now);
    return;
  }
  ecs_service_status status;
  ecs_schema_status(service, &status);
  if (service == NULL || strcmp(status.status, "INACTIVE") == 0)
    ecs_machine_go(m, create_service, now);
  else if (now >= m->deadline)
    ecs_machine_late(m, now);
  else
    look_later(m, now);
}

static bool tags_refused(const ecs_machine *m, const ecs_answer *answer) {
  return !m->without_tags &&
         (strcmp(answer->code, "UnsupportedFeatureException") == 0 ||
          strcmp(answer->code, "InvalidParameterException") == 0) &&
         (strstr(answer->message, "tag") != NULL || strstr(answer->message, "Tag") != NULL) &&
         strstr(answer->message, "upport") != NULL;
}

static const char CREATED[] = "created; not yet known to work";

/* All answers to CreateService were lost, and there is such a service now. */
static bool found_made(ecs_machine *m, double now, const ecs_value *service) {
  if (!ecs_flow_is_as_planned(m, service))
    return false;
  m->made = true;
  m->made_at = now;
  ecs_flow_adopt(m, now, service, NULL, "tainted", CREATED);
  ecs_flow_follow(m, now);
  return true;
}

static void create_refused(ecs_machine *m, double now, const ecs_answer *answer) {
  if (ecs_flow_repeat(m, now, answer, true))
    return;
  if (tags_refused(m, answer)) {
    m->without_tags = true;
    ecs_machine_go(m, create_service, now);
  } else if (strstr(answer->message, "still Draining") != NULL) {
    ecs_machine_go(m, drain_first, now);
  } else if (strstr(answer->message, "was not idempotent") != NULL) {
    const char *where = ecs_machine_where(m);
    const char *hint = ecs_arena_format(m->arena, "take it over: ecs-service import %s %s", m->address, where);
    ecs_machine_fail(m, now,
                     ecs_machine_error(m, "AlreadyExists", hint, "a service %s exists and is not managed here", where));
  } else {
    ecs_flow_doubt(m, now, answer, found_made);
  }
}

/* The deployment that a create has started: the oldest, as long as it is listed. */
static bool find_first(const ecs_machine *m, const ecs_service_status *status, ecs_deployment *first) {
  bool found = false;
  for (size_t i = 0; i < ecs_value_count(status->deployments); i++) {
    ecs_deployment d;
    ecs_schema_deployment(ecs_value_at(status->deployments, i), &d);
    if (!ecs_flow_is_declared(m, &d) || (found && d.created >= first->created))
      continue;
    *first = d;
    found = true;
  }
  return found;
}

/* Somebody's deployment has taken the place of the first one before AWS's answer was heard. */
static void made_and_superseded(ecs_machine *m, double now, const ecs_value *service) {
  ecs_service_status status;
  ecs_judgement verdict = {.finding = ECS_FOUND_SUPERSEDED, .has_primary = true};
  const char *declared =
      ecs_schema_short_definition(ecs_value_text_or(ecs_value_get(ecs_machine_after(m), "task_definition"), ""));
  m->changed_here = true;
  m->followed_definition = ecs_arena_text(m->arena, declared, strlen(declared));
  ecs_machine_see(m, now, service);
  ecs_schema_status(m->seen, &status);
  ecs_schema_find_deployment(&status, NULL, "PRIMARY", &verdict.primary);
  ecs_watch_failed(m, now, &status, &verdict);
}

/* A create that was sent again is answered with the service as it is by then. */
static void accept_made(ecs_machine *m, double now, const ecs_answer *answer) {
  const ecs_value *service = ecs_value_get(answer->body, "service");
  ecs_service_status status;
  ecs_deployment primary, first;
  ecs_schema_status(service, &status);
  m->made = true;
  m->made_at = now;
  bool deployed = m->unheard && !status.task_sets && ecs_schema_find_deployment(&status, NULL, "PRIMARY", &primary);
  bool own = deployed && find_first(m, &status, &first);
  bool follows = ecs_value_is_text(ecs_value_get(m->op, "superseded"), "follow");
  if (deployed && !own && !follows) {
    made_and_superseded(m, now, service);
    return;
  }
  ecs_flow_accept(m, now, answer, own ? first.id : NULL, "tainted", CREATED);
  if (m->without_tags)
    ecs_machine_go(m, tag_set, now);
  else
    ecs_flow_follow(m, now);
}

static void create_service(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  (void)service;
  if (answer == NULL && ecs_value_true(ecs_value_get(m->op, "resume")) && !m->looked) {
    ecs_machine_go(m, look_first, now);
  } else if (answer == NULL) {
    ecs_value *body;
    ecs_arena *arena = ecs_machine_asking(m);
    const char *token = ecs_value_text_or(ecs_value_get(m->op, "client_token"), NULL);
    ecs_request_create(arena, ecs_machine_after(m), token, m->without_tags, ecs_machine_context(m), &body);
    if (ecs_flow_carry(m, now, arena, body, true))
      ecs_machine_ask(m, "CreateService", body, true, now);
  } else if (answer->kind != ECS_ANSWER_OK) {
    create_refused(m, now, answer);
  } else {
    accept_made(m, now, answer);
  }
}

static const char *arn_of(ecs_machine *m) {
  const char *arn = ecs_value_text_or(ecs_value_get(m->seen, "serviceArn"), NULL);
  if (arn == NULL)
    arn = ecs_value_text_or(ecs_value_get_path(m->op, "change.before.id"), NULL);
  return arn == NULL ? ecs_value_text_or(ecs_value_get_path(m->op, "attributes.id"), m->service) : arn;
}

/* Tags go before the update: what is recorded behind it must not claim tags that a killed run did not set, and tasks that
** the update starts get the new ones. */
static void tag_removed(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  (void)service;
  if (answer == NULL) {
    ecs_value *set, *drop, *body;
    ecs_arena *arena = ecs_machine_asking(m);
    ecs_request_tag_changes(arena, ecs_value_get(m->op, "change"), &set, &drop);
    if (ecs_value_count(drop) > 0) {
      ecs_request_untag(arena, arn_of(m), drop, &body);
      ecs_machine_ask(m, "UntagResource", body, true, now);
      return;
    }
  } else if (answer->kind != ECS_ANSWER_OK) {
    ecs_machine_refuse(m, now, answer);
    return;
  }
  ecs_machine_go(m, tag_set, now);
}

static void tag_set(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  (void)service;
  if (answer == NULL) {
    ecs_value *set, *drop, *body;
    ecs_arena *arena = ecs_machine_asking(m);
    ecs_request_tag_changes(arena, ecs_value_get(m->op, "change"), &set, &drop);
    if (ecs_value_count(set) > 0) {
      ecs_request_tag(arena, arn_of(m), set, &body);
      ecs_machine_ask(m, "TagResource", body, true, now);
      return;
    }
  } else if (answer->kind != ECS_ANSWER_OK) {
    const ecs_value *own = ecs_value_get_path(m->op, "config.tags");
    if (!m->without_tags || ecs_value_count(own) > 0) { /* tags of the stack alone are not worth a failed create */
      ecs_machine_refuse(m, now, answer);
      return;
    }
  }
  if (m->made)
    ecs_flow_follow(m, now);
  else
    ecs_machine_go(m, ecs_flow_update, now);
}

static void place(ecs_machine *m, const ecs_value *attributes) {
  const char *cluster = ecs_schema_cluster_of(attributes), *service = ecs_schema_name_of(attributes);
  if (cluster != NULL)
    m->cluster = cluster;
  if (service != NULL)
    m->service = service;
}

/* Behind a delete: the other half of a replace, or the end. */
static void gone(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  (void)answer;
  (void)service;
  ecs_phase *next = m->after_gone;
  m->seen = NULL;
  m->attributes = m->made_attributes;
  if (m->made_attributes != NULL) { /* the former one, whose successor stands already */
    ecs_machine_done(m, now, "replaced");
    return;
  }
  if (next == NULL) {
    ecs_machine_record(m, now, "gone", NULL);
    ecs_machine_done(m, now, "deleted");
    return;
  }
  ecs_machine_record(m, now, "gone", "deleted to be created anew");
  m->after_gone = NULL;
  place(m, ecs_machine_after(m));
  m->deadline = now + ecs_machine_timeout(m, "create");
  m->signature = NULL;
  ecs_machine_go(m, next, now);
}

static void wait_gone(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  if (answer == NULL) {
    m->until = "inactive";
    m->patient = true;
    ecs_machine_waits(m, now);
    m->interval = 1;
    ecs_machine_describe(m, now + m->interval);
    return;
  }
  ecs_service_status status;
  if (answer->kind != ECS_ANSWER_OK && strcmp(answer->code, "ClusterNotFoundException") != 0) {
    ecs_watch_unanswered(m, now, answer);
    return;
  }
  ecs_schema_status(service, &status);
  /* ECS forgets INACTIVE services, and AWS's waiter fails for one that it does not know. One that is neither recorded
  ** nor was seen may be a name that is misspelt. */
  if (service == NULL && m->seen == NULL && ecs_value_get(m->op, "attributes") == NULL) {
    ecs_machine_fail(m, now,
                     ecs_machine_error(m, "NotFound",
                                       "it was deleted long ago, or never was: look at its name and region",
                                       "there is no service %s", ecs_machine_where(m)));
    return;
  }
  if (service == NULL || strcmp(status.status, "INACTIVE") == 0) {
    ecs_machine_go(m, gone, now);
    return;
  }
  ecs_machine_see(m, now, service);
  if (now >= m->deadline) {
    ecs_machine_late(m, now);
    return;
  }
  int64_t left = status.running + status.pending;
  const char *what = left == 0
                         ? "ECS to call the service INACTIVE"
                         : ecs_arena_format(m->latest, "%lld task%s to stop", (long long)left, left == 1 ? "" : "s");
  ecs_watch_poll(m, now, (ecs_awaited){NULL, what});
}

static ecs_phase scale_down;

static bool found_leaving(ecs_machine *m, double now, const ecs_value *service) {
  ecs_service_status status;
  ecs_schema_status(service, &status);
  if (service != NULL && strcmp(status.status, "ACTIVE") == 0)
    return false;
  ecs_machine_go(m, wait_gone, now);
  return true;
}

static void delete_service(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  (void)service;
  if (answer == NULL) {
    ecs_value *body;
    ecs_service_status status;
    ecs_arena *arena = ecs_machine_asking(m);
    ecs_schema_status(m->seen, &status);
    bool force = status.daemon || ecs_value_true(ecs_value_get(m->op, "force"));
    ecs_request_delete(arena, m->cluster, m->service, force, &body);
    ecs_machine_ask(m, "DeleteService", body, true, now);
    return;
  }
  bool busy =
      (strcmp(answer->code, "InvalidParameterException") == 0 &&
       strstr(answer->message, "The service cannot be stopped while") != NULL) ||
      (strcmp(answer->code, "DependencyViolation") == 0 && strstr(answer->message, "has a dependent object") != NULL);
  if (answer->kind == ECS_ANSWER_OK)
    ecs_machine_go(m, wait_gone, now);
  else if (strcmp(answer->code, "ServiceNotFoundException") == 0 ||
           strcmp(answer->code, "ClusterNotFoundException") == 0)
    ecs_machine_go(m, gone, now);
  else if (busy && !m->scaled && strstr(answer->message, "scaled above 0") != NULL)
    ecs_machine_go(m, scale_down, now); /* the read that showed no tasks was from before somebody's change */
  else if (busy && now < m->deadline) {
    m->attempt++;
    ecs_machine_event(m, now, "retrying", "code", answer->code);
    ecs_machine_again(m, now + (m->attempt < 5 ? (double)m->attempt : 5));
  } else {
    ecs_flow_doubt(m, now, answer, found_leaving);
  }
}

static bool found_scaled(ecs_machine *m, double now, const ecs_value *service) {
  ecs_service_status status;
  ecs_schema_status(service, &status);
  if (service != NULL && strcmp(status.status, "ACTIVE") == 0 && status.desired > 0)
    return false;
  m->scaled = true;
  ecs_machine_go(m, delete_service, now);
  return true;
}

static void scale_down(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  (void)service;
  if (answer == NULL) {
    ecs_value *body;
    ecs_arena *arena = ecs_machine_asking(m);
    ecs_request_scale_to_zero(arena, m->cluster, m->service, &body);
    ecs_machine_ask(m, "UpdateService", body, true, now);
  } else if (answer->kind == ECS_ANSWER_OK || strcmp(answer->code, "ServiceNotActiveException") == 0) {
    m->scaled = true;
    ecs_machine_go(m, delete_service, now);
  } else if (strcmp(answer->code, "ServiceNotFoundException") == 0) {
    ecs_machine_go(m, gone, now);
  } else {
    ecs_flow_doubt(m, now, answer, found_scaled);
  }
}

static void delete_look(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  if (answer == NULL) {
    ecs_machine_describe(m, now);
    return;
  }
  if (answer->kind != ECS_ANSWER_OK && strcmp(answer->code, "ClusterNotFoundException") != 0) {
    ecs_machine_refuse(m, now, answer);
    return;
  }
  ecs_service_status status;
  ecs_schema_status(service, &status);
  if (service == NULL || strcmp(status.status, "INACTIVE") == 0) {
    ecs_machine_go(m, gone, now);
    return;
  }
  if (m->after_gone != NULL) { /* it is to be made again: with what it has */
    ecs_flow_remember_unknown(m, service);
    if (!ecs_flow_can_carry(m, now))
      return;
  }
  ecs_machine_see(m, now, service);
  ecs_schema_status(m->seen, &status);
  if (strcmp(status.status, "DRAINING") == 0)
    ecs_machine_go(m, wait_gone, now);
  else if (status.daemon || status.desired == 0 || ecs_value_true(ecs_value_get(m->op, "force")))
    ecs_machine_go(m, delete_service, now);
  else
    ecs_machine_go(m, scale_down, now);
}

/* The new one stands: now the former one, of another name, goes. */
static void delete_former(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  (void)answer;
  (void)service;
  m->made_attributes = m->attributes;
  m->made = m->changed_here = false;
  m->after_made = NULL;
  m->signature = NULL;
  place(m, ecs_value_get_path(m->op, "change.before"));
  m->deadline = now + ecs_machine_timeout(m, "delete");
  ecs_machine_go(m, delete_look, now);
}

/* What is made before the former one is deleted takes along what that one has. */
static void look_before_replace(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  if (answer == NULL) {
    ecs_machine_describe(m, now);
  } else if (answer->kind != ECS_ANSWER_OK && strcmp(answer->code, "ClusterNotFoundException") != 0) {
    ecs_machine_refuse(m, now, answer);
  } else {
    ecs_flow_remember_unknown(m, service);
    place(m, ecs_machine_after(m));
    ecs_machine_go(m, create_service, now);
  }
}

/* One call of any operation. */
static void call(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  (void)service;
  if (answer == NULL) {
    bool mutates = ecs_value_true(ecs_value_get(m->op, "mutates"));
    ecs_machine_asking(m);
    ecs_machine_ask(m, ecs_value_text_or(ecs_value_get(m->op, "operation"), ""), ecs_value_get(m->op, "body"), mutates,
                    now);
    m->once = mutates;
  } else if (answer->kind != ECS_ANSWER_OK) {
    ecs_machine_refuse(m, now, answer);
  } else {
    m->answer = answer->body;
    ecs_machine_done(m, now, "called");
  }
}

bool ecs_flow_start(ecs_machine *m, double now) {
  const char *action = m->action;
  const ecs_value *before = ecs_value_get_path(m->op, "change.before");
  m->began = m->told_at = m->moved_at = now;
  m->events_from = -1;
  m->desired_told = -1;
  m->unknown = ecs_value_get(m->op, "unknown");
  m->unknown_read = m->unknown != NULL || ecs_value_true(ecs_value_get(m->op, "read"));
  m->interval = ecs_machine_setting(m, "poll_seconds", 1);
  m->deadline = now + ecs_value_number_or(ecs_value_get(m->op, "timeout"), 1e9);
  if (strcmp(action, "read") == 0 || strcmp(action, "import") == 0) {
    ecs_machine_go(m, read_service, now);
  } else if (strcmp(action, "call") == 0) {
    ecs_machine_go(m, call, now);
  } else if (strcmp(action, "create") == 0) {
    place(m, ecs_machine_after(m));
    m->deadline = now + ecs_machine_timeout(m, "create");
    ecs_machine_event(m, now, "started", "action", action);
    ecs_machine_go(m, create_service, now);
  } else if (strcmp(action, "update") == 0) {
    place(m, before);
    m->deadline = now + ecs_machine_timeout(m, "update");
    ecs_machine_event(m, now, "started", "action", action);
    ecs_machine_go(m, tag_removed, now);
  } else if (ecs_value_is_text(ecs_value_get_path(m->op, "change.steps"), "create,delete")) {
    place(m, m->unknown_read ? ecs_machine_after(m) : before);
    m->deadline = now + ecs_machine_timeout(m, "create");
    m->after_made = delete_former;
    ecs_machine_event(m, now, "started", "action", action);
    ecs_machine_go(m, m->unknown_read ? create_service : look_before_replace, now);
  } else if (strcmp(action, "delete") == 0 || strcmp(action, "replace") == 0) {
    place(m, before);
    m->deadline = now + ecs_machine_timeout(m, "delete");
    m->after_gone = strcmp(action, "replace") == 0 ? create_service : NULL;
    ecs_machine_event(m, now, "started", "action", action);
    ecs_machine_go(m, delete_look, now);
  } else if (strcmp(action, "wait") == 0) {
    const char *until = ecs_value_text_or(ecs_value_get(m->op, "until"), "steady");
    m->deadline = now + ecs_value_number_or(ecs_value_get(m->op, "timeout"), 20 * 60);
    m->until = until;
    m->followed = ecs_value_text_or(ecs_value_get(m->op, "deployment_id"), NULL);
    m->since = ecs_value_number_or(ecs_value_get(m->op, "deployment_at"), 0);
    if (m->since > 0 && now < ecs_value_number_or(ecs_value_get(m->op, "recorded_at"), 0) + ECS_READ_LAG_SECONDS)
      m->desired_told = ecs_value_int_or(ecs_value_get_path(m->op, "attributes.desired_count"), -1);
    ecs_machine_go(m, strcmp(until, "inactive") == 0 ? wait_gone : ecs_watch, now);
  } else {
    return false;
  }
  return true;
}

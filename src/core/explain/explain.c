/* explain: finds what each text means, puts equal findings together, and orders them. */
#include "explain/explain.h"

#include <stdio.h>
#include <string.h>

#include "explain/cause.h"

/* What counts: the deployment in question, and from when on. */
typedef struct scope {
  const ecs_value *deployment;
  const char *id; /* of a deployment of services[].deployments, or NULL */
  bool failed;
  double began;  /* below 0: not known */
  double steady; /* the last steady state, when what was before it is over; below 0: none */
  size_t steady_index;
} scope;

/* The first rule that fits a text which stands at `where`, or NULL. */
static const ecs_explain_rule *rule_for(ecs_words text, unsigned where, const ecs_explain_match **match) {
  if (text.size == 0)
    return NULL;
  for (const ecs_explain_rule *rule = ecs_explain_rules; rule->matches != NULL; rule++) {
    for (*match = rule->matches; (*match)->where != 0; (*match)++) {
      if (((*match)->where & where) != 0 && ecs_words_matches(text, (*match)->pattern, (where & ECS_ON_WHOLE) != 0))
        return rule;
    }
  }
  return NULL;
}

/* Keeps the finding that is worth more; of equals, the one whose rule stands higher. */
static void prefer(ecs_finding *best, const ecs_finding *other) {
  if (other->rule == NULL)
    return;
  bool general = other->rule->weight == ECS_GENERAL,
       was_general = best->rule != NULL && best->rule->weight == ECS_GENERAL;
  if (best->rule == NULL || (was_general && !general) || (was_general == general && other->rule < best->rule))
    *best = *other;
}

/* An event without its "(service NAME) ": a name may sound like a reason. */
static ecs_words behind_name(ecs_words text) {
  static const char *const heads[] = {"(service ", "service "};
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
    size_t size = strlen(heads[i]);
    if (text.size <= size || memcmp(text.bytes, heads[i], size) != 0)
      continue;
    const char *end = memchr(text.bytes + size, i == 0 ? ')' : ' ', text.size - size);
    size_t at = end == NULL ? 0 : (size_t)(end - text.bytes);
    return (ecs_words){text.bytes + at, text.size - at};
  }
  return text;
}

static ecs_finding find_in(ecs_words text, unsigned where, const ecs_value *container) {
  ecs_finding finding = {.text = text, .container = container, .time = -1};
  const ecs_explain_match *match;
  finding.rule = rule_for(where == ECS_ON_EVENT ? behind_name(text) : text, where, &match);
  if (finding.rule != NULL)
    finding.summary = match->summary;
  return finding;
}

static bool is_number(const ecs_value *value) {
  return ecs_value_is(value, ECS_INT) || ecs_value_is(value, ECS_DOUBLE);
}

/* Which container ended the task? Siblings of one that ended get SIGTERM (143) and SIGKILL (137). */
static int telling(int64_t code) { return code == 143 ? 0 : code == 0 ? 1 : code == 137 ? 2 : 3; }

static bool essential(const ecs_input *in, const ecs_value *container) {
  const ecs_value *definition = ecs_input_container(in, container);
  const ecs_value *flag = ecs_value_get(definition, "essential");
  return definition == NULL || flag == NULL || ecs_value_true(flag);
}

static ecs_finding find_exit(const ecs_input *in, const ecs_value *containers) {
  ecs_finding finding = {.time = -1};
  const ecs_value *chosen = NULL;
  int64_t chosen_code = 0;
  for (size_t i = 0; i < ecs_value_count(containers); i++) {
    const ecs_value *container = ecs_value_at(containers, i), *code = ecs_value_get(container, "exitCode");
    if (!is_number(code) || !essential(in, container))
      continue;
    int64_t number = ecs_value_int_or(code, -1);
    if (chosen == NULL || telling(number) > telling(chosen_code)) {
      chosen = container;
      chosen_code = number;
    }
  }
  if (chosen != NULL) {
    const ecs_explain_match *match;
    int size = snprintf(finding.code, sizeof finding.code, "%lld", (long long)chosen_code);
    finding.rule = rule_for((ecs_words){finding.code, (size_t)size}, ECS_ON_EXIT, &match);
    finding.container = chosen;
  }
  return finding;
}

/* The first text that no rule fits: a container's, else the task's; {NULL, 0} when there is none. */
static ecs_words unknown_text(const ecs_value *task) {
  const ecs_explain_match *match;
  const ecs_value *containers = ecs_value_get(task, "containers");
  for (size_t i = 0; i < ecs_value_count(containers); i++) {
    ecs_words text = ecs_words_of(ecs_value_get(ecs_value_at(containers, i), "reason"));
    if (text.size > 0 && rule_for(text, ECS_ON_CONTAINER, &match) == NULL)
      return text;
  }
  ecs_words text = ecs_words_of(ecs_value_get(task, "stoppedReason"));
  return text.size > 0 && rule_for(text, ECS_ON_STOPPED, &match) == NULL ? text : (ecs_words){NULL, 0};
}

static bool says_enough(const ecs_finding *finding) {
  return finding->rule != NULL && finding->rule->weight != ECS_GENERAL;
}

/* What the texts of a task say by themselves. Fargate puts the cause into stoppedReason, EC2 into the container's. */
static ecs_finding find_reason(const ecs_value *task) {
  const ecs_value *containers = ecs_value_get(task, "containers");
  ecs_finding best = find_in(ecs_words_of(ecs_value_get(task, "stoppedReason")), ECS_ON_STOPPED, NULL);
  for (size_t i = 0; i < ecs_value_count(containers) && (best.rule == NULL || best.rule->weight != ECS_BENIGN); i++) {
    const ecs_value *container = ecs_value_at(containers, i);
    ecs_finding other = find_in(ecs_words_of(ecs_value_get(container, "reason")), ECS_ON_CONTAINER, container);
    prefer(&best, &other);
  }
  return best;
}

/* Why a task stopped: its texts, then its stop code, then an exit code, then what says little. A NULL rule: nothing is
** told at all. */
static ecs_finding find_stop(const ecs_input *in, const ecs_value *task) {
  ecs_finding best = find_reason(task);
  if (says_enough(&best))
    return best;
  ecs_words unknown = unknown_text(task);
  ecs_finding code = find_in(ecs_words_of(ecs_value_get(task, "stopCode")), ECS_ON_STOP_CODE, NULL);
  if (says_enough(&code))
    return code;
  ecs_finding exit = find_exit(in, ecs_value_get(task, "containers"));
  if (unknown.size > 0 || (exit.rule == NULL && best.rule == NULL && code.rule == NULL)) {
    exit.rule = unknown.size > 0 || !ecs_value_is_empty(ecs_value_get(task, "stopCode")) ? &ecs_explain_unknown : NULL;
    exit.text = unknown.size > 0 ? unknown : ecs_words_of(ecs_value_get(task, "stopCode"));
    return exit; /* what is not known is told as it is, with the exit code */
  }
  if (exit.rule != NULL) {
    exit.text = ecs_words_of(ecs_value_get(task, "stoppedReason"));
    return exit;
  }
  return best.rule != NULL ? best : code;
}

static double ended_at(const ecs_value *task) {
  double time = ecs_words_time(ecs_value_get(task, "stoppedAt"));
  return time < 0 ? ecs_words_time(ecs_value_get(task, "stoppingAt")) : time;
}

static bool is_stopped(const ecs_value *task) {
  return ecs_value_is_text(ecs_value_get(task, "lastStatus"), "STOPPED") ||
         ecs_value_is_text(ecs_value_get(task, "desiredStatus"), "STOPPED") ||
         !ecs_value_is_empty(ecs_value_get(task, "stoppedReason")) ||
         !ecs_value_is_empty(ecs_value_get(task, "stopCode"));
}

static bool task_counts(const scope *s, const ecs_value *task) {
  const char *by = ecs_value_text_or(ecs_value_get(task, "startedBy"), NULL);
  if (s->id != NULL && by != NULL)
    return strcmp(by, s->id) == 0;
  double created = ecs_words_time(ecs_value_get(task, "createdAt"));
  return s->began < 0 || created < 0 || created >= s->began - 1;
}

/* A text tells more with the exit code beside it; those of being stopped say nothing. */
static void add_exit_code(const ecs_input *in, const ecs_value *task, ecs_finding *finding) {
  if (finding->rule == NULL || finding->code[0] != '\0')
    return;
  ecs_finding exit = find_exit(in, ecs_value_get(task, "containers"));
  bool same = finding->container == NULL || finding->container == exit.container;
  if (exit.rule != NULL && same && strcmp(exit.code, "0") != 0 && strcmp(exit.code, "143") != 0) {
    memcpy(finding->code, exit.code, sizeof exit.code);
    finding->container = exit.container;
  }
}

static void look_at_running(ecs_causes *causes, const ecs_value *task) {
  const ecs_value *containers = ecs_value_get(task, "containers"), *ill = NULL;
  ecs_words health = ecs_words_of(ecs_value_get(task, "healthStatus"));
  for (size_t i = 0; i < ecs_value_count(containers) && ill == NULL; i++) {
    if (ecs_value_is_text(ecs_value_get(ecs_value_at(containers, i), "healthStatus"), "UNHEALTHY"))
      ill = ecs_value_at(containers, i);
  }
  ecs_finding finding = find_in(health, ECS_ON_HEALTH, ill);
  if (finding.rule != NULL)
    ecs_causes_add_task(causes, task, &finding);
}

static void look_at_tasks(ecs_causes *causes, const scope *s) {
  const ecs_value *tasks = causes->in->tasks;
  for (size_t i = 0; i < ecs_value_count(tasks); i++) {
    const ecs_value *task = ecs_value_at(tasks, i);
    if (!ecs_value_is(task, ECS_MAP) || !task_counts(s, task))
      continue;
    if (!is_stopped(task)) {
      look_at_running(causes, task);
      continue;
    }
    ecs_finding finding = find_stop(causes->in, task);
    if (finding.rule != NULL && finding.rule->weight == ECS_BENIGN)
      continue;
    causes->stopped++;
    finding.time = ended_at(task);
    finding.over = s->steady >= 0 && finding.time >= 0 && finding.time < s->steady;
    add_exit_code(causes->in, task, &finding);
    if (finding.rule != NULL)
      ecs_causes_add_task(causes, task, &finding);
  }
}

/* "(service web) (deployment ecs-svc/3) deployment failed: …" of another deployment than the one in question. */
static bool is_of_another(const scope *s, ecs_words text) {
  static const char opens[] = ") (deployment ";
  size_t size = s->id == NULL ? 0 : strlen(s->id), begins = sizeof opens - 1;
  text = behind_name(text);
  if (size == 0 || text.size <= begins || strncmp(text.bytes, opens, begins) != 0)
    return false;
  return text.size <= begins + size || strncmp(text.bytes + begins, s->id, size) != 0 ||
         text.bytes[begins + size] != ')';
}

static void look_at_events(ecs_causes *causes, const scope *s) {
  const ecs_value *events = causes->in->events;
  for (size_t i = 0; i < ecs_value_count(events); i++) {
    const ecs_value *event = ecs_value_at(events, i);
    ecs_words text = ecs_words_of(ecs_value_is(event, ECS_STRING) ? event : ecs_value_get(event, "message"));
    ecs_finding finding = find_in(text, ECS_ON_EVENT, NULL);
    finding.time = ecs_words_time(ecs_value_get(event, "createdAt"));
    if ((finding.time >= 0 && s->began >= 0 && finding.time < s->began - 1) || is_of_another(s, text))
      continue;
    if (s->steady >= 0 && finding.time >= 0 ? finding.time <= s->steady : i >= s->steady_index)
      continue;
    if (finding.rule == NULL && ecs_words_matches(behind_name(text), ecs_explain_trouble, false))
      finding.rule = &ecs_explain_unknown;
    if (finding.rule != NULL && finding.rule->weight != ECS_BENIGN)
      ecs_causes_add_event(causes, event, &finding);
  }
}

static void look_at_reason(ecs_causes *causes, const scope *s, const char *path) {
  ecs_words text = ecs_words_of(ecs_value_get_path(s->deployment, path));
  ecs_finding finding = find_in(text, ECS_ON_ROLLOUT, NULL);
  if (finding.rule == NULL && s->failed && text.size > 0)
    finding.rule = &ecs_explain_unknown;
  finding.time = ecs_words_time(ecs_value_get(s->deployment, "updatedAt"));
  if (finding.rule != NULL && finding.rule->weight != ECS_BENIGN)
    ecs_causes_add_deployment(causes, &finding);
}

static bool deployment_failed(const ecs_value *deployment) {
  static const char *const states[] = {"FAILED",
                                       "STOPPED",
                                       "STOP_REQUESTED",
                                       "ROLLBACK_REQUESTED",
                                       "ROLLBACK_IN_PROGRESS",
                                       "ROLLBACK_SUCCESSFUL",
                                       "ROLLBACK_FAILED"};
  for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
    if (ecs_value_is_text(ecs_value_get(deployment, "rolloutState"), states[i]) ||
        ecs_value_is_text(ecs_value_get(deployment, "status"), states[i]))
      return true;
  }
  return false;
}

/* The newest steady state: by time where times are told, else the first in the list, which is the newest first. */
static void find_steady(scope *s, const ecs_value *events) {
  s->steady = -1;
  s->steady_index = ecs_value_count(events);
  for (size_t i = 0; !s->failed && i < ecs_value_count(events); i++) {
    const ecs_value *event = ecs_value_at(events, i);
    ecs_words text = ecs_words_of(ecs_value_is(event, ECS_STRING) ? event : ecs_value_get(event, "message"));
    if (!ecs_words_matches(text, ecs_explain_steady, false))
      continue;
    double time = ecs_words_time(ecs_value_get(event, "createdAt"));
    if (time > s->steady)
      s->steady = time;
    if (i < s->steady_index)
      s->steady_index = i;
  }
}

static const ecs_value *list_of(const ecs_value *input, const char *name) {
  const ecs_value *value = ecs_value_get(input, name);
  return ecs_value_is(value, ECS_LIST) ? value : NULL;
}

static const ecs_value *primary_of(const ecs_value *service) {
  const ecs_value *list = ecs_value_get(service, "deployments");
  for (size_t i = 0; i < ecs_value_count(list); i++) {
    if (ecs_value_is_text(ecs_value_get(ecs_value_at(list, i), "status"), "PRIMARY"))
      return ecs_value_at(list, i);
  }
  return NULL;
}

static ecs_input input_of(ecs_arena *arena, const ecs_value *input) {
  ecs_input in = {.arena = arena,
                  .events = list_of(input, "events"),
                  .tasks = list_of(input, "tasks"),
                  .deployment = ecs_value_get(input, "deployment"),
                  .service = ecs_value_get(input, "service"),
                  .definition = ecs_value_get(input, "task_definition"),
                  .instances = list_of(input, "container_instances")};
  if (in.events == NULL)
    in.events = list_of(in.service, "events");
  if (in.deployment == NULL)
    in.deployment = primary_of(in.service);
  return in;
}

static scope scope_of(const ecs_input *in) {
  scope s = {.deployment = in->deployment, .failed = deployment_failed(in->deployment)};
  s.id = ecs_value_text_or(ecs_value_get(in->deployment, "id"), NULL);
  s.began = ecs_words_time(ecs_value_get(in->deployment, "createdAt"));
  find_steady(&s, in->events);
  return s;
}

ecs_status ecs_explain(ecs_arena *arena, const ecs_value *input, ecs_value **list) {
  ecs_input in = input_of(arena, input);
  scope s = scope_of(&in);
  ecs_causes causes = {.in = &in};
  look_at_tasks(&causes, &s);
  look_at_events(&causes, &s);
  look_at_reason(&causes, &s, "rolloutStateReason");
  look_at_reason(&causes, &s, "statusReason");
  look_at_reason(&causes, &s, "rollback.reason");
  *list = ecs_causes_list(&causes);
  return ecs_arena_status(arena);
}

bool ecs_explain_is_trouble(const ecs_value *message) {
  ecs_words text = ecs_words_of(message);
  ecs_finding finding = find_in(text, ECS_ON_EVENT, NULL);
  return finding.rule == NULL ? ecs_words_matches(behind_name(text), ecs_explain_trouble, false)
                              : finding.rule->weight != ECS_BENIGN;
}

static const struct {
  unsigned bit;
  const char *name;
} places[] = {
    {ECS_ON_EVENT, "event"},         {ECS_ON_STOPPED, "stoppedReason"}, {ECS_ON_CONTAINER, "container reason"},
    {ECS_ON_ROLLOUT, "deployment"},  {ECS_ON_STOP_CODE, "stopCode"},    {ECS_ON_EXIT, "exit code"},
    {ECS_ON_HEALTH, "health status"}};

static ecs_value *code_value(ecs_arena *arena, const ecs_explain_rule *rule) {
  ecs_value *map = ecs_value_map(arena), *where = ecs_value_list(arena);
  unsigned bits = 0;
  for (const ecs_explain_match *match = rule->matches; match != NULL && match->where != 0; match++)
    bits |= match->where;
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    if ((bits & places[i].bit) != 0)
      ecs_value_push(arena, where, ecs_value_text(arena, places[i].name));
  }
  ecs_value_set(arena, map, "code", ecs_value_text(arena, rule->code));
  ecs_value_set(arena, map, "weight", ecs_value_text(arena, ecs_explain_weight(rule->weight)));
  ecs_value_set(arena, map, "summary", ecs_value_text(arena, rule->summary));
  ecs_value_set(arena, map, "meaning", ecs_value_text(arena, rule->meaning));
  ecs_value_set(arena, map, "hint", ecs_value_text(arena, rule->hint));
  ecs_value_set(arena, map, "where", where);
  return map;
}

ecs_value *ecs_explain_codes(ecs_arena *arena) {
  ecs_value *list = ecs_value_list(arena);
  for (const ecs_explain_rule *rule = ecs_explain_rules; rule->matches != NULL; rule++) {
    if (rule->weight != ECS_BENIGN && rule->meaning != NULL)
      ecs_value_push(arena, list, code_value(arena, rule));
  }
  ecs_value_push(arena, list, code_value(arena, &ecs_explain_unknown));
  return list;
}

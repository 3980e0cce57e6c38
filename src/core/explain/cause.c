#include "explain/cause.h"

#include <stdio.h>
#include <string.h>

enum { MOST_TEXTS = 3, MOST_IDS = 20, MOST_TEXT_BYTES = 1500, MOST_SUMMARY_BYTES = 400 };

/* A text that a cause rests on; equal ones are counted. */
typedef struct proof {
  const char *kind; /* "task", "event", "deployment" */
  const char *id, *text;
  double time;
  size_t count;
  struct proof *next;
} proof;

struct ecs_cause {
  const ecs_explain_rule *rule;
  const char *summary, *hint;
  size_t count, tasks, proofs;
  size_t over; /* how many of the tasks ended before the last steady state */
  double first, last;
  ecs_value *ids;
  proof *proof;
  ecs_cause *next;
};

/* What the names in a template are looked up in. */
typedef struct context {
  const ecs_input *in;
  const ecs_finding *finding;
  const ecs_value *task;
} context;

static const char *last_part(const char *text) {
  const char *slash = text == NULL ? NULL : strrchr(text, '/');
  return slash == NULL ? text : slash + 1;
}

const ecs_value *ecs_input_container(const ecs_input *in, const ecs_value *container) {
  const char *name = ecs_value_text_or(ecs_value_get(container, "name"), NULL);
  const ecs_value *list = ecs_value_get(in->definition, "containerDefinitions");
  for (size_t i = 0; name != NULL && i < ecs_value_count(list); i++) {
    if (ecs_value_is_text(ecs_value_get(ecs_value_at(list, i), "name"), name))
      return ecs_value_at(list, i);
  }
  return NULL;
}

static const char *text_at(const ecs_value *map, const char *path) {
  const char *text = ecs_value_text_or(ecs_value_get_path(map, path), NULL);
  return text == NULL || *text == '\0' ? NULL : text;
}

/* The container that a finding is about; a task's only one, when none is named. */
static const ecs_value *container_of(const context *c) {
  const ecs_value *list = ecs_value_get(c->task, "containers");
  return c->finding->container == NULL && ecs_value_count(list) == 1 ? ecs_value_at(list, 0) : c->finding->container;
}

static const char *log_group_of(const context *c) {
  const ecs_value *definition = ecs_input_container(c->in, container_of(c));
  const ecs_value *list = ecs_value_get(c->in->definition, "containerDefinitions");
  if (definition == NULL && ecs_value_count(list) == 1)
    definition = ecs_value_at(list, 0);
  const ecs_value *options = ecs_value_get_path(definition, "logConfiguration.options");
  return ecs_value_text_or(ecs_value_get(options, "awslogs-group"), NULL);
}

static const char *alarm_of(const ecs_input *in) {
  return ecs_value_text_or(ecs_value_at(ecs_value_get_path(in->deployment, "alarms.triggeredAlarmNames"), 0), NULL);
}

/* The function of the hook that ended the deployment. */
static const char *hook_of(const ecs_input *in) {
  static const char function[] = ":function:";
  const ecs_value *hooks = ecs_value_get(in->deployment, "lifecycleHookDetails");
  for (size_t i = ecs_value_count(hooks); i > 0; i--) {
    const ecs_value *hook = ecs_value_at(hooks, i - 1), *status = ecs_value_get(hook, "status");
    const char *target = text_at(hook, "targetArn"), *name = target == NULL ? NULL : strstr(target, function);
    if (ecs_value_is_text(status, "FAILED") || ecs_value_is_text(status, "TIMED_OUT"))
      return name == NULL ? NULL : name + sizeof function - 1;
  }
  return NULL;
}

static const char *service_of(const context *c) {
  const char *group = text_at(c->task, "group"), *name = text_at(c->in->service, "serviceName");
  if (name == NULL && group != NULL && strncmp(group, "service:", 8) == 0)
    name = group + 8;
  return name == NULL ? last_part(text_at(c->in->deployment, "serviceArn")) : name;
}

static const char *cluster_of(const context *c) {
  const char *arn = text_at(c->in->service, "clusterArn");
  if (arn == NULL)
    arn = text_at(c->task, "clusterArn");
  return last_part(arn == NULL ? text_at(c->in->deployment, "clusterArn") : arn);
}

static const char *definition_of(const context *c) {
  const char *arn = text_at(c->task, "taskDefinitionArn");
  if (arn == NULL)
    arn = text_at(c->in->deployment, "taskDefinition");
  return last_part(arn == NULL ? text_at(c->in->definition, "taskDefinitionArn") : arn);
}

/* What stands in the text itself. */
static const char *captured(const context *c, const char *name) {
  for (const ecs_words_find *find = ecs_explain_names; find->name != NULL; find++) {
    if (strcmp(find->name, name) != 0)
      continue;
    ecs_words found = ecs_words_capture(c->finding->text, find);
    if (found.size > 0)
      return ecs_words_plain(c->in->arena, found, MOST_SUMMARY_BYTES);
  }
  return NULL;
}

static const char *lookup(const void *from, const char *name) {
  const context *c = from;
  const char *text = captured(c, name);
  if (text != NULL)
    return text;
  if (strcmp(name, "text") == 0)
    return ecs_words_plain(c->in->arena, c->finding->text, MOST_SUMMARY_BYTES);
  if (strcmp(name, "container") == 0)
    return text_at(container_of(c), "name");
  if (strcmp(name, "image") == 0)
    return text_at(container_of(c), "image");
  if (strcmp(name, "exit_code") == 0)
    return c->finding->code;
  if (strcmp(name, "exit_words") == 0) {
    long long code = -1;
    return sscanf(c->finding->code, "%lld", &code) == 1 ? ecs_explain_exit_words(code) : NULL;
  }
  if (strcmp(name, "log_group") == 0)
    return log_group_of(c);
  if (strcmp(name, "alarm") == 0)
    return alarm_of(c->in);
  if (strcmp(name, "hook") == 0)
    return hook_of(c->in);
  if (strcmp(name, "service") == 0)
    return service_of(c);
  if (strcmp(name, "cluster") == 0)
    return cluster_of(c);
  if (strcmp(name, "definition") == 0)
    return definition_of(c);
  return strcmp(name, "task") == 0 ? last_part(text_at(c->task, "taskArn")) : NULL;
}

static bool equal(const char *a, const char *b) { return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0); }

/* The cause of that rule and summary, made when there is none. NULL without memory. */
static ecs_cause *cause_for(ecs_causes *causes, const ecs_value *task, const ecs_finding *finding) {
  ecs_arena *arena = causes->in->arena;
  context c = {causes->in, finding, task};
  const ecs_explain_rule *rule = finding->rule;
  const char *summary = ecs_words_fill(arena, finding->summary == NULL ? rule->summary : finding->summary, lookup, &c);
  ecs_cause **link = &causes->first;
  while (*link != NULL && !(equal((*link)->rule->code, rule->code) && equal((*link)->summary, summary)))
    link = &(*link)->next;
  if (*link == NULL && (*link = ecs_arena_take(arena, sizeof **link)) != NULL) {
    (*link)->rule = rule;
    (*link)->summary = summary;
    (*link)->hint = rule->hint == NULL ? NULL : ecs_words_fill(arena, rule->hint, lookup, &c);
    (*link)->first = (*link)->last = -1;
    (*link)->ids = ecs_value_list(arena);
  }
  return *link;
}

static void prove(ecs_causes *causes, ecs_cause *cause, const char *kind, const char *id, const char *text,
                  double time) {
  proof **link = &cause->proof;
  cause->count++;
  if (time >= 0 && (cause->first < 0 || time < cause->first))
    cause->first = time;
  if (time > cause->last)
    cause->last = time;
  while (*link != NULL && !(equal((*link)->kind, kind) && equal((*link)->text, text)))
    link = &(*link)->next;
  if (*link != NULL) {
    (*link)->count++;
  } else if (cause->proofs < MOST_TEXTS && (*link = ecs_arena_take(causes->in->arena, sizeof **link)) != NULL) {
    **link = (proof){.kind = kind, .id = id, .text = text, .time = time, .count = 1};
    cause->proofs++;
  }
}

void ecs_causes_add_task(ecs_causes *causes, const ecs_value *task, const ecs_finding *finding) {
  ecs_arena *arena = causes->in->arena;
  ecs_cause *cause = cause_for(causes, task, finding);
  if (cause == NULL)
    return;
  const char *id = last_part(text_at(task, "taskArn"));
  const char *text = ecs_words_plain(arena, finding->text, MOST_TEXT_BYTES);
  if (finding->code[0] != '\0') {
    const char *name = ecs_value_text_or(ecs_value_get(finding->container, "name"), "container");
    text = ecs_arena_format(arena, "%s%s%s ended with exit code %s", text == NULL ? "" : text,
                            text == NULL || *text == '\0' ? "" : "; ", name, finding->code);
  }
  cause->tasks++;
  cause->over += finding->over;
  if (id != NULL && ecs_value_count(cause->ids) < MOST_IDS)
    ecs_value_push(arena, cause->ids, ecs_value_text(arena, id));
  prove(causes, cause, "task", id, text, finding->time);
}

void ecs_causes_add_event(ecs_causes *causes, const ecs_value *event, const ecs_finding *finding) {
  ecs_cause *cause = cause_for(causes, NULL, finding);
  if (cause != NULL)
    prove(causes, cause, "event", text_at(event, "id"),
          ecs_words_plain(causes->in->arena, finding->text, MOST_TEXT_BYTES), finding->time);
}

void ecs_causes_add_deployment(ecs_causes *causes, const ecs_finding *finding) {
  const ecs_value *deployment = causes->in->deployment;
  const char *id = text_at(deployment, "id");
  ecs_cause *cause = cause_for(causes, NULL, finding);
  if (cause != NULL)
    prove(causes, cause, "deployment", id == NULL ? last_part(text_at(deployment, "serviceDeploymentArn")) : id,
          ecs_words_plain(causes->in->arena, finding->text, MOST_TEXT_BYTES), finding->time);
}

/* "3 of 4 stopped tasks, task 4417… among them, 2026-01-01T00:01:07Z: CannotPullContainerError: …" */
static ecs_value *proof_value(ecs_causes *causes, const proof *p) {
  ecs_arena *arena = causes->in->arena;
  const char *time = p->time < 0 ? "" : ecs_words_iso(arena, p->time);
  const char *id = p->id == NULL ? "" : p->id, *text = p->text == NULL ? "" : p->text;
  const char *gap = *id == '\0' ? "" : " ", *comma = *time == '\0' ? "" : ", ";
  if (p->count > 1 && strcmp(p->kind, "task") == 0 && p->count <= causes->stopped)
    return ecs_value_format(arena, "%zu of %zu stopped tasks (%s%s%s): %s", p->count, causes->stopped, id, comma, time,
                            text);
  if (p->count > 1)
    return ecs_value_format(arena, "%zu times (%s%s%s%s%s): %s", p->count, p->kind, gap, id, comma, time, text);
  return ecs_value_format(arena, "%s%s%s%s%s: %s", p->kind, gap, id, comma, time, text);
}

static ecs_value *cause_value(ecs_causes *causes, const ecs_cause *cause) {
  ecs_arena *arena = causes->in->arena;
  ecs_value *map = ecs_value_map(arena), *evidence = ecs_value_list(arena);
  for (const proof *p = cause->proof; p != NULL; p = p->next)
    ecs_value_push(arena, evidence, proof_value(causes, p));
  const char *shortage = cause->rule->resource == NULL ? NULL : ecs_explain_shortage(causes->in, cause->rule->resource);
  if (shortage != NULL)
    ecs_value_push(arena, evidence, ecs_value_text(arena, shortage));
  ecs_value_set(arena, map, "code", ecs_value_text(arena, cause->rule->code));
  ecs_value_set(arena, map, "weight", ecs_value_text(arena, ecs_explain_weight(cause->rule->weight)));
  ecs_value_set(arena, map, "summary", ecs_value_text(arena, cause->summary));
  if (cause->rule->meaning != NULL)
    ecs_value_set(arena, map, "meaning", ecs_value_text(arena, cause->rule->meaning));
  ecs_value_set(arena, map, "hint",
                ecs_value_text(arena, cause->hint == NULL || *cause->hint == '\0' ? "look at the service's events and "
                                                                                    "the "
                                                                                    "containers' logs"
                                                                                  : cause->hint));
  ecs_value_set(arena, map, "evidence", evidence);
  ecs_value_set(arena, map, "count", ecs_value_int(arena, (int64_t)cause->count));
  if (ecs_value_count(cause->ids) > 0)
    ecs_value_set(arena, map, "tasks", cause->ids);
  if (cause->first >= 0) {
    ecs_value_set(arena, map, "first", ecs_value_number(arena, cause->first));
    ecs_value_set(arena, map, "last", ecs_value_number(arena, cause->last));
  }
  return map;
}

/* Whether the service has got over it: a single task that ended before it became steady again. */
static bool is_over(const ecs_causes *causes, const ecs_cause *cause) {
  bool followed = ecs_value_is(ecs_value_get(causes->in->deployment, "id"), ECS_STRING);
  return cause->over > 0 && cause->over == cause->count && (cause->count == 1 || !followed);
}

static bool likelier(const ecs_cause *a, const ecs_cause *b) {
  if (a->rule->weight != b->rule->weight)
    return a->rule->weight > b->rule->weight;
  return a->count > b->count;
}

/* Takes the likeliest out; of equals the one that was found first. */
static ecs_cause *take(ecs_causes *causes) {
  ecs_cause **best = &causes->first;
  for (ecs_cause **link = &causes->first; *link != NULL; link = &(*link)->next) {
    if (likelier(*link, *best))
      best = link;
  }
  ecs_cause *cause = *best;
  if (cause != NULL)
    *best = cause->next;
  return cause;
}

ecs_value *ecs_causes_list(ecs_causes *causes) {
  ecs_value *list = ecs_value_list(causes->in->arena);
  bool symptoms = true; /* told only when nothing is known that says more */
  for (ecs_cause *cause = take(causes); cause != NULL; cause = take(causes)) {
    bool symptom = cause->rule->weight == ECS_SYMPTOM;
    if (is_over(causes, cause) || (symptom && !symptoms))
      continue;
    symptoms = symptoms && symptom;
    ecs_value_push(causes->in->arena, list, cause_value(causes, cause));
  }
  return list;
}

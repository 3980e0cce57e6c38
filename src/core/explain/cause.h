/* cause: findings put together into causes, and causes into what ecs_explain answers. Internal to explain.c. */
#ifndef ECS_EXPLAIN_CAUSE_H
#define ECS_EXPLAIN_CAUSE_H

#include "explain/rules.h"

/* The parts of explain.h's input that are there; lists and maps of the API, or NULL. */
typedef struct ecs_input {
  ecs_arena *arena;
  const ecs_value *events, *tasks, *deployment, *service, *definition, *instances;
} ecs_input;

/* What one text, or one exit code, was found to mean. */
typedef struct ecs_finding {
  const ecs_explain_rule *rule;
  const char *summary; /* template in place of the rule's, or NULL */
  ecs_words text;
  const ecs_value *container; /* of tasks[].containers, or NULL */
  char code[24];              /* the exit code, when it was that; else "" */
  double time;                /* below 0: not known */
  bool over;                  /* the service was steady since */
} ecs_finding;

typedef struct ecs_cause ecs_cause;

typedef struct ecs_causes {
  const ecs_input *in;
  ecs_cause *first;
  size_t stopped; /* tasks that ended and count */
} ecs_causes;

void ecs_causes_add_task(ecs_causes *causes, const ecs_value *task, const ecs_finding *finding);
void ecs_causes_add_event(ecs_causes *causes, const ecs_value *event, const ecs_finding *finding);
void ecs_causes_add_deployment(ecs_causes *causes, const ecs_finding *finding);

/* All of them in order, as explain.h says. */
ecs_value *ecs_causes_list(ecs_causes *causes);

/* The definition of a container of a task, or NULL. */
const ecs_value *ecs_input_container(const ecs_input *in, const ecs_value *container);

/* instances.c: "0 of 3 container instances have 512 CPU units free (most: 256)", or NULL. */
const char *ecs_explain_shortage(const ecs_input *in, const char *resource);

#endif

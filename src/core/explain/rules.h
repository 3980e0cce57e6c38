/* rules: everything that is known of ECS's words, as a table. Internal to explain.c. */
#ifndef ECS_EXPLAIN_RULES_H
#define ECS_EXPLAIN_RULES_H

#include "explain/patterns.h"

/* Where a text stands. */
enum {
  ECS_ON_EVENT = 1,      /* services[].events[].message */
  ECS_ON_STOPPED = 2,    /* tasks[].stoppedReason */
  ECS_ON_CONTAINER = 4,  /* tasks[].containers[].reason */
  ECS_ON_ROLLOUT = 8,    /* rolloutStateReason, statusReason, rollback.reason */
  ECS_ON_STOP_CODE = 16, /* tasks[].stopCode; the pattern is the whole of it */
  ECS_ON_EXIT = 32,      /* tasks[].containers[].exitCode; the pattern is the whole of it */
  ECS_ON_HEALTH = 64,    /* healthStatus of a running task; the pattern is the whole of it */
  ECS_ON_WHOLE = ECS_ON_STOP_CODE | ECS_ON_EXIT | ECS_ON_HEALTH
};

/* What a rule's finding is worth beside others. */
typedef enum ecs_weight {
  ECS_BENIGN,       /* nothing is wrong */
  ECS_SYMPTOM,      /* says that something fails, not what; told only when nothing else is known */
  ECS_GENERAL,      /* says little; an exit code or a stop code says more */
  ECS_CIRCUMSTANCE, /* happens to healthy services too */
  ECS_EFFECT,       /* what failed; the program's log knows why */
  ECS_CAUSE         /* what is to be put right */
} ecs_weight;

typedef struct ecs_explain_match {
  unsigned where; /* any of ECS_ON_…; 0 ends the list */
  const char *pattern;
  const char *summary; /* in place of the rule's, or NULL */
} ecs_explain_match;

typedef struct ecs_explain_rule {
  const char *code;
  ecs_weight weight;
  const char *summary, *meaning, *hint; /* summary and hint are templates of patterns.h */
  const ecs_explain_match *matches;
  const char *resource; /* what container instances lack: CPU, MEMORY, GPU, PORTS, AGENT; or NULL */
} ecs_explain_rule;

/* The weight's name: "cause", "effect", … */
const char *ecs_explain_weight(ecs_weight weight);

extern const ecs_explain_rule ecs_explain_rules[]; /* the first that fits counts; NULL matches end it */
extern const ecs_explain_rule ecs_explain_unknown; /* for what none fits */
extern const ecs_words_find ecs_explain_names[];   /* a NULL name ends it; the first that finds something counts */
extern const char ecs_explain_trouble[];           /* pattern: an event that no rule fits is worth telling */
extern const char ecs_explain_steady[];            /* pattern: an event behind which earlier trouble is over */

/* What an exit code means, or NULL. */
const char *ecs_explain_exit_words(int64_t code);

#endif

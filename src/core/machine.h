/* machine: one operation on one service, as a sequence of phases. A phase is a function that is called when the machine
** enters it (answer NULL) and with the answer to what it asked for. Internal to the engine. */
#ifndef ECS_MACHINE_H
#define ECS_MACHINE_H

#include "engine.h"
#include "retry.h"
#include "schema_status.h"

typedef struct ecs_machine ecs_machine;

/* `service`: of a describe that went well, the service or NULL when it is missing. Both live during the call only. */
typedef void ecs_phase(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service);

typedef enum ecs_want { ECS_WANT_NOTHING, ECS_WANT_DESCRIBE, ECS_WANT_REQUEST } ecs_want;
typedef enum ecs_life { ECS_LIFE_WAITING, ECS_LIFE_RUNNING, ECS_LIFE_DONE, ECS_LIFE_FAILED } ecs_life;

struct ecs_machine {
  ecs_engine *engine;
  ecs_arena *arena;       /* the operation and what was decided */
  ecs_arena *asked;       /* the body of the request under way */
  ecs_arena *latest;      /* the service as last seen */
  const ecs_value *op;    /* as given to ecs_engine_add */
  const char *address, *action;
  const char *cluster, *service; /* what the present stage speaks of */
  ecs_machine **needs;    /* what it depends on, found when the engine had `known` machines */
  size_t need_count, known;
  ecs_life life;
  ecs_phase *phase;
  ecs_phase *after_gone;  /* what follows when the service is gone (replace), or NULL */
  ecs_phase *after_made;  /* what follows when the new one is made (create before destroy), or NULL */
  ecs_phase *prove;       /* finds out whether a request whose answer was lost was carried out, or NULL: send again */
  const char *known_primary; /* id of the PRIMARY deployment before a forced update */
  ecs_value *made_attributes; /* of the new service, while the former one is deleted */
  ecs_want want;
  double due;             /* when to ask */
  int64_t flying;         /* id of the request under way, or 0 */
  const char *operation, *body;
  size_t body_size;
  bool mutates, patient;  /* patient: failures of reads do not end it before the deadline */
  unsigned attempt;
  double began, deadline, window; /* window: end of the time in which propagation errors are repeated */
  double interval, made_at, steady_since;
  bool looked, without_tags, made, changed_here;
  const char *until;      /* "active" "steady" "deployed" "inactive" */
  const char *followed;   /* id of the deployment of this run, or NULL */
  const char *followed_definition;
  const ecs_value *seen;  /* the service as last seen, in `latest`, or NULL */
  const char *signature;  /* of the last state event */
  char last_event[80];
  const char *latest_definition;
  ecs_value *attributes;  /* as last flattened, in `arena` */
  ecs_value *failure;     /* the error that evidence is gathered for */
};

/* engine.c: queues an action map built in an arena of its own. */
ecs_arena *ecs_machine_action(ecs_machine *m, const char *kind, double now, ecs_value **map);
void ecs_machine_queue(ecs_machine *m, ecs_arena *arena, ecs_value *map);
const ecs_context *ecs_machine_context(const ecs_machine *m);
const ecs_value *ecs_machine_option(const ecs_machine *m, const char *name);
double ecs_machine_number(const ecs_value *map, const char *name, double otherwise);
uint64_t *ecs_machine_random(ecs_machine *m);
void ecs_machine_exhausted(ecs_machine *m); /* memory was short: the next call of the engine says so */

/* machine.c */
void ecs_machine_go(ecs_machine *m, ecs_phase *phase, double now);
void ecs_machine_describe(ecs_machine *m, double due);
void ecs_machine_ask(ecs_machine *m, const char *operation, const ecs_value *body, bool mutates, double due);
ecs_arena *ecs_machine_asking(ecs_machine *m); /* an empty arena for the body of the next request */
ecs_arena *ecs_machine_seeing(ecs_machine *m); /* an empty arena for the service as it is seen now */
void ecs_machine_again(ecs_machine *m, double due); /* the same request once more */
void ecs_machine_event(ecs_machine *m, double now, const char *type, const char *key, const char *text);
void ecs_machine_see(ecs_machine *m, double now, const ecs_value *service);
void ecs_machine_flatten(ecs_machine *m);
void ecs_machine_record(ecs_machine *m, double now, const char *status, const char *reason);
void ecs_machine_done(ecs_machine *m, double now, const char *outcome);
ecs_value *ecs_machine_error(ecs_machine *m, const char *code, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void ecs_machine_fail(ecs_machine *m, double now, ecs_value *error);
void ecs_machine_refuse(ecs_machine *m, double now, const ecs_answer *answer);
void ecs_machine_late(ecs_machine *m, double now); /* the deadline has passed */
const char *ecs_machine_where(ecs_machine *m);     /* cluster/service, for people */
double ecs_machine_timeout(const ecs_machine *m, const char *name);

/* flow.c */
bool ecs_flow_start(ecs_machine *m, double now); /* false: unknown action */
/* watch.c */
ecs_phase ecs_watch;
ecs_phase ecs_watch_gone;
/* evidence.c: gathers what ECS knows of stopped tasks for m->failure, then fails. */
ecs_phase ecs_evidence;

#endif

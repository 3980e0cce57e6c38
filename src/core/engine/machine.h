/* machine: one operation on one service, as a sequence of phases. A phase is a function that is called when the machine
** enters it (answer NULL) and with the answer to what it asked for. Internal to the engine. */
#ifndef ECS_MACHINE_H
#define ECS_MACHINE_H

#include "base/heap.h"
#include "engine/engine.h"
#include "engine/fleet.h"
#include "engine/retry.h"
#include "service/judge.h"

typedef struct ecs_machine ecs_machine;
typedef struct ecs_queue_cluster ecs_queue_cluster;

/* `service`: of a describe that went well, the service or NULL when it is missing. Both live during the call only. */
typedef void ecs_phase(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service);

typedef enum ecs_want { ECS_WANT_NOTHING, ECS_WANT_DESCRIBE, ECS_WANT_REQUEST } ecs_want;
typedef enum ecs_life { ECS_LIFE_WAITING, ECS_LIFE_RUNNING, ECS_LIFE_DONE, ECS_LIFE_FAILED } ecs_life;

struct ecs_machine {
  ecs_engine *engine;
  ecs_arena *arena;    /* the operation and what was decided */
  ecs_arena *asked;    /* the body of the request under way */
  ecs_arena *latest;   /* the service as last seen */
  const ecs_value *op; /* as given to ecs_engine_add */
  const char *address, *action;
  const char *cluster, *service; /* what the present stage speaks of */
  ecs_machine **needs;           /* what it depends on */
  size_t need_count;
  struct ecs_dependent *dependents; /* those that wait for it */
  bool unknown_needs;               /* some of its depends_on were not there when they were last looked for */
  ecs_life life;
  bool ended;                           /* the engine has noticed its end */
  ecs_heap_node node;                   /* waiting: among those that may begin; running: among those that want to ask */
  ecs_heap_node polls[ECS_FLEET_TIMES]; /* of a poll, in place of `node` */
  ecs_heap_node turn;                   /* while it waits for its turn to ask: until when it does */
  ecs_queue_cluster *looking;           /* where it waits to be looked at, or NULL */
  size_t class;                         /* of pace.h, of what it wants to ask */
  ecs_phase *phase;
  ecs_phase *after_gone;    /* what follows when the service is gone (replace), or NULL */
  ecs_phase *after_made;    /* what follows when the new one is made (create before destroy), or NULL */
  ecs_phase *prove;         /* finds out whether a request whose answer was lost was carried out, or NULL: send again */
  struct {                  /* flow_update.c: an update that starts a deployment each time it is sent */
    const ecs_value *known; /* the ids of the deployments before it, or NULL: not looked up yet */
    double since,
        until; /* since: none that is older is its own, by ECS's clock. until: how long a proof is looked for */
    unsigned sent;
  } forced;
  bool grace_apart;   /* flow_update.c: AWS takes the grace period only when the load balancers are there */
  struct {            /* flow_doubt.c */
    ecs_value *error; /* to be told when nothing is found */
    double since;
    bool (*found)(ecs_machine *m, double now, const ecs_value *service);
  } doubt;
  ecs_value *made_attributes; /* of the new service, while the former one is deleted */
  ecs_want want, asks;        /* asks: what `again` repeats */
  double due;                 /* when to ask */
  bool polling;               /* a look at the times of `polls`, of which `due` is the first */
  size_t *waits;              /* where it counts as one that waits, or NULL */
  ecs_fleet_course course;
  int64_t flying; /* id of the request under way, or 0 */
  const char *operation, *body;
  size_t body_size;
  bool mutates, patient;          /* patient: failures of reads do not end it before the deadline */
  unsigned attempt;               /* failures in a row, for the pause before the next */
  bool unheard;                   /* an attempt may have been carried out although no answer said so */
  unsigned tries;                 /* times the request was sent */
  unsigned clocks;                /* times the request was signed anew because of the clock */
  int borrowed;                   /* of the engine's retry quota, by the last retry of the request that took some */
  const char *request_id;         /* the last that AWS named for this request, or NULL */
  const char *refusal;            /* what AWS said last, when it was no success; or NULL */
  double refused_at;              /* of a read: when refusals began that have not ended since */
  double began, deadline, window; /* window: end of the time in which propagation errors are repeated */
  double interval, made_at, steady_since;
  double moved_at, told_at; /* when the service last changed; when an event was last told */
  bool once;                /* not to be sent again once it may have been carried out */
  const ecs_value *answer;  /* of a call, during ecs_machine_done only */
  bool looked, without_tags, made, changed_here;
  bool scaled;               /* to zero, for the delete */
  bool all_tags;             /* `seen` was asked for its tags: without a member, it has none */
  const ecs_value *accepted; /* the service as the answer to this run's change showed it, or NULL */
  const ecs_value *unknown;  /* of carry.h: what the service has that no row knows, or NULL */
  bool unknown_read;         /* `unknown` is what it has; else it is to be read before a structure is sent */
  const ecs_value *had;      /* the structures that rows share, as that read showed them, or NULL */
  const ecs_value *carried;  /* list of paths: what of that is in the request under way, or NULL */
  const char *until;         /* "active" "steady" "deployed" "inactive" */
  const char *followed;      /* id of the deployment of this run, or NULL */
  const char *followed_definition;
  double followed_created; /* its createdAt, or 0 */
  double changed_at;       /* when the change was answered, by the clock of the run; 0: this run changed nothing */
  double since;            /* the moment of that answer, by ECS's clock; or 0 */
  int64_t desired_told;    /* desiredCount in that answer, or -1 */
  double duration;         /* of the followed deployment, when it has become steady; or 0 */
  bool confirmed, replaces;
  double broke_at; /* when it was first seen to have failed, or 0 */
  bool undone;     /* the followed deployment did not take place in the end: what it was to apply is not applied */
  bool failed;     /* it was seen FAILED, whatever later answers show */
  const char *failed_why;        /* the reason that was given then, or NULL */
  const char *former_definition; /* of the deployment before the followed one, or NULL: none was seen */
  bool former_completed;
  struct {           /* watch_records.c: the followed deployment's service deployment */
    const char *arn; /* or NULL: it was not found so far */
    ecs_service_record now;
    bool numbered;      /* the server ties it to its deployment by a number */
    bool refused;       /* the server does not have them, or does not show them to us */
    double missed_at;   /* when it was first looked for in vain, or 0 */
    double due;         /* not to be looked for before */
    double rolling_due; /* when to ask although nothing calls for it, where there is no rollout state */
  } record;
  struct { /* watch_served.c: how the last task of older deployments ended */
    double at, due;
    bool by_ours; /* the followed deployment stopped it */
  } former_task;
  const ecs_value *seen; /* the service as last seen, in `latest`, or NULL */
  const char *signature; /* of the last state event */
  double events_from;    /* ECS's time of the last event that was told; -1: none was seen yet */
  double news_at;        /* when an event was told that is more than "steady" */
  uint32_t told[128];    /* of the ids of events, the latest */
  size_t told_next;
  const char *latest_definition;
  ecs_value *attributes; /* as last flattened, in `arena`; of a read in `latest` */
  ecs_value *failure;    /* the error that evidence is gathered for */
  ecs_value *gathered;   /* what ecs_evidence_gather found: {tasks, …} */
  void (*after_tasks)(ecs_machine *m, double now);
  unsigned pages;      /* of ListTasks, so far */
  bool gathers_former; /* those tasks are looked for that are not the followed deployment's */
  struct {             /* explain_watch.c: what the last look at failing tasks knew */
    double due, pause, event;
    int64_t failed, replaced;
    bool wanted;
    const char *told[8];
    size_t count;
  } failing;
};

/* engine.c: queues an action map built in an arena of its own. */
ecs_arena *ecs_machine_action(ecs_machine *m, const char *kind, double now, ecs_value **map);
void ecs_machine_queue(ecs_machine *m, ecs_arena *arena, ecs_value *map);
const ecs_context *ecs_machine_context(const ecs_machine *m);
const ecs_value *ecs_machine_option(const ecs_machine *m, const char *name);
double ecs_machine_setting(const ecs_machine *m, const char *name, double otherwise); /* an option that is a number */
uint64_t *ecs_machine_random(ecs_machine *m);
void ecs_machine_waits(ecs_machine *m, double now); /* it waits for ECS from here on */
ecs_fleet *ecs_machine_fleet(ecs_machine *m);
void ecs_machine_ended(ecs_machine *m);     /* it runs no more */
void ecs_machine_exhausted(ecs_machine *m); /* memory was short: the next call of the engine says so */

enum { ECS_READ_LAG_SECONDS = 120 }; /* reads may be so much behind a write, as Terraform allows for too */

/* machine.c */
ecs_value *ecs_machine_after(const ecs_machine *m); /* what the change leaves the service with; or NULL */
void ecs_machine_go(ecs_machine *m, ecs_phase *phase, double now);
void ecs_machine_describe(ecs_machine *m, double due);
void ecs_machine_poll(ecs_machine *m, double due,
                      double now); /* the same, later when many are waited for; by the deadline */
void ecs_machine_ask(ecs_machine *m, const char *operation, const ecs_value *body, bool mutates, double due);
ecs_arena *ecs_machine_asking(ecs_machine *m);      /* an empty arena for the body of the next request */
ecs_arena *ecs_machine_seeing(ecs_machine *m);      /* an empty arena for the service as it is seen now */
void ecs_machine_again(ecs_machine *m, double due); /* the same request once more */
void ecs_machine_event(ecs_machine *m, double now, const char *type, const char *key, const char *text);
void ecs_machine_see(ecs_machine *m, double now, const ecs_value *service);
void ecs_machine_events_from(ecs_machine *m, const ecs_value *service); /* tells only events after those of `service` */
void ecs_machine_flatten(ecs_machine *m);
void ecs_machine_record(ecs_machine *m, double now, const char *status, const char *reason);
void ecs_machine_done(ecs_machine *m, double now, const char *outcome);
ecs_value *ecs_machine_error(ecs_machine *m, const char *code, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void ecs_machine_fail(ecs_machine *m, double now, ecs_value *error);
void ecs_machine_refuse(ecs_machine *m, double now, const ecs_answer *answer);
ecs_value *ecs_machine_refusal(ecs_machine *m, const ecs_answer *answer); /* the error that it fails with then */
void ecs_machine_late(ecs_machine *m, double now); /* the deadline has passed: it fails, with what is known */
const char *ecs_machine_where(ecs_machine *m);     /* cluster/service, for people */
double ecs_machine_timeout(const ecs_machine *m, const char *name);

/* flow_carry.c: what no row knows, in the requests of an operation. */
/* Whether the body sends a structure of which it is not known what else is in it: it is to be read first. */
bool ecs_flow_must_read(const ecs_machine *m, const ecs_value *body);
/* Remembers what a service that was read has. */
void ecs_flow_remember_unknown(ecs_machine *m, const ecs_value *service);
/* Puts it into the body of an UpdateService or CreateService that was made in `arena`. False: it cannot, and the machine
** has failed. */
bool ecs_flow_carry(ecs_machine *m, double now, ecs_arena *arena, ecs_value *body, bool creates);
/* The same for the CreateService that is to come, before anything is deleted for it. */
bool ecs_flow_can_carry(ecs_machine *m, double now);
/* Names in an error what was carried into the request that AWS refused. */
void ecs_flow_name_carried(ecs_machine *m, ecs_value *error, const ecs_answer *answer);

/* flow.c */
bool ecs_flow_start(ecs_machine *m, double now); /* false: unknown action */
/* watch.c */
ecs_phase ecs_watch;
typedef struct ecs_awaited {
  const char *so_far, *what; /* "3 of 5 new tasks running", "2 that are starting"; so_far may be NULL */
} ecs_awaited;
void ecs_watch_poll(ecs_machine *m, double now,
                    ecs_awaited awaited); /* looks again; after long silence tells what for */
void ecs_watch_unanswered(ecs_machine *m, double now, const ecs_answer *answer); /* a look that failed, for good */
void ecs_watch_follow(ecs_machine *m, const ecs_deployment *deployment);
void ecs_watch_resume(ecs_machine *m, double now);     /* goes on with what was last seen */
void ecs_watch_finish(ecs_machine *m, double now);     /* what was waited for has come */
void ecs_watch_look_again(ecs_machine *m, double now); /* polls, and tells after long silence what for */
/* explain_watch.c: looks at stopped tasks when something speaks of failures; true when it has asked for them, and goes on
** by ecs_watch_resume. */
bool ecs_explain_watch(ecs_machine *m, double now, const ecs_service_status *status, const ecs_deployment *ours);
void ecs_watch_learn(ecs_machine *m, const ecs_service_status *status); /* remembers what later answers may not show */
/* watch_records.c: whether the service deployment has something to say of this verdict; asks for it, and goes on by
** ecs_watch_resume. */
bool ecs_watch_consults(const ecs_machine *m, double now, const ecs_service_status *status,
                        const ecs_judgement *verdict);
void ecs_watch_consult(ecs_machine *m, double now);
/* watch_served.c: whether ECS itself stopped the last of the older tasks for those of the followed deployment. True when it
** has asked for that: it ends the wait then, or goes on by ecs_watch_poll. */
bool ecs_watch_served(ecs_machine *m, double now);
/* watch_failure.c: the error of a verdict that is a failure; then evidence */
void ecs_watch_failed(ecs_machine *m, double now, const ecs_service_status *status, const ecs_judgement *verdict);
/* waiting.c: what is being waited for, in words */
const char *ecs_waiting_last_seen(ecs_arena *arena, const ecs_service_status *status, const char *followed);
ecs_awaited ecs_waiting_for(ecs_arena *arena, const ecs_service_status *status, const ecs_judgement *verdict);
/* evidence.c: gathers what ECS knows of stopped tasks for m->failure, then fails. */
ecs_phase ecs_evidence;
void ecs_evidence_end(ecs_machine *m, double now); /* with what was gathered so far */
/* The stopped tasks of the followed deployment into m->gathered, then `after`. */
void ecs_evidence_gather(ecs_machine *m, double now, void (*after)(ecs_machine *m, double now));
/* How the last stopped task of other deployments ended into m->former_task, then `after`. */
void ecs_evidence_gather_former(ecs_machine *m, double now, void (*after)(ecs_machine *m, double now));
/* The causes (of explain.h) of what was gathered and last seen; `deployment` lives in m->arena. */
ecs_value *ecs_evidence_causes(ecs_machine *m, ecs_value *deployment);

#endif

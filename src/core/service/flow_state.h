/* flow_state: what an operation on a service keeps for itself between its requests, in parts: each belongs to the file that
** its comment names, and others read it. Internal to the machines of services. */
#ifndef ECS_SERVICE_FLOW_STATE_H
#define ECS_SERVICE_FLOW_STATE_H

#include "engine/machine.h"
#include "service/deployments.h"

enum { ECS_READ_LAG_SECONDS = 120 }; /* reads may be so much behind a write, as Terraform allows for too */

/* What goes on when something else is done. */
typedef void ecs_flow_next(ecs_machine *m, double now);

/* seen.c: the service as it was last seen. */
typedef struct ecs_flow_seen {
  const ecs_value *service;      /* in m->latest, or NULL */
  bool all_tags;                 /* it was asked for its tags: without a member, it has none */
  const ecs_value *accepted;     /* as the answer to this run's change showed it, or NULL */
  ecs_value *attributes;         /* as last flattened, in m->arena; of a read in m->latest */
  const char *latest_definition; /* what a family without revision means, or NULL */
} ecs_flow_seen;

/* seen.c: what was told of it. */
typedef struct ecs_flow_tell {
  const char *signature; /* of the last state event */
  double events_from;    /* ECS's time of the last event that was told; -1: none was seen yet */
  double news_at;        /* when an event was told that is more than "steady" */
  double moved_at;       /* when the service last changed */
  uint32_t told[128];    /* of the ids of events, the latest */
  size_t next;
} ecs_flow_tell;

/* watch.c: the deployment of this run, and what is known of it. */
typedef struct ecs_flow_followed {
  const char *until; /* "active" "steady" "deployed" "inactive" "created" */
  const char *id;    /* or NULL */
  const char *definition;
  double created;    /* its createdAt, or 0 */
  double changed_at; /* when the change was answered, by the clock of the run; 0: this run changed nothing */
  double since;      /* the moment of that answer, by ECS's clock; or 0 */
  int64_t desired;   /* desiredCount in that answer, or -1 */
  double duration;   /* when it has become steady; or 0 */
  double interval, steady_since;
  bool confirmed, replaces;
  double broke_at;               /* when it was first seen to have failed, or 0 */
  bool undone;                   /* it did not take place in the end: what it was to apply is not applied */
  bool failed;                   /* it was seen FAILED, whatever later answers show */
  const char *failed_why;        /* the reason that was given then, or NULL */
  const char *former_definition; /* of the deployment before it, or NULL: none was seen */
  bool former_completed;
} ecs_flow_followed;

/* watch_records.c: its service deployment. */
typedef struct ecs_flow_record {
  const char *arn; /* or NULL: it was not found so far */
  ecs_service_record now;
  bool numbered;          /* the server ties it to its deployment by a number */
  bool refused;           /* the server does not have them, or does not show them to us */
  double missed_at;       /* when it was first looked for in vain, or 0 */
  double due;             /* not to be looked for before */
  double rolling_due;     /* when to ask although nothing calls for it, where there is no rollout state */
  const ecs_value *shown; /* as it was answered since the last look, in m->latest; or how it ended; or NULL */
  ecs_flow_next *after;
} ecs_flow_record;

/* watch_stages.c: what was told of its stages. */
typedef struct ecs_flow_stages {
  const char *signature; /* of the last event about them, or NULL */
  const char *stage;     /* the present one, or NULL: none was seen */
  double production;     /* percent of the traffic on the new revision */
  double since;          /* when that stage, or that step of the shift, began */
  const char *decision;  /* id of the hook whose wait for a decision was told, or NULL */
  double decision_until; /* when that wait ends, which tells two waits of one hook apart; or 0: not known */
} ecs_flow_stages;

/* watch_served.c: how the last task of older deployments ended. */
typedef struct ecs_flow_former_task {
  double at, due;
  bool by_ours; /* the followed deployment stopped it */
} ecs_flow_former_task;

/* explain_watch.c: what the last look at failing tasks knew. */
typedef struct ecs_flow_failing {
  double due, pause, event;
  int64_t failed, replaced;
  bool wanted;
  const char *told[8];
  size_t count;
  ecs_flow_next *after;
} ecs_flow_failing;

/* evidence.c: what is gathered of stopped tasks. */
typedef struct ecs_flow_evidence {
  ecs_value *failure;  /* the error that it is gathered for */
  ecs_value *gathered; /* {tasks, …} */
  ecs_flow_next *after;
  unsigned pages; /* of ListTasks, so far */
  bool former;    /* those tasks are looked for that are not the followed deployment's */
} ecs_flow_evidence;

/* flow.c and its stages: how far the operation is. */
typedef struct ecs_flow_steps {
  ecs_phase *after_gone;      /* what follows when the service is gone (replace), or NULL */
  ecs_phase *after_made;      /* what follows when the new one is made (create before destroy), or NULL */
  ecs_phase *after_tags;      /* what follows when it has its tags */
  ecs_value *made_attributes; /* of the new service, while the former one is deleted */
  bool looked, without_tags, made, changed;
  bool scaled;            /* to zero, for the delete */
  bool grace_apart;       /* AWS takes the grace period only when the load balancers are there */
  double made_at, window; /* window: end of the time in which propagation errors are repeated */
} ecs_flow_steps;

/* flow_update.c: an update that starts a deployment each time it is sent. */
typedef struct ecs_flow_forced {
  const ecs_value *known; /* the ids of the deployments before it, or NULL: not looked up yet */
  double since;           /* none that is older is its own, by ECS's clock */
  double until;           /* how long a proof is looked for */
  unsigned sent;
} ecs_flow_forced;

/* flow_doubt.c: a request whose answers were lost. */
typedef bool ecs_flow_found(ecs_machine *m, double now, const ecs_value *service);
typedef struct ecs_flow_doubts {
  ecs_value *error; /* to be told when nothing is found */
  double since;
  ecs_flow_found *found;
} ecs_flow_doubts;

/* flow_carry.c: what no row knows. */
typedef struct ecs_flow_carries {
  const ecs_value *late;    /* list of the paths that nobody declared and the plan did not know of, or NULL */
  const ecs_value *unknown; /* of carry.h: what the service has that no row knows, or NULL */
  bool read;                /* `unknown` is what it has; else it is to be read before a structure is sent */
  const ecs_value *had;     /* the structures that rows share, as that read showed them, or NULL */
  const ecs_value *sent;    /* list of paths: what of that is in the request under way, or NULL */
} ecs_flow_carries;

typedef struct ecs_flow {
  const char *cluster, *service; /* what the present stage speaks of */
  ecs_flow_seen seen;
  ecs_flow_tell tell;
  ecs_flow_followed follow;
  ecs_flow_record record;
  ecs_flow_stages stages;
  ecs_flow_former_task former_task;
  ecs_flow_failing failing;
  ecs_flow_evidence evidence;
  ecs_flow_steps steps;
  ecs_flow_forced forced;
  ecs_flow_doubts doubt;
  ecs_flow_carries carry;
} ecs_flow;

static inline ecs_flow *ecs_flow_of(const ecs_machine *m) { return m->own; }

/* What the change leaves the service with; or NULL. */
static inline ecs_value *ecs_flow_after(const ecs_machine *m) { return ecs_value_get_path(m->op, "change.after"); }

#endif

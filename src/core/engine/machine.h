/* machine: one operation on one thing, as a sequence of phases. A phase is a function that is called when the machine
** enters it (answer NULL) and with the answer to what it asked for. What is asked, repeated, told and failed is here; what
** that is about is the kind's. Internal to the engine and to kinds. */
#ifndef ECS_MACHINE_H
#define ECS_MACHINE_H

#include "base/heap.h"
#include "engine/fleet.h"
#include "engine/kind.h"
#include "engine/outbox.h"

/* `item`: of a look that went well, what was looked at, or NULL when it is missing. Both live during the call only. */
typedef void ecs_phase(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *item);

typedef enum ecs_want { ECS_WANT_NOTHING, ECS_WANT_LOOK, ECS_WANT_REQUEST } ecs_want;
typedef enum ecs_life { ECS_LIFE_WAITING, ECS_LIFE_RUNNING, ECS_LIFE_DONE, ECS_LIFE_FAILED } ecs_life;

/* The request that is to be made, or is under way. */
typedef struct ecs_ask {
  ecs_want want, repeats; /* repeats: what ecs_machine_again asks for */
  double due;             /* when */
  bool polling;           /* a look at the times of `polls`, of which `due` is the first */
  int64_t flying;         /* its id once it is under way, or 0 */
  const ecs_api *api;     /* that it goes to */
  const char *operation, *body;
  size_t body_size;
  bool mutates, patient;  /* patient: failures of reads do not end it before the deadline */
  bool once;              /* not to be sent again once it may have been carried out */
  unsigned attempt;       /* failures in a row, for the pause before the next */
  bool unheard;           /* an attempt may have been carried out although no answer said so */
  unsigned tries;         /* times the request was sent */
  unsigned clocks;        /* times the request was signed anew because of the clock */
  int borrowed;           /* of the engine's retry quota, by the last retry of the request that took some */
  const char *request_id; /* the last that AWS named for this request, or NULL */
  const char *refusal;    /* what AWS said last, when it was no success; or NULL */
  double refused_at;      /* of a read: when refusals began that have not ended since */
  ecs_phase *prove;       /* finds out whether a request whose answer was lost was carried out, or NULL: send again */
} ecs_ask;

/* Where it stands among the others: queue.c and start.c. */
typedef struct ecs_standing {
  ecs_machine **needs; /* what it depends on */
  size_t need_count;
  struct ecs_dependent *dependents;     /* those that wait for it */
  bool unknown_needs;                   /* some of its depends_on were not there when they were last looked for */
  bool ended;                           /* the engine has noticed its end */
  bool held;                            /* done, and not yet released: those that depend on it wait on */
  ecs_heap_node node;                   /* waiting: among those that may begin; running: among those that want to ask */
  ecs_heap_node polls[ECS_FLEET_TIMES]; /* of a poll, in place of `node` */
  ecs_heap_node turn;                   /* while it waits for its turn to ask: until when it does */
  double spared;                        /* until when it may still read, its deadline having passed unnoticed; or 0 */
  struct ecs_looks *looks;              /* at things of its kind */
  struct ecs_look_group *looking;       /* where it waits to be looked at, or NULL */
  size_t class;                         /* of pace.h, of what it wants to ask */
  size_t *waits;                        /* where it counts as one that waits, or NULL */
} ecs_standing;

struct ecs_machine {
  ecs_outbox *outbox;
  const ecs_engine_kind *kind;
  const ecs_verb *verb;
  void *own;           /* the kind's part, of its size */
  ecs_arena *arena;    /* the operation and what was decided */
  ecs_arena *asked;    /* the body of the request under way */
  ecs_arena *latest;   /* the thing as last seen; NULL when it was given back */
  const ecs_value *op; /* as given to ecs_engine_add */
  const char *address;
  ecs_life life;
  ecs_phase *phase;
  ecs_ask ask;
  double began, deadline;
  double told_at; /* when an event was last told */
  bool waits;     /* for the thing to change, with others: it is one of a fleet from here on */
  ecs_fleet *fleet;
  ecs_fleet_course course;
  const ecs_value *answer; /* of a call, during ecs_machine_done only */
  ecs_standing standing;
};

/* Asking. A machine asks for one thing at a time; what it asks for is made when its phase has returned. */
void ecs_machine_go(ecs_machine *m, ecs_phase *phase, double now);
void ecs_machine_look(ecs_machine *m, double due); /* at its thing, with others of its kind */
void ecs_machine_poll(ecs_machine *m, double due,
                      double now); /* the same, later when many are waited for; by the deadline */
void ecs_machine_ask_of(ecs_machine *m, const ecs_api *api, const char *operation, const ecs_value *body, bool mutates,
                        double due); /* api: one of the kind's */
void ecs_machine_ask(ecs_machine *m, const char *operation, const ecs_value *body, bool mutates, double due);
void ecs_machine_again(ecs_machine *m, double due); /* the same request once more */
ecs_arena *ecs_machine_asking(ecs_machine *m);      /* an empty arena for the body of the next request */
ecs_arena *ecs_machine_seeing(ecs_machine *m);      /* an empty arena for the thing as it is seen now */

/* One call of any operation: a verb of every kind. */
void ecs_machine_call(ecs_machine *m, double now);

/* Telling: a note is made, filled, and told, in this order; NULL without memory. */
ecs_note *ecs_machine_note(ecs_machine *m, ecs_action_kind kind, double now);
ecs_note *ecs_machine_event_of(ecs_machine *m, double now, const char *type); /* a note that is an event */
void ecs_machine_detail(ecs_note *note, const ecs_value *map);                /* copies its members */
void ecs_machine_tell(ecs_machine *m, ecs_note *note);
void ecs_machine_event(ecs_machine *m, double now, const char *type, const char *key, const char *text);

/* Ending. An error is made in the machine's arena. */
void ecs_machine_done(ecs_machine *m, double now, const char *outcome);
ecs_value *ecs_machine_error(ecs_machine *m, const char *code, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void ecs_machine_fail(ecs_machine *m, double now, ecs_value *error);
void ecs_machine_refuse(ecs_machine *m, double now, const ecs_answer *answer);
ecs_value *ecs_machine_refusal(ecs_machine *m, const ecs_answer *answer); /* the error that it fails with then */

#endif

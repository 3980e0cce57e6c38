/* fleet: how often services that are waited for together are looked at, and which of them first. A few are looked at as
** often as one is. Many share what their calls may cost: a tenth of what as many waiters of the AWS CLI would cost, which
** look at their service each 15 seconds (ServicesStable of botocore's waiters-2.json). Whoever is done teaches when the
** others may be expected to be: those are looked at then. docs/events.md has the rules in words. */
#ifndef ECS_FLEET_H
#define ECS_FLEET_H

#include <stddef.h>

/* What of a deployment is measured: all of it, in seconds and in parts of what is usual for its service, and how far it is,
** as far as a look tells. */
typedef enum ecs_fleet_stage {
  ECS_FLEET_WHOLE,
  ECS_FLEET_USUAL,
  ECS_FLEET_STARTING,  /* tasks are still missing */
  ECS_FLEET_FAILING,   /* and some have failed */
  ECS_FLEET_REPLACING, /* all new ones run, and older ones too */
  ECS_FLEET_CLOSING,   /* only new ones run, and ECS has not called it complete */
  ECS_FLEET_STAGES
} ecs_fleet_stage;

/* Times of a look: from when on it may be made if calls are left over; when it is likely to find the end (INFINITY: nobody
** knows); when it has to be made whatever it costs. */
typedef enum ecs_fleet_time { ECS_FLEET_MAY, ECS_FLEET_LIKELY, ECS_FLEET_MUST, ECS_FLEET_TIMES } ecs_fleet_time;

enum { ECS_FLEET_KNOWN = 64 };

typedef struct ecs_fleet {
  size_t names;         /* that one call takes; set before anything else */
  size_t waiting, most; /* services that are waited for: now, and at once at most */
  size_t round;         /* calls that one look at each of them takes */
  double credit, at;    /* calls that may be made beyond those that have to be, as it was at `at` */
  struct {
    double spans[ECS_FLEET_KNOWN]; /* from the beginning of the stage to the end of the deployment; in order */
    size_t count;
    double ended, expected; /* how many were over; how many should have been, by what was known before each look */
  } known[ECS_FLEET_STAGES];
} ecs_fleet;

/* What was seen of one service. */
typedef struct ecs_fleet_course {
  ecs_fleet_stage stage;            /* WHOLE: none was seen yet */
  double usual;                     /* seconds that deployments of it take, or 0: unknown */
  double ends;                      /* when it will be over unless something comes between, or 0: unknown */
  double looked;                    /* when; 0: never */
  double entered[ECS_FLEET_STAGES]; /* when each stage that was seen began, by the caller's clock; 0: it was not */
} ecs_fleet_course;

/* A wait begins; ends. `group`: how many are waited for that go into calls with it, kept here. */
void ecs_fleet_join(ecs_fleet *fleet, size_t *group, double now);
void ecs_fleet_leave(ecs_fleet *fleet, size_t *group, double now);

/* A look: its deployment, begun at `created`, is in that stage. `told`: the newest time that the answer mentions. A stage is
** taken to have begun then if that is since the last look, and now if not. */
void ecs_fleet_see(ecs_fleet *fleet, ecs_fleet_course *course, ecs_fleet_stage stage, double created, double told,
                   double now);

/* A look: it is over, whatever came of it. */
void ecs_fleet_end(ecs_fleet *fleet, const ecs_fleet_course *course, double told, double now);

/* When a service is to be looked at again, that may be from `early` on: `times` by ecs_fleet_time. */
void ecs_fleet_times(const ecs_fleet *fleet, const ecs_fleet_course *course, double early, double *times);

/* When a call of that kind may be made: `now`, or later; one is made. */
double ecs_fleet_free(const ecs_fleet *fleet, ecs_fleet_time time, double now);
void ecs_fleet_take(ecs_fleet *fleet, double now);

#endif

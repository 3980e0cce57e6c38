/* flow: what the stages of an operation share. Internal to flow.c, flow_update.c and flow_doubt.c. */
#ifndef ECS_FLOW_H
#define ECS_FLOW_H

#include "engine/machine.h"

enum {
  ECS_FLOW_LOOK_SECONDS = 5, /* before a look for what became of a request whose answer was lost, and between two */
  ECS_FLOW_LAG_SECONDS =
      35, /* reads may lag so much behind a write; after that the request is taken not to have arrived */
};

/* A service that this run made or changed: recorded before anything else happens. Its deployment `id` is followed from now
** on, or the PRIMARY one (NULL). */
void ecs_flow_adopt(ecs_machine *m, double now, const ecs_value *service, const char *id, const char *status,
                    const char *reason);

/* The same of what CreateService or UpdateService answered. */
void ecs_flow_accept(ecs_machine *m, double now, const ecs_answer *answer, const char *id, const char *status,
                     const char *reason);

/* Waits for it as long as was asked for. */
void ecs_flow_follow(ecs_machine *m, double now);

/* Repeats what IAM or the cluster has to become known for; false when the refusal is of another kind. */
bool ecs_flow_repeat(ecs_machine *m, double now, const ecs_answer *answer, bool create);

/* flow_update.c: the update, from UpdateService on. */
ecs_phase ecs_flow_update;

/* Whether the deployment is of the revision that the change leaves the service with. */
bool ecs_flow_is_declared(const ecs_machine *m, const ecs_deployment *d);

/* flow_doubt.c: no attempt was answered, or each with an error of the server, so that it is not known whether one was
** carried out: looks for that before the operation fails. `found` goes on with what it sees and answers true, or answers
** false for a service that shows nothing of it (NULL: it is not there). A refusal fails at once. */
typedef bool ecs_flow_found(ecs_machine *m, double now, const ecs_value *service);
void ecs_flow_doubt(ecs_machine *m, double now, const ecs_answer *answer, ecs_flow_found *found);

/* Whether a service is there, ACTIVE, and what the change was to make of it. */
bool ecs_flow_is_as_planned(ecs_machine *m, const ecs_value *service);

#endif

/* flow: the stages of an operation on a service, and what they share. Internal to the machines of services. */
#ifndef ECS_FLOW_H
#define ECS_FLOW_H

#include "service/flow_state.h"

enum {
  ECS_FLOW_LOOK_SECONDS = 5, /* before a look for what became of a request whose answer was lost, and between two */
  ECS_FLOW_LAG_SECONDS =
      35, /* reads may lag so much behind a write; after that the request is taken not to have arrived */
};

/* The present stage speaks of the service of these attributes. */
void ecs_flow_place(ecs_machine *m, const ecs_value *attributes);

/* Seconds that the operation allows for one of "create" "update" "delete". */
double ecs_flow_timeout(const ecs_machine *m, const char *name);

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

/* Whether the deployment is of the revision that the change leaves the service with. */
bool ecs_flow_is_declared(const ecs_machine *m, const ecs_deployment *d);

/* The stages, each in the file of its name. _create_beside: of a new service before the former one is deleted;
** _delete_former: of that one, when the new one stands. */
ecs_phase ecs_flow_read, ecs_flow_create, ecs_flow_create_beside, ecs_flow_update, ecs_flow_delete,
    ecs_flow_delete_former, ecs_flow_wait_gone;

/* flow_tags.c: removes and sets the tags of the change, then `after`; only sets them, and follows the service. */
void ecs_flow_retag(ecs_machine *m, double now, ecs_phase *after);
void ecs_flow_tag_made(ecs_machine *m, double now);

#endif

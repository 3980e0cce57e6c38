/* events: what the event stream of a service says of one of its deployments. */
#ifndef ECS_SERVICE_EVENTS_H
#define ECS_SERVICE_EVENTS_H

#include "service/status.h"

/* Whether a text of ECS names the deployment `id`: "(deployment ecs-svc/2) deployment failed: …". */
bool ecs_events_name(const char *text, const char *id);

/* Whether ECS has written any event at `since` or later. */
bool ecs_events_any(const ecs_service_status *status, double since);

/* When ECS wrote that the deployment `id` failed, or 0. */
double ecs_events_failed(const ecs_service_status *status, const char *id);

/* Whether ECS has written that it rolls back, when a deployment began at that time. */
bool ecs_events_rolling_back(const ecs_service_status *status, double at);

/* Whether ECS calls the service steady, or the deployment completed, since the deployment began, and has started and
** stopped nothing after that. */
bool ecs_events_steady(const ecs_service_status *status, const ecs_deployment *deployment);

/* The event that says that the deployment `id`, which began at `since` (0: not known), is rolled back; NULL when there is
** none, or when it is another deployment whose failure came before it: `theirs` tells that. */
const char *ecs_events_rollback(const ecs_service_status *status, const char *id, double since, bool *theirs);

#endif

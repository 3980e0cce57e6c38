/* deployments: what a service keeps of its deployments beside their state: the API's service deployments, where the
** server has them, and events. */
#ifndef ECS_SERVICE_DEPLOYMENTS_H
#define ECS_SERVICE_DEPLOYMENTS_H

#include "service/status.h"

typedef struct ecs_service_record {
  const char *arn, *status; /* "" when there is none */
  const char *reason;       /* of the status, or of the rollback; NULL */
} ecs_service_record;

/* The one in the middle, by size, of at least one; the numbers are sorted behind it. */
double ecs_records_median(double *numbers, size_t count);

/* How long deployments of this service usually took, in seconds, by its events; 0: they do not tell. */
double ecs_records_usual_seconds(const ecs_service_status *status);

/* How long a deployment took from its beginning to the event that it is completed, in seconds; -1: no event tells. */
double ecs_records_took(const ecs_service_status *status, const ecs_deployment *deployment);

/* Whether nothing more will come of it. */
bool ecs_records_ended(const ecs_service_record *record);

/* ListServiceDeployments from `created` on; the ARN in its answer of the one of the deployment `id` (NULL: none, or
** which one cannot be told); DescribeServiceDeployments of it; what that answers (texts live in `body`). `status` knows
** the other deployments; `numbered` is kept from answer to answer: the server ties the two by their number. */
ecs_value *ecs_records_list_request(ecs_arena *arena, const char *cluster, const char *service, double created);
const char *ecs_records_list_answer(const ecs_value *body, const ecs_service_status *status, const char *id,
                                    double created, bool *numbered);
ecs_value *ecs_records_request(ecs_arena *arena, const char *arn);
void ecs_records_answer(const ecs_value *body, ecs_service_record *record);

#endif

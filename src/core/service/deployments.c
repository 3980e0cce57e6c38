#include "service/deployments.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SKEW_SECONDS = 5, MOST_PAST = 5, MOST_LISTED = 100 };

ecs_value *ecs_records_list_request(ecs_arena *arena, const char *cluster, const char *service, double created) {
  ecs_value *body = ecs_value_map(arena), *range = ecs_value_map(arena);
  if (cluster != NULL)
    ecs_value_set(arena, body, "cluster", ecs_value_text(arena, cluster));
  ecs_value_set(arena, body, "service", ecs_value_text(arena, service));
  ecs_value_set(arena, range, "after", ecs_value_number(arena, floor(created) - SKEW_SECONDS));
  ecs_value_set(arena, body, "createdAt", range);
  ecs_value_set(arena, body, "maxResults", ecs_value_int(arena, MOST_LISTED));
  return body;
}

/* A deployment and its service deployment carry one number: "ecs-svc/4417…" has the target revision
** "arn:…:service-revision/prod/web/4417…". */
static bool carries_number(const ecs_value *item, const char *id) {
  const char *revision = ecs_schema_after_slash(ecs_value_text_or(ecs_value_get(item, "targetServiceRevisionArn"), ""));
  const char *number = ecs_schema_after_slash(id == NULL ? "" : id);
  size_t size = strspn(number, "0123456789");
  if (size == 0 || number[size] != '\0')
    return false;
  for (const char *at = strstr(revision, number); at != NULL; at = strstr(at + 1, number)) {
    bool begins = at == revision || at[-1] < '0' || at[-1] > '9', ends = at[size] < '0' || at[size] > '9';
    if (begins && ends)
      return true;
  }
  return false;
}

static bool is_of_another(const ecs_value *item, const ecs_service_status *status, const char *id) {
  for (size_t i = 0; i < ecs_value_count(status->deployments); i++) {
    ecs_deployment other;
    ecs_schema_deployment(ecs_value_at(status->deployments, i), &other);
    if ((id == NULL || strcmp(other.id, id) != 0) && carries_number(item, other.id))
      return true;
  }
  return false;
}

/* By the number; on a server that gives them others, by the time: both begin at once. */
const char *ecs_records_list_answer(const ecs_value *body, const ecs_service_status *status, const char *id,
                                    double created, bool *numbered) {
  const ecs_value *list = ecs_value_get(body, "serviceDeployments");
  const char *nearest = NULL;
  size_t count = 0;
  for (size_t i = 0; i < ecs_value_count(list); i++) {
    const ecs_value *item = ecs_value_at(list, i);
    const char *arn = ecs_value_text_or(ecs_value_get(item, "serviceDeploymentArn"), NULL);
    bool own = carries_number(item, id);
    *numbered = *numbered || own || is_of_another(item, status, id);
    if (own)
      return arn;
    if (fabs(ecs_schema_seconds(ecs_value_get(item, "createdAt")) - created) <= SKEW_SECONDS) {
      nearest = arn;
      count++;
    }
  }
  return count == 1 && !*numbered ? nearest : NULL; /* which of several cannot be told */
}

bool ecs_records_ended(const ecs_service_record *record) {
  static const char *const ends[] = {"SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"};
  for (size_t i = 0; record->status != NULL && i < sizeof ends / sizeof *ends; i++) {
    if (strcmp(record->status, ends[i]) == 0)
      return true;
  }
  return false;
}

ecs_value *ecs_records_request(ecs_arena *arena, const char *arn) {
  ecs_value *body = ecs_value_map(arena), *arns = ecs_value_list(arena);
  ecs_value_push(arena, arns, ecs_value_text(arena, arn));
  ecs_value_set(arena, body, "serviceDeploymentArns", arns);
  return body;
}

void ecs_records_answer(const ecs_value *body, ecs_service_record *record) {
  const ecs_value *item = ecs_value_at(ecs_value_get(body, "serviceDeployments"), 0);
  const char *reason = ecs_value_text_or(ecs_value_get(item, "statusReason"), NULL);
  *record = (ecs_service_record){
      .arn = ecs_value_text_or(ecs_value_get(item, "serviceDeploymentArn"), ""),
      .status = ecs_value_text_or(ecs_value_get(item, "status"), ""),
      .reason = reason != NULL ? reason : ecs_value_text_or(ecs_value_get_path(item, "rollback.reason"), NULL),
  };
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

double ecs_records_median(double *numbers, size_t count) {
  qsort(numbers, count, sizeof *numbers, by_size);
  return numbers[count / 2];
}

/* A deployment is taken to begin with the first start of tasks after a steady state, and to end with its
** "deployment completed". The median of the latest few. */
double ecs_records_usual_seconds(const ecs_service_status *status) {
  double past[MOST_PAST], began = 0;
  size_t count = 0, known = 0;
  for (size_t i = ecs_value_count(status->events); i > 0; i--) {
    const ecs_value *event = ecs_value_at(status->events, i - 1);
    const char *message = ecs_value_text_or(ecs_value_get(event, "message"), "");
    double at = ecs_schema_seconds(ecs_value_get(event, "createdAt"));
    if (strstr(message, "deployment completed") != NULL) {
      if (began > 0 && at > began)
        past[known++ % MOST_PAST] = at - began;
      began = 0;
    } else if (strstr(message, "deployment failed") != NULL) {
      began = -1; /* what follows is a rollback, which says nothing about deployments */
    } else if (strstr(message, "steady state") != NULL) {
      began = 0;
    } else if (began == 0 && strstr(message, "has started") != NULL) {
      began = at;
    }
  }
  count = known < MOST_PAST ? known : MOST_PAST;
  if (count == 0)
    return 0;
  return ecs_records_median(past, count);
}

double ecs_records_took(const ecs_service_status *status, const ecs_deployment *deployment) {
  char ended[160];
  int size = snprintf(ended, sizeof ended, "(deployment %s) deployment completed", deployment->id);
  if (deployment->created <= 0 || size >= (int)sizeof ended)
    return -1;
  for (size_t i = 0; i < ecs_value_count(status->events); i++) {
    const ecs_value *event = ecs_value_at(status->events, i);
    double took = ecs_schema_seconds(ecs_value_get(event, "createdAt")) - deployment->created;
    if (took >= 0 && strstr(ecs_value_text_or(ecs_value_get(event, "message"), ""), ended) != NULL)
      return took;
  }
  return -1;
}

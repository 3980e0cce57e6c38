#include "service/events.h"

#include <math.h>
#include <string.h>

enum { NEAR_SECONDS = 2 }; /* a rollback and its event are of one moment */

static const char *message_of(const ecs_value *event) { return ecs_value_text_or(ecs_value_get(event, "message"), ""); }

static double time_of(const ecs_value *event) { return ecs_schema_seconds(ecs_value_get(event, "createdAt")); }

/* The parenthesis ends the id, so that none is the beginning of another. */
bool ecs_events_name(const char *text, const char *id) {
  const char *at = id == NULL || *id == '\0' ? NULL : strstr(text, id);
  return at != NULL && at[strlen(id)] == ')';
}

/* What changes the tasks, or says that they are not as they should be. */
static bool unsettles(const char *message) {
  static const char *const words[] = {"has started", "has stopped",       "unhealthy",
                                      "unable to",   "deployment failed", "rolling back"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (strstr(message, words[i]) != NULL)
      return true;
  }
  return false;
}

bool ecs_events_any(const ecs_service_status *status, double since) {
  for (size_t i = 0; i < ecs_value_count(status->events); i++) {
    if (time_of(ecs_value_at(status->events, i)) >= since)
      return true;
  }
  return false;
}

double ecs_events_failed(const ecs_service_status *status, const char *id) {
  for (size_t i = 0; i < ecs_value_count(status->events); i++) {
    const ecs_value *event = ecs_value_at(status->events, i);
    if (strstr(message_of(event), "deployment failed") != NULL && ecs_events_name(message_of(event), id))
      return time_of(event);
  }
  return 0;
}

bool ecs_events_rolling_back(const ecs_service_status *status, double at) {
  for (size_t i = 0; i < ecs_value_count(status->events); i++) {
    const ecs_value *event = ecs_value_at(status->events, i);
    if (strstr(message_of(event), "rolling back to") != NULL && fabs(time_of(event) - at) <= NEAR_SECONDS)
      return true;
  }
  return false;
}

bool ecs_events_steady(const ecs_service_status *status, const ecs_deployment *deployment) {
  for (size_t i = 0; i < ecs_value_count(status->events); i++) {
    const ecs_value *event = ecs_value_at(status->events, i);
    const char *message = message_of(event);
    if (time_of(event) < deployment->created || unsettles(message))
      return false;
    if (strstr(message, "has reached a steady state") != NULL)
      return true;
    if (strstr(message, "deployment completed") != NULL && ecs_events_name(message, deployment->id))
      return true;
  }
  return false;
}

/* The newest come first: what a rollback follows stands behind it. Of one that was stopped by hand no event says that it
** failed. */
const char *ecs_events_rollback(const ecs_service_status *status, const char *id, double since, bool *theirs) {
  const char *rollback = NULL;
  *theirs = false;
  for (size_t i = 0; i < ecs_value_count(status->events); i++) {
    const ecs_value *event = ecs_value_at(status->events, i);
    const char *message = message_of(event);
    if (time_of(event) < since)
      continue;
    bool own = ecs_events_name(message, id);
    if (strstr(message, "rolling back to") != NULL) {
      rollback = message;
    } else if (strstr(message, "deployment completed") != NULL && own) {
      *theirs = rollback != NULL; /* it was completed: what is rolled back is a later one */
      return NULL;
    } else if (strstr(message, "deployment failed") != NULL && own && rollback != NULL) {
      return rollback;
    } else if (strstr(message, "deployment failed") != NULL) {
      *theirs = *theirs || rollback != NULL;
      rollback = NULL;
    }
  }
  return since > 0 ? rollback : NULL;
}

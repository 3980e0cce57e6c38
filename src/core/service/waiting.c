#include "service/waiting.h"

#include <string.h>

static const char *plural(int64_t count) { return count == 1 ? "" : "s"; }

enum { MOST_TOLD = 3 }; /* deployments beside the one that is waited for */

/* ", and ecs-svc/1 of web:1 is IN_PROGRESS (0 of 2 tasks running, 3 failed)" */
static const char *deployment_text(ecs_arena *arena, const char *before, const char *whose, const ecs_deployment *d) {
  const char *state = d->state != NULL ? d->state : d->stability != NULL ? d->stability : d->status;
  const char *pending = d->pending == 0 ? "" : ecs_arena_format(arena, ", %lld pending", (long long)d->pending);
  const char *failed = d->failed == 0 ? "" : ecs_arena_format(arena, ", %lld failed", (long long)d->failed);
  return ecs_arena_format(arena, "%s%s%s of %s is %s (%lld of %lld task%s running%s%s)", before, whose, d->id,
                          ecs_schema_short_definition(d->task_definition), state, (long long)d->running,
                          (long long)d->desired, plural(d->desired), pending == NULL ? "" : pending,
                          failed == NULL ? "" : failed);
}

/* The others that are not closed yet. */
static const char *others_text(ecs_arena *arena, const char *text, const ecs_service_status *status, const char *id) {
  size_t told = 0, left = 0;
  for (size_t i = 0; text != NULL && i < ecs_value_count(status->deployments); i++) {
    ecs_deployment d;
    ecs_schema_deployment(ecs_value_at(status->deployments, i), &d);
    if (strcmp(d.id, id) == 0 || strcmp(d.status, "INACTIVE") == 0)
      continue;
    if (told++ < MOST_TOLD)
      text = deployment_text(arena, text, told == 1 ? "; beside it " : ", and ", &d);
    else
      left++;
  }
  return text == NULL || left == 0 ? text : ecs_arena_format(arena, "%s, and %zu more", text, left);
}

const char *ecs_waiting_last_seen(ecs_arena *arena, const ecs_service_status *status, const char *followed) {
  ecs_deployment ours;
  const char *what = status->task_sets ? "task set" : "deployment", *id = followed == NULL ? "" : followed;
  const char *text = ecs_arena_format(arena, "last seen: %s, %lld of %lld task%s running, %lld pending", status->status,
                                      (long long)status->running, (long long)status->desired, plural(status->desired),
                                      (long long)status->pending);
  if (text == NULL)
    return NULL;
  if (ecs_schema_find_deployment(status, followed, followed == NULL ? "PRIMARY" : NULL, &ours))
    text = deployment_text(arena, text, status->task_sets ? "; its task set " : "; its deployment ", &ours),
    id = ours.id;
  else if (followed != NULL)
    text = ecs_arena_format(arena, "%s; its %s %s is not there any more", text, what, followed);
  return others_text(arena, text, status, id);
}

static ecs_awaited missing_tasks(ecs_arena *arena, const ecs_deployment *d) {
  int64_t lacking = d->desired - d->running - d->pending;
  const char *failed = d->failed == 0 ? "" : ecs_arena_format(arena, ", %lld failed in a row", (long long)d->failed);
  ecs_awaited a = {ecs_arena_format(arena, "%lld of %lld new task%s running%s", (long long)d->running,
                                    (long long)d->desired, plural(d->desired), failed == NULL ? "" : failed),
                   NULL};
  a.what = d->pending > 0
               ? ecs_arena_format(arena, "%lld that %s starting", (long long)d->pending, d->pending == 1 ? "is" : "are")
               : ecs_arena_format(arena, "ECS to start %lld more", (long long)lacking);
  return a;
}

static ecs_awaited all_running(ecs_arena *arena, const ecs_service_status *status, const ecs_deployment *ours) {
  int64_t others = ecs_schema_other_tasks(status, ours->id), surplus = status->running - status->desired;
  ecs_awaited a = {
      ecs_arena_format(arena, "all %lld new task%s running", (long long)ours->desired, plural(ours->desired)), NULL};
  if (others > 0)
    a.what = ecs_arena_format(arena, "%s%lld old task%s to stop", status->balanced ? "healthy targets, and " : "",
                              (long long)others, plural(others));
  else if (ecs_schema_live_deployments(status) > 1)
    a.what = "the older deployment to be closed";
  else if (surplus > 0)
    a.what = ecs_arena_format(arena, "%lld task%s too many to stop", (long long)surplus, plural(surplus));
  else if (status->alarmed)
    a.what = "ECS, which watches the alarms for a while";
  else if (status->balanced)
    a.what =
        ecs_arena_format(arena, "%lld target%s to become healthy", (long long)ours->desired, plural(ours->desired));
  else
    a.what = "ECS to call the deployment complete";
  return a;
}

ecs_awaited ecs_waiting_for(ecs_arena *arena, const ecs_service_status *status, const ecs_judgement *v) {
  if (v->finding == ECS_FOUND_STALE)
    return (ecs_awaited){"the change is not visible yet", "ECS's reads to catch up"};
  if (v->finding == ECS_FOUND_BREAKING)
    return (ecs_awaited){"the deployment has failed", "ECS to roll it back"};
  if (status->task_sets && ecs_value_count(status->deployments) == 0)
    return (ecs_awaited){"there is no task set yet", "one to be created"};
  return v->ours.running < v->ours.desired ? missing_tasks(arena, &v->ours) : all_running(arena, status, &v->ours);
}

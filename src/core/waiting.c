/* waiting: what a deployment still lacks, in the words of the person who waits for it. */
#include <string.h>

#include "machine.h"

static const char *plural(int64_t count) { return count == 1 ? "" : "s"; }

static const char *missing_tasks(ecs_arena *arena, const ecs_deployment *d) {
  int64_t lacking = d->desired - d->running - d->pending;
  const char *failed = d->failed == 0 ? "" : ecs_arena_format(arena, "; %lld failed so far", (long long)d->failed);
  if (d->pending == 0)
    return ecs_arena_format(arena, "%lld of %lld new tasks running%s; waiting for ECS to start %lld more",
                            (long long)d->running, (long long)d->desired, failed, (long long)lacking);
  return ecs_arena_format(arena, "%lld of %lld new tasks running%s; waiting for %lld that start%s", (long long)d->running,
                          (long long)d->desired, failed, (long long)d->pending, d->pending == 1 ? "s" : "");
}

const char *ecs_waiting_for(ecs_arena *arena, const ecs_service_status *status, const ecs_judgement *v) {
  const ecs_deployment *ours = &v->ours;
  int64_t others = ecs_schema_other_tasks(status, ours->id);
  const char *text;
  if (v->finding == ECS_FOUND_STALE)
    text = "what was changed is not visible yet; waiting for ECS's reads to catch up";
  else if (v->finding == ECS_FOUND_BREAKING)
    text = "the deployment failed; waiting for ECS to roll it back";
  else if (status->task_sets && ecs_value_count(status->deployments) == 0)
    text = "no task set yet; waiting for one to be created";
  else if (ours->running < ours->desired)
    text = missing_tasks(arena, ours);
  else if (others > 0 && status->balanced)
    text = ecs_arena_format(arena, "all %lld new tasks running; waiting for their targets to be healthy, and for %lld old task%s to stop",
                            (long long)ours->desired, (long long)others, plural(others));
  else if (others > 0)
    text = ecs_arena_format(arena, "all %lld new tasks running; waiting for %lld old task%s to stop", (long long)ours->desired,
                            (long long)others, plural(others));
  else if (ecs_value_count(status->deployments) > 1)
    text = "all new tasks running; waiting for the older deployment to be closed";
  else if (status->running > status->desired)
    text = ecs_arena_format(arena, "waiting for %lld tasks too many to stop", (long long)(status->running - status->desired));
  else if (status->alarmed)
    text = "all new tasks running; waiting while ECS watches the alarms";
  else if (status->balanced)
    text = ecs_arena_format(arena, "all %lld new tasks running; waiting for their targets to be healthy", (long long)ours->desired);
  else
    text = "all new tasks running; waiting for ECS to call the deployment complete";
  return text == NULL ? "the deployment" : text;
}

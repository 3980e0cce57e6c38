/* watch_served: the proof that the tasks of a deployment serve before ECS calls it COMPLETED. ECS stops the last older task
** only when enough of the new ones are healthy; but an older task may also end by itself, and leave new ones that are not. */
#include "engine/machine.h"

enum { AGAIN_SECONDS = 10 };

static void decide(ecs_machine *m, double now) {
  m->phase = ecs_watch;
  m->patient = true;
  if (m->former_task.by_ours && m->former_task.at >= m->followed_created)
    ecs_watch_finish(m, now);
  else
    ecs_watch_look_again(m, now);
}

bool ecs_watch_served(ecs_machine *m, double now) {
  if (m->followed == NULL || now >= m->deadline || now < m->former_task.due)
    return false;
  m->former_task.due = now + AGAIN_SECONDS;
  ecs_evidence_gather_former(m, now, decide);
  return true;
}

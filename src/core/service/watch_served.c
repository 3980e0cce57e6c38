#include "service/watch_served.h"

#include "service/evidence.h"

enum { AGAIN_SECONDS = 10 };

bool ecs_watch_served(ecs_machine *m, double now, ecs_flow_next *after) {
  ecs_flow *flow = ecs_flow_of(m);
  if (flow->follow.id == NULL || now >= m->deadline || now < flow->former_task.due)
    return false;
  flow->former_task.due = now + AGAIN_SECONDS;
  ecs_evidence_gather_former(m, now, after);
  return true;
}

bool ecs_watch_serves(const ecs_machine *m) {
  const ecs_flow *flow = ecs_flow_of(m);
  return flow->former_task.by_ours && flow->former_task.at >= flow->follow.created;
}

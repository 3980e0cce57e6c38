/* flow_tags: TagResource and UntagResource, before an update, or behind a create that could not take tags. */
#include <string.h>

#include "service/flow.h"
#include "service/request.h"

static ecs_phase tag_removed, tag_set;

static const char *arn_of(ecs_machine *m) {
  const ecs_flow *flow = ecs_flow_of(m);
  const char *arn = ecs_value_text_or(ecs_value_get(flow->seen.service, "serviceArn"), NULL);
  if (arn == NULL)
    arn = ecs_value_text_or(ecs_value_get_path(m->op, "change.before.id"), NULL);
  return arn == NULL ? ecs_value_text_or(ecs_value_get_path(m->op, "attributes.id"), flow->service) : arn;
}

/* Tags go before the update: what is recorded behind it must not claim tags that a killed run did not set, and tasks that
** the update starts get the new ones. */
static void tag_removed(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  (void)service;
  if (answer == NULL) {
    ecs_value *set, *drop, *body;
    ecs_arena *arena = ecs_machine_asking(m);
    ecs_request_tag_changes(arena, ecs_value_get(m->op, "change"), &set, &drop);
    if (ecs_value_count(drop) > 0) {
      ecs_request_untag(arena, arn_of(m), drop, &body);
      ecs_machine_ask(m, "UntagResource", body, true, now);
      return;
    }
  } else if (answer->kind != ECS_ANSWER_OK) {
    ecs_machine_refuse(m, now, answer);
    return;
  }
  ecs_machine_go(m, tag_set, now);
}

static void tag_set(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  const ecs_flow *flow = ecs_flow_of(m);
  (void)service;
  if (answer == NULL) {
    ecs_value *set, *drop, *body;
    ecs_arena *arena = ecs_machine_asking(m);
    ecs_request_tag_changes(arena, ecs_value_get(m->op, "change"), &set, &drop);
    if (ecs_value_count(set) > 0) {
      ecs_request_tag(arena, arn_of(m), set, &body);
      ecs_machine_ask(m, "TagResource", body, true, now);
      return;
    }
  } else if (answer->kind != ECS_ANSWER_OK) {
    const ecs_value *own = ecs_value_get_path(m->op, "config.tags");
    if (!flow->steps.without_tags ||
        ecs_value_count(own) > 0) { /* tags of the stack alone are not worth a failed create */
      ecs_machine_refuse(m, now, answer);
      return;
    }
  }
  if (flow->steps.made)
    ecs_flow_follow(m, now);
  else
    ecs_machine_go(m, flow->steps.after_tags, now);
}

void ecs_flow_retag(ecs_machine *m, double now, ecs_phase *after) {
  ecs_flow_of(m)->steps.after_tags = after;
  ecs_machine_go(m, tag_removed, now);
}

void ecs_flow_tag_made(ecs_machine *m, double now) { ecs_machine_go(m, tag_set, now); }

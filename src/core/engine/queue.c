#include "engine/queue.h"

#include <math.h>

/* Looks in the order of one time. Its node stands among those of other clusters as the first of them. */
typedef struct line {
  ecs_heap_node node; /* owner NULL, as opposed to a machine's */
  ecs_heap looks;
} line;

/* Looks that go together: those that are made when they are due, and polls, each in every line of its. */
typedef struct ecs_look_group {
  line due, polls[ECS_FLEET_TIMES];
  size_t waiting;
} group;

static const double HAIR = 1e-3; /* what is due at the deadline is sent */
static const double LOOK_SECONDS = 30;

static line *line_of_node(ecs_heap_node *node) { return (line *)(void *)node; /* it is the first member */ }

static void reposition(ecs_queue *queue, ecs_heap *among, line *line) {
  const ecs_heap_node *first = ecs_heap_first(&line->looks);
  if (first == NULL) {
    ecs_heap_remove(among, &line->node);
    return;
  }
  line->node.due = first->due;
  line->node.order = first->order;
  ecs_heap_put(among, queue->arena, &line->node);
}

static void reposition_all(ecs_queue *queue, ecs_looks *looks, group *group) {
  reposition(queue, &queue->classes[looks->class], &group->due);
  for (size_t i = 0; i < ECS_FLEET_TIMES; i++)
    reposition(queue, &looks->polls[i], &group->polls[i]);
}

bool ecs_queue_init(ecs_queue *queue, ecs_arena *arena, const ecs_pace *pace, const ecs_engine_kind *const *kinds,
                    size_t count) {
  queue->arena = arena;
  queue->pace = pace;
  queue->classes = ecs_arena_take(arena, pace->classes * sizeof *queue->classes);
  queue->kinds = count;
  queue->looks = ecs_arena_take(arena, count * sizeof *queue->looks);
  for (size_t i = 0; queue->looks != NULL && i < count; i++) {
    const ecs_batch *batch = kinds[i]->batch;
    queue->looks[i].batch = batch;
    queue->looks[i].class = batch == NULL ? 0 : ecs_pace_class(pace, kinds[i]->apis[0], batch->operation);
    queue->looks[i].fleet.names = batch == NULL ? 1 : batch->most;
  }
  return queue->classes != NULL && queue->looks != NULL;
}

static group *group_of(ecs_queue *queue, const ecs_machine *m) {
  ecs_looks *looks = m->standing.looks;
  const char *key = looks->batch->key(m);
  group *group = ecs_table_get(&looks->groups, key);
  if (group != NULL)
    return group;
  group = ecs_arena_take(queue->arena, sizeof *group);
  if (group == NULL || !ecs_table_add(&looks->groups, queue->arena, key, group))
    return NULL;
  return group;
}

size_t *ecs_queue_waiting(ecs_queue *queue, const ecs_machine *m) {
  group *group = group_of(queue, m);
  return group == NULL ? NULL : &group->waiting;
}

static void drop(ecs_queue *queue, ecs_machine *m) {
  ecs_standing *at = &m->standing;
  group *group = at->looking;
  ecs_heap_remove(&queue->turns, &at->turn);
  if (group == NULL) {
    ecs_heap_remove(&queue->classes[at->class], &at->node);
    return;
  }
  ecs_heap_remove(&group->due.looks, &at->node);
  for (size_t i = 0; i < ECS_FLEET_TIMES; i++)
    ecs_heap_remove(&group->polls[i].looks, &at->polls[i]);
  reposition_all(queue, at->looks, group);
  at->looking = NULL;
}

static void put_look(ecs_queue *queue, group *group, ecs_machine *m) {
  ecs_standing *at = &m->standing;
  at->looking = group;
  if (!m->ask.polling)
    ecs_heap_put(&group->due.looks, queue->arena, &at->node);
  for (size_t i = 0; m->ask.polling && i < ECS_FLEET_TIMES; i++) {
    if (!isinf(at->polls[i].due))
      ecs_heap_put(&group->polls[i].looks, queue->arena, &at->polls[i]);
  }
  reposition_all(queue, at->looks, group);
}

void ecs_queue_update(ecs_queue *queue, ecs_machine *m) {
  ecs_standing *at = &m->standing;
  drop(queue, m);
  if (m->life != ECS_LIFE_RUNNING || m->ask.flying != 0 || m->ask.want == ECS_WANT_NOTHING)
    return;
  at->node.due = m->ask.due;
  at->turn.due = m->deadline + (m->ask.mutates ? HAIR : LOOK_SECONDS);
  ecs_heap_put(&queue->turns, queue->arena, &at->turn);
  if (m->ask.want != ECS_WANT_LOOK) {
    at->class = ecs_pace_class(queue->pace, m->ask.api, m->ask.operation);
    ecs_heap_put(&queue->classes[at->class], queue->arena, &at->node);
    return;
  }
  at->class = at->looks->class;
  group *group = group_of(queue, m);
  if (group != NULL)
    put_look(queue, group, m);
}

/* The poll of a kind to be made first, and when: INFINITY for none. */
static ecs_heap_node *first_poll(const ecs_looks *looks, double now, double *due) {
  ecs_heap_node *best = NULL;
  *due = INFINITY;
  for (size_t i = 0; i < ECS_FLEET_TIMES; i++) {
    ecs_heap_node *node = ecs_heap_first(&looks->polls[i]);
    double at = node == NULL ? INFINITY : fmax(node->due, ecs_fleet_free(&looks->fleet, (ecs_fleet_time)i, now));
    if (at >= *due)
      continue;
    best = node;
    *due = at;
  }
  return best;
}

/* Of all kinds, the poll that may be made first; NULL: none at `now`. */
static ecs_heap_node *poll_now(const ecs_queue *queue, double now) {
  ecs_heap_node *best = NULL;
  double soonest = INFINITY, due;
  for (size_t i = 0; i < queue->kinds; i++) {
    ecs_heap_node *poll = first_poll(&queue->looks[i], now, &due);
    if (due > now || due >= soonest || ecs_pace_due(queue->pace, queue->looks[i].class, now) > now)
      continue;
    best = poll;
    soonest = due;
  }
  return best;
}

ecs_machine *ecs_queue_first(const ecs_queue *queue, double now) {
  ecs_heap_node *best = NULL;
  for (size_t i = 0; i < queue->pace->classes; i++) {
    ecs_heap_node *node = ecs_heap_first(&queue->classes[i]);
    if (node != NULL && node->due <= now && (best == NULL || ecs_heap_before(node, best)) &&
        ecs_pace_due(queue->pace, i, now) <= now)
      best = node;
  }
  if (best == NULL)
    best = poll_now(queue, now);
  if (best != NULL && best->owner == NULL)
    best = ecs_heap_first(&line_of_node(best)->looks);
  return best == NULL ? NULL : best->owner;
}

ecs_machine *ecs_queue_overdue(const ecs_queue *queue, double now) {
  return ecs_queue_patience(queue) > now ? NULL : ecs_heap_first(&queue->turns)->owner;
}

bool ecs_queue_spare(ecs_queue *queue, ecs_machine *m, double now) {
  ecs_standing *at = &m->standing;
  if (m->ask.mutates || now - at->turn.due < LOOK_SECONDS)
    return false;
  if (at->spared == 0)
    at->spared = now + LOOK_SECONDS;
  if (at->spared <= now)
    return false;
  ecs_heap_remove(&queue->turns, &at->turn);
  at->turn.due = at->spared;
  ecs_heap_put(&queue->turns, queue->arena, &at->turn);
  return true;
}

double ecs_queue_patience(const ecs_queue *queue) {
  const ecs_heap_node *first = ecs_heap_first(&queue->turns);
  return first == NULL ? INFINITY : first->due;
}

double ecs_queue_due(const ecs_queue *queue, double now) {
  double until = INFINITY, due;
  for (size_t i = 0; i < queue->pace->classes; i++) {
    const ecs_heap_node *node = ecs_heap_first(&queue->classes[i]);
    due = node == NULL ? INFINITY : fmax(node->due, ecs_pace_due(queue->pace, i, now));
    until = fmin(until, due);
  }
  for (size_t i = 0; i < queue->kinds; i++) {
    (void)first_poll(&queue->looks[i], now, &due);
    until = fmin(until, fmax(due, ecs_pace_due(queue->pace, queue->looks[i].class, now)));
  }
  return until;
}

/* Who goes along in a call: whoever is due, then who is likely to have changed, then who has to be looked at soonest. */
static ecs_machine *companion(const group *group, double until) {
  const line *sooner[] = {&group->due, &group->polls[ECS_FLEET_LIKELY]};
  for (size_t i = 0; i < sizeof sooner / sizeof *sooner; i++) {
    const ecs_heap_node *first = ecs_heap_first(&sooner[i]->looks);
    if (first != NULL && first->due <= until)
      return first->owner;
  }
  const ecs_heap_node *first = ecs_heap_first(&group->polls[ECS_FLEET_MUST].looks);
  return first == NULL ? NULL : first->owner;
}

size_t ecs_queue_take(ecs_queue *queue, ecs_machine *m, double until, ecs_machine **machines) {
  const group *group = m->standing.looking;
  size_t count = 0, most = group == NULL ? 1 : m->standing.looks->batch->most;
  while (m != NULL) {
    drop(queue, m);
    size_t at = count++;
    for (; at > 0 && machines[at - 1]->standing.node.order > m->standing.node.order; at--)
      machines[at] = machines[at - 1];
    machines[at] = m;
    m = count == most ? NULL : companion(group, until);
  }
  return count;
}

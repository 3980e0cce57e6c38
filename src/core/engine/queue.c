#include "engine/queue.h"

#include <math.h>

/* Looks in the order of one time. Its node stands among those of other clusters as the first of them. */
typedef struct line {
  ecs_heap_node node; /* owner NULL, as opposed to a machine's */
  ecs_heap looks;
} line;

/* The looks at services of one cluster: those that are made when they are due, and polls, each in every line of its. */
struct ecs_queue_cluster {
  line due, polls[ECS_FLEET_TIMES];
  size_t waiting;
};

static const double HAIR = 1e-3; /* what is due at the deadline is sent */
static const double LOOK_SECONDS = 30;

static line *line_of_node(ecs_heap_node *node) { return (line *)(void *)node; /* it is the first member */ }

static size_t looks_class(void) { return ecs_pace_class("DescribeServices"); }

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

static void reposition_all(ecs_queue *queue, ecs_queue_cluster *cluster) {
  reposition(queue, &queue->classes[looks_class()], &cluster->due);
  for (size_t i = 0; i < ECS_FLEET_TIMES; i++)
    reposition(queue, &queue->polls[i], &cluster->polls[i]);
}

static ecs_queue_cluster *cluster_of(ecs_queue *queue, const ecs_machine *m) {
  const char *name = m->cluster == NULL ? "default" : m->cluster;
  ecs_queue_cluster *cluster = ecs_table_get(&queue->clusters, name);
  if (cluster != NULL)
    return cluster;
  cluster = ecs_arena_take(queue->arena, sizeof *cluster);
  if (cluster == NULL || !ecs_table_add(&queue->clusters, queue->arena, name, cluster))
    return NULL;
  return cluster;
}

size_t *ecs_queue_waiting(ecs_queue *queue, const ecs_machine *m) {
  ecs_queue_cluster *cluster = cluster_of(queue, m);
  return cluster == NULL ? NULL : &cluster->waiting;
}

static void drop(ecs_queue *queue, ecs_machine *m) {
  ecs_queue_cluster *cluster = m->looking;
  ecs_heap_remove(&queue->turns, &m->turn);
  if (cluster == NULL) {
    ecs_heap_remove(&queue->classes[m->class], &m->node);
    return;
  }
  ecs_heap_remove(&cluster->due.looks, &m->node);
  for (size_t i = 0; i < ECS_FLEET_TIMES; i++)
    ecs_heap_remove(&cluster->polls[i].looks, &m->polls[i]);
  reposition_all(queue, cluster);
  m->looking = NULL;
}

static void put_look(ecs_queue *queue, ecs_queue_cluster *cluster, ecs_machine *m) {
  m->looking = cluster;
  if (!m->polling)
    ecs_heap_put(&cluster->due.looks, queue->arena, &m->node);
  for (size_t i = 0; m->polling && i < ECS_FLEET_TIMES; i++) {
    if (!isinf(m->polls[i].due))
      ecs_heap_put(&cluster->polls[i].looks, queue->arena, &m->polls[i]);
  }
  reposition_all(queue, cluster);
}

void ecs_queue_update(ecs_queue *queue, ecs_machine *m) {
  drop(queue, m);
  if (m->life != ECS_LIFE_RUNNING || m->flying != 0 || m->want == ECS_WANT_NOTHING)
    return;
  m->node.due = m->due;
  m->turn.due = m->deadline + (m->mutates ? HAIR : LOOK_SECONDS);
  ecs_heap_put(&queue->turns, queue->arena, &m->turn);
  m->class = ecs_pace_class(m->operation);
  if (m->want != ECS_WANT_DESCRIBE) {
    ecs_heap_put(&queue->classes[m->class], queue->arena, &m->node);
    return;
  }
  ecs_queue_cluster *cluster = cluster_of(queue, m);
  if (cluster != NULL)
    put_look(queue, cluster, m);
}

/* The poll to be made first, and when: INFINITY for none. */
static ecs_heap_node *first_poll(const ecs_queue *queue, const ecs_fleet *fleet, double now, double *due) {
  ecs_heap_node *best = NULL;
  *due = INFINITY;
  for (size_t i = 0; i < ECS_FLEET_TIMES; i++) {
    ecs_heap_node *node = ecs_heap_first(&queue->polls[i]);
    double at = node == NULL ? INFINITY : fmax(node->due, ecs_fleet_free(fleet, (ecs_fleet_time)i, now));
    if (at >= *due)
      continue;
    best = node;
    *due = at;
  }
  return best;
}

ecs_machine *ecs_queue_first(const ecs_queue *queue, const ecs_pace *pace, const ecs_fleet *fleet, double now) {
  ecs_heap_node *best = NULL;
  double due;
  for (size_t i = 0; i <= ECS_PACE_CLASSES; i++) {
    ecs_heap_node *node = ecs_heap_first(&queue->classes[i]);
    if (node != NULL && node->due <= now && (best == NULL || ecs_heap_before(node, best)) &&
        ecs_pace_due(pace, i, now) <= now)
      best = node;
  }
  ecs_heap_node *poll = first_poll(queue, fleet, now, &due);
  if (best == NULL && due <= now && ecs_pace_due(pace, looks_class(), now) <= now)
    best = poll;
  if (best != NULL && best->owner == NULL)
    best = ecs_heap_first(&line_of_node(best)->looks);
  return best == NULL ? NULL : best->owner;
}

ecs_machine *ecs_queue_overdue(const ecs_queue *queue, double now) {
  return ecs_queue_patience(queue) > now ? NULL : ecs_heap_first(&queue->turns)->owner;
}

double ecs_queue_patience(const ecs_queue *queue) {
  const ecs_heap_node *first = ecs_heap_first(&queue->turns);
  return first == NULL ? INFINITY : first->due;
}

double ecs_queue_due(const ecs_queue *queue, const ecs_pace *pace, const ecs_fleet *fleet, double now) {
  double until = INFINITY, due;
  for (size_t i = 0; i <= ECS_PACE_CLASSES; i++) {
    const ecs_heap_node *node = ecs_heap_first(&queue->classes[i]);
    due = node == NULL ? INFINITY : fmax(node->due, ecs_pace_due(pace, i, now));
    if (due < until)
      until = due;
  }
  (void)first_poll(queue, fleet, now, &due);
  return fmin(until, fmax(due, ecs_pace_due(pace, looks_class(), now)));
}

/* Who goes along in a call: whoever is due, then who is likely to have changed, then who has to be looked at soonest. */
static ecs_machine *companion(const ecs_queue_cluster *cluster, double until) {
  const line *sooner[] = {&cluster->due, &cluster->polls[ECS_FLEET_LIKELY]};
  for (size_t i = 0; i < sizeof sooner / sizeof *sooner; i++) {
    const ecs_heap_node *first = ecs_heap_first(&sooner[i]->looks);
    if (first != NULL && first->due <= until)
      return first->owner;
  }
  const ecs_heap_node *first = ecs_heap_first(&cluster->polls[ECS_FLEET_MUST].looks);
  return first == NULL ? NULL : first->owner;
}

size_t ecs_queue_take(ecs_queue *queue, ecs_machine *m, double until, ecs_machine **machines) {
  const ecs_queue_cluster *cluster = m->looking;
  size_t count = 0;
  while (m != NULL) {
    drop(queue, m);
    size_t at = count++;
    for (; at > 0 && machines[at - 1]->node.order > m->node.order; at--)
      machines[at] = machines[at - 1];
    machines[at] = m;
    m = cluster == NULL || count == ECS_FLEET_NAMES ? NULL : companion(cluster, until);
  }
  return count;
}

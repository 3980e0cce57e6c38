#include "queue.h"

#include <math.h>

/* The looks at services of one cluster. Its node stands among those of its class as the first of them. */
struct ecs_queue_cluster {
  ecs_heap_node node; /* owner NULL, as opposed to a machine's */
  ecs_heap looks;
};

static ecs_queue_cluster *cluster_of_node(ecs_heap_node *node) {
  return (ecs_queue_cluster *)(void *)node; /* it is the first member */
}

static void reposition(ecs_queue *queue, ecs_queue_cluster *cluster) {
  ecs_heap *class = &queue->classes[ecs_pace_class("DescribeServices")];
  const ecs_heap_node *first = ecs_heap_first(&cluster->looks);
  if (first == NULL) {
    ecs_heap_remove(class, &cluster->node);
    return;
  }
  cluster->node.due = first->due;
  cluster->node.order = first->order;
  ecs_heap_put(class, queue->arena, &cluster->node);
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

static void drop(ecs_queue *queue, ecs_machine *m) {
  if (m->looking != NULL) {
    ecs_heap_remove(&m->looking->looks, &m->node);
    reposition(queue, m->looking);
    m->looking = NULL;
  } else {
    ecs_heap_remove(&queue->classes[m->class], &m->node);
  }
}

void ecs_queue_update(ecs_queue *queue, ecs_machine *m) {
  drop(queue, m);
  if (m->life != ECS_LIFE_RUNNING || m->flying != 0 || m->want == ECS_WANT_NOTHING)
    return;
  m->node.due = m->due;
  m->class = ecs_pace_class(m->operation);
  if (m->want != ECS_WANT_DESCRIBE) {
    ecs_heap_put(&queue->classes[m->class], queue->arena, &m->node);
    return;
  }
  m->looking = cluster_of(queue, m);
  if (m->looking == NULL)
    return;
  ecs_heap_put(&m->looking->looks, queue->arena, &m->node);
  reposition(queue, m->looking);
}

ecs_machine *ecs_queue_first(const ecs_queue *queue, const ecs_pace *pace, double now) {
  ecs_heap_node *best = NULL;
  for (size_t i = 0; i <= ECS_PACE_CLASSES; i++) {
    ecs_heap_node *node = ecs_heap_first(&queue->classes[i]);
    if (node != NULL && node->due <= now && (best == NULL || ecs_heap_before(node, best)) &&
        ecs_pace_due(pace, i, now) <= now)
      best = node;
  }
  if (best != NULL && best->owner == NULL)
    best = ecs_heap_first(&cluster_of_node(best)->looks);
  return best == NULL ? NULL : best->owner;
}

double ecs_queue_due(const ecs_queue *queue, const ecs_pace *pace, double now) {
  double until = INFINITY;
  for (size_t i = 0; i <= ECS_PACE_CLASSES; i++) {
    const ecs_heap_node *node = ecs_heap_first(&queue->classes[i]);
    double due = node == NULL ? INFINITY : fmax(node->due, ecs_pace_due(pace, i, now));
    if (due < until)
      until = due;
  }
  return until;
}

size_t ecs_queue_take(ecs_queue *queue, ecs_machine *m, double until, ecs_machine **machines) {
  ecs_queue_cluster *cluster = m->looking;
  size_t count = 0;
  while (m != NULL) {
    drop(queue, m);
    size_t at = count++;
    for (; at > 0 && machines[at - 1]->node.order > m->node.order; at--)
      machines[at] = machines[at - 1];
    machines[at] = m;
    const ecs_heap_node *next = cluster == NULL ? NULL : ecs_heap_first(&cluster->looks);
    m = next == NULL || next->due > until || count == ECS_QUEUE_NAMES ? NULL : next->owner;
  }
  return count;
}

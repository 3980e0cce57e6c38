/* heap: what comes first, by the time it is due and then by its order. Nodes live inside of what they stand for and know
** their place, so that they can be moved and taken out. */
#ifndef ECS_HEAP_H
#define ECS_HEAP_H

#include "base/arena.h"

typedef struct ecs_heap_node {
  double due;
  size_t order; /* decides between nodes that are due at the same time */
  size_t place; /* in its heap, from 1; 0: in none */
  void *owner;
} ecs_heap_node;

typedef struct ecs_heap {
  ecs_heap_node **nodes;
  size_t count, room;
} ecs_heap;

/* Whether `a` comes before `b`. */
bool ecs_heap_before(const ecs_heap_node *a, const ecs_heap_node *b);

/* The first node, or NULL. */
ecs_heap_node *ecs_heap_first(const ecs_heap *heap);

/* Puts a node in, or moves one that is in this heap already after its `due` or `order` changed. Without memory the node
** stays out and the arena has failed. */
void ecs_heap_put(ecs_heap *heap, ecs_arena *arena, ecs_heap_node *node);

/* Takes a node out; nothing happens when it is in no heap. */
void ecs_heap_remove(ecs_heap *heap, ecs_heap_node *node);

#endif

#include "base/heap.h"

#include <string.h>

bool ecs_heap_before(const ecs_heap_node *a, const ecs_heap_node *b) {
  return a->due < b->due || (!(b->due < a->due) && a->order < b->order);
}

ecs_heap_node *ecs_heap_first(const ecs_heap *heap) { return heap->count == 0 ? NULL : heap->nodes[0]; }

static void set(ecs_heap *heap, size_t place, ecs_heap_node *node) {
  heap->nodes[place - 1] = node;
  node->place = place;
}

/* Moves a node to where it belongs, up or down from its place. */
static void sift(ecs_heap *heap, ecs_heap_node *node) {
  size_t place = node->place;
  for (; place > 1 && ecs_heap_before(node, heap->nodes[place / 2 - 1]); place /= 2)
    set(heap, place, heap->nodes[place / 2 - 1]);
  for (size_t child; (child = place * 2) <= heap->count; place = child) {
    if (child < heap->count && ecs_heap_before(heap->nodes[child], heap->nodes[child - 1]))
      child++;
    if (!ecs_heap_before(heap->nodes[child - 1], node))
      break;
    set(heap, place, heap->nodes[child - 1]);
  }
  set(heap, place, node);
}

static bool make_room(ecs_heap *heap, ecs_arena *arena) {
  if (heap->count < heap->room)
    return true;
  size_t room = heap->room == 0 ? 8 : heap->room * 2;
  ecs_heap_node **wider = ecs_arena_take(arena, room * sizeof *wider);
  if (wider == NULL)
    return false;
  if (heap->count > 0)
    memcpy(wider, heap->nodes, heap->count * sizeof *wider);
  heap->nodes = wider;
  heap->room = room;
  return true;
}

void ecs_heap_put(ecs_heap *heap, ecs_arena *arena, ecs_heap_node *node) {
  if (node->place == 0) {
    if (!make_room(heap, arena))
      return;
    set(heap, ++heap->count, node);
  }
  sift(heap, node);
}

void ecs_heap_remove(ecs_heap *heap, ecs_heap_node *node) {
  if (node->place == 0)
    return;
  ecs_heap_node *last = heap->nodes[--heap->count];
  if (last != node) {
    set(heap, node->place, last);
    sift(heap, last);
  }
  node->place = 0;
}

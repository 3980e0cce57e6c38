/* nearest: what a mistyped name was meant to be. */
#ifndef ECS_NEAREST_H
#define ECS_NEAREST_H

#include <stddef.h>

/* The distance in keystrokes between two words: letters left out, added, changed, or two neighbours swapped. Letters'
** case and the difference of '-' and '_' count nothing. At most `limit` + 1. */
size_t ecs_nearest_distance(const char *a, size_t a_size, const char *b, size_t b_size, size_t limit);

/* Offers a candidate; keeps the best so far. Start with {.word, .size}; `best` is NULL while nothing is near enough. */
typedef struct ecs_nearest {
  const char *word;
  size_t size;
  const char *best;
  size_t distance;
} ecs_nearest;
void ecs_nearest_offer(ecs_nearest *nearest, const char *candidate);

#endif

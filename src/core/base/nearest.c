#include "base/nearest.h"

#include <string.h>

#define LONGEST 64 /* no argument is as long; longer words are no typing mistakes */

static char plain(char c) {
  if (c >= 'A' && c <= 'Z')
    return (char)(c - 'A' + 'a');
  return c == '-' ? '_' : c;
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

size_t ecs_nearest_distance(const char *a, size_t a_size, const char *b, size_t b_size, size_t limit) {
  size_t rows[3][LONGEST + 1];
  size_t *two_back = rows[0], *back = rows[1], *row = rows[2];
  if (a_size > LONGEST || b_size > LONGEST || (a_size > b_size ? a_size - b_size : b_size - a_size) > limit)
    return limit + 1;
  for (size_t j = 0; j <= b_size; j++)
    back[j] = j;
  for (size_t i = 1; i <= a_size; i++) {
    row[0] = i;
    for (size_t j = 1; j <= b_size; j++) {
      char x = plain(a[i - 1]), y = plain(b[j - 1]);
      row[j] = smaller(smaller(back[j], row[j - 1]) + 1, back[j - 1] + (x == y ? 0 : 1));
      if (i > 1 && j > 1 && x == plain(b[j - 2]) && y == plain(a[i - 2]))
        row[j] = smaller(row[j], two_back[j - 2] + 1);
    }
    size_t *oldest = two_back;
    two_back = back;
    back = row;
    row = oldest;
  }
  return smaller(back[b_size], limit + 1);
}

/* A third of the letters may be wrong, so that short words do not match everything; but a word that begins or ends
** with the other (percent, deployment_maximum_percent) is near too, only less so. */
void ecs_nearest_offer(ecs_nearest *nearest, const char *candidate) {
  size_t size = strlen(candidate);
  size_t limit = (nearest->size > size ? nearest->size : size) / 3;
  if (limit == 0)
    limit = 1;
  size_t distance = ecs_nearest_distance(nearest->word, nearest->size, candidate, size, limit);
  if (distance > limit) {
    if (nearest->size < 4 || size <= nearest->size)
      return;
    if (memcmp(candidate, nearest->word, nearest->size) != 0 &&
        memcmp(candidate + size - nearest->size, nearest->word, nearest->size) != 0)
      return;
    distance = LONGEST + size - nearest->size;
  }
  if (nearest->best == NULL || distance < nearest->distance) {
    nearest->best = candidate;
    nearest->distance = distance;
  }
}

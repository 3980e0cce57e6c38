/* circles: Tarjan's search for strongly connected parts, with a way of its own in place of recursion: a list may be as long
** as a file. */
#include "task_definition/circles.h"

typedef struct search {
  const ecs_value *containers, *places;
  size_t *order, *low, *edge; /* of each container: when it was met (0: not yet), whom it leads back to, what is next */
  size_t *way, *met;          /* from the start to here; who was met and belongs to no part yet */
  bool *open, *circular;      /* stands in `met`; the result */
  size_t depth, waiting, count;
} search;

/* The next container that `node` waits for. */
static bool next_of(search *s, size_t node, size_t *other) {
  const ecs_value *list = ecs_value_get(ecs_value_at(s->containers, node), "depends_on");
  while (ecs_value_is(list, ECS_LIST) && s->edge[node] < ecs_value_count(list)) {
    const ecs_value *name = ecs_value_get(ecs_value_at(list, s->edge[node]++), "container_name");
    int64_t place = ecs_value_int_or(ecs_value_get(s->places, ecs_value_text_or(name, "")), -1);
    if (place >= 0 && (size_t)place != node) {
      *other = (size_t)place;
      return true;
    }
  }
  return false;
}

static void enter(search *s, size_t node) {
  s->order[node] = s->low[node] = ++s->count;
  s->way[s->depth++] = s->met[s->waiting++] = node;
  s->open[node] = true;
}

/* Everything that can be reached from `node` is known: those that were met since then and lead back to it are one part. */
static void leave(search *s, size_t node) {
  s->depth--;
  if (s->depth > 0 && s->low[node] < s->low[s->way[s->depth - 1]])
    s->low[s->way[s->depth - 1]] = s->low[node];
  if (s->low[node] != s->order[node])
    return;
  bool alone = s->met[s->waiting - 1] == node;
  size_t last;
  do {
    last = s->met[--s->waiting];
    s->open[last] = false;
    s->circular[last] = !alone;
  } while (last != node);
}

static void search_from(search *s, size_t start) {
  size_t other;
  enter(s, start);
  while (s->depth > 0) {
    size_t node = s->way[s->depth - 1];
    if (!next_of(s, node, &other))
      leave(s, node);
    else if (s->order[other] == 0)
      enter(s, other);
    else if (s->open[other] && s->order[other] < s->low[node])
      s->low[node] = s->order[other];
  }
}

const bool *ecs_definition_circles(ecs_arena *arena, const ecs_value *containers, const ecs_value *places) {
  size_t count = ecs_value_count(containers);
  size_t *numbers = ecs_arena_take(arena, 5 * count * sizeof *numbers);
  bool *flags = ecs_arena_take(arena, 2 * count * sizeof *flags);
  if (numbers == NULL || flags == NULL)
    return NULL;
  search s = {.containers = containers,
              .places = places,
              .order = numbers,
              .low = numbers + count,
              .edge = numbers + 2 * count,
              .way = numbers + 3 * count,
              .met = numbers + 4 * count,
              .open = flags,
              .circular = flags + count};
  for (size_t i = 0; i < count; i++) {
    if (s.order[i] == 0)
      search_from(&s, i);
  }
  return s.circular;
}

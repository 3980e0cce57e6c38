#include "schema/figures.h"

#include <math.h>

#include "base/json_read.h"
#include "schema/in_words.h"

/* Fractions are not exact: 0.1 + 0.2 is three steps of 0.1 all the same. */
static bool is_whole(double scaled) { return fabs(scaled - floor(scaled + 0.5)) <= 1e-9 * fmax(1, fabs(scaled)); }

static const char *in_steps(ecs_arena *arena, const ecs_row *row, double steps) {
  const char *text = ecs_describe_value(arena, ecs_value_number(arena, steps / (double)row->scale));
  return text == NULL ? "" : text;
}

ecs_value *ecs_figures_number(ecs_arena *arena, const ecs_row *row, const ecs_value *given, const char **problem,
                              const char **hint) {
  double scaled = ecs_value_number_or(given, NAN) * (double)row->scale, steps = floor(scaled + 0.5);
  double least = (double)row->minimum, most = (double)row->maximum;
  bool within = scaled > least - 1e-6 && scaled < most + 1e-6;
  if (within && is_whole(scaled))
    return ecs_value_number(arena, steps / (double)row->scale);
  const char *text = ecs_describe_value(arena, given), *step = in_steps(arena, row, 1);
  const char *first = in_steps(arena, row, least), *last = in_steps(arena, row, most);
  *problem = within ? ecs_arena_format(arena, "%s is not a multiple of %s", text, step)
                    : ecs_arena_format(arena, "%s is not between %s and %s", text, first, last);
  *hint = ecs_arena_format(arena, "use a multiple of %s between %s and %s, such as %s", step, first, last,
                           within          ? in_steps(arena, row, steps)
                           : scaled > most ? last
                                           : first);
  return (ecs_value *)given;
}

static ecs_value *plain_map(ecs_arena *arena, const ecs_value *map) {
  ecs_value *copy = ecs_value_map(arena);
  for (size_t i = 0; i < ecs_value_count(map); i++) {
    const ecs_entry *entry = &map->as.map.entries[i];
    if (!ecs_value_is_null(entry->value))
      ecs_value_setn(arena, copy, entry->key, entry->size, ecs_figures_plain(arena, entry->value));
  }
  return copy;
}

ecs_value *ecs_figures_plain(ecs_arena *arena, const ecs_value *document) {
  if (ecs_value_is(document, ECS_MAP))
    return plain_map(arena, document);
  if (!ecs_value_is(document, ECS_LIST))
    return (ecs_value *)document;
  ecs_value *copy = ecs_value_list(arena);
  for (size_t i = 0; i < ecs_value_count(document); i++)
    ecs_value_push(arena, copy, ecs_figures_plain(arena, ecs_value_at(document, i)));
  return copy;
}

/* What a document holds that cannot be told: JSON has neither infinity nor what is no number, and Lua no nil in lists. NULL:
** nothing. */
static const char *untold(const ecs_value *value) {
  const char *found = NULL;
  bool list = ecs_value_is(value, ECS_LIST);
  if (ecs_value_is(value, ECS_DOUBLE) && !isfinite(value->as.number))
    return "holds a number that JSON does not have";
  for (size_t i = 0; found == NULL && i < ecs_value_count(value); i++) {
    const ecs_value *item = list ? ecs_value_at(value, i) : value->as.map.entries[i].value;
    found = list && ecs_value_is_null(item) ? "holds a list with null in it" : untold(item);
  }
  return found;
}

ecs_value *ecs_figures_document(ecs_arena *arena, const ecs_value *given, const char **problem, const char **hint) {
  ecs_value *value = (ecs_value *)given;
  const char *why = NULL;
  if (ecs_value_is(given, ECS_STRING) &&
      ecs_json_read(arena, given->as.string.bytes, given->as.string.size, &value, &why) != ECS_OK) {
    *problem = ecs_arena_format(arena, "is not JSON: %s", why == NULL ? "" : why);
    *hint = "write JSON, or a table of Lua; a text in JSON has quotes of its own";
    return (ecs_value *)given;
  }
  *problem = untold(value);
  if (*problem != NULL)
    *hint = "use finite numbers, and say in another way that there is nothing";
  return ecs_figures_plain(arena, value);
}

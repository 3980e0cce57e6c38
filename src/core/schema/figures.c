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

/* JSON has neither infinity nor what is no number. */
static bool is_json(const ecs_value *value) {
  if (ecs_value_is(value, ECS_DOUBLE))
    return isfinite(value->as.number);
  for (size_t i = 0; i < ecs_value_count(value); i++) {
    bool list = ecs_value_is(value, ECS_LIST);
    if (!is_json(list ? ecs_value_at(value, i) : value->as.map.entries[i].value))
      return false;
  }
  return true;
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
  if (!is_json(value)) {
    *problem = "holds a number that JSON does not have";
    *hint = "use finite numbers";
  }
  return value;
}

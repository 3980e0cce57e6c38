/* What single arguments are made of on the wire, and when two of them mean the same. */
#include <math.h>

#include "base/time.h"
#include "scaling/rules.h"
#include "schema/arn.h"
#include "schema/wire.h"

#define LAST_TIME 253402300799.0 /* 9999-12-31T23:59:59Z */

ecs_value *ecs_scaling_dimensions_to(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                     const ecs_context *context) {
  (void)row;
  (void)context;
  return ecs_wire_pairs(arena, value, "Name", "Value");
}

ecs_value *ecs_scaling_dimensions_from(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                       const ecs_context *context) {
  ecs_value *map = ecs_value_map(arena);
  (void)row;
  (void)context;
  for (size_t i = 0; ecs_value_is(value, ECS_LIST) && i < ecs_value_count(value); i++) {
    const ecs_value *one = ecs_value_at(value, i), *name = ecs_value_get(one, "Name");
    if (ecs_value_is(name, ECS_STRING))
      ecs_value_setn(arena, map, name->as.string.bytes, name->as.string.size, ecs_value_get(one, "Value"));
  }
  return map;
}

ecs_value *ecs_scaling_time_to(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                               const ecs_context *context) {
  ecs_text text = ecs_text_of(value);
  int64_t time;
  (void)row;
  (void)context;
  return ecs_sigv4_parse_time(text.bytes, text.size, &time) ? ecs_value_int(arena, time) : NULL;
}

ecs_value *ecs_scaling_time_from(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                 const ecs_context *context) {
  double seconds = ecs_value_number_or(value, -1);
  char at[16];
  (void)row;
  (void)context;
  if (seconds < 0 || seconds > LAST_TIME)
    return NULL;
  ecs_sigv4_format_time((int64_t)floor(seconds), at);
  return ecs_value_format(arena, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", at, at + 4, at + 6, at + 9, at + 11, at + 13);
}

bool ecs_scaling_same_time(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  ecs_text one = ecs_text_of(a), other = ecs_text_of(b);
  int64_t first, second;
  (void)row;
  (void)context;
  if (one.size == 0 || other.size == 0)
    return one.size == other.size;
  return ecs_sigv4_parse_time(one.bytes, one.size, &first) && ecs_sigv4_parse_time(other.bytes, other.size, &second) &&
         first == second;
}

bool ecs_scaling_same_suspension(const ecs_row *row, const ecs_value *a, const ecs_value *b,
                                 const ecs_context *context) {
  (void)context;
  for (const ecs_row *inner = row->rows; inner->name != NULL; inner++) {
    if (ecs_value_true(ecs_value_get(a, inner->name)) != ecs_value_true(ecs_value_get(b, inner->name)))
      return false;
  }
  return true;
}

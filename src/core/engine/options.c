#include "engine/options.h"

#include <math.h>
#include <string.h>

#include "base/nearest.h"
#include "engine/engine.h"
#include "engine/retry.h"

typedef enum kind { COUNT, SECONDS, TEXT, MODE, FLAG, MAP, FLAG_OR_MAP } kind;

/* One row for each option. Numbers that are left out stay so when the row has no default. */
typedef struct option_row {
  const char *name;
  kind kind;
  double least, most, otherwise;
} option_row;

#define LARGEST ((double)ECS_VALUE_EXACT)
#define NONE NAN

static const option_row rows[] = {
    {"account_id", TEXT, 0, 0, NONE},
    {"concurrency", COUNT, 1, 1000, 10},
    {"default_tags", MAP, 0, 0, NONE},
    {"ignore_tags", MAP, 0, 0, NONE},
    {"in_flight", COUNT, 1, 1000, 20}, /* two for each connection of the libcurl transport */
    {"learned", MAP, 0, 0, NONE},
    {"max_attempts", COUNT, 1, 1000, ECS_RETRY_ATTEMPTS},
    {"pace", FLAG_OR_MAP, 0, 0, NONE},
    {"partition", TEXT, 0, 0, NONE},
    {"poll_max_seconds", SECONDS, 0.01, 86400, NONE},
    {"poll_seconds", SECONDS, 0.01, 86400, 1},
    {"region", TEXT, 0, 0, NONE},
    {"retry_mode", MODE, 0, 0, NONE},
    {"seed", COUNT, -LARGEST, LARGEST, 1},
    {"skew", SECONDS, -LARGEST, LARGEST, 0},
    {"stable_for", SECONDS, 0, LARGEST, NONE},
    {"without_tags", FLAG, 0, 0, NONE},
};

enum { ROWS = sizeof rows / sizeof *rows };

static const option_row *row_of(const ecs_entry *entry) {
  for (size_t i = 0; i < ROWS; i++) {
    if (strlen(rows[i].name) == entry->size && memcmp(rows[i].name, entry->key, entry->size) == 0)
      return &rows[i];
  }
  return NULL;
}

static bool is_map(const ecs_value *value) {
  return ecs_value_is(value, ECS_MAP) || (ecs_value_is(value, ECS_LIST) && ecs_value_count(value) == 0);
}

static const char *problem_with(const option_row *row, const ecs_value *value) {
  bool number = ecs_value_is(value, ECS_INT) || ecs_value_is(value, ECS_DOUBLE);
  switch (row->kind) {
    case COUNT:
    case SECONDS: return number ? NULL : "it is a number";
    case TEXT: return ecs_value_is(value, ECS_STRING) ? NULL : "it is a text";
    case FLAG: return ecs_value_is(value, ECS_BOOL) ? NULL : "it is true or false";
    case MAP: return is_map(value) ? NULL : "it is a table";
    case FLAG_OR_MAP: return is_map(value) || ecs_value_is(value, ECS_BOOL) ? NULL : "it is false or a table";
    case MODE: break;
  }
  bool known = ecs_value_is_text(value, "standard") || ecs_value_is_text(value, "adaptive");
  return known ? NULL : "it is \"standard\" or \"adaptive\"";
}

const char *ecs_engine_options_problem(const ecs_value *options, const char **name) {
  *name = "";
  if (!ecs_value_is_null(options) && !is_map(options))
    return "the options are a table";
  for (size_t i = 0; i < ecs_value_count(options); i++) {
    const ecs_entry *entry = &options->as.map.entries[i];
    const option_row *row = row_of(entry);
    *name = entry->key;
    const char *problem = row == NULL ? "there is no such option" : problem_with(row, entry->value);
    if (problem != NULL && (row == NULL || !ecs_value_is_null(entry->value)))
      return problem;
  }
  return NULL;
}

static ecs_value *bounded(ecs_arena *arena, const option_row *row, const ecs_value *given) {
  double number = ecs_value_number_or(given, row->otherwise);
  if (isnan(number))
    number = row->otherwise;
  if (isnan(number))
    return ecs_value_null(arena);
  number = fmin(fmax(number, row->least), row->most);
  return ecs_value_number(arena, row->kind == COUNT ? trunc(number) : number);
}

ecs_value *ecs_engine_options(ecs_arena *arena, const ecs_value *given) {
  ecs_value *options = is_map(given) ? ecs_value_copy(arena, given) : ecs_value_map(arena);
  if (ecs_value_is(options, ECS_LIST)) /* an empty table may be either */
    options = ecs_value_map(arena);
  for (size_t i = 0; i < ROWS; i++) {
    if (rows[i].kind == COUNT || rows[i].kind == SECONDS)
      ecs_value_set(arena, options, rows[i].name, bounded(arena, &rows[i], ecs_value_get(given, rows[i].name)));
  }
  return options;
}

static bool is_nearly_one(const ecs_entry *entry) {
  ecs_nearest nearest = {.word = entry->key, .size = entry->size};
  for (size_t i = 0; i < ROWS; i++)
    ecs_nearest_offer(&nearest, rows[i].name);
  return nearest.best != NULL;
}

ecs_value *ecs_engine_own_options(ecs_arena *arena, const ecs_value *given) {
  ecs_value *own = ecs_value_map(arena);
  for (size_t i = 0; is_map(given) && i < ecs_value_count(given); i++) {
    const ecs_entry *entry = &given->as.map.entries[i];
    if (row_of(entry) != NULL || is_nearly_one(entry))
      ecs_value_setn(arena, own, entry->key, entry->size, entry->value);
  }
  return own;
}

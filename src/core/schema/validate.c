#include "schema/validate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/nearest.h"
#include "schema/arn_check.h"
#include "schema/figures.h"
#include "schema/in_words.h"

typedef struct walk {
  ecs_arena *arena;
  ecs_context context; /* its config is the table as the user wrote it */
  ecs_diags *diags;
  ecs_path path;
} walk;

static ecs_value *read_block(walk *in, const ecs_row *rows, const ecs_value *given);

static ecs_diag *add(walk *in, const ecs_row *row, const ecs_value *given, const char *code, const char *message) {
  ecs_diag *diag = ecs_diags_add(in->diags, code, in->path.text, "%s", message == NULL ? "" : message);
  diag->given = (row->flags & ECS_SECRET) ? NULL : ecs_describe_value(in->arena, given);
  diag->allowed = ecs_describe_row(in->arena, row);
  return diag;
}

static void add_wrong_type(walk *in, const ecs_row *row, const ecs_value *given) {
  const char *text = ecs_describe_value(in->arena, given), *kind = ecs_describe_kind(row->kind);
  bool shown = text != NULL && !(row->flags & ECS_SECRET) && given->type != ECS_LIST && given->type != ECS_MAP;
  const char *message =
      shown ? ecs_arena_format(in->arena, "%s is %s, not %s", text, ecs_describe_type(given), kind)
            : ecs_arena_format(in->arena, "%s stands where %s is expected", ecs_describe_type(given), kind);
  add(in, row, given, "WrongType", message)->hint = ecs_describe_cure(in->arena, row, given);
}

/* Follows ".name" and "[n]" from a value of a row to what a check complained of; `*row` is then the row of that. */
static const ecs_value *follow(const ecs_row **row, const ecs_value *value, const char *path) {
  while (*path != '\0') {
    if (*path == '[') {
      size_t index = (size_t)strtoul(path + 1, (char **)&path, 10);
      if (*path != ']' || !ecs_value_is(value, ECS_LIST))
        return NULL;
      value = ecs_value_at(value, index - 1);
      path++;
    } else {
      size_t size = strcspn(++path, ".[");
      const ecs_row *member = (*row)->rows;
      while (member != NULL && member->name != NULL &&
             (strlen(member->name) != size || memcmp(member->name, path, size) != 0))
        member++;
      if (member == NULL || member->name == NULL)
        return NULL;
      *row = member;
      value = ecs_value_get(value, member->name);
      path += size;
    }
  }
  return value;
}

/* Completes what was appended after `last`: what was given, and what may stand there. */
static void complete(walk *in, ecs_diag *last, const ecs_row *row, const ecs_value *value) {
  ecs_diag *diag = last == NULL ? in->diags->first : last->next;
  for (; diag != NULL; diag = diag->next) {
    const ecs_row *culprit = row;
    if (diag->path == NULL || strncmp(diag->path, in->path.text, in->path.size) != 0)
      continue;
    const ecs_value *found = follow(&culprit, value, diag->path + in->path.size);
    if (diag->given == NULL && !(culprit->flags & ECS_SECRET))
      diag->given = ecs_describe_value(in->arena, found);
    if (diag->allowed == NULL && strcmp(diag->code, "Conflict") != 0)
      diag->allowed = ecs_describe_row(in->arena, culprit);
  }
}

static void call(walk *in, ecs_check_fn *check, const ecs_row *row, const ecs_value *value) {
  ecs_diag *last = in->diags->last;
  check(&(ecs_check){row, value, &in->context, in->path.text, in->diags});
  complete(in, last, row, value);
}

static bool has_range(const ecs_row *row) {
  return row->minimum <= row->maximum && (row->minimum != 0 || row->maximum != 0);
}

static void add_out_of_range(walk *in, const ecs_row *row, const ecs_value *given, bool below) {
  const char *text = ecs_describe_value(in->arena, given);
  const char *message = ecs_arena_format(in->arena, "%s is not between %lld and %lld", text == NULL ? "" : text,
                                         (long long)row->minimum, (long long)row->maximum);
  add(in, row, given, "OutOfRange", message)->hint =
      ecs_arena_format(in->arena, "use a number between %lld and %lld, such as %lld", (long long)row->minimum,
                       (long long)row->maximum, (long long)(below ? row->minimum : row->maximum));
}

static bool check_int(walk *in, const ecs_row *row, const ecs_value *given) {
  if (ecs_value_is(given, ECS_DOUBLE) && isfinite(given->as.number) && given->as.number == floor(given->as.number)) {
    add_out_of_range(in, row, given, given->as.number < 0); /* beyond 2^53 */
    return false;
  }
  if (!ecs_value_is(given, ECS_INT)) {
    add_wrong_type(in, row, given);
    return false;
  }
  int64_t integer = given->as.integer;
  if (!has_range(row) || (integer >= row->minimum && integer <= row->maximum))
    return true;
  add_out_of_range(in, row, given, integer < row->minimum);
  return false;
}

/* A number, or what it begins with where it is left to another. */
static bool check_left(walk *in, const ecs_row *row, const ecs_value *given) {
  const ecs_value *start = ecs_schema_left(row, given);
  if (ecs_value_is_null(start) || ecs_value_count(given) != 1)
    return check_int(in, row, given);
  size_t before = ecs_path_key(&in->path, row->left_to);
  bool good = check_int(in, row, start);
  ecs_path_back(&in->path, before);
  return good;
}

static ecs_value *read_number(walk *in, const ecs_row *row, const ecs_value *given, bool *good) {
  const char *problem = NULL, *hint = NULL;
  *good = ecs_value_is(given, ECS_INT) || ecs_value_is(given, ECS_DOUBLE);
  if (!*good) {
    add_wrong_type(in, row, given);
    return (ecs_value *)given;
  }
  ecs_value *number = ecs_figures_number(in->arena, row, given, &problem, &hint);
  *good = problem == NULL;
  if (!*good)
    add(in, row, given, "OutOfRange", problem)->hint = hint;
  return number;
}

static ecs_value *read_document(walk *in, const ecs_row *row, const ecs_value *given, bool *good) {
  const char *problem = NULL, *hint = NULL;
  ecs_value *value = ecs_figures_document(in->arena, given, &problem, &hint);
  *good = problem == NULL;
  if (!*good)
    add(in, row, given, "BadPattern", problem)->hint = hint;
  return value;
}

static const char *misfit_cure(const ecs_row *row, const ecs_value *given) {
  for (const char *const *misfit = row->misfits; misfit != NULL && *misfit != NULL; misfit += 2) {
    if (ecs_value_is_text(given, misfit[0]))
      return misfit[1];
  }
  return NULL;
}

static void add_not_allowed(walk *in, const ecs_row *row, const ecs_value *given) {
  ecs_nearest nearest = {.word = given->as.string.bytes, .size = given->as.string.size};
  for (const char *const *choice = row->choices; *choice != NULL; choice++)
    ecs_nearest_offer(&nearest, *choice);
  const char *text = ecs_describe_value(in->arena, given), *choices = ecs_describe_choices(in->arena, row->choices);
  const char *message = nearest.best == NULL ? ecs_arena_format(in->arena, "%s is not one of %s", text, choices)
                                             : ecs_arena_format(in->arena, "%s is not one of %s; did you mean %s?",
                                                                text, choices, nearest.best);
  const char *cure = misfit_cure(row, given);
  if (cure == NULL)
    cure = nearest.best == NULL ? ecs_arena_format(in->arena, "use one of %s", choices)
                                : ecs_arena_format(in->arena, "write \"%s\"", nearest.best);
  add(in, row, given, "NotAllowed", message)->hint = cure;
}

static bool is_choice(const ecs_row *row, const ecs_value *given) {
  for (const char *const *choice = row->choices; *choice != NULL; choice++) {
    if (ecs_value_is_text(given, *choice))
      return true;
  }
  return false;
}

static bool check_length(walk *in, const ecs_row *row, const ecs_value *given, size_t characters) {
  const char *message, *hint;
  if (row->maximum > 0 && characters > (size_t)row->maximum) {
    message = ecs_arena_format(in->arena, "%zu characters are more than %lld", characters, (long long)row->maximum);
    hint = ecs_arena_format(in->arena, "shorten it to %lld characters", (long long)row->maximum);
    add(in, row, given, "TooLong", message)->hint = hint;
    return false;
  }
  if (characters >= (size_t)row->minimum)
    return true;
  message = characters == 0 ? "may not be empty"
                            : ecs_arena_format(in->arena, "%zu characters are fewer than %lld", characters,
                                               (long long)row->minimum);
  add(in, row, given, "TooShort", message)->hint =
      row->flags & ECS_REQUIRED ? "give it a value" : "give it a value, or remove it";
  return false;
}

static bool check_string(walk *in, const ecs_row *row, const ecs_value *given) {
  size_t characters;
  if (!ecs_value_is(given, ECS_STRING)) {
    add_wrong_type(in, row, given);
    return false;
  }
  if (!ecs_describe_utf8(given->as.string.bytes, given->as.string.size, &characters)) {
    add(in, row, given, "BadPattern", "is not UTF-8 text, or holds a zero byte")->hint = "write it in UTF-8";
    return false;
  }
  if (row->choices != NULL && !is_choice(row, given)) {
    add_not_allowed(in, row, given);
    return false;
  }
  if (!check_length(in, row, given, characters))
    return false;
  /* An empty text stands for "not set" where something else is optional. */
  if (row->arn_service == NULL || (characters == 0 && !(row->flags & ECS_REQUIRED)))
    return true;
  ecs_diag *last = in->diags->last;
  bool good = ecs_arn_check(given, row->arn_service, NULL, &in->context, in->path.text, in->diags);
  complete(in, last, row, given);
  return good;
}

static ecs_value *read_duration(walk *in, const ecs_row *row, const ecs_value *given) {
  int64_t seconds;
  if (ecs_value_is(given, ECS_INT) && given->as.integer >= 0 && given->as.integer <= INT32_MAX)
    return (ecs_value *)given;
  if (ecs_value_is(given, ECS_STRING) && ecs_duration_parse(given->as.string.bytes, given->as.string.size, &seconds))
    return ecs_value_int(in->arena, seconds);
  const char *text = ecs_describe_value(in->arena, given);
  bool number = ecs_value_is(given, ECS_INT) || ecs_value_is(given, ECS_DOUBLE);
  const char *message = ecs_arena_format(in->arena, "%s is not a duration", text == NULL ? "" : text);
  const char *code = number ? "OutOfRange" : ecs_value_is(given, ECS_STRING) ? "BadPattern" : "WrongType";
  add(in, row, given, code, message)->hint = "write \"90s\", \"20m\", \"1h30m\", or a number of seconds";
  return (ecs_value *)given;
}

/* How many items or entries a row may have. */
static void check_count(walk *in, const ecs_row *row, const ecs_value *given, size_t count) {
  bool few = count < row->min_items;
  if (!few && (row->max_items == 0 || count <= row->max_items))
    return;
  size_t bound = few ? row->min_items : row->max_items;
  const char *message = few && count == 0
                            ? "may not be empty"
                            : ecs_arena_format(in->arena, "%zu are %s than %zu", count, few ? "fewer" : "more", bound);
  add(in, row, given, few ? "TooFew" : "TooMany", message)->hint =
      ecs_arena_format(in->arena, few ? "give at least %zu" : "keep at most %zu", bound);
}

/* Drops what a set has twice. Sets are small; the few large ones are compared by their order. */
static ecs_value *without_twins(ecs_arena *arena, const ecs_value *list) {
  ecs_value *set = ecs_value_list(arena);
  for (size_t i = 0; i < ecs_value_count(list); i++) {
    ecs_value *item = ecs_value_at(list, i);
    bool twin = false;
    for (size_t j = 0; j < ecs_value_count(set) && !twin; j++)
      twin = ecs_value_equal(ecs_value_at(set, j), item);
    if (!twin)
      ecs_value_push(arena, set, item);
  }
  return set;
}

/* The same for texts of any number: a map of those seen. */
static ecs_value *without_twin_texts(ecs_arena *arena, const ecs_value *list) {
  ecs_value *set = ecs_value_list(arena), *seen = ecs_value_map(arena);
  for (size_t i = 0; i < ecs_value_count(list); i++) {
    ecs_value *item = ecs_value_at(list, i);
    if (ecs_value_is(item, ECS_STRING)) {
      if (ecs_value_getn(seen, item->as.string.bytes, item->as.string.size) != NULL)
        continue;
      ecs_value_setn(arena, seen, item->as.string.bytes, item->as.string.size, item);
    }
    ecs_value_push(arena, set, item);
  }
  return set;
}

static ecs_value *read_strings(walk *in, const ecs_row *row, const ecs_value *given) {
  bool bounded = row->maximum > 0; /* else what nobody has a reason to exceed */
  ecs_row item = {.name = "",
                  .kind = ECS_KIND_STRING,
                  .minimum = bounded ? row->minimum : 1,
                  .maximum = bounded ? row->maximum : 4096,
                  .choices = row->choices};
  if (!ecs_value_is(given, ECS_LIST)) {
    add_wrong_type(in, row, given);
    return (ecs_value *)given;
  }
  for (size_t i = 0; i < ecs_value_count(given); i++) {
    size_t before = ecs_path_index(&in->path, i + 1);
    check_string(in, &item, ecs_value_at(given, i));
    ecs_path_back(&in->path, before);
  }
  ecs_value *list = row->kind == ECS_KIND_STRING_SET && ecs_value_count(given) > 1
                        ? without_twin_texts(in->arena, given)
                        : (ecs_value *)given;
  check_count(in, row, given, ecs_value_count(list));
  return list;
}

static ecs_value *read_integers(walk *in, const ecs_row *row, const ecs_value *given) {
  static const ecs_row item = {.name = "", .kind = ECS_KIND_INT, .minimum = INT32_MIN, .maximum = INT32_MAX};
  if (!ecs_value_is(given, ECS_LIST)) {
    add_wrong_type(in, row, given);
    return (ecs_value *)given;
  }
  for (size_t i = 0; i < ecs_value_count(given); i++) {
    size_t before = ecs_path_index(&in->path, i + 1);
    check_int(in, &item, ecs_value_at(given, i));
    ecs_path_back(&in->path, before);
  }
  check_count(in, row, given, ecs_value_count(given));
  return (ecs_value *)given;
}

static ecs_value *read_map(walk *in, const ecs_row *row, const ecs_value *given) {
  static const ecs_row item = {.name = "", .kind = ECS_KIND_STRING};
  if (ecs_value_is(given, ECS_LIST) && ecs_value_count(given) == 0)
    given = ecs_value_map(in->arena); /* {} is both in Lua */
  if (!ecs_value_is(given, ECS_MAP)) {
    add_wrong_type(in, row, given);
    return (ecs_value *)given;
  }
  for (size_t i = 0; i < given->as.map.count; i++) {
    const ecs_entry *entry = &given->as.map.entries[i];
    size_t characters, before = ecs_path_key(&in->path, entry->key);
    if (!ecs_describe_utf8(entry->key, entry->size, &characters))
      add(in, row, NULL, "BadPattern", "the key is not UTF-8 text, or holds a zero byte")->hint = "write it in UTF-8";
    ecs_diag *last = in->diags->last;
    check_string(in, &item, entry->value);
    if ((row->flags & ECS_LOCAL) && in->diags->last != last && !ecs_value_is(entry->value, ECS_STRING))
      in->diags->last->hint = ecs_describe_trigger_cure(in->arena, entry->value);
    ecs_path_back(&in->path, before);
  }
  check_count(in, row, given, given->as.map.count);
  return (ecs_value *)given;
}

/* One block of a list, a list of one, or the block itself. */
static ecs_value *read_one(walk *in, const ecs_row *row, const ecs_value *given) {
  bool empty = ecs_value_is(given, ECS_LIST) && ecs_value_count(given) == 0; /* {} is both in Lua */
  if (!ecs_value_is(given, ECS_MAP) && !empty) {
    add_wrong_type(in, row, given);
    return (ecs_value *)given;
  }
  ecs_value *block = read_block(in, row->rows, given);
  if (row->each != NULL)
    call(in, row->each, row, block);
  return block;
}

static ecs_value *read_single(walk *in, const ecs_row *row, const ecs_value *given) {
  size_t count = ecs_value_is(given, ECS_LIST) ? ecs_value_count(given) : 0;
  if (count > 1 && ecs_value_is(ecs_value_at(given, 0), ECS_MAP)) {
    const char *message = ecs_arena_format(in->arena, "%zu blocks are given, only one is possible", count);
    add(in, row, given, "TooMany", message)->hint = "keep one block, and write it as one table";
    return (ecs_value *)given;
  }
  return read_one(in, row, count == 1 ? ecs_value_at(given, 0) : given);
}

static ecs_value *read_blocks(walk *in, const ecs_row *row, const ecs_value *given) {
  ecs_value *list = ecs_value_list(in->arena);
  if (!ecs_value_is(given, ECS_LIST) && !ecs_value_is(given, ECS_MAP)) {
    add_wrong_type(in, row, given);
    return (ecs_value *)given;
  }
  bool single = ecs_value_is(given, ECS_MAP);
  size_t count = single ? 1 : ecs_value_count(given);
  for (size_t i = 0; i < count; i++) {
    size_t before = ecs_path_index(&in->path, i + 1);
    ecs_value_push(in->arena, list, read_one(in, row, single ? given : ecs_value_at(given, i)));
    ecs_path_back(&in->path, before);
  }
  if (row->kind == ECS_KIND_BLOCK_SET && count > 1 && count <= 1000)
    list = without_twins(in->arena, list);
  check_count(in, row, given, ecs_value_count(list));
  return list;
}

/* Blocks by their names. */
static ecs_value *read_named(walk *in, const ecs_row *row, const ecs_value *given) {
  ecs_row one = *row;
  one.kind = ECS_KIND_BLOCK;
  ecs_value *map = ecs_value_map(in->arena);
  if (!ecs_value_is(given, ECS_MAP) && !(ecs_value_is(given, ECS_LIST) && ecs_value_count(given) == 0)) {
    add_wrong_type(in, row, given);
    return (ecs_value *)given;
  }
  for (size_t i = 0; ecs_value_is(given, ECS_MAP) && i < given->as.map.count; i++) {
    const ecs_entry *entry = &given->as.map.entries[i];
    size_t before = ecs_path_key(&in->path, entry->key);
    ecs_value_setn(in->arena, map, entry->key, entry->size, read_one(in, &one, entry->value));
    ecs_path_back(&in->path, before);
  }
  check_count(in, row, given, ecs_value_count(map));
  return map;
}

/* The value in its normal form, or as it was given where it is wrong. Scalars are looked at by the row's own check
** only when nothing else is wrong with them. */
static ecs_value *read_value(walk *in, const ecs_row *row, const ecs_value *given) {
  ecs_value *value = (ecs_value *)given;
  bool good = true;
  if (row->normalise != NULL)
    given = value = row->normalise(in->arena, row, given, &in->context);
  switch (row->kind) {
    case ECS_KIND_BOOL:
      if (!ecs_value_is(given, ECS_BOOL))
        add_wrong_type(in, row, given);
      good = ecs_value_is(given, ECS_BOOL);
      break;
    case ECS_KIND_INT: good = check_left(in, row, given); break;
    case ECS_KIND_NUMBER: value = read_number(in, row, given, &good); break;
    case ECS_KIND_STRING: good = check_string(in, row, given); break;
    case ECS_KIND_DOCUMENT: value = read_document(in, row, given, &good); break;
    case ECS_KIND_DURATION: value = read_duration(in, row, given); break;
    case ECS_KIND_STRING_LIST:
    case ECS_KIND_STRING_SET: value = read_strings(in, row, given); break;
    case ECS_KIND_INT_LIST: value = read_integers(in, row, given); break;
    case ECS_KIND_STRING_MAP: value = read_map(in, row, given); break;
    case ECS_KIND_BLOCK: value = read_single(in, row, given); break;
    case ECS_KIND_BLOCK_LIST:
    case ECS_KIND_BLOCK_SET: value = read_blocks(in, row, given); break;
    case ECS_KIND_BLOCK_MAP: value = read_named(in, row, given); break;
  }
  if (good && row->check != NULL)
    call(in, row->check, row, value);
  return value;
}

/* Of two rows that exclude each other, the first one says so. */
static void check_conflicts(walk *in, const ecs_row *rows, const ecs_row *row, const ecs_value *whole) {
  for (const char *const *other = row->conflicts; other != NULL && *other != NULL; other++) {
    const ecs_row *row_of_other = ecs_schema_find(rows, *other);
    bool said = row_of_other != NULL && row_of_other < row && ecs_schema_names(row_of_other->conflicts, row->name);
    if (said || ecs_value_is_empty(ecs_value_get(whole, *other)))
      continue;
    ecs_diag *diag = ecs_diags_add(in->diags, "Conflict", in->path.text, "cannot be set together with %s: remove %s",
                                   *other, *other);
    diag->given = ecs_describe_value(in->arena, ecs_value_get(whole, row->name));
    diag->allowed = ecs_arena_format(in->arena, "either %s or %s", row->name, *other);
    diag->hint = ecs_arena_format(in->arena, "remove %s, or %s", *other, row->name);
  }
}

static void check_company(walk *in, const ecs_row *row, const ecs_value *whole) {
  for (const char *const *other = row->requires_with; other != NULL && *other != NULL; other++) {
    if (ecs_value_is_empty(ecs_value_get(whole, *other)))
      ecs_diags_add(in->diags, "RequiredWith", in->path.text, "is only valid with %s", *other)->hint =
          ecs_arena_format(in->arena, "set %s too, or remove %s", *other, row->name);
  }
}

/* A member of a block that AWS takes only while another member says so. */
static void check_meaning(walk *in, const ecs_row *row, const ecs_value *whole) {
  if (ecs_schema_applies(row, whole))
    return;
  const char *name = row->only_while[0], *value = row->only_while[1];
  ecs_diags_add(in->diags, "RequiredWith", in->path.text, "is only valid with %s = \"%s\"", name, value)->hint =
      ecs_arena_format(in->arena, "set %s = \"%s\", or remove %s", name, value, row->name);
}

static void check_absent(walk *in, const ecs_row *row) {
  size_t before = ecs_path_key(&in->path, row->name);
  if (row->flags & ECS_REQUIRED) {
    ecs_diag *diag = ecs_diags_add(in->diags, "Missing", in->path.text, "is required");
    diag->allowed = ecs_describe_row(in->arena, row);
    diag->hint = ecs_arena_format(in->arena, "set %s to %s", row->name, ecs_describe_kind(row->kind));
  }
  if (row->absent != NULL)
    call(in, row->absent, row, NULL);
  ecs_path_back(&in->path, before);
}

static void add_read_only(walk *in, const ecs_row *row, const ecs_value *given) {
  const char *hint = row->flags & ECS_TAGS ? "remove it; set tags, or the stack's default_tags" : "remove it";
  const char *message =
      ecs_arena_format(in->arena, "is an attribute of the %s and cannot be configured", in->context.kind->name);
  add(in, row, given, "ReadOnly", message)->hint = hint;
}

/* The block that has an argument of this name, for those who write it outside of its block. */
static const ecs_row *find_within(const ecs_row *rows, const char *name) {
  for (const ecs_row *row = rows; row->name != NULL; row++) {
    if (row->rows != NULL && ecs_schema_find(row->rows, name) != NULL)
      return row;
  }
  return NULL;
}

/* The argument that is meant: by what the table of other names says, by the API's name, by the block it belongs to, else
** the nearest. NULL: none. */
static const char *find_meant(walk *in, const ecs_row *rows, const ecs_entry *entry) {
  const ecs_row *wire = ecs_schema_by_wire(rows, entry->key, entry->size), *home = find_within(rows, entry->key);
  ecs_nearest nearest = {.word = entry->key, .size = entry->size};
  if (wire != NULL)
    return wire->name;
  if (home != NULL)
    return ecs_arena_format(in->arena, "%s.%s", home->name, entry->key);
  for (const ecs_row *row = rows; row->name != NULL; row++) {
    if (!(row->flags & ECS_READONLY))
      ecs_nearest_offer(&nearest, row->name);
  }
  return nearest.best;
}

static void add_unknown(walk *in, const ecs_row *rows, const ecs_entry *entry) {
  const ecs_other_name *other =
      ecs_other_name_find(in->context.kind->other_names, in->path.text, entry->key, entry->size);
  const char *name = other == NULL ? find_meant(in, rows, entry) : ecs_other_name_here(other);
  size_t before = ecs_path_key(&in->path, entry->key);
  ecs_diag *diag = name == NULL ? ecs_diags_add(in->diags, "UnknownArgument", in->path.text, "no such argument")
                                : ecs_diags_add(in->diags, "UnknownArgument", in->path.text,
                                                "no such argument; did you mean %s?", name);
  diag->given = ecs_describe_value(in->arena, entry->value);
  diag->allowed = name;
  if (other != NULL && other->hint != NULL)
    diag->hint = other->hint;
  else
    diag->hint = name == NULL ? "remove it" : ecs_arena_format(in->arena, "write %s", name);
  ecs_path_back(&in->path, before);
}

static void check_unknown(walk *in, const ecs_row *rows, const ecs_value *given) {
  for (size_t i = 0; i < given->as.map.count; i++) {
    const ecs_entry *entry = &given->as.map.entries[i];
    const ecs_row *row = ecs_value_is_null(entry->value) ? rows : ecs_schema_find(rows, entry->key);
    if (row == NULL || (row->name != NULL && !ecs_value_is_null(entry->value) && strlen(row->name) != entry->size))
      add_unknown(in, rows, entry);
  }
}

/* The rows in their order, then what no row knows in the order of its names. */
static ecs_value *read_block(walk *in, const ecs_row *rows, const ecs_value *given) {
  ecs_value *block = ecs_value_map(in->arena);
  size_t known = 0;
  for (const ecs_row *row = rows; row->name != NULL; row++) {
    const ecs_value *value = ecs_value_get(given, row->name);
    if (value != NULL)
      known++;
    if (ecs_value_is_null(value)) {
      if ((row->flags & ECS_REQUIRED) || row->absent != NULL)
        check_absent(in, row);
      continue;
    }
    size_t before = ecs_path_key(&in->path, row->name);
    if (row->flags & ECS_READONLY) {
      add_read_only(in, row, value);
    } else {
      ecs_value_set_row(in->arena, block, row->name, read_value(in, row, value));
      if (!ecs_value_is_empty(value)) {
        check_conflicts(in, rows, row, given);
        check_company(in, row, given);
        check_meaning(in, row, given);
      }
    }
    ecs_path_back(&in->path, before);
  }
  if (ecs_value_is(given, ECS_MAP) && known < ecs_value_count(given))
    check_unknown(in, rows, given);
  return block;
}

ecs_status ecs_validate(const ecs_resource *kind, ecs_arena *arena, const ecs_value *config, const ecs_context *context,
                        ecs_value **normal, ecs_diags *diags) {
  walk in = {.arena = arena, .diags = diags};
  size_t errors = diags->errors;
  *normal = NULL;
  if (context != NULL)
    in.context = *context;
  if (kind->spell != NULL)
    config = kind->spell(arena, config, diags);
  in.context.kind = kind;
  in.context.config = config;
  ecs_path_init(&in.path);
  if (ecs_value_is(config, ECS_MAP) || (ecs_value_is(config, ECS_LIST) && ecs_value_count(config) == 0)) {
    *normal = read_block(&in, kind->rows, config);
    if (kind->check != NULL)
      kind->check(arena, *normal, diags);
  } else {
    ecs_diag *diag = ecs_diags_add(diags, "WrongType", "", "%s stands where a table of arguments is expected",
                                   ecs_describe_type(config));
    diag->given = ecs_describe_value(arena, config);
    diag->hint = ecs_arena_format(arena, "declare the %s as %s", kind->name, kind->sample);
  }
  if (ecs_arena_failed(arena)) {
    *normal = NULL;
    return ECS_NOMEM;
  }
  if (diags->errors > errors) {
    *normal = NULL;
    return ECS_INVALID;
  }
  return ECS_OK;
}

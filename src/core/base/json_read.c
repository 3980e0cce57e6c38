#include "base/json_read.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What goes wrong ends the reading: `problem` is set, or the arena has failed, and everybody returns. */
typedef struct reader {
  ecs_arena *arena;
  char *at, *end, *start; /* *end is NUL */
  const char *problem;
  bool too_large;
  ecs_entry *pending; /* members of the containers that are open, the innermost last */
  size_t count, room, nodes;
} reader;

static ecs_value *read_value(reader *in, int depth);

static ecs_value *refuse(reader *in, const char *problem) {
  if (in->problem == NULL)
    in->problem = problem;
  return ecs_value_null(in->arena);
}

static bool stopped(const reader *in) { return in->problem != NULL || ecs_arena_failed(in->arena); }

static void skip_space(reader *in) {
  while (*in->at == ' ' || *in->at == '\n' || *in->at == '\r' || *in->at == '\t')
    in->at++;
}

/* Strings. They are decoded where they stand: no escape is shorter than what it means. */

static int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Four hexadecimal digits at `at`; -1: there are none. */
static long hex_unit(const char *at) {
  long unit = 0;
  for (int i = 0; i < 4; i++) {
    int digit = hex_digit(at[i]);
    if (digit < 0)
      return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

static char *put_code(char *to, long code) {
  if (code < 0x80) {
    *to++ = (char)code;
  } else if (code < 0x800) {
    *to++ = (char)(0xC0 | code >> 6);
    *to++ = (char)(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    *to++ = (char)(0xE0 | code >> 12);
    *to++ = (char)(0x80 | (code >> 6 & 0x3F));
    *to++ = (char)(0x80 | (code & 0x3F));
  } else {
    *to++ = (char)(0xF0 | code >> 18);
    *to++ = (char)(0x80 | (code >> 12 & 0x3F));
    *to++ = (char)(0x80 | (code >> 6 & 0x3F));
    *to++ = (char)(0x80 | (code & 0x3F));
  }
  return to;
}

/* The code point of the \u whose digits are at in->at, which goes behind them; and of the \u after it when they are the
** halves of a pair. */
static long read_code(reader *in) {
  enum { REPLACEMENT = 0xFFFD };
  long unit = hex_unit(in->at);
  if (unit < 0) {
    refuse(in, "\\u wants four hexadecimal digits");
    return 0;
  }
  in->at += 4;
  if (unit < 0xD800 || unit > 0xDFFF)
    return unit;
  long low = unit < 0xDC00 && in->at[0] == '\\' && in->at[1] == 'u' ? hex_unit(in->at + 2) : -1;
  if (low < 0xDC00 || low > 0xDFFF)
    return REPLACEMENT;
  in->at += 6;
  return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
}

/* One escape behind its backslash; where to write on. */
static char *read_escape(reader *in, char *to) {
  static const char forms[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
  char c = *in->at;
  if (c == 'u') {
    in->at++;
    return put_code(to, read_code(in));
  }
  for (size_t i = 0; i + 1 < sizeof forms; i += 2) {
    if (forms[i] == c) {
      in->at++;
      *to++ = forms[i + 1];
      return to;
    }
  }
  refuse(in, "there is no such escape");
  return to;
}

/* The string at in->at, which is its opening quote: where it begins, with a NUL after it; its size. */
static const char *read_string(reader *in, size_t *size) {
  char *begin = ++in->at, *to;
  while (*in->at != '"' && *in->at != '\\' && (unsigned char)*in->at >= 32)
    in->at++;
  to = in->at;
  while (*in->at != '"' && in->problem == NULL) {
    if (*in->at == '\\') {
      in->at++;
      to = read_escape(in, to);
    } else if ((unsigned char)*in->at < 32) {
      refuse(in, in->at == in->end ? "the text ends within a string" : "a control character must be escaped");
    } else {
      *to++ = *in->at++;
    }
  }
  *size = (size_t)(to - begin);
  if (in->problem == NULL) {
    in->at++;
    *to = '\0'; /* not before the quote was passed: it may stand there */
  }
  return begin;
}

/* Numbers. */

/* By the C library, whose decimal point is the locale's. */
static double read_exactly(reader *in, const char *text, size_t size) {
  const char *point = localeconv()->decimal_point, *dot = memchr(text, '.', size);
  char *copy;
  if (dot == NULL)
    copy = ecs_arena_text(in->arena, text, size);
  else
    copy = ecs_arena_format(in->arena, "%.*s%s%.*s", (int)(dot - text), text, point, (int)(text + size - dot - 1),
                            dot + 1);
  return copy == NULL ? 0 : strtod(copy, NULL);
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static ecs_value *read_number(reader *in) {
  enum { EXACT_DIGITS = 15, EXACT_POWER = 22 }; /* doubles hold 15 digits and powers of ten up to 22 exactly */
  static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  const char *begin = in->at;
  bool negative = *in->at == '-', whole = true;
  int64_t digits = 0;
  int count = 0, decimals = 0;
  if (negative)
    in->at++;
  if (!is_digit(*in->at))
    return refuse(in, "a value is missing or not one of JSON");
  if (*in->at == '0' && is_digit(in->at[1]))
    return refuse(in, "a number does not begin with 0");
  for (; is_digit(*in->at); in->at++, count++)
    digits = count < EXACT_DIGITS ? digits * 10 + (*in->at - '0') : digits;
  if (*in->at == '.') {
    whole = false;
    in->at++;
    if (!is_digit(*in->at))
      return refuse(in, "digits follow the point of a number");
    for (; is_digit(*in->at); in->at++, count++, decimals++)
      digits = count < EXACT_DIGITS ? digits * 10 + (*in->at - '0') : digits;
  }
  bool plain = *in->at != 'e' && *in->at != 'E';
  if (!plain) {
    whole = false;
    in->at++;
    if (*in->at == '+' || *in->at == '-')
      in->at++;
    if (!is_digit(*in->at))
      return refuse(in, "digits follow the e of a number");
    while (is_digit(*in->at))
      in->at++;
  }
  if (count <= EXACT_DIGITS && whole)
    return ecs_value_int(in->arena, negative ? -digits : digits);
  if (count <= EXACT_DIGITS && plain && decimals <= EXACT_POWER) {
    double number = (double)digits / powers[decimals];
    return ecs_value_number(in->arena, negative ? -number : number);
  }
  double number = read_exactly(in, begin, (size_t)(in->at - begin));
  return isfinite(number) ? ecs_value_number(in->arena, number) : refuse(in, "a number is too large");
}

/* Lists and maps. */

static void keep(reader *in, ecs_entry entry) {
  if (in->count == in->room) {
    size_t room = in->room == 0 ? 64 : in->room * 2;
    ecs_entry *wider = ecs_arena_take(in->arena, room * sizeof *wider);
    if (wider == NULL)
      return;
    if (in->count > 0)
      memcpy(wider, in->pending, in->count * sizeof *wider);
    in->pending = wider;
    in->room = room;
  }
  in->pending[in->count++] = entry;
}

static ecs_value *close_list(reader *in, size_t first) {
  ecs_value *list = ecs_value_list(in->arena);
  size_t count = in->count - first;
  ecs_value **items = count == 0 ? NULL : ecs_arena_take(in->arena, count * sizeof *items);
  in->count = first;
  if (items == NULL)
    return list;
  for (size_t i = 0; i < count; i++)
    items[i] = in->pending[first + i].value;
  list->as.list.items = items;
  list->as.list.count = list->as.list.room = count;
  return list;
}

static int by_key(const ecs_entry *a, const ecs_entry *b) {
  int order = memcmp(a->key, b->key, a->size < b->size ? a->size : b->size);
  return order != 0 ? order : (a->size > b->size) - (a->size < b->size);
}

/* By key, and for one key as they came. */
static int by_key_and_place(const void *a, const void *b) {
  const ecs_entry *x = a, *y = b;
  int order = by_key(x, y);
  return order != 0 ? order : (x->key > y->key) - (x->key < y->key);
}

/* Answers are short, and what this tool wrote is sorted: qsort is for what is neither. */
static void sort(ecs_entry *entries, size_t count) {
  enum { FEW = 48 };
  size_t sorted = 1;
  while (sorted < count && by_key(&entries[sorted - 1], &entries[sorted]) <= 0)
    sorted++;
  if (sorted < count && count > FEW) {
    qsort(entries, count, sizeof *entries, by_key_and_place);
    return;
  }
  for (size_t i = sorted; i < count; i++) {
    ecs_entry entry = entries[i];
    size_t at = i;
    for (; at > 0 && by_key(&entries[at - 1], &entry) > 0; at--)
      entries[at] = entries[at - 1];
    entries[at] = entry;
  }
}

static ecs_value *close_map(reader *in, size_t first) {
  ecs_value *map = ecs_value_map(in->arena);
  size_t count = in->count - first, kept = 0;
  ecs_entry *entries = count == 0 ? NULL : ecs_arena_take(in->arena, count * sizeof *entries);
  in->count = first;
  if (entries == NULL)
    return map;
  memcpy(entries, in->pending + first, count * sizeof *entries);
  sort(entries, count);
  for (size_t i = 0; i < count; i++) {
    if (i + 1 == count || by_key(&entries[i], &entries[i + 1]) != 0)
      entries[kept++] = entries[i];
  }
  map->as.map.entries = entries;
  map->as.map.count = kept;
  map->as.map.room = count;
  return map;
}

/* One member of a map, or one item of a list. */
static void read_member(reader *in, bool map, int depth) {
  ecs_entry entry = {NULL, 0, NULL};
  skip_space(in);
  if (map) {
    if (*in->at != '"') {
      refuse(in, "a name in quotes is missing");
      return;
    }
    entry.key = read_string(in, &entry.size);
    if (in->problem != NULL)
      return;
    skip_space(in);
    if (*in->at != ':') {
      refuse(in, "a colon is missing after a name");
      return;
    }
    in->at++;
  }
  entry.value = read_value(in, depth);
  keep(in, entry);
}

static ecs_value *read_members(reader *in, bool map, int depth) {
  size_t first = in->count;
  char close = map ? '}' : ']';
  if (depth >= ECS_VALUE_MAX_DEPTH) {
    in->too_large = true;
    return refuse(in, "it is nested too deeply");
  }
  in->at++;
  skip_space(in);
  if (*in->at == close) {
    in->at++;
    return map ? close_map(in, first) : close_list(in, first);
  }
  for (;;) {
    read_member(in, map, depth + 1);
    if (stopped(in))
      return ecs_value_null(in->arena);
    skip_space(in);
    if (*in->at == close)
      break;
    if (*in->at != ',')
      return refuse(in, map ? "a comma or } is missing" : "a comma or ] is missing");
    in->at++;
  }
  in->at++;
  return map ? close_map(in, first) : close_list(in, first);
}

static bool read_word(reader *in, const char *word) {
  size_t size = strlen(word);
  if (strncmp(in->at, word, size) != 0)
    return false;
  in->at += size;
  return true;
}

static ecs_value *read_value(reader *in, int depth) {
  size_t size;
  skip_space(in);
  if (++in->nodes > ECS_VALUE_MAX_NODES) {
    in->too_large = true;
    return refuse(in, "there are too many values");
  }
  switch (*in->at) {
    case '{': return read_members(in, true, depth);
    case '[': return read_members(in, false, depth);
    case '"': {
      const char *bytes = read_string(in, &size);
      return in->problem != NULL ? ecs_value_null(in->arena) : ecs_value_within(in->arena, bytes, size);
    }
    case 't':
      if (read_word(in, "true"))
        return ecs_value_bool(in->arena, true);
      break;
    case 'f':
      if (read_word(in, "false"))
        return ecs_value_bool(in->arena, false);
      break;
    case 'n':
      if (read_word(in, "null"))
        return ecs_value_null(in->arena);
      break;
    default: return in->at == in->end ? refuse(in, "the text ends where a value is missing") : read_number(in);
  }
  return refuse(in, "a value is missing or not one of JSON");
}

/* The problem with the place where the reading has stopped, which the copy of the text still has. */
static const char *located(const reader *in, const char *text) {
  size_t line = 1, column = 1;
  for (const char *at = text, *end = text + (in->at - in->start); at < end; at++) {
    column = *at == '\n' ? 1 : column + ((unsigned char)(*at & 0xC0) != 0x80);
    line += *at == '\n';
  }
  return ecs_arena_format(in->arena, "line %zu, column %zu: %s", line, column, in->problem);
}

/* Some editors begin a text of UTF-8 with a mark of bytes, which says nothing. */
static void skip_mark(reader *in) {
  if (in->end - in->at >= 3 && memcmp(in->at, "\xEF\xBB\xBF", 3) == 0)
    in->at += 3;
}

ecs_status ecs_json_read(ecs_arena *arena, const char *text, size_t size, ecs_value **value, const char **problem) {
  reader in = {.arena = arena};
  *problem = NULL;
  *value = ecs_value_null(arena);
  in.start = in.at = ecs_arena_text(arena, text, size);
  if (in.start == NULL)
    return ECS_NOMEM;
  in.end = in.start + size;
  skip_mark(&in);
  ecs_value *found = read_value(&in, 0);
  if (in.problem == NULL)
    skip_space(&in);
  if (in.problem == NULL && in.at != in.end)
    refuse(&in, "something follows the value");
  if (in.problem == NULL)
    *value = found;
  else
    *problem = located(&in, text);
  if (ecs_arena_failed(arena)) {
    *value = ecs_value_null(arena);
    return ECS_NOMEM;
  }
  return in.problem == NULL ? ECS_OK : in.too_large ? ECS_LIMIT : ECS_INVALID;
}

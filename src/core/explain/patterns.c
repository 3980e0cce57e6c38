#include "explain/patterns.h"

#include <string.h>

#include "base/time.h"

enum { MOST_BYTES = 4096, MOST_NAME = 64, MOST_FILLED = 2048 };

ecs_words ecs_words_of(const ecs_value *value) {
  if (!ecs_value_is(value, ECS_STRING))
    return (ecs_words){NULL, 0};
  size_t size = value->as.string.size;
  return (ecs_words){value->as.string.bytes, size > MOST_BYTES ? MOST_BYTES : size};
}

static unsigned char lower(char c) { return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c); }

static bool same(const char *a, const char *b, size_t size) {
  for (size_t i = 0; i < size; i++) {
    if (lower(a[i]) != lower(b[i]))
      return false;
  }
  return true;
}

/* Where `part` first stands at or behind `from`, or (size_t)-1. */
static size_t find(ecs_words text, size_t from, const char *part, size_t size) {
  for (size_t at = from; at + size <= text.size; at++) {
    if (same(text.bytes + at, part, size))
      return at;
  }
  return (size_t)-1;
}

/* The parts of a pattern between its stars, each where it first fits: nothing is gained by a later place. Answers the
** place behind the last part, or (size_t)-1. */
static size_t behind(ecs_words text, size_t from, const char *pattern, size_t size) {
  const char *end = pattern + size;
  while (pattern < end) {
    const char *star = memchr(pattern, '*', (size_t)(end - pattern));
    size_t part = (size_t)((star == NULL ? end : star) - pattern);
    size_t at = find(text, from, pattern, part);
    if (at == (size_t)-1)
      return at;
    from = at + part;
    pattern += part + (star != NULL);
  }
  return from;
}

bool ecs_words_matches(ecs_words text, const char *pattern, bool whole) {
  while (text.bytes != NULL) {
    const char *bar = strchr(pattern, '|');
    size_t size = bar == NULL ? strlen(pattern) : (size_t)(bar - pattern);
    if (whole && size == 1 && *pattern == '*')
      return true;
    if (whole ? text.size == size && same(text.bytes, pattern, size) : behind(text, 0, pattern, size) != (size_t)-1)
      return true;
    if (bar == NULL)
      break;
    pattern = bar + 1;
  }
  return false;
}

static bool ends_name(char c, char until) {
  unsigned char byte = (unsigned char)c;
  if (byte < 0x20 || byte == 0x7f)
    return true;
  return until != 0 ? c == until : strchr(" \"'`()[]{}<>,;", c) != NULL;
}

/* The UTF-8 forms of the typographic quotes end a name too: ECS writes both. */
static bool at_quote(const char *at, size_t left) {
  return left >= 3 && memcmp(at, "\xe2\x80", 2) == 0 && ((unsigned char)at[2] & 0xfc) == 0x98;
}

static ecs_words name_at(ecs_words text, size_t from, char until) {
  while (until == 0 && from < text.size && strchr("\"'`", text.bytes[from]) != NULL)
    from++;
  if (until == 0 && at_quote(text.bytes + from, text.size - from))
    from += 3;
  size_t end = from;
  while (end < text.size && !ends_name(text.bytes[end], until) && !at_quote(text.bytes + end, text.size - end))
    end++;
  while (end > from && strchr(".:!?", text.bytes[end - 1]) != NULL)
    end--;
  return (ecs_words){text.bytes + from, end - from};
}

ecs_words ecs_words_capture(ecs_words text, const ecs_words_find *rule) {
  size_t from = 0, size = strlen(rule->before);
  while (text.bytes != NULL) {
    size_t at = behind(text, from, rule->before, size);
    if (at == (size_t)-1)
      break;
    ecs_words name = name_at(text, rule->keep ? at - size : at, rule->until);
    if (name.size > (rule->keep ? size : 0) && (rule->must == NULL || ecs_words_matches(name, rule->must, false)))
      return name;
    from = at;
  }
  return (ecs_words){NULL, 0};
}

typedef struct buffer {
  char bytes[MOST_FILLED];
  size_t size;
} buffer;

static void put(buffer *out, const char *bytes, size_t size) {
  if (size > sizeof out->bytes - out->size)
    size = sizeof out->bytes - out->size;
  memcpy(out->bytes + out->size, bytes, size);
  out->size += size;
}

/* Puts what a {name} stands for; false when nothing is known of it. */
static bool put_name(buffer *out, const char *name, size_t size, ecs_words_lookup *lookup, const void *context) {
  char copy[MOST_NAME];
  if (size >= sizeof copy)
    return false;
  memcpy(copy, name, size);
  copy[size] = '\0';
  const char *value = lookup(context, copy);
  if (value != NULL)
    put(out, value, strlen(value));
  return value != NULL;
}

const char *ecs_words_fill(ecs_arena *arena, const char *template, ecs_words_lookup *lookup, const void *context) {
  buffer out = {.size = 0};
  size_t open = 0; /* the size at the [ */
  bool known = true;
  for (const char *at = template; *at != '\0'; at++) {
    const char *close = *at == '{' ? strchr(at, '}') : NULL;
    if (close != NULL) {
      known = put_name(&out, at + 1, (size_t)(close - at - 1), lookup, context) && known;
      at = close;
    } else if (*at == '[') {
      open = out.size;
      known = true;
    } else if (*at == ']') {
      out.size = known ? out.size : open;
      known = true;
    } else {
      put(&out, at, 1);
    }
  }
  return ecs_words_plain(arena, (ecs_words){out.bytes, out.size}, sizeof out.bytes - 8);
}

const char *ecs_words_plain(ecs_arena *arena, ecs_words text, size_t most) {
  bool cut = text.size > most;
  size_t size = cut ? most : text.size;
  while (cut && size > 0 && ((unsigned char)text.bytes[size] & 0xc0) == 0x80)
    size--;
  char *copy = ecs_arena_take(arena, size + sizeof "…");
  if (copy == NULL)
    return NULL;
  size_t length = 0;
  for (size_t i = 0; i < size; i++) { /* runs of white space and control characters become one blank */
    unsigned char byte = (unsigned char)text.bytes[i];
    bool blank = byte <= 0x20 || byte == 0x7f;
    if (!blank || (length > 0 && copy[length - 1] != ' '))
      copy[length++] = blank ? ' ' : text.bytes[i];
  }
  while (length > 0 && copy[length - 1] == ' ')
    length--;
  if (cut) {
    memcpy(copy + length, "…", sizeof "…" - 1);
    length += sizeof "…" - 1;
  }
  copy[length] = '\0';
  return copy;
}

/* "+02:00" or "-0530" at the end of a time, in seconds; *size becomes the size without it. */
static int64_t offset_of(const char *bytes, size_t *size) {
  size_t at = *size > 6 ? *size - 6 : 0;
  for (; at > 10 && at < *size; at++) {
    if (bytes[at] != '+' && bytes[at] != '-')
      continue;
    int64_t digits = 0;
    for (size_t i = at + 1; i < *size; i++) {
      if (bytes[i] >= '0' && bytes[i] <= '9')
        digits = digits * 10 + (bytes[i] - '0');
    }
    int64_t seconds = digits / 100 * 3600 + digits % 100 * 60;
    bool east = bytes[at] == '+';
    *size = at;
    return east ? seconds : -seconds;
  }
  return 0;
}

double ecs_words_time(const ecs_value *value) {
  if (ecs_value_is(value, ECS_INT) || ecs_value_is(value, ECS_DOUBLE))
    return ecs_value_number_or(value, -1);
  char copy[40];
  ecs_words text = ecs_words_of(value);
  int64_t time;
  if (text.bytes == NULL || text.size + 2 > sizeof copy || text.size < 15)
    return -1;
  size_t size = text.size;
  int64_t offset = offset_of(text.bytes, &size);
  memcpy(copy, text.bytes, size);
  if (copy[size - 1] != 'Z')
    copy[size++] = 'Z';
  return ecs_sigv4_parse_time(copy, size, &time) ? (double)(time - offset) : -1;
}

const char *ecs_words_iso(ecs_arena *arena, double time) {
  char basic[16];
  if (!(time >= 0 && time < 253402300800.0)) /* the year 10000 */
    return "";
  ecs_sigv4_format_time((int64_t)time, basic);
  const char *text = ecs_arena_format(arena, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", basic, basic + 4, basic + 6, basic + 9,
                                      basic + 11, basic + 13);
  return text == NULL ? "" : text;
}

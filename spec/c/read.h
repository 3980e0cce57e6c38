/* read: JSON to values, for specs only (users' JSON is decoded by lua-cjson). Wrong JSON ends the program. */
#ifndef READ_H
#define READ_H

#include "harness.h"
#include "value.h"

typedef struct read_text {
  ecs_arena *arena;
  const char *at;
} read_text;

static inline void read_wrong(const read_text *in) {
  printf("the spec's JSON is wrong at: %.40s\n", in->at);
  exit(EXIT_FAILURE);
}

static inline void read_blanks(read_text *in) { in->at += strspn(in->at, " \t\r\n"); }

static inline bool read_mark(read_text *in, char mark) {
  read_blanks(in);
  if (*in->at != mark)
    return false;
  in->at++;
  read_blanks(in);
  return true;
}

/* Escapes other than \" \\ \/ \n \t are not needed by the specs. */
static inline ecs_value *read_string(read_text *in) {
  char *text = malloc(strlen(in->at) + 1);
  size_t size = 0;
  if (text == NULL || !read_mark(in, '"'))
    read_wrong(in);
  while (*in->at != '"') {
    if (*in->at == '\0' || text == NULL)
      read_wrong(in);
    char c = *in->at++;
    if (c == '\\') {
      c = *in->at++;
      c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
    }
    text[size++] = c;
  }
  in->at++;
  ecs_value *value = ecs_value_string(in->arena, text, size);
  free(text);
  return value;
}

static inline ecs_value *read_value(read_text *in);

static inline ecs_value *read_table(read_text *in, char end) {
  bool list = end == ']';
  ecs_value *table = list ? ecs_value_list(in->arena) : ecs_value_map(in->arena);
  while (!read_mark(in, end)) {
    ecs_value *key = list ? NULL : read_string(in);
    if (!list && !read_mark(in, ':'))
      read_wrong(in);
    ecs_value *value = read_value(in);
    if (list)
      ecs_value_push(in->arena, table, value);
    else if (key != NULL)
      ecs_value_setn(in->arena, table, ecs_value_text_or(key, ""), strlen(ecs_value_text_or(key, "")), value);
    if (!read_mark(in, ',') && *in->at != end)
      read_wrong(in);
  }
  return table;
}

static inline ecs_value *read_value(read_text *in) {
  read_blanks(in);
  if (*in->at == '"')
    return read_string(in);
  if (read_mark(in, '['))
    return read_table(in, ']');
  if (read_mark(in, '{'))
    return read_table(in, '}');
  static const char *const words[] = {"null", "true", "false"};
  for (size_t i = 0; i < 3; i++) {
    if (strncmp(in->at, words[i], strlen(words[i])) == 0) {
      in->at += strlen(words[i]);
      return i == 0 ? ecs_value_null(in->arena) : ecs_value_bool(in->arena, i == 1);
    }
  }
  char *end;
  double number = strtod(in->at, &end);
  if (end == in->at)
    read_wrong(in);
  in->at = end;
  return ecs_value_number(in->arena, number);
}

static inline ecs_value *read_json(ecs_arena *arena, const char *text) {
  read_text in = {.arena = arena, .at = text};
  return read_value(&in);
}

#endif

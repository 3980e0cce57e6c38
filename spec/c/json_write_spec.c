/* JSON text: the same bytes for the same value, and valid whatever the bytes inside. */
#include "base/json_write.h"

#include <math.h>

#include "harness.h"
#include "read.h"

static ecs_arena *arena;

static bool writes(const ecs_value *value, int indent, const char *wanted) {
  size_t size = 0;
  const char *text = ecs_json_write(arena, value, indent, &size);
  return text != NULL && text[size] == 0 && CHECK_BYTES(text, size, wanted);
}

static void writes_plain_values(void) {
  writes(NULL, 0, "null");
  writes(ecs_value_null(arena), 0, "null");
  writes(ecs_value_bool(arena, true), 0, "true");
  writes(ecs_value_bool(arena, false), 0, "false");
  writes(ecs_value_list(arena), 0, "[]");
  writes(ecs_value_map(arena), 0, "{}");
  writes(ecs_value_text(arena, ""), 0, "\"\"");
}

static void writes_every_integer_exactly(void) {
  writes(ecs_value_int(arena, INT64_MIN), 0, "-9223372036854775808");
  writes(ecs_value_int(arena, INT64_MAX), 0, "9223372036854775807");
  writes(ecs_value_int(arena, ECS_VALUE_EXACT + 1), 0, "9007199254740993");
  writes(ecs_value_number(arena, -0.0), 0, "0");
}

static void writes_doubles_as_short_as_they_read_back(void) {
  writes(ecs_value_number(arena, 0.1), 0, "0.1");
  writes(ecs_value_number(arena, 1.0 / 3), 0, "0.3333333333333333");
  writes(ecs_value_number(arena, -2.5e-300), 0, "-2.5e-300");
  writes(ecs_value_number(arena, HUGE_VAL), 0, "null");
  writes(ecs_value_number(arena, -HUGE_VAL), 0, "null");
  writes(ecs_value_number(arena, nan("")), 0, "null");
}

static void escapes_what_json_wants_escaped(void) {
  writes(ecs_value_text(arena, "\"\\\b\f\n\r\t/"), 0, "\"\\\"\\\\\\b\\f\\n\\r\\t/\"");
  writes(ecs_value_string(arena, "\0\x01\x1f\x7f", 4), 0, "\"\\u0000\\u0001\\u001f\\u007f\"");
  writes(ecs_value_text(arena, "\xC3\xBC \xE2\x82\xAC \xF0\x9F\x8E\x89"), 0,
         "\"\xC3\xBC \xE2\x82\xAC \xF0\x9F\x8E\x89\"");
}

static void replaces_what_is_not_utf8(void) {
#define U "\xEF\xBF\xBD"
  writes(ecs_value_text(arena, "a\xFFz"), 0, "\"a" U "z\"");
  writes(ecs_value_text(arena, "\xC3"), 0, "\"" U "\"");
  writes(ecs_value_text(arena, "\xE2\x82"), 0, "\"" U U "\"");
  writes(ecs_value_text(arena, "\xC0\xAF"), 0, "\"" U U "\"");                  /* overlong */
  writes(ecs_value_text(arena, "\xED\xA0\x80"), 0, "\"" U U U "\"");            /* a surrogate */
  writes(ecs_value_text(arena, "\xF4\x90\x80\x80"), 0, "\"" U U U U "\"");      /* beyond U+10FFFF */
  writes(ecs_value_text(arena, "\xF4\x8F\xBF\xBF"), 0, "\"\xF4\x8F\xBF\xBF\""); /* the last one */
}

static void keeps_names_apart_that_are_not_utf8(void) {
  ecs_value *map = ecs_value_map(arena);
  ecs_value_set(arena, map, "\xAF", ecs_value_int(arena, 1));
  ecs_value_set(arena, map, "\x9D", ecs_value_int(arena, 2));
  ecs_value_set(arena, map, "a\xFF", ecs_value_text(arena, "\xFF"));
  writes(map, 0, "{\"a" U "FF\":\"" U "\",\"" U "9D\":2,\"" U "AF\":1}");
}

static void sorts_keys_and_indents(void) {
  const ecs_value *value = read_json(arena, "{\"b\":[1,{\"x\":null}],\"a\":{},\"c\":[]}");
  writes(value, 0, "{\"a\":{},\"b\":[1,{\"x\":null}],\"c\":[]}");
  writes(value, 2, "{\n  \"a\": {},\n  \"b\": [\n    1,\n    {\n      \"x\": null\n    }\n  ],\n  \"c\": []\n}");
}

static void reads_back_as_the_same_value(void) {
  ecs_value *list = ecs_value_list(arena);
  for (int i = 0; i < 5000; i++)
    ecs_value_push(arena, list, read_json(arena, "{\"name\":\"web\",\"count\":3,\"share\":0.25,\"on\":true}"));
  const char *text = ecs_json_write(arena, list, 3, NULL);
  CHECK(ecs_value_equal(list, read_json(arena, text)));
}

static void survives_any_depth(void) {
  ecs_value *value = ecs_value_list(arena);
  for (int i = 0; i < 100000; i++) {
    ecs_value *outer = ecs_value_list(arena);
    ecs_value_push(arena, outer, value);
    value = outer;
  }
  CHECK(ecs_json_write(arena, value, 0, NULL) != NULL);
}

int main(void) {
  arena = ecs_arena_new(NULL);
  writes_plain_values();
  writes_every_integer_exactly();
  writes_doubles_as_short_as_they_read_back();
  escapes_what_json_wants_escaped();
  replaces_what_is_not_utf8();
  keeps_names_apart_that_are_not_utf8();
  sorts_keys_and_indents();
  reads_back_as_the_same_value();
  survives_any_depth();
  ecs_arena_free(arena);
  return harness_end();
}

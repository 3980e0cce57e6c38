/* JSON text to values: what RFC 8259 calls JSON and nothing else, each refusal with its place. */
#include "base/json_read.h"

#include <locale.h>

#include "base/json_write.h"
#include "harness.h"

static ecs_arena *arena;

static ecs_status read_sized(const char *text, size_t size, ecs_value **value, const char **problem) {
  ecs_arena_reset(arena);
  /* A copy of exactly its size: a sanitizer sees whoever reads beyond it. */
  char *exact = malloc(size == 0 ? 1 : size);
  if (exact == NULL)
    exit(EXIT_FAILURE);
  memcpy(exact, text, size);
  ecs_status status = ecs_json_read(arena, exact, size, value, problem);
  free(exact);
  return status;
}

/* What is read is written again as `wanted`. */
static void reads(const char *text, const char *wanted) {
  ecs_value *value;
  const char *problem;
  if (!CHECK(read_sized(text, strlen(text), &value, &problem) == ECS_OK))
    printf("  %s: %s\n", text, problem);
  CHECK(problem == NULL);
  CHECK_TEXT(ecs_json_write(arena, value, 0, NULL), wanted);
}

static void refuses(const char *text, const char *wanted) {
  ecs_value *value;
  const char *problem;
  CHECK(read_sized(text, strlen(text), &value, &problem) == ECS_INVALID);
  CHECK(ecs_value_is_null(value));
  if (!CHECK_TEXT(problem, wanted))
    printf("  of: %s\n", text);
}

static void reads_every_kind_of_value(void) {
  reads("null", "null");
  reads(" true\r\n", "true");
  reads("\tfalse ", "false");
  reads("\"\"", "\"\"");
  reads("[]", "[]");
  reads("{}", "{}");
  reads("[ ]", "[]");
  reads("{ \n }", "{}");
  reads("[1,[2,[]],{\"a\":{}},null,\"x\"]", "[1,[2,[]],{\"a\":{}},null,\"x\"]");
  reads(" { \"b\" : [ 1 , 2 ] , \"a\" : null } ", "{\"a\":null,\"b\":[1,2]}");
}

static void reads_numbers_exactly(void) {
  reads("[0,-0,7,-7,10]", "[0,0,7,-7,10]");
  reads("999999999999999", "999999999999999");
  reads("9007199254740991", "9007199254740991");
  reads("-9007199254740991", "-9007199254740991");
  reads("[1.5,-0.25,0.1,1730000000.123]", "[1.5,-0.25,0.1,1730000000.123]");
  reads("[1.0,1e2,1E+2,25e-1,100e-2]", "[1,100,100,2.5,1]");
  reads("[0.30000000000000004,1.7976931348623157e308,5e-324,1e-400]",
        "[0.30000000000000004,1.7976931348623157e+308,4.94065645841247e-324,0]");
  reads("123456789012345678901234567890", "1.2345678901234568e+29");
  reads("0.00000000000000000000000000012", "1.2e-28");
  ecs_value *value;
  const char *problem;
  CHECK(read_sized("1730000000", 10, &value, &problem) == ECS_OK && value->type == ECS_INT);
  CHECK(read_sized("12e1", 4, &value, &problem) == ECS_OK && value->type == ECS_INT && value->as.integer == 120);
  CHECK(read_sized("9007199254740993", 16, &value, &problem) == ECS_OK && value->type == ECS_DOUBLE);
  CHECK(read_sized("1.7976931348623157e308", 22, &value, &problem) == ECS_OK &&
        value->as.number == 1.7976931348623157e308);
}

static void reads_numbers_in_a_locale_with_a_comma(void) {
  if (setlocale(LC_NUMERIC, "de_DE.UTF-8") == NULL && setlocale(LC_NUMERIC, "fr_FR.UTF-8") == NULL)
    return;
  ecs_value *value;
  const char *problem;
  CHECK(read_sized("0.30000000000000004", 19, &value, &problem) == ECS_OK && value->as.number == 0.30000000000000004);
  setlocale(LC_NUMERIC, "C");
}

static void reads_strings(void) {
  reads("\"a\\\"\\\\\\/\\b\\f\\n\\r\\tz\"", "\"a\\\"\\\\/\\b\\f\\n\\r\\tz\"");
  reads("\"\\u0041\\u00e9\\u20AC\\uD83C\\uDF89\"", "\"A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x8E\x89\"");
  reads("\"\xC3\xA9\xF0\x9F\x8E\x89\"", "\"\xC3\xA9\xF0\x9F\x8E\x89\"");
  reads("\"\\u0000\"", "\"\\u0000\"");
#define U "\xEF\xBF\xBD"
  reads("\"\\ud83c\"", "\"" U "\"");
  reads("\"\\udf89\\ud83c\"", "\"" U U "\"");
  reads("\"\\ud83cx\\ud83c\\u0041\"", "\"" U "x" U "A\"");
  reads("\"\\ud83c\\n\"", "\"" U "\\n\"");
  reads("{\"\\u0061\":1,\"a\\u0000b\":2}", "{\"a\":1,\"a\\u0000b\":2}");
}

static void skips_a_byte_order_mark_at_the_beginning(void) {
  reads("\xEF\xBB\xBF{\"a\":1}", "{\"a\":1}");
  reads("\xEF\xBB\xBF \n7", "7");
  refuses("\xEF\xBB\xBF", "line 1, column 2: the text ends where a value is missing");
  refuses("\xEF\xBB\xBF\xEF\xBB\xBF"
          "7",
          "line 1, column 2: a value is missing or not one of JSON");
  refuses("7\xEF\xBB\xBF", "line 1, column 2: something follows the value");
}

static void takes_the_last_of_members_with_one_name(void) {
  reads("{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}");
  reads("{\"b\":1,\"b\":2,\"a\":3,\"b\":4}", "{\"a\":3,\"b\":4}");
}

/* More members than are sorted by insertion; names in falling order, each twice. */
static void sorts_large_maps(void) {
  enum { MANY = 500 };
  char *text = malloc(MANY * 40), *at = text;
  if (text == NULL)
    exit(EXIT_FAILURE);
  for (int i = 0; i < 2 * MANY; i++)
    at += sprintf(at, "%c\"n%03d\":%d", i == 0 ? '{' : ',', MANY - 1 - i % MANY, i);
  sprintf(at, "}");
  ecs_value *value;
  const char *problem;
  CHECK(read_sized(text, strlen(text), &value, &problem) == ECS_OK);
  CHECK(ecs_value_count(value) == MANY);
  CHECK(ecs_value_int_or(ecs_value_get(value, "n499"), -1) == MANY);
  CHECK(ecs_value_int_or(ecs_value_get(value, "n000"), -1) == 2 * MANY - 1);
  bool sorted = true;
  for (size_t i = 1; i < ecs_value_count(value); i++)
    sorted = sorted && strcmp(value->as.map.entries[i - 1].key, value->as.map.entries[i].key) < 0;
  CHECK(sorted);
  free(text);
}

static void refuses_what_is_not_json(void) {
  refuses("", "line 1, column 1: the text ends where a value is missing");
  refuses(" \n ", "line 2, column 2: the text ends where a value is missing");
  refuses("x", "line 1, column 1: a value is missing or not one of JSON");
  refuses("nul", "line 1, column 1: a value is missing or not one of JSON");
  refuses("True", "line 1, column 1: a value is missing or not one of JSON");
  refuses("NaN", "line 1, column 1: a value is missing or not one of JSON");
  refuses("1 2", "line 1, column 3: something follows the value");
  refuses("truely", "line 1, column 5: something follows the value");
  refuses("[1,]", "line 1, column 4: a value is missing or not one of JSON");
  refuses("[1", "line 1, column 3: a comma or ] is missing");
  refuses("[1 2]", "line 1, column 4: a comma or ] is missing");
  refuses("[1}", "line 1, column 3: a comma or ] is missing");
  refuses("[", "line 1, column 2: the text ends where a value is missing");
  refuses("{", "line 1, column 2: a name in quotes is missing");
  refuses("{a:1}", "line 1, column 2: a name in quotes is missing");
  refuses("{\"a\":1,}", "line 1, column 8: a name in quotes is missing");
  refuses("{\"a\" 1}", "line 1, column 6: a colon is missing after a name");
  refuses("{\"a\":}", "line 1, column 6: a value is missing or not one of JSON");
  refuses("{\"a\":1]", "line 1, column 7: a comma or } is missing");
  refuses("{\n  \"\xC3\xA4\": 1\n  \"b\": 2\n}", "line 3, column 3: a comma or } is missing");
  refuses("{\"\xC3\xA4\" 1}", "line 1, column 6: a colon is missing after a name");
}

static void refuses_numbers_that_are_none(void) {
  refuses("01", "line 1, column 1: a number does not begin with 0");
  refuses("-", "line 1, column 2: a value is missing or not one of JSON");
  refuses("+1", "line 1, column 1: a value is missing or not one of JSON");
  refuses(".5", "line 1, column 1: a value is missing or not one of JSON");
  refuses("1.", "line 1, column 3: digits follow the point of a number");
  refuses("1e", "line 1, column 3: digits follow the e of a number");
  refuses("1e+", "line 1, column 4: digits follow the e of a number");
  refuses("0x10", "line 1, column 2: something follows the value");
  refuses("1e999", "line 1, column 6: a number is too large");
}

static void refuses_strings_that_are_none(void) {
  refuses("\"abc", "line 1, column 5: the text ends within a string");
  refuses("\"abc\\", "line 1, column 6: there is no such escape");
  refuses("\"\\x\"", "line 1, column 3: there is no such escape");
  refuses("\"\\u12g4\"", "line 1, column 4: \\u wants four hexadecimal digits");
  refuses("\"\\u12", "line 1, column 4: \\u wants four hexadecimal digits");
  refuses("\"a\nb\"", "line 1, column 3: a control character must be escaped");
  refuses("{\"a\\", "line 1, column 5: there is no such escape");
  ecs_value *value;
  const char *problem;
  CHECK(read_sized("\"a\0b\"", 5, &value, &problem) == ECS_INVALID);
  CHECK(read_sized("1\0", 2, &value, &problem) == ECS_INVALID);
}

static void refuses_what_is_nested_too_deeply(void) {
  char text[2 * (ECS_VALUE_MAX_DEPTH + 1) + 1];
  ecs_value *value;
  const char *problem;
  for (size_t depth = ECS_VALUE_MAX_DEPTH; depth <= ECS_VALUE_MAX_DEPTH + 1; depth++) {
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    ecs_status status = read_sized(text, 2 * depth, &value, &problem);
    CHECK(status == (depth > ECS_VALUE_MAX_DEPTH ? ECS_LIMIT : ECS_OK));
  }
  CHECK_TEXT(problem, "line 1, column 65: it is nested too deeply");
}

/* Every beginning of a text, and the text with one byte changed, is read or refused, and nothing else happens. */
static void survives_every_damage(void) {
  static const char text[] =
      " {\"a\":[1.5e3,-2,true,null,{\"\\u00e9\\ud83c\\udf89\":\"x\\n\"}],\"b\":{},\"a\":\"\xC3\xA9\"} ";
  static const char bytes[] = "\"\\{}[]:,x0eu \n";
  ecs_value *value;
  const char *problem;
  char copy[sizeof text];
  bool told = true;
  for (size_t size = 0; size < sizeof text - 1; size++) {
    ecs_status status = read_sized(text, size, &value, &problem);
    told = told && (status == ECS_OK) == (problem == NULL);
  }
  for (size_t at = 0; at < sizeof text - 1; at++) {
    for (size_t i = 0; i < sizeof bytes; i++) {
      memcpy(copy, text, sizeof text);
      copy[at] = bytes[i];
      ecs_status status = read_sized(copy, sizeof text - 1, &value, &problem);
      told = told && (status == ECS_OK) == (problem == NULL);
    }
  }
  CHECK(told);
}

/* An answer of many small values takes many times its size. */
static void refuses_more_values_than_a_tree_may_have(void) {
  enum { ITEM = 3 };
  size_t count = ECS_VALUE_MAX_NODES, size = count * ITEM + 1;
  char *text = malloc(size);
  ecs_value *value;
  const char *problem = NULL;
  if (!CHECK(text != NULL))
    return;
  text[0] = '[';
  for (size_t i = 0; i < count; i++)
    memcpy(text + 1 + i * ITEM, "[],", ITEM);
  text[size - 1] = ']';
  CHECK(read_sized(text, size, &value, &problem) == ECS_LIMIT);
  CHECK(problem != NULL && strstr(problem, "there are too many values") != NULL);
  CHECK(ecs_value_is_null(value));
  text[(count - 1) * ITEM] = ']'; /* the list itself is one of them */
  CHECK(read_sized(text, (count - 1) * ITEM + 1, &value, &problem) == ECS_OK);
  CHECK(ecs_value_count(value) == count - 1);
  free(text);
}

int main(void) {
  arena = ecs_arena_new(NULL);
  reads_every_kind_of_value();
  reads_numbers_exactly();
  reads_numbers_in_a_locale_with_a_comma();
  reads_strings();
  skips_a_byte_order_mark_at_the_beginning();
  takes_the_last_of_members_with_one_name();
  sorts_large_maps();
  refuses_what_is_not_json();
  refuses_numbers_that_are_none();
  refuses_strings_that_are_none();
  refuses_what_is_nested_too_deeply();
  survives_every_damage();
  refuses_more_values_than_a_tree_may_have();
  ecs_arena_free(arena);
  return harness_end();
}

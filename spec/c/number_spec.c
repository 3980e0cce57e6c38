/* Numbers as text: all their digits, the shortest form that reads back, and a point whatever the locale. */
#include "base/number.h"

#include <locale.h>
#include <math.h>

#include "base/json_read.h"
#include "base/json_write.h"
#include "harness.h"

static void writes(double number, const char *wanted) {
  char text[ECS_NUMBER_ROOM];
  CHECK_BYTES(text, ecs_number_write(number, text), wanted);
  CHECK(strlen(text) == strlen(wanted));
}

static void writes_whole_numbers_with_all_their_digits(void) {
  writes(0, "0");
  writes(-0.0, "-0");
  writes(1e15, "1000000000000000");
  writes(1764359999123456, "1764359999123456");
  writes(-9007199254740992, "-9007199254740992");
  writes(9007199254740994, "9007199254740994");
  writes(1e22, "1e+22");
}

static void writes_others_as_short_as_they_read_back(void) {
  writes(0.1, "0.1");
  writes(1.5, "1.5");
  writes(1764359999.123456, "1764359999.123456");
  writes(1.0 / 3, "0.3333333333333333");
  writes(0.1 + 0.2, "0.30000000000000004");
  writes(-1.7976931348623157e308, "-1.7976931348623157e+308");
  writes(5e-324, "4.94065645841247e-324");
  writes(HUGE_VAL, "inf");
}

static bool reads(const char *text, double wanted) { return CHECK(ecs_number_read(text, -77) == wanted); }

static void reads_decimal_numbers_and_nothing_else(void) {
  static const char *const others[] = {"",   "-",  "+",    ".",   "-.",  "e5",  "1e",   "1e+", "1.5x",
                                       " 1", "1 ", "0x10", "inf", "nan", "1,5", "1..5", "--1"};
  reads("0", 0);
  reads("0.5", 0.5);
  reads("-12.25e1", -122.5);
  reads("+007", 7);
  reads("5.", 5);
  reads(".5E-1", 0.05);
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    reads(others[i], -77);
  char longest[1024];
  memset(longest, '1', sizeof longest);
  longest[sizeof longest - 1] = '\0';
  reads(longest, -77);
}

/* Through JSON and back. */
static void survives(double number, const char *wanted) {
  ecs_arena *arena = ecs_arena_new(NULL);
  const char *text = ecs_json_write(arena, ecs_value_number(arena, number), 0, NULL), *problem;
  ecs_value *value;
  CHECK_TEXT(text, wanted);
  CHECK(ecs_json_read(arena, text, strlen(text), &value, &problem) == ECS_OK);
  CHECK(ecs_value_number_or(value, 0) == number);
  ecs_arena_free(arena);
}

/* A comma in German; in Pashto a sign of two bytes. */
static void writes_and_reads_alike_in(const char *locale, const char *point) {
  char command[256];
  snprintf(command, sizeof command, "localedef --no-archive -i %s -f UTF-8 build/test/locales/%s.UTF-8 >/dev/null 2>&1",
           locale, locale);
  (void)!system("mkdir -p build/test/locales");
  (void)!system(command);
  setenv("LOCPATH", "build/test/locales", 1);
  snprintf(command, sizeof command, "%s.UTF-8", locale);
  if (setlocale(LC_NUMERIC, command) == NULL) {
    printf("localedef makes no %s here: not looked at\n", command);
    return;
  }
  CHECK_TEXT(localeconv()->decimal_point, point);
  writes(1.5, "1.5");
  writes(-2.5e-300, "-2.5e-300");
  writes(1764359999.123456, "1764359999.123456");
  reads("0.25", 0.25);
  reads("1,5", -77);
  survives(0.1, "0.1");
  survives(1.7976931348623157e308, "1.7976931348623157e+308");
  survives(-0.30000000000000004, "-0.30000000000000004");
  setlocale(LC_NUMERIC, "C");
}

int main(void) {
  writes_whole_numbers_with_all_their_digits();
  writes_others_as_short_as_they_read_back();
  reads_decimal_numbers_and_nothing_else();
  writes_and_reads_alike_in("de_DE", ",");
  writes_and_reads_alike_in("ps_AF", "\xD9\xAB");
  return harness_end();
}

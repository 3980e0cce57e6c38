#include "task_definition/size.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "task_definition/rules.h"

/* The sizes of Fargate, from the documentation of RegisterTaskDefinition. */
static const struct size {
  int64_t units, least, most, step;
} sizes[] = {{256, 512, 2048, 0},         {512, 1024, 4096, 1024},   {1024, 2048, 8192, 1024},
             {2048, 4096, 16384, 1024},   {4096, 8192, 30720, 1024}, {8192, 16384, 61440, 4096},
             {16384, 32768, 122880, 8192}};

static const struct size *size_of(int64_t units) {
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    if (sizes[i].units == units)
      return &sizes[i];
  }
  return NULL;
}

bool ecs_definition_is_fargate_cpu(int64_t units) { return size_of(units) != NULL; }

bool ecs_definition_is_fargate_size(int64_t units, int64_t mebibytes) {
  const struct size *size = size_of(units);
  if (size == NULL || mebibytes < size->least || mebibytes > size->most)
    return false;
  if (size->step == 0)
    return mebibytes == 512 || mebibytes == 1024 || mebibytes == 2048;
  return (mebibytes - size->least) % size->step == 0;
}

const char *ecs_definition_fargate_memory(ecs_arena *arena, int64_t units) {
  const struct size *size = size_of(units);
  if (size == NULL)
    return NULL;
  if (size->step == 0)
    return "512, 1024 or 2048";
  return ecs_arena_format(arena, "%lld to %lld in steps of %lld", (long long)size->least, (long long)size->most,
                          (long long)size->step);
}

ecs_value *ecs_definition_number_text(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                      const ecs_context *context) {
  (void)row;
  (void)context;
  char text[ECS_NUMBER_ROOM];
  if (ecs_value_is(value, ECS_INT))
    return ecs_value_format(arena, "%lld", (long long)value->as.integer);
  if (!ecs_value_is(value, ECS_DOUBLE))
    return (ecs_value *)value;
  size_t size = ecs_number_write(value->as.number, text);
  return ecs_value_string(arena, text, size);
}

static bool is_word(const char *text, const char *word) {
  size_t size = strlen(word);
  while (*text == ' ')
    text++;
  for (size_t i = 0; i < size; i++) {
    if ((text[i] | 0x20) != word[i])
      return false;
  }
  return text[size] == '\0';
}

/* The number at the beginning of a text with digits and one point; *rest is behind it. Below 0: none. */
static double leading(const char *text, const char **rest) {
  char digits[24] = "0";
  size_t size = 1, count = strspn(text, "0123456789.");
  *rest = text + count;
  if (count == 0 || count + size >= sizeof digits)
    return -1;
  memcpy(digits + size, text, count);
  size += count;
  if (digits[size - 1] == '.') /* "1." */
    size--;
  digits[size] = '\0';
  return ecs_number_read(digits, -1);
}

/* The amount of a number, or of a text with or without one of the units. */
static int64_t amount_of(const ecs_value *value, const char *unit, double times, const char *small) {
  const char *rest;
  if (ecs_value_is(value, ECS_INT))
    return value->as.integer;
  if (!ecs_value_is(value, ECS_STRING) || strlen(value->as.string.bytes) != value->as.string.size)
    return -1;
  double number = leading(value->as.string.bytes, &rest);
  if (number < 0)
    return -1;
  if (is_word(rest, unit))
    number *= times;
  else if (*rest != '\0' && (small == NULL || !is_word(rest, small)))
    return -1;
  return number <= INT32_MAX && number == floor(number) ? (int64_t)number : -1;
}

int64_t ecs_definition_units(const ecs_value *value) { return amount_of(value, "vcpu", 1024, NULL); }

int64_t ecs_definition_mebibytes(const ecs_value *value) { return amount_of(value, "gb", 1024, "mb"); }

/* The check of sizes says what is wrong with a number that is no amount: it is not that it should be a text. */
static ecs_value *as_text(ecs_arena *arena, const ecs_value *value, int64_t amount) {
  return amount < 0 ? ecs_definition_number_text(arena, NULL, value, NULL)
                    : ecs_value_format(arena, "%lld", (long long)amount);
}

ecs_value *ecs_definition_cpu(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                              const ecs_context *context) {
  (void)row;
  (void)context;
  return as_text(arena, value, ecs_definition_units(value));
}

ecs_value *ecs_definition_memory(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                 const ecs_context *context) {
  (void)row;
  (void)context;
  return as_text(arena, value, ecs_definition_mebibytes(value));
}

#include "base/number.h"

#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/value.h"

static bool stands_in_numbers(char c) { return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == 'e'; }

/* The locale's decimal point, which may have several bytes, becomes a point. */
static size_t set_point(char *text) {
  char *to = text;
  for (const char *at = text; *at != '\0'; at++) {
    if (stands_in_numbers(*at))
      *to++ = *at;
    else if (to == text || to[-1] != '.')
      *to++ = '.';
  }
  *to = '\0';
  return (size_t)(to - text);
}

size_t ecs_number_write(double number, char out[ECS_NUMBER_ROOM]) {
  if (!isfinite(number))
    return (size_t)snprintf(out, ECS_NUMBER_ROOM, "%g", number);
  if (fabs(number) <= (double)ECS_VALUE_EXACT && number == floor(number))
    return (size_t)snprintf(out, ECS_NUMBER_ROOM, "%.0f", number);
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(out, ECS_NUMBER_ROOM, "%.*g", digits, number);
    if (strtod(out, NULL) == number)
      break;
  }
  return set_point(out);
}

static const char *skip_digits(const char *at) {
  while (*at >= '0' && *at <= '9')
    at++;
  return at;
}

/* Whether the text is a decimal number; *point is where its point stands, or NULL. */
static bool is_decimal(const char *text, const char **point) {
  const char *at = text + (*text == '-' || *text == '+'), *end = skip_digits(at);
  size_t digits = (size_t)(end - at);
  *point = *end == '.' ? end : NULL;
  if (*point != NULL) {
    at = end + 1;
    end = skip_digits(at);
    digits += (size_t)(end - at);
  }
  if (digits > 0 && (*end == 'e' || *end == 'E')) {
    at = end + 1 + (end[1] == '-' || end[1] == '+');
    end = skip_digits(at);
    digits = (size_t)(end - at);
  }
  return digits > 0 && *end == '\0';
}

double ecs_number_read(const char *text, double otherwise) {
  enum { LONGEST = 400 }; /* no number that means anything is longer */
  char copy[LONGEST + 16];
  const char *point, *local = localeconv()->decimal_point;
  size_t size = strlen(text);
  if (size > LONGEST || strlen(local) > 8 || !is_decimal(text, &point))
    return otherwise;
  if (point == NULL)
    return strtod(text, NULL);
  snprintf(copy, sizeof copy, "%.*s%s%s", (int)(point - text), text, local, point + 1);
  return strtod(copy, NULL);
}

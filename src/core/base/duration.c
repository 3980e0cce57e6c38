#include "base/duration.h"

#include <math.h>

#define CENTURY 3155760000.0

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* The number at text[*at], which is moved behind it; negative when there is none. */
static double number_at(const char *text, size_t size, size_t *at) {
  double number = 0, scale = 1;
  size_t digits = 0;
  for (; *at < size && is_digit(text[*at]); ++*at, digits++)
    number = number * 10 + (text[*at] - '0');
  if (*at < size && text[*at] == '.') {
    for (++*at; *at < size && is_digit(text[*at]); ++*at, digits++)
      number += (text[*at] - '0') * (scale /= 10);
  }
  return digits == 0 ? -1 : number;
}

/* The seconds of the unit at text[*at], which is moved behind it; 0 when there is none. */
static double unit_at(const char *text, size_t size, size_t *at) {
  if (*at >= size)
    return 0;
  switch (text[(*at)++]) {
    case 'h': return 3600;
    case 's': return 1;
    case 'm':
      if (*at < size && text[*at] == 's') {
        ++*at;
        return 0.001;
      }
      return 60;
    default: return 0;
  }
}

bool ecs_duration_read(const char *text, size_t size, double *seconds) {
  double total = 0;
  if (size == 0 || size > 64)
    return false;
  for (size_t at = 0; at < size;) {
    double number = number_at(text, size, &at), unit = number < 0 ? 0 : unit_at(text, size, &at);
    if (unit <= 0)
      return false;
    total += number * unit;
  }
  *seconds = total;
  return total <= CENTURY;
}

bool ecs_duration_parse(const char *text, size_t size, int64_t *seconds) {
  double exact;
  if (!ecs_duration_read(text, size, &exact))
    return false;
  *seconds = (int64_t)ceil(exact - 1e-9);
  return true;
}

#include "base/time.h"

#include <stdio.h>
#include <string.h>

int64_t ecs_time_days(int64_t year, int64_t month, int64_t day) {
  year -= month <= 2;
  int64_t era = year / 400, of_era = year - era * 400;
  int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

enum { DAY = 86400 };

/* What ecs_time_days was given. */
static void date_of(int64_t days, int64_t *year, int64_t *month, int64_t *day) {
  days += 719468;
  int64_t era = days / 146097, of_era = days - era * 146097;
  int64_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int64_t of_year = of_era - (365 * years + years / 4 - years / 100);
  int64_t shifted = (5 * of_year + 2) / 153;
  *day = of_year - (153 * shifted + 2) / 5 + 1;
  *month = shifted + (shifted < 10 ? 3 : -9);
  *year = years + era * 400 + (*month <= 2);
}

static void put(char *out, int digits, int64_t number) {
  for (int i = digits - 1; i >= 0; i--) {
    out[i] = (char)('0' + number % 10);
    number /= 10;
  }
}

void ecs_sigv4_format_time(int64_t time, char out[16]) {
  int64_t year, month, day, second = time % DAY;
  date_of(time / DAY, &year, &month, &day);
  put(out, 4, year);
  put(out + 4, 2, month);
  put(out + 6, 2, day);
  out[8] = 'T';
  put(out + 9, 2, second / 3600);
  put(out + 11, 2, second / 60 % 60);
  put(out + 13, 2, second % 60);
  out[15] = 'Z';
}

/* Reads `digits` digits at *at and then the character `behind`, unless that is 0. */
static bool get(const char **at, const char *end, int digits, char behind, int64_t *number) {
  *number = 0;
  for (; digits > 0; digits--, (*at)++) {
    if (*at == end || **at < '0' || **at > '9')
      return false;
    *number = *number * 10 + (**at - '0');
  }
  if (behind != 0 && (*at == end || *(*at)++ != behind))
    return false;
  return true;
}

bool ecs_sigv4_parse_time(const char *text, size_t size, int64_t *time) {
  int64_t year, month, day, hour, minute, second, y, m, d;
  const char *at = text, *end = text + size;
  bool extended = size > 4 && text[4] == '-';
  char dash = extended ? '-' : 0, colon = extended ? ':' : 0;
  if (!get(&at, end, 4, dash, &year) || !get(&at, end, 2, dash, &month) || !get(&at, end, 2, 'T', &day) ||
      !get(&at, end, 2, colon, &hour) || !get(&at, end, 2, colon, &minute) || !get(&at, end, 2, 0, &second))
    return false;
  if (extended && at < end && *at == '.') {
    const char *fraction = ++at;
    while (at < end && *at >= '0' && *at <= '9')
      at++;
    if (at == fraction)
      return false;
  }
  if (end - at != 1 || *at != 'Z' || year < 1970 || month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59)
    return false;
  int64_t days = ecs_time_days(year, month, day);
  date_of(days, &y, &m, &d); /* a day that the month does not have comes back as another */
  *time = days * DAY + hour * 3600 + minute * 60 + second;
  return y == year && m == month && d == day;
}

bool ecs_time_read_http(const char *text, double *seconds) {
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  int day, year, hour, minute, second, read = 0;
  char name[4];
  if (sscanf(text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n", &day, name, &year, &hour, &minute, &second,
             &read) != 6 ||
      read == 0 || text[read] != '\0')
    return false;
  const char *month = strlen(name) == 3 ? strstr(months, name) : NULL;
  if (month == NULL || (month - months) % 3 != 0 || day < 1 || day > 31 || year < 1970 || hour > 23 || minute > 59 ||
      second > 60 || hour < 0 || minute < 0 || second < 0)
    return false;
  *seconds = (double)ecs_time_days(year, (month - months) / 3 + 1, day) * 86400 + hour * 3600 + minute * 60 + second;
  return true;
}

#include "base/date.h"

#include <stdio.h>
#include <string.h>

int64_t ecs_date_days(int64_t year, int64_t month, int64_t day) {
  year -= month <= 2;
  int64_t era = year / 400, of_era = year - era * 400;
  int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

bool ecs_date_read(const char *text, double *seconds) {
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
  *seconds = (double)ecs_date_days(year, (month - months) / 3 + 1, day) * 86400 + hour * 3600 + minute * 60 + second;
  return true;
}

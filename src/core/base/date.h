/* date: the calendar, and times as HTTP writes them. */
#ifndef ECS_DATE_H
#define ECS_DATE_H

#include <stdbool.h>
#include <stdint.h>

/* Seconds since 1970 of "Tue, 24 Nov 2026 20:07:30 GMT" (the one form of HTTP dates that is sent, RFC 9110); false, and
** *seconds is not touched, for anything else. */
bool ecs_date_read(const char *text, double *seconds);

/* Days since 1970-01-01 of a date of the Gregorian calendar, counted in years that begin in March, so that the leap day is
** a year's last. */
int64_t ecs_date_days(int64_t year, int64_t month, int64_t day);

#endif

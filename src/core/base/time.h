/* time: seconds since 1970 and the texts that stand for them, without the C library's time zones. */
#ifndef ECS_BASE_TIME_H
#define ECS_BASE_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Seconds since 1970 of "Tue, 24 Nov 2026 20:07:30 GMT" (the one form of HTTP dates that is sent, RFC 9110); false, and
** *seconds is not touched, for anything else. */
bool ecs_time_read_http(const char *text, double *seconds);

/* Days since 1970-01-01 of a date of the Gregorian calendar, counted in years that begin in March, so that the leap day is
** a year's last. */
int64_t ecs_time_days(int64_t year, int64_t month, int64_t day);

/* Reads 20150830T123600Z or 2015-08-30T12:36:00Z (fractions of a second are cut off). False: it is neither. */
bool ecs_sigv4_parse_time(const char *text, size_t size, int64_t *time);

/* Writes 20150830T123600Z; `time` is between 0 and ECS_SIGV4_LAST_TIME. */
void ecs_sigv4_format_time(int64_t time, char out[16]);

#ifdef __cplusplus
}
#endif

#endif

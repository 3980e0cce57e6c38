/* date: times as HTTP writes them. */
#ifndef ECS_DATE_H
#define ECS_DATE_H

#include <stdbool.h>

/* Seconds since 1970 of "Tue, 24 Nov 2026 20:07:30 GMT" (the one form of HTTP dates that is sent, RFC 9110); false, and
** *seconds is not touched, for anything else. */
bool ecs_date_read(const char *text, double *seconds);

#endif

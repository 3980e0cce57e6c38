/* duration: spans of time as people write them. */
#ifndef ECS_DURATION_H
#define ECS_DURATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "90s", "20m", "1h30m", "1.5h", "500ms" in seconds. False when the text is none of that, or longer than a century. */
bool ecs_duration_read(const char *text, size_t size, double *seconds);

/* The same in whole seconds, rounded up. */
bool ecs_duration_parse(const char *text, size_t size, int64_t *seconds);

#endif

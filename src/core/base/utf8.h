/* utf8: where one character of UTF-8 ends. */
#ifndef ECS_UTF8_H
#define ECS_UTF8_H

#include <stddef.h>

/* The size of the character at `at`, of which `left` bytes (at least one) are there; 0 when there is none: cut off, longer
** than it has to be, half of a surrogate pair, beyond Unicode. */
size_t ecs_utf8_size(const char *at, size_t left);

#endif

/* json_read: JSON text (RFC 8259) to a tree. */
#ifndef ECS_JSON_READ_H
#define ECS_JSON_READ_H

#include "base/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Reads one value, with nothing but white space around it. Of members with one name the last counts. Whole numbers are
** ECS_INT up to 2^53. Half of a surrogate pair becomes U+FFFD; bytes that are no UTF-8 stay as they are. The text is copied
** once, and the strings of the tree lie in that copy.
** ECS_INVALID with *problem ("line 3, column 7: a comma or ] is missing"; lives in `arena`), ECS_LIMIT for what is nested
** deeper than ECS_VALUE_MAX_DEPTH or has more values than ECS_VALUE_MAX_NODES (with *problem as well), ECS_NOMEM. *value is the null value then. */
ecs_status ecs_json_read(ecs_arena *arena, const char *text, size_t size, ecs_value **value, const char **problem);

#ifdef __cplusplus
}
#endif

#endif

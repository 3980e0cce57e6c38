/* json_write: a value as JSON text, the same bytes for the same value. */
#ifndef ECS_JSON_WRITE_H
#define ECS_JSON_WRITE_H

#include "base/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Writes `value` into the arena. `indent` spaces a level (0: one line without blanks). Keys are in
** byte order; empty lists are [] and empty maps {}; bytes that are not UTF-8 become U+FFFD, in names
** with the byte behind it (U+FFFD "AF"), so that two names stay two; letters that could steer a terminal
** are written as escapes; a double that is not finite becomes null.
** Answers the text (NUL-terminated) and its size, or NULL. */
const char *ecs_json_write(ecs_arena *arena, const ecs_value *value, int indent, size_t *size);

#ifdef __cplusplus
}
#endif

#endif

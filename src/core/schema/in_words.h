/* in_words: values and rows in words, for diagnostics and documentation. */
#ifndef ECS_SCHEMA_IN_WORDS_H
#define ECS_SCHEMA_IN_WORDS_H

#include "schema/schema.h"

/* A value as a Lua user would write it, shortened when it is long; NULL for no value. */
const char *ecs_describe_value(ecs_arena *arena, const ecs_value *value);

/* "the text \"3\"" has the type "a string"; a number that is not whole is "a fraction". */
const char *ecs_describe_type(const ecs_value *value);

/* "a whole number", "a list of tables", … */
const char *ecs_describe_kind(ecs_kind kind);

/* What may stand at a row: "0 to 65535", "EC2, FARGATE or EXTERNAL", "a string". */
const char *ecs_describe_row(ecs_arena *arena, const ecs_row *row);

/* "EC2, FARGATE or EXTERNAL" */
const char *ecs_describe_choices(ecs_arena *arena, const char *const *choices);

/* How a value of the wrong type is put right. */
const char *ecs_describe_cure(ecs_arena *arena, const ecs_row *row, const ecs_value *given);

/* The same for a value that is compared from one apply to the next, and is no attribute of AWS: of triggers. */
const char *ecs_describe_trigger_cure(ecs_arena *arena, const ecs_value *given);

/* Whether the bytes are UTF-8 without NUL; counts the characters. */
bool ecs_describe_utf8(const char *bytes, size_t size, size_t *characters);

#endif

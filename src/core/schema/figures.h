/* figures: numbers in steps and JSON documents, as they are declared. */
#ifndef ECS_SCHEMA_FIGURES_H
#define ECS_SCHEMA_FIGURES_H

#include "schema/schema.h"

/* The number nearest to what is given, where that is a number of steps within the row's bounds; else *problem says why not,
** and *hint what to write. `given` is a number. */
ecs_value *ecs_figures_number(ecs_arena *arena, const ecs_row *row, const ecs_value *given, const char **problem,
                              const char **hint);

/* The value that is given, or that the given text is in JSON; else *problem says why not, and *hint what to write. */
ecs_value *ecs_figures_document(ecs_arena *arena, const ecs_value *given, const char **problem, const char **hint);

/* A document without members that are null, which a table of Lua does not have. */
ecs_value *ecs_figures_plain(ecs_arena *arena, const ecs_value *document);

#endif

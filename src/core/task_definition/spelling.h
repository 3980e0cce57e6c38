/* spelling: a task definition as it was written, in the API's words or in the module's, or as somebody's file has it, in
** the one form that the rows check. */
#ifndef ECS_DEFINITION_SPELLING_H
#define ECS_DEFINITION_SPELLING_H

#include "schema/schema.h"

/* *spelled: the table with the names of the rows at every depth, with maps in place of lists of { name, value }, the
** containers' JSON text read, null and empty elements of lists left out, and without what only answers have. Keys of the
** user's own maps stay as they are. What is wrong with that (both spellings of one member, text that is no JSON, a name
** given twice) is appended to `diags`; everything else is left to the rows. Shares nodes with `given`. */
ecs_value *ecs_definition_spell(ecs_arena *arena, const ecs_value *given, ecs_diags *diags);

/* Whether ECS chooses this member of an answer, and a registration cannot have it. */
bool ecs_definition_is_answered(const char *name);

#endif

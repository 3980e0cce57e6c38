/* validate: a declaration as the user wrote it, checked against the rows of its kind. */
#ifndef ECS_VALIDATE_H
#define ECS_VALIDATE_H

#include "schema/resource.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Checks `config` and answers its normal form: only known arguments, every value of its row's kind,
** a single block given for a list wrapped into one, sets without duplicates, durations in seconds,
** null members dropped, fallbacks NOT filled in (absent stays absent: plan and request know them).
** All problems are appended to `diags` (rows' order; unknown names last, sorted).
** The normal form lives in `arena` and shares nodes with `config`.
** ECS_INVALID when errors were added (*normal is then NULL). `context` may have NULL members. */
ecs_status ecs_validate(const ecs_resource *kind, ecs_arena *arena, const ecs_value *config, const ecs_context *context,
                        ecs_value **normal, ecs_diags *diags);

#ifdef __cplusplus
}
#endif

#endif

/* arn_check: whether a text is the ARN that an argument asks for. */
#ifndef ECS_SCHEMA_ARN_CHECK_H
#define ECS_SCHEMA_ARN_CHECK_H

#include "schema/schema.h"

/* Whether `value` is an ARN of `service` ("" any), of a resource that begins with `resource` (NULL: whatever is usual
** for the service), in the context's partition. Appends what is wrong. */
bool ecs_arn_check(const ecs_value *value, const char *service, const char *resource, const ecs_context *context,
                   const char *path, ecs_diags *diags);

#endif

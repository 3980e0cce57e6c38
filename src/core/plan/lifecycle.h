/* lifecycle: what a declaration, of whatever kind, says that a plan may do. */
#ifndef ECS_LIFECYCLE_H
#define ECS_LIFECYCLE_H

#include "schema/schema.h"

typedef struct ecs_lifecycle {
  const ecs_value *ignore;    /* a list of paths, a text, or NULL */
  const ecs_value *leave_out; /* a list of paths, a text, or NULL: what of AWS's is not carried into requests */
  bool prevent_destroy, create_before_destroy;
} ecs_lifecycle;

/* The rows of the block, closed by a row without name: a kind has an argument with them among its own. */
extern const ecs_row ecs_lifecycle_rows[];

/* By a configuration of a kind with these rows; it may be NULL. */
ecs_lifecycle ecs_lifecycle_of(const ecs_row *rows, const ecs_value *config);

#endif

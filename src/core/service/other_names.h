/* other_names: what people write who know ECS by another name: the API's, an older Terraform's, ecspresso's, or plain
** words. A name that stands here is never guessed at. */
#ifndef ECS_SERVICE_OTHER_NAMES_H
#define ECS_SERVICE_OTHER_NAMES_H

#include <stddef.h>

#include "schema/schema.h"

typedef struct ecs_other_name {
  const char *within; /* the block, by its path without indexes: "" for a service, "load_balancer" */
  const char *given;  /* as it is written, with any case, and with or without underscores */
  const char *meant;  /* the path of the argument from the service, or NULL: there is none */
  const char *hint;   /* what to do, or NULL: to write `meant` */
} ecs_other_name;

/* The entry for a name in the block at `within` (indexes in it do not count), or NULL. */
const ecs_other_name *ecs_schema_other_name(const char *within, const char *given, size_t size);

/* `meant` as it is written in the block where the name was found ("elb_name" in a load_balancer), or NULL. */
const char *ecs_schema_other_here(const ecs_other_name *other);

/* The row that is called `name` in a request, or NULL. */
const ecs_row *ecs_schema_by_wire(const ecs_row *rows, const char *name, size_t size);

/* The whole table, closed by an entry without `given`. */
const ecs_other_name *ecs_schema_other_names(void);

#endif

/* arn: Amazon Resource Names, and the names that stand for them. */
#ifndef ECS_ARN_H
#define ECS_ARN_H

#include "base/value.h"

/* Bytes of somebody else's memory. */
typedef struct ecs_text {
  const char *bytes;
  size_t size;
} ecs_text;

typedef struct ecs_arn {
  ecs_text partition, service, region, account, resource;
} ecs_arn;

/* Whether the text claims to be an ARN: whether it begins with "arn:". */
bool ecs_arn_claimed(const ecs_value *value);

/* Takes a string apart; the parts point into it. False when it is not arn:partition:service:region:account:resource
** with a partition and a service of letters, digits and hyphens, a region and an account that may be empty, and a
** resource that may not. */
bool ecs_arn_parse(const ecs_value *value, ecs_arn *arn);

/* What follows `prefix` in the resource ("cluster/" gives the name of a cluster); size 0 when it does not begin so. */
ecs_text ecs_arn_after(const ecs_arn *arn, const char *prefix);

bool ecs_text_is(ecs_text text, const char *other);
bool ecs_text_equal(ecs_text a, ecs_text b);
ecs_text ecs_text_of(const ecs_value *value); /* of a string; else size 0 */

/* family[:revision], or the ARN of a task definition. */
typedef struct ecs_task_definition_name {
  ecs_text family;
  ecs_text revision; /* size 0: not given, which means the newest */
  ecs_text prefix;   /* of an ARN, all before the family; else size 0 */
} ecs_task_definition_name;
bool ecs_arn_task_definition(ecs_text text, ecs_task_definition_name *name);

#endif

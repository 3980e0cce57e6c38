/* other_names: what people write who know an argument by another name: the API's, an older Terraform's, another tool's, or
** plain words. A name that stands in a kind's table of them is never guessed at. */
#ifndef ECS_SCHEMA_OTHER_NAMES_H
#define ECS_SCHEMA_OTHER_NAMES_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ecs_other_name {
  const char *within; /* the block, by its path without indexes: "" for what is declared */
  const char *given;  /* as it is written, with any case, and with or without underscores */
  const char *meant;  /* the path of the argument from the top, or NULL: there is none */
  const char *hint;   /* what to do, or NULL: to write `meant` */
} ecs_other_name;

/* The entry of `names` (closed by one without `given`, or NULL) for a name in the block at `within` (indexes in it do not
** count), or NULL. */
const ecs_other_name *ecs_other_name_find(const ecs_other_name *names, const char *within, const char *given,
                                          size_t size);

/* `meant` as it is written in the block where the name was found ("b" of "a.b", in an a), or NULL. */
const char *ecs_other_name_here(const ecs_other_name *other);

#ifdef __cplusplus
}
#endif

#endif

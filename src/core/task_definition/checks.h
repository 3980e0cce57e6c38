/* checks: what ECS would refuse of a task definition whose members are well formed, said before anything is sent. The rules
** are those of the documentation of RegisterTaskDefinition and of the refusals that ECS is known for. */
#ifndef ECS_DEFINITION_CHECKS_H
#define ECS_DEFINITION_CHECKS_H

#include "schema/schema.h"

/* A definition that is being checked. */
typedef struct ecs_definition_check {
  ecs_arena *arena;
  ecs_diags *diags;
  ecs_path path;
  const ecs_value *definition, *containers, *volumes; /* maybe with members of wrong kinds: nothing is assumed */
  const ecs_value *container_places, *volume_places;  /* from a name to the place of the first that has it, from 0 */
  const char *network_mode;                           /* "bridge" when it is absent */
  bool fargate, ec2;                                  /* requires_compatibilities names it */
} ecs_definition_check;

/* Appends everything that is wrong between the members of `definition`, in the spelling of the rows. */
void ecs_definition_check_all(ecs_arena *arena, const ecs_value *definition, ecs_diags *diags);

/* container_checks.c: those of the containers. */
void ecs_definition_check_containers(ecs_definition_check *c);

/* complain.c: appends an error at the present path followed by `member` ("" none). */
ecs_diag *ecs_definition_complain(ecs_definition_check *c, const char *code, const char *member, const char *hint,
                                  const char *format, ...) __attribute__((format(printf, 5, 6)));

/* complain.c: that an earlier element of the list, which `what` names one of, has the name already. */
void ecs_definition_check_place(ecs_definition_check *c, const ecs_value *places, const ecs_value *name, size_t index,
                                const char *what);

/* Names: letters, digits, hyphens and underscores. */
void ecs_definition_check_name(ecs_definition_check *c, const char *member, const ecs_value *name);

#endif

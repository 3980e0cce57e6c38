#include "kinds.h"

#include <string.h>

#include "scaling/operations.h"
#include "scaling/scaling.h"
#include "schedule/schedule.h"
#include "service/operations.h"
#include "service/service.h"
#include "task/operations.h"
#include "task/task.h"
#include "task_definition/task_definition.h"

/* A new kind is a room of the core, and a row in each of these. */
static const ecs_resource *const kinds[] = {&ecs_service_resource, &ecs_task_definition_resource, &ecs_task_resource,
                                            &ecs_schedule_resource, &ecs_scaling_resource};
const ecs_engine_kind *const ecs_lua_operations[] = {&ecs_service_operations, &ecs_task_operations,
                                                     &ecs_scaling_operations, NULL};

const ecs_resource *ecs_lua_check_kind(lua_State *L, int argument) {
  const char *name = luaL_checkstring(L, argument);
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (strcmp(kinds[i]->name, name) == 0)
      return kinds[i];
  }
  luaL_argerror(L, argument, "no kind of that name");
  return NULL;
}

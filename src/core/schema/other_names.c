#include "schema/other_names.h"

#include <stdbool.h>
#include <string.h>

/* "a[2].b" is the block "a.b". */
static bool is_block(const char *block, const char *path) {
  while (*path != '\0') {
    if (*path == '[') {
      path += strcspn(path, "]");
      path += *path == ']';
    } else if (*block++ != *path++) {
      return false;
    }
  }
  return *block == '\0';
}

static char plain(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

/* deploymentConfiguration, deployment_configuration and DeploymentConfiguration are one name. */
static bool is_name(const char *name, const char *given, size_t size) {
  const char *end = given + size;
  for (;;) {
    while (*name == '_')
      name++;
    while (given < end && (*given == '_' || *given == '-'))
      given++;
    if (*name == '\0' || given == end)
      return *name == '\0' && given == end;
    if (plain(*name++) != plain(*given++))
      return false;
  }
}

const ecs_other_name *ecs_other_name_find(const ecs_other_name *names, const char *within, const char *given,
                                          size_t size) {
  for (const ecs_other_name *one = names; one != NULL && one->given != NULL; one++) {
    if (is_block(one->within, within) && is_name(one->given, given, size))
      return one;
  }
  return NULL;
}

const char *ecs_other_name_here(const ecs_other_name *other) {
  size_t size = strlen(other->within);
  const char *path = other->meant;
  bool inside = path != NULL && size > 0 && strncmp(path, other->within, size) == 0 && path[size] == '.';
  return inside ? path + size + 1 : path;
}

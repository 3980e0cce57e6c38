#include "base/version.h"

const char *ecs_version(void) { return ECS_SERVICE_VERSION; }

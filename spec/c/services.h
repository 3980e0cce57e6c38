/* services: an engine's kinds, for specs of services. */
#ifndef SERVICES_H
#define SERVICES_H

#include "service/operations.h"

static const ecs_engine_kind *const services[] = {&ecs_service_operations, NULL};

#endif

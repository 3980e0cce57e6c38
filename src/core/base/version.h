/* version: of the library. */
#ifndef ECS_VERSION_H
#define ECS_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

#define ECS_SERVICE_VERSION "0.1.0" /* of these headers */

/* The version of the library that is linked, "0.1.0". */
const char *ecs_version(void);

#ifdef __cplusplus
}
#endif

#endif

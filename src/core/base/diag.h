/* diag: what is wrong with an input, all of it, in order. */
#ifndef ECS_DIAG_H
#define ECS_DIAG_H

#include "base/value.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ecs_severity { ECS_ERROR, ECS_WARNING } ecs_severity;

typedef struct ecs_diag {
  ecs_severity severity;
  const char *code;    /* a stable word: "OutOfRange", "UnknownArgument", … */
  const char *path;    /* as a Lua user writes it: load_balancer[1].container_port; "" for the whole */
  const char *message; /* what is wrong, without the path: 70000 is not between 0 and 65535 */
  const char *hint;    /* what to do: use a port between 0 and 65535 (may be NULL) */
  const char *given;   /* the value as text, or NULL when absent or secret */
  const char *allowed; /* what may stand there, or NULL */
  struct ecs_diag *next;
} ecs_diag;

typedef struct ecs_diags {
  ecs_arena *arena; /* everything of the list lives here */
  ecs_diag *first, *last;
  size_t errors, warnings;
} ecs_diags;

void ecs_diags_init(ecs_diags *diags, ecs_arena *arena);

/* Appends an error. `path` is copied; the message is printf. Answers the diagnostic, to which the
** caller may add hint, given, allowed (text that lives as long as the arena), or a throwaway
** object when memory ran out; never NULL. */
ecs_diag *ecs_diags_add(ecs_diags *diags, const char *code, const char *path, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The list as a value: list of {severity, code, path, message, hint, given, allowed}. */
ecs_value *ecs_diags_value(ecs_arena *arena, const ecs_diags *diags);

/* A path that grows and shrinks while a tree is walked: "a", "a.b", "a.b[1]", "tags[\"k v\"]". */
typedef struct ecs_path {
  char text[512];
  size_t size;
} ecs_path;
void ecs_path_init(ecs_path *path);
size_t ecs_path_key(ecs_path *path, const char *key);         /* answers the former size … */
size_t ecs_path_index(ecs_path *path, size_t index_from_one); /* … for ecs_path_back */
void ecs_path_back(ecs_path *path, size_t size);

/* Turns the error that was just added into a warning: what AWS may take all the same. */
ecs_diag *ecs_diags_warn(ecs_diags *diags, ecs_diag *diag);

#ifdef __cplusplus
}
#endif

#endif

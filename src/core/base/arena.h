/* arena: memory of one operation, taken piece by piece and given back as a whole.
**
** An arena that could not get memory stays *failed*: every later request of it answers NULL
** (and the constructors of value.h answer the null value), so that code may run on to its end
** and ask once, there, with ecs_arena_failed. */
#ifndef ECS_ARENA_H
#define ECS_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ecs_arena ecs_arena;

/* Where an arena takes its memory from. NULL stands for malloc and free. */
typedef struct ecs_allocator {
  void *(*take)(void *context, size_t size);
  void (*give)(void *context, void *memory, size_t size);
  void *context;
} ecs_allocator;

/* The allocator, or the one that NULL stands for. */
ecs_allocator ecs_allocator_or_default(const ecs_allocator *allocator);

/* A new, empty arena, or NULL. `allocator` is copied and may be NULL. */
ecs_arena *ecs_arena_new(const ecs_allocator *allocator);

/* Gives everything back. Accepts NULL. */
void ecs_arena_free(ecs_arena *arena);

/* Gives everything back but keeps the arena (and its largest block) for the next operation. */
void ecs_arena_reset(ecs_arena *arena);

/* `size` bytes aligned for any object, zeroed; NULL when memory ran out. */
void *ecs_arena_take(ecs_arena *arena, size_t size);

/* A NUL-terminated copy of `size` bytes of `text`; NULL when memory ran out. */
char *ecs_arena_text(ecs_arena *arena, const char *text, size_t size);

/* printf into the arena; NULL when memory ran out. */
char *ecs_arena_format(ecs_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *ecs_arena_vformat(ecs_arena *arena, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));

/* Whether memory ran out since the arena was made or reset. */
bool ecs_arena_failed(const ecs_arena *arena);

/* Bytes taken from the allocator at present. */
size_t ecs_arena_size(const ecs_arena *arena);

/* The status for the end of an operation: ECS_NOMEM when the arena failed, else ECS_OK. */
ecs_status ecs_arena_status(const ecs_arena *arena);

#ifdef __cplusplus
}
#endif

#endif

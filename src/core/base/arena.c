#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 20 };

typedef struct block {
  struct block *next;
  size_t size, used; /* of the bytes behind this header */
} block;

#define ALIGNMENT _Alignof(max_align_t)
#define ALIGN(size) (((size) + ALIGNMENT - 1) & ~(ALIGNMENT - 1))
#define HEADER ALIGN(sizeof(block))

struct ecs_arena {
  ecs_allocator allocator;
  block *blocks; /* the newest first */
  size_t size;
  bool failed;
};

static void *take_default(void *context, size_t size) {
  (void)context;
  return malloc(size);
}

static void give_default(void *context, void *memory, size_t size) {
  (void)context;
  (void)size;
  free(memory);
}

ecs_allocator ecs_allocator_or_default(const ecs_allocator *allocator) {
  return allocator != NULL ? *allocator : (ecs_allocator){take_default, give_default, NULL};
}

ecs_arena *ecs_arena_new(const ecs_allocator *allocator) {
  ecs_allocator chosen = ecs_allocator_or_default(allocator);
  ecs_arena *arena = chosen.take(chosen.context, sizeof *arena);
  if (arena == NULL)
    return NULL;
  *arena = (ecs_arena){.allocator = chosen};
  return arena;
}

static void give_block(ecs_arena *arena, block *gone) {
  size_t size = HEADER + gone->size;
  arena->size -= size;
  arena->allocator.give(arena->allocator.context, gone, size);
}

void ecs_arena_free(ecs_arena *arena) {
  if (arena == NULL)
    return;
  while (arena->blocks != NULL) {
    block *next = arena->blocks->next;
    give_block(arena, arena->blocks);
    arena->blocks = next;
  }
  ecs_allocator allocator = arena->allocator;
  allocator.give(allocator.context, arena, sizeof *arena);
}

void ecs_arena_reset(ecs_arena *arena) {
  block *kept = NULL;
  while (arena->blocks != NULL) {
    block *next = arena->blocks->next;
    if (kept == NULL || arena->blocks->size > kept->size) {
      if (kept != NULL)
        give_block(arena, kept);
      kept = arena->blocks;
    } else {
      give_block(arena, arena->blocks);
    }
    arena->blocks = next;
  }
  if (kept != NULL) {
    kept->next = NULL;
    kept->used = 0;
  }
  arena->blocks = kept;
  arena->failed = false;
}

static block *add_block(ecs_arena *arena, size_t least) {
  size_t size = arena->blocks == NULL ? FIRST_BLOCK : arena->blocks->size * 2;
  if (size > LARGEST_BLOCK)
    size = LARGEST_BLOCK;
  if (size < least)
    size = least;
  block *fresh = arena->allocator.take(arena->allocator.context, HEADER + size);
  if (fresh == NULL)
    return NULL;
  *fresh = (block){.next = arena->blocks, .size = size};
  arena->blocks = fresh;
  arena->size += HEADER + size;
  return fresh;
}

void *ecs_arena_take(ecs_arena *arena, size_t size) {
  if (arena->failed)
    return NULL;
  if (size > SIZE_MAX / 2) {
    arena->failed = true;
    return NULL;
  }
  size_t need = ALIGN(size == 0 ? 1 : size);
  block *current = arena->blocks;
  if (current == NULL || current->size - current->used < need)
    current = add_block(arena, need);
  if (current == NULL) {
    arena->failed = true;
    return NULL;
  }
  char *memory = (char *)current + HEADER + current->used;
  current->used += need;
  return memset(memory, 0, need);
}

char *ecs_arena_text(ecs_arena *arena, const char *text, size_t size) {
  char *copy = size < SIZE_MAX ? ecs_arena_take(arena, size + 1) : NULL;
  if (copy != NULL && size > 0)
    memcpy(copy, text, size);
  return copy;
}

char *ecs_arena_vformat(ecs_arena *arena, const char *format, va_list arguments) {
  char small[256];
  va_list again;
  va_copy(again, arguments);
  int size = vsnprintf(small, sizeof small, format, arguments);
  char *text = NULL;
  if (size >= 0 && (size_t)size < sizeof small) {
    text = ecs_arena_text(arena, small, (size_t)size);
  } else if (size >= 0) {
    text = ecs_arena_take(arena, (size_t)size + 1);
    if (text != NULL)
      vsnprintf(text, (size_t)size + 1, format, again);
  }
  va_end(again);
  return text;
}

char *ecs_arena_format(ecs_arena *arena, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *text = ecs_arena_vformat(arena, format, arguments);
  va_end(arguments);
  return text;
}

bool ecs_arena_failed(const ecs_arena *arena) { return arena->failed; }

size_t ecs_arena_size(const ecs_arena *arena) { return arena->size; }

ecs_status ecs_arena_status(const ecs_arena *arena) { return arena->failed ? ECS_NOMEM : ECS_OK; }

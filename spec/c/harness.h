/* harness: checks that count, and an allocator that counts, fails when told, and looks for secrets in what it gets back.
** A spec is a program that runs from the root of the repository and ends with `return harness_end();`. */
#ifndef HARNESS_H
#define HARNESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

static int harness_passed, harness_failed;

static inline bool harness_check(bool good, const char *file, int line, const char *what) {
  if (good) {
    harness_passed++;
  } else {
    harness_failed++;
    printf("%s:%d: not so: %s\n", file, line, what);
  }
  return good;
}

static inline bool harness_same(const char *given, size_t size, const char *wanted, const char *file, int line) {
  bool good = given != NULL && size == strlen(wanted) && memcmp(given, wanted, size) == 0;
  if (!harness_check(good, file, line, "the texts are equal"))
    printf("  wanted: %s\n  given:  %.*s\n", wanted, given == NULL ? 6 : (int)size, given == NULL ? "(NULL)" : given);
  return good;
}

#define CHECK(condition) harness_check((condition), __FILE__, __LINE__, #condition)
#define CHECK_BYTES(given, size, wanted) harness_same((given), (size), (wanted), __FILE__, __LINE__)
#define CHECK_TEXT(given, wanted) harness_text((given), (wanted), __FILE__, __LINE__)

static inline bool harness_text(const char *given, const char *wanted, const char *file, int line) {
  return harness_same(given, given == NULL ? 0 : strlen(given), wanted, file, line);
}

static inline int harness_end(void) {
  printf("%d passed, %d failed\n", harness_passed, harness_failed);
  return harness_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* An allocator under observation. Zeroed, it never fails. */
typedef struct harness_memory {
  size_t taken, given; /* calls that succeeded */
  size_t live;         /* bytes out at present */
  size_t fail_at;      /* the call of take that fails, counted from 1; 0: none */
  bool fail_on;        /* whether all later ones fail too */
  bool failed;         /* whether one did */
  const char *secret;  /* text that must not be in memory that is given back */
  size_t leaks;        /* how often it was */
  size_t calls;
} harness_memory;

static inline void *harness_take(void *context, size_t size) {
  harness_memory *memory = context;
  memory->calls++;
  bool fails = memory->fail_at != 0 &&
               (memory->calls == memory->fail_at || (memory->fail_on && memory->calls > memory->fail_at));
  void *block = fails ? NULL : malloc(size);
  if (block == NULL) {
    memory->failed = true;
    return NULL;
  }
  memset(block, 0xA5, size); /* nobody may count on zeroes */
  memory->taken++;
  memory->live += size;
  return block;
}

static inline void harness_give(void *context, void *block, size_t size) {
  harness_memory *memory = context;
  size_t length = memory->secret == NULL ? 0 : strlen(memory->secret);
  for (size_t i = 0; length > 0 && i + length <= size; i++) {
    if (memcmp((const char *)block + i, memory->secret, length) == 0) {
      memory->leaks++;
      break;
    }
  }
  memory->given++;
  memory->live -= size;
  free(block);
}

static inline ecs_allocator harness_allocator(harness_memory *memory) {
  return (ecs_allocator){.take = harness_take, .give = harness_give, .context = memory};
}

#endif

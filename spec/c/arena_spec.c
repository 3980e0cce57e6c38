/* Memory of one operation: alignment, zeroes, limits, failure that stays, and nothing left over. */
#include "base/arena.h"

#include "harness.h"

static void gives_aligned_zeroed_memory(void) {
  harness_memory memory = {0};
  ecs_allocator allocator = harness_allocator(&memory);
  ecs_arena *arena = ecs_arena_new(&allocator);
  bool aligned = true, zeroed = true;
  for (size_t size = 0; size < 3000; size += 7) {
    const unsigned char *bytes = ecs_arena_take(arena, size);
    aligned = aligned && (uintptr_t)bytes % _Alignof(max_align_t) == 0;
    for (size_t i = 0; i < size; i++)
      zeroed = zeroed && bytes[i] == 0;
  }
  CHECK(aligned);
  CHECK(zeroed);
  CHECK(ecs_arena_size(arena) > 0);
  CHECK(ecs_arena_status(arena) == ECS_OK);
  ecs_arena_free(arena);
  CHECK(memory.live == 0 && memory.taken == memory.given);
}

static void keeps_large_pieces_apart(void) {
  ecs_arena *arena = ecs_arena_new(NULL);
  char *small = ecs_arena_take(arena, 10), *large = ecs_arena_take(arena, 5 << 20), *after = ecs_arena_take(arena, 10);
  memset(small, 's', 10);
  memset(large, 'l', 5 << 20);
  memset(after, 'a', 10);
  CHECK(small[9] == 's' && large[0] == 'l' && large[(5 << 20) - 1] == 'l' && after[0] == 'a');
  CHECK(ecs_arena_size(arena) >= 5 << 20);
  ecs_arena_free(arena);
  ecs_arena_free(NULL);
}

static void starts_anew_without_giving_all_back(void) {
  harness_memory memory = {0};
  ecs_allocator allocator = harness_allocator(&memory);
  ecs_arena *arena = ecs_arena_new(&allocator);
  for (int i = 0; i < 1000; i++)
    ecs_arena_take(arena, 100);
  size_t before = memory.taken;
  for (int round = 0; round < 10; round++) {
    ecs_arena_reset(arena);
    for (int i = 0; i < 300; i++)
      ecs_arena_take(arena, 100);
  }
  CHECK(memory.taken == before); /* the largest block was enough each time */
  const char *text = ecs_arena_take(arena, 100);
  CHECK(text != NULL && text[0] == 0 && text[99] == 0);
  ecs_arena_free(arena);
  CHECK(memory.live == 0 && memory.taken == memory.given);
}

static void copies_and_formats_text(void) {
  ecs_arena *arena = ecs_arena_new(NULL);
  const char *text = ecs_arena_text(arena, "a\0b", 3);
  CHECK(text != NULL && memcmp(text, "a\0b", 4) == 0);
  CHECK_TEXT(ecs_arena_text(arena, "", 0), "");
  CHECK_TEXT(ecs_arena_format(arena, "%d and %s", 7, "seven"), "7 and seven");
  char wide[1001];
  memset(wide, 'x', 1000);
  wide[1000] = 0;
  CHECK_TEXT(ecs_arena_format(arena, "%s", wide), wide);
  ecs_arena_free(arena);
}

static void stays_failed_until_it_is_reset(void) {
  harness_memory memory = {.fail_at = 3};
  ecs_allocator allocator = harness_allocator(&memory);
  ecs_arena *arena = ecs_arena_new(&allocator);
  CHECK(ecs_arena_take(arena, 1) != NULL);
  CHECK(ecs_arena_take(arena, 100000) == NULL);
  CHECK(ecs_arena_take(arena, 1) == NULL);
  CHECK(ecs_arena_text(arena, "x", 1) == NULL);
  CHECK(ecs_arena_format(arena, "x") == NULL);
  CHECK(ecs_arena_failed(arena) && ecs_arena_status(arena) == ECS_NOMEM);
  ecs_arena_reset(arena);
  CHECK(!ecs_arena_failed(arena));
  CHECK(ecs_arena_take(arena, 100000) != NULL);
  ecs_arena_free(arena);
  CHECK(memory.live == 0 && memory.taken == memory.given);
}

static void refuses_sizes_that_no_memory_has(void) {
  ecs_arena *arena = ecs_arena_new(NULL);
  CHECK(ecs_arena_take(arena, SIZE_MAX) == NULL);
  CHECK(ecs_arena_failed(arena));
  ecs_arena_reset(arena);
  CHECK(ecs_arena_take(arena, SIZE_MAX - 8) == NULL);
  ecs_arena_reset(arena);
  CHECK(ecs_arena_text(arena, "", SIZE_MAX) == NULL);
  ecs_arena_free(arena);
  harness_memory memory = {.fail_at = 1};
  ecs_allocator allocator = harness_allocator(&memory);
  CHECK(ecs_arena_new(&allocator) == NULL);
}

int main(void) {
  gives_aligned_zeroed_memory();
  keeps_large_pieces_apart();
  starts_anew_without_giving_all_back();
  copies_and_formats_text();
  stays_failed_until_it_is_reset();
  refuses_sizes_that_no_memory_has();
  return harness_end();
}

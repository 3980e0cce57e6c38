/* Trees: sorted maps, numbers that keep their worth, equality, and null wherever nothing is. */
#include "base/value.h"

#include <math.h>

#include "harness.h"
#include "read.h"

static ecs_arena *arena;

static void keeps_whole_numbers_whole(void) {
  CHECK(ecs_value_number(arena, 3.0)->type == ECS_INT && ecs_value_number(arena, 3.0)->as.integer == 3);
  CHECK(ecs_value_number(arena, -0.0)->type == ECS_INT);
  CHECK(ecs_value_number(arena, 0.5)->type == ECS_DOUBLE);
  CHECK(ecs_value_number(arena, (double)(ECS_VALUE_EXACT - 1))->as.integer == ECS_VALUE_EXACT - 1);
  CHECK(ecs_value_number(arena, (double)ECS_VALUE_EXACT)->type == ECS_DOUBLE);
  CHECK(ecs_value_number(arena, -(double)ECS_VALUE_EXACT)->type == ECS_DOUBLE);
  CHECK(ecs_value_number(arena, HUGE_VAL)->type == ECS_DOUBLE);
  CHECK(ecs_value_number(arena, nan(""))->type == ECS_DOUBLE);
  CHECK(ecs_value_int(arena, INT64_MAX)->as.integer == INT64_MAX);
  CHECK(ecs_value_int(arena, INT64_MIN)->as.integer == INT64_MIN);
  CHECK(!ecs_value_equal(ecs_value_int(arena, ECS_VALUE_EXACT), ecs_value_int(arena, ECS_VALUE_EXACT + 1)));
}

static void keeps_maps_sorted_and_keys_unique(void) {
  ecs_value *map = ecs_value_map(arena);
  char key[16];
  for (int i = 0; i < 500; i++) { /* 7 and 500 share no divisor: every key once, in no order */
    snprintf(key, sizeof key, "k%d", i * 7 % 500);
    ecs_value_set(arena, map, key, ecs_value_int(arena, i * 7 % 500));
  }
  CHECK(ecs_value_count(map) == 500);
  bool sorted = true, found = true;
  for (size_t i = 1; i < 500; i++)
    sorted = sorted && strcmp(map->as.map.entries[i - 1].key, map->as.map.entries[i].key) < 0;
  for (int i = 0; i < 500; i++) {
    snprintf(key, sizeof key, "k%d", i);
    found = found && ecs_value_int_or(ecs_value_get(map, key), -1) == i;
  }
  CHECK(sorted);
  CHECK(found);
  ecs_value_set(arena, map, "k5", ecs_value_text(arena, "new"));
  CHECK(ecs_value_count(map) == 500 && ecs_value_is_text(ecs_value_get(map, "k5"), "new"));
  ecs_value_drop(map, "k5");
  ecs_value_drop(map, "nobody");
  CHECK(ecs_value_count(map) == 499 && ecs_value_get(map, "k5") == NULL);
}

static void sorts_keys_by_their_bytes(void) {
  ecs_value *map = read_json(arena, "{\"b\":1,\"\":2,\"a\":3,\"B\":4,\"aa\":5,\"\xC3\xBC\":6}");
  const char *const wanted[] = {"", "B", "a", "aa", "b", "\xC3\xBC"};
  for (size_t i = 0; i < 6; i++)
    CHECK_TEXT(map->as.map.entries[i].key, wanted[i]);
}

static void tells_keys_apart_that_hold_a_nul(void) {
  ecs_value *map = ecs_value_map(arena);
  ecs_value_setn(arena, map, "a\0b", 3, ecs_value_int(arena, 1));
  ecs_value_setn(arena, map, "a\0c", 3, ecs_value_int(arena, 2));
  ecs_value_setn(arena, map, "a", 1, ecs_value_int(arena, 3));
  CHECK(ecs_value_count(map) == 3);
  CHECK(ecs_value_int_or(ecs_value_getn(map, "a\0c", 3), 0) == 2);
  CHECK(ecs_value_int_or(ecs_value_get(map, "a"), 0) == 3);
  CHECK(!ecs_value_is_text(ecs_value_string(arena, "a\0b", 3), "a"));
}

static void reads_and_sets_by_path(void) {
  ecs_value *map = ecs_value_map(arena);
  ecs_value_set_path(arena, map, "a.b.c", ecs_value_int(arena, 1));
  ecs_value_set_path(arena, map, "a.b.d", ecs_value_int(arena, 2));
  ecs_value_set_path(arena, map, "e", ecs_value_int(arena, 3));
  CHECK(ecs_value_equal(map, read_json(arena, "{\"a\":{\"b\":{\"c\":1,\"d\":2}},\"e\":3}")));
  CHECK(ecs_value_int_or(ecs_value_get_path(map, "a.b.d"), 0) == 2);
  CHECK(ecs_value_get_path(map, "a.x.d") == NULL && ecs_value_get_path(map, "e.f") == NULL);
  CHECK(ecs_value_get_path(NULL, "a") == NULL);
}

static void compares_by_content(void) {
  const char *const texts[] = {
      "null",      "false",    "true",  "-1",  "2",     "0.5", "1.5",       "\"\"",
      "\"a\"",     "\"aa\"",   "\"b\"", "[1]", "[1,1]", "[2]", "{\"a\":1}", "{\"a\":1,\"b\":1}",
      "{\"a\":2}", "{\"b\":0}"};
  size_t count = sizeof texts / sizeof *texts;
  bool ordered = true, mirrored = true, equal = true;
  for (size_t i = 0; i < count; i++) {
    for (size_t j = 0; j < count; j++) {
      int order = ecs_value_compare(read_json(arena, texts[i]), read_json(arena, texts[j]));
      int reverse = ecs_value_compare(read_json(arena, texts[j]), read_json(arena, texts[i]));
      ordered = ordered && (i < j ? order < 0 : i == j ? order == 0 : order > 0);
      mirrored = mirrored && (order < 0) == (reverse > 0);
      equal = equal && ecs_value_equal(read_json(arena, texts[i]), read_json(arena, texts[j])) == (i == j);
    }
  }
  CHECK(ordered);
  CHECK(mirrored);
  CHECK(equal);
  CHECK(ecs_value_equal(ecs_value_list(arena), ecs_value_map(arena))); /* as Lua cannot tell them apart */
  CHECK(ecs_value_equal(NULL, ecs_value_null(arena)));
  CHECK(ecs_value_equal(ecs_value_number(arena, nan("")), ecs_value_number(arena, nan(""))));
}

static void copies_deeply_or_only_the_top(void) {
  ecs_value *value = read_json(arena, "{\"a\":[1,{\"b\":\"c\"}],\"d\":null,\"e\":true,\"f\":0.5}");
  ecs_value *copy = ecs_value_copy(arena, value), *shallow = ecs_value_shallow(arena, value);
  CHECK(ecs_value_equal(value, copy) && ecs_value_equal(value, shallow));
  CHECK(ecs_value_get(copy, "a") != ecs_value_get(value, "a"));
  CHECK(ecs_value_get(shallow, "a") == ecs_value_get(value, "a"));
  ecs_value_push(arena, ecs_value_get(copy, "a"), ecs_value_null(arena));
  ecs_value_drop(shallow, "a");
  CHECK(ecs_value_count(ecs_value_get(value, "a")) == 2);
}

static void takes_nothing_for_null(void) {
  CHECK(ecs_value_is(NULL, ECS_NULL) && ecs_value_is_null(NULL) && ecs_value_is_empty(NULL));
  CHECK(ecs_value_get(NULL, "a") == NULL && ecs_value_at(NULL, 0) == NULL && ecs_value_count(NULL) == 0);
  CHECK(!ecs_value_true(NULL) && ecs_value_int_or(NULL, 7) == 7);
  CHECK_TEXT(ecs_value_text_or(NULL, "else"), "else");
  CHECK_TEXT(ecs_value_type_name(NULL), "nothing");
  CHECK(ecs_value_is_null(ecs_value_text(arena, NULL)));
  ecs_value *list = ecs_value_list(arena);
  ecs_value_push(arena, list, NULL);
  CHECK(ecs_value_count(list) == 1 && ecs_value_is_null(ecs_value_at(list, 0)) && ecs_value_at(list, 1) == NULL);
  ecs_value_push(arena, NULL, list);
  ecs_value_set(arena, list, "no map", list);
  ecs_value_set(arena, ecs_value_null(arena), "no map", list);
  CHECK(ecs_value_count(list) == 1);
  CHECK(ecs_value_is_empty(read_json(arena, "{}")) && ecs_value_is_empty(read_json(arena, "\"\"")));
  CHECK(!ecs_value_is_empty(read_json(arena, "0")) && !ecs_value_is_empty(read_json(arena, "false")));
}

static void answers_null_without_memory(void) {
  harness_memory memory = {.fail_at = 2, .fail_on = true};
  ecs_allocator allocator = harness_allocator(&memory);
  ecs_arena *poor = ecs_arena_new(&allocator);
  ecs_value *map = ecs_value_map(poor), *list = ecs_value_list(poor);
  ecs_value_set(poor, map, "a", ecs_value_int(poor, 1));
  ecs_value_set_path(poor, map, "a.b", ecs_value_bool(poor, true));
  ecs_value_push(poor, list, ecs_value_format(poor, "%d", 1));
  CHECK(ecs_value_is_null(map) && ecs_value_is_null(list) && ecs_value_is_null(ecs_value_text(poor, "text")));
  CHECK(ecs_value_count(map) == 0 && ecs_arena_status(poor) == ECS_NOMEM);
  CHECK(ecs_value_is_null(ecs_value_null(arena))); /* which was not written to */
  ecs_arena_free(poor);
  CHECK(memory.live == 0);
}

int main(void) {
  arena = ecs_arena_new(NULL);
  keeps_whole_numbers_whole();
  keeps_maps_sorted_and_keys_unique();
  sorts_keys_by_their_bytes();
  tells_keys_apart_that_hold_a_nul();
  reads_and_sets_by_path();
  compares_by_content();
  copies_deeply_or_only_the_top();
  takes_nothing_for_null();
  answers_null_without_memory();
  ecs_arena_free(arena);
  return harness_end();
}

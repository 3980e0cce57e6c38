#include "base/table.h"

#include <stdint.h>
#include <string.h>

/* FNV-1a. Names come from the user's own declarations: nobody is out to make them collide. */
static size_t hash(const char *name) {
  uint64_t h = 0xCBF29CE484222325u;
  for (; *name != '\0'; name++)
    h = (h ^ (unsigned char)*name) * 0x100000001B3u;
  return (size_t)(h ^ (h >> 32));
}

/* The entry of a name, or the free one where it would stand. */
static ecs_table_entry *seek(const ecs_table *table, const char *name) {
  size_t at = hash(name);
  for (;; at++) {
    ecs_table_entry *entry = &table->entries[at & (table->room - 1)];
    if (entry->name == NULL || strcmp(entry->name, name) == 0)
      return entry;
  }
}

void *ecs_table_get(const ecs_table *table, const char *name) {
  return table->room == 0 ? NULL : seek(table, name)->value;
}

static bool widen(ecs_table *table, ecs_arena *arena) {
  ecs_table wider = {.count = table->count, .room = table->room == 0 ? 16 : table->room * 2};
  wider.entries = ecs_arena_take(arena, wider.room * sizeof *wider.entries);
  if (wider.entries == NULL)
    return false;
  for (size_t i = 0; i < table->room; i++) {
    if (table->entries[i].name != NULL)
      *seek(&wider, table->entries[i].name) = table->entries[i];
  }
  *table = wider;
  return true;
}

bool ecs_table_add(ecs_table *table, ecs_arena *arena, const char *name, void *value) {
  if ((table->count + 1) * 4 > table->room * 3 && !widen(table, arena))
    return false;
  *seek(table, name) = (ecs_table_entry){name, value};
  table->count++;
  return true;
}

/* table: finds things by their name. */
#ifndef ECS_TABLE_H
#define ECS_TABLE_H

#include "base/arena.h"

typedef struct ecs_table_entry {
  const char *name; /* not copied; NULL: free */
  void *value;
} ecs_table_entry;

typedef struct ecs_table {
  ecs_table_entry *entries;
  size_t count, room; /* room is a power of two, or 0 */
} ecs_table;

/* What is there under a name, or NULL. */
void *ecs_table_get(const ecs_table *table, const char *name);

/* Adds a name that is not there yet; false (and a failed arena) without memory. */
bool ecs_table_add(ecs_table *table, ecs_arena *arena, const char *name, void *value);

#endif

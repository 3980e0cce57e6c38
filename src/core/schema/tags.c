#include "schema/tags.h"

#include <string.h>

static bool begins(const ecs_entry *entry, const ecs_value *prefix) {
  return ecs_value_is(prefix, ECS_STRING) && prefix->as.string.size <= entry->size &&
         memcmp(prefix->as.string.bytes, entry->key, prefix->as.string.size) == 0;
}

static bool is_visible(const ecs_entry *entry, const ecs_value *keys, const ecs_value *prefixes) {
  if (entry->size >= 4 && memcmp(entry->key, "aws:", 4) == 0)
    return false;
  for (size_t i = 0; i < ecs_value_count(keys); i++) {
    const ecs_value *key = ecs_value_at(keys, i);
    if (begins(entry, key) && key->as.string.size == entry->size)
      return false;
  }
  for (size_t i = 0; i < ecs_value_count(prefixes); i++) {
    if (begins(entry, ecs_value_at(prefixes, i)))
      return false;
  }
  return true;
}

ecs_value *ecs_tags_visible(ecs_arena *arena, const ecs_value *tags, const ecs_value *ignore) {
  const ecs_value *keys = ecs_value_get(ignore, "keys"), *prefixes = ecs_value_get(ignore, "key_prefixes");
  if (!ecs_value_is(tags, ECS_MAP))
    return ecs_value_map(arena);
  ecs_value *kept = ecs_value_map(arena);
  for (size_t i = 0; i < tags->as.map.count; i++) {
    const ecs_entry *entry = &tags->as.map.entries[i];
    if (!ecs_value_is_null(entry->value) && is_visible(entry, keys, prefixes))
      ecs_value_setn(arena, kept, entry->key, entry->size, entry->value);
  }
  return kept;
}

ecs_value *ecs_tags_all(ecs_arena *arena, const ecs_value *tags, const ecs_value *defaults, const ecs_value *ignore) {
  ecs_value *all = ecs_tags_visible(arena, defaults, ignore);
  const ecs_value *own = ecs_tags_visible(arena, tags, ignore);
  for (size_t i = 0; i < ecs_value_count(own); i++) {
    const ecs_entry *entry = &own->as.map.entries[i];
    ecs_value_setn(arena, all, entry->key, entry->size, entry->value);
  }
  return all;
}

ecs_value *ecs_tags_own(ecs_arena *arena, const ecs_value *all, const ecs_value *defaults, const ecs_value *form) {
  ecs_value *own = ecs_value_map(arena);
  for (size_t i = 0; ecs_value_is(all, ECS_MAP) && i < all->as.map.count; i++) {
    const ecs_entry *entry = &all->as.map.entries[i];
    const ecs_value *standard = ecs_value_getn(defaults, entry->key, entry->size);
    bool ours = standard == NULL || !ecs_value_equal(standard, entry->value) ||
                ecs_value_getn(form, entry->key, entry->size) != NULL;
    if (ours)
      ecs_value_setn(arena, own, entry->key, entry->size, entry->value);
  }
  return own;
}

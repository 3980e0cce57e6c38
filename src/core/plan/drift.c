#include "plan/drift.h"

#include "plan/diff.h"
#include "plan/ignore.h"

/* Marks the entries from `first` on that ignore_changes covers. */
static void mark_ignored(ecs_arena *arena, const ecs_row *row, const ecs_value *ignored, ecs_value *drift,
                         size_t first) {
  for (size_t i = first; i < ecs_value_count(drift); i++) {
    ecs_value *entry = ecs_value_at(drift, i);
    const char *path = ecs_value_text_or(ecs_value_get(entry, "path"), "");
    if (ecs_ignore_covers(ignored, row, path))
      ecs_value_set(arena, entry, "ignored", ecs_value_bool(arena, true));
  }
}

ecs_value *ecs_drift(const ecs_resource *kind, ecs_arena *arena, const ecs_plan_input *in, const ecs_context *context,
                     const ecs_value *ignored, const ecs_value *left) {
  ecs_value *drift = ecs_value_list(arena);
  const ecs_value *recorded = in->recorded, *actual = in->actual;
  if (!in->refreshed || recorded == NULL || actual == NULL || ecs_value_equal(recorded, actual))
    return drift;
  ecs_differ differ = {.arena = arena, .context = context, .entries = drift};
  for (const ecs_row *row = kind->rows; row->name != NULL; row++) {
    if ((row->flags & (ECS_META | ECS_LOCAL | ECS_READONLY)) != 0 || ecs_value_holds_text(left, row->name))
      continue;
    const ecs_value *was = ecs_value_get(recorded, row->name), *is = ecs_value_get(actual, row->name);
    if (was == is || ecs_value_equal(was, is))
      continue;
    size_t first = ecs_value_count(drift);
    (void)ecs_diff_row(&differ, row, 0, was, is);
    mark_ignored(arena, row, ignored, drift, first);
  }
  return drift;
}

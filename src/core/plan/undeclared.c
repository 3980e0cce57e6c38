#include "plan/undeclared.h"

#include "schema/carry.h"
#include "schema/equal.h"

typedef struct filler {
  ecs_arena *arena;
  ecs_undeclared *undeclared;
  ecs_path path;
  ecs_path plain; /* the same without what identifies elements */
} filler;

bool ecs_undeclared_holds(const ecs_undeclared *undeclared, const char *path) {
  return ecs_value_holds_text(undeclared->known, path) || ecs_value_holds_text(undeclared->found, path);
}

void ecs_undeclared_note(ecs_arena *arena, ecs_undeclared *undeclared, const char *path) {
  if (!ecs_value_holds_text(undeclared->found, path))
    ecs_value_push(arena, undeclared->found, ecs_value_text(arena, path));
}

/* A member that is left out and would be lost: what means the same as its absence is not. */
static void note_plain(filler *in, const ecs_row *row) {
  size_t size = ecs_path_key(&in->plain, row->name);
  if (!ecs_value_holds_text(in->undeclared->stays, in->plain.text))
    ecs_value_push(in->arena, in->undeclared->stays, ecs_value_text(in->arena, in->plain.text));
  ecs_path_back(&in->plain, size);
}

static bool is_left_out(filler *in, const ecs_row *row) {
  size_t size = ecs_path_key(&in->plain, row->name);
  bool left = ecs_carry_covers(in->undeclared->leave_out, in->plain.text);
  ecs_path_back(&in->plain, size);
  if (row->create == NULL || left)
    return left;
  size = ecs_path_key(&in->plain, row->create); /* as it was carried before it had a row */
  left = ecs_carry_covers(in->undeclared->leave_out, in->plain.text);
  ecs_path_back(&in->plain, size);
  return left;
}

static bool is_kept(filler *in, const ecs_row *row, const ecs_value *has, const ecs_value *was) {
  if (is_left_out(in, row))
    return false;
  if ((row->flags & ECS_COMPUTED) != 0 || ecs_equal(row, has, ecs_schema_fallback(in->arena, row), NULL))
    return false;
  if ((row->flags & ECS_LATE) != 0 && ecs_value_is_empty(was))
    return true;
  return in->undeclared->imported || ecs_value_holds_text(in->undeclared->known, in->path.text);
}

static ecs_value *fill(filler *in, const ecs_row *row, ecs_value *given, const ecs_value *has, const ecs_value *was);

static ecs_value *fill_block(filler *in, const ecs_row *rows, ecs_value *given, const ecs_value *has,
                             const ecs_value *was) {
  ecs_value *copy = NULL;
  for (const ecs_row *row = rows; row->name != NULL; row++) {
    ecs_value *own = ecs_value_get(given, row->name), *other = ecs_value_get(has, row->name), *filled = own;
    const ecs_value *recorded = ecs_value_get(was, row->name);
    if (ecs_value_is_empty(other))
      continue;
    size_t size = ecs_path_key(&in->path, row->name);
    if (!ecs_value_is_null(own)) {
      size_t plain = ecs_path_key(&in->plain, row->name);
      filled = fill(in, row, own, other, recorded);
      ecs_path_back(&in->plain, plain);
    } else if (is_kept(in, row, other, recorded)) {
      filled = other;
      ecs_undeclared_note(in->arena, in->undeclared, in->path.text);
      note_plain(in, row);
    }
    ecs_path_back(&in->path, size);
    if (filled == own)
      continue;
    copy = copy == NULL ? ecs_value_shallow(in->arena, given) : copy;
    ecs_value_set_row(in->arena, copy, row->name, filled);
  }
  return copy == NULL ? given : copy;
}

static bool is_that(const ecs_row *row, const ecs_value *a, const ecs_value *b) {
  for (const char *const *name = ecs_schema_identity(row, b, false); *name != NULL; name++) {
    const ecs_value *x = ecs_value_get(a, *name), *y = ecs_value_get(b, *name);
    if (!ecs_equal(ecs_schema_find(row->rows, *name), x, y, NULL))
      return false;
  }
  return true;
}

static const ecs_value *counterpart(const ecs_row *row, const ecs_value *item, const ecs_value *has, size_t place) {
  if (row->identity == NULL)
    return ecs_value_at(has, place);
  for (size_t i = 0; i < ecs_value_count(has); i++) {
    if (is_that(row, ecs_value_at(has, i), item))
      return ecs_value_at(has, i);
  }
  return NULL;
}

static size_t enter_item(filler *in, const ecs_row *row, const ecs_value *item, size_t place) {
  if (row->identity == NULL)
    return ecs_path_index(&in->path, place + 1);
  size_t size = in->path.size;
  for (const char *const *name = ecs_schema_identity(row, item, false); *name != NULL; name++) {
    const char *text = ecs_schema_known_by(in->arena, ecs_value_get(item, *name));
    if (*text != '\0')
      (void)ecs_path_key(&in->path, text);
  }
  return size;
}

static ecs_value *fill_list(filler *in, const ecs_row *row, ecs_value *given, const ecs_value *has,
                            const ecs_value *was) {
  ecs_value *list = ecs_value_list(in->arena);
  bool differs = false;
  for (size_t i = 0; i < ecs_value_count(given); i++) {
    ecs_value *item = ecs_value_at(given, i), *filled = item;
    const ecs_value *other = counterpart(row, item, has, i);
    size_t size = enter_item(in, row, item, i);
    if (other != NULL)
      filled = fill_block(in, row->rows, item, other, counterpart(row, item, was, i));
    ecs_path_back(&in->path, size);
    differs = differs || filled != item;
    ecs_value_push(in->arena, list, filled);
  }
  return differs ? list : given;
}

static ecs_value *fill(filler *in, const ecs_row *row, ecs_value *given, const ecs_value *has, const ecs_value *was) {
  if (ecs_schema_is_list(row) && ecs_value_is(given, ECS_LIST))
    return fill_list(in, row, given, has, was);
  return row->kind == ECS_KIND_BLOCK ? fill_block(in, row->rows, given, has, was) : given;
}

ecs_value *ecs_undeclared_fill(ecs_arena *arena, ecs_undeclared *undeclared, const ecs_row *row, ecs_value *given,
                               const ecs_value *has, const ecs_value *was) {
  filler in = {.arena = arena, .undeclared = undeclared};
  if (row->rows == NULL || ecs_value_is_empty(has) ||
      (!undeclared->imported && ecs_value_count(undeclared->known) == 0 && ecs_value_equal(has, was)))
    return given;
  ecs_path_init(&in.path);
  in.plain = in.path;
  (void)ecs_path_key(&in.path, row->name);
  (void)ecs_path_key(&in.plain, row->name);
  return fill(&in, row, given, has, was);
}

#include "plan/lifecycle.h"

#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "schema/arn.h"
#include "schema/resource.h"

/* Cuts the next name off a path: "a[1].b" gives "a" and leaves "b". */
static ecs_text next_name(const char **path) {
  const char *name = *path;
  size_t size = strcspn(name, ".[");
  const char *rest = name + size;
  while (*rest == '[') {
    const char *close = strchr(rest, ']');
    rest = close == NULL ? rest + strlen(rest) : close + 1;
  }
  *path = *rest == '.' ? rest + 1 : rest;
  return (ecs_text){name, size};
}

/* Whether every name of a path is an argument; `*unknown` is the first that is not, `*rows` where it was looked for. */
static bool is_known_path(const char *path, const ecs_row **rows, ecs_text *unknown) {
  while (*path != '\0' && *rows != NULL) {
    *unknown = next_name(&path);
    const ecs_row *row = *rows;
    while (row->name != NULL && !ecs_text_is(*unknown, row->name))
      row++;
    if (row->name == NULL)
      return false;
    *rows = row->rows;
  }
  return true;
}

/* The argument that was meant by a name of a path that is none of `rows`: by the API's name, else the nearest. */
static const char *meant_in(const ecs_row *rows, ecs_text unknown) {
  ecs_nearest nearest = {.word = unknown.bytes, .size = unknown.size};
  const ecs_row *wire = rows == NULL ? NULL : ecs_schema_by_wire(rows, unknown.bytes, unknown.size);
  if (wire != NULL)
    return wire->name;
  for (; rows != NULL && rows->name != NULL; rows++)
    ecs_nearest_offer(&nearest, rows->name);
  return nearest.best;
}

static void add_ignored(const ecs_check *c, const char *at, const char *name, const ecs_row *rows, ecs_text unknown) {
  int before = (int)(unknown.bytes - name);
  char within[128];
  snprintf(within, sizeof within, "%.*s", before > 0 && before < 128 ? before - 1 : 0, name);
  const ecs_other_name *other = ecs_other_name_find(c->context->kind->other_names, within, unknown.bytes, unknown.size);
  const char *meant = other != NULL ? ecs_other_name_here(other) : meant_in(rows, unknown);
  ecs_diag *diag = meant == NULL ? ecs_diags_add(c->diags, "UnknownArgument", at, "\"%.200s\" is no argument", name)
                                 : ecs_diags_add(c->diags, "UnknownArgument", at,
                                                 "\"%.200s\" is no argument; did you mean %s?", name, meant);
  diag->given = ecs_arena_format(c->diags->arena, "\"%.200s\"", name);
  diag->allowed = "names of arguments, paths within them, \"all\"";
  if (meant != NULL)
    diag->hint =
        ecs_arena_format(c->diags->arena, "write \"%.*s%s%s\"", before, name, meant, unknown.bytes + unknown.size);
  else
    diag->hint = other != NULL ? other->hint : "name an argument, a path within one, or \"all\"";
}

static void check_ignored(const ecs_check *c) {
  for (size_t i = 0; i < ecs_value_count(c->value); i++) {
    const char *name = ecs_value_text_or(ecs_value_at(c->value, i), "all");
    const ecs_row *rows = c->context->kind->rows;
    ecs_text unknown = {name, 0};
    char at[128];
    if (strcmp(name, "all") == 0 || (*name != '\0' && is_known_path(name, &rows, &unknown)))
      continue;
    snprintf(at, sizeof at, "%.100s[%zu]", c->path, i + 1);
    add_ignored(c, at, name, rows, unknown);
  }
}

const ecs_row ecs_lifecycle_rows[] = {
    {.name = "ignore_changes",
     .kind = ECS_KIND_STRING_LIST,
     .flags = ECS_LOCAL | ECS_META,
     .normalise = ecs_schema_accept_one,
     .check = check_ignored,
     .doc = "Arguments whose recorded value stands in for the configured one: names, paths (tags.Name), or all.",
     .since = "5.x"},
    {.name = "leave_out",
     .kind = ECS_KIND_STRING_LIST,
     .flags = ECS_LOCAL | ECS_META,
     .normalise = ecs_schema_accept_one,
     .doc = "Members that AWS has, that no argument names and that requests do not carry along: paths, with or without "
            "[n], as a plan shows them.",
     .since = "5.x"},
    {.name = "prevent_destroy",
     .kind = ECS_KIND_BOOL,
     .flags = ECS_LOCAL | ECS_META,
     .fallback = "false",
     .doc = "Whether a plan that would delete or replace the service is an error.",
     .since = "5.x"},
    {.name = "create_before_destroy",
     .kind = ECS_KIND_BOOL,
     .flags = ECS_LOCAL | ECS_META,
     .fallback = "false",
     .doc = "Whether a replacement whose name differs is created before the old service is deleted.",
     .since = "5.x"},
    {.name = NULL},
};

/* The argument is the one that has these rows. */
static const ecs_value *block_of(const ecs_row *rows, const ecs_value *config) {
  while (rows->name != NULL && rows->rows != ecs_lifecycle_rows)
    rows++;
  return rows->name == NULL ? NULL : ecs_value_get(config, rows->name);
}

ecs_lifecycle ecs_lifecycle_of(const ecs_row *rows, const ecs_value *config) {
  const ecs_value *block = block_of(rows, config);
  return (ecs_lifecycle){
      .ignore = ecs_value_get(block, "ignore_changes"),
      .leave_out = ecs_value_get(block, "leave_out"),
      .prevent_destroy = ecs_value_true(ecs_value_get(block, "prevent_destroy")),
      .create_before_destroy = ecs_value_true(ecs_value_get(block, "create_before_destroy")),
  };
}

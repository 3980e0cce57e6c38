#include "task_definition/task_definition.h"

#include <string.h>

#include "schema/tags.h"
#include "task_definition/checks.h"
#include "task_definition/difference.h"
#include "task_definition/reduce.h"
#include "task_definition/rules.h"
#include "task_definition/spelling.h"
#include "task_definition/unknown.h"

const ecs_resource ecs_task_definition_resource = {
    .name = "task_definition",
    .sample = "{ family = \"…\", container_definitions = { { name = \"…\", image = \"…\" } } }",
    .rows = ecs_definition_rows,
    .spell = ecs_definition_spell,
    .check = ecs_definition_check_all,
};

typedef struct planner {
  ecs_arena *arena;
  const ecs_definition_input *in;
  ecs_value *change, *tags;
} planner;

static const char *text_of(const ecs_value *map, const char *name) {
  return ecs_value_text_or(ecs_value_get(map, name), "");
}

static void set_action(planner *p, const char *action, const char *reason) {
  ecs_value_set_text(p->arena, p->change, "action", action);
  ecs_value_set_text(p->arena, p->change, "reason", reason);
}

/* What nobody declares of a revision, and only ECS tells. */
static void keep_identity(planner *p, ecs_value *after) {
  static const char *const names[] = {"arn", "arn_without_revision", "revision", "status"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    ecs_value *value = ecs_value_get(p->in->actual, names[i]);
    if (value != NULL)
      ecs_value_set(p->arena, after, names[i], value);
  }
}

static void set_after(planner *p, bool registers) {
  ecs_value *after = ecs_value_shallow(p->arena, p->in->config);
  ecs_value_drop(after, "tags_all");
  if (!ecs_value_is_empty(p->tags))
    ecs_value_set(p->arena, after, "tags_all", p->tags);
  if (!registers)
    keep_identity(p, after);
  ecs_value_set(p->arena, p->change, "after", after);
}

static void predict(planner *p) {
  if (p->in->newest > 0)
    ecs_value_set(
        p->arena, p->change, "predicted",
        ecs_value_format(p->arena, "%s:%lld", text_of(p->in->config, "family"), (long long)p->in->newest + 1));
}

/* Where the tags differ: entries of the diff, and what TagResource and UntagResource are to be called with. */
static size_t diff_tags(planner *p, ecs_value *diff, const ecs_value *has) {
  ecs_value *set = ecs_value_map(p->arena), *drop = ecs_value_list(p->arena);
  size_t count = 0;
  for (size_t i = 0; ecs_value_is(p->tags, ECS_MAP) && i < p->tags->as.map.count; i++) {
    const ecs_entry *entry = &p->tags->as.map.entries[i];
    if (!ecs_value_equal(ecs_value_getn(has, entry->key, entry->size), entry->value))
      ecs_value_setn(p->arena, set, entry->key, entry->size, entry->value);
  }
  for (size_t i = 0; ecs_value_is(has, ECS_MAP) && i < has->as.map.count; i++) {
    const ecs_entry *entry = &has->as.map.entries[i];
    if (ecs_value_getn(p->tags, entry->key, entry->size) == NULL)
      ecs_value_push(p->arena, drop, ecs_value_string(p->arena, entry->key, entry->size));
  }
  count = ecs_value_count(set) + ecs_value_count(drop);
  for (size_t i = 0; i < count; i++) {
    bool drops = i >= ecs_value_count(set);
    const char *key =
        drops ? ecs_value_text_or(ecs_value_at(drop, i - ecs_value_count(set)), "") : set->as.map.entries[i].key;
    ecs_value *entry = ecs_value_map(p->arena);
    ecs_path path;
    ecs_path_init(&path);
    ecs_path_key(&path, "tags");
    ecs_path_key(&path, key);
    ecs_value_set_text(p->arena, entry, "path", path.text);
    if (ecs_value_get(has, key) != NULL)
      ecs_value_set(p->arena, entry, "before", ecs_value_get(has, key));
    if (!drops)
      ecs_value_set(p->arena, entry, "after", set->as.map.entries[i].value);
    ecs_value_push(p->arena, diff, entry);
  }
  ecs_value_set(p->arena, p->change, "set_tags", set);
  ecs_value_set(p->arena, p->change, "drop_tags", drop);
  return count;
}

/* What the declaration names as sensitive, and what it did when the revision was recorded: that is no less secret now. */
static const ecs_value *sensitive_of(const planner *p) {
  ecs_value *all = ecs_value_list(p->arena);
  const ecs_value *const lists[] = {ecs_value_get(p->in->config, "sensitive"),
                                    ecs_value_get(p->in->recorded, "sensitive")};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    for (size_t j = 0; ecs_value_is(lists[i], ECS_LIST) && j < ecs_value_count(lists[i]); j++)
      ecs_value_push(p->arena, all, ecs_value_at(lists[i], j));
  }
  return all;
}

static void plan_declared(planner *p) {
  const ecs_value *actual = p->in->actual,
                  *has = ecs_tags_visible(p->arena, ecs_value_get(actual, "tags"), p->in->ignore_tags);
  bool renamed = actual != NULL && strcmp(text_of(actual, "family"), text_of(p->in->config, "family")) != 0;
  p->tags = ecs_tags_all(p->arena, ecs_value_get(p->in->config, "tags"), p->in->default_tags, p->in->ignore_tags);
  ecs_value *diff = ecs_definition_difference(p->arena, actual == NULL ? NULL : ecs_definition_reduce(p->arena, actual),
                                              ecs_definition_reduce(p->arena, p->in->config), sensitive_of(p));
  bool differs = ecs_value_count(diff) > 0;
  bool retagged = diff_tags(p, diff, has) > 0 && actual != NULL;
  if (actual != NULL && !differs) {
    set_action(p, retagged ? "update" : "no-op", NULL);
    set_after(p, false);
  } else {
    bool lost = actual == NULL && p->in->recorded != NULL;
    set_action(p, "register",
               lost ? ecs_arena_format(p->arena, "%s:%lld is not ACTIVE any more", text_of(p->in->recorded, "family"),
                                       (long long)ecs_value_int_or(ecs_value_get(p->in->recorded, "revision"), 0))
               : renamed ? "the family is another"
                         : NULL);
    set_after(p, true);
    predict(p);
  }
  ecs_value_set(p->arena, p->change, "diff", diff);
}

static void plan_removed(planner *p) {
  const ecs_value *had = p->in->recorded != NULL ? p->in->recorded : p->in->actual;
  bool stays = ecs_value_true(ecs_value_get(p->in->config != NULL ? p->in->config : had, "skip_destroy"));
  set_action(p, had == NULL ? "no-op" : stays ? "forget" : "deregister", stays ? "skip_destroy" : NULL);
  ecs_value_set(p->arena, p->change, "diff", ecs_value_list(p->arena));
}

ecs_status ecs_definition_plan(ecs_arena *arena, const ecs_definition_input *in, ecs_value **change) {
  planner p = {.arena = arena, .in = in, .change = ecs_value_map(arena)};
  ecs_value_set_text(arena, p.change, "kind", "task_definition");
  if (in->actual != NULL)
    ecs_value_set(arena, p.change, "before", (ecs_value *)in->actual);
  if (in->destroy || in->config == NULL)
    plan_removed(&p);
  else
    plan_declared(&p);
  *change = p.change;
  return ecs_arena_status(arena);
}

/* A name that stands twice would have one of the two compared. */
static void check_names(ecs_arena *arena, const ecs_value *list, ecs_diags *diags) {
  ecs_value *seen = ecs_value_map(arena);
  for (size_t i = 0; i < ecs_value_count(list); i++) {
    const ecs_value *name = ecs_value_get(ecs_value_at(list, i), "name");
    const char *path = ecs_arena_format(arena, "container_definitions[%zu].name", i + 1);
    const char *text = ecs_value_is(name, ECS_STRING) ? name->as.string.bytes : "";
    size_t size = ecs_value_is(name, ECS_STRING) ? name->as.string.size : 0;
    if (path == NULL)
      return;
    if (ecs_value_getn(seen, text, size) != NULL)
      ecs_diags_add(diags, "Duplicate", path, "%s",
                    size == 0 ? "an earlier container has no name either"
                              : "an earlier container has this name already")
          ->hint = "give each container a name of its own";
    ecs_value_setn(arena, seen, text, size, ecs_value_bool(arena, true));
  }
}

/* One list of containers, reduced, beside what no row knows; NULL when it is none. */
static const ecs_value *containers_of(ecs_arena *arena, const ecs_value *given, const char *network_mode,
                                      ecs_diags *diags) {
  ecs_value *whole = ecs_value_map(arena);
  size_t errors = diags->errors;
  ecs_value_set(arena, whole, "container_definitions", (ecs_value *)given);
  const ecs_value *list = ecs_value_get(ecs_definition_spell(arena, whole, diags), "container_definitions");
  if (diags->errors == errors && ecs_value_is(list, ECS_LIST))
    check_names(arena, list, diags);
  if (diags->errors > errors)
    return NULL;
  if (!ecs_value_is(list, ECS_LIST)) {
    ecs_diags_add(diags, "WrongType", "container_definitions", "is no list of tables")->hint =
        "give a list of container definitions, or the JSON of one";
    return NULL;
  }
  ecs_value *both = ecs_value_list(arena);
  ecs_value_push(arena, both, ecs_definition_reduce_containers(arena, list, network_mode));
  ecs_value_push(arena, both, (ecs_value *)ecs_definition_unknown(arena, whole));
  return both;
}

bool ecs_definition_same_containers(ecs_arena *arena, const ecs_value *a, const ecs_value *b, const char *network_mode,
                                    ecs_diags *diags) {
  const ecs_value *left = containers_of(arena, a, network_mode, diags);
  const ecs_value *right = containers_of(arena, b, network_mode, diags);
  return left != NULL && right != NULL && ecs_value_equal(left, right);
}

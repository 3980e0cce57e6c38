#include "plan/plan.h"

#include <string.h>

#include "plan/complete.h"
#include "plan/diff.h"
#include "plan/drift.h"
#include "plan/ignore.h"
#include "plan/left.h"
#include "plan/lifecycle.h"
#include "plan/rules.h"
#include "plan/undeclared.h"
#include "schema/body.h"
#include "schema/carry.h"
#include "schema/pair.h"
#include "schema/tags.h"
#include "schema/wire.h"

typedef struct planner {
  const ecs_resource *kind;
  const ecs_plan_hooks *hooks; /* of the kind */
  ecs_arena *arena;
  const ecs_plan_input *in;
  ecs_diags *diags;
  ecs_context context;
  ecs_lifecycle lifecycle;
  const void *traits;
  const ecs_value *has; /* what it is now; NULL: it is not there */
  ecs_value *before, *after, *changed, *removed, *left, *tags;
  bool tags_differ;
  ecs_undeclared undeclared;
  ecs_differ differ;
  const char *reason;
} planner;

/* What the configuration says of an argument; NULL: nothing. Empty lists and texts say nothing. */
static ecs_value *given_for(const planner *p, const ecs_row *row) {
  ecs_value *given = ecs_value_get(p->in->config, row->name);
  return ecs_value_is_empty(given) ? NULL : given;
}

static void assign(planner *p, const ecs_row *row, ecs_value *value) {
  if (ecs_value_is_null(value))
    ecs_value_drop(p->after, row->name);
  else
    ecs_value_set_row(p->arena, p->after, row->name, value);
}

/* What there is of an argument that nobody declared: also of one that an interrupted replacement has deleted. */
static const ecs_value *undeclared_of(const planner *p, const ecs_row *row, const ecs_value *has) {
  return p->has == NULL ? ecs_value_get(ecs_value_get(p->in->unknown, "late"), row->name) : has;
}

static bool stays(planner *p, const ecs_row *row, const ecs_value *kept) {
  if ((row->flags & ECS_LATE) == 0 || ecs_value_is_null(kept))
    return false;
  bool left =
      ecs_carry_covers(p->lifecycle.leave_out, row->create) || ecs_carry_covers(p->lifecycle.leave_out, row->name);
  if (!left)
    ecs_value_push(p->arena, p->undeclared.stays, ecs_value_text(p->arena, row->name));
  return !left;
}

/* What the argument shall be: configured, else what AWS chose or its fallback. NULL: not set. */
static ecs_value *wanted_of(planner *p, const ecs_row *row, ecs_value *given, ecs_value *has) {
  const ecs_value *kept = undeclared_of(p, row, has), *was = ecs_value_get(p->in->recorded, row->name);
  if (given != NULL)
    return ecs_complete(p->arena, row, ecs_undeclared_fill(p->arena, &p->undeclared, row, given, kept, was), has);
  if (stays(p, row, kept))
    return (ecs_value *)kept;
  if ((row->flags & ECS_COMPUTED) != 0 && !ecs_value_is_null(has))
    return has;
  return ecs_schema_fallback(p->arena, row);
}

static ecs_change_case case_of(const planner *p, const ecs_row *row, const ecs_value *given, const ecs_value *has,
                               const ecs_value *wanted) {
  return (ecs_change_case){.has = has,
                           .wanted = wanted,
                           .recorded = ecs_value_get(p->in->recorded, row->name),
                           .configured = given != NULL,
                           .imported = p->in->imported || p->in->recorded == NULL,
                           .traits = p->traits};
}

static ecs_verdict verdict_of(const planner *p, const ecs_row *row, const ecs_change_case *change) {
  ecs_verdict verdict = p->hooks->verdict == NULL ? ECS_COMPARE : p->hooks->verdict(row, change);
  if (verdict != ECS_COMPARE || row->plan == NULL || row->plan->verdict == NULL)
    return verdict;
  return row->plan->verdict(change);
}

static bool replaces(const ecs_row *row, const ecs_change_case *change) {
  if (row->plan != NULL && row->plan->replaces != NULL)
    return row->plan->replaces(change);
  return (row->flags & ECS_REPLACES) != 0;
}

static bool local_counts(const ecs_row *row, const ecs_change_case *change) {
  return row->plan != NULL && row->plan->counts != NULL && row->plan->counts(change);
}

static bool is_deployed(const planner *p) { return p->hooks->deploys != NULL && p->hooks->deploys(p->traits); }

static void note_change(planner *p, const ecs_row *row, const ecs_value *wanted) {
  ecs_value *name = ecs_value_text(p->arena, row->name);
  ecs_value_push(p->arena, p->changed, name);
  bool had = !ecs_value_is_empty(ecs_value_get(p->before, row->name));
  if (given_for(p, row) == NULL && (row->flags & ECS_LOCAL) == 0 && had)
    ecs_value_push(p->arena, p->removed, name);
  assign(p, row, (ecs_value *)wanted);
}

static void plan_local(planner *p, const ecs_row *row) {
  ecs_value *given = given_for(p, row);
  ecs_value *recorded = ecs_value_get(p->in->recorded, row->name);
  ecs_value *wanted = wanted_of(p, row, given, NULL);
  wanted = ecs_ignore_apply(p->arena, p->lifecycle.ignore, row, recorded, wanted, &p->context);
  ecs_change_case change = case_of(p, row, given, recorded, wanted);
  if (local_counts(row, &change)) {
    (void)ecs_diff_row(&p->differ, row, ECS_DEPLOYS, recorded, wanted);
    note_change(p, row, wanted);
  } else {
    assign(p, row, wanted);
  }
}

/* tags, and tags_all after it: what their rows share is that TagResource changes them. */
static void plan_tags(planner *p, const ecs_row *row) {
  ecs_arena *arena = p->arena;
  ecs_value *has = ecs_value_get(p->before, row->name), *wanted;
  if ((row->flags & ECS_READONLY) != 0) {
    wanted = ecs_tags_all(arena, p->tags, p->in->default_tags, p->in->ignore_tags);
  } else {
    wanted = ecs_tags_visible(arena, ecs_value_get(p->in->config, row->name), p->in->ignore_tags);
  }
  if (p->has != NULL)
    wanted = ecs_ignore_apply(arena, p->lifecycle.ignore, row, has, wanted, &p->context);
  if ((row->flags & ECS_READONLY) == 0)
    p->tags = wanted;
  bool same = ecs_value_equal(has, wanted) || (ecs_value_is_empty(has) && ecs_value_is_empty(wanted));
  assign(p, row, ecs_value_is_empty(wanted) ? NULL : wanted);
  if (same)
    return;
  if (p->has == NULL)
    ecs_diff_whole(&p->differ, row, 0, NULL, wanted, false);
  else
    p->tags_differ |= ecs_diff_row(&p->differ, row, 0, has, wanted) > 0;
}

/* The tags that are declared come before tags_all is made of them, wherever their rows stand. */
static void plan_all_tags(planner *p, const ecs_row *rows) {
  for (unsigned pass = 0; pass < 2; pass++) {
    for (const ecs_row *row = rows; row->name != NULL; row++) {
      if ((row->flags & ECS_TAGS) != 0 && ((row->flags & ECS_READONLY) != 0) == (pass == 1))
        plan_tags(p, row);
    }
  }
}

static void plan_row(planner *p, const ecs_row *row) {
  ecs_value *given = given_for(p, row);
  ecs_value *has = ecs_value_get(p->before, row->name);
  ecs_value *wanted = wanted_of(p, row, given, has);
  if (has == wanted)
    return;
  wanted = ecs_ignore_apply(p->arena, p->lifecycle.ignore, row, has, wanted, &p->context);
  if (ecs_pair_same(p->arena, row, has, wanted, &p->context)) {
    if (given != NULL || ecs_value_is_null(has))
      assign(p, row, wanted); /* the form follows the configuration */
    return;
  }
  ecs_change_case change = case_of(p, row, given, has, wanted);
  switch (verdict_of(p, row, &change)) {
    case ECS_KEEP: assign(p, row, ecs_value_is_null(has) ? wanted : has); return;
    case ECS_DISCOUNT: assign(p, row, NULL); return;
    case ECS_COMPARE: break;
  }
  p->differ.without = replaces(row, &change) ? 0u : (unsigned)ECS_REPLACES;
  unsigned flags = p->differ.without != 0 ? row->flags & ~p->differ.without : row->flags | ECS_REPLACES;
  if (ecs_diff_row(&p->differ, row, flags, has, wanted) > 0)
    note_change(p, row, wanted);
  p->differ.without = 0;
}

/* Whether every member of `some` stands in `all`. */
static bool says_all_of(const ecs_value *all, const ecs_value *some) {
  for (size_t i = 0; i < ecs_value_count(some); i++) {
    const ecs_entry *entry = &some->as.map.entries[i];
    if (!ecs_value_equal(ecs_value_get(all, entry->key), entry->value))
      return false;
  }
  return true;
}

/* What an update says of a block such as the circuit breaker that is not declared any more, or NULL: rows that have no
** such word, or whose block says it already. */
static ecs_value *off_of(planner *p, const ecs_row *row, const ecs_value *has) {
  if (row->kind != ECS_KIND_BLOCK || row->update == NULL || row->removed == NULL || ecs_value_is_empty(has))
    return NULL;
  ecs_value *off = row->removed(p->arena, row, has, &p->context);
  if (ecs_value_is_null(off) || says_all_of(ecs_wire_to(p->arena, row, has, &p->context), off))
    return NULL;
  return off;
}

static bool is_own(const ecs_row *row) {
  return (row->flags & (ECS_META | ECS_LOCAL | ECS_TAGS | ECS_READONLY | ECS_COMPUTED)) == 0;
}

/* Such a block that is on, and that no declaration ever turned on: AWS has it from elsewhere, and keeps it. */
static void note_undeclared(planner *p, const ecs_row *rows) {
  for (const ecs_row *row = rows; row->name != NULL; row++) {
    const ecs_value *recorded = ecs_value_get(p->in->recorded, row->name);
    ecs_value *has = ecs_value_get(p->before, row->name);
    bool stays = p->in->refresh_only || (given_for(p, row) == NULL && ecs_value_get(p->after, row->name) == has);
    if (!is_own(row) || !stays || off_of(p, row, has) == NULL)
      continue;
    if (p->undeclared.imported || ecs_undeclared_holds(&p->undeclared, row->name) || off_of(p, row, recorded) == NULL)
      ecs_undeclared_note(p->arena, &p->undeclared, row->name);
  }
}

/* Whether what it has stays although the configuration does not set it any more, as long as nothing else is updated:
** `removed` of the row then goes with that update. Only what the last applied configuration set counts. */
static bool lingers(const planner *p, const ecs_row *row, const ecs_change_case *change) {
  return row->kind == ECS_KIND_BLOCK && row->update != NULL && row->removed != NULL && !change->configured &&
         !change->imported && !ecs_value_is_empty(change->has) && !ecs_value_is_empty(change->recorded) &&
         ecs_resource_updatable(p->kind, row, p->traits);
}

/* Taking a block such as the circuit breaker out of the configuration changes nothing by itself, but the next update turns
** it off. */
static void plan_lingering(planner *p, const ecs_row *rows) {
  for (const ecs_row *row = rows; row->name != NULL; row++) {
    ecs_value *has = ecs_value_get(p->before, row->name);
    if (!is_own(row) || has == NULL || ecs_value_get(p->after, row->name) != has ||
        ecs_ignore_touches(p->lifecycle.ignore, row) || ecs_undeclared_holds(&p->undeclared, row->name))
      continue;
    ecs_change_case change = case_of(p, row, given_for(p, row), has, NULL);
    if (!lingers(p, row, &change) || off_of(p, row, has) == NULL)
      continue;
    ecs_diff_whole(&p->differ, row, row->flags, has, NULL, false);
    note_change(p, row, NULL);
  }
}

/* What is made again gets anew what AWS chooses, and loses what nobody declares. */
static void forget_computed(planner *p, const ecs_row *rows) {
  for (const ecs_row *row = rows; row->name != NULL; row++) {
    bool ignored = (row->flags & ECS_READONLY) == 0 && ecs_ignore_touches(p->lifecycle.ignore, row);
    if (row->kind == ECS_KIND_STRING && !ignored && given_for(p, row) != NULL && (row->flags & ECS_LOCAL) == 0)
      assign(p, row, given_for(p, row)); /* also what an update would have left as it is */
    if ((row->flags & (ECS_META | ECS_LOCAL | ECS_TAGS)) != 0 || given_for(p, row) != NULL || ignored ||
        (row->flags & (ECS_IDENTIFIES | ECS_LATE)) != 0 || ecs_undeclared_holds(&p->undeclared, row->name))
      continue;
    ecs_value *has = ecs_value_get(p->before, row->name), *fallback = ecs_schema_fallback(p->arena, row);
    assign(p, row, fallback);
    if ((row->flags & (ECS_COMPUTED | ECS_READONLY)) != 0 && ecs_value_is_null(fallback) && !ecs_value_is_null(has))
      ecs_diff_whole(&p->differ, row, 0, has, NULL, true);
  }
}

static ecs_value *make_change(planner *p, const char *action) {
  ecs_value *change = ecs_value_map(p->arena);
  ecs_value_set(p->arena, change, "action", ecs_value_text(p->arena, action));
  if (p->after != NULL)
    ecs_value_set(p->arena, change, "after", p->after);
  if (p->before != NULL)
    ecs_value_set(p->arena, change, "before", p->before);
  ecs_value_set(p->arena, change, "changed", p->changed);
  return change;
}

static void set_deployment(planner *p, ecs_value *change, bool starts) {
  ecs_value *deployment = ecs_value_map(p->arena);
  ecs_value_set(p->arena, deployment, "starts", ecs_value_bool(p->arena, starts));
  ecs_value_set(p->arena, deployment, "why", p->differ.starting);
  ecs_value_set(p->arena, change, "deployment", deployment);
  ecs_value_set(p->arena, change, "diff", p->differ.entries);
}

/* Differences that AWS applies at the next deployment wait, unless this change starts one. */
static void mark_waiting(planner *p) {
  for (size_t i = 0; i < ecs_value_count(p->differ.waiting); i++)
    ecs_value_set(p->arena, ecs_value_at(p->differ.waiting, i), "waits_for_deployment", ecs_value_bool(p->arena, true));
}

static void refuse_to_lose(planner *p, const ecs_value *lost) {
  for (size_t i = 0; i < ecs_value_count(lost); i++) {
    const char *path = ecs_value_text_or(ecs_value_at(lost, i), "");
    ecs_diag *diag = ecs_diags_add(p->diags, "CannotCarry", path, "%s", ecs_carry_lost_message());
    diag->hint = ecs_carry_lost_hint(p->arena, path);
  }
}

/* What AWS has in the structures that will be sent, and no row knows. Made as the requests will be, so that what is shown
** is what is carried. */
static void plan_carried(planner *p, ecs_value *change) {
  const char *action = ecs_value_text_or(ecs_value_get(change, "action"), "");
  ecs_carry carry = ecs_carry_of(p->kind, p->arena, p->in->unknown, p->lifecycle.leave_out);
  ecs_value *body = NULL;
  if (carry.paths == NULL || ecs_arena_failed(p->arena))
    return;
  if (strcmp(action, "update") == 0) {
    (void)ecs_body_update(p->kind, p->arena, change, &p->context, &body);
    if (body != NULL)
      ecs_carry_update(p->arena, &carry, p->after, body);
  } else if (strcmp(action, "replace") == 0 || strcmp(action, "create") == 0) {
    (void)ecs_body_create(p->kind, p->arena, p->after, false, &p->context, &body);
    ecs_carry_create(p->arena, &carry, body);
    for (size_t i = 0; i < ecs_value_count(p->undeclared.stays); i++)
      ecs_value_push(p->arena, carry.paths, ecs_value_at(p->undeclared.stays, i));
  }
  if (ecs_value_count(carry.paths) > 0)
    ecs_value_set(p->arena, change, "carried", carry.paths);
  refuse_to_lose(p, carry.lost);
}

static void plan_undeclared(planner *p, ecs_value *change) {
  for (size_t i = 0; p->in->refresh_only && i < ecs_value_count(p->undeclared.known); i++)
    ecs_undeclared_note(p->arena, &p->undeclared, ecs_value_text_or(ecs_value_at(p->undeclared.known, i), ""));
  if (ecs_value_count(p->undeclared.found) > 0)
    ecs_value_set(p->arena, change, "undeclared", p->undeclared.found);
}

static void finish(planner *p, ecs_value *change) {
  plan_carried(p, change);
  plan_undeclared(p, change);
  ecs_value_set(p->arena, change, "drift",
                ecs_drift(p->kind, p->arena, p->in, &p->context, p->lifecycle.ignore, p->left));
  if (ecs_value_count(p->left) > 0)
    ecs_value_set(p->arena, change, "left", p->left);
  if (p->reason != NULL)
    ecs_value_set(p->arena, change, "reason", ecs_value_text(p->arena, p->reason));
  ecs_value_set(p->arena, change, "removed", p->removed);
  ecs_value_set(p->arena, change, "replace_paths", p->differ.forcing);
}

static void forbid(planner *p, const char *path, const char *what) {
  ecs_diag *diag = ecs_diags_add(p->diags, "PreventDestroy", path, "this would %s the %s, which its lifecycle prevents",
                                 what, p->kind->name);
  diag->hint = ecs_arena_format(
      p->arena, "take prevent_destroy out of the lifecycle if the %s may go, or undo the change that replaces it",
      p->kind->name);
}

/* What is not configured and known only when it is there. */
static bool is_chosen_by_aws(const planner *p, const ecs_row *row) {
  for (const char *const *other = row->conflicts; other != NULL && *other != NULL; other++) {
    if (!ecs_value_is_empty(ecs_value_get(p->in->config, *other)))
      return false;
  }
  return (row->flags & (ECS_COMPUTED | ECS_READONLY)) != 0 && (row->flags & (ECS_LOCAL | ECS_LATE)) == 0;
}

static ecs_value *plan_create(planner *p) {
  p->after = ecs_value_map(p->arena);
  for (const ecs_row *row = p->kind->rows; row->name != NULL; row++) {
    if ((row->flags & (ECS_META | ECS_TAGS)) != 0)
      continue;
    ecs_value *given = given_for(p, row);
    ecs_value *wanted = wanted_of(p, row, given, NULL);
    bool absent = ecs_value_is_null(wanted);
    if (!absent && given == NULL && !ecs_body_sends(row, wanted, p->traits))
      continue;
    bool unknown = absent && is_chosen_by_aws(p, row);
    assign(p, row, wanted);
    if (!absent || unknown)
      ecs_diff_whole(&p->differ, row, 0, NULL, wanted, unknown);
  }
  plan_all_tags(p, p->kind->rows);
  ecs_value *change = make_change(p, "create");
  set_deployment(p, change, is_deployed(p));
  return change;
}

static ecs_value *plan_delete(planner *p) {
  bool gone = p->in->refreshed && p->in->actual == NULL && !p->in->draining;
  const ecs_value *last = p->has != NULL ? p->has : p->in->recorded;
  if (last == NULL && !p->in->draining)
    return make_change(p, "no-op");
  if (p->lifecycle.prevent_destroy && !gone)
    forbid(p, "", "destroy");
  if (gone)
    p->reason = ecs_arena_format(p->arena, "the %s is gone already: only its record is left", p->kind->name);
  p->before = last == NULL ? NULL : (ecs_value *)last;
  for (const ecs_row *row = p->kind->rows; row->name != NULL; row++) {
    const ecs_value *has = ecs_value_get(last, row->name);
    if ((row->flags & ECS_META) == 0 && !ecs_value_is_null(has))
      ecs_diff_whole(&p->differ, row, 0, has, NULL, false);
  }
  return make_change(p, "delete");
}

bool ecs_plan_moves(const ecs_row *rows, const ecs_value *paths) {
  for (size_t i = 0; i < ecs_value_count(paths); i++) {
    const ecs_row *row = ecs_schema_find(rows, ecs_value_text_or(ecs_value_at(paths, i), ""));
    if (row != NULL && (row->flags & ECS_IDENTIFIES) != 0)
      return true;
  }
  return false;
}

static void warn_of_order(planner *p, const char *path) {
  ecs_diag *diag =
      ecs_diags_add(p->diags, "CreateBeforeDestroy", path,
                    "the %s must be deleted before it is created again: its name stays the same", p->kind->name);
  diag->hint =
      ecs_arena_format(p->arena, "change the name too, or accept that the %s is away meanwhile", p->kind->name);
  ecs_diags_warn(p->diags, diag);
}

static ecs_value *plan_replace(planner *p) {
  bool create_first = p->lifecycle.create_before_destroy && ecs_plan_moves(p->kind->rows, p->differ.forcing);
  const char *first = ecs_value_text_or(ecs_value_at(p->differ.forcing, 0), "");
  if (p->lifecycle.prevent_destroy)
    forbid(p, first, "replace");
  if (p->lifecycle.create_before_destroy && !create_first)
    warn_of_order(p, first);
  if (p->reason == NULL && p->hooks->way_in_place != NULL)
    p->reason = p->hooks->way_in_place(p->differ.forcing, p->before, p->after);
  forget_computed(p, p->kind->rows);
  ecs_value *change = make_change(p, "replace");
  p->differ.starting = p->differ.forcing;
  set_deployment(p, change, is_deployed(p));
  ecs_value_set(p->arena, change, "steps", ecs_value_text(p->arena, create_first ? "create,delete" : "delete,create"));
  return change;
}

/* What an update does not take: say so now instead of failing half-way. */
static void check_updatable(planner *p) {
  for (size_t i = 0; i < ecs_value_count(p->changed); i++) {
    const char *name = ecs_value_text_or(ecs_value_at(p->changed, i), "");
    const ecs_row *row = ecs_schema_find(p->kind->rows, name);
    if (row != NULL && p->hooks->refuse != NULL && !ecs_resource_updatable(p->kind, row, p->traits))
      p->hooks->refuse(row, p->traits, p->diags);
  }
}

/* What rides on every update starts its deployment, whatever else is in it. */
static bool update_deploys(planner *p) {
  for (const ecs_row *row = p->kind->rows; row->name != NULL && ecs_value_count(p->changed) > 0; row++) {
    if (ecs_body_rides(p->kind, row, p->after, p->traits) && !ecs_value_holds_text(p->differ.starting, row->name))
      ecs_value_push(p->arena, p->differ.starting, ecs_value_text(p->arena, row->name));
  }
  return ecs_value_count(p->differ.starting) > 0;
}

static ecs_value *plan_update(planner *p) {
  const ecs_row *rows = p->kind->rows;
  p->before = ecs_value_shallow(p->arena, p->has);
  for (const ecs_row *row = rows; row->name != NULL; row++) {
    ecs_value *recorded = (row->flags & ECS_LOCAL) != 0 ? ecs_value_get(p->in->recorded, row->name) : NULL;
    if (recorded != NULL)
      ecs_value_set_row(p->arena, p->before, row->name, recorded);
    else if ((row->flags & ECS_LOCAL) != 0)
      ecs_value_drop(p->before, row->name);
  }
  p->after = ecs_value_shallow(p->arena, p->before);
  for (const ecs_row *row = rows; row->name != NULL; row++) {
    if ((row->flags & (ECS_META | ECS_TAGS | ECS_READONLY)) != 0)
      continue;
    if ((row->flags & ECS_LOCAL) != 0)
      plan_local(p, row);
    else
      plan_row(p, row);
  }
  plan_all_tags(p, rows);
  note_undeclared(p, rows);
  if (ecs_value_count(p->differ.forcing) > 0 || p->in->tainted)
    return plan_replace(p);
  if (ecs_value_count(p->changed) > 0)
    plan_lingering(p, rows);
  check_updatable(p);
  bool deploys = update_deploys(p);
  const ecs_row *force = p->in->redeploy != NULL && !deploys && is_deployed(p) ? ecs_body_force(p->kind) : NULL;
  bool forces = force != NULL;
  if (forces)
    ecs_value_push(p->arena, p->differ.starting, ecs_value_text(p->arena, force->name));
  if (!deploys && !forces)
    mark_waiting(p);
  ecs_value *change = make_change(p, ecs_value_count(p->changed) > 0 || p->tags_differ || forces ? "update" : "no-op");
  set_deployment(p, change, deploys || forces);
  if (forces)
    ecs_value_set(p->arena, change, "forces", ecs_value_bool(p->arena, true));
  if (p->in->redeploy != NULL && (deploys || forces))
    p->reason = p->in->redeploy;
  return change;
}

static const char *tainted_because(planner *p) {
  if (p->in->taint_reason == NULL)
    return ecs_arena_format(p->arena, "an earlier create of the %s did not succeed", p->kind->name);
  return ecs_arena_format(p->arena, "an earlier create of the %s did not succeed: %s", p->kind->name,
                          p->in->taint_reason);
}

static ecs_value *plan_any(planner *p) {
  const ecs_plan_input *in = p->in;
  if (in->config == NULL || in->destroy)
    return plan_delete(p);
  if (in->draining) {
    p->has = NULL;
    p->reason =
        ecs_arena_format(p->arena, "the %s is draining: it is created again as soon as it is INACTIVE", p->kind->name);
    return plan_create(p);
  }
  if (p->has == NULL) {
    if (in->recorded != NULL)
      p->reason =
          ecs_arena_format(p->arena, "the %s is gone: it is recorded, but AWS has no active %s of this name any more",
                           p->kind->name, p->kind->name);
    return plan_create(p);
  }
  if (in->tainted)
    p->reason = tainted_because(p);
  return plan_update(p);
}

static void begin(planner *p, ecs_plan_input *in) {
  ecs_arena *arena = p->arena;
  p->has = in->actual != NULL || in->refreshed ? in->actual : in->recorded;
  p->left = ecs_value_list(arena);
  in->config = ecs_left_settle(arena, p->kind->rows, in->config, in->draining ? NULL : p->has, in->facts, p->left);
  p->context.kind = p->kind;
  p->context.config = in->config;
  p->context.attributes = p->has;
  p->changed = ecs_value_list(arena);
  p->removed = ecs_value_list(arena);
  p->differ = (ecs_differ){.arena = arena, .context = &p->context, .entries = ecs_value_list(arena)};
  p->differ.forcing = ecs_value_list(arena);
  p->differ.starting = ecs_value_list(arena);
  p->differ.waiting = ecs_value_list(arena);
  p->undeclared = (ecs_undeclared){.imported = !in->refresh_only && (in->imported || in->recorded == NULL),
                                   .known = in->undeclared,
                                   .stays = ecs_value_list(arena),
                                   .found = ecs_value_list(arena)};
  p->traits = ecs_resource_traits(p->kind, arena, in->config, p->has);
  p->lifecycle = ecs_lifecycle_of(p->kind->rows, in->config);
  p->undeclared.leave_out = p->lifecycle.leave_out;
}

ecs_status ecs_plan(const ecs_resource *kind, ecs_arena *arena, const ecs_plan_input *input, ecs_value **change,
                    ecs_diags *diags) {
  static const ecs_plan_hooks none = {.verdict = NULL};
  ecs_plan_input in = *input;
  in.config = ecs_value_unless_null(in.config);
  in.recorded = ecs_value_unless_null(in.recorded);
  in.actual = ecs_value_unless_null(in.actual);
  in.unknown = ecs_value_unless_null(in.unknown);
  size_t errors = diags->errors;
  planner p = {.kind = kind, .arena = arena, .in = &in, .diags = diags, .context = in.context};
  p.hooks = kind->plan == NULL ? &none : kind->plan;
  begin(&p, &in);
  *change = ecs_value_null(arena);
  if (ecs_arena_failed(arena))
    return ECS_NOMEM;
  ecs_value *made = plan_any(&p);
  if (ecs_value_get(made, "diff") == NULL)
    set_deployment(&p, made, false);
  finish(&p, made);
  if (p.hooks->after_plan != NULL && !ecs_arena_failed(arena))
    p.hooks->after_plan(arena, &in, made, diags);
  *change = made;
  if (ecs_arena_failed(arena))
    return ECS_NOMEM;
  return diags->errors > errors ? ECS_INVALID : ECS_OK;
}

ecs_value *ecs_plan_tags_all(ecs_arena *arena, const ecs_value *tags, const ecs_value *default_tags,
                             const ecs_value *ignore_tags) {
  return ecs_tags_all(arena, tags, default_tags, ignore_tags);
}

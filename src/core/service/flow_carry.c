#include "service/flow_carry.h"

#include <string.h>

#include "plan/ignore.h"
#include "plan/lifecycle.h"
#include "plan/undeclared.h"
#include "schema/carry.h"
#include "schema/wire.h"
#include "service/request.h"
#include "service/service.h"

/* Scalars are not sent whole: nothing is lost with them. */
bool ecs_flow_must_read(const ecs_machine *m, const ecs_value *body) {
  for (size_t i = 0; !ecs_flow_of(m)->carry.read && i < ecs_value_count(body); i++) {
    const ecs_value *member = body->as.map.entries[i].value;
    if (ecs_value_is(member, ECS_MAP) || ecs_value_is(member, ECS_LIST))
      return true;
  }
  return false;
}

/* Whether the row is a block in a structure that it shares with others: it goes along when one of those is changed. */
static bool travels(const ecs_row *row) {
  bool spread = (row->flags & ECS_SPREAD) != 0;
  return row->kind == ECS_KIND_BLOCK && row->update != NULL && (spread || strchr(row->update, '.') != NULL);
}

/* What AWS has of such a block: of one that is spread, its own members. */
static ecs_value *wire_of(ecs_arena *arena, const ecs_row *row, const ecs_value *service) {
  const ecs_value *wire = ecs_value_get_path(service, row->update);
  if (wire == NULL || (row->flags & ECS_SPREAD) == 0)
    return wire == NULL ? NULL : ecs_value_copy(arena, wire);
  if (ecs_wire_from(arena, row, wire, NULL) == NULL)
    return NULL; /* there is nothing to tell of it */
  ecs_value *own = ecs_value_map(arena);
  for (const ecs_row *inner = row->rows; inner->name != NULL; inner++) {
    const ecs_value *member = ecs_value_get(wire, inner->create);
    if (!ecs_value_is_empty(member))
      ecs_value_set(arena, own, inner->create, ecs_value_copy(arena, member));
  }
  return own;
}

void ecs_flow_remember_unknown(ecs_machine *m, const ecs_value *service) {
  ecs_flow *flow = ecs_flow_of(m);
  if (flow->carry.read)
    return;
  flow->carry.read = true;
  ecs_value *unknown = ecs_carry_read(&ecs_service_resource, m->arena, service);
  flow->carry.unknown = unknown == NULL ? NULL : ecs_value_copy(m->arena, unknown);
  ecs_value *had = ecs_value_map(m->arena);
  for (const ecs_row *row = ecs_service_resource.rows; row->name != NULL; row++) {
    ecs_value *wire = travels(row) ? wire_of(m->arena, row, service) : NULL;
    if (wire != NULL)
      ecs_value_set(m->arena, had, row->name, wire);
  }
  flow->carry.had = had;
}

static bool changes(const ecs_machine *m, const char *name) {
  return ecs_value_holds_text(ecs_value_get_path(m->op, "change.changed"), name);
}

static bool is_declared(const ecs_machine *m, const ecs_row *row) {
  const ecs_value *config = ecs_value_get(m->op, "config");
  ecs_lifecycle lifecycle = ecs_lifecycle_of(ecs_service_resource.rows, config);
  return !ecs_value_is_null(ecs_value_get(config, row->name)) && !ecs_ignore_whole(lifecycle.ignore, row);
}

static void put_as_read(ecs_arena *arena, const ecs_row *row, ecs_value *body, ecs_value *sent, ecs_value *has) {
  if ((row->flags & ECS_SPREAD) == 0) {
    ecs_value_set_path(arena, body, row->update, has);
    return;
  }
  for (size_t i = 0; i < ecs_value_count(has); i++)
    ecs_value_set(arena, sent, has->as.map.entries[i].key, has->as.map.entries[i].value);
}

/* What travels with others, and nobody declares, goes as AWS has it now: the plan knew it from the records alone. */
static void send_as_read(ecs_machine *m, ecs_arena *arena, ecs_value *body) {
  const ecs_flow *flow = ecs_flow_of(m);
  for (const ecs_row *row = ecs_service_resource.rows; flow->carry.had != NULL && row->name != NULL; row++) {
    if (!travels(row) || changes(m, row->name) || is_declared(m, row))
      continue;
    ecs_value *has = ecs_value_get(flow->carry.had, row->name);
    ecs_value *sent = ecs_value_getn(body, row->update, strcspn(row->update, "."));
    if (has != NULL && sent != NULL)
      put_as_read(arena, row, body, sent, has);
  }
}

/* The same of members that a state of an earlier version does not know. */
static void send_late(ecs_machine *m, ecs_arena *arena, ecs_value *body) {
  const ecs_value *late = ecs_value_get(ecs_flow_of(m)->carry.unknown, "late"), *after = ecs_flow_after(m);
  const ecs_value *config = ecs_value_get(m->op, "config");
  ecs_undeclared undeclared = {.found = ecs_value_list(m->arena), .stays = ecs_value_list(arena)};
  undeclared.leave_out = ecs_lifecycle_of(ecs_service_resource.rows, config).leave_out;
  for (size_t i = 0; i < ecs_value_count(late); i++) {
    const ecs_entry *entry = &late->as.map.entries[i];
    const ecs_row *row = ecs_schema_find(ecs_service_resource.rows, entry->key);
    ecs_value *given = ecs_value_get(after, row->name), *filled;
    const ecs_value *was = ecs_value_get(ecs_value_get_path(m->op, "change.before"), row->name);
    if (ecs_value_is_empty(given) || ecs_value_get_path(body, row->update) == NULL || (row->flags & ECS_SPREAD) != 0)
      continue;
    filled = ecs_undeclared_fill(m->arena, &undeclared, row, given, entry->value, was);
    if (filled != given)
      ecs_value_set_path(arena, body, row->update, ecs_wire_to(arena, row, filled, &m->outbox->context));
  }
  if (ecs_value_count(undeclared.found) > 0)
    ecs_flow_of(m)->carry.late = undeclared.found;
}

static ecs_value *lost_error(ecs_machine *m, const ecs_value *lost) {
  const char *path = ecs_value_text_or(ecs_value_at(lost, 0), "");
  ecs_value *error = ecs_machine_error(m, "CannotCarry", ecs_carry_lost_hint(m->arena, path), "%s: %s", path,
                                       ecs_carry_lost_message());
  ecs_value_set(m->arena, error, "path", ecs_value_text(m->arena, path));
  return error;
}

bool ecs_flow_carry(ecs_machine *m, double now, ecs_arena *arena, ecs_value *body, bool creates) {
  ecs_flow *flow = ecs_flow_of(m);
  ecs_lifecycle lifecycle = ecs_lifecycle_of(ecs_service_resource.rows, ecs_value_get(m->op, "config"));
  ecs_carry carry = ecs_carry_of(&ecs_service_resource, m->arena, flow->carry.unknown, lifecycle.leave_out);
  flow->carry.sent = NULL;
  if (!creates) {
    send_late(m, arena, body);
    send_as_read(m, arena, body);
  }
  if (flow->carry.unknown == NULL)
    return true;
  if (creates)
    ecs_carry_create(arena, &carry, body);
  else
    ecs_carry_update(arena, &carry, ecs_flow_after(m), body);
  if (ecs_value_count(carry.lost) > 0) {
    ecs_machine_fail(m, now, lost_error(m, carry.lost));
    return false;
  }
  flow->carry.sent = ecs_value_count(carry.paths) > 0 ? carry.paths : NULL;
  return true;
}

bool ecs_flow_can_carry(ecs_machine *m, double now) {
  ecs_value *body;
  ecs_arena *arena = ecs_machine_asking(m);
  ecs_request_create(arena, ecs_flow_after(m), NULL, false, &m->outbox->context, &body);
  bool can = ecs_flow_carry(m, now, arena, body, true);
  ecs_flow_of(m)->carry.sent = NULL; /* what is sent next is another request */
  return can;
}

/* The last name of a path: what AWS calls the member. */
static bool is_named_in(const char *message, const char *path) {
  const char *dot = strrchr(path, '.');
  return strstr(message, dot == NULL ? path : dot + 1) != NULL;
}

/* Those that AWS speaks of; all of them when it speaks of none. */
static ecs_value *suspects(ecs_machine *m, const char *message) {
  const ecs_flow *flow = ecs_flow_of(m);
  ecs_value *list = ecs_value_list(m->arena);
  for (size_t i = 0; i < ecs_value_count(flow->carry.sent); i++) {
    const char *path = ecs_value_text_or(ecs_value_at(flow->carry.sent, i), "");
    if (is_named_in(message, path))
      ecs_value_push(m->arena, list, ecs_value_text(m->arena, path));
  }
  return ecs_value_count(list) > 0 ? list : ecs_value_copy(m->arena, flow->carry.sent);
}

static const char *joined(ecs_machine *m, const ecs_value *list, const char *quote) {
  const char *text = "";
  for (size_t i = 0; i < ecs_value_count(list) && text != NULL; i++)
    text = ecs_arena_format(m->arena, "%s%s%s%s%s", text, i == 0 ? "" : ", ", quote,
                            ecs_value_text_or(ecs_value_at(list, i), ""), quote);
  return text == NULL ? "" : text;
}

void ecs_flow_name_carried(ecs_machine *m, ecs_value *error, const ecs_answer *answer) {
  if (ecs_flow_of(m)->carry.sent == NULL || m->ask.repeats != ECS_WANT_REQUEST || answer->kind != ECS_ANSWER_REFUSED ||
      ecs_value_get(error, "hint") != NULL)
    return;
  ecs_value *list = suspects(m, answer->message);
  const char *message = ecs_value_text_or(ecs_value_get(error, "message"), "");
  message = ecs_arena_format(m->arena, "%s; sent along because AWS has it: %s", message, joined(m, list, ""));
  const char *hint = ecs_arena_format(
      m->arena, "if that is what AWS refuses, leave it out: lifecycle = { leave_out = { %s } }", joined(m, list, "\""));
  ecs_value_set(m->arena, error, "message", ecs_value_text(m->arena, message));
  ecs_value_set(m->arena, error, "hint", ecs_value_text(m->arena, hint));
  ecs_value_set(m->arena, error, "carried", list);
}

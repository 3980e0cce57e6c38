/* A kind that only this spec knows goes through all the stages: they know none by name. */
#include "base/json_write.h"
#include "plan/lifecycle.h"
#include "plan/plan.h"
#include "read.h"
#include "schema/body.h"
#include "schema/carry.h"
#include "schema/flatten.h"
#include "schema/validate.h"

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

static void need_even(const ecs_check *c) {
  if (ecs_value_int_or(c->value, 0) % 2 != 0)
    ecs_diags_add(c->diags, "OutOfRange", c->path, "%s is odd", c->row->name);
}

enum { DRAINS = ECS_OWN_FLAG };

static const ecs_flag_name flag_names[] = {{DRAINS, "drains"}, {0, NULL}};

static const ecs_row policy[] = {
    {.name = "target", .kind = ECS_KIND_STRING, .flags = ECS_REQUIRED, .create = "targetArn"},
    {.name = "tries", .kind = ECS_KIND_INT, .fallback = "3", .create = "tries"},
    {.name = NULL},
};

static const ecs_row rows[] = {
    {.name = "name",
     .kind = ECS_KIND_STRING,
     .flags = ECS_REQUIRED | ECS_REPLACES | ECS_IDENTIFIES,
     .create = "queueName",
     .answer = "queueName"},
    {.name = "depth",
     .kind = ECS_KIND_INT,
     .flags = DRAINS,
     .fallback = "10",
     .maximum = 100,
     .check = need_even,
     .create = "depth",
     .update = "depth",
     .answer = "depth"},
    {.name = "policy",
     .kind = ECS_KIND_BLOCK,
     .create = "policy",
     .update = "policy",
     .answer = "policy",
     .rows = policy},
    {.name = "keeping", .kind = ECS_KIND_BLOCK, .flags = ECS_LOCAL | ECS_META, .rows = ecs_lifecycle_rows},
    {.name = "id", .kind = ECS_KIND_STRING, .flags = ECS_COMPUTED | ECS_READONLY, .answer = "queueArn"},
    {.name = NULL},
};

static const ecs_other_name other_names[] = {{"", "size", "depth", NULL}, {NULL, NULL, NULL, NULL}};

static const ecs_resource queue = {
    .name = "queue",
    .sample = "{ name = \"…\" }",
    .rows = rows,
    .flag_names = flag_names,
    .other_names = other_names,
    .reports = NAMES("figures"),
};

typedef struct stage {
  ecs_arena *arena;
  ecs_diags diags;
} stage;

static stage begin(void) {
  stage s = {.arena = ecs_arena_new(NULL)};
  ecs_diags_init(&s.diags, s.arena);
  return s;
}

static const char *text_of(stage *s, const ecs_value *value) {
  size_t size;
  const char *text = ecs_json_write(s->arena, value, 0, &size);
  return text == NULL ? "" : text;
}

static void check_wrong(const char *config, const char *path, const char *message, const char *hint) {
  stage s = begin();
  ecs_value *normal;
  CHECK(ecs_validate(&queue, s.arena, read_json(s.arena, config), NULL, &normal, &s.diags) == ECS_INVALID);
  if (CHECK(s.diags.first != NULL)) {
    CHECK_TEXT(s.diags.first->path, path);
    CHECK_TEXT(s.diags.first->message, message);
    if (hint != NULL)
      CHECK_TEXT(s.diags.first->hint, hint);
  }
  ecs_arena_free(s.arena);
}

static void check_declarations(void) {
  check_wrong("{\"name\":\"q\",\"depth\":7}", "depth", "depth is odd", NULL);
  check_wrong("{\"name\":\"q\",\"size\":7}", "size", "no such argument; did you mean depth?", "write depth");
  check_wrong("{\"name\":\"q\",\"desired_count\":7}", "desired_count", "no such argument", "remove it");
  check_wrong("{\"name\":\"q\",\"id\":\"x\"}", "id", "is an attribute of the queue and cannot be configured",
              "remove it");
  check_wrong("7", "", "a whole number stands where a table of arguments is expected",
              "declare the queue as { name = \"…\" }");
  check_wrong("{\"name\":\"q\",\"keeping\":{\"ignore_changes\":[\"size\"]}}", "keeping.ignore_changes[1]",
              "\"size\" is no argument; did you mean depth?", "write \"depth\"");
}

static ecs_value *plan(stage *s, const char *config, const char *has, ecs_status wanted) {
  ecs_value *change = NULL, *normal;
  CHECK(ecs_validate(&queue, s->arena, read_json(s->arena, config), NULL, &normal, &s->diags) == ECS_OK);
  ecs_plan_input in = {.config = normal, .refreshed = true};
  in.actual = in.recorded = has == NULL ? NULL : read_json(s->arena, has);
  CHECK(ecs_plan(&queue, s->arena, &in, &change, &s->diags) == wanted);
  return change;
}

static void check_rows(void) {
  stage s = begin();
  const ecs_value *depth = ecs_value_at(ecs_resource_value(&queue, s.arena), 1);
  CHECK_TEXT(text_of(&s, depth),
             "{\"answer\":\"depth\",\"create\":\"depth\",\"default\":10,\"drains\":true,\"kind\":\"int\","
             "\"maximum\":100,\"minimum\":0,\"name\":\"depth\",\"update\":\"depth\"}");
  ecs_arena_free(s.arena);
}

static void check_create(void) {
  stage s = begin();
  ecs_value *body, *change = plan(&s, "{\"name\":\"q\",\"policy\":{\"target\":\"t\"}}", NULL, ECS_OK);
  CHECK_TEXT(ecs_value_text_or(ecs_value_get(change, "action"), ""), "create");
  CHECK_TEXT(text_of(&s, ecs_value_get(change, "deployment")), "{\"starts\":false,\"why\":[]}");
  CHECK(ecs_body_create(&queue, s.arena, ecs_value_get(change, "after"), false, NULL, &body) == ECS_OK);
  CHECK_TEXT(text_of(&s, body), "{\"depth\":10,\"policy\":{\"targetArn\":\"t\",\"tries\":3},\"queueName\":\"q\"}");
  ecs_arena_free(s.arena);
}

static void check_update(void) {
  stage s = begin();
  ecs_value *body, *change = plan(&s, "{\"name\":\"q\",\"depth\":20}", "{\"name\":\"q\",\"depth\":10}", ECS_OK);
  CHECK_TEXT(ecs_value_text_or(ecs_value_get(change, "action"), ""), "update");
  CHECK_TEXT(text_of(&s, ecs_value_get(change, "diff")), "[{\"after\":20,\"before\":10,\"path\":\"depth\"}]");
  CHECK(ecs_body_update(&queue, s.arena, change, NULL, &body) == ECS_OK);
  CHECK_TEXT(text_of(&s, body), "{\"depth\":20}");
  change = plan(&s, "{\"name\":\"q\",\"depth\":20,\"keeping\":{\"ignore_changes\":[\"depth\"]}}",
                "{\"name\":\"q\",\"depth\":10}", ECS_OK);
  CHECK_TEXT(ecs_value_text_or(ecs_value_get(change, "action"), ""), "no-op");
  ecs_arena_free(s.arena);
}

static void check_replacement(void) {
  stage s = begin();
  ecs_value *change = plan(&s, "{\"name\":\"r\",\"keeping\":{\"create_before_destroy\":true}}",
                           "{\"name\":\"q\",\"depth\":10}", ECS_OK);
  CHECK_TEXT(ecs_value_text_or(ecs_value_get(change, "action"), ""), "replace");
  CHECK_TEXT(ecs_value_text_or(ecs_value_get(change, "steps"), ""), "create,delete");
  plan(&s, "{\"name\":\"r\",\"keeping\":{\"prevent_destroy\":true}}", "{\"name\":\"q\",\"depth\":10}", ECS_INVALID);
  if (CHECK(s.diags.first != NULL)) {
    CHECK_TEXT(s.diags.first->message, "this would replace the queue, which its lifecycle prevents");
    CHECK_TEXT(s.diags.first->hint, "take prevent_destroy out of the lifecycle if the queue may go, or undo the change "
                                    "that replaces it");
  }
  ecs_arena_free(s.arena);
}

static void check_answer(void) {
  stage s = begin();
  ecs_value *attributes, *body;
  const ecs_value *answer =
      read_json(s.arena, "{\"queueName\":\"q\",\"queueArn\":\"arn:q\",\"depth\":4,\"policy\":{\"targetArn\":\"t\","
                         "\"jitter\":5},\"figures\":{\"waiting\":3},\"guards\":[{\"name\":\"g\"}]}");
  ecs_flatten_input in = {.answer = answer};
  CHECK(ecs_flatten(&queue, s.arena, &in, &attributes) == ECS_OK);
  CHECK_TEXT(text_of(&s, attributes), "{\"depth\":4,\"id\":\"arn:q\",\"name\":\"q\",\"policy\":{\"target\":\"t\"}}");
  ecs_value *unknown = ecs_carry_read(&queue, s.arena, answer);
  CHECK_TEXT(text_of(&s, ecs_carry_members(&queue, s.arena, unknown)),
             "{\"guards\":[{\"name\":\"g\"}],\"policy.jitter\":5}");
  ecs_carry carry = ecs_carry_of(&queue, s.arena, unknown, NULL);
  CHECK(ecs_body_create(&queue, s.arena, attributes, false, NULL, &body) == ECS_OK);
  ecs_carry_create(s.arena, &carry, body);
  CHECK_TEXT(text_of(&s, ecs_value_get(body, "policy")), "{\"jitter\":5,\"targetArn\":\"t\",\"tries\":3}");
  CHECK_TEXT(text_of(&s, carry.lost), "[\"guards\"]");
  ecs_arena_free(s.arena);
}

int main(void) {
  check_declarations();
  check_rows();
  check_create();
  check_update();
  check_replacement();
  check_answer();
  return harness_end();
}

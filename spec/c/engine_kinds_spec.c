/* What the engine does for any kind of thing, on gadgets, of which nobody has ever heard: made, looked at four at a time, and
** waited for. Only what a kind gives the engine decides. */
#include <stdbool.h>

#include "engine/machine.h"
#include "read.h"
#include "services.h"

typedef struct gadget {
  const char *name, *drawer;
  int looks; /* at it, so far */
} gadget;

static gadget *gadget_of(const ecs_machine *m) { return m->own; }

static void setup(ecs_machine *m) {
  gadget_of(m)->name = ecs_value_text_or(ecs_value_get(m->op, "name"), "");
  gadget_of(m)->drawer = ecs_value_text_or(ecs_value_get(m->op, "drawer"), "");
}

static const char *key(const ecs_machine *m) { return gadget_of(m)->drawer; }

static ecs_value *body(ecs_arena *arena, ecs_machine *const *machines, size_t count) {
  ecs_value *map = ecs_value_map(arena), *names = ecs_value_list(arena);
  for (size_t i = 0; i < count; i++)
    ecs_value_push(arena, names, ecs_value_text(arena, gadget_of(machines[i])->name));
  ecs_value_set(arena, map, "drawer", ecs_value_text(arena, gadget_of(machines[0])->drawer));
  ecs_value_set(arena, map, "gadgets", names);
  return map;
}

static const char *problem(const ecs_value *answer) {
  return ecs_value_get(answer, "gadgets") == NULL ? "the answer speaks of no gadgets" : NULL;
}

static const ecs_value *pick(ecs_machine *m, const ecs_value *answer) {
  gadget_of(m)->looks++;
  return ecs_value_get(ecs_value_get(answer, "gadgets"), gadget_of(m)->name);
}

/* Until it is seen to be ready. */
static void wait(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *item) {
  if (answer == NULL) {
    m->waits = true;
    ecs_machine_look(m, now);
  } else if (answer->kind != ECS_ANSWER_OK) {
    ecs_machine_refuse(m, now, answer);
  } else if (ecs_value_is_text(item, "ready")) {
    ecs_machine_done(m, now, "ready");
  } else {
    ecs_machine_poll(m, now + 2, now);
  }
}

static void make(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *item) {
  (void)item;
  if (answer == NULL) {
    ecs_arena *arena = ecs_machine_asking(m);
    ecs_value *request = ecs_value_map(arena);
    ecs_value_set(arena, request, "name", ecs_value_text(arena, gadget_of(m)->name));
    ecs_machine_ask(m, "MakeGadget", request, true, now);
  } else if (answer->kind != ECS_ANSWER_OK) {
    ecs_machine_refuse(m, now, answer);
  } else {
    ecs_machine_go(m, wait, now);
  }
}

static void start_make(ecs_machine *m, double now) {
  m->deadline = now + 60;
  ecs_machine_go(m, make, now);
}

static void start_wait(ecs_machine *m, double now) {
  m->deadline = now + 60;
  ecs_machine_go(m, wait, now);
}

/* A gadget that is asked for at another API. */
static void borrow(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *item) {
  (void)item;
  if (answer == NULL) {
    ecs_arena *asking = ecs_machine_asking(m);
    ecs_machine_ask_of(m, &ecs_api_ecs, "ListTasks", ecs_value_map(asking), false, now);
  } else if (answer->kind != ECS_ANSWER_OK) {
    ecs_machine_refuse(m, now, answer);
  } else {
    ecs_machine_done(m, now, "borrowed");
  }
}

static void start_borrow(ecs_machine *m, double now) {
  m->deadline = now + 60;
  ecs_machine_go(m, borrow, now);
}

static void late(ecs_machine *m, double now) {
  ecs_machine_fail(m, now, ecs_machine_error(m, "Timeout", NULL, "%s is not ready", gadget_of(m)->name));
}

static const char *left(ecs_machine *m, const char **hint) {
  *hint = "look into the drawer";
  return gadget_of(m)->looks > 0 ? "it was looked at" : "nothing was done";
}

static void tell(ecs_machine *m, ecs_arena *arena, ecs_value *details, bool ok) {
  ecs_value_set(arena, details, "looks", ecs_value_int(arena, ok ? gadget_of(m)->looks : -1));
}

static const char *where(ecs_machine *m) { return gadget_of(m)->name; }

static const char *hint(ecs_machine *m, const ecs_answer *answer) {
  (void)m;
  return strcmp(answer->code, "OutOfParts") == 0 ? "buy parts" : NULL;
}

static void refusal(ecs_machine *m, ecs_value *error, const ecs_answer *answer) {
  (void)answer;
  ecs_value_set(m->arena, error, "drawer", ecs_value_text(m->arena, gadget_of(m)->drawer));
}

static const ecs_verb verbs[] = {
    {"make", true, start_make}, {"wait", false, start_wait}, {"borrow", false, start_borrow}, {NULL, false, NULL}};
static const ecs_batch looks = {"LookAtGadgets", 4, key, body, problem, pick};
static const ecs_answer_form forms[] = {{"gadgets", ECS_MAP, ECS_NULL}, {NULL, ECS_NULL, ECS_NULL}};
static const ecs_api_class classes[] = {{"gadget_modify", 1, 0.5, {"MakeGadget"}}, {NULL, 0, 0, {NULL}}};
static const ecs_api shop = {.name = "shop", .title = "the shop", .classes = classes};
static const ecs_api *const apis[] = {&shop, &ecs_api_ecs, NULL};
static const ecs_engine_kind gadgets = {.name = "gadget",
                                        .apis = apis,
                                        .size = sizeof(gadget),
                                        .verbs = verbs,
                                        .batch = &looks,
                                        .forms = forms,
                                        .setup = setup,
                                        .where = where,
                                        .late = late,
                                        .tell = tell,
                                        .left = left,
                                        .hint = hint,
                                        .refusal = refusal};
static const ecs_engine_kind *const both[] = {&ecs_service_operations, &gadgets, NULL};
static const ecs_engine_kind *const alone[] = {&gadgets, NULL};

static ecs_arena *arena;

static ecs_value *json(const char *text) {
  char copy[1024];
  snprintf(copy, sizeof copy, "%s", text);
  for (char *c = copy; *c != '\0'; c++)
    *c = *c == '\'' ? '"' : *c;
  return read_json(arena, copy);
}

static ecs_status add(ecs_engine *engine, const char *text) { return ecs_engine_add(engine, json(text)); }

/* Gadgets of a drawer with these addresses, and names alike. */
static void add_waits(ecs_engine *engine, const char *drawer, const char *addresses) {
  for (const char *c = addresses; *c != '\0'; c++) {
    char text[128];
    snprintf(text, sizeof text, "{'address':'%c','kind':'gadget','action':'wait','name':'%c','drawer':'%s'}", *c, *c,
             drawer);
    CHECK(add(engine, text) == ECS_OK);
  }
}

static const ecs_action *next(ecs_engine *engine, double now) {
  const ecs_action *action = NULL;
  CHECK(ecs_engine_next(engine, now, &action) == ECS_OK);
  return action;
}

static void sends(const ecs_action *action, const char *operation, const char *text) {
  if (!CHECK(action->kind == ECS_ACTION_SEND))
    return;
  CHECK_TEXT(action->operation, operation);
  CHECK_TEXT(action->body, text);
}

static void knows_the_kinds_that_it_was_given(void) {
  static const ecs_engine_kind *const none[] = {NULL};
  CHECK(ecs_engine_new(NULL, none, NULL) == NULL);
  ecs_engine *engine = ecs_engine_new(NULL, both, NULL);
  CHECK(add(engine, "{'address':'a','kind':'gadget','action':'make','name':'g','drawer':'d'}") == ECS_OK);
  CHECK(add(engine, "{'address':'b','kind':'gadget','action':'read'}") == ECS_INVALID); /* it is no verb of gadgets */
  CHECK(add(engine, "{'address':'b','action':'make'}") == ECS_INVALID); /* nor this one of the first kind */
  CHECK(add(engine, "{'address':'b','action':'read'}") == ECS_OK);
  CHECK(add(engine, "{'address':'c','kind':'widget','action':'make'}") == ECS_INVALID);
  CHECK(add(engine, "{'address':'a','kind':'service','action':'read'}") == ECS_INVALID); /* addresses are unique */
  ecs_engine_free(engine);
  engine = ecs_engine_new(NULL, alone, NULL);
  CHECK(add(engine, "{'address':'a','action':'make','name':'g','drawer':'d'}") == ECS_OK);
  CHECK(add(engine, "{'address':'b','kind':'service','action':'read'}") == ECS_INVALID);
  ecs_engine_free(engine);
}

static void looks_at_things_together_by_kind_and_key(void) {
  ecs_engine *engine = ecs_engine_new(NULL, both, json("{'pace':false}"));
  add_waits(engine, "left", "abcde");
  add_waits(engine, "right", "x");
  CHECK(add(engine, "{'address':'web','action':'read','cluster':'left','service':'web'}") == ECS_OK);
  sends(next(engine, 1000), "LookAtGadgets", "{\"drawer\":\"left\",\"gadgets\":[\"a\",\"b\",\"c\",\"d\"]}");
  sends(next(engine, 1000), "LookAtGadgets", "{\"drawer\":\"left\",\"gadgets\":[\"e\"]}");
  sends(next(engine, 1000), "LookAtGadgets", "{\"drawer\":\"right\",\"gadgets\":[\"x\"]}");
  sends(next(engine, 1000), "DescribeServices", "{\"cluster\":\"left\",\"include\":[\"TAGS\"],\"services\":[\"web\"]}");
  CHECK(next(engine, 1000)->kind == ECS_ACTION_SLEEP);
  ecs_engine_free(engine);
}

static void tells_each_its_own_of_an_answer(void) {
  ecs_engine *engine = ecs_engine_new(NULL, alone, NULL);
  add_waits(engine, "left", "ab");
  const ecs_action *action = next(engine, 1000);
  CHECK(ecs_engine_answer(engine, action->id, 200, NULL, json("{'gadgets':{'b':'ready'}}"), 1000) == ECS_OK);
  action = next(engine, 1000);
  CHECK(action->kind == ECS_ACTION_DONE && action->ok && action->at == 1000);
  CHECK_TEXT(action->address, "b");
  CHECK(ecs_value_is_text(ecs_value_get(action->details, "outcome"), "ready"));
  CHECK(ecs_value_int_or(ecs_value_get(action->details, "looks"), 0) == 1);
  action = next(engine, 1000);
  CHECK(action->kind == ECS_ACTION_SLEEP && action->until >= 1002);
  action = next(engine, 1010);
  sends(action, "LookAtGadgets", "{\"drawer\":\"left\",\"gadgets\":[\"a\"]}");
  CHECK(ecs_engine_answer(engine, action->id, 200, NULL, json("{'gadgets':{'a':'ready'}}"), 1010) == ECS_OK);
  CHECK(next(engine, 1010)->kind == ECS_ACTION_DONE);
  CHECK(next(engine, 1010)->kind == ECS_ACTION_IDLE);
  ecs_engine_free(engine);
}

static void asks_again_for_an_answer_that_is_none(void) {
  static const struct {
    const char *answer, *message;
  } cases[] = {
      {"{}", "LookAtGadgets of a failed after 2 attempts: InvalidAnswer: the answer speaks of no gadgets"},
      {"{'gadgets':'ready'}",
       "LookAtGadgets of a failed after 2 attempts: InvalidAnswer: the answer is not made as the "
       "shop makes it: something else answered"},
      {"'ready'", "LookAtGadgets of a failed after 2 attempts: InvalidAnswer: the answer is not the JSON that the shop "
                  "sends: it was cut off, or something else answered"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ecs_engine *engine = ecs_engine_new(NULL, alone, json("{'max_attempts':2}"));
    add_waits(engine, "left", "a");
    for (double now = 1000; now < 1010; now++) {
      const ecs_action *action = next(engine, now);
      if (action->kind == ECS_ACTION_SEND)
        CHECK(ecs_engine_answer(engine, action->id, 200, NULL, json(cases[i].answer), now) == ECS_OK);
      if (action->kind != ECS_ACTION_DONE)
        continue;
      CHECK_TEXT(ecs_value_text_or(ecs_value_get_path(action->details, "error.message"), ""), cases[i].message);
      break;
    }
    CHECK(next(engine, 1010)->kind == ECS_ACTION_IDLE);
    ecs_engine_free(engine);
  }
}

static void begins_what_depends_on_a_thing_of_another_kind(void) {
  ecs_engine *engine = ecs_engine_new(NULL, both, json("{'pace':false}"));
  CHECK(add(engine, "{'address':'web','action':'call','operation':'ListServices','depends_on':['g']}") == ECS_OK);
  CHECK(add(engine, "{'address':'g','kind':'gadget','action':'make','name':'g','drawer':'d'}") == ECS_OK);
  const ecs_action *action = next(engine, 1000);
  sends(action, "MakeGadget", "{\"name\":\"g\"}");
  CHECK(action->mutates);
  CHECK(ecs_engine_answer(engine, action->id, 400, NULL, json("{'__type':'OutOfParts','message':'none'}"), 1000) ==
        ECS_OK);
  action = next(engine, 1000);
  const ecs_value *error = ecs_value_get(action->details, "error");
  CHECK(action->kind == ECS_ACTION_DONE && !action->ok);
  CHECK(ecs_value_is_text(ecs_value_get(error, "message"), "MakeGadget of g was refused: OutOfParts: none"));
  CHECK(ecs_value_is_text(ecs_value_get(error, "hint"), "buy parts"));
  CHECK(ecs_value_is_text(ecs_value_get(error, "gadget"), "g"));
  CHECK(ecs_value_is_text(ecs_value_get(error, "drawer"), "d"));
  CHECK(ecs_value_int_or(ecs_value_get(action->details, "looks"), 0) == -1);
  action = next(engine, 1000);
  CHECK(ecs_value_is_text(ecs_value_get_path(action->details, "error.code"), "DependencyFailed"));
  CHECK(ecs_value_is_text(ecs_value_get_path(action->details, "error.service"), "web"));
  CHECK(next(engine, 1000)->kind == ECS_ACTION_IDLE);
  ecs_engine_free(engine);
}

/* web waits for g, which is held when it is done; so is a second operation on g, by a key of its own. */
static ecs_engine *with_one_held(void) {
  ecs_engine *engine = ecs_engine_new(NULL, both, json("{'pace':false}"));
  CHECK(add(engine, "{'address':'web','action':'call','operation':'ListServices','depends_on':['g']}") == ECS_OK);
  CHECK(add(engine, "{'address':'g','kind':'gadget','action':'make','name':'g','drawer':'d','held':true}") == ECS_OK);
  CHECK(ecs_engine_release(engine, "g", true) == ECS_INVALID); /* it is not done yet */
  const ecs_action *action = next(engine, 1000);
  CHECK(ecs_engine_answer(engine, action->id, 200, NULL, json("{}"), 1000) == ECS_OK);
  action = next(engine, 1000);
  CHECK(ecs_engine_answer(engine, action->id, 200, NULL, json("{'gadgets':{'g':'ready'}}"), 1000) == ECS_OK);
  action = next(engine, 1000);
  CHECK(action->kind == ECS_ACTION_DONE && action->ok);
  CHECK(next(engine, 1000)->kind == ECS_ACTION_SLEEP);
  return engine;
}

static void holds_what_depends_on_one_until_that_is_released(void) {
  ecs_engine *engine = with_one_held();
  CHECK(add(engine, "{'address':'g','kind':'gadget','action':'make','name':'g','drawer':'d'}") == ECS_INVALID);
  CHECK(ecs_engine_release(engine, "web", true) == ECS_INVALID);
  CHECK(ecs_engine_release(engine, "g", true) == ECS_OK);
  CHECK(ecs_engine_release(engine, "g", true) == ECS_INVALID);
  const ecs_action *action = next(engine, 1001);
  CHECK(action->kind == ECS_ACTION_SEND);
  CHECK(ecs_engine_answer(engine, action->id, 200, NULL, json("{}"), 1001) == ECS_OK);
  CHECK(next(engine, 1001)->kind == ECS_ACTION_DONE);
  CHECK(next(engine, 1001)->kind == ECS_ACTION_IDLE);
  ecs_engine_free(engine);
}

static void fails_what_depends_on_one_that_was_found_bad(void) {
  ecs_engine *engine = with_one_held();
  CHECK(add(engine, "{'address':'g','key':'g again','kind':'gadget','action':'wait','name':'g','drawer':'d'}") ==
        ECS_OK);
  const ecs_action *action = next(engine, 1001);
  CHECK_TEXT(action->address, "g");
  CHECK(ecs_engine_release(engine, "g", false) == ECS_OK);
  action = next(engine, 1001);
  CHECK_TEXT(action->address, "web");
  CHECK(ecs_value_is_text(ecs_value_get_path(action->details, "error.code"), "DependencyFailed"));
  ecs_engine_interrupt(engine);
  ecs_engine_free(engine);
}

static void ends_what_waits_for_one_that_is_held_when_it_is_interrupted(void) {
  ecs_engine *engine = with_one_held();
  ecs_engine_interrupt(engine);
  const ecs_action *action = next(engine, 1001);
  CHECK_TEXT(action->address, "web");
  CHECK(ecs_value_is_text(ecs_value_get_path(action->details, "error.code"), "Interrupted"));
  CHECK(next(engine, 1001)->kind == ECS_ACTION_SLEEP);
  CHECK(ecs_engine_release(engine, "g", false) == ECS_OK);
  CHECK(next(engine, 1001)->kind == ECS_ACTION_IDLE);
  ecs_engine_free(engine);
}

static void ends_what_is_late_or_interrupted(void) {
  ecs_engine *engine = ecs_engine_new(NULL, alone, json("{'in_flight':1}"));
  add_waits(engine, "left", "a");
  add_waits(engine, "right", "b");
  sends(next(engine, 1000), "LookAtGadgets", "{\"drawer\":\"left\",\"gadgets\":[\"a\"]}");
  const ecs_action *action = next(engine, 1100); /* b waited for its turn until it was too late */
  CHECK_TEXT(action->address, "b");
  CHECK(ecs_value_is_text(ecs_value_get_path(action->details, "error.code"), "Timeout"));
  CHECK(ecs_engine_answer(engine, 1, 200, NULL, json("{'gadgets':{}}"), 1100) == ECS_OK);
  ecs_engine_interrupt(engine);
  action = next(engine, 1100);
  CHECK_TEXT(action->address, "a");
  CHECK(ecs_value_is_text(ecs_value_get_path(action->details, "error.message"), "interrupted: it was looked at"));
  CHECK(ecs_value_is_text(ecs_value_get_path(action->details, "error.hint"), "look into the drawer"));
  ecs_engine_free(engine);
}

static void refuses_an_answer_that_nobody_waits_for(void) {
  ecs_engine *engine = ecs_engine_new(NULL, alone, NULL);
  CHECK(ecs_engine_answer(engine, 1, 200, NULL, NULL, 1000) == ECS_INVALID);
  CHECK(ecs_engine_failed(engine, 1, "reset", "gone", 1000) == ECS_INVALID);
  add_waits(engine, "left", "a");
  const ecs_action *action = next(engine, 1000);
  int64_t id = action->id;
  CHECK(ecs_engine_answer(engine, id + 1, 200, NULL, json("{'gadgets':{'a':'ready'}}"), 1000) == ECS_INVALID);
  CHECK(next(engine, 1000)->kind == ECS_ACTION_SLEEP);
  CHECK(ecs_engine_answer(engine, id, 200, NULL, json("{'gadgets':{'a':'ready'}}"), 1000) == ECS_OK);
  CHECK(next(engine, 1000)->kind == ECS_ACTION_DONE);
  CHECK(ecs_engine_answer(engine, id, 200, NULL, json("{'gadgets':{'a':'ready'}}"), 1000) == ECS_INVALID); /* twice */
  ecs_engine_free(engine);
}

static void asks_each_api_by_its_own_limits(void) {
  ecs_engine *engine = ecs_engine_new(NULL, both, json("{'retry_mode':'adaptive','max_attempts':2}"));
  CHECK(add(engine, "{'address':'a','kind':'gadget','action':'make','name':'a','drawer':'d'}") == ECS_OK);
  CHECK(add(engine, "{'address':'b','kind':'gadget','action':'make','name':'b','drawer':'d'}") == ECS_OK);
  CHECK(add(engine, "{'address':'c','kind':'gadget','action':'borrow','name':'c','drawer':'d'}") == ECS_OK);
  const ecs_action *action = next(engine, 1000);
  sends(action, "MakeGadget", "{\"name\":\"a\"}");
  CHECK_TEXT(action->api, "shop");
  int64_t made = action->id;
  action = next(engine, 1000); /* b waits for the bucket of its class */
  sends(action, "ListTasks", "{}");
  CHECK_TEXT(action->api, "ecs");
  CHECK(ecs_engine_answer(engine, action->id, 403, NULL, json("{'__type':'AccessDeniedException'}"), 1000) == ECS_OK);
  action = next(engine, 1000);
  CHECK(ecs_value_is_text(ecs_value_get_path(action->details, "error.hint"),
                          "allow ecs:ListTasks to the role or user that runs this"));
  action = next(engine, 1000);
  CHECK(action->kind == ECS_ACTION_SLEEP && action->until > 1001.9 && action->until < 1002.1);
  CHECK(ecs_engine_answer(engine, made, 500, NULL, json("{'__type':'ServerException'}"), 1000) == ECS_OK);
  ecs_value *learned = ecs_engine_learned(engine, arena);
  CHECK(ecs_value_int_or(ecs_value_get(learned, "quota"), 0) == 500);
  CHECK(ecs_value_int_or(ecs_value_get_path(learned, "quotas.shop"), 0) == 486);
  CHECK(ecs_value_number_or(ecs_value_get_path(learned, "pace.gadget_modify.tokens"), -1) == 0);
  ecs_engine_free(engine);
  ecs_value *options = json("{'retry_mode':'adaptive'}"); /* the next one knows what this one has learned */
  ecs_value_set(arena, options, "learned", learned);
  engine = ecs_engine_new(NULL, both, options);
  CHECK(ecs_value_int_or(ecs_value_get_path(ecs_engine_learned(engine, arena), "quotas.shop"), 0) == 486);
  ecs_engine_free(engine);
}

/* Looks at a gadget, which is refused `times` for the rate of it; the time when ECS is asked next. */
static double ecs_is_asked(int times) {
  ecs_engine *engine = ecs_engine_new(NULL, both, json("{'retry_mode':'adaptive'}"));
  double now = 1000;
  add_waits(engine, "left", "a");
  for (int i = 0; i < 400 && times > 0; i++) {
    const ecs_action *action = next(engine, now);
    if (action->kind == ECS_ACTION_SLEEP)
      now = action->until;
    if (action->kind == ECS_ACTION_SEND && times-- > 0)
      CHECK(ecs_engine_answer(engine, action->id, 400, NULL, json("{'__type':'ThrottlingException'}"), now) == ECS_OK);
  }
  CHECK(add(engine, "{'address':'c','kind':'gadget','action':'borrow','name':'c','drawer':'d'}") == ECS_OK);
  double asked = now;
  for (int i = 0; i < 10; i++) {
    const ecs_action *action = next(engine, asked);
    if (action->kind == ECS_ACTION_SLEEP)
      asked = action->until;
    if (action->kind == ECS_ACTION_SEND && strcmp(action->api, "ecs") == 0)
      break;
  }
  ecs_engine_free(engine);
  return asked - now;
}

static void does_not_let_refusals_of_one_api_slow_another(void) { CHECK(ecs_is_asked(5) == 0); }

int main(void) {
  arena = ecs_arena_new(NULL);
  knows_the_kinds_that_it_was_given();
  looks_at_things_together_by_kind_and_key();
  tells_each_its_own_of_an_answer();
  asks_again_for_an_answer_that_is_none();
  begins_what_depends_on_a_thing_of_another_kind();
  holds_what_depends_on_one_until_that_is_released();
  fails_what_depends_on_one_that_was_found_bad();
  ends_what_waits_for_one_that_is_held_when_it_is_interrupted();
  ends_what_is_late_or_interrupted();
  refuses_an_answer_that_nobody_waits_for();
  asks_each_api_by_its_own_limits();
  does_not_let_refusals_of_one_api_slow_another();
  ecs_arena_free(arena);
  return harness_end();
}

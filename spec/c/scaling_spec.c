/* Auto scaling in the core: declared, compared and read back, and carried out step by step; whichever allocation fails. */
#include "plan/plan.h"
#include "read.h"
#include "scaling/operations.h"
#include "scaling/scaling.h"
#include "schema/body.h"
#include "schema/flatten.h"
#include "schema/validate.h"

static const ecs_engine_kind *const scaling_only[] = {&ecs_scaling_operations, NULL};

static ecs_arena *always;

static ecs_value *json(const char *text) {
  char copy[4096];
  CHECK((size_t)snprintf(copy, sizeof copy, "%s", text) < sizeof copy);
  for (char *c = copy; *c != '\0'; c++)
    *c = *c == '\'' ? '"' : *c;
  return read_json(always, copy);
}

#define WHOLE                                                                                                          \
  "{'min_capacity':2,'max_capacity':20,'suspended':{'scale_in':true},'tags':{'team':'shop'},"                          \
  "'target_tracking':{'cpu':{'name':'web-cpu','predefined_metric_type':'ECSServiceAverageCPUUtilization',"             \
  "'target_value':60.5,'scale_in_cooldown':'5m'},'jobs':{'name':'web-jobs','target_value':3,'customized_metric':"      \
  "{'metric_name':'Backlog','namespace':'App','dimensions':{'Queue':'jobs'},'statistic':'Average'}}},"                 \
  "'step':{'burst':{'name':'web-burst','adjustment_type':'ChangeInCapacity','cooldown':60,'step_adjustment':"          \
  "[{'lower':0,'upper':20,'add':2},{'lower':20,'add':5}]}},"                                                           \
  "'scheduled':{'night':{'name':'web-night','schedule':'cron(0 22 * * ? *)','start_time':'2026-12-01T00:00:00Z',"      \
  "'min_capacity':1}}}"
#define OTHER                                                                                                          \
  "{'min_capacity':1,'max_capacity':30,'target_tracking':{'cpu':{'name':'cpu','target_value':70,"                      \
  "'predefined_metric_type':'ECSServiceAverageCPUUtilization'}}}"
#define WRONG                                                                                                          \
  "{'min_capacity':3,'max_capacity':2,'min':1,'target_tracking':{'a':{'name':'x:','target_value':'60'},'b':7,"         \
  "'c':{'target_value':1,'predefined_metric_type':'ALBRequestCountPerTarget'}},'step':{'s':{'name':'same',"            \
  "'adjustment_type':'ExactCapacity','step_adjustment':[{'lower':5,'upper':1,'add':1},{'add':2}]}},"                   \
  "'scheduled':{'t':{'schedule':'cron(0)','start_time':'soon'}}}"

static ecs_value *normal_of(ecs_arena *arena, const char *text, ecs_status *status) {
  ecs_value *normal = NULL;
  ecs_diags diags;
  ecs_diags_init(&diags, arena);
  *status = ecs_validate(&ecs_scaling_resource, arena, json(text), NULL, &normal, &diags);
  return normal;
}

/* From a declaration to the change that it makes of another one, and of what was read back. */
static ecs_status compared(const ecs_allocator *allocator) {
  ecs_status status;
  ecs_value *body, *read = NULL, *change = NULL;
  ecs_diags diags;
  ecs_arena *arena = ecs_arena_new(allocator);
  if (arena == NULL)
    return ECS_NOMEM;
  ecs_diags_init(&diags, arena);
  ecs_value *normal = normal_of(arena, WHOLE, &status);
  ecs_value *other = status == ECS_OK ? normal_of(arena, OTHER, &status) : NULL;
  if (status == ECS_OK)
    status = ecs_body_create(&ecs_scaling_resource, arena, normal, true, &(ecs_context){.partition = "aws"}, &body);
  if (status == ECS_OK)
    status = ecs_flatten(&ecs_scaling_resource, arena, &(ecs_flatten_input){.answer = body, .form = normal}, &read);
  ecs_plan_input same = {.config = normal, .recorded = read, .actual = read, .refreshed = true};
  if (status == ECS_OK)
    status = ecs_plan(&ecs_scaling_resource, arena, &same, &change, &diags);
  ecs_plan_input changed = {.config = other, .recorded = read, .actual = read, .refreshed = true};
  if (status == ECS_OK)
    status = ecs_plan(&ecs_scaling_resource, arena, &changed, &change, &diags);
  if (status == ECS_OK) {
    CHECK_TEXT(ecs_value_text_or(ecs_value_get(change, "action"), ""), "update");
    ecs_status refused;
    (void)normal_of(arena, WRONG, &refused);
  }
  if (status == ECS_OK)
    status = ecs_arena_status(arena);
  ecs_arena_free(arena);
  return status;
}

#define STEPS                                                                                                          \
  "'steps':[{'operation':'RegisterScalableTarget','body':{'a':1}},{'operation':'DeleteScalingPolicy','body':{'b':2}}," \
  "{'operation':'PutScalingPolicy','body':{'c':3}}]"

/* The next action that is no sleep; the time goes on. */
static const ecs_action *next(ecs_engine *engine, double *now) {
  for (int i = 0; i < 100; i++) {
    const ecs_action *action = NULL;
    if (ecs_engine_next(engine, *now, &action) != ECS_OK)
      return NULL;
    if (action->kind != ECS_ACTION_SLEEP || action->until > 1e8)
      return action;
    *now = action->until;
  }
  return NULL;
}

static const ecs_action *sends(ecs_engine *engine, double *now, const char *operation) {
  const ecs_action *action = next(engine, now);
  while (action != NULL && action->kind == ECS_ACTION_EVENT)
    action = next(engine, now);
  if (CHECK(action != NULL && action->kind == ECS_ACTION_SEND)) {
    CHECK_TEXT(action->operation, operation);
    CHECK_TEXT(action->api, "application-autoscaling");
    CHECK(action->mutates);
  }
  return action;
}

static void refuses(ecs_engine *engine, const ecs_action *action, const char *code, double now) {
  char body[200];
  snprintf(body, sizeof body, "{'__type':'%s','message':'no'}", code);
  CHECK(ecs_engine_answer(engine, action->id, 400, NULL, json(body), now) == ECS_OK);
}

static void answers(ecs_engine *engine, const ecs_action *action, const char *body, double now) {
  CHECK(ecs_engine_answer(engine, action->id, 200, NULL, json(body), now) == ECS_OK);
}

static void goes_step_by_step_and_waits_for_another_change(void) {
  double now = 1000;
  ecs_engine *engine = ecs_engine_new(NULL, scaling_only, json("{}"));
  CHECK(ecs_engine_add(engine, json("{'address':'scaling.web','kind':'scaling','action':'update'," STEPS "}")) ==
        ECS_OK);
  answers(engine, sends(engine, &now, "RegisterScalableTarget"), "{'ScalableTargetARN':'arn:x'}", now);
  refuses(engine, sends(engine, &now, "DeleteScalingPolicy"), "ObjectNotFoundException", now);
  double before = now;
  refuses(engine, sends(engine, &now, "PutScalingPolicy"), "ConcurrentUpdateException", now);
  const ecs_action *action = sends(engine, &now, "PutScalingPolicy");
  CHECK(now > before);
  CHECK_TEXT(action->body, "{\"c\":3}");
  answers(engine, action, "{}", now);
  action = next(engine, &now);
  CHECK(action->kind == ECS_ACTION_DONE && action->ok);
  CHECK_TEXT(ecs_value_text_or(ecs_value_get(action->details, "arn"), ""), "arn:x");
  ecs_engine_free(engine);
}

static void waits_for_a_target_that_is_not_known_everywhere_yet_and_not_for_ever(void) {
  for (int known = 0; known < 2; known++) {
    double now = 1000;
    ecs_engine *engine = ecs_engine_new(NULL, scaling_only, json("{}"));
    CHECK(ecs_engine_add(engine, json("{'address':'scaling.web','kind':'scaling','action':'create','steps':["
                                      "{'operation':'RegisterScalableTarget','body':{}},"
                                      "{'operation':'PutScalingPolicy','body':{}}]}")) == ECS_OK);
    answers(engine, sends(engine, &now, "RegisterScalableTarget"), "{}", now);
    const ecs_action *action = sends(engine, &now, "PutScalingPolicy");
    for (int i = 0; i < 100 && action != NULL && action->kind == ECS_ACTION_SEND; i++) {
      if (known == 1 && i == 3)
        answers(engine, action, "{}", now);
      else
        refuses(engine, action, i % 2 == 0 ? "ObjectNotFoundException" : "FailedResourceAccessException", now);
      action = next(engine, &now);
    }
    CHECK(action != NULL && action->kind == ECS_ACTION_DONE && action->ok == (known == 1));
    CHECK(known == 1 ? now < 1010 : now >= 1060 && now < 1070);
    ecs_engine_free(engine);
  }
}

static void ends_at_a_refusal_and_when_its_time_is_up(void) {
  double now = 1000;
  ecs_engine *engine = ecs_engine_new(NULL, scaling_only, json("{}"));
  CHECK(ecs_engine_add(engine, json("{'address':'scaling.web','kind':'scaling','action':'create'," STEPS "}")) ==
        ECS_OK);
  refuses(engine, sends(engine, &now, "RegisterScalableTarget"), "ObjectNotFoundException", now);
  const ecs_action *action = next(engine, &now);
  CHECK(action->kind == ECS_ACTION_DONE && !action->ok);
  CHECK_TEXT(ecs_value_text_or(ecs_value_get_path(action->details, "error.code"), ""), "ObjectNotFoundException");
  CHECK(ecs_engine_add(engine, json("{'address':'scaling.api','kind':'scaling','action':'create'," STEPS "}")) ==
        ECS_OK);
  for (int i = 0; i < 2000 && (action = next(engine, &now)) != NULL && action->kind != ECS_ACTION_DONE; i++) {
    if (action->kind == ECS_ACTION_SEND)
      refuses(engine, action, "ConcurrentUpdateException", now);
  }
  CHECK(action != NULL && action->kind == ECS_ACTION_DONE && !action->ok);
  CHECK(now >= 1600 && now < 1700);
  ecs_engine_free(engine);
}

static void says_what_an_interruption_leaves(void) {
  static const char *const left[] = {"interrupted: nothing of it was changed",
                                     "interrupted: it may be changed in part"};
  for (int stage = 0; stage < 2; stage++) {
    double now = 1000;
    ecs_engine *engine = ecs_engine_new(NULL, scaling_only, json("{'in_flight':1}"));
    CHECK(ecs_engine_add(engine, json("{'address':'a','kind':'scaling','action':'update'," STEPS "}")) == ECS_OK);
    CHECK(ecs_engine_add(engine, json("{'address':'b','kind':'scaling','action':'update'," STEPS "}")) == ECS_OK);
    const ecs_action *action = sends(engine, &now, "RegisterScalableTarget");
    ecs_engine_interrupt(engine);
    if (stage == 1)
      answers(engine, action, "{}", now);
    const char *wanted = stage == 0 ? "b" : "a";
    for (int i = 0; i < 10 && (action = next(engine, &now)) != NULL; i++) {
      if (action->kind == ECS_ACTION_DONE && strcmp(action->address, wanted) == 0)
        break;
    }
    if (CHECK(action != NULL && action->kind == ECS_ACTION_DONE))
      CHECK_TEXT(ecs_value_text_or(ecs_value_get_path(action->details, "error.message"), ""), left[stage]);
    ecs_engine_free(engine);
  }
}

static ecs_status carried_out(const ecs_allocator *allocator) {
  ecs_engine *engine = ecs_engine_new(allocator, scaling_only, json("{}"));
  ecs_status status = engine == NULL ? ECS_NOMEM : ECS_OK;
  if (status == ECS_OK)
    status = ecs_engine_add(engine, json("{'address':'scaling.web','kind':'scaling','action':'update'," STEPS "}"));
  if (status == ECS_OK)
    status = ecs_engine_add(engine, json("{'address':'none','kind':'scaling','action':'delete','steps':[]}"));
  double now = 1000;
  for (int i = 0; i < 200 && status == ECS_OK; i++) {
    const ecs_action *action = NULL;
    status = ecs_engine_next(engine, now, &action);
    if (status != ECS_OK || action->kind == ECS_ACTION_IDLE)
      break;
    if (action->kind == ECS_ACTION_SLEEP)
      now = action->until;
    if (action->kind == ECS_ACTION_SEND)
      status = ecs_engine_answer(engine, action->id, 200, NULL, json("{'ScalableTargetARN':'arn:x'}"), now);
  }
  ecs_engine_free(engine);
  return status;
}

static void gives_everything_back_whichever_allocation_fails(ecs_status (*run)(const ecs_allocator *allocator)) {
  for (int on = 0; on < 2; on++) {
    bool failed = true;
    for (size_t n = 1; failed && CHECK(n < 20000); n++) {
      harness_memory memory = {.fail_at = n, .fail_on = on != 0};
      ecs_allocator allocator = harness_allocator(&memory);
      ecs_status status = run(&allocator);
      failed = memory.failed;
      if (!CHECK(status == (failed ? ECS_NOMEM : ECS_OK)) || !CHECK(memory.live == 0 && memory.taken == memory.given)) {
        printf("  allocation %zu%s\n", n, on ? " and all after it" : "");
        break;
      }
    }
  }
}

int main(void) {
  always = ecs_arena_new(NULL);
  goes_step_by_step_and_waits_for_another_change();
  waits_for_a_target_that_is_not_known_everywhere_yet_and_not_for_ever();
  ends_at_a_refusal_and_when_its_time_is_up();
  says_what_an_interruption_leaves();
  gives_everything_back_whichever_allocation_fails(compared);
  gives_everything_back_whichever_allocation_fails(carried_out);
  ecs_arena_free(always);
  return harness_end();
}

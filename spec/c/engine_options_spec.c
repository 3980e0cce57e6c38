/* What an engine may be told: by name, in kind, within bounds. */
#include "engine/engine.h"
#include "engine/options.h"
#include "read.h"
#include "services.h"

static ecs_arena *arena;

static ecs_value *options_of(const char *text) {
  char copy[1024];
  snprintf(copy, sizeof copy, "%s", text);
  for (char *c = copy; *c != '\0'; c++)
    *c = *c == '\'' ? '"' : *c;
  return read_json(arena, copy);
}

static void refuses(const char *text, const char *wanted_name, const char *wanted) {
  const char *name;
  ecs_value *options = options_of(text);
  CHECK_TEXT(ecs_engine_options_problem(options, &name), wanted);
  CHECK_TEXT(name, wanted_name);
  ecs_engine *engine = ecs_engine_new(NULL, services, options);
  CHECK(engine == NULL);
  ecs_engine_free(engine);
}

static void refuses_what_it_does_not_know(void) {
  refuses("{'concurency':3}", "concurency", "there is no such option");
  refuses("{'concurrency':3,'max_attempt':null}", "max_attempt", "there is no such option");
  refuses("{'concurrency':'3'}", "concurrency", "it is a number");
  refuses("{'poll_seconds':true}", "poll_seconds", "it is a number");
  refuses("{'region':7}", "region", "it is a text");
  refuses("{'retry_mode':'hope'}", "retry_mode", "it is \"standard\" or \"adaptive\"");
  refuses("{'retry_mode':1}", "retry_mode", "it is \"standard\" or \"adaptive\"");
  refuses("{'without_tags':'yes'}", "without_tags", "it is true or false");
  refuses("{'default_tags':[1]}", "default_tags", "it is a table");
  refuses("{'pace':1}", "pace", "it is false or a table");
  refuses("[1]", "", "the options are a table");
  refuses("'fast'", "", "the options are a table");
}

static void takes_what_is_well_said(void) {
  static const char ALL[] =
      "{'account_id':'1','concurrency':1,'default_tags':{},'ignore_tags':{},'in_flight':2,'learned':{},"
      "'max_attempts':1,'pace':false,'partition':'aws','poll_max_seconds':3,'poll_seconds':0.5,"
      "'region':'r','retry_mode':'adaptive','seed':7,'skew':-2.5,'stable_for':0,'without_tags':true}";
  static const char *const well[] = {ALL, "{}", "[]", "null",
                                     "{'concurrency':null,'pace':{'service_modify':{'rate':1}}}"};
  for (size_t i = 0; i < sizeof well / sizeof *well; i++) {
    const char *name;
    ecs_engine *engine = ecs_engine_new(NULL, services, options_of(well[i]));
    CHECK(engine != NULL && ecs_engine_options_problem(options_of(well[i]), &name) == NULL);
    ecs_engine_free(engine);
  }
}

static void uses(const char *text, const char *name, double wanted) {
  ecs_value *options = ecs_engine_options(arena, options_of(text));
  if (!CHECK(ecs_value_number_or(ecs_value_get(options, name), -77) == wanted))
    printf("  %s of %s is %g\n", name, text, ecs_value_number_or(ecs_value_get(options, name), -77));
}

static void keeps_numbers_within_their_bounds(void) {
  static const char *const counts[] = {"concurrency", "in_flight", "max_attempts"};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    static const struct {
      const char *given;
      double used;
    } cases[] = {{"0", 1},
                 {"-5", 1},
                 {"1", 1},
                 {"7", 7},
                 {"1000", 1000},
                 {"1001", 1000},
                 {"4611686018427387904", 1000},
                 {"-9223372036854775808", 1},
                 {"1e57", 1000},
                 {"2.9", 2}};
    for (size_t j = 0; j < sizeof cases / sizeof *cases; j++) {
      char text[128];
      snprintf(text, sizeof text, "{'%s':%s}", counts[i], cases[j].given);
      uses(text, counts[i], cases[j].used);
    }
  }
  uses("{}", "concurrency", 10);
  uses("{}", "in_flight", 20);
  uses("null", "max_attempts", 3);
  uses("{}", "poll_seconds", 1);
  uses("{'poll_seconds':0}", "poll_seconds", 0.01);
  uses("{'poll_max_seconds':-1}", "poll_max_seconds", 0.01);
  uses("{}", "poll_max_seconds", -77);
  uses("{'stable_for':-1}", "stable_for", 0);
  uses("{'seed':1e57}", "seed", 9007199254740992.0);
}

/* A thousand reads: as many are under way at once as was said. */
static void has_no_more_under_way_than_was_said(void) {
  ecs_engine *engine = ecs_engine_new(NULL, services, options_of("{'in_flight':4611686018427387904,'pace':false}"));
  size_t sent = 0;
  for (int i = 0; i < 1200; i++) {
    ecs_value *operation = options_of("{'action':'call','operation':'ListServices','body':{}}");
    ecs_value_set(arena, operation, "address", ecs_value_format(arena, "call %d", i));
    CHECK(ecs_engine_add(engine, operation) == ECS_OK);
  }
  for (int i = 0; i < 5000; i++) {
    const ecs_action *action;
    if (!CHECK(ecs_engine_next(engine, 1000, &action) == ECS_OK) || action->kind == ECS_ACTION_SLEEP)
      break;
    sent += action->kind == ECS_ACTION_SEND;
  }
  CHECK(sent == 1000);
  ecs_engine_free(engine);
}

int main(void) {
  arena = ecs_arena_new(NULL);
  refuses_what_it_does_not_know();
  takes_what_is_well_said();
  keeps_numbers_within_their_bounds();
  has_no_more_under_way_than_was_said();
  ecs_arena_free(arena);
  return harness_end();
}

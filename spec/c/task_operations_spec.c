/* One-off tasks in an engine: started once, followed until they have stopped, and judged by what ECS says of their end. */
#include "read.h"
#include "task/operations.h"

static const ecs_engine_kind *const tasks_only[] = {&ecs_task_operations, NULL};

static ecs_arena *arena;

/* JSON in single quotes. */
static ecs_value *json(const char *text) {
  char copy[2048];
  CHECK((size_t)snprintf(copy, sizeof copy, "%s", text) < sizeof copy);
  for (char *c = copy; *c != '\0'; c++)
    *c = *c == '\'' ? '"' : *c;
  return read_json(arena, copy);
}

/* A machine's story, told by its engine. */
typedef struct story {
  ecs_engine *engine;
  double now;
} story;

static story begin(const char *options) { return (story){ecs_engine_new(NULL, tasks_only, json(options)), 1000}; }

static void end(story *s) { ecs_engine_free(s->engine); }

static void add(story *s, const char *text) { CHECK(ecs_engine_add(s->engine, json(text)) == ECS_OK); }

/* What comes next; sleeping until then. */
static const ecs_action *next(story *s) {
  for (int i = 0; i < 100; i++) {
    const ecs_action *action = NULL;
    if (!CHECK(ecs_engine_next(s->engine, s->now, &action) == ECS_OK) || action->kind != ECS_ACTION_SLEEP)
      return action;
    if (action->until <= s->now || action->until > 1e8) /* it waits for an answer */
      return action;
    s->now = action->until;
  }
  return NULL;
}

static int64_t sends(story *s, double at, const char *operation, const char *body) {
  const ecs_action *action = next(s);
  if (!CHECK(action->kind == ECS_ACTION_SEND))
    return 0;
  CHECK_TEXT(action->operation, operation);
  CHECK_TEXT(action->body, body);
  CHECK(action->mutates == (strcmp(operation, "RunTask") == 0));
  if (!CHECK(s->now == at))
    printf("  at %g and not %g\n", s->now, at);
  return action->id;
}

static void answers(story *s, int64_t id, const char *text) {
  CHECK(ecs_engine_answer(s->engine, id, 200, NULL, json(text), s->now) == ECS_OK);
}

static const ecs_value *event(story *s, const char *type) {
  const ecs_action *action = next(s);
  if (!CHECK(action->kind == ECS_ACTION_EVENT))
    return NULL;
  CHECK_TEXT(ecs_value_text_or(ecs_value_get(action->details, "type"), ""), type);
  return action->details;
}

static void tells(story *s, const char *task, const char *status) {
  const ecs_value *details = event(s, "task");
  CHECK_TEXT(ecs_value_text_or(ecs_value_get(details, "task"), ""), task);
  CHECK_TEXT(ecs_value_text_or(ecs_value_get(details, "status"), ""), status);
}

static const ecs_value *records(story *s, size_t count) {
  const ecs_action *action = next(s);
  if (!CHECK(action->kind == ECS_ACTION_RECORD))
    return NULL;
  CHECK_TEXT(ecs_value_text_or(ecs_value_get(action->details, "status"), ""), "started");
  CHECK(ecs_value_count(ecs_value_get(action->details, "tasks")) == count);
  return ecs_value_get(action->details, "tasks");
}

/* The details of the end; an error has this code and message. */
static const ecs_value *ends(story *s, const char *code, const char *message) {
  const ecs_action *action = next(s);
  if (!CHECK(action->kind == ECS_ACTION_DONE))
    return NULL;
  CHECK(action->ok == (code == NULL));
  CHECK_TEXT(ecs_value_text_or(ecs_value_get_path(action->details, "error.code"), ""), code == NULL ? "" : code);
  CHECK_TEXT(ecs_value_text_or(ecs_value_get_path(action->details, "error.message"), ""),
             message == NULL ? "" : message);
  return action->details;
}

#define RUN "'kind':'task','action':'run','cluster':'prod','container':'app','timeout':100"
#define BODY "'body':{'clientToken':'t','taskDefinition':'m:1'}"
#define SENT "{\"clientToken\":\"t\",\"taskDefinition\":\"m:1\"}"
#define LOOK(arns) "{\"cluster\":\"prod\",\"tasks\":[" arns "]}"
#define A "'arn:x:task/prod/a'"
#define B "'arn:x:task/prod/b'"
#define SENT_A "\"arn:x:task/prod/a\""
#define SENT_B "\"arn:x:task/prod/b\""
#define IS(arn, status)                                                                                                \
  "{'taskArn':" arn ",'lastStatus':'" status "','clusterArn':'arn:x:cluster/prod','taskDefinitionArn':'arn:x:"         \
  "task-definition/m:1'}"
#define ENDED(arn, stop, code)                                                                                         \
  "{'taskArn':" arn ",'lastStatus':'STOPPED'," stop "'containers':[{'name':'side','exitCode':9},{'name':'app'" code    \
  "}]}"
#define BY_ITSELF "'stopCode':'EssentialContainerExited',"

static void starts_a_task_once_and_follows_it_to_its_end(void) {
  story s = begin("{}");
  add(&s, "{'address':'migrate'," RUN "," BODY "}");
  CHECK_TEXT(ecs_value_text_or(ecs_value_get(event(&s, "started"), "action"), ""), "run");
  answers(&s, sends(&s, 1000, "RunTask", SENT), "{'tasks':[" IS(A, "PROVISIONING") "],'failures':[]}");
  const ecs_value *told = event(&s, "task");
  CHECK_TEXT(ecs_value_text_or(ecs_value_get(told, "task_arn"), ""), "arn:x:task/prod/a");
  CHECK_TEXT(ecs_value_text_or(ecs_value_get(told, "task_definition"), ""), "m:1");
  CHECK_TEXT(ecs_value_text_or(ecs_value_get(told, "cluster"), ""), "prod");
  CHECK_TEXT(ecs_value_text_or(ecs_value_at(records(&s, 1), 0), ""), "arn:x:task/prod/a");
  answers(&s, sends(&s, 1002, "DescribeTasks", LOOK(SENT_A)), "{'tasks':[" IS(A, "PENDING") "]}");
  tells(&s, "a", "PENDING");
  answers(&s, sends(&s, 1008, "DescribeTasks", LOOK(SENT_A)), "{'tasks':[" IS(A, "PENDING") "]}");
  answers(&s, sends(&s, 1014, "DescribeTasks", LOOK(SENT_A)), "{'tasks':[" ENDED(A, BY_ITSELF, ",'exitCode':0") "]}");
  tells(&s, "a", "STOPPED");
  const ecs_value *details = ends(&s, NULL, NULL);
  CHECK(ecs_value_int_or(ecs_value_get(details, "exit_code"), -1) == 0);
  CHECK(ecs_value_count(ecs_value_get(details, "tasks")) == 1 && ecs_value_get(details, "failures") == NULL);
  CHECK(next(&s)->kind == ECS_ACTION_IDLE);
  end(&s);
}

static void sends_what_was_not_answered_once_more_with_its_token(void) {
  story s = begin("{}");
  add(&s, "{'address':'migrate'," RUN "," BODY "}");
  event(&s, "started");
  int64_t id = sends(&s, 1000, "RunTask", SENT);
  CHECK(ecs_engine_failed(s.engine, id, "reset", "gone", s.now) == ECS_OK);
  event(&s, "retrying");
  const ecs_action *action = next(&s);
  CHECK(action->kind == ECS_ACTION_SEND && action->mutates);
  CHECK_TEXT(action->body, SENT);
  CHECK(ecs_engine_answer(s.engine, action->id, 400, NULL, json("{'__type':'ConflictException','message':'no'}"),
                          s.now) == ECS_OK);
  ends(&s, "ConflictException", "RunTask of migrate was refused after 2 attempts: ConflictException: no");
  end(&s);
}

/* What an end means: all of it is said by the watched container and the stop code. */
static void is_a_success_only_when_its_container_ended_by_itself_with_0(void) {
  static const struct {
    const char *task;
    bool well;
    int exit_code;
  } cases[] = {
      {ENDED(A, BY_ITSELF, ",'exitCode':0"), true, 0},
      {ENDED(A, BY_ITSELF, ",'exitCode':3"), false, 3},
      {ENDED(A, BY_ITSELF, ""), false, -1},
      {ENDED(A, BY_ITSELF, ",'exitCode':null"), false, -1},
      {ENDED(A, "'stopCode':'UserInitiated',", ",'exitCode':0"), false, 0},
      {ENDED(A, "'stopCode':'TaskFailedToStart',", ""), false, -1},
      {ENDED(A, "", ",'exitCode':0"), false, 0},
      {"{'taskArn':" A ",'lastStatus':'STOPPED','stopCode':'EssentialContainerExited'}", false, -1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char answer[512];
    story s = begin("{}");
    add(&s, "{'address':'migrate'," RUN ",'tasks':[" A "]}");
    event(&s, "started");
    snprintf(answer, sizeof answer, "{'tasks':[%s]}", cases[i].task);
    answers(&s, sends(&s, 1000, "DescribeTasks", LOOK(SENT_A)), answer);
    tells(&s, "a", "STOPPED");
    const ecs_value *details =
        cases[i].well ? ends(&s, NULL, NULL) : ends(&s, "TaskFailed", "the task a did not end well");
    if (!CHECK(ecs_value_int_or(ecs_value_get(details, "exit_code"), -1) == cases[i].exit_code))
      printf("  case %zu\n", i);
    CHECK((ecs_value_get(details, "exit_code") == NULL) == (cases[i].exit_code == -1));
    end(&s);
  }
}

static void waits_for_all_of_several_and_names_the_one_that_failed(void) {
  story s = begin("{}");
  add(&s, "{'address':'migrate'," RUN "," BODY "}");
  event(&s, "started");
  answers(&s, sends(&s, 1000, "RunTask", SENT), "{'tasks':[" IS(A, "PENDING") "," IS(B, "PENDING") "]}");
  tells(&s, "a", "PENDING");
  tells(&s, "b", "PENDING");
  records(&s, 2);
  answers(&s, sends(&s, 1002, "DescribeTasks", LOOK(SENT_A "," SENT_B)),
          "{'tasks':[" IS(B, "RUNNING") "," ENDED(A, BY_ITSELF, ",'exitCode':0") "]}");
  tells(&s, "a", "STOPPED");
  tells(&s, "b", "RUNNING");
  answers(&s, sends(&s, 1008, "DescribeTasks", LOOK(SENT_A "," SENT_B)),
          "{'tasks':[" ENDED(B, BY_ITSELF, ",'exitCode':4") "," ENDED(A, BY_ITSELF, ",'exitCode':0") "]}");
  tells(&s, "b", "STOPPED");
  const ecs_value *details = ends(&s, "TaskFailed", "the task b did not end well");
  CHECK(ecs_value_int_or(ecs_value_get(details, "exit_code"), -1) == 0); /* of the first */
  CHECK_TEXT(ecs_value_text_or(ecs_value_get(ecs_value_at(ecs_value_get(details, "tasks"), 1), "taskArn"), ""),
             "arn:x:task/prod/b");
  end(&s);
}

static void says_what_was_not_placed_and_records_what_was(void) {
  static const struct {
    const char *answer;
    size_t placed, failures;
  } cases[] = {
      {"{'tasks':[" IS(A, "PENDING") "],'failures':[{'reason':'AGENT'}]}", 1, 1},
      {"{'tasks':[],'failures':[{'reason':'AGENT'},{'reason':'MISSING'}]}", 0, 2},
      {"{'tasks':[],'failures':[]}", 0, 0},
      {"{}", 0, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    story s = begin("{}");
    add(&s, "{'address':'migrate'," RUN "," BODY "}");
    event(&s, "started");
    answers(&s, sends(&s, 1000, "RunTask", SENT), cases[i].answer);
    if (cases[i].placed > 0) {
      tells(&s, "a", "PENDING");
      records(&s, cases[i].placed);
    }
    const ecs_value *details = ends(&s, "TaskNotPlaced", "the task was not placed");
    CHECK(ecs_value_count(ecs_value_get(details, "failures")) == cases[i].failures);
    CHECK(ecs_value_count(ecs_value_get(details, "tasks")) == cases[i].placed);
    end(&s);
  }
}

static void waits_for_what_an_earlier_run_started_and_starts_nothing(void) {
  story s = begin("{}");
  add(&s, "{'address':'migrate'," RUN "," BODY ",'tasks':[" A "]}");
  event(&s, "started");
  answers(&s, sends(&s, 1000, "DescribeTasks", LOOK(SENT_A)), "{'tasks':[" IS(A, "RUNNING") "]}");
  tells(&s, "a", "RUNNING");
  answers(&s, sends(&s, 1006, "DescribeTasks", LOOK(SENT_A)), "{'tasks':[" ENDED(A, BY_ITSELF, ",'exitCode':0") "]}");
  tells(&s, "a", "STOPPED");
  ends(&s, NULL, NULL);
  end(&s);
}

static void runs_it_anew_when_what_it_was_before_has_ended_however_that_was(void) {
  story s = begin("{}");
  add(&s, "{'address':'migrate'," RUN "," BODY ",'former':[" A "]}");
  event(&s, "started");
  answers(&s, sends(&s, 1000, "DescribeTasks", LOOK(SENT_A)), "{'tasks':[" ENDED(A, BY_ITSELF, ",'exitCode':7") "]}");
  tells(&s, "a", "STOPPED");
  answers(&s, sends(&s, 1000, "RunTask", SENT), "{'tasks':[" IS(B, "STOPPED") "]}");
  tells(&s, "b", "STOPPED"); /* told again, although it is the same place and the same status */
  CHECK_TEXT(ecs_value_text_or(ecs_value_at(records(&s, 1), 0), ""), "arn:x:task/prod/b");
  answers(&s, sends(&s, 1002, "DescribeTasks", LOOK(SENT_B)), "{'tasks':[" ENDED(B, BY_ITSELF, ",'exitCode':0") "]}");
  ends(&s, NULL, NULL);
  end(&s);
}

static void names_the_first_of_those_that_failed(void) {
  story s = begin("{}");
  add(&s, "{'address':'migrate'," RUN ",'tasks':[" A "," B "]}");
  event(&s, "started");
  answers(&s, sends(&s, 1000, "DescribeTasks", LOOK(SENT_A "," SENT_B)),
          "{'tasks':[" ENDED(B, BY_ITSELF, ",'exitCode':4") "," ENDED(A, BY_ITSELF, ",'exitCode':3") "]}");
  tells(&s, "a", "STOPPED");
  tells(&s, "b", "STOPPED");
  ends(&s, "TaskFailed", "the task a did not end well");
  end(&s);
}

/* What was started for this very declaration goes before what was started for another. */
static void runs_nothing_anew_where_its_own_tasks_are_found_beside_former_ones(void) {
  story s = begin("{}");
  add(&s, "{'address':'migrate'," RUN "," BODY ",'tasks':[" A "],'former':[" B "]}");
  event(&s, "started");
  answers(&s, sends(&s, 1000, "DescribeTasks", LOOK(SENT_A)), "{'tasks':[" ENDED(A, BY_ITSELF, ",'exitCode':0") "]}");
  tells(&s, "a", "STOPPED");
  ends(&s, NULL, NULL);
  end(&s);
}

static void tells_nothing_of_former_tasks_when_the_new_one_is_refused(void) {
  story s = begin("{}");
  add(&s, "{'address':'migrate'," RUN "," BODY ",'former':[" A "]}");
  event(&s, "started");
  answers(&s, sends(&s, 1000, "DescribeTasks", LOOK(SENT_A)), "{'tasks':[" ENDED(A, BY_ITSELF, ",'exitCode':7") "]}");
  tells(&s, "a", "STOPPED");
  int64_t id = sends(&s, 1000, "RunTask", SENT);
  CHECK(ecs_engine_answer(s.engine, id, 400, NULL, json("{'__type':'BlockedException','message':'no'}"), s.now) ==
        ECS_OK);
  const ecs_value *details = ends(&s, "BlockedException", "RunTask of migrate was refused: BlockedException: no");
  CHECK(ecs_value_get(details, "tasks") == NULL && ecs_value_get(details, "exit_code") == NULL);
  end(&s);
}

/* Ten is the most that RunTask starts; what was found may be more. */
static void follows_eleven_tasks_and_tells_of_ten(void) {
  char arns[512] = "", sent[512] = "", text[1200], running[1024] = "";
  for (int i = 0; i < 11; i++) {
    const char *comma = i == 0 ? "" : ",";
    snprintf(arns + strlen(arns), sizeof arns - strlen(arns), "%s'arn:x:task/prod/%d'", comma, i);
    snprintf(sent + strlen(sent), sizeof sent - strlen(sent), "%s\"arn:x:task/prod/%d\"", comma, i);
    snprintf(running + strlen(running), sizeof running - strlen(running),
             "%s{'taskArn':'arn:x:task/prod/%d','lastStatus':'RUNNING'}", comma, i);
  }
  story s = begin("{}");
  snprintf(text, sizeof text, "{'address':'migrate'," RUN ",'tasks':[%s]}", arns);
  add(&s, text);
  event(&s, "started");
  snprintf(text, sizeof text, "{\"cluster\":\"prod\",\"tasks\":[%s]}", sent);
  int64_t id = sends(&s, 1000, "DescribeTasks", text);
  snprintf(text, sizeof text, "{'tasks':[%s]}", running);
  answers(&s, id, text);
  for (int i = 0; i < 10; i++) {
    snprintf(text, sizeof text, "%d", i);
    tells(&s, text, "RUNNING");
  }
  CHECK(next(&s)->kind == ECS_ACTION_SEND && s.now == 1006);
  end(&s);
}

static void counts_among_what_changes_something_and_has_an_hour_unless_told(void) {
  story s = begin("{'concurrency':1}");
  add(&s, "{'address':'one','kind':'task','action':'run','container':'app','tasks':['arn:x:task/default/a']}");
  add(&s, "{'address':'two'," RUN ",'tasks':[" B "]}");
  event(&s, "started");
  static const char IS_RUNNING[] = "{'tasks':[{'taskArn':'arn:x:task/default/a','lastStatus':'RUNNING'}]}";
  static const char SENT_ONE[] = "{\"cluster\":\"default\",\"tasks\":[\"arn:x:task/default/a\"]}";
  for (double at = 1000; at < 4600; at += 6) {
    answers(&s, sends(&s, at, "DescribeTasks", SENT_ONE), IS_RUNNING);
    if (at == 1000)
      tells(&s, "a", "RUNNING");
  }
  answers(&s, sends(&s, 4600, "DescribeTasks", SENT_ONE), IS_RUNNING);
  ends(&s, "Timeout", "the task a is RUNNING after 3600 s; it was left as it is");
  CHECK_TEXT(next(&s)->address, "two"); /* only now */
  end(&s);
}

static void looks_at_tasks_of_one_cluster_together(void) {
  story s = begin("{}");
  add(&s, "{'address':'one'," RUN ",'tasks':[" A "]}");
  add(&s, "{'address':'two'," RUN ",'tasks':[" B ",'arn:x:task/prod/c']}");
  add(&s, "{'address':'other','kind':'task','action':'run','container':'app','tasks':['arn:x:task/default/d']}");
  for (int i = 0; i < 3; i++)
    event(&s, "started");
  int64_t prod = sends(&s, 1000, "DescribeTasks", LOOK(SENT_A "," SENT_B ",\"arn:x:task/prod/c\""));
  sends(&s, 1000, "DescribeTasks", "{\"cluster\":\"default\",\"tasks\":[\"arn:x:task/default/d\"]}");
  answers(&s, prod, "{'tasks':[" ENDED(A, BY_ITSELF, ",'exitCode':0") "]}");
  tells(&s, "a", "STOPPED");
  const ecs_action *action = next(&s);
  CHECK(action->kind == ECS_ACTION_DONE && action->ok);
  CHECK_TEXT(action->address, "one");
  end(&s);
}

static void gives_up_on_a_task_that_ecs_does_not_show_for_more_than_a_minute(void) {
  story s = begin("{}");
  add(&s, "{'address':'migrate'," RUN ",'tasks':[" A "]}");
  event(&s, "started");
  for (double at = 1000; at <= 1066; at += 6)
    answers(&s, sends(&s, at, "DescribeTasks", LOOK(SENT_A)), "{'tasks':[]}");
  const ecs_value *details =
      ends(&s, "OutcomeUnknown", "ECS does not know the task any more, and never said how it ended");
  CHECK_TEXT(ecs_value_text_or(ecs_value_get_path(details, "error.hint"), ""),
             "see what it did, and run it again only when that is safe");
  end(&s);
}

static void does_not_give_up_on_one_that_was_shown_again_meanwhile(void) {
  story s = begin("{}");
  add(&s, "{'address':'migrate'," RUN ",'tasks':[" A "]}");
  event(&s, "started");
  for (double at = 1000; at < 1096; at += 6) {
    bool shown = at == 1048;
    answers(&s, sends(&s, at, "DescribeTasks", LOOK(SENT_A)),
            shown ? "{'tasks':[" IS(A, "RUNNING") "]}" : "{'tasks':[]}");
    if (shown)
      tells(&s, "a", "RUNNING");
  }
  answers(&s, sends(&s, 1096, "DescribeTasks", LOOK(SENT_A)), "{'tasks':[" ENDED(A, BY_ITSELF, ",'exitCode':0") "]}");
  tells(&s, "a", "STOPPED");
  ends(&s, NULL, NULL);
  end(&s);
}

static void leaves_a_task_that_takes_too_long_as_it_is(void) {
  story s = begin("{}");
  add(&s, "{'address':'migrate'," RUN ",'tasks':[" A "," B "]}");
  event(&s, "started");
  for (double at = 1000; at < 1100; at += 6) {
    answers(&s, sends(&s, at, "DescribeTasks", LOOK(SENT_A "," SENT_B)),
            "{'tasks':[" ENDED(A, BY_ITSELF, ",'exitCode':0") "," IS(B, "RUNNING") "]}");
    if (at == 1000) {
      tells(&s, "a", "STOPPED");
      tells(&s, "b", "RUNNING");
    }
  }
  answers(&s, sends(&s, 1100, "DescribeTasks", LOOK(SENT_A "," SENT_B)),
          "{'tasks':[" ENDED(A, BY_ITSELF, ",'exitCode':0") "," IS(B, "RUNNING") "]}");
  const ecs_value *details = ends(&s, "Timeout", "the task b is RUNNING after 100 s; it was left as it is");
  CHECK_TEXT(ecs_value_text_or(ecs_value_get_path(details, "error.hint"), ""),
             "see what it does: ecs-service logs migrate; the next apply waits for it, and starts no other");
  end(&s);
}

static void says_that_nobody_told_how_it_ended_when_ecs_shows_it_to_nobody_in_time(void) {
  story s = begin("{}");
  add(&s, "{'address':'migrate','kind':'task','action':'run','cluster':'prod','container':'app','timeout':30,"
          "'tasks':[" A "]}");
  event(&s, "started");
  for (double at = 1000; at <= 1030; at += 6)
    answers(&s, sends(&s, at, "DescribeTasks", LOOK(SENT_A)), "{'tasks':[]}");
  const ecs_value *details = ends(&s, "Timeout", "ECS did not say within 30 s how it ended");
  CHECK_TEXT(ecs_value_text_or(ecs_value_get_path(details, "error.hint"), ""),
             "see why ECS does not answer, then apply again");
  CHECK(ecs_value_get(details, "tasks") == NULL);
  end(&s);
}

/* Reads that fail do not end it: an hour of waiting is not lost for a minute without answers. */
static void goes_on_when_looks_are_not_answered_for_a_while(void) {
  story s = begin("{'max_attempts':2}");
  add(&s, "{'address':'migrate'," RUN ",'tasks':[" A "]}");
  event(&s, "started");
  int failed = 0;
  const ecs_action *action = next(&s);
  while (failed < 8 && action->kind != ECS_ACTION_DONE) {
    if (action->kind == ECS_ACTION_SEND) {
      CHECK(ecs_engine_answer(s.engine, action->id, 503, NULL, json("{}"), s.now) == ECS_OK);
      failed++;
    }
    action = next(&s);
  }
  while (action->kind == ECS_ACTION_EVENT)
    action = next(&s);
  if (CHECK(action->kind == ECS_ACTION_SEND)) {
    answers(&s, action->id, "{'tasks':[" ENDED(A, BY_ITSELF, ",'exitCode':0") "]}");
    tells(&s, "a", "STOPPED");
    ends(&s, NULL, NULL);
  }
  end(&s);
}

static void asks_again_for_an_answer_that_is_none(void) {
  static const char *const wrong[] = {"{'failures':[]}", "{'tasks':'none'}", "{'tasks':['a']}",
                                      "{'tasks':[],'failures':7}"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    story s = begin("{'max_attempts':2}");
    add(&s, "{'address':'migrate'," RUN ",'tasks':[" A "]}");
    event(&s, "started");
    answers(&s, sends(&s, 1000, "DescribeTasks", LOOK(SENT_A)), wrong[i]);
    CHECK_TEXT(ecs_value_text_or(ecs_value_get(event(&s, "retrying"), "code"), ""), "InvalidAnswer");
    const ecs_action *action = next(&s);
    CHECK(action->kind == ECS_ACTION_SEND);
    answers(&s, action->id, "{'tasks':[" ENDED(A, BY_ITSELF, ",'exitCode':0") "]}");
    tells(&s, "a", "STOPPED");
    ends(&s, NULL, NULL);
    end(&s);
  }
}

static void says_what_an_interruption_leaves_behind(void) {
  static const char *const left[] = {"interrupted: it was not started", "interrupted: it may have been started",
                                     "interrupted: the task goes on"};
  for (int stage = 0; stage < 3; stage++) {
    story s = begin("{'in_flight':1}");
    if (stage == 0) { /* its turn has not come */
      add(&s, "{'address':'first'," RUN "," BODY "}");
      event(&s, "started");
      sends(&s, 1000, "RunTask", SENT);
    }
    add(&s, "{'address':'migrate'," RUN "," BODY "}");
    event(&s, "started");
    int64_t id = stage > 0 ? sends(&s, 1000, "RunTask", SENT) : 0;
    if (stage == 2) {
      answers(&s, id, "{'tasks':[" IS(A, "PENDING") "]}");
      tells(&s, "a", "PENDING");
      records(&s, 1);
    }
    if (stage == 1) { /* it waits to send the request again */
      CHECK(ecs_engine_failed(s.engine, id, "reset", "gone", s.now) == ECS_OK);
      event(&s, "retrying");
    }
    ecs_engine_interrupt(s.engine);
    const ecs_action *action = next(&s);
    while (action->kind == ECS_ACTION_EVENT)
      action = next(&s);
    if (CHECK(action->kind == ECS_ACTION_DONE)) {
      CHECK_TEXT(action->address, "migrate");
      CHECK_TEXT(ecs_value_text_or(ecs_value_get_path(action->details, "error.message"), ""), left[stage]);
      CHECK_TEXT(ecs_value_text_or(ecs_value_get_path(action->details, "error.hint"), ""),
                 "apply again: what runs is waited for, and not started twice");
    }
    end(&s);
  }
}

/* A whole run in memory that ends at one allocation. */
static ecs_status whole(const ecs_allocator *allocator) {
  static const char *const operations[] = {
      "{'address':'new'," RUN "," BODY "}", "{'address':'again'," RUN "," BODY ",'former':[" A "]}",
      "{'address':'found'," RUN ",'tasks':[" B "]}", "{'address':'none'," RUN ",'body':{'clientToken':'none'}}"};
  ecs_engine *engine = ecs_engine_new(allocator, tasks_only, json("{}"));
  ecs_status status = engine == NULL ? ECS_NOMEM : ECS_OK;
  for (size_t i = 0; i < sizeof operations / sizeof *operations && status == ECS_OK; i++)
    status = ecs_engine_add(engine, json(operations[i]));
  double now = 1000;
  for (int i = 0, looks = 0; i < 500 && status == ECS_OK; i++) {
    const ecs_action *action = NULL;
    status = ecs_engine_next(engine, now, &action);
    if (status != ECS_OK || action->kind == ECS_ACTION_IDLE)
      break;
    if (action->kind == ECS_ACTION_SLEEP)
      now = action->until;
    if (action->kind != ECS_ACTION_SEND)
      continue;
    const char *answer = "{'tasks':[" IS(A, "PENDING") "," IS(B, "PENDING") "]}";
    if (strcmp(action->operation, "RunTask") != 0 && looks++ > 2)
      answer = "{'tasks':[" ENDED(A, BY_ITSELF, ",'exitCode':0") "," ENDED(B, BY_ITSELF, ",'exitCode':2") "]}";
    else if (strstr(action->body, "none") != NULL)
      answer = "{'tasks':[],'failures':[{'arn':'x','reason':'AGENT'}]}";
    status = ecs_engine_answer(engine, action->id, 200, NULL, json(answer), now);
  }
  ecs_engine_free(engine);
  return status;
}

/* Fails the first allocation, the second, …, alone and with all behind it, until a run is not touched by it. */
static void gives_everything_back_whichever_allocation_fails(void) {
  for (int on = 0; on < 2; on++) {
    bool failed = true;
    for (size_t n = 1; failed && CHECK(n < 10000); n++) {
      harness_memory memory = {.fail_at = n, .fail_on = on != 0};
      ecs_allocator allocator = harness_allocator(&memory);
      ecs_status status = whole(&allocator);
      failed = memory.failed;
      if (!CHECK(status == (failed ? ECS_NOMEM : ECS_OK)) || !CHECK(memory.live == 0 && memory.taken == memory.given)) {
        printf("  allocation %zu%s\n", n, on ? " and all after it" : "");
        break;
      }
    }
  }
}

int main(void) {
  arena = ecs_arena_new(NULL);
  starts_a_task_once_and_follows_it_to_its_end();
  sends_what_was_not_answered_once_more_with_its_token();
  is_a_success_only_when_its_container_ended_by_itself_with_0();
  waits_for_all_of_several_and_names_the_one_that_failed();
  says_what_was_not_placed_and_records_what_was();
  waits_for_what_an_earlier_run_started_and_starts_nothing();
  runs_it_anew_when_what_it_was_before_has_ended_however_that_was();
  names_the_first_of_those_that_failed();
  runs_nothing_anew_where_its_own_tasks_are_found_beside_former_ones();
  tells_nothing_of_former_tasks_when_the_new_one_is_refused();
  follows_eleven_tasks_and_tells_of_ten();
  counts_among_what_changes_something_and_has_an_hour_unless_told();
  looks_at_tasks_of_one_cluster_together();
  gives_up_on_a_task_that_ecs_does_not_show_for_more_than_a_minute();
  does_not_give_up_on_one_that_was_shown_again_meanwhile();
  leaves_a_task_that_takes_too_long_as_it_is();
  says_that_nobody_told_how_it_ended_when_ecs_shows_it_to_nobody_in_time();
  goes_on_when_looks_are_not_answered_for_a_while();
  asks_again_for_an_answer_that_is_none();
  says_what_an_interruption_leaves_behind();
  gives_everything_back_whichever_allocation_fails();
  ecs_arena_free(arena);
  return harness_end();
}

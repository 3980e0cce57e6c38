/* What events and service deployments tell of past deployments. */
#include "read.h"
#include "service/deployments.h"

static ecs_value *json(ecs_arena *arena, const char *text) {
  char copy[2048];
  snprintf(copy, sizeof copy, "%s", text);
  for (char *c = copy; *c != '\0'; c++)
    *c = *c == '\'' ? '"' : *c;
  return read_json(arena, copy);
}

#define EVENT(at, text) "{'createdAt':" at ",'message':'" text "'}"
#define STEADY(at) EVENT(at, "has reached a steady state.")
#define STARTED(at) EVENT(at, "has started 1 tasks")
#define COMPLETED(at) EVENT(at, "(deployment d) deployment completed.")
#define FAILED(at) EVENT(at, "(deployment d) deployment failed: x")

/* The newest come first, as ECS gives them. */
static double usual(const char *events) {
  char text[2048];
  ecs_arena *arena = ecs_arena_new(NULL);
  ecs_service_status status;
  snprintf(text, sizeof text, "{'events':[%s]}", events);
  ecs_schema_status(json(arena, text), &status);
  double seconds = ecs_records_usual_seconds(&status);
  ecs_arena_free(arena);
  return seconds;
}

static void check_usual(void) {
  CHECK(usual("") == 0);
  CHECK(usual(COMPLETED("160") "," STARTED("130") "," STARTED("100")) == 60);
  CHECK(usual(COMPLETED("160") "," STARTED("130") "," STEADY("110") "," STARTED("100")) == 30);
  CHECK(usual(COMPLETED("160")) == 0);
  CHECK(usual(COMPLETED("100") "," STARTED("100")) == 0); /* both in one second tell nothing */
  CHECK(usual(COMPLETED("400") "," STARTED("300") "," COMPLETED("190") "," STARTED("180") "," COMPLETED(
            "160") "," STARTED("100")) == 60); /* of 10, 60 and 100 */
  /* A rollback is no deployment: neither its start counts nor its completion, however it goes on until it is over. */
  CHECK(usual(COMPLETED("300") "," STARTED("250") "," FAILED("200") "," STARTED("100")) == 0);
  CHECK(usual(COMPLETED("500") "," STARTED("470") "," COMPLETED("300") "," STARTED("250") "," FAILED("200")) == 30);
  /* Of six only the latest five: 100 is no more among 1, 2, 3, 4 and 5. */
  CHECK(
      usual(
          COMPLETED("605") "," STARTED("600") "," COMPLETED("504") "," STARTED("500") "," COMPLETED("403") "," STARTED("400") "," COMPLETED(
              "302") "," STARTED("300") "," COMPLETED("201") "," STARTED("200") "," COMPLETED("190") "," STARTED("9"
                                                                                                                 "0")) ==
      3);
}

static bool numbered;

static const char *listed(ecs_arena *arena, const char *id, const char *items) {
  char text[1024];
  ecs_service_status status;
  ecs_schema_status(
      json(arena, "{'deployments':[{'id':'ecs-svc/417','status':'PRIMARY'},{'id':'ecs-svc/99','status':'ACTIVE'}]}"),
      &status);
  snprintf(text, sizeof text, "{'serviceDeployments':[%s]}", items);
  numbered = false;
  return ecs_records_list_answer(json(arena, text), &status, id, 1000, &numbered);
}

#define BRIEF(arn, at, number)                                                                                         \
  "{'serviceDeploymentArn':'" arn "','createdAt':" at                                                                  \
  ",'targetServiceRevisionArn':'arn:aws:ecs:eu-west-417:1:service-revision/prod/web/" number "'}"

/* Where no number ties them, no more than five seconds lie between a deployment and its service deployment. */
static void check_times(void) {
  ecs_arena *arena = ecs_arena_new(NULL);
  CHECK(listed(arena, NULL, "") == NULL);
  CHECK_TEXT(listed(arena, NULL, "{'serviceDeploymentArn':'a','createdAt':1005}"), "a");
  CHECK_TEXT(listed(arena, NULL, "{'serviceDeploymentArn':'a','createdAt':995}"), "a");
  CHECK(listed(arena, NULL, "{'serviceDeploymentArn':'a','createdAt':1005.5}") == NULL);
  CHECK(listed(arena, NULL, "{'serviceDeploymentArn':'a','createdAt':994.5}") == NULL);
  CHECK_TEXT(listed(arena, "new",
                    "{'serviceDeploymentArn':'b','createdAt':1100},{'serviceDeploymentArn':'a','createdAt':1000}"),
             "a");
  CHECK(listed(arena, "new",
               "{'serviceDeploymentArn':'b','createdAt':1001},{'serviceDeploymentArn':'a','createdAt':1000}") == NULL);
  ecs_arena_free(arena);
}

static void check_numbers(void) {
  ecs_arena *arena = ecs_arena_new(NULL);
  CHECK_TEXT(listed(arena, "ecs-svc/417", BRIEF("b", "1001", "99") "," BRIEF("a", "1000", "417")), "a");
  CHECK_TEXT(listed(arena, "ecs-svc/417", BRIEF("b", "1001", "5") "," BRIEF("a", "1030", "417")),
             "a");                                                        /* whatever the time */
  CHECK_TEXT(listed(arena, "ecs-svc/417", BRIEF("a", "1001", "5")), "a"); /* a server that gives other numbers */
  CHECK(!numbered);
  CHECK(listed(arena, "ecs-svc/417", BRIEF("b", "1001", "99")) == NULL); /* of the other deployment */
  CHECK(numbered);
  CHECK(listed(arena, "ecs-svc/417", BRIEF("b", "1030", "4170")) == NULL && !numbered);
  CHECK(listed(arena, "ecs-svc/417", BRIEF("b", "1030", "1417")) == NULL);
  CHECK(listed(arena, "ecs-svc/", BRIEF("b", "1030", "417")) == NULL);
  ecs_arena_free(arena);
}

static void check_request(void) {
  ecs_arena *arena = ecs_arena_new(NULL);
  const ecs_value *asked = ecs_records_list_request(arena, "prod", "web", 1000.75);
  CHECK(ecs_schema_seconds(ecs_value_get_path(asked, "createdAt.after")) == 995); /* as far back as one may lie */
  CHECK_TEXT(ecs_value_text_or(ecs_value_get(asked, "cluster"), NULL), "prod");
  CHECK(ecs_value_get(ecs_records_list_request(arena, NULL, "web", 1), "cluster") == NULL);
  ecs_arena_free(arena);
}

static void check_ends(void) {
  static const char *const over[] = {"SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"};
  static const char *const under_way[] = {"PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED",
                                          "ROLLBACK_IN_PROGRESS"};
  for (size_t i = 0; i < sizeof over / sizeof *over; i++)
    CHECK(ecs_records_ended(&(ecs_service_record){.status = over[i]}));
  for (size_t i = 0; i < sizeof under_way / sizeof *under_way; i++)
    CHECK(!ecs_records_ended(&(ecs_service_record){.status = under_way[i]}));
  CHECK(!ecs_records_ended(&(ecs_service_record){0}));
}

int main(void) {
  check_usual();
  check_times();
  check_numbers();
  check_request();
  check_ends();
  return harness_end();
}

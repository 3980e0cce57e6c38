/* Memory that runs out: every function of the core is run with the first, the second, … allocation failing, until one
** run passes. Each failing run has to say ECS_NOMEM and to leave nothing behind. */
#include "base/diag.h"
#include "base/json_write.h"
#include "engine/engine.h"
#include "explain/explain.h"
#include "harness.h"
#include "plan/plan.h"
#include "read.h"
#include "schema/carry.h"
#include "schema/flatten.h"
#include "schema/validate.h"
#include "service/request.h"
#include "service/service.h"
#include "services.h"
#include "sign/sigv4.h"
#include "task_definition/body.h"
#include "task_definition/task_definition.h"

static const char CONFIG[] =
    "{\"name\":\"web\",\"cluster\":\"prod\",\"task_definition\":\"web:7\",\"desired_count\":3,"
    "\"launch_type\":\"FARGATE\",\"enable_ecs_managed_tags\":true,\"propagate_tags\":\"SERVICE\","
    "\"deployment_maximum_percent\":150,\"deployment_minimum_healthy_percent\":50,"
    "\"health_check_grace_period_seconds\":30,"
    "\"deployment_circuit_breaker\":{\"enable\":true,\"rollback\":true},"
    "\"load_balancer\":[{\"target_group_arn\":\"arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/a/1\","
    "\"container_name\":\"web\",\"container_port\":8080},"
    "{\"target_group_arn\":\"arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/b/2\","
    "\"container_name\":\"web\",\"container_port\":8081}],"
    "\"network_configuration\":{\"subnets\":[\"subnet-1\",\"subnet-2\"],\"security_groups\":[\"sg-1\"],"
    "\"assign_public_ip\":true},"
    "\"lifecycle\":{\"ignore_changes\":[\"desired_count\"]},\"timeouts\":{\"create\":\"10m\"},"
    "\"tags\":{\"team\":\"core\",\"stage\":\"prod\",\"owner\":\"me\"}}";

static const char WRONG[] =
    "{\"nam\":\"web\",\"cluster\":7,\"desired_count\":-1,\"launch_type\":\"MOON\",\"tags\":[1],\"task_definition\":"
    "\"\","
    "\"load_balancer\":[{\"container_port\":70000},{\"container_name\":true}],\"scheduling_strategy\":\"DAEMON\","
    "\"ordered_placement_strategy\":[{\"type\":\"binpack\",\"field\":\"moon\"}],\"deployment_maximum_percent\":\"x\"}";

static const char SERVICE[] =
    "{\"serviceArn\":\"arn:aws:ecs:us-west-2:123456789012:service/prod/web\",\"serviceName\":\"web\","
    "\"clusterArn\":\"arn:aws:ecs:us-west-2:123456789012:cluster/prod\",\"status\":\"ACTIVE\",\"desiredCount\":3,"
    "\"runningCount\":3,\"pendingCount\":0,\"launchType\":\"FARGATE\",\"schedulingStrategy\":\"REPLICA\","
    "\"taskDefinition\":\"arn:aws:ecs:us-west-2:123456789012:task-definition/web:7\","
    "\"deploymentConfiguration\":{\"maximumPercent\":150,\"minimumHealthyPercent\":50,\"strategy\":\"BLUE_GREEN\","
    "\"deploymentCircuitBreaker\":{\"enable\":true,\"rollback\":true,\"resetOnHealthyTask\":false}},"
    "\"loadBalancers\":[{\"targetGroupArn\":\"arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/a/1\","
    "\"containerName\":\"web\",\"containerPort\":8080,\"advancedConfiguration\":{\"roleArn\":\"r\"}}],"
    "\"healthCheckGracePeriodSeconds\":30,"
    "\"networkConfiguration\":{\"awsvpcConfiguration\":{\"subnets\":[\"subnet-2\",\"subnet-1\"],"
    "\"securityGroups\":[\"sg-1\"],\"assignPublicIp\":\"ENABLED\"}},"
    "\"deployments\":[{\"id\":\"ecs-svc/1\",\"status\":\"PRIMARY\",\"rolloutState\":\"COMPLETED\",\"desiredCount\":3,"
    "\"runningCount\":3,\"pendingCount\":0,\"failedTasks\":0,\"createdAt\":900,"
    "\"taskDefinition\":\"arn:aws:ecs:us-west-2:123456789012:task-definition/web:7\"}],"
    "\"events\":[{\"id\":\"e1\",\"message\":\"(service web) has reached a steady state.\",\"createdAt\":901}],"
    "\"tags\":[{\"key\":\"team\",\"value\":\"core\"},{\"key\":\"aws:x\",\"value\":\"y\"},"
    "{\"key\":\"old\",\"value\":\"1\"}],\"enableECSManagedTags\":true,\"propagateTags\":\"SERVICE\"}";

/* What the runs work on, made with memory that does not run out. */
static ecs_arena *always;
static ecs_context context = {.partition = "aws", .region = "us-west-2", .account_id = "123456789012"};
static ecs_value *config, *normal, *wrong, *service, *attributes, *creation, *change, *defaults, *ignored, *unknown;

typedef ecs_status run_fn(const ecs_allocator *allocator);

/* One run after the other, with one failure, or with all failing from there on. */
static void never_leaks(const char *what, run_fn *run) {
  bool clean = true, honest = true;
  size_t failures = 0;
  for (int on = 0; on < 2; on++) {
    for (size_t n = 1; n < 100000; n++) {
      harness_memory memory = {.fail_at = n, .fail_on = on == 1};
      ecs_allocator allocator = harness_allocator(&memory);
      ecs_status status = run(&allocator);
      if (memory.live != 0 || memory.taken != memory.given) {
        printf("%s: allocation %zu failing leaves %zu bytes\n", what, n, memory.live);
        clean = false;
      }
      if (status != (memory.failed ? ECS_NOMEM : ECS_OK)) {
        printf("%s: allocation %zu %s, and the status is %d\n", what, n, memory.failed ? "failing" : "not met", status);
        honest = false;
      }
      if (!memory.failed)
        break;
      failures++;
    }
  }
  CHECK(clean);
  CHECK(honest);
  CHECK(failures > 0);
}

/* Gives the arena's end its status: what a caller would see. */
static ecs_status end(ecs_arena *arena, ecs_status status) {
  if (status == ECS_OK)
    status = ecs_arena_status(arena);
  ecs_arena_free(arena);
  return status;
}

static ecs_status values(const ecs_allocator *allocator) {
  ecs_arena *arena = ecs_arena_new(allocator);
  if (arena == NULL)
    return ECS_NOMEM;
  ecs_value *map = ecs_value_map(arena), *list = ecs_value_list(arena);
  for (int i = 0; i < 300; i++) {
    char key[32];
    snprintf(key, sizeof key, "a%d.b%d", i % 17, i);
    ecs_value_set_path(arena, map, key, ecs_value_format(arena, "%d %s", i, key));
    ecs_value_push(arena, list, ecs_value_shallow(arena, map));
  }
  ecs_value_set(arena, map, "list", ecs_value_copy(arena, list));
  const char *text = ecs_json_write(arena, map, 2, NULL);
  return end(arena, text == NULL ? ECS_NOMEM : ECS_OK);
}

static ecs_status reading(const ecs_allocator *allocator) {
  static const char *const texts[] = {SERVICE, "[0.30000000000000004,1e-320]"};
  ecs_arena *arena = ecs_arena_new(allocator);
  ecs_status status = arena == NULL ? ECS_NOMEM : ECS_OK;
  for (size_t i = 0; status == ECS_OK && i < sizeof texts / sizeof *texts; i++) {
    ecs_value *value;
    const char *problem;
    status = ecs_json_read(arena, texts[i], strlen(texts[i]), &value, &problem);
  }
  return arena == NULL ? status : end(arena, status);
}

static ecs_status refusal(const ecs_allocator *allocator) {
  ecs_value *value;
  const char *problem;
  ecs_arena *arena = ecs_arena_new(allocator);
  if (arena == NULL)
    return ECS_NOMEM;
  ecs_status status = ecs_json_read(arena, "[1,2", 4, &value, &problem);
  return end(arena, status == ECS_INVALID && problem != NULL ? ECS_OK : status);
}

static ecs_status validation(const ecs_allocator *allocator) {
  ecs_value *out;
  ecs_diags diags;
  ecs_arena *arena = ecs_arena_new(allocator);
  if (arena == NULL)
    return ECS_NOMEM;
  ecs_diags_init(&diags, arena);
  return end(arena, ecs_validate(&ecs_service_resource, arena, config, &context, &out, &diags));
}

static ecs_status diagnostics(const ecs_allocator *allocator) {
  ecs_value *out;
  ecs_diags diags;
  ecs_arena *arena = ecs_arena_new(allocator);
  if (arena == NULL)
    return ECS_NOMEM;
  ecs_diags_init(&diags, arena);
  ecs_status status = ecs_validate(&ecs_service_resource, arena, wrong, &context, &out, &diags);
  ecs_value *list = ecs_diags_value(arena, &diags);
  bool told = status == ECS_INVALID && diags.errors >= 8 && ecs_value_count(list) >= 8;
  return end(arena, ecs_arena_failed(arena) ? ECS_NOMEM : told ? ECS_OK : ECS_INVALID);
}

static const char DEFINITION[] =
    "{\"family\":\"api\",\"networkMode\":\"awsvpc\",\"cpu\":\"1 "
    "vCPU\",\"memory\":\"2GB\",\"requiresCompatibilities\":[\"FARGATE\"],"
    "\"volumes\":[{\"name\":\"v\",\"host\":{}}],\"tags\":[{\"key\":\"a\",\"value\":\"b\"}],\"containerDefinitions\":["
    "{\"name\":\"app\",\"image\":\"a:1\",\"environment\":[{\"name\":\"A\",\"value\":\"1\"}],\"portMappings\":[{"
    "\"containerPort\":80}],"
    "\"mountPoints\":[{\"sourceVolume\":\"v\",\"containerPath\":\"/"
    "v\"}],\"dependsOn\":[{\"containerName\":\"side\",\"condition\":"
    "\"START\"}]},{\"name\":\"side\",\"image\":\"b\",\"essential\":false,\"ulimits\":[{\"name\":\"core\",\"softLimit\":"
    "0,\"hardLimit\":0}]}]}";
static const char BAD_DEFINITION[] =
    "{\"family\":\"a "
    "b\",\"requiresCompatibilities\":[\"FARGATE\"],\"cpu\":\"300\",\"memory\":\"x\",\"containerDefinitions\":"
    "\"[{\\\"name\\\":\\\"app\\\",\\\"links\\\":[\\\"x\\\"],\\\"essential\\\":false,\\\"privileged\\\":true}]\"}";

static const ecs_value *declared, *misdeclared;

/* A task definition from its declaration to the change that it makes of an older one. */
static ecs_status definition(const ecs_allocator *allocator) {
  ecs_value *normal_form, *out;
  ecs_diags diags;
  ecs_arena *arena = ecs_arena_new(allocator);
  if (arena == NULL)
    return ECS_NOMEM;
  ecs_diags_init(&diags, arena);
  const ecs_value *given = declared, *bad = misdeclared;
  ecs_status status = ecs_validate(&ecs_task_definition_resource, arena, given, &context, &normal_form, &diags);
  if (status != ECS_OK)
    return end(arena, status);
  const ecs_value *body = ecs_definition_body(arena, normal_form, NULL);
  const ecs_value *had = ecs_definition_read(arena, given, ecs_value_get(body, "tags"));
  ecs_definition_input input = {.config = normal_form, .recorded = had, .actual = had, .newest = 3};
  status = ecs_definition_plan(arena, &input, &out);
  CHECK(status != ECS_OK || ecs_value_is_text(ecs_value_get(out, "action"), "no-op"));
  input.actual = NULL;
  if (status == ECS_OK)
    status = ecs_definition_plan(arena, &input, &out);
  if (status == ECS_OK)
    (void)ecs_validate(&ecs_task_definition_resource, arena, bad, &context, &normal_form, &diags);
  return end(arena, status);
}

static ecs_status rows(const ecs_allocator *allocator) {
  ecs_arena *arena = ecs_arena_new(allocator);
  if (arena == NULL)
    return ECS_NOMEM;
  ecs_resource_value(&ecs_service_resource, arena);
  return end(arena, ECS_OK);
}

static ecs_status plan_of(const ecs_allocator *allocator, const ecs_plan_input *input) {
  ecs_value *out;
  ecs_diags diags;
  ecs_arena *arena = ecs_arena_new(allocator);
  if (arena == NULL)
    return ECS_NOMEM;
  ecs_diags_init(&diags, arena);
  return end(arena, ecs_plan(&ecs_service_resource, arena, input, &out, &diags));
}

static ecs_status plan_create(const ecs_allocator *allocator) {
  return plan_of(allocator,
                 &(ecs_plan_input){.config = normal, .refreshed = true, .default_tags = defaults, .context = context});
}

static ecs_status plan_update(const ecs_allocator *allocator) {
  return plan_of(allocator, &(ecs_plan_input){.config = normal,
                                              .recorded = attributes,
                                              .actual = attributes,
                                              .refreshed = true,
                                              .default_tags = defaults,
                                              .ignore_tags = ignored,
                                              .imported = true,
                                              .unknown = unknown,
                                              .context = context});
}

static ecs_status plan_replace(const ecs_allocator *allocator) {
  ecs_value *moved = ecs_value_shallow(always, normal);
  ecs_value_set(always, moved, "scheduling_strategy", ecs_value_text(always, "DAEMON"));
  ecs_value_set(always, moved, "name", ecs_value_text(always, "other"));
  return plan_of(allocator, &(ecs_plan_input){.config = moved,
                                              .recorded = attributes,
                                              .actual = attributes,
                                              .refreshed = true,
                                              .unknown = unknown,
                                              .context = context});
}

static ecs_status plan_delete(const ecs_allocator *allocator) {
  return plan_of(allocator, &(ecs_plan_input){
                                .recorded = attributes, .actual = attributes, .refreshed = true, .context = context});
}

static ecs_status flattening(const ecs_allocator *allocator) {
  ecs_value *out;
  ecs_arena *arena = ecs_arena_new(allocator);
  if (arena == NULL)
    return ECS_NOMEM;
  ecs_flatten_input input = {.answer = service,
                             .form = normal,
                             .previous = attributes,
                             .default_tags = defaults,
                             .ignore_tags = ignored,
                             .tags_known = true,
                             .context = context};
  return end(arena, ecs_flatten(&ecs_service_resource, arena, &input, &out));
}

static ecs_status tags(const ecs_allocator *allocator) {
  ecs_arena *arena = ecs_arena_new(allocator);
  if (arena == NULL)
    return ECS_NOMEM;
  ecs_plan_tags_all(arena, ecs_value_get(normal, "tags"), defaults, ignored);
  return end(arena, ECS_OK);
}

/* All requests after each other, each written as JSON. */
static ecs_status requests(const ecs_allocator *allocator) {
  ecs_arena *arena = ecs_arena_new(allocator);
  if (arena == NULL)
    return ECS_NOMEM;
  ecs_value *bodies[9] = {NULL}, *set = NULL, *drop = NULL;
  ecs_value *names = ecs_value_list(arena);
  ecs_value_push(arena, names, ecs_value_text(arena, "web"));
  ecs_status statuses[] = {
      ecs_request_create(arena, ecs_value_get(creation, "after"), "0123456789abcdef", false, &context, &bodies[0]),
      ecs_request_update(arena, change, &context, &bodies[1]),
      ecs_request_scale_to_zero(arena, "prod", "web", &bodies[2]),
      ecs_request_delete(arena, "prod", "web", true, &bodies[3]),
      ecs_request_describe(arena, "prod", names, true, &bodies[4]),
      ecs_request_tag_changes(arena, change, &set, &drop),
      ecs_request_tag(arena, "arn:aws:ecs:us-west-2:123456789012:service/prod/web", set, &bodies[5]),
      ecs_request_untag(arena, "arn:aws:ecs:us-west-2:123456789012:service/prod/web", drop, &bodies[6])};
  ecs_status status = ECS_OK;
  for (size_t i = 0; i < sizeof statuses / sizeof *statuses && status == ECS_OK; i++)
    status = statuses[i];
  for (size_t i = 0; i < 7 && status == ECS_OK; i++)
    status = ecs_json_write(arena, bodies[i], 0, NULL) == NULL ? ECS_NOMEM : ECS_OK;
  return end(arena, status);
}

/* A failed PRIMARY deployment beside the one that it was to replace, and lists that are joined. */
static const char MANY[] =
    "{\"monitoring\":{\"a\":1},\"loadBalancers\":[{\"targetGroupArn\":"
    "\"arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/a/1\",\"x\":[1]}],\"deployments\":[{\"status\":"
    "\"PRIMARY\",\"rolloutState\":\"FAILED\",\"volumeConfigurations\":[{\"name\":\"shared\"}],"
    "\"serviceConnectConfiguration\":{\"y\":2,\"services\":[{\"portName\":\"a\",\"z\":3},{\"portName\":\"c\",\"z\":3}]}"
    "},"
    "{\"status\":\"ACTIVE\",\"serviceConnectConfiguration\":{\"w\":2,\"services\":[{\"portName\":\"a\",\"v\":3,"
    "\"timeout\":{\"idleTimeoutSeconds\":1,\"u\":4}},{\"portName\":\"b\",\"z\":3}]}}]}";

static ecs_status carrying(const ecs_allocator *allocator) {
  ecs_value *body;
  ecs_arena *arena = ecs_arena_new(allocator);
  if (arena == NULL)
    return ECS_NOMEM;
  const ecs_value *read = ecs_carry_read(&ecs_service_resource, arena, read_json(always, MANY));
  ecs_carry carry = ecs_carry_of(&ecs_service_resource, arena, read, read_json(always, "[\"load_balancer.nothing\"]"));
  ecs_status status = ecs_request_update(arena, change, &context, &body);
  if (status == ECS_OK)
    ecs_carry_update(arena, &carry, ecs_value_get(change, "after"), body);
  if (status == ECS_OK)
    status = ecs_request_create(arena, ecs_value_get(creation, "after"), NULL, false, &context, &body);
  if (status == ECS_OK)
    ecs_carry_create(arena, &carry, body);
  ecs_value *members = ecs_carry_members(&ecs_service_resource, arena, read);
  CHECK(ecs_arena_failed(arena) || (ecs_value_count(members) == 10 && ecs_value_count(carry.paths) >= 3));
  return end(arena, status);
}

static ecs_status signing(const ecs_allocator *allocator) {
  ecs_sigv4 *signer = ecs_sigv4_new(allocator);
  if (signer == NULL)
    return ECS_NOMEM;
  ecs_sigv4_header headers[200];
  for (size_t i = 0; i < 200; i++)
    headers[i] = (ecs_sigv4_header){{"X-Many", 6}, {"a  value", 8}};
  ecs_sigv4_credentials keys = {{"AKID", 4}, {"a secret", 1}, {"token", 5}};
  ecs_sigv4_request request = {.method = {"GET", 3}, .url = {"https://example.com/a?b=c&d=e", 29}};
  ecs_sigv4_options options = ecs_sigv4_options_for((ecs_uri_part){"ecs", 3}, (ecs_uri_part){"us-west-2", 9});
  ecs_sigv4_result result;
  ecs_status status = ecs_sigv4_sign(signer, &request, &keys, &options, &result);
  request.headers = headers;
  request.header_count = 200;
  if (status == ECS_OK)
    status = ecs_sigv4_presign(signer, &request, &keys, &options, &result);
  options.time = 86400;
  if (status == ECS_OK)
    status = ecs_sigv4_sign(signer, &request, &keys, &options, &result);
  ecs_sigv4_free(signer);
  return status;
}

static bool throttled; /* whether this run's first CreateService was refused */
static bool skewed;    /* whether its first ListTasks was, for the clock */

/* Answers an engine as a server would, in memory of its own. */
static ecs_status serve(ecs_engine *engine, const ecs_action *action, double now) {
  const char *operation = action->operation;
  int64_t id = action->id;
  if (strcmp(operation, "CreateService") == 0 && !throttled) {
    throttled = true;
    return ecs_engine_answer(engine, id, 400, NULL, read_json(always, "{\"__type\":\"ThrottlingException\"}"), now);
  }
  if (strcmp(operation, "ListTasks") == 0 && !skewed) {
    skewed = true;
    return ecs_engine_answer(engine, id, 403, read_json(always, "{\"date\":\"Thu, 01 Jan 1970 01:00:00 GMT\"}"),
                             read_json(always, "{\"__type\":\"RequestTimeTooSkewed\"}"), now);
  }
  ecs_value *body = ecs_value_map(always);
  if (strcmp(operation, "DescribeServices") == 0) {
    ecs_value_set_path(always, body, "services", ecs_value_list(always));
    ecs_value_push(always, ecs_value_get(body, "services"), service);
  } else if (strcmp(operation, "TagResource") != 0 && strcmp(operation, "UntagResource") != 0) {
    ecs_value_set(always, body, "service", service);
  }
  return ecs_engine_answer(engine, id, 200, NULL, body, now);
}

static bool clock_told; /* whether any run came to tell of the clock */

static ecs_status drive(ecs_engine *engine) {
  double now = 1000;
  for (int i = 0; i < 2000; i++) {
    const ecs_action *action = NULL;
    ecs_status status = ecs_engine_next(engine, now, &action);
    if (status != ECS_OK)
      return status;
    if (action->kind == ECS_ACTION_IDLE)
      return ECS_OK;
    clock_told |= action->kind == ECS_ACTION_CLOCK;
    if (action->kind == ECS_ACTION_SLEEP) {
      now = action->until;
    } else if (action->kind == ECS_ACTION_SEND) {
      now += 0.05;
      status = serve(engine, action, now);
      if (status != ECS_OK)
        return status;
    }
  }
  return ECS_INVALID; /* it does not come to an end */
}

static ecs_value *operation(const char *address, const char *kind, ecs_value *planned) {
  ecs_value *made = ecs_value_map(always);
  ecs_value_set(always, made, "address", ecs_value_text(always, address));
  ecs_value_set(always, made, "action", ecs_value_text(always, kind));
  ecs_value_set(always, made, "cluster", ecs_value_text(always, "prod"));
  ecs_value_set(always, made, "service", ecs_value_text(always, "web"));
  ecs_value_set(always, made, "client_token", ecs_value_text(always, "0123456789abcdef0123456789abcdef"));
  ecs_value_set(always, made, "config", normal);
  if (planned != creation)
    ecs_value_set(always, made, "attributes", attributes);
  if (planned != NULL)
    ecs_value_set(always, made, "change", planned);
  return made;
}

/* What an engine learned, in memory that runs out, for the next one. */
static ecs_status teach(const ecs_allocator *allocator, const ecs_engine *engine) {
  ecs_arena *arena = ecs_arena_new(allocator);
  if (arena == NULL)
    return ECS_NOMEM;
  ecs_value *options = ecs_value_map(arena);
  ecs_value_set(arena, options, "learned", ecs_engine_learned(engine, arena));
  ecs_status status = ecs_arena_status(arena);
  ecs_engine *next = status == ECS_OK ? ecs_engine_new(allocator, services, options) : NULL;
  if (next == NULL)
    status = ECS_NOMEM;
  ecs_engine_free(next);
  ecs_arena_free(arena);
  return status;
}

static ecs_status engine(const ecs_allocator *allocator) {
  ecs_value *options = read_json(always, "{\"region\":\"us-west-2\",\"account_id\":\"123456789012\",\"skew\":5,"
                                         "\"retry_mode\":\"adaptive\"}");
  ecs_engine *runner = ecs_engine_new(allocator, services, options);
  if (runner == NULL)
    return ECS_NOMEM;
  ecs_value *all[] = {operation("created", "create", creation), operation("updated", "update", change),
                      operation("read", "read", NULL),          operation("imported", "import", NULL),
                      operation("waited", "wait", NULL),        operation("called", "call", NULL)};
  ecs_value_set(always, all[5], "operation", ecs_value_text(always, "ListTasks"));
  ecs_value_set(always, all[5], "body", read_json(always, "{\"cluster\":\"prod\"}"));
  ecs_value_set(always, all[4], "until", ecs_value_text(always, "steady"));
  ecs_value_set(always, all[1], "depends_on", read_json(always, "[\"created\"]"));
  ecs_status status = ECS_OK;
  throttled = skewed = false;
  for (size_t i = 0; i < sizeof all / sizeof *all && status == ECS_OK; i++)
    status = ecs_engine_add(runner, all[i]);
  if (status == ECS_OK)
    status = drive(runner);
  if (status == ECS_OK)
    status = teach(allocator, runner);
  ecs_engine_free(runner);
  return status;
}

static const char FAILED[] =
    "{\"deployment\":{\"id\":\"ecs-svc/2\",\"createdAt\":900,\"rolloutState\":\"FAILED\",\"rolloutStateReason\":\"what "
    "is this\"},"
    "\"events\":[{\"id\":\"e1\",\"createdAt\":\"2026-01-01T00:01:07Z\",\"message\":\"(service web) was unable to place "
    "a task "
    "because no container instance met all of its requirements. The closest matching (container-instance abc) has "
    "insufficient CPU units "
    "available.\"}],\"tasks\":[{\"taskArn\":\"t/1\",\"startedBy\":\"ecs-svc/2\",\"stoppedReason\":"
    "\"CannotPullContainerError: failed to resolve ref a/b:1: not found\",\"stoppedAt\":950},{\"taskArn\":\"t/2\","
    "\"startedBy\":\"ecs-svc/2\",\"stoppedReason\":\"Essential container in task "
    "exited\",\"containers\":[{\"name\":\"web\","
    "\"exitCode\":139}]}],\"task_definition\":{\"cpu\":\"512\"},\"container_instances\":[{\"agentConnected\":true}]}";

static ecs_status explaining(const ecs_allocator *allocator) {
  ecs_arena *arena = ecs_arena_new(allocator);
  ecs_value *causes;
  if (arena == NULL)
    return ECS_NOMEM;
  ecs_status status = ecs_explain(arena, read_json(always, FAILED), &causes);
  if (status == ECS_OK) {
    CHECK(ecs_value_count(causes) == 4);
    ecs_explain_codes(arena);
    status = ecs_arena_status(arena);
  }
  ecs_arena_free(arena);
  return status;
}

static void prepare(void) {
  ecs_diags diags;
  always = ecs_arena_new(NULL);
  ecs_diags_init(&diags, always);
  config = read_json(always, CONFIG);
  wrong = read_json(always, WRONG);
  service = read_json(always, SERVICE);
  unknown = ecs_carry_read(&ecs_service_resource, always, service);
  declared = read_json(always, DEFINITION);
  misdeclared = read_json(always, BAD_DEFINITION);
  defaults = read_json(always, "{\"team\":\"core\",\"cost\":\"42\"}");
  ignored = read_json(always, "{\"keys\":[\"old\"],\"key_prefixes\":[\"x:\"]}");
  CHECK(ecs_validate(&ecs_service_resource, always, config, &context, &normal, &diags) == ECS_OK);
  ecs_flatten_input read = {.answer = service, .form = normal, .tags_known = true, .context = context};
  CHECK(ecs_flatten(&ecs_service_resource, always, &read, &attributes) == ECS_OK);
  ecs_plan_input input = {.config = normal, .refreshed = true, .default_tags = defaults, .context = context};
  CHECK(ecs_plan(&ecs_service_resource, always, &input, &creation, &diags) == ECS_OK);
  input.recorded = input.actual = attributes;
  CHECK(ecs_plan(&ecs_service_resource, always, &input, &change, &diags) == ECS_OK);
  CHECK(ecs_value_is_text(ecs_value_get(creation, "action"), "create"));
  CHECK(ecs_value_is_text(ecs_value_get(change, "action"), "update"));
}

int main(void) {
  prepare();
  never_leaks("values", values);
  never_leaks("reading", reading);
  never_leaks("refusal", refusal);
  never_leaks("validate", validation);
  never_leaks("diagnostics", diagnostics);
  never_leaks("schema", rows);
  never_leaks("task definition", definition);
  never_leaks("plan to create", plan_create);
  never_leaks("plan to update", plan_update);
  never_leaks("plan to replace", plan_replace);
  never_leaks("plan to delete", plan_delete);
  never_leaks("flatten", flattening);
  never_leaks("tags", tags);
  never_leaks("requests", requests);
  never_leaks("carrying", carrying);
  never_leaks("signing", signing);
  never_leaks("explaining", explaining);
  never_leaks("engine", engine);
  CHECK(clock_told); /* or the runs went without it */
  ecs_arena_free(always);
  return harness_end();
}

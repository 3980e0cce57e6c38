/* A plan and an apply from C: reads a declaration as JSON, shows what would change, and with "apply" does it.
**   deploy ENDPOINT REGION [apply] <service.json       keys: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
** libcurl sends, the core does the rest. It keeps no state: what the service has now stands for what
** was recorded, so it shows the way of the data and is no tool for production. */
#include <curl/curl.h>
#include <ecs_service/ecs_service.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct deploy {
  const char *endpoint, *region;
  ecs_arena *arena;
  ecs_sigv4 *signer;
  CURL *curl;
} deploy;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* NULL when the text is no JSON: the core is told so, and treats it as an answer that was cut off. */
static ecs_value *read_json(ecs_arena *arena, const char *text, size_t size) {
  ecs_value *value;
  const char *problem;
  return ecs_json_read(arena, text, size, &value, &problem) == ECS_OK ? value : NULL;
}

static ecs_sigv4_text text_of(const char *text) { return (ecs_sigv4_text){text, text == NULL ? 0 : strlen(text)}; }

static struct curl_slist *header(struct curl_slist *list, const char *name, ecs_sigv4_text value) {
  char line[4096];
  snprintf(line, sizeof line, "%s: %.*s", name, (int)value.size, value.bytes);
  return curl_slist_append(list, line);
}

static struct curl_slist *sign(deploy *d, const char *operation, ecs_sigv4_text body) {
  char target[128];
  snprintf(target, sizeof target, "AmazonEC2ContainerServiceV20141113.%s", operation);
  ecs_sigv4_text type = text_of("application/x-amz-json-1.1"), token = text_of(getenv("AWS_SESSION_TOKEN"));
  ecs_sigv4_header headers[] = {{text_of("Content-Type"), type}, {text_of("X-Amz-Target"), text_of(target)}};
  ecs_sigv4_request request = {text_of("POST"), text_of(d->endpoint), headers, 2, body};
  ecs_sigv4_credentials keys = {text_of(getenv("AWS_ACCESS_KEY_ID")), text_of(getenv("AWS_SECRET_ACCESS_KEY")), token};
  ecs_sigv4_options options = ecs_sigv4_options_for(text_of("ecs"), text_of(d->region));
  options.time = (int64_t)now();
  ecs_sigv4_result made;
  if (ecs_sigv4_sign(d->signer, &request, &keys, &options, &made) != ECS_OK) {
    fprintf(stderr, "cannot sign: %s\n", made.problem == NULL ? "not enough memory" : made.problem);
    exit(1);
  }
  struct curl_slist *list = header(header(NULL, "Content-Type", type), "X-Amz-Target", text_of(target));
  list = header(list, "X-Amz-Date", made.date);
  list = token.size > 0 ? header(list, "X-Amz-Security-Token", token) : list;
  return header(list, "Authorization", made.authorization);
}

static void send_it(deploy *d, ecs_engine *engine, const ecs_value *action) {
  const char *operation = ecs_value_text_or(ecs_value_get(action, "operation"), "");
  const ecs_value *body = ecs_value_get(action, "body");
  ecs_sigv4_text text = {body->as.string.bytes, body->as.string.size};
  int64_t id = ecs_value_int_or(ecs_value_get(action, "id"), 0);
  struct curl_slist *headers = sign(d, operation, text);
  char *answer = NULL;
  size_t size = 0;
  long status = 0;
  FILE *memory = open_memstream(&answer, &size); /* what libcurl writes the answer to */
  curl_easy_setopt(d->curl, CURLOPT_URL, d->endpoint);
  curl_easy_setopt(d->curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(d->curl, CURLOPT_POSTFIELDSIZE, (long)text.size);
  curl_easy_setopt(d->curl, CURLOPT_POSTFIELDS, text.bytes);
  curl_easy_setopt(d->curl, CURLOPT_WRITEDATA, memory);
  CURLcode code = curl_easy_perform(d->curl);
  fclose(memory);
  curl_easy_getinfo(d->curl, CURLINFO_RESPONSE_CODE, &status);
  ecs_arena *arena = ecs_arena_new(NULL);
  const char *kind = code == CURLE_COULDNT_CONNECT ? "connect" : "other";
  if (code != CURLE_OK)
    ecs_engine_failed(engine, id, kind, curl_easy_strerror(code), now());
  else
    ecs_engine_answer(engine, id, (int)status, NULL, read_json(arena, answer, size), now());
  ecs_arena_free(arena);
  curl_slist_free_all(headers);
  free(answer);
}

/* Runs one operation to its end; answers its "done", copied into the arena. */
static const ecs_value *run(deploy *d, ecs_value *operation) {
  ecs_engine *engine = ecs_engine_new(NULL, NULL);
  const ecs_value *action, *done = NULL;
  if (engine == NULL || ecs_engine_add(engine, operation) != ECS_OK)
    exit(1);
  while (ecs_engine_next(engine, now(), &action) == ECS_OK &&
         !ecs_value_is_text(ecs_value_get(action, "kind"), "idle")) {
    const char *kind = ecs_value_text_or(ecs_value_get(action, "kind"), "");
    const ecs_value *until = ecs_value_get(action, "until"), *message = ecs_value_get(action, "message");
    if (strcmp(kind, "send") == 0)
      send_it(d, engine, action);
    else if (strcmp(kind, "done") == 0)
      done = ecs_value_copy(d->arena, action);
    else if (strcmp(kind, "event") == 0 && message != NULL)
      fprintf(stderr, "%s\n", message->as.string.bytes);
    else if (strcmp(kind, "sleep") == 0 && ecs_value_is(until, ECS_DOUBLE) && until->as.number > now())
      nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
  }
  ecs_engine_free(engine);
  return done;
}

static ecs_value *operation_for(deploy *d, const char *action, const ecs_value *config) {
  ecs_value *map = ecs_value_map(d->arena);
  ecs_value_set(d->arena, map, "address", ecs_value_text(d->arena, "service"));
  ecs_value_set(d->arena, map, "action", ecs_value_text(d->arena, action));
  ecs_value_set(d->arena, map, "cluster", ecs_value_get(config, "cluster"));
  ecs_value_set(d->arena, map, "service", ecs_value_get(config, "name"));
  ecs_value_set(d->arena, map, "config", ecs_value_copy(d->arena, config));
  return map;
}

static void complain(const ecs_diags *diags) {
  for (const ecs_diag *diag = diags->first; diag != NULL; diag = diag->next)
    fprintf(stderr, "%s: %s (%s)\n", diag->path, diag->message, diag->hint == NULL ? "" : diag->hint);
}

/* Shows the change; carries it out when that was asked for. */
static int change_it(deploy *d, const ecs_value *change, const ecs_value *normal, bool apply) {
  const char *action = ecs_value_text_or(ecs_value_get(change, "action"), "");
  printf("%s\n%s\n", action, ecs_json_write(d->arena, ecs_value_get(change, "diff"), 2, NULL));
  if (!apply || strcmp(action, "no-op") == 0)
    return 0;
  unsigned char random[16];
  RAND_bytes(random, sizeof random); /* the token that makes a create safe to repeat */
  ecs_value *operation = operation_for(d, action, normal), *token = ecs_value_text(d->arena, "");
  for (size_t i = 0; i < sizeof random; i++)
    token = ecs_value_format(d->arena, "%s%02x", ecs_value_text_or(token, ""), random[i]);
  ecs_value_set(d->arena, operation, "change", ecs_value_copy(d->arena, change));
  ecs_value_set(d->arena, operation, "client_token", token);
  ecs_value_set(d->arena, operation, "steady",
                ecs_value_copy(d->arena, ecs_value_get(normal, "wait_for_steady_state")));
  const ecs_value *done = run(d, operation);
  bool ok = ecs_value_true(ecs_value_get(done, "ok"));
  const ecs_value *told = ecs_value_get_path(done, ok ? "outcome" : "error.message");
  fprintf(ok ? stdout : stderr, "%s\n", ecs_value_text_or(told, "it did not end"));
  return ok ? 0 : 1;
}

int main(int argc, char **argv) {
  static char text[1 << 20];
  if (argc < 3 || getenv("AWS_ACCESS_KEY_ID") == NULL || getenv("AWS_SECRET_ACCESS_KEY") == NULL) {
    fprintf(stderr,
            "usage: AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… deploy ENDPOINT REGION [apply] <service.json\n");
    return 1;
  }
  deploy d = {argv[1], argv[2], ecs_arena_new(NULL), ecs_sigv4_new(NULL), curl_easy_init()};
  ecs_context context = {.region = argv[2]};
  ecs_value *normal, *change, *config = read_json(d.arena, text, fread(text, 1, sizeof text, stdin));
  ecs_diags diags;
  int code = 1;
  ecs_diags_init(&diags, d.arena);
  if (ecs_validate(&ecs_service_resource, d.arena, config, &context, &normal, &diags) != ECS_OK) {
    complain(&diags);
  } else {
    const ecs_value *found = run(&d, operation_for(&d, "read", normal));
    bool there = ecs_value_is_text(ecs_value_get(found, "status"), "ACTIVE");
    const ecs_value *actual = there ? ecs_value_get(found, "attributes") : NULL;
    ecs_plan_input input = {
        .config = normal, .recorded = actual, .actual = actual, .refreshed = true, .context = context};
    if (!ecs_value_true(ecs_value_get(found, "ok")))
      fprintf(stderr, "%s\n",
              ecs_value_text_or(ecs_value_get_path(found, "error.message"), "the service was not read"));
    else if (ecs_plan(&ecs_service_resource, d.arena, &input, &change, &diags) != ECS_OK)
      complain(&diags);
    else
      code = change_it(&d, change, normal, argc > 3 && strcmp(argv[3], "apply") == 0);
  }
  curl_easy_cleanup(d.curl);
  ecs_sigv4_free(d.signer);
  ecs_arena_free(d.arena);
  return code;
}

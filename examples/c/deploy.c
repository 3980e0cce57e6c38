/* A plan and an apply from C: reads a declaration as JSON, shows what would change, and with "apply" does it.
**   deploy ENDPOINT REGION [apply] <service.json       keys: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
** libcurl sends, the core does the rest. It keeps no state: what the service has now stands for what
** was recorded, so it shows the way of the data and is no tool for production. */
#include <ctype.h>
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
  double skew; /* seconds that AWS's clock is ahead of this machine's */
} deploy;

/* An answer while it comes in; what it is made of lives in the arena. */
typedef struct answer {
  ecs_arena *arena;
  ecs_value *headers;
  FILE *body;
  char *text;
  size_t size;
} answer;

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

/* A session token alone may be of some thousand bytes: a line is as long as it has to be. */
static struct curl_slist *header(deploy *d, struct curl_slist *list, const char *name, ecs_sigv4_text value) {
  const char *line = ecs_arena_format(d->arena, "%s: %.*s", name, (int)value.size, value.bytes);
  struct curl_slist *longer = line == NULL ? NULL : curl_slist_append(list, line);
  if (longer == NULL) {
    fprintf(stderr, "not enough memory\n");
    exit(1);
  }
  return longer;
}

static struct curl_slist *sign(deploy *d, const char *operation, ecs_sigv4_text body) {
  char target[128];
  snprintf(target, sizeof target, "AmazonEC2ContainerServiceV20141113.%s", operation);
  ecs_sigv4_text type = text_of("application/x-amz-json-1.1"), token = text_of(getenv("AWS_SESSION_TOKEN"));
  ecs_sigv4_header headers[] = {{text_of("Content-Type"), type}, {text_of("X-Amz-Target"), text_of(target)}};
  ecs_sigv4_request request = {text_of("POST"), text_of(d->endpoint), headers, 2, body};
  ecs_sigv4_credentials keys = {text_of(getenv("AWS_ACCESS_KEY_ID")), text_of(getenv("AWS_SECRET_ACCESS_KEY")), token};
  ecs_sigv4_options options = ecs_sigv4_options_for(text_of("ecs"), text_of(d->region));
  options.time = (int64_t)(now() + d->skew);
  ecs_sigv4_result made;
  if (ecs_sigv4_sign(d->signer, &request, &keys, &options, &made) != ECS_OK) {
    fprintf(stderr, "cannot sign: %s\n", made.problem == NULL ? "not enough memory" : made.problem);
    exit(1);
  }
  struct curl_slist *list = header(d, NULL, "Content-Type", type);
  list = header(d, list, "X-Amz-Target", text_of(target));
  list = header(d, list, "X-Amz-Date", made.date);
  list = token.size > 0 ? header(d, list, "X-Amz-Security-Token", token) : list;
  return header(d, list, "Authorization", made.authorization);
}

/* A line of the answer's head, as libcurl hands it over. Retry-After, Date and the id of the request stand there. */
static size_t take_header(char *line, size_t unit, size_t count, void *data) {
  answer *a = data;
  size_t size = unit * count, colon = 0, end = size;
  if (size >= 5 && memcmp(line, "HTTP/", 5) == 0)
    a->headers = ecs_value_map(a->arena); /* what came before was not the answer yet */
  while (colon < size && line[colon] != ':')
    colon++;
  if (colon == size)
    return size;
  char *name = ecs_arena_text(a->arena, line, colon);
  for (size_t i = 0; name != NULL && i < colon; i++)
    name[i] = (char)tolower((unsigned char)name[i]);
  size_t from = colon + 1;
  while (from < size && isspace((unsigned char)line[from]))
    from++;
  while (end > from && isspace((unsigned char)line[end - 1]))
    end--;
  if (name != NULL)
    ecs_value_set(a->arena, a->headers, name, ecs_value_string(a->arena, line + from, end - from));
  return size;
}

static CURLcode transfer(deploy *d, const ecs_action *action, answer *a) {
  struct curl_slist *headers = sign(d, action->operation, (ecs_sigv4_text){action->body, action->body_size});
  a->body = open_memstream(&a->text, &a->size); /* what libcurl writes the answer to */
  curl_easy_setopt(d->curl, CURLOPT_URL, d->endpoint);
  curl_easy_setopt(d->curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(d->curl, CURLOPT_POSTFIELDSIZE, (long)action->body_size);
  curl_easy_setopt(d->curl, CURLOPT_POSTFIELDS, action->body);
  curl_easy_setopt(d->curl, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(d->curl, CURLOPT_HEADERDATA, a);
  curl_easy_setopt(d->curl, CURLOPT_WRITEDATA, a->body);
  CURLcode code = curl_easy_perform(d->curl);
  fclose(a->body);
  curl_slist_free_all(headers);
  return code;
}

/* What the engine wants to know of a request that was not answered. */
static const char *kind_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST: return "dns";
    case CURLE_COULDNT_CONNECT: return "connect";
    case CURLE_OPERATION_TIMEDOUT: return "timeout";
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE: return "reset";
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION: return "tls";
    default: return "other";
  }
}

static void send_it(deploy *d, ecs_engine *engine, const ecs_action *action) {
  answer a = {.arena = ecs_arena_new(NULL)};
  long status = 0;
  a.headers = ecs_value_map(a.arena);
  CURLcode code = transfer(d, action, &a);
  curl_easy_getinfo(d->curl, CURLINFO_RESPONSE_CODE, &status);
  if (code != CURLE_OK)
    ecs_engine_failed(engine, action->id, kind_of(code), curl_easy_strerror(code), now());
  else
    ecs_engine_answer(engine, action->id, (int)status, a.headers, read_json(a.arena, a.text, a.size), now());
  ecs_arena_free(a.arena);
  free(a.text);
}

/* Nothing is under way while this program waits: each request is waited for where it is sent. */
static void wait_until(double until) {
  double left = until - now();
  if (left > 0)
    nanosleep(&(struct timespec){.tv_sec = (time_t)left, .tv_nsec = (long)((left - (double)(time_t)left) * 1e9)}, NULL);
}

/* How an operation ended: its details, copied into the arena. */
typedef struct outcome {
  bool ok;
  const ecs_value *details;
} outcome;

/* Runs one operation to its end. */
static outcome run(deploy *d, ecs_value *operation) {
  static const ecs_engine_kind *const kinds[] = {&ecs_service_operations, NULL};
  ecs_value *options = ecs_value_map(d->arena);
  ecs_value_set(d->arena, options, "region", ecs_value_text(d->arena, d->region));
  ecs_value_set(d->arena, options, "skew", ecs_value_number(d->arena, d->skew));
  ecs_engine *engine = ecs_engine_new(NULL, kinds, options);
  const ecs_action *action;
  outcome done = {false, NULL};
  if (engine == NULL || ecs_engine_add(engine, operation) != ECS_OK)
    exit(1);
  while (ecs_engine_next(engine, now(), &action) == ECS_OK && action->kind != ECS_ACTION_IDLE) {
    switch (action->kind) {
      case ECS_ACTION_SEND: send_it(d, engine, action); break;
      case ECS_ACTION_SLEEP: wait_until(action->until); break;
      case ECS_ACTION_CLOCK: d->skew = action->skew; break;
      case ECS_ACTION_DONE: done = (outcome){action->ok, ecs_value_copy(d->arena, action->details)}; break;
      case ECS_ACTION_EVENT: {
        const char *message = ecs_value_text_or(ecs_value_get(action->details, "message"), NULL);
        if (message != NULL)
          fprintf(stderr, "%s\n", message);
        break;
      }
      default: break; /* a RECORD would be made durable, by whoever keeps a state */
    }
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
  outcome done = run(d, operation);
  const ecs_value *told = ecs_value_get_path(done.details, done.ok ? "outcome" : "error.message");
  fprintf(done.ok ? stdout : stderr, "%s\n", ecs_value_text_or(told, "it did not end"));
  return done.ok ? 0 : 1;
}

int main(int argc, char **argv) {
  static char text[1 << 20];
  if (argc < 3 || getenv("AWS_ACCESS_KEY_ID") == NULL || getenv("AWS_SECRET_ACCESS_KEY") == NULL) {
    fprintf(stderr,
            "usage: AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… deploy ENDPOINT REGION [apply] <service.json\n");
    return 1;
  }
  deploy d = {argv[1], argv[2], ecs_arena_new(NULL), ecs_sigv4_new(NULL), curl_easy_init(), 0};
  ecs_context context = {.region = argv[2]};
  ecs_value *normal, *change, *config = read_json(d.arena, text, fread(text, 1, sizeof text, stdin));
  ecs_diags diags;
  int code = 1;
  ecs_diags_init(&diags, d.arena);
  if (ecs_validate(&ecs_service_resource, d.arena, config, &context, &normal, &diags) != ECS_OK) {
    complain(&diags);
  } else {
    outcome found = run(&d, operation_for(&d, "read", normal));
    bool there = ecs_value_is_text(ecs_value_get(found.details, "status"), "ACTIVE");
    const ecs_value *actual = there ? ecs_value_get(found.details, "attributes") : NULL;
    ecs_plan_input input = {
        .config = normal, .recorded = actual, .actual = actual, .refreshed = true, .context = context};
    if (!found.ok)
      fprintf(stderr, "%s\n",
              ecs_value_text_or(ecs_value_get_path(found.details, "error.message"), "the service was not read"));
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

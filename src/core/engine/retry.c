#include "engine/retry.h"

#include <string.h>

#include "base/number.h"
#include "base/time.h"

/* botocore's lists; the codes after EC2ThrottledException are ours, see docs/retries.md. */
static const char *const throttling[] = {"Throttling",
                                         "ThrottlingException",
                                         "ThrottledException",
                                         "RequestThrottledException",
                                         "TooManyRequestsException",
                                         "ProvisionedThroughputExceededException",
                                         "TransactionInProgressException",
                                         "RequestLimitExceeded",
                                         "BandwidthLimitExceeded",
                                         "LimitExceededException",
                                         "RequestThrottled",
                                         "SlowDown",
                                         "PriorRequestNotComplete",
                                         "EC2ThrottledException",
                                         "TooManyRequests",
                                         NULL};
static const char *const transient[] = {"RequestTimeout", "RequestTimeoutException", "PriorRequestNotComplete", NULL};
static const int transient_status[] = {500, 502, 503, 504, 0};

/* ECS says this when a quota of the account is used up: an hour of patience does not raise it. */
static const char QUOTA[] = "LimitExceededException";

/* Codes with which AWS services refuse a request whose time is not theirs (and, for the last three, others too). */
static const char *const clock_codes[] = {"RequestTimeTooSkewed",
                                          "RequestExpired",
                                          "RequestInTheFuture",
                                          "InvalidSignatureException",
                                          "SignatureDoesNotMatch",
                                          "AuthFailure",
                                          NULL};
enum { SKEW_SECONDS = 240 };

static bool in_list(const char *const *list, const char *text) {
  for (; *list != NULL; list++) {
    if (strcmp(*list, text) == 0)
      return true;
  }
  return false;
}

/* "com.amazonaws.ecs#ClusterNotFoundException:http://…" is ClusterNotFoundException. */
static const char *bare_code(ecs_arena *arena, const char *code) {
  const char *hash = strrchr(code, '#');
  if (hash != NULL)
    code = hash + 1;
  size_t size = strcspn(code, ":");
  const char *bare = ecs_arena_text(arena, code, size);
  return bare == NULL ? "" : bare;
}

static const char *first_text(const ecs_value *map, const char *a, const char *b, const char *c) {
  const char *text = ecs_value_text_or(ecs_value_get(map, a), NULL);
  if (text == NULL)
    text = ecs_value_text_or(ecs_value_get(map, b), NULL);
  return text == NULL ? ecs_value_text_or(ecs_value_get(map, c), NULL) : text;
}

static bool in_statuses(const int *list, int status) {
  for (; *list != 0; list++) {
    if (*list == status)
      return true;
  }
  return false;
}

/* Seconds of a header, which stand there in units of `unit`; 0 when there is none, or none that makes sense. */
static double wait_of(const ecs_value *headers, const char *name, double unit, double most) {
  const char *text = ecs_value_text_or(ecs_value_get(headers, name), NULL);
  double seconds = text == NULL ? 0 : ecs_number_read(text, 0) * unit;
  return seconds >= 0 && seconds <= most ? seconds : 0;
}

static void classify(ecs_answer *answer) {
  bool rate = strstr(answer->message, "Rate exceeded") != NULL;
  if (rate || in_list(throttling, answer->code) || answer->status == 429)
    answer->kind = ECS_ANSWER_THROTTLED;
  else if (in_list(transient, answer->code) || in_statuses(transient_status, answer->status))
    answer->kind = ECS_ANSWER_TRANSIENT;
  else
    answer->kind = ECS_ANSWER_REFUSED;
  answer->passes = answer->kind != ECS_ANSWER_REFUSED && (rate || strcmp(answer->code, QUOTA) != 0);
}

static bool well_formed(const ecs_answer_form *form, const ecs_value *body) {
  for (; form != NULL && form->name != NULL; form++) {
    const ecs_value *member = ecs_value_get(body, form->name);
    if (ecs_value_is_null(member))
      continue;
    if (!ecs_value_is(member, form->type))
      return false;
    for (size_t i = 0; form->type == ECS_LIST && i < ecs_value_count(member); i++)
      if (!ecs_value_is(ecs_value_at(member, i), form->item))
        return false;
  }
  return true;
}

void ecs_retry_invalid(ecs_answer *answer, const char *message) {
  answer->kind = ECS_ANSWER_TRANSIENT;
  answer->passes = true;
  answer->code = "InvalidAnswer";
  answer->message = message;
}

/* Why the body of an answer that went well cannot be it, or NULL. */
static const char *problem_with(ecs_arena *arena, const char *sender, const ecs_answer_form *forms,
                                const ecs_value *body) {
  const char *text;
  if (!ecs_value_is(body, ECS_MAP) && !ecs_value_is(body, ECS_LIST))
    text = ecs_arena_format(
        arena, "the answer is not the JSON that %s sends: it was cut off, or something else answered", sender);
  else if (!well_formed(forms, body))
    text = ecs_arena_format(arena, "the answer is not made as %s makes it: something else answered", sender);
  else
    return NULL;
  return text == NULL ? "" : text;
}

void ecs_retry_read(ecs_arena *arena, const char *sender, const ecs_answer_form *forms, int status,
                    const ecs_value *headers, const ecs_value *body, ecs_answer *answer) {
  *answer = (ecs_answer){.kind = ECS_ANSWER_OK, .code = "", .message = "", .status = status, .body = body};
  answer->request_id = first_text(headers, "x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id");
  answer->retry_after = wait_of(headers, "retry-after", 1, 300);
  answer->server_after = wait_of(headers, "x-amz-retry-after", 1e-3, 1e9);
  ecs_time_read_http(ecs_value_text_or(ecs_value_get(headers, "date"), ""), &answer->date);
  if (status >= 200 && status < 300) {
    const char *text = problem_with(arena, sender, forms, body);
    if (text != NULL)
      ecs_retry_invalid(answer, text);
    return;
  }
  const char *code = first_text(body, "__type", "code", "Code");
  if (code == NULL)
    code = ecs_value_text_or(ecs_value_get(headers, "x-amzn-errortype"), "");
  const char *message = first_text(body, "message", "Message", "errorMessage");
  answer->code = bare_code(arena, code);
  answer->message = message == NULL ? "" : message;
  classify(answer);
  if (answer->code[0] == '\0') {
    const char *text = ecs_arena_format(arena, "HTTP%d", status);
    answer->code = text == NULL ? "" : text;
  }
}

void ecs_retry_failed(ecs_arena *arena, const char *kind, const char *message, ecs_answer *answer) {
  static const char *const ours[] = {"cancelled", "too_large", NULL};
  static const char *const passing[] = {"dns", "connect", "timeout", "reset", NULL};
  *answer = (ecs_answer){.kind = in_list(ours, kind) ? ECS_ANSWER_REFUSED : ECS_ANSWER_TRANSIENT,
                         .passes = in_list(passing, kind),
                         .unanswered = true,
                         .message = ""};
  const char *code = ecs_arena_format(arena, "Transport.%s", kind);
  const char *text = ecs_arena_text(arena, message, strlen(message));
  answer->code = code == NULL ? "" : code;
  answer->message = text == NULL ? "" : text;
}

double ecs_retry_random(uint64_t *random) { /* xorshift64* */
  uint64_t x = *random == 0 ? 0x9E3779B97F4A7C15u : *random;
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  *random = x;
  return (double)((x * 0x2545F4914F6CDD1Du) >> 11) / 9007199254740992.0;
}

double ecs_retry_delay(const ecs_answer *answer, unsigned attempt, double jitter) {
  double scale = answer->kind == ECS_ANSWER_THROTTLED ? 1 : 0.05;
  double limit = attempt > 16 ? 20 : scale * (double)(1u << (attempt - 1));
  double delay = jitter * (limit > 20 ? 20 : limit);
  double asked = answer->server_after > delay + 5 ? delay + 5 : answer->server_after;
  delay = asked > delay ? asked : delay;
  return answer->retry_after > delay ? answer->retry_after : delay;
}

int ecs_retry_cost(const ecs_answer *answer) {
  return answer->kind == ECS_ANSWER_THROTTLED ? ECS_RETRY_COST_THROTTLED : ECS_RETRY_COST;
}

bool ecs_retry_skew(const ecs_answer *answer, double now, double assumed, double *skew) {
  if (answer->kind != ECS_ANSWER_REFUSED || answer->date <= 0 || !in_list(clock_codes, answer->code))
    return false;
  *skew = answer->date - now;
  return *skew - assumed > SKEW_SECONDS || *skew - assumed < -SKEW_SECONDS;
}

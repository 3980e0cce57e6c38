#include "retry.h"

#include <stdlib.h>
#include <string.h>

/* The lists of the SDKs' standard mode (botocore/retries/standard.py). */
static const char *const throttling[] = {
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "TooManyRequestsException",
    "ProvisionedThroughputExceededException", "TransactionInProgressException", "RequestLimitExceeded",
    "BandwidthLimitExceeded", "LimitExceededException", "RequestThrottled", "SlowDown", "PriorRequestNotComplete",
    "EC2ThrottledException", NULL};
static const char *const transient[] = {"RequestTimeout", "RequestTimeoutException", "InternalError",
                                        "InternalServerError", "ServerException", "ServiceUnavailable",
                                        "ServiceUnavailableException", "InternalFailure", NULL};

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

void ecs_retry_read(ecs_arena *arena, int status, const ecs_value *headers, const ecs_value *body, ecs_answer *answer) {
  *answer = (ecs_answer){.kind = ECS_ANSWER_OK, .code = "", .message = "", .status = status, .body = body};
  answer->request_id = first_text(headers, "x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id");
  const char *after = ecs_value_text_or(ecs_value_get(headers, "retry-after"), NULL);
  if (after != NULL)
    answer->retry_after = strtod(after, NULL);
  if (!(answer->retry_after >= 0 && answer->retry_after <= 300))
    answer->retry_after = 0;
  if (status >= 200 && status < 300) {
    if (ecs_value_is(body, ECS_MAP) || ecs_value_is(body, ECS_LIST))
      return;
    answer->kind = ECS_ANSWER_TRANSIENT;
    answer->code = "InvalidAnswer";
    answer->message = "the answer is not the JSON that ECS sends: it was cut off, or something else answered";
    return;
  }
  const char *code = first_text(body, "__type", "code", "Code");
  if (code == NULL)
    code = ecs_value_text_or(ecs_value_get(headers, "x-amzn-errortype"), "");
  const char *message = first_text(body, "message", "Message", "errorMessage");
  answer->code = bare_code(arena, code);
  answer->message = message == NULL ? "" : message;
  if (in_list(throttling, answer->code) || status == 429 || strstr(answer->message, "Rate exceeded") != NULL)
    answer->kind = ECS_ANSWER_THROTTLED;
  else if (in_list(transient, answer->code) || status == 500 || status == 502 || status == 503 || status == 504)
    answer->kind = ECS_ANSWER_TRANSIENT;
  else
    answer->kind = ECS_ANSWER_REFUSED;
  if (answer->code[0] == '\0') {
    const char *text = ecs_arena_format(arena, "HTTP%d", status);
    answer->code = text == NULL ? "" : text;
  }
}

void ecs_retry_failed(ecs_arena *arena, const char *kind, const char *message, ecs_answer *answer) {
  static const char *const passing[] = {"dns", "connect", "timeout", "reset", NULL};
  *answer = (ecs_answer){.kind = in_list(passing, kind) ? ECS_ANSWER_TRANSIENT : ECS_ANSWER_REFUSED, .message = ""};
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

double ecs_retry_delay(unsigned attempt, uint64_t *random) {
  double limit = attempt > 5 ? 20 : (double)(1u << (attempt - 1));
  if (limit > 20)
    limit = 20;
  return ecs_retry_random(random) * limit;
}

/* canonical: the canonical request, the one text that client and server must write alike. */
#include "sign/check.h"
#include "sign/job.h"

/* Keeps the entries sorted by name; those of one name stay in the order in which they came. */
static void add_entry(ecs_sigv4_job *work, ecs_sigv4_text name, ecs_sigv4_text value, bool folds) {
  size_t at = work->count++;
  for (; at > 0; at--) {
    const ecs_sigv4_text *before = &work->entries[at - 1].name;
    size_t shared = before->size < name.size ? before->size : name.size;
    int order = memcmp(before->bytes, name.bytes, shared);
    if (order < 0 || (order == 0 && before->size <= name.size))
      break;
    work->entries[at] = work->entries[at - 1];
  }
  work->entries[at] = (ecs_sigv4_entry){.name = name, .value = value, .folds = folds};
}

/* Whether a header of the request is replaced by one that is made here, or never signed. */
static bool is_passed_over(const ecs_sigv4_job *work, ecs_sigv4_text name) {
  return is(name, LITERAL("authorization")) || is(name, LITERAL("x-amz-date")) ||
         (has_token(work) && is(name, LITERAL("x-amz-security-token"))) ||
         ecs_sigv4_is_unsigned_header(name.bytes, name.size);
}

static ecs_status add_header(ecs_sigv4_job *work, const ecs_sigv4_header *header) {
  ecs_sigv4_text name = {work->scratch, header->name.size};
  if (!ecs_sigv4_lower_name(work->scratch, header->name))
    return refuse(work, ECS_INVALID, "request.headers has a name that is no header's name");
  work->scratch += name.size;
  ecs_sigv4_blanks blanks = ecs_sigv4_blanks_of(header->value);
  if (blanks == ECS_SIGV4_CONTROL)
    return refuse(work, ECS_INVALID, "request.headers has a value with control characters");
  if (is_passed_over(work, name))
    return ECS_OK;
  ecs_sigv4_text value = header->value;
  if (is(name, LITERAL("host"))) {
    work->has_host = true;
  } else if (is(name, LITERAL("x-amz-content-sha256"))) {
    value = (ecs_sigv4_text){work->scratch, ecs_sigv4_fold(work->scratch, value)};
    work->scratch += value.size;
    work->payload = value;
    if (value.size == 0)
      return refuse(work, ECS_INVALID, "the header X-Amz-Content-SHA256 of the request is empty");
  }
  add_entry(work, name, value, blanks == ECS_SIGV4_BLANKS);
  return ECS_OK;
}

/* The hash of the body, or what stands for it. */
static ecs_status add_payload(ecs_sigv4_job *work) {
  bool given = work->payload.size > 0;
  if (given)
    return ECS_OK;
  char *start = work->text;
  work->payload = LITERAL("UNSIGNED-PAYLOAD");
  if (!work->options->unsigned_body) {
    work->payload = (ecs_sigv4_text){start, ECS_SIGV4_HEX};
    if (!hash_into(work, work->request->body, &work->text))
      return ECS_NOMEM;
  }
  if (work->options->sign_body && !work->presign) {
    work->result->body_hash = work->payload;
    add_entry(work, LITERAL("x-amz-content-sha256"), work->payload, false);
  }
  return ECS_OK;
}

static void write_signed_headers(ecs_sigv4_job *work) {
  char *start = work->scratch, *at = start;
  for (size_t i = 0; i < work->count; i++) {
    ecs_sigv4_entry *each = &work->entries[i];
    each->repeats = i > 0 && is(each->name, each[-1].name);
    if (each->repeats)
      continue;
    if (i > 0)
      *at++ = ';';
    at = put(at, each->name);
  }
  work->result->signed_headers = between(start, at);
  work->scratch = at;
}

ecs_status ecs_sigv4_collect(ecs_sigv4_job *work) {
  ecs_status status = ECS_OK;
  for (size_t i = 0; i < work->request->header_count && status == ECS_OK; i++)
    status = add_header(work, &work->request->headers[i]);
  if (status != ECS_OK)
    return status;
  if (!work->has_host) {
    const ecs_sigv4 *signer = work->signer;
    const char *host = (const char *)signer->address.memory + signer->address_size;
    work->result->host = (ecs_sigv4_text){host, signer->host_size};
    add_entry(work, LITERAL("host"), work->result->host, false);
  }
  if (!work->presign)
    add_entry(work, LITERAL("x-amz-date"), work->result->date, false);
  if (!work->presign && has_token(work) && !work->options->omit_session_token)
    add_entry(work, LITERAL("x-amz-security-token"), work->credentials->session_token, false);
  status = add_payload(work);
  write_signed_headers(work);
  return status;
}

static char *write_headers(const ecs_sigv4_job *work, char *at) {
  for (size_t i = 0; i < work->count; i++) {
    const ecs_sigv4_entry *each = &work->entries[i];
    if (each->repeats) {
      at[-1] = ','; /* in place of the line's end */
    } else {
      at = put(at, each->name);
      *at++ = ':';
    }
    if (each->folds)
      at += ecs_sigv4_fold(at, each->value);
    else if (each->value.size > 0)
      at = put(at, each->value);
    *at++ = '\n';
  }
  return at;
}

static char *write_path(const ecs_sigv4_job *work, char *at) {
  char *scratch = work->scratch;
  ecs_sigv4_text path = work->signer->uri.path;
  if (path.size == 0)
    path = LITERAL("/");
  if (work->options->normalize_path)
    path = (ecs_sigv4_text){scratch, ecs_uri_normalize(scratch, path.bytes, path.size)};
  if (work->options->double_encode_path)
    return at + ecs_uri_encode_path(at, path.bytes, path.size);
  return at + ecs_uri_repair(at, path.bytes, path.size);
}

static ecs_sigv4_text encoded(ecs_sigv4_job *work, ecs_sigv4_text text) {
  ecs_sigv4_text result = {work->scratch, ecs_uri_encode(work->scratch, text.bytes, text.size)};
  work->scratch += result.size;
  return result;
}

/* The parameters that presigning adds, encoded, in the order in which the URL gets them. Answers how many. */
static size_t auth_params(ecs_sigv4_job *work, ecs_uri_param *params) {
  const ecs_sigv4_text *id = &work->credentials->access_key_id;
  char *start = work->scratch;
  char *at = start + ecs_uri_encode(start, id->bytes, id->size);
  at = put(at, LITERAL("%2F"));
  at += ecs_uri_encode(at, work->scope.bytes, work->scope.size);
  work->scratch = at;
  size_t count = 0;
  params[count++] = (ecs_uri_param){LITERAL("X-Amz-Algorithm"), LITERAL("AWS4-HMAC-SHA256")};
  params[count++] = (ecs_uri_param){LITERAL("X-Amz-Credential"), between(start, at)};
  params[count++] = (ecs_uri_param){LITERAL("X-Amz-Date"), work->result->date};
  params[count++] = (ecs_uri_param){LITERAL("X-Amz-SignedHeaders"), encoded(work, work->result->signed_headers)};
  char digits[20];
  size_t i = sizeof digits;
  for (int64_t rest = work->options->expires; rest > 0; rest /= 10)
    digits[--i] = (char)('0' + rest % 10);
  ecs_sigv4_text expires = encoded(work, between(digits + i, digits + sizeof digits));
  params[count++] = (ecs_uri_param){LITERAL("X-Amz-Expires"), expires};
  if (has_token(work))
    params[count++] = (ecs_uri_param){LITERAL("X-Amz-Security-Token"), encoded(work, work->credentials->session_token)};
  return count;
}

static bool is_signed_already(const ecs_uri_param *params, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (is(params[i].key, LITERAL("X-Amz-Signature")) || is(params[i].key, LITERAL("X-Amz-Algorithm")))
      return true;
  }
  return false;
}

char *ecs_sigv4_write_params(char *at, const ecs_uri_param *params, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (i > 0)
      *at++ = '&';
    at = put(at, params[i].key);
    *at++ = '=';
    at = put(at, params[i].value);
  }
  return at;
}

/* The sorted query at *at; for presigning with the signature's parameters, which `auth` gets in their own order. */
static ecs_status write_query(ecs_sigv4_job *work, char **at, ecs_uri_param auth[ECS_SIGV4_EXTRA], size_t *auth_count) {
  ecs_sigv4_text query = work->signer->uri.query;
  size_t room_for = ecs_uri_query_count(query.bytes, query.size) + ECS_SIGV4_EXTRA;
  *auth_count = 0;
  if (query.size == 0 && !work->presign)
    return ECS_OK;
  ecs_uri_param *params = ecs_sigv4_reserve(work->signer, &work->signer->params, room_for * sizeof *params);
  if (params == NULL)
    return ECS_NOMEM;
  bool encodes = work->options->encode_query || work->presign;
  size_t count = (encodes ? ecs_uri_query_recode : ecs_uri_query)(query.bytes, query.size, params, work->scratch);
  work->scratch += 3 * query.size;
  if (work->presign) {
    if (is_signed_already(params, count))
      return refuse(work, ECS_INVALID, "request.url is signed already");
    *auth_count = auth_params(work, auth);
    for (size_t i = 0; i < *auth_count; i++) {
      bool is_token = is(auth[i].key, LITERAL("X-Amz-Security-Token"));
      if (!is_token || !work->options->omit_session_token)
        params[count++] = auth[i];
    }
  }
  ecs_uri_query_sort(params, count);
  *at = ecs_sigv4_write_params(*at, params, count);
  return ECS_OK;
}

static char *write_method(const ecs_sigv4_job *work, char *at) {
  for (size_t i = 0; i < work->request->method.size; i++) {
    char c = work->request->method.bytes[i];
    *at++ = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
  }
  *at++ = '\n';
  return at;
}

ecs_status ecs_sigv4_write_canonical(ecs_sigv4_job *work, ecs_uri_param auth[ECS_SIGV4_EXTRA], size_t *auth_count) {
  char *start = work->text;
  char *at = write_path(work, write_method(work, start));
  *at++ = '\n';
  ecs_status status = write_query(work, &at, auth, auth_count);
  if (status != ECS_OK)
    return status;
  *at++ = '\n';
  at = write_headers(work, at);
  *at++ = '\n';
  at = put(at, work->result->signed_headers);
  *at++ = '\n';
  at = put(at, work->payload);
  work->result->canonical_request = between(start, at);
  work->text = at;
  return ECS_OK;
}

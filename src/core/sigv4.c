#include "sigv4.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "sigv4_check.h"
#include "sigv4_key.h"

/* Memory that grows and is used again by every call. */
typedef struct room {
  void *memory;
  size_t size;
} room;

struct ecs_sigv4 {
  ecs_allocator allocator;
  ecs_sigv4_keys *keys;
  room text;    /* what the result points into */
  room scratch; /* names in lower case, encoded parameters, the scope */
  room entries, params;
  int64_t day;    /* days since 1970 that `date` was written for, */
  char date[16];  /* so that a signature in the same day writes only the hours; empty at first */
};

/* A header that is signed: its name in lower case and its value, which may still have blanks to fold. */
typedef struct entry {
  ecs_sigv4_text name, value;
  bool folds;
  bool repeats; /* the entry before has the same name */
} entry;

/* One signature in the making. */
typedef struct job {
  ecs_sigv4 *signer;
  const ecs_sigv4_request *request;
  const ecs_sigv4_credentials *credentials;
  const ecs_sigv4_options *options;
  ecs_sigv4_result *result;
  bool presign;
  ecs_uri uri;
  entry *entries;
  size_t count;
  bool has_host;
  ecs_sigv4_scope key;    /* what the derived key depends on */
  ecs_sigv4_text payload; /* the last line of the canonical request */
  ecs_sigv4_text scope;   /* 20150830/us-east-1/service/aws4_request */
  char *scratch;          /* where the next bytes go, in either room */
  char *text;
} job;

#define LITERAL(text) ((ecs_sigv4_text){text, sizeof(text) - 1})

static void *take_default(void *context, size_t size) {
  (void)context;
  return malloc(size);
}

static void give_default(void *context, void *memory, size_t size) {
  (void)context;
  (void)size;
  free(memory);
}

ecs_sigv4 *ecs_sigv4_new(const ecs_allocator *allocator) {
  ecs_allocator chosen = {take_default, give_default, NULL};
  if (allocator != NULL)
    chosen = *allocator;
  ecs_sigv4 *signer = chosen.take(chosen.context, sizeof *signer);
  if (signer == NULL)
    return NULL;
  *signer = (ecs_sigv4){.allocator = chosen, .keys = ecs_sigv4_keys_new(&chosen)};
  if (signer->keys == NULL) {
    chosen.give(chosen.context, signer, sizeof *signer);
    return NULL;
  }
  return signer;
}

/* Sessions' tokens were written here. */
static void drop_room(ecs_sigv4 *signer, room *gone) {
  if (gone->memory != NULL) {
    OPENSSL_cleanse(gone->memory, gone->size);
    signer->allocator.give(signer->allocator.context, gone->memory, gone->size);
  }
  *gone = (room){0};
}

static void drop_rooms(ecs_sigv4 *signer) {
  drop_room(signer, &signer->text);
  drop_room(signer, &signer->scratch);
  drop_room(signer, &signer->entries);
  drop_room(signer, &signer->params);
}

void ecs_sigv4_forget(ecs_sigv4 *signer) {
  ecs_sigv4_keys_forget(signer->keys);
  drop_rooms(signer);
}

void ecs_sigv4_free(ecs_sigv4 *signer) {
  if (signer == NULL)
    return;
  ecs_sigv4_keys_free(signer->keys);
  drop_rooms(signer);
  signer->allocator.give(signer->allocator.context, signer, sizeof *signer);
}

uint64_t ecs_sigv4_derived(const ecs_sigv4 *signer) { return ecs_sigv4_keys_derived(signer->keys); }

static void *reserve(ecs_sigv4 *signer, room *wanted, size_t size) {
  if (wanted->size >= size)
    return wanted->memory;
  size += size / 2;
  drop_room(signer, wanted);
  wanted->memory = signer->allocator.take(signer->allocator.context, size);
  if (wanted->memory != NULL)
    wanted->size = size;
  return wanted->memory;
}

static ecs_status refuse(job *work, ecs_status status, const char *problem) {
  work->result->problem = problem;
  return status;
}

static bool is(ecs_sigv4_text text, ecs_sigv4_text other) {
  return text.size == other.size && memcmp(text.bytes, other.bytes, other.size) == 0;
}

static char *put(char *at, ecs_sigv4_text text) {
  memcpy(at, text.bytes, text.size);
  return at + text.size;
}

/* The text that was written from `start` to `end`. */
static ecs_sigv4_text between(const char *start, const char *end) {
  return (ecs_sigv4_text){start, (size_t)(end - start)};
}

/* The bytes that a head may not exceed, and that all rooms are measured by; beyond the limit when they do. */
static size_t head_size(const job *work) {
  const ecs_sigv4_request *request = work->request;
  const ecs_sigv4_text texts[] = {request->method,           request->url,
                                  work->credentials->access_key_id, work->credentials->session_token,
                                  work->options->service,    work->options->region};
  size_t size = 0;
  for (size_t i = 0; i < sizeof texts / sizeof *texts && size <= ECS_SIGV4_MAX_HEAD; i++)
    size += texts[i].size > ECS_SIGV4_MAX_HEAD ? ECS_SIGV4_MAX_HEAD + 1 : texts[i].size;
  for (size_t i = 0; i < request->header_count && size <= ECS_SIGV4_MAX_HEAD; i++) {
    const ecs_sigv4_header *header = &request->headers[i];
    if (header->name.size > ECS_SIGV4_MAX_HEAD || header->value.size > ECS_SIGV4_MAX_HEAD)
      return ECS_SIGV4_MAX_HEAD + 1;
    size += header->name.size + header->value.size;
  }
  return size;
}

/* Makes all rooms large enough once, so that nothing has to look at their ends while it writes. Every byte of the head
** is written at most three times its size (percent-encoded) into the scratch room, and into the canonical request, the
** URL and the Authorization header; the rest is separators and fixed words. */
static ecs_status reserve_rooms(job *work) {
  ecs_sigv4 *signer = work->signer;
  if (work->request->header_count > ECS_SIGV4_MAX_HEADERS)
    return refuse(work, ECS_LIMIT, "request.headers are more than 4096");
  size_t head = head_size(work);
  if (head > ECS_SIGV4_MAX_HEAD)
    return refuse(work, ECS_LIMIT, "the request's method, URL and headers are larger than 1 MiB");
  work->text = reserve(signer, &signer->text, 24 * head + 4096);
  work->scratch = reserve(signer, &signer->scratch, 16 * head + 4096);
  work->entries = reserve(signer, &signer->entries, (work->request->header_count + 4) * sizeof(entry));
  if (work->text == NULL || work->scratch == NULL || work->entries == NULL)
    return ECS_NOMEM;
  return ECS_OK;
}

/* Keeps the entries sorted by name; those of one name stay in the order in which they came. */
static void add_entry(job *work, ecs_sigv4_text name, ecs_sigv4_text value, bool folds) {
  size_t at = work->count++;
  for (; at > 0; at--) {
    const ecs_sigv4_text *before = &work->entries[at - 1].name;
    size_t shared = before->size < name.size ? before->size : name.size;
    int order = memcmp(before->bytes, name.bytes, shared);
    if (order < 0 || (order == 0 && before->size <= name.size))
      break;
    work->entries[at] = work->entries[at - 1];
  }
  work->entries[at] = (entry){.name = name, .value = value, .folds = folds};
}

static bool has_token(const job *work) { return work->credentials->session_token.size > 0; }

/* Whether a header of the request is replaced by one that is made here, or never signed. */
static bool is_passed_over(const job *work, ecs_sigv4_text name) {
  return is(name, LITERAL("authorization")) || is(name, LITERAL("x-amz-date")) ||
         (has_token(work) && is(name, LITERAL("x-amz-security-token"))) ||
         ecs_sigv4_is_unsigned_header(name.bytes, name.size);
}

static ecs_status add_header(job *work, const ecs_sigv4_header *header) {
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

static bool hash_into(job *work, ecs_sigv4_text text, char **at) {
  bool done = ecs_sigv4_hash(work->signer->keys, text.bytes, text.size, *at);
  *at += ECS_SIGV4_HEX;
  return done;
}

/* The hash of the body, or what stands for it. */
static ecs_status add_payload(job *work) {
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

static ecs_status add_headers(job *work) {
  ecs_status status = ECS_OK;
  for (size_t i = 0; i < work->request->header_count && status == ECS_OK; i++)
    status = add_header(work, &work->request->headers[i]);
  if (status != ECS_OK)
    return status;
  if (!work->has_host) {
    work->result->host = (ecs_sigv4_text){work->text, ecs_uri_host(&work->uri, work->text)};
    work->text += work->result->host.size;
    add_entry(work, LITERAL("host"), work->result->host, false);
  }
  if (!work->presign)
    add_entry(work, LITERAL("x-amz-date"), work->result->date, false);
  if (!work->presign && has_token(work) && !work->options->omit_session_token)
    add_entry(work, LITERAL("x-amz-security-token"), work->credentials->session_token, false);
  return add_payload(work);
}

static void write_date(ecs_sigv4 *signer, int64_t time) {
  int64_t day = time / 86400;
  if (signer->date[0] == 0 || signer->day != day)
    ecs_sigv4_format_time(time, signer->date);
  unsigned second = (unsigned)(time - day * 86400);
  unsigned parts[3] = {second / 3600, second / 60 % 60, second % 60};
  for (size_t i = 0; i < 3; i++) {
    signer->date[9 + 2 * i] = (char)('0' + parts[i] / 10);
    signer->date[10 + 2 * i] = (char)('0' + parts[i] % 10);
  }
  signer->day = day;
}

/* The date and the scope, which go into several places. */
static void write_scope(job *work) {
  char *start = work->text;
  write_date(work->signer, work->options->time);
  work->text = put(start, (ecs_sigv4_text){work->signer->date, sizeof work->signer->date});
  work->result->date = between(start, work->text);
  start = work->scratch;
  char *at = put(start, (ecs_sigv4_text){work->result->date.bytes, 8});
  *at++ = '/';
  at = put(at, work->options->region);
  *at++ = '/';
  at = put(at, work->options->service);
  at = put(at, LITERAL("/aws4_request"));
  work->scope = between(start, at);
  work->scratch = at;
}

static void write_signed_headers(job *work) {
  char *start = work->scratch, *at = start;
  for (size_t i = 0; i < work->count; i++) {
    entry *each = &work->entries[i];
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

static char *write_headers(const job *work, char *at) {
  for (size_t i = 0; i < work->count; i++) {
    const entry *each = &work->entries[i];
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

static char *write_path(const job *work, char *at) {
  char *scratch = work->scratch;
  ecs_sigv4_text path = work->uri.path;
  if (path.size == 0)
    path = LITERAL("/");
  if (work->options->normalize_path)
    path = (ecs_sigv4_text){scratch, ecs_uri_normalize(scratch, path.bytes, path.size)};
  if (work->options->double_encode_path)
    return at + ecs_uri_encode_path(at, path.bytes, path.size);
  return at + ecs_uri_repair(at, path.bytes, path.size);
}

enum { AUTH_PARAMS = 6 };

static ecs_sigv4_text encoded(job *work, ecs_sigv4_text text) {
  ecs_sigv4_text result = {work->scratch, ecs_uri_encode(work->scratch, text.bytes, text.size)};
  work->scratch += result.size;
  return result;
}

/* The parameters that presigning adds, encoded, in the order in which the URL gets them. Answers how many. */
static size_t auth_params(job *work, ecs_uri_param *params) {
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

static char *write_params(char *at, const ecs_uri_param *params, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (i > 0)
      *at++ = '&';
    at = put(at, params[i].key);
    *at++ = '=';
    at = put(at, params[i].value);
  }
  return at;
}

/* The sorted query at *at; for presigning with the parameters of the signature, which `auth` gets in their own order. */
static ecs_status write_query(job *work, char **at, ecs_uri_param auth[AUTH_PARAMS], size_t *auth_count) {
  ecs_sigv4_text query = work->uri.query;
  size_t room_for = ecs_uri_query_count(query.bytes, query.size) + AUTH_PARAMS;
  *auth_count = 0;
  if (query.size == 0 && !work->presign)
    return ECS_OK;
  ecs_uri_param *params = reserve(work->signer, &work->signer->params, room_for * sizeof *params);
  if (params == NULL)
    return ECS_NOMEM;
  size_t count = ecs_uri_query(query.bytes, query.size, params, work->scratch);
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
  *at = write_params(*at, params, count);
  return ECS_OK;
}

static char *write_method(const job *work, char *at) {
  for (size_t i = 0; i < work->request->method.size; i++) {
    char c = work->request->method.bytes[i];
    *at++ = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
  }
  *at++ = '\n';
  return at;
}

static ecs_status write_canonical(job *work, ecs_uri_param auth[AUTH_PARAMS], size_t *auth_count) {
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

static ecs_status write_signature(job *work) {
  char *start = work->text;
  char *at = put(start, LITERAL("AWS4-HMAC-SHA256\n"));
  at = put(at, work->result->date);
  *at++ = '\n';
  at = put(at, work->scope);
  *at++ = '\n';
  if (!hash_into(work, work->result->canonical_request, &at))
    return ECS_NOMEM;
  work->result->string_to_sign = between(start, at);
  memcpy(work->key.day, work->result->date.bytes, sizeof work->key.day);
  work->result->signature = (ecs_sigv4_text){at, ECS_SIGV4_HEX};
  work->text = at + ECS_SIGV4_HEX;
  bool done = ecs_sigv4_hmac(work->signer->keys, &work->key, start, (size_t)(at - start), at);
  return done ? ECS_OK : ECS_NOMEM;
}

static void write_authorization(job *work) {
  char *start = work->text;
  char *at = put(start, LITERAL("AWS4-HMAC-SHA256 Credential="));
  at = put(at, work->credentials->access_key_id);
  *at++ = '/';
  at = put(at, work->scope);
  at = put(at, LITERAL(", SignedHeaders="));
  at = put(at, work->result->signed_headers);
  at = put(at, LITERAL(", Signature="));
  at = put(at, work->result->signature);
  work->result->authorization = between(start, at);
}

/* The URL as it was given, with the parameters behind its own. */
static void write_url(job *work, const ecs_uri_param *auth, size_t auth_count) {
  const ecs_uri *uri = &work->uri;
  char *start = work->text;
  size_t until_path = uri->address.size - uri->query.size - uri->has_query;
  char *at = put(start, (ecs_sigv4_text){uri->address.bytes, until_path});
  if (uri->path.size == 0)
    *at++ = '/';
  *at++ = '?';
  if (uri->query.size > 0) {
    at = put(at, uri->query);
    *at++ = '&';
  }
  at = write_params(at, auth, auth_count);
  at = put(at, LITERAL("&X-Amz-Signature="));
  at = put(at, work->result->signature);
  work->result->url = between(start, at);
}

/* What holds for the credentials, the region and the service, unless the signature before had the same. */
static const char *check_key(job *work) {
  work->key = (ecs_sigv4_scope){.access_key_id = work->credentials->access_key_id,
                                .secret_access_key = work->credentials->secret_access_key,
                                .region = work->options->region,
                                .service = work->options->service};
  if (ecs_sigv4_keys_know(work->signer->keys, &work->key))
    return NULL;
  const char *problem = ecs_sigv4_check_credentials(work->credentials);
  return problem != NULL ? problem : ecs_sigv4_check_scope(work->options);
}

static const char *check_times(const job *work) {
  const ecs_sigv4_options *options = work->options;
  if (options->time < 0 || options->time > ECS_SIGV4_LAST_TIME)
    return "options.time must be between the years 1970 and 9999";
  if (work->presign && (options->expires < 1 || options->expires > ECS_SIGV4_MAX_EXPIRES))
    return "options.expires must be between 1 and 604800 seconds (seven days)";
  return NULL;
}

static ecs_status check(job *work) {
  const char *problem = ecs_sigv4_check_method(work->request->method);
  if (problem == NULL)
    problem = check_key(work);
  if (problem == NULL)
    problem = ecs_sigv4_check_token(work->credentials->session_token);
  if (problem == NULL)
    problem = check_times(work);
  if (problem == NULL)
    problem = ecs_uri_split(work->request->url.bytes, work->request->url.size, &work->uri);
  return problem == NULL ? ECS_OK : refuse(work, ECS_INVALID, problem);
}

static ecs_status run(job *work) {
  ecs_uri_param auth[AUTH_PARAMS];
  size_t auth_count;
  *work->result = (ecs_sigv4_result){0};
  ecs_status status = reserve_rooms(work);
  if (status == ECS_OK)
    status = check(work);
  if (status != ECS_OK)
    return status;
  write_scope(work);
  status = add_headers(work);
  if (status != ECS_OK)
    return status;
  write_signed_headers(work);
  status = write_canonical(work, auth, &auth_count);
  if (status == ECS_OK)
    status = write_signature(work);
  if (status != ECS_OK)
    return status;
  if (work->presign)
    write_url(work, auth, auth_count);
  else
    write_authorization(work);
  return ECS_OK;
}

ecs_status ecs_sigv4_sign(ecs_sigv4 *signer, const ecs_sigv4_request *request,
                          const ecs_sigv4_credentials *credentials, const ecs_sigv4_options *options,
                          ecs_sigv4_result *result) {
  job work = {.signer = signer, .request = request, .credentials = credentials, .options = options, .result = result};
  return run(&work);
}

ecs_status ecs_sigv4_presign(ecs_sigv4 *signer, const ecs_sigv4_request *request,
                             const ecs_sigv4_credentials *credentials, const ecs_sigv4_options *options,
                             ecs_sigv4_result *result) {
  job work = {.signer = signer, .request = request, .credentials = credentials, .options = options, .result = result,
              .presign = true};
  return run(&work);
}


#include "sign/check.h"
#include "sign/job.h"

ecs_sigv4 *ecs_sigv4_new(const ecs_allocator *allocator) {
  ecs_allocator chosen = ecs_allocator_or_default(allocator);
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

void ecs_sigv4_forget(ecs_sigv4 *signer) {
  ecs_sigv4_keys_forget(signer->keys);
  ecs_sigv4_drop_rooms(signer);
}

void ecs_sigv4_free(ecs_sigv4 *signer) {
  if (signer == NULL)
    return;
  ecs_sigv4_keys_free(signer->keys);
  ecs_sigv4_drop_rooms(signer);
  signer->allocator.give(signer->allocator.context, signer, sizeof *signer);
}

uint64_t ecs_sigv4_derived(const ecs_sigv4 *signer) { return ecs_sigv4_keys_derived(signer->keys); }

/* The bytes that a head may not exceed, and that all rooms are measured by; beyond the limit when they do. */
static size_t head_size(const ecs_sigv4_job *work) {
  const ecs_sigv4_request *request = work->request;
  const ecs_sigv4_text texts[] = {
      request->method,        request->url,         work->credentials->access_key_id, work->credentials->session_token,
      work->options->service, work->options->region};
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
static ecs_status reserve_rooms(ecs_sigv4_job *work) {
  ecs_sigv4 *signer = work->signer;
  if (work->request->header_count > ECS_SIGV4_MAX_HEADERS)
    return refuse(work, ECS_LIMIT, "request.headers are more than 4096");
  size_t head = head_size(work);
  if (head > ECS_SIGV4_MAX_HEAD)
    return refuse(work, ECS_LIMIT, "the request's method, URL and headers are larger than 1 MiB");
  work->text = ecs_sigv4_reserve(signer, &signer->text, 24 * head + 4096);
  work->scratch = ecs_sigv4_reserve(signer, &signer->scratch, 16 * head + 4096);
  size_t most = work->request->header_count + 4;
  work->entries = ecs_sigv4_reserve(signer, &signer->entries, most * sizeof *work->entries);
  if (work->text == NULL || work->scratch == NULL || work->entries == NULL)
    return ECS_NOMEM;
  return ECS_OK;
}

static void write_date(ecs_sigv4 *signer, int64_t time, char *out) {
  int64_t day = time / 86400;
  if (signer->date[0] == 0 || signer->day != day)
    ecs_sigv4_format_time(time, signer->date);
  signer->day = day;
  unsigned second = (unsigned)(time - day * 86400);
  unsigned parts[3] = {second / 3600, second / 60 % 60, second % 60};
  memcpy(out, signer->date, sizeof signer->date);
  for (size_t i = 0; i < 3; i++) {
    out[9 + 2 * i] = (char)('0' + parts[i] / 10);
    out[10 + 2 * i] = (char)('0' + parts[i] % 10);
  }
}

/* The date and the scope, which go into several places. */
static void write_scope(ecs_sigv4_job *work) {
  char *start = work->text;
  write_date(work->signer, work->options->time, start);
  work->text = start + sizeof work->signer->date;
  work->result->date = between(start, work->text);
  start = work->scratch;
  char *at = put(start, (ecs_sigv4_text){work->signer->date, 8});
  *at++ = '/';
  at = put(at, work->options->region);
  *at++ = '/';
  at = put(at, work->options->service);
  at = put(at, LITERAL("/aws4_request"));
  work->scope = between(start, at);
  work->scratch = at;
}

static ecs_status write_signature(ecs_sigv4_job *work) {
  char *start = work->text;
  char *at = put(start, LITERAL("AWS4-HMAC-SHA256\n"));
  at = put(at, work->result->date);
  *at++ = '\n';
  at = put(at, work->scope);
  *at++ = '\n';
  if (!hash_into(work, work->result->canonical_request, &at))
    return ECS_NOMEM;
  work->result->string_to_sign = between(start, at);
  memcpy(work->key.day, work->signer->date, sizeof work->key.day);
  work->result->signature = (ecs_sigv4_text){at, ECS_SIGV4_HEX};
  work->text = at + ECS_SIGV4_HEX;
  bool done = ecs_sigv4_hmac(work->signer->keys, &work->key, start, (size_t)(at - start), at);
  return done ? ECS_OK : ECS_NOMEM;
}

static void write_authorization(ecs_sigv4_job *work) {
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

/* The URL as it was given, its query encoded, with the parameters behind its own. */
static void write_url(ecs_sigv4_job *work, const ecs_uri_param *auth, size_t auth_count) {
  const ecs_uri *uri = &work->signer->uri;
  char *start = work->text;
  size_t until_path = uri->address.size - uri->query.size - uri->has_query;
  char *at = put(start, (ecs_sigv4_text){uri->address.bytes, until_path});
  if (uri->path.size == 0)
    *at++ = '/';
  *at++ = '?';
  if (uri->query.size > 0) {
    at += ecs_uri_query_encode(at, uri->query.bytes, uri->query.size);
    *at++ = '&';
  }
  at = ecs_sigv4_write_params(at, auth, auth_count);
  at = put(at, LITERAL("&X-Amz-Signature="));
  at = put(at, work->result->signature);
  work->result->url = between(start, at);
}

/* What holds for the credentials, the region and the service, unless the signature before had the same. */
static const char *check_key(ecs_sigv4_job *work) {
  work->key = (ecs_sigv4_scope){.access_key_id = work->credentials->access_key_id,
                                .secret_access_key = work->credentials->secret_access_key,
                                .region = work->options->region,
                                .service = work->options->service};
  if (ecs_sigv4_keys_know(work->signer->keys, &work->key))
    return NULL;
  const char *problem = ecs_sigv4_check_credentials(work->credentials);
  return problem != NULL ? problem : ecs_sigv4_check_scope(work->options);
}

static const char *check_times(const ecs_sigv4_job *work) {
  const ecs_sigv4_options *options = work->options;
  if (options->time < 0 || options->time > ECS_SIGV4_LAST_TIME)
    return "options.time must be between the years 1970 and 9999";
  if (work->presign && (options->expires < 1 || options->expires > ECS_SIGV4_MAX_EXPIRES))
    return "options.expires must be between 1 and 604800 seconds (seven days)";
  return NULL;
}

static ecs_status split_url(ecs_sigv4_job *work) {
  ecs_sigv4 *signer = work->signer;
  ecs_sigv4_text url = work->request->url;
  if (signer->address_size == url.size && url.size > 0 && memcmp(signer->address.memory, url.bytes, url.size) == 0)
    return ECS_OK;
  signer->address_size = 0;
  char *copy = ecs_sigv4_reserve(signer, &signer->address, 2 * url.size + 1);
  if (copy == NULL)
    return ECS_NOMEM;
  memcpy(copy, url.bytes, url.size);
  const char *problem = ecs_uri_split(copy, url.size, &signer->uri);
  if (problem != NULL)
    return refuse(work, ECS_INVALID, problem);
  signer->address_size = url.size;
  signer->host_size = ecs_uri_host(&signer->uri, copy + url.size);
  return ECS_OK;
}

static ecs_status check(ecs_sigv4_job *work) {
  const char *problem = ecs_sigv4_check_method(work->request->method);
  if (problem == NULL)
    problem = check_key(work);
  if (problem == NULL)
    problem = ecs_sigv4_check_token(work->credentials->session_token);
  if (problem == NULL)
    problem = check_times(work);
  return problem == NULL ? split_url(work) : refuse(work, ECS_INVALID, problem);
}

/* The rest is always written before a signature is answered. */
static void clear(ecs_sigv4_result *result) {
  result->host = result->body_hash = result->authorization = result->url = (ecs_sigv4_text){NULL, 0};
  result->problem = NULL;
}

static ecs_status run(ecs_sigv4_job *work) {
  ecs_uri_param auth[ECS_SIGV4_EXTRA];
  size_t auth_count;
  work->count = 0;
  work->has_host = false;
  work->payload = (ecs_sigv4_text){NULL, 0};
  clear(work->result);
  ecs_status status = reserve_rooms(work);
  if (status == ECS_OK)
    status = check(work);
  if (status != ECS_OK)
    return status;
  write_scope(work);
  status = ecs_sigv4_collect(work);
  if (status != ECS_OK)
    return status;
  status = ecs_sigv4_write_canonical(work, auth, &auth_count);
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

/* The job of a call, but for what `run` sets. */
static ecs_status make(ecs_sigv4 *signer, const ecs_sigv4_request *request, const ecs_sigv4_credentials *credentials,
                       const ecs_sigv4_options *options, bool presign, ecs_sigv4_result *result) {
  ecs_sigv4_job work;
  work.signer = signer;
  work.request = request;
  work.credentials = credentials;
  work.options = options;
  work.result = result;
  work.presign = presign;
  return run(&work);
}

ecs_status ecs_sigv4_sign(ecs_sigv4 *signer, const ecs_sigv4_request *request, const ecs_sigv4_credentials *credentials,
                          const ecs_sigv4_options *options, ecs_sigv4_result *result) {
  return make(signer, request, credentials, options, false, result);
}

ecs_status ecs_sigv4_presign(ecs_sigv4 *signer, const ecs_sigv4_request *request,
                             const ecs_sigv4_credentials *credentials, const ecs_sigv4_options *options,
                             ecs_sigv4_result *result) {
  return make(signer, request, credentials, options, true, result);
}

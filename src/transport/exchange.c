#include "exchange.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if LIBCURL_VERSION_NUM < 0x075000
#error "libcurl 7.80 or newer is needed (CURLOPT_PREREQFUNCTION)"
#endif

/* No service sends a tenth of this; a server that sends more is not one to listen to. libcurl's own limits are 300 kB of a
** head and 100 kB of a line. */
#define MAX_HEAD ((size_t)1 << 18)

void ecs_exchange_wipe(void *memory, size_t size) {
  memset(memory, 0, size);
  __asm__ __volatile__("" : : "r"(memory) : "memory"); /* somebody may look: the compiler must not leave it out */
}

static void free_secret(char *memory, size_t size) {
  if (memory == NULL)
    return;
  ecs_exchange_wipe(memory, size);
  free(memory);
}

static char *copy(const char *text, size_t size) {
  char *made = malloc(size + 1);
  if (made == NULL)
    return NULL;
  if (size > 0)
    memcpy(made, text, size);
  made[size] = '\0';
  return made;
}

/* Grows by copying, not by realloc, which would leave the old bytes behind in freed memory. */
static bool append(ecs_exchange_buffer *buffer, const char *data, size_t size) {
  if (size > SIZE_MAX / 2 - buffer->size)
    return false;
  size_t needed = buffer->size + size;
  if (needed > buffer->capacity) {
    size_t capacity = buffer->capacity < 2048 ? 4096 : buffer->capacity * 2;
    if (capacity < needed)
      capacity = needed;
    char *grown = malloc(capacity);
    if (grown == NULL)
      return false;
    if (buffer->size > 0)
      memcpy(grown, buffer->data, buffer->size);
    free_secret(buffer->data, buffer->size);
    buffer->data = grown;
    buffer->capacity = capacity;
  }
  if (size > 0)
    memcpy(buffer->data + buffer->size, data, size);
  buffer->size = needed;
  return true;
}

ecs_exchange *ecs_exchange_new(CURL *easy, const ecs_exchange_options *options, CURLSH *share) {
  ecs_exchange *exchange = calloc(1, sizeof *exchange);
  if (exchange != NULL && easy == NULL) {
    easy = curl_easy_init();
    if (easy != NULL && share != NULL)
      curl_easy_setopt(easy, CURLOPT_SHARE, share);
  }
  if (exchange == NULL || easy == NULL) {
    if (easy != NULL)
      curl_easy_cleanup(easy);
    free(exchange);
    return NULL;
  }
  exchange->easy = easy;
  exchange->max_body = options->max_body;
  exchange->timeout = options->timeout;
  return exchange;
}

CURL *ecs_exchange_free(ecs_exchange *exchange) {
  CURL *easy = exchange->easy;
  if (easy != NULL)
    curl_easy_reset(easy);
  for (struct curl_slist *item = exchange->headers; item != NULL; item = item->next) {
    ecs_exchange_wipe(item->data, strlen(item->data));
  }
  curl_slist_free_all(exchange->headers);
  free_secret(exchange->body, exchange->body_size);
  free_secret(exchange->head.data, exchange->head.size);
  free_secret(exchange->content.data, exchange->content.size);
  free(exchange->id_text);
  free(exchange);
  return easy;
}

/* RFC 9110, section 5.6.2. */
static bool is_token(const char *text, size_t size) {
  for (size_t i = 0; i < size; i++) {
    char c = text[i];
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && (c == '\0' || strchr("!#$%&'*+-.^_`|~", c) == NULL))
      return false;
  }
  return size > 0;
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

static bool same_name(const char *name, size_t size, const char *other) {
  if (strlen(other) != size)
    return false;
  for (size_t i = 0; i < size; i++) {
    if (lower(name[i]) != other[i])
      return false;
  }
  return true;
}

static bool add_line(ecs_exchange *exchange, const char *line) {
  struct curl_slist *longer = curl_slist_append(exchange->headers, line);
  if (longer == NULL)
    return false;
  exchange->headers = longer;
  return true;
}

bool ecs_exchange_header(ecs_exchange *exchange, const char *name, size_t name_size, const char *value,
                         size_t value_size) {
  if (!is_token(name, name_size))
    return false;
  for (size_t i = 0; i < value_size; i++) {
    if (value[i] == '\r' || value[i] == '\n' || value[i] == '\0')
      return false;
  }
  while (value_size > 0 && (value[0] == ' ' || value[0] == '\t'))
    value++, value_size--;
  if (name_size > SIZE_MAX / 4 || value_size > SIZE_MAX / 4)
    return false;
  size_t size = name_size + value_size + 3;
  char *line = malloc(size);
  if (line == NULL)
    return false;
  memcpy(line, name, name_size);
  /* "Name:" without a value means "leave it out" to curl; "Name;" sends it empty. */
  memcpy(line + name_size, value_size > 0 ? ": " : ";", value_size > 0 ? 2 : 1);
  size_t at = name_size + (value_size > 0 ? 2 : 1);
  if (value_size > 0)
    memcpy(line + at, value, value_size);
  line[at + value_size] = '\0';
  bool added = add_line(exchange, line);
  free_secret(line, size);
  if (same_name(name, name_size, "content-type"))
    exchange->has_type = true;
  if (same_name(name, name_size, "expect"))
    exchange->has_expect = true;
  return added;
}

static size_t on_body(char *data, size_t one, size_t size, void *context) {
  ecs_exchange *exchange = context;
  (void)one;
  if (size > exchange->max_body - exchange->content.size) {
    exchange->too_large = true;
    return 0;
  }
  if (!append(&exchange->content, data, size)) {
    exchange->no_memory = true;
    return 0;
  }
  return size;
}

static bool starts_with(const char *data, size_t size, const char *prefix) {
  size_t length = strlen(prefix);
  return size >= length && memcmp(data, prefix, length) == 0;
}

/* Keeps the lines of the last status line's head only: those of 100 Continue are of no interest, and what comes after
** the empty line are trailers, not headers. A folded line (RFC 9112, section 5.2) continues the one before. */
static size_t on_header(char *data, size_t one, size_t size, void *context) {
  ecs_exchange *exchange = context;
  ecs_exchange_buffer *head = &exchange->head;
  size_t given = size;
  (void)one;
  if (starts_with(data, size, "HTTP/")) {
    head->size = 0;
    exchange->head_begun = true;
    exchange->head_complete = false;
    return given;
  }
  while (size > 0 && (data[size - 1] == '\r' || data[size - 1] == '\n'))
    size--;
  if (size == 0)
    exchange->head_complete = true;
  if (exchange->head_complete)
    return given;
  if (head->size + size + 2 > MAX_HEAD) {
    exchange->too_large = exchange->large_head = true;
    return 0;
  }
  bool folded = (data[0] == ' ' || data[0] == '\t') && head->size > 0;
  if (folded)
    head->size--;
  if (!append(head, data, size) || !append(head, "\n", 1)) {
    exchange->no_memory = true;
    return 0;
  }
  return given;
}

/* curl sends a request again by itself when a kept connection dies before any answer. The server may well have acted on
** the first one, so whoever sent it decides about a second, not curl. */
static int on_send(void *context, char *from, char *to, int from_port, int to_port) {
  ecs_exchange *exchange = context;
  (void)from, (void)to, (void)from_port, (void)to_port;
  if (exchange->sends++ == 0 || exchange->repeatable)
    return CURL_PREREQFUNC_OK;
  exchange->resend_refused = true;
  return CURL_PREREQFUNC_ABORT;
}

static long milliseconds(double seconds) {
  if (seconds >= INT_MAX / 1000)
    return INT_MAX;
  long whole = (long)(seconds * 1000);
  return whole > 0 ? whole : 1; /* 0 would mean "no limit" */
}

static bool limit_protocols(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075500
  return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK;
#else
  return curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS)) == CURLE_OK;
#endif
}

static bool set_text(CURL *easy, CURLoption option, const char *text) {
  return text == NULL || curl_easy_setopt(easy, option, text) == CURLE_OK;
}

static bool set_safety(CURL *easy, const ecs_exchange_options *options) {
  return limit_protocols(easy) && curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
         set_text(easy, CURLOPT_CAINFO, options->ca_bundle) && set_text(easy, CURLOPT_CAPATH, options->ca_path) &&
         set_text(easy, CURLOPT_PROXY, options->proxy) && set_text(easy, CURLOPT_NOPROXY, options->no_proxy);
}

static bool set_callbacks(ecs_exchange *exchange) {
  CURL *easy = exchange->easy;
  return curl_easy_setopt(easy, CURLOPT_PRIVATE, exchange) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->curl_message) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_send) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_PREREQDATA, exchange) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) == CURLE_OK;
}

static bool set_limits(ecs_exchange *exchange, const ecs_exchange_options *options) {
  CURL *easy = exchange->easy;
  double connect = options->connect_timeout < exchange->timeout ? options->connect_timeout : exchange->timeout;
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  /* A libcurl without HTTP/2 refuses the first and is content with the second. */
  if (!options->http2 || curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS) != CURLE_OK) {
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  }
  if (options->compression)
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
  return curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, milliseconds(exchange->timeout)) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(connect)) == CURLE_OK &&
         set_text(easy, CURLOPT_USERAGENT, options->user_agent);
}

/* curl adds a form's content type and, for long bodies, a round trip of Expect: 100-continue unless told not to. */
static bool set_body(ecs_exchange *exchange, const char *method, const char *body, size_t size) {
  CURL *easy = exchange->easy;
  exchange->repeatable = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
  if (strcmp(method, "HEAD") == 0)
    return curl_easy_setopt(easy, CURLOPT_NOBODY, 1L) == CURLE_OK;
  bool posted = strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 || size > 0;
  if (posted) {
    exchange->body = copy(body, size);
    exchange->body_size = size;
    if (exchange->body == NULL)
      return false;
    if (curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size) != CURLE_OK ||
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, exchange->body) != CURLE_OK) {
      return false;
    }
    if (!exchange->has_type && !add_line(exchange, "Content-Type:"))
      return false;
    if (!exchange->has_expect && !add_line(exchange, "Expect:"))
      return false;
  }
  bool plain = strcmp(method, posted ? "POST" : "GET") == 0;
  return plain || curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method) == CURLE_OK;
}

/* Whether a proxy's URL names a user in a way that libcurl may cut elsewhere than its author. */
static bool is_odd(const char *proxy) {
  const char *end = proxy != NULL ? strrchr(proxy, '@') : NULL;
  if (end == NULL)
    return false;
  const char *scheme = strstr(proxy, "://");
  for (const char *c = scheme != NULL && scheme < end ? scheme + 3 : proxy; c < end; c++) {
    if (strchr("/?#\\@\"<>^`{|}", *c) != NULL || (unsigned char)*c <= ' ' || (unsigned char)*c >= 127)
      return true;
  }
  return false;
}

bool ecs_exchange_start(ecs_exchange *exchange, const ecs_exchange_options *options, const char *method,
                        const char *url, const char *body, size_t body_size) {
  CURL *easy = exchange->easy;
  exchange->odd_proxy = is_odd(options->proxy);
  /* A path is signed as it is written: "a/../b" must reach the server as such. */
  return curl_easy_setopt(easy, CURLOPT_URL, url) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L) == CURLE_OK && set_safety(easy, options) &&
         set_callbacks(exchange) && set_limits(exchange, options) && set_body(exchange, method, body, body_size) &&
         curl_easy_setopt(easy, CURLOPT_HTTPHEADER, exchange->headers) == CURLE_OK;
}

static const char *kind_of(const ecs_exchange *exchange, CURLcode code) {
  long tunnel = 0;
  if (exchange->too_large)
    return "too_large";
  if (exchange->resend_refused)
    return "reset";
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST: return "dns";
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY: return "proxy";
    case CURLE_COULDNT_CONNECT: return "connect";
    case CURLE_OPERATION_TIMEDOUT: return "timeout";
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_USE_SSL_FAILED: return "tls";
    case CURLE_RECV_ERROR:
      /* The proxy answered CONNECT, and not with yes. */
      if (exchange->sends == 0 && curl_easy_getinfo(exchange->easy, CURLINFO_HTTP_CONNECTCODE, &tunnel) == CURLE_OK &&
          tunnel >= 300) {
        return "proxy";
      }
      return "reset";
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM: return "reset";
    default: return "other";
  }
}

/* "host:port" of the request, without what else a URL may hold (a presigned one holds a signature). */
static void write_host(CURL *easy, char *text, size_t size) {
  char *url = NULL, *host = NULL, *port = NULL;
  CURLU *parts = curl_url();
  text[0] = '\0';
  if (parts != NULL && curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &url) == CURLE_OK && url != NULL &&
      curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
      curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
    curl_url_get(parts, CURLUPART_PORT, &port, 0);
    snprintf(text, size, "%s%s%s", host, port != NULL ? ":" : "", port != NULL ? port : "");
  }
  curl_free(host);
  curl_free(port);
  curl_url_cleanup(parts);
}

static void fail(ecs_exchange *exchange, const char *kind, const char *text) {
  char host[300];
  write_host(exchange->easy, host, sizeof host);
  exchange->failure = kind;
  snprintf(exchange->message, sizeof exchange->message, "%s%s%s", host, host[0] != '\0' ? ": " : "", text);
}

/* Writes *** over what stands between the user of a URL and its host. libcurl quotes a proxy's URL that it cannot use,
** as far as its buffer goes: without the "@" the rest is a password as well. */
static void mask(char *text, size_t size) {
  char *scheme = strstr(text, "://");
  char *from = strchr(scheme != NULL ? scheme + 3 : text, ':');
  char *end = strrchr(text, '@');
  bool cut = strlen(text) >= CURL_ERROR_SIZE - 1;
  if (from == NULL || (end == NULL && !cut) || (end != NULL && end < from))
    return;
  char rest[CURL_ERROR_SIZE];
  snprintf(rest, sizeof rest, "%s", end != NULL ? end : "");
  snprintf(from + 1, size - (size_t)(from + 1 - text), "***%s", rest);
}

/* libcurl, which keeps one line of a head at a time, calls a line that is too long for it a lack of memory before 8.6. */
static bool has_long_line(const ecs_exchange *exchange, CURLcode code) {
#if LIBCURL_VERSION_NUM >= 0x080600
  if (code == CURLE_TOO_LARGE)
    return true;
#endif
  return code == CURLE_OUT_OF_MEMORY && exchange->head_begun && !exchange->head_complete;
}

void ecs_exchange_finish(ecs_exchange *exchange, CURLcode code) {
  char text[CURL_ERROR_SIZE];
  if (!exchange->no_memory && has_long_line(exchange, code))
    exchange->too_large = exchange->large_head = true;
  if (code == CURLE_OK) {
    curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &exchange->status);
    return;
  }
  const char *told = exchange->curl_message[0] != '\0' ? exchange->curl_message : curl_easy_strerror(code);
  snprintf(text, sizeof text, "%s", told);
  mask(text, sizeof text);
  if (exchange->large_head) {
    snprintf(text, sizeof text, "the head of the answer is larger than the limit of %zu bytes", MAX_HEAD);
  } else if (exchange->too_large) {
    snprintf(text, sizeof text, "the answer is larger than the limit of %zu bytes", exchange->max_body);
  } else if (exchange->resend_refused) {
    snprintf(text, sizeof text, "the connection was closed before an answer came");
  } else if (exchange->no_memory) {
    snprintf(text, sizeof text, "not enough memory for the answer");
  } else if (exchange->odd_proxy && exchange->sends == 0) {
    snprintf(text, sizeof text, "the proxy cannot be used: special signs in its user and password are written as %%40");
  }
  fail(exchange, kind_of(exchange, code), text);
}

void ecs_exchange_cancel(ecs_exchange *exchange) { fail(exchange, "cancelled", "the request was cancelled"); }

bool ecs_exchange_next_header(ecs_exchange *exchange, size_t *position, const char **name, size_t *name_size,
                              const char **value, size_t *value_size) {
  const ecs_exchange_buffer *head = &exchange->head;
  while (*position < head->size) {
    char *line = head->data + *position;
    char *end = memchr(line, '\n', head->size - *position);
    if (end == NULL)
      return false;
    *position += (size_t)(end - line) + 1;
    char *colon = memchr(line, ':', (size_t)(end - line));
    if (colon == NULL || colon == line)
      continue;
    for (char *c = line; c < colon; c++)
      *c = lower(*c);
    char *from = colon + 1;
    while (from < end && (*from == ' ' || *from == '\t'))
      from++;
    while (end > from && (end[-1] == ' ' || end[-1] == '\t'))
      end--;
    *name = line;
    *name_size = (size_t)(colon - line);
    *value = from;
    *value_size = (size_t)(end - from);
    return true;
  }
  return false;
}

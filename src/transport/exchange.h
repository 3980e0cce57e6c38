/* exchange: one HTTP request and its answer on a libcurl easy handle. Knows HTTP and curl; knows neither Lua nor AWS.
**
** Whatever may hold a secret (headers sent, bodies both ways) is wiped before its memory is given back, and no message
** quotes it. */
#ifndef ECS_EXCHANGE_H
#define ECS_EXCHANGE_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

/* What all exchanges of a transport have in common. NULL texts and a NULL share leave libcurl's defaults. */
typedef struct ecs_exchange_options {
  char *ca_bundle, *ca_path;
  char *proxy, *no_proxy;
  char *user_agent;
  double connect_timeout, timeout; /* seconds */
  size_t max_body;                 /* bytes, after decompression */
  bool http2, compression;
} ecs_exchange_options;

typedef struct ecs_exchange_buffer {
  char *data;
  size_t size, capacity;
} ecs_exchange_buffer;

typedef struct ecs_exchange ecs_exchange;
struct ecs_exchange {
  ecs_exchange *next, *previous; /* for the owner's lists */
  char *id_text;                 /* the owner's name for it: this text, or id_number when NULL */
  ptrdiff_t id_number;

  CURL *easy;
  struct curl_slist *headers;
  char *body;
  size_t body_size;
  size_t max_body;
  double timeout;
  bool repeatable; /* GET and HEAD may be sent again on a new connection, nothing else may */
  bool has_type, has_expect;
  bool odd_proxy; /* its URL may be read otherwise than it was meant: part of a password may pass for a host */
  int sends;      /* how often curl was about to send it */

  ecs_exchange_buffer head, content;
  bool head_begun, head_complete, too_large, large_head, resend_refused, no_memory;
  long status;
  const char *failure; /* kind of the error, NULL after an answer */
  char message[CURL_ERROR_SIZE + 320];
  char curl_message[CURL_ERROR_SIZE];
};

/* A new exchange on `easy` (taken over; NULL makes one). NULL without memory. `max_body` and `timeout` come from
** `options` and can be changed before ecs_exchange_start. */
ecs_exchange *ecs_exchange_new(CURL *easy, const ecs_exchange_options *options, CURLSH *share);

/* Frees it and returns its easy handle, reset, for the next one. It must not be in a multi handle. */
CURL *ecs_exchange_free(ecs_exchange *exchange);

/* Adds a header to send. False: not a header (name not a token, or CR, LF or NUL in the value), or without memory. */
bool ecs_exchange_header(ecs_exchange *exchange, const char *name, size_t name_size, const char *value,
                         size_t value_size);

/* Sets everything on the easy handle; texts are copied. False without memory, or when libcurl lacks something that must
** not be missing. */
bool ecs_exchange_start(ecs_exchange *exchange, const ecs_exchange_options *options, const char *method,
                        const char *url, const char *body, size_t body_size);

/* Says how it ended: sets `status`, or `failure` and `message`, in which no password of a proxy stands. */
void ecs_exchange_finish(ecs_exchange *exchange, CURLcode code);
void ecs_exchange_cancel(ecs_exchange *exchange);

/* Steps through the headers of the answer, names in lower case. `*position` starts at 0. False at the end. */
bool ecs_exchange_next_header(ecs_exchange *exchange, size_t *position, const char **name, size_t *name_size,
                              const char **value, size_t *value_size);

/* Overwrites memory in a way that the compiler may not leave out. */
void ecs_exchange_wipe(void *memory, size_t size);

#endif

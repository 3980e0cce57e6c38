/* sigv4: AWS Signature Version 4, in the Authorization header or in the URL, for any service.
**
** A signer holds what many signatures share: derived keys (one for each credentials, day, region and service; the
** latest 16), hash contexts and room to write in. It is for one thread at a time. Keys and whatever held a session
** token are wiped before their memory is given back. */
#ifndef ECS_SIGV4_H
#define ECS_SIGV4_H

#include <stdint.h>

#include "base/arena.h"
#include "base/time.h"
#include "base/uri.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ECS_SIGV4_MAX_HEAD (1 << 20) /* bytes of method, URL, headers and token together */
#define ECS_SIGV4_MAX_HEADERS 4096
#define ECS_SIGV4_MAX_EXPIRES 604800     /* seconds a presigned URL may live: seven days */
#define ECS_SIGV4_LAST_TIME 253402300799 /* 9999-12-31T23:59:59Z */

typedef struct ecs_sigv4 ecs_sigv4;
typedef ecs_uri_part ecs_sigv4_text; /* bytes of the caller (or of the signer); not NUL-terminated */

typedef struct ecs_sigv4_header {
  ecs_sigv4_text name, value;
} ecs_sigv4_header;

/* The request as it will be sent. Headers may repeat and stand in any order; Authorization, X-Amz-Date and (when the
** credentials have a token) X-Amz-Security-Token among them are passed over, because they are what is being made.
** An X-Amz-Content-SHA256 among them is taken as the hash of the body. */
typedef struct ecs_sigv4_request {
  ecs_sigv4_text method;
  ecs_sigv4_text url; /* percent-encoded as it is sent */
  const ecs_sigv4_header *headers;
  size_t header_count;
  ecs_sigv4_text body;
} ecs_sigv4_request;

typedef struct ecs_sigv4_credentials {
  ecs_sigv4_text access_key_id, secret_access_key;
  ecs_sigv4_text session_token; /* empty: none */
} ecs_sigv4_credentials;

typedef struct ecs_sigv4_options {
  ecs_sigv4_text service, region;
  int64_t time;            /* seconds since 1970, UTC */
  int64_t expires;         /* presign: seconds the URL is good for */
  bool normalize_path;     /* remove ., .. and empty segments before signing */
  bool double_encode_path; /* encode the path of the URL once more */
  bool encode_query;       /* sign: the query is signed as servers write it that decode and encode it again, else as it
                              stands, which is what botocore does; presign always does, and the URL says the same */
  bool sign_body;          /* send and sign the body's hash as X-Amz-Content-SHA256 */
  bool unsigned_body;      /* the body is not covered: UNSIGNED-PAYLOAD stands for its hash */
  bool omit_session_token; /* send the token but do not sign it */
} ecs_sigv4_options;

/* What was made. Every text lives in the signer until its next call. When nothing was, only `problem` says anything. */
typedef struct ecs_sigv4_result {
  ecs_sigv4_text canonical_request, string_to_sign, signature, signed_headers;
  ecs_sigv4_text authorization; /* sign: the header's value */
  ecs_sigv4_text url;           /* presign: the URL to send */
  ecs_sigv4_text date;          /* X-Amz-Date: 20150830T123600Z */
  ecs_sigv4_text host;          /* the Host header to add; empty when the request had one */
  ecs_sigv4_text body_hash;     /* the X-Amz-Content-SHA256 to add; empty when none is sent, or the request had it */
  const char *problem;          /* with ECS_INVALID and ECS_LIMIT: what is wrong, in words, without any secret */
} ecs_sigv4_result;

/* A signer, or NULL without memory. `allocator` is copied and may be NULL. OpenSSL takes its own memory. */
ecs_sigv4 *ecs_sigv4_new(const ecs_allocator *allocator);

/* Wipes and gives back everything. Accepts NULL. */
void ecs_sigv4_free(ecs_sigv4 *signer);

/* Wipes the derived keys and what the last call wrote, and keeps the signer: credentials were dropped. */
void ecs_sigv4_forget(ecs_sigv4 *signer);

/* Options as the service wants them: S3 and its kin have their path neither normalised nor encoded twice, and their
** body's hash in a header; all others the other way round. Time is 0, expires 3600. The texts are kept, not copied. */
ecs_sigv4_options ecs_sigv4_options_for(ecs_sigv4_text service, ecs_sigv4_text region);

/* Whether the service is S3 or one of its kin. A presigned URL of theirs covers no body (unsigned_body), since nobody
** knows it yet. */
bool ecs_sigv4_is_s3(ecs_sigv4_text service);

/* Signs by the Authorization header. ECS_INVALID: something in the request, the credentials or the options cannot be
** signed; ECS_LIMIT: larger than the limits above; ECS_NOMEM. Nothing of the input is kept but the derived key. */
ecs_status ecs_sigv4_sign(ecs_sigv4 *signer, const ecs_sigv4_request *request, const ecs_sigv4_credentials *credentials,
                          const ecs_sigv4_options *options, ecs_sigv4_result *result);

/* Signs by the URL: whoever has it may send the request, with the same headers, until it expires. */
ecs_status ecs_sigv4_presign(ecs_sigv4 *signer, const ecs_sigv4_request *request,
                             const ecs_sigv4_credentials *credentials, const ecs_sigv4_options *options,
                             ecs_sigv4_result *result);

/* Whether a header is left out of every signature, because proxies and HTTP libraries change it on the way. */
bool ecs_sigv4_is_unsigned_header(const char *lower_case_name, size_t size);

/* How many keys were derived since the signer was made. */
uint64_t ecs_sigv4_derived(const ecs_sigv4 *signer);

#ifdef __cplusplus
}
#endif

#endif

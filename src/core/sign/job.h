/* job: a signature in the making, as the files of sigv4 hand it on. Internal to sigv4. */
#ifndef ECS_SIGN_JOB_H
#define ECS_SIGN_JOB_H

#include <string.h>

#include "sign/key.h"
#include "sign/sigv4.h"

/* Memory that grows and is used again by every call. */
typedef struct ecs_sigv4_room {
  void *memory;
  size_t size;
} ecs_sigv4_room;

struct ecs_sigv4 {
  ecs_allocator allocator;
  ecs_sigv4_keys *keys;
  ecs_sigv4_room text;    /* what the result points into */
  ecs_sigv4_room scratch; /* names in lower case, encoded parameters, the scope */
  ecs_sigv4_room entries, params;
  ecs_sigv4_room address; /* the URL of the last call, with the parts of it: most calls of a signer go to one URL */
  size_t address_size, host_size; /* behind the URL stands the Host header for it */
  ecs_uri uri;
  int64_t day;   /* days since 1970 that `date` was written for, */
  char date[16]; /* so that a signature in the same day writes only the hours; empty at first */
};

/* A header that is signed: its name in lower case and its value, which may still have blanks to fold. */
typedef struct ecs_sigv4_entry {
  ecs_sigv4_text name, value;
  bool folds;
  bool repeats; /* the entry before has the same name */
} ecs_sigv4_entry;

/* One signature in the making. What `run` does not set at its beginning is written before it is read: clearing it all
** would cost as much as writing the canonical request. */
typedef struct ecs_sigv4_job {
  ecs_sigv4 *signer;
  const ecs_sigv4_request *request;
  const ecs_sigv4_credentials *credentials;
  const ecs_sigv4_options *options;
  ecs_sigv4_result *result;
  bool presign;
  ecs_sigv4_entry *entries;
  size_t count;
  bool has_host;
  ecs_sigv4_scope key;    /* what the derived key depends on */
  ecs_sigv4_text payload; /* the last line of the canonical request */
  ecs_sigv4_text scope;   /* 20150830/us-east-1/service/aws4_request */
  char *scratch;          /* where the next bytes go, in either room */
  char *text;
} ecs_sigv4_job;

#define LITERAL(text) ((ecs_sigv4_text){text, sizeof(text) - 1})

enum { ECS_SIGV4_EXTRA = 6 }; /* parameters that presigning adds at most */

/* `size` bytes in a room, whose former content is wiped when it has to grow; NULL without memory. */
void *ecs_sigv4_reserve(ecs_sigv4 *signer, ecs_sigv4_room *wanted, size_t size);

/* Wipes all rooms and gives them back. */
void ecs_sigv4_drop_rooms(ecs_sigv4 *signer);

/* Collects the headers that are signed and the payload's hash, and writes the names of the former. */
ecs_status ecs_sigv4_collect(ecs_sigv4_job *work);

/* `key=value` for each parameter, joined by &. Answers the end. */
char *ecs_sigv4_write_params(char *at, const ecs_uri_param *params, size_t count);

/* Writes the canonical request. For presigning, `auth` gets the parameters that the URL gets too, in its order. */
ecs_status ecs_sigv4_write_canonical(ecs_sigv4_job *work, ecs_uri_param auth[ECS_SIGV4_EXTRA], size_t *auth_count);

static inline ecs_status refuse(ecs_sigv4_job *work, ecs_status status, const char *problem) {
  work->result->problem = problem;
  return status;
}

static inline bool is(ecs_sigv4_text text, ecs_sigv4_text other) {
  return text.size == other.size && memcmp(text.bytes, other.bytes, other.size) == 0;
}

static inline char *put(char *at, ecs_sigv4_text text) {
  memcpy(at, text.bytes, text.size);
  return at + text.size;
}

/* The text that was written from `start` to `end`. */
static inline ecs_sigv4_text between(const char *start, const char *end) {
  return (ecs_sigv4_text){start, (size_t)(end - start)};
}

static inline bool has_token(const ecs_sigv4_job *work) { return work->credentials->session_token.size > 0; }

static inline bool hash_into(ecs_sigv4_job *work, ecs_sigv4_text text, char **at) {
  bool done = ecs_sigv4_hash(work->signer->keys, text.bytes, text.size, *at);
  *at += ECS_SIGV4_HEX;
  return done;
}

#endif

/* key: SHA-256 and the keys that are derived from a secret, each derived once. Internal to sigv4. */
#ifndef ECS_SIGN_KEY_H
#define ECS_SIGN_KEY_H

#include <stdint.h>

#include "base/arena.h"
#include "base/uri.h"

enum { ECS_SIGV4_DIGEST = 32, ECS_SIGV4_HEX = 64 };

typedef struct ecs_sigv4_keys ecs_sigv4_keys;

/* What a derived key depends on. `day` is YYYYMMDD. */
typedef struct ecs_sigv4_scope {
  ecs_uri_part access_key_id, secret_access_key;
  char day[8];
  ecs_uri_part region, service;
  bool known; /* set by ecs_sigv4_keys_know, which spares ecs_sigv4_hmac the comparison */
} ecs_sigv4_scope;

/* NULL when memory ran out (also OpenSSL's own, which does not come from `allocator`). */
ecs_sigv4_keys *ecs_sigv4_keys_new(const ecs_allocator *allocator);

/* Wipes every key and gives the memory back. Accepts NULL. */
void ecs_sigv4_keys_free(ecs_sigv4_keys *keys);

/* Wipes every key. */
void ecs_sigv4_keys_forget(ecs_sigv4_keys *keys);

/* SHA-256 of `text` as 64 lower-case hexadecimal digits. False when OpenSSL failed, which is for want of memory. */
bool ecs_sigv4_hash(ecs_sigv4_keys *keys, const char *text, size_t size, char hex[ECS_SIGV4_HEX]);

/* Whether the last key that was wanted was for the same credentials, region and service (of any day): then these were
** looked at before. */
bool ecs_sigv4_keys_know(const ecs_sigv4_keys *keys, ecs_sigv4_scope *scope);

/* HMAC-SHA-256 of `text` with the scope's derived key, as hexadecimal digits. False as above. */
bool ecs_sigv4_hmac(ecs_sigv4_keys *keys, const ecs_sigv4_scope *scope, const char *text, size_t size,
                    char hex[ECS_SIGV4_HEX]);

/* How many keys were derived since the beginning: for tests. */
uint64_t ecs_sigv4_keys_derived(const ecs_sigv4_keys *keys);

#endif

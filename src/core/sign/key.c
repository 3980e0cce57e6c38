#include "sign/key.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#if OPENSSL_VERSION_NUMBER < 0x30000000L /* OpenSSL 1.1.1 has its digests at hand and fetches nothing */
typedef const EVP_MD sha256_method;
#define EVP_MD_fetch(library, name, properties) EVP_sha256()
#define EVP_MD_free(method) ((void)(method))
#else
typedef EVP_MD sha256_method;
#endif

enum { SLOTS = 16, IDENTITY = 320, BLOCK = 64 };

/* A derived key as HMAC uses it: the hash states behind key^ipad and key^opad. So a signature costs no hashing of the
** key, and the key itself is kept nowhere else. */
typedef struct slot {
  EVP_MD_CTX *inner, *outer;
  uint64_t used; /* when it was last wanted; 0: holds no key */
  char day[8];
  size_t sizes[4], size;   /* of the texts in `identity`, and of all of it */
  char identity[IDENTITY]; /* access key id, secret, region, service */
} slot;

struct ecs_sigv4_keys {
  ecs_allocator allocator;
  sha256_method *sha256; /* fetched once: a fetch costs as much as a signature */
  EVP_MD_CTX *context;
  uint64_t clock, derived;
  size_t latest; /* the slot that was wanted last: most often wanted again */
  slot slots[SLOTS];
};

ecs_sigv4_keys *ecs_sigv4_keys_new(const ecs_allocator *allocator) {
  ecs_allocator chosen = ecs_allocator_or_default(allocator);
  ecs_sigv4_keys *keys = chosen.take(chosen.context, sizeof *keys);
  if (keys == NULL)
    return NULL;
  memset(keys, 0, sizeof *keys);
  keys->allocator = chosen;
  keys->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
  keys->context = EVP_MD_CTX_new();
  if (keys->sha256 == NULL || keys->context == NULL) {
    ecs_sigv4_keys_free(keys);
    return NULL;
  }
  return keys;
}

/* Freeing a context wipes OpenSSL's hash state. */
static void wipe_slot(slot *gone) {
  EVP_MD_CTX_free(gone->inner);
  EVP_MD_CTX_free(gone->outer);
  OPENSSL_cleanse(gone, sizeof *gone);
}

void ecs_sigv4_keys_forget(ecs_sigv4_keys *keys) {
  for (size_t i = 0; i < SLOTS; i++)
    wipe_slot(&keys->slots[i]);
  EVP_MD_CTX_reset(keys->context);
}

void ecs_sigv4_keys_free(ecs_sigv4_keys *keys) {
  if (keys == NULL)
    return;
  for (size_t i = 0; i < SLOTS; i++)
    wipe_slot(&keys->slots[i]);
  EVP_MD_CTX_free(keys->context);
  EVP_MD_free(keys->sha256);
  ecs_allocator allocator = keys->allocator;
  OPENSSL_cleanse(keys, sizeof *keys);
  allocator.give(allocator.context, keys, sizeof *keys);
}

uint64_t ecs_sigv4_keys_derived(const ecs_sigv4_keys *keys) { return keys->derived; }

/* Four bytes become eight digits at a time: three digests a signature are written in hexadecimal. */
static void to_hex(const unsigned char digest[ECS_SIGV4_DIGEST], char hex[ECS_SIGV4_HEX]) {
  static const uint64_t each = 0x0101010101010101u;
  for (size_t i = 0; i < ECS_SIGV4_DIGEST; i += 4) {
    uint64_t x = (uint64_t)digest[i] | (uint64_t)digest[i + 1] << 16 | (uint64_t)digest[i + 2] << 32 |
                 (uint64_t)digest[i + 3] << 48;
    x = (x >> 4 | x << 8) & each * 0x0f; /* a half of a byte in each, the upper half first */
    uint64_t letters = (x + each * 6) >> 4 & each;
    x += each * '0' + letters * ('a' - '0' - 10);
    for (size_t n = 0; n < 8; n++)
      hex[2 * i + n] = (char)(x >> 8 * n);
  }
}

static bool digest(ecs_sigv4_keys *keys, const void *text, size_t size, unsigned char out[ECS_SIGV4_DIGEST]) {
  return EVP_DigestInit_ex(keys->context, keys->sha256, NULL) && EVP_DigestUpdate(keys->context, text, size) &&
         EVP_DigestFinal_ex(keys->context, out, NULL);
}

bool ecs_sigv4_hash(ecs_sigv4_keys *keys, const char *text, size_t size, char hex[ECS_SIGV4_HEX]) {
  unsigned char out[ECS_SIGV4_DIGEST];
  if (!digest(keys, text, size, out))
    return false;
  to_hex(out, hex);
  return true;
}

/* The states of HMAC (RFC 2104) behind its two padded keys. */
static bool set_key(ecs_sigv4_keys *keys, slot *target, const void *key, size_t size) {
  unsigned char block[BLOCK] = {0};
  bool done = true;
  if (size > BLOCK)
    done = digest(keys, key, size, block);
  else
    memcpy(block, key, size);
  for (size_t i = 0; i < BLOCK; i++)
    block[i] ^= 0x36;
  done = done && EVP_DigestInit_ex(target->inner, keys->sha256, NULL) && EVP_DigestUpdate(target->inner, block, BLOCK);
  for (size_t i = 0; i < BLOCK; i++)
    block[i] ^= 0x36 ^ 0x5c;
  done = done && EVP_DigestInit_ex(target->outer, keys->sha256, NULL) && EVP_DigestUpdate(target->outer, block, BLOCK);
  OPENSSL_cleanse(block, sizeof block);
  return done;
}

static bool hmac(ecs_sigv4_keys *keys, const slot *key, const void *text, size_t size,
                 unsigned char out[ECS_SIGV4_DIGEST]) {
  EVP_MD_CTX *context = keys->context;
  return EVP_MD_CTX_copy_ex(context, key->inner) && EVP_DigestUpdate(context, text, size) &&
         EVP_DigestFinal_ex(context, out, NULL) && EVP_MD_CTX_copy_ex(context, key->outer) &&
         EVP_DigestUpdate(context, out, ECS_SIGV4_DIGEST) && EVP_DigestFinal_ex(context, out, NULL);
}

/* HMAC(HMAC(HMAC(HMAC("AWS4" + secret, day), region), service), "aws4_request"), ready in `target`. */
static bool derive(ecs_sigv4_keys *keys, slot *target, const ecs_sigv4_scope *scope) {
  const ecs_uri_part *secret = &scope->secret_access_key;
  const ecs_uri_part steps[4] = {{scope->day, sizeof scope->day}, scope->region, scope->service, {"aws4_request", 12}};
  size_t size = secret->size + 4;
  char *first = keys->allocator.take(keys->allocator.context, size);
  if (first == NULL)
    return false;
  memcpy(first, "AWS4", 4);
  memcpy(first + 4, secret->bytes, secret->size);
  bool done = set_key(keys, target, first, size);
  OPENSSL_cleanse(first, size);
  keys->allocator.give(keys->allocator.context, first, size);
  unsigned char out[ECS_SIGV4_DIGEST];
  for (size_t i = 0; done && i < 4; i++)
    done = hmac(keys, target, steps[i].bytes, steps[i].size, out) && set_key(keys, target, out, sizeof out);
  OPENSSL_cleanse(out, sizeof out);
  keys->derived++;
  return done;
}

static bool is_for(const slot *held, const ecs_sigv4_scope *scope) {
  const ecs_uri_part *texts[4] = {&scope->access_key_id, &scope->secret_access_key, &scope->region, &scope->service};
  if (held->used == 0 || held->size == 0)
    return false;
  const char *text = held->identity;
  for (size_t i = 0; i < 4; i++) {
    if (held->sizes[i] != texts[i]->size || memcmp(text, texts[i]->bytes, texts[i]->size) != 0)
      return false;
    text += texts[i]->size;
  }
  return true;
}

bool ecs_sigv4_keys_know(const ecs_sigv4_keys *keys, ecs_sigv4_scope *scope) {
  scope->known = is_for(&keys->slots[keys->latest], scope);
  return scope->known;
}

/* What is too long to be remembered is never found again, so its key is derived every time. */
static void remember(slot *fresh, const ecs_sigv4_scope *scope) {
  const ecs_uri_part *texts[4] = {&scope->access_key_id, &scope->secret_access_key, &scope->region, &scope->service};
  size_t size = 0;
  for (size_t i = 0; i < 4; i++) {
    if (texts[i]->size > IDENTITY - size)
      return;
    memcpy(fresh->identity + size, texts[i]->bytes, texts[i]->size);
    fresh->sizes[i] = texts[i]->size;
    size += texts[i]->size;
  }
  memcpy(fresh->day, scope->day, sizeof fresh->day);
  fresh->size = size;
}

/* Where the scope's key is, or may be put: a key of another day goes first, then the one not wanted for longest. */
static slot *find(ecs_sigv4_keys *keys, const ecs_sigv4_scope *scope, bool *found) {
  slot *place = &keys->slots[0];
  *found = true;
  if (scope->known && memcmp(keys->slots[keys->latest].day, scope->day, sizeof scope->day) == 0)
    return &keys->slots[keys->latest];
  slot *stale = NULL;
  for (size_t i = 0; i < SLOTS; i++) {
    slot *each = &keys->slots[i];
    if (is_for(each, scope)) {
      if (memcmp(each->day, scope->day, sizeof each->day) == 0)
        return each;
      stale = each;
    } else if (each->used < place->used) {
      place = each;
    }
  }
  *found = false;
  return stale != NULL ? stale : place;
}

static bool open_slot(ecs_sigv4_keys *keys, slot *fresh, const ecs_sigv4_scope *scope) {
  wipe_slot(fresh);
  fresh->inner = EVP_MD_CTX_new();
  fresh->outer = EVP_MD_CTX_new();
  if (fresh->inner != NULL && fresh->outer != NULL && derive(keys, fresh, scope)) {
    remember(fresh, scope);
    return true;
  }
  wipe_slot(fresh);
  return false;
}

bool ecs_sigv4_hmac(ecs_sigv4_keys *keys, const ecs_sigv4_scope *scope, const char *text, size_t size,
                    char hex[ECS_SIGV4_HEX]) {
  bool found;
  slot *key = find(keys, scope, &found);
  if (!found && !open_slot(keys, key, scope))
    return false;
  keys->latest = (size_t)(key - keys->slots);
  key->used = ++keys->clock;
  unsigned char out[ECS_SIGV4_DIGEST];
  bool done = hmac(keys, key, text, size, out);
  if (done)
    to_hex(out, hex);
  return done;
}

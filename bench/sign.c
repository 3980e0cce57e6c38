/* Signatures a second: this library's, and what OpenSSL alone needs to hash the same bytes, by turns of a few
** milliseconds, so that both see the same machine.
**
**     bench_sign SECONDS      prints: openssl RATE / core RATE
**
** The baseline is OpenSSL's fastest plain interface: one fetched SHA-256, contexts used again, and HMAC from the kept
** states behind the padded key, which is what a cached derived key comes to. */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sign/sigv4.h"

#define TEXT(literal)                                                                                                  \
  { literal, sizeof(literal) - 1 }

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static const ecs_sigv4_header headers[] = {
    {TEXT("Content-Type"), TEXT("application/x-amz-json-1.1")},
    {TEXT("X-Amz-Target"), TEXT("AmazonEC2ContainerServiceV20141113.DescribeServices")},
};

static const ecs_sigv4_request request = {
    .method = TEXT("POST"),
    .url = TEXT("https://ecs.eu-west-1.amazonaws.com/"),
    .headers = headers,
    .header_count = 2,
    .body = TEXT("{\"cluster\":\"prod\",\"include\":[\"TAGS\"],\"services\":[\"mongodb\",\"web\",\"worker\"]}"),
};

static const ecs_sigv4_credentials credentials = {
    .access_key_id = TEXT("AKIDEXAMPLE"), .secret_access_key = TEXT("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")};

static void sign(ecs_sigv4 *signer, int64_t time, ecs_sigv4_result *result) {
  ecs_sigv4_options options = ecs_sigv4_options_for((ecs_sigv4_text)TEXT("ecs"), (ecs_sigv4_text)TEXT("eu-west-1"));
  options.time = time;
  if (ecs_sigv4_sign(signer, &request, &credentials, &options, result) != ECS_OK) {
    fprintf(stderr, "signing failed: %s\n", result->problem);
    exit(1);
  }
}

typedef struct plain {
  EVP_MD *sha256;
  EVP_MD_CTX *context, *inner, *outer;
  unsigned char digest[32];
} plain;

static void plain_hash(plain *p, const char *text, size_t size) {
  if (!EVP_DigestInit_ex(p->context, p->sha256, NULL) || !EVP_DigestUpdate(p->context, text, size) ||
      !EVP_DigestFinal_ex(p->context, p->digest, NULL))
    exit(1);
}

static void plain_hmac(plain *p, const char *text, size_t size) {
  if (!EVP_MD_CTX_copy_ex(p->context, p->inner) || !EVP_DigestUpdate(p->context, text, size) ||
      !EVP_DigestFinal_ex(p->context, p->digest, NULL) || !EVP_MD_CTX_copy_ex(p->context, p->outer) ||
      !EVP_DigestUpdate(p->context, p->digest, 32) || !EVP_DigestFinal_ex(p->context, p->digest, NULL))
    exit(1);
}

static plain plain_new(void) {
  plain p = {.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL),
             .context = EVP_MD_CTX_new(),
             .inner = EVP_MD_CTX_new(),
             .outer = EVP_MD_CTX_new()};
  unsigned char block[64] = {0};
  if (!EVP_DigestInit_ex(p.inner, p.sha256, NULL) || !EVP_DigestUpdate(p.inner, block, sizeof block) ||
      !EVP_DigestInit_ex(p.outer, p.sha256, NULL) || !EVP_DigestUpdate(p.outer, block, sizeof block))
    exit(1);
  return p;
}

enum { TURN = 5000 };

/* Seconds for one turn. */
static double plain_turn(plain *p, const ecs_sigv4_result *shape) {
  double start = now();
  for (int i = 0; i < TURN; i++) {
    plain_hash(p, request.body.bytes, request.body.size);
    plain_hash(p, shape->canonical_request.bytes, shape->canonical_request.size);
    plain_hmac(p, shape->string_to_sign.bytes, shape->string_to_sign.size);
  }
  return now() - start;
}

static double core_turn(ecs_sigv4 *signer) {
  ecs_sigv4_result result;
  double start = now();
  for (int i = 0; i < TURN; i++)
    sign(signer, 1440938160 + i % 600, &result); /* as in life, the time moves on */
  return now() - start;
}

int main(int argc, char **argv) {
  double seconds = argc > 1 ? atof(argv[1]) : 1;
  ecs_sigv4 *signer = ecs_sigv4_new(NULL), *shaping = ecs_sigv4_new(NULL);
  ecs_sigv4_result shape;
  sign(shaping, 1440938160, &shape);
  plain p = plain_new();
  plain_turn(&p, &shape);
  core_turn(signer);
  double plain_time = 0, core_time = 0;
  int turns = 0;
  for (; plain_time + core_time < 2 * seconds; turns++) {
    plain_time += plain_turn(&p, &shape);
    core_time += core_turn(signer);
  }
  printf("openssl %.0f\n", turns * TURN / plain_time);
  printf("core %.0f\n", turns * TURN / core_time);
  EVP_MD_CTX_free(p.context);
  EVP_MD_CTX_free(p.inner);
  EVP_MD_CTX_free(p.outer);
  EVP_MD_free(p.sha256);
  ecs_sigv4_free(signer);
  ecs_sigv4_free(shaping);
  return 0;
}

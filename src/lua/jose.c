/* jose: the one signature that `aws login` sessions are refreshed with, ES256 of RFC 7518, and Base64 for the web. */
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "binding.h"

#define NUMBER 32            /* bytes of a number of P-256 */
#define PUBLIC_DER (27 + 64) /* a public key of P-256 in DER: the point's two numbers are at its end */
#define SIGNATURE_DER 80     /* more than two such numbers take in DER */

/* base64url(bytes) -> text without padding (RFC 4648, section 5) */
static int base64url(lua_State *L) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  size_t size;
  const unsigned char *bytes = (const unsigned char *)luaL_checklstring(L, 1, &size);
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (size_t i = 0; i < size; i += 3) {
    size_t left = size - i;
    unsigned long group = (unsigned long)bytes[i] << 16 | (left > 1 ? (unsigned long)bytes[i + 1] << 8 : 0) |
                          (left > 2 ? bytes[i + 2] : 0);
    luaL_addchar(&buffer, letters[group >> 18 & 63]);
    luaL_addchar(&buffer, letters[group >> 12 & 63]);
    if (left > 1)
      luaL_addchar(&buffer, letters[group >> 6 & 63]);
    if (left > 2)
      luaL_addchar(&buffer, letters[group & 63]);
  }
  luaL_pushresult(&buffer);
  return 1;
}

/* A key with a pass phrase has none that could be asked for here. */
static int no_phrase(char *room, int size, int writing, void *context) {
  (void)room, (void)size, (void)writing, (void)context;
  return -1;
}

/* OpenSSL wipes the key's numbers when it frees it. */
static EVP_PKEY *read_key(const char *pem, size_t size) {
  BIO *bio = BIO_new_mem_buf(pem, (int)size);
  EVP_PKEY *key = bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, no_phrase, NULL);
  BIO_free(bio);
  return key;
}

/* Writes the two numbers of the public point. Whatever is no key of P-256 has a public key of another length. */
static bool public_numbers(const EVP_PKEY *key, unsigned char out[2 * NUMBER]) {
  unsigned char der[PUBLIC_DER], *end = der;
  if (EVP_PKEY_base_id(key) != EVP_PKEY_EC || i2d_PUBKEY((EVP_PKEY *)key, NULL) != PUBLIC_DER)
    return false;
  if (i2d_PUBKEY((EVP_PKEY *)key, &end) != PUBLIC_DER)
    return false;
  for (size_t i = 0; i < 2 * NUMBER; i++)
    out[i] = der[PUBLIC_DER - 2 * NUMBER + i];
  return true;
}

/* A signature in DER as two numbers of fixed length. */
static bool plain_numbers(const unsigned char *der, size_t size, unsigned char out[2 * NUMBER]) {
  const BIGNUM *r, *s;
  ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &der, (long)size);
  if (signature == NULL)
    return false;
  ECDSA_SIG_get0(signature, &r, &s);
  bool fits = BN_bn2binpad(r, out, NUMBER) == NUMBER && BN_bn2binpad(s, out + NUMBER, NUMBER) == NUMBER;
  ECDSA_SIG_free(signature);
  return fits;
}

static bool sign(EVP_PKEY *key, const char *text, size_t size, unsigned char out[2 * NUMBER]) {
  unsigned char der[SIGNATURE_DER];
  size_t written = sizeof der;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  bool made = context != NULL && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
              EVP_DigestSign(context, der, &written, (const unsigned char *)text, size) == 1 &&
              plain_numbers(der, written, out);
  EVP_MD_CTX_free(context);
  return made;
}

/* es256(key, text) -> signature (64 bytes), x, y (32 bytes each) | nil, message. `key` is a private key of the curve P-256
** in PEM. */
static int es256(lua_State *L) {
  size_t key_size, size;
  unsigned char point[2 * NUMBER], signature[2 * NUMBER];
  const char *pem = luaL_checklstring(L, 1, &key_size), *text = luaL_checklstring(L, 2, &size);
  luaL_argcheck(L, key_size <= 65536, 1, "no key is that long");
  ERR_set_mark();
  EVP_PKEY *key = read_key(pem, key_size);
  bool made = key != NULL && public_numbers(key, point) && sign(key, text, size, signature);
  EVP_PKEY_free(key);
  ERR_pop_to_mark(); /* the thread's queue of errors is the host's */
  if (!made) {
    lua_pushnil(L);
    lua_pushliteral(L, "it is no private key of the curve P-256");
    return 2;
  }
  lua_pushlstring(L, (const char *)signature, sizeof signature);
  lua_pushlstring(L, (const char *)point, NUMBER);
  lua_pushlstring(L, (const char *)point + NUMBER, NUMBER);
  return 3;
}

void ecs_lua_open_jose(lua_State *L) {
  static const luaL_Reg functions[] = {{"base64url", base64url}, {"es256", es256}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}

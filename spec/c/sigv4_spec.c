/* Signatures from C: AWS's own examples, derived keys, what is wiped, and URLs in their parts. The vectors of others are
** checked through Lua, in spec/sign/sigv4_spec.lua. */
#include "sign/sigv4.h"

#include "harness.h"

#define TEXT(literal) ((ecs_sigv4_text){literal, sizeof(literal) - 1})
#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

static ecs_sigv4_text text(const char *bytes) { return (ecs_sigv4_text){bytes, strlen(bytes)}; }

static const ecs_sigv4_credentials keys = {.access_key_id = {"AKIDEXAMPLE", 11}, .secret_access_key = {SECRET, 40}};

static ecs_sigv4_options options(const char *service, const char *region) {
  ecs_sigv4_options chosen = ecs_sigv4_options_for(text(service), text(region));
  CHECK(ecs_sigv4_parse_time("20150830T123600Z", 16, &chosen.time));
  return chosen;
}

/* The example of AWS's documentation, "Create a signed AWS API request". */
static void signs_the_documented_example(void) {
  ecs_sigv4 *signer = ecs_sigv4_new(NULL);
  const ecs_sigv4_header headers[] = {{TEXT("Content-Type"), TEXT("application/x-www-form-urlencoded; charset=utf-8")}};
  const ecs_sigv4_request request = {.method = TEXT("GET"),
                                     .url = TEXT("https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08"),
                                     .headers = headers,
                                     .header_count = 1};
  ecs_sigv4_options how = options("iam", "us-east-1");
  ecs_sigv4_result result;
  CHECK(ecs_sigv4_sign(signer, &request, &keys, &how, &result) == ECS_OK);
  CHECK_BYTES(result.signature.bytes, result.signature.size,
              "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
  CHECK_BYTES(result.string_to_sign.bytes, result.string_to_sign.size,
              "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n"
              "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59");
  CHECK_BYTES(result.host.bytes, result.host.size, "iam.amazonaws.com");
  CHECK_BYTES(result.date.bytes, result.date.size, "20150830T123600Z");
  CHECK(result.body_hash.size == 0 && result.url.size == 0 && result.problem == NULL);
  ecs_sigv4_free(signer);
}

/* The example of Amazon S3's documentation, "Authenticating requests: using query parameters". */
static void presigns_the_documented_example(void) {
  ecs_sigv4 *signer = ecs_sigv4_new(NULL);
  const ecs_sigv4_credentials other = {.access_key_id = TEXT("AKIAIOSFODNN7EXAMPLE"),
                                       .secret_access_key = TEXT("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")};
  const ecs_sigv4_request request = {.method = TEXT("GET"),
                                     .url = TEXT("https://examplebucket.s3.amazonaws.com/test.txt")};
  ecs_sigv4_options how = ecs_sigv4_options_for(TEXT("s3"), TEXT("us-east-1"));
  how.expires = 86400;
  how.unsigned_body = true;
  CHECK(ecs_sigv4_parse_time("20130524T000000Z", 16, &how.time));
  ecs_sigv4_result result;
  CHECK(ecs_sigv4_presign(signer, &request, &other, &how, &result) == ECS_OK);
  CHECK_BYTES(result.signature.bytes, result.signature.size,
              "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
  CHECK_BYTES(result.url.bytes, result.url.size,
              "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
              "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
              "&X-Amz-Date=20130524T000000Z&X-Amz-SignedHeaders=host&X-Amz-Expires=86400&X-Amz-Signature="
              "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
  ecs_sigv4_free(signer);
}

static const ecs_sigv4_request ecs_request = {
    .method = {"POST", 4}, .url = {"https://ecs.eu-west-1.amazonaws.com/", 36}, .body = {"{}", 2}};

static void derives_each_key_once(void) {
  ecs_sigv4 *signer = ecs_sigv4_new(NULL);
  ecs_sigv4_result result;
  char first[64];
  ecs_sigv4_options how = options("ecs", "eu-west-1");
  CHECK(ecs_sigv4_sign(signer, &ecs_request, &keys, &how, &result) == ECS_OK);
  memcpy(first, result.signature.bytes, 64);
  for (int64_t i = 0; i < 100; i++) {
    how.time += i; /* still the same day */
    CHECK(ecs_sigv4_sign(signer, &ecs_request, &keys, &how, &result) == ECS_OK);
  }
  CHECK(ecs_sigv4_derived(signer) == 1);
  how.time += 86400;
  ecs_sigv4_sign(signer, &ecs_request, &keys, &how, &result);
  CHECK(ecs_sigv4_derived(signer) == 2);
  ecs_sigv4_forget(signer);
  how = options("ecs", "eu-west-1");
  CHECK(ecs_sigv4_sign(signer, &ecs_request, &keys, &how, &result) == ECS_OK);
  CHECK(ecs_sigv4_derived(signer) == 3 && memcmp(first, result.signature.bytes, 64) == 0);
  ecs_sigv4_free(signer);
}

static void wipes_secrets_before_memory_goes_back(void) {
  const char *const secrets[] = {SECRET, "a-session-token"};
  for (size_t i = 0; i < 2; i++) {
    harness_memory memory = {.secret = secrets[i]};
    ecs_allocator allocator = harness_allocator(&memory);
    ecs_sigv4 *signer = ecs_sigv4_new(&allocator);
    size_t empty = memory.live;
    ecs_sigv4_credentials session = keys;
    session.session_token = TEXT("a-session-token");
    ecs_sigv4_options how = options("ecs", "eu-west-1");
    ecs_sigv4_request request = ecs_request;
    ecs_sigv4_result result;
    CHECK(ecs_sigv4_sign(signer, &request, &session, &how, &result) == ECS_OK);
    char url[9000] = "https://ecs.eu-west-1.amazonaws.com/"; /* longer: the rooms have to grow */
    memset(url + 36, 'x', sizeof url - 37);
    request.url = text(url);
    CHECK(ecs_sigv4_presign(signer, &request, &session, &how, &result) == ECS_OK);
    CHECK(memory.live > empty);
    ecs_sigv4_forget(signer);
    CHECK(memory.live == empty); /* nothing that was written is kept, the session's token among it */
    CHECK(ecs_sigv4_sign(signer, &request, &session, &how, &result) == ECS_OK);
    ecs_sigv4_free(signer);
    CHECK(memory.leaks == 0);
    CHECK(memory.live == 0 && memory.taken == memory.given);
  }
}

static void takes_no_memory_once_it_is_warm(void) {
  harness_memory memory = {0};
  ecs_allocator allocator = harness_allocator(&memory);
  ecs_sigv4 *signer = ecs_sigv4_new(&allocator);
  ecs_sigv4_options how = options("ecs", "eu-west-1");
  ecs_sigv4_result result;
  CHECK(ecs_sigv4_sign(signer, &ecs_request, &keys, &how, &result) == ECS_OK);
  size_t before = memory.calls;
  for (int i = 0; i < 1000; i++)
    ecs_sigv4_sign(signer, &ecs_request, &keys, &how, &result);
  CHECK(memory.calls == before);
  ecs_sigv4_free(signer);
}

static void says_what_is_wrong_without_secrets(void) {
  ecs_sigv4 *signer = ecs_sigv4_new(NULL);
  ecs_sigv4_options how = options("ecs", "eu-west-1");
  ecs_sigv4_result result;
  ecs_sigv4_credentials bad = keys;
  bad.secret_access_key = TEXT("secret with blanks");
  CHECK(ecs_sigv4_sign(signer, &ecs_request, &bad, &how, &result) == ECS_INVALID);
  CHECK(result.problem != NULL && strstr(result.problem, "secret with") == NULL);
  bad = keys;
  bad.secret_access_key.size = 0;
  CHECK(ecs_sigv4_sign(signer, &ecs_request, &bad, &how, &result) == ECS_INVALID);
  how.time = -1;
  CHECK(ecs_sigv4_sign(signer, &ecs_request, &keys, &how, &result) == ECS_INVALID);
  how = options("ecs", "eu-west-1");
  how.expires = 604801;
  CHECK(ecs_sigv4_presign(signer, &ecs_request, &keys, &how, &result) == ECS_INVALID);
  ecs_sigv4_request odd = ecs_request;
  odd.url = TEXT("ecs.eu-west-1.amazonaws.com");
  CHECK(ecs_sigv4_sign(signer, &odd, &keys, &how, &result) == ECS_INVALID);
  odd = ecs_request;
  odd.url = (ecs_sigv4_text){SECRET, SIZE_MAX / 2}; /* not read beyond the limit */
  CHECK(ecs_sigv4_sign(signer, &odd, &keys, &how, &result) == ECS_LIMIT);
  CHECK(ecs_sigv4_sign(signer, &ecs_request, &keys, &how, &result) == ECS_OK);
  ecs_sigv4_free(signer);
  ecs_sigv4_free(NULL);
}

static void reads_and_writes_every_day(void) {
  int64_t time = 0, back;
  char written[16];
  bool same = true;
  for (int64_t day = 0; day < 366 * 500; day++) {
    time = day * 86400 + day % 86400;
    ecs_sigv4_format_time(time, written);
    same = same && ecs_sigv4_parse_time(written, 16, &back) && back == time;
  }
  CHECK(same);
  CHECK(ecs_sigv4_parse_time("9999-12-31T23:59:59Z", 20, &back) && back == ECS_SIGV4_LAST_TIME);
  CHECK(!ecs_sigv4_parse_time("20210229T000000Z", 16, &back));
  CHECK(!ecs_sigv4_parse_time("20200229T000000Z", 15, &back));
  CHECK(!ecs_sigv4_parse_time("", 0, &back));
}

static void normalizes_paths(void) {
  static const char *const paths[][2] = {
      {"/", "/"},          {"//", "/"},        {"/a/..", "/"},         {"/a/../", "/"},        {"/a/./b", "/a/b"},
      {"/a//b/", "/a/b/"}, {"/../a", "/a"},    {"/a/b/../..", "/"},    {"/a/b/../c", "/a/c"},  {"/...", "/..."},
      {"/a/b/..", "/a"},   {"/a/b/.", "/a/b"}, {"//a///b//", "/a/b/"}, {"/.a/..b", "/.a/..b"}, {"/./", "/"},
  };
  char out[64];
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    size_t size = ecs_uri_normalize(out, paths[i][0], strlen(paths[i][0]));
    CHECK_BYTES(out, size, paths[i][1]);
    memcpy(out, paths[i][0], strlen(paths[i][0])); /* in place */
    size = ecs_uri_normalize(out, out, strlen(paths[i][0]));
    CHECK_BYTES(out, size, paths[i][1]);
  }
}

static void encodes_and_repairs(void) {
  char out[64];
  CHECK_BYTES(out, ecs_uri_encode(out, "a/b c~%\xC3\xBC", 9), "a%2Fb%20c~%25%C3%BC");
  CHECK_BYTES(out, ecs_uri_encode_path(out, "a/b c+", 6), "a/b%20c%2B");
  CHECK_BYTES(out, ecs_uri_repair(out, "a/b+c%2f%zz%a \"", 15), "a/b+c%2f%25zz%25a%20%22");
  ecs_uri_param params[8];
  const char *query = "b=2&a&&b=1&c==&=d";
  size_t count = ecs_uri_query(query, strlen(query), params, out);
  CHECK(count == 6 && ecs_uri_query_count(query, strlen(query)) == 6);
  ecs_uri_query_sort(params, count);
  CHECK_BYTES(params[0].key.bytes, params[0].key.size, "");
  CHECK_BYTES(params[1].value.bytes, params[1].value.size, "d");
  CHECK_BYTES(params[2].key.bytes, params[2].key.size, "a");
  CHECK_BYTES(params[3].value.bytes, params[3].value.size, "1");
  CHECK_BYTES(params[4].value.bytes, params[4].value.size, "2");
  CHECK_BYTES(params[5].value.bytes, params[5].value.size, "=");
}

static void writes_queries_as_servers_do(void) {
  char out[96];
  CHECK_BYTES(out, ecs_uri_recode(out, "a/b+c%2f%7e%zz%4", 16), "a%2Fb%20c%2F~%25zz%254");
  const char *query = "a/b=c=d/&e&%2f=\xC3\xBC&f=x+y;z 1%&=";
  CHECK_BYTES(out, ecs_uri_query_encode(out, query, strlen(query)),
              "a%2Fb=c%3Dd%2F&e&%2f=\xC3\xBC&f=x%20y%3Bz%201%25&=");
  ecs_uri_param params[2];
  CHECK(ecs_uri_query_recode("a/=b%2f&c", 9, params, out) == 2);
  CHECK_BYTES(params[0].key.bytes, params[0].key.size, "a%2F");
  CHECK_BYTES(params[0].value.bytes, params[0].value.size, "b%2F");
  CHECK(params[1].value.size == 0);
}

static void finds_control_characters_anywhere(void) {
  char line[40];
  bool found = true, missed = true;
  for (size_t size = 1; size < sizeof line; size++) {
    for (size_t at = 0; at < size; at++) {
      for (unsigned byte = 0; byte < 256; byte++) {
        memset(line, 'x', sizeof line);
        line[at] = (char)byte;
        bool control = byte < ' ' || byte == 0x7f;
        bool blank = byte <= ' ' || byte == 0x7f;
        found = found && ecs_uri_has_below(line, size, ' ') == control;
        missed = missed && ecs_uri_has_below(line, size, ' ' + 1) == blank;
      }
    }
  }
  CHECK(found);
  CHECK(missed);
  CHECK(!ecs_uri_has_below("", 0, ' '));
}

int main(void) {
  signs_the_documented_example();
  presigns_the_documented_example();
  derives_each_key_once();
  wipes_secrets_before_memory_goes_back();
  takes_no_memory_once_it_is_warm();
  says_what_is_wrong_without_secrets();
  reads_and_writes_every_day();
  normalizes_paths();
  encodes_and_repairs();
  writes_queries_as_servers_do();
  finds_control_characters_anywhere();
  return harness_end();
}

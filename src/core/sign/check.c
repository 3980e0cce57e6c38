#include "sign/check.h"

#include <string.h>

/* The characters of a token (RFC 9110, 5.6.2), in lower case; 0 for all others. */
static const char token[256] = {
    ['!'] = '!', ['#'] = '#', ['$'] = '$', ['%'] = '%', ['&'] = '&', ['\''] = '\'', ['*'] = '*', ['+'] = '+',
    ['-'] = '-', ['.'] = '.', ['^'] = '^', ['_'] = '_', ['`'] = '`', ['|'] = '|',   ['~'] = '~', ['0'] = '0',
    ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4', ['5'] = '5', ['6'] = '6',   ['7'] = '7', ['8'] = '8',
    ['9'] = '9', ['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd', ['E'] = 'e',   ['F'] = 'f', ['G'] = 'g',
    ['H'] = 'h', ['I'] = 'i', ['J'] = 'j', ['K'] = 'k', ['L'] = 'l', ['M'] = 'm',   ['N'] = 'n', ['O'] = 'o',
    ['P'] = 'p', ['Q'] = 'q', ['R'] = 'r', ['S'] = 's', ['T'] = 't', ['U'] = 'u',   ['V'] = 'v', ['W'] = 'w',
    ['X'] = 'x', ['Y'] = 'y', ['Z'] = 'z', ['a'] = 'a', ['b'] = 'b', ['c'] = 'c',   ['d'] = 'd', ['e'] = 'e',
    ['f'] = 'f', ['g'] = 'g', ['h'] = 'h', ['i'] = 'i', ['j'] = 'j', ['k'] = 'k',   ['l'] = 'l', ['m'] = 'm',
    ['n'] = 'n', ['o'] = 'o', ['p'] = 'p', ['q'] = 'q', ['r'] = 'r', ['s'] = 's',   ['t'] = 't', ['u'] = 'u',
    ['v'] = 'v', ['w'] = 'w', ['x'] = 'x', ['y'] = 'y', ['z'] = 'z',
};

bool ecs_sigv4_lower_name(char *out, ecs_sigv4_text name) {
  bool good = name.size > 0;
  for (size_t i = 0; i < name.size; i++) {
    out[i] = token[(unsigned char)name.bytes[i]];
    good = good && out[i] != 0;
  }
  return good;
}

const char *ecs_sigv4_check_method(ecs_sigv4_text method) {
  bool good = method.size > 0;
  for (size_t i = 0; i < method.size; i++)
    good = good && token[(unsigned char)method.bytes[i]] != 0;
  return good ? NULL : "request.method must be a word such as GET or POST";
}

/* Whether a text has blanks or control characters. */
static bool has_blanks(ecs_sigv4_text text) { return ecs_uri_has_below(text.bytes, text.size, ' ' + 1); }

/* Whether a text is neither empty nor has blanks, control characters or one of two others. */
static bool is_word(ecs_sigv4_text text, char other, char another) {
  if (text.size == 0 || has_blanks(text))
    return false;
  for (size_t i = 0; i < text.size; i++) {
    if (text.bytes[i] == other || text.bytes[i] == another)
      return false;
  }
  return true;
}

const char *ecs_sigv4_check_credentials(const ecs_sigv4_credentials *credentials) {
  if (credentials->access_key_id.size == 0)
    return "credentials.access_key_id is empty";
  if (!is_word(credentials->access_key_id, ',', ','))
    return "credentials.access_key_id has a blank, a comma or a control character (a line break at its end, perhaps)";
  if (credentials->secret_access_key.size == 0)
    return "credentials.secret_access_key is empty";
  if (has_blanks(credentials->secret_access_key))
    return "credentials.secret_access_key has a blank or a control character (a line break at its end, perhaps)";
  return NULL;
}

const char *ecs_sigv4_check_token(ecs_sigv4_text token) {
  if (has_blanks(token))
    return "credentials.session_token has a blank or a control character (a line break at its end, perhaps)";
  return NULL;
}

const char *ecs_sigv4_check_scope(const ecs_sigv4_options *options) {
  if (!is_word(options->service, '/', ','))
    return "options.service must be the signing name of a service, such as ecs";
  if (!is_word(options->region, '/', ','))
    return "options.region must be the name of a region, such as eu-west-1";
  return NULL;
}

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

ecs_sigv4_blanks ecs_sigv4_blanks_of(ecs_sigv4_text value) {
  if (!has_blanks(value))
    return ECS_SIGV4_CLEAN;
  bool folds = value.size > 0 && (is_blank(value.bytes[0]) || is_blank(value.bytes[value.size - 1]));
  char before = 0;
  for (size_t i = 0; i < value.size; i++) {
    char c = value.bytes[i];
    if ((unsigned char)c <= ' ' || c == 0x7f) {
      if (!is_blank(c))
        return ECS_SIGV4_CONTROL;
      folds = folds || c != ' ' || before == ' ';
    }
    before = c;
  }
  return folds ? ECS_SIGV4_BLANKS : ECS_SIGV4_CLEAN;
}

size_t ecs_sigv4_fold(char *out, ecs_sigv4_text value) {
  size_t size = 0, i = 0;
  while (i < value.size) {
    while (i < value.size && is_blank(value.bytes[i]))
      i++;
    size_t start = i;
    while (i < value.size && !is_blank(value.bytes[i]))
      i++;
    if (i > start && size > 0)
      out[size++] = ' ';
    memmove(out + size, value.bytes + start, i - start);
    size += i - start;
  }
  return size;
}

bool ecs_sigv4_is_unsigned_header(const char *name, size_t size) {
  static const ecs_sigv4_text names[] = {
      {"baggage", 7},     {"connection", 10},         {"expect", 6},
      {"keep-alive", 10}, {"proxy-authenticate", 18}, {"proxy-authorization", 19},
      {"te", 2},          {"traceparent", 11},        {"tracestate", 10},
      {"trailer", 7},     {"transfer-encoding", 17},  {"upgrade", 7},
      {"user-agent", 10}, {"x-amzn-trace-id", 15},
  };
  static const uint32_t sizes = 1 << 2 | 1 << 6 | 1 << 7 | 1 << 10 | 1 << 11 | 1 << 15 | 1 << 17 | 1 << 18 | 1 << 19;
  if (size > 19 || (sizes >> size & 1) == 0) /* most headers, at little cost */
    return false;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (names[i].size == size && memcmp(names[i].bytes, name, size) == 0)
      return true;
  }
  return false;
}

bool ecs_sigv4_is_s3(ecs_sigv4_text service) {
  static const ecs_sigv4_text names[] = {{"s3", 2}, {"s3express", 9}, {"s3-outposts", 11}, {"s3-object-lambda", 16}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (names[i].size == service.size && memcmp(names[i].bytes, service.bytes, service.size) == 0)
      return true;
  }
  return false;
}

ecs_sigv4_options ecs_sigv4_options_for(ecs_sigv4_text service, ecs_sigv4_text region) {
  bool s3 = ecs_sigv4_is_s3(service);
  return (ecs_sigv4_options){.service = service,
                             .region = region,
                             .expires = 3600,
                             .normalize_path = !s3,
                             .double_encode_path = !s3,
                             .sign_body = s3};
}

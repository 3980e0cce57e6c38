#include "base/uri.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What a byte is to a URL. */
enum { ILLEGAL = 0, LEGAL = 1, UNRESERVED = 2 };

/* RFC 3986 and, as everybody sends them in queries, the square brackets. The percent sign has a rule of its own. */
static const unsigned char classes[256] = {
    ['!'] = LEGAL,      ['$'] = LEGAL,      ['&'] = LEGAL,      ['\''] = LEGAL,     ['('] = LEGAL,
    [')'] = LEGAL,      ['*'] = LEGAL,      ['+'] = LEGAL,      [','] = LEGAL,      ['/'] = LEGAL,
    [':'] = LEGAL,      [';'] = LEGAL,      ['='] = LEGAL,      ['?'] = LEGAL,      ['@'] = LEGAL,
    ['['] = LEGAL,      [']'] = LEGAL,      ['-'] = UNRESERVED, ['.'] = UNRESERVED, ['_'] = UNRESERVED,
    ['~'] = UNRESERVED, ['0'] = UNRESERVED, ['1'] = UNRESERVED, ['2'] = UNRESERVED, ['3'] = UNRESERVED,
    ['4'] = UNRESERVED, ['5'] = UNRESERVED, ['6'] = UNRESERVED, ['7'] = UNRESERVED, ['8'] = UNRESERVED,
    ['9'] = UNRESERVED, ['A'] = UNRESERVED, ['B'] = UNRESERVED, ['C'] = UNRESERVED, ['D'] = UNRESERVED,
    ['E'] = UNRESERVED, ['F'] = UNRESERVED, ['G'] = UNRESERVED, ['H'] = UNRESERVED, ['I'] = UNRESERVED,
    ['J'] = UNRESERVED, ['K'] = UNRESERVED, ['L'] = UNRESERVED, ['M'] = UNRESERVED, ['N'] = UNRESERVED,
    ['O'] = UNRESERVED, ['P'] = UNRESERVED, ['Q'] = UNRESERVED, ['R'] = UNRESERVED, ['S'] = UNRESERVED,
    ['T'] = UNRESERVED, ['U'] = UNRESERVED, ['V'] = UNRESERVED, ['W'] = UNRESERVED, ['X'] = UNRESERVED,
    ['Y'] = UNRESERVED, ['Z'] = UNRESERVED, ['a'] = UNRESERVED, ['b'] = UNRESERVED, ['c'] = UNRESERVED,
    ['d'] = UNRESERVED, ['e'] = UNRESERVED, ['f'] = UNRESERVED, ['g'] = UNRESERVED, ['h'] = UNRESERVED,
    ['i'] = UNRESERVED, ['j'] = UNRESERVED, ['k'] = UNRESERVED, ['l'] = UNRESERVED, ['m'] = UNRESERVED,
    ['n'] = UNRESERVED, ['o'] = UNRESERVED, ['p'] = UNRESERVED, ['q'] = UNRESERVED, ['r'] = UNRESERVED,
    ['s'] = UNRESERVED, ['t'] = UNRESERVED, ['u'] = UNRESERVED, ['v'] = UNRESERVED, ['w'] = UNRESERVED,
    ['x'] = UNRESERVED, ['y'] = UNRESERVED, ['z'] = UNRESERVED,
};

static bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

static char *escape(char *out, char byte) {
  static const char digits[] = "0123456789ABCDEF";
  *out++ = '%';
  *out++ = digits[(unsigned char)byte >> 4];
  *out++ = digits[(unsigned char)byte & 15];
  return out;
}

static size_t encode(char *out, const char *text, size_t size, char kept) {
  char *start = out;
  for (size_t i = 0; i < size; i++) {
    if (classes[(unsigned char)text[i]] == UNRESERVED || text[i] == kept)
      *out++ = text[i];
    else
      out = escape(out, text[i]);
  }
  return (size_t)(out - start);
}

size_t ecs_uri_encode(char *out, const char *text, size_t size) { return encode(out, text, size, '-'); }

size_t ecs_uri_encode_path(char *out, const char *path, size_t size) { return encode(out, path, size, '/'); }

/* Whether a percent sign and two hexadecimal digits stand at `at`. */
static bool is_escape(const char *at, size_t left) {
  return at[0] == '%' && left > 2 && is_hex(at[1]) && is_hex(at[2]);
}

size_t ecs_uri_repair(char *out, const char *text, size_t size) {
  char *start = out;
  for (size_t i = 0; i < size; i++) {
    if (is_escape(text + i, size - i) || classes[(unsigned char)text[i]] != ILLEGAL)
      *out++ = text[i];
    else
      out = escape(out, text[i]);
  }
  return (size_t)(out - start);
}

static unsigned hex_value(char c) { return (unsigned)(c <= '9' ? c - '0' : lower(c) - 'a' + 10); }

size_t ecs_uri_recode(char *out, const char *text, size_t size) {
  char *start = out;
  for (size_t i = 0; i < size; i++) {
    char byte = text[i] == '+' ? ' ' : text[i];
    if (is_escape(text + i, size - i)) {
      byte = (char)(hex_value(text[i + 1]) << 4 | hex_value(text[i + 2]));
      i += 2;
    }
    out += encode(out, &byte, 1, '-');
  }
  return (size_t)(out - start);
}

size_t ecs_uri_query_encode(char *out, const char *query, size_t size) {
  char *start = out;
  bool in_value = false;
  for (size_t i = 0; i < size; i++) {
    bool ends = query[i] == '&', divides = query[i] == '=' && !in_value;
    in_value = !ends && (in_value || divides);
    if (ends || divides || is_escape(query + i, size - i) || (unsigned char)query[i] > 127)
      *out++ = query[i];
    else if (query[i] == '+')
      out = escape(out, ' ');
    else
      out += encode(out, query + i, 1, '-');
  }
  return (size_t)(out - start);
}

#define EACH_BYTE 0x0101010101010101u

bool ecs_uri_has_below(const char *text, size_t size, unsigned limit) {
  uint64_t found = 0, word;
  if (size < sizeof word) {
    for (size_t i = 0; i < size; i++)
      found |= (unsigned char)text[i] < limit || text[i] == 0x7f;
    return found != 0;
  }
  for (size_t i = 0;; i += sizeof word) {
    if (i > size - sizeof word)
      i = size - sizeof word; /* the last eight, some of them again */
    memcpy(&word, text + i, sizeof word);
    uint64_t delete = word ^ (EACH_BYTE * 0x7f);
    /* The high bit of a byte of x - 1 & ~x is set for some byte exactly when one is 0; likewise for those below. */
    found |= ((word - EACH_BYTE * limit) & ~word) | ((delete - EACH_BYTE) & ~delete);
    if (i == size - sizeof word)
      return (found & (EACH_BYTE << 7)) != 0;
  }
}

/* Host and port of what stands between // and the path. */
static const char *split_authority(const char *text, size_t size, ecs_uri *uri) {
  for (const char *at; size > 0 && (at = memchr(text, '@', size)) != NULL;) {
    size -= (size_t)(at + 1 - text); /* user:password@ is not part of the host */
    text = at + 1;
  }
  size_t host = 0;
  if (size > 0 && text[0] == '[') {
    const char *end = memchr(text, ']', size);
    if (end == NULL)
      return "the IPv6 address of the URL has no closing bracket";
    host = (size_t)(end - text) + 1;
    for (size_t i = 1; i + 1 < host; i++) {
      if (!is_hex(text[i]) && text[i] != ':' && text[i] != '.')
        return "the IPv6 address of the URL has characters that none has";
    }
  } else {
    while (host < size && text[host] != ':') {
      if (classes[(unsigned char)text[host++]] == ILLEGAL)
        return "the host of the URL has characters that no host name has";
    }
  }
  if (host == 0)
    return "the URL has no host";
  if (host < size && text[host] != ':')
    return "something other than a port follows the host of the URL";
  uri->host = (ecs_uri_part){text, host};
  uri->port = (ecs_uri_part){text + host, 0};
  if (host < size)
    uri->port = (ecs_uri_part){text + host + 1, size - host - 1};
  unsigned port = 0;
  for (size_t i = 0; i < uri->port.size; i++) {
    port = port * 10 + (unsigned)(uri->port.bytes[i] - '0');
    if (uri->port.bytes[i] < '0' || uri->port.bytes[i] > '9' || port > 65535)
      return "the port of the URL is not a number below 65536";
  }
  return NULL;
}

static bool is_scheme(const ecs_uri *uri, const char *name) {
  if (uri->scheme.size != strlen(name))
    return false;
  for (size_t i = 0; i < uri->scheme.size; i++) {
    if (lower(uri->scheme.bytes[i]) != name[i])
      return false;
  }
  return true;
}

/* The end of what begins at `start`: the next / or ?, or the end of the URL. */
static size_t authority_end(const char *url, size_t size, size_t start) {
  while (start < size && url[start] != '/' && url[start] != '?')
    start++;
  return start;
}

const char *ecs_uri_split(const char *url, size_t size, ecs_uri *uri) {
  *uri = (ecs_uri){0};
  if (ecs_uri_has_below(url, size, ' '))
    return "the URL has control characters (a line break, perhaps)";
  const char *fragment = size > 0 ? memchr(url, '#', size) : NULL;
  if (fragment != NULL)
    size = (size_t)(fragment - url);
  size_t scheme = 0;
  while (scheme < size && url[scheme] != ':')
    scheme++;
  uri->scheme = (ecs_uri_part){url, scheme};
  if (size - scheme < 3 || memcmp(url + scheme, "://", 3) != 0 || (!is_scheme(uri, "https") && !is_scheme(uri, "http")))
    return "the URL does not begin with https:// or http://";
  size_t start = scheme + 3, end = authority_end(url, size, start);
  const char *problem = split_authority(url + start, end - start, uri);
  if (problem != NULL)
    return problem;
  start = end;
  while (end < size && url[end] != '?')
    end++;
  uri->path = (ecs_uri_part){url + start, end - start};
  uri->has_query = end < size;
  uri->query = (ecs_uri_part){url + end + uri->has_query, size - end - uri->has_query};
  uri->address = (ecs_uri_part){url, size};
  return NULL;
}

size_t ecs_uri_host(const ecs_uri *uri, char *out) {
  const ecs_uri_part *port = &uri->port;
  size_t size = uri->host.size;
  for (size_t i = 0; i < size; i++)
    out[i] = lower(uri->host.bytes[i]);
  bool https = uri->scheme.size == 5;
  bool usual = https ? port->size == 3 && memcmp(port->bytes, "443", 3) == 0
                     : port->size == 2 && memcmp(port->bytes, "80", 2) == 0;
  if (port->size > 0 && !usual) {
    out[size++] = ':';
    memcpy(out + size, port->bytes, port->size);
    size += port->size;
  }
  return size;
}

/* Where the output ends without its last segment. */
static size_t without_segment(const char *out, size_t size) {
  while (size > 0 && out[size - 1] != '/')
    size--;
  return size > 0 ? size - 1 : 0;
}

size_t ecs_uri_normalize(char *out, const char *path, size_t size) {
  bool slash_at_end = size > 0 && path[size - 1] == '/';
  size_t made = 0, i = 0;
  while (i < size) {
    size_t start = i;
    while (i < size && path[i] != '/')
      i++;
    size_t length = i - start;
    if (length == 2 && path[start] == '.' && path[start + 1] == '.') {
      made = without_segment(out, made);
    } else if (length > 0 && !(length == 1 && path[start] == '.')) {
      /* What was read is at least as long as what is written with its slash, so `out` may be `path`, except before a
      ** first segment that no slash precedes; ecs_uri_split makes no such path. */
      memmove(out + made + 1, path + start, length);
      out[made] = '/';
      made += length + 1;
    }
    i++;
  }
  if (made == 0 || slash_at_end)
    out[made++] = '/';
  return made;
}

size_t ecs_uri_query_count(const char *query, size_t size) {
  size_t count = size > 0 ? 1 : 0;
  for (size_t i = 0; i < size; i++)
    count += query[i] == '&';
  return count;
}

typedef size_t writer(char *out, const char *text, size_t size);

static ecs_uri_part write_part(char **out, const char *text, size_t size, writer *write) {
  ecs_uri_part part = {*out, write(*out, text, size)};
  *out += part.size;
  return part;
}

static size_t split_query(const char *query, size_t size, ecs_uri_param *params, char *out, writer *write) {
  size_t count = 0, i = 0;
  while (size > 0 && i <= size) {
    size_t start = i, equals;
    while (i < size && query[i] != '&')
      i++;
    for (equals = start; equals < i && query[equals] != '=';)
      equals++;
    size_t value = equals < i ? equals + 1 : i;
    params[count].key = write_part(&out, query + start, equals - start, write);
    params[count++].value = write_part(&out, query + value, i - value, write);
    i++;
  }
  return count;
}

size_t ecs_uri_query(const char *query, size_t size, ecs_uri_param *params, char *out) {
  return split_query(query, size, params, out, ecs_uri_repair);
}

size_t ecs_uri_query_recode(const char *query, size_t size, ecs_uri_param *params, char *out) {
  return split_query(query, size, params, out, ecs_uri_recode);
}

static int compare_parts(const ecs_uri_part *a, const ecs_uri_part *b) {
  int order = memcmp(a->bytes, b->bytes, a->size < b->size ? a->size : b->size);
  return order != 0 ? order : (a->size > b->size) - (a->size < b->size);
}

static int compare_params(const void *one, const void *other) {
  const ecs_uri_param *a = one, *b = other;
  int order = compare_parts(&a->key, &b->key);
  return order != 0 ? order : compare_parts(&a->value, &b->value);
}

void ecs_uri_query_sort(ecs_uri_param *params, size_t count) {
  if (count > 1)
    qsort(params, count, sizeof *params, compare_params);
}

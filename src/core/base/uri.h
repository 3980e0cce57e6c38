/* uri: a URL in its parts, and the parts as signatures need them. Nothing here allocates: results either point into
** the input or go to `out`, which the caller made large enough (each function says how large). */
#ifndef ECS_URI_H
#define ECS_URI_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A piece of text that somebody else owns; not NUL-terminated. */
typedef struct ecs_uri_part {
  const char *bytes;
  size_t size;
} ecs_uri_part;

typedef struct ecs_uri {
  ecs_uri_part scheme;  /* as written, without the colon */
  ecs_uri_part host;    /* as written; an IPv6 address with its brackets */
  ecs_uri_part port;    /* digits; empty when absent */
  ecs_uri_part path;    /* as written; empty or beginning with a slash */
  ecs_uri_part query;   /* as written, without the question mark */
  ecs_uri_part address; /* everything before the fragment */
  bool has_query;       /* whether there was a question mark */
} ecs_uri;

typedef struct ecs_uri_param {
  ecs_uri_part key, value;
} ecs_uri_param;

/* Whether a text has bytes below `limit` (at most 128) or the byte 127: with ' ' control characters, with ' ' + 1 also
** blanks. Eight bytes at a time, because every signature looks through all it signs. */
bool ecs_uri_has_below(const char *text, size_t size, unsigned limit);

/* Splits an http or https URL. NULL when it is one, else what is wrong with it, in words. */
const char *ecs_uri_split(const char *url, size_t size, ecs_uri *uri);

/* The Host header for the URL: lower case, the port only when it is not the scheme's own. `out` has room for host and
** port and one byte. Answers the size. */
size_t ecs_uri_host(const ecs_uri *uri, char *out);

/* Percent-encodes all but the unreserved characters of RFC 3986 (and, for a path, the slash). `out` has room for
** 3 * size bytes. Answers the size. */
size_t ecs_uri_encode(char *out, const char *text, size_t size);
size_t ecs_uri_encode_path(char *out, const char *path, size_t size);

/* Percent-encodes only what cannot stand in a URL at all (blanks, control characters, bytes beyond ASCII, "<>\^`{|}
** and a percent sign without two hexadecimal digits): text that is a part of a URL already stays as it is. `out` has
** room for 3 * size bytes. Answers the size. */
size_t ecs_uri_repair(char *out, const char *text, size_t size);

/* A part of a query as a server writes it that has decoded it (a plus sign is a blank there) and encodes it again: all
** but the unreserved characters as escapes in capital letters. `out` has room for 3 * size bytes. Answers the size. */
size_t ecs_uri_recode(char *out, const char *text, size_t size);

/* A whole query so that all servers read the same in it: what is reserved within a name or a value becomes an escape, a
** plus sign the blank that it stands for; escapes, bytes beyond ASCII and the order stay. `out` has room for 3 * size
** bytes. Answers the size. */
size_t ecs_uri_query_encode(char *out, const char *query, size_t size);

/* Removes . and .. (RFC 3986, section 5.2.4) and empty segments, as AWS's services do. A path that ends in . or ..
** ends without a slash. Never empty: at least "/". `out` has room for size + 1 bytes and may be `path`. */
size_t ecs_uri_normalize(char *out, const char *path, size_t size);

/* How many parameters a query has, at most. */
size_t ecs_uri_query_count(const char *query, size_t size);

/* Splits and repairs a query: `params` has room for ecs_uri_query_count of them, `out` for 3 * size bytes, and must
** live as long as the parameters. Answers how many there are. A key without a value has an empty value. */
size_t ecs_uri_query(const char *query, size_t size, ecs_uri_param *params, char *out);

/* The same with ecs_uri_recode. */
size_t ecs_uri_query_recode(const char *query, size_t size, ecs_uri_param *params, char *out);

/* Sorts parameters by the bytes of the key, then of the value. */
void ecs_uri_query_sort(ecs_uri_param *params, size_t count);

#ifdef __cplusplus
}
#endif

#endif

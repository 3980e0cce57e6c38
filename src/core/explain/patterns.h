/* patterns: the small pattern language of rules.c, and names that stand in ECS's texts. */
#ifndef ECS_EXPLAIN_PATTERNS_H
#define ECS_EXPLAIN_PATTERNS_H

#include "base/value.h"

typedef struct ecs_words {
  const char *bytes;
  size_t size;
} ecs_words;

/* A string's bytes, cut to what ECS may write and more (4,096 bytes); {NULL, 0} for anything else. */
ecs_words ecs_words_of(const ecs_value *value);

/* Whether `text` contains the pattern, letters compared without case. `*` is any run of bytes, `|` separates
** alternatives. `whole`: the text must be the pattern. */
bool ecs_words_matches(ecs_words text, const char *pattern, bool whole);

/* How to find a name in a text: what stands before it (`*` allowed), where it ends (`until`, a byte; 0: at white space,
** a quote, a bracket or a comma), what it must contain, and whether `before` is part of it. */
typedef struct ecs_words_find {
  const char *name, *before, *must;
  char until;
  bool keep;
} ecs_words_find;

/* The name, or {NULL, 0}. */
ecs_words ecs_words_capture(ecs_words text, const ecs_words_find *find);

/* Answers what {name} in a template stands for, or NULL. */
typedef const char *ecs_words_lookup(const void *context, const char *name);

/* Fills a template: {name} is looked up, and what stands in [ ] is left out when a name in it is not known. */
const char *ecs_words_fill(ecs_arena *arena, const char *template, ecs_words_lookup *lookup, const void *context);

/* The text as it is, at most `most` bytes of it, without control characters and cut between characters. */
const char *ecs_words_plain(ecs_arena *arena, ecs_words text, size_t most);

/* Seconds since 1970 of a number or an ISO 8601 text; below 0 when there is none. */
double ecs_words_time(const ecs_value *value);

/* "2026-01-01T00:01:07Z" */
const char *ecs_words_iso(ecs_arena *arena, double time);

#endif

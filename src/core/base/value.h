/* value: the tree that travels through the core: what a Lua table, a JSON answer or a request
** body is while the core looks at it. Every node lives in an arena; trees may share nodes.
**
** Constructors never answer NULL: without memory they answer the (immutable) null value, on
** which setters do nothing, and the arena remembers that it failed. Readers accept NULL
** wherever a value is expected and treat it as null. */
#ifndef ECS_VALUE_H
#define ECS_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ECS_VALUE_MAX_DEPTH 64           /* nesting of lists and maps */
#define ECS_VALUE_MAX_NODES 4000000      /* nodes of one tree that comes from outside */
#define ECS_VALUE_EXACT 9007199254740992 /* 2^53: doubles below it are exact integers */

typedef enum ecs_type {
  ECS_NULL = 0,
  ECS_BOOL,
  ECS_INT,
  ECS_DOUBLE, /* never a whole number below 2^53: those are ECS_INT */
  ECS_STRING, /* any bytes, with a length; a NUL follows them for convenience */
  ECS_LIST,
  ECS_MAP /* keys are unique and sorted by their bytes */
} ecs_type;

typedef struct ecs_value ecs_value;

typedef struct ecs_entry {
  const char *key; /* NUL-terminated; may hold further NULs */
  size_t size;
  ecs_value *value;
} ecs_entry;

/* Plain data for reading. Change it only by the functions below. */
struct ecs_value {
  ecs_type type;
  union {
    bool boolean;
    int64_t integer;
    double number;
    struct {
      const char *bytes;
      size_t size;
    } string;
    struct {
      ecs_value **items;
      size_t count, room;
    } list;
    struct {
      ecs_entry *entries;
      size_t count, room;
    } map;
  } as;
};

/* Constructors. Text is copied. */
ecs_value *ecs_value_null(ecs_arena *arena);
ecs_value *ecs_value_bool(ecs_arena *arena, bool boolean);
ecs_value *ecs_value_int(ecs_arena *arena, int64_t integer);
ecs_value *ecs_value_number(ecs_arena *arena, double number); /* whole ones become ECS_INT */
ecs_value *ecs_value_string(ecs_arena *arena, const char *bytes, size_t size);
ecs_value *ecs_value_text(ecs_arena *arena, const char *text); /* text NULL: the null value */
ecs_value *ecs_value_within(ecs_arena *arena, const char *bytes,
                            size_t size); /* not copied: lives with it, a NUL after it */
ecs_value *ecs_value_format(ecs_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
ecs_value *ecs_value_list(ecs_arena *arena);
ecs_value *ecs_value_map(ecs_arena *arena);
ecs_value *ecs_value_copy(ecs_arena *arena, const ecs_value *value); /* deep */
ecs_value *ecs_value_shallow(ecs_arena *arena,
                             const ecs_value *value); /* top level only: members and keys stay where they are */

/* Setters. A NULL `value` is stored as null. ecs_value_set replaces; ecs_value_drop removes. */
void ecs_value_push(ecs_arena *arena, ecs_value *list, ecs_value *value);
void ecs_value_set(ecs_arena *arena, ecs_value *map, const char *key, ecs_value *value);
void ecs_value_setn(ecs_arena *arena, ecs_value *map, const char *key, size_t size, ecs_value *value);
/* ecs_value_set of a string; a NULL `text` is not stored at all. */
void ecs_value_set_text(ecs_arena *arena, ecs_value *map, const char *key, const char *text);
/* ecs_value_set without a copy of the key, which outlives the map: the name of a row. */
void ecs_value_set_row(ecs_arena *arena, ecs_value *map, const char *key, ecs_value *value);
void ecs_value_drop(ecs_value *map, const char *key);
/* Sets at a dotted path ("deploymentConfiguration.alarms"), making the maps on the way. */
void ecs_value_set_path(ecs_arena *arena, ecs_value *map, const char *path, ecs_value *value);

/* Readers. */
ecs_value *ecs_value_get(const ecs_value *map, const char *key);               /* NULL: absent */
ecs_value *ecs_value_getn(const ecs_value *map, const char *key, size_t size); /* NULL: absent */
ecs_value *ecs_value_get_path(const ecs_value *map, const char *dotted);       /* NULL: absent */
ecs_value *ecs_value_at(const ecs_value *list, size_t index);                  /* from 0; NULL: absent */
size_t ecs_value_count(const ecs_value *value);                                /* items or entries; else 0 */
bool ecs_value_is(const ecs_value *value, ecs_type type);                      /* NULL is ECS_NULL */
bool ecs_value_is_null(const ecs_value *value);                                /* NULL or ECS_NULL */
const ecs_value *ecs_value_unless_null(const ecs_value *value);                /* NULL for the null value too */
bool ecs_value_is_empty(const ecs_value *value); /* null, "" , or a list or map without members */
bool ecs_value_true(const ecs_value *value);     /* is the boolean true */
int64_t ecs_value_int_or(const ecs_value *value, int64_t otherwise);
double ecs_value_number_or(const ecs_value *value, double otherwise); /* ECS_INT or ECS_DOUBLE */
/* No less than `least` and no more than `most`: to be reckoned with without overflow, whoever said it. */
int64_t ecs_value_int_within(const ecs_value *value, int64_t least, int64_t most, int64_t otherwise);
const char *ecs_value_text_or(const ecs_value *value, const char *otherwise);
bool ecs_value_is_text(const ecs_value *value, const char *text);   /* is exactly this string */
bool ecs_value_holds_text(const ecs_value *list, const char *text); /* one of its items is */

/* Equality and a total order (type, then content); an empty list equals an empty map. */
bool ecs_value_equal(const ecs_value *a, const ecs_value *b);
int ecs_value_compare(const ecs_value *a, const ecs_value *b);
void ecs_value_sort(ecs_value *list); /* in that order, where it stands; what is no list stays as it is */

/* What a person calls the value's type: "a string", "a list", … */
const char *ecs_value_type_name(const ecs_value *value);

#ifdef __cplusplus
}
#endif

#endif

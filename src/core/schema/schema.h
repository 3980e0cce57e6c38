/* schema: one row per argument. What the core knows of an argument stands in its row (a kind has a table of them:
** resource.h) or in a function that the row names; everything else is a loop over rows. */
#ifndef ECS_SCHEMA_H
#define ECS_SCHEMA_H

#include "base/diag.h"
#include "base/value.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ecs_kind {
  ECS_KIND_BOOL,
  ECS_KIND_INT,
  ECS_KIND_NUMBER, /* in steps: row->scale of them make 1 */
  ECS_KIND_STRING,
  ECS_KIND_DURATION, /* "20m", "1h30m" or seconds; normalised to integer seconds */
  ECS_KIND_STRING_LIST,
  ECS_KIND_STRING_SET,
  ECS_KIND_STRING_MAP,
  ECS_KIND_INT_LIST,
  ECS_KIND_DOCUMENT,   /* any JSON, as a value of Lua or as text; normalised to the value */
  ECS_KIND_BLOCK,      /* one table with rows of its own */
  ECS_KIND_BLOCK_LIST, /* a list of such tables; order matters */
  ECS_KIND_BLOCK_SET,  /* a list of such tables without order and duplicates */
  ECS_KIND_BLOCK_MAP   /* such tables by names of the user's choice */
} ecs_kind;

enum {
  ECS_REQUIRED = 1 << 0,
  ECS_COMPUTED = 1 << 1,     /* AWS chooses when it is not configured: keeps what AWS has */
  ECS_REPLACES = 1 << 2,     /* a change replaces what is declared */
  ECS_DEPLOYS = 1 << 3,      /* a change starts a new deployment */
  ECS_LOCAL = 1 << 4,        /* no property at AWS: recorded only, or meta */
  ECS_META = 1 << 5,         /* steers this tool (lifecycle, depends_on, timeouts): never an attribute change */
  ECS_SECRET = 1 << 6,       /* its value is never shown */
  ECS_READONLY = 1 << 7,     /* an attribute: may not be configured (id, tags_all) */
  ECS_TAGS = 1 << 8,         /* changes by TagResource and UntagResource */
  ECS_NEXT_DEPLOY = 1 << 9,  /* AWS applies a change at the next deployment only */
  ECS_SECRET_KEYS = 1 << 10, /* a map: what its keys call a secret is never shown */
  ECS_IDENTIFIES = 1 << 11,  /* says which one it is: the old and the new one can stand side by side */
  ECS_SPREAD = 1 << 12,      /* a block whose members stand in a structure that other rows share */
  ECS_TOLD_WHOLE = 1 << 13,  /* a block: an answer that speaks of it leaves nothing of it out */
  ECS_LATE = 1 << 14,        /* earlier versions carried it, without a word of it in their states: what AWS has, and no
                                state and no declaration speaks of, stays */
  ECS_OWN_FLAG = 1 << 16     /* from here on, a kind may have flags of its own */
};

typedef struct ecs_row ecs_row;
typedef struct ecs_resource ecs_resource;   /* resource.h */
typedef struct ecs_plan_rule ecs_plan_rule; /* plan/rules.h */

/* The surroundings of a comparison or a check. */
typedef struct ecs_context {
  const ecs_resource *kind;                    /* of what is declared; the functions that are given a kind set it */
  const ecs_value *config;                     /* the whole table being looked at (may be NULL) */
  const ecs_value *attributes;                 /* what it has (may be NULL) */
  const char *partition, *region, *account_id; /* may be NULL: unknown */
  const char *latest_task_definition; /* ARN of the newest ACTIVE revision of the configured family, when known */
} ecs_context;

typedef bool ecs_equal_fn(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context);
typedef ecs_value *ecs_convert_fn(ecs_arena *arena, const ecs_row *row, const ecs_value *value,
                                  const ecs_context *context);
/* What a check looks at. Checks across arguments read the table as the user wrote it, whatever is wrong in it, through
** context->config. */
typedef struct ecs_check {
  const ecs_row *row;
  const ecs_value *value; /* of the right kind already; NULL: not given */
  const ecs_context *context;
  const char *path; /* of the value */
  ecs_diags *diags; /* where to append what is wrong */
} ecs_check;
typedef void ecs_check_fn(const ecs_check *c);

/* Where the row's structure stands in what AWS answers. */
typedef const ecs_value *ecs_source_fn(const ecs_row *row, const ecs_value *answer);

/* Whether a value of the row belongs into a request; `traits` are those that the kind found (resource.h). */
typedef bool ecs_sent_fn(const ecs_value *value, const void *traits);

/* How an answer that does not hold the row, or holds it unasked, is to be read. */
typedef enum ecs_speaking {
  ECS_SPEAKS,    /* by what stands in the answer; an absent member says nothing */
  ECS_SAYS_NONE, /* the absence says that there is none */
  ECS_NOT_OURS   /* what stands there was not declared and is not recorded */
} ecs_speaking;
typedef ecs_speaking ecs_speaking_fn(const ecs_value *answer, const ecs_value *form, const ecs_value *previous);

struct ecs_row {
  const char *name;
  ecs_kind kind;
  unsigned flags;
  const char *fallback;        /* the default as the text of a Lua literal: "0", "false", "\"REPLICA\"", NULL: none */
  int64_t minimum, maximum;    /* int: range when minimum <= maximum and one is not 0; number: the same in steps;
                                   string: length */
  int64_t scale;               /* of a number: how many steps make 1 */
  size_t min_items, max_items; /* of lists, sets, maps; max 0: no limit */
  const char *const *choices;  /* NULL-terminated enumeration, or NULL; of a set of strings: what its items may be */
  const char *const
      *misfits;             /* NULL-terminated pairs: what is no choice although others have it, what to do; or NULL */
  const char *pattern_hint; /* in words, with `check` doing the work */
  const char *arn_service;  /* the value must be an ARN of this service ("" any service), or NULL */
  const char *const *conflicts;     /* NULL-terminated names of arguments beside it, or NULL */
  const char *const *requires_with; /* NULL-terminated names that must be set too, or NULL */
  const char *const *only_while;    /* a member beside it, and the value that gives it a meaning; or NULL */
  ecs_check_fn *check;              /* cross rules and patterns */
  ecs_equal_fn *equal;              /* NULL: by kind (exact; sets without order) */
  ecs_convert_fn *normalise;        /* NULL: by kind; gets what the user wrote, before its kind is checked */
  const char *create;               /* dotted place in a create, NULL: not sent; nested rows: name within the block */
  const char *update;               /* dotted place in an update, NULL: not sent */
  const char *answer;               /* dotted place in an answer, NULL: not read */
  ecs_source_fn *source;            /* stands for `answer` where the structure stands elsewhere */
  ecs_source_fn *former;       /* where it stood before what `source` shows has failed; may be NULL, and answer NULL */
  ecs_convert_fn *to_wire;     /* NULL: by kind (set and list as list, block by its rows); NULL result: not sent */
  ecs_convert_fn *from_wire;   /* NULL: by kind; gets the whole answer for top level rows with answer NULL,
                                else the value at `answer`; may answer NULL: not spoken of */
  ecs_convert_fn *removed;     /* what an update sends when the argument was removed; NULL result: nothing;
                                NULL function: by kind ([] for lists and sets, the fallback for scalars) */
  const ecs_row *rows;         /* of a block, closed by a row without name */
  const char *const *identity; /* of lists of blocks: the members, all of them, by which an element is known to be the
                                  one that AWS has; NULL: its place */
  const char *const *identity_else; /* those of an element that has none of them; or NULL */
  const char *ours;     /* of lists of blocks: what AWS has without this member is not the argument's: it is not read,
                                and stays when the list is sent */
  const char *doc;      /* one line */
  const char *since;    /* edition of the reference document: "5.x" */
  ecs_check_fn *each;   /* of blocks: a check of every single block; `check` sees the list of them */
  ecs_check_fn *absent; /* a check when the argument is not set; its value is NULL */
  ecs_sent_fn *sent;    /* NULL: always */
  ecs_speaking_fn *speaking; /* NULL: it speaks by what stands in the answer */
  const char *left_to;       /* who may own the value once there is one ("autoscaled"): { autoscaled = 4 } stands for 4
                                where there is none yet, and for what there is from then on; or NULL */
  const char *implied;       /* what its absence means, as the text of a Lua literal, where that is not sent; or NULL */
  const char *pair; /* of a map of texts that the API has as a list of { name, … }: what the value is called there */
  const char *otherwise;     /* the member beside it whose value it has while it is not set, or NULL */
  const ecs_plan_rule *plan; /* what planning must know beyond the flags, or NULL */
};

/* The row of that name, or NULL. */
const ecs_row *ecs_schema_find(const ecs_row *rows, const char *name);

/* Whether `name` is among `names`, which NULL ends (or NULL: none). */
bool ecs_schema_names(const char *const *names, const char *name);

/* The members by which an element of the row's list is known, as the API spells it (`wire`) or as the argument does; NULL:
** by its place. */
const char *const *ecs_schema_identity(const ecs_row *row, const ecs_value *element, bool wire);

/* A member of an identity as one text: of a list, its items in their order. */
const char *ecs_schema_known_by(ecs_arena *arena, const ecs_value *value);

/* Whether the row means something in the block, by what it may stand only_while. */
bool ecs_schema_applies(const ecs_row *row, const ecs_value *block);

/* Whether the row is a list or a set of blocks. */
bool ecs_schema_is_list(const ecs_row *row);

/* What a value that is left to another begins with; NULL where it is not left. */
ecs_value *ecs_schema_left(const ecs_row *row, const ecs_value *value);

/* The fallback of a row as a value; NULL when it has none. */
ecs_value *ecs_schema_fallback(ecs_arena *arena, const ecs_row *row);

/* The row that is called `name` in a request, or NULL. */
const ecs_row *ecs_schema_by_wire(const ecs_row *rows, const char *name, size_t size);

/* Normalises a row: one text where a list of texts stands. */
ecs_convert_fn ecs_schema_accept_one;

/* Normalises a row: what the API has as text may be a whole number. */
ecs_convert_fn ecs_schema_number_as_text;

/* Whether a key of a map with ECS_SECRET_KEYS says that its value is secret. */
bool ecs_schema_is_secret_key(const char *key);

#ifdef __cplusplus
}
#endif

#endif

#include "task_definition/spelling.h"

#include <string.h>

#include "base/json_read.h"
#include "task_definition/rules.h"

typedef struct speller {
  ecs_arena *arena;
  ecs_diags *diags;
  ecs_path path;
} speller;

static ecs_value *spell_block(speller *s, const ecs_row *rows, const ecs_value *given);

bool ecs_definition_is_answered(const char *name) {
  static const char *const answered[] = {"taskDefinitionArn",
                                         "task_definition_arn",
                                         "revision",
                                         "status",
                                         "requiresAttributes",
                                         "requires_attributes",
                                         "compatibilities",
                                         "registeredAt",
                                         "registered_at",
                                         "registeredBy",
                                         "registered_by",
                                         "deregisteredAt",
                                         "deregistered_at",
                                         "deleteRequestedAt",
                                         "delete_requested_at",
                                         "arn",
                                         "arn_without_revision",
                                         "id",
                                         "tags_all"};
  for (size_t i = 0; i < sizeof answered / sizeof *answered; i++) {
    if (strcmp(answered[i], name) == 0)
      return true;
  }
  return false;
}

/* Whether `name` is `api` (camelCase) with underscores: "containerPort" and "container_port". */
static bool is_snake_of(const char *api, const char *name) {
  for (; *api != '\0'; api++, name++) {
    if (*api >= 'A' && *api <= 'Z' && *name == '_')
      name++;
    char small = *api >= 'A' && *api <= 'Z' ? (char)(*api + ('a' - 'A')) : *api;
    if (*name != small)
      return false;
  }
  return *name == '\0';
}

/* Whether a name is that of a member of the API in either spelling. */
static bool is_name_of(const char *api, const char *name) { return strcmp(name, api) == 0 || is_snake_of(api, name); }

/* The row that a name means in either spelling, or NULL. */
static const ecs_row *meant(const ecs_row *rows, const char *name) {
  const ecs_row *found = ecs_schema_find(rows, name);
  for (const ecs_row *row = rows; found == NULL && row->name != NULL; row++) {
    if (row->create != NULL && is_name_of(row->create, name))
      found = row;
  }
  return found;
}

/* Whether an element of a list says nothing at all: null, {} or { containerPath = null }. */
static bool is_blank(const ecs_value *value) {
  if (ecs_value_is_null(value))
    return true;
  if (ecs_value_is(value, ECS_LIST))
    return ecs_value_count(value) == 0;
  for (size_t i = 0; ecs_value_is(value, ECS_MAP) && i < value->as.map.count; i++) {
    if (!ecs_value_is_null(value->as.map.entries[i].value))
      return false;
  }
  return ecs_value_is(value, ECS_MAP);
}

/* A map of texts; numbers become texts, for every value of a container's is one. */
static ecs_value *spell_texts(speller *s, const ecs_value *given) {
  ecs_value *map = ecs_value_map(s->arena);
  if (!ecs_value_is(given, ECS_MAP))
    return (ecs_value *)given;
  for (size_t i = 0; i < given->as.map.count; i++) {
    const ecs_entry *entry = &given->as.map.entries[i];
    if (!ecs_value_is_null(entry->value))
      ecs_value_setn(s->arena, map, entry->key, entry->size,
                     ecs_definition_number_text(s->arena, NULL, entry->value, NULL));
  }
  return map;
}

/* The member of a pair in either spelling: "valueFrom" and "value_from". */
static const ecs_value *member_of(const ecs_value *pair, const char *name) {
  for (size_t i = 0; ecs_value_is(pair, ECS_MAP) && i < pair->as.map.count; i++) {
    const ecs_entry *entry = &pair->as.map.entries[i];
    if (is_name_of(name, entry->key))
      return ecs_value_unless_null(entry->value);
  }
  return NULL;
}

/* A pair has two members, each of them once: what else stands in it would be lost. */
static void check_members(speller *s, const ecs_value *pair, const char *key, const char *value) {
  size_t keys = 0, values = 0;
  for (size_t i = 0; i < pair->as.map.count; i++) {
    const ecs_entry *entry = &pair->as.map.entries[i];
    if (ecs_value_is_null(entry->value))
      continue;
    size_t before = ecs_path_key(&s->path, entry->key);
    if (is_name_of(key, entry->key) ? keys++ > 0 : is_name_of(value, entry->key) && values++ > 0)
      ecs_diags_add(s->diags, "Conflict", s->path.text, "is given in both spellings")->hint = "keep one of the two";
    else if (!is_name_of(key, entry->key) && !is_name_of(value, entry->key))
      ecs_diags_add(s->diags, "UnknownArgument", s->path.text, "no such argument")->hint =
          key == value ? "its member is source_path"
                       : ecs_arena_format(s->arena, "its members are %s and %s", key,
                                          strcmp(value, "valueFrom") == 0 ? "value_from" : value);
    ecs_path_back(&s->path, before);
  }
}

/* A variable may be empty; a secret without a place where it stands is none. */
static void check_value(speller *s, const char *value, const ecs_value *given) {
  if (given != NULL || strcmp(value, "valueFrom") != 0)
    return;
  ecs_diags_add(s->diags, "Missing", s->path.text, "says not where the value stands")->hint =
      "set value_from to the ARN of a secret or a parameter";
}

static void add_pair(speller *s, const ecs_row *row, ecs_value *map, const ecs_value *pair, const char *key) {
  const char *of_value = row->pair == NULL ? "value" : row->pair;
  const ecs_value *name = member_of(pair, key), *value = member_of(pair, of_value);
  if (!ecs_value_is(pair, ECS_MAP) || !ecs_value_is(name, ECS_STRING)) {
    ecs_diags_add(s->diags, "WrongType", s->path.text, "is no { %s = …, %s = … }", key, of_value)->hint =
        "write a map from names to texts, or a list of such tables";
    return;
  }
  check_members(s, pair, key, of_value);
  check_value(s, of_value, value);
  if (ecs_value_getn(map, name->as.string.bytes, name->as.string.size) != NULL)
    ecs_diags_add(s->diags, "Duplicate", s->path.text, "\"%.200s\" is given twice", name->as.string.bytes)->hint =
        "keep one of the two";
  ecs_value *text =
      value == NULL ? ecs_value_text(s->arena, "") : ecs_definition_number_text(s->arena, NULL, value, NULL);
  ecs_value_setn(s->arena, map, name->as.string.bytes, name->as.string.size, text);
}

/* A list of { name, value }, as the API has it, as a map: its order means nothing. */
static ecs_value *spell_pairs(speller *s, const ecs_row *row, const ecs_value *given, const char *key) {
  if (!ecs_value_is(given, ECS_LIST))
    return spell_texts(s, given);
  ecs_value *map = ecs_value_map(s->arena);
  for (size_t i = 0; i < ecs_value_count(given); i++) {
    size_t before = ecs_path_index(&s->path, i + 1);
    if (!is_blank(ecs_value_at(given, i)))
      add_pair(s, row, map, ecs_value_at(given, i), key);
    ecs_path_back(&s->path, before);
  }
  return map;
}

static bool is_containers(const ecs_row *row) { return row->rows == ecs_definition_container; }

static ecs_value *spell_blocks(speller *s, const ecs_row *row, const ecs_value *given) {
  if (ecs_value_is(given, ECS_MAP))
    return spell_block(s, row->rows, given);
  if (!ecs_value_is(given, ECS_LIST))
    return (ecs_value *)given;
  ecs_value *list = ecs_value_list(s->arena);
  for (size_t i = 0; i < ecs_value_count(given); i++) {
    ecs_value *item = ecs_value_at(given, i);
    size_t before = ecs_path_index(&s->path, i + 1);
    if (!is_blank(item))
      ecs_value_push(s->arena, list, ecs_value_is(item, ECS_MAP) ? spell_block(s, row->rows, item) : item);
    else if (is_containers(row))
      ecs_diags_add(s->diags, "Missing", s->path.text, "is an empty container definition")->hint =
          "give the container a name and an image, or remove it";
    ecs_path_back(&s->path, before);
  }
  return list;
}

static ecs_value *spell_json(speller *s, const ecs_value *given) {
  ecs_value *value;
  const char *problem = NULL;
  if (!ecs_value_is(given, ECS_STRING))
    return (ecs_value *)given;
  if (ecs_json_read(s->arena, given->as.string.bytes, given->as.string.size, &value, &problem) == ECS_OK)
    return value;
  ecs_diags_add(s->diags, "BadPattern", s->path.text, "is no JSON: %s", problem == NULL ? "" : problem)->hint =
      "write the containers as tables, or as the JSON of a list";
  return NULL;
}

/* Files that programs in Go write have "" for what was not chosen, and those programs send nothing for it. */
static bool is_no_choice(const ecs_row *row, const ecs_value *given) {
  return row->choices != NULL && ecs_value_is(given, ECS_STRING) && given->as.string.size == 0;
}

static ecs_value *spell_value(speller *s, const ecs_row *row, const ecs_value *given) {
  if (is_containers(row))
    given = spell_json(s, given);
  if (given == NULL || is_no_choice(row, given))
    return NULL;
  if (row->flags & ECS_TAGS)
    return ecs_value_is(given, ECS_LIST) && !ecs_value_is_empty(given) ? spell_pairs(s, row, given, "key")
                                                                       : (ecs_value *)given;
  if (row->kind == ECS_KIND_STRING_MAP)
    return row->pair == NULL ? spell_texts(s, given) : spell_pairs(s, row, given, "name");
  if (row->kind == ECS_KIND_BLOCK && ecs_value_is(given, ECS_MAP))
    return spell_block(s, row->rows, given);
  if (row->kind == ECS_KIND_STRING && row->normalise != NULL)
    return row->normalise(s->arena, row, given, NULL);
  return ecs_schema_is_list(row) ? spell_blocks(s, row, given) : (ecs_value *)given;
}

/* host = { sourcePath = … }, as the API has it, is host_path here. */
static const ecs_value *without_host(speller *s, const ecs_row *rows, const ecs_value *given) {
  const ecs_value *host = ecs_value_get(given, "host");
  if (rows != ecs_definition_volume || host == NULL || !(ecs_value_is(host, ECS_MAP) || is_blank(host)))
    return given;
  ecs_value *copy = ecs_value_shallow(s->arena, given);
  static const char PATH[] = "sourcePath";
  const ecs_value *source = member_of(host, PATH);
  size_t before = ecs_path_key(&s->path, "host");
  if (ecs_value_is(host, ECS_MAP))
    check_members(s, host, PATH, PATH);
  if (source != NULL && ecs_value_unless_null(ecs_value_get(copy, "host_path")) != NULL)
    ecs_diags_add(s->diags, "Conflict", s->path.text, "is given in both spellings: host_path and host")->hint =
        "keep host_path";
  ecs_path_back(&s->path, before);
  ecs_value_drop(copy, "host");
  if (source != NULL && ecs_value_unless_null(ecs_value_get(copy, "host_path")) == NULL)
    ecs_value_set(s->arena, copy, "host_path", (ecs_value *)source);
  return copy;
}

static void add_both(speller *s, const ecs_row *row) {
  ecs_diag *diag = ecs_diags_add(s->diags, "Conflict", s->path.text, "is given in both spellings: %s and %s", row->name,
                                 row->create);
  diag->hint = ecs_arena_format(s->arena, "keep %s", row->name);
}

static ecs_value *spell_block(speller *s, const ecs_row *rows, const ecs_value *given) {
  ecs_value *block = ecs_value_map(s->arena);
  given = without_host(s, rows, given);
  for (size_t i = 0; i < given->as.map.count; i++) {
    const ecs_entry *entry = &given->as.map.entries[i];
    const ecs_row *row = strlen(entry->key) == entry->size ? meant(rows, entry->key) : NULL;
    if (ecs_value_is_null(entry->value) || (rows == ecs_definition_rows && ecs_definition_is_answered(entry->key)))
      continue;
    if (row == NULL) {
      ecs_value_setn(s->arena, block, entry->key, entry->size, entry->value);
      continue;
    }
    size_t before = ecs_path_key(&s->path, row->name);
    if (ecs_value_get(block, row->name) != NULL)
      add_both(s, row);
    ecs_value *value = spell_value(s, row, entry->value);
    if (value != NULL)
      ecs_value_set_row(s->arena, block, row->name, value);
    ecs_path_back(&s->path, before);
  }
  return block;
}

/* The answer of DescribeTaskDefinition, or a file of it, { taskDefinition = { … }, tags = { … } }: what stands beside the
   definition (tags, or keep and its like that somebody added) joins its members. */
static const ecs_value *opened(speller *s, const ecs_value *given) {
  const char *name = ecs_value_get(given, "taskDefinition") == NULL ? "task_definition" : "taskDefinition";
  const ecs_value *inner = ecs_value_get(given, name);
  if (!ecs_value_is(inner, ECS_MAP))
    return given;
  ecs_value *whole = ecs_value_shallow(s->arena, inner);
  for (size_t i = 0; i < given->as.map.count; i++) {
    const ecs_entry *entry = &given->as.map.entries[i];
    if (entry->value == inner || ecs_value_is_null(entry->value))
      continue;
    size_t before = ecs_path_key(&s->path, entry->key);
    if (ecs_value_unless_null(ecs_value_getn(inner, entry->key, entry->size)) != NULL)
      ecs_diags_add(s->diags, "Conflict", s->path.text, "stands in %s and beside it", name)->hint =
          "keep one of the two";
    ecs_path_back(&s->path, before);
    ecs_value_setn(s->arena, whole, entry->key, entry->size, entry->value);
  }
  return whole;
}

ecs_value *ecs_definition_spell(ecs_arena *arena, const ecs_value *given, ecs_diags *diags) {
  speller s = {.arena = arena, .diags = diags};
  ecs_path_init(&s.path);
  given = opened(&s, given);
  return ecs_value_is(given, ECS_MAP) ? spell_block(&s, ecs_definition_rows, given) : (ecs_value *)given;
}

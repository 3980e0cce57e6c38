/* Whether the tags of a declaration are ones that AWS takes. */
#include <string.h>

#include "schema/arn.h"
#include "schema/tags.h"

static bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_among(char c, const char *others) { return c != '\0' && strchr(others, c) != NULL; }

/* Characters, not bytes: what does not continue a character of UTF-8. */
static size_t characters(const char *bytes, size_t size) {
  size_t count = 0;
  for (size_t i = 0; i < size; i++)
    count += ((unsigned char)bytes[i] & 0xC0) != 0x80;
  return count;
}

static bool is_reserved(const char *bytes, size_t size) {
  return size >= 4 && (bytes[0] | 32) == 'a' && (bytes[1] | 32) == 'w' && (bytes[2] | 32) == 's' && bytes[3] == ':';
}

/* The API's pattern for tags: letters, digits and blanks of any language, and a few signs. */
static bool is_plain_tag(const char *bytes, size_t size) {
  for (size_t i = 0; i < size; i++) {
    if (!is_letter_or_digit(bytes[i]) && ((unsigned char)bytes[i] < 128) && !is_among(bytes[i], " _.:/=+-@"))
      return false;
  }
  return true;
}

static void check_tag_key(const ecs_entry *entry, const char *path, ecs_diags *diags) {
  size_t count = characters(entry->key, entry->size);
  if (count == 0)
    ecs_diags_add(diags, "TooShort", path, "a tag's key may not be empty")->hint = "give the tag a key";
  if (count > 128)
    ecs_diags_add(diags, "TooLong", path, "the key has %zu characters, more than 128", count)->hint =
        "shorten the key to 128 characters";
  if (is_reserved(entry->key, entry->size)) {
    ecs_diag *diag = ecs_diags_add(diags, "NotAllowed", path, "keys that begin with aws: are reserved for AWS");
    diag->given = ecs_arena_format(diags->arena, "\"%.128s\"", entry->key);
    diag->allowed = "keys without this prefix";
    diag->hint = "choose a key without this prefix";
  }
}

static void check_tag_value(const ecs_entry *entry, const char *path, ecs_diags *diags) {
  if (!ecs_value_is(entry->value, ECS_STRING))
    return;
  ecs_text text = ecs_text_of(entry->value);
  size_t count = characters(text.bytes, text.size);
  if (count > 256)
    ecs_diags_add(diags, "TooLong", path, "the value has %zu characters, more than 256", count)->hint =
        "shorten the value to 256 characters";
  if (!is_plain_tag(entry->key, entry->size) || !is_plain_tag(text.bytes, text.size)) {
    ecs_diag *diag = ecs_diags_add(diags, "BadPattern", path, "the tag has signs that AWS may not take");
    ecs_diags_warn(diags, diag)->hint = "letters, digits, blanks and + - = . _ : / @ are safe";
  }
}

void ecs_tags_check(const ecs_check *c) {
  ecs_path at;
  ecs_path_init(&at);
  at.size = strlen(c->path);
  memcpy(at.text, c->path, at.size + 1);
  for (size_t i = 0; ecs_value_is(c->value, ECS_MAP) && i < c->value->as.map.count; i++) {
    const ecs_entry *entry = &c->value->as.map.entries[i];
    size_t before = ecs_path_key(&at, entry->key);
    check_tag_key(entry, at.text, c->diags);
    check_tag_value(entry, at.text, c->diags);
    ecs_path_back(&at, before);
  }
}

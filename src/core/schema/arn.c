#include "schema/arn.h"

#include <string.h>

bool ecs_text_equal(ecs_text a, ecs_text b) {
  return a.size == b.size && (a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}

bool ecs_text_is(ecs_text text, const char *other) { return ecs_text_equal(text, (ecs_text){other, strlen(other)}); }

ecs_text ecs_text_of(const ecs_value *value) {
  if (!ecs_value_is(value, ECS_STRING))
    return (ecs_text){"", 0};
  return (ecs_text){value->as.string.bytes, value->as.string.size};
}

static bool begins(ecs_text text, const char *prefix) {
  size_t size = strlen(prefix);
  return text.size >= size && memcmp(text.bytes, prefix, size) == 0;
}

bool ecs_arn_claimed(const ecs_value *value) { return begins(ecs_text_of(value), "arn:"); }

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Letters, digits and hyphens; ASCII whatever the locale. */
static bool is_word(ecs_text text) {
  for (size_t i = 0; i < text.size; i++) {
    char c = text.bytes[i];
    if (!is_digit(c) && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '-')
      return false;
  }
  return true;
}

/* Twelve digits; "aws" owns what Amazon itself provides. */
static bool is_account(ecs_text text) {
  if (text.size == 0 || ecs_text_is(text, "aws"))
    return true;
  for (size_t i = 0; i < text.size; i++) {
    if (!is_digit(text.bytes[i]))
      return false;
  }
  return text.size == 12;
}

/* Cuts what stands before the next colon off `rest`. */
static bool cut(ecs_text *rest, ecs_text *part) {
  const char *colon = rest->size == 0 ? NULL : memchr(rest->bytes, ':', rest->size);
  if (colon == NULL)
    return false;
  *part = (ecs_text){rest->bytes, (size_t)(colon - rest->bytes)};
  rest->size -= part->size + 1;
  rest->bytes = colon + 1;
  return true;
}

static bool parse(ecs_text text, ecs_arn *arn) {
  ecs_text word;
  if (!cut(&text, &word) || !ecs_text_is(word, "arn") || !cut(&text, &arn->partition) || !cut(&text, &arn->service) ||
      !cut(&text, &arn->region) || !cut(&text, &arn->account))
    return false;
  arn->resource = text;
  return begins(arn->partition, "aws") && is_word(arn->partition) && arn->service.size > 0 && is_word(arn->service) &&
         is_word(arn->region) && is_account(arn->account) && arn->resource.size > 0;
}

bool ecs_arn_parse(const ecs_value *value, ecs_arn *arn) { return parse(ecs_text_of(value), arn); }

ecs_text ecs_arn_after(const ecs_arn *arn, const char *prefix) {
  size_t size = strlen(prefix);
  if (!begins(arn->resource, prefix))
    return (ecs_text){"", 0};
  return (ecs_text){arn->resource.bytes + size, arn->resource.size - size};
}

bool ecs_arn_task_definition(ecs_text text, ecs_task_definition_name *name) {
  ecs_arn arn;
  *name = (ecs_task_definition_name){.family = text};
  if (begins(text, "arn:")) {
    if (!parse(text, &arn) || !ecs_text_is(arn.service, "ecs"))
      return false;
    name->family = ecs_arn_after(&arn, "task-definition/");
    name->prefix = (ecs_text){text.bytes, text.size - name->family.size};
  }
  const char *colon = name->family.size == 0 ? NULL : memchr(name->family.bytes, ':', name->family.size);
  if (colon != NULL) {
    size_t size = (size_t)(colon - name->family.bytes);
    name->revision = (ecs_text){colon + 1, name->family.size - size - 1};
    name->family.size = size;
    if (name->revision.size == 0)
      return false;
  }
  for (size_t i = 0; i < name->revision.size; i++) {
    if (!is_digit(name->revision.bytes[i]))
      return false;
  }
  return name->family.size > 0;
}

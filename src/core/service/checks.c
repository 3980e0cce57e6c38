/* Checks of the form of single arguments. */
#include <string.h>

#include "schema/arn.h"
#include "schema/arn_check.h"
#include "schema/tags.h"
#include "service/rules.h"

static bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_among(char c, const char *others) { return c != '\0' && strchr(others, c) != NULL; }

/* Whether a text has nothing but letters, digits and `others`. If not, the diagnostic shows how it could be written. */
static bool check_letters(ecs_text text, const char *others, const char *what, const char *path, ecs_diags *diags) {
  bool good = true;
  char better[64];
  size_t size = text.size < sizeof better ? text.size : sizeof better - 1;
  for (size_t i = 0; i < text.size; i++) {
    bool fits = is_letter_or_digit(text.bytes[i]) || is_among(text.bytes[i], others);
    good = good && fits;
    if (i < size)
      better[i] = fits ? text.bytes[i] : '-';
  }
  if (good)
    return true;
  better[size] = '\0';
  ecs_diag *diag = ecs_diags_add(diags, "BadPattern", path, "\"%.*s\" may have %s only",
                                 (int)(text.size < 200 ? text.size : 200), text.bytes, what);
  diag->allowed = what;
  diag->hint = ecs_arena_format(diags->arena, "write it as \"%s\", for example", better);
  return false;
}

static void check_length(ecs_text text, size_t most, const char *path, ecs_diags *diags) {
  if (text.size <= most)
    return;
  ecs_diag *diag = ecs_diags_add(diags, "TooLong", path, "%zu characters are more than %zu", text.size, most);
  diag->hint = ecs_arena_format(diags->arena, "shorten it to %zu characters", most);
}

#define NAME_LETTERS "letters, digits, hyphens and underscores"

void ecs_rule_check_name(const ecs_check *c) {
  check_letters(ecs_text_of(c->value), "-_", c->row->pattern_hint, c->path, c->diags);
}

void ecs_rule_check_cluster(const ecs_check *c) {
  ecs_arn arn;
  ecs_text name = ecs_text_of(c->value);
  if (ecs_arn_claimed(c->value)) {
    if (!ecs_arn_check(c->value, "ecs", "cluster/", c->context, c->path, c->diags) || !ecs_arn_parse(c->value, &arn))
      return;
    name = ecs_arn_after(&arn, "cluster/");
  }
  if (check_letters(name, "-_", NAME_LETTERS, c->path, c->diags))
    check_length(name, 255, c->path, c->diags);
}

/* ECS counts revisions from 1, and knows none by zeros in front. */
static void check_revision(const ecs_task_definition_name *name, const char *path, ecs_diags *diags) {
  const char *digits = name->revision.bytes;
  size_t size = name->revision.size;
  if (size == 0 || *digits != '0')
    return;
  for (; size > 0 && *digits == '0'; size--)
    digits++;
  ecs_diag *diag = ecs_diags_add(diags, "BadPattern", path, "\"%.*s\" is no revision: they are counted from 1",
                                 (int)(name->revision.size > 20 ? 20 : name->revision.size), name->revision.bytes);
  diag->hint = size == 0 ? "name a revision from 1 on, or the family alone for its newest one"
                         : ecs_arena_format(diags->arena, "write \"%.*s:%.*s\"",
                                            (int)(name->family.size > 255 ? 255 : name->family.size),
                                            name->family.bytes, (int)(size > 20 ? 20 : size), digits);
}

void ecs_rule_check_task_definition(const ecs_check *c) {
  ecs_task_definition_name name;
  if (ecs_arn_claimed(c->value) && !ecs_arn_check(c->value, "ecs", "task-definition/", c->context, c->path, c->diags))
    return;
  if (!ecs_arn_task_definition(ecs_text_of(c->value), &name)) {
    ecs_diag *diag =
        ecs_diags_add(c->diags, "BadPattern", c->path, "\"%.200s\" is not family, family:revision or an ARN",
                      ecs_value_text_or(c->value, ""));
    diag->allowed = c->row->pattern_hint;
    diag->hint = "write it as \"mongo:7\", for example; the revision is a number";
    return;
  }
  if (check_letters(name.family, "-_", NAME_LETTERS, c->path, c->diags))
    check_length(name.family, 255, c->path, c->diags);
  check_revision(&name, c->path, c->diags);
}

void ecs_rule_check_namespace(const ecs_check *c) {
  if (ecs_arn_claimed(c->value))
    ecs_arn_check(c->value, "servicediscovery", "namespace/", c->context, c->path, c->diags);
}

/* Names that become part of a DNS name: in small letters, and not with a hyphen first. */
static void check_dns(const ecs_row *row, const ecs_value *value, const char *others, const char *path,
                      ecs_diags *diags) {
  ecs_text text = ecs_text_of(value);
  bool capital = false;
  for (size_t i = 0; i < text.size; i++)
    capital = capital || (text.bytes[i] >= 'A' && text.bytes[i] <= 'Z');
  if (!capital && !(text.size > 0 && text.bytes[0] == '-')) {
    check_letters(text, others, row->pattern_hint, path, diags);
    return;
  }
  ecs_diag *diag = ecs_diags_add(diags, "BadPattern", path, "\"%.200s\" %s", ecs_value_text_or(value, ""),
                                 capital ? "has capital letters" : "begins with a hyphen");
  diag->allowed = row->pattern_hint;
  diag->hint = capital ? "write it in small letters" : "let it begin with a letter or a digit";
}

void ecs_rule_check_discovery_name(const ecs_check *c) { check_dns(c->row, c->value, "-_", c->path, c->diags); }

void ecs_rule_check_client_name(const ecs_check *c) { check_dns(c->row, c->value, "-_.", c->path, c->diags); }

/* "AmazonECSCreated and AmazonECSManaged are reserved tags that can't be used." */
void ecs_rule_check_volume_tags(const ecs_check *c) {
  static const char *const reserved[] = {"AmazonECSCreated", "AmazonECSManaged"};
  ecs_tags_check(c);
  for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
    const char *at = ecs_arena_format(c->diags->arena, "%s.%s", c->path, reserved[i]);
    if (ecs_value_get(c->value, reserved[i]) == NULL)
      continue;
    ecs_diags_add(c->diags, "NotAllowed", at == NULL ? c->path : at, "ECS sets this tag itself")->hint =
        "choose another key";
  }
}

void ecs_rule_check_region(const ecs_check *c) {
  const char *region = c->context->region;
  if (region == NULL || ecs_value_is_text(c->value, region))
    return;
  ecs_diag *diag =
      ecs_diags_add(c->diags, "NotAllowed", c->path, "the stack is in %s, and so are its services", region);
  diag->allowed = region;
  diag->hint = "remove it, and declare the service in a stack of its own: ecs.stack { region = … }";
}

/* complain: how the checks of a task definition say what is wrong. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "task_definition/checks.h"

ecs_diag *ecs_definition_complain(ecs_definition_check *c, const char *code, const char *member, const char *hint,
                                  const char *format, ...) {
  char message[512];
  va_list list;
  va_start(list, format);
  vsnprintf(message, sizeof message, format, list);
  va_end(list);
  size_t before = c->path.size;
  while (*member != '\0') {
    char part[64];
    size_t length = strcspn(member, ".");
    snprintf(part, sizeof part, "%.*s", (int)length, member);
    ecs_path_key(&c->path, part);
    member += length + (member[length] == '.');
  }
  ecs_diag *diag = ecs_diags_add(c->diags, code, c->path.text, "%s", message);
  diag->hint = hint;
  ecs_path_back(&c->path, before);
  return diag;
}

void ecs_definition_check_name(ecs_definition_check *c, const char *member, const ecs_value *name) {
  const char *text = ecs_value_text_or(name, "");
  for (const char *at = text; *at != '\0'; at++) {
    bool letter = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9');
    if (letter || *at == '-' || *at == '_')
      continue;
    ecs_definition_complain(c, "BadPattern", member, "write it without other signs",
                            "\"%.200s\" may have letters, digits, hyphens and underscores only", text)
        ->allowed = "letters, digits, hyphens and underscores";
    return;
  }
}

void ecs_definition_check_place(ecs_definition_check *c, const ecs_value *places, const ecs_value *name, size_t index,
                                const char *what) {
  int64_t first = ecs_value_is(name, ECS_STRING)
                      ? ecs_value_int_or(ecs_value_getn(places, name->as.string.bytes, name->as.string.size), -1)
                      : -1;
  if (first < 0 || (size_t)first >= index)
    return;
  /* The path ends in [index + 1]. */
  size_t size = c->path.size;
  while (size > 0 && c->path.text[size] != '[')
    size--;
  ecs_definition_complain(c, "Duplicate", "name", ecs_arena_format(c->arena, "give each %s a name of its own", what),
                          "%.*s[%zu] has this name already", (int)size, c->path.text, (size_t)first + 1);
}

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

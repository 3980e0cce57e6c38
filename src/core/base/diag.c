#include "base/diag.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

void ecs_diags_init(ecs_diags *diags, ecs_arena *arena) { *diags = (ecs_diags){.arena = arena}; }

ecs_diag *ecs_diags_add(ecs_diags *diags, const char *code, const char *path, const char *format, ...) {
  /* What the caller may write to when there is no memory. One for each thread; its content is never read. */
  static _Thread_local ecs_diag lost;
  diags->errors++;
  ecs_diag *diag = ecs_arena_take(diags->arena, sizeof *diag);
  if (diag == NULL)
    return &lost;
  va_list arguments;
  va_start(arguments, format);
  diag->message = ecs_arena_vformat(diags->arena, format, arguments);
  va_end(arguments);
  diag->code = code;
  diag->path = ecs_arena_text(diags->arena, path, strlen(path));
  if (diags->last == NULL)
    diags->first = diag;
  else
    diags->last->next = diag;
  diags->last = diag;
  return diag;
}

ecs_value *ecs_diags_value(ecs_arena *arena, const ecs_diags *diags) {
  ecs_value *list = ecs_value_list(arena);
  for (const ecs_diag *diag = diags->first; diag != NULL; diag = diag->next) {
    ecs_value *map = ecs_value_map(arena);
    ecs_value_set_text(arena, map, "severity", diag->severity == ECS_WARNING ? "warning" : "error");
    ecs_value_set_text(arena, map, "code", diag->code);
    ecs_value_set_text(arena, map, "path", diag->path);
    ecs_value_set_text(arena, map, "message", diag->message);
    ecs_value_set_text(arena, map, "hint", diag->hint);
    ecs_value_set_text(arena, map, "given", diag->given);
    ecs_value_set_text(arena, map, "allowed", diag->allowed);
    ecs_value_push(arena, list, map);
  }
  return list;
}

void ecs_path_init(ecs_path *path) {
  path->size = 0;
  path->text[0] = '\0';
}

static void append(ecs_path *path, const char *text, size_t size) {
  size_t room = sizeof path->text - 1 - path->size;
  if (size > room)
    size = room;
  memcpy(path->text + path->size, text, size);
  path->size += size;
  path->text[path->size] = '\0';
}

static bool is_name(const char *key) {
  if (!isalpha((unsigned char)*key) && *key != '_')
    return false;
  while (*++key != '\0') {
    if (!isalnum((unsigned char)*key) && *key != '_')
      return false;
  }
  return true;
}

size_t ecs_path_key(ecs_path *path, const char *key) {
  size_t before = path->size;
  if (is_name(key)) {
    if (before > 0)
      append(path, ".", 1);
    append(path, key, strlen(key));
    return before;
  }
  append(path, "[\"", 2);
  for (; *key != '\0'; key++) {
    char escaped[5];
    if (*key == '"' || *key == '\\')
      append(path, "\\", 1);
    if ((unsigned char)*key < 32 || *key == 127) {
      int size = snprintf(escaped, sizeof escaped, "\\%03d", (unsigned char)*key);
      append(path, escaped, (size_t)size);
    } else {
      append(path, key, 1);
    }
  }
  append(path, "\"]", 2);
  return before;
}

size_t ecs_path_index(ecs_path *path, size_t index_from_one) {
  char text[32];
  size_t before = path->size;
  int size = snprintf(text, sizeof text, "[%zu]", index_from_one);
  append(path, text, (size_t)size);
  return before;
}

void ecs_path_back(ecs_path *path, size_t size) {
  path->size = size;
  path->text[size] = '\0';
}

ecs_diag *ecs_diags_warn(ecs_diags *diags, ecs_diag *diag) {
  diag->severity = ECS_WARNING;
  diags->errors--;
  diags->warnings++;
  return diag;
}

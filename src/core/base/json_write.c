#include "base/json_write.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/utf8.h"

typedef struct writer {
  ecs_arena *arena;
  char *text;
  size_t size, room;
  int indent;
  bool failed;
} writer;

static void put(writer *out, const char *bytes, size_t size) {
  if (out->failed)
    return;
  if (out->room - out->size <= size) {
    size_t room = (out->room + size + 64) * 2;
    char *larger = ecs_arena_take(out->arena, room);
    if (larger == NULL) {
      out->failed = true;
      return;
    }
    memcpy(larger, out->text, out->size);
    out->text = larger;
    out->room = room;
  }
  memcpy(out->text + out->size, bytes, size);
  out->size += size;
}

static void put_text(writer *out, const char *text) { put(out, text, strlen(text)); }

static void put_escape(writer *out, unsigned char byte) {
  static const char short_form[] = "\"\"\\\\\bb\ff\nn\rr\tt";
  for (size_t i = 0; i + 1 < sizeof short_form; i += 2) {
    if ((unsigned char)short_form[i] == byte) {
      char escape[2] = {'\\', short_form[i + 1]};
      put(out, escape, 2);
      return;
    }
  }
  char escape[7];
  snprintf(escape, sizeof escape, "\\u%04x", byte);
  put(out, escape, 6);
}

static uint32_t code_point(const unsigned char *at, size_t size) {
  uint32_t code = at[0] & (0x7FU >> size);
  for (size_t i = 1; i < size; i++)
    code = code << 6 | (at[i] & 0x3FU);
  return code;
}

/* Letters beyond ASCII that steer a terminal or turn the reading direction around. */
static bool steers(uint32_t code) {
  return code < 0xA0 || code == 0x061C || (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF || (code >= 0xFFF9 && code <= 0xFFFB) ||
         (code >= 0xE0000 && code <= 0xE007F);
}

static void put_code_point(writer *out, uint32_t code) {
  char escape[16];
  if (code < 0x10000)
    snprintf(escape, sizeof escape, "\\u%04x", (unsigned)code);
  else
    snprintf(escape, sizeof escape, "\\u%04x\\u%04x", (unsigned)(0xD7C0 + (code >> 10)),
             (unsigned)(0xDC00 + (code & 0x3FF)));
  put_text(out, escape);
}

/* Stands for a byte that is no UTF-8; in a name with the byte, for two names must not become one. */
static void put_stray(writer *out, unsigned char byte, bool name) {
  char digits[3];
  put_text(out, "\xEF\xBF\xBD");
  if (!name)
    return;
  snprintf(digits, sizeof digits, "%02X", byte);
  put_text(out, digits);
}

static void put_string(writer *out, const char *bytes, size_t size, bool name) {
  const unsigned char *text = (const unsigned char *)bytes;
  size_t start = 0, at = 0;
  put(out, "\"", 1);
  while (at < size) {
    unsigned char byte = text[at];
    if (byte >= 32 && byte < 127 && byte != '"' && byte != '\\') {
      at++;
      continue;
    }
    size_t width = ecs_utf8_size(bytes + at, size - at);
    uint32_t code = width > 1 ? code_point(text + at, width) : byte;
    if (width > 1 && !steers(code)) {
      at += width;
      continue;
    }
    put(out, bytes + start, at - start);
    if (width == 0)
      put_stray(out, byte, name);
    else if (width == 1)
      put_escape(out, byte);
    else
      put_code_point(out, code);
    at += width == 0 ? 1 : width;
    start = at;
  }
  put(out, bytes + start, at - start);
  put(out, "\"", 1);
}

static void put_double(writer *out, double number) {
  char text[ECS_NUMBER_ROOM];
  if (isfinite(number))
    put(out, text, ecs_number_write(number, text));
  else
    put_text(out, "null");
}

static void put_break(writer *out, int depth) {
  if (out->indent == 0)
    return;
  put(out, "\n", 1);
  for (int i = 0; i < depth * out->indent; i++)
    put(out, " ", 1);
}

static void put_value(writer *out, const ecs_value *value, int depth) {
  char text[24];
  if (depth > ECS_VALUE_MAX_DEPTH * 2 || ecs_value_is_null(value)) {
    put_text(out, "null");
    return;
  }
  switch (value->type) {
    case ECS_BOOL: put_text(out, value->as.boolean ? "true" : "false"); return;
    case ECS_INT:
      snprintf(text, sizeof text, "%" PRId64, value->as.integer);
      put_text(out, text);
      return;
    case ECS_DOUBLE: put_double(out, value->as.number); return;
    case ECS_STRING: put_string(out, value->as.string.bytes, value->as.string.size, false); return;
    default: break;
  }
  bool list = value->type == ECS_LIST;
  size_t count = ecs_value_count(value);
  put_text(out, list ? "[" : "{");
  for (size_t i = 0; i < count; i++) {
    if (i > 0)
      put(out, ",", 1);
    put_break(out, depth + 1);
    if (!list) {
      const ecs_entry *entry = &value->as.map.entries[i];
      put_string(out, entry->key, entry->size, true);
      put_text(out, out->indent > 0 ? ": " : ":");
    }
    put_value(out, list ? value->as.list.items[i] : value->as.map.entries[i].value, depth + 1);
  }
  if (count > 0)
    put_break(out, depth);
  put_text(out, list ? "]" : "}");
}

const char *ecs_json_write(ecs_arena *arena, const ecs_value *value, int indent, size_t *size) {
  writer out = {.arena = arena, .indent = indent, .room = 1024};
  out.text = ecs_arena_take(arena, out.room);
  if (out.text == NULL)
    return NULL;
  put_value(&out, value, 0);
  put(&out, "", 1);
  if (out.failed)
    return NULL;
  if (size != NULL)
    *size = out.size - 1;
  return out.text;
}

#include "base/utf8.h"

#include <stdbool.h>

/* The bytes that may follow the first (RFC 3629, section 4): fewer than 80 to BF after some. */
static bool may_be_second(unsigned char first, unsigned char second) {
  unsigned char least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  unsigned char most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  return second >= least && second <= most;
}

size_t ecs_utf8_size(const char *at, size_t left) {
  const unsigned char *bytes = (const unsigned char *)at;
  unsigned char first = bytes[0];
  size_t size = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
  if (size > left || (size > 1 && !may_be_second(first, bytes[1])))
    return 0;
  for (size_t i = 2; i < size; i++) {
    if ((bytes[i] & 0xC0) != 0x80)
      return 0;
  }
  return size;
}

/* room: the memory that signatures are written in, kept from one to the next. */
#include <openssl/crypto.h>

#include "sign/job.h"

/* Sessions' tokens were written here. */
static void drop_room(ecs_sigv4 *signer, ecs_sigv4_room *gone) {
  if (gone->memory != NULL) {
    OPENSSL_cleanse(gone->memory, gone->size);
    signer->allocator.give(signer->allocator.context, gone->memory, gone->size);
  }
  *gone = (ecs_sigv4_room){0};
}

void ecs_sigv4_drop_rooms(ecs_sigv4 *signer) {
  drop_room(signer, &signer->text);
  drop_room(signer, &signer->scratch);
  drop_room(signer, &signer->entries);
  drop_room(signer, &signer->params);
  drop_room(signer, &signer->address);
  signer->address_size = 0;
}

void *ecs_sigv4_reserve(ecs_sigv4 *signer, ecs_sigv4_room *wanted, size_t size) {
  if (wanted->size >= size)
    return wanted->memory;
  size += size / 2;
  drop_room(signer, wanted);
  wanted->memory = signer->allocator.take(signer->allocator.context, size);
  if (wanted->memory != NULL)
    wanted->size = size;
  return wanted->memory;
}

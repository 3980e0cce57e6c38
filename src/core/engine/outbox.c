#include "engine/outbox.h"

ecs_note *ecs_outbox_note(ecs_outbox *outbox, ecs_action_kind kind, const char *address, double now) {
  ecs_arena *arena = ecs_arena_new(&outbox->allocator);
  ecs_note *note = arena == NULL ? NULL : ecs_arena_take(arena, sizeof *note);
  if (note == NULL) {
    outbox->exhausted = true;
    ecs_arena_free(arena);
    return NULL;
  }
  note->arena = arena;
  note->details = ecs_value_map(arena);
  note->action = (ecs_action){.kind = kind, .address = address, .at = now, .details = note->details};
  return note;
}

void ecs_outbox_put(ecs_outbox *outbox, ecs_note *note) {
  if (ecs_arena_failed(note->arena)) {
    outbox->exhausted = true;
    ecs_arena_free(note->arena);
    return;
  }
  if (outbox->last == NULL)
    outbox->first = note;
  else
    outbox->last->next = note;
  outbox->last = note;
}

ecs_note *ecs_outbox_take(ecs_outbox *outbox) {
  ecs_note *note = outbox->first;
  if (note == NULL)
    return NULL;
  outbox->first = note->next;
  if (outbox->first == NULL)
    outbox->last = NULL;
  return note;
}

const ecs_value *ecs_outbox_option(const ecs_outbox *outbox, const char *name) {
  return ecs_value_get(outbox->options, name);
}

double ecs_outbox_number(const ecs_outbox *outbox, const char *name, double otherwise) {
  return ecs_value_number_or(ecs_outbox_option(outbox, name), otherwise);
}

/* number: numbers as text, in whatever locale the host has set. */
#ifndef ECS_NUMBER_H
#define ECS_NUMBER_H

#include <stddef.h>

#define ECS_NUMBER_ROOM 32

/* Writes a number and a NUL: whole ones that a double holds exactly with all their digits, others in the shortest form that
** reads back as the same, with a point; nan and inf as the C library has them. Answers the size. */
size_t ecs_number_write(double number, char out[ECS_NUMBER_ROOM]);

/* The number that the whole text is, a decimal one of JSON's form with leading zeros and a plus sign allowed; `otherwise`
** when it is none. */
double ecs_number_read(const char *text, double otherwise);

#endif

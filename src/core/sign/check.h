/* check: what can be signed at all. Internal to sigv4. Answers say in words what is wrong, NULL when nothing is,
** and never quote a secret. */
#ifndef ECS_SIGN_CHECK_H
#define ECS_SIGN_CHECK_H

#include "sign/sigv4.h"

/* What a header's value needs before it stands in a canonical request. */
typedef enum ecs_sigv4_blanks {
  ECS_SIGV4_CLEAN,  /* nothing */
  ECS_SIGV4_BLANKS, /* runs of blanks to be made one, blanks at an end to be cut */
  ECS_SIGV4_CONTROL /* refusal: it has control characters */
} ecs_sigv4_blanks;

const char *ecs_sigv4_check_method(ecs_sigv4_text method);
const char *ecs_sigv4_check_credentials(const ecs_sigv4_credentials *credentials); /* but for the token */
const char *ecs_sigv4_check_token(ecs_sigv4_text token);                           /* an empty one is none */
const char *ecs_sigv4_check_scope(const ecs_sigv4_options *options);               /* service and region */

/* Copies a header's name in lower case. False when it is empty or has characters that no name has. */
bool ecs_sigv4_lower_name(char *out, ecs_sigv4_text name);

ecs_sigv4_blanks ecs_sigv4_blanks_of(ecs_sigv4_text value);

/* Copies a value without blanks at its ends and with one for each run of them. Answers the size. */
size_t ecs_sigv4_fold(char *out, ecs_sigv4_text value);

#endif

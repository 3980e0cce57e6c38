/* What is wrong with single arguments of a schedule. */
#include <string.h>

#include "base/time.h"
#include "schedule/rules.h"

static const char *text_of(const ecs_check *c) { return ecs_value_text_or(c->value, ""); }

static void complain(const ecs_check *c, const char *hint, const char *message) {
  ecs_diags_add(c->diags, "BadPattern", c->path, "%s", message)->hint = hint;
}

void ecs_schedule_check_name(const ecs_check *c) {
  static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  if (text_of(c)[strspn(text_of(c), allowed)] != '\0')
    complain(c, "letters, digits, hyphens, underscores and dots",
             "holds a character that no name of EventBridge Scheduler has");
}

enum { CRON_FIELDS = 6, DAY_OF_MONTH = 2, DAY_OF_WEEK = 4 };

typedef struct field {
  const char *at;
  size_t size;
} field;

/* How many fields there are; the first six are put into `fields`. */
static size_t split(const char *text, size_t size, field fields[CRON_FIELDS]) {
  size_t count = 0;
  for (const char *at = text, *end = text + size; at < end;) {
    const char *from = at;
    while (at < end && *at != ' ')
      at++;
    if (at > from && count < CRON_FIELDS)
      fields[count] = (field){from, (size_t)(at - from)};
    count += at > from ? 1 : 0;
    while (at < end && *at == ' ')
      at++;
  }
  return count;
}

static bool is_any(field f) { return f.size == 1 && *f.at == '?'; }

static bool is_plain(field f) {
  static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789,-*/?#";
  for (size_t i = 0; i < f.size; i++) {
    if (strchr(allowed, f.at[i]) == NULL)
      return false;
  }
  return true;
}

static void check_cron(const ecs_check *c, const char *inside, size_t size) {
  static const char hint[] = "cron(minutes hours day-of-month month day-of-week year), as in cron(0 3 * * ? *)";
  field fields[CRON_FIELDS];
  if (split(inside, size, fields) != CRON_FIELDS) {
    complain(c, hint, "a cron expression has six fields: AWS's has a year, and no seconds");
    return;
  }
  for (size_t i = 0; i < CRON_FIELDS; i++) {
    if (!is_plain(fields[i])) {
      complain(c, hint, "a field of the cron expression holds a character that none has");
      return;
    }
  }
  if (is_any(fields[DAY_OF_MONTH]) == is_any(fields[DAY_OF_WEEK]))
    complain(c, hint, "one of day-of-month and day-of-week is ?, and the other is not");
}

static bool is_unit(const char *unit, size_t size, bool one) {
  static const char *const units[] = {"minute", "hour", "day"};
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    size_t length = strlen(units[i]);
    if (strncmp(unit, units[i], length) == 0 && (one ? size == length : size == length + 1 && unit[length] == 's'))
      return true;
  }
  return false;
}

static void check_rate(const ecs_check *c, const char *inside, size_t size) {
  size_t digits = 0;
  while (digits < size && inside[digits] >= '0' && inside[digits] <= '9')
    digits++;
  bool one = digits == 1 && *inside == '1';
  if (digits == 0 || *inside == '0' || digits == size || inside[digits] != ' ' ||
      !is_unit(inside + digits + 1, size - digits - 1, one))
    complain(c, "rate(5 minutes), rate(1 hour), rate(2 days)",
             "is no rate: a number from 1, and minutes, hours or days");
}

static void check_at(const ecs_check *c, const char *inside, size_t size) {
  char clock[32];
  int64_t time;
  if (size == sizeof "2026-12-01T03:00:00" - 1) {
    memcpy(clock, inside, size);
    clock[size] = 'Z';
    if (ecs_sigv4_parse_time(clock, size + 1, &time))
      return;
  }
  complain(c, "at(2026-12-01T03:00:00), in the timezone", "is no date and time");
}

void ecs_schedule_check_expression(const ecs_check *c) {
  static const struct {
    const char *begins;
    void (*check)(const ecs_check *c, const char *inside, size_t size);
  } kinds[] = {{"cron(", check_cron}, {"rate(", check_rate}, {"at(", check_at}};
  const char *text = text_of(c);
  size_t size = strlen(text);
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    size_t length = strlen(kinds[i].begins);
    if (strncmp(text, kinds[i].begins, length) == 0 && size > length && text[size - 1] == ')') {
      kinds[i].check(c, text + length, size - length - 1);
      return;
    }
  }
  complain(c, "cron(0 3 * * ? *), rate(1 hour) or at(2026-12-01T03:00:00)", "is no expression of EventBridge");
}

void ecs_schedule_check_date(const ecs_check *c) {
  int64_t time;
  if (!ecs_sigv4_parse_time(text_of(c), strlen(text_of(c)), &time) || strchr(text_of(c), '-') == NULL)
    complain(c, "write it in UTC: 2026-12-01T00:00:00Z", "is no date and time");
}

void ecs_schedule_check_window(const ecs_check *c) {
  bool flexible = ecs_value_is_text(ecs_value_get(c->value, "mode"), "FLEXIBLE");
  bool given = !ecs_value_is_null(ecs_value_get(c->value, "maximum_window_in_minutes"));
  if (flexible && !given)
    ecs_diags_add(c->diags, "RequiredWith", c->path, "FLEXIBLE needs maximum_window_in_minutes")->hint =
        "set maximum_window_in_minutes to a number from 1 to 1440";
  else if (!flexible && given)
    ecs_diags_add(c->diags, "Conflict", c->path, "maximum_window_in_minutes means something only with FLEXIBLE")->hint =
        "set mode to \"FLEXIBLE\", or remove it";
}

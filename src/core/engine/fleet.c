#include "engine/fleet.h"

#include <math.h>
#include <stdbool.h>

static const double ROUND_SECONDS =
    17.5;                              /* for a look at each: the CLI's waiters take 15, the rest is for likely ones */
static const double MOST_SECONDS = 30; /* no pause between two looks is longer */
static const double MANY = 100;        /* so many and more have no more than their share */
static const double KEPT_ROUNDS = 2;   /* looks at each that are kept for when they are likely to be over */
static const double SAVED = 10;        /* calls that may be saved up beside those that are kept */
static const double LIKELY = 0.5;
static const double SUSPECT_SECONDS = 8; /* after a look that found failed tasks, for the circuit breaker may end it */
static const double DOUBT = 10;          /* so many must have been over before what is known of them is believed */

/* Less than MANY services may have more than their share: ten, as much as when each of them is looked at by itself. */
static double few(const ecs_fleet *fleet) {
  double times = (double)fleet->most < MANY ? MANY / (double)fleet->most : 1;
  return times * times;
}

/* Calls a second. Where calls cannot be full, because few are left or there are many clusters, the middle between what the
** services and what the calls would have. */
static double rate(const ecs_fleet *fleet) {
  double full = (double)fleet->waiting / (double)fleet->names;
  return fleet->waiting == 0 ? 0 : sqrt(full * (double)fleet->round) / ROUND_SECONDS * few(fleet);
}

static double kept(const ecs_fleet *fleet) {
  return fleet->waiting == 0 ? 0 : KEPT_ROUNDS * (double)fleet->round / few(fleet);
}

static double most_credit(const ecs_fleet *fleet) { return SAVED + kept(fleet); }

static double credit_at(const ecs_fleet *fleet, double now) {
  double since = now > fleet->at ? now - fleet->at : 0;
  return fmin(fleet->credit + since * rate(fleet), most_credit(fleet));
}

static void settle(ecs_fleet *fleet, double now) {
  fleet->credit = credit_at(fleet, now);
  fleet->at = now;
}

void ecs_fleet_join(ecs_fleet *fleet, size_t *group, double now) {
  settle(fleet, now);
  fleet->round += (*group)++ % fleet->names == 0;
  if (++fleet->waiting > fleet->most)
    fleet->most = fleet->waiting;
}

void ecs_fleet_leave(ecs_fleet *fleet, size_t *group, double now) {
  settle(fleet, now);
  fleet->round -= --*group % fleet->names == 0;
  fleet->waiting--;
}

double ecs_fleet_free(const ecs_fleet *fleet, ecs_fleet_time time, double now) {
  double credit = credit_at(fleet, now), needs = time == ECS_FLEET_MAY ? 1 + kept(fleet) : 1;
  if (time == ECS_FLEET_MUST || credit >= needs)
    return now;
  return fleet->waiting == 0 ? INFINITY : now + (needs - credit) / rate(fleet);
}

void ecs_fleet_take(ecs_fleet *fleet, double now) {
  settle(fleet, now);
  fleet->credit = fleet->credit - 1;
}

static double since_look(const ecs_fleet_course *course, double told, double now) {
  return told > course->looked && told < now ? told : now;
}

static double unit(const ecs_fleet_course *course, size_t stage) {
  return stage == ECS_FLEET_USUAL ? course->usual : 1;
}

/* Whether a stage goes on. */
static bool goes_on(const ecs_fleet_course *course, size_t stage) {
  return course->entered[stage] > 0 && unit(course, stage) > 0 && (stage <= ECS_FLEET_USUAL || stage == course->stage);
}

static double span(const ecs_fleet_course *course, size_t stage, double at) {
  return (at - course->entered[stage]) / unit(course, stage);
}

/* How many took no longer than `span`. */
static size_t shorter(const ecs_fleet *fleet, size_t stage, double span) {
  size_t count = 0;
  while (count < fleet->known[stage].count && fleet->known[stage].spans[count] <= span)
    count++;
  return count;
}

/* Of those that took longer than `from` of them, the part that is over with the first `to`; one is always taken to have
** taken longer. */
static double part(const ecs_fleet *fleet, size_t stage, size_t from, size_t to) {
  return (double)(to - from) / (double)(fleet->known[stage].count + 1 - from);
}

/* What was expected of this look, to be held against what came of it. */
static void expect(ecs_fleet *fleet, const ecs_fleet_course *course, double now) {
  for (size_t i = 0; i < ECS_FLEET_STAGES; i++) {
    if (!goes_on(course, i))
      continue;
    size_t from = shorter(fleet, i, span(course, i, course->looked)), to = shorter(fleet, i, span(course, i, now));
    fleet->known[i].expected += part(fleet, i, from, to);
  }
}

/* Full, it keeps every other one. */
static void learn(ecs_fleet *fleet, size_t stage, double span) {
  double *known = fleet->known[stage].spans;
  size_t count = fleet->known[stage].count;
  if (count == ECS_FLEET_KNOWN) {
    for (count = 0; count < ECS_FLEET_KNOWN / 2; count++)
      known[count] = known[2 * count];
  }
  size_t at = count;
  for (; at > 0 && known[at - 1] > span; at--)
    known[at] = known[at - 1];
  known[at] = span;
  fleet->known[stage].count = count + 1;
  fleet->known[stage].ended++;
}

void ecs_fleet_see(ecs_fleet *fleet, ecs_fleet_course *course, ecs_fleet_stage stage, double created, double told,
                   double now) {
  if (course->looked > 0)
    expect(fleet, course, now);
  course->entered[ECS_FLEET_WHOLE] = course->entered[ECS_FLEET_USUAL] = created;
  if (stage != course->stage)
    course->entered[stage] = since_look(course, told, now);
  course->stage = stage;
}

void ecs_fleet_end(ecs_fleet *fleet, const ecs_fleet_course *course, double told, double now) {
  double at = since_look(course, told, now);
  expect(fleet, course, now);
  for (size_t i = 0; i < ECS_FLEET_STAGES; i++) {
    if (course->entered[i] > 0 && unit(course, i) > 0)
      learn(fleet, i, span(course, i, at));
  }
}

/* When it is likely to be over, as far as those that are tell, and as far as they have told right before. */
static double foresee(const ecs_fleet *fleet, const ecs_fleet_course *course, size_t stage) {
  double trust = fmin(1, fleet->known[stage].ended / (fleet->known[stage].expected + DOUBT));
  size_t from = shorter(fleet, stage, span(course, stage, course->looked));
  for (size_t i = from; i < fleet->known[stage].count; i++) {
    if (trust * part(fleet, stage, from, i + 1) >= LIKELY)
      return course->entered[stage] + fleet->known[stage].spans[i] * unit(course, stage);
  }
  return INFINITY;
}

void ecs_fleet_times(const ecs_fleet *fleet, const ecs_fleet_course *course, double early, double *times) {
  double likely = course->stage == ECS_FLEET_FAILING ? course->looked + SUSPECT_SECONDS : INFINITY;
  if (course->ends > 0)
    likely = fmin(likely, course->ends);
  for (size_t i = 0; i < ECS_FLEET_STAGES; i++) {
    if (goes_on(course, i))
      likely = fmin(likely, foresee(fleet, course, i));
  }
  times[ECS_FLEET_MAY] = early;
  times[ECS_FLEET_LIKELY] = fmax(early, likely);
  times[ECS_FLEET_MUST] = fmax(early, course->looked + MOST_SECONDS);
}

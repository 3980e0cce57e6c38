/* What services that are waited for together may cost, and when the next of them is likely to be done. */
#include "engine/fleet.h"

#include <math.h>

#include "harness.h"

static const double START = 1767225600;

/* A deployment that began at `created`, seen to have tasks missing, and over after `seconds`. */
static void ends(ecs_fleet *fleet, double created, double usual, double seconds) {
  ecs_fleet_course course = {.usual = usual};
  ecs_fleet_see(fleet, &course, ECS_FLEET_STARTING, created, created + 1, created + 5);
  course.looked = created + seconds - 1;
  ecs_fleet_end(fleet, &course, 0, created + seconds);
}

/* When another, begun at START and looked at `passed` seconds later, is likely to be over: seconds from START. */
static double likely(ecs_fleet *fleet, double usual, double passed) {
  ecs_fleet_course course = {.usual = usual};
  double times[ECS_FLEET_TIMES];
  ecs_fleet_see(fleet, &course, ECS_FLEET_STARTING, START, START + 1, START + passed);
  course.looked = START + passed;
  ecs_fleet_times(fleet, &course, START + passed + 3, times);
  CHECK(times[ECS_FLEET_MAY] == START + passed + 3);
  CHECK(times[ECS_FLEET_MUST] == START + passed + 30);
  return times[ECS_FLEET_LIKELY] - START;
}

static void check_median(void) {
  static ecs_fleet fleet = {.names = 10};
  CHECK(isinf(likely(&fleet, 0, 10)));
  for (int i = 0; i < 300; i++) /* in no order: 37 and 200 have no common divisor */
    ends(&fleet, START - 1000, 0, 100 + i * 37 % 200);
  double half = likely(&fleet, 0, 10);
  CHECK(half > 185 && half < 215);
  CHECK(likely(&fleet, 0, 250) > 265 && likely(&fleet, 0, 250) < 285); /* of those that took so long, half */
  CHECK(isinf(likely(&fleet, 0, 400)));                                /* none took so long */
}

static void check_usual(void) {
  static ecs_fleet fleet = {.names = 10};
  for (int i = 0; i < 30; i++)
    ends(&fleet, START - 1000, 50 + i, 1.5 * (50 + i));
  CHECK(fabs(likely(&fleet, 1000, 200) - 1500) < 1); /* longer than any other, but usually it takes longer */
  CHECK(isinf(likely(&fleet, 0, 200)));
}

static void check_doubt(void) {
  static ecs_fleet fleet = {.names = 10};
  ends(&fleet, START - 1000, 0, 60);
  CHECK(isinf(likely(&fleet, 0, 10))); /* one is no rule */
  for (int i = 0; i < 20; i++)
    ends(&fleet, START - 1000, 0, 60);
  CHECK(likely(&fleet, 0, 10) == 60);
  for (int i = 0; i < 200; i++) { /* many others that should be over by then are not */
    ecs_fleet_course course = {.looked = 0};
    ecs_fleet_see(&fleet, &course, ECS_FLEET_STARTING, START, 0, START + 10);
    course.looked = START + 10;
    ecs_fleet_see(&fleet, &course, ECS_FLEET_STARTING, START, 0, START + 70);
  }
  CHECK(isinf(likely(&fleet, 0, 10)));
}

/* Calls that may be made in ten minutes when each is made as soon as it may. */
static int calls(size_t services, size_t clusters) {
  ecs_fleet fleet = {.names = 10};
  size_t waiting[50] = {0};
  int count = 0;
  for (size_t i = 0; i < services; i++)
    ecs_fleet_join(&fleet, &waiting[i % clusters], START);
  for (double now = ecs_fleet_free(&fleet, ECS_FLEET_LIKELY, START); now < START + 600;
       now = ecs_fleet_free(&fleet, ECS_FLEET_LIKELY, now + 1e-6), count++)
    ecs_fleet_take(&fleet, now);
  for (size_t i = 0; i < services; i++)
    ecs_fleet_leave(&fleet, &waiting[i % clusters], START);
  CHECK(fleet.waiting == 0 && fleet.round == 0);
  CHECK(isinf(ecs_fleet_free(&fleet, ECS_FLEET_LIKELY, START + 1e9)) || fleet.credit >= 1);
  return count;
}

static void check_share(void) {
  int tenth = 600 / 15 * 100 / 10; /* of 100 waiters of the CLI, without their first calls */
  CHECK(calls(100, 1) <= tenth && calls(100, 1) >= tenth * 8 / 10);
  CHECK(abs(calls(1000, 10) - 10 * calls(100, 1)) <= 10);
  CHECK(abs(calls(50, 1) - 2 * calls(100, 1)) <= 2);   /* half of them, four times the share */
  CHECK(calls(10, 1) >= 600 * 3);                      /* more than looks at each by itself take */
  CHECK(abs(calls(100, 40) - 2 * calls(100, 1)) <= 2); /* four times as many calls a round: the middle */
}

static void check_kept(void) {
  ecs_fleet fleet = {.names = 10};
  size_t waiting = 0;
  for (size_t i = 0; i < 100; i++)
    ecs_fleet_join(&fleet, &waiting, START);
  CHECK(ecs_fleet_free(&fleet, ECS_FLEET_MUST, START) == START);
  CHECK(ecs_fleet_free(&fleet, ECS_FLEET_LIKELY, START) > START + 1);
  CHECK(ecs_fleet_free(&fleet, ECS_FLEET_MAY, START) > START + 30); /* what is saved first is for likely ones */
}

int main(void) {
  check_median();
  check_usual();
  check_doubt();
  check_share();
  check_kept();
  return harness_end();
}

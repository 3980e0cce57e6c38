/* rate: the adaptive mode of the SDKs: once AWS has refused a request for its rate, a client sends no faster than a rate
** that falls with each refusal and grows again along a cubic curve (botocore/retries/adaptive.py, bucket.py,
** throttling.py). */
#ifndef ECS_RATE_H
#define ECS_RATE_H

#include <stdbool.h>

typedef struct ecs_rate {
  bool on;                           /* adaptive mode was asked for */
  bool started, limits;              /* limits: there was a refusal */
  double peak, climb, failed;        /* of the curve: the rate at the last refusal, seconds back up to it, and when */
  double fill, capacity, tokens, at; /* of the bucket */
  double measured, since, count;     /* requests a second, and what was counted since */
} ecs_rate;

/* When the next request may be sent: `now`, or later. */
double ecs_rate_due(const ecs_rate *rate, double now);

/* A request is sent. */
void ecs_rate_take(ecs_rate *rate, double now);

/* An answer came, or none will. */
void ecs_rate_heard(ecs_rate *rate, bool throttled, double now);

#endif

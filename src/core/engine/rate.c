#include "engine/rate.h"

#include <math.h>

static const double SMOOTHING = 0.8, MEASURED_EVERY = 0.5; /* of the clocker */
static const double SCALE = 0.4, BETA = 0.7;               /* of the curve */
static const double LEAST = 0.5, MOST_GROWTH = 2;          /* requests a second; times what was measured */
static const double HAIR = 1e-4;                           /* of a token: seconds since 1970 are only so fine */

static void start(ecs_rate *rate, double now) {
  if (rate->started)
    return;
  rate->started = true;
  rate->failed = rate->at = now;
  rate->since = floor(now);
  rate->fill = rate->capacity = 1;
}

static double tokens_at(const ecs_rate *rate, double now) {
  return fmin(rate->capacity, rate->tokens + (now - rate->at) * rate->fill);
}

static void refill(ecs_rate *rate, double now) {
  rate->tokens = tokens_at(rate, now);
  rate->at = now;
}

double ecs_rate_due(const ecs_rate *rate, double now) {
  if (!rate->on || !rate->limits)
    return now;
  double tokens = tokens_at(rate, now);
  return tokens >= 1 - HAIR ? now : now + (1 - tokens) / rate->fill;
}

void ecs_rate_take(ecs_rate *rate, double now) {
  if (!rate->on)
    return;
  start(rate, now);
  if (!rate->limits)
    return;
  refill(rate, now);
  rate->tokens -= 1;
}

static double measure(ecs_rate *rate, double now) {
  double half = floor(now / MEASURED_EVERY) * MEASURED_EVERY;
  rate->count += 1;
  if (half > rate->since) {
    rate->measured = rate->count / (half - rate->since) * SMOOTHING + rate->measured * (1 - SMOOTHING);
    rate->count = 0;
    rate->since = half;
  }
  return rate->measured;
}

void ecs_rate_heard(ecs_rate *rate, bool throttled, double now) {
  if (!rate->on)
    return;
  start(rate, now);
  double measured = measure(rate, now), next;
  if (throttled) {
    rate->peak = rate->limits ? fmin(measured, rate->fill) : measured;
    rate->climb = cbrt(rate->peak * (1 - BETA) / SCALE);
    rate->failed = now;
    rate->limits = true;
    next = rate->peak * BETA;
  } else {
    double x = now - rate->failed - rate->climb;
    next = SCALE * x * x * x + rate->peak;
  }
  next = fmin(next, MOST_GROWTH * measured);
  refill(rate, now);
  rate->fill = fmax(next, LEAST);
  rate->capacity = fmax(next, 1);
  rate->tokens = fmin(rate->tokens, rate->capacity);
}

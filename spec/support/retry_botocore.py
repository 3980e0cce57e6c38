"""What botocore's own retry classes decide, for spec/engine/retry_spec.lua: scenarios come as JSON on the standard input, what
came of them goes out the same way. Nothing is sent and nobody sleeps: time is a number, and jitter comes from the
generator of the core (src/core/engine/retry.c).

A scenario is { seed, mode, attempts, calls = [ [answer, …], … ] }, its calls are made one after the other. An answer is
{ status, code, headers } or { kind }. For each call: { delays = [seconds before each retry], sent = [times] }.
"""
import json
import sys
import types

import botocore.loaders
import botocore.model
from botocore import exceptions
from botocore.retries import adaptive, bucket, quota, standard, throttling

LATENCY = 0.05
KINDS = {
    'dns': exceptions.EndpointConnectionError(endpoint_url='https://x'),
    'connect': exceptions.ConnectTimeoutError(endpoint_url='https://x'),
    'timeout': exceptions.ReadTimeoutError(endpoint_url='https://x'),
    'reset': exceptions.ConnectionClosedError(endpoint_url='https://x'),
    'tls': exceptions.SSLError(endpoint_url='https://x', error='x'),
    'proxy': exceptions.ProxyConnectionError(proxy_url='https://x'),
    'other': exceptions.HTTPClientError(error='x'),
}
MODEL = botocore.model.ServiceModel(botocore.loaders.Loader().load_service_model('ecs', 'service-2'), 'ecs')
OPERATION = MODEL.operation_model('DescribeServices')


def xorshift(seed):
    state = seed

    def draw():
        nonlocal state
        state ^= state >> 12
        state = (state ^ (state << 25)) & (2**64 - 1)
        state ^= state >> 27
        return (((state * 0x2545F4914F6CDD1D) & (2**64 - 1)) >> 11) / 2**53

    return draw


class Clock:
    def __init__(self, now):
        self.now = now

    def current_time(self):
        return self.now

    def sleep(self, amount):
        self.now += amount


class Waiting:
    """Stands in for the condition variable of the token bucket: waiting moves the clock, by a hair more than it should,
    as a real clock does: the last bit of a token would never come otherwise."""

    def __init__(self, clock):
        self.clock = clock

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def wait(self, amount):
        self.clock.sleep(amount + 1e-9)

    def notify(self):
        pass


def limiter(clock):
    made = adaptive.ClientRateLimiter(
        rate_adjustor=throttling.CubicCalculator(starting_max_rate=0, start_time=clock.now),
        rate_clocker=adaptive.RateClocker(clock),
        token_bucket=bucket.TokenBucket(max_rate=1, clock=clock),
        throttling_detector=standard.ThrottlingErrorDetector(standard.RetryEventAdapter()),
        clock=clock)
    made._token_bucket._new_fill_rate_condition = Waiting(clock)
    return made


class Client:
    def __init__(self, scenario):
        self.clock = Clock(scenario['start'])
        adapter = standard.RetryEventAdapter()
        detector = standard.ThrottlingErrorDetector(adapter)
        self.quota = standard.RetryQuotaChecker(quota.RetryQuota(), detector)
        self.handler = standard.RetryHandler(
            retry_policy=standard.RetryPolicy(
                retry_checker=standard.StandardRetryConditions(max_attempts=scenario['attempts']),
                retry_backoff=standard.ExponentialBackoff(
                    random=xorshift(scenario['seed']), service_name='ecs', throttling_detector=detector)),
            retry_event_adapter=adapter, retry_quota=self.quota, service_name='ecs')
        self.limiter = limiter(self.clock) if scenario['mode'] == 'adaptive' else None

    def call(self, answers):
        context, delays, sent = {}, [], []
        for attempt, answer in enumerate(answers, 1):
            if self.limiter:
                self.limiter.on_sending_request(None)
            sent.append(self.clock.now)
            self.clock.sleep(LATENCY)
            response, caught = None, None
            if 'kind' in answer:
                caught = KINDS[answer['kind']]
            else:
                parsed = {'Error': {'Code': answer['code'], 'Message': ''}} if answer.get('code') else {}
                http = types.SimpleNamespace(status_code=answer['status'], headers=answer.get('headers') or {})
                response = (http, parsed)
            event = dict(response=response, attempts=attempt, operation=OPERATION, caught_exception=caught,
                         request_dict={'context': context}, endpoint=None)
            if self.limiter:
                self.limiter.on_receiving_response(**event)
            delay = self.handler.needs_retry(event_name='needs-retry.ecs.DescribeServices', **event)
            if delay is None:
                self.quota.release_retry_quota(context, response and response[0])
                break
            delays.append(delay)
            self.clock.sleep(delay)
        return {'delays': delays, 'sent': sent}


def play(scenario):
    client = Client(scenario)
    return [client.call(answers) for answers in scenario['calls']]


json.dump([play(scenario) for scenario in json.load(sys.stdin)], sys.stdout)

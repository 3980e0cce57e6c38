"""Signatures a second of botocore: python bench/sign_botocore.py SECONDS   prints: botocore RATE"""
import sys
import time

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

URL = "https://ecs.eu-west-1.amazonaws.com/"
BODY = b'{"cluster":"prod","include":["TAGS"],"services":["mongodb","web","worker"]}'
HEADERS = {
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Target": "AmazonEC2ContainerServiceV20141113.DescribeServices",
}


def rate(auth, seconds):
    count, start = 0, time.perf_counter()
    while True:
        for _ in range(200):
            auth.add_auth(AWSRequest(method="POST", url=URL, data=BODY, headers=HEADERS))
        count += 200
        spent = time.perf_counter() - start
        if spent >= seconds:
            return count / spent


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    credentials = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    auth = SigV4Auth(credentials, "ecs", "eu-west-1")
    rate(auth, seconds / 10)
    print("botocore %.0f" % rate(auth, seconds))


main()

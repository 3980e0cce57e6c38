"""Makes botocore-odd.json: requests with unusual paths, queries and headers, signed by botocore.

    python generate.py > botocore-odd.json          (needs botocore; made with 1.44.5)
"""
import datetime
import json
import sys

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

NOW = datetime.datetime(2026, 2, 28, 23, 59, 59)
botocore.auth.get_current_datetime = lambda: NOW
ID, SECRET, TOKEN = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "IQoJb3JpZ2luX2VjE//+token=="

PATHS = [
    "", "/", "//", "/./", "/../", "/..", "/.", "/a/..", "/a/../", "/a/./b", "/a//b", "/a/b/", "/a/b//", "//a///b//",
    "/a/../../b", "/a/b/../c/./d", "/...", "/.hidden", "/a..b", "/a%2Fb", "/a%2fb", "/%2E%2E/a", "/a%20b", "/a+b",
    "/a b", "/a%25b", "/a:b@c", "/(a)!*'$", "/a;b,c=d&e", "/~user", "/\u00fc/\u1234", "/%C3%BC", "/a%", "/a%zz",
    "/v1/services/arn%3Aaws%3Aecs%3Aeu-west-1%3A123456789012%3Aservice%2Fprod%2Fmongo",
]
QUERIES = [
    "a", "a=", "=a", "=", "a=1&a=2", "a=2&a=1", "a=b&a=B&A=b", "b&a", "a=1&b=", "b=&a=1", "a=x+y", "a=x%20y", "a=x%2By",
    "a=x/y", "a=x%2Fy", "a==b", "a=b=c", "a=%C3%BC", "%C3%BC=a", "a-b=1&a=1&a.b=1&aB=1&a_b=1&a~b=1", "a=1&&b=2", "&a=1",
    "a=1&", "list-type=2&prefix=a%2Fb&delimiter=%2F", "a[]=1&a[]=0", "q=it's(a)*test!", "a=:@,;$", "A=1&a=1&B=1&b=1",
    "a%00b=1", "Z=1&z=1&0=1&~=1&-=1&.=1&_=1",
]
HEADERS = [
    [("X-Empty", "")], [("X-Blank", "   ")], [("X-A", "  lead and   inner\t\ttab  ")], [("X-A", "\t"), ("X-B", "b")],
    [("X-B", "2"), ("x-a", "1"), ("X-C", "3")], [("X-A", "1, 2,  3")], [("User-Agent", "me"), ("X-A", "1")],
    [("Connection", "keep-alive"), ("Expect", "100-continue"), ("X-Amzn-Trace-Id", "Root=1")],
    [("Host", "other.example.com:8443")], [("X-Amz-Date", "19700101T000000Z"), ("Authorization", "old")],
    [("X-Quoted", "\"a   b\"")], [("A-B", "1"), ("A", "2"), ("AB", "3"), ("A_B", "4")],
]
HOSTS = ["ecs.eu-west-1.amazonaws.com", "ECS.EU-west-1.amazonaws.com:443", "localhost:4566", "user:pw@host.example:443",
         "[::1]:8000", "[2001:db8::1]"]


def signer(service, presign, region):
    name = ("S3" if service == "s3" else "") + "SigV4" + ("Query" if presign else "") + "Auth"
    token = TOKEN if region == "us-gov-west-1" else None
    credentials = Credentials(ID, SECRET, token)
    return getattr(botocore.auth, name)(credentials, service, region), token


def case(service, region, method, url, headers, body, presign=False):
    auth, token = signer(service, presign, region)
    request = AWSRequest(method=method, url=url, data=body.encode())
    for name, value in headers:
        request.headers[name] = value
    request.context["timestamp"] = NOW.strftime("%Y%m%dT%H%M%SZ")
    seen = {}
    inner = auth.string_to_sign
    def spy(request, canonical):
        seen["canonical_request"] = canonical
        seen["string_to_sign"] = inner(request, canonical)
        return seen["string_to_sign"]
    auth.string_to_sign = spy
    auth.add_auth(request)
    if presign:
        seen["signature"] = request.url.rpartition("=")[2]
    else:
        seen["authorization"] = request.headers["Authorization"]
        seen["signature"] = seen["authorization"].rpartition("=")[2]
    return {"service": service, "region": region, "timestamp": "20260228T235959Z", "presign": presign,
            "credentials": {"access_key_id": ID, "secret_access_key": SECRET, "session_token": token},
            "request": {"method": method, "url": url, "headers": headers, "body": body}, "expect": seen}


def main():
    cases = []
    host = "https://" + HOSTS[0]
    for path in PATHS:
        cases.append(case("ecs", "eu-west-1", "GET", host + path, [], ""))
        # botocore signs S3 paths as they are: its callers see to it that they are not empty and fit for a URL.
        if path not in ("", "/a b", "/\u00fc/\u1234", "/a%", "/a%zz"):
            cases.append(case("s3", "us-gov-west-1", "GET", host + path, [], ""))
    for query in QUERIES:
        cases.append(case("sts", "us-gov-west-1", "GET", host + "/?" + query, [], ""))
        cases.append(case("s3", "eu-west-1", "DELETE", host + "/key?" + query, [], ""))
    for headers in HEADERS:
        cases.append(case("ecs", "us-gov-west-1", "POST", host + "/", headers, "{\"a\": \"\u00fc\"}"))
        cases.append(case("s3", "eu-west-1", "PUT", host + "/k", headers, "x" * 200))
    for name in HOSTS:
        for scheme in ("https", "http"):
            cases.append(case("ecs", "eu-west-1", "POST", scheme + "://" + name + "/", [], "{}"))
    for service in ("s3", "sts"):
        for region in ("eu-west-1", "us-gov-west-1"):
            for rest in ("/", "/a%20b/c", "/a/./b", "/k?a=1&b=%2F&c=", "/k?Z=1&a=b%20c&X-Custom=1"):
                cases.append(case(service, region, "GET", host + rest, [("X-Amz-Meta-A", " b  c ")], "", presign=True))
    for number, each in enumerate(cases):
        each["name"] = "botocore-odd-%03d" % number
    json.dump(cases, sys.stdout, indent=1)
    print()


main()

"""What botocore makes of situations in which credentials are looked for. The file that is named as argument holds them
as JSON. Serves their fake endpoints (STS, SSO, OIDC, instance metadata, container) on 127.0.0.1, prints one line of
JSON, {"port": …, "answers": […]}, and goes on serving until its standard input ends, so that others can ask too."""
import getpass
import hashlib
import json
import os
import re
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

getpass.getpass = lambda prompt="": "123456"  # before botocore takes it as a default

import botocore.credentials  # noqa: E402
import botocore.exceptions  # noqa: E402
import botocore.loaders  # noqa: E402
import botocore.session  # noqa: E402
import botocore.tokens  # noqa: E402
import botocore.utils  # noqa: E402

botocore.utils.ContainerMetadataFetcher.SLEEP_TIME = 0

with open(sys.argv[1], encoding="utf-8") as given:
    SITUATIONS = json.load(given)


def key_of(*parts):
    return "ASIA" + hashlib.sha1("|".join(str(part) for part in parts).encode()).hexdigest()[:16].upper()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body):
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def sts(self, serve, form):
        fails = serve.get("sts")
        if fails:
            return self.answer(fails[0], f"<ErrorResponse><Error><Code>{fails[1]}</Code><Message>no</Message></Error>"
                                         "</ErrorResponse>")
        signer = re.search(r"Credential=([^/]+)/", self.headers.get("Authorization", ""))
        session = form.get("RoleSessionName", "")
        if re.match(r"(botocore-session|ecs-service)-\d+$", session):
            session = "default"
        action = form["Action"]
        key = key_of(action, form.get("RoleArn"), signer and signer.group(1),
                     self.headers.get("X-Amz-Security-Token"), form.get("ExternalId"), form.get("DurationSeconds"),
                     form.get("SerialNumber"), form.get("TokenCode"), session, form.get("WebIdentityToken"))
        self.answer(200, f"<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result>"
                         f"<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/x/y</Arn></AssumedRoleUser>"
                         f"<Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>"
                         f"<SessionToken>token-{key}</SessionToken><Expiration>{serve['future']}</Expiration>"
                         f"</Credentials></{action}Result></{action}Response>")

    def sso(self, serve, query):
        token = self.headers.get("x-amz-sso_bearer_token")
        if serve.get("sso"):
            return self.answer(serve["sso"], "{\"message\": \"no\"}")
        key = key_of("sso", token, query["role_name"][0], query["account_id"][0])
        self.answer(200, json.dumps({"roleCredentials": {"accessKeyId": key, "secretAccessKey": "secret",
                                                         "sessionToken": "token-" + key,
                                                         "expiration": serve["future_ms"]}}))

    def oidc(self, serve, body):
        if serve.get("oidc"):
            return self.answer(serve["oidc"], "{\"error\": \"invalid_grant\"}")
        asked = json.loads(body)
        self.answer(200, json.dumps({"accessToken": "fresh-" + asked["refreshToken"] + asked["clientId"],
                                     "expiresIn": 3600, "refreshToken": "next"}))

    def handle_one(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        _, number, rest = self.path.split("/", 2)
        serve = SITUATIONS[int(number)]["serve"]
        path = urllib.parse.urlsplit("/" + rest)
        if path.path in ("/sts", "/sts/"):
            return self.sts(serve, dict(urllib.parse.parse_qsl(body)))
        if path.path == "/sso/federation/credentials":
            return self.sso(serve, urllib.parse.parse_qs(path.query))
        if path.path == "/oidc/token":
            return self.oidc(serve, body)
        fixed = serve.get("fixed", {}).get(f"{self.command} {path.path}")
        for name, value in (fixed or {}).get("wants", {}).items():
            if self.headers.get(name) != value:
                return self.answer(401, "not so")
        self.answer(fixed["status"] if fixed else 404, fixed["body"] if fixed else "nothing here")

    do_GET = do_PUT = do_POST = handle_one


def place(text, number, port):
    return text.replace("{base}", f"http://127.0.0.1:{port}/{number}")


def choose(situation, number, port, loader):
    os.environ.clear()
    os.environ.update({name: place(value, number, port) for name, value in situation["env"].items()})
    cache = os.path.join(os.environ["HOME"], ".aws", "sso", "cache")
    botocore.credentials.SSOProvider._SSO_TOKEN_CACHE_DIR = cache
    botocore.tokens.SSOTokenProvider._SSO_TOKEN_CACHE_DIR = cache
    for path in situation["templates"]:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(place(text, number, port))
    try:
        session = botocore.session.Session(profile=situation.get("profile"))
        session.register_component("data_loader", loader)
        found = session.get_credentials()
        if found is None:
            return {"none": True}
        keys = found.get_frozen_credentials()
        return {"access_key_id": keys.access_key, "secret_access_key": keys.secret_key,
                "session_token": keys.token, "source": found.method}
    except Exception as error:  # every kind of failure is an answer here
        return {"error": f"{type(error).__name__}: {error}"}


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
shared = botocore.loaders.Loader()
PATH = os.environ["PATH"]
for one in SITUATIONS:
    one["env"].setdefault("PATH", PATH)
answers = [choose(one, number, server.server_port, shared) for number, one in enumerate(SITUATIONS)]
print(json.dumps({"port": server.server_port, "answers": answers}), flush=True)
sys.stdin.read()

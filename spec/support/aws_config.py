"""What botocore reads out of configuration files: a list of {"config": text, "credentials": text} as JSON on standard
input, one answer for each on standard output."""
import json
import os
import sys
import tempfile

import botocore.exceptions
import botocore.session


def load(files, folder):
    paths = {}
    for name in ("config", "credentials"):
        paths[name] = os.path.join(folder, name)
        if os.path.exists(paths[name]):
            os.remove(paths[name])
        if name in files:
            with open(paths[name], "wb") as out:
                out.write(files[name].encode("utf-8"))
    os.environ["AWS_CONFIG_FILE"] = paths["config"]
    os.environ["AWS_SHARED_CREDENTIALS_FILE"] = paths["credentials"]
    try:
        full = botocore.session.Session().full_config
    except botocore.exceptions.ConfigParseError:
        return {"error": True}
    return {name: full.get(name, {}) for name in ("profiles", "sso_sessions", "services")}


with tempfile.TemporaryDirectory() as place:
    json.dump([load(files, place) for files in json.load(sys.stdin)], sys.stdout)

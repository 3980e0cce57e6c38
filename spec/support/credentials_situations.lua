--- Situations in which credentials are looked for: spec/aws/credentials_parity_spec.lua has botocore and this module
--- look in each of them. {home} stands for a folder of the situation's own, {base} for the URL of its endpoints,
--- {future} {soon} {past} for points in time.
---
--- name, env, files (path in {home} → text), profile (that the program names), serve (see
--- spec/support/aws_credentials.py), differs: the difference that docs/credentials.md argues, by its words there.

local list = {}

local function add(name, situation)
  situation.name = name
  list[#list + 1] = situation
end

local STS = { AWS_ENDPOINT_URL_STS = "{base}/sts" }

local function with(...)
  local all = {}
  for _, map in ipairs { ... } do
    for key, value in pairs(map) do all[key] = value end
  end
  return all
end

local KEYS = { AWS_ACCESS_KEY_ID = "AKIDENV", AWS_SECRET_ACCESS_KEY = "env" }

local function config(text) return { [".aws/config"] = text } end
local function shared(text) return { [".aws/credentials"] = text } end

local DEFAULT = "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = file\n"

-- The environment
add("keys of the environment", { env = KEYS })
add("keys and a token of the environment", { env = with(KEYS, { AWS_SESSION_TOKEN = "T" }) })
add("the token's older name", { env = with(KEYS, { AWS_SECURITY_TOKEN = "T" }) })
add("both names of the token", { env = with(KEYS, { AWS_SECURITY_TOKEN = "old", AWS_SESSION_TOKEN = "new" }) })
add("an id without a secret", { env = { AWS_ACCESS_KEY_ID = "AKIDENV" } })
add("a secret without an id", { env = { AWS_SECRET_ACCESS_KEY = "env" } })
add("a secret without an id, and a file", { env = { AWS_SECRET_ACCESS_KEY = "env" }, files = shared(DEFAULT) })
add("an empty id, and a file", { env = { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "env" },
  files = shared(DEFAULT) })
add("an empty secret", { env = { AWS_ACCESS_KEY_ID = "AKIDENV", AWS_SECRET_ACCESS_KEY = "" } })
add("names that other tools had", { env = { AWS_ACCESS_KEY = "AKIDENV", AWS_SECRET_KEY = "env" } })
add("keys that expire later", { env = with(KEYS, { AWS_CREDENTIAL_EXPIRATION = "{future}" }) })
add("keys that expire soon", { env = with(KEYS, { AWS_CREDENTIAL_EXPIRATION = "{soon}" }) })
add("keys that have expired", { env = with(KEYS, { AWS_CREDENTIAL_EXPIRATION = "{past}" }) })
add("an expiry that is no time", { env = with(KEYS, { AWS_CREDENTIAL_EXPIRATION = "tomorrow-ish" }) })
add("the environment before the files", { env = KEYS, files = shared(DEFAULT) })
add("the environment before AWS_PROFILE", { env = with(KEYS, { AWS_PROFILE = "a" }),
  files = shared(DEFAULT .. "[a]\naws_access_key_id = AKIDA\naws_secret_access_key = a\n") })
add("a profile that the program names before the environment", { env = KEYS, profile = "a",
  files = shared(DEFAULT .. "[a]\naws_access_key_id = AKIDA\naws_secret_access_key = a\n") })
add("an AWS_PROFILE that does not exist, with keys in the environment", { env = with(KEYS, { AWS_PROFILE = "no" }),
  files = shared(DEFAULT) })
add("nothing anywhere", {})

-- Files
local A = "[a]\naws_access_key_id = AKIDA\naws_secret_access_key = a\n"
local PA = "[profile a]\naws_access_key_id = AKIDPA\naws_secret_access_key = pa\n"
add("the default profile of the credentials file", { files = shared(DEFAULT) })
add("a token in the credentials file", { files = shared(DEFAULT .. "aws_session_token = T\n") })
add("both names of the token in the credentials file", {
  files = shared(DEFAULT .. "aws_session_token = T\naws_security_token = S\n") })
add("AWS_PROFILE", { env = { AWS_PROFILE = "a" }, files = shared(DEFAULT .. A) })
add("AWS_DEFAULT_PROFILE", { env = { AWS_DEFAULT_PROFILE = "a" }, files = shared(DEFAULT .. A) })
add("AWS_DEFAULT_PROFILE before AWS_PROFILE", { env = { AWS_DEFAULT_PROFILE = "a", AWS_PROFILE = "default" },
  files = shared(DEFAULT .. A) })
add("an empty AWS_PROFILE", { env = { AWS_PROFILE = "" }, files = shared(DEFAULT),
  differs = "An empty variable counts as not set" })
add("AWS_PROFILE that does not exist", { env = { AWS_PROFILE = "no" }, files = shared(DEFAULT) })
add("a profile that the program names, and does not exist", { profile = "no", files = shared(DEFAULT) })
add("keys in the configuration file", { env = { AWS_PROFILE = "a" }, files = config(PA) })
add("the default profile in the configuration file", { files = config(DEFAULT) })
add("the default profile in its long spelling", {
  files = config "[profile default]\naws_access_key_id = AKIDL\naws_secret_access_key = l\n" })
add("the credentials file before the configuration file", { env = { AWS_PROFILE = "a" },
  files = with(config(PA), shared(A)) })
add("a profile in the configuration file without the word", { env = { AWS_PROFILE = "a" }, files = config(A) })
add("a profile with the word in the credentials file", { env = { AWS_PROFILE = "a" }, files = shared(PA) })
add("a profile that only has a region", { env = { AWS_PROFILE = "a" },
  files = with(config "[profile a]\nregion = eu-west-1\n", shared(DEFAULT)) })
add("an id without a secret in the credentials file", { files = shared "[default]\naws_access_key_id = A\n" })
add("a secret without an id in the credentials file", { files = shared "[default]\naws_secret_access_key = A\n" })
add("an id in one file, a secret in the other", { files = with(config "[default]\naws_secret_access_key = c\n",
  shared "[default]\naws_access_key_id = AKIDS\n") })
add("empty keys in the credentials file", { files = shared "[default]\naws_access_key_id =\naws_secret_access_key =\n",
  differs = "Empty keys in a file are an error" })
add("keys with a comment behind them", {
  files = shared "[default]\naws_access_key_id = AKIDC # mine\naws_secret_access_key = c\n" })
add("other paths of the files", { env = { AWS_SHARED_CREDENTIALS_FILE = "{home}/c", AWS_CONFIG_FILE = "{home}/d",
  AWS_PROFILE = "a" }, files = { c = DEFAULT, d = PA } })
add("a path with ~", { env = { AWS_SHARED_CREDENTIALS_FILE = "~/c" }, files = { c = DEFAULT } })
add("a path with a variable", { env = { AWS_SHARED_CREDENTIALS_FILE = "$HOME/${SUB}", SUB = "c" },
  files = { c = DEFAULT } })
add("a credentials file that is no INI", { files = shared "hello\n" })
add("a configuration file that is no INI, with keys in the environment", { env = KEYS, files = config "hello\n" })
add("a byte order mark", { files = shared("\239\187\191" .. DEFAULT), differs = "A byte order mark is passed over" })
add("quoted profile names", { env = { AWS_PROFILE = "my profile" },
  files = config "[profile \"my profile\"]\naws_access_key_id = AKIDQ\naws_secret_access_key = q\n" })
add("Windows line ends", { files = shared((DEFAULT:gsub("\n", "\r\n"))) })
add("the section of defaults", { env = { AWS_PROFILE = "a" },
  files = shared "[DEFAULT]\naws_access_key_id = AKIDD\naws_secret_access_key = d\n[a]\nregion = x\n" })

-- The places of old
add("the file of the first EC2 tools", { env = { AWS_CREDENTIAL_FILE = "{home}/f" },
  files = { f = "AWSAccessKeyId=AKIDOLD\nAWSSecretKey=old\n" } })
add("the file of the first EC2 tools, missing", { env = { AWS_CREDENTIAL_FILE = "{home}/f" } })
add("the file of the first EC2 tools, without a secret", { env = { AWS_CREDENTIAL_FILE = "{home}/f" },
  files = { f = "AWSAccessKeyId=AKIDOLD\n" } })
add("boto 2 in the home folder", {
  files = { [".boto"] = "[Credentials]\naws_access_key_id = AKIDBOTO\naws_secret_access_key = b\n" } })
add("boto 2 where BOTO_CONFIG says", { env = { BOTO_CONFIG = "{home}/b" },
  files = { b = "[Credentials]\naws_access_key_id = AKIDBOTO\naws_secret_access_key = b\n" } })

-- Roles of profiles
local ROLE = "[profile r]\nrole_arn = arn:aws:iam::123456789012:role/r\n"
local R = with(STS, { AWS_PROFILE = "r" })
add("a role with the keys of another profile", { env = R, files = with(config(ROLE .. "source_profile = a\n"),
  shared(A)) })
add("a role with the keys of a profile of the configuration file", { env = R,
  files = config(ROLE .. "source_profile = a\n" .. PA) })
add("a role with everything", { env = R, files = with(config(ROLE .. "source_profile = a\nexternal_id = ext\n"
  .. "role_session_name = me\nduration_seconds = 1800\nmfa_serial = arn:aws:iam::123456789012:mfa/me\n"), shared(A)) })
add("a role whose duration is no number", { env = R,
  files = with(config(ROLE .. "source_profile = a\nduration_seconds = long\n"), shared(A)),
  differs = "A duration_seconds that is no number is an error" })
add("a role in the credentials file", { env = R, files = shared("[r]\nrole_arn = arn:aws:iam::1:role/r\n"
  .. "source_profile = a\n" .. A) })
add("a role that is its own source", { env = R, files = config(ROLE .. "source_profile = r\n"
  .. "aws_access_key_id = AKIDSELF\naws_secret_access_key = s\n") })
add("a role that is its own source, without keys", { env = R, files = config(ROLE .. "source_profile = r\n") })
add("a chain of roles", { env = R, files = with(config(ROLE .. "source_profile = m\n[profile m]\n"
  .. "role_arn = arn:aws:iam::2:role/m\nexternal_id = ext2\nsource_profile = a\n"), shared(A)) })
add("a chain that ends in a role with keys of its own", { env = R, files = with(config(ROLE .. "source_profile = m\n"
  .. "[profile m]\nrole_arn = arn:aws:iam::2:role/m\nsource_profile = a\naws_access_key_id = AKIDM\n"
  .. "aws_secret_access_key = m\n"), shared(A)) })
add("a loop of roles", { env = R, files = config(ROLE .. "source_profile = m\n[profile m]\n"
  .. "role_arn = arn:aws:iam::2:role/m\nsource_profile = r\n") })
add("a loop of roles that does not come back to its beginning", { env = R, files = config(ROLE
  .. "source_profile = m\n[profile m]\nrole_arn = arn:aws:iam::2:role/m\nsource_profile = n\n[profile n]\n"
  .. "role_arn = arn:aws:iam::2:role/n\nsource_profile = m\n") })
add("a role whose source does not exist", { env = R, files = config(ROLE .. "source_profile = no\n") })
add("a role whose source has nothing", { env = R, files = config(ROLE .. "source_profile = a\n"
  .. "[profile a]\nregion = x\n") })
add("a role whose source has half of the keys", { env = R, files = config(ROLE .. "source_profile = a\n"
  .. "[profile a]\naws_access_key_id = A\n") })
add("a role without a source", { env = R, files = config(ROLE) })
add("a role with two sources", { env = R, files = config(ROLE .. "source_profile = a\n"
  .. "credential_source = Environment\n" .. PA) })
add("a role with a source that is none", { env = R, files = config(ROLE .. "credential_source = Nowhere\n") })
add("a role with a source in the wrong case", { env = R, files = config(ROLE .. "credential_source = environment\n") })
add("a role with the keys of the environment", { env = with(R, KEYS), profile = "r",
  files = config(ROLE .. "credential_source = Environment\n") })
add("a role with the keys of the environment, which has none", { env = R,
  files = config(ROLE .. "credential_source = Environment\n") })
add("the environment before a role", { env = with(R, KEYS), files = with(config(ROLE .. "source_profile = a\n"),
  shared(A)) })
add("a role whose source is a process", { env = R, files = with(config(ROLE .. "source_profile = p\n[profile p]\n"
  .. "credential_process = sh {home}/tool\n"),
  { tool = "echo '{\"Version\":1,\"AccessKeyId\":\"AKIDP\",\"SecretAccessKey\":\"p\"}'\n" }) })
add("a role that is refused", { env = R, files = with(config(ROLE .. "source_profile = a\n"), shared(A)),
  serve = { sts = { 403, "AccessDenied" } } })
add("the default profile with a role", { env = STS,
  files = with(config "[default]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = a\n", shared(A)) })

-- Web identity
local WEB = with(STS, { AWS_WEB_IDENTITY_TOKEN_FILE = "{home}/jwt", AWS_ROLE_ARN = "arn:aws:iam::1:role/web" })
add("a web identity token", { env = WEB, files = { jwt = "header.payload.signature" } })
add("a web identity token with a session name", { env = with(WEB, { AWS_ROLE_SESSION_NAME = "pod" }),
  files = { jwt = "header.payload.signature" } })
add("a web identity token without a role", { env = with(STS, { AWS_WEB_IDENTITY_TOKEN_FILE = "{home}/jwt" }),
  files = { jwt = "x.token" } })
add("a web identity token that is missing", { env = WEB })
add("a web identity token that ends in a line break", { env = WEB, files = { jwt = "header.payload.signature\n" },
  differs = "Blanks around a web identity token are cut off" })
add("a web identity token of the profile", { env = R, files = { [".aws/config"] = ROLE
  .. "web_identity_token_file = {home}/jwt\nrole_session_name = prof\n", jwt = "of.the.profile" } })
add("variables of web identity before the profile's", { env = with(WEB, { AWS_PROFILE = "r" }),
  files = { [".aws/config"] = ROLE .. "web_identity_token_file = {home}/other\n", jwt = "env.token",
  other = "profile.token" } })
add("variables of web identity do not count for a profile that the program names", { env = WEB, profile = "a",
  files = with(shared(A), { jwt = "env.token" }) })
add("a web identity before the files", { env = WEB, files = with(shared(DEFAULT), { jwt = "env.token" }) })
add("a web identity as the source of a role", { env = R, files = { [".aws/config"] = ROLE
  .. "source_profile = w\n[profile w]\nrole_arn = arn:aws:iam::1:role/w\nweb_identity_token_file = {home}/jwt\n",
  jwt = "w.token" } })
add("a web identity that is refused", { env = WEB, files = { jwt = "x.token" },
  serve = { sts = { 400, "InvalidIdentityToken" } } })
add("an empty AWS_WEB_IDENTITY_TOKEN_FILE over the profile's", {
  env = with(R, { AWS_WEB_IDENTITY_TOKEN_FILE = "" }), files = { [".aws/config"] = ROLE
  .. "web_identity_token_file = {home}/jwt\n", jwt = "x.token" }, differs = "An empty variable counts as not set" })

-- IAM Identity Center
local SSO = { AWS_ENDPOINT_URL_SSO = "{base}/sso", AWS_ENDPOINT_URL_SSO_OIDC = "{base}/oidc", AWS_PROFILE = "s" }
local SESSION = "[sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = us-east-1\n"
local PROFILE = "[profile s]\nsso_account_id = 123456789012\nsso_role_name = Deploy Role\n"
local LEGACY = PROFILE .. "sso_start_url = https://corp.example/start\nsso_region = us-east-1\n"
local CORP = ".aws/sso/cache/{sha1:corp}.json"
local URL = ".aws/sso/cache/{sha1:https://corp.example/start}.json"
local function token(expires, more)
  return ('{"accessToken":"tok","expiresAt":"%s"%s}'):format(expires, more or "")
end
local REFRESH = ',"refreshToken":"again","clientId":"id","clientSecret":"cs","registrationExpiresAt":"{future}"'
add("SSO with a session", { env = SSO, files = { [".aws/config"] = SESSION .. PROFILE .. "sso_session = corp\n",
  [CORP] = token "{future}" } })
add("SSO with a session, and a token that expires soon and is refreshed", { env = SSO, files = {
  [".aws/config"] = SESSION .. PROFILE .. "sso_session = corp\n", [CORP] = token("{soon}", REFRESH) } })
add("SSO with a session, and a token that has expired and is refreshed", { env = SSO, files = {
  [".aws/config"] = SESSION .. PROFILE .. "sso_session = corp\n", [CORP] = token("{past}", REFRESH) } })
add("SSO with a token that has expired and cannot be refreshed", { env = SSO, files = {
  [".aws/config"] = SESSION .. PROFILE .. "sso_session = corp\n", [CORP] = token "{past}" } })
add("SSO with a token that expires soon, and a refresh that is refused", { env = SSO, serve = { oidc = 400 }, files = {
  [".aws/config"] = SESSION .. PROFILE .. "sso_session = corp\n", [CORP] = token("{soon}", REFRESH) } })
add("SSO with a token that has expired, and a refresh that is refused", { env = SSO, serve = { oidc = 400 }, files = {
  [".aws/config"] = SESSION .. PROFILE .. "sso_session = corp\n", [CORP] = token("{past}", REFRESH) } })
add("SSO with a registration that has expired", { env = SSO, files = {
  [".aws/config"] = SESSION .. PROFILE .. "sso_session = corp\n",
  [CORP] = token("{past}", (REFRESH:gsub("{future}", "{past}"))) } })
add("SSO without a token", { env = SSO, files = config(SESSION .. PROFILE .. "sso_session = corp\n") })
add("SSO with a token that is no JSON", { env = SSO, files = {
  [".aws/config"] = SESSION .. PROFILE .. "sso_session = corp\n", [CORP] = "{" } })
add("SSO with a token in the time's form of old", { env = SSO, files = {
  [".aws/config"] = SESSION .. PROFILE .. "sso_session = corp\n", [CORP] = token "{future_utc}" } })
add("SSO of old", { env = SSO, files = { [".aws/config"] = LEGACY, [URL] = token "{future}" } })
add("SSO of old with a token that has expired", { env = SSO, files = { [".aws/config"] = LEGACY,
  [URL] = token("{past}", REFRESH) } })
add("SSO without a role", { env = SSO, files = config(SESSION
  .. "[profile s]\nsso_account_id = 1\nsso_session = corp\n") })
add("SSO without a role and an account", { env = SSO, files = config(SESSION .. "[profile s]\nsso_session = corp\n") })
add("SSO of old without a start URL", { env = SSO, files = config(PROFILE .. "sso_region = us-east-1\n") })
add("SSO with a session that does not exist", { env = SSO, files = config(PROFILE .. "sso_session = corp\n") })
add("SSO with a session that does not agree with the profile", { env = SSO, files = { [".aws/config"] = SESSION
  .. PROFILE .. "sso_session = corp\nsso_region = eu-west-1\n", [CORP] = token "{future}" } })
add("SSO with a session that has no region", { env = SSO, files = { [".aws/config"] =
  "[sso-session corp]\nsso_start_url = https://corp.example/start\n" .. PROFILE
  .. "sso_session = corp\nsso_region = us-east-1\n", [CORP] = token "{future}" } })
add("SSO that refuses the token", { env = SSO, serve = { sso = 401 }, files = {
  [".aws/config"] = SESSION .. PROFILE .. "sso_session = corp\n", [CORP] = token "{future}" } })
add("SSO that knows no such role", { env = SSO, serve = { sso = 403 }, files = {
  [".aws/config"] = SESSION .. PROFILE .. "sso_session = corp\n", [CORP] = token "{future}" } })
add("SSO before the credentials file", { env = SSO, files = { [".aws/config"] = SESSION .. PROFILE
  .. "sso_session = corp\n", [CORP] = token "{future}",
  [".aws/credentials"] = "[s]\naws_access_key_id = AKIDS\naws_secret_access_key = s\n" } })
add("SSO as the source of a role", { env = with(SSO, STS, { AWS_PROFILE = "r" }), files = { [".aws/config"] = SESSION
  .. PROFILE .. "sso_session = corp\n" .. ROLE .. "source_profile = s\n", [CORP] = token "{future}" } })

-- credential_process
local P = { AWS_PROFILE = "p" }
local function process(script, more)
  return { [".aws/config"] = "[profile p]\ncredential_process = sh {home}/tool \"a b\" c\\ d\n" .. (more or ""),
    tool = script }
end
local GOOD = '"AccessKeyId":"AKIDP","SecretAccessKey":"p"'
add("a process", { env = P, files = process("echo '{\"Version\":1," .. GOOD .. "}'\n") })
add("a process with a token and an expiry", { env = P, files = process("echo '{\"Version\":1," .. GOOD
  .. ',"SessionToken":"T","Expiration":"{future}"}\'\n') })
add("a process whose keys have expired", { env = P, files = process("echo '{\"Version\":1," .. GOOD
  .. ',"Expiration":"{past}"}\'\n') })
add("a process that gets its arguments as a shell would give them", { env = P,
  files = process("echo '{\"Version\":1,\"AccessKeyId\":\"'$#-$1-$2'\",\"SecretAccessKey\":\"p\"}'\n") })
add("a process that fails", { env = P, files = process "echo no >&2; exit 3\n" })
add("a process of another version", { env = P, files = process("echo '{\"Version\":2," .. GOOD .. "}'\n") })
add("a process without a version", { env = P, files = process("echo '{" .. GOOD .. "}'\n") })
add("a process without a secret", { env = P, files = process "echo '{\"Version\":1,\"AccessKeyId\":\"A\"}'\n" })
add("a process that prints no JSON", { env = P, files = process "echo hello\n" })
add("a process that does not exist", { env = P, files = config "[profile p]\ncredential_process = {home}/nothing\n" })
add("a process with a quotation that does not end", { env = P,
  files = config "[profile p]\ncredential_process = sh \"x\n" })
add("a process that writes much to standard error", { env = P, files = process(
  "i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678901234567890123456789 >&2; i=$((i+1)); done\n"
  .. "echo '{\"Version\":1," .. GOOD .. "}'\n") })
add("the credentials file before a process", { env = P, files = with(process("echo '{\"Version\":1," .. GOOD .. "}'\n"),
  shared "[p]\naws_access_key_id = AKIDS\naws_secret_access_key = s\n") })
add("a process before keys in the configuration file", { env = P, files = process("echo '{\"Version\":1," .. GOOD
  .. "}'\n", "aws_access_key_id = AKIDC\naws_secret_access_key = c\n") })

-- The container's endpoint
local CONTAINER = { AWS_CONTAINER_CREDENTIALS_FULL_URI = "{base}/container" }
local function contained(body, wants, status)
  return { fixed = { ["GET /container"] = { status = status or 200, body = body, wants = wants } } }
end
local BODY = '{"AccessKeyId":"ASIACON","SecretAccessKey":"c","Token":"T","Expiration":"{future}"}'
add("a container", { env = CONTAINER, serve = contained(BODY) })
add("a container with a token", { env = with(CONTAINER, { AWS_CONTAINER_AUTHORIZATION_TOKEN = "Basic x" }),
  serve = contained(BODY, { Authorization = "Basic x" }) })
add("a container with a token in a file", { env = with(CONTAINER,
  { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE = "{home}/t", AWS_CONTAINER_AUTHORIZATION_TOKEN = "other" }),
  files = { t = "Basic y" }, serve = contained(BODY, { Authorization = "Basic y" }) })
add("a container with a token that has a line break", { env = with(CONTAINER,
  { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE = "{home}/t" }), files = { t = "Basic y\n" }, serve = contained(BODY) })
add("a container with a token file that is missing", { env = with(CONTAINER,
  { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE = "{home}/t" }), serve = contained(BODY) })
add("a container that answers with an error", { env = CONTAINER, serve = contained("{}", nil, 500) })
add("a container that answers with no JSON", { env = CONTAINER, serve = contained "hello" })
add("a container that answers without a token", { env = CONTAINER,
  serve = contained '{"AccessKeyId":"A","SecretAccessKey":"c","Expiration":"{future}"}' })
add("a container that answers without an expiry", { env = CONTAINER,
  serve = contained '{"AccessKeyId":"A","SecretAccessKey":"c","Token":"T"}' })
add("a container at a host where no token may go", {
  env = { AWS_CONTAINER_CREDENTIALS_FULL_URI = "http://192.0.2.1/x" } })
add("a container at a name that begins like an allowed one", {
  env = { AWS_CONTAINER_CREDENTIALS_FULL_URI = "http://127.0.0.1.example.com/x" } })
add("a container's URI that is none", { env = { AWS_CONTAINER_CREDENTIALS_FULL_URI = "hello" } })
add("the files before a container", { env = CONTAINER, serve = contained(BODY), files = shared(DEFAULT) })
add("a role with the keys of a container", { env = with(R, CONTAINER), serve = contained(BODY),
  files = config(ROLE .. "credential_source = EcsContainer\n") })

-- The metadata of an instance
local EC2 = { AWS_EC2_METADATA_DISABLED = "false", AWS_EC2_METADATA_SERVICE_ENDPOINT = "{base}/imds" }
local ROLES = "/imds/latest/meta-data/iam/security-credentials/"
local function instance(changes)
  local fixed = {
    ["PUT /imds/latest/api/token"] = { status = 200, body = "imds-token",
      wants = { ["x-aws-ec2-metadata-token-ttl-seconds"] = "21600" } },
    ["GET " .. ROLES] = { status = 200, body = "box", wants = { ["x-aws-ec2-metadata-token"] = "imds-token" } },
    ["GET " .. ROLES .. "box"] = { status = 200, wants = { ["x-aws-ec2-metadata-token"] = "imds-token" },
      body = '{"Code":"Success","AccessKeyId":"ASIAEC2","SecretAccessKey":"e","Token":"T","Expiration":"{future}"}' },
  }
  for key, change in pairs(changes or {}) do fixed[key] = change end
  return { fixed = fixed }
end
local OPEN = { ["GET " .. ROLES] = { status = 200, body = "box" }, ["GET " .. ROLES .. "box"] = { status = 200,
  body = '{"AccessKeyId":"ASIAV1","SecretAccessKey":"e","Token":"T","Expiration":"{future}"}' } }
local function without_token(status, more)
  return instance(with(OPEN, { ["PUT /imds/latest/api/token"] = { status = status, body = "" } }, more or {}))
end
add("an instance", { env = EC2, serve = instance() })
add("an instance, at an endpoint with a slash", { env = with(EC2,
  { AWS_EC2_METADATA_SERVICE_ENDPOINT = "{base}/imds/" }), serve = instance() })
add("an instance, forbidden to ask", { env = with(EC2, { AWS_EC2_METADATA_DISABLED = "TRUE" }), serve = instance() })
add("an instance of the first version", { env = EC2, serve = without_token(404) })
add("an instance that forbids tokens", { env = EC2, serve = without_token(403) })
add("an instance that fails at tokens", { env = EC2, serve = without_token(500) })
add("an instance that calls the request for a token wrong", { env = EC2, serve = without_token(400) })
add("an instance of the first version, which is disabled", { env = with(EC2,
  { AWS_EC2_METADATA_V1_DISABLED = "true" }), serve = without_token(404) })
add("an instance of the first version, which the profile disables", { env = EC2, serve = without_token(404),
  files = config "[default]\nec2_metadata_v1_disabled = true\n" })
add("an instance without a role", { env = EC2, serve = instance {
  ["GET " .. ROLES] = { status = 404, body = "no" } } })
add("an instance with an empty role", { env = EC2, serve = instance {
  ["GET " .. ROLES] = { status = 200, body = "" } } })
add("an instance whose role has an error", { env = EC2, serve = instance {
  ["GET " .. ROLES .. "box"] = { status = 200, body = '{"Code":"AssumeRoleUnauthorizedAccess","Message":"no"}' } } })
add("an instance that answers with no JSON", { env = EC2, serve = instance {
  ["GET " .. ROLES .. "box"] = { status = 200, body = "hello" } } })
add("an instance whose keys have expired, because the service that makes them is down", { env = EC2, serve = instance {
  ["GET " .. ROLES .. "box"] = { status = 200,
    body = '{"AccessKeyId":"ASIAOLD","SecretAccessKey":"e","Token":"T","Expiration":"{past}"}' } } })
add("an instance that cannot be reached", { env = with(EC2,
  { AWS_EC2_METADATA_SERVICE_ENDPOINT = "http://127.0.0.1:1" }) })
add("a mode of the metadata service that is none", { env = with(EC2,
  { AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE = "ipv5" }), serve = instance() })
add("a mode that is none, with keys in the environment", { env = with(EC2, KEYS,
  { AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE = "ipv5" }), differs = "Settings of a place count when it is asked" })
add("a number of attempts that is none", { env = with(EC2, { AWS_METADATA_SERVICE_NUM_ATTEMPTS = "many" }),
  serve = instance() })
add("an endpoint of the metadata service in the profile", { env = { AWS_EC2_METADATA_DISABLED = "false" },
  files = config "[default]\nec2_metadata_service_endpoint = {base}/imds\n", serve = instance() })
add("a container before an instance", { env = with(EC2, CONTAINER), serve = { fixed = with(instance().fixed,
  contained(BODY).fixed) } })
add("a role with the keys of an instance", { env = with(R, EC2), serve = instance(),
  files = config(ROLE .. "credential_source = Ec2InstanceMetadata\n") })
add("a role with the keys of an instance that has none", { env = with(R, EC2), serve = instance {
  ["GET " .. ROLES] = { status = 404, body = "no" } },
  files = config(ROLE .. "credential_source = Ec2InstanceMetadata\n") })

-- aws login
local LOGIN = ".aws/login/cache/{sha256:arn:aws:iam::123456789012:user/me}.json"
add("a session of aws login", { env = { AWS_PROFILE = "l" }, files = {
  [".aws/config"] = "[profile l]\nlogin_session = arn:aws:iam::123456789012:user/me\n",
  [LOGIN] = '{"accessToken":{"accessKeyId":"ASIALOGIN","secretAccessKey":"l","sessionToken":"T",'
    .. '"accountId":"123456789012","expiresAt":"{future}"},"refreshToken":"r","clientId":"c","dpopKey":"k"}' },
  differs = "Sessions of aws login need nothing else" })
add("a session of aws login that is missing", { env = { AWS_PROFILE = "l" },
  files = config "[profile l]\nlogin_session = arn:aws:iam::123456789012:user/me\n" })

return list

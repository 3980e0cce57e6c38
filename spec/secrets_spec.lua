-- Secrets of every kind go through everything that is printed, written or raised, and none of them is in any of it.
local cjson = require "cjson.safe"
local cli = require "ecs_service.cli"
local core = require "ecs_service.core"
local credentials = require "ecs_service.credentials"
local ecs = require "ecs_service"
local exchange = require "ecs_service.aws.multiplexer"
local issuing = require "support.issuing"
local journey = require "support.journey"

local FUTURE = "2099-01-01T00:00:00Z"
local PEM = [[-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIHkN1BG28q5Rr6F7QzJkScCI6ObciKZXmOVw9H3C68e3oAoGCCqGSM49
AwEHoUQDQgAEMbX80MkMilV+z2cFDopuDB8U4JtgphH2XW2/R0Ax+ga3gYC7A7GC
8mflXgpvX/VlEf3Nd2EjBCh9vhllv6nTgw==
-----END EC PRIVATE KEY-----
]]

-- As long and as mixed as real ones are; only the code of a second factor and a password are not.
local marks
local function mark(name)
  local text = ("Mark%s/9aZ+bQ7cX1dW2eV3fU4gT5hS6iR8jP0kN"):format(name)
  marks[#marks + 1] = text
  return text
end

local function short(text)
  marks[#marks + 1] = text
  return text
end

local home, work, kinds

-- One way to have credentials: options and env of the stack, files below home, answer(request) of what is no request to
-- ECS, as { status, body }.
local function kind(name, one)
  one.name = name
  kinds[#kinds + 1] = one
end

local function json(value) return { 200, cjson.encode(value) } end

local function issued(action)
  return { 200, issuing.answer(action, { access_key_id = "ASIAISSUED0000000001", expires = 4070908800,
    secret_access_key = mark "StsSecret", session_token = mark "StsToken" }) }
end

local function all_kinds()
  kinds, marks = {}, {}
  local given = { access_key_id = "AKIDEXAMPLE12345678", secret_access_key = mark "Given",
    session_token = mark "GivenToken" }
  kind("given", { options = { credentials = given } })
  kind("environment", { env = { AWS_ACCESS_KEY_ID = "AKIDENVIRON", AWS_SECRET_ACCESS_KEY = mark "Env",
    AWS_SESSION_TOKEN = mark "EnvToken" } })
  kind("files", { files = { [".aws/credentials"] = ("[default]\naws_access_key_id = AKIDFILE\n"
    .. "aws_secret_access_key = %s\naws_session_token = %s\n"):format(mark "File", mark "FileToken") } })
  kind("role", { options = { credentials = given, mfa_code = short "739518", assume_role = { mfa_serial =
    "arn:aws:iam::123456789012:mfa/me", role_arn = "arn:aws:iam::123456789012:role/deploy" } },
    answer = issued "AssumeRole" })
  kind("web identity", { env = { AWS_ROLE_ARN = "arn:aws:iam::123456789012:role/deploy",
    AWS_WEB_IDENTITY_TOKEN_FILE = home .. "/jwt" }, files = { jwt = mark "Jwt" },
    answer = issued "AssumeRoleWithWebIdentity" })
  local token = { accessToken = mark "SsoToken", refreshToken = mark "SsoRefresh", clientId = "client",
    clientSecret = mark "SsoClient", registrationExpiresAt = FUTURE, expiresAt = "2026-01-01T00:05:00Z",
    startUrl = "https://x", region = "us-west-2" }
  local fresh = { accessToken = mark "SsoFresh", refreshToken = mark "SsoNext", expiresIn = 3600 }
  local found = { roleCredentials = { accessKeyId = "ASIASSO0000000000001", secretAccessKey = mark "SsoSecret",
    sessionToken = mark "SsoSession", expiration = 4070908800000 } }
  kind("sso", { files = { [".aws/config"] = "[default]\nsso_session = s\nsso_account_id = 123456789012\n"
    .. "sso_role_name = r\n[sso-session s]\nsso_region = us-west-2\nsso_start_url = https://x\n",
    [".aws/sso/cache/" .. core.system.sha1 "s" .. ".json"] = cjson.encode(token) },
    answer = function(request) return json(request.url:find "oidc" and fresh or found) end })
  kind("login", { files = { [".aws/config"] = "[default]\nlogin_session = me\n",
    [".aws/login/cache/" .. core.system.sha256 "me" .. ".json"] = cjson.encode { clientId = "c", dpopKey = PEM,
      refreshToken = mark "LoginRefresh", accessToken = { accessKeyId = "ASIALOGIN", secretAccessKey = mark "Login",
        sessionToken = mark "LoginToken", expiresAt = "2026-01-01T00:01:00Z", accountId = "123456789012" } } },
    answer = json { expiresIn = 900, refreshToken = mark "LoginNext", accessToken = { accessKeyId = "ASIALOGIN2",
      secretAccessKey = mark "LoginNew", sessionToken = mark "LoginNewToken" } } })
  marks[#marks + 1] = PEM:match "\n(.-)\n"
  -- The program takes real time, and the stack's is virtual.
  kind("process", { options = { credential_process_timeout = 1e6 }, files = {
    [".aws/config"] = "[default]\ncredential_process = sh " .. home .. "/keys\n",
    keys = ([[echo "noise %s" >&2
echo '{"Version":1,"AccessKeyId":"ASIAPROCESS","SecretAccessKey":"%s","SessionToken":"%s","Expiration":"%s"}'
test ! -e %s/fails]]):format(mark "Said", mark "Process", mark "ProcessToken", FUTURE, home) } })
  kind("container", { env = { AWS_CONTAINER_CREDENTIALS_FULL_URI = "http://127.0.0.1:1/keys",
    AWS_CONTAINER_AUTHORIZATION_TOKEN = mark "Container" }, answer = json { AccessKeyId = "ASIACONTAINER",
      SecretAccessKey = mark "ContainerSecret", Token = mark "ContainerToken", Expiration = FUTURE } })
  local metadata = { ["latest/api/token"] = mark "Imds", ["latest/meta-data/iam/security-credentials/"] = "role",
    ["latest/meta-data/iam/security-credentials/role"] = cjson.encode { AccessKeyId = "ASIAINSTANCE",
      SecretAccessKey = mark "ImdsSecret", Token = mark "ImdsToken", Expiration = FUTURE, Code = "Success" } }
  kind("instance", { env = { AWS_EC2_METADATA_DISABLED = "false" }, answer = function(request)
    local body = metadata[request.url:match "^http://169%.254%.169%.254/(.*)$"]
    return { body and 200 or 404, body or "" }
  end })
end

local function repeated(request)
  local lines = { request.method or "POST", request.url }
  for name, value in pairs(request.headers) do lines[#lines + 1] = name:lower() .. ":" .. tostring(value) end
  lines[#lines + 1] = request.body
  return table.concat(lines, "\n")
end

-- What else can come back than what is wanted: a page or an error that repeats the request, keys that are not whole.
local WAYS = {
  good = function(_, answer) return answer end,
  refused = function(request)
    local text = repeated(request)
    return { 403, request.url:find "sts%." and issuing.refusal("AccessDenied", text)
      or cjson.encode { message = text, error = text, Message = text } }
  end,
  page = function(request) return { 502, "<html>" .. repeated(request) .. "</html>" } end,
  halved = function(_, answer) return { answer[1], answer[2]:sub(1, math.floor(#answer[2] * 0.7)) } end,
  broken = function(_, answer)
    return { answer[1], (answer[2]:gsub('("[sS]ecretAccessKey":")', '%1x\\n'):gsub("(<SecretAccessKey>)", "%1x\n")) }
  end,
}

-- AWS on one transport. `aws_way`: "sts" or "ecs", which refuses and repeats.
local function transport_of(one, way, aws_way, sim)
  return issuing.world(sim, function(request)
    if one.answer == nil or request.form.Action == "GetCallerIdentity" then
      if aws_way == "sts" then return 403, issuing.refusal("SignatureDoesNotMatch", repeated(request)) end
      return 200, "<Account>123456789012</Account><Arn>arn:aws:iam::123456789012:user/me</Arn>"
    end
    local answer = one.answer
    if type(answer) == "function" then answer = answer(request) end
    return unpack(WAYS[way](request, answer), 1, 2) -- luacheck: ignore
  end)
end

local function fail_ecs(transport)
  function transport:submit(request)
    if not request.headers["X-Amz-Target"] then return issuing.submit(self, request) end
    table.insert(self.ready, { id = request.id, status = 403, headers = {}, body = cjson.encode {
      __type = "InvalidSignatureException", message = "The Canonical String should be\n" .. repeated(request) } })
    return true
  end
end

-- Every text in a value, whatever it is.
local function texts(value, into, seen)
  if type(value) == "table" and not seen[value] then
    seen[value] = true
    into[#into + 1] = tostring(value)
    for key, member in pairs(value) do
      texts(key, into, seen)
      texts(member, into, seen)
    end
  elseif type(value) == "string" then
    into[#into + 1] = value
  end
  return into
end

local function stream(into)
  return { write = function(_, ...) for _, piece in ipairs { ... } do into[#into + 1] = piece end end }
end

local function run(into, ...)
  local code = cli.main({ ... }, { stdout = stream(into), stderr = stream(into), stdin = { read = function() end },
    getenv = function() end, isatty = function() return false end, columns = function() end })
  into[#into + 1] = "\n"
  return code
end

local function files_of(folder)
  local pipe = assert(io.popen(("find '%s' -type f -exec cat {} +"):format(folder)))
  local text = pipe:read "*a"
  pipe:close()
  return text
end

local SCRIPT = [[
local given = require "secrets_given"
local stack, err = require "ecs_service".stack(given)
if not stack then error(err) end
stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 1,
  wait_for_steady_state = true })
return stack
]]

local COMMANDS = { { "validate" }, { "doctor" }, { "doctor", "--json" }, { "plan", "--out", "PLAN" },
  { "plan", "--json" }, { "show", "PLAN" }, { "apply", "--auto-approve", "--json", "SCRIPT" }, { "apply", "PLAN" },
  { "status", "web" }, { "wait", "web" }, { "state", "list" }, { "state", "show", "web" }, { "policy" },
  { "diagnose", "web" }, { "destroy", "--auto-approve" } }

local function place(one)
  home, work = home or journey.folder(), work or journey.folder()
  for path, text in pairs(one.files or {}) do
    os.execute(("mkdir -p '%s/%s'"):format(home, path:match "^(.*)/" or "."))
    journey.write(home .. "/" .. path, text)
  end
  local env = { HOME = home, AWS_MAX_ATTEMPTS = "1", PATH = os.getenv "PATH" }
  for name, value in pairs(one.env or {}) do env[name] = value end
  journey.environment(env)
end

-- Everything that all commands print and write, and that the module itself answers, in one situation.
local function everything(one, way, aws_way)
  place(one)
  local sim = journey.simulator { task_definitions = { "web:1" } }
  local transport = transport_of(one, way, aws_way, sim)
  if aws_way == "ecs" then fail_ecs(transport) end
  local options = { region = "us-west-2", state = work .. "/state.json", transport = transport,
    scheduler = sim.scheduler, allowed_account_ids = { "123456789012" } }
  for name, value in pairs(one.options or {}) do options[name] = value end
  package.loaded.secrets_given = options
  journey.write(work .. "/services.lua", SCRIPT)
  local into, codes = {}, {}
  for i, words in ipairs(COMMANDS) do
    local argv = { unpack(words) } -- luacheck: ignore
    for j, word in ipairs(argv) do
      argv[j] = word == "PLAN" and work .. "/plan.json" or word == "SCRIPT" and work .. "/services.lua" or word
    end
    if words[1] ~= "apply" and words[1] ~= "show" then argv[#argv + 1] = work .. "/services.lua" end
    codes[i] = run(into, unpack(argv)) -- luacheck: ignore
  end
  local session = { transport = exchange.over(transport, sim.scheduler), scheduler = sim.scheduler,
    region = "us-west-2", polls = true }
  local provider = assert(credentials.new(options, session))
  local keys, err = provider:get(sim:now())
  into[#into + 1] = tostring(provider) .. tostring(keys)
  texts(err, into, {})
  into[#into + 1] = files_of(work)
  return table.concat(into, "\n"), codes, keys
end

local function assert_none(text, where)
  for _, one in ipairs(marks) do
    local at = text:find(one, 1, true) or text:find((one:gsub("/", "\\/")), 1, true)
    if at then error(("%s is told, %s:\n%s"):format(one, where, text:sub(math.max(1, at - 300), at + 100)), 2) end
  end
end

local unpack_was = rawget(_G, "unpack")

describe("no secret is told", function()
  setup(function() rawset(_G, "unpack", unpack_was or table.unpack) end)
  teardown(function() rawset(_G, "unpack", unpack_was) end)
  before_each(function()
    home, work = journey.folder(), journey.folder()
    all_kinds()
  end)
  after_each(function()
    package.loaded.secrets_given = nil
    journey.clean()
  end)

  it("by any command, file or error, whatever the credentials are", function()
    for _, one in ipairs(kinds) do
      home, work = journey.folder(), journey.folder()
      local n = #kinds
      all_kinds()
      assert.equal(n, #kinds)
      for _, fresh in ipairs(kinds) do
        if fresh.name == one.name then one = fresh end
      end
      local text, codes, keys = everything(one, "good")
      assert(keys, one.name .. ": " .. text)
      assert.equal(0, codes[7], one.name .. ": " .. text) -- the apply
      assert.truthy(text:find('"services"', 1, true)) -- the state was written
      assert_none(text, one.name)
    end
  end)

  it("when what gives them fails, and repeats what it was asked or answers half", function()
    for i = 1, #kinds do
      for way in pairs(WAYS) do
        home, work = journey.folder(), journey.folder()
        all_kinds()
        if kinds[i].answer and way ~= "good" then
          local text, _, keys = everything(kinds[i], way)
          -- A fallback is no failure: SSO keeps a token that is still good.
          assert.truthy(keys == nil or kinds[i].name == "sso", kinds[i].name .. " " .. way)
          assert_none(text, kinds[i].name .. ", " .. way)
        end
      end
    end
  end)

  it("when AWS refuses a signature and repeats the request", function()
    for i = 1, #kinds do
      for _, service in ipairs { "ecs", "sts" } do
        home, work = journey.folder(), journey.folder()
        all_kinds()
        local text = everything(kinds[i], "good", service)
        assert.truthy(text:find(service == "ecs" and "Canonical String" or "x-amz-date:", 1, true))
        assert_none(text, kinds[i].name .. ", " .. service)
      end
    end
  end)

  it("when credential_process fails after it has said something", function()
    for i = 1, #kinds do
      if kinds[i].name == "process" then
        journey.write(home .. "/fails", "")
        local text = everything(kinds[i], "good")
        assert.truthy(text:find("ended with status 1", 1, true))
        assert.truthy(text:find("noise", 1, true))
        assert_none(text, "process")
      end
    end
  end)

  it("when files are wrong in the middle of a secret", function()
    local secret = mark "Torn"
    for _, text in ipairs { "[default]\naws_secret_access_key " .. secret .. "\n", secret .. " = 1\n",
                            "[default\n" .. secret .. "\n", "[default]\nx = A\n aws_secret " .. secret } do
      assert_none((everything({ files = { [".aws/credentials"] = text } }, "good")), "files")
    end
  end)

  it("of a proxy's URL, by what is shown of it or when it cannot be reached", function()
    local password = short "Pr0xyPassw0rd"
    for _, variable in ipairs { "https_proxy", "HTTPS_PROXY", "stack" } do
      journey.environment { [variable] = "http://user:" .. password .. "@127.0.0.1:1", AWS_MAX_ATTEMPTS = "1" }
      local stack = assert(ecs.stack { region = "us-west-2", state = work .. "/state.json",
        credentials = { access_key_id = "A", secret_access_key = mark "Proxied" },
        proxy = variable == "stack" and "http://user:" .. password .. "@127.0.0.1:1" or nil })
      stack:service("web", journey.web())
      local into = texts(stack:doctor(), {}, {})
      local _, err = stack:apply()
      assert.truthy(err)
      texts(err, into, {})
      local text = table.concat(into, "\n")
      assert.truthy(text:find("user:***@127.0.0.1:1", 1, true))
      assert_none(text, variable)
    end
  end)
end)

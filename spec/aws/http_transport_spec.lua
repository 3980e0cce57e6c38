-- How requests leave: proxies, certificates, the user agent. What botocore does in the same situations is held against
-- ours in settings_parity_spec.
local connection = require "ecs_service.aws.http_transport"
local core = require "ecs_service.core"
local curl = require "ecs_service.transport.curl"
local httpd = require "ecs_service.httpd"
local journey = require "support.journey"
local proxy = require "ecs_service.aws.proxy"
local settings = require "ecs_service.aws.settings"
local user_agent = require "ecs_service.aws.user_agent"
local version = require "ecs_service.version"

after_each(journey.clean)

local function agent(variables, options)
  journey.environment(variables)
  return user_agent.of(assert(settings.read(options)))
end

describe("a proxy", function()
  it("of the stack is for every host, and an empty one is none", function()
    journey.environment { HTTPS_PROXY = "http://other:1", NO_PROXY = "*" }
    assert.same({ "http://mine:3128", "stack" }, { proxy.of("https://ecs.eu-west-1.amazonaws.com", "mine:3128") })
    assert.equal("", (proxy.of("https://ecs.eu-west-1.amazonaws.com", "")))
  end)

  it("of the environment is told with the variable that names it", function()
    journey.environment { HTTPS_PROXY = "http://p:1", http_proxy = "http://q:2" }
    assert.same({ "http://p:1", "HTTPS_PROXY" }, { proxy.of "https://a" })
    assert.same({ "http://q:2", "http_proxy" }, { proxy.of "http://a" })
  end)

  it("keeps its scheme, whatever that is", function()
    journey.environment { HTTPS_PROXY = "socks5h://p:1080" }
    assert.equal("socks5h://p:1080", (proxy.of "https://a"))
  end)

  it("is shown without its password", function()
    assert.equal("http://me:***@proxy:3128", proxy.masked "http://me:s3cret@proxy:3128")
    assert.equal("http://me:***@proxy:3128/", proxy.masked "http://me:s3:cr@et@proxy:3128/")
    assert.equal("http://me@proxy:3128", proxy.masked "http://me@proxy:3128")
    assert.equal("http://proxy:3128", proxy.masked "http://proxy:3128")
  end)
end)

describe("the password of a proxy", function()
  -- Signs that are not written as %40 and the like make libcurl and people cut the URL in different places.
  local PASSWORDS = { "s3cretPW", "pass/s3cretPW", "1234/s3cretPW", "s3cretPW/word", "pass#s3cretPW", "pass?s3cretPW",
                      "pa s3cretPW", "pa@s3cretPW", "s3cretPW@b", "12@34s3cretPW", "s3cretPW:word", "pass\\s3cretPW",
                      "s3cretPW\"'", ("s3cretPW"):rep(60), "[s3cretPW]", "%zzs3cretPW", "s3cretPWé" }

  it("is masked in what is shown, whatever stands in it", function()
    for _, password in ipairs(PASSWORDS) do
      for _, host in ipairs { "proxy:3128", "proxy:3128/", "proxy:99999", "[::1]:1", "" } do
        assert.equal("http://me:***@" .. host, proxy.masked("http://me:" .. password .. "@" .. host))
      end
    end
  end)

  it("is in no message of the transport, given to it or to a request or taken from the environment", function()
    local server = assert(httpd.new {})
    finally(function() server:close() end)
    for _, password in ipairs(PASSWORDS) do
      for _, scheme in ipairs { "http://", "https://", "ftp://", "socks9://", "" } do
        for _, port in ipairs { "1", "99999", "port", server:port() .. "/x y" } do
          local url = scheme .. "localhost:" .. password .. "@127.0.0.1:" .. port
          for _, way in ipairs { "transport", "request", "connection" } do
            local transport
            if way == "connection" then
              journey.environment { https_proxy = url }
              transport = assert(connection.new {})
            else
              transport = curl.new { proxy = way == "transport" and url or nil, timeout = 0.2 }
            end
            assert(transport:submit { id = 1, method = "GET", url = "https://ecs.example.invalid/",
              proxy = way == "request" and url or nil, timeout = 0.2 })
            local completion
            repeat
              completion = transport:wait(0.05)
              local asked = server:wait(0)
              if asked then server:reply(asked.id, 407, {}, "") end
            until completion
            transport:close()
            assert.is_table(completion.error, url)
            local message = completion.error.message
            assert.falsy(message:find("s3cretPW", 1, true), message)
            assert.falsy(message:find("1234", 1, true), message)
          end
        end
      end
    end
  end)

  it("is not in what is said of an endpoint that is none either", function()
    for _, password in ipairs(PASSWORDS) do
      local _, err = require "ecs_service.aws.endpoint".resolve({ endpoint = "http://me:" .. password .. "@host" },
        "ecs",
        "us-west-2")
      assert.equal("InvalidEndpoint", err.code)
      assert.falsy(err.message:find("s3cretPW", 1, true), err.message)
    end
  end)
end)

describe("a connection", function()
  -- Sends one request to `url` and answers what the server on 127.0.0.1 was asked, which may stand for a proxy.
  local function sent(server, transport, url)
    assert(transport:submit { id = 1, method = "GET", url = url })
    local seen, completion
    for _ = 1, 400 do
      local request = server:wait(0)
      if request then
        seen = request
        server:reply(request.id, 200, {}, "")
      end
      completion = transport:wait(0.005)
      if completion then break end
    end
    transport:close()
    return seen, completion
  end

  local function open(variables, options)
    local server = assert(httpd.new {})
    finally(function() server:close() end)
    local url = ("http://127.0.0.1:%d"):format(server:port())
    for name, value in pairs(variables) do variables[name] = value:gsub("SERVER", url) end
    journey.environment(variables)
    return server, assert(connection.new(options or {})), url
  end

  it("goes through HTTP_PROXY in capitals, which libcurl by itself does not", function()
    local server, transport = open { HTTP_PROXY = "SERVER" }
    local seen = sent(server, transport, "http://ecs.example.invalid/path")
    assert.equal("http://ecs.example.invalid/path", seen.path)
  end)

  it("goes straight to the hosts that NO_PROXY names, and through the proxy to others", function()
    local server, transport, url = open { HTTP_PROXY = "http://127.0.0.1:1", NO_PROXY = "localhost,127.0.0.1" }
    local seen, completion = sent(server, transport, url .. "/straight")
    assert.equal("/straight", seen.path)
    assert.equal(200, completion.status)
  end)

  it("does not take the network in NO_PROXY for one, as libcurl would", function()
    local server, transport, url = open { HTTP_PROXY = "http://127.0.0.1:1", NO_PROXY = "127.0.0.0/8" }
    local _, completion = sent(server, transport, url)
    assert.equal("connect", completion.error.kind)
  end)

  it("leaves aside what is in the process's own environment once it has decided", function()
    local server, transport, url = open({}, { proxy = "" })
    assert.equal("/x", sent(server, transport, url .. "/x").path)
  end)

  it("says who calls in the form of the SDKs", function()
    local server, transport, url = open { AWS_SDK_UA_APP_ID = "deploy" }
    local seen = sent(server, transport, url)
    assert.matches("^ecs%-service/" .. version:gsub("%p", "%%%0") .. " ua/2%.1 os/linux#%S+ md/arch#%S+ lang/lua#5%.%d",
      seen.headers["user-agent"])
    assert.matches(" app/deploy$", seen.headers["user-agent"])
  end)

  it("says so when the file of certificates is not there, and who named it", function()
    journey.environment { AWS_CA_BUNDLE = "/nonexistent/corporate.pem" }
    local transport, err = connection.new {}
    assert.is_nil(transport)
    assert.equal("BadCertificates", err.code)
    assert.truthy(err.message:find("/nonexistent/corporate.pem", 1, true))
    assert.truthy(err.message:find("AWS_CA_BUNDLE", 1, true))
  end)

  it("finds certificates below the home folder", function()
    local folder = journey.folder()
    journey.write(folder .. "/ca.pem", "")
    journey.environment { HOME = folder, AWS_CA_BUNDLE = "~/ca.pem" }
    assert.equal(folder .. "/ca.pem", (connection.ca_bundle(assert(settings.read {}))))
  end)
end)

describe("the user agent", function()
  it("replaces what may not stand in it", function()
    assert.equal("app/a-b-c#d", agent({ AWS_SDK_UA_APP_ID = "a b/c#d" }):match "app/.*$")
    assert.equal("app/a--b", agent({ AWS_SDK_UA_APP_ID = "a\r\nb" }):match "app/.*$")
    assert.equal("app/mine", agent({ AWS_SDK_UA_APP_ID = "other" }, { app_id = "mine" }):match "app/.*$")
  end)

  it("tells where it runs, and how it retries", function()
    local text = agent { AWS_EXECUTION_ENV = "AWS_ECS_FARGATE", AWS_RETRY_MODE = "adaptive" }
    assert.truthy(text:find(" exec-env/AWS_ECS_FARGATE ", 1, true))
    assert.matches(" cfg/retry%-mode#adaptive$", text)
  end)

  it("names the system", function()
    local name, release, machine = core.system.uname()
    local text = agent {}
    assert.truthy(text:find(" os/" .. name:lower() .. "#" .. user_agent.clean(release, true), 1, true))
    assert.truthy(text:find(" md/arch#" .. machine, 1, true))
  end)
end)

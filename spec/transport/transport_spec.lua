local curl = require "ecs_service.transport.curl"
local httpd = require "ecs_service.httpd"
local support = require "support.support_http"

local function echo(request)
  return 200, { ["Content-Type"] = "text/plain", ["X-Method"] = request.method }, request.body
end

describe("the curl transport", function()
  local pair

  local function open(handler, options)
    pair = support.pair(handler or echo, options)
    return pair
  end

  after_each(function()
    if pair then
      pair:close()
      pair = nil
    end
  end)

  describe("sends", function()
    it("method, path, query, headers and body as given, and nothing that was not asked for", function()
      open()
      local answer = pair:fetch {
        method = "POST",
        path = "/a/../b%2Fc?x=1&y=%20",
        headers = {
          ["X-Amz-Target"] = "ECS.ListClusters",
          ["Content-Type"] = "application/x-amz-json-1.1",
          ["X-N"] = 7,
        },
        body = "{\0}",
      }
      assert.equal(200, answer.status)
      local request = pair.seen[1]
      assert.equal("POST", request.method)
      assert.equal("/a/../b%2Fc", request.path)
      assert.equal("x=1&y=%20", request.query)
      assert.equal("{\0}", request.body)
      assert.equal("ECS.ListClusters", request.headers["x-amz-target"])
      assert.equal("application/x-amz-json-1.1", request.headers["content-type"])
      assert.equal("7", request.headers["x-n"])
      assert.equal("3", request.headers["content-length"])
      assert.is_nil(request.headers["expect"])
      assert.is_nil(request.headers["accept-encoding"])
    end)

    it("no content type that the caller did not choose", function()
      open()
      pair:fetch { method = "POST", body = "x" }
      assert.is_nil(pair.seen[1].headers["content-type"])
    end)

    it("GET, HEAD, PUT and DELETE", function()
      open()
      assert.equal("GET", pair:fetch({ method = "GET" }).headers["x-method"])
      assert.equal("DELETE", pair:fetch({ method = "DELETE" }).headers["x-method"])
      assert.equal("", pair:fetch({ method = "HEAD" }).body)
      local put = pair:fetch { method = "PUT", body = "state" }
      assert.equal("PUT", put.headers["x-method"])
      assert.equal("state", put.body)
      assert.equal("PUT", pair:fetch({ method = "PUT" }).headers["x-method"])
      assert.same({ "GET", "DELETE", "HEAD", "PUT", "PUT" }, {
        pair.seen[1].method, pair.seen[2].method, pair.seen[3].method, pair.seen[4].method, pair.seen[5].method,
      })
    end)

    it("that compressed answers are welcome, when it is told to", function()
      open(echo, { compression = true })
      pair:fetch {}
      assert.equal("gzip, deflate", pair.seen[1].headers["accept-encoding"])
    end)

    it("an empty header as an empty header", function()
      open()
      pair:fetch { headers = { ["X-Empty"] = "", ["X-Blank"] = "  " } }
      assert.equal("", pair.seen[1].headers["x-empty"])
      assert.equal("", pair.seen[1].headers["x-blank"])
    end)

    it("a body of two megabytes without asking for leave first", function()
      open(function(request)
        return 200, {}, tostring(#request.body)
      end)
      assert.equal("2097152", pair:fetch({ body = ("x"):rep(2 * 1024 * 1024) }).body)
      assert.is_nil(pair.seen[1].headers["expect"])
    end)

    it("the user agent of the transport unless the request has its own", function()
      open(nil, { user_agent = "ecs-service/1" })
      pair:fetch {}
      pair:fetch { headers = { ["User-Agent"] = "mine" } }
      assert.equal("ecs-service/1", pair.seen[1].headers["user-agent"])
      assert.equal("mine", pair.seen[2].headers["user-agent"])
    end)
  end)

  describe("hands out", function()
    it("status, lower-case headers and body, whatever bytes it holds", function()
      open(function()
        return 404, { ["X-Amzn-RequestId"] = "r-1" }, "a\0b"
      end)
      local answer = pair:fetch {}
      assert.equal(404, answer.status)
      assert.equal("r-1", answer.headers["x-amzn-requestid"])
      assert.equal("3", answer.headers["content-length"])
      assert.equal("a\0b", answer.body)
      assert.is_nil(answer.error)
    end)

    it("an empty body as an empty text", function()
      open(function()
        return 200, {}, ""
      end)
      assert.equal("", pair:fetch({}).body)
    end)

    it("a redirect as it is, without following it", function()
      open(function()
        return 302, { Location = "/elsewhere" }, ""
      end)
      assert.equal(302, pair:fetch({}).status)
      assert.equal(1, #pair.seen)
    end)

    it("headers that come twice as one list", function()
      open(function()
        return 200, { Vary = "a", VARY = "b" }, ""
      end)
      local vary = pair:fetch({}).headers.vary
      assert.is_true(vary == "a, b" or vary == "b, a")
    end)

    it("ids as they were given, numbers and texts", function()
      open()
      assert.equal("create mongo", pair:fetch({ id = "create mongo" }).id)
      assert.equal(12, pair:fetch({ id = 12 }).id)
    end)

    it("only what was sent, whichever answer comes first", function()
      open(function(request)
        return 200, {}, request.body
      end)
      for i = 1, 50 do
        pair:submit { id = i, body = "body " .. i }
      end
      assert.equal(50, pair.transport:pending())
      local got = {}
      for _ = 1, 50 do
        local completion = pair:next()
        assert.equal("body " .. completion.id, completion.body)
        got[completion.id] = true
      end
      assert.equal(50, #got)
      assert.equal(0, pair.transport:pending())
      assert.is_nil(pair.transport:wait(0))
    end)
  end)

  describe("keeps connections", function()
    it("and uses one for requests that follow each other", function()
      open()
      for _ = 1, 5 do
        pair:fetch { body = "x" }
      end
      local stats = pair.transport:stats()
      assert.equal(5, stats.requests)
      assert.equal(1, stats.connections_opened)
      assert.is_true(stats.bytes_in > 5)
    end)

    it("and opens no more to one host than it may", function()
      open(nil, { max_connections = 3 })
      for i = 1, 30 do
        pair:submit { id = i }
      end
      for _ = 1, 30 do
        pair:next()
      end
      assert.is_true(pair.transport:stats().connections_opened <= 3)
    end)
  end)

  describe("reports", function()
    local function failure(request)
      local completion = pair:fetch(request)
      assert.is_nil(completion.status)
      return completion.error
    end

    it("a server that never answers as a timeout", function()
      open(function()
        return nil, nil, nil, { hold = true }
      end)
      local err = failure { timeout = 0.1 }
      assert.equal("timeout", err.kind)
      assert.matches("^127.0.0.1:%d+: ", err.message)
      assert.is_true(err.sent)
    end)

    it("a closed connection as a reset", function()
      open(function()
        return nil, nil, nil, { abort = true }
      end)
      assert.equal("reset", failure({}).kind)
    end)

    it("an answer that ends too early as a reset, not as an answer", function()
      open(function()
        return 200, {}, ("x"):rep(1000), { truncate = true }
      end)
      assert.equal("reset", failure({}).kind)
    end)

    it("a port where nobody listens as a refused connection that nothing was sent over", function()
      open()
      local gone = assert(httpd.new {})
      local port = gone:port()
      gone:close()
      local err = failure { url = ("http://127.0.0.1:%d/"):format(port) }
      assert.equal("connect", err.kind)
      assert.matches("^127.0.0.1:" .. port .. ": .*connect", err.message)
      assert.is_false(err.sent)
    end)

    it("a host that does not exist as a failure of DNS", function()
      open()
      local err = failure { url = "http://no-such-host.invalid/" }
      assert.equal("dns", err.kind)
      assert.matches("no%-such%-host.invalid", err.message)
    end)

    it("a server that does not speak TLS as a failure of TLS", function()
      open()
      local err = failure { url = (pair.url:gsub("^http:", "https:")) }
      assert.equal("tls", err.kind)
      assert.is_false(err.sent)
      assert.equal(0, #pair.seen)
    end)

    it("a CA bundle that is not there by its name", function()
      open(nil, { ca_bundle = "/no/such/bundle.pem" })
      local err = failure { url = (pair.url:gsub("^http:", "https:")) }
      assert.equal("tls", err.kind)
      assert.matches("/no/such/bundle.pem", err.message, 1, true)
    end)

    it("an answer above the limit, of the transport or of the request, as too large", function()
      open(function()
        return 200, {}, ("x"):rep(5000)
      end, { max_body = 4999 })
      local err = failure {}
      assert.equal("too_large", err.kind)
      assert.matches("larger than the limit of 4999 bytes", err.message)
      assert.equal(5000, #pair:fetch({ max_body = 5000 }).body)
      assert.equal("too_large", failure({ max_body = 10 }).kind)
    end)

    it("protocols other than HTTP as refused", function()
      open()
      assert.equal("other", failure({ url = "file:///etc/hostname" }).kind)
      assert.equal("other", failure({ url = "not a url" }).kind)
    end)

    it("no secret: neither headers, body nor the query are in a message", function()
      open(function()
        return nil, nil, nil, { abort = true }
      end)
      local urls = { pair.url .. "/?X-Amz-Signature=hush", "ftp://host/?hush", "http://no-such-host.invalid/hush" }
      for _, url in ipairs(urls) do
        local err = failure { url = url, headers = { Authorization = "hush" }, body = "hush" }
        assert.is_nil(err.message:find("hush", 1, true))
        assert.equal(err.message, tostring(err))
      end
    end)
  end)

  describe("never sends a request twice by itself", function()
    local count

    local function second_dies(request)
      count = count + 1
      if count == 2 then
        return nil, nil, nil, { abort = true }
      end
      return 200, {}, request.method
    end

    before_each(function()
      count = 0
      open(second_dies)
      pair:fetch { method = "POST" }
    end)

    it("even when a kept connection dies before the answer", function()
      local completion = pair:fetch { method = "POST", body = "{}" }
      assert.equal("reset", completion.error.kind)
      assert.is_true(completion.error.sent)
      assert.equal(2, count)
      assert.equal(200, pair:fetch({ method = "POST" }).status)
    end)

    it("unless it only reads", function()
      local completion = pair:fetch { method = "GET" }
      assert.equal(200, completion.status)
      assert.equal(3, count)
    end)
  end)

  describe("when a request is cancelled", function()
    it("hands out that it was, once", function()
      open(function()
        return nil, nil, nil, { hold = true }
      end)
      pair:submit { id = "slow" }
      assert.is_nil(pair.transport:wait(0.01))
      assert.is_true(pair.transport:cancel("slow"))
      assert.is_false(pair.transport:cancel("slow"))
      local completion = pair.transport:wait(0)
      assert.equal("slow", completion.id)
      assert.equal("cancelled", completion.error.kind)
      assert.equal(0, pair.transport:pending())
      assert.is_false(pair.transport:cancel("slow"))
    end)

    it("leaves the others alone", function()
      open(function(request)
        if request.path == "/slow" then
          return nil, nil, nil, { hold = true }
        end
        return 200, {}, "fast"
      end)
      pair:submit { id = 1, path = "/slow" }
      pair:submit { id = 2, path = "/fast" }
      assert.is_true(pair.transport:cancel(1))
      local got = {}
      for _ = 1, 2 do
        local completion = pair:next()
        got[completion.id] = completion.body or completion.error.kind
      end
      assert.same({ "cancelled", "fast" }, got)
    end)

    it("does not mind an id that it does not know", function()
      open()
      assert.is_false(pair.transport:cancel("nothing"))
    end)
  end)

  describe("refuses", function()
    local transport

    before_each(function()
      transport = curl.new()
    end)

    after_each(function()
      transport:close()
    end)

    local function refused(request, pattern)
      local ok, message = pcall(transport.submit, transport, request)
      assert.is_false(ok)
      assert.matches(pattern, message)
      assert.equal(0, transport:pending())
    end

    it("requests of the wrong form, before anything is sent", function()
      refused("x", "table expected")
      refused({ id = 1 }, "'url' of the request %(a string is expected%)")
      refused({ id = 1, url = 7 }, "'url'")
      refused({ id = 1, url = "http://a\0b/" }, "'url' of the request %(it holds a NUL byte%)")
      refused({ url = "http://127.0.0.1/" }, "'id' of the request")
      refused({ id = 1.5, url = "http://127.0.0.1/" }, "'id'")
      refused({ id = {}, url = "http://127.0.0.1/" }, "'id'")
      refused({ id = 1, url = "http://127.0.0.1/", body = {} }, "'body'")
      refused({ id = 1, url = "http://127.0.0.1/", method = "get" }, "'method'")
      refused({ id = 1, url = "http://127.0.0.1/", headers = "a: b" }, "'headers'")
      refused({ id = 1, url = "http://127.0.0.1/", headers = { "a: b" } }, "names are strings")
      refused({ id = 1, url = "http://127.0.0.1/", headers = { a = true } }, "values are strings")
      refused({ id = 1, url = "http://127.0.0.1/", timeout = 0 }, "'timeout'")
      refused({ id = 1, url = "http://127.0.0.1/", max_body = "9" }, "'max_body'")
    end)

    it("an id that is pending", function()
      assert(transport:submit { id = 1, url = "http://127.0.0.1:1/" })
      local ok, message = pcall(transport.submit, transport, { id = 1, url = "http://127.0.0.1:1/" })
      assert.is_false(ok)
      assert.matches("a request of this id is pending", message)
      assert.equal(1, transport:pending())
    end)

    it("headers that would smuggle in another", function()
      for _, value in ipairs { "a\r\nX-Evil: 1", "a\nb", "a\0b" } do
        local sent, err = transport:submit { id = 1, url = "http://127.0.0.1/", headers = { Token = value } }
        assert.is_nil(sent)
        assert.equal("InvalidHeader", err.code)
        assert.matches("Token", tostring(err))
        assert.is_nil(tostring(err):find("evil", 1, true))
      end
      local sent, err = transport:submit { id = 1, url = "http://127.0.0.1/", headers = { ["a b"] = "c" } }
      assert.is_nil(sent)
      assert.equal("InvalidHeader", err.code)
      assert.equal(0, transport:pending())
    end)

    it("options that it does not know, so that nobody believes they turned TLS verification off", function()
      assert.has_error(function()
        curl.new { verify = false }
      end, "bad option 'verify' of curl.new (there is no such option)")
      assert.has_error(function()
        curl.new { timeout = "70" }
      end, "bad option 'timeout' of curl.new (a number above 0 is expected)")
      assert.has_error(function()
        curl.new { http2 = 1 }
      end, "bad option 'http2' of curl.new (true or false is expected)")
      assert.has_error(function()
        curl.new { compression = "gzip" }
      end, "bad option 'compression' of curl.new (true or false is expected)")
      assert.has_error(function()
        curl.new { proxy = 8080 }
      end, "bad option 'proxy' of curl.new (a string is expected)")
      assert.has_error(function()
        curl.new { ca_bundle = "/etc/ca\0.pem" }
      end, "bad option 'ca_bundle' of curl.new (it holds a NUL byte)")
      assert.has_error(function()
        curl.new { "http2" }
      end, "the options of curl.new are named")
    end)

    it("everything once it is closed, and may be closed again", function()
      assert(transport:submit { id = 1, url = "http://127.0.0.1:1/" })
      transport:close()
      transport:close()
      for _, method in ipairs { "wait", "pending" } do
        assert.has_error(function()
          transport[method](transport)
        end, "the transport is closed")
      end
      assert.has_error(function()
        transport:submit { id = 1, url = "http://127.0.0.1/" }
      end, "the transport is closed")
    end)
  end)

  describe("goes through a proxy", function()
    it("when one is given", function()
      open(nil)
      local through = curl.new { proxy = pair.url, no_proxy = "" }
      assert(through:submit { id = 1, url = "http://ecs.example.invalid/path", method = "GET" })
      local completion
      while not completion do
        pair:serve()
        completion = through:wait(0.005)
      end
      through:close()
      assert.equal(200, completion.status)
      assert.equal("http://ecs.example.invalid/path", pair.seen[1].path)
      assert.equal("ecs.example.invalid", pair.seen[1].headers.host)
    end)

    it("that a request names, whatever the transport's and its exemptions are", function()
      open(nil, { proxy = "http://127.0.0.1:1", no_proxy = "*" })
      local completion = pair:fetch { url = "http://ecs.example.invalid/path", method = "GET", proxy = pair.url }
      assert.equal(200, completion.status)
      assert.equal("http://ecs.example.invalid/path", pair.seen[1].path)
      open(nil, { proxy = "http://127.0.0.1:1", no_proxy = "" })
      assert.equal(200, pair:fetch({ proxy = "" }).status)
      assert.has_error(function() pair:submit { proxy = 1 } end)
    end)

    it("but not for hosts that are exempt", function()
      open(nil, { proxy = "http://127.0.0.1:1", no_proxy = "127.0.0.1" })
      assert.equal(200, pair:fetch({}).status)
    end)

    it("and says so when the proxy does not exist", function()
      open(nil, { proxy = "http://no-such-proxy.invalid:3128", no_proxy = "" })
      local completion = pair:fetch { url = "https://ecs.example.invalid/" }
      assert.equal("proxy", completion.error.kind)
      assert.is_false(completion.error.sent)
    end)

    it("and says so when the proxy refuses", function()
      open(function()
        return 403, {}, "no"
      end)
      pair.transport:close()
      pair.transport = curl.new { proxy = pair.url, no_proxy = "" }
      local completion = pair:fetch { url = "https://ecs.example.invalid/" }
      assert.equal("proxy", completion.error.kind)
      assert.is_false(completion.error.sent)
    end)
  end)

  describe("waits", function()
    it("until a signal arrives, so that Ctrl-C is noticed", function()
      local interpreter = 0
      while arg[interpreter - 1] do
        interpreter = interpreter - 1
      end
      local script = [[
        local core, curl = require "ecs_service.core", require "ecs_service.transport.curl"
        local server = require("ecs_service.httpd").new {}
        local transport = curl.new { no_proxy = "*" }
        transport:submit { id = 1, url = "http://127.0.0.1:" .. server:port() }
        core.system.catch_interrupt()
        os.execute("(sleep 0.1; kill -TERM " .. core.system.pid() .. ") >&2 &")
        local start = core.system.monotonic()
        local completion = transport:wait(30)
        print(completion, not not core.system.interrupted(), core.system.monotonic() - start < 20)
      ]]
      local child = assert(io.popen(("%s -e '%s'"):format(arg[interpreter], script)))
      local said = child:read "*a"
      child:close()
      assert.equal("nil\ttrue\ttrue\n", said)
    end)

    it("no longer than told", function()
      local transport = curl.new()
      assert.is_nil(transport:wait(0))
      assert.is_nil(transport:wait(0.01))
      assert.is_nil(transport:wait())
      transport:close()
    end)

    it("only for times that exist", function()
      local transport = curl.new()
      assert.has_error(function()
        transport:wait(-1)
      end)
      assert.has_error(function()
        transport:wait(0 / 0)
      end)
      transport:close()
    end)
  end)

  it("gives everything back when it is collected with requests under way", function()
    open(function()
      return nil, nil, nil, { hold = true }
    end)
    for _ = 1, 20 do
      local transport = curl.new()
      for i = 1, 5 do
        assert(transport:submit { id = i, url = pair.url, body = "x" })
      end
      transport:wait(0)
      transport = nil -- luacheck: ignore 311
      collectgarbage()
    end
    pair:serve()
    assert.is_nil(pair.server:wait(0.01))
  end)
end)

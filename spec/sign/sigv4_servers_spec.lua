-- Signed queries against an S3 server that others wrote: it decodes a query and encodes it again before it compares.
local core = require "ecs_service.core"
local curl = require "ecs_service.transport.curl"
local ecs = require "ecs_service"
local servers = require "support.s3_servers"

-- Queries as people write them, and the prefix that the server has to understand.
local QUERIES = {
  ["list-type=2&prefix=a%2Fb"] = "a/b", ["list-type=2&prefix=a%2fb"] = "a/b", ["list-type=2&prefix=a/b"] = "a/b",
  ["prefix=a/b&list-type=2"] = "a/b", ["list-type=2&prefix=a:b"] = "a:b", ["list-type=2&prefix=a=b"] = "a=b",
  ["list-type=2&prefix=a@b,c"] = "a@b,c", ["list-type=2&prefix=(a)*!'$"] = "(a)*!'$",
  ["list-type=2&prefix=a?b"] = "a?b",
  ["list-type=2&prefix=[a]"] = "[a]", ["list-type=2&prefix=a+b"] = "a b", ["list-type=2&prefix=a%2Bb"] = "a+b",
  ["list-type=2&prefix=a%20b"] = "a b", ["list-type=2&prefix=%61%7e"] = "a~", ["list-type=2&prefix=%C3%A4"] = "ä",
  ["list-type=2&prefix=100%25"] = "100%", ["list-type=2&prefix=a/b&prefix-2=1&delimiter=/"] = "a/b",
  ["list-type=2&prefix=a/b&start-after"] = "a/b",
}

local function unescape(text)
  return (text:gsub("&#39;", "'"):gsub("&#34;", '"'):gsub("&lt;", "<"):gsub("&gt;", ">"):gsub("&amp;", "&"))
end

describe("an S3 server", function()
  local server, transport
  setup(function() server, transport = servers.start "versitygw", curl.new {} end)
  teardown(function()
    if transport then transport:close() end
    if server then server:stop() end
  end)

  local function ask(url, headers)
    assert(transport:submit { id = 1, method = "GET", url = url, headers = headers, body = "", timeout = 10 })
    local completion = assert(transport:wait(11))
    return completion.status, unescape((completion.body or ""):match "<Prefix>(.-)</Prefix>" or "")
  end

  local function options() return { service = "s3", region = servers.region, time = core.system.time() } end

  for query, prefix in pairs(QUERIES) do
    it("takes the presigned URL whose query is " .. query, function()
      local url = ("%s/%s?%s"):format(server.url, server.bucket, query)
      local signed, more = ecs.presign({ method = "GET", url = url }, servers.credentials, options())
      assert.same({ 200, prefix }, { ask(signed, more.headers) })
    end)

    it("takes the signed request whose query is " .. query, function()
      local url = ("%s/%s?%s"):format(server.url, server.bucket, query)
      local headers = ecs.sign({ method = "GET", url = url }, servers.credentials, options())
      assert.same({ 200, prefix }, { ask(url, headers) })
    end)
  end

  it("takes a presigned URL with characters that stand for something else in other programs", function()
    local url = ("%s/%s?list-type=2&prefix=a;b c"):format(server.url, server.bucket)
    local signed, more = ecs.presign({ method = "GET", url = url }, servers.credentials, options())
    assert.same({ 200, "a;b c" }, { ask(signed, more.headers) })
  end)
end)

-- Signatures of AWS requests: the published suite, and what botocore makes of the same requests.
local cjson = require "cjson.safe"
local core = require "ecs_service.core"

local function load_vectors(name)
  local file = assert(io.open("spec/data/sigv4/" .. name, "rb"))
  local text = file:read("*a")
  file:close()
  return assert(cjson.decode(text))
end

local function given(value)
  if value ~= nil and value ~= cjson.null then
    return value
  end
end

-- A raw HTTP request as the suite has them: header lines that go on in the next line, no blank line without a body.
local function parse_request(text)
  local first, rest = text:match("^([^\n]*)\n(.*)$")
  local method, target = first:match("^(%S+) (.*) HTTP/1%.1$")
  local head, body = rest:match("^(.-\n)\n(.*)$")
  head, body = head or rest, body or ""
  local headers, host = {}, nil
  for line in head:gmatch("([^\n]+)\n?") do
    if line:find("^%s") then
      headers[#headers][2] = headers[#headers][2] .. "\n" .. line
    else
      local name, value = line:match("^([^:]+):(.*)$")
      headers[#headers + 1] = { name, value }
      host = name == "Host" and value or host
    end
  end
  return { method = method, url = "https://" .. host .. target, headers = headers, body = body }
end

local function suite_case(case)
  local context = case.context
  local credentials = {
    access_key_id = context.credentials.access_key_id,
    secret_access_key = context.credentials.secret_access_key,
    session_token = context.credentials.token,
  }
  return parse_request(case.request), credentials, {
    service = context.service,
    region = context.region,
    time = context.timestamp,
    normalize = context.normalize,
    sign_body = context.sign_body,
    omit_session_token = given(context.omit_session_token),
    expires = context.expiration_in_seconds,
  }
end

local KEYS = { access_key_id = "AKIDEXAMPLE", secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" }

local function options(more)
  local all = { service = "ecs", region = "eu-west-1", time = "20261123T000000Z" }
  for key, value in pairs(more or {}) do
    all[key] = value
  end
  return all
end

local function post(more)
  local request = {
    method = "POST",
    url = "https://ecs.eu-west-1.amazonaws.com/",
    headers = {
      ["Content-Type"] = "application/x-amz-json-1.1",
      ["X-Amz-Target"] = "AmazonEC2ContainerServiceV20141113.DescribeServices",
    },
    body = '{"cluster":"prod","services":["mongo"]}',
  }
  for key, value in pairs(more or {}) do
    request[key] = value
  end
  return request
end

describe("the published signing suite", function()
  for _, case in ipairs(load_vectors("aws-suite.json")) do
    it("is met by " .. case.name .. " in the header", function()
      local headers, details = core.sign(suite_case(case))
      assert.equal(case.header.canonical_request, details.canonical_request)
      assert.equal(case.header.string_to_sign, details.string_to_sign)
      assert.equal(case.header.signature, details.signature)
      local authorization = case.header.signed_request:match("\nAuthorization:([^\n]*)\n")
      assert.equal(authorization, headers.Authorization)
      local token = case.header.signed_request:match("\nX%-Amz%-Security%-Token:([^\n]*)\n")
      assert.equal(token, headers["X-Amz-Security-Token"])
    end)

    it("is met by " .. case.name .. " in the query", function()
      local request, credentials, how = suite_case(case)
      local url, details = core.presign(request, credentials, how)
      assert.equal(case.query.canonical_request, details.canonical_request)
      assert.equal(case.query.string_to_sign, details.string_to_sign)
      assert.equal(case.query.signature, details.signature)
      local target = case.query.signed_request:match("^%S+ (.-) HTTP/1%.1\n")
      assert.equal("https://example.amazonaws.com" .. target, url)
    end)
  end
end)

describe("botocore", function()
  for _, case in ipairs(load_vectors("botocore-vectors.json")) do
    it("signs " .. case.name .. " in the same way", function()
      local headers, details = core.sign(case.request, case.credentials, {
        service = case.service,
        region = case.region,
        time = case.timestamp,
        normalize_path = case.normalize_path,
        double_encode_path = case.double_encode_path,
        sign_body_header = case.sign_body_header,
      })
      assert.equal(case.expect.canonical_request, details.canonical_request)
      assert.equal(case.expect.string_to_sign, details.string_to_sign)
      assert.equal(case.expect.authorization, headers.Authorization)
      local by_service = { service = case.service, region = case.region, time = case.timestamp }
      assert.same(headers, (core.sign(case.request, case.credentials, by_service)))
    end)
  end

  for _, case in ipairs(load_vectors("botocore-odd.json")) do
    it(("signs %s %s (%s) in the same way"):format(case.request.method, case.request.url, case.name), function()
      local make = case.presign and core.presign or core.sign
      local how = { service = case.service, region = case.region, time = case.timestamp }
      local sent, details = make(case.request, case.credentials, how)
      assert.equal(case.expect.canonical_request, details.canonical_request)
      assert.equal(case.expect.string_to_sign, details.string_to_sign)
      assert.equal(case.expect.signature, details.signature)
      if not case.presign then
        assert.equal(case.expect.authorization, sent.Authorization)
      end
    end)
  end
end)

describe("signing a request", function()
  it("answers all headers to send: the request's own and those of the signature", function()
    local token = { access_key_id = "AKIDEXAMPLE", secret_access_key = "s", session_token = "token" }
    local headers, details = core.sign(post(), token, options())
    assert.same({
      ["Content-Type"] = "application/x-amz-json-1.1",
      ["X-Amz-Target"] = "AmazonEC2ContainerServiceV20141113.DescribeServices",
      Host = "ecs.eu-west-1.amazonaws.com",
      ["X-Amz-Date"] = "20261123T000000Z",
      ["X-Amz-Security-Token"] = "token",
      Authorization = headers.Authorization,
    }, headers)
    assert.equal("content-type;host;x-amz-date;x-amz-security-token;x-amz-target", details.signed_headers)
    assert.truthy(headers.Authorization:find("SignedHeaders=" .. details.signed_headers, 1, true))
  end)

  it("leaves the request as it was", function()
    local request = post()
    core.sign(request, KEYS, options())
    assert.same(post(), request)
  end)

  it("sends the hash of the body to S3, and to others only when asked", function()
    local put = { method = "PUT", url = "https://bucket.s3.amazonaws.com/key", body = "abc" }
    local hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert.equal(hash, core.sign(put, KEYS, options { service = "s3" })["X-Amz-Content-Sha256"])
    assert.is_nil(core.sign(put, KEYS, options())["X-Amz-Content-Sha256"])
    assert.equal(hash, core.sign(put, KEYS, options { sign_body = true })["X-Amz-Content-Sha256"])
    assert.is_nil(core.sign(put, KEYS, options { service = "s3", sign_body = false })["X-Amz-Content-Sha256"])
    local _, details = core.sign(put, KEYS, options { service = "s3", unsigned_body = true })
    assert.truthy(details.canonical_request:find("\nUNSIGNED%-PAYLOAD$"))
  end)

  it("refuses an empty X-Amz-Content-SHA256, which no service takes", function()
    for _, empty in ipairs { "", "  " } do
      local put = { method = "PUT", url = "https://b.s3.amazonaws.com/k",
        headers = { ["x-amz-content-sha256"] = empty } }
      assert.has_error(function() core.sign(put, KEYS, options { service = "s3" }) end)
    end
  end)

  it("takes a given X-Amz-Content-SHA256 for the hash of the body", function()
    local put = { method = "PUT", url = "https://bucket.s3.amazonaws.com/key", body = "abc",
      headers = { ["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD" } }
    local headers, details = core.sign(put, KEYS, options { service = "s3" })
    assert.truthy(details.canonical_request:find("\nUNSIGNED%-PAYLOAD$"))
    assert.equal("UNSIGNED-PAYLOAD", headers["x-amz-content-sha256"])
    assert.is_nil(headers["X-Amz-Content-Sha256"])
  end)

  it("signs again what was signed before, with nothing left of the first signature", function()
    local first = core.sign(post(), KEYS, options())
    local again = core.sign(post { headers = first }, KEYS, options { time = "20261124T000000Z" })
    assert.same(core.sign(post(), KEYS, options { time = "20261124T000000Z" }), again)
  end)

  it("takes the time as seconds since 1970 or as text, with the same result", function()
    local expected = core.sign(post(), KEYS, options { time = "20150830T123600Z" })
    for _, time in ipairs { 1440938160, 1440938160.75, "2015-08-30T12:36:00Z", "2015-08-30T12:36:00.123Z" } do
      assert.same(expected, (core.sign(post(), KEYS, options { time = time })))
    end
  end)

  it("knows leap days and the ends of years", function()
    local texts = { [0] = "19700101T000000Z", [951782399] = "20000228T235959Z", [951782400] = "20000229T000000Z",
      [4107542399] = "21000228T235959Z", [4107542400] = "21000301T000000Z", [1798761599] = "20261231T235959Z",
      [1798761600] = "20270101T000000Z", [253402300799] = "99991231T235959Z" }
    for seconds, text in pairs(texts) do
      assert.equal(text, core.sign(post(), KEYS, options { time = seconds })["X-Amz-Date"])
      assert.equal(text, core.sign(post(), KEYS, options { time = text })["X-Amz-Date"])
    end
  end)

  it("accepts headers as a list of pairs, as a map, and as a map of lists", function()
    local list = { { "X-B", "2" }, { "X-A", "1" }, { "x-b", "3" } }
    local expected = core.sign(post { headers = list }, KEYS, options())
    assert.equal("2,3", expected["X-B"])
    assert.is_nil(expected["x-b"])
    assert.same(expected, (core.sign(post { headers = { ["X-B"] = { "2", "3" }, ["X-A"] = "1" } }, KEYS, options())))
    assert.same(expected, (core.sign(post { headers = { ["X-B"] = "2,3", ["X-A"] = 1 } }, KEYS, options())))
  end)

  it("sends a header that goes over several lines as one line, so that no header can be smuggled in", function()
    local headers, details = core.sign(post { headers = { A = "one\r\n  two  \nAuthorization: x" } }, KEYS, options())
    assert.equal("one two Authorization: x", headers.A)
    assert.truthy(details.canonical_request:find("\na:one two Authorization: x\n", 1, true))
  end)

  it("makes the Host header from the URL, without user, usual port or capitals", function()
    local hosts = {
      ["https://Example.COM/"] = "example.com", ["https://example.com:443"] = "example.com",
      ["http://example.com:443/"] = "example.com:443", ["http://example.com:80?a=b"] = "example.com",
      ["https://user:pw@example.com:8443/x#fragment"] = "example.com:8443", ["http://[::1]:9/"] = "[::1]:9",
    }
    for url, host in pairs(hosts) do
      assert.equal(host, core.sign(post { url = url }, KEYS, options()).Host)
    end
  end)

  it("keeps a Host header that is given, whatever its spelling", function()
    local headers = core.sign(post { headers = { host = "other.example.com" } }, KEYS, options())
    assert.equal("other.example.com", headers.host)
    assert.is_nil(headers.Host)
  end)

  it("sends but does not sign what proxies change", function()
    local headers, details = core.sign(post { headers = { ["User-Agent"] = "me" } }, KEYS, options())
    assert.equal("me", headers["User-Agent"])
    assert.equal("host;x-amz-date", details.signed_headers)
  end)

  it("takes fields that JSON calls null for absent", function()
    local keys = {
      access_key_id = "AKIDEXAMPLE", secret_access_key = KEYS.secret_access_key, session_token = cjson.null,
    }
    local request = post { headers = cjson.null, body = cjson.null }
    assert.same(core.sign({ method = "POST", url = post().url }, KEYS, options()),
      (core.sign(request, keys, options { sign_body = cjson.null })))
  end)

  it("signs in the middle of signing, when a finalizer or a metamethod does", function()
    local request = post()
    local lazy = setmetatable({}, { __index = function(_, name)
      core.sign(post { body = name }, KEYS, options { region = "us-east-1" })
      return request[name]
    end })
    assert.same(core.sign(request, KEYS, options()), (core.sign(lazy, KEYS, options())))
  end)

  it("gives the same results in any order of many headers", function()
    local headers, list = {}, {}
    for i = 1, 200 do
      headers["X-H" .. i] = tostring(i)
      list[201 - i] = { "x-h" .. i, tostring(i) }
    end
    local _, a = core.sign(post { headers = headers }, KEYS, options())
    local _, b = core.sign(post { headers = list }, KEYS, options())
    assert.equal(a.canonical_request, b.canonical_request)
  end)
end)

describe("presigning a request", function()
  local get = { method = "GET", url = "https://bucket.s3.eu-west-1.amazonaws.com/a%20key" }

  it("answers a URL that says how long it is good for", function()
    local url, details = core.presign(get, KEYS, options { service = "s3", expires = 60 })
    assert.equal("https://bucket.s3.eu-west-1.amazonaws.com/a%20key?X-Amz-Algorithm=AWS4-HMAC-SHA256"
      .. "&X-Amz-Credential=AKIDEXAMPLE%2F20261123%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20261123T000000Z"
      .. "&X-Amz-SignedHeaders=host&X-Amz-Expires=60&X-Amz-Signature=" .. details.signature, url)
    assert.truthy(details.canonical_request:find("\nUNSIGNED%-PAYLOAD$"))
    assert.same({ Host = "bucket.s3.eu-west-1.amazonaws.com" }, details.headers)
  end)

  it("names the headers that must be sent with it", function()
    local request = { method = "PUT", url = get.url, headers = { ["Content-Type"] = "text/plain" } }
    local url, details = core.presign(request, KEYS, options { service = "s3" })
    assert.truthy(url:find("X-Amz-SignedHeaders=content-type%3Bhost", 1, true))
    assert.equal("text/plain", details.headers["Content-Type"])
  end)

  it("puts a slash where the URL has no path, and drops the fragment", function()
    local url = core.presign({ method = "GET", url = "https://sts.amazonaws.com?a=b#c" }, KEYS, options())
    assert.equal("https://sts.amazonaws.com/?a=b&X-Amz-Algorithm", url:match("^[^=]*=b&[%w-]*"))
  end)

  it("refuses what is signed already", function()
    local url = core.presign(get, KEYS, options { service = "s3" })
    assert.error_matches(function()
      core.presign({ method = "GET", url = url }, KEYS, options { service = "s3" })
    end, "signed already")
  end)
end)

describe("a signer", function()
  it("derives a key once for each credentials, day, region and service", function()
    local signer = core.signer()
    local function sign(more, keys)
      return signer:sign(post(), keys or KEYS, options(more)).Authorization
    end
    local first = sign()
    sign { time = "20261123T235959Z" }
    assert.equal(1, signer:derived())
    for _, other in ipairs { { time = "20261124T000000Z" }, { region = "us-east-1" }, { service = "sts" } } do
      assert.not_equal(first, sign(other))
    end
    assert.equal(4, signer:derived())
    local rotated = { access_key_id = KEYS.access_key_id, secret_access_key = "another" }
    assert.not_equal(first, sign(nil, rotated))
    assert.equal(5, signer:derived())
    assert.equal(first, sign())
  end)

  it("gives the same signatures as without one, however many keys are in use", function()
    local signer = core.signer()
    for round = 1, 3 do
      for i = 1, 40 do
        local how = options { region = "region-" .. i, time = 1e9 + round * 86400 }
        assert.same(core.sign(post(), KEYS, how), (signer:sign(post(), KEYS, how)))
      end
    end
  end)

  it("signs with keys too long to be remembered", function()
    local long = { access_key_id = ("A"):rep(400), secret_access_key = ("s"):rep(1000) }
    local signer = core.signer()
    assert.same(core.sign(post(), long, options()), (signer:sign(post(), long, options())))
  end)

  it("forgets its keys when told to, and goes on", function()
    local signer = core.signer()
    local before = signer:sign(post(), KEYS, options())
    signer:forget()
    assert.same(before, (signer:sign(post(), KEYS, options())))
    assert.equal(2, signer:derived())
  end)

  it("presigns too", function()
    local get = { method = "GET", url = "https://bucket.s3.amazonaws.com/k" }
    assert.equal(core.presign(get, KEYS, options { service = "s3" }),
      (core.signer():presign(get, KEYS, options { service = "s3" })))
  end)
end)

describe("what cannot be signed", function()
  local SECRET = "a-Secret/that+Nobody=sees"
  local keys = { access_key_id = "AKID", secret_access_key = SECRET, session_token = "TOKEN-nobody-sees" }

  local function with(base, key, value)
    local copy = {}
    for k, v in pairs(base) do
      copy[k] = v
    end
    copy[key] = value
    return copy
  end

  local function refused(request, credentials, how, pattern)
    local ok, message = pcall(core.sign, request, credentials, how)
    assert.is_false(ok)
    assert.matches(pattern, message)
    assert.is_nil(message:find(SECRET, 1, true), "the message has the secret")
    assert.is_nil(message:find("TOKEN-nobody-sees", 1, true), "the message has the token")
  end

  it("is credentials that lack something", function()
    refused(post(), with(keys, "access_key_id", nil), options(), "credentials%.access_key_id must be a string, not nil")
    refused(post(), with(keys, "secret_access_key", nil), options(), "credentials%.secret_access_key must be a string")
    refused(post(), with(keys, "secret_access_key", ""), options(), "credentials%.secret_access_key is empty")
    refused(post(), with(keys, "secret_access_key", SECRET .. "\n"), options(), "secret_access_key has a blank")
    refused(post(), with(keys, "session_token", "TOKEN-nobody-sees "), options(), "session_token has a blank")
    refused(post(), with(keys, "session_token", 5), options(), "session_token must be a string, not number")
    refused(post(), with(keys, "access_key_id", "AK\nID"), options(), "access_key_id has a blank")
    refused(post(), nil, options(), "table expected")
  end)

  it("is a time that is none", function()
    for _, time in ipairs { "yesterday", "20261123", "20261123T000000", "20260230T000000Z", "20261301T000000Z",
      "20261123T240000Z", "20261123T006000Z", "2026-11-23T00:00:00", "2026-11-23T00:00:00.Z", "", true } do
      refused(post(), keys, options { time = time }, "options%.time must be seconds since 1970 or a text")
    end
    for _, time in ipairs { -1, 1e18, 0 / 0, 1 / 0 } do
      refused(post(), keys, options { time = time }, "options%.time must be between the years 1970 and 9999")
    end
    refused(post(), keys, { service = "ecs", region = "eu-west-1" }, "options%.time must be")
  end)

  it("is options of the wrong kind", function()
    refused(post(), keys, with(options(), "service", nil), "options%.service must be a string, not nil")
    refused(post(), keys, options { service = "e/cs" }, "options%.service must be the signing name")
    refused(post(), keys, options { region = "" }, "options%.region must be the name of a region")
    refused(post(), keys, options { sign_body = "yes" }, "options%.sign_body must be true or false, not string")
    for _, expires in ipairs { 0, 604801, "60", -5 } do
      assert.error_matches(function()
        core.presign(post(), keys, options { expires = expires })
      end, "options%.expires must be between 1 and 604800")
    end
  end)

  it("is a request of the wrong kind", function()
    refused(with(post(), "method", nil), keys, options(), "request%.method must be a string, not nil")
    refused(post { method = "GET /" }, keys, options(), "request%.method must be a word")
    refused(post { body = {} }, keys, options(), "request%.body must be a string, not table")
    refused(post { headers = "none" }, keys, options(), "request%.headers must be a table, not string")
    refused(post { headers = { A = true } }, keys, options(), 'request%.headers%["A"%] must be a string, not boolean')
    refused(post { headers = { { 1, 2 } } }, keys, options(), "must hold {name, value}")
    refused(post { headers = { "A" } }, keys, options(), "must be a table name = value, or a list")
    refused(post { headers = { ["A B"] = "x" } }, keys, options(), "a name that is no header's name")
    refused(post { headers = { A = "x\0y" } }, keys, options(), "a value with control characters")
  end)

  it("is a URL that is none", function()
    for url, problem in pairs {
      ["ecs.amazonaws.com"] = "does not begin with https://", ["ftp://x/"] = "does not begin with https://",
      ["https://"] = "has no host", ["https:///a"] = "has no host", ["https://a b/"] = "no host name has",
      ["https://a:x/"] = "port", ["https://a:65536/"] = "port", ["https://[::1/"] = "closing bracket",
      ["https://[::1]x/"] = "follows the host",
      ["https://a/\nb"] = "control characters", [""] = "does not begin",
    } do
      refused(post { url = url }, keys, options(), problem)
    end
  end)

  it("is larger than any server takes", function()
    refused(post { url = "https://a/" .. ("x"):rep(2 ^ 20) }, keys, options(), "larger than 1 MiB")
    local headers = {}
    for i = 1, 5000 do
      headers["H" .. i] = "x"
    end
    refused(post { headers = headers }, keys, options(), "more than 4096")
  end)

  it("leaves the signer fit for the next request", function()
    local signer = core.signer()
    local expected = signer:sign(post(), KEYS, options())
    assert.is_false(pcall(signer.sign, signer, post { url = "x" }, KEYS, options()))
    assert.is_false(pcall(signer.sign, signer, post { headers = { A = false } }, KEYS, options()))
    assert.same(expected, (signer:sign(post(), KEYS, options())))
  end)

  it("is reported where the caller stands", function()
    local _, message = pcall(function()
      core.sign(post(), {}, options())
    end)
    assert.matches("sigv4_spec%.lua:%d+: bad argument #2 to 'sign'", message)
  end)
end)

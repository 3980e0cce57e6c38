-- An S3 in this process, as a transport: objects with ETags, conditional writes and deletes, and faults at any request.
local core = require "ecs_service.core"

local fake = {}
fake.__index = fake

--- `options`: bucket ("states"), region of the bucket ("us-west-2"), ignores (a set of headers that it passes over).
--- Its fields `time` (seconds, S3's own) and `kept` (key → the code with which it is not removed among others) may be
--- changed.
function fake.new(options)
  options = options or {}
  return setmetatable({ bucket = options.bucket or "states", region = options.region or "us-west-2",
    ignores = options.ignores or {}, objects = {}, requests = {}, faults = {}, answers = {}, versions = 0, kept = {},
    time = 1795900000 }, fake)
end

--- Lets requests fail: { method =, key = (ends with), nth = 1 (of those that fit), times = 1, and one of status with
--- code, message, headers; error = "timeout" with after = true when the server does what it was asked all the same }.
function fake:fault(given)
  given.seen, given.left = 0, given.times or 1
  self.faults[#self.faults + 1] = given
  return given
end

local function xml(code, message, more)
  return ("<?xml version=\"1.0\"?>\n<Error><Code>%s</Code><Message>%s</Message>%s<RequestId>R1</RequestId></Error>")
    :format(code, message or "", more or "")
end

local function refuse(status, code, message, headers, more)
  headers = headers or {}
  headers["x-amz-request-id"] = "R1"
  return { status = status, headers = headers, body = xml(code, message, more) }
end

local function conditions_hold(self, headers, object)
  local none, match = headers["If-None-Match"], headers["If-Match"]
  if self.ignores["If-None-Match"] then none = nil end
  if self.ignores["If-Match"] then match = nil end
  if none == "*" and object then return false end
  return not match or object ~= nil and object.etag == match
end

--- Puts an object there, as somebody else would.
function fake:put(key, text, headers)
  self.versions = self.versions + 1
  self.objects[key] = { text = text, etag = ('"%032x"'):format(self.versions), headers = headers, at = self.time }
  return self.objects[key].etag
end

function fake:text(key) return self.objects[key] and self.objects[key].text end

local function http_date(at) return os.date("!%a, %d %b %Y %H:%M:%S GMT", at) end

local verbs = {}

function verbs.GET(self, key)
  local object = self.objects[key]
  if not object then return refuse(404, "NoSuchKey", "The specified key does not exist.") end
  return { status = 200, headers = { etag = object.etag, date = http_date(self.time),
    ["last-modified"] = http_date(object.at) }, body = object.text }
end

function verbs.HEAD(self, key)
  local answer = verbs.GET(self, key)
  answer.body = ""
  return answer
end

function verbs.PUT(self, key, request)
  local object = self.objects[key]
  if not conditions_hold(self, request.headers, object) then
    if not object then return refuse(404, "NoSuchKey", "The specified key does not exist.") end
    return refuse(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
  end
  return { status = 200, headers = { etag = self:put(key, request.body, request.headers) }, body = "" }
end

function verbs.DELETE(self, key, request)
  if self.objects[key] and not conditions_hold(self, request.headers, self.objects[key]) then
    return refuse(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
  end
  self.objects[key] = nil
  return { status = 204, headers = {}, body = "" }
end

-- Many objects at once: of a bucket, and of those that its body names.
function verbs.POST(self, _, request)
  assert(request.url:find "/%?delete$" and request.headers["x-amz-checksum-sha256"])
  local answer = { "<DeleteResult>" }
  for key in request.body:gmatch "<Key>(.-)</Key>" do
    key = key:gsub("&lt;", "<"):gsub("&gt;", ">"):gsub("&amp;", "&")
    local fault = self.kept[key]
    if fault then
      answer[#answer + 1] = ("<Error><Key>%s</Key><Code>%s</Code></Error>"):format(key, fault)
    else
      self.objects[key] = nil
    end
  end
  return { status = 200, headers = {}, body = table.concat(answer) .. "</DeleteResult>" }
end

-- The bucket and the key that a URL names, whichever style it has.
local function address(url)
  local host, path = url:match "^https?://([^/]+)(/[^?]*)"
  local bucket = host:match "^(.-)%.s3[.-]"
  if not bucket then bucket, path = path:match "^/([^/]+)(/.*)$" end
  return bucket, (path:sub(2):gsub("%%(%x%x)", function(code) return string.char(tonumber(code, 16)) end))
end

local function ends_with(text, tail) return tail == nil or text:sub(-#tail) == tail end

local function fault_for(self, request, key)
  for _, fault in ipairs(self.faults) do
    if (fault.method == nil or fault.method == request.method) and ends_with(key, fault.key) then
      fault.seen = fault.seen + 1
      if fault.seen >= (fault.nth or 1) and fault.left > 0 then
        fault.left = fault.left - 1
        return fault
      end
    end
  end
end

function fake:answer(request)
  local bucket, key = address(request.url)
  local region = request.headers.Authorization:match "Credential=[^/]+/%d+/([^/]+)/s3/"
  local fault = fault_for(self, request, key)
  if fault and fault.during then fault.during(self) end
  if fault and fault.status then return refuse(fault.status, fault.code, fault.message, fault.headers, fault.more) end
  if fault and fault.error and not fault.after then
    return { error = { kind = fault.error, message = "s3: " .. fault.error, sent = fault.sent ~= false } }
  end
  if bucket ~= self.bucket then return refuse(404, "NoSuchBucket", "The specified bucket does not exist") end
  if region ~= self.region then
    return refuse(301, "PermanentRedirect", "The bucket you are attempting to access must be addressed using the "
      .. "specified endpoint.", { ["x-amz-bucket-region"] = self.region })
  end
  local answer = verbs[request.method](self, key, request)
  if fault and fault.error then
    return { error = { kind = fault.error, message = "s3: " .. fault.error, sent = true } }
  end
  return answer
end

function fake:submit(request)
  local _, key = address(request.url)
  assert(request.headers["X-Amz-Content-Sha256"] == core.system.sha256(request.body), "the body is not signed")
  self.requests[#self.requests + 1] = { method = request.method, key = key, headers = request.headers,
    url = request.url }
  local answer = self:answer(request)
  answer.id = request.id
  table.insert(self.answers, answer)
  return true
end

function fake:wait() return table.remove(self.answers, 1) end

function fake.cancel() return false end

--- "PUT key.lock" of each request since the nth.
function fake:log(from)
  local list = {}
  for i = from or 1, #self.requests do
    list[#list + 1] = self.requests[i].method .. " " .. self.requests[i].key
  end
  return list
end

return fake

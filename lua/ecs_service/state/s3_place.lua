--- Where a state lies in S3: the option `state`, checked, and the URLs of its objects.
local errors = require "ecs_service.errors"
local options = require "ecs_service.util.check_options"
local percent = require "ecs_service.util.percent"
local partitions = require "ecs_service.aws.partitions"

local place = {}
place.__index = place

---@class ecs_service.S3Place
---@field bucket string
---@field key string
---@field given table  the option as it was given

place.OPTIONS = {
  url = "string", endpoint = "string", path_style = "boolean", region = "string", profile = "string", sse = "string",
  kms_key_id = "string", expected_bucket_owner = "string", credentials = "table|function", transport = "table|userdata",
}

-- The values of x-amz-server-side-encryption.
local SSE = { AES256 = true, ["aws:kms"] = true, ["aws:kms:dsse"] = true }
-- S3 takes keys of 1024 bytes; those beside the state's are longer.
local LONGEST = 1000

local function wrong(message, hint, path)
  return nil, errors.new { code = "WrongOption", path = path or "state", message = message, hint = hint }
end

local function check_encryption(given)
  if given.sse and not SSE[given.sse] then
    return wrong(("state.sse: S3 knows no encryption %q"):format(given.sse), "AES256, aws:kms or aws:kms:dsse",
      "state.sse")
  elseif given.kms_key_id and given.sse == "AES256" then
    return wrong("state.kms_key_id is for sse = \"aws:kms\"; AES256 uses a key of S3's own",
      "leave out one of the two", "state.kms_key_id")
  elseif given.kms_key_id and given.kms_key_id:find "[%c%s]" or given.kms_key_id == "" then
    return wrong("state.kms_key_id is the id, the alias or the ARN of a key", nil, "state.kms_key_id")
  end
  return true
end

-- General purpose buckets, as the S3 User Guide names them: 3 to 63 of a-z, 0-9, dots and hyphens.
local function is_bucket(name)
  return #name >= 3 and #name <= 63 and name:find "^[%l%d][%l%d%.%-]*[%l%d]$" ~= nil and not name:find("..", 1, true)
    and not name:find "^%d+%.%d+%.%d+%.%d+$"
end

-- A proxy or a server that puts paths in order would read another object, of another bucket even.
local function climbs(key)
  for segment in (key .. "/"):gmatch "([^/]*)/" do
    if segment == "." or segment == ".." then return true end
  end
  return false
end

--- Reads the option `state`.
---@param given table { url = "s3://bucket/key", … }
---@return ecs_service.S3Place|nil
---@return ecs_service.Error|nil code WrongOption or UnknownOption
function place.new(given)
  local problem = options.problem(given, place.OPTIONS, "state")
  if problem then return nil, problem end
  local bucket, key = given.url:match "^s3://([^/]+)/(.+)$"
  if not bucket or key:sub(-1) == "/" then
    return wrong(("%q does not name an object of S3"):format(given.url), "state = \"s3://bucket/path/to/state.json\"")
  elseif not is_bucket(bucket) then
    return wrong(("%q is not the name of a bucket"):format(bucket),
      "3 to 63 lower case letters, digits, dots and hyphens; the rest of the address goes into options of their own: "
      .. "state = { url = \"s3://bucket/key\", region = …, endpoint = … }")
  elseif key:find "[%c?#]" or #key > LONGEST then
    return wrong(("the key of the state %q cannot be used"):format(given.url),
      ("at most %d bytes without control characters, ? and #; options are given as in "
      .. "state = { url = \"s3://bucket/key\", region = … }"):format(LONGEST))
  end
  if climbs(key) then
    return wrong(("the key of the state %q cannot be used: it has a part that is . or .."):format(given.url),
      "write the path as it is meant")
  elseif given.expected_bucket_owner and not given.expected_bucket_owner:find "^%d%d%d%d%d%d%d%d%d%d%d%d$" then
    return wrong("state.expected_bucket_owner is the id of an account: twelve digits", nil,
      "state.expected_bucket_owner")
  end
  local ok, err = check_encryption(given)
  if not ok then return nil, err end
  return setmetatable({ bucket = bucket, key = key, given = given }, place)
end

local function ends_with(text, tail) return text:sub(-#tail) == tail end

--- Whether an endpoint is one of AWS itself, whose S3 is known to keep conditional writes and deletes.
---@param endpoint string
---@param region string
---@return boolean
function place.is_aws(endpoint, region)
  local host = endpoint:match "^https://([^/:]+)"
  local partition = partitions.of(region)
  return host ~= nil and (ends_with(host, "." .. partition.suffix) or ends_with(host, "." .. partition.dual_suffix))
end

--- The URL of the bucket. AWS wants it in the host's name, where a certificate for one label covers no dots; other
--- servers want it in the path, unless they are told otherwise.
---@param endpoint string without a slash at its end
---@param region string
---@return string without a slash at its end
function place:bucket_url(endpoint, region)
  local path_style = self.given.path_style
  if path_style == nil then path_style = not place.is_aws(endpoint, region) or self.bucket:find(".", 1, true) ~= nil end
  if path_style then return endpoint .. "/" .. self.bucket end
  local scheme, rest = endpoint:match "^(https?://)(.*)$"
  return scheme .. self.bucket .. "." .. rest
end

--- The URL of an object beside the state.
---@param endpoint string without a slash at its end
---@param region string
---@param suffix string "" for the state itself, ".lock", ".backup"
---@return string
function place:url(endpoint, region, suffix)
  return self:bucket_url(endpoint, region) .. "/" .. percent(self.key .. suffix, "/")
end

local XML = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" }

--- The key of an object beside the state, as it stands in XML.
---@param suffix string
---@return string
function place:key_text(suffix) return ((self.key .. suffix):gsub("[&<>]", XML)) end

--- "s3://bucket/key" of the state or of an object beside it.
function place:name(suffix) return "s3://" .. self.bucket .. "/" .. self.key .. (suffix or "") end

--- The ARN of an object, as a policy names it.
function place:arn(suffix, partition)
  return ("arn:%s:s3:::%s/%s%s"):format(partition or "aws", self.bucket, self.key, suffix or "")
end

--- The header that has S3 refuse whatever is asked of a bucket that is another account's by now.
---@return string|nil name
---@return string|nil value
function place:owner_header()
  if self.given.expected_bucket_owner then return "x-amz-expected-bucket-owner", self.given.expected_bucket_owner end
end

--- Headers that every object is written with.
---@return table<string, string>
function place:headers()
  local given = self.given
  local headers = { ["Content-Type"] = "application/json" }
  local sse = given.sse or given.kms_key_id and "aws:kms"
  if sse then headers["x-amz-server-side-encryption"] = sse end
  if given.kms_key_id then headers["x-amz-server-side-encryption-aws-kms-key-id"] = given.kms_key_id end
  return headers
end

return place

--- The endpoint that ECS gives its tasks, EKS its pods (Pod Identity), and Greengrass its components:
--- AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI.
local core = require "ecs_service.core"
local environment = require "ecs_service.aws.environment"
local errors = require "ecs_service.errors"
local json = require "ecs_service.util.json"
local keys_of = require "ecs_service.aws.credentials.keys"
local leaving = require "ecs_service.aws.leaving"

local container = { name = "container-role", title = "the container's endpoint" }

local HOST = "169.254.170.2" -- the ECS agent
-- Where a token may be sent without TLS; besides these, addresses of this machine itself.
local HOSTS = { [HOST] = true, ["169.254.170.23"] = true, ["fd00:ec2::23"] = true, localhost = true }
-- botocore's: seconds of one try, tries, seconds between them.
local SECONDS, ATTEMPTS, PAUSE = 2, 3, 1

local function bad(message, hint)
  return nil, errors.new { code = "BadCredentials", path = "AWS_CONTAINER_CREDENTIALS_FULL_URI", message = message,
    hint = hint }
end

local function is_loopback(host)
  local first, a, b, c = host:match "^(%d+)%.(%d+)%.(%d+)%.(%d+)$"
  if first then return first == "127" and tonumber(a) < 256 and tonumber(b) < 256 and tonumber(c) < 256 end
  return host == "::1" or host:find "^[0:]+:0*1$" ~= nil
end

local function url_of()
  local relative = environment.get "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
  if relative and relative:sub(1, 1) ~= "/" then
    -- It would become part of the host's name.
    return bad("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with /", "write the path alone, as ECS sets it")
  end
  if relative then return "http://" .. HOST .. relative end
  local full = environment.get "AWS_CONTAINER_CREDENTIALS_FULL_URI"
  if not full then return nil end
  local scheme, authority = full:match "^(%a[%w+.-]*)://([^/?#]*)"
  if not scheme then return bad "AWS_CONTAINER_CREDENTIALS_FULL_URI is no URL" end
  scheme, authority = scheme:lower(), authority:match "([^@]*)$"
  local host = authority:match "^%[([^%]]*)%]" or authority:match "^[^:]*"
  if scheme == "https" or scheme == "http" and (HOSTS[host:lower()] or is_loopback(host)) then return full end
  return bad(("AWS_CONTAINER_CREDENTIALS_FULL_URI leads to %s, where no token may be sent"):format(host),
    "https, this machine, 169.254.170.2, 169.254.170.23 or [fd00:ec2::23]")
end

-- The file is read each time: its token is changed while the program runs.
local function token()
  local path = environment.get "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
  local text, from = environment.get "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN"
  if path then
    local message
    text, message = core.system.read_file(path)
    from = path
    if not text then return bad("the token for the container's endpoint cannot be read: " .. message) end
  end
  if text and text:find "[\r\n]" then
    return bad(("the token for the container's endpoint, from %s, holds a line break"):format(from))
  end
  return text
end

local function failed(why)
  return nil, errors.new { code = "RequestFailed", retryable = true,
    message = "the container's credentials endpoint " .. why }
end

local function try(url, around)
  local authorization, err = token()
  if err then return nil, err end
  -- No proxy can reach it, and none should see the token.
  local completion, problem = around:ask({ method = "GET", url = url, body = "", proxy = "",
    headers = { Accept = "application/json", Authorization = authorization } }, SECONDS)
  if not completion then return failed("could not be reached: " .. problem.message) end
  local answer = json.decode(completion.body)
  if completion.status ~= 200 then
    local message = type(answer) == "table" and (answer.message or answer.Message)
    return failed(("answered with HTTP %d%s"):format(completion.status,
      type(message) == "string" and ": " .. keys_of.scrubbed(message) or ""))
  end
  if type(answer) ~= "table" then return failed "answered with something that is no JSON object" end
  return keys_of.of_answer(answer, "the answer of the container's credentials endpoint",
    { token = "Token", required = true }, container.name)
end

function container.find(_, around)
  local url, err = url_of()
  if err then return nil, err end
  if not url then return nil, nil, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI are not set" end
  local keys
  for attempt = 1, ATTEMPTS do
    keys, err = try(url, around)
    if keys or not err.retryable or attempt == ATTEMPTS or leaving.now() then break end
    around.scheduler:sleep(PAUSE)
  end
  return keys, err
end

return container

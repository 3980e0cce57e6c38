--- What to do when an endpoint cannot be reached, or something else answers in its place.
local proxy = require "ecs_service.aws.proxy"

local advice = {}

-- By the kind of a transport's error (docs/transport.md). {host} and {url} are the endpoint's.
local KINDS = {
  dns = "check the region and the endpoint, and whether this machine finds names: getent hosts {host}",
  proxy = "check HTTPS_PROXY (its host, port, user and password), or name the host in NO_PROXY",
  connect = "check the endpoint, the firewall and HTTPS_PROXY: curl -sv {url}",
  timeout = "check the firewall and HTTPS_PROXY: nothing came back in time: curl -sv {url}",
  tls = "a proxy may have a certificate authority of its own: name its file with AWS_CA_BUNDLE or ca_bundle",
  reset = "something between here and AWS ends connections: check HTTPS_PROXY and the firewall",
  too_large = "something else than {service} answers at {url}: check the endpoint and HTTPS_PROXY",
  other = "check the endpoint and HTTPS_PROXY: curl -sv {url}",
}

-- Of "tls", by what libcurl and OpenSSL say.
local TLS = {
  { "verify locations", "this machine has no certificates of authorities: install them (apt install ca-certificates, "
    .. "apk add ca-certificates), or name a file of them with AWS_CA_BUNDLE or ca_bundle" },
  { "CAfile", "the file of certificates cannot be used: correct AWS_CA_BUNDLE or ca_bundle, or install the system's "
    .. "(apt install ca-certificates)" },
  { "expired", "a certificate has expired, or this machine's clock is wrong: date -u" },
  { "not yet valid", "a certificate is not valid yet, or this machine's clock is wrong: date -u" },
  { "wrong version number", "{url} does not speak TLS: write http:// if it is an emulator, else check the port" },
}

local IN_BETWEEN = "a proxy, a load balancer or a login page may have answered in the place of {service}: check the "
  .. "endpoint and HTTPS_PROXY: curl -sv {url}"
local LATER = "what stands before {service} at {url} is overloaded or cannot reach it: try again, and see whether "
  .. "it is well"

-- Of answers without a code of the service's.
local STATUS = { [500] = LATER, [502] = LATER, [503] = LATER, [504] = LATER,
  [407] = "the proxy wants a user and a password: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT" }

local function filled(hint, url, service)
  local parts = { service = service or "ECS", url = url or "URL",
    host = (url or ""):match "^https?://([^/:]+)" or "HOST" }
  return (hint:gsub("{(%a+)}", parts))
end

--- What usually helps against a transport's error.
---@param kind string|nil of docs/transport.md
---@param message string|nil what the transport says
---@param url string|nil the endpoint
---@param through boolean|nil the request goes through a proxy: it is what libcurl connects to
---@param service string|nil which service is asked; default: ECS
---@return string|nil
function advice.of(kind, message, url, through, service)
  local hint = KINDS[kind == "connect" and through and "proxy" or kind]
  for _, pair in ipairs(kind == "tls" and TLS or {}) do
    if (message or ""):find(pair[1], 1, true) then
      hint = pair[2]
      break
    end
  end
  return hint and filled(hint, url, service)
end

--- Has an error of the engine name the endpoint and the next step, where ECS itself has said nothing.
---@param err table
---@param session ecs_service.Session
function advice.add(err, session)
  local code, url = tostring(err.code), session.endpoint
  local kind, status = code:match "^Transport%.(.+)$", tonumber(code:match "^HTTP(%d+)$")
  if not url then return end
  if kind then
    err.hint = advice.of(kind, err.message, url, proxy.of(url, session.proxy) ~= "", session.api_name)
      or err.hint
  elseif status or code == "InvalidAnswer" then
    err.hint = filled(STATUS[status] or IN_BETWEEN, url, session.api_name)
  else
    return
  end
  err.endpoint = url
  if session.simulated then return end -- it answers to that name, and nobody is to look for it
  if not tostring(err.message):find(url:match "^https?://([^/]+)" or url, 1, true) then
    err.message = ("%s (the endpoint is %s)"):format(tostring(err.message), url)
  end
end

return advice

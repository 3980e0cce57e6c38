--- What usually helps: the next thing to do for what can be wrong between a machine and AWS.
local advice = {}

-- By the kind of a transport's error (docs/transport.md).
local KINDS = {
  dns = "check the region and the endpoint, and whether this machine finds names: getent hosts %s",
  proxy = "check HTTPS_PROXY (its host, port, user and password), or name the host in NO_PROXY",
  connect = "check the endpoint, the firewall and HTTPS_PROXY: curl -sv %s",
  timeout = "check the firewall and HTTPS_PROXY: nothing came back in time: curl -sv %s",
  tls = "a proxy may have a certificate authority of its own: name its file with AWS_CA_BUNDLE or ca_bundle",
  reset = "something between here and AWS ends connections: check HTTPS_PROXY and the firewall",
}

local LOGIN = "get new ones: aws sso login%s, or whatever made them"
local UNKNOWN = "these keys do not exist, are not active or are of another partition: aws iam list-access-keys"
local SIGNED = "the secret access key does not fit the key's id, or this machine's clock is wrong: aws configure%s"
local DENIED = "let their policy allow it: %s"

-- By the code of an answer.
local CODES = {
  ExpiredToken = LOGIN, ExpiredTokenException = LOGIN, ExpiredCredentials = LOGIN,
  InvalidClientTokenId = UNKNOWN, UnrecognizedClientException = UNKNOWN, InvalidAccessKeyId = UNKNOWN,
  SignatureDoesNotMatch = SIGNED, InvalidSignatureException = SIGNED, IncompleteSignature = SIGNED,
  IncompleteSignatureException = SIGNED, RequestExpired = SIGNED,
  AccessDenied = DENIED, AccessDeniedException = DENIED, UnauthorizedOperation = DENIED,
}

local function host_of(url)
  return (url or ""):match "^https?://([^/:]+)" or "HOST"
end

local function filled(hint, err, report)
  local profile = report.profile_source and " --profile " .. report.profile or ""
  if hint == DENIED then
    return hint:format((err.operation == "GetCallerIdentity" and "sts:" or "ecs:") .. tostring(err.operation))
  end
  local word = hint:find("curl", 1, true) and (report.endpoint or "URL") or host_of(report.endpoint)
  if hint == LOGIN or hint == SIGNED then word = profile end
  return hint:find("%s", 1, true) and hint:format(word) or hint
end

--- The cause and the next command for an error.
---@param err table
---@param report ecs_service.Report what is known so far
---@return { message: string, hint: string|nil }
function advice.of(err, report)
  -- With a proxy it is the proxy that libcurl connects to.
  local kind = err.kind == "connect" and report.proxy and "proxy" or err.kind
  local hint = kind and KINDS[kind] or CODES[err.code]
  if hint then
    hint = filled(hint, err, report)
  else
    hint = err.hint
    if type(hint) == "table" then hint = table.concat(hint, "; ") end
  end
  return { message = tostring(err.message), hint = hint }
end

return advice

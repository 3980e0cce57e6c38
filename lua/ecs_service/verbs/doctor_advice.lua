--- What usually helps: the next thing to do for what can be wrong between a machine and AWS.
local endpoint_advice = require "ecs_service.aws.endpoint_advice"

local advice = {}

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

local function filled(hint, err, report)
  local profile = report.profile_source and " --profile " .. report.profile or ""
  if hint == DENIED then
    return hint:format((err.operation == "GetCallerIdentity" and "sts:" or "ecs:") .. tostring(err.operation))
  end
  return hint:find("%s", 1, true) and hint:format(profile) or hint
end

--- The cause and the next command for an error.
---@param err table
---@param report ecs_service.Report what is known so far
---@return { message: string, hint: string|nil }
function advice.of(err, report)
  local hint = endpoint_advice.of(err.kind, err.message, report.endpoint, report.proxy ~= nil)
  if not hint and CODES[err.code] then
    hint = filled(CODES[err.code], err, report)
  elseif not hint then
    hint = err.hint
    if type(hint) == "table" then hint = table.concat(hint, "; ") end
  end
  return { message = tostring(err.message), hint = hint }
end

return advice

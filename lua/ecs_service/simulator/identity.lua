--- The one question of the Security Token Service that a simulated account answers: whose keys these are. It
--- is asked at the same endpoint, by STS's own protocol: parameters of a form, answered in XML.
local identity = { operations = {} }

local ACTION, VERSION = "GetCallerIdentity", "2011-06-15"

function identity.operations.GetCallerIdentity(world)
  local account = world.options.account_id
  return { Account = account, UserId = "AIDASIMULATED", Arn = ("arn:%s:iam::%s:user/deployer"):format(world.partition,
    account) }
end

--- The action when a request is one of the Security Token Service that is known here.
---@param request table {query, headers with lower-case names, body}
---@return string|nil
function identity.asked(request)
  if request.headers["x-amz-target"] then return nil end
  for _, form in ipairs { request.body or "", request.query or "" } do
    local parameters = "&" .. form .. "&"
    if parameters:find("&Action=" .. ACTION .. "&", 1, true) then return ACTION end
  end
end

-- What ECS calls otherwise.
local CODES = { UnrecognizedClientException = "InvalidClientTokenId",
  InvalidSignatureException = "SignatureDoesNotMatch",
  MissingAuthenticationTokenException = "MissingAuthenticationToken",
  IncompleteSignatureException = "IncompleteSignature", ThrottlingException = "Throttling" }

local ESCAPES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" }

local function element(name, text) return ("<%s>%s</%s>"):format(name, (text:gsub("[&<>]", ESCAPES)), name) end

--- The body of an answer or a refusal.
---@param answer table|nil
---@param refusal table|nil
---@param request_id string
---@return string
function identity.xml(answer, refusal, request_id)
  local namespace = (' xmlns="https://sts.amazonaws.com/doc/%s/"'):format(VERSION)
  local id = element("RequestId", request_id)
  if not answer then
    return ("<ErrorResponse%s><Error>%s%s%s</Error>%s</ErrorResponse>"):format(namespace,
      element("Type", refusal.status >= 500 and "Receiver" or "Sender"),
      element("Code", CODES[refusal.code] or refusal.code), element("Message", refusal.message), id)
  end
  local told = element("Arn", answer.Arn) .. element("UserId", answer.UserId) .. element("Account", answer.Account)
  return ("<%sResponse%s><%sResult>%s</%sResult><ResponseMetadata>%s</ResponseMetadata></%sResponse>"):format(ACTION,
    namespace, ACTION, told, ACTION, id, ACTION)
end

return identity

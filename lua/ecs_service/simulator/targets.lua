--- What answers beside AWS: the URLs that checks of a deployment ask, as sim:target told them to answer.
local tables = require "ecs_service.util.tables"

local targets = {}

local ERRORS = { dns = "Could not resolve host", connect = "Connection refused", tls = "the certificate is not trusted",
  timeout = "the operation timed out", reset = "the connection was reset by the peer" }
local MEMBERS = { status = "number", body = "string", headers = "table", after = "number", error = "string" }

-- One answer as it is kept; nil and what is wrong with it.
local function answer_of(given)
  if type(given) == "number" then given = { status = given } end
  if type(given) ~= "table" then return nil, "answers a status, a table or a function" end
  for name, value in pairs(given) do
    if not MEMBERS[name] then return nil, "has no member " .. tostring(name) .. " of an answer" end
    if type(value) ~= MEMBERS[name] then return nil, (": %s is a %s"):format(name, MEMBERS[name]) end
  end
  if given.error and not ERRORS[given.error] then
    return nil, ("has no error %s; there are %s"):format(given.error, table.concat(tables.keys(ERRORS), ", "))
  end
  local status = given.status or 200
  if status ~= math.floor(status) or status < 100 or status > 599 then
    return nil, "answers a status from 100 to 599"
  end
  return { status = status, body = given.body or "", headers = given.headers or {}, after = given.after or 0,
    error = given.error }
end

local function is_list(responses) return type(responses) == "table" and responses[1] ~= nil end

--- The target as the simulator keeps it; the second result says what is wrong with it.
---@param given any
---@return table|nil
---@return string|nil
function targets.new(given)
  if type(given) ~= "table" or type(given.url) ~= "string" or not given.url:find "^https?://[^/]" then
    return nil, "takes { url = \"http://…\", responses = … }"
  end
  for name in pairs(given) do
    if name ~= "url" and name ~= "responses" then return nil, "has no " .. tostring(name) end
  end
  local own = { url = given.url, asked = 0 }
  if type(given.responses) == "function" then
    own.ask = given.responses
    return own
  end
  own.list = {}
  for i, one in ipairs(is_list(given.responses) and given.responses or { given.responses or 200 }) do
    local answer, problem = answer_of(one)
    if not answer then return nil, problem end
    own.list[i] = answer
  end
  return own
end

-- Without what no request has behind it, and what a client keeps to itself.
local function plain(url)
  return (url:gsub("#.*$", ""):gsub("^(%a+://)[^/?]*@", "%1"):gsub("^(%a+://[^/?]+)$", "%1/"))
end

--- Whether a request is none to AWS.
---@param request table { method, headers } with lower-case names
---@return boolean
function targets.is_meant(request)
  return request.method == "GET" and request.headers["x-amz-target"] == nil
    and not (request.headers.authorization or ""):find "^AWS4%-"
end

--- What answers a URL now: the newest target of it; nil where there is none.
---@param list table[]
---@param url string
---@param request table { headers }
---@param now number
---@return table|nil answer { status, headers, body, after, error, message }
function targets.answer(list, url, request, now)
  for i = #list, 1, -1 do
    local one = list[i]
    if plain(one.url) == plain(url) then
      one.asked = one.asked + 1
      local answer, problem = one.list and one.list[math.min(one.asked, #one.list)], nil
      if not answer then answer, problem = answer_of(one.ask({ url = url, headers = request.headers,
        number = one.asked }, now)) end
      if not answer then error("sim:target " .. problem, 0) end
      return tables.merge(answer, { message = answer.error and ERRORS[answer.error] })
    end
  end
end

--- What a URL comes to that nothing answers.
targets.NOBODY = { error = "connect", message = "Connection refused: no sim:target answers there", after = 0 }

return targets

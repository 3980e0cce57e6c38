--- One check, made once: the request that it is, and what its answer says. What went wrong is told apart, in words and
--- as a kind, with as much of the answer as helps.
local core = require "ecs_service.core"
local is_secret_key = require "ecs_service.util.secret_keys"
local letters = require "ecs_service.render.terminal_text"
local proxy = require "ecs_service.aws.proxy"
local secret_texts = require "ecs_service.render.secret_texts"
local tables = require "ecs_service.util.tables"
local wire = require "ecs_service.aws.signed_request"

local check_answer = {}

---@class ecs_service.CheckProblem
---@field kind string    dns connect tls timeout reset too_large proxy other: of the exchange; status, body: of the
---  answer; function: what a function said or raised; times: it did not succeed often enough in a row
---@field message string  one line
---@field status integer|nil
---@field body string|nil  the beginning of it

-- Bytes of an answer that are taken in, and columns of what is told of it.
local MOST_BODY, MOST_TOLD, MOST_LINE = 1024 * 1024, 200, 300

local function decoded(text)
  return (text:gsub("%%(%x%x)", function(code) return string.char(tonumber(code, 16)) end))
end

-- The user and the password of a URL, which end at the last "@" of its host.
local function user_of(url)
  local scheme, user, rest = url:match "^(%a+://)([^/?#]*)@(.*)$"
  return user and decoded(user), scheme and scheme .. rest or url
end

local function basic(user)
  local text = core.base64url(user):gsub("[-_]", { ["-"] = "+", _ = "/" })
  return "Basic " .. text .. ("="):rep(-#text % 4)
end

--- A request whose URL may have a user and a password, which no transport takes there.
---@param url string
---@param headers table<string, string>
---@return string url
---@return table<string, string> headers
function check_answer.addressed(url, headers)
  local user, plain = user_of(url)
  return plain, user and tables.merge({ Authorization = basic(user) }, headers) or headers
end

--- A URL without its password, and without the values of parameters that are called secret.
---@param url string
---@return string
function check_answer.masked(url)
  local front, query = url:match "^([^?#]*)(.*)$"
  return proxy.masked(front) .. query:gsub("([^?&#=]+)=([^&#]*)", function(name, value)
    return ("%s=%s"):format(name, is_secret_key(name) and "***" or value)
  end)
end

-- What a check holds secret may come back in an answer.
local function secrets_of(check, known)
  local list, user = { (table.unpack or unpack)(known or {}) }, user_of(check.url or "")
  for _, value in pairs(check.headers) do list[#list + 1] = value end
  if user then list[#list + 1], list[#list + 2] = user:match ":(.*)$", basic(user):match "%S+$" end
  return list
end

local function told(check, text, most, known)
  if #text > 4096 then text = text:sub(1, 4096) end
  text = secret_texts.hide(text, secrets_of(check, known)):gsub("^%s+", ""):gsub("%s+$", "")
  return letters.cut(letters.escape(text), most)
end

--- The request of a check.
---@param check ecs_service.OneCheck
---@return table request with an id
function check_answer.request(check)
  local url, headers = check_answer.addressed(check.url, check.headers)
  return { id = wire.id(), method = "GET", url = url, headers = headers, body = "",
    timeout = check.timeout, max_body = MOST_BODY }
end

-- What a transport says of it goes behind this.
local WORDS = { dns = "its name is not resolved", connect = "it cannot be reached: the connection is refused",
  tls = "no secure connection is made", reset = "the connection was cut off", proxy = "the proxy does not let it pass" }

local function of_exchange(check, problem, known)
  local kind, why = problem.kind or "other", told(check, tostring(problem.message or ""), MOST_LINE, known)
  local message = WORDS[kind] and (why ~= "" and ("%s: %s"):format(WORDS[kind], why) or WORDS[kind]) or why
  if kind == "timeout" then message = ("no answer came within %g s"):format(check.timeout) end
  if kind == "too_large" then message = "its answer is larger than 1 MiB" end
  return { kind = kind, message = message }
end

local function is_wanted(wanted, status)
  for _, one in ipairs(wanted) do
    if one == status or type(one) == "string" and tonumber(one:sub(1, 1)) == math.floor(status / 100) then
      return true
    end
  end
  return false
end

local function of_status(check, completion, body, known)
  local status, to = completion.status, (completion.headers or {}).location
  local message = ("it answered %d, not %s"):format(status, check.status_text)
  if status >= 300 and status < 400 and to then
    message = ("%s: it leads to %s, and redirections are not followed"):format(message, told(check,
      check_answer.masked(tostring(to)), MOST_TOLD, known))
    body = nil -- it repeats where that is, with whatever is secret there
  end
  return { kind = "status", status = status, body = body, message = message }
end

--- What is wrong with an answer; nil: nothing.
---@param check ecs_service.OneCheck
---@param completion table of a transport
---@param known string[]|nil other texts that nothing of it may hold
---@return ecs_service.CheckProblem|nil
function check_answer.problem(check, completion, known)
  if completion.error then return of_exchange(check, completion.error, known) end
  local whole = completion.body or ""
  local body = whole ~= "" and told(check, whole, MOST_TOLD, known) or nil
  if not is_wanted(check.status, completion.status) then return of_status(check, completion, body, known) end
  if check.body and not whole:find(check.body, 1, true) then
    return { kind = "body", status = completion.status, body = body,
      message = ("it answered %d, without %s in its body"):format(completion.status,
        '"' .. letters.cut(letters.escape(check.body, true), 60) .. '"') }
  end
end

-- Where an error was raised is told by the last name of its path.
local function raised_text(raised)
  if type(raised) == "table" then raised = raised.message or tostring(raised) end
  return "it raised: " .. tostring(raised):match "^[^\n]*":gsub("^[^%s:]*[/\\]", "")
end

--- What is wrong by what a function answered, or raised.
---@param check ecs_service.OneCheck
---@param known string[]|nil texts that nothing of it may hold
---@param ok boolean of pcall
---@param answer any
---@param why any
---@return ecs_service.CheckProblem|nil
function check_answer.of_function(check, known, ok, answer, why)
  if ok and answer == true then return nil end
  local text = not ok and raised_text(answer) or why ~= nil and tostring(type(why) == "table" and why.message or why)
    or ("it answered %s, not true"):format(type(answer) == "table" and "a table" or tostring(answer))
  return { kind = "function", message = told(check, text, MOST_LINE, known) }
end

return check_answer

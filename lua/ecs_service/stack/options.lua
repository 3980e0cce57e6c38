--- The options of a stack, and what may be wrong with them.
local errors = require "ecs_service.errors"
local options = require "ecs_service.util.check_options"
local retries = require "ecs_service.aws.retries"
local tables = require "ecs_service.util.tables"
local warnings = require "ecs_service.plan.warnings"

local stack_options = {}

stack_options.OPTIONS = {
  region = "string", state = "string|table|boolean", default_tags = "table", profile = "string",
  credentials = "table|function", assume_role = "table", mfa_code = "string|function",
  credential_process_timeout = "number|string", endpoint = "string", endpoints = "table", retry_mode = "string",
  max_attempts = "number", ca_bundle = "string", proxy = "string", use_fips_endpoint = "boolean",
  use_dualstack_endpoint = "boolean", allowed_account_ids = "table", forbidden_account_ids = "table",
  ignore_tags = "table", concurrency = "number", pace = "boolean|table",
  app_id = "string", transport = "table|userdata", scheduler = "table|userdata", on_event = "function",
  warnings = "table", autoscaling = "boolean",
}

local function wrong(path, message, hint)
  return errors.new { code = "WrongOption", path = path, message = message, hint = hint }
end

local function whole_number(given, name, least, most)
  local value = given[name]
  if value == nil or value == math.floor(value) and value >= least and value <= most then return nil end
  return wrong(name, ("ecs.stack: %s is a whole number from %d to %d"):format(name, least, most))
end

local function map_of_texts(given, name)
  for key, value in pairs(given[name] or {}) do
    if type(key) ~= "string" or type(value) ~= "string" then
      return wrong(name, ("ecs.stack: %s maps texts to texts; %s is a %s"):format(name, tostring(key),
        type(key) ~= "string" and "key that is no text" or type(value)))
    end
  end
end

-- Of UTF-8: bytes that begin one.
local function characters(text)
  return select(2, text:gsub("[^\128-\191]", ""))
end

local function list_of_texts(list)
  local length = tables.length(list)
  for i = 1, length or 0 do
    if type(list[i]) ~= "string" or list[i] == "" then return false end
  end
  return length ~= nil
end

local function check_ignored(ignored)
  for name, list in pairs(ignored or {}) do
    if name ~= "keys" and name ~= "key_prefixes" or type(list) ~= "table" or not list_of_texts(list) then
      return wrong("ignore_tags", "ecs.stack: ignore_tags is { keys = { … }, key_prefixes = { … } }",
        "both are lists of texts; leave out the one that is not needed")
    end
  end
end

local function check_accounts(given)
  for _, name in ipairs { "allowed_account_ids", "forbidden_account_ids" } do
    if given[name] and not tables.length(given[name]) then
      return wrong(name, ("ecs.stack: %s is a list of accounts, without names and gaps"):format(name))
    end
    for _, id in ipairs(given[name] or {}) do
      if not tostring(id):find "^%d%d%d%d%d%d%d%d%d%d%d%d$" then
        return wrong(name, ("ecs.stack: %s is no account id"):format(tostring(id)), "twelve digits, as text")
      end
    end
    if given[name] and #given[name] == 0 then
      return wrong(name, ("ecs.stack: %s lists no account"):format(name), "list accounts, or leave it out")
    end
  end
end

local function check_tags(given)
  local err = map_of_texts(given, "default_tags")
  if err then return err end
  for key, value in pairs(given.default_tags or {}) do
    if key:lower():sub(1, 4) == "aws:" or #key == 0 or characters(key) > 128 then
      return wrong("default_tags", ("ecs.stack: %q cannot be the key of a tag"):format(key),
        "1 to 128 characters that do not begin with aws:")
    elseif characters(value) > 256 then
      return wrong("default_tags", ("ecs.stack: the value of the tag %q is too long"):format(key), "256 characters")
    end
  end
  return check_ignored(given.ignore_tags)
end

local function check_others(given)
  for _, method in ipairs { "now", "sleep" } do
    if given.scheduler and not pcall(function() assert(given.scheduler[method]) end) then
      return wrong("scheduler", "ecs.stack: a scheduler has the methods now and sleep; there is no " .. method)
    end
  end
  for _, method in ipairs { "submit", "wait" } do
    if given.transport and not pcall(function() assert(given.transport[method]) end) then
      return wrong("transport", "ecs.stack: a transport has the methods submit and wait; there is no " .. method)
    end
  end
end

--- The first thing that is wrong with the options of a stack, or nil.
---@param given table
---@return ecs_service.Error|nil codes UnknownOption, WrongOption
function stack_options.problem(given)
  return options.problem(given, stack_options.OPTIONS, "ecs.stack") or whole_number(given, "max_attempts", 1, 100)
    or retries.problem(given) or whole_number(given, "concurrency", 1, 1000) or check_tags(given)
    or map_of_texts(given, "endpoints") or check_accounts(given) or check_others(given)
    or warnings.problem(given.warnings)
end

return stack_options

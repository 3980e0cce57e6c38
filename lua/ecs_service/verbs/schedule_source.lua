--- The declaration of a schedule that exists, as Lua source. Taken over and declared so, it plans as no change.
local asked = require "ecs_service.verbs.asked_values"
local core = require "ecs_service.core"
local form = require "ecs_service.run.schedule_form"
local importing = require "ecs_service.verbs.import_schedule"
local keys_of = require "ecs_service.util.row_keys"
local kinds = require "ecs_service.kinds"
local letters = require "ecs_service.render.terminal_text"
local lua_source = require "ecs_service.util.lua_source"
local names = require "ecs_service.util.identifiers"
local redact = require "ecs_service.render.redact"

local source = {}

local KIND = kinds.named "schedule"

--- Whether an id, or what it is to be called, names a schedule.
---@param id string
---@param address string|nil
---@return boolean
function source.is_meant(id, address)
  return kinds.of(id) == KIND or id:find "^arn:[^:]+:scheduler:" ~= nil
    or address ~= nil and kinds.of(address) == KIND
end

local function member_of(rows, block)
  local copy = core.object {}
  for _, row in ipairs(rows) do
    local value = block[row.name]
    if value ~= nil and not row.readonly and (row.required or not core.same(value, row.default)) then
      if row.kind == "block" then
        value = member_of(row.rows, value)
      elseif row.rows then
        local list = {}
        for i, item in ipairs(value) do list[i] = member_of(row.rows, item) end
        value = list
      end
      copy[row.name] = value
    end
  end
  return copy
end

-- An ARN of the schedule's own place is written by its name.
local function short(reference, arn)
  local place = arn:match "^arn:[^:]+:[^:]+:([^:]+:%d+):"
  local own = reference:match "^arn:[^:]+:ecs:([^:]+:%d+):"
  return own ~= nil and own == place and names.last(reference) or reference
end

local function config_of(attributes, name)
  local config = member_of(KIND.rows(), attributes)
  if config.name == name then config.name = nil end
  config.cluster = config.cluster and short(config.cluster, attributes.arn)
  if config.cluster == "default" then config.cluster = nil end
  config.task_definition = short(config.task_definition, attributes.arn)
  return config
end

-- What the declaration cannot say.
local function comment(opened, attributes)
  local paths = form.unknown(opened, attributes)
  if #paths == 0 then return "" end
  local lines = { "-- AWS has more, which no argument names; updates carry it along unchanged:\n" }
  for _, path in ipairs(paths) do lines[#lines + 1] = "--   " .. letters.escape(path) .. "\n" end
  return table.concat(lines)
end

--- The verb, for a schedule.
---@param stack ecs_service.Stack
---@param id string a recorded address, "group-name/schedule-name", an ARN
---@param opts table { address }
---@return string|nil source
---@return string|ecs_service.Error address
---@return string[]|nil addresses
function source.run(stack, id, opts)
  local state, session, wanted, err
  state, err = stack:read_state()
  if not state then return nil, err end
  local entry = kinds.of(id) == KIND and kinds.entry(state, id) or nil
  wanted, err = importing.parse(entry and KIND.identity(entry.attributes) or id)
  if wanted then session, err = stack:session(state) end
  if not session then return nil, err end
  local attributes, problem, opened = importing.read(session, id, wanted, {})
  if not attributes then return nil, problem end
  local address = opts.address or entry and id or KIND.name .. "." .. wanted.name
  local name = kinds.of(address) == KIND and kinds.name(address) or address
  local config = config_of(attributes, name)
  local text = lua_source.write(redact.attributes(config, KIND.rows(), asked.mark), "", keys_of(KIND.rows(), config),
    true)
  address = kinds.address(KIND, name)
  text = asked.fill(("%s(%s, %s)\n"):format(KIND.declares, lua_source.quote(name), text))
  return comment(opened, attributes) .. text, address, { address }
end

return source

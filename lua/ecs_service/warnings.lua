--- Warnings of a plan: which are told, which are silenced, and when they stop it. What there is to warn of is a table
--- of the core (schema_warnings.c); docs/warnings.md lists it.
local later = require "ecs_service.later"
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local nearest = later "ecs_service.nearest"
local tables = require "ecs_service.tables"

local warnings = {}

--- The codes that can be silenced, with what they mean.
---@return table<string, table> code → { code, path, about, fix, grouped }
---@return string[] codes in alphabetical order
function warnings.known()
  local map, codes = {}, {}
  for _, row in ipairs(core.warnings()) do map[row.code], codes[#codes + 1] = row, row.code end
  table.sort(codes)
  return map, codes
end

local function wrong(path, message, hint)
  return errors.new { code = "WrongOption", path = path, message = message, hint = hint }
end

local function check_codes(list, path, what)
  if type(list) ~= "table" then return wrong(path, what .. ": " .. path .. " is a list of codes") end
  local map, codes = warnings.known()
  for _, code in ipairs(list) do
    if type(code) ~= "string" or not map[code] then
      return wrong(path, ("%s: no warning has the code %s"):format(what, tostring(code)),
        nearest.hint(tostring(code), codes, "codes are"))
    end
  end
end

--- What is wrong with the stack's option `warnings`, or nil.
---@param given table|nil { silence = codes, strict = boolean }
---@return ecs_service.Error|nil
function warnings.problem(given)
  for name, value in pairs(given or {}) do
    if name == "silence" then
      local err = check_codes(value, "warnings.silence", "ecs.stack")
      if err then return err end
    elseif name ~= "strict" or type(value) ~= "boolean" then
      return wrong("warnings", "ecs.stack: warnings is { silence = { codes }, strict = true or false }")
    end
  end
end

local function silenced(stack, opts)
  local list = {}
  for _, code in ipairs((stack.options.warnings or {}).silence or {}) do list[#list + 1] = code end
  for _, code in ipairs(opts.silence or {}) do list[#list + 1] = code end
  return tables.set(list)
end

-- One warning in the place of all of its code: it says of which services.
local function add_to_group(groups, warning, out)
  local first = groups[warning.code]
  if first then
    table.insert(first.services, warning.address)
    first.address, first.service = nil, nil
    return
  end
  first = tables.copy(warning)
  first.services = { warning.address }
  groups[warning.code] = first
  out[#out + 1] = first
end

local function key_of(warning)
  return ("%s\0%s"):format(warning.address or warning.service or "", warning.code or "")
end

--- The warnings that a plan tells: without the silenced ones, without what was said of a service before, and some told
--- once for all services.
---@param stack table
---@param list table[]
---@param opts table checked options of the call: silence
---@return table[]
function warnings.told(stack, list, opts)
  local quiet, known, seen, groups, out = silenced(stack, opts), warnings.known(), {}, {}, {}
  for _, warning in ipairs(list) do
    local row = known[warning.code]
    local repeated = row and seen[key_of(warning)]
    seen[key_of(warning)] = true
    if row and row.grouped and not quiet[warning.code] then
      add_to_group(groups, warning, out)
    elseif not quiet[warning.code] and not repeated then
      out[#out + 1] = warning
    end
  end
  return out
end

--- The error for warnings that count as errors, or nil.
---@param stack table
---@param list table[] what warnings.told answered
---@param opts table checked options of the call: strict
---@return ecs_service.Error|nil code Warnings; all of them in err.diagnostics
function warnings.refusal(stack, list, opts)
  local strict = opts.strict
  if strict == nil then strict = (stack.options.warnings or {}).strict end
  if not strict or #list == 0 then return nil end
  return errors.new { code = "Warnings", diagnostics = list,
    message = (#list == 1 and "1 warning counts as an error" or #list .. " warnings count as errors")
      .. ", nothing was sent",
    hint = "see to what they say, or silence their codes: warnings = { silence = { … } }, --silence CODE" }
end

--- What is wrong with the codes of a call, or nil.
---@param opts table checked options: silence
---@return ecs_service.Error|nil
function warnings.problem_of_call(opts)
  return opts.silence and check_codes(opts.silence, "silence", "a plan") or nil
end

return warnings

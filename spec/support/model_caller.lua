--- Calls a simulator and holds what it says against the API's model: the JSON of an answer, the code of a refusal.
local cjson = require "cjson"
local core = require "ecs_service.core"
local shapes = require "support.shapes"

--- A function that calls operations. Answers what ECS answers, decoded from its JSON.
---@param sim table
---@return fun(operation: string, body: table|nil): table
local function caller(sim)
  return function(operation, body)
    local answer, err = sim:call(operation, body or {})
    if not answer then error(operation .. ": " .. tostring(err), 2) end
    local decoded = cjson.decode(core.json(answer))
    local problems = shapes.answer_problems(operation, decoded)
    if problems[1] then error(operation .. ": " .. table.concat(problems, "; "), 2) end
    return decoded
  end
end

--- A function that calls what is to be refused. Answers code and message.
---@param sim table
---@return fun(operation: string, body: table|nil): string, string
local function refuser(sim)
  return function(operation, body)
    local answer, err = sim:call(operation, body or {})
    if answer then error(operation .. " was not refused", 2) end
    if not shapes.has_error(operation, err.code) then error(operation .. " has no error " .. err.code, 2) end
    return err.code, err.message
  end
end

return { caller = caller, refuser = refuser }

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

--- A simulator whose every answer and refusal through `call` is held against the model; one that does not fit is an
--- error.
---@param sim table
---@return table sim
local function watched(sim)
  local call = sim.call
  function sim:call(operation, body)
    local answer, err = call(self, operation, body)
    local problems = answer and shapes.answer_problems(operation, cjson.decode(core.json(answer)))
    if problems and problems[1] then
      error(operation .. ": " .. table.concat(problems, "; "), 2)
    elseif err and not shapes.has_error(operation, err.code) then
      error(operation .. " has no error " .. err.code, 2)
    end
    return answer, err
  end
  return sim
end

return { caller = caller, refuser = refuser, watched = watched }

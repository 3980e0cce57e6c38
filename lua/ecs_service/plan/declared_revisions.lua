--- Which revision the services of a stack are declared with, where a task definition of the stack stands for it: the
--- recorded one. For verbs that register nothing.
local core = require "ecs_service.core"
local kinds = require "ecs_service.kinds"
local tables = require "ecs_service.util.tables"

--- The normal forms with those revisions in them.
---@param stack ecs_service.Stack
---@param state table
---@param normals table<string, table|userdata>
---@return table<string, table|userdata>
return function(stack, state, normals)
  local own
  for _, address in ipairs(stack.order) do
    local runs = stack.declared[address].runs
    local entry = runs and kinds.entry(state, runs)
    if entry and normals[address] then
      own = own or tables.merge(normals)
      own[address] = tables.merge(core.table(normals[address]))
      own[address].task_definition = entry.attributes.arn
    end
  end
  return own or normals
end

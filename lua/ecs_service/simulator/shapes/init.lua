--- What each operation takes, by the API's own model: members and their shapes, required members, enumerations and
--- bounds. Shapes without any rule of their own go by their type.
local shapes = {
  inputs = require "ecs_service.simulator.shapes.inputs",
  structures = require "ecs_service.simulator.shapes.structures",
  others = require "ecs_service.simulator.shapes.others",
}

-- Those of CloudWatch Logs have names of their own.
for kind, rows in pairs((require "ecs_service.simulator.log_shapes")) do
  for name, row in pairs(rows) do shapes[kind][name] = row end
end

return shapes

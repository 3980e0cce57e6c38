--- What each operation takes, by the API's own model: members and their shapes, required members, enumerations and
--- bounds. Shapes without any rule of their own go by their type.
return {
  inputs = require "ecs_service.simulator.shapes.inputs",
  structures = require "ecs_service.simulator.shapes.structures",
  others = require "ecs_service.simulator.shapes.others",
}

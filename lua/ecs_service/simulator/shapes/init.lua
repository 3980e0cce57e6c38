--- What each operation takes, by the APIs' own models: members and their shapes, required members, enumerations and
--- bounds. Shapes without any rule of their own go by their type.
local beside = require "ecs_service.simulator.shapes.structures_beside"
local structures = require "ecs_service.simulator.shapes.structures"
local tables = require "ecs_service.util.tables"

return {
  inputs = require "ecs_service.simulator.shapes.inputs",
  structures = tables.merge(structures, beside),
  others = require "ecs_service.simulator.shapes.others",
}

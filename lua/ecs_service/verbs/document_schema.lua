--- JSON Schemas of the documents that this tool writes: a state, a record of its journal, a saved plan. They are made
--- of the forms by which those are checked when they are read.
local core = require "ecs_service.core"
local form = require "ecs_service.state.form"
local format = require "ecs_service.state.format"
local planned = require "ecs_service.plan"
local tables = require "ecs_service.util.tables"

local document_schema = {}

local DIALECT = "https://json-schema.org/draft/2020-12/schema"

local KINDS = {
  text = { type = "string" }, name = { type = "string", minLength = 1 }, number = { type = "number" },
  whole = { type = "integer", minimum = 0 }, time = { type = "number", minimum = 0 }, boolean = { type = "boolean" },
  map = { type = "object" }, tree = { type = "object" }, list = { type = "array" },
}

local of

-- An optional member is one that may be absent; another one is required.
local function of_members(members)
  local properties, required = core.object {}, {}
  for _, name in ipairs(tables.keys(members)) do
    local member = members[name]
    if name ~= "optional" then
      local may_be_absent
      properties[name], may_be_absent = of(member)
      if not may_be_absent then required[#required + 1] = name end
    end
  end
  return { type = "object", properties = properties, required = #required > 0 and required or nil }
end

-- The schema of a form (see state/shape.lua), and whether what it is of may be absent.
function of(given)
  if type(given) == "string" then
    local kind, optional = given:match "^(%a+)(%??)$"
    return tables.copy(KINDS[kind]), optional == "?"
  end
  local optional = given.optional == true
  if given.one then return { enum = tables.keys(given.one) }, optional end
  if given.of then return { type = "array", items = (of(given.of)) }, optional end
  if given.each then return { type = "object", additionalProperties = (of(given.each)) }, optional end
  return of_members(given), optional
end

local function titled(schema, title, description)
  schema["$schema"], schema.title, schema.description = DIALECT, title, description
  return schema
end

local makers = {}

function makers.state()
  local schema = of(form.DOCUMENT)
  schema.properties.version = { enum = { 1, format.VERSION, format.JOURNALLED } }
  local attributes = schema.properties.services.additionalProperties.properties.attributes
  attributes.properties, attributes.required = { name = { type = "string" } }, { "name" }
  return titled(schema, "A state of ecs-service",
    "What a stack manages, and what it was about to do. Beside one of version 3 there is a journal that belongs to it.")
end

function makers.journal()
  local schema = { type = "object", required = { "checksum", "record" }, additionalProperties = false, properties = {
    checksum = { type = "string", pattern = "^[0-9a-f]{64}$", description = "SHA-256 of the text of `record`" },
    record = (of(form.CHANGE)) } }
  return titled(schema, "A record of a journal of ecs-service",
    "One line of FILE.journal, or one object KEY.journal/NUMBER: what has changed in the state since the one before.")
end

function makers.plan()
  local schema = of(planned.FORM)
  schema.properties.format = { const = planned.FORMAT }
  table.insert(schema.required, "format")
  return titled(schema, "A plan of ecs-service", "A saved plan: what apply would do, and what it was made from.")
end

--- The names of the documents, in alphabetical order.
document_schema.NAMES = tables.keys(makers)

--- The schema (draft 2020-12) as a table.
---@param name string one of NAMES
---@return table
function document_schema.make(name) return makers[name]() end

--- The same as text.
---@param name string one of NAMES
---@return string
function document_schema.text(name) return core.json(makers[name](), 2) .. "\n" end

return document_schema

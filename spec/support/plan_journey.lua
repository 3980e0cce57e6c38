-- Declares a service again and again, and does at a mirror of ECS what the plan says: plan, request, answer, flatten.
local cjson = require "cjson"
local core = require "ecs_service.core"
local mirror = require "support.mirror"
local shapes = require "support.shapes"

local journey = {}
journey.__index = journey

local function checked(operation, text, body)
  local problems = shapes.problems(operation, cjson.decode(text))
  if #problems > 0 then error(table.concat(problems, "\n") .. "\n" .. text, 3) end
  return body
end

--- options: default_tags, ignore_tags, forgets = list of members that the server leaves out of its answers
function journey.new(options)
  return setmetatable({ options = options or {}, sent = {} }, journey)
end

function journey:answer()
  local answer = mirror.copy(self.service)
  for _, name in ipairs(self.options.forgets or {}) do answer[name] = nil end
  return answer
end

function journey:read(config, previous)
  return core.flatten("service", { answer = self:answer(), form = config, previous = previous, tags_known = true,
    default_tags = self.options.default_tags, ignore_tags = self.options.ignore_tags })
end

--- The change that this configuration asks for now; nil and diagnostics when it cannot be.
function journey:plan(config, more)
  local input = { config = config, recorded = self.recorded, refreshed = true,
    actual = self.service and self:read(config, self.recorded),
    default_tags = self.options.default_tags, ignore_tags = self.options.ignore_tags }
  for key, value in pairs(more or {}) do input[key] = value end
  return core.plan("service", input)
end

function journey:send(operation, name, input)
  local text, body = core.request(name, input)
  if text == nil then return nil end
  self.sent[#self.sent + 1] = { operation = operation, body = checked(operation, text, body) }
  return body
end

local function create(self, change)
  self.service = mirror.create(self:send("CreateService", "create",
    { after = change.after, client_token = ("0"):rep(32) }))
end

local function update(self, change)
  local body = self:send("UpdateService", "update", { change = change })
  if body then self.service = mirror.update(self.service, body) end
  local _, tags = core.request("tag_changes", { change = change })
  if #tags.drop > 0 then self:send("UntagResource", "untag", { arn = self.service.serviceArn, keys = tags.drop }) end
  if next(tags.set) then self:send("TagResource", "tag", { arn = self.service.serviceArn, tags = tags.set }) end
  self.service = mirror.retag(self.service, tags.set, tags.drop)
end

--- Plans and does it. Answers the change and the bodies that were sent for it, by operation.
function journey:apply(config, more)
  local change, problems = self:plan(config, more)
  if not change then error(problems[1].path .. ": " .. problems[1].message, 2) end
  self.sent = {}
  if change.action == "create" or change.action == "replace" then
    create(self, change)
  elseif change.action == "update" then
    update(self, change)
  end
  self.recorded = self:read(config, change.after)
  local bodies = {}
  for _, request in ipairs(self.sent) do bodies[request.operation] = request.body end
  return change, bodies
end

--- A small service; `more` adds arguments, "absent" takes one away.
function journey.config(more)
  local made = { name = "mongodb", cluster = "prod", task_definition = "mongo:7", desired_count = 2 }
  for key, value in pairs(more or {}) do made[key] = value end
  for key, value in pairs(made) do
    if value == "absent" then made[key] = nil end
  end
  return made
end

--- A service that runs with what `first` adds.
function journey.running(first, options)
  local trip = journey.new(options)
  trip:apply(journey.config(first))
  return trip
end

--- The plan for what `second` adds, of a service that runs with what `first` adds.
function journey.planned(first, second, options)
  return journey.running(first, options):plan(journey.config(second))
end

--- The paths of a diff, in its order.
function journey.paths(change)
  local list = {}
  for i, entry in ipairs(change.diff) do list[i] = entry.path end
  return list
end

--- The entry of a diff with this path.
function journey.entry(change, path)
  for _, entry in ipairs(change.diff) do
    if entry.path == path then return entry end
  end
end

return journey

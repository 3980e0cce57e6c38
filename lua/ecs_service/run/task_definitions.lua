--- Task definitions at ECS: read, registered, tagged, deregistered. RegisterTaskDefinition has no token: what became of
--- a registration whose answer was lost is found out by looking at the family's newest revision.
local begun = require "ecs_service.plan.begun_revisions"
local call = require "ecs_service.run.api_call"
local core = require "ecs_service.core"
local skew = require "ecs_service.aws.clock_skew"

local task_definitions = {}

-- What ECS says of a family or a revision that it does not have; every other refusal is an error.
local function is_missing(err)
  return err.code == "ClientException" and tostring(err.message):find("Unable to describe task definition", 1, true)
    ~= nil
end

---@class ecs_service.Revision
---@field answer table      `taskDefinition` as it was answered
---@field tags table[]      the list of the answer
---@field attributes table  as they are recorded: names of the arguments, arn, arn_without_revision, revision, status

local function revision_of(answer)
  local definition = answer.taskDefinition
  local attributes = core.definition_read(definition, answer.tags)
  return { answer = definition, tags = answer.tags or {}, attributes = attributes }
end

--- Reads a revision.
---@param session ecs_service.Session
---@param name string a family (its newest ACTIVE revision), family:revision, or an ARN
---@param opts table|nil { interrupted }
---@return ecs_service.Revision|nil nil without an error: ECS has no such revision
---@return ecs_service.Error|nil
function task_definitions.describe(session, name, opts)
  local answer, err = call(session, "DescribeTaskDefinition", { taskDefinition = name, include = { "TAGS" } }, opts)
  if answer then return revision_of(answer) end
  if is_missing(err) then return nil end
  return nil, err
end

--- Reads several at once.
---@param session ecs_service.Session
---@param names string[]
---@param opts table|nil { interrupted }
---@return table<string, ecs_service.Revision>|nil by the name that was asked for; what is missing is absent
---@return ecs_service.Error|nil
function task_definitions.describe_all(session, names, opts)
  local calls, found = {}, {}
  for i, name in ipairs(names) do
    calls[i] = { operation = "DescribeTaskDefinition", body = { taskDefinition = name, include = { "TAGS" } } }
  end
  for i, result in ipairs(#calls > 0 and call.all(session, calls, opts) or {}) do
    if result.answer then
      found[names[i]] = revision_of(result.answer)
    elseif not is_missing(result.err) then
      return nil, result.err
    end
  end
  return found
end

-- Whether nobody knows what became of the request: its answer was lost, or the server had an error of its own.
local function is_open(err)
  local status = err.http_status
  return not (type(status) == "number" and status >= 400 and status < 500)
end

--- Whether a revision is what a registration would make: to ECS, and in what nobody here knows.
---@param revision ecs_service.Revision
---@param body table of RegisterTaskDefinition
---@param wanted table its attributes
---@return boolean
function task_definitions.is_made_of(revision, body, wanted)
  return #core.definition_difference(revision.attributes, wanted) == 0
    and core.json(core.definition_unknown(revision.answer)) == core.json(core.definition_unknown(body))
end

-- The family's newest revision, if it is what was to be registered, and no older than that.
local function found_again(session, body, since, opts)
  local wanted = core.definition_read(body, body.tags)
  local newest, err = task_definitions.describe(session, wanted.family, opts)
  if not newest then return nil, err end
  local registered = newest.answer.registeredAt
  local recent = type(registered) ~= "number" or registered >= since - begun.LAG
  if recent and task_definitions.is_made_of(newest, body, wanted) then return newest end
end

local TAGS_LATER = { UnsupportedFeatureException = true, InvalidParameterException = true }

-- Where a partition takes no tags together with a registration, they follow it.
local function register_untagged(session, body, opts)
  local bare = {}
  for name, value in pairs(body) do bare[name] = name ~= "tags" and value or nil end
  local answer, err = call(session, "RegisterTaskDefinition", bare, { mutates = true, interrupted = opts.interrupted })
  if not answer then return nil, err end
  local _, problem = call(session, "TagResource", { resourceArn = answer.taskDefinition.taskDefinitionArn,
    tags = body.tags }, { mutates = true })
  answer.tags = problem and {} or body.tags
  return answer, nil, problem
end

local function outcome_of(session, body, result, began, opts)
  local answer, err, untagged = result.answer, result.err, nil
  if not answer and body.tags and TAGS_LATER[err.code] and session.partition ~= "aws" then
    answer, err, untagged = register_untagged(session, body, opts)
  end
  if answer then return { revision = revision_of(answer), untagged = untagged } end
  if is_open(err) and err.code ~= "Interrupted" then
    local again = found_again(session, body, began, opts)
    if again then return { revision = again } end
    err.hint = (err.hint and err.hint .. "; " or "") .. "then try again: a revision that it made all the same is found"
  end
  return { err = err }
end

--- Registers revisions, all at once. What an answer that was lost made is found and taken for it.
---@param session ecs_service.Session
---@param bodies table[] of RegisterTaskDefinition
---@param opts table|nil { interrupted }
---@return table[] outcomes in their order: { revision = ecs_service.Revision, untagged = ecs_service.Error|nil: its
---  tags were refused } or { err = ecs_service.Error }
function task_definitions.register(session, bodies, opts)
  opts = opts or {}
  local began, calls, outcomes = skew.now(session), {}, {}
  for i, body in ipairs(bodies) do
    calls[i] = { operation = "RegisterTaskDefinition", body = body, mutates = true }
  end
  for i, result in ipairs(#calls > 0 and call.all(session, calls, opts) or {}) do
    outcomes[i] = outcome_of(session, bodies[i], result, began, opts)
  end
  return outcomes
end

--- Takes a revision out of use: services that run it go on.
---@param session ecs_service.Session
---@param arn string
---@param opts table|nil { interrupted }
---@return boolean|nil
---@return ecs_service.Error|nil
function task_definitions.deregister(session, arn, opts)
  local answer, err = call(session, "DeregisterTaskDefinition", { taskDefinition = arn }, { mutates = true,
    interrupted = opts and opts.interrupted })
  if answer then return true end
  if is_missing(err) or tostring(err.message):find("being deleted", 1, true) then return true end
  return nil, err
end

--- Changes the tags of a revision.
---@param session ecs_service.Session
---@param arn string
---@param set table<string, string>
---@param drop string[]
---@return boolean|nil
---@return ecs_service.Error|nil
function task_definitions.retag(session, arn, set, drop)
  if next(set) then
    local tags = {}
    for key, value in pairs(set) do tags[#tags + 1] = { key = key, value = value } end
    table.sort(tags, function(a, b) return a.key < b.key end)
    local answer, err = call(session, "TagResource", { resourceArn = arn, tags = tags }, { mutates = true })
    if not answer then return nil, err end
  end
  if #drop > 0 then
    local answer, err = call(session, "UntagResource", { resourceArn = arn, tagKeys = drop }, { mutates = true })
    if not answer then return nil, err end
  end
  return true
end

-- Whether a text has a name as a word of its own: "a" stands in most texts otherwise.
local function speaks_of(text, name)
  local from, last = text:find(name, 1, true)
  while from do
    if not text:sub(from - 1, from - 1):find "[%w_-]" and not text:sub(last + 1, last + 1):find "[%w_-]" then
      return true
    end
    from, last = text:find(name, last + 1, true)
  end
  return false
end

-- What ECS refuses because of what is in a definition; other refusals name users and resources.
local OF_CONTENT = { ClientException = true, InvalidParameterException = true }

--- The error of a registration, with the container that it is about.
---@param err ecs_service.Error
---@param address string
---@param attributes table
---@return ecs_service.Error
function task_definitions.named(err, address, attributes)
  local container
  for _, one in ipairs(OF_CONTENT[err.code] and attributes.container_definitions or {}) do
    if speaks_of(tostring(err.message), tostring(one.name)) then container = one.name end
  end
  err.address, err.kind, err.service = address, "task_definition", "task_definition." .. address
  err.path = container and ('container_definitions["%s"]'):format(container) or err.path
  return err
end

task_definitions.is_open = is_open

return task_definitions

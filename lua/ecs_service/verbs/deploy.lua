--- deploy: a new image, variable or size for a service, without a declaration and without a state. The revision that
--- the service runs is read, what was asked for is put into it, a new revision is registered when that differs, and the
--- service is updated and followed as any other change is.
local argument = require "ecs_service.kinds.service.argument"
local aside = require "ecs_service.verbs.direct_change"
local core = require "ecs_service.core"
local definitions = require "ecs_service.run.task_definitions"
local errors = require "ecs_service.errors"
local import = require "ecs_service.verbs.import"
local known_secrets = require "ecs_service.plan.known_secrets"
local names = require "ecs_service.util.identifiers"
local sealed = require "ecs_service.kinds.task_definition.sealed"
local tables = require "ecs_service.util.tables"
local wishes = require "ecs_service.verbs.deploy_wishes"

local deploy = {}

deploy.OPTIONS = tables.copy(aside.OPTIONS)
for name, kind in pairs { image = "string|table", env = "table", cpu = "string|number", memory = "string|number",
                          from = "string" } do
  deploy.OPTIONS[name] = kind
end

-- The body of the registration: the revision with what was asked for in it, members that nobody here knows as well.
local function patched(revision, opts)
  local body = core.definition_strip(revision.answer)
  local err = wishes.grant(body, opts)
  if err then return nil, err end
  local tags = {}
  for _, tag in ipairs(revision.tags) do
    if not tostring(tag.key):lower():find("^aws:") then tags[#tags + 1] = tag end
  end
  if #tags > 0 then body.tags = tags end
  return body
end

local function missing(subject, name)
  return errors.new { code = "NotFound", service = subject.address,
    message = ("ECS does not show the task definition %s"):format(names.last(name)),
    hint = subject.opts.from == "newest" and "no revision of the family is ACTIVE: begin with what the service runs"
      or "deploy from the family's newest revision: --from newest" }
end

-- Revisions are numbered upwards, and a number is never given twice: not those of revisions that are INACTIVE now,
-- which the service may still run, either. So the guess is always another revision than the present one.
local function next_number(present, base, newest)
  local number = tonumber(names.last(present):match ":(%d+)$") or 0
  for _, revision in ipairs { base, newest } do
    if revision.attributes.family == base.attributes.family then
      number = math.max(number, revision.attributes.revision or 0)
    end
  end
  return ("%.0f"):format(number + 1)
end

-- What is shown of it is without the values that a declaration of the family names as sensitive; what is sent stands
-- behind it.
local function registration(subject, present, base, body, wanted, newest)
  local number = next_number(present, base, newest)
  local family, secret = wanted.family, known_secrets.names(subject.stack, subject.state, wanted.family)
  return setmetatable({ kind = "task_definition", action = "register", address = family,
    before = sealed.of(base.attributes, family, secret), after = sealed.of(wanted, family, secret),
    diff = sealed.diff(core.definition_difference(base.attributes, wanted, secret), family, secret),
    predicted = ("%s:%s"):format(wanted.family, number),
    predicted_arn = ("%s:%s"):format(base.attributes.arn_without_revision, number),
    reason = subject.opts.from == "newest" and ("made from %s"):format(names.last(base.attributes.arn)) or nil },
    { __index = { body = body, sensitive = secret } })
end

-- A revision that is there. The service may run it already, by a run that was cut short, or by a deployment that
-- failed: the one is waited for, after the other only a new deployment helps.
local function revision_for(subject, present, arn)
  local name = argument.at "taskDefinition"
  if names.last(arn) ~= names.last(present) then return { [name] = arn } end
  subject.reason = nil
  for _, one in ipairs(subject.found.deployments or {}) do
    if one.id == subject.found.primary and one.rollout_state == "FAILED" then
      subject.reason = ("the deployment of %s has FAILED, and ECS starts no more tasks for it"):format(names.last(arn))
      return { [name] = arn, [argument.at "forceNewDeployment"] = true }
    elseif one.id == subject.found.primary and one.rollout_state == "IN_PROGRESS" then
      subject.open = one.id
    end
  end
  return { [name] = arn }
end

-- What the service is to run: the revision itself when nothing differs, one that is the same to ECS, else a new one.
local function decide(subject)
  local name = argument.at "taskDefinition"
  local present, opts, session = subject.attributes[name], subject.opts, subject.session
  if type(present) ~= "string" then
    return nil, errors.new { code = "NotUpdatable", service = subject.address, path = name,
      message = "the task definitions of this service are those of its task sets",
      hint = "its deployment controller has to deploy it" }
  end
  local family = names.last(present):match "^(.*):%d+$" or names.last(present)
  local asked = opts.from == "newest" and family or present
  local base, err = definitions.describe(session, asked, opts)
  if not base then return nil, err or missing(subject, asked) end
  local body, wrong = patched(base, opts)
  if not body then return nil, wrong end
  local wanted = core.definition_read(body, body.tags)
  if definitions.is_made_of(base, body, wanted) then
    return revision_for(subject, present, base.attributes.arn)
  end
  local newest, failure = definitions.describe(session, family, opts)
  if failure then return nil, failure end
  if newest and definitions.is_made_of(newest, body, wanted) then
    subject.reason = ("%s is what was asked for, and is registered already"):format(names.last(newest.attributes.arn))
    return revision_for(subject, present, newest.attributes.arn)
  end
  subject.wanted = wanted
  subject.registers = registration(subject, present, base, body, wanted, newest)
  return { [name] = subject.registers.predicted_arn }
end

--- Changes what a service of a stack runs. The service is one that is recorded.
---@param stack ecs_service.Stack
---@param address string
---@param opts table checked options
---@return table|nil result
---@return ecs_service.Error|nil
function deploy.run(stack, address, opts)
  local err = wishes.problem(opts)
  if err then return nil, err end
  return aside.run(stack, "deploy", { address }, opts, decide)
end

deploy.problem = wishes.problem

--- Takes a service into the state of a stack that has none of its own, so that the verbs that change a recorded service
--- know it: for the time of one run.
---@param stack ecs_service.Stack with its state in memory
---@param id string "cluster/service"
---@param opts table|nil { interrupted, on_event, address = as what; the service's name otherwise }
---@return string|nil address
---@return ecs_service.Error|nil
function deploy.borrow(stack, id, opts)
  local cluster, service = import.parse(id)
  if not cluster then
    return nil, errors.new { code = "ImportFormat", path = "service",
      message = ("%s is no CLUSTER/SERVICE"):format(tostring(id)), hint = 'write "prod/web"' }
  end
  local address = opts and opts.address or service
  local attributes, err = import.run(stack, address, id, { interrupted = opts and opts.interrupted,
    on_event = opts and opts.on_event })
  if not attributes then return nil, err end
  return address
end

return deploy

--- policy: the least IAM policy for planning, applying and destroying a stack, and the reason for each action in it.
--- Nothing is sent: it is made of the declarations, of a state that lies at hand, and of the tables of what is needed.
local core = require "ecs_service.core"
local kinds = require "ecs_service.kinds"
local names = require "ecs_service.util.identifiers"
local permissions = require "ecs_service.verbs.permissions"
local partitions = require "ecs_service.aws.partitions"
local region_of = require "ecs_service.aws.region"
local tables = require "ecs_service.util.tables"
local verbs = require "ecs_service.kinds.verbs"
local scaling = require "ecs_service.verbs.plan_scaling"
local validate = require "ecs_service.verbs.validate"

local policy = {}

policy.OPTIONS = { ["for"] = "string", account_id = "string" }

local builder = {}
builder.__index = builder

local function key_of(condition)
  local parts = {}
  for _, operator in ipairs(tables.keys(condition or {})) do
    for _, key in ipairs(tables.keys(condition[operator])) do
      local value = condition[operator][key]
      parts[#parts + 1] = operator .. key .. (type(value) == "table" and table.concat(value, ",") or value)
    end
  end
  return table.concat(parts, ";")
end

-- Needs of one kind are collected here; those with the same resources and conditions become one statement.
function builder:need(sid, action, resources, condition, why)
  if #resources == 0 then return end
  table.sort(resources)
  local id = table.concat({ sid, table.concat(resources, " "), key_of(condition) }, "|")
  local statement = self.by_id[id]
  if not statement then
    statement = { sid = sid, actions = {}, reasons = {}, resources = resources, condition = condition }
    self.by_id[id], self.statements[#self.statements + 1] = statement, statement
  end
  statement.actions[action] = true
  table.insert(statement.reasons, { action = action, why = why })
end

function builder:arn(service, resource, region)
  return ("arn:%s:%s:%s:%s:%s"):format(self.partition, service, region or self.region, self.account, resource)
end

-- The beginning of the ARNs beside a cluster that is given by its ARN: "arn:aws:ecs:eu-west-1:123456789012".
function builder:place(cluster)
  return cluster and cluster:match "^(arn:[^:]+:ecs:[^:]*:[^:]*):" or self:arn("ecs", ""):sub(1, -2)
end

local function add(set, text) set[text] = true end

-- ARNs of each kind, of all services: declared and recorded.
function builder:resources()
  local found = { service = {}, deployment = {}, task = {}, cluster = {}, logs = {}, definition = {}, revision = {},
    role = {}, forwarding = {}, service_revision = {}, schedule = {}, schedules = {}, rule = {}, target = {} }
  add(found.target, self:arn("application-autoscaling", "scalable-target/*"))
  add(found.logs, self:arn("logs", "log-group:*:log-stream:*", "*"))
  add(found.definition, self:arn("ecs", "task-definition/*"))
  add(found.role, self:role_arn "*")
  add(found.schedules, self:arn("scheduler", "schedule/*"))
  for _, one in ipairs(self.schedules) do
    if one.rule then
      local bus = names.last(one.event_bus_name)
      add(found.rule, self:arn("events", "rule/" .. (bus and bus ~= "default" and bus .. "/" or "") .. one.rule))
    else
      add(found.schedule, self:arn("scheduler", ("schedule/%s/%s"):format(one.group_name or "default", one.name)))
    end
  end
  for _, name in ipairs { "AWS-StartPortForwardingSession", "AWS-StartPortForwardingSessionToRemoteHost" } do
    add(found.forwarding, ("arn:%s:ssm:%s::document/%s"):format(self.partition, self.region, name))
  end
  for _, family in ipairs(self.families) do
    add(found.revision, self:arn("ecs", ("task-definition/%s:*"):format(family)))
  end
  for _, one in ipairs(self.services) do
    local place, cluster = self:place(one.cluster), names.short(one.cluster) or "default"
    local name = cluster .. "/" .. names.short(one.name)
    add(found.service, place .. ":service/" .. name)
    add(found.service_revision, place .. ":service-revision/" .. name .. "/*")
    add(found.deployment, place .. ":service-deployment/" .. name .. "/*")
    add(found.task, place .. ":task/" .. cluster .. "/*")
    add(found.cluster, place .. ":cluster/" .. cluster)
  end
  return found
end

local function among(phases, wanted)
  for _, phase in ipairs(phases) do
    if wanted[phase] then return true end
  end
  return false
end

function builder:add_ecs(rights, counted)
  local found = self:resources()
  for _, row in ipairs(rights.ECS) do
    local never = row.never and row.never == self.alone
    if among(row.phases, self.phases) and (not row.with or self.has[row.with]) and not never then
      local condition = row.within and { ArnEquals = { ["ecs:cluster"] = tables.keys(found.cluster) } }
        or row.to and { StringEquals = { ["iam:PassedToService"] = row.to } } or nil
      local resources = row.on == "any" and { "*" } or tables.keys(found[row.on])
      if #self[counted] > 0 or row.with == "accounts" then
        self:need(row.sid, row.action, resources, condition, row.why)
      end
    end
  end
end

-- The values at a dotted path, through lists.
local function values_at(value, path, out)
  if type(value) ~= "table" then
    if path == "" then out[#out + 1] = value end
    return out
  end
  if value[1] ~= nil then
    for _, item in ipairs(value) do values_at(item, path, out) end
    return out
  end
  local name, rest = path:match "^([^.]+)%.?(.*)$"
  if name and value[name] ~= nil then values_at(value[name], rest, out) end
  return out
end

function builder:role_arn(role)
  if role:sub(1, 4) == "arn:" then return role end
  return ("arn:%s:iam::%s:role/%s"):format(self.partition, self.account, (role:gsub("^/", "")))
end

function builder:add_roles(rights, configs)
  if not self.phases.apply then return end
  for _, row in ipairs(rights.ROLES) do
    local roles = {}
    for _, config in ipairs(configs or {}) do
      for _, role in ipairs(values_at(config, row.path, {})) do roles[self:role_arn(role)] = true end
    end
    local condition = { StringEquals = { ["iam:PassedToService"] = row.to } }
    self:need("PassRoles", "iam:PassRole", tables.keys(roles), condition, row.why)
  end
end

function builder:need_linked_role(rights)
  local service = rights.LINKED_SERVICE
  self:need("CreateServiceLinkedRole", "iam:CreateServiceLinkedRole",
    { ("arn:%s:iam::%s:role/aws-service-role/%s/%s"):format(self.partition, self.account, service,
      rights.LINKED_ROLE) }, { StringEquals = { ["iam:AWSServiceName"] = service } }, rights.LINKED_WHY)
end

function builder:add_linked_role(rights)
  local needed = false
  for _, config in ipairs(self.configs) do
    for _, name in ipairs(rights.LINKED) do
      needed = needed or type(config[name]) == "table" and next(config[name]) ~= nil
    end
  end
  if needed and self.phases.apply then self:need_linked_role(rights) end
end

-- A key is given by its id, its ARN or an alias; an alias does not tell which key it stands for.
function builder:add_key(place)
  local key, region = place.given.kms_key_id, place.given.region or self.region
  if not key then return end
  local condition = { StringLike = { ["kms:ViaService"] = ("s3.%s.*"):format(region) } }
  local resource = key
  local alias = key:match "^alias/.+$" or key:match ":(alias/.+)$"
  if alias then
    resource = key:find "^arn:" and key:gsub(":alias/.+$", ":key/*") or self:arn("kms", "key/*", region)
    condition["ForAnyValue:StringEquals"] = { ["kms:ResourceAliases"] = alias }
  elseif key:sub(1, 4) ~= "arn:" then
    resource = self:arn("kms", "key/" .. key, region)
  end
  for _, row in ipairs(permissions.KEY) do
    self:need("UseTheKeyOfTheState", row.action, { resource }, condition, row.why)
  end
end

local SIDS = { [".lock"] = "LockTheState", [".backup"] = "BackUpTheState", [".stopped"] = "TellWhoStopped",
               [".journal/*"] = "KeepTheJournal", [".alive"] = "GiveSignsOfLife" }

function builder:add_state()
  local place = self.stack.backend.place
  if not place then return end
  for _, row in ipairs(permissions.STATE) do
    if among(row.phases, self.phases) then
      local sid = SIDS[row.suffix] or "KeepTheState"
      self:need(sid, row.action, { place:arn(row.suffix, self.partition) }, nil, row.why)
    end
  end
  self:need("ListTheState", "s3:ListBucket", { ("arn:%s:s3:::%s"):format(self.partition, place.bucket) },
    { StringLike = { ["s3:prefix"] = { place.key, place.key .. ".alive", place.key .. ".backup",
      place.key .. ".journal/*", place.key .. ".lock", place.key .. ".stopped" } } },
    permissions.LIST_WHY)
  self:add_key(place)
end

-- The Sids of a policy are unique, and of letters and digits.
local function number_sids(statements)
  local count = {}
  for _, statement in ipairs(statements) do
    local sid = statement.sid
    count[sid] = (count[sid] or 0) + 1
    if count[sid] > 1 then statement.sid = sid .. count[sid] end
  end
end

local function one_or_list(list) return #list == 1 and list[1] or list end

local function document_of(statements)
  local document, reasons = { Version = "2012-10-17", Statement = {} }, {}
  number_sids(statements)
  for i, statement in ipairs(statements) do
    document.Statement[i] = { Sid = statement.sid, Effect = "Allow",
      Action = one_or_list(tables.keys(statement.actions)), Resource = one_or_list(statement.resources),
      Condition = statement.condition }
    for _, reason in ipairs(statement.reasons) do
      reasons[#reasons + 1] = { sid = statement.sid, action = reason.action, why = reason.why }
    end
  end
  return document, reasons
end

local function phases_of(wanted)
  if wanted == nil then return tables.set(verbs.names(verbs.ASKED, "phase")) end
  if verbs.asked(wanted).apart then return { [wanted] = true } end
  return { plan = true, [wanted] = true } -- both begin with a plan
end

-- The account: told, known, the only one that is allowed, or any.
local function account_of(stack, opts)
  local known, allowed = stack:surroundings().account_id, stack.options.allowed_account_ids or {}
  return opts.account_id or known or #allowed == 1 and tostring(allowed[1]) or "*"
end

local function shifts_traffic(config)
  local strategy = (config.deployment_configuration or {}).strategy
  return strategy ~= nil and strategy ~= "ROLLING"
end

-- What is only recorded is deleted by the next apply. A state in S3 is not asked for: whoever needs the policy may not
-- be allowed to read it yet.
function builder:add_recorded()
  if self.stack.backend.place then return true end
  local state, err = self.stack:read_state()
  if not state then return nil, err end
  for _, address in ipairs(state:attached()) do
    table.insert(self.attached, address)
    if kinds.entry(state, address).attributes.tags_all then self.has.tags = true end
  end
  for _, address in ipairs(state:definitions()) do
    table.insert(self.families, kinds.entry(state, address).attributes.family)
  end
  for _, address in ipairs(state:recorded "schedule") do
    table.insert(self.schedules, core.table(kinds.entry(state, address).attributes))
  end
  for _, address in ipairs(state:addresses()) do
    local attributes = kinds.entry(state, address).attributes
    table.insert(self.services, { cluster = attributes.cluster, name = attributes.name })
    if next(attributes.tags_all or {}) ~= nil then self.has.tags = true end
    self.has.stages = self.has.stages or shifts_traffic(attributes)
  end
  return true
end

-- Whether a task definition is given without a revision.
local function is_family(reference)
  local short = type(reference) == "string" and reference:gsub("^arn:.*task%-definition/", "")
  return short and not short:find(":", 1, true)
end

function builder:add_service(config)
  table.insert(self.services, { cluster = config.cluster, name = config.name })
  self.has.family = self.has.family or is_family(config.task_definition)
  self.has.sigint = self.has.sigint or config.sigint_rollback
  self.has.stages = self.has.stages or shifts_traffic(config)
  self.has.counts = self.has.counts or scaling.may_ask(self.stack, config)
  self.has.replicas = self.has.replicas or scaling.is_scalable(self.stack, config)
end

function builder:add_schedule(config)
  table.insert(self.schedules, config)
  self.has.rules = self.has.rules or config.rule ~= nil
  self.has.schedules = self.has.schedules or config.command ~= nil or config.environment ~= nil
end

function builder:add_declared(normals)
  for _, address in ipairs(self.stack.order) do
    local config = core.table(normals[address])
    local kind = kinds.of(address)
    table.insert(self.configs, config)
    self.of_kind[kind.name] = self.of_kind[kind.name] or {}
    table.insert(self.of_kind[kind.name], config)
    self.has.tags = self.has.tags or next(config.tags or {}) ~= nil
    self.has.functions = self.has.functions or self.stack.declared[address].answers ~= nil
    self.has.keep = self.has.keep or config.keep ~= nil
    if kind == kinds.BARE then
      self:add_service(config)
    elseif kind.name == "schedule" then
      self:add_schedule(config)
    elseif kind.within then
      table.insert(self.attached, address)
    else
      table.insert(self.families, config.family)
    end
  end
end


-- What there has to be any of before the rights of a kind are needed.
local COUNTED = { service = "services", task_definition = "families", task = "families", schedule = "schedules" }

--- The verb.
---@param stack ecs_service.Stack
---@param opts table checked options: ["for"], account_id
---@return table|nil policy the document, to be written as JSON
---@return table[]|ecs_service.Error reasons { sid, action, why }
function policy.run(stack, opts)
  local normals, err = validate.all(stack)
  if not normals then return nil, err end
  local region
  region, err = region_of.find(stack.options)
  if not region then return nil, err end
  local options = stack.options
  local self = setmetatable({ stack = stack, phases = phases_of(opts["for"]), alone = opts["for"], region = region,
    partition = partitions.of(region).id, account = account_of(stack, opts), by_id = {}, statements = {},
    services = {}, families = {}, schedules = {}, attached = {}, configs = {}, of_kind = {},
    has = { tags = next(options.default_tags or {}) ~= nil,
      accounts = options.allowed_account_ids ~= nil or options.forbidden_account_ids ~= nil } }, builder)
  self:add_declared(normals)
  local read
  read, err = self:add_recorded()
  if not read then return nil, err end
  for _, kind in ipairs(kinds.ALL) do
    self:add_ecs(kind.rights, COUNTED[kind.name])
    self:add_roles(kind.rights, self.of_kind[kind.name])
    self:add_linked_role(kind.rights)
  end
  for _, kind in ipairs(kinds.ATTACHED) do
    self:add_ecs(kind.rights, "attached")
    if #self.attached > 0 and self.phases.apply then self:need_linked_role(kind.rights) end
  end
  self:add_state()
  return document_of(self.statements)
end

return policy

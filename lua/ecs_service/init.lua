--- Amazon ECS services declared as Lua tables: validate, plan, apply, import, wait, destroy.
local core = require "ecs_service.core"

local ecs = {}

---@type string
ecs.VERSION = require "ecs_service.version"

local function starting_with(_, count)
  if type(count) ~= "number" or count < 0 or count ~= math.floor(count) then
    error("ecs.autoscaled takes a whole number, how many tasks the service begins with", 2)
  end
  return { autoscaled = count }
end

--- A count that is left to auto scaling: desired_count = ecs.autoscaled, or ecs.autoscaled(4). A service is created
--- with so many tasks (1); from then on the count is never changed, and a replacement gets what runs. A plain table, so
--- that copies of it mean the same.
---@type ecs_service.Autoscaled
ecs.autoscaled = setmetatable({ autoscaled = 1 }, { __call = starting_with })

--- A stack of services. See ecs_service.stack for the options.
---@param options table|nil
---@return ecs_service.Stack|nil
---@return ecs_service.Error|nil
function ecs.stack(options)
  return require "ecs_service.stack".new(options)
end

--- Checks one declaration. Pure: nothing is read or sent.
---@param config any
---@param context table|nil { region, partition, account_id }: what ARNs are held against
---@return table|nil normal the declaration with lists for single blocks, seconds for durations, …
---@return ecs_service.Error|nil code ValidationFailed, every problem in err.diagnostics
function ecs.validate(config, context)
  return require "ecs_service.util.list_marks".marked(require "ecs_service.verbs.validate".one(config, context))
end

local PLAN_OPTIONS = {
  actual = "table", refreshed = "boolean", draining = "boolean", tainted = "boolean", taint_reason = "string",
  destroy = "boolean", imported = "boolean", default_tags = "table", ignore_tags = "table", region = "string",
  partition = "string", account_id = "string", latest_task_definition = "string",
  facts = "table",
}

--- One change: what must happen so that a service that has `attributes` becomes what `config` says. Pure.
---@param config table|nil nil: it is not declared any more
---@param attributes table|nil what it has, as apply or import recorded it; nil: there is none yet
---@param opts table|nil actual (what it has now, where that differs from the records), default_tags, ignore_tags,
---  region, account_id, facts ({ instances, images, host_ports, usual_seconds, autoscaled }: what is known beside the
---  service), …
---@return table|nil change { action, before, after, diff, replace_paths, deployment, drift, reason, warnings }
---@return ecs_service.Error|nil
function ecs.plan(config, attributes, opts)
  local options = require "ecs_service.util.check_options"
  opts = options.check(opts, PLAN_OPTIONS, "ecs.plan")
  local input = {}
  for key, value in pairs(opts) do input[key] = value end
  if config ~= nil then
    local normal, err = ecs.validate(config, { region = opts.region, partition = opts.partition,
      account_id = opts.account_id })
    if not normal then return nil, err end
    input.config = normal
  end
  input.recorded = attributes
  if input.refreshed == nil then input.refreshed = opts.actual ~= nil end
  local change, diagnostics = core.plan("service", input)
  if change then
    if #diagnostics > 0 then change.warnings = diagnostics end
    return (require "ecs_service.util.list_marks".marked(change))
  end
  local first = diagnostics[1]
  return nil, require "ecs_service.errors".new { code = first.code, path = first.path, message = first.message,
    hint = first.hint, diagnostics = diagnostics }
end

--- Checks one task definition: tables in the module's spelling or the API's, containers as JSON text, a whole file of
--- the API. Pure: nothing is read or sent.
---@param config any
---@param context table|nil { region, partition, account_id }: what ARNs are held against
---@return table|nil normal
---@return ecs_service.Error|nil code ValidationFailed, every problem in err.diagnostics
function ecs.validate_task_definition(config, context)
  return require "ecs_service.verbs.task_definition".validate(config, context)
end

local DEFINITION_OPTIONS = { actual = "table", default_tags = "table", ignore_tags = "table", newest = "number",
  destroy = "boolean", region = "string", partition = "string", account_id = "string" }

--- One change: what must happen so that a task definition that has `attributes` becomes what `config` says. Pure.
---@param config table|nil nil: it is not declared any more
---@param attributes table|nil of the recorded revision, or an answer of DescribeTaskDefinition; nil: there is none yet
---@param opts table|nil actual (where ECS has something else now), newest (the family's newest revision), destroy,
---  default_tags, ignore_tags, region, partition, account_id
---@return table|nil change { kind, action ("register", "update" of tags, "no-op", "deregister", "forget"), before,
---  after, diff, reason, predicted }
---@return ecs_service.Error|nil
function ecs.plan_task_definition(config, attributes, opts)
  local options = require "ecs_service.util.check_options"
  opts = options.check(opts, DEFINITION_OPTIONS, "ecs.plan_task_definition")
  return require "ecs_service.verbs.task_definition".plan(config, attributes, opts)
end

--- Whether two lists of container definitions are the same to ECS, whatever it fills in, reorders or converts. Pure.
---@param a table|string tables of either spelling, or JSON text
---@param b table|string
---@param opts table|nil network_mode ("bridge" unless given)
---@return boolean|nil
---@return ecs_service.Error|nil code ValidationFailed: one of them is no list of container definitions, or there is no
---  such network mode
function ecs.same_containers(a, b, opts)
  opts = require "ecs_service.util.check_options".check(opts, { network_mode = "string" }, "ecs.same_containers")
  return require "ecs_service.verbs.task_definition".same_containers(a, b, opts.network_mode)
end

local EXPLAINED = { events = "table", tasks = "table", deployment = "table", service = "table",
  task_definition = "table", container_instances = "table" }

--- Why a service does not do what it should, from parts of the API's answers as they come. Pure.
---@param parts table events (services[].events), tasks (DescribeTasks), deployment (one of services[].deployments or of
---  DescribeServiceDeployments), service, task_definition, container_instances; each of them optional
---@return table[] causes the likeliest first, empty when nothing is wrong: { code, summary, meaning, hint, evidence =
---  list of the texts it rests on, count, tasks = ids, first, last = seconds since 1970 }; codes: docs/causes.md
function ecs.explain(parts)
  local causes = core.explain(require "ecs_service.util.check_options".check(parts, EXPLAINED, "ecs.explain"))
  return (require "ecs_service.util.list_marks".list(causes))
end

--- A rollout as a document: the tasks of each revision over time, what happened, how it ended and why. Pure.
---@param events table[] what on_event of a run was told, in order; of several services one after the other
---@param opts table|nil format ("html", the default, or "svg")
---@return string
function ecs.timeline(events, opts)
  local format = require "ecs_service.util.check_options".check(opts, { format = "string" }, "ecs.timeline").format
    or "html"
  if type(events) ~= "table" then error("ecs.timeline takes a list of events, not a " .. type(events), 2) end
  for i, event in ipairs(events) do
    if type(event) ~= "table" or type(event.address) ~= "string" or type(event.at) ~= "number" then
      error(("ecs.timeline: item %d is no event: it has no address, or no time (at)"):format(i), 2)
    end
    local member = require "ecs_service.timeline.rollouts".problem(event)
    if member then error(("ecs.timeline: item %d is no event: see its %s"):format(i, member), 2) end
  end
  if format ~= "html" and format ~= "svg" then error("ecs.timeline: the format is html or svg", 2) end
  return require "ecs_service.verbs.timeline".document(events, format)
end

local PROGRESS_OPTIONS = { write = "function", terminal = "boolean", color = "boolean", unicode = "boolean",
  width = "number|function", height = "number|function", total = "number", time = "boolean" }

--- Shows the events of a run as the command does: rows that are drawn again on a terminal, a line for each change
--- elsewhere. By itself on standard error, as that is; with `write`, lines for wherever they are to go.
---@param opts table|nil write (function of a text: whole lines), terminal (rows are drawn again), color, unicode,
---  width, height, total (how many services there are to do), time (false: lines without their time)
---@return table progress { on_event, tick, finish }: for on_event of a call; for its interrupted, which moves the
---  clocks of a terminal; and for when it has ended
function ecs.progress(opts)
  local given = require "ecs_service.util.check_options".check(opts, PROGRESS_OPTIONS, "ecs.progress")
  return require "ecs_service.render.progress".new(given)
end

local function is_kind(name) return require "ecs_service.kinds".named(name) ~= nil end

--- The rows: everything that is known of each argument.
---@param kind string|nil of what is declared: "service" (default), "task_definition", "task", "schedule"
---@return table[]
function ecs.schema(kind)
  if kind ~= nil and not is_kind(kind) then error("ecs.schema: there is no kind " .. tostring(kind), 2) end
  return (require "ecs_service.util.list_marks".list(core.schema(kind or "service")))
end

--- The JSON Schema (draft 2020-12) of a service table, from the rows; of a declaration of another kind; or of a
--- document that this tool writes.
---@param document? "state"|"journal"|"plan"|"task_definition"|"task"|"schedule"  of a journal: one record
---@return table
function ecs.json_schema(document)
  if document == nil or is_kind(document) then
    return require "ecs_service.kinds.json_schema".make(document)
  end
  local documents = require "ecs_service.verbs.document_schema"
  for _, name in ipairs(documents.NAMES) do
    if name == document then return documents.make(name) end
  end
  error("ecs.json_schema: the documents are " .. table.concat(documents.NAMES, ", "), 2)
end

-- Services decode a query and encode it again before they hold it against the signature.
local function with_defaults(options, encode_query)
  if type(options) ~= "table" or options.time ~= nil and (options.encode_query ~= nil or encode_query == nil) then
    return options
  end
  local own = require "ecs_service.util.tables".merge(options)
  if own.encode_query == nil then own.encode_query = encode_query end
  own.time = own.time or core.system.time()
  return own
end

--- Signs a request by Signature Version 4. Pure when the time is given; else it is now. The query may be written with
--- or without escapes.
---@param request table { method, url, headers, body }
---@param credentials table { access_key_id, secret_access_key, session_token }
---@param options table { service, region, time = epoch seconds or "20261123T000000Z", … }
---@return table headers all headers to send, Authorization among them
---@return table { canonical_request, string_to_sign, signature }
function ecs.sign(request, credentials, options)
  return core.sign(request, credentials, with_defaults(options, true))
end

--- The same, into the URL.
---@return string url
---@return table { canonical_request, string_to_sign, signature }
function ecs.presign(request, credentials, options)
  return core.presign(request, credentials, with_defaults(options))
end

--- A simulated ECS: pass it as `transport`. See ecs_service.simulator for the options.
---@param options table|nil
---@return table
function ecs.simulator(options) return require "ecs_service.simulator".new(options) end

--- Deploys a new image, variables or another size of a service, without a declaration and without a state: the revision
--- that it runs is read, one with what was asked for is registered when that differs, the service is updated, and its
--- deployment followed.
---@param options table service ("cluster/service"), image, env, cpu, memory, from, dry_run, approve, wait, on_event, …
---  as stack:deploy takes them; region, profile, credentials, transport, … as ecs.stack does
---@return table|nil result as of stack:deploy
---@return ecs_service.Error|nil
function ecs.deploy(options)
  if type(options) ~= "table" then error("ecs.deploy takes a table: service, image, …", 2) end
  local deploy, tables = require "ecs_service.verbs.deploy", require "ecs_service.util.tables"
  local known = tables.merge(require "ecs_service.stack.options".OPTIONS, deploy.OPTIONS, { service = "string" })
  if options.state ~= false then known.state = nil end -- it would be a record of a service that nobody declares
  local err = require "ecs_service.util.check_options".problem(options, known, "ecs.deploy") or deploy.problem(options)
  if err then return nil, err end
  local of_stack, own = { state = false }, {}
  for name, value in pairs(options) do
    if deploy.OPTIONS[name] then own[name] = value elseif name ~= "service" then of_stack[name] = value end
  end
  local stack, address
  stack, err = ecs.stack(of_stack)
  if not stack then return nil, err end
  address, err = deploy.borrow(stack, options.service, own)
  if not address then return nil, err end
  return stack:deploy(address, own)
end

--- A plan that was saved by plan:save.
---@param path string
---@return ecs_service.Plan|nil
---@return ecs_service.Error|nil
function ecs.load_plan(path)
  if type(path) ~= "string" or path == "" then error("ecs.load_plan takes the path of a saved plan", 2) end
  return require "ecs_service.plan".load(path)
end

--- The values of variables, checked; all that is wrong is raised at once (code InvalidVariables). Later wins: default,
--- ECS_VAR_name of the environment, `values`, --var-file, --var.
---@param spec table<string, table> of each: type, required, default, values, secret, description
---@param values table|nil values, for programs
---@return table<string, any> reading a name that is not declared raises
function ecs.variables(spec, values)
  local read = require "ecs_service.script.variables".read(spec, values)
  return read
end

--- What stands in a declaration for what runs now: the image of a container, so that a pipeline owns that and the
--- script the rest, or another member of it. It is found out when a plan is made.
---@param address string|ecs_service.Service of a declared service, or of a declared task definition
---@param container string its name
---@param member string|table|nil "image" unless given; "cpu", "environment", …; or opts
---@param opts table|nil default: what it is as long as nothing runs
---@return table value for a member of a container of a task definition, for tags and triggers of a service
function ecs.running(address, container, member, opts)
  if type(member) == "table" and opts == nil then member, opts = nil, member end
  local default = require "ecs_service.util.check_options".check(opts,
    { default = "string|number|boolean|table" }, "ecs.running").default
  local value, why = require "ecs_service.plan.running".new(address, container, member, default)
  if not value then error("ecs.running: " .. why, 2) end
  return value
end

--- What a file of JSON holds, with its keys as they are. Raises what is wrong, with path, line and column.
---@param path string from where the script is
---@return table
function ecs.json_file(path)
  local value = require "ecs_service.script.json_file".read(path)
  return value
end

--- The arguments of a service that is written down as the API has it: the body of CreateService, a service definition
--- of ecspresso, an answer of DescribeServices. Raises for what no argument says.
---@param definition table
---@return table arguments as stack:service takes them; name, cluster and task_definition only if they stand there
function ecs.service_arguments(definition)
  if type(definition) ~= "table" then error("ecs.service_arguments takes a table, such as ecs.json_file answers", 2) end
  local arguments = require "ecs_service.script.service_arguments".read(definition)
  return arguments
end

return ecs

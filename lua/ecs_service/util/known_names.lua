--- What people write who know a thing by another name – the API's, the AWS CLI's, Terraform's, ecspresso's, another
--- language's – and what it is called here. A name that stands here is never guessed at. (Names of arguments:
--- src/core/service/other_names.c.)
local lazy = require "ecs_service.util.lazy"
local nearest = lazy "ecs_service.util.suggest"

local known_names = {}

local OF_SCRIPT = "variables are the script's: local vars = ecs.variables { NAME = { … } }"
local OF_ACCOUNT = 'allowed_account_ids = { "123456789012" } refuses every other account'
local S3_LOCK = "leave it out: the lock is an object beside the state"
local NOT_ASKED = "leave it out: a call asks nobody; approve = function(plan) … end decides over what it is about to do"

-- Written without case and underscores. What has a blank is said as it is; else it is a name of ours, of which the
-- first that is there is meant.
local OPTIONS = {
  ["ecs.stack"] = {
    awsregion = "region", defaultregion = "region", statefile = "state", statepath = "state", backend = "state",
    bucket = 'state = "s3://BUCKET/KEY"', accountid = OF_ACCOUNT, account = OF_ACCOUNT,
    tags = "default_tags", defaulttag = "default_tags", awsprofile = "profile", endpointurl = "endpoint",
    parallelism = "concurrency", retries = "max_attempts", maxretries = "max_attempts", rolearn = "assume_role",
    role = "assume_role", accesskeyid = "credentials = { access_key_id = …, secret_access_key = … }",
    secretaccesskey = "credentials = { access_key_id = …, secret_access_key = … }",
    accesskey = "credentials = { access_key_id = …, secret_access_key = … }",
    secretkey = "credentials = { access_key_id = …, secret_access_key = … }", simulator = "transport",
    client = "transport", usefips = "use_fips_endpoint", usedualstack = "use_dualstack_endpoint",
    httpproxy = "proxy", httpsproxy = "proxy", silence = "warnings = { silence = { … } }",
    strict = "warnings = { strict = true }", locktimeout = "it belongs to the call: stack:apply { lock_timeout = … }",
    cluster = "each service names its cluster: stack:service(ADDRESS, { cluster = … })",
    services = "declare each of them: stack:service(ADDRESS, { … })", variables = OF_SCRIPT, vars = OF_SCRIPT,
  },
  state = {
    bucket = 'url = "s3://BUCKET/KEY"', key = 'url = "s3://BUCKET/KEY"', path = "url",
    file = "the state is the path itself: state = \"deploy.json\"", encrypt = "sse", encryption = "sse",
    serversideencryption = "sse", kmskey = "kms_key_id", ssekmskeyid = "kms_key_id", forcepathstyle = "path_style",
    usepathstyle = "path_style", endpoints = "endpoint", dynamodbtable = S3_LOCK, uselockfile = S3_LOCK, lock = S3_LOCK,
  },
  -- Of every call.
  call = {
    targets = { "target", "services" }, target = { "services" }, services = { "target" }, service = { "target",
      "services" }, only = { "target", "services" }, addresses = { "target", "services" }, excludes = "exclude",
    except = "exclude", skip = "exclude", timeoutseconds = "timeout", waittimeout = "timeout",
    timeouts = { "timeout", "how long a change may take is said by the service: timeouts = { update = \"30m\" }" },
    timeout = "how long a change may take is said by the service: timeouts = { update = \"30m\" }",
    lockwait = "lock_timeout", parallelism = "concurrency", force =
      "there is nothing to force; stack:redeploy(ADDRESS) deploys the same revision again", yes = NOT_ASKED,
    autoapprove = NOT_ASKED, confirm = { "approve", NOT_ASKED },
    nowait = "wait = false", waitforsteadystate = { "wait",
      "it is an argument of the service: wait_for_steady_state = true" },
    onprogress = "on_event", onchange = "on_event", callback = "on_event", cancel = "interrupted", cancelled =
      "interrupted", dryrun = "stack:plan shows what an apply would do, and changes nothing", plan =
      "stack:apply(plan, { … }) carries out a plan", follow = 'superseded = "follow"', revision = "to",
    taskdefinition = { "to", "it is an argument of the service" }, abort = 'how = "abort"', out = "plan:save(PATH)",
    json = "ecs.json of what is answered", region = "it is an option of ecs.stack", profile =
      "it is an option of ecs.stack", account = "account_id", max = "limit", count = "limit", desiredcount =
      "stack:scale(ADDRESS, COUNT)", refreshstate = "refresh", silent = "silence", failonwarning = "strict", var =
      OF_SCRIPT, vars = OF_SCRIPT, variables = OF_SCRIPT,
  },
}

local function plain(name) return (name:lower():gsub("[_-]", "")) end

-- The first of what an entry says that is there; a sentence always is.
local function first_of(entry, is_there)
  for _, one in ipairs(type(entry) == "table" and entry or { entry }) do
    if one:find(" ", 1, true) then return one end
    if is_there(one) then return ("did you mean %s?"):format(one) end
  end
end

--- What to do about an option that there is not.
---@param what string "stack:plan"
---@param name string
---@param names string[] those that there are
---@return string|nil nil: the call takes none
function known_names.of_option(what, name, names)
  local wanted, set = plain(name), {}
  for _, one in ipairs(names) do
    if plain(one) == wanted then return ("did you mean %s?"):format(one) end
    set[one] = true
  end
  local entry = (OPTIONS[what] or what:find ":" and #names > 0 and OPTIONS.call or {})[wanted]
  return entry and first_of(entry, function(one) return set[one] end) or nearest.hint(name, names, "options are")
end

-- What a script calls on a stack, a service or the module, that is called otherwise or is done otherwise.
local METHODS = {
  up = "stack:apply()", update = "stack:apply()",
  create = "stack:apply()", sync = "stack:apply()", preview = "stack:plan()", diff = "stack:plan()",
  down = "stack:destroy()", destroyall = "stack:destroy()", delete = "stack:destroy()", remove =
    "stack:destroy(), or take the declaration out and stack:apply()", add = "stack:service(ADDRESS, { … })",
  services = "stack:service(ADDRESS, { … }) declares one; stack:addresses() lists them", declare =
    "stack:service(ADDRESS, { … })", describe = "stack:status(ADDRESS)", restart = "stack:redeploy(ADDRESS)",
  generate = "stack:generate_config(CLUSTER/SERVICE)", new = "ecs.stack { … }", simulate = "ecs.simulator { … }",
  output = "stack:recorded()", outputs = "stack:recorded()", show = "stack:recorded()",
}

--- What a script meant by a method or a function that there is not.
---@param name string
---@param names string[] those that there are
---@return string|nil
function known_names.of_method(name, names)
  local meant = METHODS[plain(name)]
  if meant then return ("write %s"):format(meant) end
  local near = nearest.to(name, names)
  return near and ("did you mean %s?"):format(near)
end

local NOT_HERE = "there is no command for it here: "
local REGISTER = NOT_HERE .. "register a revision first (aws ecs register-task-definition), and name it in the script"

local COMMANDS = {
  up = "apply", create = "apply", update = "apply", sync = "apply", down = "destroy",
  delete = "destroy", remove = "destroy", rm = { "state rm", "destroy" }, preview = "plan", diff = "plan",
  check = "validate", lint = "validate", verify = { "validate", "doctor" }, test = "validate", new = "init",
  refresh = { "plan --refresh-only", "redeploy" }, output = { "show", "state show" }, outputs = { "show" },
  ls = { "status", "state list" }, list = { "status", "state list" }, get = "show", describe = { "status", "show" },
  ps = "status", tasks = "status", events = { "history", "diagnose" }, why = "diagnose",
  explain = "diagnose", debug = "diagnose", restart = "redeploy", ["force-deploy"] = "redeploy", undo = "rollback",
  revert = "rollback", cancel = "stop", abort = "stop", kill = "stop", pull = "state pull", push = "state push",
  mv = "state mv", unlock = "state unlock", ["force-unlock"] = "state unlock", taint = "redeploy", untaint = "apply",
  export = "generate", arguments = "schema", docs = { "help", "schema" }, server = "simulate", serve = "simulate",
  mock = "simulate", iam = "policy", permissions = "policy", login = "doctor", whoami = "doctor",
  fmt = NOT_HERE .. "the script is Lua, and formatters of Lua fit", graph = NOT_HERE .. "plan shows the order",
  console = NOT_HERE .. "the module is loaded in Lua: require \"ecs_service\"", workspace =
    NOT_HERE .. "a variable of the script says which (--var stage=…), and each has a state of its own",
  register = REGISTER, render = REGISTER, ["run-task"] = "run", task = "run", once = "run", tail = "logs", log = "logs",
  ["execute-command"] = "exec", ssh = "exec", attach = "exec", forward = "port-forward", tunnel = "port-forward",
}

local function said(entry, start)
  if type(entry) == "string" and entry:find(NOT_HERE, 1, true) then return entry end
  local list = {}
  for i, one in ipairs(type(entry) == "table" and entry or { entry }) do list[i] = start .. one end
  return "did you mean " .. table.concat(list, " or ") .. "?"
end

-- Of `ecs-service state`, where destroying is not meant.
local STATE_COMMANDS = {
  delete = "rm", del = "rm", remove = "rm", forget = "rm", rename = "mv", move = "mv", ls = "list", get = "show",
  export = "pull", backup = "pull", download = "pull", restore = "push", upload = "push", ["force-unlock"] = "unlock",
  fix = "repair",
}

--- What to do about a command that there is not.
---@param name string
---@param of_state boolean|nil of those of `ecs-service state`
---@return string|nil
function known_names.of_command(name, of_state)
  local entry = (of_state and STATE_COMMANDS or COMMANDS)[name:lower()]
  return entry and said(entry, of_state and "ecs-service state " or "ecs-service ") or nil
end

local VARIABLE = { "--var", "leave it out: variables are for a script, and this command runs none" }
local VARIABLES_FILE = { "--var-file", VARIABLE[2] }
local REGION = "the script says it, or AWS_REGION in the environment"
local CREDENTIALS = "the script says it, or AWS_PROFILE in the environment"

local FLAGS = {
  yes = { "--auto-approve", "leave it out: it asks nothing" },
  y = { "--auto-approve", "leave it out: it asks nothing" },
  assumeyes = { "--auto-approve", "leave it out: it asks nothing" },
  approve = { "--auto-approve", "leave it out: it asks nothing" },
  autoapprove = "leave it out: it asks nothing",
  noinput = "leave it out: where there is no terminal, nothing is asked, and --auto-approve says yes",
  input = "leave it out: where there is no terminal, nothing is asked, and --auto-approve says yes",
  force = { "--auto-approve", "leave it out: there is nothing to force" },
  f = { "--file", "the script is the first word after the command" },
  file = "the script is the first word after the command", config = { "--file",
    "the script is the first word after the command" },
  forcenewdeployment = "ecs-service redeploy ADDRESS deploys the same revision again",
  dryrun = "ecs-service plan shows what an apply would do, and changes nothing",
  var = VARIABLE, vars = VARIABLE, variable = VARIABLE, variables = VARIABLE, env = VARIABLE, e = VARIABLE,
  set = VARIABLE, extstr = VARIABLE, varfile = VARIABLES_FILE, varsfile = VARIABLES_FILE, varfiles = VARIABLES_FILE,
  tfvars = VARIABLES_FILE, envfile = VARIABLES_FILE, values = VARIABLES_FILE,
  t = { "--target" }, targets = { "--target" }, service = { "--target", "name the service by its ADDRESS" },
  services = { "--target", "name the services by their ADDRESSes" }, only = { "--target" }, skip = { "--exclude" },
  parallelism = { "--concurrency" }, o = { "--out" }, output = { "--out", "--json" }, format = { "--json" },
  norefresh = { "--refresh" }, nocolour = { "--no-color" }, colour = { "--color" }, q = { "--json",
    "leave it out: results go to standard output, all else to standard error" }, quiet = { "--json",
    "leave it out: results go to standard output, all else to standard error" },
  verbose = "leave it out: what happens is told; on_event in Lua, or --timeline FILE, has every event",
  v = "leave it out; the version: ecs-service --version", debug = "leave it out: --timeline FILE has every event",
  region = REGION, profile = CREDENTIALS, cluster = "the declaration names the cluster", state =
    "the script says it: ecs.stack { state = … }", backendconfig = "the script says it: ecs.stack { state = … }",
  revision = { "--to", "the declaration names it: task_definition" }, taskdefinition = { "--to",
    "the declaration names it: task_definition" }, count = "ecs-service scale ADDRESS N", nowait = { "--no-wait",
    "the declaration says it: wait_for_steady_state" }, wait = "the declaration says it: wait_for_steady_state",
  timeout = "the declaration says it: timeouts = { update = \"30m\" }", lock = { "--lock-timeout" },
  help = "ecs-service help COMMAND",
}

--- What to do about an option of the command line that the command has not.
---@param name string "--yes"
---@param is_there fun(alias: string): boolean
---@return string|nil
function known_names.of_flag(name, is_there)
  local entry = FLAGS[plain(name:gsub("^%-+", ""))]
  return entry and first_of(entry, is_there) or nil
end

return known_names

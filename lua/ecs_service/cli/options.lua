--- Options that several commands share, and the values they accept.
local lazy = require "ecs_service.util.lazy"
local durations = lazy "ecs_service.util.durations"

local options = {}

--- `90`, `90s`, `5m`, `1h30m` in seconds.
---@param text string
---@return number|nil seconds
---@return string|nil message
function options.duration(text)
  local seconds, why = durations.read(text)
  return seconds, why and why .. "; write " .. durations.HINT
end

local function boolean(text)
  if text == "true" then return true end
  if text == "false" then return false end
  return nil, ("'%s' is neither true nor false"):format(text)
end
options.boolean = boolean

--- A whole number within bounds.
---@param minimum integer
---@param maximum integer
function options.integer(minimum, maximum)
  return function(text)
    local n = tonumber(text)
    if n and n == math.floor(n) and n >= minimum and n <= maximum then return n end
    return nil, ("'%s' is not a whole number from %d to %d"):format(text, minimum, maximum)
  end
end

--- The script, as the first argument.
function options.file(command)
  command:argument("file"):args("?"):description("The deploy script (default services.lua).")
  options.variables(command)
end

--- The script, as an option of commands whose arguments are something else.
function options.file_option(command)
  command:option("--file"):argname("FILE"):description("The deploy script (default services.lua).")
  options.variables(command)
end

--- Clusters beside those that a script knows.
function options.clusters(command)
  command:option("--cluster"):argname("CLUSTER"):count("*")
    :description("A cluster in which it may be used. May be given several times. Without --file no script is run then.")
end

--- The values of the script's variables.
function options.variables(command)
  command:option("--var"):argname("NAME=VALUE"):count("*")
    :description("The value of a variable of the script (ecs.variables). May be given several times.")
  command:option("--var-file"):argname("FILE"):count("*")
    :description("A file of such values, a table in JSON or Lua. May be given several times.")
end

--- Whether any are given.
---@param args table parsed arguments
---@return boolean
function options.has_variables(args) return #(args.var or {}) + #(args.var_file or {}) > 0 end

function options.json(command, what)
  command:flag("--json"):description(what or "Write the result as JSON.")
end

--- Whether an error has the last lines of the container that failed.
function options.no_logs(command)
  command:flag("--no-logs"):target("logs"):action("store_false")
    :description("Do not show the last lines that a failed container wrote.")
end

--- How a deployment is followed.
function options.following(command)
  options.no_logs(command)
  command:option("--stable-for"):argname("DURATION"):convert(options.duration)
    :description("How long a service has to stay steady before it counts as that (default 0).")
  command:flag("--follow"):description("When someone else starts a newer deployment, follow that instead of failing.")
  command:option("--timeline"):argname("FILE")
    :description("Record the events in a file, for `timeline --events FILE`.")
  command:flag("--fail-fast"):description("End as soon as tasks of the deployment have failed alike twice.")
end

--- What decides, for this run, whether a deployment stays.
function options.checks(command)
  command:option("--check"):argname("[ADDRESS=]URL"):count("*")
    :description("After a completed deployment, ask the URL: it has to answer 2xx three times in a row within two "
      .. "minutes, or the service is rolled back. May be given several times.")
  command:option("--on-failed-check"):argname("rollback|fail"):choices { "rollback", "fail" }
    :description("What is done when a check fails (default as declared, else rollback); fail leaves the deployment.")
end

--- Reads those checks into the options of a call: of one service, or of all that are deployed.
---@param args table parsed arguments
---@param opts table of the call
---@return ecs_service.Error|nil
function options.read_checks(args, opts)
  local all, by = {}, {}
  for _, text in ipairs(args.check or {}) do
    local address, url = text:match "^(.-)=(%a+://.*)$"
    if address and not address:find "://" then
      by[address] = by[address] or {}
      table.insert(by[address], { url = url })
    elseif text:find "^%a+://" then
      all[#all + 1] = { url = text }
    else
      return options.misused("--check is given no URL", "write --check https://host/path, or ADDRESS=URL")
    end
  end
  if #all > 0 and next(by) then
    return options.misused("--check is given for all services, and for single ones",
      "name the service in each of them: ADDRESS=URL")
  end
  opts.checks, opts.on_failed_check = #all > 0 and all or next(by) and by or nil, args.on_failed_check
end

--- Whether auto scaling rests meanwhile.
function options.resting(command)
  command:flag("--suspend-auto-scaling"):target("suspend_auto_scaling")
    :description("Let auto scaling rest for the services that are deployed, and put it back as it was afterwards.")
end

--- Until when a deployment is followed, and what becomes of it when the command is interrupted.
---@param command table
---@param words string[] what it can be waited for
---@param otherwise string
function options.ending(command, words, otherwise)
  command:option("--until"):argname("steady|deployed|paused|STAGE"):choices(words)
    :description("What to wait for (default " .. otherwise .. "): paused is a deployment that waits for a decision.")
  command:option("--on-interrupt"):argname("rollback|leave"):choices { "rollback", "leave" }
    :description("What the first Ctrl-C does to deployments that are waited for (default leave); a second one leaves.")
end

--- Which services.
function options.targets(command)
  command:option("--target"):argname("ADDRESS"):count("*")
    :description("Only this service and what it depends on. May be given several times.")
  command:option("--exclude"):argname("ADDRESS"):count("*")
    :description("Everything but this service. May be given several times.")
end

--- Images for one run.
function options.images(command)
  command:option("--image"):argname("ADDRESS.CONTAINER=IMAGE"):count("*")
    :description("The image of a container of a declared task definition, for this run. The container may be left out "
      .. "when there is one. May be given several times.")
end

--- Reads those images: by what stands before them, in place of the words.
---@param args table parsed arguments
---@return ecs_service.Error|nil
function options.read_images(args)
  local map = {}
  for _, text in ipairs(args.image or {}) do
    local key, image = text:match "^(.+)=([^=]*)$" -- no image has a =, addresses may
    if not key then
      return options.misused(("--image %s does not say whose image it is"):format(text),
        ("write --image ADDRESS.CONTAINER=%s"):format((text:gsub("^=", ""))))
    elseif map[key] and map[key] ~= image then
      return options.misused(("--image %s is a second one for %s"):format(text, key), "give one for each container")
    end
    map[key] = image
  end
  args.image = next(map) and map or nil
end

function options.refresh(command)
  command:option("--refresh"):argname("true|false"):convert(boolean)
    :description("false: compare with the recorded attributes and ask AWS nothing (default true).")
end

function options.lock(command)
  command:option("--lock-timeout"):argname("DURATION"):convert(options.duration)
    :description("How long to wait for another run's lock, e.g. 5m (default: not at all).")
end

--- What becomes of the warnings of a plan.
function options.warnings(command)
  command:flag("--strict"):description("Warnings of the plan are errors.")
  command:option("--silence"):argname("CODE"):count("*")
    :description("Do not tell the warnings of this code (docs/warnings.md). May be given several times.")
end

--- What the record of a run has to say of it.
function options.message(command)
  command:option("--message"):argname("TEXT"):description("Why: kept with what the run did, and shown by history.")
end

function options.approve(command)
  command:flag("--auto-approve"):description("Do not ask before changing anything.")
end

--- What the commands that change a service outside of its declaration have in common.
function options.aside(command)
  options.approve(command)
  options.message(command)
  command:flag("--dry-run"):description("Show what would be done, and do nothing.")
  command:flag("--no-wait"):description("Do not wait until the deployment has ended.")
  options.file_option(command)
  options.json(command, "Write the plan, events and the result as lines of JSON.")
  options.following(command)
  options.lock(command)
  options.warnings(command)
end

--- Colours, for every command; before it, where the parser would drop what a command of its own then says, they have
--- another target.
---@param command table
---@param target? string
function options.color(command, target)
  target = target or "color"
  command:flag("--no-color"):target(target):action("store_false"):description("Write without colours.")
  command:flag("--color"):target(target):description("Write with colours, also into files and pipes.")
end

--- An error for words of the command line that have no effect together.
---@param message string
---@param hint? string
---@return ecs_service.Error
function options.misused(message, hint)
  return require "ecs_service.errors".new { code = "Usage", message = message, hint = hint }
end

--- What becomes of warnings, as the calls want it.
---@param args table parsed arguments
---@param opts table
function options.about_warnings(args, opts)
  if args.strict then opts.strict = true end
  if args.silence and #args.silence > 0 then opts.silence = args.silence end
end

--- What `plan` and `apply` hand to stack:plan.
---@param args table parsed arguments
---@return table
function options.plan(args)
  local opts = {}
  if args.target and #args.target > 0 then opts.target = args.target end
  if args.exclude and #args.exclude > 0 then opts.exclude = args.exclude end
  if args.refresh ~= nil then opts.refresh = args.refresh end
  if args.destroy then opts.destroy = true end
  if args.refresh_only then opts.refresh_only = true end
  if args.image and next(args.image) then opts.image = args.image end
  options.about_warnings(args, opts)
  if args.lock_timeout then opts.lock_timeout = args.lock_timeout end
  return opts
end

return options

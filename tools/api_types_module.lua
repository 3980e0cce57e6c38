--- The editor types of the public API, which are not in the rows of the schema: the module and what stands around it.
--- tools/generate.lua appends them.
return [[
--- Anything that carries requests: libcurl, or a simulator.
---@class ecs_service.Transport
---@field submit fun(self: ecs_service.Transport, request: table): true|nil, ecs_service.Error?
---@field wait fun(self: ecs_service.Transport, timeout: number): table?
---@field cancel? fun(self: ecs_service.Transport, id: any)
---@field close? fun(self: ecs_service.Transport)
---@field stats? fun(self: ecs_service.Transport): table
---@field scheduler? ecs_service.Scheduler

---@class ecs_service.Scheduler
---@field now fun(self: ecs_service.Scheduler): number Seconds since 1970.
---@field sleep fun(self: ecs_service.Scheduler, seconds: number)

---@class ecs_service.SimulatorOptions
---@field region? string Default: "us-west-2".
---@field account_id? string Twelve digits. Default: "123456789012".
---@field clusters? (string|table)[] Default: { "default" }.
---@field task_definitions? (string|table)[] "mongo:7" stands for revisions 1 to 7.
---@field instances? integer Container instances of each cluster. Default: 3.
---@field capacity? integer Tasks that a cluster has room for. Default: unlimited.
---@field task_start_seconds? number|string Default: 10.
---@field task_seconds? number|string From RUNNING to the end of a task of no service. Default: 20.
---@field health_seconds? number|string From RUNNING to healthy. Default: 10.
---@field stop_seconds? number|string Default: 10.
---@field alarm_bake_seconds? number|string How long alarms are watched. Default: 60.
---@field inactive_seconds? number|string How long an INACTIVE service can be described. Default: 3600.
---@field read_lag? number|string Seconds by which reads lag writes. Default: 0.
---@field latency? number|string Seconds from a request to its answer. Default: 0.05.
---@field record_lag? number|string Seconds by which reads of service deployments are behind. Default: 0.
---@field stop_abort? boolean StopServiceDeployment takes ABORT. Default: false.
---@field service_deployments? boolean false: an ECS from before them. Default: true.
---@field throttle? boolean|table<string, { burst?: number, rate?: number }> Default: false.
---@field verify_signatures? boolean Default: false.
---@field credentials? ecs_service.Keys|ecs_service.Keys[] What signatures are checked against.
---@field max_skew? number|string Seconds. Default: 300.
---@field start_time? number Seconds since 1970. Default: the start of 2026.
---@field seed? integer Default: 1.

---@class ecs_service.ServeOptions
---@field port? integer Default: 0, any free one.
---@field address? string An IP address. Default: "127.0.0.1".
---@field speed? number Simulated seconds a second. Default: 1.
---@field latency? number Seconds that an answer takes, beside what is slow in simulated time. Default: 0.
---@field on_ready? fun(url: string, port: integer) Called once, when requests are taken.
---@field on_request? fun(request: table, status?: integer, fault: table) Called after each of them.
---@field should_stop? fun(): boolean|integer Asked ten times a second. Default: Ctrl-C and SIGTERM.

--- What goes wrong with the next requests.
---@class ecs_service.Fault
---@field operation? string Operation of the API; every one when not set.
---@field times? integer Default: 1.
---@field code? string Error code of the answer.
---@field message? string
---@field http_status? integer
---@field reset? boolean The connection breaks before the request was carried out.
---@field reset_after? boolean It was carried out, and the answer is lost.
---@field timeout? boolean Carried out, and no answer comes.
---@field truncate? boolean|integer The answer is cut off, in half or after so many bytes.
---@field slow? number|string Seconds.
---@field executed? boolean false: not carried out.
---@field after? integer Matching requests that pass before.
---@field after_seconds? number|string

--- What becomes of tasks that start from now on.
---@class ecs_service.TaskOutcome
---@field outcome? "running"|"exit"|"oom"|"pull_error"|"unhealthy"|"no_capacity"|"flap"|table Not needed beside log.
---@field service? string
---@field cluster? string
---@field task_definition? string "mongo:7", or "mongo" for all of the family.
---@field deployment? string Id of a deployment or a task set.
---@field after? number|string Seconds, or as in "1m".
---@field start_seconds? number|string To RUNNING. Default: the simulator's.
---@field exit_code? integer Default: 1.
---@field reason? string ECS's words.
---@field log? string[]|table<string, string[]> Lines that the task writes, or the lines of each container.
---@field times? integer So many tasks only.
---@field existing? boolean Running tasks too.

--- How a function answers that lifecycle hooks call from now on.
---@class ecs_service.HookOutcome
---@field outcome "succeeded"|"failed"|"in_progress" In progress until the hook's timeout, or for the time of after.
---@field after? number|string Seconds in progress before that, or as in "1m". Default: 0.
---@field stage? string As "POST_SCALE_UP". Default: any.
---@field service? string Default: any.
---@field target? string ARN of the function. Default: any.
---@field times? integer So many calls only.

--- What a schedule or a rule of a simulator started, or was refused.
---@class ecs_service.ScheduleRun
---@field at number
---@field schedule? string "GROUP/NAME".
---@field rule? string "BUS/NAME".
---@field target? string Of the rule.
---@field answer? table Of RunTask.
---@field refusal? { code: string, message: string, status: integer }

--- The step scaling policy that an alarm triggers.
---@class ecs_service.AlarmAction
---@field policy string Its ARN.
---@field distance? number From the alarm's threshold to the metric. Default: 0.

--- A metric of a service's tasks.
---@class ecs_service.ScalingMetric
---@field service string
---@field cluster? string Default: any.
---@field name string As "ECSServiceAverageCPUUtilization", or the name of a customized metric.
---@field value number|false false: nobody measures it.

--- What answers at a URL beside AWS.
---@class ecs_service.Target
---@field url string
---@field responses? integer|ecs_service.TargetResponse|(integer|ecs_service.TargetResponse)[]|function One, or several
---  one after the other, the last for ever; or a function(request, now) that answers one. Default: 200.

---@class ecs_service.TargetResponse
---@field status? integer Default: 200.
---@field body? string
---@field headers? table<string, string>
---@field after? number Seconds.
---@field error? "dns"|"connect"|"tls"|"timeout"|"reset"

--- A simulated ECS: a transport with a clock of its own. docs/simulator.md.
---@class ecs_service.Simulator : ecs_service.Transport
---@field requests { operation: string, body: table, time: number, status?: integer, code?: string }[]
---@field decisions { at: number, service: string, what: string, deployment?: string }[]
---@field schedule_runs ecs_service.ScheduleRun[]
---@field credentials ecs_service.Keys The pair that signatures are checked against.
---@field region string
local Simulator = {}
--- Any operation of the API, as someone else.
---@param operation string
---@param input? table
---@return table|nil answer
---@return ecs_service.Error? err
function Simulator:call(operation, input) end
---@param seconds number|string Virtual seconds, or as in "20m".
function Simulator:advance(seconds) end
---@return number now Virtual seconds since 1970.
function Simulator:now() end
---@param fault ecs_service.Fault
function Simulator:fault(fault) end
---@param tasks ecs_service.TaskOutcome
function Simulator:tasks(tasks) end
---@param hook ecs_service.HookOutcome
function Simulator:hook(hook) end
---@param target ecs_service.Target
function Simulator:target(target) end
--- A CloudWatch alarm changes its state.
---@param name string
---@param state "OK"|"ALARM"|"INSUFFICIENT_DATA"
---@param action? ecs_service.AlarmAction
function Simulator:alarm(name, state, action) end
--- A metric that target tracking follows, until it is set again.
---@param metric ecs_service.ScalingMetric
function Simulator:metric(metric) end
--- An HTTP request, for servers of one's own.
---@param method string
---@param path string
---@param headers table<string, string>
---@param body string
---@return integer status
---@return table<string, string> headers
---@return string body
---@return table? fault
function Simulator:http(method, path, headers, body) end
--- Serves it over HTTP, for the AWS CLI, SDKs and deploy scripts; its clock goes with the real one then.
---@param opts? ecs_service.ServeOptions
---@return true|nil ok When it was to stop.
---@return ecs_service.Error? err NoHttpServer, CannotListen, WrongOption
function Simulator:serve(opts) end

--- require "ecs_service.simulator"
---@class ecs_service.simulators
local simulators = {}
--- The same as ecs_service.simulator(options).
---@param options? ecs_service.SimulatorOptions
---@return ecs_service.Simulator
function simulators.new(options) end

--- require "ecs_service.credentials": keys that several stacks share. docs/credentials.md.
---@class ecs_service.credentials
---@field places ecs_service.CredentialsPlace[] Where keys are looked for, in this order; a program may add its own.
---@field of_profile ecs_service.CredentialsPlace[] Those that read a profile.
local credentials = {}
--- A provider for the `credentials` of stacks.
---@param options ecs_service.StackOptions Its credentials, profile, assume_role, mfa_code, credential_process_timeout.
---@param session? table To ask over the network with. Default: one of its own.
---@return ecs_service.CredentialsProvider|nil provider
---@return ecs_service.Error? err
function credentials.new(options, session) end
--- What is wrong with such options; nothing is looked for.
---@param options ecs_service.StackOptions
---@return ecs_service.Error|nil problem
function credentials.problem(options) end

---@class ecs_service.CredentialsPlace
---@field name string Of the keys' source.
---@field title string For people.
---@field find fun(options: table): ecs_service.Keys|nil, ecs_service.Error|nil, string|nil Keys; or an error, which
---  ends the search; or, third, why there are none here.

--- A clock for tests: sleeping moves it, and takes no time.
---@class ecs_service.VirtualScheduler : ecs_service.Scheduler
local VirtualScheduler = {}
---@return number seconds
function VirtualScheduler:now() end
---@param seconds number
function VirtualScheduler:sleep(seconds) end
---@param seconds number
function VirtualScheduler:advance(seconds) end

--- require "ecs_service.scheduler"
---@class ecs_service.schedulers
---@field default ecs_service.Scheduler This machine's clock.
local schedulers = {}
---@param start? number Seconds since 1970. Default: 0.
---@return ecs_service.VirtualScheduler
function schedulers.virtual(start) end
--- Raises when something cannot serve as a scheduler.
---@generic T
---@param object T
---@return T object
function schedulers.check(object) end

---@class ecs_service.CurlOptions
---@field ca_bundle? string PEM file. Default: libcurl's.
---@field ca_path? string Folder of hashed certificates.
---@field proxy? string Default: of the environment; "": none.
---@field no_proxy? string Default: of the environment; "*": no proxy at all.
---@field connect_timeout? number|string Seconds. Default: 10.
---@field timeout? number|string Seconds for the whole request. Default: 70.
---@field max_connections? integer To one host. Default: 10.
---@field max_body? integer Bytes of an answer. Default: 64 MiB.
---@field http2? boolean Where the server offers it. Default: true.
---@field compression? boolean Default: false.
---@field user_agent? string

--- require "ecs_service.transport.curl"
---@class ecs_service.curl
---@field libcurl_version string
local curl = {}
---@param options? ecs_service.CurlOptions
---@return ecs_service.Transport
function curl.new(options) end

--- require "ecs_service.openresty": inside nginx. A stack finds it by itself.
---@class ecs_service.openresty
---@field scheduler ecs_service.Scheduler ngx.sleep.
local openresty = {}
--- Whether this runs inside nginx.
---@return boolean
function openresty.here() end
--- What is wrong with waiting here and now: WrongPhase.
---@return ecs_service.Error|nil
function openresty.problem() end
--- Whether this worker is about to end.
---@return boolean
function openresty.leaving() end
--- Runs a function in a timer, where it may wait.
---@param work fun(...)
---@param ... any Its arguments.
---@return boolean|nil ok
---@return ecs_service.Error? err NoTimer
function openresty.spawn(work, ...) end
--- For interrupted: true once the client of this request has gone away. Needs lua_check_client_abort on.
---@return fun(): boolean
function openresty.client_gone() end
--- Before a run that must come to its end, whether the client stays or not.
function openresty.stay() end
--- HMAC-SHA-256, as hexadecimal digits.
---@param key string
---@param text string
---@return string
function openresty.hmac(key, text) end
--- SHA-256, as hexadecimal digits.
---@param text string
---@return string
function openresty.sha256(text) end
--- Whether two texts are equal, in a time that tells nothing about where they differ.
---@param given any
---@param wanted string
---@return boolean
function openresty.same(given, wanted) end
--- A random text of 32 hexadecimal digits.
---@return string
function openresty.random() end

--- require "ecs_service.openresty.board": what the workers of one nginx tell each other. docs/openresty.md.
---@class ecs_service.boards
local boards = {}
--- Of the lua_shared_dict of this name; without a name, of this worker alone.
---@param name? string
---@return ecs_service.Board
function boards.new(name) end

---@class ecs_service.Board
---@field shared boolean Whether the other workers see it.
local Board = {}
--- Puts a table of plain values there, and wakes whoever waits.
---@param key string
---@param value table
---@param seconds? number How long it stays. Default: until it is replaced.
---@return boolean|nil ok
---@return ecs_service.Error? err BoardFull
function Board:put(key, value, seconds) end
---@param key string
---@return table|nil value
function Board:get(key) end
---@param key string
function Board:remove(key) end
--- Notes something for a while without waking anybody.
---@param key string
---@param seconds number
function Board:mark(key, seconds) end
--- Whether that time has not run out.
---@param key string
---@return boolean
function Board:marked(key) end
---@return integer version The number of the latest change.
function Board:version() end
--- Waits until something has changed since `seen`, or the worker ends.
---@param seen integer
---@param seconds number At most.
---@return integer version
function Board:wait(seen, seconds) end
--- True for the first one who asks for this key within so many seconds: for nonces and confirmations.
---@param key string
---@param seconds number
---@return boolean|nil first
---@return ecs_service.Error? err BoardFull
function Board:once(key, seconds) end

--- require "ecs_service.errors"
---@class ecs_service.errors
local errors = {}
--- Makes an error of a table of its fields.
---@param fields table
---@return ecs_service.Error
function errors.new(fields) end
--- Whether a value is an error of this module.
---@param value any
---@return boolean
function errors.is(value) end
--- Anything that was raised or answered as an error, as an error of this module.
---@param value any
---@param code? string The code of what had none.
---@return ecs_service.Error
function errors.from(value, code) end
--- One error for several.
---@param list ecs_service.Error[]
---@param message string
---@return ecs_service.Error
function errors.join(list, message) end

--- desired_count that is left to auto scaling: ecs.autoscaled, or ecs.autoscaled(4). The service is created with so
--- many tasks; from then on the count is never changed, and a replacement gets what runs. Not for a DAEMON.
---@class ecs_service.Autoscaled
---@field autoscaled integer With so many it is created. Default: 1.
---@operator call(integer): ecs_service.Autoscaled

--- require "ecs_service"
---@class ecs_service
---@field VERSION string
---@field autoscaled ecs_service.Autoscaled
local ecs_service = {}
--- A stack of services.
---@param options? ecs_service.StackOptions
---@return ecs_service.Stack|nil stack
---@return ecs_service.Error? err
function ecs_service.stack(options) end
--- A plan that was saved by plan:save.
---@param path string
---@return ecs_service.Plan|nil plan
---@return ecs_service.Error? err
function ecs_service.load_plan(path) end
--- Deploys a new image, variables or another size of a service, without a declaration and without a state.
---@param options table service ("cluster/service"); those of stack:deploy; region, profile, … as ecs.stack takes them.
---@return ecs_service.Result|ecs_service.Plan|nil result As of stack:deploy.
---@return ecs_service.Error? err
function ecs_service.deploy(options) end
--- Checks one declaration; pure.
---@param config ecs_service.Declaration
---@param context? { region?: string, partition?: string, account_id?: string } What ARNs are held against.
---@return ecs_service.Arguments|nil normal In the normal form.
---@return ecs_service.Error? err
function ecs_service.validate(config, context) end
--- One change; pure.
---@param config? ecs_service.Arguments nil: not declared any more.
---@param attributes? ecs_service.Attributes As recorded; nil: there is none yet.
---@param opts? ecs_service.PurePlanOptions
---@return ecs_service.Change|nil change
---@return ecs_service.Error? err
function ecs_service.plan(config, attributes, opts) end
--- Checks one task definition: tables in this module's spelling or the API's, containers as JSON text, a whole file of
--- the API; pure.
---@param config ecs_service.TaskDefinitionArguments
---@param context? { region?: string, partition?: string, account_id?: string } What ARNs are held against.
---@return ecs_service.TaskDefinitionArguments|nil normal In its normal form.
---@return ecs_service.Error? err code ValidationFailed.
function ecs_service.validate_task_definition(config, context) end
--- One change of a task definition; pure.
---@param config? ecs_service.TaskDefinitionArguments nil: not declared any more.
---@param attributes? table Of the revision that was recorded, or an answer of DescribeTaskDefinition; nil: none yet.
---@param opts? ecs_service.PureDefinitionOptions
---@return ecs_service.DefinitionChange|nil change
---@return ecs_service.Error? err
function ecs_service.plan_task_definition(config, attributes, opts) end
--- Whether two lists of container definitions are the same to ECS, whatever it fills in, reorders or converts; pure.
---@param a table[]|string Tables of either spelling, or JSON text.
---@param b table[]|string
---@param opts? { network_mode: string } "bridge" unless given.
---@return boolean|nil same
---@return ecs_service.Error? err code ValidationFailed: one of them is no list of container definitions.
function ecs_service.same_containers(a, b, opts) end
--- Why a service does not do what it should, from parts of the API's answers; pure.
---@param parts ecs_service.ExplainParts
---@return ecs_service.Cause[] causes The likeliest first.
function ecs_service.explain(parts) end
--- A rollout as a document: the tasks of each revision over time, what happened, how it ended and why; pure.
---@param events ecs_service.Event[] What on_event of a run was told, in order.
---@param opts? { format?: "html"|"svg" } Default: "html".
---@return string document
function ecs_service.timeline(events, opts) end
--- Shows the events of a run as the command does: rows that are drawn again on a terminal, a line for each change
--- elsewhere. By itself on standard error.
---@param opts? ecs_service.ProgressOptions
---@return ecs_service.Progress
function ecs_service.progress(opts) end
--- The rows of the schema.
---@param kind? "service"|"task_definition"|"task"|"schedule" Default: "service".
---@return table[] rows One for each argument.
function ecs_service.schema(kind) end
--- The JSON Schema of a service table, of a declaration of another kind, or of a document that this tool writes: a
--- state, a record of a journal, a plan.
---@param document? "state"|"journal"|"plan"|"service"|"task_definition"|"task"|"schedule"
---@return table schema
function ecs_service.json_schema(document) end
--- Signs a request by Signature Version 4; pure. The query may be written with or without escapes: what a service makes
--- of it is signed, unless `encode_query` is false.
---@param request { method: string, url: string, headers?: table<string, string>, body?: string }
---@param credentials ecs_service.Keys
---@param options { service: string, region: string, time?: number|string, encode_query?: boolean }
---@return table<string, string> headers
---@return { canonical_request: string, string_to_sign: string, signature: string } parts
function ecs_service.sign(request, credentials, options) end
--- The same, into the URL.
---@param request { method: string, url: string, headers?: table<string, string>, body?: string }
---@param credentials ecs_service.Keys
---@param options { service: string, region: string, time?: number|string, expires?: number|string }
---@return string url
---@return { canonical_request: string, string_to_sign: string, signature: string } parts
function ecs_service.presign(request, credentials, options) end
--- A simulated ECS: pass it as transport.
---@param options? ecs_service.SimulatorOptions
---@return ecs_service.Simulator
function ecs_service.simulator(options) end
--- The values of variables, checked; all that is wrong is raised at once (code InvalidVariables). Later wins: default,
--- ECS_VAR_name of the environment, `values`, and in scripts of the command --var-file and --var. Reading a name that
--- is not declared raises; a variable that has no value is nil.
---@param spec table<string, ecs_service.VariableSpec> By the name of each: letters, digits and _.
---@param values? table<string, any> For programs. Texts are read as those of the command line.
---@return table<string, any> vars
function ecs_service.variables(spec, values) end
--- What stands in a declaration for what runs now, so that a pipeline owns that and the script the rest: the image of a
--- container, or another member of it. It may stand in containers of a task definition, and in tags and triggers of a
--- service, and is found out when a plan is made. Raises for what no container has.
---@param address ecs_service.Address Of a declared service, or of a declared task definition.
---@param container string Its name.
---@param member? string|{ default?: any } "image" unless given. The table may stand in its place.
---@param opts? { default?: any } What it is as long as nothing runs; without it that is an error of the plan.
---@return table value
function ecs_service.running(address, container, member, opts) end
--- What a file of JSON holds, with its keys as they are. Raises what is wrong (code InvalidJson), with path, line and
--- column; a template ({{) is refused.
---@param path string From where the script stands; in programs, the file that asks.
---@return table value
function ecs_service.json_file(path) end
--- The arguments of a service that is written down as the API has it: the body of CreateService, a service definition
--- of ecspresso, an answer of DescribeServices. What ECS chose by itself is left out. Raises for what no argument says
--- (code ValidationFailed), with the path of each.
---@param definition table Such as json_file answers; it stays as it is.
---@return ecs_service.Arguments arguments Without name, cluster and task_definition where it has none.
function ecs_service.service_arguments(definition) end

---@class ecs_service.ProgressOptions
---@field write? fun(text: string) Whole lines with their ends. Default: to standard error, as that can show them.
---@field terminal? boolean Rows are drawn again in their place. Default with `write`: false.
---@field color? boolean Default with `write`: false.
---@field unicode? boolean Default: as the locale says.
---@field width? integer|fun(): integer|nil Columns. Default with `write`: as long as lines are.
---@field height? integer|fun(): integer|nil Lines of the terminal.
---@field total? integer How many services there are to do; of many, it is told how many are done.
---@field time? boolean false: lines without their time. Default: true.

--- Shows one run after the other: stack:apply { on_event = progress.on_event, interrupted = progress.tick }.
---@class ecs_service.Progress
---@field on_event fun(event: ecs_service.Event) For on_event of a stack or a call.
---@field tick fun(): boolean For `interrupted` of the call: lets the clocks on a terminal go on; answers false.
---@field finish fun() When the call has ended: leaves the terminal as it was found, below what was written.

--- What a script says of a variable.
---@class ecs_service.VariableSpec
---@field type? "string"|"number"|"bool"|"list"|"map" Default: that of `default`, else "string".
---@field required? boolean It has to be given, and not empty. Default: false.
---@field default? any What it is when nothing gives it. Default: nil.
---@field values? any[] The allowed ones.
---@field secret? boolean Its value is in no output, plan or state. Default: false.
---@field description? string Told where it is missing.

---@class ecs_service.PureDefinitionOptions
---@field actual? table What ECS has now, where that is another revision than the recorded one.
---@field newest? integer Number of the family's newest revision: for the prediction.
---@field destroy? boolean
---@field default_tags? table<string, string>
---@field ignore_tags? { keys?: string[], key_prefixes?: string[] }
---@field region? string
---@field partition? string
---@field account_id? string

---@class ecs_service.DefinitionChange
---@field kind "task_definition"
---@field action "register"|"update"|"no-op"|"deregister"|"forget" An update changes tags alone.
---@field before? table Attributes as ECS has them.
---@field after? table What it will be; with arn and revision when no new one is registered.
---@field diff { path: string, before: any, after: any, sensitive: boolean? }[]
---@field reason? string
---@field predicted? string "api:13": what the next revision is called unless somebody else registers one first.
---@field set_tags? table<string, string> What TagResource is to set.
---@field drop_tags? string[] What UntagResource is to remove.

---@class ecs_service.PurePlanOptions
---@field actual? ecs_service.Attributes What it has now, where that differs from the records.
---@field refreshed? boolean
---@field draining? boolean
---@field tainted? boolean
---@field taint_reason? string
---@field destroy? boolean
---@field imported? boolean
---@field default_tags? table<string, string>
---@field ignore_tags? { keys?: string[], key_prefixes?: string[] }
---@field region? string
---@field partition? string
---@field account_id? string
---@field latest_task_definition? string ARN of the newest active revision of the family.
---@field facts? ecs_service.Facts

--- Parts of the API's answers, as they come; each optional.
---@class ecs_service.ExplainParts
---@field events? table[]
---@field tasks? table[]
---@field deployment? table
---@field service? table
---@field task_definition? table
---@field container_instances? table[]
]]

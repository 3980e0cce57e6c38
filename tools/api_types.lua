--- The editor types of the public API, which are not in the rows of the schema. tools/generate.lua appends them.
return [[
---@alias ecs_service.Action "create"|"update"|"replace"|"delete"|"import"|"no-op"|"forget"

--- An error: prints as a sentence.
---@class ecs_service.Error
---@field code string A stable word, e.g. "DeploymentRolledBack", "ClusterNotFoundException", "Invalid".
---@field message string What went wrong.
---@field hint? string What to do about it.
---@field service? string Address of the service.
---@field path? string Argument, e.g. load_balancer[1].container_port.
---@field operation? string Operation of the API, e.g. "UpdateService".
---@field http_status? integer
---@field request_id? string Id of the request, for AWS support.
---@field retryable? boolean Whether doing the same again may succeed.
---@field diagnostics? ecs_service.Diagnostic[] Every problem of a declaration.
---@field evidence? table What AWS shows of a failed deployment: events, stopped tasks.

---@class ecs_service.Diagnostic
---@field severity "error"|"warning"
---@field code string A stable word, e.g. "UnknownArgument", "OutOfRange", "Conflict".
---@field path string As a Lua user writes it; "" for the whole table.
---@field message string What is wrong, without the path.
---@field hint? string How to put it right.
---@field given? string The value as text.
---@field allowed? string What may stand there.

---@class ecs_service.StackOptions
---@field region? string Else from the environment or the profile.
---@field state? string|false|ecs_service.S3State|ecs_service.StateBackend Default: a file.
---@field default_tags? table<string, string> Tags of every service of the stack.
---@field ignore_tags? { keys?: string[], key_prefixes?: string[] } Tags that are nobody's business here.
---@field profile? string Profile of the shared configuration files.
---@field credentials? ecs_service.Keys|ecs_service.CredentialsProvider|fun(now: number): ecs_service.Keys
---@field assume_role? ecs_service.AssumeRole|ecs_service.AssumeRole[] Role to assume with the credentials; a list: each
---  with the keys of the one before.
---@field mfa_code? string|fun(serial: string, profile: string): string|nil Six digits. Default: asked at the terminal.
---@field credential_process_timeout? number Seconds that credential_process may take. Default: 60.
---@field endpoint? string URL of the ECS API; unless its host is one of AWS's, of all services (an emulator).
---@field endpoints? { ecs?: string, sts?: string, s3?: string, sso?: string, sso_oidc?: string, signin?: string }
---@field retry_mode? "standard"|"adaptive"|"legacy" Else AWS_RETRY_MODE or the profile's. Default: "standard".
---@field max_attempts? integer Attempts of a request. Default: 3.
---@field ca_bundle? string File of certificates (PEM). Else AWS_CA_BUNDLE, the profile's, REQUESTS_CA_BUNDLE.
---@field proxy? string URL of a proxy for all hosts; "": none. Else HTTPS_PROXY, HTTP_PROXY and NO_PROXY.
---@field app_id? string Id of the application in the user agent. Else AWS_SDK_UA_APP_ID or the profile's.
---@field use_fips_endpoint? boolean
---@field use_dualstack_endpoint? boolean
---@field allowed_account_ids? string[] Accounts in which the stack may work.
---@field forbidden_account_ids? string[] Accounts in which it may not.
---@field pace? false|table<string, { burst?: number, rate?: number }> Request rates by class, see docs/retries.md.
---@field concurrency? integer Services that are worked on at once. Default: 10.
---@field transport? ecs_service.Transport Default: libcurl.
---@field scheduler? ecs_service.Scheduler Default: the transport's, else the clock.
---@field on_event? fun(event: ecs_service.Event)

---@class ecs_service.Keys
---@field access_key_id string
---@field secret_access_key string
---@field session_token? string
---@field expires? number|string Seconds since 1970, or as in 2026-11-24T21:00:00Z. Default: never.
---@field account_id? string

---@class ecs_service.CredentialsProvider
---@field get fun(self, now: number): ecs_service.Keys|nil, ecs_service.Error|nil

---@class ecs_service.AssumeRole
---@field role_arn string
---@field session_name? string Default: "ecs-service-" and the time.
---@field external_id? string
---@field duration? number|string Seconds from 900 to 43200, or as in "1h". Default: an hour.
---@field policy? string|table What the session may at most do: JSON, or a table.
---@field policy_arns? string[] Managed policies that say the same.
---@field tags? table<string, string>
---@field transitive_tag_keys? string[]
---@field source_identity? string
---@field mfa_serial? string

---@class ecs_service.S3State
---@field url string "s3://bucket/key"
---@field endpoint? string URL of the S3 API; else AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, the profile, AWS.
---@field path_style? boolean The bucket in the path. Default: false at AWS, true elsewhere.
---@field region? string Of the bucket. Default: the stack's.
---@field profile? string Default: the stack's keys.
---@field credentials? table|function Keys or a provider. Default: the stack's.
---@field sse? "AES256"|"aws:kms"|"aws:kms:dsse" Default: as the bucket says.
---@field kms_key_id? string Id, alias or ARN of a key.
---@field transport? ecs_service.Transport Default: libcurl.

--- A place for states of one's own; docs/state.md says what each method answers.
---@class ecs_service.StateBackend
---@field name? string For messages.
---@field read fun(self): string|nil, any
---@field write fun(self, text: string, token: any): any, ecs_service.Error|nil
---@field lock fun(self, text: string): any, string|ecs_service.Error|nil, string|nil
---@field holder fun(self): string|nil, any
---@field unlock fun(self, token: any): boolean|nil, ecs_service.Error|nil
---@field keep? fun(self, label: string, text: string): boolean|nil, ecs_service.Error|nil
---@field kept? fun(self, label: string): string|nil, ecs_service.Error|nil
---@field kept_name? fun(self, label: string): string
---@field free_by_hand? fun(self): string
---@field backups? "write"|"run"

---@class ecs_service.StateItem
---@field address string
---@field cluster? string
---@field service? string Name of the service.
---@field status "ok"|"tainted"|"begun" begun: a run has begun to create it, and nothing is recorded yet.
---@field reason? string Why it is tainted.
---@field imported? boolean
---@field journal? table What a run began and did not see the end of.
---@field deposed? table What a replacement has still to delete.

---@class ecs_service.StateRepair
---@field damage? string What was wrong with the state.
---@field backup? string What it was put back from.
---@field kept? string Where the damaged text lies now.
---@field services integer
---@field serial integer
---@field journal { address: string, operation: string, begun: string, drop: boolean, why: string }[]
---@field changes integer 0: all is well.

---@class ecs_service.Stack
local Stack = {}

--- Declares a service. Raises when the address is taken.
---@param address string Name of the declaration within the stack.
---@param arguments ecs_service.Arguments
---@return ecs_service.Service
function Stack:service(address, arguments) end

--- Checks all declarations; sends nothing.
---@return true|nil ok
---@return ecs_service.Error? err err.diagnostics names every problem.
function Stack:validate() end

---@param opts? { refresh?: boolean, target?: string[], destroy?: boolean, refresh_only?: boolean }
---@return ecs_service.Plan|nil plan
---@return ecs_service.Error? err
function Stack:plan(opts) end

---@param plan_or_opts? ecs_service.Plan|ecs_service.ApplyOptions
---@return ecs_service.Result|nil result
---@return ecs_service.Error? err
function Stack:apply(plan_or_opts) end

---@param opts? ecs_service.ApplyOptions
---@return ecs_service.Result|nil result
---@return ecs_service.Error? err
function Stack:destroy(opts) end

---@param opts? table
---@return ecs_service.Result|nil result
---@return ecs_service.Error? err
function Stack:refresh(opts) end

---@param address string
---@param id string "cluster-name/service-name"
---@return ecs_service.Attributes|nil attributes
---@return ecs_service.Error? err
function Stack:import(address, id) end

--- Lua source of a declaration that plans as no-op.
---@param id string "cluster-name/service-name"
---@return string|nil source
---@return ecs_service.Error? err
function Stack:generate_config(id) end

---@param opts? { services?: string[], until?: "steady"|"deployed"|"inactive", timeout?: string|number }
---@return true|nil ok
---@return ecs_service.Error? err
function Stack:wait(opts) end

---@class ecs_service.AsideOptions
---@field dry_run? boolean true: the plan is the result, and nothing is done.
---@field approve? fun(plan: ecs_service.Plan): boolean Asked under the lock.
---@field wait? boolean false: do not follow the deployment.
---@field lock_timeout? number Seconds.
---@field on_event? fun(event: ecs_service.Event)
---@field interrupted? fun(): boolean
---@field concurrency? integer
---@field stable_for? number Seconds.
---@field superseded? "fail"|"follow"
---@field fail_fast? boolean

---@class ecs_service.RollbackOptions : ecs_service.AsideOptions
---@field to? string|integer "web:2", 2 or an ARN. Default: what was completed before.

---@class ecs_service.StopOptions
---@field how? "rollback"|"abort" Default: rollback.
---@field dry_run? boolean true: the plan is the result, and nothing is done.
---@field approve? fun(plan: ecs_service.Plan): boolean Asked under the lock.
---@field wait? boolean false: do not wait for its end.
---@field lock_timeout? number Seconds.
---@field on_event? fun(event: ecs_service.Event)
---@field interrupted? fun(): boolean
---@field timeout? number Seconds. Default: 20 minutes.

---@class ecs_service.HistoryItem
---@field at? number Seconds since 1970.
---@field revision? string "web:2"
---@field former? string What it took the place of.
---@field status? string Of ECS.
---@field ended string In words.
---@field reason? string
---@field took? integer Seconds.
---@field went_back_to? string
---@field arn? string Of the service deployment.
---@field deployment_id? string
---@field did? string Operation of this tool.
---@field by? string user@host
---@field run_ended? string "ok", or the code of the error.
---@field count? integer What the desired count was to become.

---@class ecs_service.History
---@field name string
---@field address? string
---@field cluster string
---@field service string
---@field entries ecs_service.HistoryItem[] The newest first.
---@field unread { operation: string, code: string, message: string }[] What ECS would not tell.

--- Back to the task definition of the last completed deployment other than the present one, or to a named one.
---@param address string
---@param opts? ecs_service.RollbackOptions
---@return ecs_service.Result|ecs_service.Plan|nil result With `plan`; the plan itself with dry_run.
---@return ecs_service.Error? err
function Stack:rollback(address, opts) end

--- A new deployment of services as they are.
---@param addresses string|string[]
---@param opts? ecs_service.AsideOptions
---@return ecs_service.Result|ecs_service.Plan|nil result
---@return ecs_service.Error? err
function Stack:redeploy(addresses, opts) end

---@param address string
---@param count integer
---@param opts? ecs_service.AsideOptions
---@return ecs_service.Result|ecs_service.Plan|nil result
---@return ecs_service.Error? err
function Stack:scale(address, count, opts) end

--- Ends the deployment that is under way.
---@param address string
---@param opts? ecs_service.StopOptions
---@return ecs_service.Result|ecs_service.Plan|nil result With `outcome`: STOPPED, ROLLBACK_SUCCESSFUL, STOP_REQUESTED.
---@return ecs_service.Error? err
function Stack:stop(address, opts) end

--- The deployments of a service, and what this tool did to it.
---@param target string An address, or "cluster/service".
---@param opts? { limit?: integer } Default: 20.
---@return ecs_service.History|nil history
---@return ecs_service.Error? err
function Stack:history(target, opts) end

--- The latest rollout of a service as a document, as far as ECS still shows it.
---@param target string An address, or "cluster/service".
---@param opts? { format?: "html"|"svg" }
---@return string|nil document
---@return ecs_service.Error? err
function Stack:timeline(target, opts) end

--- Which credentials, account, region, endpoint, proxy and certificates are used, and whether they work.
---@param opts? { offline?: boolean, timeout?: number, profile?: string, region?: string } timeout in seconds.
---@return ecs_service.Report report Never an error: what is wrong stands in report.checks.
function Stack:doctor(opts) end

---@class ecs_service.Report
---@field ok boolean
---@field region? string
---@field region_source? string "stack", "AWS_REGION", "AWS_DEFAULT_REGION", "profile NAME", …
---@field endpoint? string
---@field endpoint_source? string Who chose it; nil: it is AWS's own.
---@field signing_name? string
---@field account? string
---@field arn? string
---@field proxy? string Without its password.
---@field proxy_source? string
---@field ca_bundle? string
---@field ca_bundle_source? string
---@field profile string
---@field profile_source? string
---@field credentials { source?: string, access_key_id?: string, expires?: number } Masked; seconds since 1970.
---@field checks { name: string, ok: boolean, code?: string, message: string, hint?: string }[]

--- What is recorded, and what a run had begun.
---@return ecs_service.StateItem[]|nil items
---@return ecs_service.Error? err
function Stack:state_items() end

--- Everything that is recorded of one service: an item with attributes and meta.
---@param address string
---@return table|nil entry
---@return ecs_service.Error? err
function Stack:state_entry(address) end

--- Takes services out of the state; they live on, and nobody manages them.
---@param addresses string|string[]
---@param opts? { lock_timeout?: number, approve?: fun(items: ecs_service.StateItem[]): boolean }
---@return ecs_service.StateItem[]|nil forgotten
---@return ecs_service.Error? err
function Stack:forget(addresses, opts) end

--- Records a service under another address.
---@param from string
---@param to string
---@param opts? { lock_timeout?: number }
---@return ecs_service.StateItem|nil item
---@return ecs_service.Error? err
function Stack:move(from, to, opts) end

--- The text of the state as it lies there.
---@return string|nil text
---@return ecs_service.Error? err
function Stack:pull_state() end

--- Puts a text in the place of the state.
---@param text string
---@param opts? { force?: boolean, lock_timeout?: number }
---@return { serial: integer, changed: boolean }|nil result
---@return ecs_service.Error? err
function Stack:push_state(text, opts) end

--- Puts a damaged state back from its backup; takes out of the journal what is proved to be over.
---@param opts? { lock_timeout?: number, approve?: fun(repair: ecs_service.StateRepair): boolean }
---@return ecs_service.StateRepair|nil repair
---@return ecs_service.Error? err
function Stack:repair_state(opts) end

--- Who holds the lock; nil without an error: nobody.
---@return { id: string, who: string, stale?: boolean }|nil holder
---@return ecs_service.Error? err
function Stack:lock_holder() end

--- Frees the lock of a run that is dead.
---@param id string err.lock.id of the error that told of it
---@return true|nil ok
---@return ecs_service.Error? err
function Stack:unlock(id) end

---@class ecs_service.ApplyOptions
---@field target? string[] Addresses; what they depend on included.
---@field exclude? string[] Addresses.
---@field refresh? boolean Whether AWS is asked first. Default: true.
---@field lock_timeout? number Seconds to wait for the lock; 0: not at all.
---@field pace? false|table<string, { burst?: number, rate?: number }> Request rates by class, see docs/retries.md.
---@field concurrency? integer
---@field on_event? fun(event: ecs_service.Event)
---@field approve? fun(plan: ecs_service.Plan): boolean Asked under the lock before anything is done.

---@class ecs_service.Result
---@field services table<string, ecs_service.Attributes> By address.

---@class ecs_service.Service
local Service = {}
---@return ecs_service.Change|nil change
---@return ecs_service.Error? err
function Service:plan() end
---@return ecs_service.Attributes|nil attributes
---@return ecs_service.Error? err
function Service:apply() end
---@return true|nil ok
---@return ecs_service.Error? err
function Service:wait() end

---@param opts? ecs_service.RollbackOptions
---@return ecs_service.Result|ecs_service.Plan|nil result
---@return ecs_service.Error? err
function Service:rollback(opts) end

---@param opts? ecs_service.AsideOptions
---@return ecs_service.Result|ecs_service.Plan|nil result
---@return ecs_service.Error? err
function Service:redeploy(opts) end

---@param count integer
---@param opts? ecs_service.AsideOptions
---@return ecs_service.Result|ecs_service.Plan|nil result
---@return ecs_service.Error? err
function Service:scale(count, opts) end

---@param opts? ecs_service.StopOptions
---@return ecs_service.Result|ecs_service.Plan|nil result
---@return ecs_service.Error? err
function Service:stop(opts) end

---@param opts? { limit?: integer }
---@return ecs_service.History|nil history
---@return ecs_service.Error? err
function Service:history(opts) end
---@return ecs_service.Attributes|nil attributes
---@return ecs_service.Error? err
function Service:attributes() end
---@return table|nil status
---@return ecs_service.Error? err
function Service:status() end

---@class ecs_service.Summary
---@field create integer
---@field update integer
---@field replace integer
---@field delete integer
---@field import integer
---@field no_op integer

---@class ecs_service.Plan
---@field changes ecs_service.Change[]
---@field summary ecs_service.Summary
local Plan = {}
---@return boolean
function Plan:is_empty() end
---@param opts? { color?: boolean, width?: integer }
---@return string
function Plan:render(opts) end
---@return table
function Plan:to_table() end

---A digest of what the plan would do and of what it was made from, without values of secret arguments: for `approve` of
---apply, so that what somebody was shown is what is applied.
---@return string digest 64 hexadecimal digits
function Plan:digest() end
---@param path string
---@return true|nil ok
---@return ecs_service.Error? err
function Plan:save(path) end

---@class ecs_service.Change
---@field address string
---@field action ecs_service.Action
---@field service? string Name of the service.
---@field cluster? string
---@field before? ecs_service.Attributes
---@field after? ecs_service.Attributes
---@field diff ecs_service.Diff[]
---@field replace_paths string[] Arguments that force the replacement.
---@field deployment ecs_service.Forecast
---@field reason? string
---@field drift? ecs_service.Drift[]

---@class ecs_service.Forecast
---@field starts boolean
---@field why string[] Paths of the arguments that start the deployment.
---@field controller? "ECS"|"CODE_DEPLOY"|"EXTERNAL"
---@field because? string Why no deployment is started.
---@field waits? string[] Paths that take effect at the next deployment.
---@field tasks? { before: integer, after: integer }
---@field running? { fewest: integer, most: integer } Running at once, when all tasks start and there is room for them.
---@field limits? { least: integer, most: integer } What the percents allow.
---@field percents? { minimum: integer, maximum: integer }
---@field steps? integer How many times tasks are started one after the other.
---@field stuck? boolean The rollout cannot end.
---@field daemon? boolean
---@field circuit_breaker? { threshold?: integer, rollback: boolean }
---@field alarms? { count: integer, rollback: boolean }
---@field grace_period? integer Seconds.
---@field load_balancers? integer
---@field healthy_when? string
---@field downtime? { seconds?: integer }

---@class ecs_service.Diff
---@field path string
---@field before? any
---@field after? any
---@field forces_replacement? boolean
---@field starts_deployment? boolean
---@field waits_for_deployment? boolean Takes effect with the next deployment.
---@field known_after_apply? boolean
---@field sensitive? boolean
---@field element? "added"|"removed"|"changed"

---@class ecs_service.Drift
---@field path string
---@field before? any
---@field after? any
---@field ignored? boolean

---@class ecs_service.Event
---@field type string "started", "sent", "retrying", "state", "service_event", "waiting", "recorded".
---@field address string
---@field at number Seconds since 1970.

--- Anything that carries requests: libcurl, or a simulator.
---@class ecs_service.Transport
---@field submit fun(self: ecs_service.Transport, request: table): true|nil, ecs_service.Error?
---@field wait fun(self: ecs_service.Transport, timeout: number): table?
---@field cancel? fun(self: ecs_service.Transport, id: any)
---@field close? fun(self: ecs_service.Transport)
---@field scheduler? ecs_service.Scheduler

---@class ecs_service.Scheduler
---@field now fun(self: ecs_service.Scheduler): number Seconds since 1970.
---@field sleep fun(self: ecs_service.Scheduler, seconds: number)

---@class ecs_service.SimulatorOptions
---@field region? string
---@field account_id? string
---@field clusters? string[]
---@field task_definitions? table
---@field verify_signatures? boolean
---@field throttle? table|false
---@field read_lag? number Seconds by which reads lag writes.
---@field task_start_seconds? number
---@field seed? integer

--- What goes wrong with the next requests.
---@class ecs_service.Fault
---@field operation? string Operation of the API; every one when not set.
---@field times? integer
---@field code? string Error code of the answer.
---@field reset? boolean The connection breaks.
---@field timeout? boolean No answer comes.
---@field truncate? boolean The answer is cut off.
---@field http_status? integer
---@field after? integer Requests that pass before.

---@class ecs_service.TaskOutcome
---@field service string
---@field outcome "running"|"exit"|"oom"|"pull_error"|"unhealthy"|"no_capacity"|"flap"
---@field after? number Seconds.

---@class ecs_service.Simulator : ecs_service.Transport
---@field requests { operation: string, body: table, time: number, status: integer }[]
local Simulator = {}
--- Any operation of the API, as someone else.
---@param operation string
---@param input table
---@return table|nil answer
---@return ecs_service.Error? err
function Simulator:call(operation, input) end
---@param seconds number Virtual seconds.
function Simulator:advance(seconds) end
---@return number now Virtual seconds since 1970.
function Simulator:now() end
---@param fault ecs_service.Fault
function Simulator:fault(fault) end
---@param tasks ecs_service.TaskOutcome
function Simulator:tasks(tasks) end

---@class ecs_service
local ecs_service = {}
---@param options ecs_service.StackOptions
---@return ecs_service.Stack|nil stack
---@return ecs_service.Error? err
function ecs_service.stack(options) end
---@param path string
---@return ecs_service.Plan|nil plan
---@return ecs_service.Error? err
function ecs_service.load_plan(path) end
---@param config ecs_service.Arguments
---@return ecs_service.Arguments|nil normal In the normal form.
---@return ecs_service.Error? err
function ecs_service.validate(config) end
---@param config ecs_service.Arguments
---@param attributes? ecs_service.Attributes
---@param opts? table
---@return ecs_service.Change|nil change
---@return ecs_service.Error? err
function ecs_service.plan(config, attributes, opts) end
--- A rollout as a document, from what on_event of a run was told.
---@param events ecs_service.Event[]
---@param opts? { format?: "html"|"svg" }
---@return string document
function ecs_service.timeline(events, opts) end
---@return table[] rows One for each argument.
function ecs_service.schema() end
---@param request { method: string, url: string, headers?: table<string, string>, body?: string }
---@param credentials { access_key_id: string, secret_access_key: string, session_token?: string }
---@param options { service: string, region: string, time?: number|string }
---@return table<string, string> headers
---@return { canonical_request: string, string_to_sign: string } parts
function ecs_service.sign(request, credentials, options) end
---@param opts? ecs_service.SimulatorOptions
---@return ecs_service.Simulator
function ecs_service.simulator(opts) end
]]

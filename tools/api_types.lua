--- The editor types of the public API, which are not in the rows of the schema: errors, options, the stack.
--- tools/generate.lua appends them.
local verbs = require "ecs_service.kinds.verbs"

local text = [[
--- The name of what is declared in its stack, or what stack:service or stack:task_definition gave.
---@alias ecs_service.Address string|ecs_service.Service|ecs_service.TaskDefinition|ecs_service.Task

---@alias ecs_service.Action ACTIONS

--- An error: prints as a sentence.
---@class ecs_service.Error
---@field code string A stable word, e.g. "DeploymentRolledBack", "ClusterNotFoundException", "Invalid".
---@field message string What went wrong.
---@field hint? string What to do about it.
---@field service? string Address of the service.
---@field path? string Argument, e.g. load_balancer[1].container_port.
---@field member? string Of a damaged document: what is wrong in it, e.g. services["web"].status.
---@field endpoint? string Of what was not answered by ECS: where it was asked.
---@field operation? string Operation of the API, e.g. "UpdateService".
---@field http_status? integer
---@field api? string Of stack:call: the service that was asked.
---@field request_id? string Id of the request, for AWS support.
---@field retryable? boolean Whether doing the same again may succeed.
---@field line? integer Of a file that is no JSON.
---@field column? integer Of the same.
---@field diagnostics? ecs_service.Diagnostic[] Every problem of a declaration, or of the variables.
---@field attempts? integer How often the request was sent.
---@field errors? ecs_service.Error[] Of what failed, one for each service.
---@field result? ecs_service.Result Of an apply that failed in part: what was done all the same.
---@field recorded? ecs_service.Place Of WrongPlace and UnknownAccount: where the state, or the plan, belongs.
---@field here? ecs_service.Place Where the run works, as far as it is known.
---@field lock? { id: string, who: string } Of Locked: who holds it; the id is for stack:unlock.
---@field stopped_by? string Who stopped the deployment with `stop` while this run waited for it: user@host.
---@field evidence? ecs_service.Evidence What AWS shows of a failed deployment.
---@field check? { shown: string, kind: string, message: string, status?: integer, body?: string, attempts: integer,
---  seconds: number, stage?: string } Of CheckFailed: which one, and what it got last. kind: dns, connect, tls,
---  timeout, reset, too_large, proxy, other, status, body, times, function.
---@field rolled_back_to? string Of CheckFailed: the revision that runs again.
---@field exit_code? integer Of TaskFailed: that of its container.
---@field task_arn? string Of a task that failed, or that goes on.
---@field containers? ecs_service.TaskContainer[] Of a task that failed.
---@field tasks? ecs_service.TaskResult[] Of several tasks that were run: all of them.
---@field logs? ecs_service.LogLine[] The last 20 lines of the container that failed, without known secrets.
---@field logs_note? string Why there are none.
---@field to_table fun(self): table Plain values without anything secret: for JSON and logs.
---@field render fun(self, opts?: { color?: boolean, width?: integer, unicode?: boolean }): string In lines, as the
---  command tells it: what, why, what is the case now, and what to do.

--- A partition, a region and an account of AWS; what is not known is missing.
---@class ecs_service.Place
---@field partition? string "aws", "aws-cn", …
---@field region? string
---@field account? string Twelve digits.
---@field address? string Of the record that says so.
---@field arn? string In which it stands.

---@class ecs_service.Evidence
---@field why? string The cause, in words.
---@field causes? ecs_service.Cause[] The likeliest first.
---@field reason? string rolloutStateReason of the deployment.
---@field deployment_id? string The deployment that this run started.
---@field hook? { id: string, name: string, type: string, stage: string, status: string } That ended the deployment.
---@field running_now? { task_definition: string, running: integer, desired: integer } What runs instead.
---@field events? string[] The latest, the newest first.
---@field tasks? table[] Stopped tasks: task, stop_code, stopped_reason, containers.

--- Why something does not run; the codes are in docs/causes.md.
---@class ecs_service.Cause
---@field code string
---@field summary string
---@field meaning string What it usually means.
---@field hint? string What to do.
---@field evidence string[] The texts it rests on.
---@field count integer How often it was seen.
---@field tasks string[] Ids.
---@field first? number Seconds since 1970.
---@field last? number Seconds since 1970.

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
---@field credential_process_timeout? number|string Seconds that credential_process may take. Default: 60.
---@field endpoint? string URL of the ECS API; unless its host is one of AWS's, of all services (an emulator).
---@field endpoints? table<string, string> URL by service: "ecs", "sts", "s3", "sso", "sso_oidc", "signin", and what
---  stack:call knows.
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
---@field autoscaling? boolean false: plans and status do not look at Application Auto Scaling. Default: true.
---@field concurrency? integer Services that are worked on at once. Default: 10.
---@field transport? ecs_service.Transport Default: libcurl.
---@field scheduler? ecs_service.Scheduler Default: the transport's, else the clock.
---@field on_event? fun(event: ecs_service.Event) What goes on, as it happens; docs/events.md.
---@field warnings? { silence?: string[], strict?: boolean } Codes to leave out; warnings as errors. docs/warnings.md.

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
---@field expected_bucket_owner? string Id of the account that the bucket is to be of; S3 refuses any other's.
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
---@field status "ok"|"failed"|"tainted"|"begun" failed: its last update was no success. begun: its create was begun.
---@field reason? string Why it is tainted or failed.
---@field kind? "task_definition" Of anything but a service.
---@field family? string Of a task definition.
---@field revision? integer The number of its revision.
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

--- Services that are declared together, and the state that knows what was made of them.
---@class ecs_service.CallOptions
---@field once? boolean Sent again only when it was certainly not carried out. Default: as AWS's own clients do.
---@field timeout? number|string After that (seconds, or "2m"), nothing is tried again.
---@field interrupted? fun(): any

---@class ecs_service.ServiceOfAws
---@field service string What its requests are signed for.
---@field target string What stands before the operation in X-Amz-Target, without the dot.
---@field json? "1.0"|"1.1" Default: "1.1".
---@field endpoint? string What its host begins with. Default: `service`.

---@class ecs_service.Stack
---@field options ecs_service.StackOptions
---@field order string[] Addresses as they were declared.
---@field services table<string, ecs_service.Service>
---@field task_definitions table<string, ecs_service.TaskDefinition>
---@field tasks table<string, ecs_service.Task>
---@field schedules table<string, ecs_service.Schedule>
---@field backend ecs_service.StateBackend
local Stack = {}

--- Declares a service. Raises when the address is taken.
---@param address string Name of the declaration within the stack.
---@param arguments ecs_service.Declaration
---@return ecs_service.Service
function Stack:service(address, arguments) end

--- Declares a task definition; in a service it stands for the revision that is registered of it.
---@param address string Name of the declaration within the stack; the family, where none is given.
---@param arguments ecs_service.TaskDefinitionArguments
---@return ecs_service.TaskDefinition
function Stack:task_definition(address, arguments) end

--- Declares a task that a plan runs: before or after what it names, when its `run` says so.
---@param address string Name of the declaration within the stack.
---@param arguments ecs_service.TaskArguments
---@return ecs_service.Task
function Stack:task(address, arguments) end

--- Declares tasks that EventBridge starts on a schedule, which follows its task definition.
---@param address string Name of the declaration within the stack; of the schedule, where none is given.
---@param arguments ecs_service.ScheduleArguments
---@return ecs_service.Schedule
function Stack:schedule(address, arguments) end

--- Checks all declarations; sends nothing.
---@return true|nil ok
---@return ecs_service.Error? err err.diagnostics names every problem.
function Stack:validate() end

--- What apply would do.
---@param opts? ecs_service.PlanOptions
---@return ecs_service.Plan|nil plan
---@return ecs_service.Error? err
function Stack:plan(opts) end

--- Does what a plan says, or plans and does it.
---@param plan_or_opts? ecs_service.Plan|ecs_service.ApplyOptions
---@param opts? ecs_service.ApplyOptions With a plan.
---@return ecs_service.Result|nil result
---@return ecs_service.Error? err
function Stack:apply(plan_or_opts, opts) end

--- Deletes the services of the stack.
---@param opts? ecs_service.ApplyOptions
---@return ecs_service.Result|nil result
---@return ecs_service.Error? err
function Stack:destroy(opts) end

--- Brings the records up to what AWS has; changes nothing there.
---@param opts? ecs_service.ApplyOptions
---@return ecs_service.Result|nil result
---@return ecs_service.Error? err
function Stack:refresh(opts) end

--- Takes over a service, a revision of a task definition, or a schedule, that exists.
---@param address ecs_service.Address "web", "task_definition.api", "schedule.nightly".
---@param id string "cluster-name/service-name", "family:revision", "group-name/schedule-name", or the ARN of either.
---@param opts? ecs_service.ImportOptions
---@return ecs_service.Attributes|table|nil attributes
---@return ecs_service.Error? err
function Stack:import(address, id, opts) end

--- Takes over the services of a Terraform state.
---@param path string terraform.tfstate, version 4
---@param opts? { dry_run?: boolean, lock?: boolean, lock_timeout?: number|string }
---@return { services: table, order: string[], source: string, skipped: table[], ignored: table<string, integer> }|nil
---@return ecs_service.Error? err
function Stack:import_tfstate(path, opts) end

--- Lua source of a declaration that plans as no-op.
---@param id string "cluster-name/service-name", "family:revision", the ARN of a revision or a schedule, a recorded
---  address; "group-name/schedule-name", with an address as in "schedule.nightly"
---@param opts? { address?: string, task_definition?: boolean } what it is called; whether what the service runs is, too
---@return string|nil source
---@return string|ecs_service.Error address or err
---@return string[]|nil addresses of all that the source declares
function Stack:generate_config(id, opts) end

--- Waits for services; what it reports is what ECS reported, for the deployment that the last apply started.
---@param opts? ecs_service.WaitOptions
---@return table<string, ecs_service.Attributes>|nil services By address.
---@return ecs_service.Error? err
function Stack:wait(opts) end

--- A new image, variables or another size: registers a revision with them when they differ from what the service runs,
--- updates the service and follows it. The declaration stays as it is.
---@param address ecs_service.Address
---@param opts ecs_service.DeployOptions
---@return ecs_service.Result|ecs_service.Plan|nil result With `plan`, `task_definitions`; the plan with dry_run.
---@return ecs_service.Error? err
function Stack:deploy(address, opts) end

--- Back to the task definition of the last completed deployment other than the present one, or to a named one.
---@param address ecs_service.Address
---@param opts? ecs_service.RollbackOptions
---@return ecs_service.Result|ecs_service.Plan|nil result With `plan`; the plan itself with dry_run.
---@return ecs_service.Error? err
function Stack:rollback(address, opts) end

--- A new deployment of services as they are.
---@param services ecs_service.Address|ecs_service.Address[]
---@param opts? ecs_service.RedeployOptions
---@return ecs_service.Result|ecs_service.Plan|nil result
---@return ecs_service.Error? err
function Stack:redeploy(services, opts) end

---@param address ecs_service.Address
---@param count integer|nil nil: it stays, and `opts` say something of auto scaling.
---@param opts? ecs_service.ScaleOptions
---@return ecs_service.Result|ecs_service.Plan|nil result
---@return ecs_service.Error? err
function Stack:scale(address, count, opts) end

--- Ends the deployment that is under way.
---@param address ecs_service.Address
---@param opts? ecs_service.StopOptions
---@return ecs_service.Result|ecs_service.Plan|nil result With `outcome`: STOPPED, ROLLBACK_SUCCESSFUL, STOP_REQUESTED.
---@return ecs_service.Error? err
function Stack:stop(address, opts) end

--- Decides about a deployment that waits at a pause: it goes on, and is followed; or it goes back.
---@param address ecs_service.Address
---@param opts? ecs_service.ContinueOptions
---@return ecs_service.Result|ecs_service.Plan|nil result With `outcome`: SUCCESSFUL, ROLLBACK_SUCCESSFUL, CONTINUED.
---@return ecs_service.Error? err
function Stack:continue(address, opts) end

--- The deployments of a service, and what this tool did to it; of a declared task, its runs.
---@param target ecs_service.Address An address, or "cluster/service".
---@param opts? { limit?: integer, why?: boolean } limit: 20 unless given; why: with what is kept of failures.
---@return ecs_service.History|nil history
---@return ecs_service.Error? err
function Stack:history(target, opts) end

--- The revisions of a task definition: which of them anybody uses, and which were registered here.
---@param target ecs_service.Address An address of a task definition or a service, or a family.
---@param opts? ecs_service.RevisionOptions
---@return ecs_service.Revisions|nil revisions
---@return ecs_service.Error? err
function Stack:revisions(target, opts) end

--- Takes old revisions of a task definition out of use. What anybody uses stays.
---@param target ecs_service.Address An address of a task definition or a service, or a family.
---@param opts? ecs_service.DeregisterOptions
---@return ecs_service.Result|ecs_service.Plan|nil result With `deregistered` and `deleted`.
---@return ecs_service.Error? err Of NotDeleted with `failures`.
function Stack:deregister(target, opts) end

--- Runs a task, now and once, and waits until it has ended. Nothing is recorded.
---@param target ecs_service.Address|ecs_service.TaskArguments Beside which service (address, "cluster/service"); of
---  which task definition ("family", "family:2", with opts.cluster); or a table.
---@param opts? ecs_service.RunOptions
---@return ecs_service.TaskResult|{ tasks: ecs_service.TaskResult[] }|nil result Of several tasks: `tasks`.
---@return ecs_service.Error? err TaskFailed, TaskNotStarted, TaskNotPlaced, Timeout (it runs on), OutcomeUnknown, …
function Stack:run(target, opts) end

--- Runs a command in a container that runs, with the terminal of this process, by AWS's session-manager-plugin. Not
--- inside nginx.
---@param target ecs_service.Address An address, or "cluster/service".
---@param opts? ecs_service.ExecOptions
---@return ecs_service.SessionResult|nil session When it has ended.
---@return ecs_service.Error? err PluginMissing, ExecuteCommandOff, AgentNotRunning, NotFound, WrongOption, …
function Stack:exec(target, opts) end

--- Forwards a port of this machine to a port of a container, or of a host that it reaches, until interrupted.
---@param target ecs_service.Address An address, or "cluster/service".
---@param opts ecs_service.PortForwardOptions
---@return ecs_service.SessionResult|nil session When it has ended.
---@return ecs_service.Error? err As of exec.
function Stack:port_forward(target, opts) end

---@class ecs_service.ExecOptions
---@field command? string|string[] A command as it stands, or its words. Default: "/bin/sh".
---@field task? string Its id or ARN. Default: the newest that takes commands.
---@field container? string Needed when the task has several.
---@field plugin? string Where session-manager-plugin is. Default: along PATH.
---@field on_session? fun(session: { task: string, container: string }) Is told where it is, before it begins.

---@class ecs_service.PortForwardOptions
---@field remote_port integer Of the container, or of the host.
---@field local_port? integer Of this machine. Default: the same.
---@field host? string One that the container reaches. Default: the container itself.
---@field task? string Its id or ARN. Default: the newest that takes commands.
---@field container? string Needed when the task has several.
---@field plugin? string Where session-manager-plugin is. Default: along PATH.
---@field on_session? fun(session: { task: string, container: string }) Is told where it is, before it begins.

---@class ecs_service.SessionResult
---@field task string
---@field container string
---@field exit_code integer Of the plugin, which does not tell how the command ended.

--- Members of RunTask but clientToken and startedBy, as `placement_constraints` or as the API has them, and these. What
--- is not given comes from the service.
---@class ecs_service.TaskArguments
---@field service? ecs_service.Address
---@field task_definition? string
---@field cluster? string
---@field count? integer 1 to 10.
---@field command? string[] Of the container that is watched.
---@field environment? table<string, string|number> Of the same.
---@field container? string The one that is watched: its exit code counts. Default: the first essential one.
---@field timeout? number|string
---@field network_configuration? { subnets: string[], security_groups?: string[], assign_public_ip?: boolean }
---@field overrides? table
---@field launch_type? string
---@field capacity_provider_strategy? table[]
---@field [string] any

---@class ecs_service.RunOptions
---@field command? string[] Of the container that is watched.
---@field env? table<string, string|number> Of the same.
---@field container? string The one that is watched: its exit code counts. Default: the first essential one.
---@field cluster? string Where it runs. Default: that of the service.
---@field subnets? string|string[] For the network mode awsvpc. Default: those of the service.
---@field security_groups? string|string[] The same.
---@field assign_public_ip? boolean The same.
---@field count? integer 1 to 10. Default: 1.
---@field wait? boolean false: only start it. Default: true.
---@field timeout? number|string How long it may take; it is left running then. Default: "1h".
---@field logs? boolean false: no last lines in the result and in errors.
---@field on_log? fun(line: ecs_service.LogLine) Hears what its containers write, as it comes, without known secrets.
---@field on_event? fun(event: table) Is told of each status of the task (docs/events.md).
---@field interrupted? fun(): any true: stop waiting; the task goes on.

---@class ecs_service.TaskResult
---@field task_arn string
---@field status string As ECS has it: "STOPPED".
---@field exit_code? integer Of the container that is watched.
---@field containers ecs_service.TaskContainer[]
---@field logs? ecs_service.LogLine[] The last 20 lines of that container.
---@field logs_note? string Why there are none.
---@field stop_code? string
---@field reason? string Why it stopped, in ECS's words.
---@field started_at? number Seconds since 1970.
---@field stopped_at? number

---@class ecs_service.TaskContainer
---@field name string
---@field status? string
---@field exit_code? integer
---@field reason? string

--- What the containers of a service write to CloudWatch Logs, in the order of time.
---@param target ecs_service.Address An address, or "cluster/service".
---@param opts? ecs_service.LogsOptions
---@return ecs_service.LogLines|nil lines
---@return ecs_service.Error? err NoLogs, NotFound, or of the APIs.
function Stack:logs(target, opts) end

---@class ecs_service.LogsOptions
---@field since? number|string How long ago ("10m", 600), or a time ("2026-11-29T12:00:00Z", seconds since 1970).
---@field until? number|string The same; default: now.
---@field limit? integer Only the last so many lines, 1 to 10000; with follow what comes is added.
---@field task? string The id or the ARN of one task of the cluster, also of one that belongs to no service.
---@field container? string
---@field follow? boolean true: go on with what they write; of one task until it has ended. Default: false.
---@field interrupted? fun(): any true: end.

--- Called, it answers the next line, and nil at the end: `for line in lines do`.
---@class ecs_service.LogLines
---@field err? ecs_service.Error What ended it before its end.
---@field notes { task: string, container: string, message: string }[] What cannot be read, or was never written.
---@operator call: ecs_service.LogLine?

---@class ecs_service.LogLine
---@field at number Seconds since 1970.
---@field container string
---@field task string Its id.
---@field text string What would steer a terminal is escaped; at most 32 KiB of the line.

--- The latest rollout of a service as a document, as far as ECS still shows it.
---@param target ecs_service.Address An address, or "cluster/service".
---@param opts? { format?: "html"|"svg" }
---@return string|nil document
---@return ecs_service.Error? err
function Stack:timeline(target, opts) end

--- Which credentials, account, region, endpoint, proxy and certificates are used, and whether they work.
---@param opts? { offline?: boolean, timeout?: number|string, profile?: string, region?: string } timeout in seconds.
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
---@param address ecs_service.Address
---@return table|nil entry
---@return ecs_service.Error? err
function Stack:state_entry(address) end

--- Takes services out of the state; they live on, and nobody manages them.
---@param services ecs_service.Address|ecs_service.Address[]
---@param opts? { lock_timeout?: number|string, lock?: boolean, approve?: fun(items: ecs_service.StateItem[]): boolean }
---@return ecs_service.StateItem[]|nil forgotten
---@return ecs_service.Error? err
function Stack:forget(services, opts) end

--- Records a service under another address.
---@param from ecs_service.Address
---@param to ecs_service.Address
---@param opts? { lock_timeout?: number|string, lock?: boolean }
---@return ecs_service.StateItem|nil item
---@return ecs_service.Error? err
function Stack:move(from, to, opts) end

--- The text of the state as it lies there.
---@return string|nil text
---@return ecs_service.Error? err
function Stack:pull_state() end

--- Puts a text in the place of the state.
---@param text string
---@param opts? { force?: boolean, lock_timeout?: number|string, lock?: boolean }
---@return { serial: integer, changed: boolean }|nil result
---@return ecs_service.Error? err
function Stack:push_state(text, opts) end

--- Puts a damaged state back from its backup; takes out of the journal what is proved to be over.
---@param opts? { lock_timeout?: number|string, lock?: boolean, approve?: fun(found: ecs_service.StateRepair): boolean }
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

--- What AWS says of services now, and how the last runs of declared tasks ended.
---@param address? ecs_service.Address Default: all, by address.
---@return ecs_service.Status|ecs_service.TaskStatus|table<string, ecs_service.Status|ecs_service.TaskStatus>|nil status
---@return ecs_service.Error? err
function Stack:status(address) end

--- One operation of any JSON API of AWS, by the credentials, retries and endpoints of the stack.
---@param service string|ecs_service.ServiceOfAws As botocore calls it ("logs", "ssm"), or its description.
---@param operation string As in "DescribeLogGroups".
---@param params? table As the API has them; an empty table is an empty list.
---@param opts? ecs_service.CallOptions
---@return table|nil answer Without members that are null; times are numbers.
---@return ecs_service.Error? err
function Stack:call(service, operation, params, opts) end

--- What is wrong with a service, and why: declared, recorded, or any other; and with the last run of a declared task.
---@param target? ecs_service.Address An address or "cluster/service". Default: all, as a list.
---@param opts? { logs?: boolean, run?: integer } logs = false: not what the container wrote that failed; run: the
---  number of a run as history has it, -1 for the last that failed.
---@return ecs_service.Diagnosis|ecs_service.Diagnosis[]|nil diagnosis
---@return ecs_service.Error? err
function Stack:diagnose(target, opts) end

--- The least IAM policy for planning, applying and destroying this stack; sends nothing.
---@param opts? { for?: "plan"|"apply"|"destroy"|"run"|"logs", account_id?: string }
---@return { Version: string, Statement: table[] }|nil policy
---@return { sid: string, action: string, why: string }[]|ecs_service.Error reasons Or what is wrong.
function Stack:policy(opts) end

--- The addresses of the declared services, in their order.
---@return string[]
function Stack:addresses() end

--- The recorded attributes of all services, by address.
---@return table<string, ecs_service.Attributes>|nil attributes
---@return ecs_service.Error? err
function Stack:recorded() end
]]

local actions = {}
for _, row in ipairs(verbs.ACTIONS) do
  if row.symbol then actions[#actions + 1] = ("%q"):format(row.name) end
end
return (text:gsub("ACTIONS", table.concat(actions, "|")))

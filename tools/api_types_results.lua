--- The editor types of the public API, which are not in the rows of the schema: what verbs take and answer.
--- tools/generate.lua appends them.
return [[
---@class ecs_service.PlanOptions
---@field target? ecs_service.Address|ecs_service.Address[] Addresses; what they depend on included.
---@field exclude? ecs_service.Address|ecs_service.Address[] Addresses.
---@field refresh? boolean Whether AWS is asked first. Default: true.
---@field refresh_only? boolean Only what drifted. Default: false.
---@field destroy? boolean Plan to destroy everything. Default: false.
---@field lock? boolean Whether the state is locked. Default: true.
---@field lock_timeout? number|string How long to wait for the lock, in seconds or as in "20m". Default: 0, not at all.
---@field concurrency? integer Services that are worked on at once. Default: the stack's.
---@field silence? string[] Codes of warnings to leave out.
---@field strict? boolean Warnings are errors. Default: false.
---@field facts? table<string, ecs_service.Facts> What is known beside the services, by address.
---@field image? table<string, string> Of this run, by address and container: { ["api.app"] = "acme/api:2" }.
---@field on_event? fun(event: ecs_service.Event)
---@field interrupted? fun(): boolean Asked several times a second; true ends the run where it can be taken up again.

--- What is known beside a service, for its warnings and its forecast.
---@class ecs_service.Facts
---@field instances? integer Container instances of the cluster.
---@field images? string[]
---@field host_ports? integer[]
---@field usual_seconds? number|string How long its deployments usually take.

--- What a service is declared with: its arguments, and what decides whether its deployments stay.
---@class ecs_service.Declaration : ecs_service.Arguments
---@field checks? ecs_service.Checks Made when a deployment has been completed, one after the other.
---@field on_failed_check? "rollback"|"fail" What is done when one fails. Default: rollback.

--- docs/how-to/checks.md
---@alias ecs_service.Checks ecs_service.DeploymentCheck|(ecs_service.DeploymentCheck|ecs_service.CheckFunction)[]
---@alias ecs_service.CheckFunction fun(ctx: ecs_service.CheckContext): boolean?, string?

---@class ecs_service.DeploymentCheck
---@field url? string What is asked, by GET.
---@field run? fun(ctx: ecs_service.CheckContext): boolean?, string? In place of a URL: true, or why not.
---@field status? integer|string|(integer|string)[] 200, { 200, 204 }, "2xx". Default: "2xx".
---@field body? string What the body of the answer has to contain.
---@field headers? table<string, string|number>
---@field within? number|string Until when it has to succeed, in seconds or as in "2m". Default: 2 minutes.
---@field every? number|string From one attempt to the next. Default: 5 seconds.
---@field times? integer So often in a row. Default: 3; of run 1.
---@field timeout? number|string For one answer. Default: 10 seconds.
---@field stage? string Of a URL: made at this stage of the deployment, as "POST_TEST_TRAFFIC_SHIFT", and not after it.

--- What a function that is a check is told.
---@class ecs_service.CheckContext
---@field address string
---@field cluster string
---@field service string
---@field task_definition string What was deployed.
---@field former? string What ran before.
---@field deployment_id? string
---@field attributes ecs_service.Attributes
---@field attempt integer
---@field get fun(url: string, opts?: ecs_service.PageOptions): ecs_service.Page|nil, table|nil GET by the transport of
---  the stack; nil and { code, message } when nothing answers. Follows no redirects.
---@field sleep fun(seconds: number)
---@field now fun(): number Seconds since 1970, by the stack's clock.

---@class ecs_service.ApplyOptions : ecs_service.PlanOptions
---@field approve? fun(plan: ecs_service.Plan): boolean Asked under the lock before anything is done.
---@field checks? ecs_service.Checks|table<ecs_service.Address, ecs_service.Checks> Of this run, beside those that are
---  declared: of all that it deploys, or by the address.
---@field on_failed_check? "rollback"|"fail" What is done when a check fails. Default: as declared, or rollback.
---@field stable_for? number|string How long a service has to stay steady, in seconds or as in "20m". Default: 0.
---@field superseded? "fail"|"follow" What to do about a newer deployment of someone else. Default: "fail".
---@field fail_fast? boolean End as soon as tasks of the deployment ended alike twice. Default: false.
---@field until? "steady"|"deployed"|"paused"|string What to wait for, also a stage of ECS. Default: as declared.
---@field on_interrupt? "rollback"|"leave" What an interruption does to the deployments. Default: "leave", or as
---  sigint_rollback says.
---@field logs? boolean false: no last lines of containers that failed in the error.
---@field message? string Why: kept with what the run did, and shown by history.
---@field suspend_auto_scaling? boolean true: auto scaling rests while its services are deployed, and is put back then.
---@field digest? string Nothing is done but the plan of this digest (plan:digest()), or of one that begins so.

---@class ecs_service.AsideOptions
---@field message? string Why: kept with what the run did, and shown by history.
---@field suspend_auto_scaling? boolean true: auto scaling rests while the service is deployed, and is put back then.
---@field dry_run? boolean true: the plan is the result, and nothing is done.
---@field approve? fun(plan: ecs_service.Plan): boolean Asked under the lock.
---@field wait? boolean false: do not follow the deployment.
---@field lock? boolean Whether the state is locked. Default: true.
---@field lock_timeout? number|string How long to wait for the lock, in seconds or as in "20m". Default: 0, not at all.
---@field on_event? fun(event: ecs_service.Event)
---@field interrupted? fun(): boolean
---@field concurrency? integer
---@field stable_for? number|string Seconds, or as in "20m".
---@field superseded? "fail"|"follow"
---@field fail_fast? boolean
---@field logs? boolean false: no last lines of containers that failed in the error.
---@field silence? string[] Codes of warnings to leave out.
---@field strict? boolean Warnings are errors, but that the declaration differs. Default: false.

---@class ecs_service.ScaleOptions : ecs_service.AsideOptions
---@field min? integer The least number that auto scaling goes down to.
---@field max? integer The most that it goes up to.
---@field suspend? boolean true: auto scaling rests.
---@field resume? boolean true: it works again.

---@class ecs_service.RedeployOptions : ecs_service.AsideOptions
---@field checks? ecs_service.Checks|table<ecs_service.Address, ecs_service.Checks> Of this run, beside those that are
---  declared: of all that it deploys, or by the address.
---@field on_failed_check? "rollback"|"fail" What is done when a check fails. Default: as declared, or rollback.

---@class ecs_service.RollbackOptions : ecs_service.RedeployOptions
---@field to? string|integer "web:2", 2 or an ARN. Default: what was completed before.

---@class ecs_service.DeployOptions : ecs_service.RedeployOptions
---@field image? string|table<string, string> An image, or images by their containers' names.
---@field env? table<string, string|number|table>|string[] Variables, by containers' names, or a list of "NAME=VALUE".
---@field cpu? string|number Of the task: 512, "1 vCPU".
---@field memory? string|number Of the task: 1024, "2 GB".
---@field from? "running"|"newest" Which revision to begin with. Default: running.

---@class ecs_service.StopOptions
---@field message? string Why: kept with what the run did, and shown by history.
---@field dry_run? boolean true: the plan is the result, and nothing is done.
---@field approve? fun(plan: ecs_service.Plan): boolean Asked under the lock.
---@field wait? boolean false: do not wait for its end.
---@field lock? boolean Whether the state is locked. Default: true.
---@field lock_timeout? number|string How long to wait for the lock, in seconds or as in "20m". Default: 0, not at all.
---@field on_event? fun(event: ecs_service.Event)
---@field interrupted? fun(): boolean
---@field how? "rollback"|"abort" Default: rollback.
---@field timeout? number|string Seconds, or as in "20m". Default: 20 minutes.

---@class ecs_service.ContinueOptions
---@field dry_run? boolean true: the plan is the result, and nothing is done.
---@field approve? fun(plan: ecs_service.Plan): boolean Asked under the lock.
---@field wait? boolean false: do not follow the deployment.
---@field lock? boolean Whether the state is locked. Default: true.
---@field lock_timeout? number|string How long to wait for the lock, in seconds or as in "20m". Default: 0, not at all.
---@field on_event? fun(event: ecs_service.Event)
---@field interrupted? fun(): boolean
---@field message? string Why: kept with what the run did, and shown by history.
---@field rollback? boolean true: back to the revision before. Default: false.
---@field hook? string The id of the pause, where several wait.
---@field timeout? number|string Seconds, or as in "20m". Default: 20 minutes.

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
---@field stage? ecs_service.Stage Of what shifts traffic: where it is, or ended.
---@field traffic? ecs_service.TrafficShare[] The same: who gets the traffic, the latest revision first.
---@field stages? { at: number, stage: string, production_weight?: number }[] When this tool followed it.
---@field did? string Operation of this tool.
---@field by? string user@host
---@field run_ended? string "ok", or the code of the error.
---@field count? integer What the desired count was to become.
---@field origin? ecs_service.Origin Where that run came from.
---@field run? integer The number of this operation.
---@field exit_code? integer Of a task.
---@field why? ecs_service.KeptFailure With `why = true`, when it failed.

--- What a run's caller said of it, and what the variables of a CI system name.
---@class ecs_service.Origin
---@field message? string
---@field ci? string "GitHub Actions"
---@field commit? string
---@field branch? string Or the tag.
---@field job? string
---@field actor? string

--- What the state keeps of a failed run.
---@class ecs_service.KeptFailure
---@field message? string
---@field hint? string
---@field causes? table[] Each with code, summary, hint, evidence.
---@field tasks? table[] Each with task, stop_code, stopped_reason, and containers of name, image, exit_code, reason.
---@field logs? { at?: number, container?: string, text: string }[]
---@field logs_note? string

---@class ecs_service.History
---@field name string
---@field address? string
---@field kind? "task" Of a declared task.
---@field cluster? string
---@field service? string
---@field entries ecs_service.HistoryItem[] The newest first.
---@field unread { operation: string, code: string, message: string }[] What ECS would not tell.
---@field status? string "ELSEWHERE": it is recorded in another place, and the entries are what the state remembers.
---@field problem? string Then: both places in words.
---@field recorded? ecs_service.Place
---@field here? ecs_service.Place

--- One revision of a task definition.
---@class ecs_service.RevisionItem
---@field revision string "api:3"
---@field number integer
---@field arn string
---@field status "ACTIVE"|"INACTIVE"|"DELETE_IN_PROGRESS"
---@field registered_at? number Seconds since 1970.
---@field registered_by? string ARN of whoever did.
---@field images? { container: string, image: string }[] nil: ECS does not describe it any more.
---@field used_by? string[] Services, tasks and records, in words; nil: not known.
---@field here boolean Whether the state lists it as registered here.
---@field current? boolean What the handle stands for; of a family, its newest ACTIVE one.

---@class ecs_service.Revisions
---@field name string
---@field family string
---@field address? string Of a task definition of the stack.
---@field total integer How many there are.
---@field entries ecs_service.RevisionItem[] The newest first.
---@field unread { operation: string, code: string, message: string }[] What ECS would not tell.

---@class ecs_service.DeregisterOptions
---@field keep? integer How many ACTIVE revisions stay, the newest included. Default: as declared.
---@field delete? boolean true: INACTIVE ones that nobody uses are deleted.
---@field cluster? string|string[] Clusters in which one may be used, beside those of the stack.
---@field dry_run? boolean true: the plan is the result, and nothing is done.
---@field approve? fun(plan: ecs_service.Plan): boolean Asked under the lock.
---@field lock? boolean Whether the state is locked. Default: true.
---@field lock_timeout? number|string How long to wait for the lock, in seconds or as in "20m". Default: 0, not at all.
---@field on_event? fun(event: ecs_service.Event)
---@field interrupted? fun(): boolean

---@class ecs_service.RevisionOptions
---@field limit? integer How many. Default: 20.
---@field cluster? string|string[] Clusters in which one may be used, beside those of the stack.
---@field interrupted? fun(): boolean

---@class ecs_service.WaitOptions
---@field services? string|string[] Addresses. Default: all.
---@field until? "steady"|"deployed"|"inactive"|"paused"|string Also a stage, as ECS names it. Default: "steady".
---@field on_interrupt? "rollback"|"leave" What an interruption does to the deployments. Default: "leave".
---@field timeout? number|string Seconds, or as in "20m". Default: 1200.
---@field stable_for? number|string How long a service has to stay steady, in seconds or as in "20m". Default: 0.
---@field superseded? "fail"|"follow" What to do about a newer deployment of someone else. Default: "fail".
---@field fail_fast? boolean End as soon as tasks of the deployment ended alike twice. Default: false.
---@field logs? boolean false: no last lines of containers that failed in the error.
---@field on_event? fun(event: ecs_service.Event)
---@field interrupted? fun(): boolean Asked several times a second; true ends the wait.

---@class ecs_service.ImportOptions
---@field lock? boolean Whether the state is locked. Default: true.
---@field lock_timeout? number|string How long to wait for the lock, in seconds or as in "20m". Default: 0, not at all.
---@field on_event? fun(event: ecs_service.Event)
---@field interrupted? fun(): boolean

---@class ecs_service.Result
---@field services table<string, ecs_service.Attributes> By address.
---@field task_definitions? table<string, table> By address, where the plan has any: attributes of the revisions.
---@field tasks? table<string, table> By address, where the plan has any: task_definition, tasks, exit_code, ended_at.
---@field schedules? table<string, table> By address, where the plan has any: their arguments, and arn.
---@field changes ecs_service.Outcome[]
---@field summary ecs_service.Summary
---@field serial integer Of the state.
---@field warnings? ecs_service.Warning[]
---@field drift? table Of refresh: what differed from the records.
---@field deregistered? string[] Of deregister: "api:1", …
---@field deleted? string[] Of deregister with `delete`.
---@field to_table fun(self): table Plain values without anything secret: for JSON and logs.

---@class ecs_service.Outcome
---@field address string
---@field kind "service"|"task_definition"|"task"|"schedule"|"scaling"
---@field action ecs_service.Action
---@field outcome "done"|"unchanged"|"failed"|"skipped"|"kept" kept: in use, and not deregistered.
---@field error? ecs_service.Error
---@field reason? string

---@class ecs_service.Warning
---@field code string docs/warnings.md
---@field path string
---@field message string
---@field hint? string
---@field service? string Address.

---@class ecs_service.Deployment
---@field id string
---@field status? string
---@field task_definition? string
---@field rollout_state? string
---@field desired integer
---@field running integer
---@field pending integer
---@field failed integer

--- How far a deployment that shifts traffic is.
---@class ecs_service.Stage
---@field stage? string As ECS names it: "BAKE_TIME".
---@field strategy string "BLUE_GREEN", "LINEAR" or "CANARY".
---@field status string Of the service deployment.
---@field production_weight? number Percent of the traffic on the new revision.
---@field test_weight? number
---@field bake_seconds? number How long it bakes, while it does.
---@field since? number Of the last update, seconds since 1970.
---@field hooks ecs_service.StageHook[]

---@class ecs_service.StageHook
---@field id string
---@field name string Its function, or its id.
---@field type string "AWS_LAMBDA" or "PAUSE".
---@field status string "AWAITING_ACTION", "IN_PROGRESS", "SUCCEEDED", "FAILED" or "TIMED_OUT".
---@field expires_at? number Seconds since 1970.
---@field timeout_action? string "ROLLBACK" or "CONTINUE".

--- What a revision gets of the traffic.
---@class ecs_service.TrafficShare
---@field revision string ARN of the service revision.
---@field task_definition? string "web:2"
---@field production_weight? number Percent.
---@field test_weight? number
---@field target_groups? string[] ARNs: those that serve it.

--- What Application Auto Scaling holds a service within; or why that is not known.
---@class ecs_service.AutoScalingStatus
---@field min_capacity? integer
---@field max_capacity? integer
---@field suspended? { scale_in: boolean, scale_out: boolean, scheduled: boolean }
---@field last_activity? { description: string, cause: string, status: string, message?: string, at: string }
---@field problem? string

---@class ecs_service.Status
---@field status string "ACTIVE", "DRAINING", "INACTIVE", "MISSING"; "ELSEWHERE", "UNKNOWN": see problem.
---@field desired integer
---@field running integer
---@field pending integer
---@field task_definition string
---@field deployments ecs_service.Deployment[]
---@field events { id: string, at: number, message: string }[] The newest first.
---@field id? string ARN.
---@field stage? ecs_service.Stage Of a deployment in stages that is under way.
---@field traffic? ecs_service.TrafficShare[] Of what deploys in stages: the latest revision first.
---@field autoscaling? ecs_service.AutoScalingStatus Of a scalable target of Application Auto Scaling.
---@field problem? string It is recorded in another place, or is not there and nobody tells whose account this is.
---@field recorded? ecs_service.Place
---@field here? ecs_service.Place

--- How the last run of a declared task ended, by the state; of one whose end no run has heard, by ECS.
---@class ecs_service.TaskStatus
---@field kind "task"
---@field address string "task.migrate"
---@field status string "NEVER_RUN", "RUNNING", "SUCCEEDED", "FAILED"; "STOPPED", "UNKNOWN": no run has heard how it
---  ended; "ELSEWHERE": see problem.
---@field cluster? string
---@field revision? string "api:13"
---@field run? integer Its number, as history has it.
---@field at? number When it was begun, in seconds since 1970.
---@field ended_at? number
---@field took? integer Seconds.
---@field ended? string "ok", or the code of the error.
---@field exit_code? integer
---@field by? string user@host
---@field origin? ecs_service.Origin
---@field reason? string Why it did not end well.
---@field causes? table[] As KeptFailure has them.
---@field tasks table[] Each with task (its id), task_arn, status; of those that failed stop_code, stopped_reason,
---  containers.
---@field logs? { at?: number, container?: string, text: string }[] The last lines of one that failed.
---@field logs_note? string
---@field problem? string
---@field recorded? ecs_service.Place
---@field here? ecs_service.Place

---@class ecs_service.Diagnosis
---@field kind? "task" Of a declared task; without service and counts, and `status` as TaskStatus has it.
---@field address? string
---@field name string
---@field cluster string
---@field service string
---@field status string
---@field desired integer
---@field running integer
---@field pending integer
---@field task_definition? string
---@field deployments ecs_service.Deployment[]
---@field stage? ecs_service.Stage Of a deployment in stages that is under way.
---@field traffic? ecs_service.TrafficShare[]
---@field events { id: string, at: number, message: string }[]
---@field causes ecs_service.Cause[]
---@field healthy boolean
---@field next string[] What to do.
---@field logs? ecs_service.LogLine[] The last lines of the container that failed last.
---@field logs_note? string Why there are none.
---@field run? table With `run`: number, at, did, ended, by, revision, deployment_id.
---@field source? "ecs"|"state" With `run`: who tells it. Of the state, the status is "RECORDED", without counts.
---@field tasks? table[] Of the state: how a few tasks ended.
---@field unread table What could not be read, and why.
---@field problem? string Why it could not be looked at.
---@field recorded? ecs_service.Place Of the status "ELSEWHERE".
---@field here? ecs_service.Place

--- One declared task definition.
---@class ecs_service.TaskDefinition
---@field address string With its prefix: "task_definition.api".
---@field config ecs_service.TaskDefinitionArguments The declaration as it was given.
---@field stack ecs_service.Stack
local TaskDefinition = {}
---@param opts? ecs_service.PlanOptions
---@return ecs_service.Plan|nil plan
---@return ecs_service.Error? err
function TaskDefinition:plan(opts) end
---@param plan_or_opts? ecs_service.Plan|ecs_service.ApplyOptions
---@param opts? ecs_service.ApplyOptions With a plan.
---@return ecs_service.Result|nil result
---@return ecs_service.Error? err
function TaskDefinition:apply(plan_or_opts, opts) end
--- What is recorded of it: its arguments, arn, arn_without_revision, revision, status.
---@return table|nil attributes
---@return ecs_service.Error? err
function TaskDefinition:attributes() end
--- See Stack:revisions.
---@param opts? ecs_service.RevisionOptions
---@return ecs_service.Revisions|nil revisions
---@return ecs_service.Error? err
function TaskDefinition:revisions(opts) end
--- See Stack:deregister.
---@param opts? ecs_service.DeregisterOptions
---@return ecs_service.Result|ecs_service.Plan|nil result
---@return ecs_service.Error? err
function TaskDefinition:deregister(opts) end

--- One declared task, as stack:task gives it.
---@class ecs_service.Task
---@field address string With its prefix: "task.migrate".
---@field config ecs_service.TaskArguments The declaration as it was given.
---@field stack ecs_service.Stack
local Task = {}
---@param opts? ecs_service.PlanOptions
---@return ecs_service.Plan|nil plan
---@return ecs_service.Error? err
function Task:plan(opts) end
---@param plan_or_opts? ecs_service.Plan|ecs_service.ApplyOptions
---@param opts? ecs_service.ApplyOptions With a plan.
---@return ecs_service.Result|nil result
---@return ecs_service.Error? err
function Task:apply(plan_or_opts, opts) end
--- What is recorded of its last run: task_definition, tasks, exit_code, ended_at; nil before an apply ran it.
---@return table|nil attributes
---@return ecs_service.Error? err code NotRecorded
function Task:attributes() end
--- The task now, whatever is recorded of it.
---@param opts? ecs_service.RunOptions
---@return ecs_service.TaskResult|nil result
---@return ecs_service.Error? err
function Task:run(opts) end
--- How its last run ended.
---@return ecs_service.TaskStatus|nil status
---@return ecs_service.Error? err
function Task:status() end
--- See Stack:history.
---@param opts? { limit?: integer, why?: boolean }
---@return ecs_service.History|nil history
---@return ecs_service.Error? err
function Task:history(opts) end
--- Of its last run. See Stack:logs.
---@param opts? ecs_service.LogsOptions
---@return ecs_service.LogLines|nil lines
---@return ecs_service.Error? err
function Task:logs(opts) end
--- While it runs. See Stack:exec.
---@param opts? ecs_service.ExecOptions
---@return ecs_service.SessionResult|nil session
---@return ecs_service.Error? err
function Task:exec(opts) end
--- While it runs. See Stack:port_forward.
---@param opts ecs_service.PortForwardOptions
---@return ecs_service.SessionResult|nil session
---@return ecs_service.Error? err
function Task:port_forward(opts) end

--- One declared schedule, as stack:schedule gives it.
---@class ecs_service.Schedule
---@field address string With its prefix: "schedule.nightly".
---@field config ecs_service.ScheduleArguments The declaration as it was given.
---@field stack ecs_service.Stack
local Schedule = {}
---@param opts? ecs_service.PlanOptions
---@return ecs_service.Plan|nil plan
---@return ecs_service.Error? err
function Schedule:plan(opts) end
---@param plan_or_opts? ecs_service.Plan|ecs_service.ApplyOptions
---@param opts? ecs_service.ApplyOptions With a plan.
---@return ecs_service.Result|nil result
---@return ecs_service.Error? err
function Schedule:apply(plan_or_opts, opts) end
--- What is recorded of it: its arguments, and arn.
---@return table|nil attributes
---@return ecs_service.Error? err code NotRecorded
function Schedule:attributes() end

--- One declared service. Its methods are those of the stack, for it and what it depends on.
---@class ecs_service.Service
---@field address string
---@field config ecs_service.Arguments The declaration as it was given.
---@field stack ecs_service.Stack
local Service = {}
---@param opts? ecs_service.PlanOptions
---@return ecs_service.Plan|nil plan
---@return ecs_service.Error? err
function Service:plan(opts) end
---@param plan_or_opts? ecs_service.Plan|ecs_service.ApplyOptions
---@param opts? ecs_service.ApplyOptions With a plan.
---@return ecs_service.Result|nil result
---@return ecs_service.Error? err
function Service:apply(plan_or_opts, opts) end
---@param opts? ecs_service.WaitOptions
---@return ecs_service.Attributes|nil attributes
---@return ecs_service.Error? err
function Service:wait(opts) end
--- What is recorded of it.
---@return ecs_service.Attributes|nil attributes
---@return ecs_service.Error? err
function Service:attributes() end
--- See Stack:rollback.
---@param opts? ecs_service.RollbackOptions
---@return ecs_service.Result|nil result
---@return ecs_service.Error? err
function Service:rollback(opts) end
--- See Stack:redeploy.
---@param opts? ecs_service.RedeployOptions
---@return ecs_service.Result|nil result
---@return ecs_service.Error? err
function Service:redeploy(opts) end
--- See Stack:scale.
---@param count integer|nil nil: it stays, and `opts` say something of auto scaling.
---@param opts? ecs_service.ScaleOptions
---@return ecs_service.Result|nil result
---@return ecs_service.Error? err
function Service:scale(count, opts) end
--- See Stack:continue.
---@param opts? ecs_service.ContinueOptions
---@return ecs_service.Result|ecs_service.Plan|nil result
---@return ecs_service.Error? err
function Service:continue(opts) end
--- See Stack:stop.
---@param opts? ecs_service.StopOptions
---@return ecs_service.Result|ecs_service.Plan|nil result
---@return ecs_service.Error? err
function Service:stop(opts) end
--- See Stack:history.
---@param opts? { limit?: integer } Default: 20.
---@return ecs_service.History|nil history
---@return ecs_service.Error? err
function Service:history(opts) end
--- See Stack:run.
---@param opts? ecs_service.RunOptions
---@return ecs_service.TaskResult|{ tasks: ecs_service.TaskResult[] }|nil result
---@return ecs_service.Error? err
function Service:run(opts) end
--- See Stack:exec.
---@param opts? ecs_service.ExecOptions
---@return ecs_service.SessionResult|nil session
---@return ecs_service.Error? err
function Service:exec(opts) end
--- See Stack:port_forward.
---@param opts ecs_service.PortForwardOptions
---@return ecs_service.SessionResult|nil session
---@return ecs_service.Error? err
function Service:port_forward(opts) end
--- See Stack:logs.
---@param opts? ecs_service.LogsOptions
---@return ecs_service.LogLines|nil lines
---@return ecs_service.Error? err
function Service:logs(opts) end
--- See Stack:timeline.
---@param opts? { format?: "html"|"svg" }
---@return string|nil document
---@return ecs_service.Error? err
function Service:timeline(opts) end
--- What AWS says of it now.
---@return ecs_service.Status|nil status
---@return ecs_service.Error? err
function Service:status() end

---@class ecs_service.Summary
---@field create integer
---@field update integer
---@field replace integer
---@field delete integer
---@field import integer
---@field no_op integer
---@field forget integer
---@field register integer Revisions of task definitions.
---@field deregister integer
---@field run integer

--- A variable of the script that a plan was made with.
---@class ecs_service.PlanVariable
---@field name string
---@field type string
---@field value? any Of secret ones never.
---@field secret? boolean
---@field salt? string Of a secret one.
---@field digest? string Of salt and value of a secret one: HMAC-SHA-256.

--- What apply will do: nothing else, or it refuses.
---@class ecs_service.Plan
---@field warnings ecs_service.Warning[]
---@field account? string Where it is to be done, as far as it is known.
---@field region? string
---@field partition? string
---@field state? string Name of the state that it was made from.
---@field serial integer Of the state that it was made from.
---@field variables? ecs_service.PlanVariable[] Of the script, in the order of their names.
---@field changes ecs_service.Change[]
---@field summary ecs_service.Summary
---@field finished? { addresses: string[], by?: string, began?: number, at: number } Of an earlier run, what is done.
local Plan = {}
--- Whether nothing would be changed.
---@return boolean
function Plan:is_empty() end
--- The same for two plans that do the same to the same state: who was shown a plan confirms it by this.
---@return string digest 64 hexadecimal digits
function Plan:digest() end
--- As text, for people.
---@param opts? { color?: boolean, width?: integer, unicode?: boolean, full?: boolean } full: every change by itself.
---@return string
function Plan:render(opts) end
--- As plan --json writes it, without secrets.
---@return table
function Plan:to_table() end
--- Into a file, for ecs.load_plan and ecs-service apply FILE.
---@param path string
---@return true|nil ok
---@return ecs_service.Error? err
function Plan:save(path) end

---@class ecs_service.Change
---@field address string
---@field kind "service"|"task_definition"|"task"|"schedule"|"scaling"
---@field runs? string Of a service: the task definition of the stack whose revision it runs.
---@field predicted? string Of a registration: what the revision is called, unless somebody else registers one first.
---@field lists? string Of a task definition: the ARN of a revision that a run which was killed had registered.
---@field revisions? string[] Of a deregistration: ARNs.
---@field foreign? string[] Of auto scaling: policies and scheduled actions that somebody else has made.
---@field action ecs_service.Action
---@field service? string Name of the service.
---@field cluster? string
---@field before? ecs_service.Attributes
---@field after? ecs_service.Attributes
---@field diff ecs_service.Diff[]
---@field replace_paths string[] Arguments that force the replacement.
---@field deployment ecs_service.Forecast
---@field carried? string[] What AWS has and no argument names: sent along unchanged.
---@field kept? { path: string, value?: string|number|boolean, from: string }[] What ecs.running leaves as it runs.
---@field under_way? ecs_service.UnderWay Of a no-op, when a deployment of the service has not ended, or was not found
---  good.
---@field reason? string
---@field drift? ecs_service.Drift[]

---@class ecs_service.UnderWay
---@field rollback boolean ECS is going back.
---@field refused? boolean It has ended, and a check failed after it: it is checked again.
---@field deployments { id: string, task_definition: string, rollout_state?: string }[] The one in charge first.
---@field message string In words.

---@class ecs_service.Forecast
---@field starts boolean
---@field checks? { shown: string, times: integer, within: number, stage?: string }[] What decides whether it stays:
---  with a stage, before any production traffic; else at last.
---@field on_failed_check? "rollback"|"fail"
---@field why string[] Paths of the arguments that start the deployment.
---@field controller? "ECS"|"CODE_DEPLOY"|"EXTERNAL"
---@field because? string Why no deployment is started.
---@field waits? string[] Paths that take effect at the next deployment.
---@field tasks? { before: integer, after: integer }
---@field running? { fewest: integer, most: integer } Running at once, when all tasks start and there is room for them.
---@field limits? { least: integer, most: integer } What the percents allow.
---@field percents? { minimum: integer, maximum: integer }
---@field steps? integer How many times tasks are started one after the other.
---@field strategy? ecs_service.Stages Of a deployment that shifts traffic.
---@field stuck? boolean The rollout cannot end.
---@field daemon? boolean
---@field circuit_breaker? { threshold?: integer, rollback: boolean }
---@field alarms? { count: integer, rollback: boolean }
---@field grace_period? integer Seconds.
---@field load_balancers? integer
---@field healthy_when? string
---@field downtime? { seconds?: integer }
---@field autoscaling? { min_capacity: integer, max_capacity: integer, suspended: table, most?: integer } Of a scalable
---  target: its bounds, and how many may run at once when auto scaling has its most.

---@class ecs_service.Stages
---@field name "BLUE_GREEN"|"LINEAR"|"CANARY"
---@field stages string[] In the API's words, in their order.
---@field shifts number[] Percent of the traffic that the new tasks have after each step.
---@field least_seconds integer Times to bake, between steps and after the last.
---@field timeout_seconds? integer How long it is waited for.
---@field pauses? { stage: string, seconds: integer, action: "ROLLBACK"|"CONTINUE" }[] Where somebody has to decide.

---@class ecs_service.Diff
---@field path string
---@field before? any
---@field after? any
---@field forces_replacement? boolean
---@field starts_deployment? boolean
---@field waits_for_deployment? boolean Takes effect with the next deployment.
---@field known_after_apply? boolean
---@field predicted? string What it will probably be.
---@field sensitive? boolean
---@field element? "added"|"removed"|"changed"

---@class ecs_service.Drift
---@field path string
---@field before? any
---@field after? any
---@field ignored? boolean

--- What on_event is told; docs/events.md has the members of each type.
---@class ecs_service.Event
---@field type ecs_service.EventType
---@field address string Of all types but earlier_run.
---@field at number Seconds since 1970.
---@field action? ecs_service.Action
---@field ok? boolean Of done.
---@field check? string Of check: which one; with state, number, count, attempts, good, times.
---@field state? "begun"|"waiting"|"succeeded"|"passed"|"failed"|"rolling_back" Of check.
---@field message? string Of service_event.
---@field cause? ecs_service.Cause Of failing.
---@field deployment_id? string
---@field stage? string Of stage, decision and answer.
---@field answered? boolean Of decision: a function of the script decides.
---@field reason? string Of answer: why it is rolled back.
---@field error? ecs_service.Error Of done; of answer: ECS does not take it.
---@alias ecs_service.EventType
---| "started"
---| "waiting"
---| "state"
---| "service_event"
---| "failing"
---| "stage"
---| "decision"
---| "answer"
---| "left"
---| "check"
---| "superseded"
---| "retrying"
---| "clock"
---| "earlier_run"
---| "registered"
---| "updated"
---| "deregistered"
---| "deleted"
---| "done"
]]

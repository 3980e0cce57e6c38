--- What can be done to what is declared: one row a verb, and one an action of a change. Plans, progress, timelines,
--- policies, locks, the command line, the manual page and the editor types read their words, signs and order here; what
--- a verb does is in its file in verbs/, what its command takes in its file in cli/.
local verbs = {}

--- What a change can be, and an operation of the engine, in the order in which a plan counts them. `doing`, `done`:
--- what it is called while it goes on and when it is done, `told` the latter in a timeline; `symbol`, `color`: in a
--- plan; `reads`: how a plan says it, where that is not its name; `sum`: how the sum of a plan says it, of none, too,
--- when it is `always` there; `saved`: a plan that comes out of a file may have it.
verbs.ACTIONS = {
  { name = "register", doing = "registering", done = "registered", symbol = "+", color = "create",
    sum = "to register", saved = true },
  { name = "run", doing = "running", done = "ended", symbol = ">", sign = "▶", color = "create", sum = "to run",
    saved = true },
  { name = "import", doing = "importing", done = "imported", symbol = "=", color = "import", sum = "to import" },
  { name = "create", doing = "creating", done = "created", symbol = "+", color = "create", sum = "to create",
    always = true, saved = true },
  { name = "update", doing = "updating", done = "updated", symbol = "~", color = "update", sum = "to update",
    always = true, saved = true },
  { name = "replace", doing = "replacing", done = "replaced", symbol = "-/+", color = "replace", sum = "to replace",
    always = true, saved = true },
  { name = "delete", doing = "deleting", done = "destroyed", symbol = "-", color = "delete", sum = "to destroy",
    always = true, saved = true, reads = "destroy" },
  { name = "deregister", doing = "deregistering", done = "deregistered", symbol = "-", color = "delete",
    sum = "to deregister", saved = true },
  { name = "stop", doing = "stopping", done = "stopped", symbol = "!", color = "delete", sum = "to stop",
    told = "deployment stopped" },
  { name = "continue", doing = "deciding", done = "decided", symbol = ">", color = "update", sum = "to decide",
    told = "deployment decided" },
  { name = "forget", doing = "forgetting", done = "forgotten", symbol = ".", color = "forget", sum = "to forget",
    saved = true, reads = "forget (stays at AWS, leaves the state)" },
  { name = "no-op", symbol = "=", color = "forget", saved = true, reads = "stays as it is" },
  { name = "read", doing = "reading", done = "read" },
  { name = "wait", doing = "waiting", done = "reached", told = "waited for" },
}

--- What the command can be asked for, in the order of its help. `past`: what it says when it has changed something,
--- with how many (`counted`) or which; `waits`: its run may hold the lock while it follows a deployment; `dry_run`: it
--- has that option, where others have `plan`; `phase`: a policy can be for it alone, and covers it; `apart`: a policy
--- can be for it alone, and covers it only then.
verbs.ASKED = {
  { name = "init" },
  { name = "validate" },
  { name = "plan", phase = true },
  { name = "apply", phase = true, past = "Applied", counted = true, waits = true },
  { name = "destroy", phase = true, past = "Destroyed", counted = true },
  { name = "import", apart = true },
  { name = "wait" },
  { name = "status", apart = true },
  { name = "diagnose" },
  { name = "deploy", apart = true, past = "Deployed", dry_run = true, waits = true },
  { name = "rollback", past = "Rolled back", dry_run = true, waits = true },
  { name = "redeploy", past = "Redeployed", dry_run = true, waits = true },
  { name = "scale", past = "Scaled", dry_run = true, waits = true },
  { name = "stop", past = "Stopped", dry_run = true, apart = true, waits = true },
  { name = "continue", past = "Decided", dry_run = true, apart = true, waits = true },
  { name = "run", apart = true },
  { name = "logs", apart = true },
  { name = "exec", apart = true },
  { name = "port-forward" },
  { name = "revisions", apart = true },
  { name = "deregister", past = "Deregistered", dry_run = true, apart = true },
  { name = "history" },
  { name = "timeline" },
  { name = "show" },
  { name = "state" },
  { name = "generate", apart = true },
  { name = "policy" },
  { name = "schema" },
  { name = "simulate" },
  { name = "doctor" },
  { name = "completion" },
  { name = "version" },
}

--- Options of the verbs that say nothing where nothing is deployed.
verbs.DEPLOYING = { "stable_for", "superseded", "fail_fast", "facts", "image", "until", "on_interrupt",
  "suspend_auto_scaling", "checks", "on_failed_check" }

--- What a wait can be for: a deletion, the end of a deployment, a decision at a pause, a stage.
verbs.UNTIL = { "inactive", "steady", "deployed", "paused", "PRE_SCALE_UP", "SCALE_UP", "POST_SCALE_UP",
  "TEST_TRAFFIC_SHIFT", "POST_TEST_TRAFFIC_SHIFT", "PRE_PRODUCTION_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT",
  "POST_PRODUCTION_TRAFFIC_SHIFT", "BAKE_TIME", "CLEAN_UP" }

--- The same of a run that changes something.
verbs.UNTIL_OF_RUN = {}
for i = 2, #verbs.UNTIL do verbs.UNTIL_OF_RUN[i - 1] = verbs.UNTIL[i] end

local actions, asked = {}, {}
for _, row in ipairs(verbs.ACTIONS) do actions[row.name] = row end
for _, row in ipairs(verbs.ASKED) do asked[row.name] = row end

local NONE = {}

--- Those whose run may hold the lock while it follows a deployment.
verbs.WAITING = {}
for _, row in ipairs(verbs.ASKED) do verbs.WAITING[row.name] = row.waits end

--- What is known of an action; of one that nobody knows (of an event or a file of a newer version), nothing.
---@param name any
---@return table row
function verbs.action(name) return name ~= nil and actions[name] or NONE end

--- What is known of a verb.
---@param name string
---@return table row
function verbs.asked(name) return asked[name] end

--- The names of the rows of a list that have a field.
---@param rows table[] ACTIONS or ASKED
---@param field string|nil nil: of all
---@return string[]
function verbs.names(rows, field)
  local list = {}
  for _, row in ipairs(rows) do
    if not field or row[field] then list[#list + 1] = row.name end
  end
  return list
end

--- What a policy can be for, one at a time.
---@return string[]
function verbs.policies()
  local list = verbs.names(verbs.ASKED, "phase")
  for _, name in ipairs(verbs.names(verbs.ASKED, "apart")) do list[#list + 1] = name end
  return list
end

--- How many changes of each action there are.
---@param changes table[]
---@return table<string, integer> with no_op for "no-op"; those that a plan always counts are there, if with 0
function verbs.sum(changes)
  local sum = { create = 0, update = 0, replace = 0, delete = 0, import = 0, forget = 0, no_op = 0, register = 0,
    deregister = 0, run = 0 }
  for _, change in ipairs(changes) do
    local key = change.action == "no-op" and "no_op" or change.action
    sum[key] = (sum[key] or 0) + 1
  end
  return sum
end

return verbs

--- What became of a task that an earlier run had begun: it was killed, or lost AWS's answer. Its tasks are found by
--- what the journal says of them.
local errors = require "ecs_service.errors"
local listing = require "ecs_service.run.listing"
local names = require "ecs_service.util.identifiers"
local shell = require "ecs_service.util.shell"
local skew = require "ecs_service.aws.clock_skew"
local tables = require "ecs_service.util.tables"
local times = require "ecs_service.util.time_format"

local recovery = {}

-- RunTask knows a token for so long, in seconds.
local TOKEN_KNOWN = 24 * 3600
local MOST = 100 -- of one DescribeTasks

local function listed(session, body, opts)
  local arns, err = listing.all(session, "ListTasks", body, "taskArns", opts)
  return arns, err
end

local function described(session, cluster, arns, opts)
  local tasks, err = listing.described(session, "DescribeTasks", cluster, "tasks", arns, MOST, opts)
  if err and listing.is_gone(err) then return {} end
  return tasks, err
end

-- A stopped task cannot be listed by who started it: those of its family are, and told apart.
local function search(session, journal, opts)
  local mark, found = "ecs-service/" .. journal.client_token:sub(1, 24), {}
  local running, err = listed(session, { cluster = journal.cluster, startedBy = mark }, opts)
  if not running then return nil, err end
  local stopped
  stopped, err = listed(session, { cluster = journal.cluster, family = journal.family,
    desiredStatus = "STOPPED" }, opts)
  if not stopped then return nil, err end
  local tasks
  tasks, err = described(session, journal.cluster, stopped, opts)
  if not tasks then return nil, err end
  for _, arn in ipairs(running) do found[#found + 1] = arn end
  local known = tables.set(found)
  for _, task in ipairs(tasks) do
    if task.startedBy == mark and not known[task.taskArn] then found[#found + 1] = task.taskArn end
  end
  return found
end

local function unknown(address, journal, why)
  return errors.new { code = "OutcomeUnknown", service = address, operation = "RunTask",
    message = ("an earlier run (%s%s) had begun to run the task, and %s; nothing was begun now"):format(
      journal.by and journal.by .. ", " or "", tostring(journal.begun), why),
    hint = { ("see what it did. If it is to run: %s, and apply again"):format(
      shell.command("ecs-service state rm", address)),
      ("if it has done its work: %s"):format(shell.command("ecs-service apply --exclude", address)) } }
end

--- Looks for what an intent made.
---@param session ecs_service.Session
---@param address string "task.migrate"
---@param journal table
---@param opts table { interrupted }
---@return table|nil found { tasks = ARNs } or { resume = true }: it may be sent with its token once more, as where
---  fewer tasks are found than were to be started: only the answer tells what became of the others
---@return ecs_service.Error|nil code OutcomeUnknown, or of the API
function recovery.find(session, address, journal, opts)
  local wanted = journal.count or 1
  if journal.tasks and #journal.tasks >= wanted then
    local tasks, err = described(session, journal.cluster, journal.tasks, opts)
    if not tasks then return nil, err end
    if #tasks >= #journal.tasks then return { tasks = journal.tasks } end
    return nil, unknown(address, journal, ("ECS does not know the task %s any more"):format(
      tostring(names.last(journal.tasks[1]))))
  end
  local found, err = search(session, journal, opts)
  if not found then return nil, err end
  local tasks = #found > 0 and found or nil
  if #found >= wanted then return { tasks = tasks } end
  local begun = times.parse(journal.begun or "")
  if begun and skew.now(session) - begun < TOKEN_KNOWN then return { resume = true, tasks = tasks } end
  return nil, unknown(address, journal, tasks and ("%d of its %d tasks are found"):format(#found, wanted)
    or "nobody knows any more whether it was")
end

return recovery

--- The exit code of the command, by what went wrong. 0 is done, 2 is `plan --detailed-exitcode` with changes.
local tables = require "ecs_service.util.tables"

local exit_codes = { FAILED = 1, INVALID = 3, LOCKED = 4, DEPLOYMENT = 5, SUPERSEDED = 6, UNDECIDED = 7,
  INTERRUPTED = 130, NOT_RUN = 125 }

-- What is not named here is 1.
local CODES = {
  [exit_codes.INVALID] = {
    "ValidationFailed", "UnknownArgument", "Missing", "WrongType", "NotAllowed", "OutOfRange", "TooLong", "TooShort",
    "TooMany", "TooFew", "BadPattern", "BadArn", "WrongPartition", "WrongRegion", "Conflict", "RequiredWith",
    "ReadOnly", "DuplicateService", "DependencyCycle", "UnknownAddress", "NotDeclared", "ImportFormat",
    "UnknownOption", "WrongOption", "WrongStack", "InvalidRegion", "InvalidEndpoint", "Usage", "ScriptMissing",
    "ScriptUnreadable", "SyntaxError", "ScriptError", "NoStack", "InvalidVariables", "InvalidJson",
  },
  [exit_codes.LOCKED] = { "Locked" },
  [exit_codes.DEPLOYMENT] = {
    "DeploymentRolledBack", "DeploymentFailed", "DeploymentFailing", "ServiceInactive", "RollbackFailed", "Timeout",
    "CheckFailed", "TaskFailed", "TaskNotStarted", "TaskNotPlaced",
  },
  [exit_codes.SUPERSEDED] = { "DeploymentSuperseded" },
  [exit_codes.UNDECIDED] = { "AwaitingDecision" },
  [exit_codes.INTERRUPTED] = { "Interrupted" },
}

local BY_ERROR = {}
for code, names in pairs(CODES) do
  for _, name in ipairs(names) do BY_ERROR[name] = code end
end

--- Of several failures the highest below 130: an interruption counts where nothing else went wrong.
---@param codes integer[]
---@return integer
function exit_codes.worst(codes)
  local worst
  for _, code in ipairs(codes) do
    if not worst or worst == exit_codes.INTERRUPTED or code ~= exit_codes.INTERRUPTED and code > worst then
      worst = code
    end
  end
  return worst or 0
end

--- The exit code of an error. Services that were not begun because another one failed say nothing of their own.
---@param err any
---@return integer
function exit_codes.of(err)
  if type(err) ~= "table" then return exit_codes.FAILED end
  local list = {}
  for _, one in ipairs(type(err.errors) == "table" and err.errors or {}) do
    if type(one) == "table" and one.code ~= "DependencyFailed" then
      list[#list + 1] = exit_codes.of(one)
    end
  end
  if #list > 0 then return exit_codes.worst(list) end
  return BY_ERROR[err.code] or exit_codes.FAILED
end

--- The exit code of `run` for an error: its container's where the task has failed; else it is this side's.
---@param err any
---@return integer
function exit_codes.of_run(err)
  if type(err) ~= "table" then return exit_codes.NOT_RUN end
  if err.code == "Interrupted" then return exit_codes.INTERRUPTED end
  local code = err.code == "TaskFailed" and err.exit_code
  return code and code > 0 and code or exit_codes.NOT_RUN
end

--- The codes of errors that have a row, for the spec that holds the table against the sources.
---@return table<integer, string[]>
function exit_codes.rows() return tables.copy(CODES) end

return exit_codes

--- credential_process: a program that prints keys as JSON. It is run without a shell, its words split as one would.
local core = require "ecs_service.core"
local durations = require "ecs_service.util.durations"
local errors = require "ecs_service.errors"
local glance = require "ecs_service.aws.poll"
local json = require "ecs_service.util.json"
local keys_of = require "ecs_service.aws.credentials.keys"
local leaving = require "ecs_service.aws.leaving"
local traced = require "ecs_service.util.traced"
local words = require "ecs_service.aws.credentials.shell_words"

local process = { name = "custom-process", title = "credential_process" }

-- botocore waits for ever. A program that asks its user something has a minute; the stack may give it another time.
local SECONDS = 60
local MOST = 1024 * 1024 -- bytes of output
local WORDS_SHOWN = 1000 -- letters of what it said to standard error
-- While this process may be asked to end, it is looked so often whether it was.
local PATIENCE = 0.5

local function failed(profile, message, hint)
  return nil, errors.new { code = "CredentialProcessFailed", path = "credential_process",
    message = ("credential_process of the profile %s %s"):format(profile, message), hint = hint }
end

-- Waits through the scheduler where nothing else may block.
local function next_piece(child, around, left)
  local pieces = { wait = function(_, seconds)
    local kind, value = child:next(seconds)
    return kind and { kind, value }
  end }
  local piece = glance.wait({ polls = around.polls, scheduler = around.scheduler, transport = pieces }, left)
  if piece then return piece[1], piece[2] end
end

-- What it printed, what it said, and how it ended; kind nil: not in time, or nobody waits for it any more.
local function run(child, around, seconds)
  local heard, size, leaves = { out = {}, err = {} }, 0, leaving.question()
  local deadline = around.scheduler:now() + seconds
  while true do
    local left = deadline - around.scheduler:now()
    if left <= 0 or leaves and leaves() then return heard end
    local kind, value = next_piece(child, around, leaves and math.min(left, PATIENCE) or left)
    if kind == "exit" or kind == "signal" then return heard, kind, value end
    if kind then
      size = size + #value
      if size > MOST then return heard, "size" end
      table.insert(heard[kind], value)
    end
  end
end

local function said(heard)
  local text = keys_of.scrubbed(table.concat(heard.err):sub(1, WORDS_SHOWN))
  return text ~= "" and ": " .. text or ""
end

local function read(around, heard)
  local answer = json.decode(table.concat(heard.out))
  local profile = around.profile_name
  if type(answer) ~= "table" then return failed(profile, "printed something that is no JSON object") end
  if answer.Version ~= 1 then
    return failed(profile, answer.Version == nil and "printed no Version" or "printed a Version other than 1",
      "only version 1 of its output is known")
  end
  local keys, err = keys_of.of_answer(answer, "the output of credential_process",
    { token = "SessionToken", required = false }, process.name)
  if not keys then return nil, err end
  keys.account_id = keys.account_id or around:setting "aws_account_id"
  return keys
end

function process.find(options, around)
  local command = around:setting "credential_process"
  local profile = around.profile_name
  if not command then return nil, nil, "the profile has no credential_process" end
  local list, problem = words.split(command)
  if not list then return failed(profile, "cannot be split into words: it has " .. problem) end
  local child
  child, problem = core.system.spawn(list)
  if not child then return failed(profile, ("cannot be started: %s: %s"):format(list[1], problem)) end
  local seconds = options.credential_process_timeout
    and durations.seconds(options.credential_process_timeout) or SECONDS
  local ok, heard, kind, value = traced(run, child, around, seconds)
  child:kill()
  if not ok then error(heard, 0) end
  if not kind and leaving.now() then
    return failed(profile, "was interrupted")
  elseif not kind then
    return failed(profile, ("did not end within %g seconds%s"):format(seconds, said(heard)),
      "give it longer with credential_process_timeout")
  elseif kind == "size" then
    return failed(profile, "printed more than a megabyte")
  elseif kind == "signal" then
    return failed(profile, ("was ended by signal %d%s"):format(value, said(heard)))
  elseif value ~= 0 then
    return failed(profile, ("ended with status %d%s"):format(value, said(heard)))
  end
  return read(around, heard)
end

return process

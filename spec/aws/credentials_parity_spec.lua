-- The same situations for botocore and for this module: both choose the same credentials, or docs/credentials.md argues
-- why not. AWS_CLIENTS_PYTHON names an interpreter that has botocore; it is started once and serves the endpoints.
local cjson = require "cjson"
local core = require "ecs_service.core"
local credentials = require "ecs_service.credentials"
local journey = require "support.journey"
local situations = require "support.credentials_situations"
local times = require "ecs_service.util.time_format"

local python = os.getenv "AWS_CLIENTS_PYTHON"
local now = math.floor(core.system.time())

local TIMES = { future = now + 7200, soon = now + 700, past = now - 3600 }
local TEXTS = { future_utc = (times.text(TIMES.future):gsub("Z$", "UTC")) }
for name, at in pairs(TIMES) do TEXTS[name] = times.text(at) end

local function filled(text, home, base)
  return (text:gsub("{(sha%d+):([^}]*)}", function(kind, of) return core.system[kind](of) end)
    :gsub("{(%l[%l_]*)}", function(name)
      if name == "home" then return home end
      if name == "base" then return base end
      return TEXTS[name]
    end))
end

local function all_filled(value, home, base)
  if type(value) == "string" then return filled(value, home, base) end
  if type(value) ~= "table" then return value end
  local copy = {}
  for key, member in pairs(value) do copy[key] = all_filled(member, home, base) end
  return copy
end

local function make_folders(home, path)
  local folder = home
  for name in path:gmatch "([^/]+)/" do
    folder = folder .. "/" .. name
    core.system.make_dir(folder)
  end
end

-- Writes the situation's files; answers their paths.
local function write_files(situation, home, base)
  assert(core.system.make_dir(home))
  local paths = {}
  for path, text in pairs(situation.files or {}) do
    path = filled(path, home, base)
    make_folders(home, path)
    journey.write(home .. "/" .. path, filled(text, home, base))
    paths[#paths + 1] = home .. "/" .. path
  end
  return paths
end

local function environment_of(situation, home, base)
  local env = { HOME = home, AWS_EC2_METADATA_DISABLED = "true", AWS_DEFAULT_REGION = "us-east-1",
    AWS_MAX_ATTEMPTS = "1", BOTO_CONFIG = home .. "/.boto" }
  for name, value in pairs(situation.env or {}) do env[name] = filled(value, home, base) end
  return env
end

local function for_python(situation, home)
  local serve = all_filled(situation.serve or {}, home)
  serve.future, serve.future_ms = TEXTS.future, TIMES.future * 1000
  return { env = environment_of(situation, home), profile = situation.profile, serve = serve,
    templates = write_files(situation, home) }
end

-- Waits for nothing: pauses between tries are no part of a choice.
local SCHEDULER = { now = function() return core.system.time() end,
                    sleep = function(_, seconds) core.system.sleep(math.min(seconds, 0.005)) end }

local function ours(situation, home, base)
  write_files(situation, home, base)
  journey.environment(environment_of(situation, home, base))
  local provider = assert(credentials.new { profile = situation.profile, mfa_code = "123456", scheduler = SCHEDULER })
  local keys, err = provider:get(now)
  if keys then
    return { access_key_id = keys.access_key_id, secret_access_key = keys.secret_access_key,
      session_token = keys.session_token, source = keys.source }
  end
  return err.code == "NoCredentials" and { none = true } or { error = err.code }
end

local function plain(answer)
  if answer.error then return { error = true } end
  if answer.session_token == cjson.null then answer.session_token = nil end
  return answer
end

describe("credentials in the same situation as botocore", function()
  if not python or python == "" then
    io.stderr:write("\nSKIPPED: spec/aws/credentials_parity_spec.lua needs AWS_CLIENTS_PYTHON, ",
      "the path of a python with botocore\n")
    pending "not compared: AWS_CLIENTS_PYTHON names no python that has botocore"
    return
  end

  local folder, server, port, answers

  setup(function()
    folder = journey.folder()
    local asked = {}
    for i, situation in ipairs(situations) do asked[i] = for_python(situation, ("%s/b%d"):format(folder, i)) end
    journey.write(folder .. "/asked", cjson.encode(asked))
    -- It serves until its standard input, a pipe that nothing is written to, is closed.
    assert(os.execute(("mkfifo '%s/stop' '%s/answer'"):format(folder, folder)))
    os.execute(("'%s' spec/support/aws_credentials.py '%s/asked' <'%s/stop' >'%s/answer' 2>'%s/log' &"):format(python,
      folder,
      folder, folder, folder))
    server = assert(io.open(folder .. "/stop", "w"))
    local line = assert(io.open(folder .. "/answer")):read "*l"
    if not line then error(io.open(folder .. "/log"):read "*a") end
    local read = cjson.decode(line)
    port, answers = read.port, read.answers
  end)

  teardown(function()
    if server then server:close() end
    journey.clean()
  end)

  local text = assert(io.open "docs/credentials.md"):read "*a"

  for i, situation in ipairs(situations) do
    it("are the same, or argued: " .. situation.name, function()
      local why = answers[i].error
      local theirs = plain(answers[i])
      local mine = ours(situation, ("%s/o%d"):format(folder, i), ("http://127.0.0.1:%d/%d"):format(port, i - 1))
      local code = mine.error
      mine = plain(mine)
      if situation.differs then
        assert.are_not.same(theirs, mine)
        assert(text:find("**" .. situation.differs, 1, true), "docs/credentials.md does not argue it")
      else
        assert.same(theirs, mine, ("botocore %s, here %s"):format(tostring(why), tostring(code)))
      end
    end)
  end
end)

-- credential_process: its limits, what is told of it; and the question for a code at the terminal.
local core = require "ecs_service.core"
local credentials = require "ecs_service.credentials"
local journey = require "support.journey"

local interpreter = os.getenv "ECS_TEST_LUA" or (rawget(_G, "jit") and "luajit" or "lua5.4")

after_each(journey.clean)

local function keys_of(script, options)
  local home = journey.folder()
  journey.write(home .. "/keys", script)
  journey.write(home .. "/config", "[default]\ncredential_process = sh '" .. home .. "/keys' one 'two three'\n")
  journey.environment { AWS_CONFIG_FILE = home .. "/config", AWS_SHARED_CREDENTIALS_FILE = home .. "/none" }
  local provider = assert(credentials.new(options or {}))
  return provider:get(core.system.time())
end

local GOOD = [[echo '{"Version":1,"AccessKeyId":"A'$#'","SecretAccessKey":"S"}']]

describe("credential_process", function()
  it("gets its words without a shell, and its answer is taken when it ends well", function()
    local keys = assert(keys_of(GOOD))
    assert.same({ "A2", "custom-process" }, { keys.access_key_id, keys.source })
  end)

  it("that does not end in time is ended, and what it said by then is told", function()
    local began = core.system.monotonic()
    local keys, err = keys_of("echo waiting for a browser >&2; exec sleep 600", { credential_process_timeout = 0.3 })
    assert.is_nil(keys)
    assert.equal("CredentialProcessFailed", err.code)
    assert.truthy(err.message:find("did not end within", 1, true))
    assert.truthy(err.message:find("waiting for a browser", 1, true))
    assert.truthy(err.hint:find("credential_process_timeout", 1, true))
    assert.truthy(core.system.monotonic() - began < 60)
  end)

  it("that does not end in time is ended at once, not when the collector comes round", function()
    local path = os.tmpname()
    collectgarbage "stop"
    local keys = keys_of(("echo $$ >'%s'; exec sleep 600"):format(path), { credential_process_timeout = 0.3 })
    local pid = tonumber(journey.read(path))
    local lives = os.execute(("kill -0 %d 2>/dev/null"):format(pid))
    collectgarbage "restart"
    os.remove(path)
    assert.is_nil(keys)
    assert.is_false(lives == true or lives == 0)
  end)

  it("that prints more than a megabyte is ended", function()
    local keys, err = keys_of "exec head -c 3000000 /dev/zero"
    assert.is_nil(keys)
    assert.truthy(err.message:find("more than a megabyte", 1, true))
  end)

  it("that fails is told with its status and what it said, without what looks like a key, and on one line", function()
    local keys, err = keys_of [[echo no >&2; echo 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' >&2; exit 7]]
    assert.is_nil(keys)
    assert.truthy(err.message:find("ended with status 7: no (hidden)", 1, true), err.message)
    keys, err = keys_of "kill -TERM $$"
    assert.is_nil(keys)
    assert.truthy(err.message:find("was ended by signal 15", 1, true))
    keys, err = keys_of "yes word | head -c 5000 >&2; exit 1"
    assert.is_nil(keys)
    assert.truthy(#err.message < 1200)
  end)

  it("may have an output that is as long as a pipe is not, and say something meanwhile", function()
    local keys = assert(keys_of([[head -c 200000 /dev/zero | tr '\0' ' '; head -c 200000 /dev/zero >&2; ]]
      .. GOOD))
    assert.equal("A2", keys.access_key_id)
  end)

  it("that is not there is an error that names it", function()
    local home = journey.folder()
    journey.write(home .. "/config", "[default]\ncredential_process = /nowhere/keys --flag\n")
    journey.environment { AWS_CONFIG_FILE = home .. "/config", AWS_SHARED_CREDENTIALS_FILE = home .. "/none" }
    local keys, err = assert(credentials.new {}):get(core.system.time())
    assert.is_nil(keys)
    assert.truthy(err.message:find("/nowhere/keys", 1, true))
  end)
end)

describe("a question at the terminal", function()
  local function ask(command)
    local folder = journey.folder()
    journey.write(folder .. "/ask.lua", [[
local core = require "ecs_service.core"
local text, message = core.system.ask_hidden "MFA code: "
print("answer=" .. tostring(text) .. " " .. tostring(message))]])
    local pipe = assert(io.popen(command:gsub("ASK", "'" .. interpreter .. "' '" .. folder .. "/ask.lua'") .. " 2>&1"))
    local text = pipe:read "*a"
    pipe:close()
    return text
  end

  it("shows nothing of what is typed", function()
    -- What is typed before the question is thrown away, so it is typed when the question is there.
    local text = ask [=[python3 -c '
import os, pty, shlex, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execvp("sh", ["sh", "-c", sys.argv[1]])
seen, typed = b"", False
while True:
    try:
        piece = os.read(terminal, 1000)
    except OSError:
        break
    if not piece:
        break
    seen += piece
    if not typed and b"MFA code: " in seen:
        os.write(terminal, b"739518\n")
        typed = True
sys.stdout.write(seen.decode())
' "ASK </dev/null"]=]
    assert.truthy(text:find("answer=739518", 1, true), text)
    local _, times = text:gsub("739518", "")
    assert.equal(1, times, text)
  end)

  it("is an answer of its own where there is no terminal", function()
    local text = ask "setsid -w ASK </dev/null"
    assert.truthy(text:find("answer=nil there is no terminal to ask at", 1, true), text)
  end)
end)

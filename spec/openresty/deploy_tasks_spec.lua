-- Declared tasks through the gate of the example, and what is told of them and of what failed. nginx runs LuaJIT: with
-- its build only.
local example = require "support.deploy_example"
local json = require "ecs_service.util.json"
local nginx = require "support.nginx"

if not rawget(_G, "jit") then return end

local SECRET = "correct-horse-battery"

local SCRIPT = [[
local stack = assert(require("ecs_service").stack { state = "shop.state.json" })
local web = stack:service("web", { name = "web", cluster = "default", task_definition = "web:1", desired_count = 1,
  wait_for_steady_state = true })
stack:task("migrate", { cluster = "default", task_definition = "migrate:1", run = "manual" })
stack:task("break", { cluster = "default", task_definition = "migrate:2", before = { web }, run = "%s" })
return stack
]]

describe("the deploy gate", function()
  local it_runs

  local function script(mode) nginx.write(it_runs.folder .. "/stacks/shop.lua", SCRIPT:format(mode)) end

  setup(function()
    it_runs = example.start(20)
    script "manual"
  end)

  teardown(function() if it_runs then it_runs:stop() end end)

  local function refuses(code, status, answer, got)
    assert.equal(status, got)
    assert.equal(code, answer.error.code)
  end

  -- The documents of a run, by type.
  local function documents(body)
    local found = { log = {}, task = {}, result = {} }
    for line in body:gmatch "[^\n]+" do
      local one = assert(json.decode(line), line)
      table.insert(assert(found[one.type], line), one)
    end
    assert.equal(1, #found.result, body)
    return found
  end

  it("takes the name of a declared task and nothing else from a request", function()
    for _, more in ipairs { { command = { "sh" } }, { env = { A = "b" } }, { overrides = {} }, { cluster = "other" },
                            { task_definition = "web:1" }, { count = 9 }, { container = "x" } } do
      more.action, more.task = "run", "migrate"
      local answer, status = it_runs:gate(more)
      refuses("BadRequest", 400, answer, status)
    end
    for _, name in ipairs { "web", "service.web", "default/web", "migrate:1", "", "../migrate", { "migrate" }, 7 } do
      local answer, status = it_runs:gate { action = "run", task = name }
      refuses("NotDeclared", 404, answer, status)
    end
    local answer, status = it_runs:gate { action = "run" }
    refuses("NotDeclared", 404, answer, status)
    assert.equal("its tasks: break, migrate", answer.error.hint)
    answer, status = it_runs:ask("/deploy/shop", { action = "run", task = "migrate" })
    refuses("NotSigned", 401, answer, status)
    answer, status = it_runs:gate { action = "run", task = "migrate", logs = "no" }
    refuses("BadRequest", 400, answer, status)
  end)

  it("runs a declared task, sends on what it does and writes at once, and answers others meanwhile", function()
    local _, answered = it_runs:begin { action = "run", task = "migrate" }
    local function comes(kind)
      nginx.eventually("no " .. kind .. " is sent", function() return answered():find('"type":"' .. kind, 1, true) end)
    end
    comes "task"
    local shown = it_runs:gate {}
    assert.truthy(shown.digest)
    local answer, status = it_runs:gate { action = "run", task = "break" }
    refuses("Running", 409, answer, status)
    assert.equal("the task migrate of shop is running, begun by gate", answer.error.message)
    answer, status = it_runs:gate { action = "apply", confirm = shown.digest }
    refuses("Running", 409, answer, status)
    assert.is_nil(answered():find('"type":"result"', 1, true)) -- what has come was sent before the end
    comes "result"
    local found = documents(answered())
    assert.is_true(found.result[1].ok)
    assert.equal(0, found.result[1].result.exit_code)
    assert.equal("STOPPED", found.task[#found.task].status)
    assert.same({ "opening the database with (sensitive)", "3 migrations" }, { found.log[1].text, found.log[2].text })
    assert.is_nil(answered():find(SECRET, 1, true))
  end)

  it("waits for a task to its end without its client, or lets go of it when it was asked to", function()
    local headers = it_runs:sign_in()
    local function latest() return it_runs:board(headers).stacks[1].run end
    for _, cancels in ipairs { true, false } do
      local pid, answered = it_runs:begin { action = "run", task = "break", cancel_when_gone = cancels, logs = false }
      nginx.eventually("nothing is sent", function() return answered():find('"type":"task"', 1, true) end)
      os.execute("kill " .. pid)
      nginx.eventually("it does not end", function() return latest().state ~= "running" end)
      assert.equal(cancels and "Interrupted" or "TaskFailed", latest().error.code)
    end
    local run = latest()
    assert.same({ task = "break", by = "gate" }, { task = run.task, by = run.by })
    -- Of what it wrote nothing is read where logs are not wanted.
    assert.same({}, run.written)
    for _, line in ipairs(run.lines) do assert.truthy(line.text:find "^the task %x+: %u+$", line.text) end
  end)

  it("is asked for a task from a shell, which ends as the task does", function()
    local function deploy(arguments)
      local pipe = assert(io.popen(("DEPLOY_URL=%s DEPLOY_KEY=%s sh examples/openresty/deploy %s 2>&1; echo exit $?")
        :format(it_runs.url, example.GATE_KEY, arguments)))
      local text = pipe:read "*a"
      pipe:close()
      return text
    end
    local text = deploy "run shop break"
    assert.truthy(text:find("migrate  no such table: <orders>\n", 1, true), text)
    assert.truthy(text:find "exit 3\n$", text)
    text = deploy "run shop drop"
    assert.truthy(text:find "NotDeclared.*exit 125\n$", text)
  end)

  it("tells the page and the answer of an apply what failed, why, and what it wrote last, without secrets", function()
    script "on_change"
    local shown = it_runs:gate {}
    assert.equal("task.break", shown.changes[1].address)
    local answer, status = it_runs:gate { action = "apply", confirm = shown.digest }
    assert.equal(502, status)
    local of_task = answer.error.errors[1]
    assert.same({ "TaskFailed", 3 }, { of_task.code, of_task.exit_code })
    assert.same({ "opening the database with (sensitive)", "no such table: <orders>" },
      { of_task.logs[1].text, of_task.logs[2].text })
    local board, text = it_runs:board(it_runs:sign_in())
    local run = board.stacks[1].run
    assert.equal("failed", run.state)
    assert.equal("the container migrate ended with exit code 3", run.causes[1].summary)
    assert.same({ "task.break", 3, "no such table: <orders>" },
      { run.written[1].service, run.written[1].exit_code, run.written[1].lines[2].text })
    assert.is_nil(text:find(SECRET, 1, true))
    assert.is_nil(text:find "[<>]")
    -- The state knows how the last run of a task went, whoever began it.
    local headers, task = it_runs:sign_in(), nil
    nginx.eventually("the page does not show the task", function()
      for _, one in ipairs(it_runs:board(headers).stacks[1].services) do
        -- A look between the record of the end and that of its cause shows the former alone.
        if one.address == "task.break" and one.written then task = one end
      end
      return task
    end)
    assert.same({ "task", "FAILED", 3, "migrate:2" }, { task.kind, task.status, task.exit_code, task.revision })
    assert.equal("opening the database with (sensitive)", task.written.lines[1].text)
    assert.equal("the container migrate ended with exit code 3", task.causes[1].summary)
  end)

  it("leaves nothing in nginx's error log", function()
    assert.equal("", it_runs:log())
  end)
end)

-- The dashboard in a real browser, from a click to the steady state. With LuaJIT's build only, as nginx is. With
-- ECS_TEST_PICTURES=FOLDER it leaves pictures of the page there, for people.
local browser = require "support.browser"
local example = require "support.deploy_example"

if not rawget(_G, "jit") then return end

local pictures = os.getenv "ECS_TEST_PICTURES"

describe("the dashboard in a browser", function()
  local it_runs, page

  setup(function()
    it_runs = example.start(20)
    it_runs:declare { web = "web:1", worker = "worker:1" }
    page = browser.start()
    page:look(1280, 800)
    page:open(it_runs.url .. "/")
  end)

  teardown(function()
    if page then page:close() end
    if it_runs then it_runs:stop() end
  end)

  -- What a person sees of the whole page.
  local function sees(text) return ("document.body.innerText.includes(%q)"):format(text) end

  local function tab_to(expression)
    for _ = 1, 20 do
      if page:run("return Boolean(document.activeElement && " .. expression .. ")") then return end
      page:press "tab"
    end
    error("no way leads there by the Tab key: " .. expression)
  end
  local function has_focus(id) return "document.activeElement.id === '" .. id .. "'" end

  local SIZES = { { 390, 844 }, { 1280, 800 }, { 2560, 1440 } }

  -- Nothing sticks out at the side, wherever the page is looked at.
  local function fits(name)
    for _, size in ipairs(SIZES) do
      for _, dark in ipairs { false, true } do
        page:look(size[1], size[2], dark)
        assert.is_true(page:run "return document.documentElement.scrollWidth <= window.innerWidth",
          name .. " is too wide at " .. size[1])
        if pictures then
          local file = assert(io.open(("%s/%s-%d-%s.png.base64"):format(pictures, name, size[1],
            dark and "dark" or "light"), "w"))
          file:write(page:picture())
          file:close()
        end
      end
    end
    page:look(1280, 800)
  end

  it("asks for its key, and says so when it is the wrong one", function()
    page:await(has_focus "key")
    page:press("wrong", "enter")
    page:await(sees "this is not the key")
    fits "sign-in"
  end)

  it("is signed in, plans and applies with nothing but the keyboard", function()
    page:run "document.getElementById('key').value = ''"
    page:press(example.DASHBOARD_KEY, "enter")
    page:await(sees "not there")
    tab_to "document.activeElement.matches('button.plan')"
    page:press "enter"
    page:await "document.getElementById('plan').open"
    page:await(has_focus "plan-title")
    page:press "escape"
    page:await "!document.getElementById('plan').open && document.activeElement.matches('button.plan')"
    page:press "enter"
    page:await("document.getElementById('plan').open && " .. sees "2 to create")
    assert.is_true(page:run("return " .. sees '"web:1"'))
    assert.is_true(page:run("return " .. sees "rollout: "))
    assert.is_false(page:run("return " .. sees "known after apply"))
    fits "plan-create"
    tab_to(has_focus "plan-confirm")
    page:press "enter"
    page:await(sees "done in")
    page:await "document.querySelectorAll('main .badge.good').length === 2"
    page:await(sees "2 of 2 tasks running")
    fits "steady"
  end)

  it("shows what would change, and the old tasks beside the new ones while it does", function()
    it_runs:declare { web = "web:2", worker = "worker:1" }
    page:run "document.querySelector('button.plan').click()"
    page:await("document.getElementById('plan').open && " .. sees "starts a deployment")
    assert.same({ "task_definition", '"web:1"', '"web:2"' }, page:run [[
      const row = document.querySelector("#plan tbody tr");
      return [row.children[0].firstChild.data, row.children[1].textContent, row.children[2].textContent];]])
    fits "plan-update"
    page:run "document.getElementById('plan-confirm').click()"
    page:await "document.querySelector('.rollouts .old progress')"
    assert.is_true(page:run("return " .. sees "an apply is running"))
    fits "rollout"
    page:await(sees "done in")
  end)

  it("shows why a deployment failed", function()
    it_runs:declare { web = "web:2", worker = "worker:13" }
    page:run "document.querySelector('button.plan').click()"
    page:await("document.getElementById('plan').open && " .. sees '"worker:13"')
    page:run "document.getElementById('plan-confirm').click()"
    page:await(sees "failed after", 40)
    page:await "document.querySelector('.run .causes li')"
    local told = page:run "return document.querySelector('.run .causes').innerText"
    assert.truthy(told:find("the image cannot be pulled", 1, true), told)
    fits "failed"
  end)

  it("shows a failure while others of the run go on, by whom it was begun, and its newest lines", function()
    local lines = {}
    for i = 1, 60 do lines[i] = ('{ at: %d, text: "line %d" }'):format(72000 + i, i) end
    local board = ([[board({ stacks: [{ name: "s", services: [], at: 1, run: { id: "r", state: "running", began: 1,
      by: "Ada (dashboard)", failures: [{ service: "worker", message: "it broke" }], lines: [%s] } }] })]]):format(
      table.concat(lines, ","))
    page:run("stream.close(); " .. board .. "; document.querySelector('.run details').open = true")
    page:await(sees "worker has failed: it broke")
    assert.equal("line 60", page:run "return document.querySelector('.run .latest').innerText")
    assert.is_true(page:run("return " .. sees "Latest apply, by Ada (dashboard)"))
    assert.is_true(page:run "return document.querySelector('.run').matches('.failing')")
    local SCROLLED = "const l = document.querySelector('.run .lines');"
      .. " return l.scrollHeight - l.scrollTop - l.clientHeight"
    page:await "document.querySelector('.run .lines').scrollTop > 0"
    assert.is_true(page:run(SCROLLED .. " < 40"))
    page:run("document.querySelector('.run .lines').scrollTop = 0; " .. board) -- who reads further up is left alone
    assert.equal(0, page:run "return document.querySelector('.run .lines').scrollTop")
    local time = page:run "return document.querySelector('.run .lines time').textContent"
    assert.truthy(time:find "^%d%d:%d%d:%d%d$", time)
    page:run "listen()"
    page:await(sees "failed after", 40)
  end)

  it("refuses a plan that has changed while somebody looked at it", function()
    it_runs:declare { web = "web:3", worker = "worker:1" }
    page:run "document.querySelector('button.plan').click()"
    page:await("document.getElementById('plan').open && " .. sees '"web:3"')
    it_runs:declare { web = "web:4", worker = "worker:1" }
    page:run "document.getElementById('plan-confirm').click()"
    page:await(sees "what would be done is not what was confirmed")
  end)

  it("shows markup of others as text", function()
    local markup = "<img src=x onerror=document.title=1><b>bold</b>"
    page:run(([[stream.close(); board({ stacks: [{ name: %q, problem: { message: %q }, run: { state: "failed", by: %q,
      began: 1, ended: 2, error: { message: %q }, causes: [{ summary: %q, hint: %q }], lines: [{ at: 1, text: %q }],
      failures: [{ service: %q, message: %q }], written: [{ service: %q, note: %q, lines: [{ at: 1, text: %q }] }] },
      services: [{ address: %q, name: %q, cluster: %q, status: "ACTIVE", desired: 1, running: 0,
        deployments: [{ status: "PRIMARY", task_definition: %q, desired: 1, running: 0, failed: 1,
          rollout_state: "FAILED", reason: %q }],
        events: [{ at: 1, message: %q }], causes: [{ summary: %q, hint: %q }],
        written: { note: %q, lines: [{ at: 1, text: %q }] } }] }] });
      planned(%q, { digest: "", confirmation: "", summary: {}, changes: [{ address: %q, action: %q, service: %q,
        cluster: %q, command: %q, reason: %q, rollout: %q, rows: [{ path: %q, before: %q, after: %q }] }],
        warnings: [{ path: %q, message: %q }] });
      ]]):gsub("%%q", (("%q"):format(markup):gsub("%%", "%%%%"))))
    assert.equal(0, page:run "return document.querySelectorAll('main img, main b, dialog img, dialog b').length")
    assert.equal("Deployments", page:run "return document.title")
    assert.is_true(page:run(("return document.querySelector('#stacks').textContent.split(%q).length > 16")
      :format(markup)))
    fits "markup"
  end)

  it("shows what was written last by what failed, a task that was run, and what a plan runs", function()
    page:run [[stream.close(); board({ stacks: [{ name: "s", at: 1, run: { id: "r", state: "failed", by: "gate",
      task: "migrate", began: 1, ended: 8, error: { message: "it broke" }, lines: [], causes: [],
      written: [{ service: "task.migrate", exit_code: 3, lines: [{ at: 1, text: "no such table" },
        { at: 2, text: "x\u001b[2J\u202Ey" }] }] },
      services: [{ address: "web", name: "web", cluster: "c", status: "ACTIVE", desired: 1, running: 0, deployments: [],
        events: [], causes: [{ summary: "why" }], written: { note: "it wrote no logs", lines: {} } },
        { kind: "task", address: "task.migrate", status: "FAILED", revision: "api:2", exit_code: 3, took: 12,
          causes: [] },
        { kind: "task", address: "task.tidy", status: "NEVER_RUN", causes: {} }] }] });
      planned("s", { digest: "", confirmation: "", summary: { run: 1, register: 2, create: 1 }, warnings: [],
        changes: [{ address: "task.migrate", action: "run", command: "bin/migrate --all", reason: "it is new" }] })]]
    assert.equal("Task migrate, by gate", page:run "return document.querySelector('.run h3').textContent")
    assert.same({ "task.migrate, exit 3: what it wrote last", "no such table", "x\\u{1B}[2J\\u{202E}y" }, page:run [[
      return [...document.querySelectorAll(".run .written p, .run .written span")].map((one) => one.textContent)]])
    assert.equal("it wrote no logs", page:run "return document.querySelector('.service .written').textContent")
    assert.equal("1 to create, 2 to register, 1 to run",
      page:run "return document.getElementById('plan-summary').textContent")
    assert.same({ "task.migraterun", "bin/migrate --all", "it is new" },
      page:run "return [...document.querySelectorAll('#plan .change > *')].map((one) => one.textContent)")
    assert.equal("1 service", page:run "return document.querySelector('.age').textContent")
    assert.same({ "task.migrate", "failed", "api:2, exit 3, after 12 s", "task.tidy", "not run yet", "" }, page:run [[
      return [...document.querySelectorAll(".service")].slice(1).flatMap((one) =>
        [...one.querySelectorAll("h3, .badge, .place")].map((part) => part.textContent))]])
    fits "written"
  end)

  it("shows the stage of a deployment that shifts traffic, its hooks, and which target group serves", function()
    page:run [[stream.close(); board({ stacks: [{ name: "shop", services: [{ address: "web", name: "web",
      cluster: "prod", status: "ACTIVE", desired: 2, running: 4, deployments: [], events: [], causes: [],
      stage: { strategy: "CANARY", stage: "PRODUCTION_TRAFFIC_SHIFT", production_weight: 10, bake_seconds: 60,
        hooks: [{ name: "smoke", status: "SUCCEEDED" }, { name: "go", status: "AWAITING_ACTION" }] },
      traffic: [{ task_definition: "web:2", weight: 10, target_groups: ["green"] },
        { task_definition: "web:1", weight: 90, target_groups: ["blue"] }] }] }] })]]
    assert.same({ "canary 10 %, baking; hook smoke: succeeded; hook go: waits for a decision", "waits for a decision",
      "10 % of the traffic: web:2 by green", "90 % of the traffic: web:1 by blue" },
      page:run [[return [".stage", ".service .badge", ".traffic li:first-child", ".traffic li:last-child"]
        .map((one) => document.querySelector(one).textContent)]])
    fits "stages"
  end)

  it("shows values as a declaration has them, and marks that turn the text around as their numbers", function()
    page:run [[planned("s", { digest: "", confirmation: "", summary: {}, warnings: [], changes: [{ address: "a\u202Eb",
      action: "update", rows: [
        { path: "one", before: false, after: [{ field: "cpu", "a b": 2 }] },
        { path: "two", before: {}, after: "arn:x/\"y\"" },
        { path: "three", before: null, known_after_apply: true },
        { path: "four", sensitive: true } ] }] })]]
    assert.same({ "one", "false", '{ { field = "cpu", ["a b"] = 2 } }', "two", "{}", '"arn:x/\\"y\\""', "three", "",
      "(known after apply)", "four", "", "(sensitive value)" },
      page:run "return [...document.querySelectorAll('#plan tbody tr > *')].map((cell) => cell.textContent)")
    assert.equal("a\\u{202E}b", page:run "return document.querySelector('#plan h3 span').textContent")
  end)

  it("is told to browsers in roles and names", function()
    assert.equal(0, page:run [[return [...document.querySelectorAll("progress")]
      .filter((one) => !one.getAttribute("aria-label")).length]])
    assert.equal(0, page:run [[return [...document.querySelectorAll("button, summary")]
      .filter((one) => !one.textContent.trim()).length]])
    assert.equal("plan-title", page:run "return document.querySelector('dialog').getAttribute('aria-labelledby')")
    assert.equal("en", page:run "return document.documentElement.lang")
  end)

  it("is signed out, and knows nothing more", function()
    page:run "document.getElementById('sign-out').click()"
    page:await(has_focus "key")
    assert.equal("", page:run "return document.getElementById('stacks').textContent")
    page:run(("location.hash = %q"):format(example.DASHBOARD_KEY)) -- into the page that is shown already
    page:await "document.querySelector('button.plan')"
    assert.equal("", page:run "return location.hash")
    page:run "document.getElementById('sign-out').click()"
    page:await(has_focus "key")
    page:open "about:blank"
    page:open(it_runs.url .. "/#" .. example.DASHBOARD_KEY)
    page:await "document.querySelector('button.plan')"
    assert.equal("", page:run "return location.hash")
  end)

  it("leaves nothing in nginx's error log", function()
    assert.equal("", it_runs:log())
  end)
end)

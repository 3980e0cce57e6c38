-- The gate and the server's side of the dashboard, over plain HTTP. nginx runs LuaJIT: with its build only.
local core = require "ecs_service.core"
local example = require "support.deploy_example"
local nginx = require "support.nginx"

if not rawget(_G, "jit") then return end

describe("the deploy gate", function()
  local it_runs

  setup(function()
    it_runs = example.start(20)
    it_runs:declare { web = "web:1" }
  end)

  teardown(function() if it_runs then it_runs:stop() end end)

  local function refuses(code, status, answer, got)
    assert.equal(status, got)
    assert.equal(code, answer.error.code)
  end

  it("refuses what is not signed, or signed for something else", function()
    local answer, status = it_runs:ask("/deploy/shop", {})
    refuses("NotSigned", 401, answer, status)
    for _, changed in ipairs { { key = ("x"):rep(40) }, { path = "/deploy/other" }, { body = '{"action":"apply"}' },
                               { time = ("%d"):format(core.system.time() - 301) },
                               { time = ("%d"):format(core.system.time() + 360) }, { nonce = "short" } } do
      answer, status = it_runs:gate({}, changed)
      refuses("NotSigned", 401, answer, status)
    end
  end)

  it("refuses what was signed for another host, or before it was started", function()
    local answer, status = it_runs:gate({}, { host = "other.example" })
    refuses("NotSigned", 401, answer, status)
    -- Well within the time that a clock may be off: a request that was seen before a restart.
    answer, status = it_runs:gate({}, { time = ("%d"):format(core.system.time() - 200) })
    refuses("NotSigned", 401, answer, status)
    assert.truthy(answer.error.message:find("before this server was started", 1, true))
  end)

  it("takes a signed request once", function()
    local changed = { nonce = "0123456789abcdef", time = ("%d"):format(core.system.time()) }
    local answer, status = it_runs:gate({}, changed)
    assert.equal(200, status)
    assert.equal(1, answer.summary.create)
    answer, status = it_runs:gate({}, changed)
    refuses("Replayed", 409, answer, status)
  end)

  it("applies the plan that was shown, and no other", function()
    local shown = it_runs:gate {}
    local answer, status = it_runs:gate { action = "apply" }
    refuses("BadRequest", 400, answer, status)
    it_runs:declare { web = "web:2" }
    answer, status = it_runs:gate { action = "apply", confirm = shown.digest }
    refuses("PlanChanged", 409, answer, status)
    shown = it_runs:gate {}
    answer, status = it_runs:gate { action = "apply", confirm = shown.digest }
    assert.equal(200, status)
    assert.equal(1, answer.summary.create)
    assert.is_true(it_runs:gate({}).empty)
  end)

  it("is asked from a shell by examples/openresty/deploy", function()
    local function deploy(arguments, key)
      local pipe = assert(io.popen(("DEPLOY_URL=%s DEPLOY_KEY=%s sh examples/openresty/deploy %s 2>&1"):format(
        it_runs.url, key or example.GATE_KEY, arguments)))
      local text = pipe:read "*a"
      pipe:close()
      return text
    end
    local digest = it_runs:gate({}).digest
    local shown = deploy "plan shop"
    assert.equal(digest, shown:match "(%x+)\n$", shown)
    assert.truthy(deploy("apply shop " .. ("0"):rep(64)):find("PlanChanged", 1, true))
    assert.truthy(deploy("plan shop", ("x"):rep(40)):find("NotSigned", 1, true))
    assert.truthy(deploy("apply shop"):find("deploy apply NAME DIGEST", 1, true))
  end)

  it("answers wrong questions with what is wrong", function()
    local answer, status = it_runs:gate { action = "destroy" }
    refuses("BadRequest", 400, answer, status)
    answer, status = it_runs:ask "/deploy/shop"
    refuses("WrongMethod", 405, answer, status)
    it_runs:declare { web = "no task definition\1" }
    answer, status = it_runs:gate {}
    refuses("ValidationFailed", 422, answer, status)
    nginx.write(it_runs.folder .. "/stacks/shop.lua", "this is no Lua")
    answer = it_runs:gate {}
    assert.equal("BadScript", answer.error.code)
    it_runs:declare { web = "web:2" }
  end)

  describe("the dashboard's server", function()
    local function plan(headers) return it_runs:ask("/dashboard/plan/shop", {}, headers) end

    it("gives a session for the key alone, in a cookie that scripts and other sites do not get", function()
      local answer, status = it_runs:ask("/dashboard/session", { key = "wrong" })
      refuses("NotSignedIn", 401, answer, status)
      local _, cookie = it_runs:sign_in()
      assert.truthy(cookie:find("HttpOnly; SameSite=Strict", 1, true))
      local page, _, headers = it_runs:ask "/"
      assert.truthy(page:find("<title>", 1, true))
      assert.truthy(headers["content-security-policy"]:find("default-src 'none'; script-src 'self'", 1, true))
    end)

    it("tells nothing and does nothing without a session", function()
      for _, path in ipairs { "/dashboard/events", "/dashboard/session" } do
        local answer, status = it_runs:ask(path)
        refuses("NotSignedIn", 401, answer, status)
      end
      local answer, status = plan { Cookie = "ecs_dashboard=" .. ("a"):rep(32) .. ".9999999999." .. ("b"):rep(64) }
      refuses("NotSignedIn", 401, answer, status)
    end)

    it("refuses what another site's page could send", function()
      local good = it_runs:sign_in()
      local answer, status = plan { Cookie = good.Cookie }
      refuses("Forbidden", 403, answer, status)
      answer, status = plan { Cookie = good.Cookie, ["X-Token"] = ("0"):rep(64) }
      refuses("Forbidden", 403, answer, status)
      answer, status = plan { Cookie = good.Cookie, ["X-Token"] = good["X-Token"], Origin = "https://evil.example" }
      refuses("Forbidden", 403, answer, status)
      answer, status = plan { Cookie = good.Cookie, ["X-Token"] = good["X-Token"], ["Sec-Fetch-Site"] = "cross-site" }
      refuses("Forbidden", 403, answer, status)
      assert.equal(200, select(2, plan(good)))
    end)

    it("ends a session for whoever has its cookie", function()
      local headers = it_runs:sign_in()
      assert.equal(200, select(2, plan(headers)))
      assert.equal(200, select(2, it_runs:ask("/dashboard/session", { sign_out = true }, headers)))
      local answer, status = plan(headers)
      refuses("NotSignedIn", 401, answer, status)
      answer, status = it_runs:ask("/dashboard/session", nil, { Cookie = headers.Cookie })
      refuses("NotSignedIn", 401, answer, status)
      assert.equal(200, select(2, plan(it_runs:sign_in())))
    end)

    it("does not count a page that only asks whether it is signed in", function()
      for _ = 1, 60 do
        assert.equal(401, select(2, it_runs:ask "/dashboard/session"))
      end
      it_runs:sign_in()
    end)

    it("takes a confirmation for its plan and session, once", function()
      it_runs:declare { web = "web:3" }
      local headers, other = it_runs:sign_in(), it_runs:sign_in()
      local shown = plan(headers)
      local function apply(who, digest, confirmation)
        return it_runs:ask("/dashboard/apply/shop", { digest = digest, confirmation = confirmation }, who)
      end
      local answer, status = apply(headers, ("0"):rep(64), shown.confirmation)
      refuses("Forbidden", 403, answer, status)
      answer, status = apply(other, shown.digest, shown.confirmation)
      refuses("Forbidden", 403, answer, status)
      answer, status = apply(headers, shown.digest, nil)
      refuses("BadRequest", 400, answer, status)
      assert.equal(200, select(2, apply(headers, shown.digest, shown.confirmation)))
      answer, status = apply(headers, shown.digest, shown.confirmation)
      refuses("Replayed", 409, answer, status)
      nginx.eventually("the apply does not end", function() return it_runs:gate({}).empty end)
    end)
  end)

  it("leaves nothing in nginx's error log", function()
    assert.equal("", it_runs:log())
  end)
end)

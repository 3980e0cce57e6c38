-- A headless Chromium for specs, driven over WebDriver (https://www.w3.org/TR/webdriver2/): commands in JSON over HTTP,
-- which chromedriver carries out.
local core = require "ecs_service.core"
local json = require "ecs_service.util.json"
local nginx = require "support.nginx"
local served = require "support.served"

local browser = {}

-- What a page may not depend on, and what would ask somebody in the network.
local ARGUMENTS = { "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage" }

-- Letters that stand for keys (WebDriver, "Keyboard actions").
browser.KEYS = { tab = "\238\128\132", enter = "\238\128\135", escape = "\238\128\140", shift = "\238\128\136" }

local Browser = {}
Browser.__index = Browser

local function command(url, method, document)
  local body, status = nginx.begin(url, { method = method, body = document and core.json(core.object(document)),
    headers = { ["Content-Type"] = "application/json" } })()
  local answer = assert(json.decode(body), body).value
  if status ~= 200 then error(tostring(answer.message), 2) end
  return answer
end

function Browser:send(path, document, method)
  return command(self.session .. path, method or document and "POST" or "GET", document)
end

--- Opens a page.
function Browser:open(url) self:send("/url", { url = url }) end

--- What a script answers: its text is the body of a function.
function Browser:run(script) return self:send("/execute/sync", { script = script, args = {} }) end

--- Waits until an expression is true of the page.
function Browser:await(expression, seconds)
  local ok, problem = pcall(nginx.eventually, "the page does not get so far: " .. expression, function()
    return self:run("return Boolean(" .. expression .. ")") == true
  end, seconds)
  if not ok then error(problem .. "\n" .. tostring(self:run "return document.body.innerText"), 2) end
end

--- Presses keys one after the other: names of browser.KEYS, or texts.
function Browser:press(...)
  local actions = {}
  for _, key in ipairs { ... } do
    for letter in (browser.KEYS[key] or key):gmatch "[%z\1-\127\194-\244][\128-\191]*" do
      actions[#actions + 1] = { type = "keyDown", value = letter }
      actions[#actions + 1] = { type = "keyUp", value = letter }
    end
  end
  self:send("/actions", { actions = { { type = "key", id = "keyboard", actions = actions } } })
end

local function devtools(self, cmd, params)
  return self:send("/goog/cdp/execute", { cmd = cmd, params = core.object(params) })
end

--- The size of the page in CSS pixels, and whether the person likes it dark.
function Browser:look(width, height, dark)
  devtools(self, "Emulation.setDeviceMetricsOverride", { width = width, height = height, deviceScaleFactor = 1,
    mobile = width < 600 })
  devtools(self, "Emulation.setEmulatedMedia", { features = {
    { name = "prefers-color-scheme", value = dark and "dark" or "light" } } })
end

--- The page as a picture, in base64 (PNG).
function Browser:picture() return self:send("/screenshot") end

function Browser:close()
  pcall(self.send, self, "", nil, "DELETE")
  os.execute(("kill %s 2>/dev/null; while kill -0 %s 2>/dev/null; do sleep 0.05; done; rm -rf '%s'"):format(self.pid,
    self.pid, self.folder))
end

--- Starts a driver and a browser with a new profile.
function browser.start()
  local folder = os.tmpname()
  os.remove(folder)
  assert(core.system.make_dir(folder))
  local port = served.free_port()
  local pid = nginx.run("chromedriver --port=" .. port, folder .. "/log")
  local url = "http://127.0.0.1:" .. port
  local self = setmetatable({ folder = folder, pid = pid }, Browser)
  local arguments = { "--user-data-dir=" .. folder .. "/profile" }
  for _, one in ipairs(ARGUMENTS) do arguments[#arguments + 1] = one end
  local ok, problem = pcall(function()
    nginx.eventually("chromedriver does not answer", function() return command(url .. "/status").ready end)
    local made = command(url .. "/session", "POST", { capabilities = { alwaysMatch = { browserName = "chrome",
      ["goog:chromeOptions"] = { args = arguments } } } })
    self.session = url .. "/session/" .. made.sessionId
  end)
  if not ok then
    os.execute(("kill %s; rm -rf '%s'"):format(pid, folder))
    error(problem, 2)
  end
  return self
end

return browser

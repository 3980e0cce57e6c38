--- For init_by_lua: reads the settings, and refuses to start with keys that could be guessed.
local LEAST = 32

local function key(name)
  local text = os.getenv(name) or ""
  if #text < LEAST then
    error(("%s has to be set to a secret of at least %d letters, e.g. of: openssl rand -hex 32"):format(name, LEAST), 0)
  end
  return text
end

local deploy = {}

-- Of the current folder, which is whoever's nginx was started in, nothing is run.
local function rooted(templates)
  local kept = {}
  for template in templates:gmatch "[^;]+" do
    if template:sub(1, 1) == "/" then kept[#kept + 1] = template end
  end
  return table.concat(kept, ";")
end

function deploy.start()
  package.path, package.cpath = rooted(package.path), rooted(package.cpath)
  require("deploy.gate").key = key "DEPLOY_KEY"
  require("deploy.session").key = key "DASHBOARD_KEY"
  local names = {}
  for name in (os.getenv "DEPLOY_STACKS" or ""):gmatch "[%w][%w_-]*" do names[#names + 1] = name end
  if #names == 0 then error("DEPLOY_STACKS has to list the stacks, names of files in stacks/ without .lua", 0) end
  local stacks, logs = require "deploy.stacks", os.getenv "DEPLOY_LOGS" or ""
  if logs ~= "" and logs ~= "on" and logs ~= "off" then error("DEPLOY_LOGS is on or off", 0) end
  stacks.names, stacks.logs = names, logs ~= "off"
  require "deploy.board" -- knows from now on when this server was started
end

--- For init_worker_by_lua: one worker looks after the services.
function deploy.start_worker()
  if ngx.worker.id() == 0 then
    require("ecs_service.openresty").spawn(require("deploy.watch").run)
  end
end

return deploy

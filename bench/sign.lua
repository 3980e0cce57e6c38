-- Signatures a second through Lua: lua bench/sign.lua SECONDS [NAME]  prints: NAME RATE
local core = require "ecs_service.core"

local seconds, name = tonumber(arg[1] or 1), arg[2] or "lua"
local request = {
  method = "POST",
  url = "https://ecs.eu-west-1.amazonaws.com/",
  headers = {
    ["Content-Type"] = "application/x-amz-json-1.1",
    ["X-Amz-Target"] = "AmazonEC2ContainerServiceV20141113.DescribeServices",
  },
  body = '{"cluster":"prod","include":["TAGS"],"services":["mongodb","web","worker"]}',
}
local credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" }
local options = { service = "ecs", region = "eu-west-1" }

local function rate(duration)
  local count, start = 0, core.system.monotonic()
  while true do
    for i = 1, 1000 do
      options.time = 1440938160 + i % 600
      core.sign(request, credentials, options)
    end
    count = count + 1000
    local spent = core.system.monotonic() - start
    if spent >= duration then
      return count / spent
    end
  end
end

rate(seconds / 10)
print(("%s %.0f"):format(name, rate(seconds)))

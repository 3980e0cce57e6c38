-- Read by the test runner before any spec. Every request that any test sends through a transport of ours is held
-- against the API's model (spec/support/shapes.lua); one that does not fit fails the test that sent it.
local cjson = require "cjson.safe"
local shapes = require "support.shapes"

-- A spec that sends a wrong body on purpose says so: _G.ECS_TEST_ANY_BODY = true, and nil again behind it.
local function check(request)
  local headers = type(request) == "table" and request.headers
  if type(headers) ~= "table" then
    return -- the transport says so itself
  end
  local target
  for name, value in pairs(headers) do
    if type(name) == "string" and name:lower() == "x-amz-target" then
      target = value
    end
  end
  local operation = target and (target:match("^AmazonEC2ContainerServiceV20141113%.(%w+)$")
    or target:match("^Logs_20140328%.(%w+)$"))
  if not operation or rawget(_G, "ECS_TEST_ANY_BODY") then
    return
  end
  local body = cjson.decode(request.body or "")
  if type(body) ~= "table" then
    error("the body of " .. operation .. " is no JSON object: " .. tostring(request.body), 0)
  end
  local problems = shapes.problems(operation, body)
  if #problems > 0 then
    error("a request does not fit the API's model:\n  " .. table.concat(problems, "\n  "), 0)
  end
end

local simulator = require "ecs_service.simulator"
local new_simulator = simulator.new
function simulator.new(...)
  local made = new_simulator(...)
  local submit = made.submit
  function made:submit(request)
    check(request)
    return submit(self, request)
  end
  return made
end

local curl = require "ecs_service.transport.curl"
local new_curl = curl.new
function curl.new(...)
  local real = new_curl(...)
  local proxy = {}
  setmetatable(proxy, {
    __index = function(_, name)
      local member = real[name]
      if type(member) ~= "function" then
        return member
      end
      return function(_, ...)
        if name == "submit" then
          check((...))
        end
        return member(real, ...)
      end
    end,
  })
  return proxy
end

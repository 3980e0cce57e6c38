--- A server and a transport in one process: whoever waits for one lets the other work.
local curl = require "ecs_service.transport.curl"
local httpd = require "ecs_service.httpd"

local support = {}

local pair = {}
pair.__index = pair

--- `handler(request)` returns status, headers, body, options as for server:reply, or nil to leave the request open.
--- The environment's proxies are left aside unless the options say something about them.
function support.pair(handler, options)
  options = options or {}
  options.no_proxy = options.no_proxy or "*"
  local server = assert(httpd.new {})
  return setmetatable({
    server = server,
    transport = curl.new(options),
    handler = handler,
    url = ("http://127.0.0.1:%d"):format(server:port()),
    seen = {},
    last_id = 0,
  }, pair)
end

--- Answers what has arrived at the server.
function pair:serve()
  local request = self.server:wait(0)
  while request do
    self.seen[#self.seen + 1] = request
    local status, headers, body, options = self.handler(request)
    if status or options then
      assert(self.server:reply(request.id, status, headers, body, options))
    end
    request = self.server:wait(0)
  end
end

--- Submits a request to the server; returns its id.
function pair:submit(request)
  self.last_id = self.last_id + 1
  request.id = request.id or self.last_id
  request.url = request.url or (self.url .. (request.path or "/"))
  request.path = nil
  assert(self.transport:submit(request))
  return request.id
end

--- The next completion; fails after two seconds.
function pair:next()
  for _ = 1, 400 do
    self:serve()
    local completion = self.transport:wait(0.005)
    if completion then
      return completion
    end
  end
  error("nothing came back", 2)
end

--- Sends one request and returns what came of it.
function pair:fetch(request)
  local id = self:submit(request)
  local completion = self:next()
  assert(completion.id == id)
  return completion
end

function pair:close()
  self.transport:close()
  self.server:close()
end

return support

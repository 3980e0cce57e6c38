--- TLS against a server that is not ours: `openssl s_server` with a certificate made for the occasion.
local core = require "ecs_service.core"
local curl = require "ecs_service.transport.curl"

local function shell(command)
  local ok = os.execute(command)
  assert(ok == true or ok == 0, "this failed: " .. command)
end

describe("TLS of the curl transport", function()
  local folder, server, pid, port

  --- A self-signed certificate for `name`, written to folder/name.pem and folder/name.key.
  local function certificate(name, alternative)
    shell(("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=%s "
      .. "-addext subjectAltName=%s -keyout %s/%s.key -out %s/%s.pem 2>/dev/null"):format(
      name, alternative, folder, name, folder, name))
  end

  local function start(name)
    server = assert(io.popen(("cd %s && echo $$ && exec openssl s_server -accept 127.0.0.1:0 -cert %s.pem -key %s.key "
      .. "-www 2>&1 </dev/null"):format(folder, name, name)))
    pid = assert(server:read "*n")
    for line in server:lines() do
      port = line:match "^ACCEPT .*:(%d+)$"
      if port then
        return
      end
    end
    error "openssl s_server did not start"
  end

  local function fetch(host, options)
    options.no_proxy = "*"
    local transport = curl.new(options)
    assert(transport:submit { id = 1, method = "GET", url = ("https://%s:%s/"):format(host, port) })
    local completion = transport:wait(5)
    transport:close()
    return assert(completion, "nothing came back")
  end

  setup(function()
    folder = os.tmpname()
    os.remove(folder)
    shell("mkdir -m 700 " .. folder)
    certificate("right", "IP:127.0.0.1")
    certificate("other", "DNS:ecs.example.invalid")
  end)

  after_each(function()
    if pid then
      os.execute("kill " .. pid)
      server:close()
      pid = nil
    end
  end)

  teardown(function()
    for _, name in ipairs { "right", "other" } do
      core.system.remove(folder .. "/" .. name .. ".pem")
      core.system.remove(folder .. "/" .. name .. ".key")
    end
    os.remove(folder)
  end)

  it("trusts a certificate from the bundle it was given", function()
    start "right"
    local completion = fetch("127.0.0.1", { ca_bundle = folder .. "/right.pem" })
    assert.is_nil(completion.error and completion.error.message)
    assert.equal(200, completion.status)
  end)

  it("refuses a certificate that nobody vouches for, before anything is sent", function()
    start "right"
    local err = fetch("127.0.0.1", {}).error
    assert.equal("tls", err.kind)
    assert.matches("certificate", err.message)
    assert.is_false(err.sent)
  end)

  it("refuses a certificate that was made out to someone else", function()
    start "other"
    local err = fetch("127.0.0.1", { ca_bundle = folder .. "/other.pem" }).error
    assert.equal("tls", err.kind)
    assert.is_false(err.sent)
  end)
end)

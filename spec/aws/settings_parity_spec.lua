-- The same situations for ecs-service and for botocore, in one Python process.
local cjson = require "cjson.safe"
local connection = require "ecs_service.aws.http_transport"
local endpoint = require "ecs_service.aws.endpoint"
local journey = require "support.journey"
local proxy = require "ecs_service.aws.proxy"
local region = require "ecs_service.aws.region"
local session = require "ecs_service.aws.session"
local settings = require "ecs_service.aws.settings"
local situations = require "support.settings_situations"
local user_agent = require "ecs_service.aws.user_agent"

local PYTHON = os.getenv "AWS_CLIENTS_PYTHON"
local KEYS = { access_key_id = "AKIDEXAMPLE", secret_access_key = "example" }
local ASKED = { "region", "url", "signing_region", "signing_name" }

-- What botocore answers, by the number of the situation.
local function botocore()
  local folder = journey.folder()
  local input, output = folder .. "/in.json", folder .. "/out.json"
  local list = {}
  for i, situation in ipairs(situations) do
    list[i] = { env = next(situation.env or {}) and situation.env or nil, files = situation.files,
      given = situation.given, service = situation.service }
  end
  journey.write(input, cjson.encode(list))
  local ran = os.execute(("'%s' spec/support/aws_settings.py <'%s' >'%s'"):format(PYTHON, input, output))
  assert(ran == 0 or ran == true, "botocore did not run")
  return cjson.decode(journey.read(output))
end

local function ours(situation)
  local folder, given, variables = journey.folder(), situation.given or {}, {}
  for _, name in ipairs { "config", "credentials" } do
    journey.write(folder .. "/" .. name, situation.files and situation.files[name] or "")
  end
  for name, value in pairs(situation.env or {}) do variables[name] = value end
  variables.AWS_CONFIG_FILE, variables.AWS_SHARED_CREDENTIALS_FILE = folder .. "/config", folder .. "/credentials"
  journey.environment(variables)
  local options = { profile = given.profile, region = given.region, use_fips_endpoint = given.fips,
    use_dualstack_endpoint = given.dual, endpoints = given.endpoint and { [situation.service] = given.endpoint },
    credentials = KEYS }
  local name, err = region.find(options)
  if not name then return { error = err.code } end
  local found
  found, err = endpoint.resolve(options, situation.service, name)
  if not found then return { error = err.code } end
  local made
  made, err = session.new(options)
  if not made then return { error = err.code } end
  local view = assert(settings.read(options))
  return { region = found.region, url = found.url, signing_region = found.signing_region,
    signing_name = found.signing_name, retry_mode = made.retries.retry_mode, max_attempts = made.retries.max_attempts,
    app = user_agent.of(view):match " (app/%S+)$", proxy = proxy.of(found.url), ca_bundle = connection.ca_bundle(view) }
end

local function plain(value)
  if value == cjson.null then return nil end
  return value
end

local function compare(situation, own, theirs)
  local differs = situation.differs
  if differs then
    for name, value in pairs(differs.botocore) do assert.equal(value, plain(theirs[name]), "botocore's " .. name) end
    for name, value in pairs(differs.ours) do assert.equal(value, own[name], "our " .. name) end
    return
  end
  assert.equal(plain(theirs.error) ~= nil, own.error ~= nil,
    ("botocore: %s, ours: %s"):format(tostring(plain(theirs.error)), tostring(own.error)))
  for _, name in ipairs(situation.only or ASKED) do assert.equal(plain(theirs[name]), own[name], name) end
end

describe("as botocore does it:", function()
  local theirs
  setup(function() theirs = botocore() end)
  after_each(journey.clean)

  for i, situation in ipairs(situations) do
    it(situation.name .. (situation.differs and " (and where we differ)" or ""), function()
      compare(situation, ours(situation), theirs[i])
    end)
  end
end)

describe("every region", function()
  after_each(journey.clean)

  it("has the endpoint, signing region and signing name that botocore resolves, with and without FIPS and dual stack",
    function()
      local output = journey.folder() .. "/out.jsonl"
      local ran = os.execute(("'%s' tools/endpoints --resolve >'%s'"):format(PYTHON, output))
      assert(ran == 0 or ran == true, "tools/endpoints did not run")
      local count, wrong = 0, {}
      for line in io.lines(output) do
        local row = assert(cjson.decode(line))
        local service, way = row.service:match "^([^.]+)%.?(.*)$"
        journey.environment { HOME = "/nonexistent",
          AWS_STS_REGIONAL_ENDPOINTS = way == "legacy" and way or nil,
          AWS_S3_US_EAST_1_REGIONAL_ENDPOINT = way == "regional" and way or nil }
        local found = endpoint.resolve({ use_fips_endpoint = row.variant == "fips" or row.variant == "both",
          use_dualstack_endpoint = row.variant == "dual" or row.variant == "both" }, service, row.region)
        local own = found and found.url .. " " .. found.signing_region .. " " .. found.signing_name or "none"
        local expected = row.answer and table.concat(row.answer, " ") or "none"
        count = count + 1
        if own ~= expected then
          wrong[#wrong + 1] = ("%s %s %s: %s, botocore %s"):format(row.service, row.region, row.variant, own, expected)
        end
      end
      assert.same({}, wrong, "run tools/endpoints again")
      assert.is_true(count > 2000)
    end)
end)

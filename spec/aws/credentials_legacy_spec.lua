-- Keys where only old installations have them: the file of the first EC2 tools, and the configuration of boto 2.
local credentials = require "ecs_service.credentials"
local journey = require "support.journey"

local folder

-- What is found when the variable names a file with this text, and nothing else has keys.
local function find(variable, text)
  local path = folder .. "/old"
  if text then journey.write(path, text) end
  local variables = { AWS_CONFIG_FILE = folder .. "/none", AWS_SHARED_CREDENTIALS_FILE = folder .. "/none",
    BOTO_CONFIG = folder .. "/none", AWS_EC2_METADATA_DISABLED = "true" }
  variables[variable] = path
  journey.environment(variables)
  local provider = assert(credentials.new {})
  return provider:get(1000)
end

before_each(function() folder = journey.folder() end)
after_each(journey.clean)

describe("the file of the first EC2 tools", function()
  it("has a pair of keys", function()
    local found = assert(find("AWS_CREDENTIAL_FILE", "# mine\nAWSAccessKeyId = AKIDOLD\r\nAWSSecretKey=a=b\n"))
    assert.same({ "AKIDOLD", "a=b" }, { found.access_key_id, found.secret_access_key })
  end)

  it("is an error where it has half of one, which is not told", function()
    local found, err = find("AWS_CREDENTIAL_FILE", "AWSAccessKeyId=AKIDOLD\n")
    assert.is_nil(found)
    assert.equal("BadCredentials", err.code)
    assert.equal(folder .. "/old", err.path)
    assert.truthy(err.message:find("AWSSecretKey", 1, true), err.message)
    assert.falsy(tostring(err):find("AKIDOLD", 1, true))
  end)

  it("is an error where it is not there, and is gone by where it has none", function()
    local _, err = find "AWS_CREDENTIAL_FILE"
    assert.equal("BadCredentials", err.code)
    _, err = find("AWS_CREDENTIAL_FILE", "# nothing\n")
    assert.equal("NoCredentials", err.code)
    assert.truthy(err.message:find("has no AWSAccessKeyId", 1, true), err.message)
  end)
end)

describe("the configuration of boto 2", function()
  it("has a pair of keys among its Credentials", function()
    local found = assert(find("BOTO_CONFIG",
      "[Boto]\ndebug = 0\n[Credentials]\naws_access_key_id = AKIDBOTO\naws_secret_access_key = s\n"))
    assert.same({ "AKIDBOTO", "s" }, { found.access_key_id, found.secret_access_key })
  end)

  it("is gone by where it has none, or is not there", function()
    for _, text in ipairs { false, "[Boto]\ndebug = 0\n" } do
      local _, err = find("BOTO_CONFIG", text)
      assert.equal("NoCredentials", err.code)
      assert.truthy(err.message:find("there are no keys in " .. folder .. "/old", 1, true), err.message)
    end
  end)

  it("is an error where it cannot be read, without what stands there", function()
    local _, err = find("BOTO_CONFIG", "[Credentials]\naws_secret_access_key topsecret\n")
    assert.equal("BadCredentials", err.code)
    assert.falsy(tostring(err):find("topsecret", 1, true))
  end)
end)

--- Two places that only old installations have, and botocore still looks at: the file that AWS_CREDENTIAL_FILE names,
--- of the first EC2 tools, and the configuration of boto 2.
local core = require "ecs_service.core"
local environment = require "ecs_service.aws.environment"
local errors = require "ecs_service.errors"
local files = require "ecs_service.aws.credentials.shared_files"
local ini = require "ecs_service.aws.credentials.ini"
local keys_of = require "ecs_service.aws.credentials.keys"
local trim = require "ecs_service.util.trim"

local legacy = {}

legacy.ec2 = { name = "ec2-credentials-file", title = "the file of the first EC2 tools" }
legacy.boto = { name = "boto-config", title = "the configuration of boto 2" }

local function bad(path, problem)
  return nil, errors.new { code = "BadCredentials", path = path, message = path .. " cannot be read: " .. problem }
end

function legacy.ec2.find()
  local path = environment.get "AWS_CREDENTIAL_FILE"
  if not path then return nil, nil, "AWS_CREDENTIAL_FILE is not set" end
  path = environment.expand(path)
  local text, message = core.system.read_file(path)
  if not text then return bad(path, message) end
  local found = {}
  for line in text:gmatch "[^\r\n]+" do
    local name, value = line:match "^([^=]*)=(.*)$"
    if name then found[trim.both(name)] = trim.both(value) end
  end
  if not found.AWSAccessKeyId then return nil, nil, path .. " has no AWSAccessKeyId" end
  if not found.AWSSecretKey then return bad(path, "it has no AWSSecretKey") end
  return keys_of.new({ access_key_id = found.AWSAccessKeyId, secret_access_key = found.AWSSecretKey },
    legacy.ec2.name)
end

function legacy.boto.find()
  local own = environment.get "BOTO_CONFIG"
  local paths = own and { own } or { "/etc/boto.cfg", "~/.boto" }
  for _, path in ipairs(paths) do
    path = environment.expand(path)
    local text, message, kind = core.system.read_file(path)
    if not text and kind ~= "missing" then return bad(path, message) end
    local parsed, problem = ini.parse(text or "")
    if not parsed then return bad(path, problem) end
    local section = parsed.sections.Credentials
    local keys, err = files.read(section and { aws_access_key_id = section.aws_access_key_id,
      aws_secret_access_key = section.aws_secret_access_key }, "the section Credentials of " .. path,
      legacy.boto.name)
    if keys or err then return keys, err end
  end
  return nil, nil, "there are no keys in " .. table.concat(paths, " or ")
end

return legacy

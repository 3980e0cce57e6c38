--- The role of an EC2 instance, as its metadata service gives its keys.
local core = require "ecs_service.core"
local json = require "ecs_service.util.json"
local keys_of = require "ecs_service.aws.credentials.keys"
local metadata = require "ecs_service.aws.credentials.metadata"

local instance = { name = "iam-role", title = "the metadata service of EC2" }

local PATH = "latest/meta-data/iam/security-credentials/"
local WINDOW = 15 * 60

-- While the service that makes the keys is down, instances are given old ones, which then still work: they count as
-- good for another while, not the same for all instances. (AWS calls this static stability.)
local function extend(keys, now)
  local wait = WINDOW + 120 + core.system.entropy(1):byte() / 255 * 480
  if keys.expires - now <= wait then keys.expires = now + wait end
  return keys
end

function instance.find(_, around)
  local service, err, why = metadata.open(around)
  if not service then return nil, err, why end
  local role, text
  role, why = service:get(PATH)
  if not role then return nil, nil, why end
  role = role:match "^%s*([^\r\n]*)"
  text, why = service:get(PATH .. role, json.decode)
  if not text then return nil, nil, why end
  local answer = json.decode(text)
  local keys, problem = keys_of.of_answer(answer, ("what the metadata service tells of the role %s"):format(
    keys_of.scrubbed(role)), { token = "Token", required = true }, instance.name)
  if keys then return extend(keys, around.scheduler:now() + around:skew()) end
  local message = type(answer) == "table" and type(answer.Message) == "string" and answer.Message
  return nil, nil, message and "the metadata service says: " .. keys_of.scrubbed(message) or problem.message
end

return instance

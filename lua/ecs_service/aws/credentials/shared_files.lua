--- Keys that stand in the two files: the places "shared-credentials-file" and "config-file".
local errors = require "ecs_service.errors"
local keys_of = require "ecs_service.aws.credentials.keys"

local files = {}

--- Keys of a section; nil without an error when it has none.
---@param section table|nil
---@param what string the section and its file, for errors
---@param source string
---@return ecs_service.Keys|nil
---@return ecs_service.Error|nil
function files.read(section, what, source)
  if not section or section.aws_access_key_id == nil then return nil end
  for _, name in ipairs { "aws_access_key_id", "aws_secret_access_key" } do
    if type(section[name]) ~= "string" or section[name] == "" then
      return nil, errors.new { code = "BadCredentials", path = "profile", message = ("%s has no %s"):format(what, name),
        hint = "add it, or remove the other half" }
    end
  end
  return keys_of.new({ access_key_id = section.aws_access_key_id, secret_access_key = section.aws_secret_access_key,
    session_token = section.aws_security_token or section.aws_session_token, account_id = section.aws_account_id },
    source)
end

local function place(name, title, table_name, file_name)
  local self = { name = name, title = title }
  function self.find(_, around)
    local path, sections = around.files[file_name], around.files[table_name]
    local section = sections[around.profile_name]
    local keys, err = files.read(section, ("the profile %s in %s"):format(around.profile_name, path), name)
    if keys or err then return keys, err end
    if not section then return nil, nil, ("there is no profile %s in %s"):format(around.profile_name, path) end
    return nil, nil, ("the profile %s in %s has no aws_access_key_id"):format(around.profile_name, path)
  end
  return self
end

files.credentials = place("shared-credentials-file", "the credentials file", "shared", "credentials_file")
files.config = place("config-file", "the configuration file", "own", "config_file")

return files

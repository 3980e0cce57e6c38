--- What a run remembers of its variables: for the head of a plan, for plans that are saved, and of the secret ones what
--- nobody is to see.
local core = require "ecs_service.core"
local tables = require "ecs_service.util.tables"

local record = {}

local SALT = 16 -- bytes

local function digest_of(salt, value) return core.system.hmac_sha256(salt, core.json(value)) end

local function texts_of(value, visit)
  if type(value) == "table" then
    for _, member in pairs(value) do texts_of(member, visit) end
  elseif type(value) ~= "boolean" and value ~= nil then
    visit(tostring(value))
  end
end

--- Notes a variable that the script has declared; one that is declared twice is secret when either says so.
---@param run table
---@param entry table of script/variables.lua
---@param value any
function record.note(run, entry, value)
  local former = run.declared[entry.name]
  run.declared[entry.name] = { name = entry.name, type = entry.type, value = value,
    secret = entry.secret or former and former.secret or nil }
  if entry.secret and run.hide and not run.missing[entry.name] then texts_of(value, run.hide) end
end

--- The variables as a plan has them, in the order of their names; none: nil.
---@param run table
---@return table[]|nil { name, type, value }, of secret ones { name, type, secret, salt, digest }
function record.list(run)
  local list = {}
  for i, name in ipairs(tables.keys(run.declared)) do
    local one = run.declared[name]
    list[i] = { name = name, type = one.type, secret = one.secret }
    if not one.secret then
      list[i].value = one.type == "map" and core.object(tables.copy(one.value)) or one.value
    elseif one.value ~= nil then
      list[i].salt = core.system.sha256(core.system.entropy(SALT)):sub(1, 2 * SALT)
      list[i].digest = digest_of(list[i].salt, one.value)
    end
  end
  return #list > 0 and list or nil
end

--- Whether the value of a secret variable is another one than a plan was made with.
---@param kept table of `list`
---@param value any
---@return boolean
function record.differs(kept, value)
  return not kept.digest or digest_of(kept.salt, value) ~= kept.digest
end

return record

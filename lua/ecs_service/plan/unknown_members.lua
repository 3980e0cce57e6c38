--- What AWS has in the structures that requests send whole, and no row of the schema knows. A plan reads it, requests
--- carry it along, and nothing records its values: where it has to be compared later, digests stand for them.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local tables = require "ecs_service.util.tables"

local unknown = {}

local function ignored_by(change)
  local lifecycle = change.config and change.config.lifecycle
  return lifecycle and lifecycle.ignore_changes
end

-- { path = digest }. A plan that was saved has them in place of the values.
local function digests(read, ignored)
  if read == nil or type(read) == "table" and not read.structures and not read.service then return read or {} end
  local list = {}
  for path, text in pairs(core.unknown_members("service", read, ignored)) do list[path] = core.system.sha256(text) end
  return list
end

--- What a change was planned with, to be saved.
---@param change table
---@return table<string, string>|nil
function unknown.saved(change)
  local list = digests(change.unknown, ignored_by(change))
  return next(list) and list or nil
end

--- Paths of what differs between a change's plan and what was read now, sorted; what lifecycle.ignore_changes covers
--- does not count.
---@param change table
---@param found ecs_service.Found
---@return string[]
function unknown.differences(change, found)
  local was, is = digests(change.unknown, ignored_by(change)), digests(found.unknown, ignored_by(change))
  local paths = {}
  for path, digest in pairs(was) do
    if is[path] ~= digest then paths[#paths + 1] = path end
  end
  for path in pairs(is) do
    if was[path] == nil then paths[#paths + 1] = path end
  end
  table.sort(paths)
  return paths
end

--- Gives a change what was read just now, which is what it was planned with.
---@param change table
---@param found ecs_service.Found
function unknown.renew(change, found)
  local behind = getmetatable(change)
  change.unknown = nil
  if behind and behind.__index then
    behind.__index.unknown = found.unknown
  else
    setmetatable(change, { __index = { unknown = found.unknown } })
  end
end

--- The paths of what was read, sorted.
---@param read userdata|table|nil
---@return string[]
function unknown.paths(read)
  return read == nil and {} or tables.keys(core.unknown_members("service", read))
end

--- A replacement that was cut short when the old service was gone: what it was to carry, and what AWS does not show any
--- more, is lost unless the declaration says that it may be.
---@param change table
---@param config table
---@param journal table with what was `carried`
---@return ecs_service.Error|nil code CannotCarry
function unknown.lost(change, config, journal)
  if change.action ~= "create" then return nil end
  local carried, lost = tables.set(change.carried), {}
  local lifecycle = config.lifecycle or {}
  for _, path in ipairs(journal.carried) do
    if not carried[path] and not core.covers(lifecycle.leave_out, path) then lost[#lost + 1] = path end
  end
  if #lost == 0 then return nil end
  for i, path in ipairs(lost) do lost[i] = ("%q"):format(path) end
  return errors.new { code = "CannotCarry", service = change.address, path = journal.carried[1],
    message = ("an earlier run deleted the service to make it again, and AWS does not show any more what it had: %s")
      :format(table.concat(lost, ", ")),
    hint = ("to make it without: lifecycle = { leave_out = { %s } }"):format(table.concat(lost, ", ")) }
end

return unknown

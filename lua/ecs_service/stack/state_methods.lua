--- The methods of a stack that are about its state itself, as `ecs-service state` has them.
local lazy = require "ecs_service.util.lazy"
local addresses = require "ecs_service.stack.addresses"
local call_options = require "ecs_service.stack.call_options"
local errors = require "ecs_service.errors"
local lock = require "ecs_service.state.lock"
local marks = require "ecs_service.util.list_marks"
local runtime = require "ecs_service.aws.runtime"

local edit = lazy "ecs_service.state.edit"
local repair = lazy "ecs_service.verbs.repair_state"

local marked = marks.marked

local methods = {}

--- What is recorded and what a run had begun, by address.
---@return ecs_service.StateItem[]|nil
---@return ecs_service.Error|nil
function methods:state_items(...)
  call_options.none((...), "stack:state_items")
  local state, err = self:read_state()
  if not state then return nil, err end
  return marks.list(edit.items(state))
end

--- Everything that is recorded of one service: a StateItem with attributes and meta.
---@param address string
---@return table|nil
---@return ecs_service.Error|nil code NotRecorded
function methods:state_entry(address, ...)
  call_options.none((...), "stack:state_entry")
  local name, err = addresses.given(self, address, "stack:state_entry")
  local state
  if name then state, err = self:read_state() end
  if not state then return nil, err end
  return marked(edit.entry(state, name))
end

--- Takes services out of the state: they live on, and nobody manages them.
---@param services string|ecs_service.Service|(string|ecs_service.Service)[]
---@param opts table|nil lock_timeout (seconds), approve (fun(items): boolean, asked under the lock)
---@return ecs_service.StateItem[]|nil forgotten
---@return ecs_service.Error|nil codes NotRecorded, NotApproved, Locked
function methods:forget(services, opts)
  local list, err = addresses.all_given(self, services, "stack:forget")
  local own
  if list then own, err = call_options.take(self, opts, edit, "stack:forget") end
  if not own then return nil, err end
  return marks.list(edit.forget(self, list, own))
end

--- Records a service under another address; the declaration must move with it.
---@param from string
---@param to string
---@param opts table|nil lock_timeout (seconds)
---@return ecs_service.StateItem|nil
---@return ecs_service.Error|nil codes NotRecorded, AlreadyManaged, Locked
function methods:move(from, to, opts)
  local new, err = addresses.given(self, to, "stack:move")
  if not new then return nil, err end
  local old, own
  old, own, err = call_options.with_address(self, from, opts, edit.MOVE, "stack:move")
  if not own then return nil, err end
  return marked(edit.move(self, old, new, own))
end

--- The text of the state as it lies there, whole or not.
---@return string|nil
---@return ecs_service.Error|nil code StateMissing, or of the backend
function methods:pull_state(...)
  call_options.none((...), "stack:pull_state")
  return edit.pull(self)
end

--- Puts a text in the place of the state: one that was pulled from it, and changed.
---@param text string
---@param opts table|nil force (also one of another lineage, an older one, or over a damaged one), lock_timeout
---@return { serial: integer, changed: boolean }|nil
---@return ecs_service.Error|nil codes StateCorrupt, StateForeign, StateNewer, LineageDiffers, SerialTooOld, Locked
function methods:push_state(text, opts)
  if type(text) ~= "string" then error("stack:push_state takes the text of a state", 2) end
  local own, err = call_options.take(self, opts, edit.PUSH, "stack:push_state")
  if not own then return nil, err end
  return marked(edit.push(self, text, own))
end

--- Puts a damaged state back from its backup, and takes out of the journal what is proved to be over by asking ECS.
---@param opts table|nil lock_timeout, approve (fun(repair): boolean, asked under the lock when something is to be done)
---@return ecs_service.StateRepair|nil
---@return ecs_service.Error|nil codes NotRepairable, NotApproved, StateForeign, StateNewer, Locked, or of the API
function methods:repair_state(opts)
  local own, err = call_options.take(self, opts, repair, "stack:repair_state")
  if not own then return nil, err end
  return marked(repair.run(self, own))
end

--- Who holds the lock: { id, who (in words), user, host, pid, operation, since, stale }.
---@return table|nil nil without an error: nobody
---@return ecs_service.Error|nil
function methods:lock_holder(...)
  call_options.none((...), "stack:lock_holder")
  local holder, err = lock.holder(self.backend)
  if not holder then return nil, err end
  holder.who, holder.token = lock.who(holder, runtime.clock(self.options):now()), nil
  return holder
end

--- Frees the lock of a run that is dead; what it had begun is finished by the next apply.
---@param id string of the lock, as the error that told of it has it: err.lock.id
---@return boolean|nil
---@return ecs_service.Error|nil codes NotLocked, Locked (the lock has another id)
function methods:unlock(id, ...)
  call_options.none((...), "stack:unlock")
  if type(id) ~= "string" then
    return nil, errors.new { code = "WrongOption", path = "id", message = "the id of a lock is a text",
      hint = "the error that told of the lock has it: err.lock.id" }
  end
  return lock.free(self.backend, id)
end

return methods

--- What stack:service answers stands for its address wherever an address may stand. It is known by its metatable, and
--- before anything of it is read or copied: it holds its stack, which holds it.
local handles = {}

--- The kind of thing that a value is the handle of; nil when it is none.
---@param value any
---@return string|nil "service"
function handles.kind(value)
  local mt = type(value) == "table" and getmetatable(value)
  return type(mt) == "table" and rawget(mt, "__handle") or nil
end

--- The class of a kind's handles, with what handles of all kinds have: a declaration of a stack, and what the stack can
--- do for it alone.
---@param kind string
---@return table class
function handles.class(kind)
  local Handle = { __handle = kind }
  Handle.__index = Handle

  function Handle:__tostring() return self.address end

  --- The plan of it and of what it depends on.
  ---@param opts table|nil as for stack:plan
  ---@return ecs_service.Plan|nil
  ---@return ecs_service.Error|nil
  function Handle:plan(opts)
    local own, err = self.stack:options_of_one(self, "plan", opts)
    if not own then return nil, err end
    return self.stack:plan(own)
  end

  --- Applies it and what it depends on.
  ---@param plan_or_opts table|nil as for stack:apply
  ---@param opts table|nil
  ---@return table|nil result
  ---@return ecs_service.Error|nil
  function Handle:apply(plan_or_opts, opts)
    local own, err = self.stack:options_of_one(self, "apply", plan_or_opts)
    if not own then return nil, err end
    return self.stack:apply(own, own == plan_or_opts and opts or nil)
  end

  --- What is recorded of it; nil and an error with the code NotRecorded when nothing is.
  ---@return table|nil attributes
  ---@return ecs_service.Error|nil
  function Handle:attributes(...)
    local recorded, err = self.stack:recorded_of(self, ...)
    return recorded, err
  end

  return Handle
end

--- Leaves the class of a kind until the first declaration: a script that declares none does without it.
---@param kind ecs_service.Kind without its Handle
---@param load fun(): table reads the class
---@return ecs_service.Kind
function handles.late(kind, load)
  return setmetatable(kind, { __index = function(_, field)
    if field ~= "Handle" then return nil end
    kind.Handle = load()
    kind.Handle.kind = kind
    return kind.Handle
  end })
end

return handles

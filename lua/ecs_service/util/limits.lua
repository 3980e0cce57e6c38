--- What to do when the operating system gives a process no more of something.
local limits = {}

local FILES = "this process may open no more files: allow more (ulimit -n 1024)"
local MEMORY = "this process gets no more memory: allow more (ulimit -v unlimited, or the container's limit)"

-- As libc, the dynamic linker and Lua say it.
local SIGNS = {
  { "Too many open files", FILES }, { "open shared object file: Error 24", FILES },
  { "failed to map segment", MEMORY }, { "annot allocate memory", MEMORY }, { "not enough memory", MEMORY },
}

--- The next step, when a message says that a limit was met.
---@param message any
---@return string|nil
function limits.hint(message)
  for _, sign in ipairs(SIGNS) do
    if tostring(message):find(sign[1], 1, true) then return sign[2] end
  end
end

return limits

--- The codes of errors that the sources make, and where: docs/errors.md has to tell each of them.
--
-- `assert(loadfile("tools/error_codes.lua"))(root)` answers a table from code to the list of files.

local root = ... or ""
local codes = {}

local function note(code, file)
  codes[code] = codes[code] or {}
  local files = codes[code]
  if files[#files] ~= file then files[#files + 1] = file end
end

local function lines_of(folder, extension)
  local pipe = assert(io.popen(("cd '%s' && find %s -name '*.%s' ! -path '*/simulator/*' "
    .. "! -path '*/openresty/board.lua' | sort"):format(root == "" and "." or root, folder, extension)))
  local names = {}
  for name in pipe:lines() do names[#names + 1] = name end
  pipe:close()
  local i, file = 0, nil
  return function()
    while true do
      if file then
        local line = file:read("*l")
        if line then return line, names[i] end
        file:close()
      end
      i = i + 1
      if not names[i] then return nil end
      file = assert(io.open(root .. names[i]))
    end
  end
end

local WORD = '"(%u%l+%u?%w*)"'

-- Codes that are handed to a function which makes the error.
local HANDED = { '"(State%u%w+)"', '"(Lock%u%w+)"', '"(Not%u%w+)"', 'refuse%([%w_.]+, "(%u%w+)"',
  'failure%([%w_.]+, "(%u%w+)"' }

-- Names that look like codes and are none: statements of a policy.
local function is_code(word, file)
  return not (file:find("policy.lua", 1, true) or file:find("permissions.lua", 1, true)
    or file:find("rights.lua", 1, true)) or word == "WrongOption"
end

for line, file in lines_of("lua/ecs_service", "lua") do
  if not file:find("types.lua", 1, true) and not line:find("^%s*%-%-") then
    local value = (line:gsub("%b()", "")):match("[^%w_.]code%s*=%s*([^=,}][^,}]*)")
    for word in (value or ""):gmatch(WORD) do
      if is_code(word, file) then note(word, file) end
    end
    for _, pattern in ipairs(HANDED) do
      for word in line:gmatch(pattern) do
        if is_code(word, file) then note(word, file) end
      end
    end
  end
end

local C_CALLS = { 'ecs_machine_error%(m, "(%u%w+)"', 'ecs_diags_add%([%w_>%-.]+, "(%u%w+)"',
  'add%(in, row, [%w_]+, "(%u%w+)"', '%->code = "(%u%w+)"',
  'add%(in, [^"]*%? "(%u%w+)"', 'add%(in, [^"]*%? "%u%w+" : "(%u%w+)"' }

-- A call whose arguments begin in the next line is read with it.
local begun = ""
for line, file in lines_of("src/core", "c") do
  local call = begun .. line:gsub("^%s+", "")
  begun = line:find "%($" and call or ""
  for _, pattern in ipairs(C_CALLS) do
    for word in call:gmatch(pattern) do note(word, file) end
  end
end

return codes

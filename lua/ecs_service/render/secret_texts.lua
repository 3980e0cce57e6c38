--- Texts without the secrets that happen to be in them: whoever wrote them did not know which those are.
local core = require "ecs_service.core"

local secret_texts = {}

local HIDDEN = "(sensitive)"
local SHORTEST = 5 -- bytes; what is shorter stands in half of all texts

-- A secret as it stands in texts: itself, and as JSON writes it; the longest first.
local function forms_of(secrets)
  local list, known = {}, {}
  local function add(text)
    if #text >= SHORTEST and not known[text] then
      known[text] = true
      list[#list + 1] = text
    end
  end
  for _, secret in ipairs(secrets) do
    add(secret)
    add((core.json(secret):sub(2, -2)))
  end
  table.sort(list, function(a, b) return #a > #b end)
  return list
end

local function without(text, secret)
  local pieces, from = {}, 1
  local at, last = text:find(secret, 1, true)
  while at do
    pieces[#pieces + 1] = text:sub(from, at - 1)
    from = last + 1
    at, last = text:find(secret, from, true)
  end
  pieces[#pieces + 1] = text:sub(from)
  return table.concat(pieces, HIDDEN)
end

--- For many texts: what takes the secrets out of one.
---@param secrets string[]
---@return fun(text: string): string
function secret_texts.hider(secrets)
  local forms = forms_of(secrets)
  return function(text)
    for _, secret in ipairs(forms) do text = without(text, secret) end
    return text
  end
end

---@param text string
---@param secrets string[]
---@return string
function secret_texts.hide(text, secrets) return secret_texts.hider(secrets)(text) end

local function hide_in(value, hide, seen)
  for key, member in pairs(value) do
    if type(member) == "string" then
      value[key] = hide(member)
    elseif type(member) == "table" and not seen[member] then
      seen[member] = true
      hide_in(member, hide, seen)
    end
  end
end

--- The same of all texts of an error, at any depth.
---@param err table changed
---@param secrets string[]
function secret_texts.hide_in(err, secrets)
  if #secrets > 0 then hide_in(err, secret_texts.hider(secrets), { [err] = true }) end
end

return secret_texts

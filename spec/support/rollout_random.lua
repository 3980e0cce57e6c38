-- Random numbers that are the same with every Lua (the minimal standard generator of Park and Miller).
return function(seed)
  local state = (seed * 48271 + 12345) % 2147483647
  local random = {}
  function random.real()
    state = state * 48271 % 2147483647
    return state / 2147483647
  end
  function random.int(from, to) return from + math.floor(random.real() * (to - from + 1)) end
  function random.chance(p) return random.real() < p end
  function random.pick(list) return list[random.int(1, #list)] end
  for _ = 1, 5 do random.real() end
  return random
end

--- What a script prints is no result of the command: while that runs, `print` and `io.write` go to standard error, so
--- that documents and tables on standard output stay whole.

--- Diverts them, and answers how to go back.
---@param ctx table a terminal, which has its streams already
---@return fun()
local function divert(ctx)
  local own_print, own_stdout, own_output = print, io.stdout, io.output()
  rawset(_G, "print", function(...)
    local texts = {}
    for i = 1, select("#", ...) do texts[i] = tostring((select(i, ...))) end
    ctx.stderr:write(ctx:conceal(table.concat(texts, "\t")), "\n")
  end)
  rawset(io, "stdout", io.stderr)
  io.output(io.stderr)
  return function()
    rawset(_G, "print", own_print)
    rawset(io, "stdout", own_stdout)
    io.output(own_output)
  end
end

return divert

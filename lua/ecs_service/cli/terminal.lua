--- What a command may write to and ask: standard output for results, standard error for progress and questions, and the
--- facts about both. Everything can be given, so that tests need neither process nor terminal.
local core = require "ecs_service.core"
local lazy = require "ecs_service.util.lazy"
local life = lazy "ecs_service.state.sign_of_life"
local letters = lazy "ecs_service.render.terminal_text"
local style = require "ecs_service.render.style"

local terminal = {}
terminal.__index = terminal

---@class ecs_service.cli.Io
---@field stdout? { write: fun(self, text: string) } default io.stdout
---@field stderr? { write: fun(self, text: string) } default io.stderr
---@field stdin? { read: fun(self, format: string): string|nil } default io.stdin
---@field getenv? fun(name: string): string|nil default os.getenv
---@field isatty? fun(fd: integer): boolean default the system's
---@field columns? fun(fd: integer): integer|nil default the system's
---@field rows? fun(fd: integer): integer|nil lines of the terminal; default the system's

---@param given? ecs_service.cli.Io
function terminal.new(given)
  given = given or {}
  return setmetatable({
    stdout = given.stdout or io.stdout,
    stderr = given.stderr or io.stderr,
    stdin = given.stdin or io.stdin,
    getenv = given.getenv or os.getenv,
    isatty = given.isatty or core.system.isatty,
    columns = given.columns or core.system.terminal_columns,
    rows = given.rows or core.system.terminal_rows,
  }, terminal)
end

--- Follows --json, --color and --no-color.
---@param args table parsed arguments
function terminal:configure(args)
  self.args, self.json = args, args.json
  if args.color_before ~= nil then self.color = args.color_before end
  if args.color ~= nil then self.color = args.color end
end

local function facts(self, fd)
  local tty = self.isatty(fd)
  local color = self.color
  if color == nil then color = style.wants_color(tty, self.getenv) end
  return {
    color = color,
    unicode = style.locale_is_utf8(self.getenv),
    -- A file or a pipe gets whole lines: whoever reads them wants values in one piece.
    width = tty and self.columns(fd) or nil,
  }
end

--- Options of the renderers for standard output.
function terminal:out_style() return facts(self, 1) end

--- Options of the renderers for standard error.
function terminal:err_style() return facts(self, 2) end

--- A text without the values of secret variables, also as JSON has them.
---@param text string
---@return string
function terminal:conceal(text)
  local secrets = self.args and self.args.secrets
  return secrets and require "ecs_service.render.secret_texts".hide(text, secrets) or text
end

-- Whatever texts of others are in it, and whoever forgot to escape them: nothing steers the terminal.
local function harmless(self, text, fd)
  text = self:conceal(text)
  -- The dot between the parts of a line is this tool's own: most short commands write no other such letter.
  if not text:gsub("\194\183", ""):find("[^\t\n\32-\126]") then return text end
  return letters.printable(text, facts(self, fd).color and style.own_codes or nil)
end

-- Writes to standard error at once.
local function tell(self, ...)
  self.stderr:write(...)
  if self.stderr.flush then self.stderr:flush() end
end

-- On a terminal that can, a line is taken back.
local function takes_back(self) return self.getenv "TERM" ~= "dumb" end

--- Says on a terminal that something is waited for, while nothing else was written. The line goes away with the next
--- one.
---@param text string
function terminal:hint(text)
  if self.spoken or self.hinted or not self.isatty(2) then return end
  self.hinted = true
  tell(self, text, takes_back(self) and "" or "\n")
end

--- Whether a stream is a terminal on which lines can be drawn again.
---@param fd integer
---@return boolean
function terminal:redraws(fd) return self.isatty(fd) and takes_back(self) end

--- Takes that line back; before anything is written to standard error by another way than `say`.
function terminal:hush()
  self.spoken = true
  if not self.hinted then return end
  self.hinted = false
  if not takes_back(self) then return end
  tell(self, "\r\27[K")
end

--- Notes that something of what the command was to write is lost. What was asked for goes on and is recorded; then the
--- command ends with the first loss as its error.
---@param code string of the error
---@param message string
function terminal:lose(code, message)
  self.loss = self.loss or { code = code, message = message }
end

--- Writes a text to standard output as it is.
---@param text string
function terminal:write(text)
  self:hush()
  local written, problem = self.stdout:write(text)
  if self.stdout.flush and not problem then written, problem = self.stdout:flush() end
  if not written and problem then
    self:lose("NotWritten", ("standard output is lost: it cannot be written: %s"):format(tostring(problem)))
  end
end

--- Writes a result.
---@param text string
function terminal:out(text)
  self:write(harmless(self, text, 1) .. "\n")
end

--- Writes the last document of a command, which has its exit code, and answers that.
---@param document table
---@param code integer
---@param indent? integer blanks a level; nil: one line
---@return integer code
function terminal:document(document, code, indent)
  document.exit_code = code
  self:out(core.json(document, indent))
  return code
end

--- Writes the result of a command, and answers the exit code: as a document when JSON was asked for, else as a text.
--- The one that is not asked for is not made.
---@param document table|string|fun(): table|string a text: it is JSON already, its exit code in it
---@param text string|nil|fun(): string|nil nil: there is nothing to say
---@param opts? { code?: integer|false, indent?: integer } the exit code, 0 unless given, false of what is not the
---  last that the command writes; blanks a level
---@return integer code
function terminal:result(document, text, opts)
  opts = opts or {}
  local code = opts.code or opts.code == nil and 0 or nil
  local given = text
  if self.json then given = document end
  if type(given) == "function" then given = given() end
  if self.json and type(given) == "table" then return self:document(given, code, opts.indent) end
  if given then self:out(given) end
  return code
end

--- Writes something about the run.
---@param text string
function terminal:say(text)
  self:hush()
  tell(self, harmless(self, text, 2), "\n")
end

--- Whether somebody is there who sees the question and can answer.
---@return boolean
function terminal:can_ask() return self.isatty(0) and self.isatty(2) end

--- Asks, and answers what was typed; nil at the end of input.
---@param question string
---@return string|nil
function terminal:ask(question)
  self:hush()
  tell(self, harmless(self, question, 2))
  local due = self.stdin == io.stdin and life.renew_all() or nil
  while due and not core.system.readable(0, due) do
    if core.system.interrupted() then return nil end
    due = life.renew_all()
  end
  return self.stdin:read("*l")
end

return terminal

--- Answers and questions in JSON, over HTTP.
local cjson = require "cjson.safe"
local errors = require "ecs_service.errors"

local answer = {}

-- What is not here has failed beyond this server.
local STATUS = { NotFound = 404, NoStack = 404, NotDeclared = 404, BadRequest = 400, NotSigned = 401,
  NotSignedIn = 401, Forbidden = 403,
  Replayed = 409, PlanChanged = 409, PlanStale = 409, Locked = 409, Running = 409, ValidationFailed = 422,
  BoardFull = 503, WrongMethod = 405 }

-- Others wrote some of it: should anybody take it for HTML, it is nothing but text all the same.
local MARKUP = { ["<"] = "\\u003c", [">"] = "\\u003e", ["&"] = "\\u0026" }

--- A document as JSON.
function answer.json(document) return (assert(cjson.encode(document)):gsub("[<>&]", MARKUP)) end

function answer.send(status, document)
  ngx.status = status
  ngx.header["Content-Type"] = "application/json"
  ngx.header["Cache-Control"] = "no-store"
  ngx.print(answer.json(document), "\n")
  return ngx.exit(ngx.HTTP_OK)
end

--- Lines of JSON, one a document, each sent when it comes. Nothing is sent before the first: what fails before it has
--- a status of its own.
---@return fun(document: table) write
---@return fun(): boolean begun
function answer.lines()
  local begun, lost = false, false
  return function(document)
    if lost then return end
    if not begun then
      ngx.header["Content-Type"] = "application/x-ndjson"
      ngx.header["Cache-Control"] = "no-store"
      ngx.header["X-Accel-Buffering"] = "no"
      begun = true
    end
    ngx.print(answer.json(document), "\n")
    lost = not ngx.flush(true) -- nobody reads any more
  end, function() return begun end
end

--- What is told of an error; what was done all the same is in the state.
function answer.told(err)
  local document = err:to_table()
  document.result = nil
  return document
end

--- An error of the module or of this example.
function answer.fail(err)
  return answer.send(STATUS[err.code] or 502, { error = answer.told(err) })
end

function answer.error(code, message, hint) return errors.new { code = code, message = message, hint = hint } end

--- The body of this request: text, and what it says in JSON ({} when it is empty).
function answer.body()
  if ngx.req.get_method() ~= "POST" then return nil, answer.error("WrongMethod", "this takes POST") end
  ngx.req.read_body()
  local text = ngx.req.get_body_data() or ""
  if text == "" then return "", {} end
  local document = cjson.decode(text)
  if type(document) ~= "table" then return nil, answer.error("BadRequest", "the body is no JSON object") end
  return text, document
end

return answer

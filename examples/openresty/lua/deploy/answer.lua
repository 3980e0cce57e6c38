--- Answers and questions in JSON, over HTTP.
local cjson = require "cjson.safe"
local errors = require "ecs_service.errors"

local answer = {}

-- What is not here has failed beyond this server.
local STATUS = { NotFound = 404, NoStack = 404, BadRequest = 400, NotSigned = 401, NotSignedIn = 401, Forbidden = 403,
  Replayed = 409, PlanChanged = 409, PlanStale = 409, Locked = 409, Running = 409, ValidationFailed = 422,
  BoardFull = 503, WrongMethod = 405 }

--- A document as JSON.
function answer.json(document) return assert(cjson.encode(document)) end

function answer.send(status, document)
  ngx.status = status
  ngx.header["Content-Type"] = "application/json"
  ngx.header["Cache-Control"] = "no-store"
  ngx.print(answer.json(document), "\n")
  return ngx.exit(ngx.HTTP_OK)
end

--- An error of the module or of this example.
function answer.fail(err)
  return answer.send(STATUS[err.code] or 502, { error = err:to_table() })
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

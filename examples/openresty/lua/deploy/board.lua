--- The board of this nginx: one lua_shared_dict for its workers.
local board = require("ecs_service.openresty.board").new "deploy"

-- What was used once is known for as long as the dictionary lives: over reloads, not over a restart. So nothing is good
-- that was made before it: `started` is when that was.
local known = board:get "started"
if not known then
  known = { at = os.time() }
  assert(board:put("started", known))
end
board.started = known.at

return board

--- What the stacks of one worker of nginx share: elsewhere each has its own.
local core = require "ecs_service.core"
local runtime = require "ecs_service.aws.runtime"

local worker = {}

-- One signer a worker: derived keys are good for a day.
local signer

--- The signer of this worker, or one of its own outside of nginx.
---@return table
function worker.signer()
  if not runtime.inside_nginx() then return core.signer() end
  signer = signer or core.signer()
  return signer
end

-- What decides which keys a stack gets, and how they are asked for.
local SHARED = { "profile", "assume_role", "credential_process_timeout", "region", "endpoint", "endpoints", "ca_bundle",
  "proxy", "use_fips_endpoint", "use_dualstack_endpoint", "app_id" }

-- One provider a worker for all stacks that look for the same keys in the same way.
local providers = {}

--- The worker's provider of credentials for such a stack, made by `make` at its first use. Stacks that bring keys, an
--- MFA code, a transport or a clock of their own, and stacks outside of nginx, each have their own.
---@param options table of the stack
---@param make fun(): table|nil, ecs_service.Error|nil
---@return table|nil
---@return ecs_service.Error|nil
function worker.provider(options, make)
  local own = options.credentials ~= nil or options.mfa_code ~= nil or options.transport or options.scheduler
  if own or not runtime.inside_nginx() then return make() end
  local wanted = {}
  for _, name in ipairs(SHARED) do wanted[name] = options[name] end
  local key = core.system.sha256(core.json(core.object(wanted)))
  if providers[key] then return providers[key] end
  local made, err = make()
  providers[key] = made
  return made, err
end

return worker

--- What the engine is to do for a change of a service, by the change's action.
---
--- Each is called with the change, the record, the journal of what a run had begun, and what the run knows: `token`
--- makes a client token, `waits_on` tells whether a service that is not changed is waited for, `timeouts` are those of
--- the change.
local operations = {}

local function identity(attributes)
  attributes = attributes or {}
  return attributes.cluster, attributes.name
end

-- Creates of an earlier run are repeated with its token, so that AWS makes one service of them.
local function token_for(change, journal, run)
  if change.resume and journal and journal.client_token then return journal.client_token, true end
  return run.token(), journal ~= nil and journal.operation == "CreateService"
end

function operations.create(change, entry, journal, run)
  local cluster, service = identity(change.after)
  local token, resume = token_for(change, journal, run)
  return { action = "create", cluster = cluster, service = service, config = change.config, change = change,
    client_token = token, resume = resume or nil, attributes = entry and entry.attributes,
    unknown = change.carried and change.unknown }
end

function operations.update(change, entry)
  local cluster, service = identity(change.before)
  -- What of it AWS does not know (triggers and the like) is in `before` as it is known now, and may be more than what
  -- was recorded: a run that was cut short had applied it.
  return { action = "update", cluster = cluster, service = service, config = change.config, change = change,
    attributes = change.before or entry.attributes, unknown = change.unknown, read = change.found ~= nil }
end

function operations.replace(change, entry, journal, run)
  local cluster, service = identity(change.before)
  local token, resume = token_for(change, journal, run)
  return { action = "replace", cluster = cluster, service = service, config = change.config, change = change,
    client_token = token, resume = resume or nil, attributes = entry and entry.attributes or change.before,
    unknown = change.unknown, read = change.found ~= nil }
end

operations["delete"] = function(change, entry)
  local attributes = entry and entry.attributes or change.before
  local cluster, service = identity(change.before or attributes)
  local force
  if change.config then force = change.config.force_delete
  elseif entry and entry.meta then force = entry.meta.force_delete end
  return { action = "delete", cluster = cluster, service = service, attributes = change.before or attributes,
    force = force or false }
end

operations["no-op"] = function(change, _, journal, run)
  if not run.waits_on(change, journal) then return nil end
  local cluster, service = identity(change.after)
  return { action = "wait", ["until"] = "steady", cluster = cluster, service = service, config = change.config,
    attributes = change.after,
    -- The one that run had heard of, else the newest: it may have ended before AWS's answer came.
    deployment_id = journal and (journal.deployment_id or change.primary) or change.open,
    timeout = run.timeouts[journal and journal.operation == "CreateService" and "create" or "update"] }
end

return operations

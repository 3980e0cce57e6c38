--- What a state is made of, and the records of its journal. A record may have members of a newer version
--- beside these.
local kinds = require "ecs_service.kinds"

local TEXTS = { of = "text", optional = true }

local ORIGIN = { message = "text?", ci = "text?", commit = "text?", branch = "text?", job = "text?", actor = "text?",
  optional = true }

local ENDED = { name = "text?", reason = "text?", image = "text?", exit_code = "number?" }

local WHY = { message = "text?", hint = "text?", logs_note = "text?", optional = true,
  causes = { optional = true, of = { code = "text?", summary = "text?", hint = "text?", evidence = TEXTS } },
  tasks = { optional = true, of = { task = "text?", stop_code = "text?", stopped_reason = "text?",
    containers = { of = ENDED, optional = true } } },
  logs = { optional = true, of = { at = "number?", container = "text?", text = "text" } } }

local ATTEMPT = { run = "whole?", why = WHY, at = "text", by = "text?", did = "text", ended = "text?",
  took = "whole?", revision = "text?", count = "whole?", deployment_id = "text?", deployed = "time?",
  exit_code = "number?", origin = ORIGIN,
  stages = { of = { at = "text", stage = "text?", production_weight = "number?" }, optional = true } }

local RECORD = {
  status = "text?", reason = "text?", attributes = "tree", undeclared = TEXTS, imported = "boolean?",
  meta = { lifecycle = "map?", timeouts = "map?", depends_on = TEXTS, force_delete = "boolean?",
    optional = true },
  revisions = TEXTS,
  deployment_id = "text?", deployment_at = "time?", settled = "boolean?", durations = { of = "whole", optional = true },
  history = { of = ATTEMPT, optional = true },
  deposed = { cluster = "text?", name = "text", optional = true },
}

for _, kind in ipairs(kinds.ATTACHED) do
  RECORD[kind.within] = { status = "text?", attributes = "tree", optional = true }
end

local INTENT = { names = TEXTS, suspended = "map?",
  origin = ORIGIN, family = "text?", sensitive = TEXTS, tasks = TEXTS, revisions = TEXTS,
  schedule = "text?", operation = "text?", client_token = "text?", begun = "text?", by = "text?", verb = "text?",
  cluster = "text?", service = "text?", arn = "text?", carried = TEXTS, digest = "text?", config = "text?",
  primary = "text?", revision = "text?", deployment_id = "text?", deployed = "time?", count = "whole?" }

local form = {}

--- The sections of a document: what a state holds, by kind, and what was begun.
form.SECTIONS = { journal = { each = INTENT } }

form.DOCUMENT = { version = "whole", serial = "whole", lineage = "text", journal = form.SECTIONS.journal }

for _, kind in ipairs(kinds.ALL) do
  form.SECTIONS[kind.section] = { each = RECORD }
  form.DOCUMENT[kind.section] = { each = RECORD, optional = kind ~= kinds.BARE or nil }
end

local changed, removed = { optional = true }, { optional = true }
for name, section in pairs(form.SECTIONS) do
  changed[name], removed[name] = { each = section.each, optional = true }, TEXTS
end

--- One record of a journal: what has changed since the one before.
form.CHANGE = { lineage = "text", number = "whole", serial = "whole", changed = changed, removed = removed }

return form

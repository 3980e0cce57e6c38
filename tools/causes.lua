-- docs/causes.md from the rules of the core: a part of tools/generate.lua.
local core = require "ecs_service.core"

local HEAD = [[
# Why deployments fail: the codes

Made by `tools/generate.lua` from the rules in `src/core/explain/rules.c`; change those.

`ecs.explain` finds these causes in what the API says of a service: events, stopped tasks, exit codes, the deployment's
reason. `err.evidence.causes` of a failed apply or wait has them, and `ecs-service diagnose` shows them.

```lua
local causes = ecs.explain { events = service.events, tasks = tasks, deployment = service.deployments[1] }
for _, cause in ipairs(causes) do print(cause.code, cause.summary, cause.hint) end
```

What is to be put right comes first, then what failed without saying why (an exit code, a health check), then what
happens to healthy services too. Names that the texts tell (image, secret, role, instance, port, …) stand in the summary
and in the hint.
]]

local ORDER = { { "cause", "To be put right" }, { "effect", "What failed; the program's log says why" },
  { "circumstance", "What happens to healthy services too" }, { "general", "When ECS says little" },
  { "symptom", "Told only when nothing else is known" } }

-- The template without what may be unknown: "the image[ {image}] may not be pulled" → "the image may not be pulled".
local function bare(template)
  local text = (template or ""):gsub("%b[]", function(part)
    local kept = part:gsub("[%[%]]", ""):gsub("{([%w_]+)}", function(name) return name:upper():gsub("_", " ") end)
    return kept
  end)
  text = text:gsub("{([%w_]+)}", function(name) return name:upper():gsub("_", " ") end)
  return (text:gsub("|", "\\|"))
end

local function causes_md()
  local out = { HEAD }
  for _, group in ipairs(ORDER) do
    out[#out + 1] = "## " .. group[2] .. "\n"
    out[#out + 1] = "| code | what is said | what it usually means | what to do | found in |"
    out[#out + 1] = "| --- | --- | --- | --- | --- |"
    for _, rule in ipairs(core.explain_codes()) do
      if rule.weight == group[1] then
        local where = #rule.where > 0 and table.concat(rule.where, ", ") or "all others"
        out[#out + 1] = ("| `%s` | %s | %s | %s | %s |"):format(rule.code, bare(rule.summary), bare(rule.meaning),
          bare(rule.hint), where)
      end
    end
    out[#out + 1] = ""
  end
  return table.concat(out, "\n")
end

return causes_md()

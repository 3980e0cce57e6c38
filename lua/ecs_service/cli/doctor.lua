--- ecs-service doctor: what would be used to speak to AWS, where it comes from, and whether it works.
local core = require "ecs_service.core"
local letters = require "ecs_service.render.terminal_text"
local load = require "ecs_service.cli.script"
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.output"
local style_of = require "ecs_service.render.style"
local value = require "ecs_service.render.value"

local doctor = { summary = "Show credentials, region, endpoint, proxy and certificates, and whether they work.",
  description = "Shows which credentials, account, region, endpoint, proxy and certificates would be used and where "
    .. "each comes from, and asks AWS whether they work (GetCallerIdentity, and one read of ECS): those of the script "
    .. "that is named, else those of the environment and the shared configuration files." }

function doctor.define(command)
  command:argument("file"):args("?"):description("The deploy script (default: none).")
  command:option("--file"):target("script"):argname("FILE"):description("The same.")
  options.variables(command)
  options.json(command)
  command:option("--profile"):argname("NAME"):description("The profile, in place of the script's and AWS_PROFILE's.")
  command:option("--region"):argname("REGION"):description("The region, in place of the script's and AWS_REGION.")
  command:flag("--offline"):description("Ask nothing beyond what finding the credentials takes.")
end

local NAMES = { "ok", "region", "region_source", "endpoint", "endpoint_source", "signing_name", "account", "arn",
                "proxy", "proxy_source", "ca_bundle", "ca_bundle_source", "profile", "profile_source", "credentials",
                "checks", "exit_code" }
local KEYS = { "source", "access_key_id", "expires" }
local CHECK = { "name", "ok", "code", "message", "hint" }

-- Every name is there, with null when nothing is known, and in its order: whoever reads it need not guess. `texts` are
-- members that are JSON already.
local function object(names, values, indent, texts)
  local members = {}
  for i, name in ipairs(names) do
    local member = values[name]
    local text = texts and texts[name] or member == nil and "null" or core.json(member)
    members[i] = ('%s  "%s": %s'):format(indent, name, text)
  end
  return "{\n" .. table.concat(members, ",\n") .. "\n" .. indent .. "}"
end

local function document(found, code)
  local checks = {}
  for i, check in ipairs(found.checks) do checks[i] = "    " .. object(CHECK, check, "    ") end
  return object(NAMES, found, "", { exit_code = tostring(code), credentials = object(KEYS, found.credentials, "  "),
    checks = "[\n" .. table.concat(checks, ",\n") .. "\n  ]" })
end

local SOURCES = { option = "given on the command line", stack = "given in the script",
                  transport = "of the transport", imds = "of this instance" }

local function from(source)
  return source and ("  (" .. (SOURCES[source] or source) .. ")") or ""
end

local function certificates(found)
  for _, check in ipairs(found.checks) do
    if check.name == "certificates" and not check.ok then return "unusable, see below" end
  end
  return found.ca_bundle and found.ca_bundle .. from(found.ca_bundle_source) or "the system's"
end

local function rows(found, now)
  local keys = found.credentials
  local expires = keys.expires and (", for another " .. value.duration(math.max(0, keys.expires - now))) or ""
  return {
    { "credentials", keys.access_key_id and ("%s  (%s%s)"):format(keys.access_key_id, keys.source, expires) },
    { "account", found.account and found.account .. (found.arn and "  (" .. found.arn .. ")" or "") },
    { "region", found.region and found.region .. from(found.region_source) },
    { "endpoint", found.endpoint and found.endpoint .. from(found.endpoint_source) },
    { "proxy", found.proxy and found.proxy .. from(found.proxy_source) or "none" },
    { "certificates", certificates(found) },
    { "profile", found.profile .. from(found.profile_source) },
  }
end

local function failing(found, style)
  local out = {}
  for _, check in ipairs(found.checks) do
    if not check.ok then
      local message = check.looked and "none were found; it was looked at" or check.message
      out[#out + 1] = style:paint("error", check.name) .. ": " .. letters.escape(message)
      for i, one in ipairs(check.looked or {}) do
        out[#out + 1] = ("  %2d. %s: %s"):format(i, letters.escape(one.title), letters.escape(one.reason))
      end
      if check.hint then out[#out + 1] = "  next  " .. letters.escape(check.hint) end
    end
  end
  return out
end

local function show(found, args, style, now)
  local out = {}
  for _, row in ipairs(rows(found, now)) do
    out[#out + 1] = style:paint("bold", letters.pad(row[1], 12)) .. "  " .. letters.escape(row[2] or "unknown")
  end
  out[#out + 1] = ""
  local problems = failing(found, style)
  for _, line in ipairs(problems) do out[#out + 1] = line end
  if #problems == 0 then
    out[#out + 1] = style:paint("good", args.offline and "Nothing is wrong so far; AWS was not asked (--offline)."
      or "All of it works.")
  end
  return table.concat(out, "\n")
end

function doctor.run(args, ctx)
  local path = args.file or args.script
  local stack, err
  if path then stack, err = load.to_read(path, args) else stack, err = load.surroundings(args) end
  if not stack then return report.failure(ctx, err, args) end
  local found = stack:doctor { offline = args.offline, profile = args.profile, region = args.region }
  local stopped = report.interruption(ctx, args)
  if stopped then return stopped end
  local code = found.ok and 0 or 1
  return ctx:result(function() return document(found, code) end, function()
    return show(found, args, style_of.new(ctx:out_style()), core.system.time())
  end, { code = code })
end

return doctor

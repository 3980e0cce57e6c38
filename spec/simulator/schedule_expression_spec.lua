-- When something is due that is scheduled as AWS writes it, by the wall clocks of time zones.
local expression = require "ecs_service.simulator.schedule_expression"
local time_zones = require "ecs_service.simulator.time_zones"
local times = require "ecs_service.util.time_format"

local function due(text, zone, after, count)
  local parsed, there = assert(expression.parse(text)), assert(time_zones.find(zone))
  local at, out = times.parse(after), {}
  local anchor = at
  for i = 1, count do
    at = expression.next(parsed, there, at, anchor)
    out[i] = at and times.text(at) or "never"
    if not at then break end
  end
  return table.concat(out, " ")
end

describe("a schedule", function()
  it("of cron is due at the hours of its time zone, summer and winter", function()
    assert.equal("2026-03-28T21:00:00Z 2026-03-29T20:00:00Z", due("cron(0 22 * * ? *)", "Europe/Berlin",
      "2026-03-28T00:00:00Z", 2))
    assert.equal("2026-10-30T13:00:00Z 2026-11-02T14:00:00Z", due("cron(0 9 ? * MON-FRI *)", "America/New_York",
      "2026-10-30T00:00:00Z", 2))
    assert.equal("2026-10-03T16:30:00Z 2026-10-04T15:30:00Z", due("cron(30 2 * * ? *)", "Australia/Sydney",
      "2026-10-03T00:00:00Z", 2))
  end)

  it("of cron is due once in an hour that comes twice, and behind one that does not come", function()
    assert.equal("2026-10-25T00:30:00Z 2026-10-26T01:30:00Z", due("cron(30 2 * * ? *)", "Europe/Berlin",
      "2026-10-24T12:00:00Z", 2))
    assert.equal("2026-03-29T01:30:00Z 2026-03-30T00:30:00Z", due("cron(30 2 * * ? *)", "Europe/Berlin",
      "2026-03-28T12:00:00Z", 2))
  end)

  it("of cron counts days as AWS does: last, nearest to a working day, nth of the month", function()
    assert.equal("2026-01-31T09:00:00Z 2026-02-28T09:00:00Z", due("cron(0 9 L * ? *)", "UTC", "2026-01-01T00:00:00Z",
      2))
    assert.equal("2026-01-30T09:00:00Z 2026-02-27T09:00:00Z", due("cron(0 9 LW * ? *)", "UTC", "2026-01-01T00:00:00Z",
      2))
    assert.equal("2026-02-02T09:00:00Z 2026-03-02T09:00:00Z", due("cron(0 9 1W 2-3 ? *)", "UTC",
      "2026-01-01T00:00:00Z", 2))
    assert.equal("2026-01-16T09:00:00Z", due("cron(0 9 ? * FRI#3 *)", "UTC", "2026-01-01T00:00:00Z", 1))
    assert.equal("2026-01-30T09:00:00Z", due("cron(0 9 ? * 6L *)", "UTC", "2026-01-01T00:00:00Z", 1))
    assert.equal("2026-01-02T09:00:00Z 2026-01-03T09:00:00Z 2026-01-04T09:00:00Z 2026-01-05T09:00:00Z "
      .. "2026-01-09T09:00:00Z",
      due("cron(0 9 ? * FRI-MON *)", "UTC", "2026-01-01T00:00:00Z", 5))
  end)

  it("of cron takes steps, lists and years, and is never due again behind the last", function()
    assert.equal("2028-02-29T08:00:00Z 2028-02-29T08:20:00Z 2028-02-29T08:40:00Z never",
      due("cron(0/20 8 29 FEB ? 2026-2030)", "UTC", "2026-03-01T00:00:00Z", 4))
    assert.equal("2026-01-01T00:05:00Z 2026-01-01T00:35:00Z", due("cron(5,35 0 * * ? *)", "UTC",
      "2026-01-01T00:00:00Z", 2))
  end)

  it("at a time is due once, by the clocks there", function()
    assert.equal("2026-12-01T09:00:00Z never", due("at(2026-12-01T10:00:00)", "Europe/Berlin", "2026-11-29T00:00:00Z",
      2))
  end)

  it("by a rate is due every so often", function()
    assert.equal("2026-11-29T00:05:00Z 2026-11-29T00:10:00Z", due("rate(5 minutes)", "UTC", "2026-11-29T00:00:00Z", 2))
    assert.equal("2026-11-30T00:00:00Z", due("rate(1 day)", "UTC", "2026-11-29T00:00:00Z", 1))
  end)

  it("is no schedule when it is written otherwise", function()
    for _, text in ipairs { "cron(0 9 * * * *)", "cron(0 9 ? * ? *)", "cron(60 9 * * ? *)", "cron(0 9 * * ? * *)",
      "cron(0 9 32 * ? *)", "cron(a 9 * * ? *)", "rate(5 minute)", "rate(1 minutes)", "rate(-1 days)",
        "at(2026-12-01)", "" } do
      assert.is_nil(expression.parse(text), text)
    end
  end)
end)

describe("time zones", function()
  it("know their offsets north and south, by halves and quarters of hours, and Ireland's winter", function()
    local function offset(zone, at) return time_zones.offset(assert(time_zones.find(zone)), times.parse(at)) / 3600 end
    for _, case in ipairs {
      { "Europe/Berlin", "2026-01-15T00:00:00Z", 1 }, { "Europe/Berlin", "2026-07-15T00:00:00Z", 2 },
      { "America/Sao_Paulo", "2026-01-15T00:00:00Z", -3 }, { "America/Los_Angeles", "2026-07-15T00:00:00Z", -7 },
      { "Pacific/Auckland", "2026-01-15T00:00:00Z", 13 }, { "Pacific/Auckland", "2026-07-15T00:00:00Z", 12 },
      { "Australia/Lord_Howe", "2026-01-15T00:00:00Z", 11 }, { "Australia/Lord_Howe", "2026-07-15T00:00:00Z", 10.5 },
      { "Asia/Kathmandu", "2026-01-15T00:00:00Z", 5.75 }, { "America/St_Johns", "2026-01-15T00:00:00Z", -3.5 },
      { "Europe/Dublin", "2026-01-15T00:00:00Z", 0 }, { "Europe/Dublin", "2026-07-15T00:00:00Z", 1 },
      { "america/santiago", "2026-01-15T00:00:00Z", -3 }, { "UTC", "2026-07-15T00:00:00Z", 0 },
      { "Etc/GMT-3", "2026-07-15T00:00:00Z", 3 },
    } do
      assert.equal(case[3], offset(case[1], case[2]), case[1])
    end
    assert.is_nil(time_zones.find "Mars/Olympus")
  end)
end)

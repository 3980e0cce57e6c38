-- Random rollouts on a model of ECS that shares nothing with the simulator, and a judge that knows what was true.
--   ECS_ROLLOUTS=10000 ECS_ROLLOUT_SEED=1 busted … spec/service/rollout_model_spec.lua   so many, from that seed on
--   ECS_ROLLOUTS=1 ECS_ROLLOUT_SEED=4711 …                                       one, with its story when it is wrong
local judge = require "support.rollout_judge"
local journey = require "support.journey"
local run = require "support.rollout_run"
local schedules = require "support.rollout_schedules"
local story = require "support.rollout_story"

local COUNT = tonumber(os.getenv "ECS_ROLLOUTS") or 300
local FIRST = tonumber(os.getenv "ECS_ROLLOUT_SEED") or 1

local function told(seed, wrong, played)
  local outcome = played.outcome
  local words = "seed %d: %s: %s\n    told: %s %s\n    again: ECS_ROLLOUTS=1 ECS_ROLLOUT_SEED=%d with this spec"
  return words:format(seed, wrong.kind, wrong.text, outcome.ok and "success" or tostring(outcome.code),
    outcome.message or "", seed)
end

describe("of a rollout that is not the simulator's", function()
  before_each(function() journey.environment {} end)
  after_each(journey.clean)

  it("nothing is told that is not so, whatever goes wrong and however little can be seen", function()
    local wrongs, rollouts = {}, 0
    for seed = FIRST, FIRST + COUNT - 1 do
      local played = run.play(schedules.of(seed))
      for _, wrong in ipairs(judge.wrongs(played)) do
        wrongs[#wrongs + 1] = told(seed, wrong, played) .. (COUNT == 1 and "\n" .. story.tell(played) or "")
      end
      rollouts = rollouts + 1
    end
    assert.equal(COUNT, rollouts)
    assert(#wrongs == 0, ("%d of %d rollouts, from seed %d on:\n  %s"):format(#wrongs, rollouts, FIRST,
      table.concat(wrongs, "\n  ", 1, math.min(10, #wrongs))))
  end)
end)

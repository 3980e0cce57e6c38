-- Where a run comes from: kept with what it did, and shown by history.
local command = require "support.command"
local core = require "ecs_service.core"
local environment = require "ecs_service.aws.environment"
local journey = require "support.journey"
local origin = require "ecs_service.run.origin"

local raw = environment.raw

local function within(variables)
  environment.raw = function(name) return variables[name] end
end

after_each(function() environment.raw = raw end)

describe("the origin of a run", function()
  local SYSTEMS = {
    { { GITHUB_ACTIONS = "true", GITHUB_SHA = "4f2c9e1", GITHUB_REF_NAME = "main", GITHUB_ACTOR = "ann",
      GITHUB_SERVER_URL = "https://github.com", GITHUB_REPOSITORY = "acme/api", GITHUB_RUN_ID = "7" },
    { ci = "GitHub Actions", commit = "4f2c9e1", branch = "main", actor = "ann",
      job = "https://github.com/acme/api/actions/runs/7" } },
    { { GITHUB_ACTIONS = "true", GITHUB_HEAD_REF = "topic", GITHUB_REF_NAME = "12/merge", GITHUB_RUN_ID = "7" },
      { ci = "GitHub Actions", branch = "topic" } }, -- half of an address is none
    { { GITLAB_CI = "true", CI_COMMIT_SHA = "a1", CI_COMMIT_REF_NAME = "v2", CI_JOB_URL = "https://gl/j/1",
      GITLAB_USER_LOGIN = "bob", CI_JOB_TOKEN = "hunter2" },
    { ci = "GitLab CI", commit = "a1", branch = "v2", job = "https://gl/j/1", actor = "bob" } },
    { { CIRCLECI = "true", CIRCLE_SHA1 = "a1", CIRCLE_TAG = "v1" }, { ci = "CircleCI", commit = "a1", branch = "v1" } },
    { { BUILDKITE = "true", BUILDKITE_COMMIT = "a1", BUILDKITE_BUILD_CREATOR = "Zoë" },
      { ci = "Buildkite", commit = "a1", actor = "Zoë" } },
    { { BITBUCKET_BUILD_NUMBER = "9", BITBUCKET_GIT_HTTP_ORIGIN = "https://bitbucket.org/acme/api" },
      { ci = "Bitbucket Pipelines", job = "https://bitbucket.org/acme/api/pipelines/results/9" } },
    { { TF_BUILD = "True", BUILD_SOURCEVERSION = "a1", BUILD_REQUESTEDFOR = "Ann" },
      { ci = "Azure Pipelines", commit = "a1", actor = "Ann" } },
    { { CODEBUILD_BUILD_ID = "api:1" }, { ci = "AWS CodeBuild", job = "api:1" } },
    { { DRONE = "true", DRONE_COMMIT_SHA = "a1" }, { ci = "Drone", commit = "a1" } },
    { { TRAVIS = "true", TRAVIS_COMMIT = "a1" }, { ci = "Travis CI", commit = "a1" } },
    { { JENKINS_URL = "http://j", GIT_COMMIT = "a1", BUILD_URL = "http://j/1" },
      { ci = "Jenkins", commit = "a1", job = "http://j/1" } },
  }
  for _, case in ipairs(SYSTEMS) do
    it("is what " .. case[2].ci .. " says of its job, and nothing else of its environment", function()
      within(case[1])
      assert.same(case[2], origin.found())
    end)
  end

  it("is nothing where nobody says anything", function()
    within {}
    assert.is_nil(origin.found())
    assert.is_nil(origin.found "")
    assert.same({ message = "add the index" }, origin.found "add the index")
  end)

  it("is one line, has a bound, no credentials, and nothing that steers a terminal", function()
    within { JENKINS_URL = "http://j", BUILD_URL = "https://ci:hunter2@j/job/1", GIT_COMMIT = "a\27[2Jb",
      GIT_BRANCH = ("é"):rep(400) }
    local found = origin.found("a\nb\t \27]0;x\7c")
    assert.equal("a b ]0;xc", found.message)
    assert.equal("https://j/job/1", found.job)
    assert.equal("a[2Jb", found.commit)
    assert.is_true(#found.branch <= origin.TEXT + 3)
    assert.truthy(found.branch:find "^[\195\169]+%.%.%.$")
  end)
end)

describe("history", function()
  after_each(journey.clean)

  it("shows why a run was, and from which commit and job, as text and as JSON", function()
    within { GITLAB_CI = "true", CI_COMMIT_SHA = "4f2c9e1d33aa0b00ffee", CI_COMMIT_REF_NAME = "main" }
    command.begin()
    command.declare { revision = 2, count = 2 }
    local code, out, err = command.run({}, "apply", command.script, "--auto-approve", "--message", "the new index")
    assert.equal(0, code, out .. err)
    code, out, err = command.run({}, "scale", "web", "3", "--file", command.script, "--auto-approve", "--message",
      "Black Friday")
    assert.equal(0, code, out .. err)
    code, out = command.run({}, "history", "web", "--file", command.script)
    assert.equal(0, code)
    command.has(out, "the new index, commit 4f2c9e1d33aa, main")
    command.has(out, "Black Friday")
    code, out = command.run({}, "history", "web", "--file", command.script, "--json")
    assert.equal(0, code)
    command.has(out, '"message": "the new index"')
    command.has(out, '"ci": "GitLab CI"')
  end)

  it("has what a killed run was asked for, when the next one ends it", function()
    within {}
    local sim = journey.simulator()
    local backend = require("ecs_service.state.memory").new()
    local function stack()
      local one = journey.stack(sim)
      one.backend = backend
      one:service("web", journey.web { wait_for_steady_state = true })
      return one
    end
    local asked = 0
    local _, err = stack():apply { message = "first", interrupted = function()
      asked = asked + 1
      return asked > 12
    end }
    assert.truthy(err)
    assert(stack():apply { message = "second" })
    local entries = assert(stack():history "web").entries
    assert.equal("first", entries[#entries].origin.message)
    assert.is_nil(core.json(assert(stack():read_state()).services):find("second", 1, true))
  end)
end)

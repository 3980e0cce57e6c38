--- Where a run comes from: what its caller says of it, and the commit, branch, job and person that a CI system names in
--- its environment. It is kept beside what the run did, so that people see weeks later who deployed what, and why.
local characters = require "ecs_service.util.characters"
local environment = require "ecs_service.aws.environment"

local origin = {}

--- How long a message may be, and each of the other texts, in bytes; CI systems have no bounds of their own.
origin.MESSAGE, origin.TEXT = 500, 300

-- `when`: the variable that tells the system; then the variables of each field, the first that is set. A text with
-- ${NAME} is put together where all of its names are set. From the documentation of each system's predefined variables.
local SYSTEMS = {
  { ci = "GitHub Actions", when = "GITHUB_ACTIONS", commit = { "GITHUB_SHA" },
    branch = { "GITHUB_HEAD_REF", "GITHUB_REF_NAME" }, actor = { "GITHUB_ACTOR" },
    job = { "${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}" } },
  { ci = "GitLab CI", when = "GITLAB_CI", commit = { "CI_COMMIT_SHA" }, branch = { "CI_COMMIT_REF_NAME" },
    job = { "CI_JOB_URL" }, actor = { "GITLAB_USER_LOGIN" } },
  { ci = "CircleCI", when = "CIRCLECI", commit = { "CIRCLE_SHA1" }, branch = { "CIRCLE_BRANCH", "CIRCLE_TAG" },
    job = { "CIRCLE_BUILD_URL" }, actor = { "CIRCLE_USERNAME" } },
  { ci = "Buildkite", when = "BUILDKITE", commit = { "BUILDKITE_COMMIT" }, branch = { "BUILDKITE_BRANCH" },
    job = { "BUILDKITE_BUILD_URL" }, actor = { "BUILDKITE_BUILD_CREATOR" } },
  { ci = "Bitbucket Pipelines", when = "BITBUCKET_BUILD_NUMBER", commit = { "BITBUCKET_COMMIT" },
    branch = { "BITBUCKET_BRANCH", "BITBUCKET_TAG" },
    job = { "${BITBUCKET_GIT_HTTP_ORIGIN}/pipelines/results/${BITBUCKET_BUILD_NUMBER}" } },
  { ci = "Azure Pipelines", when = "TF_BUILD", commit = { "BUILD_SOURCEVERSION" },
    branch = { "BUILD_SOURCEBRANCHNAME" }, actor = { "BUILD_REQUESTEDFOR" },
    job = { "${SYSTEM_COLLECTIONURI}${SYSTEM_TEAMPROJECT}/_build/results?buildId=${BUILD_BUILDID}" } },
  { ci = "AWS CodeBuild", when = "CODEBUILD_BUILD_ID", commit = { "CODEBUILD_RESOLVED_SOURCE_VERSION" },
    branch = { "CODEBUILD_WEBHOOK_HEAD_REF" }, job = { "CODEBUILD_BUILD_ID" }, actor = { "CODEBUILD_INITIATOR" } },
  { ci = "Drone", when = "DRONE", commit = { "DRONE_COMMIT_SHA" }, branch = { "DRONE_BRANCH" },
    job = { "DRONE_BUILD_LINK" }, actor = { "DRONE_COMMIT_AUTHOR" } },
  { ci = "Travis CI", when = "TRAVIS", commit = { "TRAVIS_COMMIT" }, branch = { "TRAVIS_BRANCH" },
    job = { "TRAVIS_BUILD_WEB_URL" } },
  { ci = "Jenkins", when = "JENKINS_URL", commit = { "GIT_COMMIT" }, branch = { "GIT_BRANCH", "BRANCH_NAME" },
    job = { "BUILD_URL" }, actor = { "BUILD_USER_ID" } },
}

-- One line, without what steers a terminal, and without what a URL has for credentials.
local function clean(text, most)
  text = characters.replace(text:gsub("%s+", " "):gsub("%c", ""), function() return "?" end)
  text = text:gsub("(%a[%w+.-]*://)[^/%s@]*@", "%1"):gsub("^ +", ""):gsub(" +$", "")
  if #text > most then text = text:sub(1, most):gsub("[\192-\255]?[\128-\191]*$", "") .. "..." end
  return text ~= "" and text or nil
end

local function value_of(names)
  for _, name in ipairs(names or {}) do
    local whole = true
    local text = name:find("${", 1, true) and name:gsub("%${([%w_]+)}", function(variable)
      local value = environment.get(variable)
      whole = whole and value ~= nil
      return value or ""
    end) or environment.get(name)
    if whole and text then return clean(text, origin.TEXT) end
  end
end

local FIELDS = { "commit", "branch", "job", "actor" }

--- Where this run comes from; nil when nobody says anything.
---@param message string|nil of the caller
---@return ecs_service.Origin|nil
function origin.found(message)
  local found = { message = message and clean(message, origin.MESSAGE) or nil }
  for _, system in ipairs(SYSTEMS) do
    if not found.ci and environment.get(system.when) then
      found.ci = system.ci
      for _, field in ipairs(FIELDS) do found[field] = value_of(system[field]) end
    end
  end
  return next(found) and found or nil
end

return origin

--- What a run needs to be allowed beside what the kinds of things need (kinds/…/rights.lua), and why.
local verbs = require "ecs_service.kinds.verbs"

local permissions = {}

-- Phases in which something is needed.
local ALL = { "plan", "apply", "destroy", "import", "deploy", "stop", "continue" }
local CHANGING = { "apply", "destroy", "import", "deploy", "stop", "continue" }
local NOTING = { "apply", "stop", "continue" }
local READING = verbs.policies()

--- Of a state in S3: suffix of the object's key, actions, phases, why.
permissions.STATE = {
  { suffix = "", action = "s3:GetObject", phases = READING, why = "reads the state" },
  { suffix = "", action = "s3:PutObject", phases = CHANGING, why = "writes the state" },
  { suffix = ".backup", action = "s3:PutObject", phases = CHANGING, why = "keeps the state as the run found it" },
  { suffix = ".journal/*", action = "s3:GetObject", phases = ALL, why = "reads what a run had done that was killed" },
  { suffix = ".journal/*", action = "s3:PutObject", phases = CHANGING, why = "records what is done as it is done" },
  { suffix = ".journal/*", action = "s3:DeleteObject", phases = CHANGING, why = "removes what stands in the state" },
  { suffix = ".alive", action = "s3:GetObject", phases = ALL, why = "sees whether a run that holds the lock lives" },
  { suffix = ".alive", action = "s3:PutObject", phases = ALL, why = "says that this run lives" },
  { suffix = ".lock", action = "s3:GetObject", phases = ALL, why = "sees who holds the lock" },
  { suffix = ".lock", action = "s3:PutObject", phases = ALL, why = "takes the lock" },
  { suffix = ".lock", action = "s3:DeleteObject", phases = ALL, why = "gives the lock back" },
  { suffix = ".stopped", action = "s3:GetObject", phases = NOTING,
    why = "reads who stopped the deployment that is waited for" },
  { suffix = ".stopped", action = "s3:PutObject", phases = NOTING,
    why = "tells a run that waits who stopped its deployment" },
}
permissions.LIST_WHY = "makes S3 say of an object that is not there yet that it is missing, not that it is forbidden"

--- Of a state that is encrypted with a key of one's own.
permissions.KEY = {
  { action = "kms:Decrypt", why = "reads what is encrypted with the key of the state" },
  { action = "kms:GenerateDataKey", why = "writes with the key of the state" },
}

return permissions

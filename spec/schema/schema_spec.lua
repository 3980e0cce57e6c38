local core = require "ecs_service.core"

-- The arguments of the reference document's headings, as they stand there; `R` where it says (Required).
-- ("Required for ELB Classic" and weight, which the API takes without, are optional here.)
local REFERENCE = {
  [""] = [[ name:R alarms capacity_provider_strategy cluster deployment_circuit_breaker deployment_controller
    deployment_maximum_percent deployment_minimum_healthy_percent desired_count enable_ecs_managed_tags
    enable_execute_command force_new_deployment health_check_grace_period_seconds iam_role launch_type load_balancer
    network_configuration ordered_placement_strategy placement_constraints platform_version propagate_tags
    scheduling_strategy service_connect_configuration service_registries tags task_definition triggers
    volume_configuration wait_for_steady_state id tags_all timeouts ]],
  ["alarms"] = "alarm_names:R enable:R rollback:R",
  ["volume_configuration"] = "name:R managed_ebs_volume:R",
  ["volume_configuration.managed_ebs_volume"] = [[ role_arn:R encrypted file_system_type iops kms_key_id size_in_gb
    snapshot_id throughput volume_type ]],
  ["capacity_provider_strategy"] = "base capacity_provider:R weight",
  ["deployment_circuit_breaker"] = "enable:R rollback:R",
  ["deployment_controller"] = "type",
  ["load_balancer"] = "elb_name target_group_arn container_name:R container_port:R",
  ["network_configuration"] = "subnets:R security_groups assign_public_ip",
  ["ordered_placement_strategy"] = "type:R field",
  ["placement_constraints"] = "type:R expression",
  ["service_registries"] = "registry_arn:R port container_port container_name",
  ["service_connect_configuration"] = "enabled:R log_configuration namespace service",
  ["service_connect_configuration.log_configuration"] = "log_driver:R options secret_option",
  ["service_connect_configuration.log_configuration.secret_option"] = "name:R value_from:R",
  ["service_connect_configuration.service"] = [[ client_alias discovery_name ingress_port_override port_name:R timeout
    tls ]],
  ["service_connect_configuration.service.timeout"] = "idle_timeout_seconds per_request_timeout_seconds",
  ["service_connect_configuration.service.tls"] = "issuer_cert_authority:R kms_key role_arn",
  ["service_connect_configuration.service.tls.issuer_cert_authority"] = "aws_pca_authority_arn:R",
  ["service_connect_configuration.service.client_alias"] = "dns_name port:R",
  ["timeouts"] = "create update delete",
}

-- What the rows add to the document: later editions, and what Terraform has in its language and not in the resource.
local BEYOND = { depends_on = true, lifecycle = true }

local function row_of(rows, name)
  for _, row in ipairs(rows) do
    if row.name == name then
      return row
    end
  end
end

local function find(path)
  local rows, row = core.schema("service"), nil
  for name in path:gmatch("[^.]+") do
    row = row_of(rows, name)
    if not row then
      return nil
    end
    rows = row.rows or {}
  end
  return row
end

local function each_row(rows, prefix, visit)
  for _, row in ipairs(rows) do
    visit(row, prefix .. row.name)
    if row.rows then
      each_row(row.rows, prefix .. row.name .. ".", visit)
    end
  end
end

describe("the schema", function()
  it("has every argument and attribute of the reference document, nested ones too", function()
    local count = 0
    for place, names in pairs(REFERENCE) do
      for name, required in names:gmatch("([%w_]+)(:?R?)") do
        local path = (place == "" and "" or place .. ".") .. name
        local row = find(path)
        assert.is_table(row, "no row for " .. path)
        assert.are.equal(required ~= "", row.required == true, path .. " is required, or is not")
        count = count + 1
      end
    end
    assert.are.equal(93, count)
  end)

  it("has nothing else but what later editions and Terraform's language add", function()
    each_row(core.schema("service"), "", function(row, path)
      local place, name = path:match("^(.*)%.([^.]+)$")
      place, name = place or "", name or path
      local within = BEYOND[path:match("^[^.]+")] or row.since ~= "5.x"
      local parent = place ~= "" and find(place)
      if within or (parent and parent.since ~= "5.x") then
        return
      end
      local known = " " .. (REFERENCE[place] or ""):gsub(":R", ""):gsub("%s+", " ") .. " "
      assert.is_truthy(known:find(" " .. name .. " ", 1, true), path .. " is not in the reference document")
    end)
  end)

  it("says of every row what it is for, of which kind it is, and since when", function()
    local kinds = { bool = 1, int = 1, number = 1, string = 1, document = 1, duration = 1, list = 1, set = 1,
                    map = 1, block = 1, block_list = 1, block_set = 1 }
    each_row(core.schema("service"), "", function(row, path)
      assert.is_truthy(kinds[row.kind], path)
      assert.is_truthy(row.doc and #row.doc > 10 and row.doc:match("%.$"), path .. " has no documentation")
      assert.is_truthy(row.since == "5.x" or row.since == "6.x" or row.since == "the API", path)
      assert.are.equal(row.kind:match("^block") ~= nil, row.rows ~= nil, path)
    end)
  end)

  it("knows the defaults of the document", function()
    local defaults = {
      cluster = "default", desired_count = 0, deployment_maximum_percent = 200,
      deployment_minimum_healthy_percent = 100, enable_ecs_managed_tags = false, enable_execute_command = false,
      scheduling_strategy = "REPLICA", wait_for_steady_state = false, ["deployment_controller.type"] = "ECS",
      ["network_configuration.assign_public_ip"] = false, ["timeouts.create"] = 1200, ["timeouts.update"] = 1200,
      ["timeouts.delete"] = 1200, ["volume_configuration.managed_ebs_volume.encrypted"] = true,
      ["volume_configuration.managed_ebs_volume.file_system_type"] = "xfs",
    }
    for path, default in pairs(defaults) do
      assert.are.equal(default, find(path).default, path)
    end
  end)

  it("replaces the service for exactly the arguments that Terraform replaces it for", function()
    local replacing = {}
    each_row(core.schema("service"), "", function(row, path)
      if row.replaces then
        replacing[#replacing + 1] = path
      end
    end)
    table.sort(replacing)
    assert.are.same({ "capacity_provider_strategy", "cluster", "deployment_controller", "deployment_controller.type",
                      "iam_role", "launch_type", "name", "scheduling_strategy" }, replacing)
  end)

  it("marks what starts a deployment, by the API's own words", function()
    local deploying = {}
    for _, row in ipairs(core.schema("service")) do
      if row.deploys then
        deploying[#deploying + 1] = row.name
      end
    end
    table.sort(deploying)
    assert.are.same({ "force_new_deployment", "load_balancer", "network_configuration", "platform_version",
                      "service_connect_configuration", "service_registries", "task_definition",
                      "volume_configuration", "vpc_lattice_configurations" }, deploying)
  end)

  it("lets UpdateService take with CODE_DEPLOY and EXTERNAL only what the API takes", function()
    local taken = { on_code_deploy = {}, on_external = {} }
    for _, row in ipairs(core.schema("service")) do
      for controller, names in pairs(taken) do
        if row[controller] then
          names[#names + 1] = row.name
        end
      end
    end
    local both = { "desired_count", "enable_ecs_managed_tags", "health_check_grace_period_seconds",
                   "ordered_placement_strategy", "placement_constraints", "propagate_tags" }
    assert.are.same(both, taken.on_external)
    assert.are.same({ "alarms", "deployment_circuit_breaker", "deployment_configuration",
                      "deployment_maximum_percent", "deployment_minimum_healthy_percent", both[1], both[2], both[3],
                      both[4], both[5], both[6] }, taken.on_code_deploy)
  end)

  it("puts every argument where the API's model has a member for it", function()
    local file = assert(io.open("spec/data/ecs-operations.json"))
    local api = require("cjson.safe").decode(file:read("*a"))
    file:close()
    local function member(shape, place)
      for name in place:gmatch("[^.]+") do
        shape = shape and shape.members and api.shapes[shape.members[name]]
      end
      return shape
    end
    local function check(rows, shape, path)
      for _, row in ipairs(rows) do
        if row.create then
          local found = member(shape, row.create)
          assert.is_table(found, path .. row.name .. ": no member " .. row.create)
          if row.rows then
            check(row.rows, found.type == "list" and api.shapes[found.member] or found, path .. row.name .. ".")
          end
        end
      end
    end
    check(core.schema("service"), api.shapes.CreateServiceRequest, "")
    for _, row in ipairs(core.schema("service")) do
      if row.update then
        assert.is_table(member(api.shapes.UpdateServiceRequest, row.update), row.name .. ": " .. row.update)
      end
      if row.answer then
        assert.is_table(member(api.shapes.Service, row.answer), row.name .. ": " .. row.answer)
      end
    end
  end)

  it("allows no word that the API's model does not have", function()
    local file = assert(io.open("spec/data/ecs-operations.json"))
    local text = file:read("*a")
    file:close()
    each_row(core.schema("service"), "", function(row, path)
      for _, choice in ipairs(row.choices or {}) do
        assert.is_truthy(text:find('"' .. choice .. '"', 1, true), path .. " = " .. choice)
      end
    end)
  end)

  it("has made its documentation and editor types anew", function()
    local tool = assert(loadfile("tools/generate.lua"))
    local stale = tool("--stale")
    assert.are.same({}, stale)
  end)
end)

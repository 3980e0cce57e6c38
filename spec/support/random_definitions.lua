-- Random task definitions that are valid, from one seed each: every argument that the rows know comes up.
local random_definitions = {}

-- Numbers that are the same on every Lua.
local function generator(seed)
  local state = seed % 2147483647
  if state == 0 then state = 1 end
  return function(most)
    state = (state * 16807) % 2147483647
    return state % most + 1
  end
end

local function name_of(prefix, n) return ("%s-%d"):format(prefix, n) end

--- A definition in the module's spelling.
---@param seed integer
---@return table
function random_definitions.one(seed)
  local pick = generator(seed * 7919 + 13)
  for _ = 1, 5 do pick(2) end
  local function maybe(value) if pick(3) == 1 then return value end end
  local function one_of(list) return list[pick(#list)] end
  local fargate = pick(3) == 1
  local mode = fargate and "awsvpc" or one_of { "awsvpc", "bridge", "host", "none" }
  local volumes = {}
  for i = 1, pick(3) - 1 do
    volumes[i] = { name = name_of("vol", i) }
    if not fargate then volumes[i].host_path = maybe("/data/" .. i) end
    if not volumes[i].host_path and pick(3) == 1 then
      volumes[i].efs_volume_configuration = { file_system_id = "fs-0123456" .. i, root_directory = maybe "/",
        transit_encryption = maybe "ENABLED", authorization_config = maybe { iam = one_of { "ENABLED", "DISABLED" } } }
    end
  end

  local function ports(container)
    if mode == "none" then return nil end
    local list = {}
    for i = 1, pick(4) - 1 do
      local port = 8000 + container * 10 + i
      local host
      if mode == "bridge" then host = maybe(one_of { 0, 30000 + container * 10 + i }) else host = maybe(port) end
      list[i] = { container_port = port, host_port = host, protocol = maybe(one_of { "tcp", "udp" }),
        name = maybe(name_of("port", container * 10 + i)), app_protocol = maybe(one_of { "http", "http2", "grpc" }) }
    end
    return list
  end

  local function variables(count)
    local list = {}
    for i = 1, count do list[i] = { name = "V" .. pick(20) .. "_" .. i, value = one_of { "", "x", "two words",
      "1" } } end
    if pick(2) == 1 then return list end
    local map = {}
    for _, pair in ipairs(list) do map[pair.name] = pair.value end
    return map
  end

  local function mounts()
    local list = {}
    for i, volume in ipairs(volumes) do
      list[#list + 1] = maybe { source_volume = volume.name, container_path = "/mnt/" .. i,
        read_only = maybe(pick(2) == 1) }
    end
    return list
  end

  local containers, count = {}, pick(4)
  for i = 1, count do
    local health = maybe { command = { "CMD-SHELL", "true" }, interval = maybe(one_of { 5, 30, 300 }),
      timeout = maybe(one_of { 2, 5 }), retries = maybe(one_of { 1, 3 }), start_period = maybe(0) }
    containers[i] = { name = name_of("c", i), image = "acme/" .. one_of { "a:1", "b@sha256:00", "c" },
      cpu = maybe(one_of { 0, 10 }), memory = one_of { 128, 256 }, memory_reservation = maybe(64),
      essential = i > 1 and maybe(pick(2) == 1) or nil, command = maybe(one_of { {}, { "" }, { "run", "it" } }),
      entry_point = maybe { "sh", "-c" }, environment = maybe(variables(pick(4))),
      secrets = maybe { S1 = "arn:aws:ssm:us-west-2:123456789012:parameter/s" },
      environment_files = maybe { { value = "arn:aws:s3:::bucket/a.env", type = "s3" } },
      port_mappings = ports(i), mount_points = mounts(), health_check = health,
      ulimits = maybe { { name = "nofile", soft_limit = 1024, hard_limit = 2048 },
        { name = "core", soft_limit = 0, hard_limit = 0 } },
      docker_labels = maybe { ["com.acme.team"] = "core", Version = "1" }, user = maybe "1000",
      working_directory = maybe "/srv", readonly_root_filesystem = maybe(pick(2) == 1),
      interactive = maybe(pick(2) == 1), stop_timeout = maybe(30), start_timeout = maybe(60),
      log_configuration = maybe { log_driver = "awslogs", options = { ["awslogs-group"] = "/g",
        ["awslogs-region"] = "us-west-2", ["awslogs-stream-prefix"] = "p", ["awslogs-create-group"] = maybe "true" } },
      system_controls = maybe { { namespace = "net.core.somaxconn", value = "1024" } },
      linux_parameters = maybe { init_process_enabled = maybe(pick(2) == 1),
        capabilities = maybe { add = { "SYS_PTRACE" }, drop = maybe { "MKNOD", "CHOWN" } } },
      restart_policy = maybe { enabled = true, ignored_exit_codes = maybe { 0, 143 },
        restart_attempt_period = maybe(300) },
      version_consistency = maybe(one_of { "enabled", "disabled" }), dns_servers = mode ~= "awsvpc"
        and maybe { "10.0.0.2" }
        or nil,
      depends_on = i > 1 and maybe { { container_name = name_of("c", i - 1), condition = "START" } } or nil }
  end
  local definition = { family = name_of("family", seed), network_mode = mode ~= "bridge" and mode or maybe(mode),
    container_definitions = containers, volume = volumes, tags = maybe { team = "core", ["a:b"] = "" },
    requires_compatibilities = fargate and { "FARGATE" } or maybe { "EC2" },
    cpu = fargate and one_of { "1 vCPU", 1024, "1024" } or maybe(one_of { 2048, "2 vCPU" }),
    memory = fargate and one_of { "2GB", "2 GB", 2048, "3072" } or maybe "4096",
    task_role_arn = maybe "arn:aws:iam::123456789012:role/task",
    execution_role_arn = maybe "arn:aws:iam::123456789012:role/exec",
    ephemeral_storage = fargate and maybe { size_in_gib = 40 } or nil,
    runtime_platform = maybe { cpu_architecture = one_of { "X86_64", "ARM64" }, operating_system_family = "LINUX" },
    enable_fault_injection = maybe(pick(2) == 1) }
  if not fargate then
    definition.placement_constraints = maybe { { type = "memberOf", expression = "attribute:x == y" } }
    definition.pid_mode, definition.ipc_mode = maybe "task", maybe "none"
  end
  return definition
end

return random_definitions

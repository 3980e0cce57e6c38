--- What of a task is drawn from its id: the names under which Docker, the network and CloudWatch Logs know it.

local core = require "ecs_service.core"

local ids = {}

local sha256 = core.system.sha256

local function number(hex, from, below) return tonumber(hex:sub(from, from + 5), 16) % below end

--- Docker's id of a container.
---@return string 64 hexadecimal digits; on Fargate the task's id and ten digits
function ids.runtime(task, container)
  local digest = sha256(task.id .. "/" .. container)
  if task.launch_type ~= "FARGATE" then return digest end
  return ("%s-%05d%05d"):format(task.id, number(digest, 1, 100000), number(digest, 7, 100000))
end

--- The digest of an image, always the same for the same name.
function ids.image(image) return "sha256:" .. sha256(image) end

--- The network interface of a task with its own.
---@return table {attachment, interface, mac, address, name}
function ids.network(task)
  local hex = sha256(task.id)
  local address = ("10.%d.%d.%d"):format(number(hex, 1, 256), number(hex, 7, 256), 4 + number(hex, 13, 250))
  return {
    attachment = ("%s-%s-4%s-a%s-%s"):format(hex:sub(1, 8), hex:sub(9, 12), hex:sub(13, 15), hex:sub(16, 18),
      hex:sub(19, 30)),
    interface = "eni-" .. hex:sub(31, 47),
    mac = ("02:%s:%s:%s:%s:%s"):format(hex:sub(48, 49), hex:sub(50, 51), hex:sub(52, 53), hex:sub(54, 55),
      hex:sub(56, 57)),
    address = address,
    name = "ip-" .. address:gsub("%.", "-") .. ".ec2.internal",
  }
end

--- The port of the instance that a bridge leads to a container's port from: of those that Docker picks itself.
function ids.port(task, container, port)
  return 32768 + number(sha256(("%s/%s/%d"):format(task.id, container, port)), 1, 28232)
end

return ids

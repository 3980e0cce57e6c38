-- throttle: the token buckets of the ECS API, one for each class of operations of an account in a region.
local throttle = {}

-- Burst (the bucket) and sustained rate (what flows into it a second), as published for the ECS API.
throttle.published = {
  cluster_modify = { burst = 20, rate = 1 },
  cluster_read = { burst = 50, rate = 20 },
  service_modify = { burst = 50, rate = 5 },
  service_read = { burst = 100, rate = 20 },
  task_definition_modify = { burst = 20, rate = 1 },
  task_definition_read = { burst = 50, rate = 20 },
  task_modify = { burst = 100, rate = 40 },
  task_read = { burst = 100, rate = 20 },
  capacity_provider_read = { burst = 50, rate = 20 },
  tag_modify = { burst = 20, rate = 10 },
  tag_read = { burst = 50, rate = 10 },
}

throttle.classes = {
  CreateCluster = "cluster_modify", DeleteCluster = "cluster_modify", DescribeClusters = "cluster_read",
  CreateService = "service_modify", UpdateService = "service_modify", DeleteService = "service_modify",
  CreateTaskSet = "service_modify", UpdateTaskSet = "service_modify", DeleteTaskSet = "service_modify",
  StopServiceDeployment = "service_modify",
  DescribeServices = "service_read", ListServices = "service_read", DescribeTaskSets = "service_read",
  DescribeServiceDeployments = "service_read", ListServiceDeployments = "service_read",
  DescribeServiceRevisions = "service_read",
  RegisterTaskDefinition = "task_definition_modify", DeregisterTaskDefinition = "task_definition_modify",
  DescribeTaskDefinition = "task_definition_read", ListTaskDefinitions = "task_definition_read",
  StopTask = "task_modify", DescribeTasks = "task_read", ListTasks = "task_read",
  DescribeCapacityProviders = "capacity_provider_read",
  TagResource = "tag_modify", UntagResource = "tag_modify", ListTagsForResource = "tag_read",
}

--- Buckets, full. `option` is true for the published figures, or a table of classes that overrides some of them.
function throttle.new(option)
  local buckets = {}
  for class, figures in pairs(throttle.published) do
    local own = type(option) == "table" and option[class] or {}
    local burst = own.burst or figures.burst
    buckets[class] = { burst = burst, rate = own.rate or figures.rate, tokens = burst }
  end
  return buckets
end

--- Takes a token for the operation; false when there is none.
function throttle.take(buckets, operation, now)
  local bucket = buckets[throttle.classes[operation]]
  if not bucket then
    return true
  end
  local since = now - (bucket.at or now)
  bucket.at = now
  bucket.tokens = math.min(bucket.burst, bucket.tokens + since * bucket.rate)
  if bucket.tokens < 1 then
    return false
  end
  bucket.tokens = bucket.tokens - 1
  return true
end

return throttle

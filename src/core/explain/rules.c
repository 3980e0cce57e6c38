/* rules: one row a code. Adding one is one row here and one recorded case in spec/data/explain.json.
**
** Rows are tried from the top, so the more particular one stands above the more general. The texts that the patterns
** were made from are in spec/data/explain.json, with their sources. */
#include "explain/rules.h"

#define TASK (ECS_ON_STOPPED | ECS_ON_CONTAINER)
/* The scheduler repeats a task's reason in an event, and a deployment in its reason. */
#define ANY (TASK | ECS_ON_EVENT | ECS_ON_ROLLOUT)
#define MATCHES(...)                                                                                                   \
  .matches = (const ecs_explain_match[]) {                                                                             \
    __VA_ARGS__, { 0, NULL, NULL }                                                                                     \
  }
#define LOGS "[; read the log: aws logs tail {log_group} --since 1h]"
#define ON_REGISTRY "CannotPull*|can*t pull*image*|cannot pull*image*|pull image manifest*|failed to resolve ref*"

/* The columns of the table are its meaning. */
/* clang-format off */
const ecs_explain_rule ecs_explain_rules[] = {
    {"container_health", ECS_EFFECT,
     "containers' own health checks fail",
     NULL,
     "run the health check's command in the container, and see interval, timeout, retries and startPeriod",
     MATCHES({ECS_ON_EVENT, "due to an unhealthy status", NULL})},
    {NULL, ECS_BENIGN, NULL, NULL, NULL,
     MATCHES({ECS_ON_EVENT, "has reached a steady state|has started * tasks|has stopped * running tasks|"
                            "registered * targets in|deregistered * targets in|registered * instances in|"
                            "has begun draining connections|deployment completed|AZ balanced|AZ rebalanc|"
                            "updated state to STEADY_STATE|Successfully set desired count|desired count * updated|"
                            "updated computedDesiredCount", NULL},
             {ECS_ON_STOPPED, "Scaling activity initiated by|service is being deleted|AZ rebalanc|"
                              "Task stopped by (service|Task stopped by (deployment|being replaced by (deployment",
              NULL},
             {ECS_ON_ROLLOUT, "completed.|in progress.|in progress|deployment completed", NULL})},

    /* Deployments that shift traffic in stages. */
    {"hook_role", ECS_CAUSE,
     "the function of the lifecycle hook[ {hook}] cannot be called: its role[ {role}] does not allow it",
     "The hook's role_arn does not trust ecs.amazonaws.com, or may not call the function.",
     "let the role[ {role}] trust ecs.amazonaws.com, and allow it lambda:InvokeFunction of the function",
     MATCHES({ANY, "lifecycle hook*unable to assume role|lifecycle hook*unable to invoke|"
                   "not authorized to perform: lambda:InvokeFunction", NULL})},
    {"hook_answer", ECS_CAUSE,
     "the function of the lifecycle hook[ {hook}] gave no answer that ECS understands",
     "It timed out, failed itself, or answered without hookStatus.",
     "let it answer {\"hookStatus\": \"SUCCEEDED\"}, FAILED or IN_PROGRESS, and see its log and its own timeout",
     MATCHES({ANY, "lifecycle hook*unable to parse|HookStatus must not be null", NULL})},
    {"balancer_role", ECS_CAUSE,
     "ECS may not change the load balancer: the role[ {role}] lacks a permission[: {action}]",
     "The role_arn of advanced_configuration does not trust ecs.amazonaws.com, or lacks what shifts traffic.",
     "let the role[ {role}] trust ecs.amazonaws.com, and attach "
     "AmazonECSInfrastructureRolePolicyForLoadBalancers to it",
     MATCHES({ANY, "permissions on ECS Infrastructure Role|not authorized to perform: elasticloadbalancing:", NULL})},
    {"listener_rule", ECS_CAUSE,
     "the listener rules do not fit the target groups of the service",
     "The production rule forwards to a target group that is not the service's, to both at once, or one of the two is "
     "in neither rule; often another tool has put back the weights that ECS had set.",
     "see the weights: the production rule sends all to the one that serves; both target groups stand in the "
     "production or the test rule",
     MATCHES({ANY, "invalid networking configuration", NULL})},
    {"hook_timed_out", ECS_CAUSE,
     "the lifecycle hook[ {hook}] was not answered in time[, at {stage}]",
     "Nobody decided at a pause, or the function of the hook stayed IN_PROGRESS, until the time of the hook was over.",
     "deploy again, and decide in time: ecs-service continue; or allow more by timeout_configuration of the hook",
     MATCHES({ANY, "lifecycle hook*timed out|lifecycle hook*TIMED_OUT|hook*timed out", NULL})},
    {"hook_rejected", ECS_CAUSE,
     "somebody decided against the deployment at a pause[, at {stage}]",
     "ContinueServiceDeployment was called with ROLLBACK, by ecs-service continue --rollback for instance.",
     "see what was found and, in CloudTrail, by whom (ContinueServiceDeployment); deploy again when it is put right",
     MATCHES({ANY, "lifecycle hook*answered with ROLLBACK|ContinueServiceDeployment*ROLLBACK", NULL})},
    {"lifecycle_hook", ECS_CAUSE,
     "the lifecycle hook[ {hook}] failed[, at {stage}]",
     "The Lambda function of a lifecycle hook answered FAILED, or failed itself.",
     "look at the log of the hook's function[: aws logs tail /aws/lambda/{hook} --since 1h]",
     MATCHES({ANY, "lifecycle hook|LifecycleHook|hook execution failure", NULL})},

    /* The image. */
    {"image_rate_limited", ECS_CAUSE,
     "the registry refuses to give the image[ {image}] so often: its pull rate limit is reached",
     "Docker Hub limits pulls by address; all tasks behind one NAT gateway share one.",
     "authenticate by repositoryCredentials, or keep the image in ECR (a pull-through cache does it by itself)",
     MATCHES({ANY, "toomanyrequests|pull rate limit|unexpected status code*Too Many Requests|429 Too Many Requests|"
                   "increase-rate-limit|image*rate limit|Data limit exceeded*ecr|CannotPull*Rate exceeded", NULL})},
    {"throttled", ECS_CIRCUMSTANCE,
     "AWS throttles what ECS does for the service",
     "Too many calls in this account and region; ECS goes on by itself, more slowly.",
     "wait; deploy fewer services at once, or ask for a higher rate",
     MATCHES({ANY, "being throttled|Rate exceeded|ThrottlingException|Throttling|throttled|TooManyRequestsException|"
                   "RequestLimitExceeded", NULL})},
    {"disk_full", ECS_CAUSE,
     "the disk is full",
     "The image does not fit on the host's disk, or logs, old images and volumes have filled it.",
     "enlarge the disk: ephemeralStorage on Fargate, the root volume or a clean-up of images on EC2",
     MATCHES({ANY, "no space left on device|disk quota exceeded|not enough disk space|insufficient disk space|"
                   "no more space|ephemeral storage*exceeded|thin pool*free data blocks", NULL})},
    {"image_platform", ECS_CAUSE,
     "the image[ {image}] is not built for the platform that runs it[ ({platform})]",
     "The image was built for another processor or operating system, often arm64 on a developer's machine for tasks "
     "on x86_64.",
     "build the image for both (docker buildx build --platform linux/amd64,linux/arm64), or correct runtimePlatform",
     MATCHES({ANY, "descriptor matching platform|find a descriptor for platform|no matching manifest for|"
                   "exec format error|operating system * cannot be used|no match for platform|"
                   "does not match the * host platform|image*platform*not supported|requested image's platform|"
                   "not supported on this platform|container operating system does not match", NULL})},
    {"image_access_denied", ECS_CAUSE,
     "the image[ {image}] may not be pulled",
     "The role that pulls (the execution role on Fargate, the instance role on EC2) lacks the permission, the "
     "repository's policy does not allow it, or a private registry wants credentials. A registry may say the same of "
     "an image that is not there.",
     "allow ecr:GetAuthorizationToken, ecr:BatchGetImage and ecr:GetDownloadUrlForLayer to the role that pulls[ "
     "{image}]",
     MATCHES({ANY, "not authorized to perform: ecr|permissions to pull images from the registry",
              "the image[ {image}] may not be pulled[: {action} is not allowed]"},
             {ANY, "pull access denied", "the image[ {image}] may not be pulled, or does not exist"},
             {ANY, "no basic auth credentials|insufficient_scope|requested access to the resource is denied|"
                   "unauthorized: incorrect username or password|unauthorized: authentication required|"
                   "pull*unauthorized|CannotPull*401|CannotPull*403|CannotPull*Forbidden|CannotPull*denied|"
                   "resolve ref*forbidden|ecr registry auth*AccessDenied|ecr registry auth*not authorized|"
                   "unable to retrieve ecr*AccessDenied|CannotPullECRContainerError: AccessDenied|"
                   "authorization token has expired|dkr.ecr*403", NULL})},
    {"image_not_found", ECS_CAUSE,
     "the image cannot be pulled: [{image} ]was not found",
     "The repository, the tag or the digest does not exist (any more). ECS holds a deployment to the digest that its "
     "tag had when it began: a tag that was pushed again, or a lifecycle policy, takes it away.",
     "push the image, or correct its name or tag in the task definition[ {definition}], then apply again",
     MATCHES({ANY, "failed to resolve ref*not found|manifest*not found|manifest unknown|repository*not found|"
                   "repository*does not exist|image*not found|no such image|requested image not found|name unknown|"
                   "CannotPull*404|CannotPull*not found|CannotPull*does not exist|Check whether the image exists|"
                   "CannotPull*invalid reference format|ImageNotFoundException|RepositoryNotFoundException", NULL})},

    /* Secrets and logs, before the network: their messages speak of both. */
    {"secret_not_found", ECS_CAUSE,
     "the secret or parameter[ {secret}] does not exist",
     "A secret or parameter of the task definition was deleted, never made, made in another region, or its ARN or "
     "JSON key is written wrongly.",
     "create the secret, or correct valueFrom in the task definition[ {definition}]",
     MATCHES({ANY, "did not contain json key*", "the secret[ {secret}] has no key[ {key}]"},
             {ANY, "secret*ResourceNotFoundException|can*t find the specified secret|secret*marked for deletion|"
                   "scheduled for deletion|invalid ssm parameters|ParameterNotFound|ssm*invalid parameters|"
                   "secret*InvalidRequestException", NULL},
             {ANY, "GetSecretValueInput|secret*ValidationException|secret*InvalidParameter|unexpected ARN format*|"
                   "invalid ARN*secret", "the reference to the secret[ {secret}] is written wrongly"})},
    {"secret_access_denied", ECS_CAUSE,
     "the secret or parameter[ {secret}] may not be read",
     "The execution role (not the task role) lacks secretsmanager:GetSecretValue or ssm:GetParameters, or "
     "kms:Decrypt of the key that encrypts it.",
     "let the execution role read it[: {action} of {secret}]",
     MATCHES({ANY, "not authorized to perform: secretsmanager|not authorized to perform: ssm|"
                   "not authorized to perform: kms|secret*AccessDenied|ssm*AccessDenied|asm*AccessDenied|"
                   "secret*not authorized|Access to KMS is not allowed|kms*AccessDenied|"
                   "cannot read secret*permission|secret*assumed-role", NULL},
             /* What may pass is tried five times; once stands for a refusal, and Fargate cuts the message there. */
             {ANY, "unable to retrieve secret*retried 1 time", "the secret or parameter[ {secret}] cannot be read"})},
    {"log_group_missing", ECS_CAUSE,
     "the log group[ {log_group}] does not exist",
     "awslogs does not create the group by itself, or the task definition names another region.",
     "create it[: aws logs create-log-group --log-group-name {log_group}]; or set awslogs-create-group with the "
     "permission for it",
     MATCHES({ANY, "log group does not exist|log group*not exist|log group*not found|"
                   "Cloudwatch log stream*ResourceNotFound|logging driver*ResourceNotFound|logger*ResourceNotFound|"
                   "log-group*not found", NULL})},
    {"log_access_denied", ECS_CAUSE,
     "the logs may not be written[ to {log_group}]",
     "The execution role (on EC2 the instance role) lacks logs:CreateLogStream and logs:PutLogEvents, or "
     "logs:CreateLogGroup.",
     "allow logs:CreateLogStream and logs:PutLogEvents to the execution role[ (refused: {action})]",
     MATCHES({ANY, "not authorized to perform: logs|Cloudwatch log*AccessDenied|logger*AccessDenied|"
                   "logging driver*AccessDenied", NULL})},
    {"log_unreachable", ECS_CAUSE,
     "the log service cannot be reached or set up",
     "The task's subnets have no route to CloudWatch Logs, or the log driver's options are wrong.",
     "see that the subnets reach logs.REGION.amazonaws.com (NAT gateway or VPC endpoint), and the logConfiguration[ "
     "of {definition}]",
     MATCHES({ANY, "failed to validate logger args|failed to initialize logging driver|"
                   "failed to create Cloudwatch log|connection issue between the task and Amazon CloudWatch|"
                   "The task cannot find the Amazon CloudWatch log|log driver*not|logging driver", NULL})},
    {"secret_unreachable", ECS_CAUSE,
     "the service that keeps the secret[ {secret}] cannot be reached",
     "The task's subnets have no route to Secrets Manager or Systems Manager: no public address, no NAT gateway, no "
     "VPC endpoint, or a security group that forbids it.",
     "give the tasks a route: assign_public_ip in public subnets, a NAT gateway or VPC endpoints in private ones",
     MATCHES({ANY, "connection issue between the task and AWS Secrets Manager|"
                   "connection issue between the task and*SSM|connection issue between the task and*Systems Manager|"
                   "unable to retrieve secret|failed to fetch secret|unable to get registry auth from asm|"
                   "asm fetching secret|fetching secret data from*timed out|fetching secret data from|"
                   "secrets from ssm", NULL})},

    /* Volumes, before the registry: mounts time out too. */
    {"volume_mount", ECS_CAUSE,
     "a volume cannot be mounted[: {file_system}]",
     "The file system has no mount target in the task's zone, the security groups forbid NFS (port 2049), the path "
     "or access point does not exist, or IAM forbids it; for EBS, the infrastructure role, the zone or the limits do "
     "not allow the volume.",
     "see mount targets, security groups and root directory of the file system[ {file_system}]",
     MATCHES({ANY, "EFS utils|mount.nfs4|mount.efs|efs-utils|failed to resolve*.efs.", NULL},
             {ANY, "EBS volume|EBS attach|AttachVolume|ebs*attachment|CreateVolume",
              "the EBS volume cannot be made or attached"},
             {ANY, "CannotCreateVolumeError|invalid mount config|invalid path*volume|Unable to resolve volume mounts|"
                   "FSx|adding custom device|bind source path does not exist|error while mounting volume|"
                   "failed to mount|error mounting|VolumeDriver|mounting volume|mount through procfd|"
                   "volume*not found|no such volume", NULL})},
    {"no_free_ip", ECS_CAUSE,
     "the subnet[ {subnet}] has no free address left",
     "Each task of awsvpc mode takes an address of its subnet; a rollout needs some for old and new tasks at once.",
     "add larger subnets, or lower deployment_maximum_percent so that fewer tasks run at once",
     MATCHES({ANY, "not have enough free addresses|InsufficientFreeAddresses|no free ip|not enough free ip|"
                   "free private ip|not enough * ip addresses|insufficient ip addresses|RESOURCE:IP", NULL})},
    {"eni_timeout", ECS_CAUSE,
     "the task's network interface was not attached in time",
     "EC2 was slow or throttled to attach the interface, or the agent on the instance is not well.",
     "apply again; when it stays so, replace the container instance, or see the service-linked role of ECS",
     MATCHES({ANY, "waiting for network interface provisioning|network interface*timeout|network interface*timed out|"
                   "ENI attach*time|waiting for*ENI", NULL})},
    {"network_interface", ECS_CAUSE,
     "the task's network interface cannot be made",
     "A subnet or security group does not exist (any more) or belongs to another VPC, or the service-linked role may "
     "not make interfaces.",
     "see subnets and security_groups of network_configuration",
     MATCHES({ANY, "Unexpected EC2 error|Unable to create*network interface|failed to setup*network namespace|"
                   "InvalidSubnetID|InvalidGroup|security group*not exist|InvalidNetworkInterface", NULL})},
    {"registry_unreachable", ECS_CAUSE,
     "the registry of the image[ {image}] cannot be reached",
     "The task's subnets have no route to the registry: no public address, no NAT gateway, no VPC endpoints for "
     "ecr.api, ecr.dkr and S3, or a security group or DNS that forbids it.",
     "give the tasks a route: assign_public_ip in public subnets, a NAT gateway or VPC endpoints in private ones",
     MATCHES({ANY, "registry auth*connection issue|pull*connection issue|Check your network configuration|"
                   "Check your task network configuration|unable to retrieve ecr registry auth|"
                   "Could not reach any registry endpoint|registry auth", NULL},
             {ANY, "CannotPull*i/o timeout|CannotPull*dial tcp|CannotPull*no such host|CannotPull*request canceled|"
                   "CannotPull*context canceled|CannotPull*deadline exceeded|CannotPull*connection refused|"
                   "CannotPull*connection reset|CannotPull*TLS handshake|CannotPull*failed to do request|"
                   "CannotPull*EOF|CannotPull*x509|CannotPull*server misbehaving|CannotPull*signal: killed|"
                   "CannotPull*no route to host|failed to resolve reference*i/o timeout|"
                   "failed to resolve reference*dial tcp|pull*request canceled|pull*i/o timeout", NULL})},
    {"image_unpullable", ECS_CAUSE,
     "the image[ {image}] cannot be pulled",
     "The registry's answer was not what the runtime can use: a damaged or unusual image, a failing registry, or a "
     "message that was cut off.",
     "pull the image by hand from the same network[: docker pull {image}]",
     MATCHES({ANY, "CannotPull|can*t pull the image|cannot pull*image|pull image manifest has been retried|"
                   "ref pull has been retried|failed to pull|error pulling image|unable to pull image", NULL})},

    /* The container's start. */
    {"out_of_memory", ECS_CAUSE,
     "the container[ {container}] was killed: it used more memory than it may",
     "The container reached its memory limit, or the task its own.",
     "give the container more memory in the task definition[ {definition}], or find what needs it" LOGS,
     MATCHES({ANY, "OutOfMemory|out of memory|killed due to memory usage|OOMKilled|oom-kill|memory limit*exceeded|"
                   "cannot allocate memory", NULL})},
    {"command_not_executable", ECS_CAUSE,
     "the command of the container[ {container}] cannot be executed[: {command}]",
     "The file is there, but is a directory, has no execute permission, or no first line that names its interpreter.",
     "make it executable in the image (chmod +x), and see entryPoint and command",
     MATCHES({TASK | ECS_ON_EVENT, "exec*permission denied|is a directory: unknown|"
                                   "starting container process*permission denied|not executable", NULL},
             {ECS_ON_EXIT, "126", NULL})},
    {"command_not_found", ECS_CAUSE,
     "the command of the container[ {container}] was not found[: {command}]",
     "entryPoint or command names a program that the image does not have; often a whole line in one string in place "
     "of a list of words, a missing interpreter, or line ends of Windows in a script.",
     "correct entryPoint or command in the task definition[ {definition}], or the image's PATH" LOGS,
     MATCHES({TASK | ECS_ON_EVENT, "executable file not found|exec*no such file or directory|"
                                   "stat *no such file or directory|command not found|"
                                   "starting container process*no such file", NULL},
             {ECS_ON_EXIT, "127", NULL})},
    {"port_in_use", ECS_CAUSE,
     "a host port that the task needs is taken[: {port}]",
     "Only one task on an instance can have a given host port; the old task keeps it while the new one wants it.",
     "use host port 0 (dynamic) or awsvpc, add instances, or let old tasks stop first (minimum healthy percent below "
     "100)",
     MATCHES({ANY, "port is already allocated|address already in use|already using a port required|RESOURCE:PORTS|"
                   "Bind for * failed|port*already in use|programming external connectivity", NULL}),
     .resource = "PORTS"},
    {"start_timeout", ECS_CAUSE,
     "the container[ {container}] did not start in time",
     "The container runtime was too slow: a busy host, a slow disk, a log driver without a route, or a dependency "
     "that never became ready.",
     "see the load of the host and the startTimeout of the container",
     MATCHES({ANY, "DockerTimeoutError|ContainerRuntimeTimeoutError|Could not transition to|timed out after waiting|"
                   "start timeout", NULL})},
    {"service_connect", ECS_CAUSE,
     "Service Connect does not work for this task",
     "The namespace, the port name or the TLS settings of service_connect_configuration do not fit, or its proxy did "
     "not become healthy (its memory comes from the task's).",
     "see service_connect_configuration and leave the proxy 64 MiB or more of the task's memory",
     MATCHES({ANY, "Service Connect|ServiceConnect|AppNet|ecs-service-connect|envoy*unhealthy|service discovery*fail|"
                   "ServiceDiscovery*not|CloudMap|Cloud Map", NULL})},
    {"dependency_failed", ECS_CAUSE,
     "a container that another one depends on failed[: {container}]",
     "dependsOn waits for START, COMPLETE, SUCCESS or HEALTHY of another container, which did not come.",
     "look at the container that is waited for" LOGS,
     MATCHES({ANY, "dependent container|dependency*failed|dependency*did not|dependency*never|dependency*timed out|"
                   "dependsOn|depends on*not", NULL})},
    {"container_start", ECS_CAUSE,
     "the container[ {container}] cannot be started",
     "The container runtime refused what the task definition asks for.",
     "see the parameters of the container in the task definition[ {definition}] against the reason",
     MATCHES({ANY, "CannotStartContainerError|CannotCreateContainerError|OCI runtime create failed|"
                   "CannotInspectContainer|DockerStateError|ContainerRuntimeError|HostConfigError|"
                   "failed to create task for container|failed to create shim|CannotStopContainerError", NULL})},

    /* Health. Before exit codes: what is stopped for its health exits by a signal. */
    {"target_registration", ECS_CAUSE,
     "tasks cannot be registered with the load balancer[: {error}]",
     "The target group does not exist (any more), is of another type or VPC, or the role may not register targets.",
     "see target_group_arn, its target type (ip for awsvpc) and VPC",
     MATCHES({ANY, "failed to register targets|failed to register*target|unable to register*target|"
                   "target group*does not have an associated load balancer|TargetGroupNotFound|"
                   "failed to register instance", NULL})},
    {"target_health", ECS_EFFECT,
     "the load balancer's health check fails[: {reason}]",
     "The program does not answer the health check: wrong path, port or success codes, a security group that keeps "
     "the load balancer out, or a start that takes longer than the grace period.",
     "see the target group's health check and the security groups, or allow a longer "
     "health_check_grace_period_seconds" LOGS,
     MATCHES({ANY, "failed ELB health checks|failing the ELB health check|is unhealthy in|UnhealthyThreshold|"
                   "target*health check*failed|Health checks failed|unhealthy*target-group|"
                   "load balancer health check|VPC Lattice*unhealthy|target*unhealthy", NULL})},
    {"container_health", ECS_EFFECT,
     "the health check of the container[ {container}] fails",
     "The command of healthCheck fails or takes too long; it runs inside of the container, and what it calls (curl, "
     "wget) must be in the image.",
     "run the health check's command in the container, and see interval, timeout, retries and startPeriod" LOGS,
     MATCHES({ANY, "container health check|failed health checks|health check*unhealthy", NULL},
             {ECS_ON_EVENT, "is unhealthy", NULL},
             {ECS_ON_ROLLOUT, "unhealthy|health check", NULL},
             {ECS_ON_HEALTH, "UNHEALTHY", "the container[ {container}] of a running task is unhealthy"})},

    /* Placement. */
    {"no_instances", ECS_CAUSE,
     "the cluster has no container instances",
     "No EC2 instance is registered: the Auto Scaling group is empty, or instances start in another cluster, without "
     "the instance role, or without a route to ECS.",
     "add instances to the cluster (ECS_CLUSTER in their user data, AmazonEC2ContainerServiceforEC2Role), or use "
     "Fargate",
     MATCHES({ANY, "No Container Instances were found in your capacity provider",
              "the capacity provider has no container instances"},
             {ANY, "No Container Instances were found|no container instances registered", NULL}),
     .resource = "AGENT"},
    {"insufficient_gpu", ECS_CAUSE,
     "no container instance has a free GPU for the task",
     "Each GPU belongs to one container; a rollout needs spare ones.",
     "add GPU instances, or let old tasks stop first",
     MATCHES({ANY, "RESOURCE:GPU|insufficient GPU|insufficient accelerator|not enough GPU", NULL}),
     .resource = "GPU"},
    {"insufficient_eni", ECS_CAUSE,
     "no container instance can take another network interface",
     "Each task of awsvpc mode takes an interface of its instance, and the instance type limits them.",
     "turn on awsvpcTrunking, use larger instances, or add some",
     MATCHES({ANY, "RESOURCE:ENI|insufficient ENI|ENI*available|network interfaces available|ENI capacity", NULL})},
    {"insufficient_cpu", ECS_CAUSE,
     "no container instance has enough CPU free[ (closest: {instance})]",
     "Old and new tasks run side by side while a deployment rolls out; the cluster needs room for both.",
     "add instances, ask for less cpu, or let old tasks stop first (minimum healthy percent below 100)",
     MATCHES({ANY, "insufficient CPU|RESOURCE:CPU|not enough CPU|CPU capacity", NULL}),
     .resource = "CPU"},
    {"insufficient_memory", ECS_CAUSE,
     "no container instance has enough memory free[ (closest: {instance})]",
     "Old and new tasks run side by side while a deployment rolls out; the cluster needs room for both.",
     "add instances, ask for less memory, or let old tasks stop first (minimum healthy percent below 100)",
     MATCHES({ANY, "insufficient memory|RESOURCE:MEMORY|not enough memory", NULL}),
     .resource = "MEMORY"},
    {"missing_attribute", ECS_CAUSE,
     "no container instance has an attribute that the task needs[ (closest: {instance})]",
     "The task definition asks for something that an instance must offer: a log driver, a volume plugin, task roles, "
     "a newer agent, or (awsvpc) a subnet in the instances' zones.",
     "compare requiresAttributes of the task definition[ {definition}] with the attributes of the instances",
     MATCHES({ANY, "missing an attribute|\"ATTRIBUTE\"|ATTRIBUTE (|reason ATTRIBUTE|RESOURCE:ATTRIBUTE", NULL})},
    {"placement_constraint", ECS_CAUSE,
     "no container instance fits the placement constraints[ (closest: {instance})]",
     "A memberOf expression matches no instance that has room, or distinctInstance wants more instances than there "
     "are.",
     "see placement_constraints of the service and of the task definition against the instances' attributes",
     MATCHES({ANY, "placement constraint|constraint*unsatisfied|memberOf|distinctInstance", NULL})},
    {"agent_disconnected", ECS_CAUSE,
     "the agent of the container instance[ {instance}] is not connected",
     "The ECS agent is stopped or has no route to ECS; Docker or the instance may be unwell.",
     "restart the agent on the instance (systemctl restart ecs), or replace the instance",
     MATCHES({ANY, "error \"AGENT\"|have the agent connected|agent is not connected|agent*disconnected|"
                   "RESOURCE:AGENT|error AGENT|reason AGENT|agent is not active", NULL},
             {ECS_ON_STOPPED | ECS_ON_CONTAINER, "agent*not connected|lost connection*agent", NULL}),
     .resource = "AGENT"},
    {"quota", ECS_CAUSE,
     "a quota of the account is reached",
     "The account may not run more tasks, vCPUs or instances of this kind.",
     "ask for more in Service Quotas, or run less[ ({error})]",
     MATCHES({ANY, "ve reached the limit on the number|reached the limit on|above your limit|VcpuLimitExceeded|"
                   "LimitExceeded|quota|InstanceLimitExceeded|account is currently blocked|limit for*exceeded", NULL})},
    {"fargate_capacity", ECS_CAUSE,
     "AWS has no capacity for the task at present",
     "Fargate (most often Fargate Spot), or EC2 in these zones, has no room.",
     "add subnets in other zones, mix FARGATE with FARGATE_SPOT, or wait: ECS goes on trying",
     MATCHES({ANY, "Capacity is unavailable|InsufficientInstanceCapacity|insufficient capacity|RESOURCE:FARGATE|"
                   "not have sufficient*capacity|capacity*unavailable|no*capacity available", NULL})},
    {"capacity_provider", ECS_CAUSE,
     "the capacity provider cannot start instances",
     "The infrastructure role, the launch template or the Auto Scaling group does not let the capacity provider add "
     "instances.",
     "see the capacity provider's role and group",
     MATCHES({ANY, "capacity provider|Unable to launch instance|InfrastructureRole|CapacityProvider", NULL})},
    {"role_not_assumable", ECS_CAUSE,
     "ECS cannot assume the role[ {role}]",
     "The role does not exist (yet), does not trust ecs-tasks.amazonaws.com, or was made a moment ago.",
     "let the role[ {role}] trust ecs-tasks.amazonaws.com (for tasks), and see that the ECS service-linked role "
     "exists",
     MATCHES({ANY, "unable to assume|cannot assume|can*t assume|could not assume|"
                   "not authorized to perform: sts:AssumeRole|role*trust relationship|verify that the*role|"
                   "AssumeRole|role*does not exist|role*cannot be assumed", NULL})},
    {"placement_failed", ECS_CAUSE,
     "no container instance can take the task",
     "No instance has all of what the task needs at once: cpu, memory, ports, attributes, zone.",
     "add instances, ask for less, or loosen the placement constraints",
     MATCHES({ANY, "met all of its requirements|resources could not be found|unable to place*RESOURCE", NULL}),
     .resource = "CPU"},
    {"internal_error", ECS_CAUSE,
     "AWS could not start the task for a reason of its own",
     "An internal error of ECS or Fargate; a subnet in a zone that Fargate does not support says the same.",
     "see that the subnets' zones support Fargate; else apply again, and tell AWS Support when it stays so",
     MATCHES({ANY, "Internal error|InternalError|unexpected error occurred", NULL})},

    /* The deployment. */
    {"deployment_alarm", ECS_CAUSE,
     "a CloudWatch alarm that watches the deployment went off[: {alarm}]",
     "An alarm of the service's alarms was in ALARM while the deployment was watched.",
     "look at the alarm's metric around the deployment[: aws cloudwatch describe-alarm-history --alarm-name {alarm}]",
     MATCHES({ANY, "alarm detected|alarm*ALARM state|alarm was triggered|alarms were triggered|triggered alarm|"
                   "CloudWatch alarm|in ALARM", NULL})},
    {"deployment_configuration", ECS_CAUSE,
     "the deployment's percents leave no room to start or stop a task",
     "ECS rounds the minimum up and the maximum down: with few tasks nothing may be stopped and nothing started.",
     "lower deployment_minimum_healthy_percent or raise deployment_maximum_percent",
     MATCHES({ANY, "because of the service deployment configuration|minimumHealthyPercent|maximumPercent|"
                   "deployment configuration*unable", NULL})},
    {"deployment_stopped", ECS_CIRCUMSTANCE,
     "the deployment was stopped by request",
     "Someone called StopServiceDeployment.",
     "deploy again when that is wanted",
     MATCHES({ECS_ON_ROLLOUT | ECS_ON_EVENT, "stopped by user|StopServiceDeployment|deployment stopped|"
                                             "stopped by the user|user-initiated|user initiated|stop requested",
              NULL})},

    /* What comes from outside. */
    {"spot_interrupted", ECS_CIRCUMSTANCE,
     "AWS took the Spot capacity back",
     "Spot capacity can be taken back with two minutes' notice; ECS starts other tasks.",
     "put a base on FARGATE or on-demand instances into capacity_provider_strategy",
     MATCHES({ANY, "Spot*interrupt|SpotInterruption|spot capacity", NULL},
             {ECS_ON_STOP_CODE, "SpotInterruption|TerminationNotice", NULL})},
    {"host_terminated", ECS_CIRCUMSTANCE,
     "the host under the task went away",
     "The EC2 instance was stopped or terminated, often by its Auto Scaling group, or deregistered from the cluster.",
     "let instances drain first (managed draining), and see why the instance ended",
     MATCHES({ANY, "Host EC2*terminat|Host EC2*stop|instance*terminated|instance*deregister|"
                   "container instance*stopped|instance*was removed", NULL})},
    {"maintenance", ECS_CIRCUMSTANCE,
     "AWS retired the host, or it is being drained",
     "Fargate replaces tasks for patches; instances are drained before they go.",
     "nothing: ECS starts other tasks",
     MATCHES({ANY, "performing maintenance on the underlying|task retirement|DRAINING state|is being drained|retir|"
                   "Task stopped due to*update", NULL})},
    {"user_stopped", ECS_CIRCUMSTANCE,
     "a person or program stopped the task",
     "Someone called StopTask.",
     "see CloudTrail for StopTask when nobody meant to",
     MATCHES({ANY, "stopped by user|Task stopped via|StopTask|user initiated", NULL},
             {ECS_ON_STOP_CODE, "UserInitiated", NULL})},

    /* Exit codes, when no text says more. */
    {"killed", ECS_EFFECT,
     "the container[ {container}] was killed (exit code 137)",
     "SIGKILL: most often the memory of the task or of the host ran out; or it did not end within stopTimeout after "
     "SIGTERM.",
     "watch its memory; give it more, or let it end on SIGTERM" LOGS,
     MATCHES({ECS_ON_EXIT, "137", NULL},
             {TASK, "exit code 137|exit code: 137|exited with code 137|signal: killed", NULL})},
    {"segfault", ECS_EFFECT,
     "the container[ {container}] crashed: a segmentation fault (exit code 139)",
     "The program, or a native library of it, read or wrote memory that is not its own; also after a wrong platform "
     "or C library.",
     "run the image on the same platform, and look at its log" LOGS,
     MATCHES({ECS_ON_EXIT, "139", NULL},
             {TASK, "exit code 139|exit code: 139|exited with code 139|segmentation fault", NULL})},
    {"exit_zero", ECS_EFFECT,
     "the container[ {container}] ended by itself, without an error (exit code 0)",
     "A service's essential container must go on running: the command ends, or puts itself into the background.",
     "run the program in the foreground, or mark the container as not essential" LOGS,
     MATCHES({ECS_ON_EXIT, "0", NULL},
             {TASK, "exit code 0|exit code: 0|exited with code 0", NULL})},
    {"exit_code", ECS_EFFECT,
     "the container[ {container}] ended with exit code {exit_code}[: {exit_words}]",
     "The program ended by itself with an error; its log says why.",
     "look at what the container[ {container}] wrote before it ended" LOGS,
     MATCHES({ECS_ON_EXIT, "*", NULL},
             {TASK | ECS_ON_EVENT, "exit code *|exited with code|non-zero exit|exited with non-zero|"
                                   "exited with status", "a container that must go on running ended"})},

    /* What says little by itself. */
    {"exit_code", ECS_GENERAL,
     "a container that must go on running ended",
     NULL,
     NULL,
     MATCHES({ANY, "Essential container in task exited|essential container exited", NULL},
             {ECS_ON_STOP_CODE, "EssentialContainerExited", NULL})},
    {"initialization", ECS_GENERAL,
     "the task could not be set up before its containers started",
     "Secrets, registry, logs, volumes or the network could not be prepared.",
     "see whether the execution role may read what the task definition names, and whether the subnets reach those "
     "services",
     MATCHES({ANY, "ResourceInitializationError|failed to initialize", NULL})},
    {"task_failed_to_start", ECS_GENERAL,
     "the task failed to start",
     "ECS gives no more than that.",
     "[aws ecs describe-tasks --cluster {cluster} --tasks {task}]",
     MATCHES({TASK, "Task failed to start|TaskFailedToStart", NULL},
             {ECS_ON_STOP_CODE, "TaskFailedToStart", NULL},
             {ECS_ON_EVENT, "failed to launch a task", "a task cannot be launched[: {error}]"})},
    {"no_rollback_candidate", ECS_SYMPTOM,
     "ECS could not go back: no deployment of the service was completed before",
     "The first deployment failed; what it failed for is in the events and in the hooks.",
     "put right what failed, then apply again",
     MATCHES({ECS_ON_ROLLOUT | ECS_ON_EVENT, "No rollback candidate", NULL})},
    {"circuit_breaker", ECS_SYMPTOM,
     "the circuit breaker gave the deployment up: its tasks failed to start",
     "So many tasks in a row did not become healthy that ECS stopped trying; their own reasons say why.",
     "look at the stopped tasks (ECS keeps them for an hour)[: aws ecs list-tasks --cluster {cluster} --service-name "
     "{service} --desired-status STOPPED]",
     MATCHES({ECS_ON_ROLLOUT | ECS_ON_EVENT, "circuit breaker|tasks failed to start|task failed to start|"
                                             "deployment failed", NULL})},
    {"start_backoff", ECS_SYMPTOM,
     "tasks fail to start again and again; ECS waits longer between attempts",
     "The stopped tasks' own reasons say why.",
     "look at the stopped tasks (ECS keeps them for an hour)[: aws ecs list-tasks --cluster {cluster} --service-name "
     "{service} --desired-status STOPPED]",
     MATCHES({ANY, "unable to consistently start tasks", NULL})},
    {"rolled_back", ECS_SYMPTOM,
     "the deployment is rolled back",
     "A breaker, an alarm or a person turned it round.",
     "look at what failed before",
     MATCHES({ECS_ON_ROLLOUT | ECS_ON_EVENT, "rolling back|rolled back|rollback", NULL})},
    {NULL, ECS_BENIGN, NULL, NULL, NULL, NULL, NULL}};
/* clang-format on */

const ecs_explain_rule ecs_explain_unknown = {"unknown",
                                              ECS_GENERAL,
                                              "{text}",
                                              "ECS's words are not among those that this module knows.",
                                              "[aws ecs describe-tasks --cluster {cluster} --tasks {task}]",
                                              NULL,
                                              NULL};

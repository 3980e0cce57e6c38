---@meta ecs_service.types
-- Made by tools/generate.lua from the rows of the schema and tools/api_types.lua; change those.

---@alias ecs_service.AvailabilityZoneRebalancing "ENABLED"|"DISABLED"
---@alias ecs_service.LaunchType "EC2"|"FARGATE"|"EXTERNAL"
---@alias ecs_service.PropagateTags "SERVICE"|"TASK_DEFINITION"|"NONE"
---@alias ecs_service.SchedulingStrategy "REPLICA"|"DAEMON"
--- What stack:service(address, arguments) takes.
---@class ecs_service.Arguments
---@field name string Name of the service (up to 255 letters, numbers, hyphens, and underscores). At most 255 characters; letters, digits, hyphens and underscores.
---@field alarms? ecs_service.Alarms CloudWatch alarms that make a deployment fail. A block that is taken away again is no change.
---@field availability_zone_rebalancing? ecs_service.AvailabilityZoneRebalancing Whether tasks are moved so that Availability Zones stay balanced. ECS chooses when it is not set.
---@field capacity_provider_strategy? ecs_service.CapacityProviderStrategy[]|ecs_service.CapacityProviderStrategy Capacity provider strategies to use for the service. Updated without replacing the service only if force_new_deployment is true and the number of blocks neither becomes nor was 0. At most 20.
---@field cluster? string Name or ARN of the ECS cluster. Default: `"default"`. A name of letters, digits, hyphens and underscores, or an ARN.
---@field deployment_circuit_breaker? ecs_service.DeploymentCircuitBreaker Makes a deployment fail that cannot reach a steady state. A block that is taken away again is no change.
---@field deployment_configuration? ecs_service.DeploymentConfiguration The strategy by which the service is deployed. A change starts no deployment; it rules the next one.
---@field deployment_controller? ecs_service.DeploymentController What deploys the service. To ECS it changes in place, to the others by replacement. A block that is taken away again is no change.
---@field deployment_maximum_percent? integer Upper limit, in percent of desired_count, of the tasks that run during a deployment. Not valid with the DAEMON scheduling strategy. Default: `200`. 0 or more.
---@field deployment_minimum_healthy_percent? integer Lower limit, in percent of desired_count, of the tasks that stay running and healthy during a deployment. Default: `100`. 0 or more.
---@field desired_count? integer|ecs_service.Autoscaled Number of instances of the task definition to place and keep running; ecs.autoscaled leaves it to auto scaling. Not with the DAEMON scheduling strategy. Default: `0`. 0 or more; `ecs.autoscaled`.
---@field enable_ecs_managed_tags? boolean Whether to enable Amazon ECS managed tags for the tasks within the service. Default: `false`.
---@field enable_execute_command? boolean Whether to enable Amazon ECS Exec for the tasks within the service. Default: `false`.
---@field force_delete? boolean Whether a service that is deleted may still run tasks (DeleteService with force). Default: `false`.
---@field force_new_deployment? boolean Makes every update start a deployment: to use a newer image with the same tag, to move Fargate tasks to a newer platform version, or to apply placement changes at once.
---@field health_check_grace_period_seconds? integer Seconds for which failing load balancer health checks of new tasks are ignored. Only with load balancers. 0 or more.
---@field iam_role? string Name or ARN of the IAM role that lets ECS call the load balancer. Not with the awsvpc network mode. A role's name (with its path in front, if it has one) or ARN.
---@field launch_type? ecs_service.LaunchType Launch type on which to run the service. ECS takes EC2 when neither it nor a strategy is set.
---@field load_balancer? ecs_service.LoadBalancer[]|ecs_service.LoadBalancer Load balancers whose targets the tasks become.
---@field network_configuration? ecs_service.NetworkConfiguration Network of task definitions that use the awsvpc network mode (required there, not supported elsewhere).
---@field ordered_placement_strategy? ecs_service.OrderedPlacementStrategy[]|ecs_service.OrderedPlacementStrategy Rules for placing tasks, in order of precedence; at most 5. They take effect with the next task deployment. At most 5.
---@field placement_constraints? ecs_service.PlacementConstraints[]|ecs_service.PlacementConstraints Conditions for placing tasks; at most 10. They take effect with the next task deployment. At most 10.
---@field platform_version? string Fargate platform version. ECS takes LATEST when it is not set. At most 64 characters.
---@field propagate_tags? ecs_service.PropagateTags From where tasks get their tags: from the service or from the task definition.
---@field region? string The region of the stack, and no other: a stack has one.
---@field scheduling_strategy? ecs_service.SchedulingStrategy REPLICA keeps desired_count tasks, DAEMON one on every container instance. DAEMON is not supported with Fargate nor with the CODE_DEPLOY and EXTERNAL deployment controllers. Default: `"REPLICA"`.
---@field service_connect_configuration? ecs_service.ServiceConnectConfiguration Service Connect: how the service finds others within a namespace, and is found.
---@field service_registries? ecs_service.ServiceRegistries[]|ecs_service.ServiceRegistries Service discovery registry for the service; at most 1. At most 1.
---@field sigint_rollback? boolean Whether an apply that is interrupted while it waits stops the deployment and rolls it back; `on_interrupt` of the run decides otherwise. Default: `false`.
---@field tags? table<string, string> Tags of the service. They win over the stack's default_tags. At most 50.
---@field task_definition? string|ecs_service.TaskDefinition Family and revision (family:revision) or ARN of the task definition. Required unless the deployment controller is EXTERNAL. A family alone means its latest ACTIVE revision. Family, family:revision or an ARN.
---@field triggers? table<string, string> Arbitrary keys and values that start a deployment when they change, if force_new_deployment is true.
---@field volume_configuration? ecs_service.VolumeConfiguration[]|ecs_service.VolumeConfiguration An Amazon EBS volume for every task, configured at launch time. Only with the REPLICA scheduling strategy. At most 1.
---@field vpc_lattice_configurations? ecs_service.VpcLatticeConfigurations[]|ecs_service.VpcLatticeConfigurations VPC Lattice target groups in which the tasks are registered.
---@field wait_for_steady_state? boolean Whether to wait until the service has reached a steady state before going on. Default: `false`.
---@field timeouts? ecs_service.Timeouts How long creating, updating and deleting may take.
---@field lifecycle? ecs_service.Lifecycle What a plan may do to this service.
---@field depends_on? string[]|string Addresses of services of the same stack that are made before this one, and destroyed after it.
---@field autoscaling? ecs_service.Scaling Its auto scaling.

--- CloudWatch alarms that make a deployment fail. A block that is taken away again is no change.
---@class ecs_service.Alarms
---@field alarm_names string[] One or more CloudWatch alarm names. At least 1.
---@field enable boolean Whether to use the CloudWatch alarms in the service deployment process.
---@field rollback boolean Whether a failed deployment is rolled back to the last one that completed successfully.

--- Capacity provider strategies to use for the service. Updated without replacing the service only if force_new_deployment is true and the number of blocks neither becomes nor was 0.
---@class ecs_service.CapacityProviderStrategy
---@field base? integer Number of tasks, at a minimum, to run on this capacity provider. Only one provider can have a base. Default: `0`. 0 to 100000.
---@field capacity_provider string Short name of the capacity provider.
---@field weight? integer Share of the tasks, beyond the bases, that run on this capacity provider. Default: `0`. 0 to 1000.

--- Makes a deployment fail that cannot reach a steady state. A block that is taken away again is no change.
---@class ecs_service.DeploymentCircuitBreaker
---@field enable boolean Whether to enable the deployment circuit breaker logic for the service.
---@field rollback boolean Whether a failed deployment is rolled back to the last one that completed successfully.
---@field reset_on_healthy_task? boolean Whether a task that becomes healthy sets the count of failed tasks back to 0, as ECS does when it is not set.
---@field threshold? ecs_service.DeploymentCircuitBreakerThreshold How many failed tasks make a deployment fail; 50 percent of desired_count, bounded, when it is not set.

---@alias ecs_service.DeploymentCircuitBreakerThresholdType "BOUNDED_PERCENT"|"COUNT"|"UNBOUNDED_PERCENT"
--- How many failed tasks make a deployment fail; 50 percent of desired_count, bounded, when it is not set.
---@class ecs_service.DeploymentCircuitBreakerThreshold
---@field type ecs_service.DeploymentCircuitBreakerThresholdType What value is: so many failed tasks, or percent of desired_count, bounded (3 to 200 tasks) or not.
---@field value integer The number of failed tasks, or the percent. 1 or more.

---@alias ecs_service.DeploymentConfigurationStrategy "ROLLING"|"BLUE_GREEN"|"LINEAR"|"CANARY"
--- The strategy by which the service is deployed. A change starts no deployment; it rules the next one.
---@class ecs_service.DeploymentConfiguration
---@field strategy? ecs_service.DeploymentConfigurationStrategy How the next deployments go: task by task (ROLLING, which ECS takes when it is not set), or beside the old tasks with all traffic shifted at once, in equal steps, or in a first small one.
---@field bake_time_in_minutes? integer Minutes for which old and new tasks both run after the traffic was shifted. 0 to 1440.
---@field linear_configuration? ecs_service.DeploymentConfigurationLinearConfiguration The steps of LINEAR.
---@field canary_configuration? ecs_service.DeploymentConfigurationCanaryConfiguration The first step of CANARY.
---@field lifecycle_hook? ecs_service.DeploymentConfigurationLifecycleHook[]|ecs_service.DeploymentConfigurationLifecycleHook What is called, or waited for, at stages of a deployment. In Lua a function of the script may decide (run), which JSON cannot hold.
---@field early_success_criteria? ecs_service.DeploymentConfigurationEarlySuccessCriteria When a rolling deployment counts as successful although not all of its tasks are healthy yet.

--- The steps of LINEAR.
---@class ecs_service.DeploymentConfigurationLinearConfiguration
---@field step_percent? number Percent of the production traffic that each step shifts. ECS takes 10 when it is not set. 3 to 100 in steps of 0.1.
---@field step_bake_time_in_minutes? integer Minutes between two steps. ECS takes 6 when it is not set. 0 to 1440.

--- The first step of CANARY.
---@class ecs_service.DeploymentConfigurationCanaryConfiguration
---@field canary_percent? number Percent of the production traffic that is shifted first. ECS takes 5 when it is not set. 0.1 to 100 in steps of 0.1.
---@field canary_bake_time_in_minutes? integer Minutes before the rest of the traffic is shifted. ECS takes 10 when it is not set. 0 to 1440.

---@alias ecs_service.DeploymentConfigurationLifecycleHookTargetType "AWS_LAMBDA"|"PAUSE"
---@alias ecs_service.DeploymentConfigurationLifecycleHookLifecycleStages "RECONCILE_SERVICE"|"PRE_SCALE_UP"|"POST_SCALE_UP"|"TEST_TRAFFIC_SHIFT"|"POST_TEST_TRAFFIC_SHIFT"|"PRE_PRODUCTION_TRAFFIC_SHIFT"|"PRODUCTION_TRAFFIC_SHIFT"|"POST_PRODUCTION_TRAFFIC_SHIFT"
--- What is called, or waited for, at stages of a deployment. In Lua a function of the script may decide (run), which JSON cannot hold.
---@class ecs_service.DeploymentConfigurationLifecycleHook
---@field target_type? ecs_service.DeploymentConfigurationLifecycleHookTargetType AWS_LAMBDA calls a function; PAUSE waits until somebody lets the deployment go on, or rolls it back. Default: `"AWS_LAMBDA"`.
---@field hook_target_arn? string ARN of the function. Required for AWS_LAMBDA, not for PAUSE. ARN of lambda.
---@field role_arn? string ARN of the role that lets ECS call the function. Required for AWS_LAMBDA, not for PAUSE. ARN of iam.
---@field lifecycle_stages ecs_service.DeploymentConfigurationLifecycleHookLifecycleStages[] Stages of the deployment at which the hook runs.
---@field hook_details? any What the function is given with each call: a value of Lua, or JSON as text. Not for PAUSE.
---@field timeout_configuration? ecs_service.DeploymentConfigurationLifecycleHookTimeoutConfiguration How long ECS waits for the hook, and what it does then.
---@field run? fun(ctx: ecs_service.HookContext): boolean|nil, string|nil In Lua only: a function that the run that follows the deployment calls at the pause. `true` lets the deployment go on; `false, "why"`, nil and an error roll it back. ECS is told of a PAUSE that rolls back when its time is over.

---@alias ecs_service.DeploymentConfigurationLifecycleHookTimeoutConfigurationAction "ROLLBACK"|"CONTINUE"
--- How long ECS waits for the hook, and what it does then.
---@class ecs_service.DeploymentConfigurationLifecycleHookTimeoutConfiguration
---@field timeout_in_minutes? integer Minutes that ECS waits for the hook. Default: `1440`. 1 to 20160.
---@field action? ecs_service.DeploymentConfigurationLifecycleHookTimeoutConfigurationAction What ECS does then. Default: `"ROLLBACK"`.

---@alias ecs_service.DeploymentConfigurationEarlySuccessCriteriaSourceServiceRevisionCleanup "BLOCKING"|"DEFERRED"
--- When a rolling deployment counts as successful although not all of its tasks are healthy yet.
---@class ecs_service.DeploymentConfigurationEarlySuccessCriteria
---@field enable boolean Whether a rolling deployment is successful before all of its tasks are healthy.
---@field healthy_percent? integer Percent of desired_count that must be healthy. Required when it is enabled. 0 to 100.
---@field source_service_revision_cleanup? ecs_service.DeploymentConfigurationEarlySuccessCriteriaSourceServiceRevisionCleanup Whether the old tasks are removed before the deployment is successful (BLOCKING), or after. Required when it is enabled.

---@alias ecs_service.DeploymentControllerType "CODE_DEPLOY"|"ECS"|"EXTERNAL"
--- What deploys the service. To ECS it changes in place, to the others by replacement. A block that is taken away again is no change.
---@class ecs_service.DeploymentController
---@field type? ecs_service.DeploymentControllerType Type of deployment controller. Default: `"ECS"`.

--- Load balancers whose targets the tasks become.
---@class ecs_service.LoadBalancer
---@field elb_name? string Name of the Classic ELB to associate with the service.
---@field target_group_arn? string ARN of the target group (ALB, NLB) to associate with the service. ARN of elasticloadbalancing.
---@field container_name string Name of the container (as it appears in a container definition).
---@field container_port integer Port on the container. 0 to 65535.
---@field advanced_configuration? ecs_service.LoadBalancerAdvancedConfiguration What the strategies other than ROLLING need to shift traffic.

--- What the strategies other than ROLLING need to shift traffic.
---@class ecs_service.LoadBalancerAdvancedConfiguration
---@field alternate_target_group_arn string ARN of the other target group: of the two, one has the old tasks and one the new. ARN of elasticloadbalancing.
---@field production_listener_rule string ARN of the listener rule (ALB) or listener (NLB) that has the production traffic. ECS changes its weights. ARN of a listener rule (ALB) or of a listener (NLB).
---@field test_listener_rule? string ARN of the listener rule (ALB) or listener (NLB) that has the test traffic. ARN of a listener rule (ALB) or of a listener (NLB).
---@field role_arn string ARN of the ECS infrastructure IAM role that changes the load balancer. ARN of iam.

--- Network of task definitions that use the awsvpc network mode (required there, not supported elsewhere).
---@class ecs_service.NetworkConfiguration
---@field subnets string[] Subnets of the tasks; at most 16. At least 1; at most 16.
---@field security_groups? string[] Security groups of the tasks; at most 5. Without any, the default one of the VPC is used. At most 5.
---@field assign_public_ip? boolean Whether tasks get a public IP address (Fargate only). Default: `false`.

---@alias ecs_service.OrderedPlacementStrategyType "random"|"spread"|"binpack"
--- Rules for placing tasks, in order of precedence; at most 5. They take effect with the next task deployment.
---@class ecs_service.OrderedPlacementStrategy
---@field type ecs_service.OrderedPlacementStrategyType Type of placement strategy.
---@field field? string spread: instanceId (or host) or an attribute; binpack: memory or cpu; random: none.

---@alias ecs_service.PlacementConstraintsType "memberOf"|"distinctInstance"
--- Conditions for placing tasks; at most 10. They take effect with the next task deployment.
---@class ecs_service.PlacementConstraints
---@field type ecs_service.PlacementConstraintsType Type of constraint.
---@field expression? string Cluster Query Language expression of a memberOf constraint.

--- Service Connect: how the service finds others within a namespace, and is found.
---@class ecs_service.ServiceConnectConfiguration
---@field enabled boolean Whether to use Service Connect with this service.
---@field access_log_configuration? ecs_service.ServiceConnectConfigurationAccessLogConfiguration Access log of the proxy container.
---@field container_configurations? ecs_service.ServiceConnectConfigurationContainerConfigurations[]|ecs_service.ServiceConnectConfigurationContainerConfigurations Settings of the proxy container, one in each table. At most 10.
---@field log_configuration? ecs_service.ServiceConnectConfigurationLogConfiguration Log configuration for the proxy container.
---@field namespace? string Name or ARN of the Cloud Map namespace; the cluster's default one when it is not set. A namespace's name or ARN.
---@field service? ecs_service.ServiceConnectConfigurationService[]|ecs_service.ServiceConnectConfigurationService Ports of this service that others find.

---@alias ecs_service.ServiceConnectConfigurationAccessLogConfigurationFormat "TEXT"|"JSON"
---@alias ecs_service.ServiceConnectConfigurationAccessLogConfigurationIncludeQueryParameters "ENABLED"|"DISABLED"
--- Access log of the proxy container.
---@class ecs_service.ServiceConnectConfigurationAccessLogConfiguration
---@field format ecs_service.ServiceConnectConfigurationAccessLogConfigurationFormat Format of the access log.
---@field include_query_parameters? ecs_service.ServiceConnectConfigurationAccessLogConfigurationIncludeQueryParameters Whether the log has the parameters of requests, which may hold secrets. ECS leaves them out when it is not set.

---@alias ecs_service.ServiceConnectConfigurationContainerConfigurationsLogLevel "debug"|"info"
--- Settings of the proxy container, one in each table.
---@class ecs_service.ServiceConnectConfigurationContainerConfigurations
---@field log_level ecs_service.ServiceConnectConfigurationContainerConfigurationsLogLevel How much the proxy logs.

---@alias ecs_service.ServiceConnectConfigurationLogConfigurationLogDriver "json-file"|"syslog"|"journald"|"gelf"|"fluentd"|"awslogs"|"splunk"|"awsfirelens"
--- Log configuration for the proxy container.
---@class ecs_service.ServiceConnectConfigurationLogConfiguration
---@field log_driver ecs_service.ServiceConnectConfigurationLogConfigurationLogDriver Log driver to use for the container.
---@field options? table<string, string> Options for the log driver.
---@field secret_option? ecs_service.ServiceConnectConfigurationLogConfigurationSecretOption[]|ecs_service.ServiceConnectConfigurationLogConfigurationSecretOption Secrets to pass to the log configuration.

--- Secrets to pass to the log configuration.
---@class ecs_service.ServiceConnectConfigurationLogConfigurationSecretOption
---@field name string Name of the secret.
---@field value_from string ARN of the Secrets Manager secret or of the SSM parameter.

--- Ports of this service that others find.
---@class ecs_service.ServiceConnectConfigurationService
---@field client_alias? ecs_service.ServiceConnectConfigurationServiceClientAlias[]|ecs_service.ServiceConnectConfigurationServiceClientAlias Names and ports that client applications use; at most 1. At most 1.
---@field discovery_name? string Name of the Cloud Map service that ECS creates; the name of the port when it is not set. At most 64 characters; lower-case letters, digits, underscores and hyphens.
---@field ingress_port_override? integer Port on which the Service Connect proxy listens. 0 to 65535.
---@field port_name string Name of one of the portMappings of the task definition.
---@field timeout? ecs_service.ServiceConnectConfigurationServiceTimeout Timeouts of Service Connect.
---@field tls? ecs_service.ServiceConnectConfigurationServiceTls Transport Layer Security.

--- Names and ports that client applications use; at most 1.
---@class ecs_service.ServiceConnectConfigurationServiceClientAlias
---@field dns_name? string Name by which client tasks connect to this service. At most 127 characters; lower-case letters, digits, underscores, hyphens and periods.
---@field port integer Port on which the Service Connect proxy listens inside of the tasks of the namespace. 0 to 65535.
---@field test_traffic_rules? ecs_service.ServiceConnectConfigurationServiceClientAliasTestTrafficRules Which requests go to the new tasks while they are tested.

--- Which requests go to the new tasks while they are tested.
---@class ecs_service.ServiceConnectConfigurationServiceClientAliasTestTrafficRules
---@field header ecs_service.ServiceConnectConfigurationServiceClientAliasTestTrafficRulesHeader The header by which a request is known as one of the test.

--- The header by which a request is known as one of the test.
---@class ecs_service.ServiceConnectConfigurationServiceClientAliasTestTrafficRulesHeader
---@field name string Name of the header.
---@field value? ecs_service.ServiceConnectConfigurationServiceClientAliasTestTrafficRulesHeaderValue What the header must say; anything when it is not set.

--- What the header must say; anything when it is not set.
---@class ecs_service.ServiceConnectConfigurationServiceClientAliasTestTrafficRulesHeaderValue
---@field exact string The value that the header must have.

--- Timeouts of Service Connect.
---@class ecs_service.ServiceConnectConfigurationServiceTimeout
---@field idle_timeout_seconds? integer Seconds for which a connection stays active while idle; 0 disables the limit. 0 or more.
---@field per_request_timeout_seconds? integer Seconds for the upstream to answer a request completely; 0 disables the limit. Not with TCP. 0 or more.

--- Transport Layer Security.
---@class ecs_service.ServiceConnectConfigurationServiceTls
---@field issuer_cert_authority ecs_service.ServiceConnectConfigurationServiceTlsIssuerCertAuthority The certificate authority that issues the certificate.
---@field kms_key? string KMS key that encrypts the private key in Secrets Manager.
---@field role_arn? string ARN of the IAM role for the Service Connect TLS. ARN of iam.

--- The certificate authority that issues the certificate.
---@class ecs_service.ServiceConnectConfigurationServiceTlsIssuerCertAuthority
---@field aws_pca_authority_arn string ARN of the private certificate authority that issues the certificates. ARN of acm-pca.

--- Service discovery registry for the service; at most 1.
---@class ecs_service.ServiceRegistries
---@field registry_arn string ARN of the service registry (Cloud Map). ARN of servicediscovery.
---@field port? integer Port, if the service discovery service specifies an SRV record. 0 to 65535.
---@field container_port? integer Port of the container, as in the task definition, for service discovery. 0 to 65535.
---@field container_name? string Name of the container, as in the task definition, for service discovery.

--- An Amazon EBS volume for every task, configured at launch time. Only with the REPLICA scheduling strategy.
---@class ecs_service.VolumeConfiguration
---@field name string Name of the volume, as in the task definition.
---@field managed_ebs_volume ecs_service.VolumeConfigurationManagedEbsVolume The Amazon EBS volume that ECS creates and manages for every task.

---@alias ecs_service.VolumeConfigurationManagedEbsVolumeFileSystemType "ext3"|"ext4"|"ntfs"|"xfs"
--- The Amazon EBS volume that ECS creates and manages for every task.
---@class ecs_service.VolumeConfigurationManagedEbsVolume
---@field role_arn string ARN of the ECS infrastructure IAM role that manages the volume. ARN of iam.
---@field encrypted? boolean Whether the volume is encrypted. Default: `true`.
---@field file_system_type? ecs_service.VolumeConfigurationManagedEbsVolumeFileSystemType Filesystem type of the volume; for volumes from a snapshot, that of the snapshot. Default: `"xfs"`.
---@field iops? integer I/O operations per second. 0 or more.
---@field kms_key_id? string ARN of the KMS key for the encryption.
---@field size_in_gb? integer Size of the volume in GiB. Either it or snapshot_id is needed. 0 or more.
---@field snapshot_id? string Snapshot from which the volume is made. Either it or size_in_gb is needed.
---@field throughput? integer Throughput in MiB/s (gp3 only), at most 1000. 0 to 1000.
---@field tag_specifications? ecs_service.VolumeConfigurationManagedEbsVolumeTagSpecifications[]|ecs_service.VolumeConfigurationManagedEbsVolumeTagSpecifications Tags of the volumes that ECS creates.
---@field volume_initialization_rate? integer Rate in MiB/s at which the data of the snapshot is fetched. 0 or more.
---@field volume_type? string Volume type: gp2, gp3, io1, io2, st1, sc1 or standard.

---@alias ecs_service.VolumeConfigurationManagedEbsVolumeTagSpecificationsResourceType "volume"
---@alias ecs_service.VolumeConfigurationManagedEbsVolumeTagSpecificationsPropagateTags "SERVICE"|"TASK_DEFINITION"|"NONE"
--- Tags of the volumes that ECS creates.
---@class ecs_service.VolumeConfigurationManagedEbsVolumeTagSpecifications
---@field resource_type ecs_service.VolumeConfigurationManagedEbsVolumeTagSpecificationsResourceType What is tagged.
---@field propagate_tags? ecs_service.VolumeConfigurationManagedEbsVolumeTagSpecificationsPropagateTags From where volumes get further tags: from the service or from the task definition.
---@field tags? table<string, string> Tags of the volumes. The stack's default_tags are not among them. At most 50.

--- VPC Lattice target groups in which the tasks are registered.
---@class ecs_service.VpcLatticeConfigurations
---@field role_arn string ARN of the ECS infrastructure IAM role. ARN of iam.
---@field target_group_arn string ARN of the VPC Lattice target group. ARN of vpc-lattice.
---@field port_name string Name of one of the portMappings of the task definition. At most 64 characters; lower-case letters, digits, underscores and hyphens.

--- How long creating, updating and deleting may take.
---@class ecs_service.Timeouts
---@field create? string|integer How long creating may take, waiting included. Default: `"20m"`.
---@field update? string|integer How long updating may take, waiting included. Default: `"20m"`.
---@field delete? string|integer How long deleting may take, waiting included. Default: `"20m"`.

--- What a plan may do to this service.
---@class ecs_service.Lifecycle
---@field ignore_changes? string[]|string Arguments whose recorded value stands in for the configured one: names, paths (tags.Name), or all.
---@field leave_out? string[]|string Members that AWS has, that no argument names and that requests do not carry along: paths, with or without [n], as a plan shows them.
---@field prevent_destroy? boolean Whether a plan that would delete or replace the service is an error. Default: `false`.
---@field create_before_destroy? boolean Whether a replacement whose name differs is created before the old service is deleted. Default: `false`.

--- What a service has: its arguments in their normal form, and what AWS adds.
---@class ecs_service.Attributes : ecs_service.Arguments
---@field id? string ARN that identifies the service.
---@field arn? string The same as id.
---@field tags_all? table<string, string> Tags of the service, the stack's default_tags included.

---@alias ecs_service.TaskDefinitionNetworkMode "awsvpc"|"bridge"|"host"|"none"
---@alias ecs_service.TaskDefinitionRequiresCompatibilities "EC2"|"EXTERNAL"|"FARGATE"|"MANAGED_INSTANCES"
---@alias ecs_service.TaskDefinitionPidMode "host"|"task"
---@alias ecs_service.TaskDefinitionIpcMode "host"|"none"|"task"
--- What a task definition is declared with.
---@class ecs_service.TaskDefinitionArguments
---@field family string Family of the revisions: up to 255 letters, digits, hyphens and underscores. The address, when it is absent. At most 255 characters.
---@field container_definitions ecs_service.TaskDefinitionContainerDefinitions[]|ecs_service.TaskDefinitionContainerDefinitions Containers of a task: tables, or JSON text. At least 1.
---@field cpu? string CPU of the task: units (1024) or "1 vCPU". At most 32 characters.
---@field memory? string Memory of the task: MiB (2048) or "2 GB". At most 32 characters.
---@field network_mode? ecs_service.TaskDefinitionNetworkMode Network mode of the containers. bridge, when it is absent.
---@field requires_compatibilities? ecs_service.TaskDefinitionRequiresCompatibilities[] Launch types that the definition is checked for: EC2, EXTERNAL, FARGATE, MANAGED_INSTANCES.
---@field execution_role_arn? string Role that the agent uses: pulls of images, logs, secrets.
---@field task_role_arn? string Role of the containers.
---@field volume? ecs_service.TaskDefinitionVolume[]|ecs_service.TaskDefinitionVolume Volumes of the task.
---@field ephemeral_storage? ecs_service.TaskDefinitionEphemeralStorage Storage of the task on Fargate.
---@field runtime_platform? ecs_service.TaskDefinitionRuntimePlatform Processor and operating system.
---@field placement_constraints? ecs_service.TaskDefinitionPlacementConstraints[]|ecs_service.TaskDefinitionPlacementConstraints Where tasks may be placed (not on Fargate). At most 10.
---@field proxy_configuration? ecs_service.TaskDefinitionProxyConfiguration Proxy of App Mesh.
---@field inference_accelerators? ecs_service.TaskDefinitionInferenceAccelerators[]|ecs_service.TaskDefinitionInferenceAccelerators Elastic Inference accelerators.
---@field pid_mode? ecs_service.TaskDefinitionPidMode Whose processes the containers see.
---@field ipc_mode? ecs_service.TaskDefinitionIpcMode Whose shared memory the containers use.
---@field enable_fault_injection? boolean Whether faults may be injected into tasks.
---@field trusted_execution_configuration? ecs_service.TaskDefinitionTrustedExecutionConfiguration How the task is kept apart from others.
---@field tags? table<string, string> Tags of the revision. A change of them makes no new revision.
---@field keep? integer How many ACTIVE revisions of the family stay, the newest included; older ones that were registered here and that nobody uses are deregistered by an apply, which shows them before. Default: all stay. 1 to 10000.
---@field skip_destroy? boolean Whether destroy and removal leave the revisions as they are.
---@field track_latest? boolean Whether the declaration is compared with the family's newest ACTIVE revision, whoever registered it, instead of the one that this stack recorded.
---@field sensitive? string[] Names of environment variables whose values are never shown, and stand in state and plans as digests.

---@alias ecs_service.TaskDefinitionContainerDefinitionsVersionConsistency "enabled"|"disabled"
--- Containers of a task: tables, or JSON text.
---@class ecs_service.TaskDefinitionContainerDefinitions
---@field name string Name of the container: up to 255 letters, digits, hyphens and underscores. At most 255 characters.
---@field image? string Image of the container: repository:tag or repository@digest.
---@field cpu? integer CPU units that are reserved for the container: 1024 are one vCPU. 0 or more.
---@field memory? integer Hard limit of the container's memory in MiB: beyond it the container is killed. 6 or more.
---@field memory_reservation? integer Memory in MiB that is kept for the container. Below memory. 6 or more.
---@field essential? boolean Whether the task ends when this container ends. At least one container is.
---@field command? string[] What the container is started with (CMD of the image).
---@field entry_point? string[] Entry point in place of the image's.
---@field environment? table<string, string> Environment variables: a map of texts, or a list of { name, value }.
---@field environment_files? ecs_service.TaskDefinitionContainerDefinitionsEnvironmentFiles[]|ecs_service.TaskDefinitionContainerDefinitionsEnvironmentFiles Files in S3 with environment variables. What environment sets wins. At most 10.
---@field secrets? table<string, string> Environment variables from Secrets Manager or SSM: a map from names to ARNs, or a list of { name, value_from }.
---@field port_mappings? ecs_service.TaskDefinitionContainerDefinitionsPortMappings[]|ecs_service.TaskDefinitionContainerDefinitionsPortMappings Ports of the container.
---@field mount_points? ecs_service.TaskDefinitionContainerDefinitionsMountPoints[]|ecs_service.TaskDefinitionContainerDefinitionsMountPoints Volumes that the container mounts.
---@field volumes_from? ecs_service.TaskDefinitionContainerDefinitionsVolumesFrom[]|ecs_service.TaskDefinitionContainerDefinitionsVolumesFrom Containers whose volumes are mounted too.
---@field depends_on? ecs_service.TaskDefinitionContainerDefinitionsDependsOn[]|ecs_service.TaskDefinitionContainerDefinitionsDependsOn Containers that come first.
---@field links? string[] Containers that this one reaches without port mappings (network_mode bridge only): name or name:alias.
---@field log_configuration? ecs_service.TaskDefinitionContainerDefinitionsLogConfiguration Where the container's output goes.
---@field firelens_configuration? ecs_service.TaskDefinitionContainerDefinitionsFirelensConfiguration Makes the container a log router.
---@field health_check? ecs_service.TaskDefinitionContainerDefinitionsHealthCheck How the container's health is found out.
---@field linux_parameters? ecs_service.TaskDefinitionContainerDefinitionsLinuxParameters What Docker is told beyond its defaults on Linux.
---@field restart_policy? ecs_service.TaskDefinitionContainerDefinitionsRestartPolicy Restarts the container without replacing the task.
---@field repository_credentials? ecs_service.TaskDefinitionContainerDefinitionsRepositoryCredentials What the image's private registry is asked with.
---@field resource_requirements? ecs_service.TaskDefinitionContainerDefinitionsResourceRequirements[]|ecs_service.TaskDefinitionContainerDefinitionsResourceRequirements GPUs and other devices that the container needs.
---@field ulimits? ecs_service.TaskDefinitionContainerDefinitionsUlimits[]|ecs_service.TaskDefinitionContainerDefinitionsUlimits Limits of the container's processes.
---@field start_timeout? integer Seconds after which those that depend on this container give up. 2 or more.
---@field stop_timeout? integer Seconds that the container has for its end before it is killed. 0 or more.
---@field version_consistency? ecs_service.TaskDefinitionContainerDefinitionsVersionConsistency Whether the image's tag is resolved to a digest once for a deployment.
---@field hostname? string Host name of the container (not with awsvpc). At most 255 characters.
---@field user? string User that runs in the container: name, number, or either with a group. At most 255 characters.
---@field working_directory? string Directory in which commands run.
---@field disable_networking? boolean Whether the container has no network.
---@field privileged? boolean Whether the container has the rights of root on its host (not on Fargate).
---@field readonly_root_filesystem? boolean Whether the container's file system is read only.
---@field dns_servers? string[] DNS servers of the container.
---@field dns_search_domains? string[] Domains in which the container looks for names.
---@field extra_hosts? ecs_service.TaskDefinitionContainerDefinitionsExtraHosts[]|ecs_service.TaskDefinitionContainerDefinitionsExtraHosts Further lines of /etc/hosts (not with awsvpc).
---@field docker_security_options? string[] Labels of SELinux or AppArmor, or credential specs (not on Fargate).
---@field interactive? boolean Whether standard input stays open.
---@field pseudo_terminal? boolean Whether the container has a terminal.
---@field docker_labels? table<string, string> Labels of the container.
---@field system_controls? ecs_service.TaskDefinitionContainerDefinitionsSystemControls[]|ecs_service.TaskDefinitionContainerDefinitionsSystemControls Kernel parameters of the container.
---@field credential_specs? string[] Credential spec for Active Directory: credentialspec:ARN or credentialspecdomainless:ARN. At most 1.

---@alias ecs_service.TaskDefinitionContainerDefinitionsEnvironmentFilesType "s3"
--- Files in S3 with environment variables. What environment sets wins.
---@class ecs_service.TaskDefinitionContainerDefinitionsEnvironmentFiles
---@field value string ARN of an object in S3 whose name ends in .env. ARN of s3.
---@field type ecs_service.TaskDefinitionContainerDefinitionsEnvironmentFilesType Kind of the file.

---@alias ecs_service.TaskDefinitionContainerDefinitionsPortMappingsProtocol "tcp"|"udp"
---@alias ecs_service.TaskDefinitionContainerDefinitionsPortMappingsAppProtocol "http"|"http2"|"grpc"
--- Ports of the container.
---@class ecs_service.TaskDefinitionContainerDefinitionsPortMappings
---@field container_port? integer Port in the container. 0 to 65535.
---@field host_port? integer Port on the host. With awsvpc and host the same as container_port, with bridge any free one when it is 0 or absent. 0 to 65535.
---@field protocol? ecs_service.TaskDefinitionContainerDefinitionsPortMappingsProtocol Protocol of the port.
---@field name? string Name that Service Connect and VPC Lattice use: small letters, digits, hyphens and underscores. At most 64 characters.
---@field app_protocol? ecs_service.TaskDefinitionContainerDefinitionsPortMappingsAppProtocol What is spoken on the port, for Service Connect.
---@field container_port_range? string Range of ports in the container: "8000-8010". In place of container_port. At most 11 characters.

--- Volumes that the container mounts.
---@class ecs_service.TaskDefinitionContainerDefinitionsMountPoints
---@field source_volume? string Name of the volume. At most 255 characters.
---@field container_path? string Where it is mounted in the container.
---@field read_only? boolean Whether it is mounted read only.

--- Containers whose volumes are mounted too.
---@class ecs_service.TaskDefinitionContainerDefinitionsVolumesFrom
---@field source_container? string Container whose volumes are mounted. At most 255 characters.
---@field read_only? boolean Whether they are mounted read only.

---@alias ecs_service.TaskDefinitionContainerDefinitionsDependsOnCondition "START"|"COMPLETE"|"SUCCESS"|"HEALTHY"
--- Containers that come first.
---@class ecs_service.TaskDefinitionContainerDefinitionsDependsOn
---@field container_name string Container that comes first. At most 255 characters.
---@field condition ecs_service.TaskDefinitionContainerDefinitionsDependsOnCondition State in which it has to be.

---@alias ecs_service.TaskDefinitionContainerDefinitionsLogConfigurationLogDriver "awslogs"|"awsfirelens"|"fluentd"|"gelf"|"journald"|"json-file"|"splunk"|"syslog"
--- Where the container's output goes.
---@class ecs_service.TaskDefinitionContainerDefinitionsLogConfiguration
---@field log_driver ecs_service.TaskDefinitionContainerDefinitionsLogConfigurationLogDriver Log driver of the container.
---@field options? table<string, string> Options of the log driver.
---@field secret_options? table<string, string> Options that are secrets: a map from names to ARNs, or a list of { name, value_from }.

---@alias ecs_service.TaskDefinitionContainerDefinitionsFirelensConfigurationType "fluentd"|"fluentbit"
--- Makes the container a log router.
---@class ecs_service.TaskDefinitionContainerDefinitionsFirelensConfiguration
---@field type ecs_service.TaskDefinitionContainerDefinitionsFirelensConfigurationType Log router that runs in the container.
---@field options? table<string, string> Options of the log router.

--- How the container's health is found out.
---@class ecs_service.TaskDefinitionContainerDefinitionsHealthCheck
---@field command string[] Command that tells health: begins with CMD or CMD-SHELL. At least 1.
---@field interval? integer Seconds between two checks. 5 to 300.
---@field timeout? integer Seconds after which a check has failed. 2 to 60.
---@field retries? integer Failed checks in a row that make the container unhealthy. 1 to 10.
---@field start_period? integer Seconds at the start in which failures do not count. 0 to 300.

--- What Docker is told beyond its defaults on Linux.
---@class ecs_service.TaskDefinitionContainerDefinitionsLinuxParameters
---@field capabilities? ecs_service.TaskDefinitionContainerDefinitionsLinuxParametersCapabilities Kernel capabilities beyond Docker's defaults, or fewer.
---@field devices? ecs_service.TaskDefinitionContainerDefinitionsLinuxParametersDevices[]|ecs_service.TaskDefinitionContainerDefinitionsLinuxParametersDevices Devices of the host that the container has (not on Fargate).
---@field init_process_enabled? boolean Whether an init process forwards signals and reaps processes.
---@field shared_memory_size? integer Size of /dev/shm in MiB (not on Fargate). 0 or more.
---@field tmpfs? ecs_service.TaskDefinitionContainerDefinitionsLinuxParametersTmpfs[]|ecs_service.TaskDefinitionContainerDefinitionsLinuxParametersTmpfs File systems in memory.
---@field max_swap? integer Swap memory in MiB (not on Fargate). 0 or more.
---@field swappiness? integer How readily the container's memory is swapped out (not on Fargate). 0 to 100.

--- Kernel capabilities beyond Docker's defaults, or fewer.
---@class ecs_service.TaskDefinitionContainerDefinitionsLinuxParametersCapabilities
---@field add? string[] Capabilities that are added.
---@field drop? string[] Capabilities that are taken away.

---@alias ecs_service.TaskDefinitionContainerDefinitionsLinuxParametersDevicesPermissions "read"|"write"|"mknod"
--- Devices of the host that the container has (not on Fargate).
---@class ecs_service.TaskDefinitionContainerDefinitionsLinuxParametersDevices
---@field host_path string Path of the device on the host.
---@field container_path? string Path of the device in the container.
---@field permissions? ecs_service.TaskDefinitionContainerDefinitionsLinuxParametersDevicesPermissions[] What the container may do: read, write, mknod.

--- File systems in memory.
---@class ecs_service.TaskDefinitionContainerDefinitionsLinuxParametersTmpfs
---@field container_path string Where it is mounted.
---@field size integer Largest size in MiB. 0 or more.
---@field mount_options? string[] Options of the mount.

--- Restarts the container without replacing the task.
---@class ecs_service.TaskDefinitionContainerDefinitionsRestartPolicy
---@field enabled boolean Whether the container is restarted.
---@field ignored_exit_codes? integer[] Exit codes after which it is not. At most 50.
---@field restart_attempt_period? integer Seconds that the container must have run before it is restarted. 60 to 1800.

--- What the image's private registry is asked with.
---@class ecs_service.TaskDefinitionContainerDefinitionsRepositoryCredentials
---@field credentials_parameter string ARN (or name, in the same region) of the secret with the credentials.

---@alias ecs_service.TaskDefinitionContainerDefinitionsResourceRequirementsType "GPU"|"InferenceAccelerator"|"NeuronDevice"
--- GPUs and other devices that the container needs.
---@class ecs_service.TaskDefinitionContainerDefinitionsResourceRequirements
---@field type ecs_service.TaskDefinitionContainerDefinitionsResourceRequirementsType Kind of the device.
---@field value? string How many, or the name of the accelerator. At most 255 characters.
---@field sharing_strategy? ecs_service.TaskDefinitionContainerDefinitionsResourceRequirementsSharingStrategy How the device is shared.

--- How the device is shared.
---@class ecs_service.TaskDefinitionContainerDefinitionsResourceRequirementsSharingStrategy
---@field nvidia_mps? ecs_service.TaskDefinitionContainerDefinitionsResourceRequirementsSharingStrategyNvidiaMps Sharing by NVIDIA's Multi-Process Service.

--- Sharing by NVIDIA's Multi-Process Service.
---@class ecs_service.TaskDefinitionContainerDefinitionsResourceRequirementsSharingStrategyNvidiaMps
---@field memory integer Memory of the GPU in MiB. 1 or more.
---@field max_compute_percent? integer Share of the GPU's threads. 1 to 100.

---@alias ecs_service.TaskDefinitionContainerDefinitionsUlimitsName "core"|"cpu"|"data"|"fsize"|"locks"|"memlock"|"msgqueue"|"nice"|"nofile"|"nproc"|"rss"|"rtprio"|"rttime"|"sigpending"|"stack"
--- Limits of the container's processes.
---@class ecs_service.TaskDefinitionContainerDefinitionsUlimits
---@field name ecs_service.TaskDefinitionContainerDefinitionsUlimitsName What is limited.
---@field soft_limit integer Soft limit.
---@field hard_limit integer Hard limit.

--- Further lines of /etc/hosts (not with awsvpc).
---@class ecs_service.TaskDefinitionContainerDefinitionsExtraHosts
---@field hostname string Name of the host. At most 255 characters.
---@field ip_address string Its address. At most 255 characters.

--- Kernel parameters of the container.
---@class ecs_service.TaskDefinitionContainerDefinitionsSystemControls
---@field namespace? string Name of the kernel parameter. At most 255 characters.
---@field value? string Its value. At most 255 characters.

--- Volumes of the task.
---@class ecs_service.TaskDefinitionVolume
---@field name string Name of the volume: up to 255 letters, digits, hyphens and underscores. At most 255 characters.
---@field host_path? string Directory of the host (not on Fargate).
---@field configure_at_launch? boolean Whether the service or task says at launch what the volume is (EBS).
---@field docker_volume_configuration? ecs_service.TaskDefinitionVolumeDockerVolumeConfiguration A volume of Docker (not on Fargate).
---@field efs_volume_configuration? ecs_service.TaskDefinitionVolumeEfsVolumeConfiguration A file system of EFS.
---@field fsx_windows_file_server_volume_configuration? ecs_service.TaskDefinitionVolumeFsxWindowsFileServerVolumeConfiguration A file system of FSx for Windows File Server.
---@field s3files_volume_configuration? ecs_service.TaskDefinitionVolumeS3filesVolumeConfiguration A file system of S3 Files.

---@alias ecs_service.TaskDefinitionVolumeDockerVolumeConfigurationScope "task"|"shared"
--- A volume of Docker (not on Fargate).
---@class ecs_service.TaskDefinitionVolumeDockerVolumeConfiguration
---@field scope? ecs_service.TaskDefinitionVolumeDockerVolumeConfigurationScope Whether the volume ends with the task or stays.
---@field autoprovision? boolean Whether a shared volume is made when it does not exist.
---@field driver? string Driver of the volume. At most 255 characters.
---@field driver_opts? table<string, string> Options of the driver.
---@field labels? table<string, string> Labels of the volume.

---@alias ecs_service.TaskDefinitionVolumeEfsVolumeConfigurationTransitEncryption "ENABLED"|"DISABLED"
--- A file system of EFS.
---@class ecs_service.TaskDefinitionVolumeEfsVolumeConfiguration
---@field file_system_id string ID of the file system. At most 255 characters.
---@field root_directory? string Directory that is the volume's root.
---@field transit_encryption? ecs_service.TaskDefinitionVolumeEfsVolumeConfigurationTransitEncryption Whether data is encrypted on its way.
---@field transit_encryption_port? integer Port of the encrypted way. 0 to 65535.
---@field authorization_config? ecs_service.TaskDefinitionVolumeEfsVolumeConfigurationAuthorizationConfig With what rights the file system is mounted.

---@alias ecs_service.TaskDefinitionVolumeEfsVolumeConfigurationAuthorizationConfigIam "ENABLED"|"DISABLED"
--- With what rights the file system is mounted.
---@class ecs_service.TaskDefinitionVolumeEfsVolumeConfigurationAuthorizationConfig
---@field access_point_id? string ID of the access point. At most 255 characters.
---@field iam? ecs_service.TaskDefinitionVolumeEfsVolumeConfigurationAuthorizationConfigIam Whether the task's role is used.

--- A file system of FSx for Windows File Server.
---@class ecs_service.TaskDefinitionVolumeFsxWindowsFileServerVolumeConfiguration
---@field file_system_id string ID of the file system. At most 255 characters.
---@field root_directory string Directory that is the volume's root.
---@field authorization_config ecs_service.TaskDefinitionVolumeFsxWindowsFileServerVolumeConfigurationAuthorizationConfig With what rights the file system is mounted.

--- With what rights the file system is mounted.
---@class ecs_service.TaskDefinitionVolumeFsxWindowsFileServerVolumeConfigurationAuthorizationConfig
---@field credentials_parameter string ARN of the secret or parameter with the credentials. ARN of .
---@field domain string Domain of the Active Directory. At most 255 characters.

--- A file system of S3 Files.
---@class ecs_service.TaskDefinitionVolumeS3filesVolumeConfiguration
---@field file_system_arn string ARN of the file system. ARN of .
---@field access_point_arn? string ARN of the access point. ARN of .
---@field root_directory? string Directory that is the volume's root.
---@field transit_encryption_port? integer Port of the encrypted way. 0 to 65535.

--- Storage of the task on Fargate.
---@class ecs_service.TaskDefinitionEphemeralStorage
---@field size_in_gib integer Size in GiB: 21 to 200. 21 to 200.

---@alias ecs_service.TaskDefinitionRuntimePlatformCpuArchitecture "X86_64"|"ARM64"
---@alias ecs_service.TaskDefinitionRuntimePlatformOperatingSystemFamily "LINUX"|"WINDOWS_SERVER_2016_FULL"|"WINDOWS_SERVER_2019_CORE"|"WINDOWS_SERVER_2019_FULL"|"WINDOWS_SERVER_2004_CORE"|"WINDOWS_SERVER_20H2_CORE"|"WINDOWS_SERVER_2022_CORE"|"WINDOWS_SERVER_2022_FULL"|"WINDOWS_SERVER_2025_CORE"|"WINDOWS_SERVER_2025_FULL"
--- Processor and operating system.
---@class ecs_service.TaskDefinitionRuntimePlatform
---@field cpu_architecture? ecs_service.TaskDefinitionRuntimePlatformCpuArchitecture Architecture of the processor.
---@field operating_system_family? ecs_service.TaskDefinitionRuntimePlatformOperatingSystemFamily Operating system.

---@alias ecs_service.TaskDefinitionPlacementConstraintsType "memberOf"
--- Where tasks may be placed (not on Fargate).
---@class ecs_service.TaskDefinitionPlacementConstraints
---@field type ecs_service.TaskDefinitionPlacementConstraintsType Kind of the constraint.
---@field expression? string Expression of the cluster query language.

---@alias ecs_service.TaskDefinitionProxyConfigurationType "APPMESH"
--- Proxy of App Mesh.
---@class ecs_service.TaskDefinitionProxyConfiguration
---@field container_name string Container of the proxy. At most 255 characters.
---@field properties? table<string, string> Properties of the proxy: a map of texts, or a list of { name, value }.
---@field type? ecs_service.TaskDefinitionProxyConfigurationType Kind of the proxy.

--- Elastic Inference accelerators.
---@class ecs_service.TaskDefinitionInferenceAccelerators
---@field device_name string Name of the accelerator. At most 255 characters.
---@field device_type string Its type. At most 255 characters.

---@alias ecs_service.TaskDefinitionTrustedExecutionConfigurationIsolationMode "SHARED"|"ISOLATED_SANDBOX"|"CONFIDENTIAL_SANDBOX"
--- How the task is kept apart from others.
---@class ecs_service.TaskDefinitionTrustedExecutionConfiguration
---@field isolation_mode ecs_service.TaskDefinitionTrustedExecutionConfigurationIsolationMode How the task is kept apart from others.
---@field attestation_policy? string Policy by which the sandbox proves what it runs.

---@alias ecs_service.TaskRun "on_change"|"deploy"|"always"|"manual"
---@alias ecs_service.TaskLaunchType "EC2"|"FARGATE"|"EXTERNAL"
---@alias ecs_service.TaskPropagateTags "TASK_DEFINITION"
--- What stack:task(address, arguments) takes.
---@class ecs_service.TaskArguments
---@field task_definition? string|ecs_service.TaskDefinition What is run: what stack:task_definition gave, family, family:revision or ARN. That of `service` when absent.
---@field service? string Service of the same stack, by its address or its handle: what is not given here is as it is declared there.
---@field command? string[] Command of the container that is watched, word by word.
---@field environment? table<string, string> Variables of the container that is watched: a map of texts, or a list of { name, value }.
---@field container? string Container whose exit code is the task's: the first essential one when absent. At most 255 characters.
---@field run? ecs_service.TaskRun When it is run: when its task definition, command, overrides or count have changed (or its last run did not end well); with each change of what it stands before; with each apply; only by hand. Default: `"on_change"`.
---@field timeout? string|integer How long it is waited for: "15m", or seconds. It runs on then. Default: `3600`.
---@field count? integer How many tasks are started: 1 to 10. All of them have to end well. 1 to 10.
---@field cluster? string Name or ARN of the cluster; "default" when neither this nor `service` says so.
---@field launch_type? ecs_service.TaskLaunchType Launch type.
---@field capacity_provider_strategy? ecs_service.TaskCapacityProviderStrategy[]|ecs_service.TaskCapacityProviderStrategy Capacity providers that it runs on. At most 20.
---@field platform_version? string Version of the Fargate platform. At most 255 characters.
---@field network_configuration? ecs_service.TaskNetworkConfiguration Network of task definitions with the awsvpc network mode.
---@field overrides? ecs_service.TaskOverrides What the task has in place of what its task definition says.
---@field placement_constraints? ecs_service.TaskPlacementConstraints[]|ecs_service.TaskPlacementConstraints Where it may be placed. At most 10.
---@field placement_strategy? ecs_service.TaskPlacementStrategy[]|ecs_service.TaskPlacementStrategy Where it is rather placed. At most 5.
---@field volume_configurations? ecs_service.TaskVolumeConfigurations[]|ecs_service.TaskVolumeConfigurations Volumes that the task definition leaves to the launch. At most 1.
---@field group? string Name of the task group. At most 255 characters.
---@field reference_id? string A word of yours that the task is known by. At most 1024 characters.
---@field enable_ecs_managed_tags? boolean Whether ECS tags the task with its cluster.
---@field enable_execute_command? boolean Whether commands can be run in its containers.
---@field propagate_tags? ecs_service.TaskPropagateTags Whether the task gets the tags of its task definition.
---@field tags? table<string, string> Tags of the task: a map of texts, or a list of { key, value }. At most 50.
---@field before? string[]|string What it stands before: that is begun when it ended well, and not at all when it did not.
---@field after? string[]|string What it stands after: it is begun when that has ended as it is declared to be waited for.
---@field depends_on? string[]|string The same as `after`.

--- Capacity providers that it runs on.
---@class ecs_service.TaskCapacityProviderStrategy
---@field base? integer Number of tasks, at a minimum, on this capacity provider. 0 to 100000.
---@field capacity_provider string Short name of the capacity provider.
---@field weight? integer Share of the tasks, beyond the bases. 0 to 1000.

--- Network of task definitions with the awsvpc network mode.
---@class ecs_service.TaskNetworkConfiguration
---@field assign_public_ip? boolean Whether the task gets a public address.
---@field security_groups? string[] Security groups of the task; the VPC's default one when absent. At most 5.
---@field subnets string[] Subnets of the task. At least 1; at most 16.

--- What the task has in place of what its task definition says.
---@class ecs_service.TaskOverrides
---@field container_overrides? ecs_service.TaskOverridesContainerOverrides[]|ecs_service.TaskOverridesContainerOverrides What containers have instead, by their names.
---@field cpu? string CPU of the task, as text.
---@field memory? string Memory of the task, as text.
---@field execution_role_arn? string Role that pulls the images and reads the secrets.
---@field task_role_arn? string Role of the containers.
---@field ephemeral_storage? ecs_service.TaskOverridesEphemeralStorage Storage of the task.
---@field inference_accelerator_overrides? ecs_service.TaskOverridesInferenceAcceleratorOverrides[]|ecs_service.TaskOverridesInferenceAcceleratorOverrides Elastic Inference accelerators.

--- What containers have instead, by their names.
---@class ecs_service.TaskOverridesContainerOverrides
---@field name string Container that it is about. At most 255 characters.
---@field command? string[] Command, word by word.
---@field environment? table<string, string> Variables: a map of texts, or a list of { name, value }.
---@field environment_files? ecs_service.TaskOverridesContainerOverridesEnvironmentFiles[]|ecs_service.TaskOverridesContainerOverridesEnvironmentFiles Files of variables. At most 10.
---@field cpu? integer Units of CPU. 0 or more.
---@field memory? integer Most memory in MiB. 4 or more.
---@field memory_reservation? integer Memory that is kept for it, in MiB. 4 or more.
---@field resource_requirements? ecs_service.TaskOverridesContainerOverridesResourceRequirements[]|ecs_service.TaskOverridesContainerOverridesResourceRequirements GPUs and the like. At most 10.

--- Files of variables.
---@class ecs_service.TaskOverridesContainerOverridesEnvironmentFiles
---@field type string Kind of it. At most 255 characters.
---@field value string Its value.

--- GPUs and the like.
---@class ecs_service.TaskOverridesContainerOverridesResourceRequirements
---@field type string Kind of it. At most 255 characters.
---@field value string Its value.

--- Storage of the task.
---@class ecs_service.TaskOverridesEphemeralStorage
---@field size_in_gib integer Size in GiB: 20 to 200. 20 to 200.

--- Elastic Inference accelerators.
---@class ecs_service.TaskOverridesInferenceAcceleratorOverrides
---@field device_name string Name of the accelerator in the task definition. At most 255 characters.
---@field device_type string Its type. At most 255 characters.

---@alias ecs_service.TaskPlacementConstraintsType "distinctInstance"|"memberOf"
--- Where it may be placed.
---@class ecs_service.TaskPlacementConstraints
---@field type ecs_service.TaskPlacementConstraintsType Kind of the constraint.
---@field expression? string Expression of the cluster query language.

---@alias ecs_service.TaskPlacementStrategyType "random"|"spread"|"binpack"
--- Where it is rather placed.
---@class ecs_service.TaskPlacementStrategy
---@field type ecs_service.TaskPlacementStrategyType Kind of the strategy.
---@field field? string What it goes by. At most 255 characters.

--- Volumes that the task definition leaves to the launch.
---@class ecs_service.TaskVolumeConfigurations
---@field name string Volume of the task definition. At most 255 characters.
---@field managed_ebs_volume? ecs_service.TaskVolumeConfigurationsManagedEbsVolume The EBS volume that is made for it.

--- The EBS volume that is made for it.
---@class ecs_service.TaskVolumeConfigurationsManagedEbsVolume
---@field encrypted? boolean Whether the volume is encrypted.
---@field filesystem_type? string File system of the volume. At most 16 characters.
---@field iops? integer I/O operations a second. 1 or more.
---@field kms_key_id? string Key that it is encrypted with.
---@field role_arn string Role by which ECS manages the volume.
---@field size_in_gib? integer Size in GiB. 1 to 65536.
---@field snapshot_id? string Snapshot that it is made of. At most 255 characters.
---@field tag_specifications? ecs_service.TaskVolumeConfigurationsManagedEbsVolumeTagSpecifications[]|ecs_service.TaskVolumeConfigurationsManagedEbsVolumeTagSpecifications Tags of the volume.
---@field termination_policy? ecs_service.TaskVolumeConfigurationsManagedEbsVolumeTerminationPolicy What becomes of the volume when the task ends.
---@field throughput? integer Throughput in MiB a second. 1 or more.
---@field volume_initialization_rate? integer MiB a second at which it is filled from the snapshot. 100 to 300.
---@field volume_type? string Type of the volume. At most 16 characters.

---@alias ecs_service.TaskVolumeConfigurationsManagedEbsVolumeTagSpecificationsResourceType "volume"
---@alias ecs_service.TaskVolumeConfigurationsManagedEbsVolumeTagSpecificationsPropagateTags "TASK_DEFINITION"|"NONE"
--- Tags of the volume.
---@class ecs_service.TaskVolumeConfigurationsManagedEbsVolumeTagSpecifications
---@field resource_type ecs_service.TaskVolumeConfigurationsManagedEbsVolumeTagSpecificationsResourceType What is tagged.
---@field tags? table<string, string> The tags.
---@field propagate_tags? ecs_service.TaskVolumeConfigurationsManagedEbsVolumeTagSpecificationsPropagateTags Whose tags the volume gets as well.

--- What becomes of the volume when the task ends.
---@class ecs_service.TaskVolumeConfigurationsManagedEbsVolumeTerminationPolicy
---@field delete_on_termination boolean Whether the volume goes with the task.

---@alias ecs_service.ScheduleState "ENABLED"|"DISABLED"
---@alias ecs_service.ScheduleLaunchType "EC2"|"FARGATE"|"EXTERNAL"
---@alias ecs_service.SchedulePropagateTags "TASK_DEFINITION"
---@alias ecs_service.ScheduleActionAfterCompletion "NONE"|"DELETE"
--- What stack:schedule(address, arguments) takes.
---@class ecs_service.ScheduleArguments
---@field name? string Name of the schedule: the address when absent. At most 64 characters.
---@field group_name? string Group of schedules that it is in; the group exists. Default: `"default"`. At most 64 characters.
---@field schedule? string When: `cron(0 3 * * ? *)`, `rate(1 hour)`, or once `at(2026-12-01T03:00:00)`. Required but with `rule`. At most 256 characters.
---@field timezone? string Time zone of the expression, as in `Europe/Berlin`. Default: `"UTC"`. At most 50 characters.
---@field start_date? string When it begins, in UTC: `2026-12-01T00:00:00Z`.
---@field end_date? string When it ends, in UTC.
---@field flexible_time_window? ecs_service.ScheduleFlexibleTimeWindow How late it may be; on time when absent.
---@field state? ecs_service.ScheduleState Whether it starts tasks. Default: `"ENABLED"`.
---@field role_arn? string Role by which EventBridge Scheduler runs the task: it is trusted with that and may pass the task's roles. Required but with `rule`. At most 1600 characters; ARN of iam.
---@field cluster? string Name or ARN of the cluster. Default: `"default"`. At most 1600 characters.
---@field task_definition string|ecs_service.TaskDefinition What is run: what stack:task_definition gave, family:revision or ARN. A family alone runs its newest revision at each time. At most 1600 characters.
---@field command? string[] Command of `container`, word by word: the same as in overrides.
---@field environment? table<string, string> Variables of `container`: a map of texts, or a list of { name, value }.
---@field container? string Container that command and environment are for: the first essential one when absent. At most 255 characters.
---@field overrides? ecs_service.ScheduleOverrides What the task has in place of what its task definition says.
---@field count? integer How many tasks are started each time: 1 to 10. Default: `1`. 1 to 10.
---@field launch_type? ecs_service.ScheduleLaunchType Launch type.
---@field capacity_provider_strategy? ecs_service.ScheduleCapacityProviderStrategy[]|ecs_service.ScheduleCapacityProviderStrategy Capacity providers that it runs on. At most 6.
---@field platform_version? string Version of the Fargate platform, in figures alone: `1.4.0`. At most 64 characters.
---@field network_configuration? ecs_service.ScheduleNetworkConfiguration Network of task definitions with the awsvpc network mode.
---@field placement_constraints? ecs_service.SchedulePlacementConstraints[]|ecs_service.SchedulePlacementConstraints Where it may be placed. At most 10.
---@field placement_strategy? ecs_service.SchedulePlacementStrategy[]|ecs_service.SchedulePlacementStrategy Where it is rather placed. At most 5.
---@field group? string Name of the task group. At most 255 characters.
---@field reference_id? string A word of yours that the task is known by. At most 1024 characters.
---@field enable_ecs_managed_tags? boolean Whether ECS tags the task with its cluster. Default: `false`.
---@field enable_execute_command? boolean Whether commands can be run in its containers. Default: `false`.
---@field propagate_tags? ecs_service.SchedulePropagateTags Whether the task gets the tags of its task definition.
---@field tags? table<string, string> Tags of the task. At most 50.
---@field retry_policy? ecs_service.ScheduleRetryPolicy How long and how often a start is tried again that ECS refused.
---@field dead_letter_arn? string Queue of SQS that is told of starts that failed for good. At most 1600 characters; ARN of sqs.
---@field description? string What it is for. At most 512 characters.
---@field kms_key_arn? string Key of KMS that the schedule is encrypted with; AWS's own when absent. ARN of kms.
---@field action_after_completion? ecs_service.ScheduleActionAfterCompletion What becomes of it when it has started its last task. Default: `"NONE"`.
---@field rule? string In place of all that: the name of a rule of EventBridge that exists. Its target alone follows task_definition. At most 64 characters.
---@field event_bus_name? string Bus of the rule, by its name or ARN; `default` when absent. At most 1600 characters.
---@field target_id? string Which target of the rule: that which runs the family when absent. At most 64 characters.
---@field lifecycle? ecs_service.ScheduleLifecycle What a plan may do to this schedule.
---@field depends_on? string[]|string Addresses of task definitions of the same stack: that of task_definition stands there by itself.

---@alias ecs_service.ScheduleFlexibleTimeWindowMode "OFF"|"FLEXIBLE"
--- How late it may be; on time when absent.
---@class ecs_service.ScheduleFlexibleTimeWindow
---@field mode ecs_service.ScheduleFlexibleTimeWindowMode Whether it may be late.
---@field maximum_window_in_minutes? integer How late at most. 1 to 1440.

--- What the task has in place of what its task definition says.
---@class ecs_service.ScheduleOverrides
---@field container_overrides? ecs_service.ScheduleOverridesContainerOverrides[]|ecs_service.ScheduleOverridesContainerOverrides What containers have instead, by their names.
---@field cpu? string CPU of the task, as text.
---@field memory? string Memory of the task, as text.
---@field execution_role_arn? string Role that pulls the images and reads the secrets.
---@field task_role_arn? string Role of the containers.
---@field ephemeral_storage? ecs_service.ScheduleOverridesEphemeralStorage Storage of the task.

--- What containers have instead, by their names.
---@class ecs_service.ScheduleOverridesContainerOverrides
---@field name string Container that it is about. At most 255 characters.
---@field command? string[] Command, word by word.
---@field environment? table<string, string> Variables: a map of texts, or a list of { name, value }.
---@field environment_files? ecs_service.ScheduleOverridesContainerOverridesEnvironmentFiles[]|ecs_service.ScheduleOverridesContainerOverridesEnvironmentFiles Files of variables. At most 10.
---@field cpu? integer Units of CPU. 0 or more.
---@field memory? integer Most memory in MiB. 4 or more.
---@field memory_reservation? integer Memory that is kept for it, in MiB. 4 or more.
---@field resource_requirements? ecs_service.ScheduleOverridesContainerOverridesResourceRequirements[]|ecs_service.ScheduleOverridesContainerOverridesResourceRequirements GPUs and the like. At most 10.

--- Files of variables.
---@class ecs_service.ScheduleOverridesContainerOverridesEnvironmentFiles
---@field type string Kind of it. At most 255 characters.
---@field value string Its value.

--- GPUs and the like.
---@class ecs_service.ScheduleOverridesContainerOverridesResourceRequirements
---@field type string Kind of it. At most 255 characters.
---@field value string Its value.

--- Storage of the task.
---@class ecs_service.ScheduleOverridesEphemeralStorage
---@field size_in_gib integer Size in GiB: 20 to 200. 20 to 200.

--- Capacity providers that it runs on.
---@class ecs_service.ScheduleCapacityProviderStrategy
---@field base? integer Number of tasks, at a minimum, on this capacity provider. Default: `0`. 0 to 100000.
---@field capacity_provider string Short name of the capacity provider. At most 255 characters.
---@field weight? integer Share of the tasks, beyond the bases. Default: `0`. 0 to 1000.

--- Network of task definitions with the awsvpc network mode.
---@class ecs_service.ScheduleNetworkConfiguration
---@field assign_public_ip? boolean Whether the task gets a public address. Default: `false`.
---@field security_groups? string[] Security groups of the task; the VPC's default one when absent. At most 5.
---@field subnets string[] Subnets of the task. At least 1; at most 16.

---@alias ecs_service.SchedulePlacementConstraintsType "distinctInstance"|"memberOf"
--- Where it may be placed.
---@class ecs_service.SchedulePlacementConstraints
---@field type ecs_service.SchedulePlacementConstraintsType Kind of the constraint.
---@field expression? string Expression of the cluster query language.

---@alias ecs_service.SchedulePlacementStrategyType "random"|"spread"|"binpack"
--- Where it is rather placed.
---@class ecs_service.SchedulePlacementStrategy
---@field type ecs_service.SchedulePlacementStrategyType Kind of the strategy.
---@field field? string What it goes by. At most 255 characters.

--- How long and how often a start is tried again that ECS refused.
---@class ecs_service.ScheduleRetryPolicy
---@field maximum_event_age_in_seconds? integer How long it is tried again. Default: `86400`. 60 to 86400.
---@field maximum_retry_attempts? integer How often it is tried again. Default: `185`. 0 to 185.

--- What a plan may do to this schedule.
---@class ecs_service.ScheduleLifecycle
---@field ignore_changes? string[]|string Arguments whose recorded value stands in for the configured one: names, paths (tags.Name), or all.
---@field leave_out? string[]|string Members that AWS has, that no argument names and that requests do not carry along: paths, with or without [n], as a plan shows them.
---@field prevent_destroy? boolean Whether a plan that would delete or replace the service is an error. Default: `false`.
---@field create_before_destroy? boolean Whether a replacement whose name differs is created before the old service is deleted. Default: `false`.

--- What the member autoscaling of a service takes.
---@class ecs_service.Scaling
---@field min_capacity integer The least number of tasks. 0 or more.
---@field max_capacity integer The most. 0 or more.
---@field suspended? ecs_service.ScalingSuspended What of it rests for now.
---@field target_tracking? table<string, ecs_service.ScalingTargetTracking> Policies that keep a metric near a value, by names of your choice. At most 50.
---@field step? table<string, ecs_service.ScalingStep> Policies that an alarm of your own calls, by names of your choice. At most 50.
---@field scheduled? table<string, ecs_service.ScalingScheduled> Actions that change the bounds at a time, by names of your choice. At most 200.
---@field tags? table<string, string> Tags of the target, beside the stack's default_tags. At most 50.

--- What of it rests for now.
---@class ecs_service.ScalingSuspended
---@field scale_in? boolean Whether policies may not take tasks away. Default: `false`.
---@field scale_out? boolean Whether policies may not add tasks. Default: `false`.
---@field scheduled? boolean Whether scheduled actions may not change the bounds. Default: `false`.

---@alias ecs_service.ScalingTargetTrackingPredefinedMetricType "ECSServiceAverageCPUUtilization"|"ECSServiceAverageMemoryUtilization"|"ALBRequestCountPerTarget"|"ECSServiceAverageCPUUtilizationHighResolution"|"ECSServiceAverageMemoryUtilizationHighResolution"
--- Policies that keep a metric near a value, by names of your choice.
---@class ecs_service.ScalingTargetTracking
---@field name? string What the policy is called at AWS: the service's address and the policy's name here, when absent. At most 256 characters.
---@field target_value number Value that the metric is kept near. 1e-06 to 1000000000 in steps of 1e-06.
---@field predefined_metric_type? ecs_service.ScalingTargetTrackingPredefinedMetricType A metric that every service has. The two of high resolution need `monitoring` with 20 seconds.
---@field resource_label? string Whose requests are counted: app/LOAD-BALANCER/ID/targetgroup/TARGET-GROUP/ID. At most 1023 characters; app/LOAD-BALANCER/ID/targetgroup/TARGET-GROUP/ID.
---@field customized_metric? ecs_service.ScalingTargetTrackingCustomizedMetric A metric of your own.
---@field scale_in_cooldown? string|integer Pause after tasks were taken away; AWS's own when absent.
---@field scale_out_cooldown? string|integer Pause after tasks were added; AWS's own when absent.
---@field disable_scale_in? boolean Whether the policy only ever adds tasks. Default: `false`.

---@alias ecs_service.ScalingTargetTrackingCustomizedMetricStatistic "Average"|"Minimum"|"Maximum"|"SampleCount"|"Sum"
--- A metric of your own.
---@class ecs_service.ScalingTargetTrackingCustomizedMetric
---@field metric_name? string Name of the metric at CloudWatch. At most 255 characters.
---@field namespace? string Its namespace. At most 255 characters.
---@field dimensions? table<string, string> Its dimensions. At most 30.
---@field statistic? ecs_service.ScalingTargetTrackingCustomizedMetricStatistic What is made of its values.
---@field unit? string The unit that its values were published with. At most 255 characters.
---@field metrics? any Several metrics and the expressions that make one of them, as the API has them.

---@alias ecs_service.ScalingStepAdjustmentType "ChangeInCapacity"|"PercentChangeInCapacity"|"ExactCapacity"
---@alias ecs_service.ScalingStepMetricAggregationType "Average"|"Minimum"|"Maximum"
--- Policies that an alarm of your own calls, by names of your choice.
---@class ecs_service.ScalingStep
---@field name? string What the policy is called at AWS: the service's address and the policy's name here, when absent. At most 256 characters.
---@field adjustment_type ecs_service.ScalingStepAdjustmentType What the steps say: a number of tasks more, percent more, or the count itself.
---@field step_adjustment ecs_service.ScalingStepStepAdjustment[]|ecs_service.ScalingStepStepAdjustment The steps. At least 1; at most 20.
---@field cooldown? string|integer Pause after the count was changed; AWS's own when absent.
---@field metric_aggregation_type? ecs_service.ScalingStepMetricAggregationType What is made of the alarm's values. Default: `"Average"`.
---@field min_adjustment_magnitude? integer The least number of tasks that a percentage comes to. 1 or more.

--- The steps.
---@class ecs_service.ScalingStepStepAdjustment
---@field lower? number Where the step begins, counted from the alarm's threshold; without end when absent. -1000000000 to 1000000000 in steps of 1e-06.
---@field upper? number Where it ends; without end when absent. -1000000000 to 1000000000 in steps of 1e-06.
---@field add integer By how much the count changes there; below 0: downwards. -2147483648 or more.

--- Actions that change the bounds at a time, by names of your choice.
---@class ecs_service.ScalingScheduled
---@field name? string What the action is called at AWS: the service's address and the action's name here, when absent. At most 256 characters.
---@field schedule string When: at(…), rate(…) or cron(…) of six fields. At most 1600 characters; at(2026-12-24T18:00:00), rate(1 day) or cron(0 22 * * ? *).
---@field timezone? string Time zone of at(…) and cron(…). Default: `"UTC"`. At most 1600 characters.
---@field start_time? string When it begins to count. A time such as 2026-12-24T18:00:00Z.
---@field end_time? string When it ends to count. A time such as 2026-12-24T18:00:00Z.
---@field min_capacity? integer The least count from then on. 0 or more.
---@field max_capacity? integer The most from then on. 0 or more.

--- The name of what is declared in its stack, or what stack:service or stack:task_definition gave.
---@alias ecs_service.Address string|ecs_service.Service|ecs_service.TaskDefinition|ecs_service.Task

---@alias ecs_service.Action "register"|"run"|"import"|"create"|"update"|"replace"|"delete"|"deregister"|"stop"|"continue"|"forget"|"no-op"

--- An error: prints as a sentence.
---@class ecs_service.Error
---@field code string A stable word, e.g. "DeploymentRolledBack", "ClusterNotFoundException", "Invalid".
---@field message string What went wrong.
---@field hint? string What to do about it.
---@field service? string Address of the service.
---@field path? string Argument, e.g. load_balancer[1].container_port.
---@field member? string Of a damaged document: what is wrong in it, e.g. services["web"].status.
---@field endpoint? string Of what was not answered by ECS: where it was asked.
---@field operation? string Operation of the API, e.g. "UpdateService".
---@field http_status? integer
---@field api? string Of stack:call: the service that was asked.
---@field request_id? string Id of the request, for AWS support.
---@field retryable? boolean Whether doing the same again may succeed.
---@field line? integer Of a file that is no JSON.
---@field column? integer Of the same.
---@field diagnostics? ecs_service.Diagnostic[] Every problem of a declaration, or of the variables.
---@field attempts? integer How often the request was sent.
---@field errors? ecs_service.Error[] Of what failed, one for each service.
---@field result? ecs_service.Result Of an apply that failed in part: what was done all the same.
---@field recorded? ecs_service.Place Of WrongPlace and UnknownAccount: where the state, or the plan, belongs.
---@field here? ecs_service.Place Where the run works, as far as it is known.
---@field lock? { id: string, who: string } Of Locked: who holds it; the id is for stack:unlock.
---@field stopped_by? string Who stopped the deployment with `stop` while this run waited for it: user@host.
---@field evidence? ecs_service.Evidence What AWS shows of a failed deployment.
---@field check? { shown: string, kind: string, message: string, status?: integer, body?: string, attempts: integer,
---  seconds: number, stage?: string } Of CheckFailed: which one, and what it got last. kind: dns, connect, tls,
---  timeout, reset, too_large, proxy, other, status, body, times, function.
---@field rolled_back_to? string Of CheckFailed: the revision that runs again.
---@field exit_code? integer Of TaskFailed: that of its container.
---@field task_arn? string Of a task that failed, or that goes on.
---@field containers? ecs_service.TaskContainer[] Of a task that failed.
---@field tasks? ecs_service.TaskResult[] Of several tasks that were run: all of them.
---@field logs? ecs_service.LogLine[] The last 20 lines of the container that failed, without known secrets.
---@field logs_note? string Why there are none.
---@field to_table fun(self): table Plain values without anything secret: for JSON and logs.
---@field render fun(self, opts?: { color?: boolean, width?: integer, unicode?: boolean }): string In lines, as the
---  command tells it: what, why, what is the case now, and what to do.

--- A partition, a region and an account of AWS; what is not known is missing.
---@class ecs_service.Place
---@field partition? string "aws", "aws-cn", …
---@field region? string
---@field account? string Twelve digits.
---@field address? string Of the record that says so.
---@field arn? string In which it stands.

---@class ecs_service.Evidence
---@field why? string The cause, in words.
---@field causes? ecs_service.Cause[] The likeliest first.
---@field reason? string rolloutStateReason of the deployment.
---@field deployment_id? string The deployment that this run started.
---@field hook? { id: string, name: string, type: string, stage: string, status: string } That ended the deployment.
---@field running_now? { task_definition: string, running: integer, desired: integer } What runs instead.
---@field events? string[] The latest, the newest first.
---@field tasks? table[] Stopped tasks: task, stop_code, stopped_reason, containers.

--- Why something does not run; the codes are in docs/causes.md.
---@class ecs_service.Cause
---@field code string
---@field summary string
---@field meaning string What it usually means.
---@field hint? string What to do.
---@field evidence string[] The texts it rests on.
---@field count integer How often it was seen.
---@field tasks string[] Ids.
---@field first? number Seconds since 1970.
---@field last? number Seconds since 1970.

---@class ecs_service.Diagnostic
---@field severity "error"|"warning"
---@field code string A stable word, e.g. "UnknownArgument", "OutOfRange", "Conflict".
---@field path string As a Lua user writes it; "" for the whole table.
---@field message string What is wrong, without the path.
---@field hint? string How to put it right.
---@field given? string The value as text.
---@field allowed? string What may stand there.

---@class ecs_service.StackOptions
---@field region? string Else from the environment or the profile.
---@field state? string|false|ecs_service.S3State|ecs_service.StateBackend Default: a file.
---@field default_tags? table<string, string> Tags of every service of the stack.
---@field ignore_tags? { keys?: string[], key_prefixes?: string[] } Tags that are nobody's business here.
---@field profile? string Profile of the shared configuration files.
---@field credentials? ecs_service.Keys|ecs_service.CredentialsProvider|fun(now: number): ecs_service.Keys
---@field assume_role? ecs_service.AssumeRole|ecs_service.AssumeRole[] Role to assume with the credentials; a list: each
---  with the keys of the one before.
---@field mfa_code? string|fun(serial: string, profile: string): string|nil Six digits. Default: asked at the terminal.
---@field credential_process_timeout? number|string Seconds that credential_process may take. Default: 60.
---@field endpoint? string URL of the ECS API; unless its host is one of AWS's, of all services (an emulator).
---@field endpoints? table<string, string> URL by service: "ecs", "sts", "s3", "sso", "sso_oidc", "signin", and what
---  stack:call knows.
---@field retry_mode? "standard"|"adaptive"|"legacy" Else AWS_RETRY_MODE or the profile's. Default: "standard".
---@field max_attempts? integer Attempts of a request. Default: 3.
---@field ca_bundle? string File of certificates (PEM). Else AWS_CA_BUNDLE, the profile's, REQUESTS_CA_BUNDLE.
---@field proxy? string URL of a proxy for all hosts; "": none. Else HTTPS_PROXY, HTTP_PROXY and NO_PROXY.
---@field app_id? string Id of the application in the user agent. Else AWS_SDK_UA_APP_ID or the profile's.
---@field use_fips_endpoint? boolean
---@field use_dualstack_endpoint? boolean
---@field allowed_account_ids? string[] Accounts in which the stack may work.
---@field forbidden_account_ids? string[] Accounts in which it may not.
---@field pace? false|table<string, { burst?: number, rate?: number }> Request rates by class, see docs/retries.md.
---@field autoscaling? boolean false: plans and status do not look at Application Auto Scaling. Default: true.
---@field concurrency? integer Services that are worked on at once. Default: 10.
---@field transport? ecs_service.Transport Default: libcurl.
---@field scheduler? ecs_service.Scheduler Default: the transport's, else the clock.
---@field on_event? fun(event: ecs_service.Event) What goes on, as it happens; docs/events.md.
---@field warnings? { silence?: string[], strict?: boolean } Codes to leave out; warnings as errors. docs/warnings.md.

---@class ecs_service.Keys
---@field access_key_id string
---@field secret_access_key string
---@field session_token? string
---@field expires? number|string Seconds since 1970, or as in 2026-11-24T21:00:00Z. Default: never.
---@field account_id? string

---@class ecs_service.CredentialsProvider
---@field get fun(self, now: number): ecs_service.Keys|nil, ecs_service.Error|nil

---@class ecs_service.AssumeRole
---@field role_arn string
---@field session_name? string Default: "ecs-service-" and the time.
---@field external_id? string
---@field duration? number|string Seconds from 900 to 43200, or as in "1h". Default: an hour.
---@field policy? string|table What the session may at most do: JSON, or a table.
---@field policy_arns? string[] Managed policies that say the same.
---@field tags? table<string, string>
---@field transitive_tag_keys? string[]
---@field source_identity? string
---@field mfa_serial? string

---@class ecs_service.S3State
---@field url string "s3://bucket/key"
---@field endpoint? string URL of the S3 API; else AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, the profile, AWS.
---@field path_style? boolean The bucket in the path. Default: false at AWS, true elsewhere.
---@field region? string Of the bucket. Default: the stack's.
---@field profile? string Default: the stack's keys.
---@field credentials? table|function Keys or a provider. Default: the stack's.
---@field sse? "AES256"|"aws:kms"|"aws:kms:dsse" Default: as the bucket says.
---@field kms_key_id? string Id, alias or ARN of a key.
---@field expected_bucket_owner? string Id of the account that the bucket is to be of; S3 refuses any other's.
---@field transport? ecs_service.Transport Default: libcurl.

--- A place for states of one's own; docs/state.md says what each method answers.
---@class ecs_service.StateBackend
---@field name? string For messages.
---@field read fun(self): string|nil, any
---@field write fun(self, text: string, token: any): any, ecs_service.Error|nil
---@field lock fun(self, text: string): any, string|ecs_service.Error|nil, string|nil
---@field holder fun(self): string|nil, any
---@field unlock fun(self, token: any): boolean|nil, ecs_service.Error|nil
---@field keep? fun(self, label: string, text: string): boolean|nil, ecs_service.Error|nil
---@field kept? fun(self, label: string): string|nil, ecs_service.Error|nil
---@field kept_name? fun(self, label: string): string
---@field free_by_hand? fun(self): string
---@field backups? "write"|"run"

---@class ecs_service.StateItem
---@field address string
---@field cluster? string
---@field service? string Name of the service.
---@field status "ok"|"failed"|"tainted"|"begun" failed: its last update was no success. begun: its create was begun.
---@field reason? string Why it is tainted or failed.
---@field kind? "task_definition" Of anything but a service.
---@field family? string Of a task definition.
---@field revision? integer The number of its revision.
---@field imported? boolean
---@field journal? table What a run began and did not see the end of.
---@field deposed? table What a replacement has still to delete.

---@class ecs_service.StateRepair
---@field damage? string What was wrong with the state.
---@field backup? string What it was put back from.
---@field kept? string Where the damaged text lies now.
---@field services integer
---@field serial integer
---@field journal { address: string, operation: string, begun: string, drop: boolean, why: string }[]
---@field changes integer 0: all is well.

--- Services that are declared together, and the state that knows what was made of them.
---@class ecs_service.CallOptions
---@field once? boolean Sent again only when it was certainly not carried out. Default: as AWS's own clients do.
---@field timeout? number|string After that (seconds, or "2m"), nothing is tried again.
---@field interrupted? fun(): any

---@class ecs_service.ServiceOfAws
---@field service string What its requests are signed for.
---@field target string What stands before the operation in X-Amz-Target, without the dot.
---@field json? "1.0"|"1.1" Default: "1.1".
---@field endpoint? string What its host begins with. Default: `service`.

---@class ecs_service.Stack
---@field options ecs_service.StackOptions
---@field order string[] Addresses as they were declared.
---@field services table<string, ecs_service.Service>
---@field task_definitions table<string, ecs_service.TaskDefinition>
---@field tasks table<string, ecs_service.Task>
---@field schedules table<string, ecs_service.Schedule>
---@field backend ecs_service.StateBackend
local Stack = {}

--- Declares a service. Raises when the address is taken.
---@param address string Name of the declaration within the stack.
---@param arguments ecs_service.Declaration
---@return ecs_service.Service
function Stack:service(address, arguments) end

--- Declares a task definition; in a service it stands for the revision that is registered of it.
---@param address string Name of the declaration within the stack; the family, where none is given.
---@param arguments ecs_service.TaskDefinitionArguments
---@return ecs_service.TaskDefinition
function Stack:task_definition(address, arguments) end

--- Declares a task that a plan runs: before or after what it names, when its `run` says so.
---@param address string Name of the declaration within the stack.
---@param arguments ecs_service.TaskArguments
---@return ecs_service.Task
function Stack:task(address, arguments) end

--- Declares tasks that EventBridge starts on a schedule, which follows its task definition.
---@param address string Name of the declaration within the stack; of the schedule, where none is given.
---@param arguments ecs_service.ScheduleArguments
---@return ecs_service.Schedule
function Stack:schedule(address, arguments) end

--- Checks all declarations; sends nothing.
---@return true|nil ok
---@return ecs_service.Error? err err.diagnostics names every problem.
function Stack:validate() end

--- What apply would do.
---@param opts? ecs_service.PlanOptions
---@return ecs_service.Plan|nil plan
---@return ecs_service.Error? err
function Stack:plan(opts) end

--- Does what a plan says, or plans and does it.
---@param plan_or_opts? ecs_service.Plan|ecs_service.ApplyOptions
---@param opts? ecs_service.ApplyOptions With a plan.
---@return ecs_service.Result|nil result
---@return ecs_service.Error? err
function Stack:apply(plan_or_opts, opts) end

--- Deletes the services of the stack.
---@param opts? ecs_service.ApplyOptions
---@return ecs_service.Result|nil result
---@return ecs_service.Error? err
function Stack:destroy(opts) end

--- Brings the records up to what AWS has; changes nothing there.
---@param opts? ecs_service.ApplyOptions
---@return ecs_service.Result|nil result
---@return ecs_service.Error? err
function Stack:refresh(opts) end

--- Takes over a service, a revision of a task definition, or a schedule, that exists.
---@param address ecs_service.Address "web", "task_definition.api", "schedule.nightly".
---@param id string "cluster-name/service-name", "family:revision", "group-name/schedule-name", or the ARN of either.
---@param opts? ecs_service.ImportOptions
---@return ecs_service.Attributes|table|nil attributes
---@return ecs_service.Error? err
function Stack:import(address, id, opts) end

--- Takes over the services of a Terraform state.
---@param path string terraform.tfstate, version 4
---@param opts? { dry_run?: boolean, lock?: boolean, lock_timeout?: number|string }
---@return { services: table, order: string[], source: string, skipped: table[], ignored: table<string, integer> }|nil
---@return ecs_service.Error? err
function Stack:import_tfstate(path, opts) end

--- Lua source of a declaration that plans as no-op.
---@param id string "cluster-name/service-name", "family:revision", the ARN of a revision or a schedule, a recorded
---  address; "group-name/schedule-name", with an address as in "schedule.nightly"
---@param opts? { address?: string, task_definition?: boolean } what it is called; whether what the service runs is, too
---@return string|nil source
---@return string|ecs_service.Error address or err
---@return string[]|nil addresses of all that the source declares
function Stack:generate_config(id, opts) end

--- Waits for services; what it reports is what ECS reported, for the deployment that the last apply started.
---@param opts? ecs_service.WaitOptions
---@return table<string, ecs_service.Attributes>|nil services By address.
---@return ecs_service.Error? err
function Stack:wait(opts) end

--- A new image, variables or another size: registers a revision with them when they differ from what the service runs,
--- updates the service and follows it. The declaration stays as it is.
---@param address ecs_service.Address
---@param opts ecs_service.DeployOptions
---@return ecs_service.Result|ecs_service.Plan|nil result With `plan`, `task_definitions`; the plan with dry_run.
---@return ecs_service.Error? err
function Stack:deploy(address, opts) end

--- Back to the task definition of the last completed deployment other than the present one, or to a named one.
---@param address ecs_service.Address
---@param opts? ecs_service.RollbackOptions
---@return ecs_service.Result|ecs_service.Plan|nil result With `plan`; the plan itself with dry_run.
---@return ecs_service.Error? err
function Stack:rollback(address, opts) end

--- A new deployment of services as they are.
---@param services ecs_service.Address|ecs_service.Address[]
---@param opts? ecs_service.RedeployOptions
---@return ecs_service.Result|ecs_service.Plan|nil result
---@return ecs_service.Error? err
function Stack:redeploy(services, opts) end

---@param address ecs_service.Address
---@param count integer|nil nil: it stays, and `opts` say something of auto scaling.
---@param opts? ecs_service.ScaleOptions
---@return ecs_service.Result|ecs_service.Plan|nil result
---@return ecs_service.Error? err
function Stack:scale(address, count, opts) end

--- Ends the deployment that is under way.
---@param address ecs_service.Address
---@param opts? ecs_service.StopOptions
---@return ecs_service.Result|ecs_service.Plan|nil result With `outcome`: STOPPED, ROLLBACK_SUCCESSFUL, STOP_REQUESTED.
---@return ecs_service.Error? err
function Stack:stop(address, opts) end

--- Decides about a deployment that waits at a pause: it goes on, and is followed; or it goes back.
---@param address ecs_service.Address
---@param opts? ecs_service.ContinueOptions
---@return ecs_service.Result|ecs_service.Plan|nil result With `outcome`: SUCCESSFUL, ROLLBACK_SUCCESSFUL, CONTINUED.
---@return ecs_service.Error? err
function Stack:continue(address, opts) end

--- The deployments of a service, and what this tool did to it; of a declared task, its runs.
---@param target ecs_service.Address An address, or "cluster/service".
---@param opts? { limit?: integer, why?: boolean } limit: 20 unless given; why: with what is kept of failures.
---@return ecs_service.History|nil history
---@return ecs_service.Error? err
function Stack:history(target, opts) end

--- The revisions of a task definition: which of them anybody uses, and which were registered here.
---@param target ecs_service.Address An address of a task definition or a service, or a family.
---@param opts? ecs_service.RevisionOptions
---@return ecs_service.Revisions|nil revisions
---@return ecs_service.Error? err
function Stack:revisions(target, opts) end

--- Takes old revisions of a task definition out of use. What anybody uses stays.
---@param target ecs_service.Address An address of a task definition or a service, or a family.
---@param opts? ecs_service.DeregisterOptions
---@return ecs_service.Result|ecs_service.Plan|nil result With `deregistered` and `deleted`.
---@return ecs_service.Error? err Of NotDeleted with `failures`.
function Stack:deregister(target, opts) end

--- Runs a task, now and once, and waits until it has ended. Nothing is recorded.
---@param target ecs_service.Address|ecs_service.TaskArguments Beside which service (address, "cluster/service"); of
---  which task definition ("family", "family:2", with opts.cluster); or a table.
---@param opts? ecs_service.RunOptions
---@return ecs_service.TaskResult|{ tasks: ecs_service.TaskResult[] }|nil result Of several tasks: `tasks`.
---@return ecs_service.Error? err TaskFailed, TaskNotStarted, TaskNotPlaced, Timeout (it runs on), OutcomeUnknown, …
function Stack:run(target, opts) end

--- Runs a command in a container that runs, with the terminal of this process, by AWS's session-manager-plugin. Not
--- inside nginx.
---@param target ecs_service.Address An address, or "cluster/service".
---@param opts? ecs_service.ExecOptions
---@return ecs_service.SessionResult|nil session When it has ended.
---@return ecs_service.Error? err PluginMissing, ExecuteCommandOff, AgentNotRunning, NotFound, WrongOption, …
function Stack:exec(target, opts) end

--- Forwards a port of this machine to a port of a container, or of a host that it reaches, until interrupted.
---@param target ecs_service.Address An address, or "cluster/service".
---@param opts ecs_service.PortForwardOptions
---@return ecs_service.SessionResult|nil session When it has ended.
---@return ecs_service.Error? err As of exec.
function Stack:port_forward(target, opts) end

---@class ecs_service.ExecOptions
---@field command? string|string[] A command as it stands, or its words. Default: "/bin/sh".
---@field task? string Its id or ARN. Default: the newest that takes commands.
---@field container? string Needed when the task has several.
---@field plugin? string Where session-manager-plugin is. Default: along PATH.
---@field on_session? fun(session: { task: string, container: string }) Is told where it is, before it begins.

---@class ecs_service.PortForwardOptions
---@field remote_port integer Of the container, or of the host.
---@field local_port? integer Of this machine. Default: the same.
---@field host? string One that the container reaches. Default: the container itself.
---@field task? string Its id or ARN. Default: the newest that takes commands.
---@field container? string Needed when the task has several.
---@field plugin? string Where session-manager-plugin is. Default: along PATH.
---@field on_session? fun(session: { task: string, container: string }) Is told where it is, before it begins.

---@class ecs_service.SessionResult
---@field task string
---@field container string
---@field exit_code integer Of the plugin, which does not tell how the command ended.

--- Members of RunTask but clientToken and startedBy, as `placement_constraints` or as the API has them, and these. What
--- is not given comes from the service.
---@class ecs_service.TaskArguments
---@field service? ecs_service.Address
---@field task_definition? string
---@field cluster? string
---@field count? integer 1 to 10.
---@field command? string[] Of the container that is watched.
---@field environment? table<string, string|number> Of the same.
---@field container? string The one that is watched: its exit code counts. Default: the first essential one.
---@field timeout? number|string
---@field network_configuration? { subnets: string[], security_groups?: string[], assign_public_ip?: boolean }
---@field overrides? table
---@field launch_type? string
---@field capacity_provider_strategy? table[]
---@field [string] any

---@class ecs_service.RunOptions
---@field command? string[] Of the container that is watched.
---@field env? table<string, string|number> Of the same.
---@field container? string The one that is watched: its exit code counts. Default: the first essential one.
---@field cluster? string Where it runs. Default: that of the service.
---@field subnets? string|string[] For the network mode awsvpc. Default: those of the service.
---@field security_groups? string|string[] The same.
---@field assign_public_ip? boolean The same.
---@field count? integer 1 to 10. Default: 1.
---@field wait? boolean false: only start it. Default: true.
---@field timeout? number|string How long it may take; it is left running then. Default: "1h".
---@field logs? boolean false: no last lines in the result and in errors.
---@field on_log? fun(line: ecs_service.LogLine) Hears what its containers write, as it comes, without known secrets.
---@field on_event? fun(event: table) Is told of each status of the task (docs/events.md).
---@field interrupted? fun(): any true: stop waiting; the task goes on.

---@class ecs_service.TaskResult
---@field task_arn string
---@field status string As ECS has it: "STOPPED".
---@field exit_code? integer Of the container that is watched.
---@field containers ecs_service.TaskContainer[]
---@field logs? ecs_service.LogLine[] The last 20 lines of that container.
---@field logs_note? string Why there are none.
---@field stop_code? string
---@field reason? string Why it stopped, in ECS's words.
---@field started_at? number Seconds since 1970.
---@field stopped_at? number

---@class ecs_service.TaskContainer
---@field name string
---@field status? string
---@field exit_code? integer
---@field reason? string

--- What the containers of a service write to CloudWatch Logs, in the order of time.
---@param target ecs_service.Address An address, or "cluster/service".
---@param opts? ecs_service.LogsOptions
---@return ecs_service.LogLines|nil lines
---@return ecs_service.Error? err NoLogs, NotFound, or of the APIs.
function Stack:logs(target, opts) end

---@class ecs_service.LogsOptions
---@field since? number|string How long ago ("10m", 600), or a time ("2026-11-29T12:00:00Z", seconds since 1970).
---@field until? number|string The same; default: now.
---@field limit? integer Only the last so many lines, 1 to 10000; with follow what comes is added.
---@field task? string The id or the ARN of one task of the cluster, also of one that belongs to no service.
---@field container? string
---@field follow? boolean true: go on with what they write; of one task until it has ended. Default: false.
---@field interrupted? fun(): any true: end.

--- Called, it answers the next line, and nil at the end: `for line in lines do`.
---@class ecs_service.LogLines
---@field err? ecs_service.Error What ended it before its end.
---@field notes { task: string, container: string, message: string }[] What cannot be read, or was never written.
---@operator call: ecs_service.LogLine?

---@class ecs_service.LogLine
---@field at number Seconds since 1970.
---@field container string
---@field task string Its id.
---@field text string What would steer a terminal is escaped; at most 32 KiB of the line.

--- The latest rollout of a service as a document, as far as ECS still shows it.
---@param target ecs_service.Address An address, or "cluster/service".
---@param opts? { format?: "html"|"svg" }
---@return string|nil document
---@return ecs_service.Error? err
function Stack:timeline(target, opts) end

--- Which credentials, account, region, endpoint, proxy and certificates are used, and whether they work.
---@param opts? { offline?: boolean, timeout?: number|string, profile?: string, region?: string } timeout in seconds.
---@return ecs_service.Report report Never an error: what is wrong stands in report.checks.
function Stack:doctor(opts) end

---@class ecs_service.Report
---@field ok boolean
---@field region? string
---@field region_source? string "stack", "AWS_REGION", "AWS_DEFAULT_REGION", "profile NAME", …
---@field endpoint? string
---@field endpoint_source? string Who chose it; nil: it is AWS's own.
---@field signing_name? string
---@field account? string
---@field arn? string
---@field proxy? string Without its password.
---@field proxy_source? string
---@field ca_bundle? string
---@field ca_bundle_source? string
---@field profile string
---@field profile_source? string
---@field credentials { source?: string, access_key_id?: string, expires?: number } Masked; seconds since 1970.
---@field checks { name: string, ok: boolean, code?: string, message: string, hint?: string }[]

--- What is recorded, and what a run had begun.
---@return ecs_service.StateItem[]|nil items
---@return ecs_service.Error? err
function Stack:state_items() end

--- Everything that is recorded of one service: an item with attributes and meta.
---@param address ecs_service.Address
---@return table|nil entry
---@return ecs_service.Error? err
function Stack:state_entry(address) end

--- Takes services out of the state; they live on, and nobody manages them.
---@param services ecs_service.Address|ecs_service.Address[]
---@param opts? { lock_timeout?: number|string, lock?: boolean, approve?: fun(items: ecs_service.StateItem[]): boolean }
---@return ecs_service.StateItem[]|nil forgotten
---@return ecs_service.Error? err
function Stack:forget(services, opts) end

--- Records a service under another address.
---@param from ecs_service.Address
---@param to ecs_service.Address
---@param opts? { lock_timeout?: number|string, lock?: boolean }
---@return ecs_service.StateItem|nil item
---@return ecs_service.Error? err
function Stack:move(from, to, opts) end

--- The text of the state as it lies there.
---@return string|nil text
---@return ecs_service.Error? err
function Stack:pull_state() end

--- Puts a text in the place of the state.
---@param text string
---@param opts? { force?: boolean, lock_timeout?: number|string, lock?: boolean }
---@return { serial: integer, changed: boolean }|nil result
---@return ecs_service.Error? err
function Stack:push_state(text, opts) end

--- Puts a damaged state back from its backup; takes out of the journal what is proved to be over.
---@param opts? { lock_timeout?: number|string, lock?: boolean, approve?: fun(found: ecs_service.StateRepair): boolean }
---@return ecs_service.StateRepair|nil repair
---@return ecs_service.Error? err
function Stack:repair_state(opts) end

--- Who holds the lock; nil without an error: nobody.
---@return { id: string, who: string, stale?: boolean }|nil holder
---@return ecs_service.Error? err
function Stack:lock_holder() end

--- Frees the lock of a run that is dead.
---@param id string err.lock.id of the error that told of it
---@return true|nil ok
---@return ecs_service.Error? err
function Stack:unlock(id) end

--- What AWS says of services now, and how the last runs of declared tasks ended.
---@param address? ecs_service.Address Default: all, by address.
---@return ecs_service.Status|ecs_service.TaskStatus|table<string, ecs_service.Status|ecs_service.TaskStatus>|nil status
---@return ecs_service.Error? err
function Stack:status(address) end

--- One operation of any JSON API of AWS, by the credentials, retries and endpoints of the stack.
---@param service string|ecs_service.ServiceOfAws As botocore calls it ("logs", "ssm"), or its description.
---@param operation string As in "DescribeLogGroups".
---@param params? table As the API has them; an empty table is an empty list.
---@param opts? ecs_service.CallOptions
---@return table|nil answer Without members that are null; times are numbers.
---@return ecs_service.Error? err
function Stack:call(service, operation, params, opts) end

--- What is wrong with a service, and why: declared, recorded, or any other; and with the last run of a declared task.
---@param target? ecs_service.Address An address or "cluster/service". Default: all, as a list.
---@param opts? { logs?: boolean, run?: integer } logs = false: not what the container wrote that failed; run: the
---  number of a run as history has it, -1 for the last that failed.
---@return ecs_service.Diagnosis|ecs_service.Diagnosis[]|nil diagnosis
---@return ecs_service.Error? err
function Stack:diagnose(target, opts) end

--- The least IAM policy for planning, applying and destroying this stack; sends nothing.
---@param opts? { for?: "plan"|"apply"|"destroy"|"run"|"logs", account_id?: string }
---@return { Version: string, Statement: table[] }|nil policy
---@return { sid: string, action: string, why: string }[]|ecs_service.Error reasons Or what is wrong.
function Stack:policy(opts) end

--- The addresses of the declared services, in their order.
---@return string[]
function Stack:addresses() end

--- The recorded attributes of all services, by address.
---@return table<string, ecs_service.Attributes>|nil attributes
---@return ecs_service.Error? err
function Stack:recorded() end

---@class ecs_service.PlanOptions
---@field target? ecs_service.Address|ecs_service.Address[] Addresses; what they depend on included.
---@field exclude? ecs_service.Address|ecs_service.Address[] Addresses.
---@field refresh? boolean Whether AWS is asked first. Default: true.
---@field refresh_only? boolean Only what drifted. Default: false.
---@field destroy? boolean Plan to destroy everything. Default: false.
---@field lock? boolean Whether the state is locked. Default: true.
---@field lock_timeout? number|string How long to wait for the lock, in seconds or as in "20m". Default: 0, not at all.
---@field concurrency? integer Services that are worked on at once. Default: the stack's.
---@field silence? string[] Codes of warnings to leave out.
---@field strict? boolean Warnings are errors. Default: false.
---@field facts? table<string, ecs_service.Facts> What is known beside the services, by address.
---@field image? table<string, string> Of this run, by address and container: { ["api.app"] = "acme/api:2" }.
---@field on_event? fun(event: ecs_service.Event)
---@field interrupted? fun(): boolean Asked several times a second; true ends the run where it can be taken up again.

--- What is known beside a service, for its warnings and its forecast.
---@class ecs_service.Facts
---@field instances? integer Container instances of the cluster.
---@field images? string[]
---@field host_ports? integer[]
---@field usual_seconds? number|string How long its deployments usually take.

--- What a service is declared with: its arguments, and what decides whether its deployments stay.
---@class ecs_service.Declaration : ecs_service.Arguments
---@field checks? ecs_service.Checks Made when a deployment has been completed, one after the other.
---@field on_failed_check? "rollback"|"fail" What is done when one fails. Default: rollback.

--- docs/how-to/checks.md
---@alias ecs_service.Checks ecs_service.DeploymentCheck|(ecs_service.DeploymentCheck|ecs_service.CheckFunction)[]
---@alias ecs_service.CheckFunction fun(ctx: ecs_service.CheckContext): boolean?, string?

---@class ecs_service.DeploymentCheck
---@field url? string What is asked, by GET.
---@field run? fun(ctx: ecs_service.CheckContext): boolean?, string? In place of a URL: true, or why not.
---@field status? integer|string|(integer|string)[] 200, { 200, 204 }, "2xx". Default: "2xx".
---@field body? string What the body of the answer has to contain.
---@field headers? table<string, string|number>
---@field within? number|string Until when it has to succeed, in seconds or as in "2m". Default: 2 minutes.
---@field every? number|string From one attempt to the next. Default: 5 seconds.
---@field times? integer So often in a row. Default: 3; of run 1.
---@field timeout? number|string For one answer. Default: 10 seconds.
---@field stage? string Of a URL: made at this stage of the deployment, as "POST_TEST_TRAFFIC_SHIFT", and not after it.

--- What a function that is a check is told.
---@class ecs_service.CheckContext
---@field address string
---@field cluster string
---@field service string
---@field task_definition string What was deployed.
---@field former? string What ran before.
---@field deployment_id? string
---@field attributes ecs_service.Attributes
---@field attempt integer
---@field get fun(url: string, opts?: ecs_service.PageOptions): ecs_service.Page|nil, table|nil GET by the transport of
---  the stack; nil and { code, message } when nothing answers. Follows no redirects.
---@field sleep fun(seconds: number)
---@field now fun(): number Seconds since 1970, by the stack's clock.

---@class ecs_service.ApplyOptions : ecs_service.PlanOptions
---@field approve? fun(plan: ecs_service.Plan): boolean Asked under the lock before anything is done.
---@field checks? ecs_service.Checks|table<ecs_service.Address, ecs_service.Checks> Of this run, beside those that are
---  declared: of all that it deploys, or by the address.
---@field on_failed_check? "rollback"|"fail" What is done when a check fails. Default: as declared, or rollback.
---@field stable_for? number|string How long a service has to stay steady, in seconds or as in "20m". Default: 0.
---@field superseded? "fail"|"follow" What to do about a newer deployment of someone else. Default: "fail".
---@field fail_fast? boolean End as soon as tasks of the deployment ended alike twice. Default: false.
---@field until? "steady"|"deployed"|"paused"|string What to wait for, also a stage of ECS. Default: as declared.
---@field on_interrupt? "rollback"|"leave" What an interruption does to the deployments. Default: "leave", or as
---  sigint_rollback says.
---@field logs? boolean false: no last lines of containers that failed in the error.
---@field message? string Why: kept with what the run did, and shown by history.
---@field suspend_auto_scaling? boolean true: auto scaling rests while its services are deployed, and is put back then.
---@field digest? string Nothing is done but the plan of this digest (plan:digest()), or of one that begins so.

---@class ecs_service.AsideOptions
---@field message? string Why: kept with what the run did, and shown by history.
---@field suspend_auto_scaling? boolean true: auto scaling rests while the service is deployed, and is put back then.
---@field dry_run? boolean true: the plan is the result, and nothing is done.
---@field approve? fun(plan: ecs_service.Plan): boolean Asked under the lock.
---@field wait? boolean false: do not follow the deployment.
---@field lock? boolean Whether the state is locked. Default: true.
---@field lock_timeout? number|string How long to wait for the lock, in seconds or as in "20m". Default: 0, not at all.
---@field on_event? fun(event: ecs_service.Event)
---@field interrupted? fun(): boolean
---@field concurrency? integer
---@field stable_for? number|string Seconds, or as in "20m".
---@field superseded? "fail"|"follow"
---@field fail_fast? boolean
---@field logs? boolean false: no last lines of containers that failed in the error.
---@field silence? string[] Codes of warnings to leave out.
---@field strict? boolean Warnings are errors, but that the declaration differs. Default: false.

---@class ecs_service.ScaleOptions : ecs_service.AsideOptions
---@field min? integer The least number that auto scaling goes down to.
---@field max? integer The most that it goes up to.
---@field suspend? boolean true: auto scaling rests.
---@field resume? boolean true: it works again.

---@class ecs_service.RedeployOptions : ecs_service.AsideOptions
---@field checks? ecs_service.Checks|table<ecs_service.Address, ecs_service.Checks> Of this run, beside those that are
---  declared: of all that it deploys, or by the address.
---@field on_failed_check? "rollback"|"fail" What is done when a check fails. Default: as declared, or rollback.

---@class ecs_service.RollbackOptions : ecs_service.RedeployOptions
---@field to? string|integer "web:2", 2 or an ARN. Default: what was completed before.

---@class ecs_service.DeployOptions : ecs_service.RedeployOptions
---@field image? string|table<string, string> An image, or images by their containers' names.
---@field env? table<string, string|number|table>|string[] Variables, by containers' names, or a list of "NAME=VALUE".
---@field cpu? string|number Of the task: 512, "1 vCPU".
---@field memory? string|number Of the task: 1024, "2 GB".
---@field from? "running"|"newest" Which revision to begin with. Default: running.

---@class ecs_service.StopOptions
---@field message? string Why: kept with what the run did, and shown by history.
---@field dry_run? boolean true: the plan is the result, and nothing is done.
---@field approve? fun(plan: ecs_service.Plan): boolean Asked under the lock.
---@field wait? boolean false: do not wait for its end.
---@field lock? boolean Whether the state is locked. Default: true.
---@field lock_timeout? number|string How long to wait for the lock, in seconds or as in "20m". Default: 0, not at all.
---@field on_event? fun(event: ecs_service.Event)
---@field interrupted? fun(): boolean
---@field how? "rollback"|"abort" Default: rollback.
---@field timeout? number|string Seconds, or as in "20m". Default: 20 minutes.

---@class ecs_service.ContinueOptions
---@field dry_run? boolean true: the plan is the result, and nothing is done.
---@field approve? fun(plan: ecs_service.Plan): boolean Asked under the lock.
---@field wait? boolean false: do not follow the deployment.
---@field lock? boolean Whether the state is locked. Default: true.
---@field lock_timeout? number|string How long to wait for the lock, in seconds or as in "20m". Default: 0, not at all.
---@field on_event? fun(event: ecs_service.Event)
---@field interrupted? fun(): boolean
---@field message? string Why: kept with what the run did, and shown by history.
---@field rollback? boolean true: back to the revision before. Default: false.
---@field hook? string The id of the pause, where several wait.
---@field timeout? number|string Seconds, or as in "20m". Default: 20 minutes.

---@class ecs_service.HistoryItem
---@field at? number Seconds since 1970.
---@field revision? string "web:2"
---@field former? string What it took the place of.
---@field status? string Of ECS.
---@field ended string In words.
---@field reason? string
---@field took? integer Seconds.
---@field went_back_to? string
---@field arn? string Of the service deployment.
---@field deployment_id? string
---@field stage? ecs_service.Stage Of what shifts traffic: where it is, or ended.
---@field traffic? ecs_service.TrafficShare[] The same: who gets the traffic, the latest revision first.
---@field stages? { at: number, stage: string, production_weight?: number }[] When this tool followed it.
---@field did? string Operation of this tool.
---@field by? string user@host
---@field run_ended? string "ok", or the code of the error.
---@field count? integer What the desired count was to become.
---@field origin? ecs_service.Origin Where that run came from.
---@field run? integer The number of this operation.
---@field exit_code? integer Of a task.
---@field why? ecs_service.KeptFailure With `why = true`, when it failed.

--- What a run's caller said of it, and what the variables of a CI system name.
---@class ecs_service.Origin
---@field message? string
---@field ci? string "GitHub Actions"
---@field commit? string
---@field branch? string Or the tag.
---@field job? string
---@field actor? string

--- What the state keeps of a failed run.
---@class ecs_service.KeptFailure
---@field message? string
---@field hint? string
---@field causes? table[] Each with code, summary, hint, evidence.
---@field tasks? table[] Each with task, stop_code, stopped_reason, and containers of name, image, exit_code, reason.
---@field logs? { at?: number, container?: string, text: string }[]
---@field logs_note? string

---@class ecs_service.History
---@field name string
---@field address? string
---@field kind? "task" Of a declared task.
---@field cluster? string
---@field service? string
---@field entries ecs_service.HistoryItem[] The newest first.
---@field unread { operation: string, code: string, message: string }[] What ECS would not tell.
---@field status? string "ELSEWHERE": it is recorded in another place, and the entries are what the state remembers.
---@field problem? string Then: both places in words.
---@field recorded? ecs_service.Place
---@field here? ecs_service.Place

--- One revision of a task definition.
---@class ecs_service.RevisionItem
---@field revision string "api:3"
---@field number integer
---@field arn string
---@field status "ACTIVE"|"INACTIVE"|"DELETE_IN_PROGRESS"
---@field registered_at? number Seconds since 1970.
---@field registered_by? string ARN of whoever did.
---@field images? { container: string, image: string }[] nil: ECS does not describe it any more.
---@field used_by? string[] Services, tasks and records, in words; nil: not known.
---@field here boolean Whether the state lists it as registered here.
---@field current? boolean What the handle stands for; of a family, its newest ACTIVE one.

---@class ecs_service.Revisions
---@field name string
---@field family string
---@field address? string Of a task definition of the stack.
---@field total integer How many there are.
---@field entries ecs_service.RevisionItem[] The newest first.
---@field unread { operation: string, code: string, message: string }[] What ECS would not tell.

---@class ecs_service.DeregisterOptions
---@field keep? integer How many ACTIVE revisions stay, the newest included. Default: as declared.
---@field delete? boolean true: INACTIVE ones that nobody uses are deleted.
---@field cluster? string|string[] Clusters in which one may be used, beside those of the stack.
---@field dry_run? boolean true: the plan is the result, and nothing is done.
---@field approve? fun(plan: ecs_service.Plan): boolean Asked under the lock.
---@field lock? boolean Whether the state is locked. Default: true.
---@field lock_timeout? number|string How long to wait for the lock, in seconds or as in "20m". Default: 0, not at all.
---@field on_event? fun(event: ecs_service.Event)
---@field interrupted? fun(): boolean

---@class ecs_service.RevisionOptions
---@field limit? integer How many. Default: 20.
---@field cluster? string|string[] Clusters in which one may be used, beside those of the stack.
---@field interrupted? fun(): boolean

---@class ecs_service.WaitOptions
---@field services? string|string[] Addresses. Default: all.
---@field until? "steady"|"deployed"|"inactive"|"paused"|string Also a stage, as ECS names it. Default: "steady".
---@field on_interrupt? "rollback"|"leave" What an interruption does to the deployments. Default: "leave".
---@field timeout? number|string Seconds, or as in "20m". Default: 1200.
---@field stable_for? number|string How long a service has to stay steady, in seconds or as in "20m". Default: 0.
---@field superseded? "fail"|"follow" What to do about a newer deployment of someone else. Default: "fail".
---@field fail_fast? boolean End as soon as tasks of the deployment ended alike twice. Default: false.
---@field logs? boolean false: no last lines of containers that failed in the error.
---@field on_event? fun(event: ecs_service.Event)
---@field interrupted? fun(): boolean Asked several times a second; true ends the wait.

---@class ecs_service.ImportOptions
---@field lock? boolean Whether the state is locked. Default: true.
---@field lock_timeout? number|string How long to wait for the lock, in seconds or as in "20m". Default: 0, not at all.
---@field on_event? fun(event: ecs_service.Event)
---@field interrupted? fun(): boolean

---@class ecs_service.Result
---@field services table<string, ecs_service.Attributes> By address.
---@field task_definitions? table<string, table> By address, where the plan has any: attributes of the revisions.
---@field tasks? table<string, table> By address, where the plan has any: task_definition, tasks, exit_code, ended_at.
---@field schedules? table<string, table> By address, where the plan has any: their arguments, and arn.
---@field changes ecs_service.Outcome[]
---@field summary ecs_service.Summary
---@field serial integer Of the state.
---@field warnings? ecs_service.Warning[]
---@field drift? table Of refresh: what differed from the records.
---@field deregistered? string[] Of deregister: "api:1", …
---@field deleted? string[] Of deregister with `delete`.
---@field to_table fun(self): table Plain values without anything secret: for JSON and logs.

---@class ecs_service.Outcome
---@field address string
---@field kind "service"|"task_definition"|"task"|"schedule"|"scaling"
---@field action ecs_service.Action
---@field outcome "done"|"unchanged"|"failed"|"skipped"|"kept" kept: in use, and not deregistered.
---@field error? ecs_service.Error
---@field reason? string

---@class ecs_service.Warning
---@field code string docs/warnings.md
---@field path string
---@field message string
---@field hint? string
---@field service? string Address.

---@class ecs_service.Deployment
---@field id string
---@field status? string
---@field task_definition? string
---@field rollout_state? string
---@field desired integer
---@field running integer
---@field pending integer
---@field failed integer

--- How far a deployment that shifts traffic is.
---@class ecs_service.Stage
---@field stage? string As ECS names it: "BAKE_TIME".
---@field strategy string "BLUE_GREEN", "LINEAR" or "CANARY".
---@field status string Of the service deployment.
---@field production_weight? number Percent of the traffic on the new revision.
---@field test_weight? number
---@field bake_seconds? number How long it bakes, while it does.
---@field since? number Of the last update, seconds since 1970.
---@field hooks ecs_service.StageHook[]

---@class ecs_service.StageHook
---@field id string
---@field name string Its function, or its id.
---@field type string "AWS_LAMBDA" or "PAUSE".
---@field status string "AWAITING_ACTION", "IN_PROGRESS", "SUCCEEDED", "FAILED" or "TIMED_OUT".
---@field expires_at? number Seconds since 1970.
---@field timeout_action? string "ROLLBACK" or "CONTINUE".

--- What a revision gets of the traffic.
---@class ecs_service.TrafficShare
---@field revision string ARN of the service revision.
---@field task_definition? string "web:2"
---@field production_weight? number Percent.
---@field test_weight? number
---@field target_groups? string[] ARNs: those that serve it.

--- What Application Auto Scaling holds a service within; or why that is not known.
---@class ecs_service.AutoScalingStatus
---@field min_capacity? integer
---@field max_capacity? integer
---@field suspended? { scale_in: boolean, scale_out: boolean, scheduled: boolean }
---@field last_activity? { description: string, cause: string, status: string, message?: string, at: string }
---@field problem? string

---@class ecs_service.Status
---@field status string "ACTIVE", "DRAINING", "INACTIVE", "MISSING"; "ELSEWHERE", "UNKNOWN": see problem.
---@field desired integer
---@field running integer
---@field pending integer
---@field task_definition string
---@field deployments ecs_service.Deployment[]
---@field events { id: string, at: number, message: string }[] The newest first.
---@field id? string ARN.
---@field stage? ecs_service.Stage Of a deployment in stages that is under way.
---@field traffic? ecs_service.TrafficShare[] Of what deploys in stages: the latest revision first.
---@field autoscaling? ecs_service.AutoScalingStatus Of a scalable target of Application Auto Scaling.
---@field problem? string It is recorded in another place, or is not there and nobody tells whose account this is.
---@field recorded? ecs_service.Place
---@field here? ecs_service.Place

--- How the last run of a declared task ended, by the state; of one whose end no run has heard, by ECS.
---@class ecs_service.TaskStatus
---@field kind "task"
---@field address string "task.migrate"
---@field status string "NEVER_RUN", "RUNNING", "SUCCEEDED", "FAILED"; "STOPPED", "UNKNOWN": no run has heard how it
---  ended; "ELSEWHERE": see problem.
---@field cluster? string
---@field revision? string "api:13"
---@field run? integer Its number, as history has it.
---@field at? number When it was begun, in seconds since 1970.
---@field ended_at? number
---@field took? integer Seconds.
---@field ended? string "ok", or the code of the error.
---@field exit_code? integer
---@field by? string user@host
---@field origin? ecs_service.Origin
---@field reason? string Why it did not end well.
---@field causes? table[] As KeptFailure has them.
---@field tasks table[] Each with task (its id), task_arn, status; of those that failed stop_code, stopped_reason,
---  containers.
---@field logs? { at?: number, container?: string, text: string }[] The last lines of one that failed.
---@field logs_note? string
---@field problem? string
---@field recorded? ecs_service.Place
---@field here? ecs_service.Place

---@class ecs_service.Diagnosis
---@field kind? "task" Of a declared task; without service and counts, and `status` as TaskStatus has it.
---@field address? string
---@field name string
---@field cluster string
---@field service string
---@field status string
---@field desired integer
---@field running integer
---@field pending integer
---@field task_definition? string
---@field deployments ecs_service.Deployment[]
---@field stage? ecs_service.Stage Of a deployment in stages that is under way.
---@field traffic? ecs_service.TrafficShare[]
---@field events { id: string, at: number, message: string }[]
---@field causes ecs_service.Cause[]
---@field healthy boolean
---@field next string[] What to do.
---@field logs? ecs_service.LogLine[] The last lines of the container that failed last.
---@field logs_note? string Why there are none.
---@field run? table With `run`: number, at, did, ended, by, revision, deployment_id.
---@field source? "ecs"|"state" With `run`: who tells it. Of the state, the status is "RECORDED", without counts.
---@field tasks? table[] Of the state: how a few tasks ended.
---@field unread table What could not be read, and why.
---@field problem? string Why it could not be looked at.
---@field recorded? ecs_service.Place Of the status "ELSEWHERE".
---@field here? ecs_service.Place

--- One declared task definition.
---@class ecs_service.TaskDefinition
---@field address string With its prefix: "task_definition.api".
---@field config ecs_service.TaskDefinitionArguments The declaration as it was given.
---@field stack ecs_service.Stack
local TaskDefinition = {}
---@param opts? ecs_service.PlanOptions
---@return ecs_service.Plan|nil plan
---@return ecs_service.Error? err
function TaskDefinition:plan(opts) end
---@param plan_or_opts? ecs_service.Plan|ecs_service.ApplyOptions
---@param opts? ecs_service.ApplyOptions With a plan.
---@return ecs_service.Result|nil result
---@return ecs_service.Error? err
function TaskDefinition:apply(plan_or_opts, opts) end
--- What is recorded of it: its arguments, arn, arn_without_revision, revision, status.
---@return table|nil attributes
---@return ecs_service.Error? err
function TaskDefinition:attributes() end
--- See Stack:revisions.
---@param opts? ecs_service.RevisionOptions
---@return ecs_service.Revisions|nil revisions
---@return ecs_service.Error? err
function TaskDefinition:revisions(opts) end
--- See Stack:deregister.
---@param opts? ecs_service.DeregisterOptions
---@return ecs_service.Result|ecs_service.Plan|nil result
---@return ecs_service.Error? err
function TaskDefinition:deregister(opts) end

--- One declared task, as stack:task gives it.
---@class ecs_service.Task
---@field address string With its prefix: "task.migrate".
---@field config ecs_service.TaskArguments The declaration as it was given.
---@field stack ecs_service.Stack
local Task = {}
---@param opts? ecs_service.PlanOptions
---@return ecs_service.Plan|nil plan
---@return ecs_service.Error? err
function Task:plan(opts) end
---@param plan_or_opts? ecs_service.Plan|ecs_service.ApplyOptions
---@param opts? ecs_service.ApplyOptions With a plan.
---@return ecs_service.Result|nil result
---@return ecs_service.Error? err
function Task:apply(plan_or_opts, opts) end
--- What is recorded of its last run: task_definition, tasks, exit_code, ended_at; nil before an apply ran it.
---@return table|nil attributes
---@return ecs_service.Error? err code NotRecorded
function Task:attributes() end
--- The task now, whatever is recorded of it.
---@param opts? ecs_service.RunOptions
---@return ecs_service.TaskResult|nil result
---@return ecs_service.Error? err
function Task:run(opts) end
--- How its last run ended.
---@return ecs_service.TaskStatus|nil status
---@return ecs_service.Error? err
function Task:status() end
--- See Stack:history.
---@param opts? { limit?: integer, why?: boolean }
---@return ecs_service.History|nil history
---@return ecs_service.Error? err
function Task:history(opts) end
--- Of its last run. See Stack:logs.
---@param opts? ecs_service.LogsOptions
---@return ecs_service.LogLines|nil lines
---@return ecs_service.Error? err
function Task:logs(opts) end
--- While it runs. See Stack:exec.
---@param opts? ecs_service.ExecOptions
---@return ecs_service.SessionResult|nil session
---@return ecs_service.Error? err
function Task:exec(opts) end
--- While it runs. See Stack:port_forward.
---@param opts ecs_service.PortForwardOptions
---@return ecs_service.SessionResult|nil session
---@return ecs_service.Error? err
function Task:port_forward(opts) end

--- One declared schedule, as stack:schedule gives it.
---@class ecs_service.Schedule
---@field address string With its prefix: "schedule.nightly".
---@field config ecs_service.ScheduleArguments The declaration as it was given.
---@field stack ecs_service.Stack
local Schedule = {}
---@param opts? ecs_service.PlanOptions
---@return ecs_service.Plan|nil plan
---@return ecs_service.Error? err
function Schedule:plan(opts) end
---@param plan_or_opts? ecs_service.Plan|ecs_service.ApplyOptions
---@param opts? ecs_service.ApplyOptions With a plan.
---@return ecs_service.Result|nil result
---@return ecs_service.Error? err
function Schedule:apply(plan_or_opts, opts) end
--- What is recorded of it: its arguments, and arn.
---@return table|nil attributes
---@return ecs_service.Error? err code NotRecorded
function Schedule:attributes() end

--- One declared service. Its methods are those of the stack, for it and what it depends on.
---@class ecs_service.Service
---@field address string
---@field config ecs_service.Arguments The declaration as it was given.
---@field stack ecs_service.Stack
local Service = {}
---@param opts? ecs_service.PlanOptions
---@return ecs_service.Plan|nil plan
---@return ecs_service.Error? err
function Service:plan(opts) end
---@param plan_or_opts? ecs_service.Plan|ecs_service.ApplyOptions
---@param opts? ecs_service.ApplyOptions With a plan.
---@return ecs_service.Result|nil result
---@return ecs_service.Error? err
function Service:apply(plan_or_opts, opts) end
---@param opts? ecs_service.WaitOptions
---@return ecs_service.Attributes|nil attributes
---@return ecs_service.Error? err
function Service:wait(opts) end
--- What is recorded of it.
---@return ecs_service.Attributes|nil attributes
---@return ecs_service.Error? err
function Service:attributes() end
--- See Stack:rollback.
---@param opts? ecs_service.RollbackOptions
---@return ecs_service.Result|nil result
---@return ecs_service.Error? err
function Service:rollback(opts) end
--- See Stack:redeploy.
---@param opts? ecs_service.RedeployOptions
---@return ecs_service.Result|nil result
---@return ecs_service.Error? err
function Service:redeploy(opts) end
--- See Stack:scale.
---@param count integer|nil nil: it stays, and `opts` say something of auto scaling.
---@param opts? ecs_service.ScaleOptions
---@return ecs_service.Result|nil result
---@return ecs_service.Error? err
function Service:scale(count, opts) end
--- See Stack:continue.
---@param opts? ecs_service.ContinueOptions
---@return ecs_service.Result|ecs_service.Plan|nil result
---@return ecs_service.Error? err
function Service:continue(opts) end
--- See Stack:stop.
---@param opts? ecs_service.StopOptions
---@return ecs_service.Result|ecs_service.Plan|nil result
---@return ecs_service.Error? err
function Service:stop(opts) end
--- See Stack:history.
---@param opts? { limit?: integer } Default: 20.
---@return ecs_service.History|nil history
---@return ecs_service.Error? err
function Service:history(opts) end
--- See Stack:run.
---@param opts? ecs_service.RunOptions
---@return ecs_service.TaskResult|{ tasks: ecs_service.TaskResult[] }|nil result
---@return ecs_service.Error? err
function Service:run(opts) end
--- See Stack:exec.
---@param opts? ecs_service.ExecOptions
---@return ecs_service.SessionResult|nil session
---@return ecs_service.Error? err
function Service:exec(opts) end
--- See Stack:port_forward.
---@param opts ecs_service.PortForwardOptions
---@return ecs_service.SessionResult|nil session
---@return ecs_service.Error? err
function Service:port_forward(opts) end
--- See Stack:logs.
---@param opts? ecs_service.LogsOptions
---@return ecs_service.LogLines|nil lines
---@return ecs_service.Error? err
function Service:logs(opts) end
--- See Stack:timeline.
---@param opts? { format?: "html"|"svg" }
---@return string|nil document
---@return ecs_service.Error? err
function Service:timeline(opts) end
--- What AWS says of it now.
---@return ecs_service.Status|nil status
---@return ecs_service.Error? err
function Service:status() end

---@class ecs_service.Summary
---@field create integer
---@field update integer
---@field replace integer
---@field delete integer
---@field import integer
---@field no_op integer
---@field forget integer
---@field register integer Revisions of task definitions.
---@field deregister integer
---@field run integer

--- A variable of the script that a plan was made with.
---@class ecs_service.PlanVariable
---@field name string
---@field type string
---@field value? any Of secret ones never.
---@field secret? boolean
---@field salt? string Of a secret one.
---@field digest? string Of salt and value of a secret one: HMAC-SHA-256.

--- What apply will do: nothing else, or it refuses.
---@class ecs_service.Plan
---@field warnings ecs_service.Warning[]
---@field account? string Where it is to be done, as far as it is known.
---@field region? string
---@field partition? string
---@field state? string Name of the state that it was made from.
---@field serial integer Of the state that it was made from.
---@field variables? ecs_service.PlanVariable[] Of the script, in the order of their names.
---@field changes ecs_service.Change[]
---@field summary ecs_service.Summary
---@field finished? { addresses: string[], by?: string, began?: number, at: number } Of an earlier run, what is done.
local Plan = {}
--- Whether nothing would be changed.
---@return boolean
function Plan:is_empty() end
--- The same for two plans that do the same to the same state: who was shown a plan confirms it by this.
---@return string digest 64 hexadecimal digits
function Plan:digest() end
--- As text, for people.
---@param opts? { color?: boolean, width?: integer, unicode?: boolean, full?: boolean } full: every change by itself.
---@return string
function Plan:render(opts) end
--- As plan --json writes it, without secrets.
---@return table
function Plan:to_table() end
--- Into a file, for ecs.load_plan and ecs-service apply FILE.
---@param path string
---@return true|nil ok
---@return ecs_service.Error? err
function Plan:save(path) end

---@class ecs_service.Change
---@field address string
---@field kind "service"|"task_definition"|"task"|"schedule"|"scaling"
---@field runs? string Of a service: the task definition of the stack whose revision it runs.
---@field predicted? string Of a registration: what the revision is called, unless somebody else registers one first.
---@field lists? string Of a task definition: the ARN of a revision that a run which was killed had registered.
---@field revisions? string[] Of a deregistration: ARNs.
---@field foreign? string[] Of auto scaling: policies and scheduled actions that somebody else has made.
---@field action ecs_service.Action
---@field service? string Name of the service.
---@field cluster? string
---@field before? ecs_service.Attributes
---@field after? ecs_service.Attributes
---@field diff ecs_service.Diff[]
---@field replace_paths string[] Arguments that force the replacement.
---@field deployment ecs_service.Forecast
---@field carried? string[] What AWS has and no argument names: sent along unchanged.
---@field kept? { path: string, value?: string|number|boolean, from: string }[] What ecs.running leaves as it runs.
---@field under_way? ecs_service.UnderWay Of a no-op, when a deployment of the service has not ended, or was not found
---  good.
---@field reason? string
---@field drift? ecs_service.Drift[]

---@class ecs_service.UnderWay
---@field rollback boolean ECS is going back.
---@field refused? boolean It has ended, and a check failed after it: it is checked again.
---@field deployments { id: string, task_definition: string, rollout_state?: string }[] The one in charge first.
---@field message string In words.

---@class ecs_service.Forecast
---@field starts boolean
---@field checks? { shown: string, times: integer, within: number, stage?: string }[] What decides whether it stays:
---  with a stage, before any production traffic; else at last.
---@field on_failed_check? "rollback"|"fail"
---@field why string[] Paths of the arguments that start the deployment.
---@field controller? "ECS"|"CODE_DEPLOY"|"EXTERNAL"
---@field because? string Why no deployment is started.
---@field waits? string[] Paths that take effect at the next deployment.
---@field tasks? { before: integer, after: integer }
---@field running? { fewest: integer, most: integer } Running at once, when all tasks start and there is room for them.
---@field limits? { least: integer, most: integer } What the percents allow.
---@field percents? { minimum: integer, maximum: integer }
---@field steps? integer How many times tasks are started one after the other.
---@field strategy? ecs_service.Stages Of a deployment that shifts traffic.
---@field stuck? boolean The rollout cannot end.
---@field daemon? boolean
---@field circuit_breaker? { threshold?: integer, rollback: boolean }
---@field alarms? { count: integer, rollback: boolean }
---@field grace_period? integer Seconds.
---@field load_balancers? integer
---@field healthy_when? string
---@field downtime? { seconds?: integer }
---@field autoscaling? { min_capacity: integer, max_capacity: integer, suspended: table, most?: integer } Of a scalable
---  target: its bounds, and how many may run at once when auto scaling has its most.

---@class ecs_service.Stages
---@field name "BLUE_GREEN"|"LINEAR"|"CANARY"
---@field stages string[] In the API's words, in their order.
---@field shifts number[] Percent of the traffic that the new tasks have after each step.
---@field least_seconds integer Times to bake, between steps and after the last.
---@field timeout_seconds? integer How long it is waited for.
---@field pauses? { stage: string, seconds: integer, action: "ROLLBACK"|"CONTINUE" }[] Where somebody has to decide.

---@class ecs_service.Diff
---@field path string
---@field before? any
---@field after? any
---@field forces_replacement? boolean
---@field starts_deployment? boolean
---@field waits_for_deployment? boolean Takes effect with the next deployment.
---@field known_after_apply? boolean
---@field predicted? string What it will probably be.
---@field sensitive? boolean
---@field element? "added"|"removed"|"changed"

---@class ecs_service.Drift
---@field path string
---@field before? any
---@field after? any
---@field ignored? boolean

--- What on_event is told; docs/events.md has the members of each type.
---@class ecs_service.Event
---@field type ecs_service.EventType
---@field address string Of all types but earlier_run.
---@field at number Seconds since 1970.
---@field action? ecs_service.Action
---@field ok? boolean Of done.
---@field check? string Of check: which one; with state, number, count, attempts, good, times.
---@field state? "begun"|"waiting"|"succeeded"|"passed"|"failed"|"rolling_back" Of check.
---@field message? string Of service_event.
---@field cause? ecs_service.Cause Of failing.
---@field deployment_id? string
---@field stage? string Of stage, decision and answer.
---@field answered? boolean Of decision: a function of the script decides.
---@field reason? string Of answer: why it is rolled back.
---@field error? ecs_service.Error Of done; of answer: ECS does not take it.
---@alias ecs_service.EventType
---| "started"
---| "waiting"
---| "state"
---| "service_event"
---| "failing"
---| "stage"
---| "decision"
---| "answer"
---| "left"
---| "check"
---| "superseded"
---| "retrying"
---| "clock"
---| "earlier_run"
---| "registered"
---| "updated"
---| "deregistered"
---| "deleted"
---| "done"

--- What a function of a lifecycle hook is given: the pause that it decides about.
---@class ecs_service.HookContext
---@field address string Of the service, in the stack.
---@field service? string Its name.
---@field cluster? string
---@field stage string "POST_TEST_TRAFFIC_SHIFT", …
---@field strategy? string "BLUE_GREEN", "LINEAR", "CANARY".
---@field deployment string ARN of the service deployment.
---@field hook_id string
---@field expires_at? number When ECS rolls back by itself.
---@field revisions { target: ecs_service.TrafficShare, source?: ecs_service.TrafficShare } What is deployed, and what
---  it takes the place of; a first deployment has no source.
---@field target_groups? string[] ARNs of those that the new tasks are registered with.
---@field test_traffic? ecs_service.TestTraffic How test traffic gets to the new tasks, as far as ECS tells.
---@field get fun(url: string, opts?: ecs_service.PageOptions): ecs_service.Page|nil, table|nil GET by the transport of
---  the stack; nil and { code, message } when nothing answers. Follows no redirects.
---@field sleep fun(seconds: number) Meanwhile the run goes on with the other services.
---@field now fun(): number By the clock of the run.

---@class ecs_service.TrafficShare
---@field revision? string ARN of the service revision.
---@field task_definition? string "web:2", where ECS shows it.
---@field production_weight? number Percent.
---@field test_weight? number Percent.
---@field target_groups? string[]

---@class ecs_service.TestTraffic
---@field listener_rule? string ARN of the test_listener_rule.
---@field container_port? integer
---@field port? integer Of the alias in Service Connect.
---@field dns_name? string
---@field header? { name: string, value: string } By which Service Connect tells it.

---@class ecs_service.PageOptions
---@field headers? table<string, string>
---@field timeout? number Seconds. Default: 10.

---@class ecs_service.Page
---@field status integer
---@field headers table<string, string> By their names in small letters.
---@field body string


--- Anything that carries requests: libcurl, or a simulator.
---@class ecs_service.Transport
---@field submit fun(self: ecs_service.Transport, request: table): true|nil, ecs_service.Error?
---@field wait fun(self: ecs_service.Transport, timeout: number): table?
---@field cancel? fun(self: ecs_service.Transport, id: any)
---@field close? fun(self: ecs_service.Transport)
---@field stats? fun(self: ecs_service.Transport): table
---@field scheduler? ecs_service.Scheduler

---@class ecs_service.Scheduler
---@field now fun(self: ecs_service.Scheduler): number Seconds since 1970.
---@field sleep fun(self: ecs_service.Scheduler, seconds: number)

---@class ecs_service.SimulatorOptions
---@field region? string Default: "us-west-2".
---@field account_id? string Twelve digits. Default: "123456789012".
---@field clusters? (string|table)[] Default: { "default" }.
---@field task_definitions? (string|table)[] "mongo:7" stands for revisions 1 to 7.
---@field instances? integer Container instances of each cluster. Default: 3.
---@field capacity? integer Tasks that a cluster has room for. Default: unlimited.
---@field task_start_seconds? number|string Default: 10.
---@field task_seconds? number|string From RUNNING to the end of a task of no service. Default: 20.
---@field health_seconds? number|string From RUNNING to healthy. Default: 10.
---@field stop_seconds? number|string Default: 10.
---@field alarm_bake_seconds? number|string How long alarms are watched. Default: 60.
---@field inactive_seconds? number|string How long an INACTIVE service can be described. Default: 3600.
---@field read_lag? number|string Seconds by which reads lag writes. Default: 0.
---@field latency? number|string Seconds from a request to its answer. Default: 0.05.
---@field record_lag? number|string Seconds by which reads of service deployments are behind. Default: 0.
---@field stop_abort? boolean StopServiceDeployment takes ABORT. Default: false.
---@field service_deployments? boolean false: an ECS from before them. Default: true.
---@field throttle? boolean|table<string, { burst?: number, rate?: number }> Default: false.
---@field verify_signatures? boolean Default: false.
---@field credentials? ecs_service.Keys|ecs_service.Keys[] What signatures are checked against.
---@field max_skew? number|string Seconds. Default: 300.
---@field start_time? number Seconds since 1970. Default: the start of 2026.
---@field seed? integer Default: 1.

---@class ecs_service.ServeOptions
---@field port? integer Default: 0, any free one.
---@field address? string An IP address. Default: "127.0.0.1".
---@field speed? number Simulated seconds a second. Default: 1.
---@field latency? number Seconds that an answer takes, beside what is slow in simulated time. Default: 0.
---@field on_ready? fun(url: string, port: integer) Called once, when requests are taken.
---@field on_request? fun(request: table, status?: integer, fault: table) Called after each of them.
---@field should_stop? fun(): boolean|integer Asked ten times a second. Default: Ctrl-C and SIGTERM.

--- What goes wrong with the next requests.
---@class ecs_service.Fault
---@field operation? string Operation of the API; every one when not set.
---@field times? integer Default: 1.
---@field code? string Error code of the answer.
---@field message? string
---@field http_status? integer
---@field reset? boolean The connection breaks before the request was carried out.
---@field reset_after? boolean It was carried out, and the answer is lost.
---@field timeout? boolean Carried out, and no answer comes.
---@field truncate? boolean|integer The answer is cut off, in half or after so many bytes.
---@field slow? number|string Seconds.
---@field executed? boolean false: not carried out.
---@field after? integer Matching requests that pass before.
---@field after_seconds? number|string

--- What becomes of tasks that start from now on.
---@class ecs_service.TaskOutcome
---@field outcome? "running"|"exit"|"oom"|"pull_error"|"unhealthy"|"no_capacity"|"flap"|table Not needed beside log.
---@field service? string
---@field cluster? string
---@field task_definition? string "mongo:7", or "mongo" for all of the family.
---@field deployment? string Id of a deployment or a task set.
---@field after? number|string Seconds, or as in "1m".
---@field start_seconds? number|string To RUNNING. Default: the simulator's.
---@field exit_code? integer Default: 1.
---@field reason? string ECS's words.
---@field log? string[]|table<string, string[]> Lines that the task writes, or the lines of each container.
---@field times? integer So many tasks only.
---@field existing? boolean Running tasks too.

--- How a function answers that lifecycle hooks call from now on.
---@class ecs_service.HookOutcome
---@field outcome "succeeded"|"failed"|"in_progress" In progress until the hook's timeout, or for the time of after.
---@field after? number|string Seconds in progress before that, or as in "1m". Default: 0.
---@field stage? string As "POST_SCALE_UP". Default: any.
---@field service? string Default: any.
---@field target? string ARN of the function. Default: any.
---@field times? integer So many calls only.

--- What a schedule or a rule of a simulator started, or was refused.
---@class ecs_service.ScheduleRun
---@field at number
---@field schedule? string "GROUP/NAME".
---@field rule? string "BUS/NAME".
---@field target? string Of the rule.
---@field answer? table Of RunTask.
---@field refusal? { code: string, message: string, status: integer }

--- The step scaling policy that an alarm triggers.
---@class ecs_service.AlarmAction
---@field policy string Its ARN.
---@field distance? number From the alarm's threshold to the metric. Default: 0.

--- A metric of a service's tasks.
---@class ecs_service.ScalingMetric
---@field service string
---@field cluster? string Default: any.
---@field name string As "ECSServiceAverageCPUUtilization", or the name of a customized metric.
---@field value number|false false: nobody measures it.

--- What answers at a URL beside AWS.
---@class ecs_service.Target
---@field url string
---@field responses? integer|ecs_service.TargetResponse|(integer|ecs_service.TargetResponse)[]|function One, or several
---  one after the other, the last for ever; or a function(request, now) that answers one. Default: 200.

---@class ecs_service.TargetResponse
---@field status? integer Default: 200.
---@field body? string
---@field headers? table<string, string>
---@field after? number Seconds.
---@field error? "dns"|"connect"|"tls"|"timeout"|"reset"

--- A simulated ECS: a transport with a clock of its own. docs/simulator.md.
---@class ecs_service.Simulator : ecs_service.Transport
---@field requests { operation: string, body: table, time: number, status?: integer, code?: string }[]
---@field decisions { at: number, service: string, what: string, deployment?: string }[]
---@field schedule_runs ecs_service.ScheduleRun[]
---@field credentials ecs_service.Keys The pair that signatures are checked against.
---@field region string
local Simulator = {}
--- Any operation of the API, as someone else.
---@param operation string
---@param input? table
---@return table|nil answer
---@return ecs_service.Error? err
function Simulator:call(operation, input) end
---@param seconds number|string Virtual seconds, or as in "20m".
function Simulator:advance(seconds) end
---@return number now Virtual seconds since 1970.
function Simulator:now() end
---@param fault ecs_service.Fault
function Simulator:fault(fault) end
---@param tasks ecs_service.TaskOutcome
function Simulator:tasks(tasks) end
---@param hook ecs_service.HookOutcome
function Simulator:hook(hook) end
---@param target ecs_service.Target
function Simulator:target(target) end
--- A CloudWatch alarm changes its state.
---@param name string
---@param state "OK"|"ALARM"|"INSUFFICIENT_DATA"
---@param action? ecs_service.AlarmAction
function Simulator:alarm(name, state, action) end
--- A metric that target tracking follows, until it is set again.
---@param metric ecs_service.ScalingMetric
function Simulator:metric(metric) end
--- An HTTP request, for servers of one's own.
---@param method string
---@param path string
---@param headers table<string, string>
---@param body string
---@return integer status
---@return table<string, string> headers
---@return string body
---@return table? fault
function Simulator:http(method, path, headers, body) end
--- Serves it over HTTP, for the AWS CLI, SDKs and deploy scripts; its clock goes with the real one then.
---@param opts? ecs_service.ServeOptions
---@return true|nil ok When it was to stop.
---@return ecs_service.Error? err NoHttpServer, CannotListen, WrongOption
function Simulator:serve(opts) end

--- require "ecs_service.simulator"
---@class ecs_service.simulators
local simulators = {}
--- The same as ecs_service.simulator(options).
---@param options? ecs_service.SimulatorOptions
---@return ecs_service.Simulator
function simulators.new(options) end

--- require "ecs_service.credentials": keys that several stacks share. docs/credentials.md.
---@class ecs_service.credentials
---@field places ecs_service.CredentialsPlace[] Where keys are looked for, in this order; a program may add its own.
---@field of_profile ecs_service.CredentialsPlace[] Those that read a profile.
local credentials = {}
--- A provider for the `credentials` of stacks.
---@param options ecs_service.StackOptions Its credentials, profile, assume_role, mfa_code, credential_process_timeout.
---@param session? table To ask over the network with. Default: one of its own.
---@return ecs_service.CredentialsProvider|nil provider
---@return ecs_service.Error? err
function credentials.new(options, session) end
--- What is wrong with such options; nothing is looked for.
---@param options ecs_service.StackOptions
---@return ecs_service.Error|nil problem
function credentials.problem(options) end

---@class ecs_service.CredentialsPlace
---@field name string Of the keys' source.
---@field title string For people.
---@field find fun(options: table): ecs_service.Keys|nil, ecs_service.Error|nil, string|nil Keys; or an error, which
---  ends the search; or, third, why there are none here.

--- A clock for tests: sleeping moves it, and takes no time.
---@class ecs_service.VirtualScheduler : ecs_service.Scheduler
local VirtualScheduler = {}
---@return number seconds
function VirtualScheduler:now() end
---@param seconds number
function VirtualScheduler:sleep(seconds) end
---@param seconds number
function VirtualScheduler:advance(seconds) end

--- require "ecs_service.scheduler"
---@class ecs_service.schedulers
---@field default ecs_service.Scheduler This machine's clock.
local schedulers = {}
---@param start? number Seconds since 1970. Default: 0.
---@return ecs_service.VirtualScheduler
function schedulers.virtual(start) end
--- Raises when something cannot serve as a scheduler.
---@generic T
---@param object T
---@return T object
function schedulers.check(object) end

---@class ecs_service.CurlOptions
---@field ca_bundle? string PEM file. Default: libcurl's.
---@field ca_path? string Folder of hashed certificates.
---@field proxy? string Default: of the environment; "": none.
---@field no_proxy? string Default: of the environment; "*": no proxy at all.
---@field connect_timeout? number|string Seconds. Default: 10.
---@field timeout? number|string Seconds for the whole request. Default: 70.
---@field max_connections? integer To one host. Default: 10.
---@field max_body? integer Bytes of an answer. Default: 64 MiB.
---@field http2? boolean Where the server offers it. Default: true.
---@field compression? boolean Default: false.
---@field user_agent? string

--- require "ecs_service.transport.curl"
---@class ecs_service.curl
---@field libcurl_version string
local curl = {}
---@param options? ecs_service.CurlOptions
---@return ecs_service.Transport
function curl.new(options) end

--- require "ecs_service.openresty": inside nginx. A stack finds it by itself.
---@class ecs_service.openresty
---@field scheduler ecs_service.Scheduler ngx.sleep.
local openresty = {}
--- Whether this runs inside nginx.
---@return boolean
function openresty.here() end
--- What is wrong with waiting here and now: WrongPhase.
---@return ecs_service.Error|nil
function openresty.problem() end
--- Whether this worker is about to end.
---@return boolean
function openresty.leaving() end
--- Runs a function in a timer, where it may wait.
---@param work fun(...)
---@param ... any Its arguments.
---@return boolean|nil ok
---@return ecs_service.Error? err NoTimer
function openresty.spawn(work, ...) end
--- For interrupted: true once the client of this request has gone away. Needs lua_check_client_abort on.
---@return fun(): boolean
function openresty.client_gone() end
--- Before a run that must come to its end, whether the client stays or not.
function openresty.stay() end
--- HMAC-SHA-256, as hexadecimal digits.
---@param key string
---@param text string
---@return string
function openresty.hmac(key, text) end
--- SHA-256, as hexadecimal digits.
---@param text string
---@return string
function openresty.sha256(text) end
--- Whether two texts are equal, in a time that tells nothing about where they differ.
---@param given any
---@param wanted string
---@return boolean
function openresty.same(given, wanted) end
--- A random text of 32 hexadecimal digits.
---@return string
function openresty.random() end

--- require "ecs_service.openresty.board": what the workers of one nginx tell each other. docs/openresty.md.
---@class ecs_service.boards
local boards = {}
--- Of the lua_shared_dict of this name; without a name, of this worker alone.
---@param name? string
---@return ecs_service.Board
function boards.new(name) end

---@class ecs_service.Board
---@field shared boolean Whether the other workers see it.
local Board = {}
--- Puts a table of plain values there, and wakes whoever waits.
---@param key string
---@param value table
---@param seconds? number How long it stays. Default: until it is replaced.
---@return boolean|nil ok
---@return ecs_service.Error? err BoardFull
function Board:put(key, value, seconds) end
---@param key string
---@return table|nil value
function Board:get(key) end
---@param key string
function Board:remove(key) end
--- Notes something for a while without waking anybody.
---@param key string
---@param seconds number
function Board:mark(key, seconds) end
--- Whether that time has not run out.
---@param key string
---@return boolean
function Board:marked(key) end
---@return integer version The number of the latest change.
function Board:version() end
--- Waits until something has changed since `seen`, or the worker ends.
---@param seen integer
---@param seconds number At most.
---@return integer version
function Board:wait(seen, seconds) end
--- True for the first one who asks for this key within so many seconds: for nonces and confirmations.
---@param key string
---@param seconds number
---@return boolean|nil first
---@return ecs_service.Error? err BoardFull
function Board:once(key, seconds) end

--- require "ecs_service.errors"
---@class ecs_service.errors
local errors = {}
--- Makes an error of a table of its fields.
---@param fields table
---@return ecs_service.Error
function errors.new(fields) end
--- Whether a value is an error of this module.
---@param value any
---@return boolean
function errors.is(value) end
--- Anything that was raised or answered as an error, as an error of this module.
---@param value any
---@param code? string The code of what had none.
---@return ecs_service.Error
function errors.from(value, code) end
--- One error for several.
---@param list ecs_service.Error[]
---@param message string
---@return ecs_service.Error
function errors.join(list, message) end

--- desired_count that is left to auto scaling: ecs.autoscaled, or ecs.autoscaled(4). The service is created with so
--- many tasks; from then on the count is never changed, and a replacement gets what runs. Not for a DAEMON.
---@class ecs_service.Autoscaled
---@field autoscaled integer With so many it is created. Default: 1.
---@operator call(integer): ecs_service.Autoscaled

--- require "ecs_service"
---@class ecs_service
---@field VERSION string
---@field autoscaled ecs_service.Autoscaled
local ecs_service = {}
--- A stack of services.
---@param options? ecs_service.StackOptions
---@return ecs_service.Stack|nil stack
---@return ecs_service.Error? err
function ecs_service.stack(options) end
--- A plan that was saved by plan:save.
---@param path string
---@return ecs_service.Plan|nil plan
---@return ecs_service.Error? err
function ecs_service.load_plan(path) end
--- Deploys a new image, variables or another size of a service, without a declaration and without a state.
---@param options table service ("cluster/service"); those of stack:deploy; region, profile, … as ecs.stack takes them.
---@return ecs_service.Result|ecs_service.Plan|nil result As of stack:deploy.
---@return ecs_service.Error? err
function ecs_service.deploy(options) end
--- Checks one declaration; pure.
---@param config ecs_service.Declaration
---@param context? { region?: string, partition?: string, account_id?: string } What ARNs are held against.
---@return ecs_service.Arguments|nil normal In the normal form.
---@return ecs_service.Error? err
function ecs_service.validate(config, context) end
--- One change; pure.
---@param config? ecs_service.Arguments nil: not declared any more.
---@param attributes? ecs_service.Attributes As recorded; nil: there is none yet.
---@param opts? ecs_service.PurePlanOptions
---@return ecs_service.Change|nil change
---@return ecs_service.Error? err
function ecs_service.plan(config, attributes, opts) end
--- Checks one task definition: tables in this module's spelling or the API's, containers as JSON text, a whole file of
--- the API; pure.
---@param config ecs_service.TaskDefinitionArguments
---@param context? { region?: string, partition?: string, account_id?: string } What ARNs are held against.
---@return ecs_service.TaskDefinitionArguments|nil normal In its normal form.
---@return ecs_service.Error? err code ValidationFailed.
function ecs_service.validate_task_definition(config, context) end
--- One change of a task definition; pure.
---@param config? ecs_service.TaskDefinitionArguments nil: not declared any more.
---@param attributes? table Of the revision that was recorded, or an answer of DescribeTaskDefinition; nil: none yet.
---@param opts? ecs_service.PureDefinitionOptions
---@return ecs_service.DefinitionChange|nil change
---@return ecs_service.Error? err
function ecs_service.plan_task_definition(config, attributes, opts) end
--- Whether two lists of container definitions are the same to ECS, whatever it fills in, reorders or converts; pure.
---@param a table[]|string Tables of either spelling, or JSON text.
---@param b table[]|string
---@param opts? { network_mode: string } "bridge" unless given.
---@return boolean|nil same
---@return ecs_service.Error? err code ValidationFailed: one of them is no list of container definitions.
function ecs_service.same_containers(a, b, opts) end
--- Why a service does not do what it should, from parts of the API's answers; pure.
---@param parts ecs_service.ExplainParts
---@return ecs_service.Cause[] causes The likeliest first.
function ecs_service.explain(parts) end
--- A rollout as a document: the tasks of each revision over time, what happened, how it ended and why; pure.
---@param events ecs_service.Event[] What on_event of a run was told, in order.
---@param opts? { format?: "html"|"svg" } Default: "html".
---@return string document
function ecs_service.timeline(events, opts) end
--- Shows the events of a run as the command does: rows that are drawn again on a terminal, a line for each change
--- elsewhere. By itself on standard error.
---@param opts? ecs_service.ProgressOptions
---@return ecs_service.Progress
function ecs_service.progress(opts) end
--- The rows of the schema.
---@param kind? "service"|"task_definition"|"task"|"schedule" Default: "service".
---@return table[] rows One for each argument.
function ecs_service.schema(kind) end
--- The JSON Schema of a service table, of a declaration of another kind, or of a document that this tool writes: a
--- state, a record of a journal, a plan.
---@param document? "state"|"journal"|"plan"|"service"|"task_definition"|"task"|"schedule"
---@return table schema
function ecs_service.json_schema(document) end
--- Signs a request by Signature Version 4; pure. The query may be written with or without escapes: what a service makes
--- of it is signed, unless `encode_query` is false.
---@param request { method: string, url: string, headers?: table<string, string>, body?: string }
---@param credentials ecs_service.Keys
---@param options { service: string, region: string, time?: number|string, encode_query?: boolean }
---@return table<string, string> headers
---@return { canonical_request: string, string_to_sign: string, signature: string } parts
function ecs_service.sign(request, credentials, options) end
--- The same, into the URL.
---@param request { method: string, url: string, headers?: table<string, string>, body?: string }
---@param credentials ecs_service.Keys
---@param options { service: string, region: string, time?: number|string, expires?: number|string }
---@return string url
---@return { canonical_request: string, string_to_sign: string, signature: string } parts
function ecs_service.presign(request, credentials, options) end
--- A simulated ECS: pass it as transport.
---@param options? ecs_service.SimulatorOptions
---@return ecs_service.Simulator
function ecs_service.simulator(options) end
--- The values of variables, checked; all that is wrong is raised at once (code InvalidVariables). Later wins: default,
--- ECS_VAR_name of the environment, `values`, and in scripts of the command --var-file and --var. Reading a name that
--- is not declared raises; a variable that has no value is nil.
---@param spec table<string, ecs_service.VariableSpec> By the name of each: letters, digits and _.
---@param values? table<string, any> For programs. Texts are read as those of the command line.
---@return table<string, any> vars
function ecs_service.variables(spec, values) end
--- What stands in a declaration for what runs now, so that a pipeline owns that and the script the rest: the image of a
--- container, or another member of it. It may stand in containers of a task definition, and in tags and triggers of a
--- service, and is found out when a plan is made. Raises for what no container has.
---@param address ecs_service.Address Of a declared service, or of a declared task definition.
---@param container string Its name.
---@param member? string|{ default?: any } "image" unless given. The table may stand in its place.
---@param opts? { default?: any } What it is as long as nothing runs; without it that is an error of the plan.
---@return table value
function ecs_service.running(address, container, member, opts) end
--- What a file of JSON holds, with its keys as they are. Raises what is wrong (code InvalidJson), with path, line and
--- column; a template ({{) is refused.
---@param path string From where the script stands; in programs, the file that asks.
---@return table value
function ecs_service.json_file(path) end
--- The arguments of a service that is written down as the API has it: the body of CreateService, a service definition
--- of ecspresso, an answer of DescribeServices. What ECS chose by itself is left out. Raises for what no argument says
--- (code ValidationFailed), with the path of each.
---@param definition table Such as json_file answers; it stays as it is.
---@return ecs_service.Arguments arguments Without name, cluster and task_definition where it has none.
function ecs_service.service_arguments(definition) end

---@class ecs_service.ProgressOptions
---@field write? fun(text: string) Whole lines with their ends. Default: to standard error, as that can show them.
---@field terminal? boolean Rows are drawn again in their place. Default with `write`: false.
---@field color? boolean Default with `write`: false.
---@field unicode? boolean Default: as the locale says.
---@field width? integer|fun(): integer|nil Columns. Default with `write`: as long as lines are.
---@field height? integer|fun(): integer|nil Lines of the terminal.
---@field total? integer How many services there are to do; of many, it is told how many are done.
---@field time? boolean false: lines without their time. Default: true.

--- Shows one run after the other: stack:apply { on_event = progress.on_event, interrupted = progress.tick }.
---@class ecs_service.Progress
---@field on_event fun(event: ecs_service.Event) For on_event of a stack or a call.
---@field tick fun(): boolean For `interrupted` of the call: lets the clocks on a terminal go on; answers false.
---@field finish fun() When the call has ended: leaves the terminal as it was found, below what was written.

--- What a script says of a variable.
---@class ecs_service.VariableSpec
---@field type? "string"|"number"|"bool"|"list"|"map" Default: that of `default`, else "string".
---@field required? boolean It has to be given, and not empty. Default: false.
---@field default? any What it is when nothing gives it. Default: nil.
---@field values? any[] The allowed ones.
---@field secret? boolean Its value is in no output, plan or state. Default: false.
---@field description? string Told where it is missing.

---@class ecs_service.PureDefinitionOptions
---@field actual? table What ECS has now, where that is another revision than the recorded one.
---@field newest? integer Number of the family's newest revision: for the prediction.
---@field destroy? boolean
---@field default_tags? table<string, string>
---@field ignore_tags? { keys?: string[], key_prefixes?: string[] }
---@field region? string
---@field partition? string
---@field account_id? string

---@class ecs_service.DefinitionChange
---@field kind "task_definition"
---@field action "register"|"update"|"no-op"|"deregister"|"forget" An update changes tags alone.
---@field before? table Attributes as ECS has them.
---@field after? table What it will be; with arn and revision when no new one is registered.
---@field diff { path: string, before: any, after: any, sensitive: boolean? }[]
---@field reason? string
---@field predicted? string "api:13": what the next revision is called unless somebody else registers one first.
---@field set_tags? table<string, string> What TagResource is to set.
---@field drop_tags? string[] What UntagResource is to remove.

---@class ecs_service.PurePlanOptions
---@field actual? ecs_service.Attributes What it has now, where that differs from the records.
---@field refreshed? boolean
---@field draining? boolean
---@field tainted? boolean
---@field taint_reason? string
---@field destroy? boolean
---@field imported? boolean
---@field default_tags? table<string, string>
---@field ignore_tags? { keys?: string[], key_prefixes?: string[] }
---@field region? string
---@field partition? string
---@field account_id? string
---@field latest_task_definition? string ARN of the newest active revision of the family.
---@field facts? ecs_service.Facts

--- Parts of the API's answers, as they come; each optional.
---@class ecs_service.ExplainParts
---@field events? table[]
---@field tasks? table[]
---@field deployment? table
---@field service? table
---@field task_definition? table
---@field container_instances? table[]

return {}

"""Has one of AWS's own clients call operation after operation of an ECS endpoint.

usage: python spec/support/aws_operations.py boto3|cli URL

With boto3 the JSON of every answer, as it came, is held against the model that botocore has of it: no unknown member,
nothing of another type, nothing missing that is required; and every refusal has to be of the exception class that is
named for it. The AWS CLI makes the same requests. Task definitions and tasks are aws_tasks.py's.
"""
import contextlib
import io
import json
import sys
import time

import botocore.session
from aws_clients import REGION, expect, run_alone
from aws_tasks import walk

ACCOUNT = "123456789012"
CONTAINERS = [{"name": "web", "image": "nginx:1.27", "memory": 128, "cpu": 64, "essential": True}]
GROUP = f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:autoScalingGroup:u:autoScalingGroupName/g"
SUBNETS = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}


class Boto3:
    """Calls by boto3, which is given the answers; they are looked at as they came, before it makes anything of them."""

    def __init__(self, url, service="ecs"):
        import boto3
        self.client = boto3.client(service, endpoint_url=url, region_name=REGION)
        self.client.meta.events.register(f"before-parse.{service}", self.look)
        model = botocore.session.get_session().get_service_model(service)
        self.exceptions = {name: getattr(self.client.exceptions, name)
                           for name in (shape.name for shape in model.error_shapes)}

    def look(self, operation_model, response_dict, **_):
        if response_dict["status_code"] == 200:
            self.answer = json.loads(response_dict["body"])
            problems = []
            walk(self.answer, operation_model.output_shape, operation_model.name, problems)
            if problems:
                sys.exit("\n".join(problems))

    def __call__(self, operation, **body):
        getattr(self.client, botocore.xform_name(operation))(**body)
        return self.answer

    def refused(self, code, operation, **body):
        try:
            getattr(self.client, botocore.xform_name(operation))(**body)
        except self.exceptions[code]:
            return
        sys.exit(f"{operation} {body} was not refused with {code}")


class Cli:
    """Calls by the AWS CLI, in this process: it takes longer to start than to make a request."""

    def __init__(self, url, service="ecs"):
        from awscli.clidriver import create_clidriver
        self.words = ["--endpoint-url", url, "--region", REGION, "--output", "json", service]
        self.cli = create_clidriver()

    def run(self, operation, body):
        words = [botocore.xform_name(operation, "-"), "--no-paginate", "--cli-input-json", json.dumps(body)]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = self.cli.main(self.words + words)
        return code, out.getvalue(), err.getvalue()

    def __call__(self, operation, **body):
        code, out, err = self.run(operation, body)
        if code != 0:
            sys.exit(f"{operation} {body}: exit code {code}\n{out}{err}")
        return json.loads(out) if out.strip() else {}

    def refused(self, wanted, operation, **body):
        code, out, err = self.run(operation, body)
        if code == 0 or f"An error occurred ({wanted})" not in err:
            sys.exit(f"{operation} {body} was not refused with {wanted}: {out}{err}")


def clusters(call, refused):
    cluster = call("CreateCluster", clusterName="ops", tags=[{"key": "a", "value": "b"}],
                   settings=[{"name": "containerInsights", "value": "enabled"}])["cluster"]
    expect("instances of a new cluster", cluster["registeredContainerInstancesCount"], 0)
    arns = call("ListClusters", maxResults=1)
    expect("a page of clusters", (len(arns["clusterArns"]), "nextToken" in arns), (1, True))
    call("ListClusters", maxResults=1, nextToken=arns["nextToken"])
    refused("InvalidParameterException", "ListClusters", nextToken="nonsense")
    cluster = call("UpdateCluster", cluster="ops", serviceConnectDefaults={"namespace": "ops-ns"},
                   configuration={"executeCommandConfiguration": {"logging": "DEFAULT"}})["cluster"]
    expect("configuration", cluster["configuration"]["executeCommandConfiguration"]["logging"], "DEFAULT")
    refused("ClusterNotFoundException", "UpdateCluster", cluster="nowhere")
    call("UpdateClusterSettings", cluster="ops", settings=[{"name": "containerInsights", "value": "disabled"}])
    refused("InvalidParameterException", "UpdateClusterSettings", cluster="ops",
            settings=[{"name": "containerInsights", "value": "loud"}])
    described = call("DescribeClusters", clusters=["ops", "nowhere"],
                     include=["ATTACHMENTS", "CONFIGURATIONS", "SETTINGS", "STATISTICS", "TAGS"])
    expect("described", (len(described["clusters"]), described["failures"][0]["reason"]), (1, "MISSING"))
    call("CreateCluster", clusterName="short-lived")
    call("DeleteCluster", cluster="short-lived")
    refused("ClusterNotFoundException", "DeleteCluster", cluster="nowhere")
    refused("ClusterNotFoundException", "ListServices", cluster=f"arn:aws:ecs:eu-west-1:{ACCOUNT}:cluster/ops")


def capacity_providers(call, refused):
    made = call("CreateCapacityProvider", name="spare", tags=[{"key": "a", "value": "b"}], autoScalingGroupProvider={
        "autoScalingGroupArn": GROUP, "managedScaling": {"status": "ENABLED", "targetCapacity": 90}})["capacityProvider"]
    expect("defaults", made["autoScalingGroupProvider"]["managedScaling"]["instanceWarmupPeriod"], 300)
    refused("ClientException", "CreateCapacityProvider", name="spare",
            autoScalingGroupProvider={"autoScalingGroupArn": GROUP})
    refused("InvalidParameterException", "CreateCapacityProvider", name="aws-mine",
            autoScalingGroupProvider={"autoScalingGroupArn": GROUP})
    call("UpdateCapacityProvider", name="spare", autoScalingGroupProvider={"managedDraining": "ENABLED"})
    refused("ClientException", "UpdateCapacityProvider", name="nobody",
            autoScalingGroupProvider={"managedDraining": "ENABLED"})
    strategy = [{"capacityProvider": "spare", "weight": 1}]
    cluster = call("PutClusterCapacityProviders", cluster="ops", capacityProviders=["spare"],
                   defaultCapacityProviderStrategy=strategy)["cluster"]
    expect("providers of the cluster", cluster["capacityProviders"], ["spare"])
    refused("InvalidParameterException", "PutClusterCapacityProviders", cluster="ops", capacityProviders=["nobody"],
            defaultCapacityProviderStrategy=[])
    refused("ClientException", "DeleteCapacityProvider", capacityProvider="spare")
    refused("ClientException", "DeleteCapacityProvider", capacityProvider="FARGATE")
    call("PutClusterCapacityProviders", cluster="ops", capacityProviders=[], defaultCapacityProviderStrategy=[])
    described = call("DescribeCapacityProviders", capacityProviders=["spare", "nobody"], include=["TAGS"])
    expect("described", (described["capacityProviders"][0]["tags"], described["failures"][0]["reason"]),
           ([{"key": "a", "value": "b"}], "MISSING"))
    gone = call("DeleteCapacityProvider", capacityProvider=made["capacityProviderArn"])["capacityProvider"]
    expect("deleting", gone["updateStatus"], "DELETE_IN_PROGRESS")


def container_instances(call, refused):
    document = json.dumps({"instanceId": "i-0123456789abcdef0", "imageId": "ami-1", "instanceType": "m5.large",
                           "availabilityZone": REGION + "a"})
    made = call("RegisterContainerInstance", cluster="ops", instanceIdentityDocument=document,
                tags=[{"key": "a", "value": "b"}])["containerInstance"]
    arn = made["containerInstanceArn"]
    expect("instance", (made["ec2InstanceId"], made["status"]), ("i-0123456789abcdef0", "ACTIVE"))
    expect("listed", call("ListContainerInstances", cluster="ops",
                          filter="attribute:ecs.instance-type == m5.large")["containerInstanceArns"], [arn])
    refused("InvalidParameterException", "ListContainerInstances", cluster="ops", filter="what is this")
    call("DescribeContainerInstances", cluster="ops", containerInstances=[arn, "nothing"],
         include=["TAGS", "CONTAINER_INSTANCE_HEALTH"])
    refused("ClientException", "DescribeContainerInstances", cluster="ops", containerInstances=[])
    put = [{"name": "rack", "value": "7", "targetId": arn}]
    call("PutAttributes", cluster="ops", attributes=put)
    refused("TargetNotFoundException", "PutAttributes", cluster="ops",
            attributes=[{"name": "rack", "value": "7", "targetId": arn + "x"}])
    refused("AttributeLimitExceededException", "PutAttributes", cluster="ops",
            attributes=[{"name": f"n{i}", "value": "v", "targetId": arn} for i in range(10)])
    listed = call("ListAttributes", cluster="ops", targetType="container-instance", attributeName="rack")
    expect("attributes", [item["value"] for item in listed["attributes"]], ["7"])
    refused("InvalidParameterException", "ListAttributes", cluster="ops", targetType="container-instance",
            attributeValue="7")
    call("DeleteAttributes", cluster="ops", attributes=[{"name": "rack", "targetId": arn}])
    refused("TargetNotFoundException", "DeleteAttributes", cluster="ops",
            attributes=[{"name": "rack", "targetId": arn + "x"}])
    call("UpdateContainerAgent", cluster="ops", containerInstance=arn)
    refused("InvalidParameterException", "UpdateContainerAgent", cluster="ops", containerInstance="nothing")
    call("DiscoverPollEndpoint", cluster="ops")
    refused("ClusterContainsContainerInstancesException", "DeleteCluster", cluster="ops")
    drained = call("UpdateContainerInstancesState", cluster="ops", containerInstances=[arn], status="DRAINING")
    expect("drained", drained["containerInstances"][0]["status"], "DRAINING")
    refused("InvalidParameterException", "UpdateContainerInstancesState", cluster="ops", containerInstances=[arn],
            status="DEREGISTERING")
    call("DeregisterContainerInstance", cluster="ops", containerInstance=arn)
    refused("InvalidParameterException", "DeregisterContainerInstance", cluster="ops", containerInstance=arn)


def account_settings(call, refused):
    call("PutAccountSettingDefault", name="containerInsights", value="enhanced")
    refused("InvalidParameterException", "PutAccountSettingDefault", name="containerInsights", value="loud")
    call("PutAccountSetting", name="awsvpcTrunking", value="enabled")
    refused("InvalidParameterException", "PutAccountSetting", name="guardDutyActivate", value="on")
    page = call("ListAccountSettings", effectiveSettings=True, maxResults=2)
    expect("a page of settings", (len(page["settings"]), "nextToken" in page), (2, True))
    refused("InvalidParameterException", "ListAccountSettings", value="enabled")
    call("DeleteAccountSetting", name="awsvpcTrunking")
    refused("InvalidParameterException", "DeleteAccountSetting", name="guardDutyActivate")
    call("DeleteAccountSetting", name="containerInsights", principalArn=f"arn:aws:iam::{ACCOUNT}:root")


def services(call, refused):
    call("RegisterTaskDefinition", family="ops-web", containerDefinitions=CONTAINERS)
    service = call("CreateService", cluster="ops", serviceName="web", taskDefinition="ops-web", desiredCount=1,
                   tags=[{"key": "a", "value": "b"}], serviceConnectConfiguration={"enabled": True})["service"]
    arn = service["serviceArn"]
    refused("InvalidParameterException", "CreateService", cluster="ops", serviceName="web", taskDefinition="ops-web",
            desiredCount=2)
    listed = call("ListServicesByNamespace", namespace="ops-ns")
    expect("services of the namespace", listed["serviceArns"], [arn])
    refused("NamespaceNotFoundException", "ListServicesByNamespace", namespace="no-ns")
    expect("listed", call("ListServices", cluster="ops", maxResults=10)["serviceArns"], [arn])
    call("DescribeServices", cluster="ops", services=["web", "nothing"], include=["TAGS"])
    refused("InvalidParameterException", "DescribeServices", cluster="ops", services=[])
    service = call("UpdateService", cluster="ops", service="web", forceNewDeployment=True)["service"]
    refused("ServiceNotFoundException", "UpdateService", cluster="ops", service="nothing")
    deployment = service["currentServiceDeployment"]
    call("ListServiceDeployments", cluster="ops", service="web")
    refused("ServiceNotFoundException", "ListServiceDeployments", cluster="ops", service="nothing")
    described = call("DescribeServiceDeployments", serviceDeploymentArns=[deployment, deployment + "x"])
    revision = described["serviceDeployments"][0]["targetServiceRevision"]["arn"]
    refused("InvalidParameterException", "DescribeServiceDeployments", serviceDeploymentArns=[])
    call("DescribeServiceRevisions", serviceRevisionArns=[revision, revision + "x"])
    refused("InvalidParameterException", "DescribeServiceRevisions", serviceRevisionArns=[])
    refused("ServiceDeploymentNotFoundException", "ContinueServiceDeployment", serviceDeploymentArn=deployment + "x",
            hookId="h")
    refused("ServiceDeploymentNotFoundException", "StopServiceDeployment", serviceDeploymentArn=deployment + "x")
    call("TagResource", resourceArn=arn, tags=[{"key": "c", "value": "d"}])
    call("UntagResource", resourceArn=arn, tagKeys=["c"])
    expect("tags", call("ListTagsForResource", resourceArn=arn)["tags"], [{"key": "a", "value": "b"}])
    for operation, more in (("TagResource", {"tags": []}), ("UntagResource", {"tagKeys": ["c"]})):
        refused("ResourceNotFoundException", operation, resourceArn=arn + "x", **more)
    refused("InvalidParameterException", "ListTagsForResource", resourceArn="nonsense")


# Each strategy, and the shares of the traffic that are to be seen at its pauses: after the test traffic, and before
# each shift.
STRATEGIES = (
    ("BLUE_GREEN", {}, (0, 0)),
    ("LINEAR", {"linearConfiguration": {"stepPercent": 40, "stepBakeTimeInMinutes": 0}}, (0, 0, 40, 80)),
    ("CANARY", {"canaryConfiguration": {"canaryPercent": 12.5, "canaryBakeTimeInMinutes": 0}}, (0, 0, 12.5)),
)


def pause(stage):
    return {"targetType": "PAUSE", "lifecycleStages": [stage], "timeoutConfiguration": {"timeoutInMinutes": 20160}}


def staged(call, refused):
    """A deployment that shifts traffic waits at its pauses, is told to go on, and does, step by step."""
    for strategy, configuration, weights in STRATEGIES:
        shifted(call, refused, strategy, configuration, weights)


def shifted(call, refused, strategy, configuration, weights):
    made = call("CreateService", cluster="ops", serviceName="staged-" + strategy.lower(), taskDefinition="ops-web:1",
                desiredCount=0, deploymentConfiguration=dict(
                    configuration, strategy=strategy, bakeTimeInMinutes=0,
                    lifecycleHooks=[pause("POST_TEST_TRAFFIC_SHIFT"), pause("PRE_PRODUCTION_TRAFFIC_SHIFT")]))
    arn = made["service"]["currentServiceDeployment"]

    def until(condition):
        for _ in range(600):
            seen = call("DescribeServiceDeployments", serviceDeploymentArns=[arn])["serviceDeployments"][0]
            if condition(seen):
                return seen
            time.sleep(0.1)
        raise SystemExit("never seen of a staged deployment: %r" % seen)

    def waits(seen):
        return any(hook["status"] == "AWAITING_ACTION" for hook in seen.get("lifecycleHookDetails", ()))

    for i, weight in enumerate(weights):
        seen = until(waits)
        expect("stage", seen["lifecycleStage"], "PRE_PRODUCTION_TRAFFIC_SHIFT" if i else "POST_TEST_TRAFFIC_SHIFT")
        expect("strategy", seen["deploymentConfiguration"]["strategy"], strategy)
        expect("test weight", seen["targetServiceRevision"]["requestedTestTrafficWeight"], 100)
        expect("production weight", seen["targetServiceRevision"]["requestedProductionTrafficWeight"], weight)
        hook = seen["lifecycleHookDetails"][-1]
        expect("hook", (hook["targetType"], hook["status"], hook["timeoutAction"]),
               ("PAUSE", "AWAITING_ACTION", "ROLLBACK"))
        refused("InvalidParameterException", "ContinueServiceDeployment", serviceDeploymentArn=arn, hookId="other")
        call("ContinueServiceDeployment", serviceDeploymentArn=arn, hookId=hook["hookId"], action="CONTINUE")
    seen = until(lambda seen: seen["status"] != "IN_PROGRESS")
    expect("status", seen["status"], "SUCCESSFUL")
    expect("weight", seen["targetServiceRevision"]["requestedProductionTrafficWeight"], 100)


def deployments(call, refused):
    """Those that go on: the tasks of ops-slow take for ever to start."""
    call("RegisterTaskDefinition", family="ops-slow", containerDefinitions=CONTAINERS)
    service = call("UpdateService", cluster="ops", service="web", taskDefinition="ops-slow",
                   forceNewDeployment=True)["service"]
    call("StopServiceDeployment", serviceDeploymentArn=service["currentServiceDeployment"], stopType="ROLLBACK")


def task_sets(call, refused):
    call("RegisterTaskDefinition", family="ops-ext", networkMode="awsvpc", cpu="256", memory="512",
         requiresCompatibilities=["FARGATE"], containerDefinitions=CONTAINERS)
    call("CreateService", cluster="ops", serviceName="ext", desiredCount=1, deploymentController={"type": "EXTERNAL"})
    where = {"cluster": "ops", "service": "ext"}
    made = call("CreateTaskSet", taskDefinition="ops-ext", launchType="FARGATE", networkConfiguration=SUBNETS,
                scale={"value": 50, "unit": "PERCENT"}, **where)["taskSet"]
    refused("ServiceNotFoundException", "CreateTaskSet", cluster="ops", service="nothing", taskDefinition="ops-ext")
    call("DescribeTaskSets", taskSets=[made["id"], "ecs-svc/1"], include=["TAGS"], **where)
    refused("ServiceNotFoundException", "DescribeTaskSets", cluster="ops", service="nothing")
    call("UpdateServicePrimaryTaskSet", primaryTaskSet=made["id"], **where)
    refused("TaskSetNotFoundException", "UpdateServicePrimaryTaskSet", primaryTaskSet="ecs-svc/1", **where)
    call("UpdateTaskSet", taskSet=made["id"], scale={"value": 0, "unit": "PERCENT"}, **where)
    refused("TaskSetNotFoundException", "UpdateTaskSet", taskSet="ecs-svc/1", scale={"value": 0}, **where)
    call("DeleteTaskSet", taskSet=made["id"], **where)
    refused("TaskSetNotFoundException", "DeleteTaskSet", taskSet="ecs-svc/1", **where)
    for name in ("ext", "web"):
        call("DeleteService", cluster="ops", service=name, force=True)
    refused("ServiceNotFoundException", "DeleteService", cluster="ops", service="nothing")


def everything(driver):
    for part in (clusters, capacity_providers, container_instances, account_settings, services, staged, deployments,
                 task_sets):
        part(driver, driver.refused)


if __name__ == "__main__":
    run_alone(__doc__, {"boto3": lambda url: everything(Boto3(url)), "cli": lambda url: everything(Cli(url))})

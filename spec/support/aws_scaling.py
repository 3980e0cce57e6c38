"""Has one of AWS's own clients scale a service: operation after operation of Application Auto Scaling.

usage: python spec/support/aws_scaling.py boto3|cli URL

Answers and refusals are held against botocore's model as aws_operations.py does it. The endpoint has a cluster "prod".
"""
from aws_clients import expect, run_alone
from aws_operations import Boto3, CONTAINERS, Cli

NAMESPACE = {"ServiceNamespace": "ecs"}
TARGET = {**NAMESPACE, "ResourceId": "service/prod/web", "ScalableDimension": "ecs:service:DesiredCount"}
TRACKING = {"TargetValue": 60.5, "ScaleInCooldown": 120, "PredefinedMetricSpecification": {
    "PredefinedMetricType": "ECSServiceAverageCPUUtilization"}}
STEPS = {"AdjustmentType": "ChangeInCapacity", "Cooldown": 60, "StepAdjustments": [
    {"MetricIntervalLowerBound": 0.0, "MetricIntervalUpperBound": 20.0, "ScalingAdjustment": 2},
    {"MetricIntervalLowerBound": 20.0, "ScalingAdjustment": 5}]}
PREDICTION = {"MetricSpecifications": [{"TargetValue": 40.0, "PredefinedMetricPairSpecification": {
    "PredefinedMetricType": "ECSServiceCPUUtilization"}}]}


def service(ecs):
    ecs("RegisterTaskDefinition", family="web", containerDefinitions=CONTAINERS)
    ecs("CreateService", cluster="prod", serviceName="web", taskDefinition="web", desiredCount=1)


def count(ecs):
    return ecs("DescribeServices", cluster="prod", services=["web"])["services"][0]["desiredCount"]


def targets(call, refused, ecs):
    refused("ValidationException", "RegisterScalableTarget", **TARGET, MinCapacity=2)
    refused("ObjectNotFoundException", "DeregisterScalableTarget", **TARGET)
    arn = call("RegisterScalableTarget", **TARGET, MinCapacity=2, MaxCapacity=6,
               Tags={"team": "core"})["ScalableTargetARN"]
    expect("the count", count(ecs), 2)
    refused("ValidationException", "RegisterScalableTarget", **TARGET, Tags={"team": "web"})
    call("RegisterScalableTarget", **TARGET, SuspendedState={"DynamicScalingInSuspended": True})
    found = call("DescribeScalableTargets", **NAMESPACE, ResourceIds=["service/prod/web", "service/prod/none"])
    expect("the targets", [(one["MinCapacity"], one["SuspendedState"]["DynamicScalingInSuspended"])
                           for one in found["ScalableTargets"]], [(2, True)])
    refused("InvalidNextTokenException", "DescribeScalableTargets", **NAMESPACE, NextToken="nonsense")
    refused("ValidationException", "DescribeScalableTargets", **NAMESPACE, ResourceIds=[f"service/prod/{i}"
                                                                                       for i in range(51)])
    call("TagResource", ResourceARN=arn, Tags={"stage": "test"})
    call("UntagResource", ResourceARN=arn, TagKeys=["team"])
    expect("the tags", call("ListTagsForResource", ResourceARN=arn)["Tags"], {"stage": "test"})
    refused("ResourceNotFoundException", "ListTagsForResource", ResourceARN=arn[:-4] + "none")
    refused("TooManyTagsException", "TagResource", ResourceARN=arn, Tags={f"k{i}": "v" for i in range(50)})


def policies(call, refused):
    tracking = {"PolicyName": "cpu", "PolicyType": "TargetTrackingScaling",
                "TargetTrackingScalingPolicyConfiguration": TRACKING}
    expect("the alarms", len(call("PutScalingPolicy", **TARGET, **tracking)["Alarms"]), 2)
    call("PutScalingPolicy", **TARGET, PolicyName="burst", PolicyType="StepScaling", StepScalingPolicyConfiguration=STEPS)
    call("PutScalingPolicy", **TARGET, PolicyName="ahead", PolicyType="PredictiveScaling",
         PredictiveScalingPolicyConfiguration=PREDICTION)
    refused("ValidationException", "PutScalingPolicy", **TARGET, PolicyName="none", PolicyType="StepScaling")
    refused("ObjectNotFoundException", "PutScalingPolicy", **{**TARGET, "ResourceId": "service/prod/none"}, **tracking)
    found = call("DescribeScalingPolicies", **NAMESPACE, ResourceId="service/prod/web")["ScalingPolicies"]
    expect("the policies", [one["PolicyName"] for one in found], ["cpu", "burst", "ahead"])
    expect("the steps", found[1]["StepScalingPolicyConfiguration"], STEPS)
    call("GetPredictiveScalingForecast", **TARGET, PolicyName="ahead", StartTime="2030-01-01T00:00:00Z",
         EndTime="2030-01-02T00:00:00Z")
    call("DeleteScalingPolicy", **TARGET, PolicyName="burst")
    refused("ObjectNotFoundException", "DeleteScalingPolicy", **TARGET, PolicyName="burst")


def schedules(call, refused):
    call("PutScheduledAction", **TARGET, ScheduledActionName="night", Schedule="cron(0 22 * * ? *)",
         Timezone="Europe/Berlin", EndTime="2099-01-01T00:00:00Z", ScalableTargetAction={"MinCapacity": 1})
    refused("ValidationException", "PutScheduledAction", **TARGET, ScheduledActionName="never", Schedule="at(never)",
            ScalableTargetAction={"MinCapacity": 1})
    found = call("DescribeScheduledActions", **NAMESPACE)["ScheduledActions"]
    expect("the scheduled actions", [one["Timezone"] for one in found], ["Europe/Berlin"])
    call("DeleteScheduledAction", **TARGET, ScheduledActionName="night")
    refused("ObjectNotFoundException", "DeleteScheduledAction", **TARGET, ScheduledActionName="night")


def everything(driver, url):
    call, ecs = driver(url, "application-autoscaling"), driver(url)
    refused = call.refused
    service(ecs)
    targets(call, refused, ecs)
    policies(call, refused)
    schedules(call, refused)
    acts = call("DescribeScalingActivities", **NAMESPACE, IncludeNotScaledActivities=True)["ScalingActivities"]
    expect("the activities", [one["Cause"] for one in acts], ["minimum capacity was set to 2"])
    call("DeregisterScalableTarget", **TARGET)


if __name__ == "__main__":
    run_alone(__doc__, {"boto3": lambda url: everything(Boto3, url), "cli": lambda url: everything(Cli, url)})

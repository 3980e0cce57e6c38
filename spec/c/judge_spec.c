/* What one answer of DescribeServices means: a table of answers, of what the run knows, and of verdicts. Each rule of
** judge.c has a row that is steady, deployed or a failure, and beside it the rows in which one thing is otherwise. */
#include "read.h"
#include "service/judge.h"

/* JSON is written with ' for ". */
#define D(id, status, more) "{'id':'" id "','status':'" status "','desiredCount':2,'runningCount':2" more "}"
#define NEW(more) D("new", "PRIMARY", ",'createdAt':1000,'updatedAt':1000" more)
#define OLD(more) D("old", "ACTIVE", ",'createdAt':500,'updatedAt':600" more)
#define BACK(more) D("back", "PRIMARY", more)
#define GONE_OLD OLD(",'runningCount':0")
#define COMPLETED ",'rolloutState':'COMPLETED'"
#define ROLLING ",'rolloutState':'IN_PROGRESS'"
#define FAILED ",'rolloutState':'FAILED'"
#define EVENT(at, text) "{'createdAt':" at ",'message':'" text "'}"
#define BREAKER ",'deploymentConfiguration':{'deploymentCircuitBreaker':{'enable':true,'rollback':true}}"
#define BREAKER_ONLY ",'deploymentConfiguration':{'deploymentCircuitBreaker':{'enable':true,'rollback':false}}"
#define MINIMUM(percent) ",'deploymentConfiguration':{'minimumHealthyPercent':" percent "}"
#define BLUE_GREEN ",'deploymentConfiguration':{'strategy':'BLUE_GREEN','minimumHealthyPercent':100}"
#define DAEMON ",'schedulingStrategy':'DAEMON'"
#define SETS(type, sets) ",'deploymentController':{'type':'" type "'},'taskSets':[" sets "]"
#define SET(status, more)                                                                                              \
  "{'id':'new','status':'" status "','computedDesiredCount':2,'runningCount':2,'createdAt':1000,"                      \
  "'stabilityStatus':'STEADY_STATE'" more "}"

typedef struct row {
  const char *name;
  ecs_following following; /* id is "new" unless `any` */
  const char *deployments, *events, *more;
  ecs_finding finding;
  const char *reason; /* NULL: not looked at; "": none */
  const char *record; /* status of the service deployment, or NULL */
  bool any, by_counts, completed;
} row;

/* clang-format off */
static const row rows[] = {
    /* Steady, and what keeps a completed deployment from it. */
    {"completed, alone, all tasks running", {0}, NEW(COMPLETED), .finding = ECS_FOUND_STEADY, .reason = ""},
    {"whichever is PRIMARY", {0}, NEW(COMPLETED), .any = true, .finding = ECS_FOUND_STEADY},
    {"an older deployment is still there", {0}, NEW(COMPLETED) "," GONE_OLD, .finding = ECS_FOUND_DEPLOYED},
    {"the older deployment is INACTIVE", {0}, NEW(COMPLETED) "," D("old", "INACTIVE", ""), .finding = ECS_FOUND_STEADY},
    {"a task too many runs", {0}, NEW(COMPLETED), .more = ",'runningCount':3", .finding = ECS_FOUND_DEPLOYED},
    {"a task too few runs", {0}, NEW(COMPLETED ",'runningCount':1"), .finding = ECS_FOUND_DEPLOYED},
    {"a task is PENDING", {0}, NEW(COMPLETED), .more = ",'pendingCount':1", .finding = ECS_FOUND_DEPLOYED},
    {"a deployment has more tasks than it should, the service has not", {0}, NEW(COMPLETED ",'desiredCount':1"),
     .finding = ECS_FOUND_STEADY},
    {"under way, all tasks running", {0}, NEW(ROLLING), .finding = ECS_FOUND_ROLLING},
    {"a DAEMON that is completed follows its instances", {0}, NEW(COMPLETED ",'runningCount':1"),
     .more = DAEMON ",'runningCount':1,'pendingCount':1", .finding = ECS_FOUND_STEADY},
    {"a DAEMON has no count of its own", {0}, NEW(COMPLETED), .more = DAEMON ",'desiredCount':0", .finding = ECS_FOUND_STEADY},
    {"a DAEMON without rollout state has to have its tasks", {0}, NEW(",'runningCount':1"), .more = DAEMON ",'runningCount':1",
     .finding = ECS_FOUND_ROLLING},
    {"a REPLICA does not follow instances", {0}, NEW(COMPLETED ",'runningCount':1"), .more = ",'runningCount':1",
     .finding = ECS_FOUND_DEPLOYED},

    /* Without rollout state. */
    {"counts alone", {0}, NEW(""), .finding = ECS_FOUND_STEADY, .by_counts = true},
    {"the event after it says steady", {0}, NEW(""), EVENT("1000", "has reached a steady state."), .finding = ECS_FOUND_STEADY},
    {"the event before it says steady", {0}, NEW(""), EVENT("999", "has reached a steady state."), .finding = ECS_FOUND_STEADY,
     .by_counts = true},
    {"the server writes events, and none says steady", {0}, NEW(""), EVENT("1001", "has started 1 tasks"),
     .finding = ECS_FOUND_ROLLING},
    {"an event at the very time says something else", {0}, NEW(""), EVENT("1000", "registered 1 targets"),
     .finding = ECS_FOUND_ROLLING},
    {"tasks were started after the steady state", {0}, NEW(""),
     EVENT("1002", "has started 1 tasks") "," EVENT("1001", "has reached a steady state."), .finding = ECS_FOUND_ROLLING},
    {"tasks were stopped after the steady state", {0}, NEW(""),
     EVENT("1002", "has stopped 1 running tasks") "," EVENT("1001", "has reached a steady state."), .finding = ECS_FOUND_ROLLING},
    {"a task is unhealthy after the steady state", {0}, NEW(""),
     EVENT("1002", "(port 80) is unhealthy in (elb web)") "," EVENT("1001", "has reached a steady state."),
     .finding = ECS_FOUND_ROLLING},
    {"something that changes nothing followed the steady state", {0}, NEW(""),
     EVENT("1002", "has begun draining connections on 1 tasks") "," EVENT("1001", "has reached a steady state."),
     .finding = ECS_FOUND_STEADY},
    {"the event says that ours is completed", {0}, NEW(""), EVENT("1001", "(deployment new) deployment completed."),
     .finding = ECS_FOUND_STEADY},
    {"the event says that another is completed", {0}, NEW(""), EVENT("1001", "(deployment newer) deployment completed."),
     .finding = ECS_FOUND_ROLLING},
    {"the server has written no event since", {0}, NEW(""), EVENT("900", "has started 1 tasks"), .finding = ECS_FOUND_STEADY,
     .by_counts = true},
    {"the service deployment is successful", {0}, NEW(""), .record = "SUCCESSFUL", .finding = ECS_FOUND_STEADY},
    {"the service deployment is not yet", {0}, NEW(""), .record = "IN_PROGRESS", .finding = ECS_FOUND_ROLLING},
    {"counts that do not hold mean nothing deployed", {0}, NEW(""), .more = ",'pendingCount':1", .finding = ECS_FOUND_ROLLING},
    {"a rollout state is believed rather than the record", {0}, NEW(COMPLETED), .record = "IN_PROGRESS",
     .finding = ECS_FOUND_STEADY},

    /* Blue and green: what is completed may still bake. */
    {"baking", {0}, NEW(COMPLETED), .more = BLUE_GREEN, .record = "IN_PROGRESS", .finding = ECS_FOUND_ROLLING},
    {"baked", {0}, NEW(COMPLETED), .more = BLUE_GREEN, .record = "SUCCESSFUL", .finding = ECS_FOUND_STEADY},
    {"no record that says whether it bakes", {0}, NEW(COMPLETED), .more = BLUE_GREEN, .finding = ECS_FOUND_STEADY},
    {"green tasks run, and the traffic is not theirs yet", {.replaces = true}, NEW(ROLLING) "," GONE_OLD, .more = BLUE_GREEN,
     .finding = ECS_FOUND_ROLLING},

    /* Deployed before it is completed: the last old task has been stopped, which ECS does when enough new ones serve. */
    {"the old tasks are gone", {.replaces = true}, NEW(ROLLING) "," GONE_OLD, .more = MINIMUM("50"),
     .finding = ECS_FOUND_DEPLOYED},
    {"no old tasks were seen", {.replaces = false}, NEW(ROLLING) "," GONE_OLD, .more = MINIMUM("50"),
     .finding = ECS_FOUND_ROLLING},
    {"none has to be healthy", {.replaces = true}, NEW(ROLLING) "," GONE_OLD, .more = MINIMUM("0"), .finding = ECS_FOUND_ROLLING},
    {"nobody says how many have to be healthy", {.replaces = true}, NEW(ROLLING) "," GONE_OLD, .finding = ECS_FOUND_ROLLING},
    {"none are wanted", {.replaces = true}, NEW(ROLLING ",'desiredCount':0,'runningCount':0"), .more = MINIMUM("50"),
     .finding = ECS_FOUND_ROLLING},
    {"a new task is missing", {.replaces = true}, NEW(ROLLING ",'runningCount':1"), .more = MINIMUM("50"),
     .finding = ECS_FOUND_ROLLING},
    {"an old task runs", {.replaces = true}, NEW(ROLLING) "," OLD(",'runningCount':1"), .more = MINIMUM("50"),
     .finding = ECS_FOUND_ROLLING},
    {"an old task is PENDING", {.replaces = true}, NEW(ROLLING) "," OLD(",'runningCount':0,'pendingCount':1"),
     .more = MINIMUM("50"), .finding = ECS_FOUND_ROLLING},

    /* Failed. */
    {"failed", {0}, NEW(FAILED ",'rolloutStateReason':'tasks failed to start'"), .finding = ECS_FOUND_FAILED,
     .reason = "tasks failed to start"},
    {"failed, and a rollback may follow", {.undecided = true}, NEW(FAILED), .more = BREAKER, .finding = ECS_FOUND_BREAKING},
    {"failed, and no rollback followed", {0}, NEW(FAILED), .more = BREAKER, .finding = ECS_FOUND_FAILED},
    {"failed by a circuit breaker that does not roll back", {.undecided = true}, NEW(FAILED), .more = BREAKER_ONLY,
     .finding = ECS_FOUND_FAILED},
    {"failed by an alarm that does not roll back", {.undecided = true}, NEW(FAILED ",'rolloutStateReason':'alarm detected'"),
     .finding = ECS_FOUND_FAILED},
    {"failed, and no reason is given", {.undecided = true}, NEW(FAILED), .finding = ECS_FOUND_FAILED},
    {"stopped by hand, which may be with a rollback", {.undecided = true}, NEW(FAILED ",'rolloutStateReason':'stopped by the user'"),
     .finding = ECS_FOUND_BREAKING},
    {"stopped by hand beside a circuit breaker that does not roll back", {.undecided = true},
     NEW(FAILED ",'rolloutStateReason':'stopped by the user'"), .more = BREAKER_ONLY, .finding = ECS_FOUND_BREAKING},
    {"failed, and an event says that it is rolled back", {.created = 1000, .undecided = true}, NEW(FAILED),
     EVENT("1050", "rolling back to deployment old"), .more = BREAKER_ONLY, .finding = ECS_FOUND_ROLLED_BACK},
    {"failed once, and the answer is older than that", {.failed = true, .failed_why = "x"}, NEW(ROLLING), .more = BREAKER_ONLY,
     .finding = ECS_FOUND_FAILED, .reason = "x"},
    {"stopped by hand where failures are rolled back", {.undecided = true}, NEW(ROLLING), .more = BREAKER, .record = "STOPPED",
     .finding = ECS_FOUND_FAILED},
    {"failed, and the reason says that it is rolled back", {0}, NEW(FAILED ",'rolloutStateReason':'Rolling back to old'"),
     .finding = ECS_FOUND_ROLLED_BACK},
    {"the record says that it is rolled back", {0}, NEW(ROLLING), .record = "ROLLBACK_IN_PROGRESS",
     .finding = ECS_FOUND_ROLLED_BACK},
    {"a record without a reason leaves that of the deployment", {0}, NEW(FAILED ",'rolloutStateReason':'x'"),
     .record = "ROLLBACK_FAILED", .finding = ECS_FOUND_ROLLED_BACK, .reason = "x"},
    {"an event says failed where there is no rollout state", {0}, NEW(""), EVENT("1001", "(deployment new) deployment failed: x"),
     .finding = ECS_FOUND_FAILED, .reason = "(deployment new) deployment failed: x"},
    {"an event of a retry is not believed against a rollout state", {0}, NEW(COMPLETED),
     EVENT("1001", "(deployment new) deployment failed: x"), .finding = ECS_FOUND_STEADY, .reason = ""},
    {"an event says that another failed", {0}, NEW(""), EVENT("1001", "(deployment old) deployment failed: x"),
     .finding = ECS_FOUND_ROLLING},
    {"whichever is PRIMARY has not failed by events", {0}, NEW(""), EVENT("1001", "(deployment new) deployment failed: x"),
     .any = true, .finding = ECS_FOUND_ROLLING},
    {"a reason of a deployment that goes well is none", {0}, NEW(ROLLING ",'rolloutStateReason':'in progress'"),
     .finding = ECS_FOUND_ROLLING, .reason = ""},

    /* Another one is PRIMARY. */
    {"someone deployed", {.created = 1000}, BACK(ROLLING ",'createdAt':1100"), .finding = ECS_FOUND_SUPERSEDED, .reason = ""},
    {"someone deployed at the same second", {.created = 1000}, BACK(ROLLING ",'createdAt':1000"),
     .finding = ECS_FOUND_SUPERSEDED},
    {"someone deployed when ours was completed", {.created = 1000}, BACK(ROLLING ",'createdAt':1100"),
     EVENT("1050", "(deployment new) deployment completed."), .finding = ECS_FOUND_SUPERSEDED, .completed = true},
    {"someone deployed, and the PRIMARY has no time", {.created = 1000}, BACK(ROLLING), .finding = ECS_FOUND_SUPERSEDED},
    {"the older one is PRIMARY again", {.created = 1000}, BACK(ROLLING ",'createdAt':500"), .finding = ECS_FOUND_ROLLED_BACK},
    {"the PRIMARY says that it is a rollback", {.created = 1000},
     BACK(ROLLING ",'createdAt':1100,'rolloutStateReason':'circuit breaker: rolling back to old'"),
     .finding = ECS_FOUND_ROLLED_BACK, .reason = "circuit breaker: rolling back to old"},
    {"the record was rolled back", {.created = 1000}, BACK(COMPLETED ",'createdAt':1100"), .record = "ROLLBACK_SUCCESSFUL",
     .finding = ECS_FOUND_ROLLED_BACK},
    {"the record says that it is rolled back, whatever the PRIMARY says", {.created = 1000},
     BACK(ROLLING ",'createdAt':1100,'rolloutStateReason':'in progress'"), .record = "ROLLBACK_IN_PROGRESS",
     .finding = ECS_FOUND_ROLLED_BACK},
    {"an event says that it is rolled back, and nothing that it failed: it was stopped by hand", {.created = 1000},
     BACK(ROLLING ",'createdAt':1100,'rolloutStateReason':'ECS deployment back in progress.'"),
     EVENT("1050", "rolling back to deployment old"), .finding = ECS_FOUND_ROLLED_BACK, .reason = "ECS deployment back in progress."},
    {"a rollback from before it", {.created = 1000}, BACK(ROLLING ",'createdAt':1100"),
     EVENT("950", "rolling back to deployment old"), .finding = ECS_FOUND_SUPERSEDED},
    {"theirs was rolled back", {.created = 1000}, BACK(COMPLETED ",'createdAt':1200"),
     EVENT("1150", "rolling back to deployment old") "," EVENT("1150", "(deployment theirs) deployment failed: x"),
     .finding = ECS_FOUND_SUPERSEDED},
    {"theirs was rolled back, as the PRIMARY says, too", {.created = 1000},
     BACK(ROLLING ",'createdAt':1200,'rolloutStateReason':'circuit breaker: rolling back to old'"),
     EVENT("1150", "rolling back to deployment old") "," EVENT("1150", "(deployment theirs) deployment failed: x"),
     .finding = ECS_FOUND_SUPERSEDED},
    {"failed, with a rollback due, and what is PRIMARY is not what ran before", {.created = 1000, .former = "web:1"},
     BACK(FAILED ",'createdAt':1100,'taskDefinition':'arn:aws:ecs:x:1:task-definition/web:9'") "," D("new", "ACTIVE", FAILED),
     .more = BREAKER, .finding = ECS_FOUND_FAILED},
    {"failed, with a rollback due, and what ran before is PRIMARY", {.created = 1000, .former = "web:1"},
     BACK(COMPLETED ",'createdAt':1100,'taskDefinition':'arn:aws:ecs:x:1:task-definition/web:1'") "," D("new", "ACTIVE", FAILED),
     .more = BREAKER, .finding = ECS_FOUND_ROLLED_BACK},
    {"theirs was rolled back, and ours before it", {.created = 1000}, BACK(COMPLETED ",'createdAt':1200"),
     EVENT("1150", "rolling back to deployment old") "," EVENT("1150", "(deployment theirs) deployment failed: x") ","
     EVENT("1050", "rolling back to deployment old") "," EVENT("1050", "(deployment new) deployment failed: x"),
     .finding = ECS_FOUND_ROLLED_BACK},
    {"theirs was rolled back to ours", {.created = 1000}, BACK(COMPLETED ",'createdAt':1200"),
     EVENT("1150", "rolling back to deployment new") "," EVENT("1100", "(deployment new) deployment completed."),
     .finding = ECS_FOUND_SUPERSEDED, .completed = true},
    {"it was seen to have failed, with a rollback due, and is not shown any more", {.created = 1000, .failed = true},
     BACK(",'createdAt':1100"), .more = BREAKER, .finding = ECS_FOUND_ROLLED_BACK},
    {"it was seen to have failed, and someone deployed", {.created = 1000, .failed = true}, BACK(",'createdAt':1100"),
     .finding = ECS_FOUND_FAILED},
    {"failed, with a rollback due", {.created = 1000}, BACK(COMPLETED ",'createdAt':1100") "," D("new", "ACTIVE", FAILED),
     .more = BREAKER, .finding = ECS_FOUND_ROLLED_BACK},
    {"failed, with a rollback told by an event", {.created = 1000}, BACK(COMPLETED ",'createdAt':1100") "," D("new", "ACTIVE", FAILED),
     EVENT("1050", "rolling back to deployment old"), .finding = ECS_FOUND_ROLLED_BACK},
    {"failed, with no rollback, and someone deployed", {.created = 1000},
     BACK(COMPLETED ",'createdAt':1100") "," D("new", "ACTIVE", FAILED), .finding = ECS_FOUND_FAILED},
    {"failed, with a rollback due, and someone's is under way", {.created = 1000},
     BACK(ROLLING ",'createdAt':1100,'rolloutStateReason':'in progress'") "," D("new", "ACTIVE", FAILED), .more = BREAKER,
     .finding = ECS_FOUND_FAILED},
    {"a PRIMARY under way that gives no reason may be the rollback", {.created = 1000},
     BACK(ROLLING ",'createdAt':1100") "," D("new", "ACTIVE", FAILED), .more = BREAKER, .finding = ECS_FOUND_ROLLED_BACK},
    {"an event says failed of one that is no longer PRIMARY", {.created = 1000}, BACK(COMPLETED ",'createdAt':1100"),
     EVENT("1050", "(deployment new) deployment failed: x"), .finding = ECS_FOUND_FAILED,
     .reason = "(deployment new) deployment failed: x"},
    {"its record says STOPPED since someone deployed", {.created = 1000}, BACK(ROLLING ",'createdAt':1100"), .record = "STOPPED",
     .finding = ECS_FOUND_SUPERSEDED},
    {"an event and its record say that it failed", {.created = 1000}, BACK(ROLLING ",'createdAt':1100"),
     EVENT("1050", "(deployment new) deployment failed: x"), .record = "STOPPED", .finding = ECS_FOUND_FAILED},
    {"its state and its record say that it failed", {.created = 1000}, BACK(ROLLING ",'createdAt':1100") "," D("new", "ACTIVE", FAILED),
     .record = "STOPPED", .finding = ECS_FOUND_FAILED},
    {"the rollback is over, and its reason says no more than that", {.created = 1000},
     BACK(COMPLETED ",'createdAt':1100,'rolloutStateReason':'completed.'"), .record = "ROLLBACK_SUCCESSFUL",
     .finding = ECS_FOUND_ROLLED_BACK},
    {"an event says failed, its state does not yet, and another is PRIMARY", {.created = 1000},
     BACK(COMPLETED ",'createdAt':1100") "," D("new", "ACTIVE", ROLLING), EVENT("1050", "(deployment new) deployment failed: x"),
     .finding = ECS_FOUND_FAILED},
    {"an event gives the reason that its state does not", {.created = 1000},
     BACK(COMPLETED ",'createdAt':1100") "," D("new", "ACTIVE", FAILED), EVENT("1050", "(deployment new) deployment failed: x"),
     .finding = ECS_FOUND_FAILED, .reason = "(deployment new) deployment failed: x"},
    {"someone else's failed", {.created = 1000}, BACK(ROLLING ",'createdAt':1100") "," D("old", "ACTIVE", FAILED),
     .finding = ECS_FOUND_SUPERSEDED},
    {"failed, and none is PRIMARY", {.created = 1000}, D("new", "ACTIVE", FAILED), .finding = ECS_FOUND_ROLLING},
    {"no deployment is PRIMARY", {.created = 1000}, D("new", "ACTIVE", COMPLETED), .finding = ECS_FOUND_ROLLING},
    {"there are none", {0}, "", .finding = ECS_FOUND_ROLLING},

    /* Reads that lag. */
    {"gone", {.since = 1000}, NEW(COMPLETED), .more = ",'status':'DRAINING'", .finding = ECS_FOUND_GONE},
    {"a former service of that name", {.since = 1000, .lagging = true}, OLD(""), .more = ",'status':'INACTIVE'",
     .finding = ECS_FOUND_STALE},
    {"a former one, at the very time", {.since = 600, .lagging = true}, OLD(""), .more = ",'status':'INACTIVE'",
     .finding = ECS_FOUND_STALE},
    {"it has been seen ACTIVE", {.since = 1000, .lagging = true, .confirmed = true}, OLD(""), .more = ",'status':'INACTIVE'",
     .finding = ECS_FOUND_GONE},
    {"the change was an update", {.since = 1000, .lagging = true, .existed = true}, OLD(""), .more = ",'status':'INACTIVE'",
     .finding = ECS_FOUND_GONE},
    {"the change was long ago", {.since = 1000}, OLD(""), .more = ",'status':'INACTIVE'", .finding = ECS_FOUND_GONE},
    {"it has our deployment", {.since = 1000, .lagging = true}, NEW(""), .more = ",'status':'INACTIVE'", .finding = ECS_FOUND_GONE},
    {"it knows of a later time", {.since = 550, .lagging = true}, OLD(""), .more = ",'status':'INACTIVE'",
     .finding = ECS_FOUND_GONE},
    {"without ours, and older, however late", {.since = 1000, .created = 1000}, BACK(COMPLETED ",'createdAt':900"),
     .finding = ECS_FOUND_STALE},
    {"without ours, at the very time, lately", {.since = 1000, .created = 1000, .desired = -1, .lagging = true},
     BACK(COMPLETED ",'createdAt':1000"), .finding = ECS_FOUND_STALE},
    {"without ours, at the very time, later", {.since = 1000, .created = 1000}, BACK(COMPLETED ",'createdAt':1000"),
     .finding = ECS_FOUND_SUPERSEDED},
    {"fresh events beside the older deployment, lately", {.since = 1000, .created = 1000, .desired = -1, .lagging = true},
     D("old", "PRIMARY", COMPLETED ",'createdAt':500,'updatedAt':600"), EVENT("1010", "has started 1 tasks"),
     .finding = ECS_FOUND_STALE},
    {"fresh events beside the older deployment, later", {.since = 1000, .created = 1000, .desired = -1},
     D("old", "PRIMARY", COMPLETED ",'createdAt':500,'updatedAt':600"), EVENT("1010", "has started 1 tasks"),
     .finding = ECS_FOUND_ROLLED_BACK},
    {"the older deployment, changed since", {.since = 1000, .created = 1000, .desired = -1, .lagging = true},
     D("old", "PRIMARY", COMPLETED ",'createdAt':500,'updatedAt':1010"), .finding = ECS_FOUND_ROLLED_BACK},
    {"the older deployment, and an event of the rollback", {.since = 1000, .created = 1000, .desired = -1, .lagging = true},
     D("old", "PRIMARY", COMPLETED ",'createdAt':500,'updatedAt':600"), EVENT("1010", "rolling back to deployment old"),
     .finding = ECS_FOUND_ROLLED_BACK},
    {"with ours, and older", {.since = 2000}, NEW(COMPLETED), .finding = ECS_FOUND_STEADY},
    {"with ours, lately", {.since = 1000, .desired = -1, .lagging = true}, NEW(COMPLETED), .finding = ECS_FOUND_STEADY},
    {"another count, lately", {.since = 1000, .desired = 5, .lagging = true}, NEW(COMPLETED), .finding = ECS_FOUND_STALE},
    {"a count of 0, lately", {.since = 1000, .desired = 0, .lagging = true}, NEW(COMPLETED), .finding = ECS_FOUND_STALE},
    {"our count, lately", {.since = 1000, .desired = 2, .lagging = true}, NEW(COMPLETED), .finding = ECS_FOUND_STEADY},
    {"another count, of a later time", {.since = 999, .desired = 5, .lagging = true}, NEW(COMPLETED),
     .finding = ECS_FOUND_STEADY},
    {"another count, when reads do not lag any more", {.since = 1000, .desired = 5}, NEW(COMPLETED),
     .finding = ECS_FOUND_STEADY},

    {"another count beside fresher events, a moment ago", {.since = 1000, .desired = 5, .lagging = true, .recent = true},
     NEW(COMPLETED), EVENT("1010", "has started 1 tasks"), .finding = ECS_FOUND_STALE},
    {"another count beside fresher events, later", {.since = 1000, .desired = 5, .lagging = true}, NEW(COMPLETED),
     EVENT("1010", "has started 1 tasks"), .finding = ECS_FOUND_STEADY},
    {"another count of a deployment that was changed since", {.since = 999, .desired = 5, .lagging = true, .recent = true},
     NEW(COMPLETED), .finding = ECS_FOUND_STEADY},
    {"another count of a DAEMON", {.since = 1000, .desired = 5, .lagging = true, .recent = true}, NEW(COMPLETED),
     EVENT("1010", "has started 1 tasks"), .more = DAEMON, .finding = ECS_FOUND_STEADY},

    {"another count beside fresher events, and ours is not in charge any more",
     {.since = 1000, .created = 1000, .desired = 5, .lagging = true, .recent = true},
     D("new", "ACTIVE", ROLLING ",'createdAt':1000,'updatedAt':1000") "," BACK(ROLLING ",'createdAt':1010"),
     .finding = ECS_FOUND_SUPERSEDED},

    /* Somebody's deployment between ours and what is in charge. */
    {"theirs failed, and is rolled back", {.created = 1000},
     D("new", "ACTIVE", ROLLING ",'createdAt':1000") "," D("theirs", "ACTIVE", FAILED ",'createdAt':1010") ","
     BACK(ROLLING ",'createdAt':1020"), EVENT("1020", "rolling back to deployment old."), .finding = ECS_FOUND_SUPERSEDED},
    {"theirs is of another revision than what ran before", {.created = 1000, .former = "web:1"},
     D("new", "ACTIVE", ",'createdAt':1000") "," D("theirs", "ACTIVE", ",'createdAt':1000,'taskDefinition':'web:9'") ","
     BACK(",'createdAt':1020,'taskDefinition':'web:1'"), EVENT("1020", "rolling back to deployment old."),
     .finding = ECS_FOUND_SUPERSEDED},
    {"the rollback of ours, and theirs behind it", {.created = 1000, .former = "web:1"},
     D("new", "ACTIVE", ",'createdAt':1000") "," D("rollback", "ACTIVE", ",'createdAt':1010,'taskDefinition':'web:1'") ","
     BACK(",'createdAt':1020,'taskDefinition':'web:9'"), EVENT("1010", "rolling back to deployment old."),
     .finding = ECS_FOUND_ROLLED_BACK},
    {"ours is not listed any more, and its record says that it was stopped", {.created = 1000},
     BACK(ROLLING ",'createdAt':1020"), EVENT("1020", "rolling back to deployment old."), .record = "STOPPED",
     .finding = ECS_FOUND_SUPERSEDED},
    {"ours failed a moment before, and no event tells of a rollback yet", {.created = 1000, .undecided = true},
     BACK(",'createdAt':1101"), EVENT("1100", "(deployment new) deployment failed: x."), .more = BREAKER,
     .finding = ECS_FOUND_BREAKING},
    {"ours failed, and no event told of a rollback", {.created = 1000}, BACK(",'createdAt':1101"),
     EVENT("1100", "(deployment new) deployment failed: x."), .more = BREAKER, .finding = ECS_FOUND_FAILED},
    {"ours failed long before theirs", {.created = 1000, .undecided = true}, BACK(",'createdAt':1111"),
     EVENT("1100", "(deployment new) deployment failed: x."), .more = BREAKER, .finding = ECS_FOUND_FAILED},
    {"ours failed, and other events came since", {.created = 1000, .undecided = true}, BACK(",'createdAt':1101"),
     EVENT("1111", "has started 1 tasks") "," EVENT("1100", "(deployment new) deployment failed: x."), .more = BREAKER,
     .finding = ECS_FOUND_FAILED},
    {"an alarm ended ours, where only the circuit breaker rolls back", {.created = 1000, .undecided = true},
     BACK(",'createdAt':1101"), EVENT("1100", "(deployment new) deployment failed: alarm detected."), .more = BREAKER,
     .finding = ECS_FOUND_FAILED},

    /* Task sets. */
    {"no sets, and none expected", {.since = 1000}, .any = true, .more = SETS("EXTERNAL", ""), .finding = ECS_FOUND_STEADY},
    {"no sets yet", {.expects_sets = true}, .any = true, .more = SETS("EXTERNAL", ""), .finding = ECS_FOUND_ROLLING},
    {"no sets, and no tasks wanted", {.expects_sets = true}, .any = true, .more = SETS("EXTERNAL", "") ",'desiredCount':0",
     .finding = ECS_FOUND_STEADY},
    {"a set that holds", {0}, .any = true, .more = SETS("EXTERNAL", SET("ACTIVE", "")), .finding = ECS_FOUND_STEADY},
    {"CODE_DEPLOY has to make one PRIMARY", {0}, .any = true, .more = SETS("CODE_DEPLOY", SET("ACTIVE", "")),
     .finding = ECS_FOUND_ROLLING},
    {"CODE_DEPLOY has made one PRIMARY", {0}, .more = SETS("CODE_DEPLOY", SET("PRIMARY", "")), .finding = ECS_FOUND_STEADY},
    {"a set that is not stable", {0}, .any = true,
     .more = SETS("EXTERNAL", SET("PRIMARY", ",'stabilityStatus':'STABILIZING'")), .finding = ECS_FOUND_ROLLING},
    {"a set with a task too few", {0}, .any = true, .more = SETS("EXTERNAL", SET("PRIMARY", ",'runningCount':1")),
     .finding = ECS_FOUND_ROLLING},
    {"a set with a task PENDING", {0}, .any = true, .more = SETS("EXTERNAL", SET("PRIMARY", ",'pendingCount':1")),
     .finding = ECS_FOUND_ROLLING},
    {"the PRIMARY set holds while the old one drains", {0}, .any = true,
     .more = SETS("EXTERNAL", SET("PRIMARY", "") "," SET("DRAINING", ",'id':'old'")), .finding = ECS_FOUND_DEPLOYED},
    {"the PRIMARY set holds, another does not yet", {0}, .any = true,
     .more = SETS("EXTERNAL", SET("PRIMARY", "") "," SET("ACTIVE", ",'id':'green','runningCount':1")),
     .finding = ECS_FOUND_DEPLOYED},
    {"of two sets the first does not hold", {0}, .any = true,
     .more = SETS("EXTERNAL", SET("ACTIVE", ",'id':'green','runningCount':1") "," SET("ACTIVE", "")),
     .finding = ECS_FOUND_ROLLING},
    {"the set that is followed holds, and CODE_DEPLOY has not made it PRIMARY", {0},
     .more = SETS("CODE_DEPLOY", SET("ACTIVE", "")), .finding = ECS_FOUND_ROLLING},
    {"another set holds, the PRIMARY does not", {0}, .any = true,
     .more = SETS("EXTERNAL", SET("ACTIVE", ",'id':'green'") "," SET("PRIMARY", ",'pendingCount':1")),
     .finding = ECS_FOUND_ROLLING},
    {"a set that is older than ours became PRIMARY by hand", {.created = 1000},
     .more = SETS("EXTERNAL", SET("PRIMARY", ",'id':'old','createdAt':500,'stabilityStatusAt':1100")),
     .finding = ECS_FOUND_SUPERSEDED},
};
/* clang-format on */

static ecs_value *service_of(ecs_arena *arena, const row *r) {
  char text[4096];
  const char *deployments = r->deployments == NULL ? "" : r->deployments, *events = r->events == NULL ? "" : r->events;
  int size = snprintf(text, sizeof text,
                      "{'status':'ACTIVE','desiredCount':2,'runningCount':2,'pendingCount':0,"
                      "'deployments':[%s],'events':[%s]%s}",
                      deployments, events, r->more == NULL ? "" : r->more);
  CHECK(size > 0 && (size_t)size < sizeof text);
  for (char *c = text; *c != '\0'; c++)
    *c = *c == '\'' ? '"' : *c;
  return read_json(arena, text);
}

static void check(const row *r) {
  ecs_arena *arena = ecs_arena_new(NULL);
  ecs_service_record record = {.arn = "arn", .status = r->record};
  ecs_following following = r->following;
  ecs_service_status status;
  ecs_judgement v;
  following.id = r->any ? NULL : "new";
  following.record = r->record == NULL ? NULL : &record;
  ecs_schema_status(service_of(arena, r), &status);
  ecs_judge(&status, &following, &v);
  bool right = CHECK(v.finding == r->finding);
  right = CHECK(v.by_counts == r->by_counts) && right;
  right = CHECK(v.completed == r->completed) && right;
  if (r->reason != NULL)
    right = (r->reason[0] == '\0' ? CHECK(v.reason == NULL) : CHECK_TEXT(v.reason, r->reason)) && right;
  if (!right)
    printf("  of: %s (finding %d, wanted %d)\n", r->name, (int)v.finding, (int)r->finding);
  ecs_arena_free(arena);
}

/* The words that mean a rollback, at the beginning of a sentence and within it. */
static void check_words(void) {
  static const char *const words[] = {"x: rolling back to y", "was rolled back", "a rollback began", "Rolling back"};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    char deployments[256];
    snprintf(deployments, sizeof deployments, BACK(ROLLING ",'createdAt':1100,'rolloutStateReason':'%s'"), words[i]);
    row r = {"words of a rollback", {.created = 1000}, deployments, .finding = ECS_FOUND_ROLLED_BACK};
    check(&r);
  }
}

/* The reason of a record goes before that of the deployment. */
static void check_reason_of_record(void) {
  ecs_arena *arena = ecs_arena_new(NULL);
  row r = {.deployments = NEW(FAILED ",'rolloutStateReason':'deployment'")};
  ecs_service_record record = {.arn = "arn", .status = "ROLLBACK_FAILED", .reason = "record"};
  ecs_following following = {.id = "new", .record = &record};
  ecs_service_status status;
  ecs_judgement v;
  ecs_schema_status(service_of(arena, &r), &status);
  ecs_judge(&status, &following, &v);
  CHECK_TEXT(v.reason, "record");
  ecs_arena_free(arena);
}

int main(void) {
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    check(&rows[i]);
  check_words();
  check_reason_of_record();
  return harness_end();
}

/* names: what in a text is the name of something, which texts are worth telling, and words for what rules count by. */
#include "explain/rules.h"

const char ecs_explain_trouble[] = "unable|fail|error|unhealthy|cannot|can't|could not|denied|not found|exceed|"
                                   "invalid|impaired|"
                                   "violat|refused|expired|missing|not allowed|unavailable|timed out|timeout|stuck";

const char ecs_explain_steady[] = "has reached a steady state|deployment completed";

const ecs_words_find ecs_explain_names[] = {
    {"image", "failed to resolve ref ", "/", 0, false},
    {"image", "resolve reference ", "/", 0, false},
    {"image", "pull access denied for ", NULL, 0, false},
    {"image", "manifest for ", "/|:", 0, false},
    {"image", "pull the image ", "/", 0, false},
    {"image", "cannot pull ", "/", 0, false},
    {"image", "failed to pull image ", "/", 0, false},
    {"image", "pulling image ", "/", 0, false},
    {"image", "repository ", "/|.", 0, false},
    {"image", "image ", "/", 0, false},
    {"platform", "platform ", "/", 0, false},
    {"platform", "no matching manifest for ", "/", 0, false},
    {"secret", "arn:aws", ":secretsmanager:", 0, true},
    {"secret", "arn:aws", ":ssm:*parameter", 0, true},
    {"secret", "fetch secret ", NULL, 0, false},
    {"secret", "invalid ssm parameters: ", NULL, 0, false},
    {"secret", "invalid parameters: ", NULL, 0, false},
    {"secret", "secret name ", NULL, 0, false},
    {"key", "json key ", NULL, 0, false},
    {"action", "not authorized to perform: ", NULL, 0, false},
    {"log_group", ":log-group:", "/", ':', false},
    {"log_group", "log group /", NULL, 0, false},
    {"role", "assume the role ", ":role/", 0, false},
    {"role", "arn:aws", ":role/", 0, true},
    {"role", "assume role ", NULL, 0, false},
    {"instance", "container-instance ", NULL, 0, false},
    {"port", "Bind for ", ":", 0, false},
    {"port", "listen tcp ", ":", 0, false},
    {"file_system", "fs-", NULL, 0, true},
    {"subnet", "subnet-", NULL, 0, true},
    {"reason", "due to (reason ", NULL, ')', false},
    {"reason", "health checks in (", NULL, ')', false},
    {"error", "with (error ", NULL, ')', false},
    {"error", "Reason: ", NULL, 0x7f, false},
    {"command", "exec: \\\"", NULL, '\\', false},
    {"command", "exec: \"", NULL, '"', false},
    {"command", "exec: ", NULL, ':', false},
    {"hook", ":function:", NULL, 0, false},
    {"stage", "because ", "_S|SCALE_UP", 0, false},
    {"stage", "lifecycle hook: ", "_S|SCALE_UP", 0, false},
    {"stage", "rollback: ", "_S|SCALE_UP", 0, false},
    {NULL, NULL, NULL, 0, false},
};

const char *ecs_explain_weight(ecs_weight weight) {
  static const char *const names[] = {"benign", "symptom", "general", "circumstance", "effect", "cause"};
  return names[weight];
}

const char *ecs_explain_exit_words(int64_t code) {
  static const struct {
    int64_t code;
    const char *words;
  } known[] = {
      {1, "a general error of the program"},
      {2, "wrong use of a shell command, or an error of the program"},
      {64, "wrong usage of the program"},
      {78, "a configuration error"},
      {125, "the container runtime could not run it"},
      {126, "the command cannot be executed"},
      {127, "the command was not found"},
      {128, "an invalid exit code"},
      {129, "ended by SIGHUP"},
      {130, "ended by SIGINT"},
      {131, "ended by SIGQUIT"},
      {132, "an illegal instruction, often a wrong platform"},
      {133, "ended by a trap"},
      {134, "aborted itself (SIGABRT)"},
      {135, "a bus error"},
      {136, "an arithmetic error"},
      {137, "killed, often for lack of memory"},
      {139, "a segmentation fault"},
      {141, "a broken pipe"},
      {143, "ended by SIGTERM"},
      {255, "an error of the program, or an exit code out of range"},
      {3221225477, "an access violation"},
      {3221225786, "ended by Ctrl-C"},
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (known[i].code == code)
      return known[i].words;
  }
  return NULL;
}

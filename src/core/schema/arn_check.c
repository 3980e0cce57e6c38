#include "schema/arn_check.h"

#include <string.h>

#include "schema/arn.h"

/* How the resources of a service's ARNs begin, where an argument can only mean one kind of them. */
static const char *usual_resource(const char *service) {
  static const char *const kinds[][2] = {
      {"acm-pca", "certificate-authority/"}, {"elasticloadbalancing", "targetgroup/"}, {"iam", "role/"},
      {"servicediscovery", "service/"},      {"vpc-lattice", "targetgroup/"},
  };
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (strcmp(kinds[i][0], service) == 0)
      return kinds[i][1];
  }
  return "";
}

static void add_bad_arn(const char *service, const char *resource, const char *path, const char *problem,
                        ecs_diags *diags) {
  ecs_diag *diag = ecs_diags_add(diags, "BadArn", path, "%s", problem);
  bool global = strcmp(service, "iam") == 0;
  diag->allowed = ecs_arena_format(diags->arena, "arn:aws:%s:%s:123456789012:%s…", *service == '\0' ? "…" : service,
                                   global ? "" : "region", resource);
  diag->hint = ecs_arena_format(diags->arena, "give the whole ARN, which looks like %s",
                                diag->allowed == NULL ? "" : diag->allowed);
}

bool ecs_arn_check(const ecs_value *value, const char *service, const char *resource, const ecs_context *context,
                   const char *path, ecs_diags *diags) {
  ecs_arn arn;
  const char *text = ecs_value_text_or(value, "");
  if (resource == NULL)
    resource = usual_resource(service);
  const char *problem = "";
  if (!ecs_arn_parse(value, &arn))
    problem = ecs_arena_format(diags->arena, "\"%.200s\" is not an ARN", text);
  else if (*service != '\0' && !ecs_text_is(arn.service, service))
    problem = ecs_arena_format(diags->arena, "\"%.200s\" is an ARN of %.*s, not of %s", text, (int)arn.service.size,
                               arn.service.bytes, service);
  else if (*resource != '\0' && ecs_arn_after(&arn, resource).size == 0)
    problem = ecs_arena_format(diags->arena, "\"%.200s\" is not the ARN of a %.*s", text, (int)strlen(resource) - 1,
                               resource);
  if (problem == NULL)
    return false;
  if (*problem != '\0') {
    add_bad_arn(service, resource, path, problem, diags);
    return false;
  }
  if (context->partition != NULL && !ecs_text_is(arn.partition, context->partition)) {
    ecs_diag *diag = ecs_diags_add(diags, "WrongPartition", path, "the ARN is of the partition %.*s, not of %s",
                                   (int)arn.partition.size, arn.partition.bytes, context->partition);
    diag->allowed = ecs_arena_format(diags->arena, "arn:%s:…", context->partition);
    diag->hint = "name a resource of the partition in which the stack works, or set the stack's region";
    return false;
  }
  if (context->region != NULL && arn.region.size > 0 && !ecs_text_is(arn.region, context->region)) {
    ecs_diag *diag = ecs_diags_add(diags, "WrongRegion", path, "the ARN is of the region %.*s, not of %s",
                                   (int)arn.region.size, arn.region.bytes, context->region);
    ecs_diags_warn(diags, diag)->hint = "ECS can use what is in the service's own region only";
  }
  return true;
}

#include "task_definition/checks.h"

#include <string.h>

#include "task_definition/size.h"

static const char *text_of(const ecs_definition_check *c, const char *name) {
  return ecs_value_text_or(ecs_value_get(c->definition, name), "");
}

/* ECS wants both of a task that runs on Fargate, and only some of the pairs. */
static void check_fargate_size(ecs_definition_check *c) {
  const ecs_value *cpu = ecs_value_get(c->definition, "cpu"), *memory = ecs_value_get(c->definition, "memory");
  int64_t units = ecs_definition_units(cpu), mebibytes = ecs_definition_mebibytes(memory);
  if (cpu == NULL)
    ecs_definition_complain(c, "RequiredWith", "cpu", "set cpu to " ECS_DEFINITION_FARGATE_CPU,
                            "is required with FARGATE");
  if (memory == NULL)
    ecs_definition_complain(c, "RequiredWith", "memory", "set memory to what Fargate has for the cpu",
                            "is required with FARGATE");
  if (units >= 0 && !ecs_definition_is_fargate_cpu(units)) {
    ecs_definition_complain(c, "NotAllowed", "cpu", "use " ECS_DEFINITION_FARGATE_CPU,
                            "Fargate has no tasks of %lld units of CPU", (long long)units)
        ->allowed = ECS_DEFINITION_FARGATE_CPU;
    return;
  }
  if (units < 0 || mebibytes < 0 || ecs_definition_is_fargate_size(units, mebibytes))
    return;
  const char *allowed = ecs_definition_fargate_memory(c->arena, units);
  ecs_definition_complain(c, "NotAllowed", "memory", ecs_arena_format(c->arena, "use %s", allowed),
                          "Fargate has no tasks of %lld units of CPU with %lld MiB: with this cpu %s are possible",
                          (long long)units, (long long)mebibytes, allowed)
      ->allowed = allowed;
}

static void check_sizes(ecs_definition_check *c) {
  const ecs_value *cpu = ecs_value_get(c->definition, "cpu"), *memory = ecs_value_get(c->definition, "memory");
  int64_t units = ecs_definition_units(cpu);
  if (ecs_value_is(cpu, ECS_STRING) && units < 0)
    ecs_definition_complain(c, "BadPattern", "cpu", "write 1024, or \"1 vCPU\"", "\"%.40s\" is no amount of CPU",
                            ecs_value_text_or(cpu, ""));
  if (ecs_value_is(memory, ECS_STRING) && ecs_definition_mebibytes(memory) < 0)
    ecs_definition_complain(c, "BadPattern", "memory", "write 2048, or \"2 GB\"", "\"%.40s\" is no amount of memory",
                            ecs_value_text_or(memory, ""));
  if (c->ec2 && !c->fargate && units >= 0 && (units < 128 || units > 196608))
    ecs_definition_complain(c, "OutOfRange", "cpu", "use a number between 128 and 196608, or leave it out",
                            "%lld is not between 128 and 196608", (long long)units);
  if (c->fargate)
    check_fargate_size(c);
}

static void check_fargate(ecs_definition_check *c) {
  const char *mode = text_of(c, "network_mode"), *ipc = text_of(c, "ipc_mode"), *pid = text_of(c, "pid_mode");
  if (strcmp(mode, "awsvpc") != 0)
    ecs_definition_complain(c, "NotAllowed", "network_mode", "set network_mode to \"awsvpc\"",
                            "Fargate knows the network mode awsvpc only");
  if (strcmp(pid, "host") == 0)
    ecs_definition_complain(c, "NotAllowed", "pid_mode", "use \"task\", or remove it",
                            "is \"task\" or absent on Fargate");
  if (strcmp(ipc, "host") == 0 || strcmp(ipc, "task") == 0)
    ecs_definition_complain(c, "NotAllowed", "ipc_mode", "remove it", "is not for tasks on Fargate");
  if (!ecs_value_is_empty(ecs_value_get(c->definition, "placement_constraints")))
    ecs_definition_complain(c, "NotAllowed", "placement_constraints", "remove it",
                            "are not for tasks on Fargate: there are no instances to choose from");
}

static bool has(const ecs_value *block, const char *name) { return !ecs_value_is_null(ecs_value_get(block, name)); }

/* What a volume is, it is once. */
static void check_volume_kind(ecs_definition_check *c, const ecs_value *volume) {
  static const char *const kinds[] = {"host_path", "docker_volume_configuration", "efs_volume_configuration",
                                      "fsx_windows_file_server_volume_configuration", "s3files_volume_configuration"};
  const char *first = ecs_value_true(ecs_value_get(volume, "configure_at_launch")) ? "configure_at_launch" : NULL;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (!has(volume, kinds[i]))
      continue;
    if (first != NULL)
      ecs_definition_complain(c, "Conflict", kinds[i], ecs_arena_format(c->arena, "remove %s, or %s", first, kinds[i]),
                              "cannot be set together with %s", first);
    first = first == NULL ? kinds[i] : first;
  }
  if (c->fargate && has(volume, "host_path"))
    ecs_definition_complain(c, "NotAllowed", "host_path", "remove it: Fargate gives an empty directory",
                            "is not for tasks on Fargate");
  if (c->fargate && has(volume, "docker_volume_configuration"))
    ecs_definition_complain(c, "NotAllowed", "docker_volume_configuration", "remove it", "is not for tasks on Fargate");
}

static void check_volumes(ecs_definition_check *c) {
  size_t at_launch = 0;
  size_t before = ecs_path_key(&c->path, "volume");
  for (size_t i = 0; i < ecs_value_count(c->volumes); i++) {
    const ecs_value *volume = ecs_value_at(c->volumes, i), *name = ecs_value_get(volume, "name");
    size_t here = ecs_path_index(&c->path, i + 1);
    ecs_definition_check_name(c, "name", name);
    ecs_definition_check_place(c, c->volume_places, name, i, "volume");
    check_volume_kind(c, volume);
    if (ecs_value_true(ecs_value_get(volume, "configure_at_launch")) && at_launch++ > 0)
      ecs_definition_complain(c, "TooMany", "configure_at_launch", "keep one such volume",
                              "only one volume of a revision is configured at launch");
    ecs_path_back(&c->path, here);
  }
  ecs_path_back(&c->path, before);
}

static void check_proxy(ecs_definition_check *c) {
  const ecs_value *name = ecs_value_get_path(c->definition, "proxy_configuration.container_name");
  if (name != NULL && ecs_value_get(c->container_places, ecs_value_text_or(name, "")) == NULL)
    ecs_definition_complain(c, "NotFound", "proxy_configuration.container_name", "name one of the containers",
                            "there is no container \"%.200s\"", ecs_value_text_or(name, ""));
}

static const ecs_value *list_of(const ecs_value *map, const char *name) {
  const ecs_value *value = ecs_value_get(map, name);
  return ecs_value_is(value, ECS_LIST) ? value : NULL;
}

/* From the name of each to its place: of several with one name, the first. */
static const ecs_value *places_of(ecs_arena *arena, const ecs_value *list) {
  ecs_value *places = ecs_value_map(arena);
  for (size_t i = ecs_value_count(list); i-- > 0;) {
    const ecs_value *name = ecs_value_get(ecs_value_at(list, i), "name");
    if (ecs_value_is(name, ECS_STRING))
      ecs_value_setn(arena, places, name->as.string.bytes, name->as.string.size, ecs_value_int(arena, (int64_t)i));
  }
  return places;
}

void ecs_definition_check_all(ecs_arena *arena, const ecs_value *definition, ecs_diags *diags) {
  const ecs_value *types = list_of(definition, "requires_compatibilities");
  ecs_definition_check c = {.arena = arena,
                            .diags = diags,
                            .definition = definition,
                            .containers = list_of(definition, "container_definitions"),
                            .volumes = list_of(definition, "volume"),
                            .network_mode = ecs_value_text_or(ecs_value_get(definition, "network_mode"), "bridge"),
                            .fargate = ecs_value_holds_text(types, "FARGATE"),
                            .ec2 = ecs_value_holds_text(types, "EC2")};
  c.container_places = places_of(arena, c.containers);
  c.volume_places = places_of(arena, c.volumes);
  ecs_path_init(&c.path);
  ecs_definition_check_name(&c, "family", ecs_value_get(definition, "family"));
  check_sizes(&c);
  if (c.fargate)
    check_fargate(&c);
  ecs_definition_check_containers(&c);
  check_volumes(&c);
  check_proxy(&c);
}

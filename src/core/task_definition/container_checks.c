/* Checks of containers, of what they name of each other, and of what their network mode and Fargate allow. */
#include <string.h>

#include "base/nearest.h"
#include "task_definition/checks.h"
#include "task_definition/circles.h"
#include "task_definition/size.h"

static bool mode_is(const ecs_definition_check *c, const char *mode) { return strcmp(c->network_mode, mode) == 0; }

static const char *text_of(const ecs_value *block, const char *name) {
  return ecs_value_text_or(ecs_value_get(block, name), "");
}

static const ecs_value *list_of(const ecs_value *map, const char *name) {
  const ecs_value *value = ecs_value_get(map, name);
  return ecs_value_is(value, ECS_LIST) ? value : NULL;
}

static const ecs_value *container_of(const ecs_definition_check *c, const char *name) {
  int64_t place = ecs_value_int_or(ecs_value_get(c->container_places, name), -1);
  return place < 0 ? NULL : ecs_value_at(c->containers, (size_t)place);
}

static bool is_essential(const ecs_value *container) {
  const ecs_value *essential = ecs_value_get(container, "essential");
  return essential == NULL || ecs_value_true(essential);
}

/* So many names are looked at for the nearest one, of however many there are. */
#define LOOKED_AT 200

/* A name of a list that is not there, with the nearest that is. */
static void complain_of_name(ecs_definition_check *c, const char *member, const char *what, const char *name,
                             const ecs_value *list) {
  ecs_nearest nearest = {.word = name, .size = strlen(name)};
  for (size_t i = 0; i < ecs_value_count(list) && i < LOOKED_AT; i++)
    ecs_nearest_offer(&nearest, text_of(ecs_value_at(list, i), "name"));
  ecs_definition_complain(c, "NotFound", member,
                          nearest.best == NULL ? ecs_arena_format(c->arena, "name one of the %ss", what)
                                               : ecs_arena_format(c->arena, "write \"%s\"", nearest.best),
                          "there is no %s \"%.200s\"", what, name);
}

static void check_port_name(ecs_definition_check *c, const ecs_value *mapping) {
  const char *name = text_of(mapping, "name");
  bool good = *name != '-';
  for (const char *at = name; *at != '\0'; at++)
    good = good && ((*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9') || *at == '-' || *at == '_');
  if (!good)
    ecs_definition_complain(c, "BadPattern", "name", "write it in small letters, without a hyphen at the start",
                            "\"%.64s\" may have small letters, digits, hyphens and underscores only, and no hyphen "
                            "at the start",
                            name);
}

static bool read_port(const char **text, long *port) {
  const char *at = *text;
  for (*port = 0; *at >= '0' && *at <= '9' && *port <= 65535; at++)
    *port = *port * 10 + (*at - '0');
  bool good = at != *text && *port >= 1 && *port <= 65535;
  *text = at;
  return good;
}

static void check_port_range(ecs_definition_check *c, const ecs_value *mapping) {
  const char *text = text_of(mapping, "container_port_range"), *at = text;
  long first, last;
  if (ecs_value_get(mapping, "container_port_range") == NULL)
    return;
  if (!read_port(&at, &first) || *at++ != '-' || !read_port(&at, &last) || *at != '\0' || first > last)
    ecs_definition_complain(c, "BadPattern", "container_port_range", "write it as \"8000-8010\"",
                            "\"%.40s\" is no range of ports", text);
  if (!mode_is(c, "bridge") && !mode_is(c, "awsvpc"))
    ecs_definition_complain(c, "NotAllowed", "container_port_range", "name single ports",
                            "is for the network modes bridge and awsvpc");
  if (ecs_value_get(mapping, "host_port") != NULL)
    ecs_definition_complain(c, "Conflict", "host_port", "remove host_port",
                            "cannot be set together with container_port_range");
  if (ecs_value_get(mapping, "container_port") != NULL)
    ecs_definition_complain(c, "Conflict", "container_port", "remove one of the two",
                            "cannot be set together with container_port_range");
}

static void check_port(ecs_definition_check *c, const ecs_value *mapping) {
  const ecs_value *port = ecs_value_get(mapping, "container_port"), *host = ecs_value_get(mapping, "host_port");
  check_port_name(c, mapping);
  check_port_range(c, mapping);
  if (port == NULL && ecs_value_get(mapping, "container_port_range") == NULL)
    ecs_definition_complain(c, "Missing", "container_port", "set container_port", "is required");
  bool same = mode_is(c, "awsvpc") || mode_is(c, "host");
  if (same && ecs_value_int_or(host, 0) != 0 && ecs_value_is(port, ECS_INT) && !ecs_value_equal(host, port))
    ecs_definition_complain(
        c, "NotAllowed", "host_port",
        ecs_arena_format(c->arena, "remove host_port, or set it to %lld", (long long)ecs_value_int_or(port, 0)),
        "with network_mode = \"%s\" it is the container's port or absent", c->network_mode);
}

static void check_ports(ecs_definition_check *c, const ecs_value *container) {
  const ecs_value *ports = list_of(container, "port_mappings");
  size_t before = ecs_path_key(&c->path, "port_mappings"), ranges = 0;
  if (mode_is(c, "none") && ecs_value_count(ports) > 0)
    ecs_definition_complain(c, "NotAllowed", "", "remove it, or choose another network_mode",
                            "is not for network_mode = \"none\"");
  for (size_t i = 0; i < ecs_value_count(ports); i++) {
    size_t here = ecs_path_index(&c->path, i + 1);
    check_port(c, ecs_value_at(ports, i));
    ranges += ecs_value_get(ecs_value_at(ports, i), "container_port_range") != NULL;
    ecs_path_back(&c->path, here);
  }
  if (ranges > 100)
    ecs_definition_complain(c, "TooMany", "", "keep at most 100", "%zu ranges of ports are more than 100", ranges);
  ecs_path_back(&c->path, before);
}

/* Service Connect and VPC Lattice find a port by its name. */
static void check_port_names(ecs_definition_check *c) {
  ecs_value *seen = ecs_value_map(c->arena);
  for (size_t i = 0; i < ecs_value_count(c->containers); i++) {
    const ecs_value *ports = list_of(ecs_value_at(c->containers, i), "port_mappings");
    for (size_t j = 0; j < ecs_value_count(ports); j++) {
      const char *name = text_of(ecs_value_at(ports, j), "name");
      const char *path = ecs_arena_format(c->arena, "container_definitions[%zu].port_mappings[%zu].name", i + 1, j + 1);
      if (*name != '\0' && ecs_value_get(seen, name) != NULL)
        ecs_diags_add(c->diags, "Duplicate", path, "another port is called \"%.64s\" already", name)->hint =
            "give each port a name of its own";
      if (*name != '\0')
        ecs_value_set(c->arena, seen, name, ecs_value_bool(c->arena, true));
    }
  }
}

static void check_network(ecs_definition_check *c, const ecs_value *container) {
  static const char *const foreign[] = {"links", "hostname", "extra_hosts"};
  for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
    bool forbidden = mode_is(c, "awsvpc") || (i == 0 && !mode_is(c, "bridge"));
    if (forbidden && !ecs_value_is_empty(ecs_value_get(container, foreign[i])))
      ecs_definition_complain(c, "NotAllowed", foreign[i], "remove it, or choose another network_mode",
                              "is not for network_mode = \"%s\"", c->network_mode);
  }
  const ecs_value *links = list_of(container, "links");
  for (size_t i = 0; i < ecs_value_count(links); i++) {
    const char *link = ecs_value_text_or(ecs_value_at(links, i), "");
    const char *name = ecs_arena_format(c->arena, "%.*s", (int)strcspn(link, ":"), link);
    size_t before = ecs_path_key(&c->path, "links");
    ecs_path_index(&c->path, i + 1);
    if (name != NULL && container_of(c, name) == NULL)
      complain_of_name(c, "", "container", name, c->containers);
    ecs_path_back(&c->path, before);
  }
}

static void check_depends(ecs_definition_check *c, const ecs_value *container) {
  const ecs_value *list = list_of(container, "depends_on");
  size_t before = ecs_path_key(&c->path, "depends_on");
  for (size_t i = 0; i < ecs_value_count(list); i++) {
    const ecs_value *item = ecs_value_at(list, i);
    const char *name = text_of(item, "container_name"), *condition = text_of(item, "condition");
    const ecs_value *other = container_of(c, name);
    bool ends = strcmp(condition, "SUCCESS") == 0 || strcmp(condition, "COMPLETE") == 0;
    size_t here = ecs_path_index(&c->path, i + 1);
    if (*name != '\0' && other == NULL)
      complain_of_name(c, "container_name", "container", name, c->containers);
    if (other != NULL && other == container)
      ecs_definition_complain(c, "NotAllowed", "container_name", "remove it", "a container cannot wait for itself");
    if (other != NULL && ends && is_essential(other))
      ecs_definition_complain(c, "NotAllowed", "condition", "set essential = false there, or wait for START or HEALTHY",
                              "\"%.200s\" is essential: the task ends when it does", name);
    if (other != NULL && strcmp(condition, "HEALTHY") == 0 && ecs_value_get(other, "health_check") == NULL)
      ecs_definition_complain(c, "RequiredWith", "condition", "give it a health_check, or wait for START",
                              "\"%.200s\" has no health_check", name);
    ecs_path_back(&c->path, here);
  }
  ecs_path_back(&c->path, before);
}

static void check_mounts(ecs_definition_check *c, const ecs_value *container) {
  const ecs_value *mounts = list_of(container, "mount_points"), *from = list_of(container, "volumes_from");
  for (size_t i = 0; i < ecs_value_count(mounts); i++) {
    const char *name = text_of(ecs_value_at(mounts, i), "source_volume");
    size_t before = ecs_path_key(&c->path, "mount_points");
    ecs_path_index(&c->path, i + 1);
    if (*name != '\0' && ecs_value_get(c->volume_places, name) == NULL)
      complain_of_name(c, "source_volume", "volume", name, c->volumes);
    ecs_path_back(&c->path, before);
  }
  for (size_t i = 0; i < ecs_value_count(from); i++) {
    const char *name = text_of(ecs_value_at(from, i), "source_container");
    size_t before = ecs_path_key(&c->path, "volumes_from");
    ecs_path_index(&c->path, i + 1);
    if (*name != '\0' && container_of(c, name) == NULL)
      complain_of_name(c, "source_container", "container", name, c->containers);
    ecs_path_back(&c->path, before);
  }
}

static void check_memory(ecs_definition_check *c, const ecs_value *container) {
  int64_t memory = ecs_value_int_or(ecs_value_get(container, "memory"), 0);
  int64_t kept = ecs_value_int_or(ecs_value_get(container, "memory_reservation"), 0);
  int64_t task = ecs_definition_mebibytes(ecs_value_get(c->definition, "memory"));
  if (memory > 0 && kept > 0 && memory <= kept)
    ecs_definition_complain(c, "OutOfRange", "memory_reservation", "keep less than memory",
                            "%lld is not below memory, %lld", (long long)kept, (long long)memory);
  if (memory == 0 && kept == 0 && ecs_value_get(c->definition, "memory") == NULL)
    ecs_definition_complain(c, "Missing", "memory", "set memory or memory_reservation, or the task's memory",
                            "the container has neither memory nor memory_reservation, and the task has no memory");
  if (task > 0 && memory > task)
    ecs_definition_complain(c, "OutOfRange", "memory", "raise the task's memory, or lower this",
                            "%lld MiB are more than the task has, %lld", (long long)memory, (long long)task);
}

static void check_health(ecs_definition_check *c, const ecs_value *container) {
  const ecs_value *command = ecs_value_get_path(container, "health_check.command");
  const char *first = ecs_value_text_or(ecs_value_at(command, 0), NULL);
  if (first != NULL && strcmp(first, "CMD") != 0 && strcmp(first, "CMD-SHELL") != 0)
    ecs_definition_complain(c, "BadPattern", "health_check.command", "write { \"CMD-SHELL\", \"…\" }",
                            "begins with CMD or CMD-SHELL, not with \"%.40s\"", first);
}

static bool is_among(const char *word, const char *const *words) {
  for (; *words != NULL; words++) {
    if (strcmp(word, *words) == 0)
      return true;
  }
  return false;
}

static void check_log(ecs_definition_check *c, const ecs_value *container) {
  static const char *const fargate[] = {"awslogs", "awsfirelens", "splunk", "", NULL};
  const ecs_value *log = ecs_value_get(container, "log_configuration"), *options = ecs_value_get(log, "options");
  const char *driver = text_of(log, "log_driver");
  if (c->fargate && !is_among(driver, fargate))
    ecs_definition_complain(c, "NotAllowed", "log_configuration.log_driver", "use awslogs, awsfirelens or splunk",
                            "%s is not for tasks on Fargate", driver);
  if (strcmp(driver, "awslogs") != 0)
    return;
  static const char *const needed[] = {"awslogs-group", "awslogs-region", "awslogs-stream-prefix"};
  for (size_t i = 0; i < (c->fargate ? 3u : 2u); i++) {
    if (ecs_value_is_empty(ecs_value_get(options, needed[i])))
      ecs_definition_complain(c, "Missing", "log_configuration.options",
                              ecs_arena_format(c->arena, "set [\"%s\"]", needed[i]), "awslogs%s needs %s",
                              i == 2 ? " on Fargate" : "", needed[i]);
  }
}

/* One name in the container's surroundings, from two places. */
static void check_environment(ecs_definition_check *c, const ecs_value *container) {
  const ecs_value *secrets = ecs_value_get(container, "secrets");
  for (size_t i = 0; ecs_value_is(secrets, ECS_MAP) && i < secrets->as.map.count; i++) {
    const char *name = secrets->as.map.entries[i].key;
    size_t before = ecs_path_key(&c->path, "secrets");
    ecs_path_key(&c->path, name);
    if (ecs_value_get(ecs_value_get(container, "environment"), name) != NULL)
      ecs_definition_complain(c, "Conflict", "", "remove one of the two", "stands in environment too");
    ecs_path_back(&c->path, before);
  }
}

static void refuse_on_fargate(ecs_definition_check *c, const ecs_value *container, const char *member) {
  const ecs_value *value = ecs_value_get_path(container, member);
  bool set = ecs_value_is(value, ECS_BOOL) ? ecs_value_true(value) : !ecs_value_is_empty(value);
  if (set)
    ecs_definition_complain(c, "NotAllowed", member, "remove it", "is not for tasks on Fargate");
}

static void check_fargate(ecs_definition_check *c, const ecs_value *container) {
  static const char *const foreign[] = {"privileged",
                                        "docker_security_options",
                                        "linux_parameters.devices",
                                        "linux_parameters.shared_memory_size",
                                        "linux_parameters.max_swap",
                                        "linux_parameters.swappiness"};
  for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
    refuse_on_fargate(c, container, foreign[i]);
  const ecs_value *added = ecs_value_get_path(container, "linux_parameters.capabilities.add");
  for (size_t i = 0; i < ecs_value_count(added); i++) {
    if (!ecs_value_is_text(ecs_value_at(added, i), "SYS_PTRACE"))
      ecs_definition_complain(c, "NotAllowed", "linux_parameters.capabilities.add", "keep SYS_PTRACE only",
                              "Fargate gives SYS_PTRACE only, not %.40s",
                              ecs_value_text_or(ecs_value_at(added, i), ""));
  }
  if (ecs_value_int_or(ecs_value_get(container, "stop_timeout"), 0) > 120)
    ecs_definition_complain(c, "OutOfRange", "stop_timeout", "use at most 120", "Fargate waits at most 120 seconds");
  const ecs_value *needs = list_of(container, "resource_requirements");
  for (size_t i = 0; i < ecs_value_count(needs); i++) {
    if (ecs_value_is_text(ecs_value_get(ecs_value_at(needs, i), "type"), "GPU"))
      ecs_definition_complain(c, "NotAllowed", "resource_requirements", "remove it", "Fargate has no GPUs");
  }
}

static void check_container(ecs_definition_check *c, const ecs_value *container, size_t index, bool circular) {
  const ecs_value *name = ecs_value_get(container, "name");
  ecs_definition_check_name(c, "name", name);
  ecs_definition_check_place(c, c->container_places, name, index, "container");
  if (ecs_value_is_empty(ecs_value_get(container, "image")))
    ecs_definition_complain(c, "Missing", "image", "set image to repository:tag", "is required");
  check_memory(c, container);
  check_ports(c, container);
  check_network(c, container);
  check_depends(c, container);
  if (circular)
    ecs_definition_complain(c, "DependencyCycle", "depends_on", "remove one of the dependencies of the circle",
                            "the container waits, by others, for itself");
  check_mounts(c, container);
  check_health(c, container);
  check_log(c, container);
  check_environment(c, container);
  if (c->fargate)
    check_fargate(c, container);
}

static void check_sum(ecs_definition_check *c) {
  int64_t task = ecs_definition_units(ecs_value_get(c->definition, "cpu")), sum = 0;
  for (size_t i = 0; i < ecs_value_count(c->containers); i++)
    sum += ecs_value_int_within(ecs_value_get(ecs_value_at(c->containers, i), "cpu"), 0, INT32_MAX, 0);
  if (task > 0 && sum > task)
    ecs_definition_complain(c, "OutOfRange", "cpu", "raise the task's cpu, or lower those of the containers",
                            "the containers have %lld units of CPU, the task %lld", (long long)sum, (long long)task);
}

void ecs_definition_check_containers(ecs_definition_check *c) {
  bool essential = ecs_value_count(c->containers) == 0;
  const bool *circular = ecs_definition_circles(c->arena, c->containers, c->container_places);
  size_t before = ecs_path_key(&c->path, "container_definitions");
  for (size_t i = 0; i < ecs_value_count(c->containers); i++) {
    const ecs_value *container = ecs_value_at(c->containers, i);
    size_t here = ecs_path_index(&c->path, i + 1);
    if (ecs_value_is(container, ECS_MAP))
      check_container(c, container, i, circular != NULL && circular[i]);
    essential = essential || is_essential(container);
    ecs_path_back(&c->path, here);
  }
  if (!essential)
    ecs_definition_complain(c, "Missing", "", "leave essential out of the container that the task is about",
                            "no container is essential: a task has at least one");
  ecs_path_back(&c->path, before);
  check_sum(c);
  check_port_names(c);
}

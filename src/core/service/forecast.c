#include "service/forecast.h"

#include <string.h>

#include "service/rollout.h"

int64_t ecs_forecast_least(int64_t tasks, int64_t minimum_percent) { return (tasks * minimum_percent + 99) / 100; }

int64_t ecs_forecast_most(int64_t tasks, int64_t maximum_percent) { return tasks * maximum_percent / 100; }

static int64_t lesser(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t greater(int64_t a, int64_t b) { return a > b ? a : b; }

/* What the scheduler does again and again: it stops what may be missed, and starts what there is room for. All that a
** step starts becomes healthy before the next, for nothing else makes room. Percents are whole, so there are a few
** hundred steps at most, however many tasks there are. */
void ecs_forecast_roll(int64_t before, int64_t after, int64_t least, int64_t most, ecs_course *course) {
  int64_t old = before, fresh = 0, stopped, started;
  *course = (ecs_course){.fewest = before, .most = before};
  do {
    stopped = lesser(old, greater(old + fresh - least, 0));
    old -= stopped;
    course->fewest = lesser(course->fewest, old + fresh);
    int64_t lacking = after - fresh, room = old > 0 ? most - old - fresh : lacking;
    started = greater(lesser(lacking, room), 0);
    fresh += started;
    course->most = greater(course->most, old + fresh);
    course->steps += started > 0;
  } while (stopped + started > 0);
  course->stuck = old > 0 || fresh < after;
}

typedef struct forecaster {
  ecs_warning_case about;
  ecs_arena *arena;
  ecs_value *change, *deployment;
  const char *action;
} forecaster;

static void put(forecaster *f, ecs_value *map, const char *key, int64_t integer) {
  ecs_value_set(f->arena, map, key, ecs_value_int(f->arena, integer));
}

static void put_pair(forecaster *f, const char *name, const char *first, int64_t a, const char *second, int64_t b) {
  ecs_value *map = ecs_value_map(f->arena);
  put(f, map, first, a);
  put(f, map, second, b);
  ecs_value_set(f->arena, f->deployment, name, map);
}

static void put_text(forecaster *f, const char *name, const char *text) {
  ecs_value_set(f->arena, f->deployment, name, ecs_value_text(f->arena, text));
}

static bool is(const forecaster *f, const char *action) { return strcmp(f->action, action) == 0; }

/* A list of names as a sentence has it: a, b and c. */
static const char *in_words(ecs_arena *arena, const ecs_value *names) {
  const char *text = "";
  size_t count = ecs_value_count(names);
  for (size_t i = 0; i < count; i++) {
    const char *between = i == 0 ? "" : i + 1 == count ? " and " : ", ";
    text = ecs_arena_format(arena, "%s%s%s", text, between, ecs_value_text_or(ecs_value_at(names, i), ""));
    if (text == NULL)
      return "";
  }
  return text;
}

static const char *why_not_create(const ecs_warning_case *about) {
  if (about->will.traits.controller == ECS_CONTROLLER_CODE_DEPLOY)
    return "ECS starts the first tasks; from then on CodeDeploy deploys";
  return "no task runs before a task set is made: the EXTERNAL deployment controller leaves that to others";
}

static const char *why_none(forecaster *f) {
  if (is(f, "delete"))
    return f->about.in->gone ? "there is nothing left to stop" : "its tasks are stopped, none is started";
  if (is(f, "create") || is(f, "replace"))
    return why_not_create(&f->about);
  const ecs_value *changed = ecs_value_get(f->change, "changed");
  if (ecs_value_count(changed) == 0)
    return "tags change without touching a task";
  if (f->about.will.traits.controller != ECS_CONTROLLER_ECS)
    return ecs_arena_format(f->arena, "ECS changes %s without a deployment; those are up to the %s controller",
                            in_words(f->arena, changed), ecs_traits_controller(&f->about.will.traits));
  const char *rules =
      ecs_value_holds_text(changed, "deployment_configuration") ? "; the strategy rules the next one" : "";
  return ecs_arena_format(f->arena, "ECS changes %s without a deployment%s", in_words(f->arena, changed), rules);
}

/* The paths of the differences that wait, each once. */
static void put_waits(forecaster *f) {
  ecs_value *paths = ecs_value_list(f->arena);
  const ecs_value *diff = ecs_value_get(f->change, "diff");
  for (size_t i = 0; i < ecs_value_count(diff); i++) {
    const ecs_value *entry = ecs_value_at(diff, i);
    if (ecs_value_true(ecs_value_get(entry, "waits_for_deployment")))
      ecs_value_push(f->arena, paths, ecs_value_get(entry, "path"));
  }
  if (ecs_value_count(paths) > 0)
    ecs_value_set(f->arena, f->deployment, "waits", paths);
}

/* All new tasks beside the old ones, which stay until the traffic has gone over to them. */
static ecs_course beside(int64_t was, int64_t will) {
  return (ecs_course){.fewest = lesser(was, will), .most = was + will, .steps = will > 0};
}

static void find_course(forecaster *f) {
  ecs_warning_case *about = &f->about;
  int64_t was = about->was.tasks, will = about->will.tasks;
  about->least = ecs_forecast_least(will, about->will.minimum);
  about->most = ecs_forecast_most(will, about->will.maximum);
  if (about->will.stages.strategy == NULL)
    ecs_forecast_roll(will, will, about->least, about->most, &about->next);
  else
    about->next = beside(will, will);
  if (is(f, "replace") && !about->away)
    about->course = (ecs_course){.fewest = lesser(was, will), .most = was + will, .steps = will > 0};
  else if (is(f, "replace"))
    about->course = (ecs_course){.most = greater(was, will), .steps = will > 0};
  else if (about->shifts)
    about->course = beside(was, will);
  else if (is(f, "update") && about->starts)
    ecs_forecast_roll(was, will, about->least, about->most, &about->course);
  else
    about->course = (ecs_course){.fewest = lesser(was, will), .most = greater(was, will), .steps = will > was};
}

static void put_counts(forecaster *f) {
  const ecs_warning_case *about = &f->about;
  put_pair(f, "tasks", "before", about->was.tasks, "after", about->will.tasks);
  if (about->will.traits.controller == ECS_CONTROLLER_EXTERNAL)
    return; /* how many of them run is for the task sets to say */
  put_pair(f, "running", "fewest", about->course.fewest, "most", about->course.most);
  put(f, f->deployment, "steps", about->course.steps);
  if (about->course.stuck)
    ecs_value_set(f->arena, f->deployment, "stuck", ecs_value_bool(f->arena, true));
}

static void put_breaker(forecaster *f) {
  const ecs_rollout *will = &f->about.will;
  if (!will->breaker)
    return;
  ecs_value *breaker = ecs_value_map(f->arena);
  /* The first deployment of a service has none before it to go back to. */
  bool back = will->breaker_rollback && is(f, "update");
  ecs_value_set(f->arena, breaker, "rollback", ecs_value_bool(f->arena, back));
  if (will->counted)
    put(f, breaker, "threshold", will->threshold);
  ecs_value_set(f->arena, f->deployment, "circuit_breaker", breaker);
}

static void put_strategy(forecaster *f) {
  const ecs_value *config = f->about.in->config;
  ecs_value *strategy = ecs_stages_value(f->arena, &f->about.will.stages);
  const ecs_value *timeout = ecs_value_get_path(config, "timeouts.update");
  if (ecs_value_true(ecs_value_get(config, "wait_for_steady_state")))
    put(f, strategy, "timeout_seconds", ecs_value_int_or(timeout, 20 * 60));
  ecs_value_set(f->arena, f->deployment, "strategy", strategy);
}

static void put_gates(forecaster *f) {
  const ecs_rollout *will = &f->about.will;
  put_breaker(f);
  if (will->alarms > 0) {
    ecs_value *alarms = ecs_value_map(f->arena);
    put(f, alarms, "count", (int64_t)will->alarms);
    ecs_value_set(f->arena, alarms, "rollback", ecs_value_bool(f->arena, will->alarms_rollback));
    ecs_value_set(f->arena, f->deployment, "alarms", alarms);
  }
  if (will->grace > 0 && will->balancers > 0)
    put(f, f->deployment, "grace_period", will->grace);
  if (will->balancers > 0)
    put(f, f->deployment, "load_balancers", (int64_t)will->balancers);
  put_text(f, "healthy_when",
           will->balancers > 0 ? "its load balancers and, where it has one, its container health check say so"
                               : "its container health check says so, or 40 s after it is RUNNING where it has none");
  if (f->about.shifts) {
    put_strategy(f);
    return;
  }
  put_pair(f, "percents", "minimum", will->minimum, "maximum", will->maximum);
  if (will->counted)
    put_pair(f, "limits", "least", f->about.least, "most", f->about.most);
}

static void put_downtime(forecaster *f) {
  const ecs_value *seconds = ecs_value_get(f->about.in->facts, "usual_seconds");
  if (!f->about.away || (f->about.was.counted && f->about.was.tasks == 0))
    return;
  ecs_value *downtime = ecs_value_map(f->arena);
  if (ecs_value_is(seconds, ECS_INT))
    put(f, downtime, "seconds", seconds->as.integer);
  ecs_value_set(f->arena, f->deployment, "downtime", downtime);
}

static void tell(forecaster *f) {
  const ecs_warning_case *about = &f->about;
  put_text(f, "controller", ecs_traits_controller(&about->will.traits));
  if (about->will.traits.daemon)
    ecs_value_set(f->arena, f->deployment, "daemon", ecs_value_bool(f->arena, true));
  if (!about->starts)
    put_text(f, "because", why_none(f));
  put_waits(f);
  if (about->was.counted && about->will.counted)
    put_counts(f);
  if (about->starts)
    put_gates(f);
  put_downtime(f);
}

void ecs_forecast(ecs_arena *arena, const ecs_forecast_input *input, ecs_value *change, ecs_diags *diags) {
  forecaster f = {.arena = arena, .change = change, .deployment = ecs_value_get(change, "deployment")};
  f.action = ecs_value_text_or(ecs_value_get(change, "action"), "");
  const char *steps = ecs_value_text_or(ecs_value_get(change, "steps"), "");
  f.about = (ecs_warning_case){.arena = arena,
                               .in = input,
                               .action = f.action,
                               .before = ecs_value_get(change, "before"),
                               .after = ecs_value_get(change, "after"),
                               .left = ecs_value_get(change, "left"),
                               .why = ecs_value_get(f.deployment, "why"),
                               .starts = ecs_value_true(ecs_value_get(f.deployment, "starts")),
                               .away = is(&f, "replace") && strcmp(steps, "delete,create") == 0};
  bool made = is(&f, "create") || is(&f, "replace");
  ecs_rollout_of(f.about.before, input->facts, false, &f.about.was);
  ecs_rollout_of(is(&f, "delete") ? f.about.before : f.about.after, input->facts, made, &f.about.will);
  if (is(&f, "delete"))
    f.about.will.tasks = 0;
  if (f.about.before == NULL || input->gone) {
    f.about.was.counted = true;
    f.about.was.tasks = 0;
  }
  f.about.shifts = is(&f, "update") && f.about.starts && f.about.will.stages.strategy != NULL;
  find_course(&f);
  if (!is(&f, "no-op"))
    tell(&f);
  ecs_warnings_add(&f.about, diags);
}

/* The binding with the core's memory failing below it: each function is run with the first, the second, … allocation of the
** core and the binding failing (the linker's --wrap brings them here; Lua's own are not met), until one run passes. Each
** must end in an error that says so, or in the answer that it has with memory: never in another. */
#define _XOPEN_SOURCE 700 /* for terminals of its own */
#include <fcntl.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "harness.h"

int luaopen_ecs_service_core(lua_State *L);

static long calls, fail_at; /* counted from 1; 0: none fails */

static bool fails(void) { return fail_at != 0 && ++calls == fail_at; }

/* Blocks that are out. */
static long out;

static void *counted(void *block) {
  out += block != NULL;
  return block;
}

void __real_free(void *block);
void __wrap_free(void *block);
void __wrap_free(void *block) {
  out -= block != NULL;
  __real_free(block);
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size) { return fails() ? NULL : counted(__real_malloc(size)); }
void *__wrap_calloc(size_t count, size_t size) { return fails() ? NULL : counted(__real_calloc(count, size)); }
void *__wrap_realloc(void *block, size_t size) {
  if (fails())
    return NULL;
  void *wider = __real_realloc(block, size);
  out += block == NULL && wider != NULL;
  return wider;
}

/* What is written to the disk for good: files, and folders. */
static int synced_files, synced_folders;

int __real_fsync(int file);
int __wrap_fsync(int file);
int __wrap_fsync(int file) {
  struct stat what;
  if (fstat(file, &what) == 0 && S_ISDIR(what.st_mode))
    synced_folders++;
  else
    synced_files++;
  return __real_fsync(file);
}

/* What is wiped: whether it held a text that is looked for. */
static const char *wanted;
static size_t wiped;

void __real_OPENSSL_cleanse(void *memory, size_t size);
void __wrap_OPENSSL_cleanse(void *memory, size_t size);
void __wrap_OPENSSL_cleanse(void *memory, size_t size) {
  size_t length = wanted == NULL ? 0 : strlen(wanted);
  for (size_t i = 0; length > 0 && i + length <= size; i++)
    wiped += memcmp((const char *)memory + i, wanted, length) == 0;
  __real_OPENSSL_cleanse(memory, size);
}

/* Functions without arguments; what they answer, as text, is the same each time. */
static const char script[] =
    "local core = ...\n"
    "local cases = {}\n"
    "local function list(count) local t = {} for i = 1, count do t[i] = i % 7 end return t end\n"
    "local function map(count) local t = {} for i = 1, count do t['key ' .. i] = i % 7 end return t end\n"
    "local config = { name = 'web', cluster = 'prod', task_definition = 'web:7', desired_count = 3, tags = {} }\n"
    "for i = 1, 40 do config.tags['key ' .. i] = 'value' end\n"
    "local keys = { access_key_id = 'AKID', secret_access_key = 's', session_token = 't' }\n"
    "local how = { service = 's3', region = 'r', time = 1 }\n"
    "local headers = {} for i = 1, 70 do headers['X-H-' .. i] = tostring(i) end\n"
    "local request = { method = 'GET', url = 'https://h/p?a=b/c&d', headers = headers, body = 'x' }\n"
    "local service = { serviceName = 'web', status = 'ACTIVE', desiredCount = 1, runningCount = 1, pendingCount = 0,\n"
    "  serviceArn = 'arn:aws:ecs:r:1:service/prod/web', taskDefinition = 'web:7', events = list(0), tags = { { key = "
    "'a', value = 'b' } },\n"
    "  deployments = { { id = 'd', status = 'PRIMARY', desiredCount = 1, runningCount = 1, pendingCount = 0, createdAt "
    "= 1 } } }\n"
    "function cases.same_of_lists_that_differ_at_the_end() return tostring(core.same(list(65537), list(65536))) end\n"
    "function cases.same_of_short_lists() return tostring(core.same({ 1, 2, { 3 } }, { 1, 2, {} })) end\n"
    "function cases.same_of_maps() return tostring(core.same(map(3000), map(2999))) end\n"
    "function cases.json() return core.json(map(3000), 2) end\n"
    "function cases.read_json() return core.json(core.read_json(core.json(map(3000)))) end\n"
    "function cases.schema() return tostring(#core.schema('service')) end\n"
    "function cases.validate() return core.json { core.validate('service', config, {}) } end\n"
    "function cases.validate_in_a_store() return core.json(core.table((core.validate('service', config, {}, "
    "core.store())))) end\n"
    "function cases.refuse() return core.json { select(2, core.validate('service', { name = 'web', tags = { a = { "
    "print } } }, "
    "{})) } end\n"
    "function cases.plan() return core.json { core.plan('service', { config = config, refreshed = true }) } end\n"
    "function cases.request()\n"
    "  return (core.request('create', { after = config, client_token = 't' })) or ''\n"
    "end\n"
    "function cases.flatten() return core.json(core.flatten('service', { answer = service })) end\n"
    "function cases.explain() return core.json(core.explain { service = service, events = list(0) }) end\n"
    "function cases.sign() return core.sign(request, keys, how).Authorization end\n"
    "function cases.presign() return (core.presign(request, keys, how)) end\n"
    "function cases.a_signer() return core.signer():sign(request, keys, how).Authorization end\n"
    "function cases.judge() return core.json(core.judge(400, { date = 'x' }, { code = 'ThrottlingException', message = "
    "'m' }, 1)) end\n"
    "function cases.pace() return core.json(core.pace()) end\n"
    "function cases.engine()\n"
    "  local engine, told = core.engine { seed = 1, default_tags = config.tags }, {}\n"
    "  local body = { names = list(65537) }\n"
    "  engine:add { address = 'a', action = 'call', operation = 'ListServices', body = body }\n"
    "  engine:add { address = 'web', action = 'wait', cluster = 'prod', service = 'web', timeout = 60 }\n"
    "  for _ = 1, 60 do\n"
    "    local action = engine:next(1000, core.store())\n"
    "    told[#told + 1] = action.kind .. (action.body and ' ' .. #action.body or '') .. (action.ok == false and ' not "
    "ok' or '')\n"
    "    if action.kind == 'send' then\n"
    "      local answer = action.operation == 'ListServices' and '{}' or core.json { services = { service } }\n"
    "      engine:answer(action.id, 200, {}, answer, 1000)\n"
    "    end\n"
    "    if action.kind == 'idle' or action.kind == 'sleep' then break end\n"
    "  end\n"
    "  return table.concat(told, '\\n') .. core.json(engine:learned())\n"
    "end\n"
    "function cases.read_file() return (assert(core.system.read_file 'src/core/plan/plan.c')) end\n"
    "return cases\n";

/* Whether the call said, or answered, that there was not enough memory; the message is at the top. */
static bool told_of_memory(lua_State *L) {
  const char *message = lua_tostring(L, -1);
  return message != NULL &&
         (strstr(message, "not enough memory") != NULL || strstr(message, "Cannot allocate memory") != NULL);
}

/* Calls the function at the top, which stays, with one allocation failing; false: none was met any more. */
static bool run(lua_State *L, const char *name, long nth, const char *reference) {
  lua_pushvalue(L, -1);
  calls = 0;
  fail_at = nth;
  int status = lua_pcall(L, 0, 1, 0);
  bool failed = calls >= fail_at && nth != 0;
  fail_at = 0;
  const char *answer = lua_tostring(L, -1);
  bool same = status == LUA_OK && answer != NULL && strcmp(answer, reference) == 0;
  if (!CHECK(same || (failed && status != LUA_OK && told_of_memory(L))))
    printf("  %s, allocation %ld: %.300s\n", name, nth, answer);
  lua_pop(L, 1);
  lua_gc(L, LUA_GCCOLLECT, 0);
  return failed;
}

static void says_so_or_answers_as_always(lua_State *L, const char *name) {
  lua_pushvalue(L, -1);
  if (!CHECK(lua_pcall(L, 0, 1, 0) == LUA_OK && lua_isstring(L, -1))) {
    printf("  %s: %s\n", name, lua_tostring(L, -1));
    lua_pop(L, 1);
    return;
  }
  lua_insert(L, -2); /* the reference lies below the function */
  const char *reference = lua_tostring(L, -2);
  lua_gc(L, LUA_GCCOLLECT, 0);
  long nth = 1;
  while (run(L, name, nth, reference) && nth < 20000)
    nth++;
  CHECK(nth < 20000);
  lua_remove(L, -2);
}

static void every_function_survives(lua_State *L) {
  lua_pushnil(L);
  while (lua_next(L, -2) != 0) {
    says_so_or_answers_as_always(L, lua_tostring(L, -2));
    lua_pop(L, 1);
  }
}

static bool does(lua_State *L, const char *text) {
  bool done = luaL_loadstring(L, text) == LUA_OK;
  lua_getglobal(L, "core");
  done = done && lua_pcall(L, 1, 0, 0) == LUA_OK;
  if (!CHECK(done))
    printf("  %s: %s\n", text, lua_tostring(L, -1));
  lua_settop(L, 0);
  lua_gc(L, LUA_GCCOLLECT, 0);
  lua_gc(L, LUA_GCCOLLECT, 0);
  return done;
}

/* What a plan reads of many services lives in one store. */
static void gives_a_store_back_with_the_last_of_its_trees(lua_State *L) {
  static const char fill[] =
      "local core = ...\n"
      "local store, trees = core.store(), {}\n"
      "for i = 1, 50 do\n"
      "  local config = { name = 'web' .. i, task_definition = 'web:7', tags = { a = ('x'):rep(250) } }\n"
      "  trees[i] = assert(core.validate('service', config, {}, store))\n"
      "end\n";
  does(L, fill);
  long before = out;
  for (int i = 0; i < 20; i++)
    does(L, fill);
  if (!CHECK(out == before))
    printf("  %ld blocks are not given back\n", out - before);
  does(L, "local core = ... ; kept = core.validate('service', { name = 'web', task_definition = 'web:7' }, {}, "
          "core.store())");
  CHECK(out > before); /* the tree alone holds it */
  does(L, "assert(kept.name == 'web') ; kept = nil");
  CHECK(out == before);
}

/* A state that a power failure takes is a service that nobody knows of. */
static void writes_files_to_the_disk_before_it_says_so(lua_State *L) {
  char folder[] = "/tmp/ecs-service-XXXXXX", call[256];
  CHECK(mkdtemp(folder) != NULL);
  snprintf(call, sizeof call, "assert((...).system.write_file('%s/state', 'text'))", folder);
  synced_files = synced_folders = 0;
  does(L, call);
  CHECK(synced_files == 1);
  CHECK(synced_folders == 1);
  snprintf(call, sizeof call, "%s/state", folder);
  CHECK(unlink(call) == 0 && rmdir(folder) == 0);
}

static void leaves_no_error_in_the_hosts_queue(lua_State *L, const char *call) {
  ERR_clear_error();
  CHECK(luaL_loadstring(L, call) == LUA_OK);
  lua_getglobal(L, "core");
  CHECK(lua_pcall(L, 1, 0, 0) == LUA_OK);
  CHECK(ERR_peek_error() == 0);
  ERR_put_error(1, 0, 7, "host", 1);
  CHECK(luaL_loadstring(L, call) == LUA_OK);
  lua_getglobal(L, "core");
  CHECK(lua_pcall(L, 1, 0, 0) == LUA_OK);
  CHECK(ERR_GET_REASON(ERR_get_error()) == 7 && ERR_peek_error() == 0); /* what was the host's before still is */
}

/* In a process of its own, whose terminal is the other end of `master`: exits with 0 when what was typed was wiped. */
static void ask(lua_State *L, const char *name) {
  setsid();
  int terminal = open(name, O_RDWR);
  if (terminal < 0 || ioctl(terminal, TIOCSCTTY, 0) < 0)
    _exit(2);
  wanted = "hunter";
  lua_getglobal(L, "core");
  lua_getfield(L, -1, "system");
  lua_getfield(L, -1, "ask_hidden");
  lua_pushliteral(L, "? ");
  lua_pcall(L, 1, 2, 0);
  _exit(wiped > 0 ? 0 : 1);
}

static void wipes_what_was_typed(lua_State *L, const char *typed) {
  char seen[16] = "";
  int master = posix_openpt(O_RDWR | O_NOCTTY), status = 0;
  if (!CHECK(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0))
    return;
  const char *name = ptsname(master);
  pid_t child = fork();
  if (child == 0)
    ask(L, name);
  CHECK(read(master, seen, sizeof seen - 1) > 0); /* the question: echo is off now */
  CHECK(write(master, typed, strlen(typed)) == (ssize_t)strlen(typed));
  CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
  close(master);
}

int main(void) {
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  lua_pushcfunction(L, luaopen_ecs_service_core);
  lua_call(L, 0, 1);
  lua_pushvalue(L, -1);
  lua_setglobal(L, "core");
  if (!CHECK(luaL_loadstring(L, script) == LUA_OK))
    printf("  %s\n", lua_tostring(L, -1));
  lua_insert(L, -2);
  lua_call(L, 1, 1);
  every_function_survives(L);
  lua_settop(L, 0);
  gives_a_store_back_with_the_last_of_its_trees(L);
  writes_files_to_the_disk_before_it_says_so(L);
  leaves_no_error_in_the_hosts_queue(L, "assert(not (...).es256('no key', 'text'))");
  leaves_no_error_in_the_hosts_queue(
      L, "assert(not (...).es256('-----BEGIN EC PRIVATE KEY-----\\nAAAA\\n-----END EC PRIVATE KEY-----\\n', 'text'))");
  wipes_what_was_typed(L, "hunter2\n");
  wipes_what_was_typed(L, "hunter\004\004"); /* the end of the input, before the end of the line */
  lua_close(L);
  return harness_end();
}

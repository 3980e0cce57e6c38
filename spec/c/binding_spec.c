/* The binding with any of its allocations failing: programs that are run, and signatures of logins. Each must end in Lua's
** own error for that or as if nothing had happened, and leave no descriptor open. */
#include <dirent.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "harness.h"

static const char script[] =
    "package.cpath = '" ECS_BUILD "/?.so;' .. package.cpath\n"
    "local core = require 'ecs_service.core'\n"
    "return function(key)\n"
    "  local child = assert(core.system.spawn { 'sh', '-c', 'echo out; echo err >&2; exit 3' })\n"
    "  local heard = {}\n"
    "  repeat\n"
    "    local kind, value = child:next(30)\n"
    "    if kind then heard[kind] = value end\n"
    "  until heard.exit\n"
    "  child:kill()\n"
    "  assert(heard.exit == 3 and heard.out == 'out\\n' and heard.err == 'err\\n')\n"
    "  assert(core.system.spawn { '/nowhere/program' } == nil)\n"
    "  local signature, x, y = core.es256(key, 'text')\n"
    "  assert(#signature == 64 and #x == 32 and #y == 32)\n"
    "  assert(core.es256('no key', 'text') == nil)\n"
    "  assert(#core.base64url(('x'):rep(5000)) == 6667)\n"
    "end\n";

static const char key[] = "-----BEGIN EC PRIVATE KEY-----\n"
                          "MHcCAQEEIHkN1BG28q5Rr6F7QzJkScCI6ObciKZXmOVw9H3C68e3oAoGCCqGSM49\n"
                          "AwEHoUQDQgAEMbX80MkMilV+z2cFDopuDB8U4JtgphH2XW2/R0Ax+ga3gYC7A7GC\n"
                          "8mflXgpvX/VlEf3Nd2EjBCh9vhllv6nTgw==\n"
                          "-----END EC PRIVATE KEY-----\n";

typedef struct failing {
  long calls, fail_at; /* counted from 1; 0: none fails */
} failing;

static void *allocate(void *context, void *block, size_t old_size, size_t size) {
  failing *plan = context;
  if (size == 0) {
    free(block);
    return NULL;
  }
  bool grows = block == NULL || size > old_size;
  if (grows && plan->fail_at != 0 && ++plan->calls == plan->fail_at)
    return NULL;
  return realloc(block, size);
}

static int descriptors(void) {
  int count = 0;
  DIR *folder = opendir("/proc/self/fd");
  while (folder != NULL && readdir(folder) != NULL)
    count++;
  if (folder != NULL)
    closedir(folder);
  return count;
}

static void ends_well_whichever_allocation_fails(void) {
  failing plan = {0, 0};
  lua_State *L = lua_newstate(allocate, &plan);
  luaL_openlibs(L);
  bool ready = luaL_loadstring(L, script) == LUA_OK && lua_pcall(L, 0, 1, 0) == LUA_OK;
  if (!CHECK(ready))
    printf("  %s\n", lua_tostring(L, -1));
  int before = descriptors();
  bool whole = false;
  for (long nth = 1; ready && !whole && nth < 5000; nth++) {
    lua_settop(L, 1);
    lua_pushvalue(L, 1);
    lua_pushlstring(L, key, sizeof key - 1);
    plan = (failing){0, nth};
    int status = lua_pcall(L, 1, 0, 0);
    whole = plan.calls < nth;
    plan.fail_at = 0;
    CHECK(status == LUA_ERRMEM || status == LUA_OK);
    lua_gc(L, LUA_GCCOLLECT, 0);
    CHECK(descriptors() == before);
  }
  CHECK(whole);
  lua_close(L);
}

int main(void) {
  ends_well_whichever_allocation_fails();
  return harness_end();
}

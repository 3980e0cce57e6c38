package = "ecs-service"
version = "0.1.0-1"
source = {
  url = "git+https://github.com/ecs-service/ecs-service.git",
  tag = "v0.1.0",
}
description = {
  summary = "Declare Amazon ECS services as Lua tables: validate, plan, apply, import, wait, destroy",
  detailed = [[
Gives Lua deploy scripts the semantics of Terraform's aws_ecs_service: a C core validates, plans, signs and follows
deployments; a thin binding exposes it to Lua 5.1 to 5.4 and LuaJIT. It follows the deployment that it started and never
reports success after a rollback.]],
  license = "MIT",
}
-- libcurl and OpenSSL (with headers) are found by CMake, which also knows multiarch folders; LuaRocks's own
-- external_dependencies do not.
dependencies = {
  "lua >= 5.1, < 5.5",
  "lua-cjson >= 2.1.0", -- JSON of others: caches of credentials, endpoints, states of Terraform
  "argparse >= 0.7", -- only the command `ecs-service`
}
build = {
  type = "cmake",
  variables = {
    CMAKE_BUILD_TYPE = "RelWithDebInfo",
    CMAKE_INSTALL_PREFIX = "$(PREFIX)",
    LUA_INCDIR = "$(LUA_INCDIR)", -- its lua.h says which Lua it is
    ECS_C_LIBRARY = "OFF",
    ECS_LUA_DIR = "$(LUADIR)",
    ECS_LIB_DIR = "$(LIBDIR)",
    CMAKE_INSTALL_BINDIR = "$(BINDIR)",
  },
}

std = "max"
max_line_length = 120
exclude_files = { "build*/", "lua/ecs_service/types.lua" }
files["spec"] = { std = "max+busted" }
read_globals = { "ngx" }
files["examples/openresty"] = { globals = { "ngx" } }

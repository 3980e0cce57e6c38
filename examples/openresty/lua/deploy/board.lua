--- The board of this nginx: one lua_shared_dict for its workers.
return require("ecs_service.openresty.board").new "deploy"

--- The auto scaling that a service declares, among what a stack declares.
return require "ecs_service.util.handles".class "scaling"

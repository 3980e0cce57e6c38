--- Credentials, by the name that scripts require.
return require "ecs_service.aws.credentials"

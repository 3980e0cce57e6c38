/* rules: the rows of a task definition, and the functions that they name. Internal to the kind. */
#ifndef ECS_DEFINITION_RULES_H
#define ECS_DEFINITION_RULES_H

#include "schema/schema.h"

/* Rows, each table closed by a row without name. */
extern const ecs_row ecs_definition_container[], ecs_definition_port_mapping[], ecs_definition_environment_file[],
    ecs_definition_mount_point[], ecs_definition_volume_from[], ecs_definition_dependency[],
    ecs_definition_log_configuration[], ecs_definition_firelens[], ecs_definition_health_check[],
    ecs_definition_linux[], ecs_definition_capabilities[], ecs_definition_device[], ecs_definition_tmpfs[],
    ecs_definition_restart[], ecs_definition_repository[], ecs_definition_resource[], ecs_definition_sharing[],
    ecs_definition_nvidia[], ecs_definition_ulimit[], ecs_definition_extra_host[], ecs_definition_system_control[],
    ecs_definition_volume[], ecs_definition_docker_volume[], ecs_definition_efs_volume[],
    ecs_definition_efs_authorization[], ecs_definition_fsx_volume[], ecs_definition_fsx_authorization[],
    ecs_definition_s3files_volume[], ecs_definition_placement_constraint[], ecs_definition_proxy[],
    ecs_definition_accelerator[], ecs_definition_ephemeral[], ecs_definition_runtime[], ecs_definition_trusted[],
    ecs_definition_rows[];

/* The row of the host's port, whose usual value depends on the network mode. */
#define ecs_definition_port_mapping_host (&ecs_definition_port_mapping[1])

/* Numbers where ECS has texts; "1 vCPU" and "2 GB" as the numbers that ECS makes of them. What they do not know stays. */
ecs_convert_fn ecs_definition_number_text, ecs_definition_cpu, ecs_definition_memory;

#endif

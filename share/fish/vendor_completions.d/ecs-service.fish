function __fish_ecs-service_print_command
    set -l cmdline (commandline -poc)
    set -l cmd
    set -e cmdline[1]
    for arg in $cmdline
        switch $arg
            case init
                set cmd $cmd init
                break
            case validate
                set cmd $cmd validate
                break
            case plan
                set cmd $cmd plan
                break
            case apply
                set cmd $cmd apply
                break
            case destroy
                set cmd $cmd destroy
                break
            case import
                set cmd $cmd import
                break
            case wait
                set cmd $cmd wait
                break
            case status
                set cmd $cmd status
                break
            case diagnose
                set cmd $cmd diagnose
                break
            case deploy
                set cmd $cmd deploy
                break
            case rollback
                set cmd $cmd rollback
                break
            case redeploy
                set cmd $cmd redeploy
                break
            case scale
                set cmd $cmd scale
                break
            case stop
                set cmd $cmd stop
                break
            case continue
                set cmd $cmd continue
                break
            case run
                set cmd $cmd run
                break
            case logs
                set cmd $cmd logs
                break
            case exec
                set cmd $cmd exec
                break
            case port-forward
                set cmd $cmd port-forward
                break
            case revisions
                set cmd $cmd revisions
                break
            case deregister
                set cmd $cmd deregister
                break
            case history
                set cmd $cmd history
                break
            case timeline
                set cmd $cmd timeline
                break
            case show
                set cmd $cmd show
                break
            case state
                set cmd $cmd state
                set -e cmdline[1]
                for arg in $cmdline
                    switch $arg
                        case list
                            set cmd $cmd list
                            break
                        case show
                            set cmd $cmd show
                            break
                        case rm
                            set cmd $cmd rm
                            break
                        case mv
                            set cmd $cmd mv
                            break
                        case pull
                            set cmd $cmd pull
                            break
                        case push
                            set cmd $cmd push
                            break
                        case unlock
                            set cmd $cmd unlock
                            break
                        case repair
                            set cmd $cmd repair
                            break
                    end
                end
                break
            case generate
                set cmd $cmd generate
                break
            case policy
                set cmd $cmd policy
                break
            case schema
                set cmd $cmd schema
                break
            case simulate
                set cmd $cmd simulate
                break
            case doctor
                set cmd $cmd doctor
                break
            case completion
                set cmd $cmd completion
                break
            case version
                set cmd $cmd version
                break
            case help
                set cmd $cmd help
                break
        end
    end
    echo "$cmd"
end

function __fish_ecs-service_using_command
    test (__fish_ecs-service_print_command) = "$argv"
    and return 0
    or return 1
end

function __fish_ecs-service_seen_command
    string match -q "$argv*" (__fish_ecs-service_print_command)
    and return 0
    or return 1
end

complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'init' -d 'Write a commented services.lua to begin with'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'validate' -d 'Check the declarations; nothing is sent'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'plan' -d 'Show what apply would change, and why'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'apply' -d 'Make the services what the declarations say'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'destroy' -d 'Destroy the services of the stack'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'import' -d 'Take over a service, a task definition or a schedule that exists'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'wait' -d 'Wait until services are steady'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'status' -d 'Show what AWS says of the services now'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'diagnose' -d 'Find what is wrong with services, and why'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'deploy' -d 'Deploy a new image of a service, without a declaration'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'rollback' -d 'Take a service back to the revision before'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'redeploy' -d 'Deploy services anew as they are'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'scale' -d 'Give a service another desired count, or its auto scaling other bounds'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'stop' -d 'Stop the deployment of a service that is under way'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'continue' -d 'Decide about a deployment that waits at a pause'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'run' -d 'Run a task now, and exit as its container exits'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'logs' -d 'Show what the containers of a service write'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'exec' -d 'Run a command in a container that runs'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'port-forward' -d 'Forward a port of this machine into a container'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'revisions' -d 'List the revisions of a task definition, and who uses them'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'deregister' -d 'Take old revisions of a task definition out of use'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'history' -d 'List the deployments of a service, and how each ended'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'timeline' -d 'Draw a rollout as HTML or SVG'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'show' -d 'Show the recorded attributes of services, or a saved plan'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'state' -d 'Look at the state, and change it by hand'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'generate' -d 'Write the declaration of a service, a task definition or a schedule that exists'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'policy' -d 'Write the least IAM policy for this stack'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'schema' -d 'Show the arguments of a service, or of another kind'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'simulate' -d 'Serve a simulated ECS on 127.0.0.1'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'doctor' -d 'Show credentials, region, endpoint, proxy and certificates, and whether they work'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'completion' -d 'Write the completion of a shell: bash, zsh or fish'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'version' -d 'Show the version'
complete -c ecs-service -n '__fish_ecs-service_using_command' -xa 'help' -d 'Show help for a command'
complete -c ecs-service -s h -l help -d 'Show this help'
complete -c ecs-service -s V -l version -d 'Show the version'
complete -c ecs-service -l no-color -d 'Write without colours'
complete -c ecs-service -l color -d 'Write with colours, also into files and pipes'

complete -c ecs-service -n '__fish_ecs-service_seen_command init' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command init' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command init' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command validate' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command validate' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command validate' -l json -d 'Write the result as JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command validate' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command validate' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command validate' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command plan' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command plan' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command plan' -l json -d 'Write the plan as JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command plan' -l detailed-exitcode -d 'Exit with 2 when there are changes'
complete -c ecs-service -n '__fish_ecs-service_seen_command plan' -l out -r -d 'Save the plan; `apply PLAN` does exactly that, or refuses'
complete -c ecs-service -n '__fish_ecs-service_seen_command plan' -l full -d 'Show each change by itself, however many services change alike'
complete -c ecs-service -n '__fish_ecs-service_seen_command plan' -l destroy -d 'Plan to destroy everything'
complete -c ecs-service -n '__fish_ecs-service_seen_command plan' -l refresh-only -d 'Only show what drifted'
complete -c ecs-service -n '__fish_ecs-service_seen_command plan' -l image -r -d 'The image of a container of a declared task definition, for this run'
complete -c ecs-service -n '__fish_ecs-service_seen_command plan' -l refresh -xa 'true false' -d 'false: compare with the recorded attributes and ask AWS nothing (default true)'
complete -c ecs-service -n '__fish_ecs-service_seen_command plan' -l target -xa '(ecs-service completion --list addresses 2>/dev/null)' -d 'Only this service and what it depends on'
complete -c ecs-service -n '__fish_ecs-service_seen_command plan' -l exclude -xa '(ecs-service completion --list addresses 2>/dev/null)' -d 'Everything but this service'
complete -c ecs-service -n '__fish_ecs-service_seen_command plan' -l lock-timeout -r -d 'How long to wait for another run\'s lock, e.g'
complete -c ecs-service -n '__fish_ecs-service_seen_command plan' -l strict -d 'Warnings of the plan are errors'
complete -c ecs-service -n '__fish_ecs-service_seen_command plan' -l silence -xa '(ecs-service completion --list warnings 2>/dev/null)' -d 'Do not tell the warnings of this code (docs/warnings.md)'
complete -c ecs-service -n '__fish_ecs-service_seen_command plan' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command plan' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command plan' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l file -r -d 'The deploy script, beside a saved plan'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l digest -r -d 'Do nothing but the plan of this digest, as plan --out and plan --json tell it'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l auto-approve -d 'Do not ask before changing anything'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l message -r -d 'Why: kept with what the run did, and shown by history'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l json -d 'Write events and the result as lines of JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l concurrency -r -d 'How many services at once'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l suspend-auto-scaling -d 'Let auto scaling rest for the services that are deployed, and put it back as it was afterwards'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l until -xa 'steady deployed paused PRE_SCALE_UP SCALE_UP POST_SCALE_UP TEST_TRAFFIC_SHIFT POST_TEST_TRAFFIC_SHIFT PRE_PRODUCTION_TRAFFIC_SHIFT PRODUCTION_TRAFFIC_SHIFT POST_PRODUCTION_TRAFFIC_SHIFT BAKE_TIME CLEAN_UP' -d 'What to wait for (default as declared): paused is a deployment that waits for a decision'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l on-interrupt -xa 'rollback leave' -d 'What the first Ctrl-C does to deployments that are waited for (default leave); a second one leaves'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l no-logs -d 'Do not show the last lines that a failed container wrote'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l stable-for -r -d 'How long a service has to stay steady before it counts as that (default 0)'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l follow -d 'When someone else starts a newer deployment, follow that instead of failing'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l timeline -r -d 'Record the events in a file, for `timeline --events FILE`'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l fail-fast -d 'End as soon as tasks of the deployment have failed alike twice'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l check -r -d 'After a completed deployment, ask the URL: it has to answer 2xx three times in a row within two minutes, or the service is rolled back'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l on-failed-check -xa 'rollback fail' -d 'What is done when a check fails (default as declared, else rollback); fail leaves the deployment'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l image -r -d 'The image of a container of a declared task definition, for this run'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l refresh -xa 'true false' -d 'false: compare with the recorded attributes and ask AWS nothing (default true)'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l target -xa '(ecs-service completion --list addresses 2>/dev/null)' -d 'Only this service and what it depends on'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l exclude -xa '(ecs-service completion --list addresses 2>/dev/null)' -d 'Everything but this service'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l lock-timeout -r -d 'How long to wait for another run\'s lock, e.g'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l strict -d 'Warnings of the plan are errors'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l silence -xa '(ecs-service completion --list warnings 2>/dev/null)' -d 'Do not tell the warnings of this code (docs/warnings.md)'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command apply' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command destroy' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command destroy' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command destroy' -l auto-approve -d 'Do not ask before changing anything'
complete -c ecs-service -n '__fish_ecs-service_seen_command destroy' -l message -r -d 'Why: kept with what the run did, and shown by history'
complete -c ecs-service -n '__fish_ecs-service_seen_command destroy' -l json -d 'Write events and the result as lines of JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command destroy' -l refresh -xa 'true false' -d 'false: compare with the recorded attributes and ask AWS nothing (default true)'
complete -c ecs-service -n '__fish_ecs-service_seen_command destroy' -l target -xa '(ecs-service completion --list addresses 2>/dev/null)' -d 'Only this service and what it depends on'
complete -c ecs-service -n '__fish_ecs-service_seen_command destroy' -l exclude -xa '(ecs-service completion --list addresses 2>/dev/null)' -d 'Everything but this service'
complete -c ecs-service -n '__fish_ecs-service_seen_command destroy' -l lock-timeout -r -d 'How long to wait for another run\'s lock, e.g'
complete -c ecs-service -n '__fish_ecs-service_seen_command destroy' -l strict -d 'Warnings of the plan are errors'
complete -c ecs-service -n '__fish_ecs-service_seen_command destroy' -l silence -xa '(ecs-service completion --list warnings 2>/dev/null)' -d 'Do not tell the warnings of this code (docs/warnings.md)'
complete -c ecs-service -n '__fish_ecs-service_seen_command destroy' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command destroy' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command destroy' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command import' -l from-tfstate -r -d 'Take over every aws_ecs_service of a Terraform state, and print the Lua for them'
complete -c ecs-service -n '__fish_ecs-service_seen_command import' -l dry-run -d 'With --from-tfstate: print, record nothing'
complete -c ecs-service -n '__fish_ecs-service_seen_command import' -l into -r -d 'Put it into this deploy script, before its return'
complete -c ecs-service -n '__fish_ecs-service_seen_command import' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command import' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command import' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command import' -l json -d 'Write the result as JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command import' -l lock-timeout -r -d 'How long to wait for another run\'s lock, e.g'
complete -c ecs-service -n '__fish_ecs-service_seen_command import' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command import' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command import' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command wait' -l timeout -r -d 'How long at most, e.g'
complete -c ecs-service -n '__fish_ecs-service_seen_command wait' -l until -xa 'inactive steady deployed paused PRE_SCALE_UP SCALE_UP POST_SCALE_UP TEST_TRAFFIC_SHIFT POST_TEST_TRAFFIC_SHIFT PRE_PRODUCTION_TRAFFIC_SHIFT PRODUCTION_TRAFFIC_SHIFT POST_PRODUCTION_TRAFFIC_SHIFT BAKE_TIME CLEAN_UP' -d 'What to wait for (default steady): paused is a deployment that waits for a decision'
complete -c ecs-service -n '__fish_ecs-service_seen_command wait' -l on-interrupt -xa 'rollback leave' -d 'What the first Ctrl-C does to deployments that are waited for (default leave); a second one leaves'
complete -c ecs-service -n '__fish_ecs-service_seen_command wait' -l no-logs -d 'Do not show the last lines that a failed container wrote'
complete -c ecs-service -n '__fish_ecs-service_seen_command wait' -l stable-for -r -d 'How long a service has to stay steady before it counts as that (default 0)'
complete -c ecs-service -n '__fish_ecs-service_seen_command wait' -l follow -d 'When someone else starts a newer deployment, follow that instead of failing'
complete -c ecs-service -n '__fish_ecs-service_seen_command wait' -l timeline -r -d 'Record the events in a file, for `timeline --events FILE`'
complete -c ecs-service -n '__fish_ecs-service_seen_command wait' -l fail-fast -d 'End as soon as tasks of the deployment have failed alike twice'
complete -c ecs-service -n '__fish_ecs-service_seen_command wait' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command wait' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command wait' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command wait' -l json -d 'Write events and the result as lines of JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command wait' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command wait' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command wait' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command status' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command status' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command status' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command status' -l json -d 'Write the result as JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command status' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command status' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command status' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command diagnose' -l run -r -d 'What is kept of the run with this number in history; -1: of the last that failed'
complete -c ecs-service -n '__fish_ecs-service_seen_command diagnose' -l no-logs -d 'Do not show the last lines that a failed container wrote'
complete -c ecs-service -n '__fish_ecs-service_seen_command diagnose' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command diagnose' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command diagnose' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command diagnose' -l json -d 'Write the result as JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command diagnose' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command diagnose' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command diagnose' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l image -r -d 'The image'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l env -r -d 'An environment variable'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l cpu -r -d 'CPU of the task: 512, or \'1 vCPU\''
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l memory -r -d 'Memory of the task: 1024, or \'2 GB\''
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l from -xa 'running newest' -d 'Which revision to begin with: what the service runs (default), or the family\'s newest'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l auto-approve -d 'Do not ask before changing anything'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l message -r -d 'Why: kept with what the run did, and shown by history'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l dry-run -d 'Show what would be done, and do nothing'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l no-wait -d 'Do not wait until the deployment has ended'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l json -d 'Write the plan, events and the result as lines of JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l no-logs -d 'Do not show the last lines that a failed container wrote'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l stable-for -r -d 'How long a service has to stay steady before it counts as that (default 0)'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l follow -d 'When someone else starts a newer deployment, follow that instead of failing'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l timeline -r -d 'Record the events in a file, for `timeline --events FILE`'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l fail-fast -d 'End as soon as tasks of the deployment have failed alike twice'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l lock-timeout -r -d 'How long to wait for another run\'s lock, e.g'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l strict -d 'Warnings of the plan are errors'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l silence -xa '(ecs-service completion --list warnings 2>/dev/null)' -d 'Do not tell the warnings of this code (docs/warnings.md)'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l check -r -d 'After a completed deployment, ask the URL: it has to answer 2xx three times in a row within two minutes, or the service is rolled back'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l on-failed-check -xa 'rollback fail' -d 'What is done when a check fails (default as declared, else rollback); fail leaves the deployment'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l suspend-auto-scaling -d 'Let auto scaling rest for the services that are deployed, and put it back as it was afterwards'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command deploy' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command rollback' -l to -r -d 'The task definition: web:2, 2 or an ARN'
complete -c ecs-service -n '__fish_ecs-service_seen_command rollback' -l auto-approve -d 'Do not ask before changing anything'
complete -c ecs-service -n '__fish_ecs-service_seen_command rollback' -l message -r -d 'Why: kept with what the run did, and shown by history'
complete -c ecs-service -n '__fish_ecs-service_seen_command rollback' -l dry-run -d 'Show what would be done, and do nothing'
complete -c ecs-service -n '__fish_ecs-service_seen_command rollback' -l no-wait -d 'Do not wait until the deployment has ended'
complete -c ecs-service -n '__fish_ecs-service_seen_command rollback' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command rollback' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command rollback' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command rollback' -l json -d 'Write the plan, events and the result as lines of JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command rollback' -l no-logs -d 'Do not show the last lines that a failed container wrote'
complete -c ecs-service -n '__fish_ecs-service_seen_command rollback' -l stable-for -r -d 'How long a service has to stay steady before it counts as that (default 0)'
complete -c ecs-service -n '__fish_ecs-service_seen_command rollback' -l follow -d 'When someone else starts a newer deployment, follow that instead of failing'
complete -c ecs-service -n '__fish_ecs-service_seen_command rollback' -l timeline -r -d 'Record the events in a file, for `timeline --events FILE`'
complete -c ecs-service -n '__fish_ecs-service_seen_command rollback' -l fail-fast -d 'End as soon as tasks of the deployment have failed alike twice'
complete -c ecs-service -n '__fish_ecs-service_seen_command rollback' -l lock-timeout -r -d 'How long to wait for another run\'s lock, e.g'
complete -c ecs-service -n '__fish_ecs-service_seen_command rollback' -l strict -d 'Warnings of the plan are errors'
complete -c ecs-service -n '__fish_ecs-service_seen_command rollback' -l silence -xa '(ecs-service completion --list warnings 2>/dev/null)' -d 'Do not tell the warnings of this code (docs/warnings.md)'
complete -c ecs-service -n '__fish_ecs-service_seen_command rollback' -l check -r -d 'After a completed deployment, ask the URL: it has to answer 2xx three times in a row within two minutes, or the service is rolled back'
complete -c ecs-service -n '__fish_ecs-service_seen_command rollback' -l on-failed-check -xa 'rollback fail' -d 'What is done when a check fails (default as declared, else rollback); fail leaves the deployment'
complete -c ecs-service -n '__fish_ecs-service_seen_command rollback' -l suspend-auto-scaling -d 'Let auto scaling rest for the services that are deployed, and put it back as it was afterwards'
complete -c ecs-service -n '__fish_ecs-service_seen_command rollback' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command rollback' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command rollback' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command redeploy' -l auto-approve -d 'Do not ask before changing anything'
complete -c ecs-service -n '__fish_ecs-service_seen_command redeploy' -l message -r -d 'Why: kept with what the run did, and shown by history'
complete -c ecs-service -n '__fish_ecs-service_seen_command redeploy' -l dry-run -d 'Show what would be done, and do nothing'
complete -c ecs-service -n '__fish_ecs-service_seen_command redeploy' -l no-wait -d 'Do not wait until the deployment has ended'
complete -c ecs-service -n '__fish_ecs-service_seen_command redeploy' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command redeploy' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command redeploy' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command redeploy' -l json -d 'Write the plan, events and the result as lines of JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command redeploy' -l no-logs -d 'Do not show the last lines that a failed container wrote'
complete -c ecs-service -n '__fish_ecs-service_seen_command redeploy' -l stable-for -r -d 'How long a service has to stay steady before it counts as that (default 0)'
complete -c ecs-service -n '__fish_ecs-service_seen_command redeploy' -l follow -d 'When someone else starts a newer deployment, follow that instead of failing'
complete -c ecs-service -n '__fish_ecs-service_seen_command redeploy' -l timeline -r -d 'Record the events in a file, for `timeline --events FILE`'
complete -c ecs-service -n '__fish_ecs-service_seen_command redeploy' -l fail-fast -d 'End as soon as tasks of the deployment have failed alike twice'
complete -c ecs-service -n '__fish_ecs-service_seen_command redeploy' -l lock-timeout -r -d 'How long to wait for another run\'s lock, e.g'
complete -c ecs-service -n '__fish_ecs-service_seen_command redeploy' -l strict -d 'Warnings of the plan are errors'
complete -c ecs-service -n '__fish_ecs-service_seen_command redeploy' -l silence -xa '(ecs-service completion --list warnings 2>/dev/null)' -d 'Do not tell the warnings of this code (docs/warnings.md)'
complete -c ecs-service -n '__fish_ecs-service_seen_command redeploy' -l check -r -d 'After a completed deployment, ask the URL: it has to answer 2xx three times in a row within two minutes, or the service is rolled back'
complete -c ecs-service -n '__fish_ecs-service_seen_command redeploy' -l on-failed-check -xa 'rollback fail' -d 'What is done when a check fails (default as declared, else rollback); fail leaves the deployment'
complete -c ecs-service -n '__fish_ecs-service_seen_command redeploy' -l suspend-auto-scaling -d 'Let auto scaling rest for the services that are deployed, and put it back as it was afterwards'
complete -c ecs-service -n '__fish_ecs-service_seen_command redeploy' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command redeploy' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command redeploy' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command scale' -l min -r -d 'The least number that auto scaling goes down to'
complete -c ecs-service -n '__fish_ecs-service_seen_command scale' -l max -r -d 'The most that it goes up to'
complete -c ecs-service -n '__fish_ecs-service_seen_command scale' -l suspend -d 'Let auto scaling rest'
complete -c ecs-service -n '__fish_ecs-service_seen_command scale' -l resume -d 'Let it work again'
complete -c ecs-service -n '__fish_ecs-service_seen_command scale' -l auto-approve -d 'Do not ask before changing anything'
complete -c ecs-service -n '__fish_ecs-service_seen_command scale' -l message -r -d 'Why: kept with what the run did, and shown by history'
complete -c ecs-service -n '__fish_ecs-service_seen_command scale' -l dry-run -d 'Show what would be done, and do nothing'
complete -c ecs-service -n '__fish_ecs-service_seen_command scale' -l no-wait -d 'Do not wait until the deployment has ended'
complete -c ecs-service -n '__fish_ecs-service_seen_command scale' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command scale' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command scale' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command scale' -l json -d 'Write the plan, events and the result as lines of JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command scale' -l no-logs -d 'Do not show the last lines that a failed container wrote'
complete -c ecs-service -n '__fish_ecs-service_seen_command scale' -l stable-for -r -d 'How long a service has to stay steady before it counts as that (default 0)'
complete -c ecs-service -n '__fish_ecs-service_seen_command scale' -l follow -d 'When someone else starts a newer deployment, follow that instead of failing'
complete -c ecs-service -n '__fish_ecs-service_seen_command scale' -l timeline -r -d 'Record the events in a file, for `timeline --events FILE`'
complete -c ecs-service -n '__fish_ecs-service_seen_command scale' -l fail-fast -d 'End as soon as tasks of the deployment have failed alike twice'
complete -c ecs-service -n '__fish_ecs-service_seen_command scale' -l lock-timeout -r -d 'How long to wait for another run\'s lock, e.g'
complete -c ecs-service -n '__fish_ecs-service_seen_command scale' -l strict -d 'Warnings of the plan are errors'
complete -c ecs-service -n '__fish_ecs-service_seen_command scale' -l silence -xa '(ecs-service completion --list warnings 2>/dev/null)' -d 'Do not tell the warnings of this code (docs/warnings.md)'
complete -c ecs-service -n '__fish_ecs-service_seen_command scale' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command scale' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command scale' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command stop' -l abort -d 'Do not go back to the revision before (few servers can)'
complete -c ecs-service -n '__fish_ecs-service_seen_command stop' -l timeout -r -d 'How long to wait for its end (default 20m)'
complete -c ecs-service -n '__fish_ecs-service_seen_command stop' -l auto-approve -d 'Do not ask before changing anything'
complete -c ecs-service -n '__fish_ecs-service_seen_command stop' -l message -r -d 'Why: kept with what the run did, and shown by history'
complete -c ecs-service -n '__fish_ecs-service_seen_command stop' -l dry-run -d 'Show what would be stopped, and do nothing'
complete -c ecs-service -n '__fish_ecs-service_seen_command stop' -l no-wait -d 'Do not wait until it has ended'
complete -c ecs-service -n '__fish_ecs-service_seen_command stop' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command stop' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command stop' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command stop' -l json -d 'Write the plan, events and the result as lines of JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command stop' -l lock-timeout -r -d 'How long to wait for another run\'s lock, e.g'
complete -c ecs-service -n '__fish_ecs-service_seen_command stop' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command stop' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command stop' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command continue' -l rollback -d 'Go back to the revision before'
complete -c ecs-service -n '__fish_ecs-service_seen_command continue' -l hook -r -d 'Which pause, where several wait'
complete -c ecs-service -n '__fish_ecs-service_seen_command continue' -l timeout -r -d 'How long to wait for its end (default 20m)'
complete -c ecs-service -n '__fish_ecs-service_seen_command continue' -l auto-approve -d 'Do not ask before changing anything'
complete -c ecs-service -n '__fish_ecs-service_seen_command continue' -l dry-run -d 'Show what would be done, and do nothing'
complete -c ecs-service -n '__fish_ecs-service_seen_command continue' -l no-wait -d 'Do not follow the deployment'
complete -c ecs-service -n '__fish_ecs-service_seen_command continue' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command continue' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command continue' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command continue' -l json -d 'Write the plan, events and the result as lines of JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command continue' -l lock-timeout -r -d 'How long to wait for another run\'s lock, e.g'
complete -c ecs-service -n '__fish_ecs-service_seen_command continue' -l message -r -d 'Why: kept with what the run did, and shown by history'
complete -c ecs-service -n '__fish_ecs-service_seen_command continue' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command continue' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command continue' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command run' -l command -r -d 'The command of the container: its words as a shell splits them, or a list in JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command run' -l env -r -d 'An environment variable of the container'
complete -c ecs-service -n '__fish_ecs-service_seen_command run' -l container -r -d 'Which container gets both, and whose exit code counts (default: the first essential one)'
complete -c ecs-service -n '__fish_ecs-service_seen_command run' -l cluster -r -d 'Where to run it: of a task definition'
complete -c ecs-service -n '__fish_ecs-service_seen_command run' -l subnets -r -d 'Its subnets, for the network mode awsvpc'
complete -c ecs-service -n '__fish_ecs-service_seen_command run' -l security-groups -r -d 'Its security groups, for the same'
complete -c ecs-service -n '__fish_ecs-service_seen_command run' -l assign-public-ip -d 'Give it a public address, for the same'
complete -c ecs-service -n '__fish_ecs-service_seen_command run' -l no-wait -d 'Only start it'
complete -c ecs-service -n '__fish_ecs-service_seen_command run' -l follow -d 'Show what it writes, as it comes'
complete -c ecs-service -n '__fish_ecs-service_seen_command run' -l timeout -r -d 'How long to wait at most (default 1h)'
complete -c ecs-service -n '__fish_ecs-service_seen_command run' -l no-logs -d 'Do not show the last lines that a failed container wrote'
complete -c ecs-service -n '__fish_ecs-service_seen_command run' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command run' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command run' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command run' -l json -d 'Write events, with --follow what it writes, and the result as lines of JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command run' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command run' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command run' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command logs' -l task -r -d 'Of this task only, also of one that belongs to no service'
complete -c ecs-service -n '__fish_ecs-service_seen_command logs' -l container -r -d 'Of this container only'
complete -c ecs-service -n '__fish_ecs-service_seen_command logs' -l since -r -d 'From when on: 10m, 1h30m, 2026-11-29T12:00:00Z'
complete -c ecs-service -n '__fish_ecs-service_seen_command logs' -l until -r -d 'Until when (default: now)'
complete -c ecs-service -n '__fish_ecs-service_seen_command logs' -l limit -r -d 'Only the last so many lines'
complete -c ecs-service -n '__fish_ecs-service_seen_command logs' -l follow -d 'Go on with what they write, until interrupted'
complete -c ecs-service -n '__fish_ecs-service_seen_command logs' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command logs' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command logs' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command logs' -l json -d 'Write each line as a line of JSON, and a result at the end'
complete -c ecs-service -n '__fish_ecs-service_seen_command logs' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command logs' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command logs' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command exec' -l task -r -d 'In this task (default: the newest that takes commands)'
complete -c ecs-service -n '__fish_ecs-service_seen_command exec' -l container -r -d 'Which container; needed when the task has several'
complete -c ecs-service -n '__fish_ecs-service_seen_command exec' -l plugin -r -d 'Where session-manager-plugin is, if not along PATH'
complete -c ecs-service -n '__fish_ecs-service_seen_command exec' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command exec' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command exec' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command exec' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command exec' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command exec' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command port-forward' -l host -r -d 'A host that the container reaches, such as its database'
complete -c ecs-service -n '__fish_ecs-service_seen_command port-forward' -l task -r -d 'In this task (default: the newest that takes commands)'
complete -c ecs-service -n '__fish_ecs-service_seen_command port-forward' -l container -r -d 'Which container; needed when the task has several'
complete -c ecs-service -n '__fish_ecs-service_seen_command port-forward' -l plugin -r -d 'Where session-manager-plugin is, if not along PATH'
complete -c ecs-service -n '__fish_ecs-service_seen_command port-forward' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command port-forward' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command port-forward' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command port-forward' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command port-forward' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command port-forward' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command revisions' -l limit -r -d 'How many (default 20)'
complete -c ecs-service -n '__fish_ecs-service_seen_command revisions' -l cluster -r -d 'A cluster in which it may be used'
complete -c ecs-service -n '__fish_ecs-service_seen_command revisions' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command revisions' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command revisions' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command revisions' -l json -d 'Write the result as JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command revisions' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command revisions' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command revisions' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command deregister' -l keep -r -d 'How many ACTIVE revisions stay, the newest included (default: as declared)'
complete -c ecs-service -n '__fish_ecs-service_seen_command deregister' -l delete -d 'Delete the INACTIVE ones that nobody uses; there is no undo'
complete -c ecs-service -n '__fish_ecs-service_seen_command deregister' -l cluster -r -d 'A cluster in which it may be used'
complete -c ecs-service -n '__fish_ecs-service_seen_command deregister' -l auto-approve -d 'Do not ask before changing anything'
complete -c ecs-service -n '__fish_ecs-service_seen_command deregister' -l dry-run -d 'Show what would be done, and do nothing'
complete -c ecs-service -n '__fish_ecs-service_seen_command deregister' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command deregister' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command deregister' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command deregister' -l json -d 'Write the plan, events and the result as lines of JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command deregister' -l lock-timeout -r -d 'How long to wait for another run\'s lock, e.g'
complete -c ecs-service -n '__fish_ecs-service_seen_command deregister' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command deregister' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command deregister' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command history' -l limit -r -d 'How many (default 20)'
complete -c ecs-service -n '__fish_ecs-service_seen_command history' -l why -d 'With what was kept of failures: causes, how tasks ended, their last lines'
complete -c ecs-service -n '__fish_ecs-service_seen_command history' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command history' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command history' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command history' -l json -d 'Write the result as JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command history' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command history' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command history' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command timeline' -l events -r -d 'The recorded events: lines of JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command timeline' -l out -r -d 'Where to write it: .html or .svg (default rollout.html)'
complete -c ecs-service -n '__fish_ecs-service_seen_command timeline' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command timeline' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command timeline' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command timeline' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command timeline' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command timeline' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command show' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command show' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command show' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command show' -l json -d 'Write the result as JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command show' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command show' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command show' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_using_command state' -xa 'list' -d 'List what is recorded, and what was begun'
complete -c ecs-service -n '__fish_ecs-service_using_command state' -xa 'show' -d 'Show everything that is recorded of a service'
complete -c ecs-service -n '__fish_ecs-service_using_command state' -xa 'rm' -d 'Forget services; they live on, and nobody manages them'
complete -c ecs-service -n '__fish_ecs-service_using_command state' -xa 'mv' -d 'Record a service under another address'
complete -c ecs-service -n '__fish_ecs-service_using_command state' -xa 'pull' -d 'Write the state as it lies there to standard output'
complete -c ecs-service -n '__fish_ecs-service_using_command state' -xa 'push' -d 'Put a text in the place of the state'
complete -c ecs-service -n '__fish_ecs-service_using_command state' -xa 'unlock' -d 'Free the lock of a run that is dead'
complete -c ecs-service -n '__fish_ecs-service_using_command state' -xa 'repair' -d 'Put a damaged state back from its backup; settle what is proved to be over'
complete -c ecs-service -n '__fish_ecs-service_seen_command state' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command state' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command state' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command state list' -l json -d 'Write the result as JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command state list' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command state list' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command state list' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command state list' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command state list' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command state list' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command state show' -l json -d 'Write the result as JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command state show' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command state show' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command state show' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command state show' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command state show' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command state show' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command state rm' -l auto-approve -d 'Do not ask before changing anything'
complete -c ecs-service -n '__fish_ecs-service_seen_command state rm' -l json -d 'Write the result as JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command state rm' -l lock-timeout -r -d 'How long to wait for another run\'s lock, e.g'
complete -c ecs-service -n '__fish_ecs-service_seen_command state rm' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command state rm' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command state rm' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command state rm' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command state rm' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command state rm' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command state mv' -l json -d 'Write the result as JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command state mv' -l lock-timeout -r -d 'How long to wait for another run\'s lock, e.g'
complete -c ecs-service -n '__fish_ecs-service_seen_command state mv' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command state mv' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command state mv' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command state mv' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command state mv' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command state mv' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command state pull' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command state pull' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command state pull' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command state pull' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command state pull' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command state pull' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command state push' -l force -d 'Also one of another lineage, or an older one, or over a damaged state'
complete -c ecs-service -n '__fish_ecs-service_seen_command state push' -l json -d 'Write the result as JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command state push' -l lock-timeout -r -d 'How long to wait for another run\'s lock, e.g'
complete -c ecs-service -n '__fish_ecs-service_seen_command state push' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command state push' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command state push' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command state push' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command state push' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command state push' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command state unlock' -l json -d 'Write the result as JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command state unlock' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command state unlock' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command state unlock' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command state unlock' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command state unlock' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command state unlock' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command state repair' -l auto-approve -d 'Do not ask before changing anything'
complete -c ecs-service -n '__fish_ecs-service_seen_command state repair' -l json -d 'Write the result as JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command state repair' -l lock-timeout -r -d 'How long to wait for another run\'s lock, e.g'
complete -c ecs-service -n '__fish_ecs-service_seen_command state repair' -l file -r -d 'The deploy script (default services.lua)'
complete -c ecs-service -n '__fish_ecs-service_seen_command state repair' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command state repair' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command state repair' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command state repair' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command state repair' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command generate' -l task-definition -d 'Declare what the service runs as well'
complete -c ecs-service -n '__fish_ecs-service_seen_command generate' -l into -r -d 'Put it into this deploy script, before its return'
complete -c ecs-service -n '__fish_ecs-service_seen_command generate' -l file -r -d 'A deploy script, for its settings (default: none)'
complete -c ecs-service -n '__fish_ecs-service_seen_command generate' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command generate' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command generate' -l region -r -d 'Where to look when there is no script'
complete -c ecs-service -n '__fish_ecs-service_seen_command generate' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command generate' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command generate' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command policy' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command policy' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command policy' -l for -xa 'plan apply destroy import status deploy stop continue run logs exec revisions deregister generate' -d 'Only what this needs (default: plan, apply, destroy)'
complete -c ecs-service -n '__fish_ecs-service_seen_command policy' -l account-id -r -d 'The account, where the stack does not tell it'
complete -c ecs-service -n '__fish_ecs-service_seen_command policy' -l explain -d 'Write why each action is needed'
complete -c ecs-service -n '__fish_ecs-service_seen_command policy' -l json -d 'Write policy and reasons as one JSON document'
complete -c ecs-service -n '__fish_ecs-service_seen_command policy' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command policy' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command policy' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command schema' -l json -d 'Write the result as JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command schema' -l json-schema -d 'Write the JSON Schema of a service, for editors and generators'
complete -c ecs-service -n '__fish_ecs-service_seen_command schema' -l kind -xa 'service task_definition task schedule' -d 'What the arguments are of (default: service)'
complete -c ecs-service -n '__fish_ecs-service_seen_command schema' -l document -xa 'state journal plan' -d 'Write the JSON Schema of a document that this tool writes'
complete -c ecs-service -n '__fish_ecs-service_seen_command schema' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command schema' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command schema' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command simulate' -l port -r -d 'Port; 0 picks a free one'
complete -c ecs-service -n '__fish_ecs-service_seen_command simulate' -l address -xa '(ecs-service completion --list addresses 2>/dev/null)' -d 'Address to listen on'
complete -c ecs-service -n '__fish_ecs-service_seen_command simulate' -l speed -r -d 'How much faster than real time deployments go'
complete -c ecs-service -n '__fish_ecs-service_seen_command simulate' -l latency -r -d 'How long each answer takes, in real time'
complete -c ecs-service -n '__fish_ecs-service_seen_command simulate' -l cluster -r -d 'A cluster that exists beforehand (default: default)'
complete -c ecs-service -n '__fish_ecs-service_seen_command simulate' -l instances -r -d 'Container instances of each cluster (default 3); tasks on EC2 need one then'
complete -c ecs-service -n '__fish_ecs-service_seen_command simulate' -l task-definition -r -d 'A task definition that exists beforehand'
complete -c ecs-service -n '__fish_ecs-service_seen_command simulate' -l tasks -r -d 'What becomes of the tasks of a task definition, e.g'
complete -c ecs-service -n '__fish_ecs-service_seen_command simulate' -l hook -r -d 'What the functions of lifecycle hooks answer at a stage (any: at each), and after how long, e.g'
complete -c ecs-service -n '__fish_ecs-service_seen_command simulate' -l log -d 'Write a line for each request: the simulator\'s time, operation, status, code'
complete -c ecs-service -n '__fish_ecs-service_seen_command simulate' -l region -r -d 'Region (default us-west-2)'
complete -c ecs-service -n '__fish_ecs-service_seen_command simulate' -l account-id -r -d 'Account (default 123456789012)'
complete -c ecs-service -n '__fish_ecs-service_seen_command simulate' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command simulate' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command simulate' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command doctor' -l file -r -d 'The same'
complete -c ecs-service -n '__fish_ecs-service_seen_command doctor' -l var -r -d 'The value of a variable of the script (ecs.variables)'
complete -c ecs-service -n '__fish_ecs-service_seen_command doctor' -l var-file -r -d 'A file of such values, a table in JSON or Lua'
complete -c ecs-service -n '__fish_ecs-service_seen_command doctor' -l json -d 'Write the result as JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command doctor' -l profile -r -d 'The profile, in place of the script\'s and AWS_PROFILE\'s'
complete -c ecs-service -n '__fish_ecs-service_seen_command doctor' -l region -r -d 'The region, in place of the script\'s and AWS_REGION'
complete -c ecs-service -n '__fish_ecs-service_seen_command doctor' -l offline -d 'Ask nothing beyond what finding the credentials takes'
complete -c ecs-service -n '__fish_ecs-service_seen_command doctor' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command doctor' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command doctor' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command completion' -l list -xa 'addresses arguments warnings' -d 'Write such words, a line each'
complete -c ecs-service -n '__fish_ecs-service_seen_command completion' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command completion' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command completion' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command version' -l json -d 'Write the result as JSON'
complete -c ecs-service -n '__fish_ecs-service_seen_command version' -l no-color -d 'Write without colours'
complete -c ecs-service -n '__fish_ecs-service_seen_command version' -l color -d 'Write with colours, also into files and pipes'
complete -c ecs-service -n '__fish_ecs-service_seen_command version' -s h -l help -d 'Show this help'

complete -c ecs-service -n '__fish_ecs-service_seen_command help' -s h -l help -d 'Show this help'
complete -c ecs-service -n '__fish_ecs-service_using_command import' -xa '(ecs-service completion --list addresses 2>/dev/null)'
complete -c ecs-service -n '__fish_ecs-service_using_command wait' -xa '(ecs-service completion --list addresses 2>/dev/null)'
complete -c ecs-service -n '__fish_ecs-service_using_command status' -xa '(ecs-service completion --list addresses 2>/dev/null)'
complete -c ecs-service -n '__fish_ecs-service_using_command diagnose' -xa '(ecs-service completion --list addresses 2>/dev/null)'
complete -c ecs-service -n '__fish_ecs-service_using_command rollback' -xa '(ecs-service completion --list addresses 2>/dev/null)'
complete -c ecs-service -n '__fish_ecs-service_using_command redeploy' -xa '(ecs-service completion --list addresses 2>/dev/null)'
complete -c ecs-service -n '__fish_ecs-service_using_command scale' -xa '(ecs-service completion --list addresses 2>/dev/null)'
complete -c ecs-service -n '__fish_ecs-service_using_command stop' -xa '(ecs-service completion --list addresses 2>/dev/null)'
complete -c ecs-service -n '__fish_ecs-service_using_command continue' -xa '(ecs-service completion --list addresses 2>/dev/null)'
complete -c ecs-service -n '__fish_ecs-service_using_command run' -xa '(ecs-service completion --list addresses 2>/dev/null)'
complete -c ecs-service -n '__fish_ecs-service_using_command logs' -xa '(ecs-service completion --list addresses 2>/dev/null)'
complete -c ecs-service -n '__fish_ecs-service_using_command exec' -xa '(ecs-service completion --list addresses 2>/dev/null)'
complete -c ecs-service -n '__fish_ecs-service_using_command port-forward' -xa '(ecs-service completion --list addresses 2>/dev/null)'
complete -c ecs-service -n '__fish_ecs-service_using_command revisions' -xa '(ecs-service completion --list addresses 2>/dev/null)'
complete -c ecs-service -n '__fish_ecs-service_using_command deregister' -xa '(ecs-service completion --list addresses 2>/dev/null)'
complete -c ecs-service -n '__fish_ecs-service_using_command history' -xa '(ecs-service completion --list addresses 2>/dev/null)'
complete -c ecs-service -n '__fish_ecs-service_using_command timeline' -xa '(ecs-service completion --list addresses 2>/dev/null)'
complete -c ecs-service -n '__fish_ecs-service_using_command show' -xa '(ecs-service completion --list addresses 2>/dev/null)'
complete -c ecs-service -n '__fish_ecs-service_using_command state show' -xa '(ecs-service completion --list addresses 2>/dev/null)'
complete -c ecs-service -n '__fish_ecs-service_using_command state rm' -xa '(ecs-service completion --list addresses 2>/dev/null)'
complete -c ecs-service -n '__fish_ecs-service_using_command state mv' -xa '(ecs-service completion --list addresses 2>/dev/null)'
complete -c ecs-service -n '__fish_ecs-service_using_command schema' -xa '(ecs-service completion --list arguments 2>/dev/null)'
complete -c ecs-service -n '__fish_ecs-service_using_command completion' -xa 'bash zsh fish'

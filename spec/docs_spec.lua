-- The documents say what is: every code, every command and every option is in them, links lead somewhere, code runs.
local cli = require "ecs_service.cli"
local core = require "ecs_service.core"
local documents = require "support.documents"

local read, has = documents.read, documents.has

describe("docs/errors.md", function()
  local text = read "docs/errors.md"
  local codes = assert(loadfile "tools/error_codes.lua")()

  it("tells every code that the sources make", function()
    local missing = {}
    for code, files in pairs(codes) do
      if not text:find("`" .. code .. "`", 1, true) then
        missing[#missing + 1] = code .. " of " .. table.concat(files, ", ")
      end
    end
    assert.same({}, missing)
    assert.truthy(codes.PlanStale and codes.DeploymentRolledBack and codes.StateForeign and codes.TooFew)
  end)

  it("tells no code of its own that nothing makes", function()
    local own = text:match "^(.-)\n## AWS's own codes"
    for line in own:gmatch "\n| (`[^|]+) |" do
      for code in line:gmatch "`([%w.]+)`" do
        assert.truthy(codes[code] or code:find "^Transport%.", code .. " is made nowhere")
      end
    end
  end)
end)

describe("docs/cli.md", function()
  local text = read "docs/cli.md"

  local function each(command, path, visit)
    visit(command, path)
    for _, sub in ipairs(command._commands) do each(sub, path .. " " .. sub._name, visit) end
  end

  it("names every command and every option that the command has", function()
    local missing = {}
    local function want(words, where)
      for _, word in ipairs(words) do
        if text:find(word, 1, true) then return end
      end
      missing[#missing + 1] = where
    end
    for _, command in ipairs(cli.parser()._commands) do
      each(command, command._name, function(one, path)
        want({ "`" .. path, "`" .. one._name .. "`", "ecs-service " .. path .. " " }, path)
        for _, option in ipairs(one._options) do
          local name = option._aliases[#option._aliases]
          want({ "`" .. name }, name .. " of " .. path)
        end
      end)
    end
    assert.same({}, missing)
  end)
end)

describe("the completions and the manual page", function()
  local function run(command)
    local pipe = assert(io.popen("( " .. command .. " ) 2>&1; echo \"code $?\""))
    local output, code = pipe:read("*a"):match "^(.*)code (%d+)%s*$"
    pipe:close()
    return tonumber(code), output
  end

  local SCRIPTS = {
    fish = [[fish --no-config -c 'source share/fish/vendor_completions.d/ecs-service.fish; complete -C "@@"']],
    bash = [=[bash --norc -c 'source share/bash-completion/completions/ecs-service; COMP_WORDS=(@@);
      [[ "@@" = *" " ]] && COMP_WORDS+=(""); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _ecs-service
      printf "%s\n" "${COMPREPLY[@]}"']=],
  }

  local function completed(shell, words)
    local code, output = run((SCRIPTS[shell]:gsub("@@", words)))
    assert.equal(0, code, output)
    local found = {}
    for line in output:gmatch "[^\n]+" do found[line:match "^%S+"] = true end
    return found
  end

  for _, shell in ipairs { "bash", "fish" } do
    it("complete commands, commands of commands and options in " .. shell, function()
      local found = completed(shell, "ecs-service st")
      assert.truthy(found.status and found.state and not found.plan)
      found = completed(shell, "ecs-service state ")
      assert.truthy(found.list and found.repair and not found.plan)
      found = completed(shell, "ecs-service plan --de")
      assert.truthy(found["--destroy"] and found["--detailed-exitcode"] and not found["--auto-approve"])
    end)
  end

  -- The command of this tree, first in the PATH, in a folder with a script that would leave a trace if it were run.
  local function in_folder(text, work)
    local folder = os.tmpname()
    os.remove(folder)
    assert(core.system.make_dir(folder))
    local interpreter = os.getenv "ECS_TEST_LUA" or "lua5.4"
    assert(core.system.write_file(folder .. "/main", 'os.exit(require "ecs_service.cli".main(arg))\n'))
    assert(core.system.write_file(folder .. "/ecs-service", ('#!/bin/sh\nexec %s %s/main "$@" </dev/null\n'):format(
      interpreter, folder)))
    assert(core.system.write_file(folder .. "/services.lua", text))
    assert(core.system.write_file(folder .. "/ecs-service.state.json",
      '{"version":1,"services":{"recorded":{},"$(touch ran)":{},"two words":{}}}'))
    assert(os.execute("chmod +x " .. folder .. "/ecs-service"))
    work(folder)
    os.execute("rm -r " .. folder)
  end

  local SCRIPT = 'io.open("ran", "w"):close()\nstack:service("web", {})\nstack:service(\'worker\', {})\n'

  for _, shell in ipairs { "bash", "fish" } do
    it("complete values in " .. shell .. ", and run no script for it", function()
      in_folder(SCRIPT, function(folder)
        local here = assert(io.popen "pwd"):read "*l"
        local script = SCRIPTS[shell]:gsub("share/", here .. "/share/")
        local function offered(words)
          local code, output = run(("cd %s && PATH=%s:$PATH; %s"):format(folder, folder, (script:gsub("@@", words))))
          assert.equal(0, code, output)
          local found = {}
          for line in output:gmatch "[^\n]+" do found[line:match "^%S+"] = true end
          return found
        end
        for words, values in pairs { ["plan --refresh "] = { "true", "false" },
                                     ["completion "] = { "bash", "zsh", "fish" },
                                     ["status "] = { "web", "worker", "recorded" },
                                     ["diagnose w"] = { "web", "worker" },
                                     ["plan --target "] = { "web", "recorded" }, ["state show "] = { "recorded" },
                                     ["schema load_b"] = { "load_balancer", "load_balancer.container_port" },
                                     ["apply --silence NoC"] = { "NoCircuitBreaker" },
                                     ["wait --until "] = { "steady", "deployed" } } do
          local found = offered("ecs-service " .. words)
          for _, value in ipairs(values) do assert.truthy(found[value], shell .. ": " .. words .. value) end
          assert.falsy(found["services.lua"], shell .. ": " .. words)
          assert.falsy(found.two)
        end
        assert.is_nil(core.system.read_file(folder .. "/ran"))
      end)
    end)
  end

  it("are read by zsh", function()
    local code, output = run "zsh -f -n share/zsh/site-functions/_ecs-service"
    assert.equal(0, code, output)
    assert.equal("", output)
    has(read "share/zsh/site-functions/_ecs-service", "--detailed-exitcode[Exit with 2 when there are changes]")
  end)

  it("are what the command itself writes", function()
    for shell, path in pairs { bash = "bash-completion/completions/ecs-service",
      zsh = "zsh/site-functions/_ecs-service", fish = "fish/vendor_completions.d/ecs-service.fish" } do
      local pieces = {}
      assert.equal(0, cli.main({ "completion", shell }, {
        stdout = { write = function(_, ...) for _, piece in ipairs { ... } do pieces[#pieces + 1] = piece end end },
      }))
      assert.equal(read("share/" .. path), table.concat(pieces))
    end
  end)

  it("have no errors in the manual page, which names every command", function()
    local code, output = run "mandoc -T lint -W error share/man/man1/ecs-service.1"
    assert.equal(0, code, output)
    code, output = run "mandoc -T ascii share/man/man1/ecs-service.1"
    assert.equal(0, code, output)
    output = output:gsub(".\b", "") -- bold and underlined letters are struck over
    for _, name in ipairs(cli.COMMANDS) do has(output, "ecs-service " .. name) end
    has(output, "--lock-timeout DURATION")
    has(output, "ecs-service state unlock")
  end)
end)

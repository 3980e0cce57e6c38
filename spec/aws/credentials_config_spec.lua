-- AWS's configuration files, read as botocore reads them. The table of files below goes through both readers; the
-- environment variable AWS_CLIENTS_PYTHON names an interpreter that has botocore.
local cjson = require "cjson"
local config = require "ecs_service.aws.credentials.config"
local ini = require "ecs_service.aws.credentials.ini"
local journey = require "support.journey"
local words = require "ecs_service.aws.credentials.shell_words"

-- name → { config, credentials }
local FILES = {
  { "nothing at all" },
  { "the usual", "[default]\nregion = eu-west-1\n\n[profile ci]\nregion=us-east-1\noutput = json\n",
    "[default]\naws_access_key_id = A\naws_secret_access_key = S\n[ci]\naws_access_key_id=B\n" },
  { "an equals sign inside of a value", "[default]\nsecret = a=b==\nother : c:d=e\n" },
  { "a colon as the delimiter", "[default]\nregion: eu-west-1\nurl = http://127.0.0.1:80\n" },
  { "keys in capitals", "[default]\nREGION = eu-west-1\nAws_Access_Key_Id = A\n" },
  { "blanks in a key", "[default]\na key   =  a value  \n" },
  { "an empty value", "[default]\nregion =\noutput = json\n" },
  { "an empty value at the end", "[default]\nregion =" },
  { "comments of whole lines", "# one\n; two\n[default]\n  # three\nregion = x\n;region = y\n" },
  { "what looks like a comment behind a value", "[default]\nregion = x # y\noutput = a;b ; c\n" },
  { "a comment behind a section", "[default] # mine\nregion = x\n[profile a] ; b\nregion = y\n" },
  { "brackets behind a section", "[profile a] # [b]\nregion = x\n[c]]\nregion = y\n" },
  { "blanks inside of the brackets", "[ default ]\nregion = x\n[profile   a ]\nregion = y\n[profile\ta b]\nz = 1\n" },
  { "an indented section", "  [default]\nregion = x\n  output = y\n" },
  { "a section that is indented below a value", "[default]\nregion = x\n  [profile a]\n  output = y\n" },
  { "indented keys", "[default]\n  region = x\n  output = y\n" },
  { "a key that is less indented", "[default]\n    region = x\n  output = y\n" },
  { "a continued value", "[default]\nregion = x\n  y = z\n\tw\noutput = v\n" },
  { "a continued value with an empty line", "[default]\nnote = x\n\n  y\n\n\noutput = v\n" },
  { "a continued value with a comment", "[default]\nnote = x\n  # no\n  y\n" },
  { "nesting", "[default]\ns3 =\n  max_concurrent_requests = 20\n  addressing_style=path\nregion = x\n" },
  { "nesting with tabs, comments and empty lines", "[default]\ns3 =\n\tA = 1\n\n\t# no\n\tb = c = d\n" },
  { "nesting with capitals", "[default]\nS3 =\n  Max = 20\n" },
  { "nesting that has a line without a value", "[default]\ns3 =\n  max\n" },
  { "nesting with a colon", "[default]\ns3 =\n  max: 20\n" },
  { "nesting with an empty key", "[default]\ns3 =\n  = 20\n" },
  { "nesting in which a key stands twice", "[default]\ns3 =\n  a = 1\n  a = 2\n" },
  { "services", "[services own]\necs =\n  endpoint_url = http://127.0.0.1:1\ns3 =\n  endpoint_url = http://x\n"
    .. "[default]\nservices = own\n" },
  { "SSO sessions", "[sso-session corp]\nsso_start_url = https://x\nsso_region = eu-west-1\n"
    .. "[profile a]\nsso_session = corp\n" },
  { "quoted names", "[profile \"a b\"]\nx = 1\n[profile 'c d']\nx = 2\n[sso-session \"e f\"]\nx = 3\n" },
  { "names with quotes inside", "[profile a\"b c\"d]\nx = 1\n[profile \"e\\\"f\"]\nx = 2\n[profile 'g\\h']\nx = 3\n" },
  { "names with a backslash", "[profile a\\ b]\nx = 1\n[profile \"c\\d\"]\nx = 2\n[profile e\\]\nx = 3\n" },
  { "an empty quoted name", "[profile \"\"]\nx = 1\n" },
  { "quotes that do not end", "[profile \"a]\nx = 1\n[profile 'b]\nx = 2\n" },
  { "names of several words", "[profile a b]\nx = 1\n[profile]\nx = 2\n" },
  { "words that only begin like a kind", "[profiles a]\nx = 1\n[profileb c]\nx = 2\n[servicesx d]\nx = 3\n" },
  { "a profile without the word", "[a]\nregion = x\n[preview]\ny = 1\n" },
  { "default in two spellings", "[default]\nx = 1\n[profile default]\ny = 2\n" },
  { "default in two spellings, the other way round", "[profile default]\ny = 2\n[default]\nx = 1\n" },
  { "a profile in two spellings", "[profile a]\nx = 1\n[profile \"a\"]\ny = 2\n" },
  { "the section of defaults", "[DEFAULT]\nregion = x\noutput = json\n[profile a]\nregion = y\n[profile b]\n" },
  { "the section of defaults, twice", "[DEFAULT]\nregion = x\n[profile a]\n[DEFAULT]\noutput = y\n" },
  { "the section of defaults in the credentials file", nil, "[a]\nx = 1\n[DEFAULT]\ny = 2\n" },
  { "a section that stands twice", "[profile a]\nx = 1\n[profile a]\ny = 2\n" },
  { "a key that stands twice", "[profile a]\nx = 1\nX = 2\n" },
  { "a key that stands twice in the defaults", "[DEFAULT]\nx = 1\nx = 2\n" },
  { "a line before the first section", "region = x\n[default]\n" },
  { "a line that is nothing", "[default]\nregion\n" },
  { "a value without a key", "[default]\n= x\n" },
  { "an empty section name", "[]\nx = 1\n" },
  { "an open bracket", "[default\nx = 1\n" },
  { "Windows line ends", "[default]\r\nregion = x\r\ns3 =\r\n  a = 1\r\n\r\n[profile a]\r\nregion = y" },
  { "old Macintosh line ends", "[default]\rregion = x\r[profile a]\rregion = y" },
  { "both files with the same profile", "[profile a]\nx = 1\ny = 1\n[default]\nx = 1\n",
    "[a]\ny = 2\nz = 2\n[b]\nx = 3\n" },
  { "the word profile in the credentials file", nil, "[profile a]\nx = 1\n[a]\ny = 2\n" },
  { "nesting in the credentials file", nil, "[a]\ns3 =\n  x = 1\n" },
  { "an SSO session in the credentials file", nil, "[sso-session corp]\nsso_region = x\n" },
  { "an error in the credentials file", "[profile a]\nx = 1\n", "x = 1\n" },
  { "letters beyond ASCII", "[profile J\195\188rgen]\nnote = \226\130\172\n" },
  { "a control character", "[profile a]\nnote = x\0012\n" },
  { "an empty key of the section", "[profile a]\n : x\n" },
  { "blank lines with blanks", "[profile a]\nx = 1\n   \n\t\n  2\ny = 3\n" },
}

local function ours(row)
  local folder = journey.folder()
  if row[2] then journey.write(folder .. "/config", row[2]) end
  if row[3] then journey.write(folder .. "/credentials", row[3]) end
  journey.environment { AWS_CONFIG_FILE = folder .. "/config", AWS_SHARED_CREDENTIALS_FILE = folder .. "/credentials" }
  local loaded, err = config.load()
  if not loaded then
    assert.equal("BadConfig", err.code)
    return { error = true }
  end
  return { profiles = loaded.profiles, sso_sessions = loaded.sso_sessions, services = loaded.services }
end

-- What botocore makes of all files, in one start of Python.
local function theirs(python)
  local asked = {}
  for i, row in ipairs(FILES) do
    asked[i] = setmetatable({ config = row[2], credentials = row[3] }, cjson.object_mt)
    if next(asked[i]) == nil then asked[i] = { other = "" } end
  end
  local folder = journey.folder()
  journey.write(folder .. "/asked", cjson.encode(asked))
  local pipe = assert(io.popen(("'%s' spec/support/aws_config.py <'%s/asked'"):format(python, folder)))
  local answer = pipe:read "*a"
  pipe:close()
  return cjson.decode(answer)
end

after_each(journey.clean)

describe("AWS's configuration files", function()
  local python = os.getenv "AWS_CLIENTS_PYTHON"
  if python and python ~= "" then
    it("are read as botocore reads them", function()
      local answers = theirs(python)
      assert.equal(#FILES, #answers)
      for i, row in ipairs(FILES) do
        assert.same({ row[1], answers[i] }, { row[1], ours(row) })
      end
    end)
  else
    io.stderr:write("\nSKIPPED: part of spec/aws/credentials_config_spec.lua needs AWS_CLIENTS_PYTHON, ",
      "the path of a python with botocore\n")
    pending "not compared with botocore: AWS_CLIENTS_PYTHON names no python that has it"
  end

  it("may begin with a byte order mark, which botocore refuses", function()
    local parsed = assert(ini.parse "\239\187\191[default]\nregion = x\n")
    assert.same({ default = { region = "x" } }, parsed.sections)
  end)

  it("are told by path and line when they are wrong, without what stands there", function()
    local folder = journey.folder()
    journey.write(folder .. "/credentials", "[default]\naws_secret_access_key topsecret\n")
    journey.environment { AWS_CONFIG_FILE = folder .. "/none",
      AWS_SHARED_CREDENTIALS_FILE = folder .. "/credentials" }
    local loaded, err = config.load()
    assert.is_nil(loaded)
    assert.equal("BadConfig", err.code)
    assert.truthy(err.message:find(folder .. "/credentials", 1, true))
    assert.truthy(err.message:find("line 2", 1, true))
    assert.falsy(tostring(err):find("topsecret", 1, true))
  end)

  it("that cannot be read are an error, where botocore takes them for empty", function()
    local folder = journey.folder()
    journey.environment { AWS_CONFIG_FILE = folder, AWS_SHARED_CREDENTIALS_FILE = folder .. "/none" }
    local loaded, err = config.load()
    assert.is_nil(loaded)
    assert.equal("BadConfig", err.code)
  end)

  it("may be named with ~ and with variables", function()
    local folder = journey.folder()
    journey.write(folder .. "/mine", "[default]\nregion = x\n")
    journey.environment { HOME = folder, WHICH = "mine", AWS_CONFIG_FILE = "~/${WHICH}",
      AWS_SHARED_CREDENTIALS_FILE = "$HOME/$WHICH" }
    assert.equal("x", assert(config.settings()).region)
    assert.same({ folder .. "/mine", folder .. "/mine" }, { config.paths() })
  end)

  it("name the profile as botocore does: AWS_DEFAULT_PROFILE before AWS_PROFILE", function()
    journey.environment { AWS_PROFILE = "a", AWS_DEFAULT_PROFILE = "b" }
    assert.same({ "b", "AWS_DEFAULT_PROFILE" }, { config.profile() })
    assert.same({ "c", "profile" }, { config.profile "c" })
    journey.environment { AWS_PROFILE = "a" }
    assert.same({ "a", "AWS_PROFILE" }, { config.profile() })
    journey.environment {}
    assert.same({ "default" }, { config.profile() })
  end)
end)

describe("words", function()
  it("are split as a shell splits them", function()
    assert.same({ "a", "b c", "d e", "fg", "h\\i", 'j"k', "l m", "" },
      words.split [[ a  "b c" 'd e' f"g" "h\i" "j\"k" l\ m "" ]])
    assert.same({}, words.split "  ")
  end)

  it("with a quotation that does not end are refused", function()
    for _, wrong in ipairs { '"a', "'a", "a\\", '"a\\' } do
      local list, problem = words.split(wrong)
      assert.is_nil(list)
      assert.is_string(problem)
    end
  end)
end)

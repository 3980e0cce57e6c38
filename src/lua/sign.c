/* sign: signatures of AWS requests, and the userdata that keeps what many of them share.
**
** Texts go to the core as they lie in Lua's strings. Each is on the stack or in a table that is, until the core is
** done; and since a finalizer may run whenever Lua allocates, a signer that is at work is never used a second time. */
#include "base/duration.h"
#include "sign/sigv4.h"

#include <stdlib.h>
#include <string.h>

#include "binding.h"

#define SIGNER "ecs_service.signer"

typedef struct signer {
  ecs_sigv4 *core;
  ecs_sigv4_header *headers;
  size_t room;
  bool busy;
} signer;

/* One call: where its arguments are on the stack, and what was read from them. */
typedef struct call {
  lua_State *L;
  signer *with;
  int request, credentials, options; /* arguments */
  int given;                         /* the request's headers */
  int headers, anchors;              /* the table of headers to send; a table that keeps strings alive, or nil */
  bool presign, began;               /* began: this call made the signer busy */
  ecs_sigv4_request in;
  ecs_sigv4_credentials keys;
  ecs_sigv4_options how;
} call;

static int signer_gc(lua_State *L) {
  signer *gone = luaL_checkudata(L, 1, SIGNER);
  ecs_sigv4_free(gone->core);
  free(gone->headers);
  *gone = (signer){0};
  return 0;
}

static signer *push_signer(lua_State *L) {
  signer *made = lua_newuserdatauv(L, sizeof *made, 0);
  *made = (signer){0};
  luaL_getmetatable(L, SIGNER);
  lua_setmetatable(L, -2);
  made->core = ecs_sigv4_new(NULL);
  if (made->core == NULL)
    ecs_lua_raise(L, ECS_NOMEM);
  return made;
}

static void end(call *c) {
  if (c->began)
    c->with->busy = false;
}

static int refuse(call *c, int argument, const char *problem) {
  end(c);
  return luaL_argerror(c->L, argument, problem);
}

static bool is_absent(lua_State *L, int index) {
  if (lua_islightuserdata(L, index))
    return lua_touserdata(L, index) == NULL; /* cjson.null */
  return lua_isnoneornil(L, index);
}

/* Reads a text and leaves it on the stack. */
static ecs_sigv4_text text_of(call *c, int argument, const char *table, const char *name, bool required) {
  lua_State *L = c->L;
  ecs_sigv4_text text = {"", 0};
  lua_getfield(L, argument, name);
  if (lua_type(L, -1) == LUA_TSTRING)
    text.bytes = lua_tolstring(L, -1, &text.size);
  else if (required || !is_absent(L, -1))
    refuse(c, argument, lua_pushfstring(L, "%s.%s must be a string, not %s", table, name, luaL_typename(L, -1)));
  return text;
}

/* Sets *flag when the option is given. */
static void read_flag(call *c, const char *name, bool *flag) {
  lua_State *L = c->L;
  lua_getfield(L, c->options, name);
  if (lua_isboolean(L, -1))
    *flag = lua_toboolean(L, -1);
  else if (!is_absent(L, -1))
    refuse(c, c->options, lua_pushfstring(L, "options.%s must be true or false, not %s", name, luaL_typename(L, -1)));
  lua_pop(L, 1);
}

static void read_time(call *c) {
  lua_State *L = c->L;
  size_t size;
  lua_getfield(L, c->options, "time");
  if (lua_type(L, -1) == LUA_TNUMBER) {
    double time = lua_tonumber(L, -1);
    if (!(time >= 0 && time < (double)ECS_SIGV4_LAST_TIME + 1))
      refuse(c, c->options, "options.time must be between the years 1970 and 9999");
    c->how.time = (int64_t)time;
  } else {
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &size) : NULL;
    if (text == NULL || !ecs_sigv4_parse_time(text, size, &c->how.time))
      refuse(c, c->options, "options.time must be seconds since 1970 or a text such as 20261123T000000Z");
  }
  lua_pop(L, 1);
}

static void read_expires(call *c) {
  lua_State *L = c->L;
  lua_getfield(L, c->options, "expires");
  if (!is_absent(L, -1)) {
    size_t size;
    double expires = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : 0;
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &size) : NULL;
    if (text != NULL && !ecs_duration_read(text, size, &expires))
      expires = 0;
    if (!(expires >= 1 && expires <= ECS_SIGV4_MAX_EXPIRES))
      refuse(c, c->options, "options.expires must be between 1 and 604800 seconds (seven days), or a text such as 15m");
    c->how.expires = (int64_t)expires;
  }
  lua_pop(L, 1);
}

static void read_options(call *c) {
  ecs_sigv4_text service = text_of(c, c->options, "options", "service", true);
  ecs_sigv4_text region = text_of(c, c->options, "options", "region", true);
  c->how = ecs_sigv4_options_for(service, region);
  c->how.unsigned_body = c->presign && ecs_sigv4_is_s3(service);
  read_time(c);
  read_flag(c, "normalize", &c->how.normalize_path);
  read_flag(c, "normalize_path", &c->how.normalize_path);
  read_flag(c, "double_encode_path", &c->how.double_encode_path);
  read_flag(c, "encode_query", &c->how.encode_query);
  read_flag(c, "sign_body", &c->how.sign_body);
  read_flag(c, "sign_body_header", &c->how.sign_body);
  read_flag(c, "unsigned_body", &c->how.unsigned_body);
  read_flag(c, "omit_session_token", &c->how.omit_session_token);
  if (c->presign)
    read_expires(c);
}

static bool same_name(ecs_sigv4_text a, const char *b, size_t size) {
  if (a.size != size)
    return false;
  for (size_t i = 0; i < size; i++) {
    char x = a.bytes[i], y = b[i];
    x = x >= 'A' && x <= 'Z' ? (char)(x - 'A' + 'a') : x;
    y = y >= 'A' && y <= 'Z' ? (char)(y - 'A' + 'a') : y;
    if (x != y)
      return false;
  }
  return true;
}

/* Whether signing makes this header anew. */
static bool is_remade(const call *c, ecs_sigv4_text name) {
  return same_name(name, "authorization", 13) || same_name(name, "x-amz-date", 10) ||
         (c->keys.session_token.size > 0 && same_name(name, "x-amz-security-token", 20));
}

/* Replaces the text at the top of the stack by one without line breaks: what is signed and sent is one line. */
static void unfold(lua_State *L, const char *text, size_t size) {
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  size_t i = 0;
  while (i < size) {
    size_t start = i, end;
    while (i < size && text[i] != '\r' && text[i] != '\n')
      i++;
    for (end = i; i < size && end > start && (text[end - 1] == ' ' || text[end - 1] == '\t');)
      end--;
    luaL_addlstring(&buffer, text + start, end - start);
    if (i < size)
      luaL_addchar(&buffer, ' ');
    while (i < size && strchr(" \t\r\n", text[i]) != NULL && text[i] != 0)
      i++;
  }
  luaL_pushresult(&buffer);
  lua_remove(L, -2);
}

/* The value at the top of the stack as text: a string as it is, a number, several lines as one. */
static ecs_sigv4_text header_value(call *c, const char *name) {
  lua_State *L = c->L;
  ecs_sigv4_text value;
  if (lua_type(L, -1) == LUA_TNUMBER) {
    char digits[ECS_NUMBER_ROOM];
    size_t size = ecs_lua_number_text(L, -1, digits);
    lua_pop(L, 1);
    lua_pushlstring(L, digits, size);
  } else if (lua_type(L, -1) != LUA_TSTRING) {
    refuse(c, c->request,
           lua_pushfstring(L, "request.headers[\"%s\"] must be a string, not %s", name, luaL_typename(L, -1)));
  }
  value.bytes = lua_tolstring(L, -1, &value.size);
  if (memchr(value.bytes, '\n', value.size) != NULL || memchr(value.bytes, '\r', value.size) != NULL) {
    unfold(L, value.bytes, value.size);
    value.bytes = lua_tolstring(L, -1, &value.size);
  }
  return value;
}

static ecs_sigv4_header *next_header(call *c) {
  signer *with = c->with;
  if (c->in.header_count == with->room) {
    size_t room = with->room == 0 ? 32 : with->room * 2;
    ecs_sigv4_header *more = realloc(with->headers, room * sizeof *more);
    if (more == NULL) {
      end(c);
      ecs_lua_raise(c->L, ECS_NOMEM);
      return NULL;
    }
    with->headers = more;
    with->room = room;
  }
  return &with->headers[c->in.header_count++];
}

/* A header that may have come before: the table of headers gets the values joined, as HTTP allows. Pops the value. */
static void join_header(call *c, ecs_sigv4_text name) {
  lua_State *L = c->L;
  if (lua_isnil(L, c->anchors)) {
    lua_newtable(L);
    lua_replace(L, c->anchors);
  }
  lua_pushvalue(L, -1);
  lua_rawseti(L, c->anchors, (int)lua_rawlen(L, c->anchors) + 1);
  lua_pushlstring(L, name.bytes, name.size);
  for (size_t i = 0; i + 1 < c->in.header_count; i++) {
    const ecs_sigv4_text *before = &c->with->headers[i].name;
    if (same_name(*before, name.bytes, name.size)) { /* the first spelling is the one that is sent */
      lua_pop(L, 1);
      lua_pushlstring(L, before->bytes, before->size);
      break;
    }
  }
  lua_insert(L, -2);
  lua_pushvalue(L, -2);
  lua_rawget(L, c->headers);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
  } else {
    lua_insert(L, -2);
    lua_pushliteral(L, ",");
    lua_insert(L, -2);
    lua_concat(L, 3);
  }
  lua_rawset(L, c->headers);
}

/* Takes the header with the given name and the value at the top of the stack, which it pops. */
static void add_to_list(call *c, ecs_sigv4_text name) {
  if (is_remade(c, name)) {
    lua_pop(c->L, 1);
    return;
  }
  ecs_sigv4_text value = header_value(c, name.bytes);
  *next_header(c) = (ecs_sigv4_header){name, value};
  join_header(c, name);
}

/* {name, value} at the top of the stack; pops it. */
static void add_pair(call *c) {
  lua_State *L = c->L;
  ecs_sigv4_text name;
  if (!lua_istable(L, -1))
    refuse(c, c->request, "request.headers must be a table name = value, or a list of {name, value}");
  lua_rawgeti(L, -1, 1);
  if (lua_type(L, -1) != LUA_TSTRING)
    refuse(c, c->request, "request.headers, as a list, must hold {name, value} with a string for a name");
  name.bytes = lua_tolstring(L, -1, &name.size);
  if (lua_isnil(L, c->anchors)) {
    lua_newtable(L);
    lua_replace(L, c->anchors);
  }
  lua_rawseti(L, c->anchors, (int)lua_rawlen(L, c->anchors) + 1);
  lua_rawgeti(L, -1, 2);
  add_to_list(c, name);
  lua_pop(L, 1);
}

/* name = value (or a list of values) at the top of the stack; pops the value. */
static void add_field(call *c) {
  lua_State *L = c->L;
  ecs_sigv4_text name;
  name.bytes = lua_tolstring(L, -2, &name.size);
  if (lua_istable(L, -1)) {
    for (int i = 1; i <= (int)lua_rawlen(L, -1); i++) {
      lua_rawgeti(L, -1, i);
      add_to_list(c, name);
    }
    lua_pop(L, 1);
  } else if (is_remade(c, name)) {
    lua_pop(L, 1);
  } else {
    ecs_sigv4_text value = header_value(c, name.bytes);
    *next_header(c) = (ecs_sigv4_header){name, value};
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, c->headers);
  }
}

static void read_headers(call *c) {
  lua_State *L = c->L;
  int list = c->given;
  lua_pushnil(L);
  c->anchors = lua_gettop(L);
  lua_createtable(L, 0, 8);
  c->headers = lua_gettop(L);
  if (is_absent(L, list))
    return;
  if (!lua_istable(L, list))
    refuse(c, c->request, lua_pushfstring(L, "request.headers must be a table, not %s", luaL_typename(L, list)));
  size_t count = (size_t)lua_rawlen(L, list);
  for (size_t i = 1; i <= count; i++) {
    lua_rawgeti(L, list, (int)i);
    add_pair(c);
  }
  for (lua_pushnil(L); lua_next(L, list) != 0;) {
    if (lua_type(L, -2) == LUA_TSTRING)
      add_field(c);
    else
      lua_pop(L, 1);
  }
}

static void set_text(lua_State *L, int table, const char *name, ecs_sigv4_text text) {
  if (text.bytes == NULL)
    return;
  lua_pushlstring(L, text.bytes, text.size);
  lua_setfield(L, table, name);
}

static void complete_headers(call *c, const ecs_sigv4_result *result) {
  lua_State *L = c->L;
  set_text(L, c->headers, "Host", result->host);
  if (c->presign)
    return;
  set_text(L, c->headers, "X-Amz-Date", result->date);
  set_text(L, c->headers, "X-Amz-Content-Sha256", result->body_hash);
  set_text(L, c->headers, "Authorization", result->authorization);
  if (c->keys.session_token.size > 0)
    set_text(L, c->headers, "X-Amz-Security-Token", c->keys.session_token);
}

static int push_result(call *c, const ecs_sigv4_result *result) {
  lua_State *L = c->L;
  complete_headers(c, result);
  if (c->presign)
    lua_pushlstring(L, result->url.bytes, result->url.size);
  else
    lua_pushvalue(L, c->headers);
  lua_createtable(L, 0, 5);
  int details = lua_gettop(L);
  set_text(L, details, "canonical_request", result->canonical_request);
  set_text(L, details, "string_to_sign", result->string_to_sign);
  set_text(L, details, "signature", result->signature);
  set_text(L, details, "signed_headers", result->signed_headers);
  if (c->presign) {
    lua_pushvalue(L, c->headers);
    lua_setfield(L, details, "headers");
  }
  end(c);
  return 2;
}

/* The argument that a problem of the core is about, by how its text begins. */
static int argument_of(const call *c, const char *problem) {
  if (strncmp(problem, "credentials", 11) == 0)
    return c->credentials;
  return strncmp(problem, "options", 7) == 0 ? c->options : c->request;
}

/* Arguments from `first` on: request, credentials, options. */
static int make(lua_State *L, signer *with, int first, bool presign) {
  call c = {.L = L, .with = with, .request = first, .credentials = first + 1, .options = first + 2, .presign = presign};
  for (int i = 0; i < 3; i++)
    luaL_checktype(L, first + i, LUA_TTABLE);
  if (with->core == NULL)
    return luaL_error(L, "the signer is closed");
  lua_settop(L, first + 2);
  luaL_checkstack(L, 32, "signing");
  /* What follows may run metamethods, so the signer is not touched before read_headers, which runs none. */
  c.in.method = text_of(&c, c.request, "request", "method", true);
  c.in.url = text_of(&c, c.request, "request", "url", true);
  c.in.body = text_of(&c, c.request, "request", "body", false);
  c.keys.access_key_id = text_of(&c, c.credentials, "credentials", "access_key_id", true);
  c.keys.secret_access_key = text_of(&c, c.credentials, "credentials", "secret_access_key", true);
  c.keys.session_token = text_of(&c, c.credentials, "credentials", "session_token", false);
  read_options(&c);
  lua_getfield(L, c.request, "headers");
  c.given = lua_gettop(L);
  if (with->busy)
    c.with = push_signer(L);
  c.with->busy = c.began = true;
  read_headers(&c);
  c.in.headers = c.with->headers;
  ecs_sigv4_result result;
  ecs_status status = (presign ? ecs_sigv4_presign : ecs_sigv4_sign)(c.with->core, &c.in, &c.keys, &c.how, &result);
  if (status == ECS_OK)
    return push_result(&c, &result);
  if (status != ECS_NOMEM)
    return refuse(&c, argument_of(&c, result.problem), result.problem);
  end(&c);
  ecs_lua_raise(L, status);
  return 0;
}

/* sign(request, credentials, options) -> headers, {canonical_request, string_to_sign, signature, signed_headers} */
static int sign(lua_State *L) { return make(L, lua_touserdata(L, lua_upvalueindex(1)), 1, false); }

/* presign(request, credentials, options) -> url, {canonical_request, …, headers = those to send along} */
static int presign(lua_State *L) { return make(L, lua_touserdata(L, lua_upvalueindex(1)), 1, true); }

static int signer_sign(lua_State *L) { return make(L, luaL_checkudata(L, 1, SIGNER), 2, false); }

static int signer_presign(lua_State *L) { return make(L, luaL_checkudata(L, 1, SIGNER), 2, true); }

/* signer:forget() wipes all derived keys. */
static int signer_forget(lua_State *L) {
  signer *with = luaL_checkudata(L, 1, SIGNER);
  if (with->core != NULL && !with->busy)
    ecs_sigv4_forget(with->core);
  return 0;
}

/* signer:derived() -> how many keys were derived so far */
static int signer_derived(lua_State *L) {
  signer *with = luaL_checkudata(L, 1, SIGNER);
  lua_pushnumber(L, with->core == NULL ? 0 : (lua_Number)ecs_sigv4_derived(with->core));
  return 1;
}

/* signer() -> a signer, whose derived keys live as long as it does */
static int new_signer(lua_State *L) {
  push_signer(L);
  return 1;
}

void ecs_lua_open_sign(lua_State *L) {
  static const luaL_Reg methods[] = {{"sign", signer_sign},
                                     {"presign", signer_presign},
                                     {"forget", signer_forget},
                                     {"derived", signer_derived},
                                     {NULL, NULL}};
  ecs_lua_new_type(L, SIGNER, methods, signer_gc);
  push_signer(L);
  lua_pushvalue(L, -1);
  lua_pushcclosure(L, sign, 1);
  lua_setfield(L, -3, "sign");
  lua_pushcclosure(L, presign, 1);
  lua_setfield(L, -2, "presign");
  lua_pushcfunction(L, new_signer);
  lua_setfield(L, -2, "signer");
}

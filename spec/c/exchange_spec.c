/* What an exchange gives back to the allocator: after a request over a real connection, no memory that it frees holds a
** header or a body of it. Its calls of free come here first (by the linker's --wrap), and libcurl's as its allocator's. */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <malloc.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../src/transport/exchange.h"
#include "harness.h"

#define TOKEN "a-session-token-that-nobody-may-find"
#define SENT "a-secret-of-the-body-that-is-sent"
#define RECEIVED "a-secret-of-the-answer"

static const char *const secrets[] = {TOKEN, SENT, RECEIVED};
static volatile size_t leaks, frees; /* for a compiler knows that free changes nothing here */

void __real_free(void *block);
void __wrap_free(void *block);

static bool holds(const char *block, size_t size, const char *secret) {
  size_t length = strlen(secret);
  for (size_t i = 0; i + length <= size; i++)
    if (memcmp(block + i, secret, length) == 0)
      return true;
  return false;
}

void __wrap_free(void *block) {
  size_t size = block == NULL ? 0 : malloc_usable_size(block);
  for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
    leaks += size > 0 && holds(block, size, secrets[i]);
  frees += size > 0;
  __real_free(block);
}

/* libcurl holds the lines of the head in a list, which is the exchange's to wipe; its other copies are its own. */
static void curl_gives(void *block) {
  static const char line[] = "X-Amz-Security-Token:";
  size_t size = block == NULL ? 0 : malloc_usable_size(block);
  leaks += size >= sizeof line && memcmp(block, line, sizeof line - 1) == 0;
  __real_free(block);
}

static char *curl_copies(const char *text) {
  size_t size = strlen(text) + 1;
  char *copy = malloc(size);
  return copy == NULL ? NULL : memcpy(copy, text, size);
}

/* Lines of a head that the next answer has besides: how many, and of how many bytes each. */
static int more_lines, line_size;

static void send_more_lines(int one) {
  for (int i = 0; i < more_lines; i++)
    dprintf(one, "X-More: %0*d\r\n", line_size - (int)sizeof "X-More: \r\n" + 1, i);
}

/* Answers one request, whatever it is, with a head and a body that are long enough for the buffers to grow. */
static void serve(int listener) {
  static char room[70000];
  int one = accept(listener, NULL, NULL);
  size_t got = 0;
  while (got < sizeof room - 1 && strstr(room, SENT) == NULL) {
    ssize_t piece = read(one, room + got, sizeof room - 1 - got);
    if (piece <= 0)
      break;
    got += (size_t)piece;
  }
  dprintf(one, "HTTP/1.1 200 OK\r\n");
  send_more_lines(one);
  dprintf(one, "X-Answer: %s\r\nContent-Length: %zu\r\n\r\n", RECEIVED, 400 * (sizeof RECEIVED - 1));
  for (int i = 0; i < 400; i++)
    dprintf(one, "%s", RECEIVED);
  close(one);
  _exit(0);
}

static pid_t start_server(unsigned *port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(bind(listener, (struct sockaddr *)&address, size) == 0 && listen(listener, 1) == 0);
  CHECK(getsockname(listener, (struct sockaddr *)&address, &size) == 0);
  *port = ntohs(address.sin_port);
  pid_t child = fork();
  if (child == 0)
    serve(listener);
  close(listener);
  return child;
}

static ecs_exchange *begin(const char *url) {
  static const char body[] = "{\"refreshToken\":\"" SENT "\"}";
  static char no_proxy[] = "*";
  ecs_exchange_options options = {.connect_timeout = 20, .timeout = 20, .max_body = 1 << 20, .no_proxy = no_proxy};
  ecs_exchange *exchange = ecs_exchange_new(NULL, &options, NULL);
  CHECK(ecs_exchange_header(exchange, "X-Amz-Security-Token", 20, TOKEN, sizeof TOKEN - 1));
  CHECK(ecs_exchange_start(exchange, &options, "POST", url, body, sizeof body - 1));
  return exchange;
}

static void wipes_what_it_sent_and_received(void) {
  unsigned port = 0;
  char url[64];
  pid_t child = start_server(&port);
  snprintf(url, sizeof url, "http://127.0.0.1:%u/", port);
  ecs_exchange *exchange = begin(url);
  ecs_exchange_finish(exchange, curl_easy_perform(exchange->easy));
  CHECK(exchange->failure == NULL && exchange->status == 200);
  CHECK(holds(exchange->content.data, exchange->content.size, RECEIVED));
  CHECK(holds(exchange->head.data, exchange->head.size, RECEIVED));
  curl_easy_cleanup(ecs_exchange_free(exchange));
  CHECK(waitpid(child, NULL, 0) == child);
  CHECK(frees > 4 && leaks == 0);
}

static void wipes_what_it_could_not_send(void) {
  frees = leaks = 0;
  ecs_exchange *exchange = begin("http://127.0.0.1:1/");
  ecs_exchange_finish(exchange, curl_easy_perform(exchange->easy));
  CHECK(exchange->failure != NULL && strstr(exchange->message, TOKEN) == NULL);
  curl_easy_cleanup(ecs_exchange_free(exchange));
  exchange = begin("http://127.0.0.1:1/"); /* and what it never tried to */
  curl_easy_cleanup(ecs_exchange_free(exchange));
  CHECK(frees > 4 && leaks == 0);
}

/* The answer to a request whose head has so many lines of so many bytes more. */
static ecs_exchange *answer_with(int lines, int size) {
  unsigned port = 0;
  char url[64];
  more_lines = lines;
  line_size = size;
  pid_t child = start_server(&port);
  snprintf(url, sizeof url, "http://127.0.0.1:%u/", port);
  ecs_exchange *exchange = begin(url);
  ecs_exchange_finish(exchange, curl_easy_perform(exchange->easy));
  CHECK(waitpid(child, NULL, 0) == child);
  more_lines = 0;
  return exchange;
}

static void takes_no_head_above_its_limit(void) {
  static const struct {
    int lines, size;
    bool taken;
  } cases[] = {{200, 1000, true}, {250, 1024, true},  {256, 1026, false}, {280, 1000, false},
               {3, 90000, false}, {1, 120000, false}, {2000, 1000, false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ecs_exchange *exchange = answer_with(cases[i].lines, cases[i].size);
    bool refused = exchange->failure != NULL && strcmp(exchange->failure, "too_large") == 0 &&
                   strstr(exchange->message, "head of the answer is larger than the limit") != NULL;
    if (!CHECK(cases[i].taken ? exchange->failure == NULL : refused))
      printf("  %d lines of %d bytes: %s %s\n", cases[i].lines, cases[i].size, exchange->failure, exchange->message);
    CHECK(exchange->head.size <= 1 << 18);
    curl_easy_cleanup(ecs_exchange_free(exchange));
  }
}

/* So that the checks above mean something. */
static void would_be_noticed_otherwise(void) {
  char *block = malloc(64);
  snprintf(block, 64, "%s", TOKEN);
  leaks = 0;
  CHECK(holds(block, 64, TOKEN)); /* without a look at it the compiler would write nothing */
  free(block);
  CHECK(leaks == 1);
}

int main(void) {
  CHECK(curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, curl_gives, realloc, curl_copies, calloc) == CURLE_OK);
  wipes_what_it_sent_and_received();
  wipes_what_it_could_not_send();
  would_be_noticed_otherwise();
  takes_no_head_above_its_limit();
  curl_global_cleanup();
  return harness_end();
}

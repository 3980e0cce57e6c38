/* An ECS that answers DescribeServices at once: for each name that is asked for, the text of fleet.json with the digits
** of the name in place of 00000. Prints its port and serves until it is killed.
**   bench_fleet_server fleet.json */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DIGITS = 5, MOST = 10, CONNECTIONS = 1024, REQUEST = 16384, SERVICE = 8192, HEAD = 256 };

static const char PLACE[] = "00000", NAME[] = "\"service-";

static struct {
  char text[REQUEST + 1];
  size_t size;
} requests[CONNECTIONS]; /* by file descriptor */

static char template[SERVICE];
static size_t template_size, places[64], place_count;

static void read_template(const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL) {
    perror(path);
    exit(1);
  }
  template_size = fread(template, 1, sizeof template - 1, file);
  fclose(file);
  for (char *at = template; (at = strstr(at, PLACE)) != NULL && place_count < 64; at += DIGITS)
    places[place_count++] = (size_t)(at - template);
}

/* The body for the names in `request`; its size. */
static size_t write_body(char *to, const char *request) {
  size_t size = (size_t)sprintf(to, "{\"services\":[");
  const char *name = strstr(request, NAME);
  for (int count = 0; name != NULL && count < MOST; count++, name = strstr(name, NAME)) {
    name += sizeof NAME - 1;
    if (count > 0)
      to[size++] = ',';
    memcpy(to + size, template, template_size);
    for (size_t i = 0; i < place_count; i++)
      memcpy(to + size + places[i], name, DIGITS);
    size += template_size;
  }
  return size + (size_t)sprintf(to + size, "],\"failures\":[]}");
}

static bool send_all(int fd, const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);
    if (sent <= 0)
      return false;
    bytes += sent;
    size -= (size_t)sent;
  }
  return true;
}

static bool answer(int fd, const char *request) {
  static char whole[HEAD + MOST * (SERVICE + 1) + HEAD];
  char head[HEAD];
  size_t size = write_body(whole + HEAD, request);
  int before = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\n"
                        "x-amzn-RequestId: 00000000-0000-4000-8000-000000000000\r\nContent-Length: %zu\r\n\r\n", size);
  memcpy(whole + HEAD - before, head, (size_t)before);
  return send_all(fd, whole + HEAD - before, size + (size_t)before);
}

/* Takes what has arrived; answers when a request is whole. False: the connection has ended. */
static bool take(int fd) {
  char *text = requests[fd].text;
  ssize_t got = recv(fd, text + requests[fd].size, REQUEST - requests[fd].size, 0);
  if (got <= 0)
    return false;
  requests[fd].size += (size_t)got;
  text[requests[fd].size] = '\0';
  char *body = strstr(text, "\r\n\r\n"), *length = strcasestr(text, "content-length:");
  if (body == NULL)
    return requests[fd].size < REQUEST;
  size_t needed = (size_t)(body + 4 - text) + (length != NULL ? (size_t)atoi(length + 15) : 0);
  if (requests[fd].size < needed)
    return requests[fd].size < REQUEST;
  requests[fd].size = 0;
  return answer(fd, body);
}

static void watch(int epoll, int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static int listen_somewhere(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, 128) != 0) {
    perror("listen");
    exit(1);
  }
  getsockname(fd, (struct sockaddr *)&address, &size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return fd;
}

int main(int argc, char **argv) {
  if (argc != 2)
    return 1;
  read_template(argv[1]);
  int listener = listen_somewhere(), epoll = epoll_create1(0), on = 1;
  watch(epoll, listener);
  for (;;) {
    struct epoll_event event;
    if (epoll_wait(epoll, &event, 1, -1) != 1)
      continue;
    int fd = event.data.fd;
    if (fd == listener) {
      fd = accept(listener, NULL, NULL);
      if (fd < 0 || fd >= CONNECTIONS) {
        close(fd);
        continue;
      }
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      requests[fd].size = 0;
      watch(epoll, fd);
    } else if (!take(fd)) {
      close(fd);
    }
  }
}

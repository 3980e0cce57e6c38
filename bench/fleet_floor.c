/* The floor of reading a fleet: libcurl alone fetches the same answers over ten connections and drops them. Prints the
** seconds and the bytes.
**   bench_fleet_floor URL SERVICES */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CONNECTIONS = 10, NAMES = 10, BODY = 512 };

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static size_t drop(char *bytes, size_t size, size_t count, void *total) {
  (void)bytes;
  *(double *)total += (double)(size * count);
  return size * count;
}

/* Asks for the next ten services; false when none is left. */
static int ask(CURLM *multi, CURL *easy, int *next, int services) {
  char body[BODY];
  if (*next > services)
    return 0;
  int size = snprintf(body, sizeof body, "{\"cluster\":\"prod\",\"include\":[\"TAGS\"],\"services\":[");
  for (int i = 0; i < NAMES && *next <= services; i++)
    size += snprintf(body + size, sizeof body - (size_t)size, "%s\"service-%05d\"", i > 0 ? "," : "", (*next)++);
  snprintf(body + size, sizeof body - (size_t)size, "]}");
  curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, body);
  curl_multi_add_handle(multi, easy);
  return 1;
}

static void open_all(CURLM *multi, const char *url, struct curl_slist *headers, double *bytes, int *next,
                     int services) {
  for (int i = 0; i < CONNECTIONS; i++) {
    CURL *easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, bytes);
    if (!ask(multi, easy, next, services))
      curl_easy_cleanup(easy);
  }
}

int main(int argc, char **argv) {
  if (argc != 3)
    return 1;
  int services = atoi(argv[2]), next = 1, running = 1, left;
  double bytes = 0, start = seconds();
  CURLM *multi = curl_multi_init();
  struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/x-amz-json-1.1");
  headers = curl_slist_append(headers, "X-Amz-Target: AmazonEC2ContainerServiceV20141113.DescribeServices");
  open_all(multi, argv[1], headers, &bytes, &next, services);
  while (running > 0) {
    curl_multi_perform(multi, &running);
    for (CURLMsg *message; (message = curl_multi_info_read(multi, &left)) != NULL;) {
      CURL *easy = message->easy_handle;
      if (message->data.result != CURLE_OK)
        return 1;
      curl_multi_remove_handle(multi, easy);
      if (ask(multi, easy, &next, services))
        running++;
      else
        curl_easy_cleanup(easy);
    }
    if (running > 0)
      curl_multi_poll(multi, NULL, 0, 1000, NULL);
  }
  curl_multi_cleanup(multi);
  curl_slist_free_all(headers);
  printf("%.6f %.0f\n", seconds() - start, bytes);
  return 0;
}

/* Receives pushed frames and counts them, for fan_out: PORT CONNECTIONS WARM SECONDS.

   Standard input has two lines for each connection, the text frames that it sends after the handshake. After WARM
   seconds it counts for SECONDS, and prints the number of messages, of bytes, of microseconds that passed, and of
   microseconds in which it used the CPU. Only frames with an extended length are messages: PING and the responses to
   LOGIN and REG are shorter. All sockets are read once a millisecond, so that waking up the client costs nothing.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define LINE 4096

struct connection {
    int fd;
    unsigned char head[10];
    unsigned have;  /* bytes of a frame's head */
    uint64_t skip;  /* bytes of its payload that are still to come */
};

static uint64_t frames, bytes;
static char buffer[1 << 18];

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static uint64_t micros(struct timeval at) { return (uint64_t)at.tv_sec * 1000000 + (uint64_t)at.tv_usec; }

static uint64_t now(void) {
    struct timeval at;
    gettimeofday(&at, NULL);
    return micros(at);
}

static uint64_t busy(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return micros(used.ru_utime) + micros(used.ru_stime);
}

static void put(int fd, const void *data, size_t size) {
    const char *from = data;
    while (size) {
        ssize_t sent = write(fd, from, size);
        if (sent <= 0) fail("write");
        from += sent;
        size -= (size_t)sent;
    }
}

/* A text frame from a line, masked with zeros. */
static void put_line(int fd) {
    char line[LINE], frame[LINE + 8];
    if (!fgets(line, sizeof line, stdin)) fail("standard input");
    size_t size = strcspn(line, "\n"), head = 0;
    frame[head++] = (char)0x81;
    if (size < 126) {
        frame[head++] = (char)(0x80 | size);
    } else {
        frame[head++] = (char)(0x80 | 126);
        frame[head++] = (char)(size >> 8);
        frame[head++] = (char)size;
    }
    memset(frame + head, 0, 4);
    head += 4;
    memcpy(frame + head, line, size);
    put(fd, frame, head + size);
}

static int join(int port) {
    struct sockaddr_in address = {0};
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address)) fail("connect");
    char request[512];
    int size = snprintf(request, sizeof request,
                        "GET /api/dostk/websocket HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
                        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        "Sec-WebSocket-Version: 13\r\n\r\n",
                        port);
    put(fd, request, (size_t)size);
    uint32_t tail = 0;
    while (tail != 0x0d0a0d0a) {
        unsigned char byte;
        if (read(fd, &byte, 1) != 1) fail("handshake");
        tail = tail << 8 | byte;
    }
    put_line(fd);
    put_line(fd);
    if (fcntl(fd, F_SETFL, O_NONBLOCK)) fail("fcntl");
    return fd;
}

static void take(struct connection *of, const char *data, size_t size) {
    bytes += size;
    while (size) {
        if (of->skip) {
            size_t part = of->skip < size ? (size_t)of->skip : size;
            of->skip -= part;
            data += part;
            size -= part;
            continue;
        }
        of->head[of->have++] = (unsigned char)*data++;
        size--;
        if (of->have < 2) continue;
        unsigned length = of->head[1] & 127, wide = length == 126 ? 2 : length == 127 ? 8 : 0;
        if (of->have < 2 + wide) continue;
        of->skip = wide ? 0 : length;
        for (unsigned at = 2; at < 2 + wide; at++) of->skip = of->skip << 8 | of->head[at];
        of->have = 0;
        frames += wide != 0;
    }
}

static void sweep(struct connection *connections, int count) {
    for (int at = 0; at < count; at++) {
        ssize_t got = read(connections[at].fd, buffer, sizeof buffer);
        if (got > 0) take(&connections[at], buffer, (size_t)got);
        else if (!got || (errno != EAGAIN && errno != EWOULDBLOCK)) fail("a connection ended");
    }
    usleep(1000);
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    int port = atoi(argv[1]), count = atoi(argv[2]);
    uint64_t warm = (uint64_t)(atof(argv[3]) * 1e6), span = (uint64_t)(atof(argv[4]) * 1e6);
    struct connection *connections = calloc((size_t)count, sizeof *connections);
    if (!connections) fail("calloc");
    for (int at = 0; at < count; at++) connections[at].fd = join(port);
    for (uint64_t end = now() + warm; now() < end;) sweep(connections, count);
    frames = bytes = 0;
    uint64_t began = now(), rested = busy();
    while (now() < began + span) sweep(connections, count);
    printf("%llu %llu %llu %llu\n", (unsigned long long)frames, (unsigned long long)bytes,
           (unsigned long long)(now() - began), (unsigned long long)(busy() - rested));
    return 0;
}

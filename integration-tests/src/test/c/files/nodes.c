#include "cases.h"
#include "groups.h"

#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

static int bound(int fd, const char *path, int (*call)(int, const struct sockaddr *, socklen_t))
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	strcpy(address.sun_path, path);
	return call(fd, (struct sockaddr *)&address, sizeof address);
}

static void pipes(void)
{
	char bytes[16] = {0};
	CASE("a pipe", mkfifo("pipe", 0640), "%s", seen("pipe"));
	CASE("a pipe where something is", mkfifo("pipe", 0640));
	CASE("open for writing without a reader", opened("pipe", O_WRONLY | O_NONBLOCK, 0));
	int reader = open("pipe", O_RDONLY | O_NONBLOCK);
	CASE("read without a writer", read(reader, bytes, 1));
	int writer = open("pipe", O_WRONLY);
	CASE("read what nobody wrote", read(reader, bytes, 1));
	ELSEWHERE(write(writer, "through", 7));
	CASE("read what another wrote", read(reader, bytes, 15), "%s", bytes);
	CASE("seek", lseek(reader, 0, SEEK_SET));
	CASE("its size", truncate("pipe", 0));
	CASE("rename", rename("pipe", "pipe2"), "%s", seen("pipe2"));
	ELSEWHERE(write(writer, "again", 5));
	memset(bytes, 0, sizeof bytes);
	CASE("read after that", read(reader, bytes, 15), "%s", bytes);
	close(reader);
	CASE("mode", chmod("pipe2", 0600), "%s", seen("pipe2"));
	CASE("owner", chown("pipe2", SOMEBODY, SOMEBODY), "%s", seen("pipe2"));
	CASE("link", link("pipe2", "pipe3"), "%s", seen("pipe3"));
	close(writer);
}

static void sockets(void)
{
	int server = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
	char byte = 0;
	CASE("a socket", bound(server, "socket", bind), "%s", seen("socket"));
	CASE("a socket where something is", bound(client, "socket", bind));
	CASE("to a socket that nobody hears", bound(client, "socket", connect));
	listen(server, 1);
	CASE("to a socket", bound(client, "socket", connect));
	int accepted = accept(server, NULL, NULL);
	write(client, "s", 1);
	CASE("through it", read(accepted, &byte, 1), "%c", byte);
	CASE("opened", opened("socket", O_RDWR, 0));
	CASE("unlinked", unlink("socket"), "%s", seen("socket"));
	close(server);
	close(client);
	close(accepted);
	client = socket(AF_UNIX, SOCK_STREAM, 0);
	CASE("to none", bound(client, "socket", connect));
	close(client);
	CASE("made", mknod("made", S_IFSOCK | 0644, 0), "%s", seen("made"));
}

void nodes(void)
{
	pipes();
	sockets();
	CASE("a file", mknod("file", S_IFREG | 0644, 0), "%s", seen("file"));
	CASE("a file by no kind", mknod("file2", 0600, 0), "%s", seen("file2"));
	CASE("a directory", mknod("directory", S_IFDIR | 0755, 0));
	CASE("in nothing", mknod("none/x", S_IFREG | 0644, 0));
	CASE("in a file", mknod("file/x", S_IFREG | 0644, 0));
	CASE("where something is", mknod("file", S_IFREG | 0644, 0));
	CASE("a character device", mknod("null", S_IFCHR | 0666, makedev(1, 3)), "%s", seen("null"));
	CASE("a block device", mknod("disk", S_IFBLK | 0600, makedev(7, 0)), "%s", seen("disk"));
	AS(SOMEBODY, CASE("a character device, by another", mknod("null2", S_IFCHR | 0666, makedev(1, 3))));
	unlink("null");
	unlink("disk");
	umask(022);
	CASE("under a mask", mkfifo("masked", 0666), "%s", seen("masked"));
	umask(0);
}

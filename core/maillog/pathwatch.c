#include "maillog/pathwatch.h"

#include "base/mem.h"
#include "base/text.h"

#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

/* File systems whose changes by others inotify does not see: statfs(2). */
static const uint32_t deaf[] = {
	0x6969,     /* NFS */
	0x517b,     /* SMB */
	0xff534d42, /* CIFS */
	0xfe534d42, /* SMB2 */
	0x65735546, /* FUSE: sshfs and the like */
	0x01021997, /* 9p */
	0x5346414f, /* AFS */
	0x6b414653, /* kAFS */
	0x73757245, /* Coda */
	0x00c36400, /* Ceph */
	0x0bd00bd0, /* Lustre */
	0x01161970, /* GFS2 */
	0x7461636f, /* OCFS2 */
	0x47504653, /* GPFS */
	0x786f4256, /* VirtualBox shared folders */
	0xbacbacbc, /* VMware shared folders */
};

static bool
is_deaf(const char *path)
{
	struct statfs fs;

	if (statfs(path, &fs) < 0)
		return false;
	for (size_t i = 0; i < sizeof deaf / sizeof deaf[0]; i++)
		if ((uint32_t)fs.f_type == deaf[i])
			return true;
	return false;
}

/* The directory part of a path; "." and "/" have none above them. The caller frees it. */
static char *
parent_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return mem_text(".");
	while (slash > path && slash[-1] == '/')
		slash--;
	return slash == path ? mem_text("/") : mem_copy(path, (size_t)(slash - path));
}

static const char *
name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* A busy directory of logs tells of every line of each; only our name, and the directory itself, matter. */
static void
directory_changed(uv_fs_event_t *handle, const char *name, int events, int status)
{
	struct pathwatch *w = (struct pathwatch *)((char *)handle - offsetof(struct pathwatch, on_directory));
	bool self = name && !strcmp(name, name_of(w->directory));

	/* A directory that was removed and made again can have its old inode, but not its old watch. */
	if (status < 0 || (self && (events & UV_RENAME)))
		w->directory_device = w->directory_inode = 0;
	if (!name || w->near || self || !strcmp(name, name_of(w->path)))
		w->wake(w->arg);
}

static void
file_changed(uv_fs_event_t *handle, const char *name, int events, int status)
{
	struct pathwatch *w = (struct pathwatch *)((char *)handle - offsetof(struct pathwatch, on_file));

	(void)name;
	(void)events;
	(void)status;
	w->wake(w->arg);
}

void
pathwatch_init(struct pathwatch *w, uv_loop_t *loop, const char *path, void (*wake)(void *arg), void *arg)
{
	w->path = mem_text(path);
	w->directory = parent_of(path);
	w->wake = wake;
	w->arg = arg;
	uv_fs_event_init(loop, &w->on_directory);
	uv_fs_event_init(loop, &w->on_file);
}

/* Watches one directory. False when it is not there. */
static bool
watch(struct pathwatch *w, const char *directory)
{
	struct stat st;
	int code;

	if (stat(directory, &st) < 0 || !S_ISDIR(st.st_mode))
		return false;
	if (st.st_dev == w->directory_device && st.st_ino == w->directory_inode)
		return true;
	uv_fs_event_stop(&w->on_directory);
	code = uv_fs_event_start(&w->on_directory, directory_changed, directory, 0);
	if (code == UV_ENOENT || code == UV_ENOTDIR)
		return false;
	w->failed = code < 0;
	w->deaf_directory = is_deaf(directory);
	w->directory_device = code < 0 ? 0 : st.st_dev;
	w->directory_inode = code < 0 ? 0 : st.st_ino;
	return true;
}

void
pathwatch_directory(struct pathwatch *w)
{
	char *directory = mem_text(w->directory), *above, *below = NULL;
	struct stat st;
	bool missed, link;

	while (!watch(w, directory) && strcmp(directory, "/") && strcmp(directory, ".")) {
		above = parent_of(directory);
		free(below);
		below = directory;
		directory = above;
	}
	w->near = below != NULL;
	/* What appeared between the two looks would be missed, and a link leads where nothing is watched. */
	missed = below && stat(below, &st) == 0;
	link = lstat(w->path, &st) == 0 && S_ISLNK(st.st_mode);
	w->blind = missed || link || w->failed || w->deaf_directory || w->deaf_file;
	free(below);
	free(directory);
}

void
pathwatch_file(struct pathwatch *w, const struct log_file *file)
{
	struct stat st;

	if (file && file->device == w->file_device && file->inode == w->file_inode)
		return;
	uv_fs_event_stop(&w->on_file);
	w->file_device = w->file_inode = 0;
	w->deaf_file = file && is_deaf(w->path);
	if (!file || uv_fs_event_start(&w->on_file, file_changed, w->path, 0) < 0)
		return;
	/* The path may lead to another file by now; then the next look finds it and comes back here. */
	if (stat(w->path, &st) == 0 && st.st_dev == file->device && st.st_ino == file->inode) {
		w->file_device = file->device;
		w->file_inode = file->inode;
	}
}

void
pathwatch_free(struct pathwatch *w)
{
	free(w->path);
	free(w->directory);
}

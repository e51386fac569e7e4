#!/bin/bash
# enter.sh COMMAND...: runs COMMAND as root in network, mount, pid and host-name namespaces of its own: a network with
# loopback alone (so ports 25 and 53 are free and nothing leaves the machine), its own /run, /dev with no syslog socket
# yet, a copy of /etc to write to, where resolv.conf asks 127.0.0.53, and the name mail.example.net. All of it goes when
# COMMAND ends.
# Ends with 77 (skipped) where namespaces are forbidden.
set -eu
self=$(readlink -f "$0")
. "$(dirname "$self")/skip.sh"

fresh_dev() {
	mkdir /run/dev
	mount -t tmpfs -o mode=755 none /run/dev
	for node in null zero full random urandom tty; do
		touch /run/dev/$node
		mount --bind /dev/$node /run/dev/$node
	done
	mkdir /run/dev/pts /run/dev/shm
	mount -t devpts -o newinstance,ptmxmode=0666,mode=620 none /run/dev/pts
	mount -t tmpfs none /run/dev/shm
	ln -s pts/ptmx /run/dev/ptmx
	ln -s /proc/self/fd /run/dev/fd
	mount --move /run/dev /dev
}

# What is written below /etc stays here: Sendmail and the commands of its administrator have their usual paths.
own_etc() {
	mkdir /run/etc
	# A user's own namespace may not read everything there; nothing of that is needed.
	cp -rd --preserve=mode,timestamps /etc/. /run/etc 2>/dev/null || :
	mount --bind /run/etc /etc
	rm -rf /etc/resolv.conf /etc/hosts /etc/nsswitch.conf /etc/mail
}

furnish() {
	hostname mail.example.net
	ip link set lo up
	mount -t tmpfs -o mode=755 none /run
	fresh_dev
	own_etc
	printf 'nameserver 127.0.0.53\noptions timeout:2 attempts:2\n' >/etc/resolv.conf
	printf '127.0.0.1 localhost mail.example.net mail\n::1 ip6-localhost\n' >/etc/hosts
	printf 'passwd: files\ngroup: files\nhosts: files dns\n' >/etc/nsswitch.conf
}

if [ "${1-}" = --inside ]; then
	shift
	# Sendmail drops its groups; a user's own namespace allows that only with newgidmap's help.
	[ "${1-}" != --try ] || { furnish && setpriv --clear-groups true && exit 0; }
	furnish
	exec "$@"
fi

[ $# -gt 0 ] || { echo "usage: enter.sh COMMAND..." >&2; exit 2; }
for tool in unshare ip mount setpriv; do
	command -v $tool >/dev/null || skip "the sandbox for Sendmail needs $tool (util-linux, iproute2)"
done
private="unshare --net --mount --pid --uts --ipc --fork --kill-child --mount-proc"
[ "$(id -u)" = 0 ] || private="$private --map-root-user --map-auto"
# Tried first, so that a refusal is told from a test that fails.
why=$($private "$self" --inside --try 2>&1) || skip "no namespaces for Sendmail here: $(echo "$why" | head -n 1)"
exec $private "$self" --inside "$@"

#!/bin/sh
# The README's pictures, from the real program on the lab: screenshots/make.sh BUILD-FOLDER
# Needs tmux, python3-pil and fonts-dejavu-core (Debian).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:?usage: screenshots/make.sh BUILD-FOLDER}" && pwd)
work=$(mktemp -d)
trap 'mux kill-server 2>/dev/null || :; rm -rf "$work"' EXIT

mux() {
	tmux -S "$work/tmux" -f /dev/null "$@"
}

screen() {
	mux capture-pane -p -t lab
}

keys() {
	mux send-keys -t lab "$@"
}

# Waits for a text (a basic regular expression) on the screen; each look costs a round trip to tmux.
until_shown() {
	tries=0
	until screen | grep -q -- "$1"; do
		tries=$((tries + 1))
		if [ "$tries" -gt 6000 ] || ! mux has-session -t lab; then
			echo "not shown: $1" >&2
			screen >&2
			exit 1
		fi
	done
}

# Goes to a relay of the table by its name: the mark stands at the row before the next key is sent.
go_to() {
	keys / "$1" Enter
	until_shown "▸$(printf %.10s "$1")"
}

picture() {
	mux capture-pane -e -p -t lab > "$work/$1.ansi"
	/usr/bin/python3 "$here/render.py" "$work/$1.ansi" "$here/$1.png"
	echo "$here/$1.png"
}

export LC_ALL=C.UTF-8 TERM=screen-256color TMPDIR=/tmp TZ=UTC
unset NO_COLOR || :
# The host's name is in the pictures: mx1, in a namespace of its own where that may be had.
named="hostname mx1 && exec $build/verifail-lab --interval 0"
if unshare --map-root-user --uts true 2>/dev/null; then
	mux new-session -d -s lab -x 80 -y 24 unshare --map-root-user --uts sh -c "$named"
else
	mux new-session -d -s lab -x 80 -y 24 "$build/verifail-lab" --interval 0 --host mx1
fi
mux set-option -g default-terminal screen-256color

until_shown '^▸mx-'
for host in mx-missing.example.net mx-private.example.net mx-tls10.example.org; do
	go_to "$host"
	keys v
	until_shown "^▸$(printf %.10s "$host").*/[0-9]* \(FAIL\|SOFT\)" # the NOW column
done
until_shown '^ mx-private.* FAIL them'
until_shown '^▸mx-tls10.* SOFT them'
picture relays

go_to mx-missing.example.net
keys Enter
until_shown 'OK once'
picture relay
keys f
until_shown 'TELL THEM'
keys 2
until_shown '▸2'
keys t
until_shown 'tried in memory'
picture fix
keys Escape
until_shown 'ADDRESS'
keys Enter
until_shown '(not sent)'
picture chain
keys Enter
until_shown 'SHA-256'
picture certificate
keys Escape
until_shown '^chain'
keys Escape
until_shown 'ADDRESS'
keys d
until_shown 'SECTION'
picture dig
keys Escape
until_shown 'ADDRESS'
keys c
until_shown '= verify=FAIL'
picture connect
keys Escape
until_shown 'ADDRESS'
keys Escape
until_shown 'RELAY '
keys q

#!/bin/bash
# fetch.sh FOLDER: unpacks Debian's Sendmail and rsyslog, and the libraries that this machine lacks for them, into
# FOLDER/root. Nothing is installed: an MTA on the machine would replace the user's own. Asks apt what is missing, so it
# needs no list of libraries. Ends with 77 (skipped) where packages cannot be had.
set -eu
here=$(dirname "$(readlink -f "$0")")
. "$here/skip.sh"

folder=${1:?usage: fetch.sh FOLDER}
wanted="sendmail-bin sendmail-base sendmail-cf rsyslog m4 make"
complete=$folder/root/complete # with the list that it was made for
[ "$(cat "$complete" 2>/dev/null)" = "$wanted" ] && exit 0
for tool in apt-get dpkg; do
	command -v $tool >/dev/null || skip "$tool is needed to fetch Debian's Sendmail"
done
mkdir -p "$folder/packages"
cd "$folder/packages"

missing=$(LC_ALL=C apt-get -s --no-install-recommends install $wanted 2>apt.log | sed -n 's/^Inst \([^ ]*\).*/\1/p')
# What the machine already has installed is not in that list, but Sendmail and rsyslog are unpacked all the same: their
# paths inside the sandbox are then always the same.
for package in $wanted; do
	case " $(echo $missing) " in *" $package "*) ;; *) missing="$missing $package" ;; esac
done
# shellcheck disable=SC2086
apt-get -q download $missing >>apt.log 2>&1 || { cat apt.log; skip "apt-get download does not work here (apt-get update?)"; }

rm -rf "$folder/root"
mkdir "$folder/root"
for package in ./*.deb; do
	dpkg -x "$package" "$folder/root"
done
# Set-group-id programs ignore LD_LIBRARY_PATH, which is how the unpacked libraries are found.
find "$folder/root" -type f -perm /6000 -exec chmod ug-s {} +
echo "$wanted" >"$complete"
echo "unpacked: $(ls | sed -n 's/_.*\.deb$//p' | tr '\n' ' ')"

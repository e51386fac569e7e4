#!/bin/sh
# Runs each fuzz harness for some seconds from its seeds: run.sh FOLDER [SECONDS [NAME...]], where FOLDER has the
# built harnesses (build/tests/fuzz). One line a harness; fails on any crash, leaving its input in FOLDER.
set -u
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
seconds=${2:-5}
[ $# -gt 2 ] && shift 2 && names=$* || names=$(cd "$here" && ls fuzz_*.c | sed 's/^fuzz_//; s/\.c$//')
status=0

for name in $names; do
	harness=$folder/fuzz_$name
	if [ ! -x "$harness" ]; then
		echo "fuzz_$name: not built in $folder"
		status=1
		continue
	fi
	# New inputs go to the build folder; the repository's seeds are only read.
	mkdir -p "$folder/corpus_$name"
	if "$harness" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
		-artifact_prefix="$folder/crash_${name}_" "$folder/corpus_$name" "$here/corpus/$name" \
		>"$folder/fuzz_$name.log" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$folder/fuzz_$name.log")
		echo "fuzz_$name: ok, $runs runs"
	else
		echo "fuzz_$name: FAILED, see $folder/fuzz_$name.log"
		grep -v -E "^#[0-9]+[[:space:]]" "$folder/fuzz_$name.log" | tail -n 40
		status=1
	fi
done
exit $status

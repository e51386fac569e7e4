#!/bin/bash
# run-all.sh [CONFIGURATION]...: builds the configurations (default: all four) and runs their tests.
#   gcc       warnings are errors; every test: unit, lab, golden, e2e with parity, lint, bench   in build/
#   clang     warnings are errors; unit, lab, golden                                             in build-clang/
#   sanitize  AddressSanitizer and UndefinedBehaviorSanitizer; unit, lab, golden, e2e            in build-sanitize/
#   fuzz      each parser's harness for some seconds                                             in build-fuzz/
# The last line is "N passed, N failed" over all of them; the status is 0 when nothing failed. With CI=true what was
# left out (no namespaces, a tool that is not installed) counts as failed.
set -u
top=$(dirname "$(dirname "$(readlink -f "$0")")")
passed=0 failed=0

# number FILE ATTRIBUTE: of the head of ctest's JUnit file.
number() {
	grep -o -m 1 "$2=\"[0-9]*\"" "$1" | tr -cd 0-9
}

count() { # JUNIT: what ctest found, into the sums
	local all bad skipped
	all=$(number "$1" tests) bad=$(number "$1" failures) skipped=$(($(number "$1" skipped) + $(number "$1" disabled)))
	[ "${CI-}" = true ] && bad=$((bad + skipped))
	[ "${CI-}" != true ] && all=$((all - skipped))
	passed=$((passed + all - bad)) failed=$((failed + bad))
	[ "$skipped" = 0 ] || echo "left out: $skipped (their reasons are above)"
}

# build_and_test FOLDER CTEST-OPTIONS -- CMAKE-OPTIONS; what cannot be built is one failure.
build_and_test() {
	local folder=$top/$1 junit=$top/$1/junit.xml options=()
	shift
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	if ! cmake -S "$top" -B "$folder" -G Ninja "-DVERIFAIL_SANDBOX=$top/build/sandbox" "$@" >"$folder.log" 2>&1 ||
		! cmake --build "$folder" >>"$folder.log" 2>&1; then
		tail -n 40 "$folder.log"
		failed=$((failed + 1))
		return
	fi
	rm -f "$junit"
	ctest --test-dir "$folder" --output-on-failure --no-tests=error -j "$(nproc)" --output-junit "$junit" \
		"${options[@]}" </dev/null
	if [ -s "$junit" ]; then count "$junit"; else failed=$((failed + 1)); fi
}

configuration() {
	case $1 in
	gcc) build_and_test build -- -DCMAKE_C_COMPILER=gcc -DVERIFAIL_WERROR=ON ;;
	clang) build_and_test build-clang -L 'unit|lab|golden' -- -DCMAKE_C_COMPILER=clang -DVERIFAIL_WERROR=ON ;;
	sanitize)
		build_and_test build-sanitize -LE 'lint|bench' -- -DCMAKE_C_COMPILER=gcc -DCMAKE_BUILD_TYPE=Debug \
			-DVERIFAIL_WERROR=ON -DVERIFAIL_SANITIZE=ON
		;;
	fuzz)
		build_and_test build-fuzz -L fuzz -- -DCMAKE_C_COMPILER=clang -DVERIFAIL_SANITIZE=ON -DVERIFAIL_FUZZ=ON
		;;
	*) sed -n '2,6s/^# //p' "$0" >&2 && exit 2 ;;
	esac
}

[ $# -gt 0 ] || set -- gcc clang sanitize fuzz
for name in "$@"; do
	echo "== $name"
	configuration "$name"
done
echo
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]

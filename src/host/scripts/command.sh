# Arguments: seconds, then a program and its arguments. Runs it as root for its exit status; the last line that it
# prints is told. 124 is the status of one that was ended for time.
seconds=$1
shift
out=$(mktemp) || die 21 'no temporary file'
status=0
timeout -k 5 "$seconds" "$@" > "$out" 2>&1 < /dev/null || status=$?
printf 'status=%s\n' "$status"
block last
tail -c 4096 -- "$out" | grep -v '^[[:space:]]*$' | tail -n 1
end_block last
rm -f -- "$out"
finish

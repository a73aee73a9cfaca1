# Arguments: state directory, lease's directory, run, id, and how to settle the switch: `confirmed` or `unused` to end it so,
# `now` to have the revert at once. Answers the outcome in any case, so that the call can be repeated when an answer was lost.
state=$1 run_dir=$2 run=$3 id=$4 action=$5

fence "$run_dir" "$run"
trap '' HUP INT TERM PIPE
case $action in
confirmed | unused)
    if mv -T -- "$state/armed/$id" "$state/past/$id.$action" 2> /dev/null; then
        sync -- "$state/armed" "$state/past" || :
        units=$(sed -n 's/^units=//p' "$state/past/$id.$action/manifest")
        systemctl stop -- "tlsplan-$id.timer" 2> /dev/null || :
        # The rename has decided. A guard that cannot be taken away finds nothing armed.
        rm -f -- "$units/basic.target.wants/tlsplan-guard.service" "$units/tlsplan-guard.service" || :
    fi
    ;;
now)
    manifest=$state/armed/$id/manifest
    [ -f "$manifest" ] || manifest=$state/firing/$id/manifest
    way=$(sed -n 's/^way=//p' "$manifest" 2> /dev/null) || way=''
    units=$(sed -n 's/^units=//p' "$manifest" 2> /dev/null) || way=''
    [ -z "$way" ] || /bin/sh "$way" "$state" "$id" now "$units" > /dev/null 2>&1 || :
    ;;
*) ;;
esac
end=gone
for each in armed firing; do
    [ ! -d "$state/$each/$id" ] || end=$each
done
for each in "$state/past/$id."*; do
    [ ! -d "$each" ] || end=${each##*.}
done
printf 'end=%s\n' "$end"
if [ -f "$state/past/$id.$end/reason" ]; then
    printf 'reason=%s\n' "$(head -n 1 -- "$state/past/$id.$end/reason")"
fi
finish

# Arguments: state directory, lease's directory, run, id, configuration file, sum of its bytes as they were seen, unit,
# seconds until the switch fires, systemd's directory of units, sum of the bytes to go back to, which are in place or were
# kept, then lines `key=value` that the revert will need. Standard input: the script of the revert. After this the host
# reverts by itself unless a confirmation comes; the service is not touched by this.
state=$1 run_dir=$2 run=$3 id=$4 file=$5 seen=$6 unit=$7 seconds=$8 units=$9
shift 9
old=$1
shift
guard=tlsplan-guard.service
wanted=$units/basic.target.wants
dir=$state/prepared/$id
way=$state/bin/way-back-$sum
timer=tlsplan-$id.timer

check_tools() {
    for tool in systemd-run bash openssl; do
        command -v "$tool" > /dev/null || die 60 "$tool is not there"
    done
    version=$(systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')
    [ "${version:-0}" -ge 219 ] || die 60 'its systemd is older than 219'
}

check_place() {
    private "$state"
    for each in bin prepared armed firing past; do
        private "$state/$each"
    done
    other=$(find "$state/armed" "$state/firing" -mindepth 1 -maxdepth 1 | head -n 1)
    [ -z "$other" ] || die 62 "$other has not come to its end"
    # What a crashed run prepared was never armed.
    rm -rf -- "$state/prepared"/*
}

# The bytes to go back to, and everything else that will be asked then. Arguments: the lines.
prepare() {
    said=$(mkdir -- "$dir" 2>&1) || die 21 "$said"
    [ "$(sum_of "$file")" = "$seen" ] || die 14 'its bytes are not the ones that were seen'
    from=$file
    [ "$old" = "$seen" ] || from=$(find "$state/prev" -type f -name "*-$old-${file##*/}" | head -n 1)
    said=$(cat -- "$from" 2>&1 > "$dir/prev") || die 21 "$said"
    [ "$(sum_of "$dir/prev")" = "$old" ] || die 14 'the bytes to go back to are not there any more'
    {
        printf '%s\n' "$@"
        printf 'file=%s\nold=%s\nunit=%s\nrun=%s\nway=%s\n' "$file" "$old" "$unit" "$run" "$way"
        printf 'life=%s\n' "$(systemctl show -p MainPID -p InvocationID -- "$unit" | sed 's/^[A-Za-z]*=//' | tr '\n' ' ')"
        printf 'run_dir=%s\nunits=%s\npath=%s\n' "$run_dir" "$units" "$PATH"
    } > "$dir/manifest" || die 21 'the manifest could not be written'
    said=$(sync -- "$dir/prev" "$dir/manifest" "$dir" "$state/prepared" 2>&1) || die 21 "$said"
}

# Named by its sum: what runs then is what was sent now.
install_way() {
    [ ! -f "$way" ] || [ "$(sum_of "$way")" != "$sum" ] || return 0
    receive "$way.new"
    said=$({ sync -- "$way.new" && mv -fT -- "$way.new" "$way" && sync -- "$state/bin"; } 2>&1) || die 21 "$said"
}

guard_text() {
    cat << END
[Unit]
Description=tlsplan puts back a configuration file that nobody confirmed
DefaultDependencies=no
After=local-fs.target
Before=$(systemctl show -p Id -- "$unit" | sed 's/^Id=//') basic.target shutdown.target
Conflicts=shutdown.target
ConditionDirectoryNotEmpty=|$state/armed
ConditionDirectoryNotEmpty=|$state/firing

[Service]
Type=oneshot
ExecStart=/bin/sh $way $state $id boot $units
END
}

# For a power cut. systemd reads it at the next boot, so it need not be told of it now.
install_guard() {
    { [ -d "$wanted" ] || mkdir -m 0755 -- "$wanted"; } && guard_text > "$units/$guard.new" && sync -- "$units/$guard.new" &&
        mv -fT -- "$units/$guard.new" "$units/$guard" && ln -sf "../$guard" "$wanted/$guard" &&
        sync -- "$units" "$wanted"
}

start_timer() {
    systemd-run --quiet --unit="${timer%.timer}" --on-active="${seconds}s" --timer-property=AccuracySec=100ms \
        --service-type=oneshot -- /bin/sh "$way" "$state" "$id" timer "$units"
}

undo() {
    systemctl stop -- "$timer" 2> /dev/null || :
    rm -f -- "$units/$guard.new" "$units/$guard" "$wanted/$guard"
    rm -rf -- "$state/armed/$id" "$dir"
}

fail() {
    undo
    die 61 "$1"
}

# The ends of the last ones, for people.
tidy() {
    set -- "$state/past"/*
    while [ $# -gt 20 ]; do
        rm -rf -- "$1"
        shift
    done
}

fence "$run_dir" "$run"
check_tools
check_place
prepare "$@"
install_way
tidy
# Armed and timed or neither: a lost connection must not fall between the two.
trap '' HUP INT TERM PIPE
said=$(install_guard 2>&1) || fail "$said"
said=$({ mv -T -- "$dir" "$state/armed/$id" && sync -- "$state/armed"; } 2>&1) || fail "$said"
said=$(start_timer 2>&1) || fail "$said"
case $(systemctl show -p NextElapseUSecMonotonic -- "$timer" | sed 's/^NextElapseUSecMonotonic=//') in
'' | 0 | infinity) fail 'systemd took the timer and does not list it' ;;
*) ;;
esac
finish

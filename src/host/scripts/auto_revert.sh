# The automatic revert of a change that was not confirmed: puts the old file back and starts the unit. In front of it stands
# a health probe that defines `is_healthy old|new`.
# Arguments: state directory, id of the switch, and the trigger: `timer` when the time is over, `boot` when the host was
# started again meanwhile, `now` when the run itself asks for it and holds the gate. The last is systemd's directory of units.
#
# The directory that holds the switch is its state: armed, firing, or past with the outcome in its name. One rename decides
# between this script and a confirmation; the one that loses it does nothing. A revert that was interrupted continues where
# it stopped: each branch checks the sum of the file first.
set -u
umask 077
trap '' HUP INT PIPE
state=$1 id=$2 how=$3 units=$4
dir=$state/firing/$id

uptime() { cut -d . -f 1 /proc/uptime; }
value() { sed -n "s/^$1=//p" "$dir/manifest" | head -n 1; }
sum_of() { sha256sum < "$1" 2> /dev/null | cut -c 1-64; }

# What only an armed switch needs. At boot systemd never read the guard anew, so it is only taken away.
disarm() {
    [ -z "$(ls -A -- "$state/armed" 2> /dev/null)" ] || return 0
    rm -f -- "$units/basic.target.wants/tlsplan-guard.service" "$units/tlsplan-guard.service"
    [ "$how" != now ] || systemctl stop -- "tlsplan-$id.timer" 2> /dev/null || :
}

# Arguments: the end's name, its reason.
end() {
    printf '%s\n' "$2" > "$dir/reason"
    sync -- "$dir/reason" 2> /dev/null || :
    mv -fT -- "$dir" "$state/past/$id.$1"
    sync -- "$state/past" "$state/firing" 2> /dev/null || :
    disarm
    exit 0
}

# The gate keeps a run and this apart. A lock on a file that was taken away meanwhile is worth nothing.
lock() {
    run_dir=$1
    while :; do
        mkdir -m 0700 -- "$run_dir" 2> /dev/null || :
        [ "$(stat -c '%F %u %a' -- "$run_dir" 2> /dev/null)" = 'directory 0 700' ] || return 0
        { command exec 8>> "$run_dir/gate"; } 2> /dev/null || return 0
        flock -w 120 8 || return 0
        [ "$(stat -Lc %i "/proc/$$/fd/8")" != "$(stat -c %i -- "$run_dir/gate" 2> /dev/null)" ] || return 0
    done
}

unlock() {
    [ "$how" != now ] || return 0
    # Without a lease, the directory was made for this.
    if [ ! -e "$run_dir/owner" ] && [ ! -e "$run_dir/lease" ]; then
        rm -f -- "$run_dir/gate"
        rmdir -- "$run_dir" 2> /dev/null || :
    fi
    exec 8>&-
}

shown() { systemctl show -p "$1" -- "$unit" 2> /dev/null | sed "s/^$1=//"; }
life() { printf '%s %s' "$(shown MainPID)" "$(shown InvocationID)"; }

# Three good answers in a row in one life of the process, over five seconds and more. An election or a busy
# moment is no reason to restart a service, so it gets some time for them; a unit that has ended does not.
stays_healthy() {
    good=0 before='' until=$(($(uptime) + 20))
    while [ "$(uptime)" -lt "$until" ] && [ "$(shown ActiveState)" != failed ] && [ "$(shown ActiveState)" != inactive ]; do
        now=$(life)
        if is_healthy new && [ "$(life)" = "$now" ]; then
            [ "$now" = "$before" ] || good=0
            before=$now good=$((good + 1))
            [ "$good" -lt 3 ] || return 0
            sleep 2
        else
            good=0
            sleep 1
        fi
    done
    return 1
}

# Puts the old bytes in place: all of them or none.
restore_file() {
    folder=${file%/*}
    temp=$(mktemp "${folder:-/}/.${file##*/}.tlsplan.XXXXXXXX" 2>&1) || { why=$temp; return 1; }
    why=$({ cat -- "$dir/prev" > "$temp" && chown --reference="$file" -- "$temp" &&
        chmod --reference="$file" -- "$temp"; } 2>&1) || { rm -f -- "$temp"; return 1; }
    cp --attributes-only --preserve=mode,ownership,xattr -- "$file" "$temp" 2> /dev/null || :
    if [ -d /sys/fs/selinux/class ] && command -v chcon > /dev/null; then
        chcon --reference="$file" -- "$temp" 2> /dev/null || :
    fi
    why='the old bytes did not arrive whole'
    if [ "$(sum_of "$temp")" != "$old" ]; then rm -f -- "$temp"; return 1; fi
    why=$({ sync -- "$temp" && mv -fT -- "$temp" "$file" && sync -- "${folder:-/}"; } 2>&1) ||
        { rm -f -- "$temp"; return 1; }
}

# Asks for a start or a restart; the failed state goes first, or systemd would refuse after a crash loop.
ask_for() {
    systemctl reset-failed -- "$unit" 2> /dev/null || :
    why=$(systemctl --no-block "$1" -- "$unit" 2>&1) || { unlock; end rollback-failed "systemd refused to $1 $unit: $why"; }
}

# Waits until the service is healthy on the old file, and ends with the outcome.
see() {
    [ "$how" = timer ] || { unlock; end "$1" "$2; the run checks whether the service is healthy"; }
    unlock
    until=$(($(uptime) + $(value start)))
    until is_healthy old; do
        [ "$(uptime)" -lt "$until" ] || end rollback-failed "$2, and the service did not become healthy in time"
        sleep 1
    done
    end "$1" "$2, and the service is healthy"
}

place=$state/armed/$id
[ -d "$place" ] || [ "$how" = timer ] || place=$dir
[ -d "$place" ] || { disarm; exit 0; }
path=$(sed -n 's/^path=//p' "$place/manifest" 2> /dev/null)
PATH=${path:-/usr/sbin:/usr/bin:/sbin:/bin} LC_ALL=C
export PATH LC_ALL
run_dir=$(sed -n 's/^run_dir=//p' "$place/manifest" 2> /dev/null)
[ "$how" = now ] || lock "$run_dir"
[ "$place" = "$dir" ] || mv -T -- "$place" "$dir" 2> /dev/null || { unlock; disarm; exit 0; }
sync -- "$state/armed" "$state/firing" 2> /dev/null || :
# Another process that reverts already finishes alone.
{ command exec 7>> "$dir/at-work"; } 2> /dev/null || { unlock; exit 0; }
flock -n 7 || { unlock; exit 0; }

file=$(value file) unit=$(value unit) old=$(value old) new=$(value new)
seen=$(sum_of "$file")
if [ -L "$file" ] || [ ! -f "$file" ]; then
    unlock
    end conflict "$file is not the regular file that it was"
fi
if [ "$seen" = "$old" ] && [ "$seen" != "$new" ] && [ "$how" != boot ]; then
    case $(shown ActiveState) in
    active | activating | reloading | deactivating)
        unlock
        end unused 'the old file is in place and its unit runs'
        ;;
    *)
        ask_for start
        see rolled-back 'the old file was in place, and its unit was started'
        ;;
    esac
fi
if [ "$how" = boot ] && [ "$seen" = "$old" ]; then
    unlock
    end unused 'the old file is in place at the start of the host'
fi
if [ "$seen" != "$new" ]; then
    unlock
    end conflict "$file was changed by someone else"
fi
if [ "$how" = timer ] && stays_healthy; then
    unlock
    end unconfirmed-healthy 'the service is healthy on the new file'
fi
if [ "$old" != "$new" ] && ! restore_file; then
    unlock
    end rollback-failed "the old file could not be put back: $why"
fi
if [ "$how" = boot ]; then
    unlock
    end rolled-back 'the old file was put back before the unit was started'
fi
ask_for restart
[ "$old" != "$new" ] || see rolled-back 'there is no older file, and its unit was restarted on the same one'
see rolled-back 'the old file was put back and its unit restarted'

# The way back of a host that nobody confirmed: its old file and a start of its unit, by itself.
# Arguments: state directory, id of the switch, and who asks: `timer` when the time is over, `boot` when the
# host was started again meanwhile, `now` when the run itself wants it; `now` comes with the gate held. Last comes
# systemd's directory of units.
#
# The directory that holds the switch is its state: armed, firing, or past with an end to its name. One
# rename decides between this and a confirmation; whoever loses it does nothing. One that was cut while it fired
# goes on where it is: each branch asks for the sum of the file first.
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
    # Nobody's lease: then the directory was made for this.
    if [ ! -e "$run_dir/owner" ] && [ ! -e "$run_dir/lease" ]; then
        rm -f -- "$run_dir/gate"
        rmdir -- "$run_dir" 2> /dev/null || :
    fi
    exec 8>&-
}

shown() { systemctl show -p "$1" -- "$unit" 2> /dev/null | sed "s/^$1=//"; }
life() { printf '%s %s' "$(shown MainPID)" "$(shown InvocationID)"; }

# isMaster as it goes over the wire, an OP_MSG of 55 bytes; every version answers it without a login.
question() {
    printf '\067\000\000\000\001\000\000\000\000\000\000\000\335\007\000\000\000\000\000\000\000'
    # shellcheck disable=SC2016
    printf '\042\000\000\000\020isMaster\000\001\000\000\000\002$db\000\006\000\000\000admin\000\000'
}

# Asks and lets the answer come, in the clear or by TLS with the server's own certificate. 
ask_plainly() {
    # shellcheck disable=SC2016
    question | timeout 5 bash -c 'exec 3<> "/dev/tcp/$1/$2" && cat >&3 && timeout 2 cat <&3' ask "$address" "$port"
}

ask_by_tls() {
    [ -n "$pem" ] || return 0
    case $address in *:*) address="[$address]" ;; *) ;; esac
    { question && sleep 3; } |
        timeout 8 openssl s_client -quiet -no_ign_eof -connect "$address:$port" -cert "$pem" -key "$pem"
}

# Arguments: `old` or `new`. A primary, or a member that serves and knows one.
answers_well() {
    address=$(value "$1.address") pem=$(value "$1.pem")
    for way in plain tls; do
        # BSON made legible: types 2 (text) and 8 (boolean) and the bytes 0 and 1 become digits, the rest goes.
        case $way in
        plain) said=$(ask_plainly 2> /dev/null | tr '\000\001\002\010' '0128' | tr -cd '[:print:]') ;;
        *) said=$(ask_by_tls 2> /dev/null | tr '\000\001\002\010' '0128' | tr -cd '[:print:]') ;;
        esac
        case $said in
        *2setName0*8ismaster01*) return 0 ;;
        *2setName0*2primary0*)
            case $said in *8secondary01* | *8arbiterOnly01*) return 0 ;; *) ;; esac
            ;;
        *) ;;
        esac
    done
    return 1
}

# Where the key is behind a pass phrase, nothing here can ask by TLS. A port that is open is all there is then.
listens() {
    address=$(value new.address)
    # shellcheck disable=SC2016
    timeout 5 bash -c 'exec 3<> "/dev/tcp/$1/$2"' ask "$address" "$port" 2> /dev/null
}

looks_well() {
    case $(value new.ask) in
    port) listens ;;
    *) answers_well new ;;
    esac
}

# Three good answers in a row in one life of the process, over five seconds and more. An election or a busy
# moment is no reason to restart a member, so it gets some time for them; a unit that has ended does not.
is_well() {
    good=0 before='' until=$(($(uptime) + 20))
    while [ "$(uptime)" -lt "$until" ] && [ "$(shown ActiveState)" != failed ] && [ "$(shown ActiveState)" != inactive ]; do
        now=$(life)
        if looks_well && [ "$(life)" = "$now" ]; then
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

# The old bytes, in the way in which the new ones came: whole or not at all.
put_back() {
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

# Waits until the member answers on the old file, and says how it went.
see() {
    [ "$how" = timer ] || { unlock; end "$1" "$2; whether it is well was for the run to see"; }
    unlock
    until=$(($(uptime) + $(value start)))
    until answers_well old; do
        [ "$(uptime)" -lt "$until" ] || end rollback-failed "$2, and it did not answer well in time"
        sleep 1
    done
    end "$1" "$2, and it answers well"
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
# Whoever is at it already comes to its end alone.
{ command exec 7>> "$dir/at-work"; } 2> /dev/null || { unlock; exit 0; }
flock -n 7 || { unlock; exit 0; }

file=$(value file) unit=$(value unit) old=$(value old) new=$(value new) port=$(value port)
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
if [ "$how" = timer ] && is_well; then
    unlock
    end unconfirmed-healthy 'the member answers well on the new file'
fi
if [ "$old" != "$new" ] && ! put_back; then
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

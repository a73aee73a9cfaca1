# Holds the host for one run as long as its controller is heard of. Arguments: the directory, the
# run's id, how many seconds of silence mean that the controller is gone, `again` where the run
# has held it before and lost the connection: then what is left of that is ended first; the state directory and
# systemd's directory of units.
# Standard input: a line that says who holds, then a newline now and then, and `x` to let go.
# Answers: `held` and the lines of its holder, `unsafe`, `failed` and why, or `ours`; then a line for
# each newline.
set -eu
umask 077
LC_ALL=C
export LC_ALL
dir=$1 run=$2 silence=$3 how=$4 state=$5 units=$6
trap '' HUP PIPE
IFS= read -r owner

# Ends the connection that a process came by. A controller that was frozen would find its connection as it left it and go on with what it had
# in mind. So the connection ends before the lease does.
cut() {
    pid=$1
    while [ "${pid:-1}" -gt 1 ]; do
        case $(cat "/proc/$pid/comm") in
        sshd | sshd-session)
            kill "$pid"
            return
            ;;
        *) ;;
        esac
        pid=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status")
    done
}

is_ours() { [ "$(stat -c '%F %u %a' -- "$dir" 2> /dev/null)" = 'directory 0 700' ]; }

place() {
    why=$(mkdir -m 0700 -- "$dir" 2>&1) || :
    is_ours && return
    # Its last holder may have taken it away, and somebody else made it again, between two looks.
    [ -e "$dir" ] || [ -L "$dir" ] || return 1
    is_ours && return
    [ -n "$(stat -c %F -- "$dir" 2> /dev/null)" ] || return 1
    printf 'unsafe\n'
    exit 0
}

# A lock on a file that its last holder has taken away is one that nobody else sees.
take() {
    place || return 1
    why="$dir/lease cannot be opened"
    { command exec 9>> "$dir/lease"; } 2> /dev/null || return 1
    if ! flock -n 9; then
        if [ "$how" = again ] && [ "$(head -n 1 -- "$dir/owner" 2> /dev/null)" = "$run" ]; then
            old=$(sed -n 3p "$dir/owner")
            why='the process that holds it for this run does not end'
            cut "$old" || :
            kill "$old" 2> /dev/null || :
            sleep 0.1
            return 1
        fi
        printf 'held\n'
        cat -- "$dir/owner" 2> /dev/null || :
        exit 0
    fi
    [ "$(stat -Lc %i "/proc/$$/fd/9")" = "$(stat -c %i -- "$dir/lease" 2> /dev/null)" ]
}

fail() {
    printf 'failed\n%s\n' "$1" | head -n 2
    exit 0
}

# Whoever changes something holds the gate, so this waits until a change under way is over.
enter() {
    exec 8>> "$dir/gate"
    flock -w 30 8 || fail 'a change of another run has been under way for 30 s'
    printf '%s\n%s\n%s\n' "$run" "$owner" $$ > "$dir/next" || fail "$dir/next cannot be written"
    mv -fT -- "$dir/next" "$dir/owner"
    exec 8>&-
}

# A guard whose switch was settled just before the power went.
take_guard_away() {
    [ -z "$(find "$state/armed" "$state/firing" -mindepth 1 -maxdepth 1 2> /dev/null | head -n 1)" ] || return 0
    rm -f -- "$units/basic.target.wants/tlsplan-guard.service" "$units/tlsplan-guard.service"
    rmdir -- "$units/basic.target.wants" 2> /dev/null || :
}

leave() {
    exec 8>> "$dir/gate"
    flock -w 30 8 || :
    take_guard_away || :
    rm -f -- "$dir/owner" "$dir/gate" "$dir/lease"
    rmdir -- "$dir" 2> /dev/null || :
}

tries=0
until take; do
    tries=$((tries + 1))
    [ "$tries" -lt 50 ] || fail "${why:-$dir cannot be used}"
done
enter
printf 'ours\n'
while :; do
    # The child that listens must keep neither the lease nor the connection when this is killed.
    beat=$(exec 9>&- 2> /dev/null; timeout "$silence" head -c 1 && printf . || printf silence)
    case $beat in
    .) break ;;
    x.) break ;;
    silence)
        cut $$ || :
        break
        ;;
    *) ;;
    esac
    printf 'heard\n' || :
done
leave

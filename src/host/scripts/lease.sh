# Holds the host for one run as long as its controller is heard of. Arguments: the directory, the
# run's id, how many seconds of silence mean that the controller is gone.
# Standard input: a line that says who holds, then a newline now and then, and `x` to let go.
# Answers: `held` and the lines of its holder, `unsafe`, or `ours`; then a line for each newline.
set -eu
umask 077
dir=$1 run=$2 silence=$3
trap '' HUP PIPE
IFS= read -r owner

place() {
    mkdir -m 0700 -- "$dir" 2> /dev/null || :
    [ "$(stat -c '%F %u %a' -- "$dir" 2> /dev/null)" = 'directory 0 700' ] && return
    # Its last holder may be taking it away this moment.
    [ -e "$dir" ] || [ -L "$dir" ] || return 1
    printf 'unsafe\n'
    exit 0
}

# A lock on a file that its last holder has taken away is one that nobody else sees.
take() {
    place || return 1
    { command exec 9>> "$dir/lease"; } 2> /dev/null || return 1
    if ! flock -n 9; then
        printf 'held\n'
        cat -- "$dir/owner" 2> /dev/null || :
        exit 0
    fi
    [ "$(stat -Lc %i "/proc/$$/fd/9")" = "$(stat -c %i -- "$dir/lease" 2> /dev/null)" ]
}

# Whoever changes something holds the gate, so this waits until a change under way is over.
enter() {
    exec 8>> "$dir/gate"
    flock -w 30 8
    printf '%s\n%s\n' "$run" "$owner" > "$dir/next"
    mv -fT -- "$dir/next" "$dir/owner"
    exec 8>&-
}

# A controller that was frozen would find its connection as it left it and go on with what it had
# in mind. So the connection ends before the lease does.
cut() {
    pid=$$
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

leave() {
    exec 8>> "$dir/gate"
    flock -w 30 8
    rm -f -- "$dir/owner" "$dir/gate" "$dir/lease"
    rmdir -- "$dir" 2> /dev/null || :
}

until take; do :; done
enter
printf 'ours\n'
while :; do
    # The child that listens must not keep the lease when this is killed.
    beat=$(exec 9>&-; timeout "$silence" head -c 1 && printf . || printf silence)
    case $beat in
    .) break ;;
    x.) break ;;
    silence)
        cut || :
        break
        ;;
    *) ;;
    esac
    printf 'heard\n' || :
done
leave

# Arguments: binary, user, group, supplementary groups (comma list), library path, niceness, seconds,
# and how: `quick` or `true`. Standard input: the file's text. Starts the real server on it beside
# the running one, as the service's user, without a TCP port and with data that is thrown away.
binary=$1 user=$2 group=$3 groups=$4 libraries=$5 niceness=$6 seconds=$7 how=$8
dir='' pid=''

clean() {
    # The signal goes to the server itself: setpriv, nice and env have become it.
    [ -z "$pid" ] || kill -KILL "$pid" 2> /dev/null || :
    [ -z "$pid" ] || wait "$pid" 2> /dev/null || :
    [ -z "$dir" ] || rm -rf -- "$dir"
}
trap clean EXIT
trap 'exit 129' HUP INT TERM PIPE

# A script that was killed left its directory and perhaps its server, which names the directory.
sweep() {
    for old in "$1"/tlsplan-canary.????????; do
        if [ -L "$old" ] || [ ! -O "$old" ] || [ -z "$(find "$old" -prune -mmin +5)" ]; then
            continue
        fi
        read -r stale 2> /dev/null < "$old/server" || stale=''
        if [ -n "$stale" ] && grep -qs -- "$old/conf" "/proc/$stale/cmdline"; then
            kill -KILL "$stale" 2> /dev/null || :
        fi
        rm -rf -- "$old"
    done
}

# Root's directory, which others may only pass through, and in it one that is the service user's.
place() {
    for base in /dev/shm /run /var/tmp; do
        free=$(df -Pk -- "$base" 2> /dev/null | sed -n '2s/^[^ ]* *[0-9]* *[0-9]* *\([0-9]*\).*/\1/p')
        if [ -w "$base" ] && [ "${free:-0}" -ge 65536 ]; then
            sweep "$base"
            dir=$(mktemp -d "$base/tlsplan-canary.XXXXXXXX") || die 61 'no temporary directory'
            return
        fi
    done
    die 61 'no room for a temporary directory in /dev/shm, /run and /var/tmp'
}

# Logging goes beside the data; the socket is the only address, in a directory nobody else can enter.
start() {
    set -- "$binary" --config "$dir/conf" --dbpath "$dir/own/db" --logpath "$dir/own/log" \
        --pidfilepath "$dir/own/pid" --bind_ip "$dir/own/socket" --unixSocketPrefix "$dir/own"
    # An engine that stores nothing starts much faster but does not take every option, and no
    # replica set, so only its yes counts. The other way is the file's own engine.
    [ "$how" != quick ] || set -- "$@" --storageEngine devnull --replSet ''
    set -- nice -n "$niceness" env ${libraries:+"LD_LIBRARY_PATH=$libraries"} "$@"
    # Not through the function below: the process in the background has to be the server itself.
    [ "$user" = 0 ] || set -- setpriv --reuid="$user" --regid="$group" \
        --groups="${groups:-$group}" --inh-caps=-all -- "$@"
    "$@" < /dev/null > "$dir/out" 2>&1 &
    pid=$!
    printf '%s\n' "$pid" > "$dir/server"
}

# What the service's user could have put into its directory (a link, a pipe) is read with that
# user's rights, not with root's.
as_user() {
    if [ "$user" = 0 ]; then
        "$@"
    else
        setpriv --reuid="$user" --regid="$group" --clear-groups --inh-caps=-all -- "$@"
    fi
}

# The words are those of 4.4 and newer, and, in small letters, of 4.2.
waits() { as_user grep -qsi 'waiting for connections' "$dir/own/log"; }

say() {
    printf 'verdict=%s\n' "$1"
    block out
    tail -c 8192 -- "$dir/out"
    end_block out
    block log
    [ ! -e "$dir/own/log" ] || as_user tail -n 200 -- "$dir/own/log" | tail -c 65536
    end_block log
    finish
}

[ -x "$binary" ] || die 60 "$binary cannot be run"
place
receive "$dir/conf"
mkdir -- "$dir/own" "$dir/own/db"
chown -R -- "$user:$group" "$dir/own" "$dir/conf"
chmod 0711 -- "$dir"
start

read -r now _ < /proc/uptime
end=$((${now%.*} + seconds + 1))
while ! waits; do
    if ! kill -0 "$pid" 2> /dev/null; then
        pid=''
        say refused
        exit
    fi
    read -r now _ < /proc/uptime
    if [ "${now%.*}" -ge "$end" ]; then
        say silent
        exit
    fi
    sleep 0.02
done
say good

# Arguments: unit, configuration file, data directory or nothing, state directory. What a run needs to know once.
unit=$1 file=$2 data=$3 state=$4

property() { systemctl show -p "$1" -- "$unit" | sed "s/^$1=//"; }

# Kilobytes free where a path lies.
free() { df -Pk -- "$1" 2> /dev/null | sed -n '2s/^[^ ]* *[0-9]* *[0-9]* *\([0-9]*\).*/\1/p'; }

# Only this one variable leaves the host: the others may be secrets.
libraries_of_process() { tr '\0' '\n' < "/proc/$1/environ" | sed -n 's/^LD_LIBRARY_PATH=//p'; }

# Where nothing runs: as systemd would read it, for the plain cases.
libraries_of_unit() {
    property Environment | tr ' ' '\n' | sed -n 's/^"*LD_LIBRARY_PATH=//p' | tr -d "\"'"
    property EnvironmentFiles | sed 's/ (ignore_errors=[a-z]*)$//' | while IFS= read -r from; do
        [ ! -f "$from" ] || sed -n 's/^[[:space:]]*LD_LIBRARY_PATH=//p' "$from" | tr -d "\"'"
    done
}

# The directory that is there already, on the way to one that will be made.
standing() {
    folder=$1
    until [ -z "$folder" ] || [ -d "$folder" ]; do folder=${folder%/*}; done
    printf '%s' "${folder:-/}"
}

# What stands in the way of a new file in the place of the old one. Room is asked for the copies that a change
# needs, four of them, and a bit: a disk that is full half-way helps nobody.
probe() {
    size=$(stat -c %s -- "$file" 2> /dev/null) || size=0
    for place in "${file%/*}/" "$(standing "$state")"; do
        left=$(free "$place")
        if [ "${left:-0}" -lt $((1024 + size / 256)) ]; then
            printf '%s has %s KiB left' "$place" "${left:-0}"
            return
        fi
    done
    if awk -v file="$file" '$5 == file { found = 1 } END { exit !found }' /proc/self/mountinfo; then
        printf 'something is mounted on it'
        return
    fi
    flags=$(lsattr -d -- "$file" 2> /dev/null) || flags=''
    case ${flags%% *} in
    *[ai]*)
        printf 'it is immutable or append-only, see lsattr'
        return
        ;;
    *) ;;
    esac
    # A file can be made and renamed there, now: not only in theory.
    made=$(mktemp "$(standing "$state")/.tlsplan.XXXXXXXX" 2>&1) || { printf '%s' "$made"; return; }
    rm -f -- "$made"
    made=$(mktemp "${file%/*}/.${file##*/}.tlsplan.XXXXXXXX" 2>&1) || { printf '%s' "$made"; return; }
    said=$(mv -fT -- "$made" "$made.renamed" 2>&1) || printf '%s' "$said"
    rm -f -- "$made" "$made.renamed"
}

pid=$(property MainPID)
if [ "${pid:-0}" != 0 ] && [ -r "/proc/$pid/status" ]; then
    printf 'exe=%s\n' "$(readlink "/proc/$pid/exe")"
    sed -n 's/^Uid:[[:space:]]*[0-9]*[[:space:]]*\([0-9]*\).*/user=\1/p
        s/^Gid:[[:space:]]*[0-9]*[[:space:]]*\([0-9]*\).*/group=\1/p' "/proc/$pid/status"
    printf 'groups=%s\n' "$(sed -n 's/^Groups:[[:space:]]*//p' "/proc/$pid/status" | sed 's/ *$//' | tr ' ' ,)"
    printf 'libraries=%s\n' "$(libraries_of_process "$pid")"
    block argv
    cat "/proc/$pid/cmdline"
    end_block argv
else
    user=$(property User)
    user=${user:-root}
    group=$(property Group)
    printf 'exe=%s\n' "$(property ExecStart | sed -n 's/^{ path=\([^ ]*\) .*/\1/p')"
    printf 'user=%s\ngroup=%s\n' "$(id -u "$user")" "$(getent group "${group:-$(id -gn "$user")}" | cut -d : -f 3)"
    printf 'groups=%s\n' "$(id -G "$user" | tr ' ' ,)"
    printf 'libraries=%s\n' "$(libraries_of_unit | tail -n 1)"
fi
printf 'machine=%s\n' "$(cat /etc/machine-id 2> /dev/null || :)"
printf 'systemd=%s\n' "$(systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')"
printf 'loose=%s\n' "$(printf %s "$PATH" | tr : '\n' | while IFS= read -r each || [ -n "$each" ]; do
    find "$each/" -prune \( ! -user 0 -o -perm /022 \) 2> /dev/null
done | tr '\n' ' ')"
# What the dead-man's switch is made of.
missing=''
for tool in systemd-run bash openssl; do
    command -v "$tool" > /dev/null || missing="$missing $tool"
done
printf 'missing=%s\n' "${missing# }"
printf 'free.config=%s\n' "$(free "${file%/*}/")"
[ -z "$data" ] || printf 'free.data=%s\n' "$(free "$data")"
printf 'probe=%s\n' "$(probe)"
finish

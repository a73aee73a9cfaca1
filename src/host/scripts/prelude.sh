# Every script of tlsplan begins with these lines. POSIX sh; arguments: nonce, search path, length
# and sum of what comes on standard input, then the script's own.
set -eu
umask 077
nonce=$1 PATH=$2 length=$3 sum=$4 LC_ALL=C
export PATH LC_ALL
shift 4

# Ends the script with a status that the caller knows and a reason for people.
die() {
    printf '\n%s: %s\n' "$nonce" "$2" >&2
    exit "$1"
}

# What stands between these two travels as it is.
block() { printf '%s<%s\n' "$nonce" "$1"; }
end_block() { printf '\n%s>%s\n' "$nonce" "$1"; }

sum_of() { sha256sum < "$1" | cut -c 1-64; }

# Standard input into a file: all of it or nothing. A lost connection looks like an end of file, so
# the length and the sum decide, before anything is done with the file.
receive() {
    said=$(head -c "$length" 2>&1 > "$1") || die 40 "$said"
    [ "$(stat -c %s -- "$1")" = "$length" ] || die 41 'what was sent did not arrive whole'
    [ "$(sum_of "$1")" = "$sum" ] || die 42 'what arrived is not what was sent'
}

# A directory of root's own: made where it is not there, and not used where it is anything else.
private() {
    [ -e "$1" ] || [ -L "$1" ] || said=$(mkdir -m 0700 -- "$1" 2>&1) || die 21 "$said"
    [ "$(stat -c '%F %u %a' -- "$1")" = 'directory 0 700' ] ||
        die 20 "$1 is not a directory of root with mode 0700"
}

# Lets through only the run that holds the lease, and keeps the next holder out until this script
# is over. Arguments: the lease's directory, the run's id.
fence() {
    [ -n "$2" ] || die 79 'no run was named'
    { command exec 8< "$1/gate"; } 2> /dev/null || die 79 'its lease is gone'
    flock -w 5 8 || die 79 'its gate is locked'
    [ "$(head -n 1 -- "$1/owner" 2> /dev/null)" = "$2" ] || die 79 'another run holds it'
}

# A file from some byte on. nofollow: a log lies in a directory of the service's user, and root reads it.
from() { dd if="$1" iflag=nofollow,nonblock,skip_bytes skip="$2" bs=65536 2> /dev/null || :; }

finish() { printf '\n%s-END\n' "$nonce"; }

# From here on standard output is the script's; the caller sends nothing before it has seen this.
printf '\n%s-BEGIN\n' "$nonce"

# Arguments: the server's log (empty where it goes to systemd's journal), unit, inode and size at the last look (0 at the
# first), how many ended connections to keep. Of the log the lines that are about connections: at the first look those of
# the server's present life, later those that are new. Lines overlap with those of the last look.
log=$1 unit=$2 inode=$3 size=$4 most=$5

whole() {
    case $1 in
        *.gz) from "$1" 0 | gzip -dc 2> /dev/null || : ;;
        *) from "$1" 0 ;;
    esac
}

telling() {
    grep -a -F -e '"id":22943,' -e '"id":22944,' -e '"id":51800,' -e '"id":23218,' -e '"id":23838,' -e '"id":23435,' \
        -e '"id":4615611,' -e '] connection accepted from ' -e '] end connection ' -e '] received client metadata from ' \
        -e '] Accepted connection with TLS Version ' -e ' is not using SSL.' -e '] successfully set parameter ' \
        -e '] MongoDB starting : ' || :
}
starts='"id":4615611,|^[^ ]+ +[A-Z] +[A-Z]+ +[[][a-z]+[]] MongoDB starting : '

# The log and those that it was before, back to the one in which the server starts, the oldest first. None is older than
# the unit's present life.
life() {
    printf '%s\n' "$log"
    if whole "$log" | grep -a -q -E "$starts"; then return 0; fi
    set -- "${log%/*}/" -maxdepth 1 -type f '(' -name "${log##*/}.*" -o -name "${log##*/}-*" ')'
    since=$(systemctl show -p ActiveEnterTimestamp --value -- "$unit" 2> /dev/null || :)
    [ -z "$since" ] || set -- "$@" -newermt "$since"
    find "$@" -printf '%T@ %p\n' 2> /dev/null | sort -rn | head -n 20 | cut -d ' ' -f 2- | while read -r file; do
        printf '%s\n' "$file"
        if whole "$file" | grep -a -q -E "$starts"; then break; fi
    done
}

all() {
    printf '%s\n' "$files" | while read -r file; do whole "$file"; done
}

# Only what is open, and the last that ended: a log may hold millions.
present() {
    awk -v most="$most" '
        function number(pattern, before, after) {
            return match($0, pattern) ? substr($0, RSTART + before, RLENGTH - before - after) : ""
        }
        {
            kind = ""
            if (substr($0, 1, 1) == "{") {
                kind = number("\"id\":[0-9]+,", 5, 1)
                if (kind == 51800 || kind == 23218) n = number("\"ctx\":\"conn[0-9]+\"", 11, 1)
                else n = number("\"connectionId\":[0-9]+", 15, 0)
            } else {
                words = substr($0, index($0, "] ") + 2)
                n = number("[[]conn[0-9]+[]]", 5, 1)
                if (index(words, "connection accepted from ") == 1) {
                    kind = 22943
                    n = number(" #[0-9]+ [(]", 2, 2)
                } else if (index(words, "end connection ") == 1) kind = 22944
                else if (index(words, "MongoDB starting : ") == 1) kind = 4615611
                else if (index(words, "successfully set parameter ") == 1) kind = 23435
            }
            if (kind == 4615611) {
                split("", lines); split("", ended); first = last = marks = 0
            }
            if (kind == 4615611 || kind == 23435) { mark[++marks] = $0; next }
            if (kind == 22943) { lines[n] = $0; next }
            if (!(n in lines)) next
            lines[n] = lines[n] "\n" $0
            if (kind != 22944) next
            ended[++last] = n
            if (last - first > most) {
                out = ended[++first]
                at = lines[out]; sub(/^(.*\n)*/, "", at)
                delete lines[out]; delete ended[first]
            }
        }
        END {
            for (i = 1; i <= marks; i++) print mark[i]
            if (at != "") print "tlsplan: ended connections are left out up to " at
            for (n in lines) print lines[n]
        }'
}

lost() { printf 'tlsplan: ended connections are left out up to %s\n' "$(date -u +%Y-%m-%dT%H:%M:%S.000+0000)"; }

news() {
    now=$(stat -c '%i %s' -- "$log")
    back=$((size > 8192 ? size - 8192 : 0))
    if [ "${now% *}" = "$inode" ]; then
        if [ "${now#* }" -ge "$size" ]; then
            from "$log" "$back" | telling
        else
            # Truncated: what was written before that is gone.
            lost
            from "$log" 0 | telling
        fi
        return 0
    fi
    # Rotated: the rest of the old file first.
    old=$(find "${log%/*}/" -maxdepth 1 -type f -inum "$inode" ! -path "$log" 2> /dev/null | head -n 1)
    if [ -n "$old" ]; then from "$old" "$back" | telling; else lost; fi
    from "$log" 0 | telling
}

journal() { journalctl -q --no-pager -o cat -u "$unit" "$@" 2> /dev/null || :; }

addresses() {
    said=$({ ip -o address show 2> /dev/null || :; } | awk '{ sub("/.*", "", $4); printf "%s ", $4 }')
    [ -n "$said" ] || said="$(hostname -I 2> /dev/null || :) 127.0.0.1"
    printf '%s' "$said"
}

# The members have work to do.
renice -n 10 "$$" > /dev/null 2>&1 || :
# A log may have a line without an end.
# shellcheck disable=SC3045
ulimit -v 2097152 2> /dev/null || :
clock=$(date +%s.%N)
printf 'clock=%s\n' "$clock"
printf 'addresses=%s\n' "$(addresses)"
[ ! -L "$log" ] || log=$(readlink -f -- "$log" || printf '%s' "$log")
if [ -z "$log" ]; then
    # The place in the journal is the time of the last look.
    printf 'inode=1\nsize=%s\n' "${clock%.*}"
    block lines
    if [ "$size" = 0 ]; then journal | telling | present; else journal --since "@$((size - 2))" | telling; fi
    end_block lines
    block first
    [ "$size" != 0 ] || journal | head -n 1 | head -c 80
    end_block first
elif [ ! -f "$log" ] || [ -L "$log" ]; then
    printf 'unreadable=%s is no regular file\n' "$log"
else
    stat --printf='inode=%i\nsize=%s\n' -- "$log"
    files=''
    [ "$size" != 0 ] || files=$(life | tac)
    block lines
    if [ "$size" = 0 ]; then all | telling | present; else news; fi
    end_block lines
    block first
    [ "$size" != 0 ] || whole "$(printf '%s\n' "$files" | head -n 1)" | head -n 1 | head -c 80
    end_block first
fi
finish

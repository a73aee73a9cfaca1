# Arguments: the server's log, inode and size at the mark (0 where there was none), the clock then,
# unit. What was written since, and what the unit said to the journal: a server that dies early
# never opens its log.
log=$1 inode=$2 size=$3 clock=$4 unit=$5

since() {
    [ -f "$log" ] || return 0
    now=$(stat -c '%i %s' -- "$log")
    if [ "${now% *}" = "$inode" ] && [ "${now#* }" -ge "$size" ]; then
        from "$log" "$size"
        return 0
    fi
    # Rotated: the rest of the old file first. Truncated: all of it is new.
    old=$(find "${log%/*}/" -maxdepth 1 -type f -inum "$inode" ! -path "$log" 2> /dev/null | head -n 1)
    [ -z "$old" ] || from "$old" "$size"
    from "$log" 0
}

block log
since | tail -n 200 | tail -c 65536
end_block log
block journal
journalctl -q --no-pager -o cat -n 50 --since "@$clock" -u "$unit" 2> /dev/null | tail -c 65536 || :
end_block journal
finish

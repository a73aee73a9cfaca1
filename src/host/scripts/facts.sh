# Arguments: unit, configuration file, state directory. One look at everything a decision hangs on.
unit=$1 file=$2 state=$3

read -r up _ < /proc/uptime
read -r boot < /proc/sys/kernel/random/boot_id
printf 'uptime=%s\nboot=%s\nclock=%s\n' "$up" "$boot" "$(date +%s.%N)"

block unit
said=$(systemctl show -p LoadState,ActiveState,SubState,Result,MainPID,InvocationID,NRestarts \
    -p ExecMainStatus,ActiveEnterTimestampMonotonic,User,Group,ExecStart,FragmentPath,DropInPaths \
    -p TimeoutStopUSec,NeedDaemonReload \
    -- "$unit" 2>&1) || die 50 "$said"
printf '%s\n' "$said"
end_block unit

# A change that nobody has confirmed yet.
for each in "$state"/armed/* "$state"/firing/*; do
    [ -f "$each/manifest" ] || continue
    phase=${each%/*}
    printf 'switch=%s\nswitch.phase=%s\n' "${each##*/}" "${phase##*/}"
    sed -n 's/^\(old\|new\|life\)=/switch.\1=/p' "$each/manifest"
done

if [ -L "$file" ]; then
    printf 'file.kind=symlink\nfile.target=%s\n' "$(readlink -- "$file")"
elif [ ! -e "$file" ]; then
    printf 'file.kind=absent\n'
elif [ ! -f "$file" ]; then
    printf 'file.kind=%s\n' "$(stat -c %F -- "$file")"
else
    stat --printf='file.kind=regular\nfile.links=%h\nfile.owner=%U\nfile.group=%G\nfile.mode=%a\n' -- "$file"
    block file
    # nofollow and nonblock: what was a file a moment ago may be a link or a pipe now.
    dd if="$file" iflag=nofollow,nonblock,fullblock bs=65536 count=17 2> /dev/null ||
        die 51 'the configuration file cannot be read'
    end_block file
fi
finish

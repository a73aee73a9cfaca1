# Arguments: file, sum of its bytes as they were seen, state directory, unit to restart or nothing, `begin` where
# the file is as nobody of us has changed it yet, `back` where an older one comes back, or nothing, lease's directory, run.
# Standard input: the new bytes. A reader of the file sees the old bytes or the new ones, never a
# mix; where that cannot be had, the old file stays. There is no way round by writing in place.
dest=$1 sum_old=$2 state=$3 unit=$4 way=$5
case $dest in /*) ;; *) die 11 'its path is not absolute' ;; esac
dir=${dest%/*} base=${dest##*/}
dir=${dir:-/}
temp='' copy=''

trap 'rm -f -- ${temp:+"$temp"} ${copy:+"$copy"}' EXIT
# A trap without exit would go on with the next line.
trap 'exit 129' HUP INT TERM PIPE

# What a crashed run left behind, and nothing else: ours by name, by owner and by age.
sweep() {
    for old in "$dir/.$base.tlsplan."????????; do
        if [ -f "$old" ] && [ ! -L "$old" ] && [ -O "$old" ] &&
            [ -n "$(find "$old" -prune -mmin +5)" ]; then
            rm -f -- "$old"
        fi
    done
}

check_place() {
    [ ! -L "$dest" ] || die 10 "it is a symbolic link to $(readlink -- "$dest")"
    [ -f "$dest" ] || die 11 'it is not a regular file'
    [ "$(stat -c %h -- "$dest")" = 1 ] || die 12 'it has more than one name (hard links)'
    # Whoever may write to the directory could put a link in our way while we set owner and mode.
    [ -n "$(find "$dir" -prune -user 0 ! -perm /022)" ] ||
        die 13 "the directory $dir can be written to by others than root"
}

# The previous version, verified and on disk before the first change. Its sum is the comparison
# with what was seen: one reading serves both.
keep() {
    private "$state"
    private "$state/prev"
    said=$(mktemp "$state/prev/.new.XXXXXXXX" 2>&1) || die 21 "$said"
    copy=$said
    said=$(cat -- "$dest" 2>&1 > "$copy") || die 21 "$said"
    [ "$(sum_of "$copy")" = "$sum_old" ] || die 14 'its bytes are not the ones that were seen'
    sync -- "$copy" || die 21 'the kept copy could not be brought to disk'
    kept=$state/prev/$(date -u +%Y%m%dT%H%M%SZ)-$sum_old-$base
    mv -fT -- "$copy" "$kept" || die 21 'the kept copy could not be named'
    copy=''
    sync -- "$state/prev" || die 21 'the kept copy could not be brought to disk'
    set -- "$state/prev/"????????T??????Z-*-"$base"
    while [ $# -gt 10 ]; do
        rm -f -- "$1"
        shift
    done
}

# The bytes before the first change, and the sum of everything that was put in their place: the way back ends there,
# and knows by the sums whether somebody else has been at the file since.
keep_first() {
    private "$state/first"
    first=$state/first/$(printf %s "$dest" | sha256sum | cut -c 1-16)-$base
    if [ ! -f "$first" ] || [ -f "$first.over" ] ||
        { [ "$way" = begin ] && [ "$(sum_of "$first")" != "$sum_old" ]; }; then
        said=$({ cp -- "$kept" "$first.new" && sync -- "$first.new" &&
            rm -f -- "$first.wrote" "$first.theirs" "$first.over" && mv -fT -- "$first.new" "$first"; } 2>&1) ||
            die 21 "$said"
    elif [ "$(sum_of "$first")" != "$sum_old" ] && ! grep -qxF -e "$sum_old" -- "$first.wrote" 2> /dev/null; then
        # What is in place was written by somebody else, and what comes now does not make it ours.
        said=$(: 2>&1 > "$first.theirs") || die 21 "$said"
    fi
    # With the first bytes in place again the story is over; what comes then is another one.
    [ "$(sum_of "$first")" != "$sum" ] || : > "$first.over"
    if [ "$way" != back ]; then
        said=$({ printf '%s\n' "$sum" >> "$first.wrote"; } 2>&1) || die 21 "$said"
    fi
    said=$(sync -- "$state/first"/* "$state/first" 2>&1) || die 21 "$said"
}

# The new file beside the old one, whole, with the old one's owner, mode, attributes and label.
# The content is checked before the owner may let the service read it.
stage() {
    said=$(mktemp "$dir/.$base.tlsplan.XXXXXXXX" 2>&1) || die 15 "$said"
    temp=$said
    receive "$temp"
    chown --reference="$dest" -- "$temp" || die 16 'the owner could not be set'
    chmod --reference="$dest" -- "$temp" || die 16 'the mode could not be set'
    cp --attributes-only --preserve=mode,ownership,xattr -- "$dest" "$temp" 2> /dev/null || :
    if [ -d /sys/fs/selinux/class ] && command -v chcon > /dev/null; then
        chcon --reference="$dest" -- "$temp" || die 16 'the SELinux label could not be set'
    fi
    sync -- "$temp" || die 17 'the new file could not be brought to disk'
}

fence "$6" "$7"
sweep
check_place
keep
keep_first
stage
# Once more, as late as can be: somebody may have saved the file while ours was on its way.
[ "$(sum_of "$dest")" = "$sum_old" ] || die 14 'its bytes are not the ones that were seen'

# The point of no return. A lost connection must not fall between the file and the restart.
trap '' HUP INT TERM PIPE
said=$(mv -fT -- "$temp" "$dest" 2>&1) || die 18 "$said"
temp=''
sync -- "$dir" || die 19 'the directory could not be brought to disk'
if [ -n "$unit" ]; then
    systemctl reset-failed -- "$unit" 2> /dev/null || :
    said=$(systemctl --no-block restart -- "$unit" 2>&1) || die 30 "$said"
fi
printf 'kept=%s\n' "$kept"
finish

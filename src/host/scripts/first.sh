# Arguments: file, state directory. The bytes before the first change of ours, and whether the bytes in place are
# ours: `ours`, `first` where nothing was changed or all of it was taken back, or `theirs`.
dest=$1 state=$2
first=$state/first/$(printf %s "$dest" | sha256sum | cut -c 1-16)-${dest##*/}
if [ -f "$first" ]; then
    sum=$(sum_of "$dest")
    whose=theirs
    ! grep -qxF -e "$sum" -- "$first.wrote" 2> /dev/null || whose=ours
    # A change on top of somebody else's.
    [ ! -f "$first.theirs" ] || whose=theirs
    [ "$(sum_of "$first")" != "$sum" ] || whose=first
    printf 'whose=%s\n' "$whose"
    block first
    cat -- "$first"
    end_block first
fi
finish

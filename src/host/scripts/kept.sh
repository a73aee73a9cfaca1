# Arguments: file, state directory. The last versions of it that were kept, the newest first.
dest=$1 state=$2
find "$state/prev" -maxdepth 1 -type f -name '????????T??????Z-*' 2> /dev/null | sort -r | {
    number=0
    while [ "$number" -lt 5 ] && IFS= read -r each; do
        name=${each##*/}
        # The time and the sum come first, and what follows is the file's own name.
        name=${name#*-}
        [ "${name#*-}" = "${dest##*/}" ] || continue
        number=$((number + 1))
        block "kept$number"
        cat -- "$each"
        end_block "kept$number"
    done
}
finish

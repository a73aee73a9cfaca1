# Arguments: state directory, what is asked (`read`, `open`, `yes` or `forget`), key of the question, who answers, then
# for what changes something the lease's directory and the run.
state=$1 wish=$2 key=$3 who=$4
dir=$state/questions/$key

case $wish in
open | yes | forget) fence "$5" "$6" ;;
*) ;;
esac
case $wish in
open | yes)
    private "$state"
    private "$state/questions"
    private "$dir"
    [ "$wish" = yes ] || rm -f -- "$dir/yes"
    [ "$wish" = yes ] || who=''
    said=$({ printf '%s %s\n' "$(date +%s)" "$who" > "$dir/$wish.new" && sync -- "$dir/$wish.new" &&
        mv -fT -- "$dir/$wish.new" "$dir/$wish" && sync -- "$dir" "$state/questions"; } 2>&1) || die 21 "$said"
    ;;
forget) rm -rf -- "$state/questions" ;;
*) ;;
esac
for each in open yes; do
    [ ! -f "$dir/$each" ] || printf '%s=%s\n' "$each" "$(head -n 1 -- "$dir/$each")"
done
finish

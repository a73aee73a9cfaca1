# Argument: the directory of the lease. Who holds the host now, if anybody.
dir=$1
if [ -f "$dir/lease" ] && ! flock -n "$dir/lease" true; then
    block run
    sed -n 1p "$dir/owner" 2> /dev/null || :
    end_block run
    block owner
    sed -n 2p "$dir/owner" 2> /dev/null || :
    end_block owner
fi
finish

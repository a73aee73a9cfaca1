# Argument: the server's log. Where it ends now.
log=$1
[ ! -f "$log" ] || stat --printf='inode=%i\nsize=%s\n' -- "$log"
printf 'clock=%s\n' "$(date +%s)"
finish

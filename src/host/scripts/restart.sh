# Arguments: unit, lease's directory, run. Asks for a restart and does not wait for it, so that a lost connection cannot
# leave it half done. The failed state goes first: after a crash loop systemd would refuse to start.
unit=$1
fence "$2" "$3"
systemctl reset-failed -- "$unit" 2> /dev/null || :
said=$(systemctl --no-block restart -- "$unit" 2>&1) || die 30 "$said"
finish

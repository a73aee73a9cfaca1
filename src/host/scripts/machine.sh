# What a machine is known by.
printf 'machine=%s\n' "$(cat /etc/machine-id 2> /dev/null || :)"
finish

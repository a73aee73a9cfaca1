# Keeps one mongosh, as the user who may read the member's key. Arguments: the user, the agent's code.
# mongosh gets a home of its own: no history, no log, no telemetry, and nothing of it stays.
set -eu
umask 077
user=$1
code=$2
# The package of a host may put it where the path of root does not lead.
PATH=$PATH:/usr/local/bin
if ! command -v mongosh > /dev/null; then
  echo 'mongosh is not installed on the host' >&2
  exit 127
fi
home=$(mktemp -d /tmp/tlsplan-mongosh.XXXXXXXX)
trap 'rm -rf -- "$home"' EXIT
trap 'exit 129' HUP INT TERM PIPE
mkdir -p "$home/.mongodb/mongosh"
printf '%s\n' '{"enableTelemetry":false,"disableLogging":true}' > "$home/.mongodb/mongosh/config"
chown -R -- "$user" "$home"
runuser -u "$user" -- env "HOME=$home" mongosh --quiet --nodb --norc --eval "$code"

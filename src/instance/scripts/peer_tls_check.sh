# Arguments: the service's user, group and supplementary groups (comma list), the certificate that its server shows to
# others, its CA file (nothing: the system's own), `4` where it speaks no IPv6, seconds for each member, and then for each
# member its host:port and the host alone, which is nothing where it is an address. Standard input: the pass phrase of the
# key, if it has one. Dials every member by TLS, side by side, as the service's user, and asks each a question: with TLS 1.3
# a client takes the handshake for done before the server has judged its certificate, so only an answer proves both ends.
user=$1 group=$2 groups=$3 pem=$4 ca=$5 family=$6 seconds=$7
shift 7
dir=''

clean() { [ -z "$dir" ] || rm -rf -- "$dir"; }
trap clean EXIT
trap 'exit 129' HUP INT TERM PIPE

# Kept in memory: what openssl prints of a session is nobody's business, and gone when this is over.
place() {
    for base in /run /dev/shm; do
        find "$base" -maxdepth 1 -name 'tlsplan-rehearsal.????????' -user 0 -mmin +5 -exec rm -rf -- '{}' + 2> /dev/null || :
        dir=$(mktemp -d "$base/tlsplan-rehearsal.XXXXXXXX" 2> /dev/null) && return
    done
    die 60 'there is no temporary directory to be had in /run and /dev/shm'
}

# isMaster as it goes over the wire, an OP_MSG of 55 bytes; every version answers it without a login.
question() {
    printf '\067\000\000\000\001\000\000\000\000\000\000\000\335\007\000\000\000\000\000\000\000'
    # shellcheck disable=SC2016
    printf '\042\000\000\000\020isMaster\000\001\000\000\000\002$db\000\006\000\000\000admin\000\000'
}

# Arguments: number, host:port, host or nothing. Both pipes are held open by the process itself, so nothing it reads ends.
dial() {
    mkfifo -- "$dir/$1.in" "$dir/$1.phrase"
    exec 3<> "$dir/$1.in" 4<> "$dir/$1.phrase"
    question >&3
    printf '%s\n' "$phrase" >&4
    set -- timeout "$seconds" openssl s_client -ign_eof ${family:+-4} -connect "$2" ${3:+-servername "$3"} \
        ${ca:+-CAfile "$ca"} -cert "$pem" -key "$pem" ${chain:+-cert_chain "$pem"} -pass fd:4
    [ "$user" = 0 ] || set -- setpriv --reuid="$user" --regid="$group" --groups="${groups:-$group}" --inh-caps=-all -- "$@"
    exec "$@" <&3
}

answered() { grep -aq maxWireVersion "$dir/$1.out"; }

command -v openssl > /dev/null || die 60 'there is no openssl'
phrase=$(head -c "$length")
[ "${#phrase}" = "$length" ] || die 41 'what was sent did not arrive whole'
[ "$(printf %s "$phrase" | sha256sum | cut -c 1-64)" = "$sum" ] || die 42 'what arrived is not what was sent'
knows() { printf '%s\n' "$help" | grep -e "^ *$1 " -e "^ *$1\$" || :; }
help=$(openssl s_client -help 2>&1 || :)
chain=$(knows -cert_chain)
[ -n "$(knows -4)" ] || family=''
place
number=0
pending=''
while [ $# -gt 0 ]; do
    number=$((number + 1))
    (dial "$number" "$1" "$2") > "$dir/$number.out" 2> "$dir/$number.said" < /dev/null &
    printf '%s' "$!" > "$dir/$number.pid"
    pending="$pending $number"
    shift 2
done

# openssl stays when it has its answer, so it is ended.
while [ -n "$pending" ]; do
    left=''
    for each in $pending; do
        pid=$(cat "$dir/$each.pid")
        if answered "$each"; then
            kill -- "$pid" 2> /dev/null || :
        elif kill -0 "$pid" 2> /dev/null; then
            left="$left $each"
        fi
    done
    pending=$left
    [ -z "$pending" ] || sleep 0.02
done

each=0
while [ "$each" -lt "$number" ]; do
    each=$((each + 1))
    status=0
    wait "$(cat "$dir/$each.pid")" || status=$?
    if answered "$each"; then
        end=answered
    elif [ "$status" = 124 ]; then
        end=silent
    else
        end=over
    fi
    printf 'end.%s=%s\n' "$each" "$end"
    block "said.$each"
    head -c 8192 -- "$dir/$each.said"
    end_block "said.$each"
    block "pem.$each"
    # Only the certificate: the keys of the session are printed too.
    awk '/^-----BEGIN CERTIFICATE-----$/ { inside = 1 }
        inside && /^[A-Za-z0-9+\/= -]*$/ { print }
        /^-----END CERTIFICATE-----$/ { exit }' "$dir/$each.out" | head -c 65536
    end_block "pem.$each"
done
finish

# Asks the server of this host whether it is healthy. Stands in front of auto_revert.sh, which calls `is_healthy` and
# has `value` to read the manifest: `port`, and for `old` and `new` an `address` and a `pem`, the certificate and key to
# show. `new.ask` is `port` where no more can be asked than whether the port is open.

# isMaster as it goes over the wire, an OP_MSG of 55 bytes; every version answers it without a login.
question() {
    printf '\067\000\000\000\001\000\000\000\000\000\000\000\335\007\000\000\000\000\000\000\000'
    # shellcheck disable=SC2016
    printf '\042\000\000\000\020isMaster\000\001\000\000\000\002$db\000\006\000\000\000admin\000\000'
}

# Asks and waits for the answer, in plaintext or by TLS with the server's own certificate.
ask_plaintext() {
    # shellcheck disable=SC2016
    question | timeout 5 bash -c 'exec 3<> "/dev/tcp/$1/$2" && cat >&3 && timeout 2 cat <&3' ask "$address" "$port"
}

ask_by_tls() {
    [ -n "$pem" ] || return 0
    case $address in *:*) address="[$address]" ;; *) ;; esac
    { question && sleep 3; } |
        timeout 8 openssl s_client -quiet -no_ign_eof -connect "$address:$port" -cert "$pem" -key "$pem"
}

# Argument: `old` or `new`. A primary, or a member that serves and knows one.
answers_well() {
    address=$(value "$1.address") pem=$(value "$1.pem")
    for encryption in plain tls; do
        # BSON made legible: types 2 (text) and 8 (boolean) and the bytes 0 and 1 become digits, the rest goes.
        case $encryption in
        plain) said=$(ask_plaintext 2> /dev/null | tr '\000\001\002\010' '0128' | tr -cd '[:print:]') ;;
        *) said=$(ask_by_tls 2> /dev/null | tr '\000\001\002\010' '0128' | tr -cd '[:print:]') ;;
        esac
        case $said in
        *2setName0*8ismaster01*) return 0 ;;
        *2setName0*2primary0*)
            case $said in *8secondary01* | *8arbiterOnly01*) return 0 ;; *) ;; esac
            ;;
        *) ;;
        esac
    done
    return 1
}

# Where the key has a pass phrase, nothing here can ask by TLS. An open port is all that can be seen then.
listens() {
    address=$(value "$1.address")
    # shellcheck disable=SC2016
    timeout 5 bash -c 'exec 3<> "/dev/tcp/$1/$2"' ask "$address" "$port" 2> /dev/null
}

# Argument: `old` or `new`, the file on which the server runs.
is_healthy() {
    port=$(value port)
    case $(value "$1.ask") in
    port) listens "$1" ;;
    *) answers_well "$1" ;;
    esac
}


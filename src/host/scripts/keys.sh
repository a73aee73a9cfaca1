# Arguments: the service's user, group and supplementary groups (comma list), then files. Of each: whether that user and
# whether everybody can read it, and the public half of the key in it. The private half is read by openssl on this host,
# and by nobody else.
user=$1 group=$2 groups=$3
shift 3

as() { setpriv --reuid="$1" --regid="$2" --groups="$3" --inh-caps=-all -- head -c 1 -- "$4"; }

access() {
    if [ ! -f "$1" ]; then
        printf 'missing'
    elif said=$({ [ "$user" = 0 ] || as "$user" "$group" "${groups:-$group}" "$1"; } 2>&1 > /dev/null); then
        as 65534 65534 65534 "$1" > /dev/null 2>&1 && printf everybody || printf service
    else
        case $said in
        head:*) said=${said##*: } ;;
        *) ;;
        esac
        printf 'nobody %s' "$said"
    fi
}

# A key with a pass phrase is not asked for it.
kind() {
    if ! grep -q -- '^-----BEGIN [A-Z ]*PRIVATE KEY-----' "$1"; then
        printf missing
    elif grep -q -e '^-----BEGIN ENCRYPTED PRIVATE KEY-----' -e '^Proc-Type: 4,ENCRYPTED' "$1"; then
        printf locked
    elif ! command -v openssl > /dev/null; then
        printf unread
    else
        printf open
    fi
}

printf 'clock=%s\n' "$(date +%s.%N)"
number=0
for file; do
    number=$((number + 1))
    printf 'access.%s=%s\n' "$number" "$(access "$file" | head -n 1)"
    [ -f "$file" ] || continue
    printf 'key.%s=%s\n' "$number" "$(kind "$file")"
    block "public.$number"
    openssl pkey -in "$file" -passin pass: -pubout -outform DER 2> /dev/null < /dev/null || :
    end_block "public.$number"
done
finish

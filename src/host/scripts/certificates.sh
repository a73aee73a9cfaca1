# Arguments: files. Of each only whole certificates are printed. The private key that stands beside
# them in a server's file does not leave the host.
number=0
for file; do
    number=$((number + 1))
    if [ ! -f "$file" ]; then
        printf 'state.%s=missing\n' "$number"
        continue
    fi
    printf 'state.%s=there\n' "$number"
    block "pem.$number"
    # A block without an end must not run into the key behind it, so lines are held back until the
    # end comes, and anything but base64 drops them.
    head -c 1048576 -- "$file" | awk '
        { sub(/\r$/, "") }
        $0 == "-----BEGIN CERTIFICATE-----" { inside = 1; held = $0 "\n"; next }
        inside && $0 == "-----END CERTIFICATE-----" { printf "%s%s\n", held, $0; inside = 0; next }
        inside && /^[A-Za-z0-9+\/=]*$/ { held = held $0 "\n"; next }
        { inside = 0 }'
    end_block "pem.$number"
done
finish

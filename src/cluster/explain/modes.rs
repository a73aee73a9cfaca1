//! What servers say of plaintext and TLS meeting, and of the connections that they count.

use super::Entry;

/// Who may talk to whom, and who did.
pub(super) const MODES: &[Entry] = &[
    Entry {
        ids: &[],
        words: &["only allow ssl connections"],
        says: "The server is configured to only allow SSL connections",
        means: "somebody spoke plaintext to a member at requireTLS and was refused",
        fix: "the line names the address: switch that client to TLS. `tlsplan rollback` leads back to a mode that takes both",
    },
    Entry {
        ids: &[],
        words: &["server is started without ssl support"],
        says: "SSL handshake received but server is started without SSL support",
        means: "somebody spoke TLS to a member that runs without it",
        fix: "bring the member to allowTLS before anybody is switched to TLS; `tlsplan status` shows the mode of each",
    },
    Entry {
        ids: &[23838],
        words: &["is not using ssl"],
        says: "SSL mode is set to 'preferred' and connection to remote is not using SSL",
        means: "a client opened a plaintext connection to a member at preferTLS; at requireTLS it will be refused",
        fix: "`remote` is its address; its name is in the line with id 51800 of the same connection. Switch it to TLS first",
    },
    Entry {
        ids: &[],
        words: &["illegal state transition"],
        says: "Illegal state transition for tlsMode, attempt to change from X to Y",
        means: "a running server moves only from allowTLS to preferTLS and from there to requireTLS, one mode level at a time and never to its present mode",
        fix: "read the mode first: db.adminCommand({getParameter: 1, tlsMode: 1}); every other change needs a restart",
    },
    Entry {
        ids: &[],
        words: &["trying to access mongodb over http"],
        says: "It looks like you are trying to access MongoDB over HTTP on the native driver port",
        means: "a health check speaks HTTP; it is answered in plaintext in every mode, so it proves nothing about TLS",
        fix: "let the check send `hello` with TLS",
    },
    Entry {
        ids: &[23285],
        words: &["automatically disabling tls 1.0"],
        says: "Automatically disabling TLS 1.0",
        means: "clients that know no newer version will fail although TLS works",
        fix: "let old drivers be updated; `net.tls.disabledProtocols: none` allows TLS 1.0 for as long as that takes",
    },
    Entry {
        ids: &[23322, 23803, 23804],
        words: &["sslmode is deprecated", "option: ssl"],
        says: "sslMode is deprecated",
        means: "the file or a command uses the names from before 4.2, which are aliases",
        fix: "use `net.tls` and `tlsMode`; a file must not have both",
    },
];

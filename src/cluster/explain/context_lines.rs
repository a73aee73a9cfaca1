//! Lines that only carry a reason, and those that a healthy log is full of.

use super::Entry;

/// Lines around a reason: what they are about says little.
pub(super) const AROUND: &[Entry] = &[
    Entry {
        ids: &[22988],
        words: &["error receiving request from client"],
        says: "Error receiving request from client. Ending connection from remote",
        means: "the connection ended before a request was read; `error` says why",
        fix: "give the whole line to `tlsplan explain`: the reason is in it",
    },
    Entry {
        ids: &[23256],
        words: &["ssl peer certificate validation failed"],
        says: "SSL peer certificate validation failed",
        means: "the certificate at the other end was refused, and with it the connection; the words behind it say why",
        fix: "give the whole line to `tlsplan explain`: the reason is in it",
    },
    Entry {
        ids: &[20574],
        words: &[
            "error during global initialization",
            "failed global initialization",
            "can not set up pem key file",
        ],
        says: "Error during global initialization",
        means: "the server ends before it begins; the line before it, or its own `errmsg`, says why",
        fix: "give the whole line to `tlsplan explain`, and the one before it",
    },
];

/// What a healthy log is full of.
pub(super) const TALK: &[Entry] = &[
    Entry {
        ids: &[23218],
        words: &["accepted connection with tls"],
        says: "Accepted connection with TLS",
        means: "a handshake came to its end; `net.tls.logVersions` asks for these lines. It is counted before the certificate is judged",
        fix: "nothing: it is how clients that speak TLS are told from those that do not",
    },
    Entry {
        ids: &[22943],
        words: &["connection accepted"],
        says: "Connection accepted",
        means: "somebody connected; whether with TLS is in a line of its own (23218 with it, 23838 without)",
        fix: "nothing",
    },
    Entry {
        ids: &[22944],
        words: &["connection ended", "end connection"],
        says: "Connection ended",
        means: "a connection is over, in peace where no error stands right before it",
        fix: "nothing",
    },
    Entry {
        ids: &[51800],
        words: &["client metadata"],
        says: "client metadata",
        means: "the application and the driver at the other end say who they are",
        fix: "nothing: it names the client behind an address",
    },
];

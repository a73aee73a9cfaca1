//! What servers say of the certificates of others, and others of theirs.

use super::Entry;

/// Certificates in connections. The reasons come first: they say more than the message around them.
pub(super) const PEERS: &[Entry] = &[
    Entry {
        ids: &[],
        // OpenSSL 1.1 and 3.
        words: &["unsupported certificate purpose", "unsuitable certificate purpose"],
        says: "unsupported certificate purpose",
        means: "the certificate has an extended key usage that leaves out what it was used for: members need serverAuth and clientAuth",
        fix: "issue it anew with both, or without extended key usage; a certificate for connections to others can be given apart, as `net.tls.clusterFile`",
    },
    Entry {
        ids: &[],
        words: &[
            "unable to verify the first certificate",
            "unable to get local issuer certificate",
            "unable to get issuer certificate",
        ],
        says: "unable to get local issuer certificate",
        means: "no chain leads from the certificate to a root in the CA file of the server that says so: another CA, or an intermediate is missing",
        fix: "put the intermediates behind the certificate in the PEM file, and the root into `net.tls.CAFile` on every host. `openssl verify -CAfile CA -untrusted PEM PEM` tells which is missing",
    },
    Entry {
        ids: &[],
        words: &["self signed certificate", "self-signed certificate"],
        says: "self signed certificate in certificate chain",
        means: "the chain ends in a root that is not in the CA file of the server that says so",
        fix: "the CA files of all members and clients have to hold the root of every certificate in use",
    },
    Entry {
        ids: &[],
        words: &["certificate has expired"],
        says: "certificate has expired",
        means: "the certificate at the other end is past its last day, by the clock of the server that says so",
        fix: "replace it: on 5.0 and newer db.adminCommand({rotateCertificates: 1}) takes it without a restart. Connections that stand live on until they are opened anew",
    },
    Entry {
        ids: &[],
        words: &["certificate is not yet valid"],
        says: "certificate is not yet valid",
        means: "the certificate begins in the future, or the clock of the server that says so is behind",
        fix: "compare `date -u` on both hosts with the certificate: openssl x509 -noout -dates -in PEM",
    },
    Entry {
        ids: &[],
        words: &["certificate revoked"],
        says: "certificate revoked",
        means: "it is on the list in `net.tls.CRLFile`",
        fix: "give that host a new certificate",
    },
    Entry {
        ids: &[23257, 23238],
        words: &["does not match the remote host name", "does not match the host name"],
        says: "The server certificate does not match the remote host name",
        means: "the name by which the host was dialled is not among the names in its certificate; members dial each other by the names in the set's configuration, and a CN does not count where there is a SAN",
        fix: "the certificate at fault is that of the host that was dialled, not of the one that logs this: issue it with that name as a SAN",
    },
    Entry {
        ids: &[],
        words: &["alert unknown ca", "unknown ca"],
        says: "tlsv1 alert unknown ca",
        means: "the other end does not know the CA of the certificate it was shown: ours",
        fix: "look at the other end's CA file; it has to hold the root of this host's certificate",
    },
    Entry {
        ids: &[],
        words: &[
            "alert bad certificate",
            "alert certificate unknown",
            "alert unsupported certificate",
        ],
        says: "sslv3 alert bad certificate",
        means: "the other end refused the certificate it was shown: ours",
        fix: "the reason is in the log of the other end, at the same moment",
    },
    Entry {
        ids: &[],
        words: &["wrong version number", "unknown protocol"],
        says: "wrong version number",
        means: "TLS was spoken and plaintext came back: the other end is below allowTLS, or no server at all",
        fix: "`tlsplan status` shows the mode of each member; look what listens at that port",
    },
    Entry {
        ids: &[23255],
        words: &["certificate provided by peer; connection rejected"],
        says: "No SSL certificate provided by peer; connection rejected",
        means: "a client spoke TLS without a certificate of its own; with a CA file the server demands one",
        fix: "give the client a certificate, or set `net.tls.allowConnectionsWithoutCertificates: true` on every member",
    },
    Entry {
        ids: &[23234],
        words: &["no ssl certificate provided by peer"],
        says: "No SSL certificate provided by peer",
        means: "a client came without a certificate, which `allowConnectionsWithoutCertificates` allows",
        fix: "nothing; the server parameter `suppressNoTLSPeerCertificateWarning` silences it",
    },
    Entry {
        ids: &[23235],
        words: &["peer certificate validation warning"],
        says: "SSL peer certificate validation failed, and the connection was let in",
        means: "`net.tls.allowInvalidCertificates` is on: anybody with any certificate gets in",
        fix: "fix the certificate and remove that option",
    },
    Entry {
        ids: &[23236],
        words: &["connecting with server's own tls certificate"],
        says: "Client connecting with server's own TLS certificate",
        means: "a client uses a member's certificate; with certificates for membership it would have all the rights of one",
        fix: "give the client a certificate with another O, OU or DC",
    },
    Entry {
        ids: &[23237],
        words: &["ip address in dns san", "dns name ip"],
        says: "an IP address stands among the DNS names of a certificate",
        means: "it still matches, and other programs than mongod refuse it",
        fix: "issue the certificate with the address as an IP SAN",
    },
    Entry {
        ids: &[23221, 23222],
        words: &["peer certificate expires", "certificate will expire"],
        says: "Peer certificate expires soon",
        means: "a certificate at the other end is within `tlsX509ExpirationWarningThresholdDays` of its last day",
        fix: "replace it before that day; nothing will reconnect after it",
    },
    Entry {
        ids: &[4_834_700],
        words: &["isself could not connect", "couldn't check isself"],
        says: "isSelf could not connect",
        means: "the member cannot reach itself by its name in the set's configuration, so it may not find itself in it",
        fix: "resolve that name on the host, let `bindIp` listen there, and put the name into its certificate",
    },
];

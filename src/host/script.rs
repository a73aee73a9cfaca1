//! The scripts that are run on hosts: constant texts, compiled in.
//!
//! No value is ever pasted into them. What differs from call to call comes as quoted arguments or
//! on standard input, so the set of shell texts that tlsplan can run is the list in this file.

/// A constant text for `/bin/sh`.
#[derive(Debug, PartialEq, Eq)]
pub struct Script {
    /// What it is called in tests and traces.
    pub name: &'static str,
    /// The text, the common beginning included.
    pub text: &'static str,
}

macro_rules! scripts {
    ($($(#[$doc:meta])* $constant:ident = $file:literal;)*) => {
        impl Script {
            $($(#[$doc])*
            pub const $constant: Self = Self {
                name: $file,
                text: concat!(
                    include_str!("scripts/prelude.sh"),
                    include_str!(concat!("scripts/", $file)),
                ),
            };)*

            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$constant),*];
        }
    };
}

scripts! {
    /// The unit, the configuration file and the clock in one look.
    FACTS = "facts.sh";
    /// The atomic replacement of a file, with or without a restart after it.
    REPLACE = "replace.sh";
    /// The request for a restart.
    RESTART = "restart.sh";
    /// The start of the real server on a file, beside the running one.
    CANARY = "canary.sh";
    /// What a run needs to know once.
    SURVEY = "survey.sh";
    /// The certificates in files, without their keys.
    CERTIFICATES = "certificates.sh";
    /// Who can read files, and the public halves of the keys in them.
    KEYS = "keys.sh";
    /// Dialling the members by TLS, as the server will.
    REHEARSE = "rehearse.sh";
    /// Where the server's log ends.
    LOG_MARK = "log_mark.sh";
    /// What the server's log says since a mark.
    LOG_SINCE = "log_since.sh";
    /// What the server's log says of connections.
    CLIENTS = "clients.sh";
    /// What a machine is known by.
    MACHINE = "machine.sh";
    /// A program of the plan's, for its status.
    COMMAND = "command.sh";
    /// Questions to a person and their answers.
    QUESTION = "question.sh";
    /// Who holds the lease.
    OWNER = "owner.sh";
    /// The versions of a file that were kept.
    KEPT = "kept.sh";
    /// The file before the first change.
    FIRST = "first.sh";
    /// Arming the dead-man's switch.
    ARM = "arm.sh";
    /// Bringing a switch to its end.
    SETTLE = "settle.sh";
}

/// The holder of a lease, which stays and is spoken to: it has no use for the common beginning.
pub const LEASE: Script = Script { name: "lease.sh", text: include_str!("scripts/lease.sh") };

/// What a host runs by itself when nobody confirms: it is sent when the host is armed.
pub const WAY_BACK: Script =
    Script { name: "way_back.sh", text: include_str!("scripts/way_back.sh") };

/// The status with which the fence ends a script.
pub(crate) const FENCED: u32 = 79;

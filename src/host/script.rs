//! The scripts that are run on hosts: constant texts, compiled in.
//!
//! No value is ever pasted into them. What differs from call to call comes as quoted arguments or
//! on standard input. Other folders list their own scripts with [`scripts`].

/// A constant text for `/bin/sh`.
#[derive(Debug, PartialEq, Eq)]
pub struct Script {
    /// What it is called in tests and traces.
    pub name: &'static str,
    /// The text, with the common beginning where it has one.
    pub text: &'static str,
}

/// Makes constants of the scripts in a folder, each with the common beginning, and the list of them.
macro_rules! scripts {
    ($folder:literal: $($(#[$doc:meta])* $constant:ident = $file:literal;)*) => {
        $($(#[$doc])*
        pub const $constant: $crate::host::script::Script = $crate::host::script::Script {
            name: $file,
            text: concat!(
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/host/scripts/prelude.sh")),
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $folder, "/", $file)),
            ),
        };)*

        /// The scripts of this folder that are run by a call.
        pub const ALL: &[$crate::host::script::Script] = &[$($constant),*];
    };
}
pub(crate) use scripts;

scripts! { "src/host/scripts":
    /// The unit, the configuration file and the clock in one look.
    FACTS = "facts.sh";
    /// The atomic replacement of a file, with or without a restart after it.
    REPLACE = "replace.sh";
    /// The request for a restart.
    RESTART = "restart.sh";
    /// What a run needs to know once.
    SURVEY = "survey.sh";
    /// The certificates in files, without their keys.
    CERTIFICATES = "certificates.sh";
    /// Who can read files, and the public halves of the keys in them.
    KEYS = "keys.sh";
    /// Where a log ends.
    LOG_MARK = "log_mark.sh";
    /// What a log says since a mark.
    LOG_SINCE = "log_since.sh";
    /// What a machine is known by.
    MACHINE = "machine.sh";
    /// A program of the plan's, for its exit status.
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
    /// Settling a dead-man's switch.
    SETTLE = "settle.sh";
}

/// The holder of a lease. It stays and reads commands, so it does without the common beginning.
pub const LEASE: Script = Script { name: "lease.sh", text: include_str!("scripts/lease.sh") };

/// What a host runs by itself when no confirmation comes. It is installed behind the script of a
/// health probe, which defines `is_healthy`.
pub const AUTO_REVERT: Script =
    Script { name: "auto_revert.sh", text: include_str!("scripts/auto_revert.sh") };

/// The status with which the fence ends a script.
pub(crate) const FENCED: u32 = 79;

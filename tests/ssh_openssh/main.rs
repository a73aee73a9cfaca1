//! The SSH transport against OpenSSH itself: its server, its agent, its client's judgement.
//!
//! These run where `TLSPLAN_TEST_OPENSSH` is set, as `make test` does; a machine without OpenSSH
//! then fails them instead of passing them by. Everything is in one directory and on loopback.

// The attribute is for clippy, which lets only tests unwrap.
#[cfg(test)]
mod judgement;
#[cfg(test)]
mod lab;
#[cfg(test)]
mod sessions;

/// Whether to run; says so where not.
fn wanted() -> bool {
    let wanted = std::env::var_os("TLSPLAN_TEST_OPENSSH").is_some();
    if !wanted {
        #[expect(clippy::print_stderr, reason = "a test that did not run must say so")]
        {
            eprintln!("not run: set TLSPLAN_TEST_OPENSSH to try this on OpenSSH");
        }
    }
    wanted
}

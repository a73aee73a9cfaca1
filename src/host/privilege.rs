//! How a session becomes root on a host.

/// How a step becomes root on a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Become {
    /// By sudo.
    #[default]
    Sudo,
    /// Not at all: the login user is root already.
    None,
}

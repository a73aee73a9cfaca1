//! One host dialled one member: the raw result.

use crate::cluster::certificate::Certificate;

/// What was seen of one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialAttempt {
    /// How it ended.
    pub ending: DialEnd,
    /// What openssl said, line by line, made safe to print.
    pub said: String,
    /// The certificate that was shown; `None` where it did not come to that.
    pub certificate: Option<Certificate>,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DialEnd {
    /// The server answered a question: each end took the other's certificate, or asked for none.
    Answered,
    /// The connection was closed before an answer came.
    Closed,
    /// No answer came within the timeout.
    TimedOut,
}

//! One host dialled one member: what was seen, and nothing made of it.

use crate::cluster::certificate::Certificate;

/// What was seen of one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// How it ended.
    pub ending: Ending,
    /// What openssl said, line by line, made safe to print.
    pub said: String,
    /// The certificate that was shown; `None` where it did not come to that.
    pub certificate: Option<Certificate>,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The server answered a question: each end took the other's certificate, or asked for none.
    Answered,
    /// It was over before an answer came.
    Over,
    /// Nothing more came until patience ended.
    Silent,
}

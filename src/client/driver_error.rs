//! What the driver's errors mean to us: unreached, refused, answered, or not to be used here.

use mongodb::{
    bson::Document,
    error::{Error, ErrorKind},
};

use super::database::DatabaseError;

/// Codes by which a server refuses a login: `AuthenticationFailed` and `UserNotFound`.
pub(super) const LOGIN_CODES: [i32; 2] = [18, 11];

/// The driver's error in our words.
pub(super) fn translated(error: Error) -> DatabaseError {
    let answered = error.server_response().and_then(|raw| Document::try_from(raw).ok());
    match *error.kind {
        ErrorKind::Command(ref failure) if LOGIN_CODES.contains(&failure.code) => {
            DatabaseError::Login(error.kind)
        }
        ErrorKind::Command(failure) => DatabaseError::Command {
            code: failure.code,
            code_name: failure.code_name,
            message: failure.message,
        },
        ErrorKind::Authentication { .. } => DatabaseError::Login(error.kind),
        ErrorKind::ServerSelection { ref message, .. } if message.contains("wire version") => {
            DatabaseError::Client(error.kind)
        }
        ErrorKind::InvalidResponse { .. } => match answered.as_ref().and_then(uncoded) {
            Some(answer) => answer,
            None => DatabaseError::NoReply(error.kind),
        },
        ErrorKind::IncompatibleServer { .. }
        | ErrorKind::InvalidTlsConfig { .. }
        | ErrorKind::InvalidArgument { .. }
        | ErrorKind::Internal { .. }
        | ErrorKind::Shutdown => DatabaseError::Client(error.kind),
        _ => DatabaseError::NoReply(error.kind),
    }
}

/// Servers before 5.0 give some errors without a code, which the driver cannot read.
fn uncoded(reply: &Document) -> Option<DatabaseError> {
    let message = reply.get_str("errmsg").ok()?.to_owned();
    Some(DatabaseError::Command { code: 0, code_name: String::new(), message })
}

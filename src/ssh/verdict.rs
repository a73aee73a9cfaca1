//! What became of an attempt to log in: let in, refused, or left without an answer.
//!
//! A refusal and a connection that died look alike in russh (no method is left), so the two are told
//! apart here: a refusal is the host's word, anything else leaves open what it would have said.

use std::error::Error;

use russh::{MethodSet, client::AuthResult};

use super::{
    auth::{Answer, Login},
    error::{ConnectError, Phase},
    refusal::Refusal,
};

impl Login<'_> {
    /// What became of one attempt.
    pub(super) fn judge<E>(
        &mut self,
        result: Option<Result<AuthResult, E>>,
    ) -> Result<Answer, ConnectError>
    where
        E: Error + Send + Sync + 'static,
    {
        match result {
            None => Err(self.timed_out()),
            Some(Err(_)) if self.connection.handle.is_closed() => Err(self.cut_short()),
            Some(Err(error)) => Err(self.ended(Box::new(error))),
            Some(Ok(AuthResult::Success)) => Ok(Answer::Welcome),
            Some(Ok(AuthResult::Failure { remaining_methods, .. })) => {
                if remaining_methods.is_empty() && self.connection.handle.is_closed() {
                    return Err(self.cut_short());
                }
                self.accepted = names(&remaining_methods);
                Ok(Answer::No)
            }
        }
    }

    /// The connection is gone: by the host's word ("too many attempts"), or just gone.
    fn cut_short(&self) -> ConnectError {
        match self.connection.words.disconnect_reason() {
            Some(said) if self.connection.words.was_disconnected() => self.refusal(Some(said)),
            said => self.ended(said.unwrap_or_else(|| "the connection was lost".into()).into()),
        }
    }

    pub(super) fn refusal(&self, disconnect_reason: Option<String>) -> ConnectError {
        let banner = Some(self.connection.words.banner()).filter(|banner| !banner.is_empty());
        ConnectError::Refused(Box::new(Refusal {
            peer: self.route.peer.clone(),
            user: self.route.user.clone(),
            offered: self.offered.clone(),
            accepted: self.accepted.clone(),
            words: banner.into_iter().chain(disconnect_reason).collect(),
            skipped: self.skipped.clone(),
            identity: self.identity.clone(),
        }))
    }

    pub(super) fn ended(&self, source: Box<dyn Error + Send + Sync>) -> ConnectError {
        ConnectError::Ended { peer: self.route.peer.clone(), phase: Phase::Login, source }
    }

    pub(super) fn timed_out(&self) -> ConnectError {
        ConnectError::TimedOut {
            peer: self.route.peer.clone(),
            phase: Phase::Login,
            limit: self.limit,
        }
    }
}

fn names(methods: &MethodSet) -> Vec<String> {
    methods.iter().map(String::from).collect()
}

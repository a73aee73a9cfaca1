//! What lies on the host of the files that a configuration names, and what its clock says.

use std::time::{Duration, SystemTime};

use super::{fault, inner::Inner};
use crate::{
    cluster::{
        certificate::{Access, Certificate, Key, PemFile, Unread},
        clock::Skew,
    },
    error::node_error::NodeError,
    host::{
        facts::FactsError,
        keys::{FoundKey, KeyFile, Readable},
    },
    instance::look::Identity,
};

impl Inner {
    /// Two scripts side by side: certificates, and who can read them with what keys.
    pub(super) async fn identity(&self, paths: &[String]) -> Result<Identity, NodeError> {
        let names: Vec<&str> = paths.iter().map(String::as_str).collect();
        let keys = async {
            let asked = SystemTime::now();
            let keys = self.host.keys(&self.service, &names).await?;
            let skew = skew(asked, keys.clock, SystemTime::now());
            Ok((keys, skew))
        };
        let certificates = async {
            let certificates = self.host.certificates(&names).await;
            certificates.map_err(FactsError::Call)
        };
        let (certificates, (keys, skew)) =
            tokio::try_join!(certificates, keys).map_err(fault::of_facts)?;
        let found = paths.iter().zip(keys.files).zip(certificates);
        let files = found.map(|((path, key), pem)| pem_file(path, key, pem.as_deref())).collect();
        Ok(Identity { clock: millis(keys.clock) / 1000, skew, files })
    }
}

fn pem_file(path: &str, found: KeyFile, pem: Option<&[u8]>) -> PemFile {
    let access = match found.readable {
        Readable::Missing => Access::Missing,
        Readable::ByNobody(reason) => Access::Nobody(reason),
        Readable::ByService => Access::Service,
        Readable::ByEverybody => Access::Everybody,
    };
    let key = match found.key {
        FoundKey::Missing => Key::Missing,
        FoundKey::Locked => Key::Locked,
        FoundKey::Damaged => Key::Damaged,
        FoundKey::Unread => Key::Unread,
        FoundKey::Public(public) => Key::Public(public),
    };
    let certificates = pem.map_or(Err(Unread::None), Certificate::all);
    PemFile { path: path.to_owned(), access, certificates, key }
}

/// The host read its clock at some moment between the question and the answer.
fn skew(asked: SystemTime, read: SystemTime, answered: SystemTime) -> Skew {
    let (asked, read, answered) = (millis(asked), millis(read), millis(answered));
    let half = (answered - asked) / 2;
    Skew { ahead: read - asked - half, unsure: half.unsigned_abs() }
}

fn millis(time: SystemTime) -> i64 {
    let whole = |span: Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.map_or_else(|before| -whole(before.duration()), whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_read_somewhere_within_the_round_trip() {
        let at = |millis| SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
        for (asked, read, answered, ahead, unsure) in [
            (1000, 1100, 1200, 0, 100),
            (1000, 4_601_000, 1000, 4_600_000, 0),
            (90_000, 1000, 91_000, -89_500, 500),
        ] {
            assert_eq!(skew(at(asked), at(read), at(answered)), Skew { ahead, unsure });
        }
    }
}

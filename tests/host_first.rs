//! The file before the first change: kept once, told apart from what somebody else put there, and
//! forgotten when a new beginning is made.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use std::fs;

use common::{local_transport::LocalTransport, sandbox::Sandbox};
use tlsplan::host::{
    Host,
    digest::Digest,
    first::InPlace,
    replace::{Change, Replacement},
};

struct Site(Sandbox);

impl Site {
    fn new(first: &str) -> Self {
        let sandbox = Sandbox::new();
        sandbox.file("etc/mongod.conf", first.as_bytes());
        Self(sandbox)
    }

    fn host(&self) -> Host {
        self.0.host(LocalTransport::new())
    }

    fn path(&self) -> String {
        self.0.path("etc/mongod.conf").display().to_string()
    }

    async fn write(&self, text: &str, kind: Change) {
        let path = self.path();
        let seen = Digest::from_content(&fs::read(&path).unwrap());
        let file = Replacement { path: &path, seen, bytes: text.as_bytes(), kind };
        self.host().replace(file).await.unwrap();
    }

    async fn first(&self) -> Option<(String, InPlace)> {
        let first = self.host().first_file(&self.path()).await.unwrap()?;
        Some((String::from_utf8(first.bytes).unwrap(), first.in_place))
    }
}

/// promise: B4
#[tokio::test]
async fn the_first_bytes_outlive_every_change_and_every_kept_version() {
    let site = Site::new("one");
    assert_eq!(site.first().await, None);
    site.write("two", Change::First).await;
    for number in 0..12 {
        site.write(&format!("later {number}"), Change::Later).await;
    }
    assert_eq!(site.first().await, Some(("one".to_owned(), InPlace::Ours)));
    site.write("one", Change::Later).await;
    assert_eq!(site.first().await, Some(("one".to_owned(), InPlace::First)));
}

/// promise: B5
#[tokio::test]
async fn what_somebody_else_wrote_is_not_taken_for_ours() {
    let site = Site::new("one");
    site.write("two", Change::First).await;
    site.0.file("etc/mongod.conf", b"by hand");
    assert_eq!(site.first().await, Some(("one".to_owned(), InPlace::Theirs)));
}

/// Edited between two migrations, with TLS off: the way back of the second one ends there.
#[tokio::test]
async fn a_new_beginning_forgets_the_old_one() {
    let site = Site::new("one");
    site.write("two", Change::First).await;
    site.write("one", Change::Later).await;
    site.0.file("etc/mongod.conf", b"one, edited");
    site.write("two", Change::First).await;
    assert_eq!(site.first().await, Some(("one, edited".to_owned(), InPlace::Ours)));
}

/// promise: B5. What a run writes over somebody else's edit does not make that ours.
#[tokio::test]
async fn an_edit_that_was_written_over_stays_somebody_elses() {
    let site = Site::new("one");
    site.write("two", Change::First).await;
    site.0.file("etc/mongod.conf", b"two, edited");
    site.write("three", Change::Later).await;
    assert_eq!(site.first().await, Some(("one".to_owned(), InPlace::Theirs)));
    site.write("two, edited", Change::Revert).await;
    assert_eq!(site.first().await, Some(("one".to_owned(), InPlace::Theirs)));
}

/// It began with TLS, went back, and was edited there.
#[tokio::test]
async fn a_way_back_that_came_to_its_end_is_followed_by_a_new_beginning() {
    let site = Site::new("allow");
    site.write("prefer", Change::Later).await;
    site.write("allow", Change::Revert).await;
    site.0.file("etc/mongod.conf", b"allow, edited");
    site.write("prefer", Change::Later).await;
    assert_eq!(site.first().await, Some(("allow, edited".to_owned(), InPlace::Ours)));
}

/// A name with another file's at its end is another file.
#[tokio::test]
async fn the_last_versions_are_told_with_the_newest_first() {
    let site = Site::new("one");
    for text in ["two", "three"] {
        site.write(text, Change::Later).await;
    }
    let other = site
        .0
        .path("state/prev")
        .join(format!("20991231T235959Z-{}-x-mongod.conf", Digest::from_content(b"x")));
    fs::write(other, "x").unwrap();
    let kept = site.host().kept_files(&site.path()).await.unwrap();
    let mut kept: Vec<_> =
        kept.into_iter().map(|bytes| String::from_utf8(bytes).unwrap()).collect();
    // Within one second their order is the one of their sums.
    kept.sort();
    assert_eq!(kept, ["one", "two"]);
}

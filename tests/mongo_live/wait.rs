//! Waiting for something of a server, within a limit.

use std::time::{Duration, Instant};

/// Asks again until there is an answer.
pub(crate) async fn until<T>(ask: impl AsyncFn() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "it did not come");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

//! Work that is done again and again beside the requests.

use std::time::Duration;

use crate::Fault;

/// Does `work`, `beat` after it was last done, for as long as it is polled. When that fails it says
/// what `failed`, and goes on.
pub async fn repeat<F>(beat: Duration, failed: &'static str, work: impl Fn() -> F)
where
    F: Future<Output = Result<(), Fault>>,
{
    loop {
        if let Err(fault) = work().await {
            let error: &dyn std::error::Error = &fault;
            tracing::warn!(error, "{failed}; trying again");
        }
        tokio::time::sleep(beat).await;
    }
}

//! A net under everything that this process logs: all spans, fields and events, written as in
//! production.

use std::{
    io,
    sync::{Arc, LazyLock, Mutex},
};

use tracing_subscriber::{
    EnvFilter,
    fmt::{MakeWriter, format::FmtSpan},
};

/// Everything of ours, and what others say in production.
const FILTER: &str = "info,api=trace,kernel=trace,signing=trace,journal=trace,identity=trace,catalogue=trace,\
    consent=trace,record=trace,certificates=trace,intake=trace,labour=trace,\
    egress=trace,events=trace";

/// What was caught.
#[derive(Debug, Clone, Default)]
struct Net(Arc<Mutex<Vec<u8>>>);

static NET: LazyLock<Net> = LazyLock::new(|| {
    let net = Net::default();
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(EnvFilter::new(FILTER))
        .with_span_events(FmtSpan::NEW | FmtSpan::CLOSE)
        .with_writer(net.clone())
        .init();
    net
});

/// Spreads the net; again is harmless.
pub(crate) fn spread() {
    LazyLock::force(&NET);
}

/// Everything caught so far, by every story of this process.
pub(crate) fn caught() -> String {
    String::from_utf8(NET.0.lock().unwrap().clone()).unwrap()
}

impl io::Write for Net {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Net {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

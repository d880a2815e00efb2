//! What every handler may use.

use tokio_util::sync::CancellationToken;

use crate::{config::Timing, store::Store};

#[derive(Clone)]
pub struct AppState {
    pub store: Store,
    pub timing: Timing,
    /// Replies that are being lost do not hold up a stopping process.
    pub stop: CancellationToken,
}

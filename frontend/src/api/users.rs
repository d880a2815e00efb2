//! Accounts and devices. Logging in and out is [`crate::session::Session`]'s, for it changes who one is.

use tradewind_contract::{
    SessionId,
    routes::user as routes,
    users::{Devices, UpdateMe, User},
};

use super::{Api, ApiError, Call, Get, Method, query};
use crate::telemetry::Trace;

pub fn me() -> Get<User> {
    Get::own(routes::ME, routes::ME)
}

/// The sessions of the user, on all devices.
pub fn devices() -> Get<Devices> {
    Get::own(routes::SESSIONS, routes::SESSIONS)
}

impl Api {
    /// Ends the session of another device.
    ///
    /// # Errors
    /// As [`Api::send`].
    pub async fn end_session(self, trace: Trace, id: SessionId) -> Result<(), ApiError> {
        let path = query::fill(routes::SESSION, &[&id.to_string()]);
        self.send(trace, Call::new(Method::Delete, routes::SESSION, path)).await.map(|_| ())
    }

    /// # Errors
    /// As [`Api::send`].
    pub async fn update_me(self, trace: Trace, changes: &UpdateMe) -> Result<User, ApiError> {
        self.fetch(trace, Call::new(Method::Patch, routes::ME, routes::ME).json(changes)).await
    }
}

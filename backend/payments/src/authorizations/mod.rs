//! Authorising an amount, capturing it, letting it go.

pub mod authorize;
pub mod capture;
pub mod list_authorizations;
pub mod model;
pub mod void;

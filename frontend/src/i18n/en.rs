//! English. Plain, exact, a little dry; numbers rather than adjectives; no exclamation marks.

mod bridge;
mod checkout;
mod order;
mod reports;
mod shop;
mod trouble;

pub use bridge::*;
pub use checkout::*;
pub use order::*;
pub use reports::*;
pub use shop::*;
pub use trouble::*;

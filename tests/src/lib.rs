//! What the tests across processes share: the addresses of the stack under test, a shopper, and the invariants.

pub mod invariants;
pub mod shopper;
pub mod stack;

pub use shopper::Shopper;
pub use stack::Stack;

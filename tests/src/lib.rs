//! What the tests across processes share: the addresses of the stack under test, a shopper, and what it saw.

pub mod seen;
pub mod shopper;
pub mod stack;

pub use seen::SeenFile;
pub use shopper::Shopper;
pub use stack::Stack;

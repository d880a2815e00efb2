//! Every sentence of the shop. English is the only language so far; another one is a module with the same items and a
//! choice here, because screens say `t::NAME` and never a sentence.

pub mod en;
pub mod format;

pub use en as t;

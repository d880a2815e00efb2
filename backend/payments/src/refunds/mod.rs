//! Giving captured money back, in one or several parts.

pub mod refund;

//! What the device keeps, so that a page is there before the network answers: the catalogue's reads and the basket.

pub mod basket;
pub mod read;
pub mod shelf;
pub mod waiting;

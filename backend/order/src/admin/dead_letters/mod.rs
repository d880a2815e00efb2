//! Messages that no retry helped, and what operators decide about them. Their statements are the kit's
//! (`backend/kit/src/failures.rs`), but for those about orders.

pub mod discard;
pub mod get_dead_letter;
pub mod list_causes;
pub mod list_dead_letters;
pub mod model;
pub mod queries;
pub mod redrive;
pub mod redrive_cause;

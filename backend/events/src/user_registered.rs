//! `user.registered`: An account was made, perhaps from a guest's identity.

use serde::{Deserialize, Serialize};
use tradewind_contract::UserId;
use uuid::Uuid;

use crate::{Event, topics};

/// An account was made, perhaps from a guest's identity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserRegistered {
    pub user_id: UserId,
    /// The identity was a guest before, so its cart and orders stay.
    pub was_guest: bool,
}

impl Event for UserRegistered {
    const TYPE: &'static str = "user.registered";
    const VERSION: i32 = 1;
    const TOPIC: &'static str = topics::USER_EVENTS;
    const AGGREGATE: &'static str = "user";

    fn aggregate_id(&self) -> Uuid {
        self.user_id.into()
    }
}

//! `user.logged_in`: A session was opened with a password.

use serde::{Deserialize, Serialize};
use tradewind_contract::{SessionId, UserId};
use uuid::Uuid;

use crate::{Event, topics};

/// A session was opened with a password.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserLoggedIn {
    pub user_id: UserId,
    pub session_id: SessionId,
}

impl Event for UserLoggedIn {
    const TYPE: &'static str = "user.logged_in";
    const VERSION: i32 = 1;
    const TOPIC: &'static str = topics::USER_EVENTS;
    const AGGREGATE: &'static str = "user";

    fn aggregate_id(&self) -> Uuid {
        self.user_id.into()
    }
}

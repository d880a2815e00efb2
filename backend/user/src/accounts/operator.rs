//! The operator's account. It is made and gets its passwords from the command line alone, by whoever can reach the database:
//! no route makes an operator.

use tradewind_contract::validation;
use tradewind_kit::{Result, database::transact};

use super::queries;
use crate::{sessions, state::AppState};

/// The one operator that every shop begins with. Nobody receives mail there: the domain is reserved (RFC 2606).
pub const EMAIL: &str = "operator@tradewind.example";

/// What became of making the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seeded {
    Made,
    /// There is one already, whose password stays.
    Exists,
    /// Somebody has registered with the address: a shopper is never made an operator.
    Taken,
}

impl Seeded {
    /// For the program that asked.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Exists => "exists",
            Self::Taken => "taken",
        }
    }
}

/// The rules of a registration, and one line.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn check_password(password: &str) -> Result<(), String> {
    if password.chars().any(char::is_control) {
        return Err("A password is one line, without control characters.".to_owned());
    }
    validation::new_password(password, &()).map_err(|error| error.message().to_owned())
}

/// Makes the operator unless there is one.
///
/// # Errors
/// When the database does not answer.
pub async fn seed(state: &AppState, password: String) -> Result<Seeded> {
    let found = queries::find_role(&mut *state.database.writer().await?, EMAIL).await?;
    match found.as_deref() {
        Some("operator") => return Ok(Seeded::Exists),
        Some(_) => return Ok(Seeded::Taken),
        None => {}
    }
    let hash = state.hasher.hash(password).await?;
    let made = queries::insert_operator(&mut *state.database.writer().await?, EMAIL, &hash).await?;
    Ok(if made { Seeded::Made } else { Seeded::Exists })
}

/// Gives the operator another password and ends all sessions of the account; `false` when there is no operator.
///
/// # Errors
/// When the database does not answer.
pub async fn set_password(state: &AppState, password: String) -> Result<bool> {
    let hash = state.hasher.hash(password).await?;
    let (ended, _) = transact(&state.database, async |db| {
        // The account before its sessions, as in `change_password.rs`.
        let Some(operator) = queries::set_operator_password(db, EMAIL, &hash).await? else { return Ok(None) };
        sessions::queries::end_all_sessions(db, operator).await.map(Some)
    })
    .await?;
    let Some(ended) = ended else { return Ok(false) };
    for session in ended {
        sessions::revoke(state, session).await;
    }
    Ok(true)
}

//! An account as the database keeps it.

use time::OffsetDateTime;
use tradewind_contract::users::{Role, User};
use tradewind_kit::{Error, Refusal};
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    pub id: Uuid,
    pub role: String,
    pub email: Option<String>,
    pub display_name: Option<String>,
    pub locale: Option<String>,
    pub created_at: OffsetDateTime,
}

impl TryFrom<UserRow> for User {
    type Error = Error;

    fn try_from(row: UserRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id.into(),
            role: Role::parse(&row.role).ok_or_else(|| Error::Corrupt(format!("user {} has the role {:?}", row.id, row.role)))?,
            email: row.email,
            display_name: row.display_name,
            locale: row.locale,
            created_at: row.created_at.into(),
        })
    }
}

/// An account that a statement has just changed, with the sequence of the event that tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedUserRow {
    pub id: Uuid,
    pub role: String,
    pub email: Option<String>,
    pub display_name: Option<String>,
    pub locale: Option<String>,
    pub created_at: OffsetDateTime,
    pub version: i64,
}

impl ChangedUserRow {
    pub fn split(self) -> (UserRow, i64) {
        let Self { id, role, email, display_name, locale, created_at, version } = self;
        (UserRow { id, role, email, display_name, locale, created_at }, version)
    }
}

/// What a new account consists of; the password is hashed already.
#[derive(Clone)]
pub struct NewAccount {
    pub email: String,
    pub password_hash: String,
    pub display_name: String,
}

/// What somebody must know to choose another password, and the address that their wrong guesses are counted by.
#[derive(Clone)]
pub struct CurrentPassword {
    pub email: String,
    pub hash: String,
}

/// One account per mailbox.
pub fn email_taken() -> Refusal {
    Refusal::conflict("email_taken", "This address has an account", "There is an account with this email address. Log in instead.")
}

/// Not a 401: the session is good, and a client must not take it for ended.
pub fn password_wrong() -> Refusal {
    let mut refusal = Refusal::invalid_field("/current", "password_wrong", "This is not your password.");
    refusal.code = "password_wrong";
    refusal
}

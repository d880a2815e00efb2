//! Who is shopping: nobody, a guest, or a user.
//!
//! The access token lives in memory only. The refresh token is a cookie that scripts cannot read, so that after a reload
//! a stored hint (the user, no secret) says whether asking for a new access token is worth it. A guest's session is
//! made by the first request that needs one.

use std::cell::RefCell;

use futures::{
    FutureExt as _,
    future::{LocalBoxFuture, Shared},
};
use leptos::prelude::*;
use serde::Serialize;
use tradewind_contract::{
    UserId,
    cart::Cart,
    routes::user as routes,
    users::{LogIn, Register, Role, Session as Granted, User},
};

use crate::{
    api::{Api, ApiError, Auth, Call, Method, send_once},
    platform::{self, storage},
    telemetry::Trace,
};

const HINT_KEY: &str = "tradewind.user";
/// A token with less than this left is renewed before it is used.
const RENEW_BEFORE_MS: f64 = 45_000.0;
/// Tries to get a session. For the case of a lost reply, the service forgives a repeated refresh token for 10 s; a guest
/// made twice is one whom nobody uses.
const OBTAIN_ATTEMPTS: u32 = 2;

struct Held {
    token: String,
    expires_at_ms: f64,
}

type Flight = Shared<LocalBoxFuture<'static, Result<(), ApiError>>>;

thread_local! {
    static HELD: RefCell<Option<Held>> = const { RefCell::new(None) };
    /// The renewal or guest log-in under way, which all who need a token wait for.
    static FLIGHT: RefCell<Option<Flight>> = const { RefCell::new(None) };
    /// The token of the guest who has just logged in, whose basket and orders are still to be taken over. In memory only,
    /// as every token: a reload before the claim has been answered gives the guest's things up.
    static CLAIM: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The session as a signal. Copy; made once, in `App`.
#[derive(Clone, Copy)]
pub struct Session {
    user: RwSignal<Option<User>>,
    settled: RwSignal<bool>,
    ended: RwSignal<u32>,
}

impl Session {
    /// Starts with what the last visit left behind.
    pub fn new() -> Self {
        let hint: Option<User> = storage::get(HINT_KEY);
        Self { settled: RwSignal::new(hint.is_none()), user: RwSignal::new(hint), ended: RwSignal::new(0) }
    }

    /// The registered user; nothing for a visitor or a guest. Reactive.
    pub fn account(self) -> Option<User> {
        self.user.get().filter(|user| user.role.is_user())
    }

    /// Whether the user works here. Reactive; what operators may do is for the services to say.
    pub fn is_operator(self) -> bool {
        self.user.with(|user| user.as_ref().is_some_and(|user| user.role == Role::Operator))
    }

    /// A guest or a user. Reactive.
    pub fn user(self) -> Option<User> {
        self.user.get()
    }

    /// A guest or a user, without subscribing.
    pub fn user_untracked(self) -> Option<User> {
        self.user.get_untracked()
    }

    /// Who a guest or a user is to the services, without subscribing.
    pub fn id_untracked(self) -> Option<UserId> {
        self.user.with_untracked(|user| user.as_ref().map(|user| user.id))
    }

    /// False while it is still being found out whether the stored session lives. Reactive.
    pub fn is_settled(self) -> bool {
        self.settled.get()
    }

    /// Counts the times that a user's session ended without their doing. Reactive.
    pub fn endings(self) -> u32 {
        self.ended.get()
    }

    /// Brings a stored session back to life.
    pub async fn restore(self, trace: Trace) {
        if self.user.get_untracked().is_some() {
            // Offline, the hint stays and the next request tries again.
            let _ = self.token_for(trace, Auth::Held).await;
        }
        self.settled.set(true);
    }

    /// # Errors
    /// `credentials_invalid` (401), 429 when tried too often, else as [`Api::send`].
    pub async fn log_in(self, trace: Trace, form: &LogIn) -> Result<User, ApiError> {
        CLAIM.set(self.guest_token(trace).await);
        // The new user's basket is read next, which makes the claim first.
        let outcome = self.grant(trace, Call::new(Method::Post, routes::SESSIONS, routes::SESSIONS).json(form), None).await;
        if outcome.is_err() {
            CLAIM.set(None);
        }
        outcome
    }

    /// Takes over what the guest had before logging in, if there was one; answers with the basket of both.
    ///
    /// # Errors
    /// As [`Api::send`]; unless there is nothing left to claim, it is claimed again with the next read of the basket.
    pub async fn claim_guest(self, trace: Trace) -> Result<Option<Cart>, ApiError> {
        let Some(guest) = CLAIM.take() else { return Ok(None) };
        let claimant = self.id_untracked();
        match Api::new(self).claim_guest(trace, guest.clone()).await {
            Ok(cart) => Ok(Some(cart)),
            Err(error) if is_claim_over(&error) => Ok(None),
            Err(error) => {
                if self.id_untracked() == claimant {
                    CLAIM.set(Some(guest));
                }
                Err(error)
            }
        }
    }

    /// Makes an account. A guest keeps their `sub`, and with it basket and orders.
    ///
    /// # Errors
    /// `email_taken` (409), 422 with the fields, else as [`Api::send`].
    pub async fn register(self, trace: Trace, form: &Register) -> Result<User, ApiError> {
        let guest = self.guest_token(trace).await;
        self.grant(trace, Call::new(Method::Post, routes::USERS, routes::USERS).json(form), guest.as_deref()).await
    }

    /// Ends this device's session.
    ///
    /// # Errors
    /// When the service could not be told; the session then still lives.
    pub async fn log_out(self, trace: Trace) -> Result<(), ApiError> {
        let outcome = Api::new(self).send(trace, Call::new(Method::Delete, routes::SESSION_CURRENT, routes::SESSION_CURRENT)).await;
        match outcome {
            Err(error) if error.status() != Some(401) => Err(error),
            _ => {
                self.forget();
                Ok(())
            }
        }
    }

    /// Shows a user's changed name or language everywhere.
    pub fn update_user(self, user: User) {
        storage::set(HINT_KEY, &user);
        self.user.set(Some(user));
    }

    /// The token to send with a request, renewed ahead of its end, made when there is none and one is needed.
    pub(crate) async fn token_for(self, trace: Trace, auth: Auth) -> Result<Option<String>, ApiError> {
        if auth == Auth::Anonymous {
            return Ok(None);
        }
        if let Some(token) = fresh_token() {
            return Ok(Some(token));
        }
        if self.user.get_untracked().is_some() {
            let outcome = self.single_flight(move || self.refresh(trace)).await;
            match outcome {
                Ok(()) => return Ok(fresh_token()),
                Err(error) if error.status() != Some(401) => return Err(error),
                Err(error) if self.user.get_untracked().is_some_and(|user| user.role.is_user()) => {
                    self.end();
                    return Err(error);
                }
                // A guest's session that has ended is replaced below, silently.
                Err(_) => self.forget(),
            }
        }
        if auth == Auth::GuestAtLeast {
            self.single_flight(move || self.become_guest(trace)).await?;
        }
        Ok(fresh_token())
    }

    /// A token other than `refused`, which a service has just answered with 401.
    pub(crate) async fn renew(self, trace: Trace, auth: Auth, refused: Option<&str>) -> Result<String, ApiError> {
        HELD.with_borrow_mut(|held| {
            if held.as_ref().map(|held| held.token.as_str()) == refused {
                *held = None;
            }
        });
        let token = self.token_for(trace, auth).await?;
        token.ok_or_else(|| ApiError::Unreadable { status: 401, trace_id: trace.id() })
    }

    async fn guest_token(self, trace: Trace) -> Option<String> {
        let is_guest = self.user.get_untracked().is_some_and(|user| !user.role.is_user());
        if !is_guest {
            return None;
        }
        self.token_for(trace, Auth::Held).await.ok().flatten()
    }

    /// Joins the flight that is under way, or starts one.
    async fn single_flight<F>(self, start: impl FnOnce() -> F) -> Result<(), ApiError>
    where
        F: Future<Output = Result<(), ApiError>> + 'static,
    {
        let flight = FLIGHT.with_borrow_mut(|flight| flight.get_or_insert_with(|| start().boxed_local().shared()).clone());
        let outcome = flight.clone().await;
        FLIGHT.with_borrow_mut(|current| {
            if current.as_ref().is_some_and(|current| current.ptr_eq(&flight)) {
                *current = None;
            }
        });
        outcome
    }

    async fn refresh(self, trace: Trace) -> Result<(), ApiError> {
        self.obtain(trace, Call::new(Method::Post, routes::SESSIONS_REFRESH, routes::SESSIONS_REFRESH)).await
    }

    async fn become_guest(self, trace: Trace) -> Result<(), ApiError> {
        self.obtain(trace, Call::new(Method::Post, routes::GUEST_SESSIONS, routes::GUEST_SESSIONS)).await
    }

    /// Gets a session that nothing has to be typed for; an outage is met with a second try.
    async fn obtain(self, trace: Trace, call: Call) -> Result<(), ApiError> {
        let mut attempt = 1;
        loop {
            match send_once(trace, &call, None, attempt).await {
                Ok(reply) => {
                    self.adopt(reply.json()?);
                    return Ok(());
                }
                Err(refusal) if refusal.error.is_transient() && attempt < OBTAIN_ATTEMPTS && platform::is_online() => attempt += 1,
                Err(refusal) => return Err(refusal.error),
            }
        }
    }

    async fn grant(self, trace: Trace, call: Call, token: Option<&str>) -> Result<User, ApiError> {
        let reply = send_once(trace, &call, token, 1).await.map_err(|refusal| refusal.error)?;
        let granted: Granted = reply.json()?;
        let user = granted.user.clone();
        self.adopt(granted);
        Ok(user)
    }

    fn adopt(self, granted: Granted) {
        let expires_at_ms = platform::now_unix_ms() + f64::from(granted.expires_in_s) * 1_000.0;
        HELD.set(Some(Held { token: granted.access_token, expires_at_ms }));
        storage::set(HINT_KEY, &Hint(&granted.user));
        if self.user.get_untracked().as_ref() != Some(&granted.user) {
            self.user.set(Some(granted.user));
        }
        self.settled.set(true);
    }

    fn end(self) {
        self.forget();
        self.ended.update(|count| *count += 1);
    }

    fn forget(self) {
        HELD.set(None);
        CLAIM.set(None);
        storage::remove(HINT_KEY);
        self.user.set(None);
    }
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

/// What the device remembers between visits: never a token.
#[derive(Serialize)]
#[serde(transparent)]
struct Hint<'a>(&'a User);

/// Somebody has taken the guest's things over already, or the token has ended: there is nothing left to claim. Any other
/// refusal is about the moment and not about the guest.
fn is_claim_over(error: &ApiError) -> bool {
    matches!(error.status(), Some(403 | 409 | 422))
}

fn fresh_token() -> Option<String> {
    HELD.with_borrow(|held| {
        held.as_ref().filter(|held| held.expires_at_ms - platform::now_unix_ms() > RENEW_BEFORE_MS).map(|held| held.token.clone())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::answered;

    #[test]
    fn only_a_word_about_the_guest_ends_the_claim() {
        for status in [403, 409, 422] {
            assert!(is_claim_over(&answered(status)), "{status}");
        }
        for status in [401, 429, 500, 503] {
            assert!(!is_claim_over(&answered(status)), "{status}");
        }
        assert!(!is_claim_over(&ApiError::Unreadable { status: 200, trace_id: String::new() }));
        assert!(!is_claim_over(&ApiError::Offline { trace_id: String::new() }));
    }
}

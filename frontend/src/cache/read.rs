//! Reads as signals: what is kept is shown at once, what the service says replaces it.

use std::rc::Rc;

use leptos::{
    prelude::{Get as _, *},
    task::spawn_local,
};
use serde::de::DeserializeOwned;
use tradewind_contract::UserId;

use super::shelf::{self, Kept};
use crate::{
    api::{Api, ApiError, Auth, Call, Get, Method},
    app::use_shop,
    platform,
    telemetry::{self, Trace},
};

/// A kept answer younger than this is not asked for again.
const FRESH_MS: f64 = 5_000.0;

/// What a screen shows of a read.
#[derive(Debug, Clone, PartialEq)]
pub enum State<T> {
    Loading,
    Failed(ApiError),
    Ready(T),
}

/// A read that follows its source. Copy.
pub struct Read<T: Send + Sync + 'static> {
    data: RwSignal<Option<T>>,
    error: RwSignal<Option<ApiError>>,
    /// When the data shown was true, once refreshing it has failed.
    kept_since_ms: RwSignal<Option<f64>>,
    again: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Clone for Read<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Read<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> Read<T> {
    /// One of loading, failed and ready; kept data counts as ready though its refresh has failed. Reactive.
    pub fn state(self) -> State<T> {
        match (self.data.get(), self.error.get()) {
            (Some(data), _) => State::Ready(data),
            (None, Some(error)) => State::Failed(error),
            (None, None) => State::Loading,
        }
    }

    /// The state, told apart by value, so that a refresh that changes nothing draws nothing.
    pub fn memo(self) -> Memo<State<T>> {
        Memo::new(move |_| self.state())
    }

    pub fn data(self) -> Option<T> {
        self.data.get()
    }

    /// When the data shown was true (milliseconds since 1970), if it could not be refreshed. Reactive.
    pub fn kept_since_ms(self) -> Option<f64> {
        self.kept_since_ms.get()
    }

    /// Asks again.
    pub fn retry(self) {
        self.again.update(|count| *count += 1);
    }

    /// Shows what a write has answered with.
    pub fn set(self, data: T) {
        self.error.set(None);
        if self.data.with_untracked(|old| old.as_ref() != Some(&data)) {
            self.data.set(Some(data));
        }
    }
}

/// Reads what `source` names, again whenever that changes, on [`Read::retry`] and when the network is back.
pub fn use_read<T>(source: impl Fn() -> Option<Get<T>> + 'static) -> Read<T>
where
    T: DeserializeOwned + Clone + PartialEq + Send + Sync + 'static,
{
    let shop = use_shop();
    let read = Read { data: RwSignal::new(None), error: RwSignal::new(None), kept_since_ms: RwSignal::new(None), again: RwSignal::new(0) };
    let source = Rc::new(source);
    // Counts the requests; an answer to any but the newest is dropped.
    let newest = StoredValue::new(0u32);
    let asker = Memo::new(move |_| shop.session.user().map(|user| user.id));
    let first = untrack({
        let source = Rc::clone(&source);
        move || source()
    });
    if let Some(kept) = first.as_ref().and_then(|get| peek(get)) {
        read.data.set(Some(kept.0));
    }

    Effect::new(move |previous: Option<(Option<Key>, u32)>| -> (Option<Key>, u32) {
        let get = source();
        let count = read.again.get();
        let key = get.as_ref().map(|get| key(get, || asker.get()));
        let (old_key, old_count) = previous.unwrap_or((None, 0));
        let kept = get.as_ref().and_then(peek);
        if key != old_key {
            read.error.set(None);
            read.kept_since_ms.set(None);
            let kept_value = kept.as_ref().map(|(value, _)| value.clone());
            if read.data.with_untracked(|data| *data != kept_value) {
                read.data.set(kept_value);
            }
        }
        newest.update_value(|newest| *newest += 1);
        let Some(get) = get else {
            return (key, count);
        };
        let young = kept.as_ref().is_some_and(|(_, at_ms)| platform::now_unix_ms() - at_ms < FRESH_MS);
        let asked_again = count != old_count;
        if young && !asked_again {
            return (key, count);
        }
        let number = newest.get_value();
        spawn_local(async move {
            let outcome = fetch(shop.api, telemetry::page(), get).await;
            if newest.try_get_value() != Some(number) {
                return; // Asked for something else meanwhile, or the screen is gone.
            }
            let kept_at = kept.map(|(_, at_ms)| at_ms);
            settle(read, outcome, kept_at);
        });
        (key, count)
    });

    Effect::new(move |was_online: Option<bool>| {
        let online = shop.online.get();
        let came_back = was_online == Some(false) && online;
        if came_back && read.error.with_untracked(Option::is_some) {
            read.retry();
        }
        online
    });
    read
}

/// What tells one source from another: the path and, where the answer is not the same for everybody, who asks.
type Key = (String, Option<UserId>);

fn key<T>(get: &Get<T>, asker: impl FnOnce() -> Option<UserId>) -> Key {
    (get.path.clone(), if get.auth == Auth::Anonymous { None } else { asker() })
}

/// The answer is that there is nothing to see, or not for this person: what was shown before is not shown any longer.
fn is_gone(error: &ApiError) -> bool {
    matches!(error.status(), Some(401 | 403 | 404))
}

fn settle<T: Clone + PartialEq + Send + Sync + 'static>(read: Read<T>, outcome: Result<T, ApiError>, kept_at_ms: Option<f64>) {
    match outcome {
        Ok(data) => {
            read.kept_since_ms.set(None);
            read.set(data);
        }
        Err(error) => {
            let gone = is_gone(&error);
            if gone {
                read.data.set(None);
            }
            read.kept_since_ms.set(kept_at_ms.filter(|_| !gone));
            read.error.set(Some(error));
        }
    }
}

/// What the device keeps for a shared read, and when it was true.
pub fn peek<T: DeserializeOwned>(get: &Get<T>) -> Option<(T, f64)> {
    if !get.shared {
        return None;
    }
    let kept = shelf::get(&get.path)?;
    Some((serde_json::from_str(&kept.text).ok()?, kept.at_ms))
}

/// Reads through the shelf: asks with the kept `ETag` and keeps the answer.
///
/// # Errors
/// As [`Api::send`].
pub async fn fetch<T: DeserializeOwned>(api: Api, trace: Trace, get: Get<T>) -> Result<T, ApiError> {
    if !get.shared {
        return api.get(trace, get).await;
    }
    let kept = shelf::get(&get.path).filter(|kept| serde_json::from_str::<T>(&kept.text).is_ok());
    let mut call = Call::new(Method::Get, get.route, get.path.clone()).auth(get.auth);
    call.if_none_match = kept.as_ref().and_then(|kept| kept.etag.clone());
    let reply = api.send(trace, call).await?;
    let at_ms = platform::now_unix_ms();
    match kept {
        Some(kept) if reply.status == 304 => {
            let answer = serde_json::from_str(&kept.text);
            shelf::put(&get.path, Kept { at_ms, ..kept });
            answer.map_err(|_| ApiError::Unreadable { status: 304, trace_id: reply.trace_id })
        }
        _ => {
            let answer = reply.json()?;
            shelf::put(&get.path, Kept { etag: reply.etag, text: reply.text, at_ms });
            Ok(answer)
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::api::answered;

    fn person(number: u128) -> Option<UserId> {
        Some(Uuid::from_u128(number).into())
    }

    #[test]
    fn the_same_path_is_another_source_for_another_person() {
        let own = Get::<()>::own("/orders", "/orders");
        assert_ne!(key(&own, || person(1)), key(&own, || person(2)));
        assert_ne!(key(&own, || person(1)), key(&own, || None));
        assert_eq!(key(&own, || person(1)), key(&own, || person(1)));
    }

    #[test]
    fn the_catalogue_is_the_same_for_everybody() {
        for get in [Get::<()>::shared("/products", "/products?q=tea"), Get::passing("/suggestions", "/suggestions?q=tea")] {
            assert_eq!(key(&get, || person(1)), key(&get, || person(2)));
        }
    }

    #[test]
    fn what_one_may_not_see_any_more_is_taken_away_and_an_outage_takes_nothing() {
        assert!(is_gone(&answered(401)) && is_gone(&answered(403)) && is_gone(&answered(404)));
        assert!(!is_gone(&answered(429)) && !is_gone(&answered(500)) && !is_gone(&answered(503)));
        assert!(!is_gone(&ApiError::Offline { trace_id: String::new() }));
    }
}

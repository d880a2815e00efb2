//! What the shop asks of the browser itself: randomness, time, storage, one kind of fetch.

use js_sys::{Object, Reflect};
use uuid::Uuid;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Cryptographically random bytes. Zeros only in a browser without `crypto`, which the shop does not support.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes
}

/// A fresh key for `Idempotency-Key`. Built from random bytes, for `randomUUID` exists in secure contexts only.
pub fn idempotency_key() -> String {
    uuid::Builder::from_random_bytes(random_bytes()).into_uuid().to_string()
}

/// Nanoseconds since 1970, from the monotonic clock, so that spans of one page never run backwards.
pub fn now_unix_ns() -> u64 {
    let ms = web_sys::window().and_then(|window| window.performance()).map_or_else(js_sys::Date::now, |p| p.time_origin() + p.now());
    (ms * 1e6) as u64
}

/// Milliseconds since 1970 by the wall clock.
pub fn now_unix_ms() -> f64 {
    js_sys::Date::now()
}

/// 0.0 up to 1.0, for jitter.
pub fn jitter() -> f64 {
    js_sys::Math::random()
}

/// False only when the device itself says that it has no network.
pub fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// The path of the address bar.
pub fn path() -> String {
    web_sys::window().and_then(|window| window.location().pathname().ok()).unwrap_or_default()
}

/// What the shop keeps on the device from visit to visit: JSON in local storage.
pub mod storage {
    use serde::{Serialize, de::DeserializeOwned};

    fn local() -> Option<web_sys::Storage> {
        web_sys::window().and_then(|window| window.local_storage().ok().flatten())
    }

    /// What was stored under `key`; nothing when it is absent, blocked or of an older shape.
    pub fn get<T: DeserializeOwned>(key: &str) -> Option<T> {
        let text = local()?.get_item(key).ok().flatten()?;
        serde_json::from_str(&text).ok()
    }

    /// Stores `value`; false when the browser refuses (private window, quota).
    pub fn set<T: Serialize>(key: &str, value: &T) -> bool {
        let Ok(text) = serde_json::to_string(value) else { return false };
        local().is_some_and(|storage| storage.set_item(key, &text).is_ok())
    }

    pub fn remove(key: &str) {
        if let Some(storage) = local() {
            let _ = storage.remove_item(key);
        }
    }
}

/// What one tab remembers over a reload, and forgets when it is closed: JSON in session storage. Without a place to
/// remember, as in some private windows, the page still works; it only forgets on reload.
pub mod tab {
    use serde::{Serialize, de::DeserializeOwned};

    fn session() -> Option<web_sys::Storage> {
        web_sys::window().and_then(|window| window.session_storage().ok().flatten())
    }

    pub fn get<T: DeserializeOwned>(key: &str) -> Option<T> {
        let text = session()?.get_item(key).ok().flatten()?;
        serde_json::from_str(&text).ok()
    }

    /// Remembers `value`; nothing forgets what was there.
    pub fn set<T: Serialize>(key: &str, value: Option<&T>) {
        let Some(storage) = session() else { return };
        match value.and_then(|value| serde_json::to_string(value).ok()) {
            Some(text) => {
                let _ = storage.set_item(key, &text);
            }
            None => {
                let _ = storage.remove_item(key);
            }
        }
    }

    /// Forgets everything whose key begins so.
    pub fn forget(prefix: &str) {
        let Some(storage) = session() else { return };
        let keys: Vec<String> = (0..storage.length().unwrap_or(0)).filter_map(|index| storage.key(index).ok().flatten()).collect();
        for key in keys.iter().filter(|key| key.starts_with(prefix)) {
            let _ = storage.remove_item(key);
        }
    }
}

/// A POST of JSON that outlives the page. `keepalive` is set by hand, for `web-sys` does not know it.
///
/// # Errors
/// When the browser could not send it.
pub async fn post_keepalive(url: &str, body: &str) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let headers = web_sys::Headers::new()?;
    headers.set("content-type", "application/json")?;
    let init = web_sys::RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&JsValue::from_str(body));
    Reflect::set(init.as_ref(), &JsValue::from_str("keepalive"), &JsValue::TRUE)?;
    JsFuture::from(window.fetch_with_str_and_init(url, &init)).await?;
    Ok(())
}

/// Puts `text` on the clipboard; false when the browser refuses or has none, as on a page without TLS.
pub async fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else { return false };
    let clipboard = window.navigator().clipboard();
    !clipboard.is_undefined() && JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

/// An id as it stands in an address.
pub fn parse_id<T: From<Uuid>>(text: &str) -> Option<T> {
    Uuid::parse_str(text).ok().map(T::from)
}

/// An object of JavaScript, as the formatters of `Intl` take their options.
pub fn options(pairs: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (key, value) in pairs {
        let _ = Reflect::set(&object, &JsValue::from_str(key), value);
    }
    object
}

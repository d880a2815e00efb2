//! Money, numbers and times as the reader writes them, by `Intl`.

use std::cell::RefCell;

use js_sys::{Array, Date, Function, Intl};
use tradewind_contract::{Currency, Money, Timestamp};
use wasm_bindgen::JsValue;

use crate::platform::options;

/// BCP 47 of the language the shop is shown in.
const LOCALE: &str = "en-GB";

thread_local! {
    static AMOUNT: RefCell<Option<Function>> = const { RefCell::new(None) };
    static DAY: RefCell<Option<Function>> = const { RefCell::new(None) };
    static MOMENT: RefCell<Option<Function>> = const { RefCell::new(None) };
    static CLOCK: RefCell<Option<Function>> = const { RefCell::new(None) };
    static WEEKDAY: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// `€ 13.50`: the sign first, with a space that does not break.
pub fn money(money: Money) -> String {
    let sign = match money.currency {
        Currency::Eur => "€",
    };
    let digits = AMOUNT.with_borrow_mut(|format| {
        let format = format.get_or_insert_with(|| {
            let two = JsValue::from_f64(2.0);
            let options = options(&[("minimumFractionDigits", two.clone()), ("maximumFractionDigits", two)]);
            Intl::NumberFormat::new(&Array::of1(&LOCALE.into()), &options).format()
        });
        call(format, &JsValue::from_f64(money.amount as f64 / 100.0))
    });
    format!("{sign}\u{a0}{digits}")
}

/// `27 February 2027`.
pub fn day(at: Timestamp) -> String {
    DAY.with_borrow_mut(|format| date_text(format, at.unix_ms() as f64, &[("day", "numeric"), ("month", "long"), ("year", "numeric")]))
}

/// `27 February, 14:05`.
pub fn moment(at: Timestamp) -> String {
    let fields = [("day", "numeric"), ("month", "long"), ("hour", "2-digit"), ("minute", "2-digit")];
    MOMENT.with_borrow_mut(|format| date_text(format, at.unix_ms() as f64, &fields))
}

/// `14:05`, of milliseconds since 1970.
pub fn clock(unix_ms: f64) -> String {
    CLOCK.with_borrow_mut(|format| date_text(format, unix_ms, &[("hour", "2-digit"), ("minute", "2-digit")]))
}

/// `0:42`.
pub fn minutes_seconds(seconds: u32) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// `Thu 27 Feb`, of milliseconds since 1970.
pub fn weekday(unix_ms: f64) -> String {
    let fields = [("weekday", "short"), ("day", "numeric"), ("month", "short")];
    WEEKDAY.with_borrow_mut(|format| date_text(format, unix_ms, &fields)).replace(',', "")
}

fn date_text(format: &mut Option<Function>, unix_ms: f64, fields: &[(&str, &str)]) -> String {
    let format = format.get_or_insert_with(|| {
        let fields: Vec<(&str, JsValue)> = fields.iter().map(|(key, value)| (*key, JsValue::from_str(value))).collect();
        Intl::DateTimeFormat::new(&Array::of1(&LOCALE.into()), &options(&fields)).format()
    });
    call(format, &Date::new(&JsValue::from_f64(unix_ms)))
}

fn call(format: &Function, value: &JsValue) -> String {
    format.call1(&JsValue::UNDEFINED, value).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

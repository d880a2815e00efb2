//! 12: what is cached is what the database says, or was not long ago.
//!
//! An entry that differs is no violation yet: it may have been true a moment ago. It is one if it will live longer than the bound, or
//! if the database and an entry under that key still differ once the bound has passed.
//!
//! Of a page of products each card is compared; which of them the page holds, its counts and its facets are not.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use redis::aio::MultiplexedConnection;
use serde_json::Value;
use sqlx::PgConnection;
use tradewind_contract::catalog::{CategoryTree, RelatedProducts, Suggestions};
use tradewind_kit::cache::read_entry;
use tradewind_order::catalog::queries;

use crate::{Shop, report::Report};

/// As the services are told by `CATALOG_CACHE_S`, unless told otherwise.
pub const LIFE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_secs(1);
/// Keys looked through at a time.
const BATCH: usize = 500;

/// Where the cache is, and what it promises.
#[derive(Debug, Clone)]
pub struct CacheAddress {
    /// `redis://host:port/database`
    pub url: String,
    /// What the services' keys begin with.
    pub prefix: String,
    /// How much older than the database an entry may be.
    pub bound: Duration,
}

impl CacheAddress {
    /// The bound that follows from how long entries live: a tenth of jitter, and rounding.
    pub fn bound_of(life: Duration) -> Duration {
        life.mul_f64(1.1) + Duration::from_millis(100)
    }
}

/// # Errors
/// When Redis or the database does not answer.
pub async fn check(shop: &Shop, report: &mut Report) -> Result<()> {
    let address = &shop.cache;
    let mut redis = redis::Client::open(address.url.as_str())?.get_multiplexed_async_connection().await?;
    let mut db = shop.orders.acquire().await?;
    let mut cards = Cards::default();
    let started = Instant::now();
    let mut differing = Vec::new();
    let mut cursor = 0_u64;
    loop {
        let (next, keys): (u64, Vec<Vec<u8>>) = redis::cmd("SCAN")
            .arg(cursor)
            .arg("MATCH")
            .arg(format!("{}*", glob_escaped(&address.prefix)))
            .arg("COUNT")
            .arg(BATCH)
            .query_async(&mut redis)
            .await?;
        for key in keys {
            // SCAN may answer with a key twice, which does no harm; keys are text, as the services make them.
            let Ok(key) = String::from_utf8(key) else { continue };
            match look(&mut redis, &mut db, &mut cards, address, &key).await? {
                Look::Nothing => continue,
                Look::Same => {}
                Look::Differs => differing.push(key),
                Look::LivesOn(rest) => report.broken(12, 1, [format!("lives longer than {:?}: {key}, {rest}", address.bound)]),
            }
            report.looked_at(12, 1);
        }
        cursor = next;
        if cursor == 0 {
            break;
        }
    }
    while !differing.is_empty() && started.elapsed() < address.bound {
        tokio::time::sleep(PAUSE.min(address.bound)).await;
        cards = Cards::default();
        let mut still = Vec::new();
        for key in differing {
            if matches!(look(&mut redis, &mut db, &mut cards, address, &key).await?, Look::Differs) {
                still.push(key);
            }
        }
        differing = still;
    }
    report.broken(
        12,
        differing.len() as u64,
        differing.into_iter().map(|key| format!("differs from the database for {:?}: {key}", address.bound)),
    );
    Ok(())
}

enum Look {
    /// No entry, or none of ours.
    Nothing,
    Same,
    Differs,
    /// How long it is to live, in words.
    LivesOn(String),
}

async fn look(
    redis: &mut MultiplexedConnection,
    db: &mut PgConnection,
    cards: &mut Cards,
    address: &CacheAddress,
    key: &str,
) -> Result<Look> {
    let Some(name) = key.strip_prefix(&address.prefix).and_then(Name::parse) else { return Ok(Look::Nothing) };
    let (bytes, left_ms): (Option<Vec<u8>>, i64) = redis::pipe().atomic().get(key).pttl(key).query_async(redis).await?;
    // What another release wrote is not served, and so neither true nor false.
    let Some((_, body)) = bytes.and_then(read_entry) else { return Ok(Look::Nothing) };
    if left_ms < 0 {
        return Ok(Look::LivesOn("without an end".to_owned()));
    }
    if Duration::from_millis(left_ms.unsigned_abs()) > address.bound {
        return Ok(Look::LivesOn(format!("{} s from now", left_ms / 1000)));
    }
    let cached: Value = serde_json::from_slice(&body).with_context(|| format!("{key} holds no JSON"))?;
    let same = match name {
        Name::Products => cards.are_current(db, &cached).await?,
        Name::Product(handle) => cached == json(&queries::select_product(db, handle).await?)?,
        Name::Related(handle) => cached == json(&queries::select_related(db, handle).await?.map(|items| RelatedProducts { items }))?,
        Name::Suggestions(text) => cached == json(&Suggestions { items: queries::select_suggestions(db, text).await? })?,
        Name::Categories => cached == json(&CategoryTree { items: queries::select_categories(db).await? })?,
    };
    Ok(if same { Look::Same } else { Look::Differs })
}

/// Through text, as what is cached went: else a 32-bit number would get other digits.
fn json<T: serde::Serialize>(value: &T) -> Result<Value> {
    Ok(serde_json::from_slice(&serde_json::to_vec(value)?)?)
}

/// What the catalogue's keys are for.
enum Name<'a> {
    Product(&'a str),
    Products,
    Related(&'a str),
    Suggestions(&'a str),
    Categories,
}

impl<'a> Name<'a> {
    fn parse(key: &'a str) -> Option<Self> {
        match key.split_once(':') {
            Some(("product", handle)) => Some(Self::Product(handle)),
            Some(("products", _)) => Some(Self::Products),
            Some(("related", handle)) => Some(Self::Related(handle)),
            Some(("suggestions", text)) => Some(Self::Suggestions(text)),
            None if key == "categories" => Some(Self::Categories),
            _ => None,
        }
    }
}

/// Cards by handle, as the database has them, so that one that is on many pages is asked for once. `None` is no product.
#[derive(Default)]
struct Cards(HashMap<String, Option<Value>>);

impl Cards {
    async fn are_current(&mut self, db: &mut PgConnection, page: &Value) -> Result<bool> {
        for card in page["items"].as_array().into_iter().flatten() {
            let handle = card["handle"].as_str().unwrap_or_default();
            if !self.0.contains_key(handle) {
                let current = queries::select_product(db, handle).await?.map(|product| json(&product.card)).transpose()?;
                self.0.insert(handle.to_owned(), current);
            }
            if self.0.get(handle).and_then(Option::as_ref) != Some(card) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn glob_escaped(text: &str) -> String {
    text.chars().flat_map(|letter| ['\\'].into_iter().filter(move |_| "*?[]\\^-".contains(letter)).chain([letter])).collect()
}

//! Quotas per identity, shared by all instances through Redis (GCRA, one script, one round trip).

use std::sync::LazyLock;

use deadpool_redis::redis::Script;
use http::{HeaderName, HeaderValue};

use crate::{Refusal, cache::Redis};

/// KEYS[1] the bucket; ARGV: emission interval in µs, burst tolerance in µs. Answers {allowed, wait in ms, left}.
static GCRA: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local now = redis.call('TIME')
        local now_us = now[1] * 1000000 + now[2]
        local interval, tolerance = tonumber(ARGV[1]), tonumber(ARGV[2])
        local arrival = math.max(tonumber(redis.call('GET', KEYS[1]) or now_us), now_us)
        local ahead = arrival - now_us
        if ahead > tolerance then
            return {0, math.ceil((ahead - tolerance) / 1000), 0}
        end
        local next_arrival = arrival + interval
        redis.call('SET', KEYS[1], string.format('%.0f', next_arrival), 'PX', math.ceil((next_arrival - now_us) / 1000) + 1)
        return {1, 0, math.floor((tolerance - ahead) / interval)}
        ",
    )
});

/// So many requests a second, and so many at once.
#[derive(Debug, Clone, Copy)]
pub struct Quota {
    pub name: &'static str,
    pub per_second: u32,
    pub burst: u32,
}

/// Takes one from the bucket of `subject`. With Redis away everybody may pass: the gateway still limits by address.
///
/// # Errors
/// 429 with `Retry-After`, `RateLimit` and `RateLimit-Policy`.
pub async fn take(redis: &Redis, quota: Quota, subject: &str) -> Result<(), Refusal> {
    let interval_us = 1_000_000 / i64::from(quota.per_second.max(1));
    let tolerance_us = interval_us * i64::from(quota.burst.saturating_sub(1));
    let key = format!("quota:{}:{subject}", quota.name);
    match redis.script(&GCRA, &key, &[interval_us, tolerance_us]).await.as_deref() {
        Ok([0, wait_ms, ..]) => Err(refusal(quota, u64::try_from(*wait_ms).unwrap_or(1_000))),
        Ok(_) => Ok(()),
        Err(error) => {
            tracing::debug!(%error, "quotas are not counted");
            Ok(())
        }
    }
}

fn refusal(quota: Quota, wait_ms: u64) -> Refusal {
    let policy = Policy { name: quota.name, quota: quota.per_second, window_s: 1 };
    policy.used_up("You are sending faster than we allow. Slow down a little.", wait_ms.div_ceil(1_000).max(1))
}

/// What a caller is told of a quota: so many in so many seconds (draft-ietf-httpapi-ratelimit-headers).
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    pub name: &'static str,
    pub quota: u32,
    pub window_s: u64,
}

impl Policy {
    /// 429 with `Retry-After`, `RateLimit` and `RateLimit-Policy`, when there is nothing left for `wait_s` seconds.
    pub fn used_up(self, detail: &'static str, wait_s: u64) -> Refusal {
        let Self { name, quota, window_s } = self;
        let header = |text: String| HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("0"));
        Refusal::too_many(detail, wait_s)
            .with_header(HeaderName::from_static("ratelimit"), header(format!("\"{name}\";r=0;t={wait_s}")))
            .with_header(HeaderName::from_static("ratelimit-policy"), header(format!("\"{name}\";q={quota};w={window_s}")))
    }
}

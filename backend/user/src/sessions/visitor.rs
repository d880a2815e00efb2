//! Where a request comes from: its address, as the gateway saw it, and its browser's name.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv6Addr},
};

use axum::extract::FromRequestParts;
use http::{HeaderMap, header, request::Parts};

/// Enough to recognise one's own devices by.
const USER_AGENT_MAX: usize = 256;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// An IPv4 address or an IPv6 /64 network, which is what one customer of a provider has.
    pub network: String,
    /// `User-Agent` without control characters, cut to 256 characters; empty when absent.
    pub user_agent: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self { network: network(&parts.headers), user_agent: user_agent(&parts.headers) })
    }
}

/// The gateway overwrites `X-Forwarded-For` with the one address it saw, so a forged one never gets here.
fn network(headers: &HeaderMap) -> String {
    let forwarded = headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
    let address = forwarded.and_then(|text| text.rsplit(',').next()).and_then(|text| text.trim().parse::<IpAddr>().ok());
    match address.map(|address| address.to_canonical()) {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        None => "unknown".to_owned(),
    }
}

fn user_agent(headers: &HeaderMap) -> String {
    let bytes = headers.get(header::USER_AGENT).map(|value| value.as_bytes()).unwrap_or_default();
    String::from_utf8_lossy(bytes).chars().filter(|c| !c.is_control()).take(USER_AGENT_MAX).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "in a test an unwrap is an assertion")]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn from(address: &'static str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static(address));
        network(&headers)
    }

    #[test]
    fn an_ipv6_customer_is_one_network() {
        assert_eq!(from("203.0.113.9"), "203.0.113.9");
        assert_eq!(from("::ffff:203.0.113.9"), "203.0.113.9");
        assert_eq!(from("2001:db8:1:2:3:4:5:6"), from("2001:db8:1:2::1"));
        assert_eq!(from("nonsense"), "unknown");
    }

    #[test]
    fn a_long_user_agent_is_cut() {
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, HeaderValue::from_str(&"x".repeat(5_000)).unwrap());
        assert_eq!(user_agent(&headers).len(), USER_AGENT_MAX);
    }
}

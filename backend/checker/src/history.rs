//! What clients saw: a file of JSON lines, one an answer or the lack of one.
//!
//! ```json
//! {"request": "POST /orders", "identity": "<uuid>", "key": "k1", "answer": {"status": 201, "id": "<uuid>", "version": 1, "token": "orders-1.00000000016B3748"}}
//! {"request": "POST /orders", "identity": "<uuid>", "key": "k2", "answer": "unknown"}
//! {"request": "GET /orders/{id}", "id": "<uuid>", "token": "orders-1.00000000016B3748", "answer": {"status": 200, "version": 1}}
//! {"request": "poison", "id": "<uuid>"}
//! ```
//!
//! - `POST /orders`: who sent it (`sub` of the token), under which key, and what came back. `unknown` is no answer at all, a torn one
//!   or a time-out; every 5xx and every 409 leaves it open, too, what became of the key.
//! - Any other write whose answer has `id`, `version` and `token` says that this version was there at that token.
//! - `GET`: which thing was asked for with which token, and the version that came back. 404 is version 0. Without a token, or with
//!   no answer, there is nothing to hold against it.
//! - `poison`: an event that was made unhandled on purpose, and belongs among the dead letters.
//!
//! Fields that are not named here are ignored, so that a load generator may write more.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use tradewind_kit::consistency::ConsistencyToken;
use uuid::Uuid;

#[derive(Debug, Deserialize)]
struct Line {
    request: String,
    identity: Option<Uuid>,
    key: Option<String>,
    id: Option<Uuid>,
    token: Option<String>,
    answer: Option<Answer>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Answer {
    Known { status: u16, id: Option<Uuid>, version: Option<i64>, token: Option<String> },
    Unknown(Unknown),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Unknown {
    Unknown,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// An answer to `POST /orders`, or none.
    Ordered {
        identity: Uuid,
        key: String,
        outcome: Outcome,
    },
    /// At `at`, the thing had this version.
    Written {
        id: Uuid,
        version: i64,
        at: Position,
    },
    /// A read after `at` found this version.
    Read {
        id: Uuid,
        version: i64,
        at: Position,
    },
    Poison {
        event: Uuid,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Made(Uuid),
    /// 4xx but for 409: nothing was done.
    Refused,
    Unknown,
}

/// A consistency token of the orders' database, to be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    pub timeline: i64,
    pub lsn: i64,
}

/// Hands every line on to `each`, with its number from 1 on. The file is read as a stream.
///
/// # Errors
/// When the file cannot be read or a line is damaged, with its number.
pub fn read(path: &Path, mut each: impl FnMut(i64, Seen) -> Result<()>) -> Result<()> {
    let file = File::open(path).with_context(|| format!("the history {} cannot be read", path.display()))?;
    for (number, line) in (1..).zip(BufReader::new(file).lines()) {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        for seen in parse(&line).with_context(|| format!("the history {} is damaged in line {number}", path.display()))? {
            each(number, seen)?;
        }
    }
    Ok(())
}

fn parse(line: &str) -> Result<Vec<Seen>> {
    let Line { request, identity, key, id, token, answer } = serde_json::from_str(line)?;
    if request == "poison" {
        return Ok(vec![Seen::Poison { event: id.context("poison needs an id")? }]);
    }
    let answer = answer.context("there is no answer")?;
    let mut seen = Vec::new();
    if request == "POST /orders" {
        let (identity, key) = identity.zip(key).context("an order needs identity and key")?;
        seen.push(Seen::Ordered { identity, key, outcome: outcome(&answer)? });
    }
    let Answer::Known { status, id: answered, version, token: answered_token } = answer else { return Ok(seen) };
    let is_read = request.starts_with("GET ");
    if is_read && let Some((id, at)) = id.zip(position(token.as_deref())?) {
        match (status, version) {
            (200..300, Some(version)) => seen.push(Seen::Read { id, version, at }),
            (404, _) => seen.push(Seen::Read { id, version: 0, at }),
            _ => {}
        }
    }
    if !is_read && let (Some(id), Some(version), Some(at)) = (answered, version, position(answered_token.as_deref())?) {
        seen.push(Seen::Written { id, version, at });
    }
    Ok(seen)
}

fn outcome(answer: &Answer) -> Result<Outcome> {
    Ok(match answer {
        Answer::Known { status: 200..300, id, .. } => Outcome::Made(id.context("a 2xx answer needs the order's id")?),
        Answer::Known { status: 409, .. } | Answer::Unknown(Unknown::Unknown) => Outcome::Unknown,
        Answer::Known { status: 400..500, .. } => Outcome::Refused,
        Answer::Known { .. } => Outcome::Unknown,
    })
}

/// The newest token of the orders' database in a list; those of others are ignored.
fn position(tokens: Option<&str>) -> Result<Option<Position>> {
    let mut newest: Option<(u32, u64)> = None;
    for token in tokens.into_iter().flat_map(|tokens| tokens.split(',')).map(str::trim).filter(|token| !token.is_empty()) {
        let token: ConsistencyToken = token.parse().with_context(|| format!("{token:?}"))?;
        if token.database == "orders" {
            newest = newest.max(Some((token.timeline, token.lsn)));
        }
    }
    newest
        .map(|(timeline, lsn)| {
            ensure!(lsn <= i64::MAX as u64, "a position beyond all logs");
            Ok(Position { timeline: i64::from(timeline), lsn: lsn.cast_signed() })
        })
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01935b2a-7c00-7000-8000-00000000000a";
    const TOKEN: &str = "orders-1.00000000016B3748";

    #[test]
    fn lines_say_what_was_seen() {
        let id: Uuid = ID.parse().expect("an id");
        let at = Position { timeline: 1, lsn: 0x16B_3748 };
        let ordered = |outcome| Seen::Ordered { identity: id, key: "k".into(), outcome };
        let order =
            |answer: &str| parse(&format!(r#"{{"request":"POST /orders","identity":"{ID}","key":"k","answer":{answer}}}"#)).expect(answer);
        assert_eq!(
            order(&format!(r#"{{"status":201,"id":"{ID}","version":1,"token":"{TOKEN}","more":1}}"#)),
            [ordered(Outcome::Made(id)), Seen::Written { id, version: 1, at }]
        );
        assert_eq!(order("\"unknown\""), [ordered(Outcome::Unknown)]);
        for (status, outcome) in [(422, Outcome::Refused), (429, Outcome::Refused), (409, Outcome::Unknown), (503, Outcome::Unknown)] {
            assert_eq!(order(&format!(r#"{{"status":{status}}}"#)), [ordered(outcome)], "{status}");
        }
        let read = |answer: &str, token: &str| {
            parse(&format!(r#"{{"request":"GET /orders/{{id}}","id":"{ID}","token":"{token}","answer":{answer}}}"#)).expect(answer)
        };
        assert_eq!(read(r#"{"status":200,"version":3}"#, &format!("users-1.{:016X}, {TOKEN}", 9)), [Seen::Read { id, version: 3, at }]);
        assert_eq!(read(r#"{"status":404}"#, TOKEN), [Seen::Read { id, version: 0, at }]);
        assert_eq!(read(r#"{"status":503}"#, TOKEN), []);
        assert_eq!(read("\"unknown\"", TOKEN), []);
        assert_eq!(read(r#"{"status":200,"version":3}"#, ""), [], "it asked for nothing");
        assert_eq!(parse(&format!(r#"{{"request":"poison","id":"{ID}"}}"#)).expect("poison"), [Seen::Poison { event: id }]);
    }

    #[test]
    fn a_damaged_line_is_named() {
        let path = std::env::temp_dir().join(format!("tradewind-history-{}", std::process::id()));
        for damaged in ["{", "{}", r#"{"request":"POST /orders","answer":"unknown"}"#, r#"{"request":"GET /x","answer":"maybe"}"#] {
            std::fs::write(&path, format!("\n{damaged}\n")).expect("a file");
            let error = read(&path, |_, _| Ok(())).expect_err(damaged);
            assert!(error.to_string().ends_with("is damaged in line 2"), "{error}");
        }
        std::fs::remove_file(path).expect("removed");
    }
}

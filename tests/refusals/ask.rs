//! Asking as hostile callers do, and what every answer to them has to be.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use reqwest::RequestBuilder;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tradewind_contract::Problem;
use tradewind_tests::shopper::patiently;

/// An answer that was read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub text: String,
    /// Without the waiting for a quota.
    pub took: Duration,
}

/// Asks, and reads the answer whatever it is.
pub async fn ask(request: RequestBuilder) -> Result<Answer> {
    let asking = async || {
        let started = Instant::now();
        let response = request.try_clone().context("a body that can be sent again")?.send().await?;
        let headers = response.headers().iter().map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into()));
        let (status, headers) = (response.status().as_u16(), headers.collect());
        Ok(Answer { status, headers, text: response.text().await?, took: started.elapsed() })
    };
    patiently(asking, Answer::policy).await
}

/// Sends bytes as they are, which no HTTP client would, and reads until the gateway closes the connection.
pub async fn ask_raw(gateway: &str, bytes: &[u8]) -> Result<Answer> {
    let asking = async || {
        let started = Instant::now();
        let received = exchange(gateway, bytes).await?;
        Answer::parse(&received, started.elapsed())
    };
    patiently(asking, Answer::policy).await
}

async fn exchange(gateway: &str, bytes: &[u8]) -> Result<Vec<u8>> {
    let address = gateway.strip_prefix("http://").context("the gateway speaks HTTP")?;
    let (mut from, mut to) = TcpStream::connect(address).await?.into_split();
    let mut received = Vec::new();
    // Reading begins before all is written: a gateway that refuses does not wait for the rest.
    let writing = async {
        let _ = to.write_all(bytes).await;
    };
    let reading = timeout(Duration::from_secs(15), from.read_to_end(&mut received));
    let ((), outcome) = tokio::join!(writing, reading);
    match outcome {
        Ok(Ok(_)) => {}
        Ok(Err(error)) if !received.is_empty() => eprintln!("after the answer: {error}"),
        Ok(Err(error)) => return Err(error.into()),
        Err(_) => bail!("the connection stays open after {:?}", String::from_utf8_lossy(&received)),
    }
    Ok(received)
}

impl Answer {
    /// Exactly one answer with a declared length, which is what the gateway and the services send for a refusal.
    fn parse(bytes: &[u8], took: Duration) -> Result<Self> {
        let received = String::from_utf8_lossy(bytes);
        let (head, text) = received.split_once("\r\n\r\n").with_context(|| format!("no head in {received:?}"))?;
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok());
        let status = status.with_context(|| format!("no status in {head:?}"))?;
        let headers: Vec<_> =
            lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        let answer = Self { status, headers, text: text.to_owned(), took };
        if let Some(length) = answer.header("content-length") {
            ensure!(length.parse() == Ok(text.len()), "more than one answer, or less: {received:?}");
        }
        Ok(answer)
    }

    fn policy(&self) -> Option<&str> {
        self.header("ratelimit-policy")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.text).with_context(|| format!("{} {}", self.status, self.text))
    }

    /// The problem of a refusal, in the one shape.
    pub fn problem(&self) -> Result<Problem> {
        ensure!(matches!(self.status, 400..=499 | 503), "{} {}", self.status, self.text);
        ensure!(self.header("content-type") == Some("application/problem+json"), "{:?} {}", self.headers, self.text);
        let problem: Problem = serde_json::from_str(&self.text).with_context(|| self.text.clone())?;
        let is_trace_id = problem.trace_id.len() == 32 && problem.trace_id.bytes().all(|b| b.is_ascii_hexdigit());
        ensure!(is_trace_id && problem.trace_id.bytes().any(|b| b != b'0'), "{problem:?}");
        ensure!(problem.status == self.status && problem.kind == format!("/problems/{}", problem.code), "{problem:?}");
        Ok(problem)
    }

    /// Which field or parameter a 422 names first.
    pub fn named(&self) -> Result<String> {
        ensure!(self.status == 422, "{} {}", self.status, self.text);
        Ok(self.problem()?.errors.first().with_context(|| self.text.clone())?.field.clone())
    }

    /// Refused by us, or answered with nothing that a browser would run and no header that the caller wrote.
    pub fn is_inert(&self) -> Result<()> {
        ensure!(!self.headers.iter().any(|(name, value)| name.contains("injected") || value.contains("injected")), "{:?}", self.headers);
        if !(200..400).contains(&self.status) {
            self.problem()?;
            return Ok(());
        }
        let content_type = self.header("content-type").unwrap_or_default();
        ensure!(["", "application/json", "text/event-stream"].contains(&content_type), "{content_type}: {}", self.text);
        ensure!(self.header("x-content-type-options") == Some("nosniff"), "{:?}", self.headers);
        Ok(())
    }
}

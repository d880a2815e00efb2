//! Whether parts do their work, and waiting until they do.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::interrupt;
use crate::loopback;
use crate::parts::{Part, Ready};
use crate::postgres;
use crate::stack::Stack;
use crate::supervisor::{self, State};
use crate::trouble::Trouble;

/// The JVMs need most of it, on a cold and busy machine.
const TIMEOUT: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(100);
/// A part that was started this often in a row has a reason that waiting does not mend.
const STARTS_IN_VAIN: usize = 4;

/// Asks a part once.
pub fn is_ready(stack: &Stack, ready: Ready) -> bool {
    match ready {
        Ready::Http(port, path) => loopback::http(stack.ports.get(port), "GET", path, "").is_ok_and(|answer| answer.status == 200),
        // Cheaper than a process: most of the time nobody listens yet.
        Ready::Postgres(port) => !loopback::port_is_free(stack.ports.get(port)) && postgres::answers(stack, port),
        Ready::Redis(port) => loopback::redis_answers(stack.ports.get(port)),
        Ready::Kafka(port) => loopback::kafka_answers(stack.ports.get(port)),
    }
}

/// Waits until a started part is ready.
///
/// # Errors
/// When it keeps dying or does not become ready in time: with its log's last lines.
pub fn wait(stack: &Stack, part: &Part) -> Result<()> {
    let deadline = Instant::now() + TIMEOUT;
    let mut pids = BTreeSet::new();
    loop {
        interrupt::check()?;
        let info = supervisor::info(stack, part.name)?;
        pids.extend(info.pid);
        if info.state == State::Fatal || pids.len() >= STARTS_IN_VAIN {
            return Err(trouble(stack, part, "does not stay alive").into());
        }
        if info.state == State::Stopped {
            return Err(trouble(stack, part, "was stopped").into());
        }
        if info.pid.is_some() && is_ready(stack, part.ready) {
            return Ok(());
        }
        if Instant::now() > deadline {
            let problem = format!("runs and is not ready after {} s", TIMEOUT.as_secs());
            return Err(trouble(stack, part, &problem).into());
        }
        interrupt::pause(POLL)?;
    }
}

fn trouble(stack: &Stack, part: &Part, problem: &str) -> Trouble {
    Trouble::new(format!("{} {problem}.", part.name))
        .log(&stack.log(part.name))
        .advice(format!("More of its log: ./tradewind logs {}", part.name))
}

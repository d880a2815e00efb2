//! supervisord: one for a home, asked over XML-RPC on its unix socket.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;

use crate::command;
use crate::loopback;
use crate::process;
use crate::stack::Stack;
use crate::trouble::Trouble;

/// What the supervisor says about a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    pub name: String,
    pub state: State,
    pub pid: Option<i32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Stopped,
    Starting,
    Running,
    /// It ended by itself and is about to be started again.
    Backoff,
    Stopping,
    /// It was started too often in vain.
    Fatal,
}

impl State {
    fn parse(name: &str) -> Self {
        match name {
            "STARTING" => State::Starting,
            "RUNNING" => State::Running,
            "BACKOFF" | "EXITED" => State::Backoff,
            "STOPPING" => State::Stopping,
            "FATAL" | "UNKNOWN" => State::Fatal,
            _ => State::Stopped,
        }
    }
}

/// The supervisor's process, when it is alive.
pub fn pid(stack: &Stack) -> Option<i32> {
    let pid = recorded_pid(stack)?;
    // A process id is used again after a restart of the machine.
    let ours = process::alive(pid) && process::command_line(pid).contains(&stack.config("supervisord.conf").display().to_string());
    ours.then_some(pid)
}

/// The supervisor that ran last. Its children keep its session, also when it was killed.
pub fn recorded_pid(stack: &Stack) -> Option<i32> {
    fs::read_to_string(stack.run("supervisord.pid")).ok()?.trim().parse().ok()
}

/// Starts supervisord, which outlives us, and waits until it answers.
///
/// # Errors
/// When it cannot be started or does not answer.
pub fn start(stack: &Stack) -> Result<()> {
    let log = command::append(&stack.log("supervisord"))?;
    let path = std::env::var("PATH").unwrap_or_default();
    let status = Command::new("supervisord")
        .arg("-c")
        .arg(stack.config("supervisord.conf"))
        // Parts see what the table of parts gives them, not the shell of whoever typed `up`.
        .env_clear()
        .env("PATH", path)
        .env("HOME", std::env::var("HOME").unwrap_or_default())
        .env("LANG", "C.UTF-8")
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .status()
        .context("supervisord cannot be started")?;
    if !status.success() {
        return Err(Trouble::new("supervisord did not start.").log(&stack.log("supervisord")).into());
    }
    let deadline = Instant::now() + Duration::from_secs(10);
    while infos(stack).is_err() {
        if Instant::now() > deadline {
            shut_down(stack, Duration::from_secs(5));
            return Err(Trouble::new("supervisord started and does not answer.").log(&stack.log("supervisord")).into());
        }
        // Not even for Ctrl-C: once it answers, whoever started it can end it again.
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// All parts that the supervisor knows.
///
/// # Errors
/// When the supervisor does not answer.
pub fn infos(stack: &Stack) -> Result<Vec<Info>> {
    let answer = call(stack, "supervisor.getAllProcessInfo", &[])?;
    parse_infos(&answer)
}

/// # Errors
/// When the supervisor does not answer or does not know the part.
pub fn info(stack: &Stack, part: &str) -> Result<Info> {
    infos(stack)?.into_iter().find(|info| info.name == part).with_context(|| format!("The supervisor does not know \"{part}\"."))
}

/// Starts a part; one that runs stays as it is.
///
/// # Errors
/// When the program cannot be executed at all.
pub fn start_part(stack: &Stack, part: &str) -> Result<()> {
    let started = call(stack, "supervisor.startProcess", &[part, WITHOUT_WAITING]);
    tolerate(started, "ALREADY_STARTED")
        .map_err(|error| Trouble::new(format!("{part} cannot be started: {error:#}")).log(&stack.log("supervisord")).into())
}

/// Stops a part and waits until it is gone.
///
/// # Errors
/// When the supervisor does not answer.
pub fn stop_part(stack: &Stack, part: &str) -> Result<()> {
    tolerate(call(stack, "supervisor.stopProcess", &[part, WAITING]), "NOT_RUNNING")
}

/// # Errors
/// When the part does not run.
pub fn signal_part(stack: &Stack, part: &str, signal: &str) -> Result<()> {
    call(stack, "supervisor.signalProcess", &[part, signal]).map(drop)
}

/// Reads the configuration again, and forgets how the named parts were started. They must be
/// stopped; [`start_part`] starts them in the new way.
///
/// # Errors
/// When the configuration is refused.
pub fn reload_parts(stack: &Stack, parts: &[&str]) -> Result<()> {
    call(stack, "supervisor.reloadConfig", &[])?;
    for part in parts {
        tolerate(call(stack, "supervisor.removeProcessGroup", &[part]), "BAD_NAME")?;
        tolerate(call(stack, "supervisor.addProcessGroup", &[part]), "ALREADY_ADDED")?;
    }
    Ok(())
}

/// Ends the supervisor, which first stops every part.
pub fn shut_down(stack: &Stack, timeout: Duration) {
    let Some(pid) = pid(stack) else { return };
    process::signal(pid, Signal::SIGTERM);
    process::wait_gone(&[pid], timeout);
}

const WAITING: &str = "<boolean>1</boolean>";
const WITHOUT_WAITING: &str = "<boolean>0</boolean>";

fn call(stack: &Stack, method: &str, parameters: &[&str]) -> Result<String> {
    let mut body = format!("<?xml version=\"1.0\"?><methodCall><methodName>{method}</methodName><params>");
    for parameter in parameters {
        // Part names and signals hold no markup; a value that is typed already stays as it is.
        let value = if parameter.starts_with('<') { (*parameter).to_owned() } else { format!("<string>{parameter}</string>") };
        body.push_str(&format!("<param><value>{value}</value></param>"));
    }
    body.push_str("</params></methodCall>");
    let answer = loopback::http_unix(&stack.supervisor_socket(), "/RPC2", &body)
        .context("The supervisor does not answer; ./tradewind up starts it")?;
    if let Some(fault) = fault(&answer.body) {
        bail!("The supervisor refused {method}: {fault}");
    }
    Ok(answer.body)
}

fn tolerate(result: Result<String>, fault: &str) -> Result<()> {
    match result {
        Err(error) if !error.to_string().contains(fault) => Err(error),
        _ => Ok(()),
    }
}

fn fault(xml: &str) -> Option<String> {
    let document = roxmltree::Document::parse(xml).ok()?;
    let fault = document.descendants().find(|node| node.has_tag_name("fault"))?;
    member(fault, "faultString")
}

fn parse_infos(xml: &str) -> Result<Vec<Info>> {
    let document = roxmltree::Document::parse(xml).context("the supervisor's answer is no XML")?;
    let infos = document.descendants().filter(|node| node.has_tag_name("struct")).filter_map(|part| {
        let pid: i32 = member(part, "pid")?.parse().ok()?;
        Some(Info { name: member(part, "name")?, state: State::parse(&member(part, "statename")?), pid: (pid > 0).then_some(pid) })
    });
    Ok(infos.collect())
}

/// The text of a member of an XML-RPC struct, whatever its type.
fn member(part: roxmltree::Node<'_, '_>, name: &str) -> Option<String> {
    let member = part
        .descendants()
        .filter(|node| node.has_tag_name("member"))
        .find(|member| member.children().any(|child| child.has_tag_name("name") && child.text() == Some(name)))?;
    let value = member.children().find(|child| child.has_tag_name("value"))?;
    let text: String = value.descendants().filter(|node| node.is_text()).filter_map(|node| node.text()).collect();
    Some(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "<?xml version='1.0'?>\n<methodResponse><params><param><value><array><data>\n\
        <value><struct>\n<member>\n<name>name</name>\n<value><string>redis</string></value>\n</member>\n\
        <member>\n<name>statename</name>\n<value><string>RUNNING</string></value>\n</member>\n\
        <member>\n<name>pid</name>\n<value><int>42</int></value>\n</member>\n</struct></value>\n\
        </data></array></value></param></params></methodResponse>";

    #[test]
    fn the_state_of_parts_is_read() {
        let infos = parse_infos(ANSWER).expect("parsed");
        let redis = Info { name: "redis".into(), state: State::Running, pid: Some(42) };
        assert_eq!(infos, [redis]);
    }

    #[test]
    fn a_fault_is_told() {
        let xml = "<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>60</int></value></member><member><name>faultString</name><value><string>ALREADY_STARTED: redis</string></value></member></struct></value></fault></methodResponse>";
        assert_eq!(fault(xml).as_deref(), Some("ALREADY_STARTED: redis"));
        assert_eq!(fault(ANSWER), None);
    }

    #[test]
    fn a_part_that_ended_is_never_called_running() {
        assert_eq!(State::parse("EXITED"), State::Backoff);
        assert_eq!(State::parse("FATAL"), State::Fatal);
        assert_eq!(State::parse("anything"), State::Stopped);
    }
}

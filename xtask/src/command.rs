//! Runs other programs: quietly, into a log, and stopped by Ctrl-C.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::interrupt;
use crate::progress;
use crate::trouble::{Trouble, tail};

/// After this long a step says what it is doing, and again each time.
const HEARTBEAT: Duration = Duration::from_secs(30);
/// What a failed stage repeats of its output.
const STREAMED_TAIL: usize = 25;
const POLL: Duration = Duration::from_millis(20);

/// A program on the PATH, or under one of the directories that a service's PATH leaves out.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin", "/sbin"].map(PathBuf::from))
        .map(|directory| directory.join(name))
        .find(|candidate| candidate.is_file())
}

/// The same command, which leaves the processor to others: `niceness` is 0 for not at all, 19 for whenever it is wanted.
pub fn yielding(command: &Command, niceness: u8) -> Command {
    let mut nice = Command::new("nice");
    nice.arg(format!("-n{niceness}")).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => nice.env(name, value),
            None => nice.env_remove(name),
        };
    }
    if let Some(directory) = command.get_current_dir() {
        nice.current_dir(directory);
    }
    nice
}

/// The standard output of a short command.
///
/// # Errors
/// When it cannot be started or fails; its standard error becomes the message.
pub fn output(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("{name} cannot be started"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Trouble::new(format!("{name} failed: {}", said.trim())).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a command whose output goes to a log file. The file is begun anew.
///
/// # Errors
/// When it fails ([`Trouble`] with the log's last lines), cannot be started or is interrupted.
pub fn logged(command: &mut Command, what: &str, log: &Path) -> Result<()> {
    logged_with_input(command, what, log, None)
}

/// As [`logged`], with something on the standard input.
///
/// # Errors
/// As [`logged`].
pub fn logged_with_input(command: &mut Command, what: &str, log: &Path, input: Option<&str>) -> Result<()> {
    judge(run(command, what, log, input, OnInterrupt::End)?, what, log)
}

/// As [`logged`], for what must not be ended half-way: Ctrl-C counts once it is done.
///
/// # Errors
/// As [`logged`].
pub fn logged_to_its_end(command: &mut Command, what: &str, log: &Path) -> Result<()> {
    judge(run(command, what, log, None, OnInterrupt::Wait)?, what, log)?;
    interrupt::check()
}

fn judge(status: ExitStatus, what: &str, log: &Path) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    Err(Trouble::new(format!("{what} failed ({status}).")).log(log).advice(format!("Everything it said: {}", log.display())).into())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum OnInterrupt {
    End,
    Wait,
}

fn run(command: &mut Command, what: &str, log: &Path, input: Option<&str>, on_interrupt: OnInterrupt) -> Result<ExitStatus> {
    interrupt::check()?;
    if let Some(directory) = log.parent() {
        fs::create_dir_all(directory)?;
    }
    let output = File::create(log).with_context(|| format!("{} cannot be written", log.display()))?;
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
        .stdout(output.try_clone()?)
        .stderr(output)
        // A group of its own: on Ctrl-C all that it started is ended with it.
        .process_group(0)
        .spawn()
        .with_context(|| format!("{name} cannot be started"))?;
    if let (Some(text), Some(mut pipe)) = (input, child.stdin.take()) {
        pipe.write_all(text.as_bytes())?;
    }
    let started = Instant::now();
    wait_unless(&mut child, on_interrupt, |waited| {
        if waited.as_secs() > 0 && waited.as_secs().is_multiple_of(HEARTBEAT.as_secs()) {
            let line = tail(log, 1).pop().unwrap_or_default();
            let line: String = line.trim().chars().take(70).collect();
            progress::note(&format!("{what}, {} so far: {line}", progress::seconds(started.elapsed())));
        }
    })
}

/// Runs a command whose output the user sees as it comes; a failure repeats the last lines.
///
/// # Errors
/// As [`logged`].
pub fn streamed(command: &mut Command, what: &str) -> Result<()> {
    interrupt::check()?;
    let mut child = merged(command).spawn().with_context(|| format!("{what} cannot be started"))?;
    let output = child.stdout.take().context("no output")?;
    let reader = std::thread::spawn(move || {
        let mut last = VecDeque::new();
        for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            println!("{line}");
            if last.len() == STREAMED_TAIL {
                last.pop_front();
            }
            last.push_back(line);
        }
        last
    });
    let status = wait(&mut child, |_| {})?;
    let last = reader.join().unwrap_or_default();
    if status.success() {
        return Ok(());
    }
    let mut trouble = Trouble::new(format!("{what} failed ({status})."));
    trouble.log = Some(("its output".to_owned(), last.into()));
    Err(trouble.into())
}

/// The same command with both outputs in one pipe, so that lines keep their order.
fn merged(command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "exec \"$@\" 2>&1", "sh"])
        .arg(command.get_program())
        .args(command.get_args())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .process_group(0);
    if let Some(directory) = command.get_current_dir() {
        shell.current_dir(directory);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

/// Waits for a child that has a process group of its own, and ends the group on Ctrl-C. `each_second`
/// is told how long it has taken.
///
/// # Errors
/// [`interrupt::Interrupted`].
pub fn wait(child: &mut Child, each_second: impl FnMut(Duration)) -> Result<ExitStatus> {
    wait_unless(child, OnInterrupt::End, each_second)
}

fn wait_unless(child: &mut Child, on_interrupt: OnInterrupt, mut each_second: impl FnMut(Duration)) -> Result<ExitStatus> {
    let started = Instant::now();
    let mut seconds = 0;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if on_interrupt == OnInterrupt::End && interrupt::interrupted() {
            end_group(child);
            interrupt::check()?;
        }
        if started.elapsed().as_secs() > seconds {
            seconds = started.elapsed().as_secs();
            each_second(Duration::from_secs(seconds));
        }
        sleep(POLL);
    }
}

fn end_group(child: &mut Child) {
    let Ok(pid) = i32::try_from(child.id()) else { return };
    let group = Pid::from_raw(pid);
    let _ = killpg(group, Signal::SIGTERM);
    let deadline = Instant::now() + Duration::from_secs(5);
    while Instant::now() < deadline {
        if matches!(child.try_wait(), Ok(Some(_))) {
            break;
        }
        sleep(POLL);
    }
    // Whatever did not listen; an empty group is no error that matters.
    let _ = killpg(group, Signal::SIGKILL);
    let _ = child.wait();
}

/// Opens a log for appending, for programs that are started by hand.
///
/// # Errors
/// When it cannot be opened.
pub fn append(log: &Path) -> Result<File> {
    OpenOptions::new().create(true).append(true).open(log).with_context(|| format!("{} cannot be written", log.display()))
}

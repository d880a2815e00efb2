//! What `/proc` knows about processes, and how to end them.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, SysconfVar, sysconf};

/// The fields of `/proc/<pid>/stat` that are used here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    pub parent: i32,
    pub session: i32,
    /// A dead process that nobody has waited for: it holds nothing any more.
    pub zombie: bool,
    /// In clock ticks since the machine's start.
    start_ticks: u64,
}

/// Parses one line of `/proc/<pid>/stat`. The command may hold spaces and parentheses, so fields
/// are counted from the last `)`.
fn parse_stat(line: &str) -> Option<Stat> {
    let fields: Vec<&str> = line[line.rfind(')')? + 1..].split_whitespace().collect();
    Some(Stat {
        zombie: matches!(*fields.first()?, "Z" | "X"),
        parent: fields.get(1)?.parse().ok()?,
        session: fields.get(3)?.parse().ok()?,
        start_ticks: fields.get(19)?.parse().ok()?,
    })
}

pub fn stat(pid: i32) -> Option<Stat> {
    parse_stat(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

pub fn alive(pid: i32) -> bool {
    stat(pid).is_some_and(|stat| !stat.zombie)
}

pub fn all() -> Vec<i32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect()
}

pub fn directory(pid: i32) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{pid}/cwd")).ok()
}

/// The name of the program, such as `nginx`.
pub fn program(pid: i32) -> Option<String> {
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
    Some(name.trim().to_owned())
}

pub fn command_line(pid: i32) -> String {
    let bytes = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&bytes).replace('\0', " ")
}

/// When the process started.
pub fn started_at(pid: i32) -> Option<SystemTime> {
    let ticks_per_second = sysconf(SysconfVar::CLK_TCK).ok()??.unsigned_abs();
    let boot: u64 = fs::read_to_string("/proc/stat").ok()?.lines().find_map(|line| line.strip_prefix("btime ")?.trim().parse().ok())?;
    let ticks = stat(pid)?.start_ticks;
    let since_boot = Duration::from_millis(ticks * 1000 / ticks_per_second);
    Some(UNIX_EPOCH + Duration::from_secs(boot) + since_boot)
}

/// The memory of a process and all that it started, in bytes. Pages that several of them share
/// (Postgres' buffers) are counted once.
pub fn memory_of_tree(root: i32) -> u64 {
    tree(root).iter().map(|pid| memory(*pid)).sum()
}

fn memory(pid: i32) -> u64 {
    let field = |file: &str, name: &str| -> Option<u64> {
        fs::read_to_string(format!("/proc/{pid}/{file}"))
            .ok()?
            .lines()
            .find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok())
    };
    // The proportional size needs the owner's rights; the resident one does not.
    let kilobytes = field("smaps_rollup", "Pss:").or_else(|| field("status", "VmRSS:"));
    kilobytes.unwrap_or_default() * 1024
}

/// A process and everything below it.
pub fn tree(root: i32) -> Vec<i32> {
    let mut children: HashMap<i32, Vec<i32>> = HashMap::new();
    for pid in all() {
        if let Some(stat) = stat(pid) {
            children.entry(stat.parent).or_default().push(pid);
        }
    }
    let mut found = vec![root];
    let mut next = 0;
    while next < found.len() {
        if let Some(below) = children.get(&found[next]) {
            found.extend(below);
        }
        next += 1;
    }
    found
}

/// Who listens on a TCP port, when that can be seen.
pub fn listener(port: u16) -> Option<(i32, String)> {
    let inodes = listening_inodes(port);
    all().into_iter().find_map(|pid| {
        let entries = fs::read_dir(format!("/proc/{pid}/fd")).ok()?;
        let holds = entries.flatten().any(|entry| fs::read_link(entry.path()).is_ok_and(|target| inodes.contains(&target)));
        holds.then(|| (pid, program(pid).unwrap_or_default()))
    })
}

fn listening_inodes(port: u16) -> BTreeSet<PathBuf> {
    let mut inodes = BTreeSet::new();
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        for line in fs::read_to_string(table).unwrap_or_default().lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            // Local address, state (0A is LISTEN), inode.
            if let (Some(local), Some(&"0A"), Some(inode)) = (fields.get(1), fields.get(3), fields.get(9))
                && local.ends_with(&format!(":{port:04X}"))
            {
                inodes.insert(PathBuf::from(format!("socket:[{inode}]")));
            }
        }
    }
    inodes
}

pub fn signal(pid: i32, signal: Signal) {
    // It may be gone already, which is what is wanted.
    let _ = kill(Pid::from_raw(pid), signal);
}

/// Asks processes to end, waits, and kills those that are left.
pub fn end(pids: &[i32], grace: Duration) {
    for pid in pids {
        signal(*pid, Signal::SIGTERM);
    }
    if !wait_gone(pids, grace) {
        for pid in pids {
            signal(*pid, Signal::SIGKILL);
        }
        wait_gone(pids, Duration::from_secs(5));
    }
}

/// Waits until none of the processes is alive; `false` when time ran out.
pub fn wait_gone(pids: &[i32], timeout: Duration) -> bool {
    let deadline = Instant::now() + timeout;
    while pids.iter().any(|pid| alive(*pid)) {
        if Instant::now() > deadline {
            return false;
        }
        sleep(Duration::from_millis(50));
    }
    true
}

/// Whether `path` lies in `directory` or is it.
pub fn inside(path: &Path, directory: &Path) -> bool {
    // The kernel marks a removed working directory.
    let text = path.to_string_lossy();
    Path::new(text.trim_end_matches(" (deleted)")).starts_with(directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stat_line_is_read_past_a_hostile_name() {
        let line = "42 (a) b (c) S 7 42 9 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 12345 1 2 3";
        let stat = parse_stat(line).expect("parsed");
        assert_eq!((stat.parent, stat.session, stat.zombie), (7, 9, false));
        assert_eq!(stat.start_ticks, 12_345);
    }

    #[test]
    fn this_process_is_alive_and_started_in_the_past() {
        let pid = i32::try_from(std::process::id()).expect("a pid");
        assert!(alive(pid));
        assert!(started_at(pid).expect("a start") <= SystemTime::now());
        assert!(memory_of_tree(pid) > 0);
    }

    #[test]
    fn a_listener_is_found_by_its_port() {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = socket.local_addr().expect("an address").port();
        let (pid, _) = listener(port).expect("a listener");
        assert_eq!(pid.unsigned_abs(), std::process::id());
    }

    #[test]
    fn directories_are_compared_by_whole_names() {
        assert!(inside(Path::new("/a/run (deleted)"), Path::new("/a/run")));
        assert!(!inside(Path::new("/a/runner"), Path::new("/a/run")));
    }
}

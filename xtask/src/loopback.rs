//! The little that is asked over loopback and unix sockets: is a part ready, what does the
//! supervisor say. HTTP/1.0, so no answer comes in chunks.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

const TIMEOUT: Duration = Duration::from_secs(3);
/// Kafka's `ApiVersions` request, version 0: length 12, key 18, correlation id 1, client `up`.
const API_VERSIONS: [u8; 16] = [0, 0, 0, 12, 0, 18, 0, 0, 0, 0, 0, 1, 0, 2, b'u', b'p'];

pub struct Answer {
    pub status: u16,
    pub body: String,
}

fn connect(port: u16) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&local(port), TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    Ok(stream)
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// Whether we could listen there.
pub fn port_is_free(port: u16) -> bool {
    TcpListener::bind(local(port)).is_ok()
}

/// # Errors
/// When nobody answers in time, or with something that is no HTTP.
pub fn http(port: u16, method: &str, path: &str, body: &str) -> Result<Answer> {
    let host = format!("127.0.0.1:{port}");
    exchange(connect(port)?, &host, method, path, body)
}

/// # Errors
/// When nobody answers in time, or with something that is no HTTP.
pub fn http_unix(socket: &Path, path: &str, body: &str) -> Result<Answer> {
    let stream = UnixStream::connect(socket)?;
    // Starting and stopping a part can take its whole grace period.
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    exchange(stream, "localhost", "POST", path, body)
}

fn exchange(mut stream: impl Read + Write, host: &str, method: &str, path: &str, body: &str) -> Result<Answer> {
    let content_type = if body.starts_with("<?xml") { "text/xml" } else { "application/json" };
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    stream.flush()?;
    read_answer(&mut stream)
}

/// Reads up to the announced length, else to the end of the connection: some servers keep one open
/// for seconds although they were asked to close it.
fn read_answer(stream: &mut impl Read) -> Result<Answer> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 8192];
    loop {
        let count = stream.read(&mut buffer)?;
        bytes.extend_from_slice(&buffer[..count]);
        if count == 0 || is_whole(&bytes) {
            return parse_answer(&String::from_utf8_lossy(&bytes));
        }
    }
}

fn is_whole(bytes: &[u8]) -> bool {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    length.is_some_and(|length| bytes.len() >= end + 4 + length)
}

fn parse_answer(text: &str) -> Result<Answer> {
    let (head, body) = text.split_once("\r\n\r\n").context("the answer is no HTTP")?;
    let status = head.split_whitespace().nth(1).and_then(|status| status.parse().ok()).context("the answer has no status")?;
    Ok(Answer { status, body: body.to_owned() })
}

pub fn redis_answers(port: u16) -> bool {
    converse(port, b"PING\r\n", 7).is_ok_and(|answer| answer.starts_with(b"+PONG"))
}

/// A broker accepts connections before it serves requests, so it is asked something.
pub fn kafka_answers(port: u16) -> bool {
    converse(port, &API_VERSIONS, 8).is_ok_and(|answer| answer[4..] == [0, 0, 0, 1])
}

fn converse(port: u16, request: &[u8], answer_bytes: usize) -> std::io::Result<Vec<u8>> {
    let mut stream = connect(port)?;
    stream.write_all(request)?;
    let mut answer = vec![0; answer_bytes];
    stream.read_exact(&mut answer)?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_split_into_status_and_body() {
        let answer = parse_answer("HTTP/1.1 404 Not Found\r\nA: b\r\n\r\n{}").expect("parsed");
        assert_eq!((answer.status, answer.body.as_str()), (404, "{}"));
        assert!(parse_answer("SSH-2.0-OpenSSH").is_err());
    }

    #[test]
    fn an_announced_length_ends_an_answer() {
        assert!(is_whole(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"));
        assert!(!is_whole(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}"));
        assert!(!is_whole(b"HTTP/1.1 200 OK\r\n\r\n{}"));
    }

    #[test]
    fn the_kafka_request_carries_its_own_length() {
        assert_eq!(usize::from(API_VERSIONS[3]), API_VERSIONS.len() - 4);
    }

    #[test]
    fn a_bound_port_is_not_free() {
        let socket = TcpListener::bind("127.0.0.1:0").expect("a port");
        assert!(!port_is_free(socket.local_addr().expect("an address").port()));
    }
}

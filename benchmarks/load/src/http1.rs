//! HTTP/1.1 in an open loop, on one thread.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::thread;
use std::time::{Duration, Instant};

use polling::{Event, Events, Poller};
use socket2::{Domain, Socket, Type};

use crate::seen::{Outcome, Seen};
use crate::Options;

struct Connection {
    stream: TcpStream,
    /// When the request that is under way was due, and which it is.
    request: Option<(Instant, usize)>,
    written: usize,
    read: Vec<u8>,
}

/// Gaps between the arrivals of a Poisson process.
struct Arrivals {
    state: u64,
    rate: f64,
}

impl Arrivals {
    fn gap(&mut self) -> Duration {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        let uniform = ((self.state >> 11) as f64 + 0.5) / (1u64 << 53) as f64;
        Duration::from_secs_f64(-uniform.ln() / self.rate)
    }
}

pub fn run(options: &Options) -> io::Result<Seen> {
    let mut client = Client {
        requests: options.bodies.iter().map(|body| request(options, body)).collect(),
        address: options.address.to_socket_addrs()?.next().ok_or(ErrorKind::AddrNotAvailable)?,
        poller: Poller::new()?,
        connections: vec![],
        idle: vec![],
        busy: 0,
        seen: Seen::default(),
    };
    // a server that is not there is an error, and no failed request
    drop(TcpStream::connect(client.address)?);
    // Before anything is due, and not faster than servers accept: what overflows a backlog of 100 looks
    // open from here, and its first request is lost until it is sent again, a second later.
    for _ in 0..options.connections {
        let key = client.open()?;
        client.idle.push(key);
        thread::sleep(Duration::from_millis(2));
    }
    let mut events = Events::new();
    let mut arrivals = Arrivals { state: 0x9e37_79b9_7f4a_7c15, rate: options.rate };
    let start = Instant::now();
    let end = start + Duration::from_secs_f64(options.seconds);
    let last = end + Duration::from_secs_f64(options.patience);
    let (mut due, mut waiting) = (start + arrivals.gap(), VecDeque::new());
    loop {
        let now = Instant::now();
        while due <= now && due < end {
            waiting.push_back(due);
            due += arrivals.gap();
        }
        while client.busy < options.connections {
            let Some(due) = waiting.pop_front() else { break };
            client.send(due, end)?;
        }
        if now >= end && (client.busy == 0 && waiting.is_empty() || now >= last) {
            break;
        }
        let until = if now < end { due.min(end) } else { last };
        events.clear();
        client.poller.wait(&mut events, Some(until.saturating_duration_since(Instant::now())))?;
        for event in events.iter() {
            client.advance(event.key, end)?;
        }
    }
    let now = Instant::now();
    let open = client.connections.iter().flatten().filter_map(|connection| connection.request);
    open.map(|request| request.0).chain(waiting).for_each(|due| client.seen.unanswered(now - due));
    client.seen.seconds = options.seconds;
    Ok(client.seen)
}

struct Client {
    requests: Vec<Vec<u8>>,
    address: SocketAddr,
    poller: Poller,
    connections: Vec<Option<Connection>>,
    /// The last one that was used comes first.
    idle: Vec<usize>,
    busy: usize,
    seen: Seen,
}

impl Client {
    fn send(&mut self, due: Instant, end: Instant) -> io::Result<()> {
        let key = match self.idle.pop() {
            Some(key) => key,
            None => self.open()?,
        };
        let number = self.seen.sent(Instant::now() - due) % self.requests.len();
        if let Some(connection) = self.connections[key].as_mut() {
            (connection.request, connection.written) = (Some((due, number)), 0);
        }
        self.busy += 1;
        self.advance(key, end)
    }

    /// Returns before the connection is there, so that a server that takes long to accept one delays no
    /// request but those on it. What is written before waits like what a full buffer does not take.
    fn open(&mut self) -> io::Result<usize> {
        let socket = Socket::new(Domain::for_address(self.address), Type::STREAM, None)?;
        socket.set_tcp_nodelay(true)?;
        socket.set_nonblocking(true)?;
        if let Err(error) = socket.connect(&self.address.into()) {
            if error.raw_os_error() != Some(libc::EINPROGRESS) {
                return Err(error);
            }
        }
        let stream = TcpStream::from(socket);
        let key = self.connections.iter().position(Option::is_none).unwrap_or(self.connections.len());
        if key == self.connections.len() {
            self.connections.push(None);
        }
        // deleted before the stream is dropped
        unsafe { self.poller.add(&stream, Event::none(key))? };
        self.connections[key] = Some(Connection { stream, request: None, written: 0, read: Vec::new() });
        Ok(key)
    }

    fn advance(&mut self, key: usize, end: Instant) -> io::Result<()> {
        let Some(connection) = self.connections[key].as_mut() else { return Ok(()) };
        let request = connection.request;
        let close = match progress(connection, &self.requests, &self.poller, key)? {
            Progress::Waiting => return Ok(()),
            Progress::Answered(outcome, close) => {
                if let Some((due, _)) = request {
                    let now = Instant::now();
                    self.seen.answered(outcome, now - due, now <= end);
                    self.busy -= 1;
                }
                close
            }
            Progress::Closed => {
                if request.is_some() {
                    self.seen.answered(Outcome::Failed, Duration::ZERO, false);
                    self.busy -= 1;
                }
                true
            }
        };
        if close {
            self.idle.retain(|idle| *idle != key);
            if let Some(connection) = self.connections[key].take() {
                self.poller.delete(&connection.stream)?;
            }
        } else {
            self.idle.push(key);
        }
        Ok(())
    }
}

fn request(options: &Options, body: &[u8]) -> Vec<u8> {
    let mut head = format!("POST {} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n", options.path, options.address, body.len());
    for header in &options.headers {
        head.push_str(header);
        head.push_str("\r\n");
    }
    [head.as_bytes(), b"\r\n", body].concat()
}

enum Progress {
    Waiting,
    Answered(Outcome, bool),
    Closed,
}

/// Writes and reads what can be without waiting, and asks to be called again.
fn progress(connection: &mut Connection, requests: &[Vec<u8>], poller: &Poller, key: usize) -> io::Result<Progress> {
    let mut writable = false;
    if let Some((_, number)) = connection.request {
        while connection.written < requests[number].len() {
            match connection.stream.write(&requests[number][connection.written..]) {
                Ok(count) => connection.written += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    writable = true;
                    break;
                }
                // there may be an answer still
                Err(_) => break,
            }
        }
    }
    let mut result = Progress::Waiting;
    let mut buffer = [0; 16 << 10];
    loop {
        match connection.stream.read(&mut buffer) {
            Ok(0) => return Ok(Progress::Closed),
            Ok(count) => {
                connection.read.extend_from_slice(&buffer[..count]);
                if let Some((status, close)) = answer(&connection.read) {
                    connection.read.clear();
                    connection.request = None;
                    result = Progress::Answered(outcome(status), close || writable);
                    writable = false;
                    break;
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(_) => return Ok(Progress::Closed),
        }
    }
    poller.modify(&connection.stream, Event::new(key, true, writable))?;
    Ok(result)
}

fn outcome(status: u16) -> Outcome {
    match status {
        200 => Outcome::Ok,
        429 | 503 => Outcome::Refused,
        _ => Outcome::Failed,
    }
}

/// The status of an answer that is complete, and whether the server closes the connection.
fn answer(read: &[u8]) -> Option<(u16, bool)> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = response.parse(read).ok()? else { return None };
    let find = |name: &str| {
        let found = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| String::from_utf8_lossy(header.value).to_ascii_lowercase())
    };
    let close = find("connection").is_some_and(|value| value.contains("close"));
    let complete = match (find("content-length"), find("transfer-encoding")) {
        (Some(length), _) => read.len() - head >= length.trim().parse().ok()?,
        (_, Some(encoding)) if encoding.contains("chunked") => chunks_end(&read[head..]),
        _ => true,
    };
    complete.then(|| (response.code.unwrap_or(0), close))
}

fn chunks_end(mut body: &[u8]) -> bool {
    while let Ok(httparse::Status::Complete((head, length))) = httparse::parse_chunk_size(body) {
        if length == 0 {
            return body[head..].ends_with(b"\r\n");
        }
        match body.get(head + length as usize + 2..) {
            Some(rest) => body = rest,
            None => return false,
        }
    }
    false
}

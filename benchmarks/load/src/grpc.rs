//! gRPC in a closed loop, on one thread: every stream asks again as soon as it is answered. The
//! message is sent as it is in the file.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use bytes::{BufMut, Bytes, BytesMut};
use h2::client::SendRequest;
use http::{HeaderMap, Request};
use tokio::net::TcpStream;
use tokio::task::LocalSet;

use crate::seen::{Outcome, Seen};
use crate::{Failure, Options};

const WINDOW: u32 = 1 << 20;

pub fn run(options: &Options) -> Result<Seen, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, load(options))
}

async fn load(options: &Options) -> Result<Seen, Failure> {
    let mut message = BytesMut::new();
    message.put_u8(0);
    message.put_u32(options.bodies[0].len() as u32);
    message.put_slice(&options.bodies[0]);
    let message = message.freeze();
    let uri: http::Uri = format!("http://{}{}", options.address, options.path).parse()?;
    let seen = Rc::new(RefCell::new(Seen::default()));
    let mut senders = vec![];
    for _ in 0..options.connections {
        let stream = TcpStream::connect(&options.address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = h2::client::Builder::new()
            .initial_window_size(WINDOW)
            .initial_connection_window_size(WINDOW)
            .handshake::<_, Bytes>(stream)
            .await?;
        tokio::task::spawn_local(async move { drop(connection.await) });
        senders.push(sender);
    }
    let start = Instant::now();
    let end = start + Duration::from_secs_f64(options.seconds);
    let mut streams = vec![];
    for sender in senders {
        for _ in 0..options.streams {
            streams.push(tokio::task::spawn_local(ask(sender.clone(), uri.clone(), message.clone(), end, seen.clone())));
        }
    }
    for stream in streams {
        let rest = end + Duration::from_secs_f64(options.patience);
        if tokio::time::timeout(rest.saturating_duration_since(Instant::now()), stream).await.is_err() {
            seen.borrow_mut().unanswered(start.elapsed());
        }
    }
    let mut seen = seen.take();
    seen.seconds = options.seconds;
    Ok(seen)
}

async fn ask(sender: SendRequest<Bytes>, uri: http::Uri, message: Bytes, end: Instant, seen: Rc<RefCell<Seen>>) {
    while Instant::now() < end {
        let start = Instant::now();
        let outcome = call(sender.clone(), &uri, message.clone()).await.unwrap_or(Outcome::Failed);
        let now = Instant::now();
        seen.borrow_mut().answered(outcome, now - start, now <= end);
    }
}

async fn call(sender: SendRequest<Bytes>, uri: &http::Uri, message: Bytes) -> Result<Outcome, Failure> {
    let request = Request::post(uri.clone())
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(())?;
    let (response, mut stream) = sender.ready().await?.send_request(request, false)?;
    stream.send_data(message, true)?;
    let (head, mut body) = response.await?.into_parts();
    while let Some(data) = body.data().await {
        body.flow_control().release_capacity(data?.len())?;
    }
    let trailers = body.trailers().await?.unwrap_or_default();
    let status = |headers: &HeaderMap| headers.get("grpc-status").map(|value| value.as_bytes().to_vec());
    Ok(match status(&trailers).or_else(|| status(&head.headers)).as_deref() {
        Some(b"0") => Outcome::Ok,
        // RESOURCE_EXHAUSTED and UNAVAILABLE
        Some(b"8" | b"14") => Outcome::Refused,
        _ => Outcome::Failed,
    })
}

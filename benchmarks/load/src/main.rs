//! Loads a server and prints what it saw as JSON.
//!
//! Over HTTP in an open loop: requests are due at random times (a Poisson process of a fixed seed, so
//! that every server gets the same ones) and are sent then, whatever became of those before. The time
//! of a request counts from when it was due. Over gRPC in a closed loop.
//!
//!     load http --url URL --body FILE --rate R --connections N --seconds S [--header "Name: value"]...
//!     load grpc --url URL --body FILE --connections N --streams M --seconds S
//!
//! A file that ends in `.jsonl` holds one body a line. `--connections` are opened before
//! anything is due; a request that finds none idle waits, and that counts.

mod grpc;
mod http1;
mod seen;

use std::collections::HashMap;

pub struct Options {
    pub address: String,
    pub path: String,
    pub headers: Vec<String>,
    pub bodies: Vec<Vec<u8>>,
    pub rate: f64,
    pub connections: usize,
    pub streams: usize,
    pub seconds: f64,
    pub patience: f64,
}

type Failure = Box<dyn std::error::Error>;

fn options(arguments: impl Iterator<Item = String>) -> Result<Options, Failure> {
    let mut arguments = arguments.peekable();
    let (mut named, mut headers) = (HashMap::new(), vec![]);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or(format!("{name} has no value"))?;
        match name.as_str() {
            "--header" => headers.push(value),
            _ => drop(named.insert(name, value)),
        }
    }
    let text = |name: &str| named.get(name).cloned().ok_or(format!("{name} is missing"));
    let number = |name: &str, default: f64| named.get(name).map_or(Ok(default), |value| value.parse::<f64>());
    let url = text("--url")?;
    let rest = url.strip_prefix("http://").ok_or("the URL has to begin with http://")?;
    let (address, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let file = text("--body")?;
    let content = std::fs::read(&file)?;
    let bodies = if file.ends_with(".jsonl") {
        content.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect()
    } else {
        vec![content]
    };
    Ok(Options {
        address: address.to_string(),
        path: if path.is_empty() { "/".to_string() } else { path.to_string() },
        headers,
        bodies,
        rate: number("--rate", 1.0)?,
        connections: number("--connections", 50.0)? as usize,
        streams: number("--streams", 1.0)? as usize,
        seconds: number("--seconds", 10.0)?,
        patience: number("--patience", 5.0)?,
    })
}

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let protocol = arguments.next().unwrap_or_default();
    let options = options(arguments)?;
    let seen = match protocol.as_str() {
        "http" => http1::run(&options)?,
        "grpc" => grpc::run(&options)?,
        _ => return Err("the first argument has to be http or grpc".into()),
    };
    println!("{}", seen.json());
    Ok(())
}

//! The load: so many clients, one connection a request, for so many seconds; what came back and how long it took.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What was measured. Times in microseconds.
#[derive(Debug)]
pub struct Measured {
    pub per_second: f64,
    pub p50: u64,
    pub p99: u64,
    pub failed: u64,
    pub bytes: u64,
}

/// The bytes of one request; `n` counts up over all clients.
pub type Request = dyn Fn(u64) -> Vec<u8> + Send + Sync;

/// Runs `clients` threads for `seconds` against `address`.
pub fn load(
    address: &str,
    clients: usize,
    seconds: u64,
    wanted: &str,
    request: Arc<Request>,
) -> Result<Measured, String> {
    let (stop, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let started = Instant::now();
    let threads: Vec<_> = (0..clients)
        .map(|_| {
            let (stop, count, request) = (Arc::clone(&stop), Arc::clone(&count), Arc::clone(&request));
            let (address, wanted) = (address.to_owned(), wanted.to_owned());
            std::thread::spawn(move || {
                let (mut times, mut failed, mut bytes) = (Vec::new(), 0_u64, 0_u64);
                while !stop.load(Ordering::Relaxed) {
                    let n = count.fetch_add(1, Ordering::Relaxed);
                    let at = Instant::now();
                    match once(&address, &request(n), &wanted) {
                        Ok(size) => bytes += size as u64,
                        Err(_) => failed += 1,
                    }
                    times.push(u64::try_from(at.elapsed().as_micros()).unwrap_or(u64::MAX));
                }
                (times, failed, bytes)
            })
        })
        .collect();
    std::thread::sleep(Duration::from_secs(seconds));
    stop.store(true, Ordering::Relaxed);
    let (mut times, mut failed, mut bytes) = (Vec::new(), 0, 0);
    for thread in threads {
        let (own, lost, size) = thread.join().map_err(|_| "a client broke down".to_owned())?;
        times.extend(own);
        failed += lost;
        bytes += size;
    }
    let elapsed = started.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |share: f64| times.get(((times.len() as f64 - 1.0) * share) as usize).copied().unwrap_or(0);
    let per_second = (times.len() as f64 - failed as f64) / elapsed;
    Ok(Measured { per_second, p50: at(0.5), p99: at(0.99), failed, bytes: bytes / (times.len() as u64).max(1) })
}

/// One exchange on a connection of its own; the answer's size if its status line is the wanted one.
pub fn once(address: &str, request: &[u8], wanted: &str) -> std::io::Result<usize> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.write_all(request)?;
    let mut answer = Vec::with_capacity(32 * 1024);
    stream.read_to_end(&mut answer)?;
    let status = answer.get(9..12).unwrap_or(b"");
    if status == wanted.as_bytes() { Ok(answer.len()) } else { Err(std::io::Error::other("another status")) }
}

//! Writes that go on while reads are measured: what a page costs when answers that are kept are made anew now and then.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use db::Db;
use identity::Actor;
use kernel::{OsRandom, SystemClock};
use testkit::block_on;

use super::load::{Request, once};

/// Between two writes: five a second.
const EVERY: Duration = Duration::from_millis(200);

/// A thread that writes until it is ended.
pub struct Writing {
    stop: Arc<AtomicBool>,
    done: Arc<AtomicU64>,
    thread: JoinHandle<()>,
}

impl Writing {
    fn begin(mut write: impl FnMut(u64) -> Result<(), String> + Send + 'static) -> Writing {
        let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (until, count) = (Arc::clone(&stop), Arc::clone(&done));
        let thread = std::thread::spawn(move || {
            for n in 0.. {
                if until.load(Ordering::Relaxed) {
                    break;
                }
                if write(n).is_ok() {
                    count.fetch_add(1, Ordering::Relaxed);
                }
                std::thread::sleep(EVERY);
            }
        });
        Writing { stop, done, thread }
    }

    /// Into the register: the staff of one enterprise is changed, as a person would on its page.
    pub fn into_register(url: &str, code: &str) -> Writing {
        let (url, code) = (url.to_owned(), code.to_owned());
        Writing::begin(move |n| {
            let write = async {
                let db = Db::open(&url).await?;
                let program = Actor::program("bench");
                let found = registry::ask::by_code(&mut db.read().await?, &program, &code).await?;
                let found = found.ok_or_else(|| kernel::Error::not_found("enterprise"))?.enterprise;
                let facts = registry::NewEnterprise { staff: Some(n as i64), ..found.facts };
                registry::keep::update(&db, &SystemClock, &OsRandom, &program, found.id, found.version, facts).await?;
                db.close().await;
                Ok::<_, kernel::Error>(())
            };
            block_on(write).map_err(|e| e.to_string())
        })
    }

    /// Into the requests: one more is raised.
    pub fn into_requests(address: &str, create: Arc<Request>) -> Writing {
        let address = address.to_owned();
        Writing::begin(move |n| once(&address, &create(5_000_000 + n), "201").map(drop).map_err(|e| e.to_string()))
    }

    /// How many were written.
    pub fn end(self) -> Result<u64, String> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().map_err(|_| "the writer broke down".to_owned())?;
        Ok(self.done.load(Ordering::Relaxed))
    }
}

//! An empty database for the tests of this crate, opened by this crate: that of the test kit is another build of it.

use testkit::{Fresh, Given};

use crate::{Db, Options};

pub(crate) struct Opened {
    pub db: Db,
    _fresh: Fresh,
}

impl Given for Opened {
    fn steps() -> Vec<testkit::Migration> {
        Vec::new()
    }

    async fn given(fresh: Fresh) -> Opened {
        // One reader, so that what somebody left behind on it meets the next.
        let options = Options { readers: 1, ..Options::default() };
        Opened { db: Db::open_with(&fresh.url, options).await.unwrap(), _fresh: fresh }
    }
}

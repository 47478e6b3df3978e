//! What every flow is tested on: a fresh database with all tables of the program, and what must hold of it at the end.

use std::ops::Deref;

use db::{Engine, Migration};
use testkit::{Fresh, Given};

/// A database of this test alone, with every table of the program. It goes when the test ends.
pub struct TestDb(Fresh);

impl Deref for TestDb {
    type Target = Fresh;

    fn deref(&self) -> &Fresh {
        &self.0
    }
}

impl Given for TestDb {
    fn steps() -> Vec<Migration> {
        app::modules::migrations()
    }

    async fn given(fresh: Fresh) -> TestDb {
        TestDb(fresh)
    }

    async fn ended(&self) {
        assert_eq!(super::audited::unnamed(&self.db).await, Vec::<String>::new(), "audit entries without a name");
        assert_eq!(super::untold::untold(&self.db).await, None, "changes nobody was told of");
    }
}

/// Runs one test body on one engine.
pub fn run(engine: Engine, body: impl AsyncFnOnce(&TestDb)) {
    testkit::run(engine, body);
}

/// A further database beside that of the test, migrated or with no table at all (the target of a copy or restore).
pub async fn fresh(engine: Engine, migrated: bool) -> TestDb {
    TestDb(if migrated { Fresh::migrated(engine, &TestDb::steps()).await } else { Fresh::empty(engine).await })
}

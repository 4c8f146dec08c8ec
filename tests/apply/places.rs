//! Where journals, locks and notes are kept, and who may read them.

use std::path::Path;

use hubroster::apply::{Journal, LastRun, Observer, Whereabouts};
use hubroster::model::PortalId;
use serde_json::{Value as Json, json};

use crate::world::World;

const PORTAL: PortalId = PortalId(4611686);

fn clock() -> jiff::Timestamp {
    jiff::Timestamp::from_second(1_790_000_000).unwrap()
}

fn seed() -> Json {
    json!({ "people": [{ "id": 1000, "email": "p0@example.com", "status": "active" }] })
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read_a_journal() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::of(seed()).await;
    let plan = world.plan(Vec::new());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made/too/one.ndjson");
    Journal::begin(&path, &plan, clock).unwrap();
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    // One that was there before: empty, or an earlier run's.
    let empty = folder.path().join("empty.ndjson");
    std::fs::File::create(&empty).unwrap();
    for path in [&path, &empty] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o664)).unwrap();
        Journal::begin(path, &plan, clock).unwrap();
        assert_eq!(mode(path), 0o600);
    }
    // What is no journal is refused as it is.
    let other = folder.path().join("users.yaml");
    std::fs::File::create(&other)
        .and_then(|mut file| std::io::Write::write_all(&mut file, b"version: 1"))
        .unwrap();
    std::fs::set_permissions(&other, std::fs::Permissions::from_mode(0o664)).unwrap();
    assert!(Journal::begin(&other, &plan, clock).is_err());
    assert_eq!(mode(&other), 0o664);
}

#[cfg(unix)]
#[tokio::test]
async fn a_device_is_no_journal() {
    let world = World::of(seed()).await;
    let refused = Journal::begin(Path::new("/dev/null"), &world.plan(Vec::new()), clock).err().unwrap();
    let why = std::error::Error::source(&refused).unwrap().to_string();
    assert_eq!(why, "it is no ordinary file, so nothing would be kept in it");
}

#[cfg(unix)]
#[test]
fn a_lock_and_its_folder_are_for_their_owner_alone() {
    use hubroster::apply::{Holder, Lock};
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (journals, lock) = (folder.path().join("journal"), folder.path().join("journal/4611686.lock"));
    std::fs::create_dir(&journals).unwrap();
    std::fs::File::create(&lock).unwrap();
    for path in [&lock, &journals] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o775)).unwrap();
    }
    let holder = Holder { process: 1, since: clock() };
    drop(Lock::take(&lock, &holder).unwrap());
    assert_eq!((mode(&journals), mode(&lock)), (0o700, 0o600));
}

/// The note of where the journal is goes with the folder, and outlives a run that was cut off.
#[tokio::test]
async fn a_portal_directory_that_was_moved_still_has_its_last_run() {
    let world = World::of(seed()).await;
    let plan = world.plan(vec![world.remove("p0@example.com")]);
    let place = tempfile::tempdir().unwrap();
    let (old, new) = (place.path().join("old"), place.path().join("new"));
    let journal = Journal::begin(&old.join("one.ndjson"), &plan, clock).unwrap();
    Whereabouts::note(&journal, (&old, PORTAL), place.path()).unwrap();
    journal.started(0, &plan.actions[0]).unwrap();
    drop(journal);
    std::fs::rename(&old, &new).unwrap();
    let LastRun { run, lost } = LastRun::find(&new, PORTAL, None);
    assert_eq!((run.unwrap().open().count(), lost), (1, None));
    assert_eq!(LastRun::find(&new, PortalId(1), None).run, None, "another portal");
}

/// It has a name that nobody chose; with `--journal` a link may be meant.
#[cfg(unix)]
#[tokio::test]
async fn a_journal_of_a_runs_own_follows_no_link() {
    let world = World::of(seed()).await;
    let plan = world.plan(Vec::new());
    let folder = tempfile::tempdir().unwrap();
    let (target, link) =
        (folder.path().join("target"), folder.path().join(Journal::file_name(clock(), &plan.digest())));
    std::fs::File::create(&target).unwrap();
    std::os::unix::fs::symlink(&target, &link).unwrap();
    let refused = Journal::begin_in((folder.path(), PORTAL), &plan, clock).err().unwrap();
    let why = std::error::Error::source(&refused).unwrap().to_string();
    assert_eq!(why, "it is a symbolic link");
    assert_eq!(target.metadata().unwrap().len(), 0);
    Journal::begin(&link, &plan, clock).unwrap();
    std::fs::remove_file(&link).unwrap();
    Journal::begin_in((folder.path(), PORTAL), &plan, clock).unwrap();
    assert!(link.is_file());
}

//! The files beside a run: the lock, the note and the journal. No link leads a run elsewhere, and none is taken for another.
//!
//! Deliberately absent: their rights (`tests/apply`), and what is in them (`recovery`).

use super::desk::Desk;

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_the_lock_or_the_note_stops_the_run() {
    for name in ["4611686.lock", "4611686.last"] {
        let desk = Desk::small();
        desk.write("precious.txt", "precious\n");
        desk.write(".hubroster/journal/nothing.txt", "");
        let link = format!(".hubroster/journal/{name}");
        std::os::unix::fs::symlink(desk.path("precious.txt"), desk.path(&link)).expect("a link");
        let ran = desk.run("apply --sandbox --yes");
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
        let said = format!(
            "error: `{link}` is a symbolic link, and hubroster keeps files of its own there; remove the link\n"
        );
        assert_eq!(ran.stderr, said);
        assert_eq!(desk.read("precious.txt"), "precious\n");
    }
}

#[test]
fn no_journal_goes_into_a_lock_or_a_note() {
    let with_work = Desk::small();
    let without = Desk::settled();
    std::fs::create_dir(with_work.path("below")).expect("a folder");
    std::fs::create_dir(without.path("below")).expect("a folder");
    for name in [
        ".hubroster/journal/4611686.lock",
        ".hubroster/journal/4611686.last",
        "below/../.hubroster/journal/7.last",
    ] {
        for desk in [&with_work, &without] {
            let ran = desk.run(&format!("apply --sandbox --yes --journal {name}"));
            assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{}", ran.stderr);
            assert!(ran.stderr.contains("is the lock or the note of a portal"), "{}", ran.stderr);
        }
    }
    // Elsewhere a name is only a name.
    let ran = with_work.run("apply --sandbox --yes --journal one.lock");
    assert_eq!(ran.code, Some(0), "{}", ran.transcript());
}

#[cfg(unix)]
#[test]
fn nor_does_it_by_way_of_a_link() {
    let desk = Desk::settled();
    desk.run("apply --sandbox --yes");
    std::os::unix::fs::symlink(".hubroster/journal/4611686.lock", desk.path("one.ndjson")).expect("a link");
    let ran = desk.run("apply --sandbox --yes --journal one.ndjson");
    assert_eq!(ran.code, Some(1), "{}", ran.transcript());
    assert!(ran.stderr.contains("`one.ndjson` is the lock or the note of a portal"), "{}", ran.stderr);
}

//! Portal directories from outside: the example, the schemas, and files that nobody should write.

use std::path::Path;

use hubroster::config;

#[test]
fn the_example_has_nothing_to_mend() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    match config::load(root, Path::new(".")) {
        Ok(loaded) => assert_eq!(hubroster::render::findings::text(&loaded.warnings, 100), ""),
        Err(findings) => panic!("{}", hubroster::render::findings::text(&findings, 100)),
    }
}

/// Editors read the committed ones.
#[test]
fn the_committed_schemas_are_up_to_date() {
    for (name, committed, schema) in [
        ("users", include_str!("../docs/schema/users.json"), config::users_schema()),
        ("role", include_str!("../docs/schema/role.json"), config::role_schema()),
    ] {
        let present = format!("{schema:#}\n");
        assert!(committed == present, "write it anew: `hubroster schema {name} > docs/schema/{name}.json`");
    }
}

//! What people write: `users.yaml`, a role, the seed of a sandbox.

use hubroster::config::{self, Findings};
use hubroster::sandbox::Seed;

use super::{desk, shown};

/// Loaded, or refused with places inside the file; laid out, planned against a portal and judged by its own rules.
pub(crate) fn users_yaml(input: &[u8]) {
    loaded(input, desk::load(input, None));
}

/// As [`users_yaml`], where somebody has the role.
pub(crate) fn role_file(input: &[u8]) {
    let users = desk::USERS.replace("role: agent", "role: fuzzed");
    let loaded_once = desk::load(users.as_bytes(), Some(input));
    if let Err(found) = &loaded_once {
        assert!(
            found.0.iter().any(|finding| finding.place.file.ends_with("fuzzed.yaml")),
            "the role is wrong and only other files are blamed: {found:?}"
        );
    }
    let of_role = |found: Findings| {
        Findings(found.0.into_iter().filter(|finding| finding.place.file.ends_with("fuzzed.yaml")).collect())
    };
    match loaded_once {
        Ok(loaded) => {
            desk::laid_out(users.as_bytes(), Some(input));
            shown::all_findings(&of_role(loaded.warnings), &text(input));
            if let Ok(document) = desk::planned(&loaded.desired, desk::snapshot()) {
                shown::document(&document);
            }
        }
        Err(found) => {
            assert!(found.has_errors());
            shown::all_findings(&of_role(found), &text(input));
        }
    }
}

fn loaded(input: &[u8], result: Result<config::Loaded, Findings>) {
    let text = text(input);
    match result {
        Ok(loaded) => {
            desk::laid_out(input, None);
            shown::all_findings(&loaded.warnings, &text);
            assert!(!loaded.warnings.has_errors());
            match desk::planned(&loaded.desired, desk::snapshot()) {
                Ok(document) => shown::document(&document),
                Err(unknown) => shown::all_findings(&unknown, &text),
            }
        }
        Err(found) => {
            assert!(found.has_errors());
            shown::all_findings(&found, &text);
        }
    }
}

/// A seed that is taken is written out and taken again as the same portal.
pub(crate) fn sandbox_seed(input: &[u8]) {
    let data = match config::data(input, "users.yaml") {
        Ok(data) => data,
        Err(found) => return shown::all_findings(&found, &text(input)),
    };
    match Seed::from_json(data.value.clone()) {
        Ok(seed) => {
            let written = seed.to_json();
            let again = Seed::from_json(written.clone()).unwrap_or_else(|error| panic!("{error}: {written}"));
            assert_eq!(again.to_json(), written);
        }
        Err(error) => {
            let finding = data.finding(&error.path, "seed", error.message);
            shown::all_findings(&finding.into(), &text(input));
        }
    }
}

/// As far as it is one, without a byte order mark, which counts for no column.
fn text(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned()
}

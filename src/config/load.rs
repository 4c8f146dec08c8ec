//! A portal directory → the desired state and what to know about it, or all that is wrong.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::check::{self, Roles};
use super::files::Files;
use super::reading::{Reading, quote};
use super::role_file::{as_role_key, is_role_key, role};
use super::source::{Source, quote_lines};
use super::users_file::{UsersFile, users_file};
use super::{Desired, Finding, Findings, Role, RoleKey};
use crate::model::Place;

/// HubSpot has no account with this many permission sets.
const MAX_ROLES: usize = 10_000;

pub(super) const USERS: &str = "users.yaml";

/// A portal directory without errors.
#[derive(Debug)]
pub struct Loaded {
    pub desired: Desired,
    pub warnings: Findings,
}

/// Reads `users.yaml` and `roles/*.yaml`. `shown_as` is the directory as findings name it: relative to where
/// the user stands.
///
/// # Errors
///
/// Every finding of the run, warnings too, if one of them is an error.
pub fn load(directory: &Path, shown_as: &Path) -> Result<Loaded, Findings> {
    load_files(Files::Directory { path: directory, shown_as })
}

/// The same, wherever the files are.
///
/// # Errors
///
/// As [`load`].
pub fn load_files(files: Files<'_>) -> Result<Loaded, Findings> {
    keeping_sources(files).0
}

/// A file that could be read.
pub(super) struct Kept {
    /// Within the portal directory: `roles/viewer.yaml`.
    pub(super) name: String,
    pub(super) source: Source,
}

/// As `load`, with the texts: `users.yaml` first, then the roles by name.
pub(super) fn keeping_sources(files: Files<'_>) -> (Result<Loaded, Findings>, Vec<Kept>) {
    if !files.is_there() {
        let finding =
            Finding::about_file("missing-directory", &files.shown(""), "there is no such directory")
                .help("name the directory that holds `users.yaml`");
        return (Err(finding.into()), Vec::new());
    }
    let (role_files, mut directory_findings) = role_files(files);
    let is_unreadable = matches!(role_files, RoleFiles::Unreadable);
    let role_files = role_files.read();
    let roles: Option<Roles> = role_files.as_ref().map(|files| {
        files.iter().map(|file| (RoleKey(file.key.as_str().into()), file.role.clone())).collect()
    });

    let users_shown = files.shown(USERS);
    let mut kept = Vec::new();
    let (file, mut findings) = match files.read(USERS) {
        Err(findings) => (UsersFile::default(), help_to_begin(findings)),
        Ok(source) => {
            let mut reading = Reading::new(Arc::clone(&source.file));
            let file = users_file(&mut reading, &source.text);
            check::users(&mut reading, &file);
            // Of roles that could not be read none is known to be missing.
            if !is_unreadable {
                check::roles_in_use(&mut reading, &file, roles.as_ref());
            }
            kept.push(Kept { name: USERS.to_owned(), source });
            (file, reading.finish())
        }
    };
    if let Some(Kept { source, .. }) = kept.first() {
        quote_lines(&mut findings, &source.text);
    }
    let mut role_findings = roles.as_ref().map(|roles| check::roles(roles, &file)).unwrap_or_default();
    for file in role_files.unwrap_or_default() {
        let mut own = file.findings;
        own.extend(role_findings.extract_if(.., |finding| finding.place.file == file.shown));
        own.sort_by(|one, other| one.place.cmp(&other.place));
        if let Some(source) = file.source {
            quote_lines(&mut own, &source.text);
            kept.push(Kept { name: format!("roles/{}.yaml", file.key), source });
        }
        directory_findings.extend(own);
    }
    // Stable, so that each file's findings keep their order.
    directory_findings.sort_by(|one, other| one.place.file.cmp(&other.place.file));
    findings.extend(directory_findings);
    (finish(Findings(findings), file, roles.unwrap_or_default(), &users_shown), kept)
}

fn finish(findings: Findings, file: UsersFile, roles: Roles, shown: &str) -> Result<Loaded, Findings> {
    let UsersFile { portal, policy, teams, users, users_place, whole: _ } = file;
    let Some(portal) = portal.filter(|_| !findings.has_errors()) else { return Err(findings) };
    let users_place = users_place.unwrap_or_else(|| Place { file: shown.into(), line: 1, column: 1 });
    let roles = roles.into_iter().filter_map(|(key, role)| Some((key, role?))).collect();
    let desired = Desired { portal, policy, teams, users, users_place, roles };
    Ok(Loaded { desired, warnings: findings })
}

/// Gives findings that came up after loading the source lines of their places. A file that has become
/// unreadable meanwhile leaves them without.
pub fn quote_sources(files: Files<'_>, findings: Findings) -> Findings {
    let mut by_file: BTreeMap<Arc<str>, Vec<Finding>> = BTreeMap::new();
    for finding in findings.0 {
        by_file.entry(Arc::clone(&finding.place.file)).or_default().push(finding);
    }
    // `users.yaml` first, then the roles by name.
    let users = files.shown(USERS);
    let mut by_file: Vec<(Arc<str>, Vec<Finding>)> = by_file.into_iter().collect();
    by_file.sort_by_key(|(file, _)| **file != *users);
    let mut quoted = Vec::new();
    for (file, mut findings) in by_file {
        findings.sort_by(|one, other| one.place.cmp(&other.place));
        if let Ok(source) = files.read(files.name(&file)) {
            quote_lines(&mut findings, &source.text);
        }
        quoted.extend(findings);
    }
    Findings(quoted)
}

fn help_to_begin(findings: Findings) -> Vec<Finding> {
    let help = |finding: Finding| match finding.code {
        "missing-file" => finding.help(
            "begin with the example's `users.yaml`; `hubroster schema users` says what may stand in it",
        ),
        _ => finding,
    };
    findings.0.into_iter().map(help).collect()
}

enum RoleFiles {
    /// There is no directory `roles`.
    Missing,
    /// There is one, or something else of that name, and it does not say what is in it.
    Unreadable,
    Read(Vec<RoleFile>),
}

impl RoleFiles {
    fn read(self) -> Option<Vec<RoleFile>> {
        match self {
            RoleFiles::Missing | RoleFiles::Unreadable => None,
            RoleFiles::Read(files) => Some(files),
        }
    }
}

struct RoleFile {
    key: String,
    shown: Arc<str>,
    /// `None` where it could not be read.
    source: Option<Source>,
    role: Option<Role>,
    /// Without source lines yet.
    findings: Vec<Finding>,
}

impl RoleFile {
    /// A role that is there, of which nothing is known.
    fn unread(key: &str, shown: &str) -> RoleFile {
        let (key, shown) = (key.to_owned(), shown.into());
        RoleFile { key, shown, source: None, role: None, findings: Vec::new() }
    }
}

/// `None` where there is no directory; and what is wrong with it or with files that could not be read.
fn role_files(directory: Files<'_>) -> (RoleFiles, Vec<Finding>) {
    let mut findings = Vec::new();
    let shown = directory.shown("roles");
    let names = match directory.names_of_roles() {
        Ok(Some(names)) => names,
        Ok(None) => return (RoleFiles::Missing, findings),
        Err(error) => {
            let message = format!("the directory cannot be read: {error}");
            findings.push(
                Finding::about_file("unreadable", &shown, message)
                    .help("`roles` must be a directory with one file for each role"),
            );
            return (RoleFiles::Unreadable, findings);
        }
    };
    let mut files = Vec::new();
    for name in names {
        let path = format!("roles/{name}");
        let file = directory.shown(&path);
        if name.ends_with(".yml") {
            let renamed = format!("{}.yaml", name.trim_end_matches(".yml"));
            findings.push(
                Finding::about_file("role-file-name", &file, "a role's file ends in `.yaml`, not in `.yml`")
                    .help(format!("rename it to `{renamed}`")),
            );
            // The people who have this role are not wrong as well.
            files.push(RoleFile::unread(name.trim_end_matches(".yml"), &file));
        }
        let Some(key) = name.strip_suffix(".yaml") else { continue };
        if !is_role_key(key) {
            findings.push(role_file_name(&file, key));
        }
        if files.len() >= MAX_ROLES {
            findings.push(Finding::about_file("too-large", &shown, format!("more than {MAX_ROLES} roles")));
            break;
        }
        match directory.read(&path) {
            Ok(source) => files.push(role_file(key, source)),
            Err(Findings(own)) => {
                findings.extend(own);
                files.push(RoleFile::unread(key, &file));
            }
        }
    }
    (RoleFiles::Read(files), findings)
}

fn role_file_name(file: &str, key: &str) -> Finding {
    let message =
        format!("{} is no key of a role: its letters are lower-case letters, digits and dashes", quote(key));
    let finding = Finding::about_file("role-file-name", file, message);
    match as_role_key(key) {
        better if better.is_empty() => finding.help("rename the file, as `sales-rep.yaml`"),
        better => finding.help(format!("rename the file to `{better}.yaml`")),
    }
}

fn role_file(key: &str, source: Source) -> RoleFile {
    let mut reading = Reading::new(Arc::clone(&source.file));
    let role = role(&mut reading, &source.text);
    let role = role.filter(|_| !reading.has_errors());
    let shown = Arc::clone(&source.file);
    RoleFile { key: key.to_owned(), shown, source: Some(source), role, findings: reading.finish() }
}

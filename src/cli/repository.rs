//! The repository that a portal directory lies in, found as git finds it.
//!
//! Deliberately absent: git itself, which need not be installed to name a file.

use std::path::{Path, PathBuf};

use crate::config::Files;
use crate::render::DirectoryEntry;

use super::environment;

/// `None` where there is no repository around it, or where it is called the same from the root.
pub(super) fn directory(directory: &Path) -> Option<DirectoryEntry> {
    let shown = Files::Directory { path: directory, shown_as: directory }.shown("");
    let real = real(directory)?;
    let workspace = environment::variable("GITHUB_WORKSPACE").and_then(|path| self::real(Path::new(&path)));
    let root = root(&real, workspace.as_deref())?;
    let parts = real.strip_prefix(root).ok()?.components();
    let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
    let in_repository = if parts.is_empty() { ".".to_owned() } else { parts.join("/") };
    (in_repository != shown).then_some(DirectoryEntry { shown, in_repository })
}

/// The nearest directory with a `.git`, which is a file in a linked working tree; not beyond GITHUB_WORKSPACE, which
/// stands for the root where a checkout left no `.git` in it.
fn root<'p>(directory: &'p Path, workspace: Option<&'p Path>) -> Option<&'p Path> {
    let workspace = workspace.filter(|workspace| directory.starts_with(workspace));
    let mut candidates = directory.ancestors();
    let nearest = candidates
        .by_ref()
        .take_while(|candidate| workspace.is_none_or(|workspace| candidate.starts_with(workspace)))
        .find(|candidate| candidate.join(".git").exists());
    nearest.or(workspace)
}

/// Without links, as git sees it; of what does not exist as far as it does.
fn real(path: &Path) -> Option<PathBuf> {
    let absolute = environment::working_directory().join(path);
    absolute.ancestors().find_map(|existing| {
        let rest = absolute.strip_prefix(existing).ok()?;
        let existing = existing.canonicalize().ok()?;
        Some(if rest.as_os_str().is_empty() { existing } else { existing.join(rest) })
    })
}

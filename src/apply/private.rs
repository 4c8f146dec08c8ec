//! Files that tell of people, and their folder: for their owner alone, and still there after a power cut.
//!
//! Deliberately absent: access lists and Windows, where a file has the rights of its folder.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// Readable by its owner alone where it is made.
pub(super) fn file(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Whoever puts a link in the place of a file of ours would have us write wherever it leads.
pub(super) fn is_link(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink())
}

/// One that was there before may be open to others; afterwards it is not.
#[cfg(unix)]
pub(super) fn tighten(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    if file.metadata()?.permissions().mode() & 0o7777 == 0o600 {
        return Ok(());
    }
    file.set_permissions(std::fs::Permissions::from_mode(0o600)).map_err(|error| {
        let message = format!("its rights cannot be set to 0600, so that others could read it ({error})");
        io::Error::new(error.kind(), message)
    })
}

#[cfg(not(unix))]
pub(super) fn tighten(_: &File) -> io::Result<()> {
    Ok(())
}

/// Folders that are missing above a file, for their owner alone.
pub(super) fn make_folder_of(path: &Path) -> io::Result<()> {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The same for a folder of ours. One that belongs to somebody else stays as it is: what is in it is private by itself.
pub(super) fn tighten_folder_of(path: &Path) {
    #[cfg(unix)]
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).ok();
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// So that the file itself, and not only what is in it, survives a power cut.
pub(super) fn keep_name(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        Ok(())
    }
}

/// The whole text or the one before, on disk when this returns.
pub(super) fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    // `tempfile` creates with mode 0600, and persisting keeps it.
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text)?;
    file.as_file().sync_data()?;
    file.persist(path).map_err(|error| error.error)?;
    keep_name(path)
}

//! Whether a configuration file changed, for clients that do not tell, and for files above what they watch.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::SystemTime;

use super::documents::Workspace;
use crate::settings;

/// When each of the files was changed last.
pub(super) type Stamp = BTreeMap<PathBuf, SystemTime>;

/// The configuration files that can hold for the folders of a workspace, and above its other documents.
pub(super) fn stamp(workspace: &Workspace) -> Stamp {
    let others = workspace.documents.values().filter_map(|document| document.path.as_deref()?.parent());
    let folders = workspace.folders.iter().map(|folder| folder.real.as_path()).chain(others);
    let mut stamp = Stamp::new();
    for folder in folders.flat_map(|folder| folder.ancestors()) {
        for path in settings::FILES.map(|name| folder.join(name)) {
            if let Ok(changed) = path.metadata().and_then(|metadata| metadata.modified()) {
                stamp.insert(path, changed);
            }
        }
    }
    stamp
}

//! Which file of the project a module name means. Paths only; what stands in a file is `outside`'s question.

use std::collections::{HashMap, HashSet};
use std::path::{Component, Path, PathBuf};

/// The number of a file in the project, in the order of their paths.
pub type FileId = u32;

/// The project's files as modules.
#[derive(Default)]
pub struct Modules {
    /// As people see them.
    paths: Vec<String>,
    /// Absolute path without its ending; a package's is its folder.
    places: Vec<PathBuf>,
    stubs: Vec<bool>,
    /// Files by the last part of their module name.
    by_last: HashMap<String, Vec<FileId>>,
    /// The same by the last two parts: a large project has a thousand modules of one name.
    by_two: HashMap<String, Vec<FileId>>,
    /// Files that stand in no package, by the last part.
    loose: HashMap<String, Vec<FileId>>,
    by_place: HashMap<PathBuf, Vec<FileId>>,
    packages: HashSet<PathBuf>,
}

impl Modules {
    /// The modules of files, given in the order of their numbers.
    #[must_use]
    pub fn new<'p>(paths: impl Iterator<Item = &'p Path>) -> Self {
        let here = std::env::current_dir().unwrap_or_default();
        Self::at(paths.map(|path| (path, absolute(&here, path))))
    }

    /// The same for files as people see them, each with the absolute path where it is.
    #[must_use]
    pub fn at<'p>(paths: impl Iterator<Item = (&'p Path, PathBuf)>) -> Self {
        let mut modules = Self::default();
        for (path, place) in paths {
            modules.paths.push(path.to_string_lossy().replace('\\', "/"));
            modules.stubs.push(path.extension().is_some_and(|ending| ending == "pyi"));
            let mut place = place.with_extension("");
            if place.file_name().is_some_and(|name| name == "__init__") {
                place.pop();
                modules.packages.insert(place.clone());
            }
            modules.places.push(place);
        }
        for (place, file) in modules.places.iter().zip(0..) {
            modules.by_place.entry(place.clone()).or_default().push(file);
            let Some(last) = place.file_name().and_then(|name| name.to_str()) else { continue };
            modules.by_last.entry(last.to_owned()).or_default().push(file);
            let Some(folder) = place.parent() else { continue };
            if let Some(before) = folder.file_name().and_then(|name| name.to_str()) {
                modules.by_two.entry(format!("{before}.{last}")).or_default().push(file);
            }
            if !modules.packages.contains(folder) {
                modules.loose.entry(last.to_owned()).or_default().push(file);
            }
        }
        modules
    }

    /// Takes out files that turned out to be unreadable; their numbers stay theirs.
    pub fn forget(&mut self, files: &HashSet<FileId>) {
        let maps = [&mut self.by_last, &mut self.by_two, &mut self.loose];
        let lists = maps.into_iter().flat_map(HashMap::values_mut).chain(self.by_place.values_mut());
        lists.for_each(|list| list.retain(|file| !files.contains(file)));
    }

    /// The path of a file, for people.
    #[must_use]
    pub fn path(&self, file: FileId) -> &str {
        self.paths.get(file as usize).map_or("", String::as_str)
    }

    /// The folder a file stands in; a package's module stands in its own.
    #[must_use]
    pub fn folder(&self, file: FileId) -> Option<&Path> {
        let place = self.places.get(file as usize)?;
        if self.packages.contains(place) { Some(place) } else { place.parent() }
    }

    /// The file of a module as another file imports it: its stub first, where there is one. Empty for what is not of the
    /// project, and where two files could be meant.
    #[must_use]
    pub fn resolve(&self, module: &str, from: FileId) -> Vec<FileId> {
        let mut best: Vec<((usize, usize), FileId)> = Vec::new();
        let Some(home) = self.folder(from) else { return Vec::new() };
        for file in self.candidates(module, home) {
            let Some(distance) = self.distance(file, module, home) else { continue };
            best.push((distance, file));
        }
        best.sort_unstable();
        let Some(&(least, _)) = best.first() else { return Vec::new() };
        best.retain(|(distance, _)| *distance == least);
        let mut files: Vec<FileId> = best.into_iter().map(|(_, file)| file).collect();
        files.sort_by_key(|&file| (!self.stubs[file as usize], !self.packages.contains(&self.places[file as usize])));
        let places: HashSet<&PathBuf> = files.iter().map(|&file| &self.places[file as usize]).collect();
        if places.len() > 1 { Vec::new() } else { files }
    }

    /// Whether a file may be imported as that module, from somewhere.
    #[must_use]
    pub fn is_module(&self, file: FileId, module: &str) -> bool {
        let Some(mut place) = self.places.get(file as usize).map(PathBuf::as_path) else { return false };
        for part in module.rsplit('.') {
            if place.file_name().and_then(|name| name.to_str()) != Some(part) {
                return false;
            }
            let Some(up) = place.parent() else { return false };
            place = up;
        }
        !self.packages.contains(place)
    }

    /// Whether some file is a module whose last name is this.
    #[must_use]
    pub fn has(&self, last: &str) -> bool {
        self.by_last.contains_key(last.rsplit('.').next().unwrap_or(last))
    }

    /// Every file that a module name could mean.
    fn candidates(&self, module: &str, home: &Path) -> Vec<FileId> {
        let mut parts = module.rsplitn(3, '.');
        let (last, before) = (parts.next().unwrap_or(module), parts.next());
        let Some(named) = self.by_last.get(last) else { return Vec::new() };
        match before {
            _ if named.len() < 8 => named.clone(),
            Some(before) => self.by_two.get(&format!("{before}.{last}")).cloned().unwrap_or_default(),
            None => {
                let (beside, loose) = (self.by_place.get(&home.join(last)), self.loose.get(last));
                let mut files: Vec<FileId> = beside.into_iter().chain(loose).flatten().copied().collect();
                files.sort_unstable();
                files.dedup();
                files
            }
        }
    }

    /// The files of a relative import: so many dots, and the rest of the name.
    #[must_use]
    pub fn relative(&self, module: &str, from: FileId) -> &[FileId] {
        let rest = module.trim_start_matches('.');
        let dots = module.len() - rest.len();
        let base = self.folder(from).and_then(|home| home.ancestors().nth(dots.saturating_sub(1)));
        let place = base.map(|base| rest.split('.').filter(|part| !part.is_empty()).fold(base.to_path_buf(), |at, part| at.join(part)));
        place.and_then(|place| self.by_place.get(&place)).map_or(&[], Vec::as_slice)
    }

    /// How far the folder from which the module would be imported is from the importing one; `None` where the file is
    /// not that module, or could only be it through a search path that nobody here knows.
    fn distance(&self, file: FileId, module: &str, home: &Path) -> Option<(usize, usize)> {
        let mut root = self.places[file as usize].as_path();
        for part in module.rsplit('.') {
            if root.file_name()?.to_str()? != part {
                return None;
            }
            root = root.parent()?;
        }
        let above = |folder: &Path| home.starts_with(folder).then(|| home.components().count() - folder.components().count());
        if self.packages.contains(root) && root != home {
            return None;
        }
        if let Some(steps) = above(root) {
            return Some((0, steps));
        }
        // `src/app` beside `tests/`.
        if let Some(steps) = root.parent().and_then(above) {
            return Some((1, steps));
        }
        module.contains('.').then_some((2, 0))
    }

    /// The stub of a module, or the module of a stub.
    #[must_use]
    pub fn twin(&self, file: FileId) -> Option<FileId> {
        let same = self.by_place.get(self.places.get(file as usize)?)?;
        same.iter().copied().find(|&id| self.stubs[id as usize] != self.stubs[file as usize])
    }

    /// The `conftest.py` files that speak for a file, the nearest first.
    pub fn conftests(&self, file: FileId) -> impl Iterator<Item = FileId> + '_ {
        let any = self.by_last.contains_key("conftest");
        let folders = self.folder(file).filter(|_| any).into_iter().flat_map(Path::ancestors);
        folders.filter_map(|folder| self.by_place.get(&folder.join("conftest"))?.first().copied())
    }
}

/// As `std::path::absolute`, which asks the system for the working folder every time.
fn absolute(here: &Path, path: &Path) -> PathBuf {
    if path.is_absolute() {
        return path.to_path_buf();
    }
    here.join(path.components().filter(|part| *part != Component::CurDir).collect::<PathBuf>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[&str], module: &str, from: usize) -> Vec<u32> {
        Modules::new(files.iter().map(Path::new)).resolve(module, u32::try_from(from).expect("small"))
    }

    #[test]
    fn a_package_a_script_s_neighbour_and_a_source_folder_are_found() {
        let files = ["/p/src/app/__init__.py", "/p/src/app/deps.py", "/p/tests/test_a.py", "/p/main.py", "/p/ns/x/y.py", "/p/helpers.py"];
        assert_eq!(found(&files, "app.deps", 2), [1]);
        assert_eq!(found(&files, "app", 2), [0]);
        assert_eq!(found(&files, "helpers", 3), [5]);
        assert_eq!(found(&files, "ns.x.y", 3), [4], "a namespace package");
        assert_eq!(found(&files, "deps", 3), [0_u32; 0], "a module of a package has its package's name");
        assert_eq!(found(&files, "deps", 1), [1], "except for a script beside it");
        assert_eq!(found(&files, "json", 3), [0_u32; 0]);
    }

    #[test]
    fn the_nearest_counts_and_two_equally_near_ones_are_nobody() {
        let files = ["/p/a/util/x.py", "/p/b/util/x.py", "/p/a/m.py", "/p/c/m.py"];
        assert_eq!(found(&files, "util.x", 2), [0]);
        assert_eq!(found(&files, "util.x", 3), [0_u32; 0]);
    }

    #[test]
    fn a_stub_speaks_before_its_module() {
        assert_eq!(found(&["/p/a.py", "/p/a.pyi", "/p/b.py"], "a", 2), [1, 0]);
    }

    #[test]
    fn conftests_speak_for_what_stands_below_them() {
        let files = ["/p/conftest.py", "/p/tests/conftest.py", "/p/tests/unit/test_a.py", "/p/other/conftest.py"];
        let modules = Modules::new(files.iter().map(Path::new));
        assert_eq!(modules.conftests(2).collect::<Vec<_>>(), [1, 0]);
    }
}

//! Checks every page in `rules/` and writes the list of them that `rule::set` embeds. A broken page fails the build.

#[allow(dead_code)]
#[path = "src/rule/set/folder.rs"]
mod folder;
#[allow(dead_code)]
#[path = "src/rule/page.rs"]
mod page;

use std::path::{Path, PathBuf};
use std::process::exit;
use std::{env, fs};

fn main() {
    println!("cargo:rerun-if-changed=rules");
    if let Err(message) = embed() {
        eprintln!("{message}");
        exit(1);
    }
}

/// Writes `rules.rs`, or says everything that is wrong, one problem a line.
fn embed() -> Result<(), String> {
    let pages = folder::load_dir(Path::new("rules"))?;
    let pages: Vec<(String, String)> = pages.into_iter().map(|(file, text)| (file.replace('\\', "/"), text)).collect();
    for (file, _) in &pages {
        println!("cargo:rerun-if-changed={file}");
    }
    let parsed = page::parse_all(&pages).map_err(|problems| lines(&problems))?;
    let unknown = page::unknown_also(&parsed);
    if !unknown.is_empty() {
        return Err(lines(&unknown));
    }
    let out = env::var_os("OUT_DIR").map(PathBuf::from).ok_or("OUT_DIR is not set; run this through cargo")?;
    let path = out.join("rules.rs");
    fs::write(&path, list(&pages)).map_err(|error| format!("{}: cannot write: {error}", path.display()))
}

/// The Rust expression that `rule::set` includes.
fn list(pages: &[(String, String)]) -> String {
    let row = |(file, _): &(String, String)| {
        format!("    ({file:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {:?}))),\n", format!("/{file}"))
    };
    format!("&[\n{}]\n", pages.iter().map(row).collect::<String>())
}

fn lines(problems: &[page::Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

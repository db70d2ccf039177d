//! `lsp`: serves an editor. What a folder is scanned by is found as `scan` finds it.

use std::path::Path;

use super::Stop;
use super::args::Given;
use super::setup::Setup;
use crate::lsp::{Ground, serve};

/// Runs the command until the editor leaves.
pub(super) fn lsp(given: &Given) -> Result<u8, Stop> {
    // The server moves to the folder of the project, and what was named here is named from here.
    let rules = given.rules.as_ref().map(|folder| std::path::absolute(folder).unwrap_or_else(|_| folder.clone()));
    let given = Given { rules, config: given.config.clone(), isolated: given.isolated, no_cache: true, target: given.target.clone() };
    let prepare = move |folder: &Path| match Setup::of(&[folder.to_path_buf()], &given, None) {
        Ok(Setup { rules, options, .. }) => Ok(Ground { rules, options }),
        Err(Stop::Message(message)) => Err(message),
        Err(Stop::Output(error)) => Err(error.to_string()),
    };
    serve(Box::new(prepare)).map(|clean| u8::from(!clean)).map_err(Stop::Message)
}

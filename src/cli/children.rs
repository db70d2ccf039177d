//! The sandboxes of this process: one child for each surface.

use super::Stop;
use super::args::Surface;
use super::run::child;
use crate::runtime::bridge::Face;
use crate::runtime::sandbox::{Child, Program, Run};
use crate::verify::prove::Sandbox;

/// One child for each surface.
pub(super) struct Children {
    legacy: Child,
    coordinator: Child,
    both: Child,
}

impl Children {
    /// Children that start when they are needed.
    pub fn new() -> Result<Self, Stop> {
        Ok(Children { legacy: child(Surface::Legacy)?, coordinator: child(Surface::Coordinator)?, both: child(Surface::Both)? })
    }
}

impl Sandbox for Children {
    fn run(&mut self, face: Face, program: &Program) -> Run {
        match face {
            Face::Legacy => self.legacy.run(program),
            Face::Coordinator => self.coordinator.run(program),
            Face::Both => self.both.run(program),
        }
    }
}

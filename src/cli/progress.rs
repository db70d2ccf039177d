//! A progress bar for runs that take long enough to wonder. Says nothing elsewhere than on a terminal.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// A run that ends before shows no bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// The bar of one run.
pub struct Progress {
    on: bool,
    what: &'static str,
    start: Instant,
    bar: OnceLock<ProgressBar>,
}

impl Progress {
    /// A bar on standard error, which `on` says is a terminal; `what` is counted.
    pub fn new(on: bool, what: &'static str) -> Self {
        Progress { on, what, start: Instant::now(), bar: OnceLock::new() }
    }

    /// `done` of `total` are done.
    pub fn tick(&self, done: usize, total: usize) {
        if !self.on || self.start.elapsed() < PATIENCE {
            return;
        }
        let bar = self.bar.get_or_init(|| {
            let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} ({eta} left)");
            ProgressBar::new(total as u64).with_message(self.what).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

//! What a run has recorded so far. Shared by the native functions, the trace hook and the watch.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::record::{Ended, Limits, Log, Run, Use, Warning};

/// Growing record of one run.
pub(super) struct Ledger {
    limits: Limits,
    steps: AtomicU64,
    over: AtomicBool,
    sealed: AtomicBool,
    book: Mutex<Book>,
}

/// The part behind the lock.
#[derive(Default)]
pub(super) struct Book {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    pub(super) logs: Vec<Log>,
    pub(super) warnings: Vec<Warning>,
    pub(super) standins: Vec<Use>,
    lines: BTreeMap<String, BTreeSet<u32>>,
    ended: Option<Ended>,
}

impl Ledger {
    pub(super) fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self {
            limits,
            steps: AtomicU64::new(0),
            over: AtomicBool::new(false),
            sealed: AtomicBool::new(false),
            book: Mutex::default(),
        })
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// A panic while writing loses nothing that was written before, so poison is ignored.
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one step; false once the budget is spent.
    pub(super) fn step(&self) -> bool {
        let spent = self.steps.fetch_add(1, Ordering::Relaxed) >= self.limits.instructions;
        if spent && !self.is_over() {
            self.end(Ended::Limit("instructions".into()));
        }
        !self.is_over()
    }

    pub(super) fn line(&self, (path, line): (String, u32)) {
        self.book().lines.entry(path).or_default().insert(line);
    }

    /// Keeps output up to the limit; false once it is passed.
    pub(super) fn write(&self, to_stderr: bool, bytes: &[u8]) -> bool {
        let mut book = self.book();
        let room = self.limits.output.saturating_sub(book.stdout.len() + book.stderr.len());
        let kept = &bytes[..bytes.len().min(room)];
        if to_stderr {
            book.stderr.extend_from_slice(kept)
        } else {
            book.stdout.extend_from_slice(kept)
        }
        drop(book);
        if kept.len() < bytes.len() {
            self.end(Ended::Limit("output".into()));
        }
        kept.len() == bytes.len()
    }

    /// Adds a record; false once there are too many.
    pub(super) fn add(&self, entry: impl FnOnce(&mut Book)) -> bool {
        let mut book = self.book();
        let room = book.logs.len() + book.warnings.len() + book.standins.len() < self.limits.records;
        if room {
            entry(&mut book);
        }
        drop(book);
        if !room {
            self.end(Ended::Limit("records".into()));
        }
        room
    }

    /// The first end counts: a program that swallows it does not undo it.
    pub(super) fn end(&self, ended: Ended) {
        if !self.sealed.load(Ordering::Acquire) {
            self.book().ended.get_or_insert(ended);
            self.over.store(true, Ordering::Release);
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }

    pub(super) fn reason(&self) -> Option<Ended> {
        self.book().ended.clone()
    }

    /// The program is done; what follows is our own bookkeeping and must not be interrupted.
    pub(super) fn seal(&self) {
        self.sealed.store(true, Ordering::Release);
    }

    pub(super) fn is_sealed(&self) -> bool {
        self.sealed.load(Ordering::Acquire)
    }

    /// What is known so far, globals and exception left empty.
    pub(super) fn close(&self, otherwise: Ended) -> Run {
        let book = self.book();
        Run {
            stdout: String::from_utf8_lossy(&book.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&book.stderr).into_owned(),
            logs: book.logs.clone(),
            warnings: book.warnings.clone(),
            lines: book.lines.clone(),
            standins: book.standins.clone(),
            ..Run::lost(book.ended.clone().unwrap_or(otherwise))
        }
    }
}

//! Commands of the user's, in reins: a home of their own, little of the environment, a clock, and nothing that outlives them.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// What a command keeps of the environment.
const KEPT: [&str; 8] = ["PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "VIRTUAL_ENV", "SYSTEMROOT", "PATHEXT"];

/// How often a running command is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// Bytes of each stream that are kept.
const MOST: usize = 64 << 20;

/// How long a pipe of a command that is gone may stay open.
const GRACE: Duration = Duration::from_secs(2);

/// A command that came to its end, or to that of its time.
pub(super) struct Finished {
    /// `None` where the time was up.
    pub status: Option<ExitStatus>,
    /// Its output.
    pub stdout: Vec<u8>,
    /// What it complained.
    pub stderr: Vec<u8>,
}

/// A temporary home, with a folder for temporary files in it.
pub(super) struct Home(tempfile::TempDir);

impl Home {
    /// A new one.
    pub fn new() -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("victor-migrate-home-").tempdir()?;
        std::fs::create_dir(folder.path().join("tmp"))?;
        Ok(Home(folder))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// A command in this home.
    pub fn command(&self, program: impl Into<OsString>, folder: &Path) -> Command {
        let mut command = Command::new(program.into());
        command.current_dir(folder).env_clear();
        command.envs(KEPT.iter().filter_map(|name| Some((*name, std::env::var_os(name)?))));
        let temporary: PathBuf = self.path().join("tmp");
        for (name, path) in [("HOME", self.path()), ("USERPROFILE", self.path()), ("TMPDIR", &temporary), ("TEMP", &temporary)] {
            command.env(name, path);
        }
        for name in ["PYTHONUTF8", "PYTHONDONTWRITEBYTECODE", "PYTHONNOUSERSITE"] {
            command.env(name, "1");
        }
        command.env("PYTHONHASHSEED", "0");
        command
    }
}

/// Runs a command to its end, or for so long, and ends whatever it left behind.
///
/// # Errors
/// What the system says where it cannot be started.
pub(super) fn finish(mut command: Command, input: Vec<u8>, time: Duration) -> io::Result<Finished> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let stdin = child.stdin.take();
    let writer = thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(&input)));
    let (out, err) = (Heard::of(child.stdout.take()), Heard::of(child.stderr.take()));
    let status = waited(&mut child, time);
    end(&mut child);
    // Something that got away may hold the pipes open: nobody waits for it, neither with what it does not read.
    drop(writer);
    Ok(Finished { status: status?, stdout: out.so_far(), stderr: err.so_far() })
}

/// What a command said, as a thread of its own hears it.
struct Heard {
    bytes: Arc<Mutex<Vec<u8>>>,
    ended: Receiver<()>,
}

impl Heard {
    fn of(pipe: Option<impl Read + Send + 'static>) -> Self {
        let (bytes, (said, ended)) = (Arc::default(), channel());
        let heard = Self { bytes: Arc::clone(&bytes), ended };
        thread::spawn(move || {
            let mut piece = [0; 8192];
            let Some(mut pipe) = pipe else { return };
            // What was read until a failure is what there is; what is more than anybody reads is let through.
            while let Some(count) = pipe.read(&mut piece).ok().filter(|count| *count > 0) {
                let Ok(mut bytes) = bytes.lock() else { return };
                let room = MOST.saturating_sub(bytes.len()).min(count);
                bytes.extend_from_slice(&piece[..room]);
            }
            let _ = said.send(());
        });
        heard
    }

    /// All of it, where the pipe is closed soon.
    fn so_far(self) -> Vec<u8> {
        let _ = self.ended.recv_timeout(GRACE);
        self.bytes.lock().map(|mut bytes| std::mem::take(&mut *bytes)).unwrap_or_default()
    }
}

fn waited(child: &mut Child, time: Duration) -> io::Result<Option<ExitStatus>> {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if began.elapsed() >= time {
            return Ok(None);
        }
        thread::sleep(LOOK);
    }
}

/// Ends the whole group; it may be gone already.
fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_for_what_got_away_and_no_output_is_too_much() {
        let home = Home::new().expect("a folder");
        let mut command = home.command("sh", home.path());
        command.args(["-c", "setsid sleep 20 & echo said; head -c 100000000 /dev/zero"]);
        let began = Instant::now();
        let finished = finish(command, Vec::new(), Duration::from_secs(15)).expect("started");
        assert!(finished.stdout.starts_with(b"said\n") && finished.stdout.len() == MOST, "{}", finished.stdout.len());
        assert!(began.elapsed() < Duration::from_secs(15));
    }

    #[test]
    fn a_command_ends_with_everything_that_it_started() {
        let home = Home::new().expect("a folder");
        let mut command = home.command("sh", home.path());
        command.args(["-c", "sleep 60 & echo $HOME; cat; sleep 60"]);
        let began = Instant::now();
        let finished = finish(command, b"told".to_vec(), Duration::from_millis(400)).expect("starts");
        assert!(finished.status.is_none() && began.elapsed() < Duration::from_secs(20));
        assert_eq!(String::from_utf8_lossy(&finished.stdout), format!("{}\ntold", home.path().display()));
    }
}

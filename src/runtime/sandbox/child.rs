//! The sandbox in a child process of the same executable: one JSON line per program in, one per run out.
//!
//! The parent trusts nothing it reads: a line that is no reply to this request, a crash or silence is an end like any
//! other, and the next program gets a new child.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::interpreter::Builder;
use super::limits::{Share, restrict};
use super::record::{Ended, Program, Run};
use super::run::run_or;

/// Programs per child. Each leaves its types, strings and modules behind: 10 MB, 30 MB after `import asyncio`.
const PER_CHILD: u64 = 16;

/// What the parent allows beyond the child's own clock, for start and bookkeeping.
const GRACE: Duration = Duration::from_secs(5);

#[derive(Serialize, Deserialize)]
struct Request {
    id: u64,
    program: Program,
}

#[derive(Serialize, Deserialize)]
struct Reply {
    id: u64,
    run: Run,
}

/// The child's side: the whole of the hidden command. Returns when the parent closes the pipe.
pub fn serve(builder: &Builder, share: Share) -> io::Result<()> {
    restrict(share);
    for line in io::stdin().lock().lines() {
        let Ok(request) = serde_json::from_str::<Request>(&line?) else { break };
        let id = request.id;
        let give_up = Arc::new(move |run| {
            // Nobody is left to hear of a failure here.
            let _ = answer(id, run);
            std::process::exit(0);
        });
        answer(id, run_or(builder, &request.program, give_up))?;
    }
    Ok(())
}

fn answer(id: u64, run: Run) -> io::Result<()> {
    let mut line = serde_json::to_vec(&Reply { id, run })?;
    line.push(b'\n');
    let mut out = io::stdout().lock();
    out.write_all(&line)?;
    out.flush()
}

/// The parent's side: runs programs one after the other, in as many children as it takes.
pub struct Child {
    command: Box<dyn Fn() -> Command + Send>,
    alive: Option<Alive>,
    next: u64,
}

struct Alive {
    process: std::process::Child,
    stdin: ChildStdin,
    replies: Receiver<String>,
    stderr: Option<thread::JoinHandle<String>>,
    programs: u64,
}

impl Child {
    /// `command` names the hidden command; environment and standard streams are set here.
    pub fn new(command: impl Fn() -> Command + Send + 'static) -> Self {
        Self { command: Box::new(command), alive: None, next: 0 }
    }

    /// Runs one program. Never fails: what goes wrong is how the run ended.
    pub fn run(&mut self, program: &Program) -> Run {
        self.attempt(program).unwrap_or_else(|ended| {
            self.alive = None;
            Run::lost(ended)
        })
    }

    fn attempt(&mut self, program: &Program) -> Result<Run, Ended> {
        if self.alive.as_ref().is_some_and(|alive| alive.programs >= PER_CHILD) {
            self.alive = None;
        }
        let alive = match &mut self.alive {
            Some(alive) => alive,
            none => none.insert(Alive::start((self.command)()).map_err(failed)?),
        };
        self.next += 1;
        let request = Request { id: self.next, program: program.clone() };
        let mut line = serde_json::to_vec(&request).map_err(failed)?;
        line.push(b'\n');
        alive.programs += 1;
        if alive.stdin.write_all(&line).and_then(|()| alive.stdin.flush()).is_err() {
            return Err(alive.end());
        }
        let patience = Duration::from_millis(program.limits.millis) + GRACE;
        match alive.replies.recv_timeout(patience) {
            Ok(line) => match serde_json::from_str::<Reply>(&line) {
                Ok(reply) if reply.id == self.next => Ok(reply.run),
                _ => Err(Ended::Interpreter("the child's reply is none".into())),
            },
            Err(RecvTimeoutError::Timeout) => Err(Ended::Limit("time, by the parent's clock".into())),
            Err(RecvTimeoutError::Disconnected) => Err(alive.end()),
        }
    }
}

fn failed(error: impl std::fmt::Display) -> Ended {
    Ended::Interpreter(format!("no child: {error}"))
}

impl Alive {
    fn start(mut command: Command) -> io::Result<Self> {
        command.env_clear().env("TZ", "UTC0").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn()?;
        let (Some(stdin), Some(stdout), Some(stderr)) = (process.stdin.take(), process.stdout.take(), process.stderr.take()) else {
            return Err(io::Error::other("standard streams are missing"));
        };
        let (sender, replies) = channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if line.starts_with('{') && sender.send(line).is_err() {
                    break;
                }
            }
        });
        let stderr = Some(thread::spawn(move || last_words(stderr)));
        Ok(Self { process, stdin, replies, stderr, programs: 0 })
    }

    /// Why a child that closed its pipe is gone.
    fn end(&mut self) -> Ended {
        // It has closed its output already; killing only makes the wait short.
        let _ = self.process.kill();
        let status = self.process.wait();
        let words = self.stderr.take().and_then(|thread| thread.join().ok()).unwrap_or_default();
        if words.contains("memory allocation of") {
            Ended::Limit("memory".into())
        } else if words.contains("overflowed its stack") {
            Ended::Limit("native stack".into())
        } else if status.as_ref().is_ok_and(out_of_time) {
            Ended::Limit("cpu".into())
        } else {
            let status = status.map_or_else(|error| error.to_string(), |status| shown(status, &words));
            Ended::Interpreter(status)
        }
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Whether the kernel's CPU limit ended it.
#[cfg(unix)]
fn out_of_time(status: &ExitStatus) -> bool {
    const SIGXCPU: i32 = 24;
    std::os::unix::process::ExitStatusExt::signal(status) == Some(SIGXCPU)
}

#[cfg(not(unix))]
fn out_of_time(_status: &ExitStatus) -> bool {
    false
}

fn shown(status: ExitStatus, words: &str) -> String {
    let line = words.lines().find(|line| line.contains("panicked")).or(words.lines().last()).unwrap_or_default();
    format!("{status} {line}").trim_end().to_owned()
}

/// The last 4 KiB of what the child says on stderr, where Rust tells of allocation failures and stack overflows.
fn last_words(mut stderr: impl Read) -> String {
    let (mut kept, mut buffer) = (Vec::new(), [0; 1024]);
    while let Ok(count) = stderr.read(&mut buffer) {
        if count == 0 {
            break;
        }
        kept.extend_from_slice(&buffer[..count]);
        if kept.len() > 8192 {
            kept.drain(..kept.len() - 4096);
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}

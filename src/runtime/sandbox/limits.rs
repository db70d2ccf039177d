//! Limits the kernel keeps for a child, set before the interpreter starts.
//!
//! Linux and other Unixes: address space, CPU time, file size 0, no core dump, no further file descriptor.
//! macOS accepts the address-space limit and does not keep it. Windows has none of them here: what remains there is the
//! instruction count, the watch and the parent's wall clock, so a huge allocation can take the memory of the machine.

use std::time::Duration;

/// What one child may use over its whole life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Bytes of address space, the 256 MiB stack included.
    pub memory: u64,
    /// Processor time.
    pub cpu: Duration,
}

impl Default for Share {
    fn default() -> Self {
        Self { memory: 2 << 30, cpu: Duration::from_secs(600) }
    }
}

/// Puts the limits on this process; names those that the platform did not take.
#[cfg(unix)]
pub fn restrict(share: Share) -> Vec<&'static str> {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let all = [
        ("address space", Resource::As, share.memory),
        ("cpu", Resource::Cpu, share.cpu.as_secs()),
        ("file size", Resource::Fsize, 0),
        ("core", Resource::Core, 0),
        // Descriptors 0, 1 and 2 are open; no other ever is.
        ("files", Resource::Nofile, 3),
    ];
    all.into_iter()
        .filter(|&(_, resource, value)| {
            // The soft CPU limit comes first: its signal tells it from a kill.
            let maximum = if resource == Resource::Cpu { value + 5 } else { value };
            setrlimit(resource, Rlimit { current: Some(value), maximum: Some(maximum) }).is_err()
        })
        .map(|(name, ..)| name)
        .collect()
}

/// No such limits here.
#[cfg(not(unix))]
pub fn restrict(_share: Share) -> Vec<&'static str> {
    vec!["address space", "cpu", "file size", "core", "files"]
}

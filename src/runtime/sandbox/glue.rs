//! The Python half of the sandbox, carried in the binary.

/// Modules that take the place of the host's: name and text. `host` builds the smaller ones.
pub(super) const MODULES: &[(&str, &str)] = &[
    ("posix", include_str!("py/posix.py")),
    ("time", include_str!("py/time.py")),
    ("_sandbox_files", include_str!("py/files.py")),
    ("_sandbox_fileio", include_str!("py/fileio.py")),
    ("_sandbox_host", include_str!("py/host.py")),
    ("_sandbox_loop", include_str!("py/loop.py")),
    ("_sandbox_standins", include_str!("py/standins.py")),
    ("_sandbox_describe", include_str!("py/describe.py")),
    ("_sandbox_patches", include_str!("py/patches.py")),
    ("_sandbox_imports", include_str!("py/imports.py")),
];

/// Runs first, before the program's first import.
pub(super) const BOOT: &str = include_str!("py/boot.py");

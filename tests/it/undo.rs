//! What was fixed can be taken back, byte for byte, whatever happened in between: nothing, an edit, a kill, a full disk.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::time::{Duration, Instant};

use super::support::{PROGRAM, Project};

fn undo(project: &Project, args: &str) -> super::support::Run {
    project.run(&["undo"].into_iter().chain(args.split_whitespace()).collect::<Vec<_>>())
}

/// Many files of some size, each with sites.
fn large(files: usize) -> Project {
    let project = Project::new::<&str>(&[]);
    for number in 0..files {
        let text = format!("{PROGRAM}{}", format!("# {number}\nprint(orch._model, orch._config.key)\n").repeat(20));
        project.write(&format!("pkg{}/m{number}.py", number % 5), text);
    }
    project
}

#[test]
fn undo_gives_every_byte_back() {
    let odd: [(&str, Vec<u8>); 4] = [
        ("crlf.py", PROGRAM.replace('\n', "\r\n").into_bytes()),
        ("latin.py", [b"# coding: latin-1\nx = '\xe9'\n".as_slice(), PROGRAM.as_bytes()].concat()),
        ("bom é%20.py", [b"\xef\xbb\xbf".as_slice(), PROGRAM.as_bytes()].concat()),
        ("mixed.py", PROGRAM.replacen('\n', "\r\n", 1).into_bytes()),
    ];
    let project = Project::new(&odd);
    let before = project.files();
    project.scan(". --fix").ends_with(0);
    let after = project.files();
    assert!(before != after);
    assert!(undo(&project, "--list").ends_with(0).out.contains("  done     4 files\n"));
    let run = undo(&project, "").ends_with(0);
    assert!(run.out.contains("undone: 4 files written.") && run.out.contains("  bom é%20.py\n"), "{}", run.out);
    assert!(project.files() == before);
    assert!(undo(&project, "").ends_with(2).err.contains("there is no run to undo"));
    project.scan(". --fix").ends_with(0);
    assert!(project.files() == after, "and again");
}

#[test]
fn two_runs_are_taken_back_one_after_the_other() {
    let text = format!("{PROGRAM}print(orch._config)\n");
    let project = Project::new(&[("a.py", &text)]);
    project.scan(". --fix").ends_with(1);
    let between = project.text("a.py");
    project.scan(". --fix --unsafe-fixes").ends_with(0);
    undo(&project, "").ends_with(0);
    assert_eq!(project.text("a.py"), between);
    undo(&project, "").ends_with(0);
    assert_eq!(project.text("a.py"), text);
    assert!(undo(&project, "--run no").ends_with(2).err.contains("there is no run no;"));
}

#[test]
fn the_packages_of_a_repository_share_a_journal_and_each_takes_back_its_own() {
    let settings = "[project]\nname = \"p\"\n";
    let files = [("a/pyproject.toml", settings), ("a/m.py", PROGRAM), ("b/pyproject.toml", settings), ("b/m.py", PROGRAM)];
    let project = Project::new(&files);
    std::fs::create_dir(project.path(".git")).expect("a folder");
    let before = project.files();
    project.scan("a --fix").ends_with(0);
    let first = project.text("a/m.py");
    project.scan("b --fix").ends_with(0);
    assert!(!project.path("a/.victor-migrate").exists(), "one journal");
    let list = undo(&project, "a --list").ends_with(0).out;
    assert!(list.lines().count() == 2 && list.contains("1 run changed nothing here; `victor-migrate undo --list "), "{list}");
    undo(&project, "a").ends_with(0);
    assert!(project.text("a/m.py") == PROGRAM && project.text("b/m.py") == first, "the last run, but of this package");
    assert!(undo(&project, "a").ends_with(2).err.contains("no run to undo"));
    undo(&project, "").ends_with(0);
    assert!(project.files() == before);

    project.scan("b a --fix").ends_with(0);
    undo(&project, "a").ends_with(0);
    assert!(project.files() == before, "a run over both is one");
}

#[test]
fn a_file_that_changed_since_is_named_and_nothing_is_undone() {
    let project = Project::new(&[("a.py", PROGRAM), ("b.py", PROGRAM)]);
    project.scan(". --fix").ends_with(0);
    project.write("b.py", "theirs");
    let after = project.files();
    let run = undo(&project, "").ends_with(2);
    assert!(run.err.contains("changed since, so that nothing was undone: ") && run.err.contains("b.py"), "{}", run.err);
    assert!(project.files() == after);
}

#[test]
fn where_there_was_no_run_there_is_nothing_to_undo_and_nothing_is_made() {
    let project = Project::new(&[("a.py", PROGRAM)]);
    assert!(undo(&project, "").ends_with(2).err.contains("there is no run to undo"));
    project.scan(". --diff").ends_with(1);
    project.scan(".").ends_with(1);
    assert!(!project.path(".victor-migrate").exists(), "what writes nothing records nothing");
    project.scan(". --fix").ends_with(0);
    let ignored = project.text(".victor-migrate/.gitignore");
    assert_eq!(ignored, "*\n");
    let run = std::fs::read_dir(project.path(".victor-migrate/journal")).expect("a folder").next().expect("a run").expect("a run");
    std::fs::write(run.path().join("record.json"), "{").expect("written");
    let damaged = undo(&project, "").ends_with(2);
    assert!(damaged.err.contains("record.json: is no record of a run"), "{}", damaged.err);
}

#[test]
fn a_run_that_is_killed_leaves_every_file_old_or_new_and_can_be_settled_both_ways() {
    let project = large(60);
    let before = project.files();
    project.scan(". --fix").ends_with(0);
    let after = project.files();
    undo(&project, "").ends_with(0);
    let mut interrupted = 0;
    for round in 0..24_u32 {
        let known = records(&project);
        let mut child = project.command(&["scan", ".", "--fix"]).spawn().expect("started");
        wait_for_a_record(&project, &known);
        std::thread::sleep(Duration::from_micros(400) * round);
        // One that is done already cannot be killed any more.
        let _ = child.kill();
        child.wait().expect("ended");
        let now = project.files();
        let found: Vec<&String> = now.keys().filter(|name| !before.contains_key(*name) && !name.ends_with(".tmp")).collect();
        assert!(found.is_empty(), "{found:?}");
        for (name, bytes) in &before {
            assert!(now[name] == *bytes || now[name] == after[name], "{name} is neither old nor new");
        }
        if undo(&project, "--list").out.contains("  stopped  ") {
            interrupted += 1;
            // Where all files are new already there is nothing to write, so nothing to refuse.
            let refused = project.scan(". --fix");
            let complete = after.iter().all(|(name, bytes)| now[name] == *bytes);
            assert!(complete || refused.code == Some(2), "{}", refused.err);
            assert!(complete || refused.err.contains("was interrupted; `victor-migrate undo` takes it back"), "{}", refused.err);
        }
        let settled = undo(&project, if round % 2 == 0 { "" } else { "--finish" });
        if settled.code == Some(0) && round % 2 == 1 {
            let files = project.files();
            assert!(after.iter().all(|(name, bytes)| files[name] == *bytes), "finished");
            undo(&project, "").ends_with(0);
        } else if settled.code != Some(0) && now != before {
            undo(&project, "").ends_with(0);
        }
        let files = project.files();
        assert!(before.iter().all(|(name, bytes)| files[name] == *bytes), "round {round}: taken back");
        files.keys().filter(|name| name.ends_with(".tmp")).for_each(|name| std::fs::remove_file(project.path(name)).expect("removed"));
    }
    println!("{interrupted} of 24 runs were stopped while they wrote");
    assert!(interrupted > 0);
}

/// Until a run has written its record, so that what follows hits the writing.
fn wait_for_a_record(project: &Project, known: &BTreeSet<OsString>) {
    let began = Instant::now();
    // What is a draft yet has changed nothing.
    let none = || records(project).iter().all(|name| known.contains(name) || name.to_string_lossy().ends_with(".draft"));
    while none() && began.elapsed() < Duration::from_secs(5) {
        std::thread::sleep(Duration::from_micros(100));
    }
}

fn records(project: &Project) -> BTreeSet<OsString> {
    let entries = std::fs::read_dir(project.path(".victor-migrate/journal"));
    entries.map_or_else(|_| BTreeSet::new(), |entries| entries.flatten().map(|entry| entry.file_name()).collect())
}

/// The folders of the runs that are recorded.
fn recorded(project: &Project) -> Vec<std::path::PathBuf> {
    records(project).into_iter().map(|name| project.path(".victor-migrate/journal").join(name)).collect()
}

#[test]
fn a_backup_that_was_damaged_is_not_restored() {
    let project = Project::new(&[("a.py", PROGRAM), ("b.py", PROGRAM)]);
    project.scan(". --fix -qq").ends_with(0);
    let after = project.files();
    std::fs::write(recorded(&project)[0].join("0.before"), "").expect("written");
    let run = undo(&project, "").ends_with(2);
    assert!(run.err.contains("/0.before: is not as it was written, so that nothing was undone"), "{}", run.err);
    assert!(run.err.contains("and delete .victor-migrate/journal/"), "{}", run.err);
    assert!(project.files() == after, "not the other file either");
}

#[test]
fn a_damaged_record_is_in_the_way_of_its_own_run_alone() {
    let project = Project::new(&[("a.py", PROGRAM)]);
    project.scan(". --fix -qq").ends_with(0);
    let folder = recorded(&project).remove(0);
    let record = std::fs::read(folder.join("record.json")).expect("read");
    std::fs::write(folder.join("record.json"), "junk").expect("written");
    let refused = undo(&project, "").ends_with(2);
    assert!(refused.err.contains("record.json: is no record of a run: ") && refused.err.contains("move or delete "), "{}", refused.err);
    assert!(undo(&project, "--list").ends_with(0).out.ends_with("  done     its record is damaged\n"));
    project.write("b.py", PROGRAM);
    project.scan(". --fix -qq").ends_with(0);
    undo(&project, "").ends_with(0);
    assert_eq!(project.text("b.py"), PROGRAM, "the later run is taken back");
    std::fs::rename(folder.join("done"), folder.join("begun")).expect("renamed");
    let refused = project.scan(". --fix").ends_with(2);
    assert!(refused.err.contains("is no record of a run: ") && refused.err.contains("nothing was changed"), "{}", refused.err);
    std::fs::write(folder.join("record.json"), record).expect("written");
    undo(&project, "").ends_with(0);
    assert_eq!(project.text("a.py"), PROGRAM);
}

#[test]
fn two_runs_at_once_do_not_mix() {
    let project = Project::new(&[("a.py", PROGRAM)]);
    std::fs::create_dir_all(project.path(".victor-migrate")).expect("a folder");
    let lock = std::fs::File::create(project.path(".victor-migrate/lock")).expect("a file");
    lock.lock().expect("locked");
    for args in [&["scan", ".", "--fix"][..], &["undo"]] {
        let run = project.run(args).ends_with(2);
        assert!(run.err.contains("another victor-migrate is changing this project"), "{}", run.err);
    }
    assert_eq!(project.text("a.py"), PROGRAM);
    drop(lock);
    project.scan(". --fix").ends_with(0);
}

#[cfg(unix)]
#[test]
fn a_disk_that_takes_no_more_changes_nothing() {
    let project = large(30);
    project.write("large.py", format!("{PROGRAM}{}", "x = 1\n".repeat(40_000)));
    let before = project.files();
    // A process that may write 64 KiB to a file and no more gets an error, as from a full disk.
    let script = format!("trap '' XFSZ; ulimit -f 128; exec {} scan . --fix", env!("CARGO_BIN_EXE_victor-migrate"));
    let run = project.other("sh", &["-c", &script], b"").ends_with(2);
    assert!(run.err.contains("cannot write the journal") && run.err.contains("nothing was changed"), "{}", run.err);
    assert_eq!(records(&project), BTreeSet::new(), "the room is free again");
    assert!(project.files() == before);
    project.scan(". --fix").ends_with(0);
    undo(&project, "").ends_with(0);
    assert!(project.files() == before);
}

#[test]
fn a_path_that_is_not_there_undoes_nothing() {
    let project = Project::new(&[("a.py", PROGRAM)]);
    project.scan(". --fix").ends_with(0);
    let after = project.files();
    for args in ["gone", "gone/a.py --list", "gone --finish"] {
        let run = undo(&project, args).ends_with(2);
        assert!(run.err.contains("no such file or folder") && run.err.starts_with("error: gone"), "{}", run.err);
    }
    assert!(project.files() == after);
    undo(&project, "a.py").ends_with(0);
    assert_eq!(project.text("a.py"), PROGRAM);
}

#[cfg(unix)]
#[test]
fn a_fix_through_a_link_says_where_it_can_be_taken_back() {
    let here = Project::new(&[("pyproject.toml", "")]);
    let there = Project::new(&[("pyproject.toml", ""), ("a.py", PROGRAM)]);
    std::os::unix::fs::symlink(there.path("a.py"), here.path("link.py")).expect("a link");
    let run = here.scan("link.py --fix").ends_with(0);
    assert!(run.err.contains("The journal of this run is in "), "{}", run.err);
    assert!(run.err.contains("`victor-migrate undo link.py` takes it back."), "{}", run.err);
    assert!(undo(&here, "").ends_with(2).err.contains("there is no run to undo"));
    undo(&here, "link.py").ends_with(0);
    assert_eq!(there.text("a.py"), PROGRAM);
    let own = there.scan("a.py --fix").ends_with(0);
    assert!(!own.err.contains("The journal"), "{}", own.err);
}

#[test]
fn drafts_of_runs_that_were_stopped_go_with_the_next() {
    let project = Project::new(&[("a.py", PROGRAM)]);
    project.write(".victor-migrate/journal/20200101T000000Z.draft/0.before", "old");
    project.scan(". --fix").ends_with(0);
    let left = records(&project);
    assert!(left.len() == 1 && left.iter().all(|name| !name.to_string_lossy().ends_with(".draft")), "{left:?}");
}

#[test]
fn undo_lists_what_it_wrote_and_counts_what_was_as_it_should_be() {
    let project = Project::new(&[("a.py", PROGRAM), ("b.py", PROGRAM)]);
    project.scan(". --fix").ends_with(0);
    project.write("a.py", PROGRAM);
    let run = undo(&project, "").ends_with(0);
    assert!(run.out.contains("undone: 1 file written; 1 file already as it should be."), "{}", run.out);
    assert!(run.out.contains("  b.py\n") && !run.out.contains("a.py"), "{}", run.out);
}

#[test]
fn a_run_that_could_write_nothing_is_not_taken_back() {
    let project = Project::new(&[("a.py", PROGRAM)]);
    project.scan(". --fix").ends_with(0);
    project.write("b.py", PROGRAM);
    let mode = |read_only: bool| {
        let mut permissions = std::fs::metadata(project.path("b.py")).expect("there").permissions();
        permissions.set_readonly(read_only);
        std::fs::set_permissions(project.path("b.py"), permissions).expect("set");
    };
    mode(true);
    project.scan(". --fix").ends_with(2);
    let run = undo(&project, "").ends_with(0);
    assert!(run.out.contains("1 file written") && project.text("a.py") == PROGRAM, "{}", run.out);
    mode(false);
}

#[test]
fn what_a_killed_run_left_beside_files_goes_with_it() {
    let project = Project::new(&[("a.py", PROGRAM)]);
    project.scan(". --fix").ends_with(0);
    let run = recorded(&project).pop().expect("a run");
    std::fs::rename(run.join("done"), run.join("begun")).expect("as if it was killed");
    project.write(".victor-migrate-Ab12.tmp", "half");
    project.write("victor-migrate-notes.tmp", "mine");
    undo(&project, "").ends_with(0);
    assert!(!project.path(".victor-migrate-Ab12.tmp").exists() && project.path("victor-migrate-notes.tmp").exists());
}

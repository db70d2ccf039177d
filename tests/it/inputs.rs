//! Files and paths as they come: what cannot be read is said, and what is fixed keeps every other byte.

use std::fmt::Write as _;

use crate::support::{PROGRAM, Project};

const HEAD: &str = "from victor.agent.orchestrator import AgentOrchestrator\n\norch = AgentOrchestrator()\n";

/// What `--fix` makes of [`PROGRAM`].
fn fixed_program() -> String {
    PROGRAM.replace("_model", "model")
}

/// Fixes one file and compares all of its bytes.
#[track_caller]
fn becomes(before: &[u8], after: &[u8]) {
    let project = Project::new(&[("a.py", before)]);
    let run = project.scan("a.py --fix").ends_with(0);
    assert!(run.out.contains("Fixed "), "{}", run.out);
    let got = project.read("a.py");
    assert!(got == after, "expected\n{}\ngot\n{}", after.escape_ascii(), got.escape_ascii());
    assert_eq!(project.files().len(), 1, "nothing else is left behind");
}

/// The same with the old and the new spelling in place of `@`.
#[track_caller]
fn only_the_name_changes(template: &str) {
    let with = |name: &str| template.replace('@', name);
    assert!(template.contains('@'), "there is something to change");
    becomes(with("_model").as_bytes(), with("model").as_bytes());
}

/// Ends a run that waits for a pipe.
#[cfg(unix)]
#[track_caller]
fn within(project: &Project, args: &[&str]) -> (Option<i32>, String) {
    use std::io::Read;
    let mut child = project.command(args).stderr(std::process::Stdio::piped()).spawn().expect("started");
    for _ in 0..200 {
        if let Some(status) = child.try_wait().expect("can be asked") {
            let mut err = String::new();
            child.stderr.take().expect("a pipe").read_to_string(&mut err).expect("UTF-8");
            return (status.code(), err);
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    child.kill().expect("is there");
    child.wait().expect("ends");
    panic!("{args:?} does not end");
}

#[cfg(unix)]
#[test]
fn nothing_that_could_be_waited_for_is_opened_for_configuration() {
    if !crate::support::program("mkfifo") {
        return;
    }
    let names = ["requirements.txt", "uv.lock", "Pipfile.lock", "setup.cfg", "setup.py", "CODEOWNERS", "pytest.ini", "tox.ini"];
    for name in names {
        let project = Project::new(&[("a.py", PROGRAM)]);
        project.other("mkfifo", &[name], b"").ends_with(0);
        assert_eq!(within(&project, &["scan", "a.py"]).0, Some(1), "{name}");
        assert_eq!(within(&project, &["scan", "."]).0, Some(1), "{name}");
    }
    for name in ["pyproject.toml", "victor-migrate.toml", "rules/page.md"] {
        let project = Project::new(&[("a.py", PROGRAM), ("rules/readme.md", "")]);
        project.other("mkfifo", &[name], b"").ends_with(0);
        let (code, err) = within(&project, &["scan", ".", "--rules", "rules"]);
        assert!(code == Some(2) && err.contains(name) && err.contains("is no regular file"), "{name}: {err}");
    }
    let project = Project::new(&[("a.py", PROGRAM), ("deep/b.py", PROGRAM)]);
    project.other("mkfifo", &["deep/.gitignore"], b"").ends_with(0);
    assert_eq!(within(&project, &["scan", "."]).0, Some(1));
    let told = project.scan(".").ends_with(1).out;
    assert!(told.contains("deep: deep/.gitignore is no regular file") && told.contains("1 file scanned"), "{told}");
    project.other("mkfifo", &[".gitignore"], b"").ends_with(0);
    assert_eq!(within(&project, &["scan", "."]).0, Some(2));
    std::os::unix::fs::symlink("real.txt", project.path("requirements.txt")).expect("a link");
    project.write("real.txt", "victor-ai==0.6.0\n");
    assert!(project.scan("a.py").out.contains("victor-ai 0.6.0"), "a link to a file is a file");
}

#[test]
fn a_missing_path_is_said_and_other_files_still_get_done() {
    let project = Project::new(&[("a.py", PROGRAM), ("b/c.py", PROGRAM)]);
    let run = project.scan("a.py gone.py no/folder b --fix").ends_with(2);
    assert!(run.err.contains("gone.py: no such file or folder") && run.err.contains("no/folder: no such"), "{}", run.err);
    assert!(run.out.contains("2 files scanned") && run.out.contains("Failed (2):"), "{}", run.out);
    assert_eq!((project.text("a.py"), project.text("b/c.py")), (fixed_program(), fixed_program()));
}

#[test]
fn a_binary_file_is_named_as_skipped_and_as_failed_when_it_was_asked_for() {
    let project = Project::new(&[("a.py", PROGRAM.as_bytes()), ("bin.py", b"victor\0orch._model")]);
    let run = project.scan(". --fix").ends_with(0);
    assert!(run.out.contains("Skipped, not scanned (1):\n  bin.py: binary file\n"), "{}", run.out);
    let run = project.scan("bin.py a.py").ends_with(2);
    assert!(run.err.contains("bin.py: binary file"), "{}", run.err);
    assert_eq!(project.read("bin.py"), b"victor\0orch._model");
    assert_eq!(project.text("a.py"), fixed_program());
}

#[test]
fn bytes_of_no_encoding_are_said_with_their_line_and_stay() {
    let bytes = b"import victor\norch._model = 'caf\xe9'\n";
    let project = Project::new(&[("bad.py", bytes.as_slice())]);
    let run = project.scan(". --fix");
    assert!(run.out.contains("bad.py: line 2: ") && run.out.contains("not valid utf-8"), "{}", run.out);
    assert_eq!(project.read("bad.py"), bytes);
}

/// The superuser reads every file, so that a link to nowhere and a folder named like a file stand in for it as well.
#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_said_with_its_reason_and_other_files_still_get_done() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let project = Project::new(&[("a.py", PROGRAM), ("shut.py", PROGRAM), ("folder.py/b.py", PROGRAM)]);
    symlink("nowhere.py", project.path("dangling.py")).expect("a link");
    let run = project.scan("dangling.py a.py").ends_with(2);
    assert!(run.err.contains("dangling.py: no such file or folder") && run.out.contains("1 file scanned"), "{} {}", run.err, run.out);
    let run = project.scan(".").ends_with(1);
    assert!(run.out.contains("dangling.py: symbolic link that leads nowhere"), "{}", run.out);
    assert!(run.out.contains("3 files scanned"), "a folder named like a file is entered: {}", run.out);

    let mode = |bits| std::fs::set_permissions(project.path("shut.py"), std::fs::Permissions::from_mode(bits)).expect("a mode");
    mode(0o000);
    if std::fs::read(project.path("shut.py")).is_ok() {
        println!("skipped: the superuser may read a file of mode 000, so only the link and the folder were checked");
        return;
    }
    let run = project.scan("shut.py a.py").ends_with(2);
    assert!(run.err.contains("shut.py: cannot be read: ") && run.out.contains("1 file scanned"), "{} {}", run.err, run.out);
    let run = project.scan(".").ends_with(1);
    assert!(run.out.contains("  shut.py: cannot be read: "), "{}", run.out);
    mode(0o644);
}

#[test]
fn a_line_of_megabytes_is_said_to_be_too_long() {
    let long = format!("{HEAD}data = [{}]\nprint(orch._model)\n", "1234567, ".repeat(550_000));
    let project = Project::new(&[("long.py", long.as_str()), ("a.py", PROGRAM)]);
    let run = project.scan(". --fix");
    assert_eq!((project.text("a.py"), project.text("long.py")), (fixed_program(), long));
    let said = run.out.lines().chain(run.err.lines()).any(|line| line.contains("long.py: line 4 has 4950009 bytes"));
    assert!(said, "{:?}\n{}\n{}", run.code, run.out, run.err);
}

#[test]
fn blocks_in_blocks_without_end_are_said_and_no_end_of_the_program() {
    let deep = |indent: &str| -> String { (0..1000).map(|at| format!("{}if x:\n", indent.repeat(at))).collect() };
    let (spaces, tabs) = (format!("{HEAD}{}", deep(" ")), format!("{HEAD}{}", deep("\t")));
    let project = Project::new(&[("spaces.py", spaces.as_str()), ("tabs.py", tabs.as_str()), ("a.py", PROGRAM)]);
    let run = project.scan(". --fix");
    assert_eq!((project.text("a.py"), project.text("spaces.py")), (fixed_program(), spaces));
    for name in ["spaces.py", "tabs.py"] {
        assert!(run.out.contains(&format!("{name}: line 404 stands in more than 400 blocks")), "{:?}\n{}\n{}", run.code, run.out, run.err);
    }
}

#[test]
fn a_file_with_a_syntax_error_is_scanned_where_it_parses_and_never_made_worse() {
    let broken = format!("{HEAD}print(orch._model)\n\ndef half(:\n    return (1,\n\nprint(orch._model)  # é\n");
    let project = Project::new(&[("b.py", broken.as_str())]);
    let report = project.scan("b.py --format json").ends_with(1).json();
    assert_eq!(report["syntax_errors"], serde_json::json!([{ "path": "b.py", "line": 6 }]));
    let sites = report["findings"].as_array().expect("a list").iter().filter(|finding| finding["level"] != "none");
    let lines: Vec<_> = sites.filter_map(|site| site["range"]["start"]["line"].as_u64()).collect();
    assert_eq!(lines, [4, 9], "before and behind the error");
    let run = project.scan("b.py --fix").ends_with(1);
    assert!(run.out.contains("Syntax errors, the rest of the file was scanned (1):"), "{}", run.out);
    assert!(run.out.contains("b.py:6 names victor: repair it and scan again"), "{}", run.out);
    assert_eq!(project.text("b.py"), broken.replace("_model", "model"));
}

#[test]
fn a_broken_file_without_victor_is_named_and_leaves_nothing_open() {
    // It has to say `orchestrator`, in a project that knows `victor`, to be parsed at all.
    let project = Project::new(&[("a.py", "import victor\n"), ("b.py", "orchestrator = (\n")]);
    let run = project.scan(".").ends_with(0);
    assert!(run.out.contains("  b.py:1\n") && !run.out.contains("repair it"), "{}", run.out);
}

#[test]
fn windows_line_ends_stay() {
    only_the_name_changes(&format!("{HEAD}print(orch.@)\n# end\n").replace('\n', "\r\n"));
    only_the_name_changes(&format!("{HEAD}print(orch.@)").replace('\n', "\r\n"));
}

#[test]
fn an_import_added_to_a_windows_file_ends_like_its_other_lines() {
    let use_ = "\n\nasync def track(orch: AgentOrchestrator) -> None:\n    orch._usage_analytics.track_event(\"visit\")\n";
    let import = "from victor.agent.orchestrator import AgentOrchestrator\n";
    let project = Project::new(&[("a.py", format!("{import}{use_}").replace('\n', "\r\n"))]);
    project.scan("a.py --fix").ends_with(0);
    let got = project.text("a.py");
    assert!(got.contains("import AnalyticsEvent\r\n"), "{got:?}");
    assert_eq!(got.matches('\n').count(), got.matches("\r\n").count(), "{got:?}");
}

#[test]
fn mixed_line_ends_stay_as_mixed_as_they_were() {
    only_the_name_changes(&format!("{HEAD}a = 1\r\nprint(orch.@)\n\r\nb = 2\r\n"));
}

#[test]
fn line_ends_of_old_macs_are_said_and_left() {
    let old = format!("{HEAD}print(orch._model)\n").replace('\n', "\r");
    let project = Project::new(&[("a.py", old.as_str())]);
    let run = project.scan(". --fix").ends_with(0);
    assert!(run.out.contains("a.py: line 1 ends in a bare carriage return"), "{}", run.out);
    assert_eq!(project.text("a.py"), old);
}

#[test]
fn a_byte_order_mark_stays() {
    only_the_name_changes(&format!("\u{feff}{HEAD}print(orch.@)\n"));
}

#[test]
fn a_latin_1_file_stays_latin_1() {
    let text = |name: &str| {
        [b"# -*- coding: latin-1 -*-\n", HEAD.as_bytes(), b"print('caf\xe9 \xff', orch.", name.as_bytes(), b", '\xe9')\n"].concat()
    };
    becomes(&text("_model"), &text("model"));
}

#[test]
fn tabs_and_form_feeds_and_odd_indents_stay() {
    only_the_name_changes(&format!("{HEAD}\x0c\nif orch:\n\tif True:\n\t\tprint(orch.@)\t# tab\n\x0c\ndef f():\n  return  orch.@\n"));
}

#[test]
fn semicolons_and_backslashes_stay() {
    only_the_name_changes(&format!("{HEAD}a = 1; print(orch.@) ;b=orch . @;\nif a: c = orch.@; d = 2\n").replace("orch . @", "orch.@"));
    only_the_name_changes(&format!("{HEAD}total = 1 + \\\n    len(orch.@) + \\\n  2\nassert total, \\\n orch.@\n"));
}

#[test]
fn a_file_without_a_last_line_end_gets_none() {
    only_the_name_changes(&format!("{HEAD}print(orch.@)"));
}

#[test]
fn trailing_blanks_and_odd_characters_stay() {
    only_the_name_changes(&format!("{HEAD}x = 'a\u{2028}b\u{0b}\u{85}🦀'  \t\nprint( orch.@ )   \n\n\n   \n# é 漢字 orch._model\n"));
}

#[cfg(unix)]
#[test]
fn the_mode_of_a_fixed_file_is_kept() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::new(&[("a.py", PROGRAM), ("b.py", PROGRAM)]);
    for (name, bits) in [("a.py", 0o755), ("b.py", 0o640)] {
        std::fs::set_permissions(project.path(name), std::fs::Permissions::from_mode(bits)).expect("a mode");
    }
    project.scan(". --fix").ends_with(0);
    for (name, bits) in [("a.py", 0o755), ("b.py", 0o640)] {
        assert_eq!(project.text(name), fixed_program());
        assert_eq!(project.path(name).metadata().expect("metadata").permissions().mode() & 0o7777, bits, "{name}");
    }
}

#[test]
fn twenty_thousand_parentheses_are_no_end() {
    for (open, close) in [("(", ")"), ("[", "]"), ("-", "")] {
        let deep = format!("{HEAD}print(orch._model)\nx = {}1{}\nprint(orch._model)\n", open.repeat(20_000), close.repeat(20_000));
        let project = Project::new(&[("deep.py", deep.as_str()), ("a.py", PROGRAM)]);
        let run = project.scan(". --fix");
        assert!(matches!(run.code, Some(0 | 1)), "{open}: {:?}\n{}\n{}", run.code, run.out, run.err);
        assert_eq!(project.text("a.py"), fixed_program());
        assert_eq!(project.text("deep.py"), deep.replace("_model", "model"), "{open}");
    }
}

#[test]
fn a_receiver_behind_thousands_of_calls_and_blocks_is_no_end() {
    let mut nested = String::from(HEAD);
    for depth in 0..95 {
        let _ = writeln!(nested, "{}if True:", " ".repeat(depth));
    }
    let _ = writeln!(nested, "{}print(orch._model)", " ".repeat(95));
    let chain = format!("{HEAD}y = orch{}\nprint(orch._model)\n", ".a()".repeat(20_000));
    let project = Project::new(&[("nested.py", nested.as_str()), ("chain.py", chain.as_str())]);
    let run = project.scan(". --fix");
    assert!(matches!(run.code, Some(0 | 1)), "{:?}\n{}\n{}", run.code, run.out, run.err);
    assert_eq!(project.text("nested.py"), nested.replace("_model", "model"));
    assert_eq!(project.text("chain.py"), chain.replace("_model", "model"));
}

#[test]
fn an_annotation_that_names_itself_is_no_end() {
    let lines = [
        "x: x.y = 3",
        "y: \"z\"",
        "z: \"y\" = AgentOrchestrator()",
        "a: \"list[a]\" = [AgentOrchestrator()]",
        "x._model, z._model, a[0]._model",
    ];
    let text = format!("from victor.agent.orchestrator import AgentOrchestrator\n\n{}\n", lines.join("\n"));
    let run = Project::new(&[("a.py", text)]).scan(".");
    assert!(run.code.is_some_and(|code| code < 2), "{:?} {}", run.code, run.err);
}

#[cfg(unix)]
#[test]
fn a_folder_that_links_to_itself_is_walked_once() {
    use std::os::unix::fs::symlink;
    let project = Project::new(&[("pkg/a.py", PROGRAM)]);
    symlink(".", project.path("pkg/self")).expect("a link");
    symlink("../pkg", project.path("pkg/again")).expect("a link");
    let run = project.scan(".").ends_with(1);
    assert!(run.out.contains("1 file scanned, 2 sites: 1 ready, 1 open"), "{}", run.out);
    assert!(run.out.contains("pkg/self: symbolic link to a folder") && run.out.contains("pkg/again: symbolic link"), "{}", run.out);
    let run = project.scan("pkg/self pkg/again").ends_with(1);
    assert!(run.out.contains("1 file scanned, 2 sites: 1 ready, 1 open"), "three ways to one file: {}", run.out);
}

#[test]
fn an_empty_folder_is_said_and_an_empty_file_is_no_trouble() {
    let project = Project::new::<&str>(&[]);
    let run = project.scan(".").ends_with(0);
    assert!(run.err.contains("No Python file was found in .;") && run.out.contains("nothing is known"), "{} {}", run.err, run.out);
    for text in ["", "\n", "\u{feff}", "   ", "\\"] {
        let project = Project::new(&[("empty.py", text)]);
        let run = project.scan("empty.py --fix --unsafe-fixes --modernize").ends_with(0);
        assert!(
            run.out.contains("1 file scanned, 0 sites: 0 ready, 0 open.") && run.out.contains("Nothing to fix"),
            "{text:?}: {}",
            run.out
        );
        assert_eq!(project.text("empty.py"), text);
    }
}

#[test]
fn standard_input_is_scanned_under_its_name_and_comes_back_fixed() {
    let project = Project::new::<&str>(&[]);
    let report = project.scan_input("- --stdin-filename pkg/x.py --format json", PROGRAM.as_bytes()).ends_with(1).json();
    assert_eq!(report["findings"][0]["path"], "pkg/x.py");
    let run = project.scan_input("- --fix --stdin-filename x.py", PROGRAM.as_bytes()).ends_with(0);
    assert_eq!(run.out, fixed_program());
    assert!(run.err.contains("Fixed 1 site"), "{}", run.err);
    let latin = b"# coding: latin-1\r\nx = '\xe9'  # not ours\r\n";
    assert_eq!(project.scan_input("- --fix", latin).ends_with(0).bytes, latin);
    let run = project.scan_input("- --fix", b"\0").ends_with(2);
    assert!(run.out.is_empty() && run.err.contains("binary file"), "{} {}", run.out, run.err);
    assert!(project.files().is_empty(), "nothing is written");
}

#[test]
fn ignored_and_hidden_folders_are_left_out_and_what_is_named_is_always_taken() {
    let left_out = ["made.py", "build/b.py", ".hidden/h.py", ".venv/lib/v.py", "env/e.py", "node_modules/n.py"];
    let mut files = vec![("a.py", PROGRAM), (".gitignore", "made.py\nbuild/\n"), ("env/pyvenv.cfg", ""), ("tool", PROGRAM)];
    files.extend(left_out.map(|name| (name, PROGRAM)));
    let project = Project::new(&files);
    let run = project.scan(". --fix").ends_with(0);
    assert!(run.out.contains("1 file scanned"), "{}", run.out);
    assert!(run.out.contains("  env: virtual environment") && run.out.contains("  node_modules: installed packages"), "{}", run.out);
    assert_eq!(project.text("a.py"), fixed_program());
    for name in left_out.into_iter().chain(["tool"]) {
        assert_eq!(project.text(name), PROGRAM, "{name}");
        project.scan(&format!("{name} --fix")).ends_with(0);
        assert_eq!(project.text(name), fixed_program(), "{name}");
    }
}

#[test]
fn what_asks_for_each_other_in_a_circle_comes_to_an_end() {
    let head = "from victor.agent.orchestrator import AgentOrchestrator\n\n\nasync def f(orch: AgentOrchestrator, p, go, pick):\n    m = None\n    n = pick()\n";
    let circle = "    while go():\n        if not m:\n            m = n\n        if not n:\n            n = m\n        orch._provider = p\n        orch._model = m\n";
    let project = Project::new(&[("a.py", format!("{head}{circle}"))]);
    let run = project.scan(".").ends_with(1);
    assert!(run.out.contains("[provider-switch]"), "{}", run.out);
}

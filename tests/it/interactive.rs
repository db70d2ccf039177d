//! One by one, on a real terminal: what is shown, what each key does, and what is left when somebody goes away.

use std::process::Command;
use std::time::{Duration, Instant};

use super::support::{PROGRAM, Project, program};

/// A terminal with the program in it.
struct Screen {
    /// Where tmux listens; a server that is about to end is not asked again.
    socket: tempfile::TempDir,
}

impl Screen {
    /// Starts `scan` with these arguments on a terminal; `None` where there is no terminal to be had.
    fn start(project: &Project, args: &str, editor: &str) -> Option<Self> {
        if !program("tmux") {
            return None;
        }
        let screen = Screen { socket: tempfile::tempdir().expect("a folder") };
        let (bin, root) = (env!("CARGO_BIN_EXE_victor-migrate"), project.root().display());
        let line = format!("cd '{root}' && TERM=screen EDITOR=\"{editor}\" '{bin}' scan {args}; echo ended with $?; read wait");
        screen.tmux(&["-f", "/dev/null", "new-session", "-d", "-x", "150", "-y", "60", "sh", "-c", &line]);
        Some(screen)
    }

    fn tmux(&self, args: &[&str]) -> String {
        let run = Command::new("tmux")
            .arg("-S")
            .arg(self.socket.path().join("socket"))
            .args(args)
            .env_remove("TMUX")
            .env_remove("NO_COLOR")
            .output()
            .expect("tmux runs");
        String::from_utf8_lossy(&run.stdout).into_owned()
    }

    fn text(&self) -> String {
        self.tmux(&["capture-pane", "-p", "-J", "-S", "-"])
    }

    /// Waits until the screen shows a text so many times; all of the screen.
    #[track_caller]
    fn shows(&self, text: &str, times: usize) -> String {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            let seen = self.text();
            if seen.matches(text).count() >= times {
                return seen;
            }
            assert!(Instant::now() < end, "`{text}` is not shown {times} times:\n{seen}");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// Answers questions, each when it is asked.
    #[track_caller]
    fn answer(&self, answers: &[&str]) {
        for (number, key) in answers.iter().enumerate() {
            self.shows("[y,n,a,d,s,e,q,?]?", number + 1);
            self.tmux(&["send-keys", key, "Enter"]);
        }
    }

    /// Waits for the end; all of the screen.
    #[track_caller]
    fn ends(self, code: &str) -> String {
        let seen = self.shows("ended with", 1);
        assert!(seen.contains(&format!("ended with {code}")), "{seen}");
        seen
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}

/// Three fixes of two rules.
fn three() -> String {
    format!("{PROGRAM}print(orch._config.temperature)\nprint(orch._provider)\n")
}

/// The internals that are left in a file.
fn left(project: &Project, name: &str) -> Vec<&'static str> {
    let text = project.text(name);
    ["._model", "._config.", "._provider"].into_iter().filter(|internal| text.contains(internal)).collect()
}

#[test]
fn yes_is_made_no_is_not_and_neither_is_asked_again() {
    let project = Project::new(&[("a.py", three())]);
    let Some(screen) = Screen::start(&project, ". --fix -i", "false") else { return };
    let first = screen.shows("(1/3) Make this fix", 1);
    for part in ["a.py:4 [provider-read] safe: ", "-print(orch._model)", "+print(orch.model)", " orch = AgentOrchestrator()"] {
        assert!(first.contains(part), "{part} in\n{first}");
    }
    let coloured = screen.tmux(&["capture-pane", "-p", "-e"]);
    assert!(coloured.contains("\u{1b}[31m-print(orch._model)") && coloured.contains("\u{1b}[32m+print(orch.model)"), "{coloured}");
    screen.answer(&["y", "n", "?", "q"]);
    let seen = screen.ends("1");
    assert!(seen.contains("d - make neither this fix") && seen.contains("1 confirmed, 1 declined, 1 left for another time."), "{seen}");
    assert_eq!(left(&project, "a.py"), ["._config.", "._provider"]);
    // Lines move; what was answered is not asked again.
    project.write("a.py", format!("# moved\n\n{}", project.text("a.py")));
    let Some(screen) = Screen::start(&project, ". --fix --interactive", "false") else { return };
    let seen = screen.shows("(1/1) Make this fix", 1);
    assert!(seen.contains("1 fix declined earlier") && seen.contains("a.py:8 [provider-read]"), "{seen}");
    screen.answer(&["y"]);
    screen.ends("1");
    assert_eq!(left(&project, "a.py"), ["._config."]);
    let Some(screen) = Screen::start(&project, ". --fix -i", "false") else { return };
    assert!(screen.ends("1").contains("There is nothing to ask."));
    let Some(screen) = Screen::start(&project, ". --fix -i=restart", "false") else { return };
    screen.answer(&["y"]);
    screen.ends("0");
    assert!(left(&project, "a.py").is_empty());
    // All of it is in the journal.
    project.run(&["undo"]).ends_with(0);
    assert_eq!(left(&project, "a.py"), ["._config."]);
}

#[test]
fn a_rule_or_the_rest_of_a_file_is_answered_at_once() {
    let files = [("a.py", three()), ("b.py", three()), ("c.py", three())];
    let project = Project::new(&files);
    let Some(screen) = Screen::start(&project, ". --fix -i", "false") else { return };
    // provider-read in all files; then what is left of a.py is one config-attribute, and so on.
    screen.answer(&["s", "a", "d"]);
    let seen = screen.ends("1");
    assert!(seen.contains("4 confirmed, 2 declined, 3 left for another time."), "{seen}");
    assert_eq!(left(&project, "a.py").len(), 3);
    assert_eq!((left(&project, "b.py"), left(&project, "c.py")), (vec!["._config."], vec!["._config."]));
}

#[test]
fn a_fix_over_several_files_is_one_question() {
    let tracks = "from victor.agent.orchestrator import AgentOrchestrator\n\ntool = AgentOrchestrator()\n\n\ndef note(what):\n    tool._usage_analytics.track_event('x', {'what': what})\n";
    let main = "from tracks import note\n\n\ndef main():\n    note(1)\n\n\nif __name__ == '__main__':\n    main()\n";
    let project = Project::new(&[("tracks.py", tracks), ("main.py", main), ("pyproject.toml", "")]);
    let before = project.files();
    let Some(screen) = Screen::start(&project, ". --fix --unsafe-fixes -i", "false") else { return };
    let seen = screen.shows("(1/1) Make this fix", 1);
    for part in ["review: ", "needs `await`", "--- a/main.py", "+    await note(1)", "--- a/tracks.py", "+async def note(what):"] {
        assert!(seen.contains(part), "{part} in\n{seen}");
    }
    screen.answer(&["y"]);
    screen.ends("0");
    assert!(project.text("main.py").contains("asyncio.run(main())") && project.text("tracks.py").contains("async def note"));
    project.run(&["undo"]).ends_with(0);
    assert!(project.files() == before);
}

#[test]
fn a_change_is_edited_before_it_is_made_and_what_cannot_be_made_is_asked_again() {
    let project = Project::new(&[("a.py", PROGRAM)]);
    let Some(screen) = Screen::start(&project, ". --fix -i", "sed -i 's/^+p.*/+print(/'") else { return };
    screen.answer(&["e"]);
    screen.shows("That cannot be made: a.py would not parse with it.", 1);
    screen.answer(&["", "q"]);
    screen.ends("1");
    assert_eq!(project.text("a.py"), PROGRAM);
    let Some(screen) = Screen::start(&project, ". --fix -i", "sed -i 's/^+print.*/+print(orch.model, 1)  # mine/'") else { return };
    screen.answer(&["e"]);
    screen.ends("0");
    assert_eq!(project.text("a.py"), PROGRAM.replace("print(orch._model)", "print(orch.model, 1)  # mine"));
    project.run(&["undo"]).ends_with(0);
    assert_eq!(project.text("a.py"), PROGRAM);
    let Some(screen) = Screen::start(&project, ". --fix -i", "false") else { return };
    screen.answer(&["e"]);
    screen.shows("what it left does not count", 1);
}

#[test]
fn an_interrupt_writes_nothing_and_the_answers_hold() {
    let project = Project::new(&[("a.py", three())]);
    let Some(screen) = Screen::start(&project, ". --fix -i", "false") else { return };
    screen.answer(&["y", "n"]);
    screen.shows("(3/3)", 1);
    screen.tmux(&["send-keys", "C-c"]);
    drop(screen);
    assert_eq!(project.text("a.py"), three());
    let Some(screen) = Screen::start(&project, ". --fix -i", "false") else { return };
    let seen = screen.shows("(1/1)", 1);
    assert!(seen.contains("1 fix confirmed earlier") && seen.contains("1 fix declined earlier"), "{seen}");
    screen.tmux(&["send-keys", "C-d"]);
    screen.ends("1");
    assert_eq!(left(&project, "a.py"), ["._config.", "._provider"], "the end of input makes what was confirmed");
}

#[test]
fn sites_that_look_the_same_are_not_taken_for_each_other() {
    let text = format!("{PROGRAM}print(orch._model)\nprint(orch._model)\n");
    let project = Project::new(&[("a.py", &text)]);
    let Some(screen) = Screen::start(&project, ". --fix -i", "false") else { return };
    screen.answer(&["y", "n", "q"]);
    screen.ends("1");
    assert!(project.text("a.py").ends_with("print(orch.model)\nprint(orch._model)\nprint(orch._model)\n"));
    let Some(screen) = Screen::start(&project, ". --fix -i", "false") else { return };
    let seen = screen.shows("(1/1)", 1);
    assert!(seen.contains("a.py:6 ") && seen.contains("1 fix declined earlier"), "{seen}");
    drop(screen);
    // One more of them, and nobody can say which was declined.
    project.write("a.py", format!("{}print(orch._model)\n", project.text("a.py")));
    let Some(screen) = Screen::start(&project, ". --fix -i", "false") else { return };
    screen.shows("(1/3)", 1);
}

#[cfg(feature = "verify")]
#[test]
fn a_verdict_stands_beside_its_fix() {
    let project = Project::new(&[("a.py", PROGRAM)]);
    let Some(screen) = Screen::start(&project, ". --fix --verify -i", "false") else { return };
    let seen = screen.shows("(1/1)", 1);
    assert!(seen.contains("1 edit executed: 1 verified.") && seen.contains("\n  verified\n"), "{seen}");
    screen.answer(&["y"]);
    screen.ends("0");
}

#[test]
fn without_a_terminal_nothing_is_asked_and_nothing_is_done() {
    let project = Project::new(&[("a.py", PROGRAM)]);
    let run = project.scan(". --fix --interactive").ends_with(2);
    assert!(run.err.contains("--interactive asks on a terminal, and there is none"), "{}", run.err);
    assert!(project.scan_input(". --fix -i", b"y\n").ends_with(2).out.is_empty());
    assert_eq!(project.text("a.py"), PROGRAM);
    assert!(!project.path(".victor-migrate").exists());
    for wrong in [". -i", ". --fix -i --diff", ". --fix -i=maybe", ". --fix -i --commit-per-rule", "- --fix -i"] {
        project.scan(wrong).ends_with(2);
    }
}

//! The module that gives the guide's coordinators to a release: it compiles, installs on a stand-in of a release, goes away
//! without a trace, hides nothing, and forgets no member of the surface. The real releases are tried by tests/real/run.

use serde_json::{Value, json};
use victor_migrate::surface::{CLASSES, Class, Member, MemberKind, ORCHESTRATOR, Param, Side};

use crate::support::{Project, Run, program};

/// A folder with the stand-in, whose version is 0.5.6, and a bridge.
fn bridged(target: &str) -> Project {
    let project = Project::copy_of("fixtures/bridge");
    project.run(&["bridge", "--target", target, "-o", "victor_coordinators.py"]).ends_with(0);
    project
}

fn check(project: &Project, promise: &str, input: &str) -> Run {
    project.other("python3", &["check.py", promise], input.as_bytes())
}

/// Tries one of the promises of `fixtures/bridge/check.py`.
#[track_caller]
fn holds(promise: &str) {
    if program("python3") {
        check(&bridged("victor-ai==0.5.6"), promise, "").ends_with(0);
    }
}

#[test]
fn a_bridge_is_reversible_and_a_second_one_does_nothing() {
    holds("it_comes_and_goes");
}

#[test]
fn what_a_release_has_nothing_for_is_said_with_what_to_do() {
    holds("what_is_missing_is_said");
}

#[test]
fn calls_in_the_form_of_the_release_mean_what_they_meant() {
    holds("what_the_release_has_stays_its_own");
}

#[test]
fn every_session_has_a_history_of_its_own_on_the_one_of_the_release() {
    holds("each_session_has_its_history");
}

#[test]
fn what_is_passed_to_the_constructor_is_used() {
    holds("what_is_injected_works");
}

#[test]
fn a_bridge_for_another_release_warns() {
    if program("python3") {
        check(&bridged("victor-ai==0.9.5"), "another_release_is_warned_of", "").ends_with(0);
    }
}

#[test]
fn no_member_of_the_surface_is_forgotten() {
    if !program("python3") {
        return;
    }
    // What is the same on both sides is the release's own; of that, only the orchestrator is ours to mend.
    let ours = |class: &&&Class| class.side == Side::Coordinator || class.name == ORCHESTRATOR;
    let wanted: Vec<Value> = CLASSES.iter().filter(ours).flat_map(|class| members(class)).collect();
    assert!(wanted.len() > 60, "{}", wanted.len());
    check(&bridged("victor-ai==0.5.6"), "every_member_of_the_guide_is_there", &json!(wanted).to_string()).ends_with(0);
}

/// What a bridge must have of a class, as `fixtures/bridge/check.py` reads it.
fn members(class: &Class) -> Vec<Value> {
    let wanted = |name: &str, kind: &str, params: &[Param], asynchronous: bool| {
        let params: Vec<&str> = params.iter().map(|param| param.name).filter(|name| !name.starts_with("**")).collect();
        json!({ "class": class.name, "member": name, "kind": kind, "params": params, "async": asynchronous })
    };
    let member = |member: &Member| {
        let kind = if member.kind == MemberKind::Attribute { "attribute" } else { "method" };
        let asynchronous = matches!(member.kind, MemberKind::AsyncMethod | MemberKind::ClassMethod);
        wanted(member.name, kind, member.params, asynchronous)
    };
    // The orchestrator's constructor is the release's, and an event has two spellings of one parameter.
    let constructed = class.init.filter(|params| class.name != ORCHESTRATOR && params.iter().all(|param| param.also.is_empty()));
    let init = constructed.map(|params| wanted("", "constructor", params, false));
    class.members.iter().filter(|member| member.side != Side::Legacy).map(member).chain(init).collect()
}

#[test]
fn the_module_compiles_and_is_the_same_on_both_ways_out() {
    let project = Project::new::<&str>(&[]);
    let shown = project.run(&["bridge", "--target", "victor-ai==0.9.5"]).ends_with(0);
    assert_eq!(project.run(&["bridge", "--target", "0.9.5", "-o", "-"]).ends_with(0).out, shown.out);
    let run = project.run(&["bridge", "--target", "0.9.5", "-o", "b.py"]).ends_with(0);
    assert!(run.out.is_empty() && run.err.contains("`import b` installs them"), "{}", run.err);
    assert_eq!(project.text("b.py"), shown.out);
    if program("python3") {
        project.other("python3", &["-W", "error", "-m", "py_compile", "b.py"], b"").ends_with(0);
    }
}

#[test]
fn a_changed_file_is_overwritten_only_by_force() {
    let project = Project::new::<&str>(&[]);
    let write = |args: &[&str]| project.run(&[&["bridge", "-o", "b.py", "--target"], args].concat());
    write(&["victor-ai==0.9.5"]).ends_with(0);
    write(&["victor-ai==0.8.0"]).ends_with(0);
    assert!(project.text("b.py").contains("RELEASE = \"0.8.0\""));
    project.write("b.py", project.text("b.py") + "# mine\n");
    let refused = write(&["victor-ai==0.9.5"]).ends_with(2);
    assert!(refused.err.contains("b.py: is no bridge, or was changed") && refused.err.contains("--force"), "{}", refused.err);
    assert!(project.text("b.py").ends_with("# mine\n"));
    write(&["victor-ai==0.9.5", "--force"]).ends_with(0);
    assert!(project.text("b.py").contains("RELEASE = \"0.9.5\""));
}

#[test]
fn a_wrong_target_or_file_is_named() {
    let project = Project::new::<&str>(&[]);
    for (args, words) in [
        (&["--target", "victor-ai==9"][..], "no bridge for victor-ai 9; there is one for 0.5.0"),
        (&["--target", "guide"], "the guide needs no bridge"),
        (&["--target", "installed"], "no environment with victor-ai was found"),
        (&["--target", "coordinator"], "no bridge for victor-ai coordinator"),
        (&["--target", "0.9.5", "-o", "."], ".: cannot be read"),
        (&["--target", "0.9.5", "-o", "no/such/folder.py"], "no/such/folder.py: cannot be written"),
    ] {
        let run = project.run(&[&["bridge"], args].concat()).ends_with(2);
        assert!(run.err.contains(words) && run.out.is_empty(), "{}", run.err);
    }
}

#[test]
fn a_target_may_be_what_is_installed_or_a_short_version() {
    let project = Project::new(&[(".venv/lib/python3.11/site-packages/victor_ai-0.6.0.dist-info/METADATA", "")]);
    for (target, release) in [("installed", "0.6.0"), ("victor-ai==0.5", "0.5.0"), ("v0.9.5", "0.9.5")] {
        let run = project.run(&["bridge", "--target", target]).ends_with(0);
        assert!(run.out.contains(&format!("RELEASE = \"{release}\"")), "{target}");
    }
}

#[cfg(feature = "verify")]
#[test]
fn what_is_expected_of_real_releases_is_what_the_bundled_runtime_says() {
    use crate::scenarios::play;
    use crate::support::{files_below, python_of, repository};
    use victor_migrate::runtime::sandbox::Ended;

    let expected = files_below(&repository().join("tests/real/expected"));
    assert!(expected.len() > 8, "{}", expected.len());
    for (file, wanted) in expected {
        let name = file.trim_end_matches(".txt");
        let own = repository().join(format!("tests/real/programs/{name}.py"));
        let files = match std::fs::read_to_string(own) {
            Ok(text) => vec![("main.py".to_owned(), text)],
            Err(_) => python_of(&Project::copy_of(&format!("fixtures/scenarios/{name}/after"))),
        };
        let run = play(&files, "coordinator");
        assert_eq!((&run.ended, &run.exception), (&Ended::Normally, &None), "{name}");
        assert_eq!(run.stdout, String::from_utf8_lossy(&wanted), "{name}");
    }
}

#[test]
fn a_live_object_is_compared_with_a_manifest_member_by_member() {
    if !program("python3") {
        return;
    }
    let method = |kind: &str, params: &[&str]| json!({ "kind": kind, "params": params });
    let live = json!({ "AgentOrchestrator": {
        "chat": method("async", &["user_message"]), "model": method("attribute", &[]), "stop": method("method", &[]),
        "tools": method("property", &[]), "switch": method("async", &["name", "more"]),
    } });
    let manifest = json!({ "release": "1", "classes": { "victor.agent.orchestrator.AgentOrchestrator": { "members": {
        "chat": { "kind": "async", "params": ["user_message: str = 'a: b'"] }, "model": { "kind": "property" },
        "tools": { "kind": "async" }, "switch": { "kind": "async", "params": ["name: str", "**other: Any"] }, "old": { "kind": "method" },
    } } } });
    let project = Project::new(&[("live.json", live.to_string()), ("manifest.json", manifest.to_string())]);
    let script = crate::support::repository().join("tests/real/compare.py");
    let run = project.other("python3", &[&script.to_string_lossy(), "live.json", "manifest.json"], b"").ends_with(1);
    let expected = "\
AgentOrchestrator: 2 of 5 live members (40.0 %)
  stop: nobody in the package was seen who defines or stores it
  tools: property is called async
  switch: (name, more) is called (name, other)
  1 more in the manifest, which this object does not hold now: old
";
    assert_eq!(run.out, expected);
}

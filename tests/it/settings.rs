//! The configuration: found, read, merged and shown; wrong words are refused with a suggestion, and nothing is guessed.

use serde_json::Value;
use victor_migrate::settings::{KEYS, Kind};

use super::support::{PROGRAM, Project, repository};

const SCHEMA: &str = include_str!("../../schemas/settings.schema.json");

const FULL: &str = "\
extend = \"shared/base.toml\"
exclude = [\"build/\"]
select = [2, \"provider-read\"]
ignore = [\"config-value\"]
per-file-ignores = { \"tests/**\" = [6] }
levels = { config-attribute = \"manual\" }
modernize = true
unsafe-fixes = true
rules = \"own\"
baseline = \"debts.json\"

[gate]
min-readiness = 80
max-manual = 0x10
max-unresolved = 1_000
max-dynamic = 0
fail-on = \"review\"
";

#[test]
fn the_schema_knows_every_key_and_no_other() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    let mut published = Vec::new();
    for (name, one) in schema["properties"].as_object().expect("keys") {
        match one["properties"].as_object() {
            Some(inner) => published.extend(inner.iter().map(|(key, one)| (format!("{name}.{key}"), one))),
            None => published.push((name.clone(), one)),
        }
    }
    published.sort_by(|a, b| a.0.cmp(&b.0));
    let mut keys = KEYS.to_vec();
    keys.sort_by_key(|key| key.name);
    assert_eq!(published.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), keys.iter().map(|key| key.name).collect::<Vec<_>>());
    for ((_, one), key) in published.iter().zip(&keys) {
        assert_eq!(one["description"], key.doc, "{}", key.name);
        if let Kind::Choice(words) = key.kind {
            assert_eq!(one["enum"], serde_json::json!(words), "{}", key.name);
        }
    }
}

#[test]
fn what_the_schema_takes_the_program_takes_and_shows_with_its_place() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let instance: Value = toml::from_str(FULL).expect("TOML");
    assert!(validator.is_valid(&instance));
    let project = Project::new(&[("victor-migrate.toml", FULL), ("shared/base.toml", "[gate]\nmax-manual = 3\n"), ("a.py", PROGRAM)]);
    project.write("own/provider-read.md", std::fs::read(repository().join("rules/06-providers/provider-read.md")).expect("a page"));
    let shown = project.scan(". --show-settings --config gate.fail-on=never").ends_with(0).out;
    for line in [
        "# from victor-migrate.toml",
        "select = [\"2\", \"provider-read\"]  # victor-migrate.toml:3",
        "gate.max-manual = 16  # victor-migrate.toml:14",
        "gate.fail-on = \"never\"  # --config gate.fail-on=never",
    ] {
        assert!(shown.lines().any(|have| have == line), "{line} is not in\n{shown}");
    }
    let table: Value = toml::from_str(&shown).expect("what is shown could be a file");
    assert!(validator.is_valid(&table), "{table}");
    for (bad, part) in [
        ("exclude = \"build/\"", "victor-migrate.toml:1: `exclude` must be a list of patterns"),
        ("[gate]\nmin-readiness = 101", "victor-migrate.toml:2: `gate.min-readiness` must be a whole number from 0 to 100"),
        ("[gate]\nfail-on = \"error\"", "`gate.fail-on` must be one of \"safe\", \"review\", \"manual\", \"never\""),
        ("levels = { provider-read = \"safe\" }", "must be one of \"review\", \"manual\", \"quiet\""),
        ("modernize = 1", "`modernize` must be true or false"),
        ("selct = []", "victor-migrate.toml:1: unknown key `selct`; did you mean `select`?"),
        ("min-readiness = 3", "did you mean `gate.min-readiness`?"),
        ("gate = 3", "`gate` must be a table"),
    ] {
        assert!(!validator.is_valid(&toml::from_str::<Value>(bad).expect("TOML")), "the schema takes {bad}");
        project.write("victor-migrate.toml", bad);
        let run = project.scan(".").ends_with(2);
        assert!(run.err.contains(part) && run.out.is_empty(), "{bad}: {}", run.err);
    }
}

#[test]
fn the_nearest_file_wins_and_its_paths_are_relative_to_it() {
    let project = Project::new(&[
        ("pyproject.toml", "[tool.victor-migrate]\nignore = [\"provider-read\"]\n"),
        ("app/pyproject.toml", "[project]\nname = \"no word of ours\"\n"),
        ("app/a.py", PROGRAM),
        ("lib/victor-migrate.toml", "exclude = [\"/gen/\"]\n"),
        ("lib/pyproject.toml", "[tool.victor-migrate]\nignore = [6]\n"),
        ("lib/gen/a.py", PROGRAM),
        ("lib/src/gen/a.py", PROGRAM),
    ]);
    assert!(project.scan("app").ends_with(0).out.contains("Readiness (only some rules ran)"));
    assert!(project.scan("app --isolated").ends_with(1).out.contains("1 open"));
    assert!(project.scan("app --select 6 --config ignore=[]").ends_with(1).out.contains("1 open"));
    let run = project.scan("lib").ends_with(1);
    assert!(run.out.contains("1 file scanned, 1 excluded, ") && run.out.contains("lib/src/gen/a.py:4"), "{}", run.out);
    assert!(project.scan("lib/gen/a.py").ends_with(1).out.contains("1 open"), "a file that is named is scanned");
}

#[test]
fn a_file_builds_on_the_one_it_extends() {
    let project = Project::new(&[
        ("base.toml", "exclude = [\"old/\"]\nlevels = { provider-read = \"manual\" }\n"),
        ("app/pyproject.toml", "[tool.victor-migrate]\nextend = \"../base.toml\"\nexclude = [\"gen/\"]\n"),
        ("app/a.py", PROGRAM),
        ("app/gen/a.py", PROGRAM),
    ]);
    let run = project.scan("app --fix").ends_with(1);
    assert!(run.out.contains("made manual by the levels of base.toml:2") && run.out.contains("1 excluded"), "{}", run.out);
    assert_eq!(project.text("app/a.py"), PROGRAM, "what is manual is not fixed");
    project.write("base.toml", "extend = \"app/pyproject.toml\"\n");
    assert!(project.scan("app").ends_with(2).err.contains("which extends this file again"));
    project.write("base.toml", "x = [\n");
    assert!(project.scan("app").ends_with(2).err.contains("base.toml:1: is no TOML"));
}

#[test]
fn quiet_files_and_rules_stay_open_and_are_not_fixed() {
    let quiet = "[tool.victor-migrate]\nper-file-ignores = { \"tests/**\" = [\"provider-read\"] }\n";
    let project = Project::new(&[("pyproject.toml", quiet), ("tests/test_a.py", PROGRAM)]);
    let run = project.scan(". --fix --explain").ends_with(0);
    assert!(run.out.contains("kept quiet by per-file-ignores of pyproject.toml:2"), "{}", run.out);
    assert!(run.out.contains("Readiness: 50 % = 1 ready / 2 sites") && run.out.contains("(1 suppressed)"), "{}", run.out);
    assert_eq!(project.text("tests/test_a.py"), PROGRAM);
    let run = project.scan(". --config per-file-ignores={} --config levels.provider-read=quiet").ends_with(0);
    assert!(run.out.contains("(1 suppressed)"), "{}", run.out);
}

#[test]
fn a_rule_that_does_not_exist_is_refused_where_it_is_named() {
    let project =
        Project::new(&[("victor-migrate.toml", "select = [\"provider-reed\"]\nper-file-ignores = { \"a\" = [12] }\n"), ("a.py", PROGRAM)]);
    let run = project.scan(".").ends_with(2);
    assert!(
        run.err.contains("victor-migrate.toml:1: `select` names `provider-reed`, but there is no such rule; did you mean `provider-read`?"),
        "{}",
        run.err
    );
    assert!(run.err.contains("victor-migrate.toml:2: `per-file-ignores` names `12`"), "{}", run.err);
}

#[test]
fn a_configuration_that_cannot_be_read_is_none_that_is_not_there() {
    for (bytes, said) in [
        (b"[project]\nauthors=[{name=\"Ren\xe9\"}]\n[tool.victor-migrate]\ndocs=true\n".as_slice(), "is not UTF-8, as TOML must be"),
        (b"[tool]\nvictor-migrate = \"x\"\n", ":2: `tool.victor-migrate` must be a table"),
        (b"[[tool.victor-migrate]]\ndocs = true\n", ":1: `tool.victor-migrate` must be a table"),
    ] {
        let project = Project::new(&[("a.py", b"x = 1\n".as_slice()), ("pyproject.toml", bytes)]);
        let run = project.scan(".").ends_with(2);
        assert!(run.err.contains(said), "{said}: {}", run.err);
    }
    let project = Project::new(&[("a.py", b"x = 1\n".as_slice()), ("pyproject.toml", b"[project]\nauthors=[{name=\"Ren\xe9\"}]\n")]);
    project.scan(".").ends_with(0);
}

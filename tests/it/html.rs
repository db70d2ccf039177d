//! The page for meetings, in a real browser: it loads without an error, its filters count what the scan counted, its keys
//! work, and it fits a phone and paper.

use serde_json::Value;

use super::support::{Project, program};

/// The page of a project, and the JSON report of the same run.
fn page(project: &Project, args: &[&str]) -> Value {
    let all = ["scan", ".", "--output", "page.html", "--output", "scan.json"];
    project.run(&[&all[..], args].concat()).ends_with(1);
    serde_json::from_slice(&project.read("scan.json")).expect("JSON")
}

/// The document after its scripts, and after `script`, which may call `tell(name, value)`; no browser, no answer.
fn browse(project: &Project, address: &str, width: u32, script: &str) -> Option<String> {
    if !program("chromium") {
        return None;
    }
    let page = project.text("page.html");
    let probe = format!(
        "<script>(() => {{ const tell = (name, value) => document.documentElement.setAttribute('data-' + name, value);\n{script}\n}})();</script></body>"
    );
    project.write("probe.html", page.replace("</body>", &probe));
    let (profile, size) = (format!("--user-data-dir={}", project.path("profile").display()), format!("--window-size={width},900"));
    let url = format!("file://{}{address}", project.path("probe.html").display());
    let args = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        &profile,
        &size,
        "--virtual-time-budget=4000",
        "--dump-dom",
        &url,
    ];
    let run = project.other("chromium", &args, b"");
    assert!(
        run.out.contains("data-ready=\"yes\"") && !run.out.contains("data-error="),
        "{}\n{}",
        &run.out[..run.out.len().min(600)],
        run.err
    );
    Some(run.out)
}

/// What the document was told.
#[track_caller]
fn told(document: &str, name: &str) -> String {
    let key = format!(" data-{name}=\"");
    let at = document.find(&key).unwrap_or_else(|| panic!("nothing was told of {name}")) + key.len();
    document[at..].split('"').next().unwrap_or_default().to_owned()
}

fn count(json: &Value, what: impl Fn(&Value) -> bool) -> String {
    json["findings"].as_array().expect("a list").iter().filter(|one| one["level"] != "none" && what(one)).count().to_string()
}

#[test]
fn every_filter_leaves_what_the_scan_counted() {
    let project = Project::copy_of("fixtures/shop");
    let json = page(&project, &[]);
    let in_path = |one: &Value, part: &str| one["path"].as_str().is_some_and(|path| path.starts_with(part));
    let cases: [(&str, String); 6] = [
        ("", count(&json, |_| true)),
        ("#class=unresolved", count(&json, |one| one["kind"] == "unresolved")),
        ("#example=2", count(&json, |one| one["example"] == 2)),
        ("#rule=provider-read", count(&json, |one| one["rule"] == "provider-read")),
        ("#package=before%2Ftests", count(&json, |one| in_path(one, "before/tests/"))),
        (
            "#q=TUNING%20config",
            count(&json, |one| in_path(one, "before/shop_assistant/tuning.py") && one["rule"].to_string().contains("config")),
        ),
    ];
    for (address, expected) in cases {
        let Some(document) = browse(&project, address, 1200, "") else { return };
        assert_eq!(told(&document, "shown"), expected, "{address}");
        assert_ne!(expected, "0", "{address}");
    }
}

#[test]
fn the_page_says_what_the_scan_says() {
    let project = Project::copy_of("fixtures/shop");
    let json = page(&project, &[]);
    let readiness = &json["summary"]["readiness"];
    let text = project.text("page.html");
    let expected = format!("{} % = {} ready / {} sites, rounded down", readiness["percent"], readiness["ready"], readiness["sites"]);
    assert!(text.contains(&expected) && text.contains("ready sites / all sites, in percent, rounded down"), "{expected}");
    assert!(!text.contains(" src=") && !text.contains("@import") && !text.contains("url("), "one file, no network");
    let checklist = project.scan(". --format markdown").out;
    for item in checklist.lines().filter_map(|line| line.strip_prefix("- [x] ")) {
        let name = item.split(':').next().unwrap_or_default();
        assert!(text.contains(&format!("<span class=\"sr\">done: </span> {name}<small>")), "{name}");
    }
}

#[test]
fn typing_keys_and_buttons_do_what_they_say() {
    let project = Project::copy_of("fixtures/shop");
    page(&project, &[]);
    let script = "
        const key = (name) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));
        key('/');
        tell('focus', document.activeElement.id);
        const q = document.getElementById('q');
        q.value = 'no such thing'; q.dispatchEvent(new Event('input', { bubbles: true }));
        tell('none', document.documentElement.dataset.shown);
        tell('address', location.hash);
        q.value = 'tuning'; q.dispatchEvent(new Event('input', { bubbles: true }));
        q.blur();
        key('j'); key('j'); key('k');
        tell('first', String(document.activeElement.parentElement === document.getElementById('list').children[0]));
        document.activeElement.click();
        setTimeout(() => {
            tell('open', document.querySelectorAll('.finding[open] pre mark').length);
            tell('diff', document.querySelectorAll('.finding[open] dt').length > 1);
            key('t');
            tell('dark', getComputedStyle(document.body).backgroundColor);
        }, 100);
    ";
    let Some(document) = browse(&project, "", 1200, script) else { return };
    assert_eq!((told(&document, "focus").as_str(), told(&document, "none").as_str()), ("q", "0"));
    assert_eq!((told(&document, "address").as_str(), told(&document, "first").as_str()), ("#q=no+such+thing", "true"));
    assert_eq!((told(&document, "open").as_str(), told(&document, "diff").as_str()), ("1", "true"));
    assert_eq!(told(&document, "dark"), "rgb(20, 23, 28)");
    assert!(document.contains("data-theme=\"dark\""));
}

#[test]
fn a_phone_needs_no_scrolling_to_the_side_and_paper_shows_everything() {
    let project = Project::copy_of("fixtures/harbour");
    let json = page(&project, &[]);
    let script = "
        tell('wide', String(Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)));
        window.dispatchEvent(new Event('beforeprint'));
        tell('printed', document.querySelectorAll('.finding[open] .body').length);
    ";
    let Some(document) = browse(&project, "?theme=light", 360, script) else { return };
    assert_eq!(told(&document, "wide"), "0");
    assert_eq!(told(&document, "printed"), count(&json, |_| true));
}

#[test]
fn five_thousand_findings_are_filtered_and_only_some_of_them_drawn() {
    let project = Project::new::<&str>(&[]);
    for file in 0..50 {
        let sites: String = (0..100).map(|site| format!("    print(o._config.key_{site}, o._model)\n")).collect();
        project.write(
            &format!("pkg{}/m{file}.py", file % 7),
            format!("from victor.agent import AgentOrchestrator\n\n\ndef f(o: AgentOrchestrator):\n{sites}"),
        );
    }
    let json = page(&project, &[]);
    assert_eq!(count(&json, |_| true), "10000");
    let script = "
        tell('drawn', document.querySelectorAll('.finding').length);
        const q = document.getElementById('q');
        q.value = 'm49 key_7'; q.dispatchEvent(new Event('input', { bubbles: true }));
    ";
    let Some(document) = browse(&project, "", 1200, script) else { return };
    assert_eq!(told(&document, "shown"), "22", "two sites on each of eleven lines");
    assert!(told(&document, "drawn").parse::<usize>().is_ok_and(|drawn| (100..=400).contains(&drawn)), "{}", told(&document, "drawn"));
}

#[test]
fn the_trend_is_that_of_the_reports_it_was_given() {
    let project = Project::copy_of("fixtures/shop");
    project.run(&["scan", ".", "--output", "json=monday.json"]).ends_with(1);
    project.run(&["scan", "before", "--fix"]).ends_with(1);
    page(&project, &["--earlier", "monday.json"]);
    let text = project.text("page.html");
    let row = |line: &str| text.contains(line);
    assert!(row("<tr><td>monday</td><td>10</td><td>41</td><td>24</td></tr>") && row("<tr><td>now</td>"), "no trend");
    project.write("other.json", "{\"summary\": {}}");
    let run = project.run(&["scan", ".", "--earlier", "other.json"]).ends_with(2);
    assert!(run.err.contains("other.json: is no JSON report of victor-migrate"), "{}", run.err);
}

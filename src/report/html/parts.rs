//! The parts of the page that do not change once it is written: number, tables, checklist, filters.

use std::fmt::Write as _;

use super::{prose, text};
use crate::readiness::breakdown::{By, NOBODY, parts};
use crate::readiness::{CLASSES, FORMULA, effort_text};
use crate::report::completeness::Completeness;
use crate::report::summary::Summary;
use crate::report::{View, checklist, count, one_line, path_text};
use crate::scan::Outcome;

/// The dial and what it is made of.
pub(super) fn head(outcome: &Outcome, summary: &Summary, view: &View) -> String {
    let readiness = &summary.readiness;
    let percent = readiness.percent();
    let files = count(summary.files_scanned, "file");
    let quiet = if readiness.suppressed > 0 { format!(" ({} suppressed)", readiness.suppressed) } else { String::new() };
    let (ready, open, sites) = (readiness.ready(), readiness.open(), count(readiness.sites(), "site"));
    let mut html = format!(
        "<header>\n<h1>Migration to coordinators</h1>\n<div class=\"tools\"><button type=\"button\" id=\"theme\">Theme</button></div>\n</header>\n<main>\n\
         <section class=\"top\" aria-label=\"Readiness\">\n\
         <svg class=\"dial\" viewBox=\"0 0 120 120\" role=\"img\" aria-label=\"Readiness {percent} %\">\
         <circle class=\"track\" cx=\"60\" cy=\"60\" r=\"50\" pathLength=\"100\"/>\
         <circle class=\"value\" cx=\"60\" cy=\"60\" r=\"50\" pathLength=\"100\" stroke-dasharray=\"{percent} 100\"/>\
         <text x=\"60\" y=\"66\">{percent} %</text></svg>\n\
         <div>\n<p class=\"told\">{}</p>\n<p class=\"hint\">Readiness = {FORMULA}. A site is ready when it uses the public API or a coordinator, or is compatible as it is.</p>\n\
         <ul class=\"numbers\"><li><b>{files}</b> scanned</li><li><b>{sites}</b></li><li><b>{ready}</b> ready</li><li><b>{open}</b> open{quiet}</li>\
         <li><b>{}</b> of work</li></ul>\n",
        text(&readiness.told()),
        effort_text(readiness.effort),
    );
    if let Some(told) = Completeness::of(outcome).told() {
        _ = writeln!(html, "<p>Accounted for: {}.</p>", text(&told));
    }
    if view.limited {
        html.push_str("<p class=\"warn\">Only some rules ran: sites of the others are not counted.</p>\n");
    }
    html.push_str("</div>\n</section>\n");
    html
}

/// Sites by Example and class.
pub(super) fn examples(outcome: &Outcome) -> String {
    let rows = parts(outcome, By::Example);
    if rows.is_empty() {
        return String::new();
    }
    let mut html = String::from(
        "<section aria-labelledby=\"examples-title\">\n<h2 id=\"examples-title\">Sites by Example</h2>\n<div class=\"wide\"><table class=\"examples\"><thead><tr><th>Example</th>",
    );
    let classes = || CLASSES[1..].iter().chain(&CLASSES[..1]);
    classes().for_each(|(_, word)| _ = write!(html, "<th>{word}</th>"));
    html.push_str("<th>%</th><th class=\"bar\"><span class=\"sr\">share of each</span></th></tr></thead><tbody>\n");
    for part in &rows {
        let one = &part.readiness;
        _ = write!(html, "<tr><td>{}</td>", text(&part.name));
        classes().for_each(|(class, _)| _ = write!(html, "<td>{}</td>", one.get(*class)));
        _ = write!(html, "<td>{}</td><td class=\"bar\"><span class=\"stack\" aria-hidden=\"true\">", one.percent());
        for (class, word) in CLASSES.iter().filter(|(class, _)| one.get(*class) > 0) {
            _ = write!(html, "<i class=\"c-{word}\" style=\"flex-grow:{}\"></i>", one.get(*class));
        }
        html.push_str("</span></td></tr>\n");
    }
    html.push_str("</tbody></table></div>\n</section>\n");
    html
}

/// Readiness by owner; nothing where nobody owns anything.
pub(super) fn owners(outcome: &Outcome) -> String {
    let rows = parts(outcome, By::Owner);
    if rows.iter().all(|part| part.name == NOBODY) {
        return String::new();
    }
    let mut html = String::from(
        "<section aria-labelledby=\"owners-title\">\n<h2 id=\"owners-title\">Owners</h2>\n<div class=\"wide\"><table><thead><tr><th>Owner</th><th>sites</th><th>ready</th><th>open</th><th>%</th><th>effort</th></tr></thead><tbody>\n",
    );
    for part in &rows {
        let one = &part.readiness;
        let (name, effort) = (text(&part.name), effort_text(one.effort));
        _ = writeln!(
            html,
            "<tr><td>{name}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{effort}</td></tr>",
            one.sites(),
            one.ready(),
            one.open(),
            one.percent()
        );
    }
    html.push_str("</tbody></table></div>\n</section>\n");
    html
}

/// The five phases with their evidence.
pub(super) fn checklist(outcome: &Outcome, view: &View) -> String {
    let mut html =
        String::from("<section aria-labelledby=\"checklist-title\">\n<h2 id=\"checklist-title\">Checklist</h2>\n<div class=\"phases\">\n");
    for phase in checklist::phases(outcome, view) {
        let done = phase.items.iter().filter(|item| item.done).count();
        _ = writeln!(html, "<div><h3>{} <small>{done} of {}</small></h3><ul>", text(phase.title), phase.items.len());
        for item in &phase.items {
            let (class, mark, said) = if item.done { ("done", "✓", "done: ") } else { ("open", "○", "open: ") };
            _ = writeln!(
                html,
                "<li class=\"{class}\"><span aria-hidden=\"true\">{mark}</span><span class=\"sr\">{said}</span> {}<small>{}</small></li>",
                text(item.text),
                text(&item.evidence)
            );
        }
        html.push_str("</ul></div>\n");
    }
    html.push_str("</div>\n</section>\n");
    html
}

/// Filters, and the place where the script puts the findings.
pub(super) fn findings() -> String {
    "<section aria-labelledby=\"findings-title\">\n<h2 id=\"findings-title\">Findings</h2>\n\
     <form id=\"filters\" role=\"search\">\n\
     <label class=\"grow\">Search <input type=\"search\" id=\"q\" placeholder=\"path, rule, code, words\" autocomplete=\"off\"></label>\n\
     <label>Level <select id=\"class\"></select></label>\n<label>Example <select id=\"example\"></select></label>\n\
     <label>Rule <select id=\"rule\"></select></label>\n<label>Package <select id=\"package\"></select></label>\n\
     <label>Owner <select id=\"owner\"></select></label>\n<label>State <select id=\"state\"></select></label>\n\
     <label>Order <select id=\"order\"><option value=\"\">worst first</option><option value=\"file\">by file</option><option value=\"effort\">most effort</option></select></label>\n\
     <button type=\"reset\">Clear</button>\n</form>\n\
     <p id=\"count\" role=\"status\" aria-live=\"polite\"></p>\n<div id=\"list\"></div>\n<div id=\"more\"></div>\n\
     <noscript><p class=\"warn\">The findings are shown by a script; without one, see the Markdown checklist.</p></noscript>\n</section>\n"
        .to_owned()
}

/// Everything that the scan cannot vouch for.
pub(super) fn left_out(outcome: &Outcome) -> String {
    let failed = outcome.failed.iter().map(|(path, reason)| (path, one_line(reason)));
    let skipped = outcome.skipped.iter().map(|skipped| (&skipped.path, one_line(&skipped.reason)));
    let broken = outcome.files.iter().filter_map(|file| {
        let line = file.syntax_error?;
        Some((&file.source.path, format!("does not parse at line {line}; the rest was scanned")))
    });
    let notes = outcome.files.iter().flat_map(|file| file.notes.iter().map(|note| (&file.source.path, one_line(note))));
    let all: Vec<(String, String)> =
        failed.chain(skipped).chain(broken).chain(notes).map(|(path, reason)| (path_text(path), reason)).collect();
    if all.is_empty() {
        return String::new();
    }
    let mut html = format!(
        "<section aria-labelledby=\"left-title\">\n<h2 id=\"left-title\">Not seen, and notes</h2>\n<details{}><summary>{}</summary><ul>\n",
        if all.len() <= 20 { " open" } else { "" },
        count(all.len(), "remark")
    );
    for (path, reason) in all {
        _ = writeln!(html, "<li><code>{}</code>: {}</li>", text(&one_line(&path)), prose(&reason));
    }
    html.push_str("</ul></details>\n</section>\n");
    html
}

/// Keys, and who wrote the page.
pub(super) fn foot() -> String {
    format!(
        "</main>\n<footer>\n<p class=\"keys\"><kbd>/</kbd> search, <kbd>j</kbd> and <kbd>k</kbd> next and previous finding, <kbd>Enter</kbd> opens it, <kbd>Esc</kbd> clears, <kbd>t</kbd> theme</p>\n\
         <p>victor-migrate {}. The rules are proven on their samples; a site was run where its verdict says so.</p>\n</footer>\n",
        env!("CARGO_PKG_VERSION")
    )
}

//! What a look shows, as diagnostics: open sites, our comments that do nothing, and what could not be looked at.

use gen_lsp_types::{
    Code, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location, Message, Position, Range as Span,
};

use super::client::Client;
use super::documents::Workspace;
use super::engine::Seen;
use super::position::Positions;
use crate::finding::{Evidence, Finding, Kind, Level};
use crate::report::one_line;

/// What every diagnostic of ours says it is from.
pub(super) const SOURCE: &str = "victor-migrate";

/// The code of a comment that keeps nothing quiet.
pub(super) const UNUSED: &str = "unused-ignore";

/// All diagnostics of a document, in the order of the text.
pub(super) fn diagnostics(seen: &Seen, workspace: &Workspace, client: &Client) -> Vec<Diagnostic> {
    let positions = Positions::new(&seen.document.text, client.units);
    let mut all: Vec<Diagnostic> = seen
        .findings
        .iter()
        .filter(|finding| is_shown(finding))
        .map(|finding| of_finding(finding, seen, workspace, client, &positions))
        .collect();
    all.extend(seen.unused.iter().map(|unused| {
        let tags = client.tags.then(|| vec![DiagnosticTag::Unnecessary]).filter(|_| !unused.rules.is_empty());
        Diagnostic { tags, ..plain(positions.span(&unused.span), DiagnosticSeverity::Warning, UNUSED, one_line(&unused.reason)) }
    }));
    all.extend(seen.broken.map(|line| {
        let message = "this does not parse, so that uses of the orchestrator may be missed; mend it first".to_owned();
        plain(positions.line(line), DiagnosticSeverity::Warning, "not-parsed", message)
    }));
    all.extend(seen.unread.as_deref().map(|why| plain(positions.line(1), DiagnosticSeverity::Warning, "not-read", one_line(why))));
    all.sort_by_key(|diagnostic| (diagnostic.range.start, diagnostic.range.end));
    all
}

/// Compatible code is shown only where a newer spelling is asked for.
fn is_shown(finding: &Finding) -> bool {
    finding.is_due() || finding.level == Level::None && finding.fix.is_some()
}

/// The diagnostic of one finding.
pub(super) fn of_finding(finding: &Finding, seen: &Seen, workspace: &Workspace, client: &Client, positions: &Positions<'_>) -> Diagnostic {
    let parts = [Some(finding.message.as_str()), finding.reason.as_deref(), finding.next.as_deref()];
    let message: Vec<String> = parts.into_iter().flatten().map(one_line).collect();
    let mut diagnostic = plain(positions.span(&finding.span), severity(finding), &finding.rule, message.join("\n"));
    // What has a successor is struck through, but not a whole block of code.
    let deprecated = client.tags && finding.fix.is_some() && diagnostic.range.start.line == diagnostic.range.end.line;
    diagnostic.tags = deprecated.then(|| vec![DiagnosticTag::Deprecated]);
    if client.related && !finding.evidence.is_empty() {
        let related =
            |link| DiagnosticRelatedInformation { location: location(link, seen, workspace, positions), message: one_line(&link.text) };
        diagnostic.related_information = Some(finding.evidence.iter().map(related).collect());
    }
    diagnostic
}

fn severity(finding: &Finding) -> DiagnosticSeverity {
    match (finding.kind, finding.level) {
        (Kind::Unresolved, _) | (_, Level::None) => DiagnosticSeverity::Hint,
        (_, Level::Safe) => DiagnosticSeverity::Information,
        (_, Level::Review) => DiagnosticSeverity::Warning,
        (_, Level::Manual) => DiagnosticSeverity::Error,
    }
}

/// The line of a link; of another file only the line is known.
fn location(link: &Evidence, seen: &Seen, workspace: &Workspace, positions: &Positions<'_>) -> Location {
    let Some(path) = &link.path else { return Location { uri: seen.document.uri.clone().into(), range: positions.line(link.line) } };
    let path = std::path::absolute(path).unwrap_or_else(|_| path.into());
    let at = Position { line: u32::try_from(link.line.saturating_sub(1)).unwrap_or(u32::MAX), character: 0 };
    Location { uri: workspace.uri(&path).into(), range: Span { start: at, end: at } }
}

fn plain(range: Span, severity: DiagnosticSeverity, code: &str, message: String) -> Diagnostic {
    Diagnostic {
        range,
        severity: Some(severity),
        code: Some(Code::from(code.to_owned())),
        source: Some(SOURCE.to_owned()),
        message: Message::from(message),
        ..Diagnostic::default()
    }
}

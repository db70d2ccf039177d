//! How readiness moved: the numbers of earlier reports, and of this run, in the order in which they were given.

use std::fmt::Write as _;

use serde::Deserialize;

use super::text;
use crate::readiness::Readiness;

/// The numbers of an earlier report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// What it is called.
    pub label: String,
    /// Its readiness, in percent.
    pub percent: usize,
    /// Its ready sites.
    pub ready: usize,
    /// All its sites.
    pub sites: usize,
}

impl Earlier {
    /// Reads a report of `scan --format json`, or of the gate.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(label: &str, text: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Report {
            summary: Option<Summary>,
            readiness: Option<Numbers>,
        }
        #[derive(Deserialize)]
        struct Summary {
            readiness: Numbers,
        }
        #[derive(Deserialize)]
        struct Numbers {
            percent: usize,
            ready: usize,
            sites: usize,
        }
        let wrong = |what: &str| format!("is no JSON report of victor-migrate: {what}");
        let report: Report = serde_json::from_str(text).map_err(|error| wrong(&error.to_string()))?;
        let numbers = report.summary.map(|summary| summary.readiness).or(report.readiness).ok_or_else(|| wrong("it has no readiness"))?;
        Ok(Self { label: label.to_owned(), percent: numbers.percent.min(100), ready: numbers.ready, sites: numbers.sites })
    }
}

/// The line and its table; nothing without earlier reports.
pub(super) fn trend(earlier: &[Earlier], now: &Readiness) -> String {
    if earlier.is_empty() {
        return String::new();
    }
    let today = Earlier { label: "now".to_owned(), percent: now.percent(), ready: now.ready(), sites: now.sites() };
    let all: Vec<&Earlier> = earlier.iter().chain([&today]).collect();
    let x = |at: usize| 20 + at * 560 / (all.len() - 1);
    let y = |percent: usize| 110 - percent;
    let points: Vec<String> = all.iter().enumerate().map(|(at, one)| format!("{},{}", x(at), y(one.percent))).collect();
    let mut html = String::from("<section aria-labelledby=\"trend-title\">\n<h2 id=\"trend-title\">Trend</h2>\n");
    _ = writeln!(
        html,
        "<svg class=\"trend\" viewBox=\"0 0 600 120\" role=\"img\" aria-label=\"Readiness from {} % to {} %\"><path class=\"grid\" d=\"M20 10H580M20 60H580M20 110H580\"/><polyline points=\"{}\"/>",
        all[0].percent,
        today.percent,
        points.join(" ")
    );
    for (at, one) in all.iter().enumerate() {
        _ = writeln!(
            html,
            "<circle cx=\"{}\" cy=\"{}\" r=\"4\"><title>{}: {} %</title></circle>",
            x(at),
            y(one.percent),
            text(&one.label),
            one.percent
        );
    }
    html.push_str(
        "</svg>\n<div class=\"wide\"><table><thead><tr><th>Report</th><th>ready</th><th>sites</th><th>%</th></tr></thead><tbody>\n",
    );
    for one in all {
        _ = writeln!(html, "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", text(&one.label), one.ready, one.sites, one.percent);
    }
    html.push_str("</tbody></table></div>\n</section>\n");
    html
}

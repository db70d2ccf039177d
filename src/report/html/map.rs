//! The map of packages: the area is the number of sites, the colour the readiness. Squarified as Bruls, Huizing and
//! van Wijk describe it (Squarified Treemaps, 2000).

use std::fmt::Write as _;

use super::text;
use crate::readiness::Readiness;
use crate::readiness::breakdown::{By, Part, parts};
use crate::scan::Outcome;

/// Packages of their own; the rest are one field.
const MOST: usize = 60;

/// A field in percent of the map.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Field {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

/// How wide the map is for its height.
const ASPECT: f64 = 2.0;

/// The map; nothing where there is no site.
pub(super) fn map(outcome: &Outcome) -> String {
    let mut packages = parts(outcome, By::Package);
    packages.sort_by(|a, b| b.readiness.sites().cmp(&a.readiness.sites()).then_with(|| a.name.cmp(&b.name)));
    if packages.is_empty() {
        return String::new();
    }
    let rest: Vec<Part> = packages.split_off(packages.len().min(MOST));
    let sizes: Vec<f64> = packages.iter().map(|part| number(part.readiness.sites())).collect();
    let others: usize = rest.iter().map(|part| part.readiness.sites()).sum();
    let all: Vec<f64> = sizes.into_iter().chain((others > 0).then(|| number(others))).collect();
    let fields = squarify(&all);
    let mut html = String::from(
        "<section aria-labelledby=\"map-title\">\n<h2 id=\"map-title\">Packages</h2>\n<p class=\"hint\">Area: sites. Colour: readiness. Choose one to see its findings.</p>\n<div class=\"map\">\n",
    );
    for (part, field) in packages.iter().zip(&fields) {
        let one = &part.readiness;
        let name = text(&part.name);
        let title = format!("{name}: {} % ready, {} of {} sites open", one.percent(), one.open(), one.sites());
        let query: String = part.name.bytes().fold(String::new(), |mut query, byte| {
            _ = write!(query, "%{byte:02X}");
            query
        });
        _ = writeln!(
            html,
            "<a class=\"field {}\" href=\"#package={query}\" title=\"{title}\" aria-label=\"{title}\" style=\"{}\"><span>{name}</span><b>{} %</b></a>",
            shade(one),
            place(field),
            one.percent()
        );
    }
    if let (Some(field), true) = (fields.get(packages.len()), others > 0) {
        _ = writeln!(html, "<div class=\"field rest\" style=\"{}\"><span>{} more packages</span></div>", place(field), rest.len());
    }
    html.push_str("</div>\n<p class=\"legend\"><i class=\"r0\"></i> below 25 % <i class=\"r1\"></i> below 50 % <i class=\"r2\"></i> below 75 % <i class=\"r3\"></i> below 100 % <i class=\"r4\"></i> ready</p>\n</section>\n");
    html
}

/// Counts are far below what a float holds.
#[allow(clippy::cast_precision_loss)]
fn number(count: usize) -> f64 {
    count as f64
}

fn shade(readiness: &Readiness) -> &'static str {
    ["r0", "r1", "r2", "r3", "r4"][readiness.percent() / 25]
}

fn place(field: &Field) -> String {
    format!("left:{:.3}%;top:{:.3}%;width:{:.3}%;height:{:.3}%", field.left, field.top, field.width, field.height)
}

/// Fields for sizes in descending order.
fn squarify(sizes: &[f64]) -> Vec<Field> {
    let total: f64 = sizes.iter().sum();
    let (mut x, mut y, mut width, mut height) = (0.0, 0.0, ASPECT, 1.0);
    let areas: Vec<f64> = sizes.iter().map(|size| size / total * ASPECT).collect();
    let mut fields = Vec::new();
    let mut rest = &areas[..];
    while !rest.is_empty() {
        let side: f64 = if width < height { width } else { height };
        let mut count = 1;
        while count < rest.len() && worst(&rest[..=count], side) <= worst(&rest[..count], side) {
            count += 1;
        }
        let row = &rest[..count];
        let depth = row.iter().sum::<f64>() / side;
        let mut along = 0.0;
        for area in row {
            let length = area / depth;
            let (left, top, w, h) = if width < height { (x + along, y, length, depth) } else { (x, y + along, depth, length) };
            fields.push(Field { left: left / ASPECT * 100.0, top: top * 100.0, width: w / ASPECT * 100.0, height: h * 100.0 });
            along += length;
        }
        if width < height {
            (y, height) = (y + depth, height - depth);
        } else {
            (x, width) = (x + depth, width - depth);
        }
        rest = &rest[count..];
    }
    fields
}

/// The least square field of a row along a side.
fn worst(row: &[f64], side: f64) -> f64 {
    let sum: f64 = row.iter().sum();
    let ratio = |area: &f64| (side * side * area / (sum * sum)).max(sum * sum / (side * side * area));
    row.iter().map(ratio).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_fill_the_map_by_their_sizes_and_stay_near_squares() {
        let sizes = [60.0, 40.0, 20.0, 10.0, 5.0, 5.0, 1.0];
        let fields = squarify(&sizes);
        let total: f64 = sizes.iter().sum();
        for (size, field) in sizes.iter().zip(&fields) {
            let share = field.width * field.height / 10_000.0;
            assert!((share - size / total).abs() < 1e-9, "{field:?}");
            assert!(field.left >= 0.0 && field.top >= 0.0 && field.left + field.width < 100.001 && field.top + field.height < 100.001);
            let ratio = field.width * ASPECT / field.height;
            assert!(ratio < 6.0 && ratio > 1.0 / 6.0, "{field:?}");
        }
        assert_eq!(squarify(&[3.0]), [Field { left: 0.0, top: 0.0, width: 100.0, height: 100.0 }]);
    }
}

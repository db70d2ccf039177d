//! Why a value has its type, link by link. Types are handed on far more often than their stories grow, so a copy shares them.

use std::sync::Arc;

use crate::finding::Evidence;

/// Links that are kept of a story.
const MOST: usize = 64;

/// A chain of evidence, the source of the type first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Story(Option<Arc<Vec<Evidence>>>);

impl Story {
    /// Its links.
    #[must_use]
    pub fn links(&self) -> &[Evidence] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }

    /// Its links, to be changed in this copy alone.
    pub(super) fn links_mut(&mut self) -> &mut Vec<Evidence> {
        Arc::make_mut(self.0.get_or_insert_default())
    }

    /// One more link: a line (from 1) and what it says.
    pub(super) fn push(&mut self, line: usize, text: String) {
        self.links_mut().push(Evidence { path: None, cell: None, line, text });
    }

    /// The links of another story behind its own.
    pub(super) fn extend(&mut self, other: &Self) {
        match &self.0 {
            _ if other.links().is_empty() => {}
            None => self.clone_from(other),
            Some(_) => self.links_mut().extend_from_slice(other.links()),
        }
    }

    /// Keeps the first of equal links, and not too many.
    pub(super) fn tell_once(&mut self) {
        let links = self.links();
        let is_new = |(at, link): &(usize, &Evidence)| !links[..*at].contains(link);
        if links.len() > MOST || !links.iter().enumerate().all(|link| is_new(&link)) {
            let told = links.iter().enumerate().filter(is_new).map(|(_, link)| link.clone()).take(MOST).collect();
            self.0 = Some(Arc::new(told));
        }
    }
}

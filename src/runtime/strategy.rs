//! How a long conversation becomes shorter. The default is the algorithm of the legacy compactor too.

use super::session::message;
use super::value::Value;

/// How many messages, system messages aside, the default keeps.
pub const KEPT: usize = 10;

/// A built-in strategy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// System messages and the last so many others.
    Truncation(usize),
    /// System messages, one that sums up what is left out, and the last so many others.
    Summarising(usize),
    /// Truncation while few messages are left out, a summary when more than as many as are kept are.
    Hybrid(usize),
}

impl Strategy {
    /// The messages that are left, in their order.
    #[must_use]
    pub fn compact(self, messages: &[Value]) -> Vec<Value> {
        match self {
            Strategy::Truncation(keep) => truncated(messages, keep).0,
            Strategy::Summarising(keep) => summarised(messages, keep),
            Strategy::Hybrid(keep) if truncated(messages, keep).1.len() > keep => summarised(messages, keep),
            Strategy::Hybrid(keep) => truncated(messages, keep).0,
        }
    }
}

fn is_system(message: &Value) -> bool {
    message.key("role").and_then(Value::text) == Some("system")
}

/// What is kept and what is left out.
fn truncated(messages: &[Value], keep: usize) -> (Vec<Value>, Vec<Value>) {
    let others = messages.iter().filter(|message| !is_system(message)).count();
    let mut drop = others.saturating_sub(keep);
    messages.iter().cloned().partition(|message| {
        if is_system(message) || drop == 0 {
            return true;
        }
        drop -= 1;
        false
    })
}

fn summarised(messages: &[Value], keep: usize) -> Vec<Value> {
    let (mut kept, left_out) = truncated(messages, keep);
    if left_out.is_empty() {
        return kept;
    }
    let first = left_out.first().and_then(|message| message.key("content")).and_then(Value::text).unwrap_or_default();
    let start: String = first.chars().take(40).collect();
    let at = kept.iter().take_while(|message| is_system(message)).count();
    kept.insert(at, message("system", format!("Summary of {} earlier messages, from: {start}", left_out.len())));
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn talk(count: usize) -> Vec<Value> {
        let mut list = vec![message("system", "Be kind.")];
        list.extend((0..count).map(|number| message("user", format!("text {number}"))));
        list
    }

    #[test]
    fn system_messages_and_the_last_ten_others_stay() {
        let kept = Strategy::Truncation(KEPT).compact(&talk(12));
        assert_eq!(kept.len(), 11);
        assert_eq!((kept[0].clone(), kept[1].clone()), (message("system", "Be kind."), message("user", "text 2")));
        assert_eq!(Strategy::Truncation(KEPT).compact(&kept), kept, "a second time changes nothing");
    }

    #[test]
    fn a_summary_says_how_much_it_stands_for() {
        let kept = Strategy::Summarising(2).compact(&talk(5));
        assert_eq!(kept[1], message("system", "Summary of 3 earlier messages, from: text 0"));
        assert_eq!(kept.len(), 4);
        assert_eq!(Strategy::Summarising(9).compact(&talk(5)), talk(5));
    }

    #[test]
    fn the_hybrid_sums_up_only_long_gaps() {
        assert_eq!(Strategy::Hybrid(3).compact(&talk(6)), Strategy::Truncation(3).compact(&talk(6)));
        assert_eq!(Strategy::Hybrid(3).compact(&talk(7)), Strategy::Summarising(3).compact(&talk(7)));
    }
}

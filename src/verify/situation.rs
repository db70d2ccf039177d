//! What a rule does not control: what the provider answers, how long the history is, what fails. And the driver that puts
//! a program into such a situation and calls everything it defines.

use std::fmt::Write;

/// One situation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation {
    /// For a person.
    pub name: &'static str,
    /// Python assignments for the driver.
    settings: &'static str,
}

/// The grid. Each changes one thing of the first.
pub const SITUATIONS: [Situation; 8] = [
    Situation { name: "plain", settings: "" },
    Situation { name: "flags down", settings: "FLAG = False" },
    Situation { name: "tool calls", settings: "SCRIPT = [call('lookup_order'), 'Found.', call('missing'), 'Not found.'] * 3" },
    Situation { name: "long history", settings: "HISTORY = 14" },
    Situation { name: "over the budget", settings: "HISTORY = 14\nWORDS = 2000" },
    Situation { name: "failing tools", settings: "SCRIPT = [call('lookup_order'), 'Broken.'] * 4\nTOOLS_FAIL = True" },
    Situation { name: "failing provider", settings: "PROVIDER_FAILS = True" },
    Situation { name: "rich settings", settings: "SETTINGS = {'region': 'eu', 'token_budget': 7, 'top_p': 0.5, 'rate': 2.0}" },
];

/// The program that runs `sample` in a situation.
#[must_use]
pub fn driver(situation: &Situation) -> String {
    let mut text = include_str!("drive.py").to_owned();
    // Writing to a String does not fail.
    let _ = write!(text, "\n\n{}\n\nmain()\n", situation.settings);
    text
}

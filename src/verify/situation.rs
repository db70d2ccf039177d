//! What a rule does not control: what the provider answers, how long the history is, what fails. And the driver that puts
//! a program into such situations and calls everything it defines.

use std::fmt::Write;

/// One situation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation {
    /// For a person.
    pub name: &'static str,
    /// Entries of a Python dict: what differs from the plain situation of `drive.py`.
    settings: &'static str,
}

/// The grid. Each changes one thing of the first.
pub const SITUATIONS: [Situation; 11] = [
    Situation { name: "plain", settings: "" },
    Situation { name: "flags down", settings: "'flag': False" },
    Situation { name: "in a running loop", settings: "'loop': True" },
    Situation { name: "tool calls", settings: "'script': [call('lookup_order'), 'Found.', call('missing'), 'Not found.'] * 3" },
    Situation { name: "slow tools", settings: "'script': [call('clock'), 'Late.'] * 3, 'slow': True" },
    Situation { name: "long history", settings: "'history': 14" },
    Situation { name: "over the budget", settings: "'history': 14, 'words': 2000" },
    Situation { name: "failing tools", settings: "'script': [call('lookup_order'), 'Broken.'] * 4, 'tools_fail': True" },
    Situation { name: "failing provider", settings: "'provider_fails': True" },
    Situation { name: "failing exporters", settings: "'history': 4, 'exporters': True" },
    Situation { name: "rich settings", settings: "'settings': {'region': 'eu', 'token_budget': 7, 'top_p': 0.5, 'rate': 2.0}" },
];

/// The program that runs the module `sample` in situations, one after the other.
#[must_use]
pub fn driver(situations: &[Situation]) -> String {
    drive(situations, "")
}

/// What of a project is called, and with what.
#[derive(Clone, Debug, Default)]
pub struct Called {
    /// The modules, the first before all.
    pub modules: Vec<String>,
    /// Parameters that hold orchestrators, although nothing says so where they are declared.
    pub named: Vec<String>,
    /// The definitions; none named, all are.
    pub only: Vec<String>,
}

/// The same for modules of a project, of which `all` are imported anew in each situation.
#[must_use]
pub fn project_driver<'n>(situations: &[Situation], called: &Called, all: impl Iterator<Item = &'n str>) -> String {
    let list = |words: &mut dyn Iterator<Item = &str>| words.map(|word| format!("{word:?}, ")).collect::<String>();
    let words = |words: &[String]| list(&mut words.iter().map(String::as_str));
    let (modules, named, only) = (words(&called.modules), words(&called.named), words(&called.only));
    drive(situations, &format!(", ({modules}), ({named}), ({}), ({only})", list(&mut { all })))
}

fn drive(situations: &[Situation], more: &str) -> String {
    let mut text = include_str!("drive.py").to_owned();
    text.push_str("\n\nmain({\n");
    for situation in situations {
        // Writing to a String does not fail.
        let _ = writeln!(text, "    {:?}: {{{}}},", situation.name, situation.settings);
    }
    let _ = writeln!(text, "}}{more})");
    text
}

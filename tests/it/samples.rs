//! Every sample of every rule page is exact to the byte, stable, parses, and wakes no other rule.

use victor_migrate::rule::RuleSet;
use victor_migrate::trial;

#[test]
fn every_sample_of_every_rule_holds() {
    let rules = RuleSet::load(None).expect("the embedded rules compile");
    let trials: Vec<trial::Trial> = rules.rules().iter().flat_map(|rule| trial::rule(&rules, rule)).collect();
    assert!(trials.len() > 100, "the pages have samples");
    let wrong = trials.iter().filter(|trial| !trial.word.holds());
    let wrong: Vec<String> =
        wrong.map(|trial| format!("{}:{} {}\n{}\n{}", trial.file, trial.line, trial.title, trial.why.join("\n"), trial.diff)).collect();
    assert!(wrong.is_empty(), "{} samples do not hold:\n{}", wrong.len(), wrong.join("\n"));
}

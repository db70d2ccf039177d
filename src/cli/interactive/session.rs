//! The questions one after the other, and what each answer means for the rest. Text in, decisions out; no terminal.

use crate::edit::answers::Answer;
use crate::scan::Rewritten;

/// What is known of the fix that a question is about, as far as answers depend on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Topic {
    pub rule: String,
    /// The file of its site.
    pub file: String,
}

/// What was said about a fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Answered(Answer),
    /// Yes, in other words.
    Rewritten(Rewritten),
    /// Another time.
    Later,
}

/// What to do after a line of input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Ask the next question; there may be none.
    Next,
    /// Let the person edit the change, and ask again unless that is an answer.
    Edit,
    /// Explain the keys, and ask again.
    Help,
}

/// What the keys mean.
pub(super) const HELP: &str = "\
y - make this fix
n - do not make it, and do not ask again
a - make this fix and all further ones of this rule
d - make neither this fix nor any further one of this rule, and do not ask again
s - leave this fix and the rest of this file for another time
e - edit the change before it is made
q - ask nothing more; what was said so far is made
? - this help
";

/// The questions and what was said.
pub(super) struct Session<'t> {
    topics: &'t [Topic],
    said: Vec<Option<Said>>,
}

impl<'t> Session<'t> {
    pub fn new(topics: &'t [Topic]) -> Self {
        Session { topics, said: vec![None; topics.len()] }
    }

    /// The question to ask now.
    pub fn open(&self) -> Option<usize> {
        self.said.iter().position(Option::is_none)
    }

    /// Takes a line of input, or its end, as the answer to the open question.
    pub fn hear(&mut self, line: Option<&str>) -> Step {
        let Some(at) = self.open() else { return Step::Next };
        let now = &self.topics[at];
        let (same_rule, same_file) = (|topic: &Topic| topic.rule == now.rule, |topic: &Topic| topic.file == now.file);
        match line.map(str::trim) {
            Some("y") => self.said[at] = Some(Said::Answered(Answer::Yes)),
            Some("n") => self.said[at] = Some(Said::Answered(Answer::No)),
            Some("a") => self.rest(&same_rule, &Said::Answered(Answer::Yes)),
            Some("d") => self.rest(&same_rule, &Said::Answered(Answer::No)),
            Some("s") => self.rest(&same_file, &Said::Later),
            Some("q") | None => self.rest(&|_| true, &Said::Later),
            Some("e") => return Step::Edit,
            Some(_) => return Step::Help,
        }
        Step::Next
    }

    /// Takes another change as the answer to the open question.
    pub fn rewrite(&mut self, edits: Rewritten) {
        if let Some(at) = self.open() {
            self.said[at] = Some(Said::Rewritten(edits));
        }
    }

    /// Says the same to all open questions of a kind.
    fn rest(&mut self, is_one: &dyn Fn(&Topic) -> bool, said: &Said) {
        let open = self.said.iter_mut().zip(self.topics).filter(|(old, topic)| old.is_none() && is_one(topic));
        open.for_each(|(old, _)| *old = Some(said.clone()));
    }

    /// What was said, by question; `None` for those that are still open.
    pub fn said(&self) -> &[Option<Said>] {
        &self.said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rule and file of each question, and what is said after some lines of input: y, n, `-` for later, `.` for nothing yet.
    fn after(topics: &[(&str, &str)], lines: &[Option<&str>]) -> String {
        let topics: Vec<Topic> = topics.iter().map(|(rule, file)| Topic { rule: (*rule).to_owned(), file: (*file).to_owned() }).collect();
        let mut session = Session::new(&topics);
        lines.iter().for_each(|line| _ = session.hear(*line));
        let word = |said: &Option<Said>| match said {
            None => '.',
            Some(Said::Later) => '-',
            Some(Said::Answered(Answer::Yes)) => 'y',
            Some(Said::Answered(Answer::No)) => 'n',
            Some(Said::Rewritten(_)) => 'e',
        };
        session.said().iter().map(word).collect()
    }

    #[test]
    fn each_key_does_what_the_help_says() {
        let topics = [("r", "a"), ("s", "a"), ("r", "a"), ("r", "b"), ("s", "b")];
        for (lines, said) in [
            (vec!["y", "n"], "yn..."),
            (vec!["a"], "y.yy."),
            (vec!["n", "a"], "ny..y"),
            (vec!["d", "y"], "nynn."),
            (vec!["y", "s"], "y--.."),
            (vec!["y", "q", "y"], "y----"),
            (vec!["", "Y", "yes", "?", "e"], "....."),
            (vec![" y \r"], "y...."),
        ] {
            let lines: Vec<Option<&str>> = lines.into_iter().map(Some).collect();
            assert_eq!(after(&topics, &lines), said, "{lines:?}");
        }
        assert_eq!(after(&topics, &[Some("y"), None]), "y----", "the end of input is the end of questions");
        assert_eq!(after(&[], &[Some("y")]), "");
    }

    #[test]
    fn what_is_no_answer_asks_again() {
        let topics = [Topic { rule: "r".to_owned(), file: "a".to_owned() }];
        let mut session = Session::new(&topics);
        assert_eq!((session.hear(Some("x")), session.hear(Some("e"))), (Step::Help, Step::Edit));
        session.rewrite(Vec::new());
        assert_eq!((session.open(), session.hear(Some("n"))), (None, Step::Next));
        assert_eq!(session.said(), [Some(Said::Rewritten(Vec::new()))]);
    }
}

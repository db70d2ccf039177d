//! Evidence: programs run before and after a rewrite, and whether anybody could tell the difference. Prints nothing.
//!
//! Reading order: [`compare`] (two runs), [`situation`] (what a rule does not control), [`prove`] (a sample of a rule), and
//! what a proof is made of: [`shapes`] (the same program, written differently), [`changed`] and [`coverage`] (what a rewrite
//! touched, and whether it ran), [`mutate`] (mistakes that a proof must notice).

pub mod changed;
pub mod compare;
pub mod coverage;
pub mod edits;
pub mod mutate;
pub mod prove;
pub mod shapes;
pub mod situation;
pub mod world;

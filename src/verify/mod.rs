//! Evidence: programs run before and after a rewrite, and whether anybody could tell the difference. Prints nothing.
//!
//! Reading order: [`compare`] (two runs), [`situation`] (what a rule does not control), [`prove`] (a sample of a rule), and
//! what a proof is made of: [`shapes`] (the same program, written differently), [`changed`] and [`coverage`] (what a rewrite
//! touched, and whether it ran), [`mutate`] (mistakes that a proof must notice). The same for code of the user's: [`edits`]
//! in the [`world`] of its project, and, where they ask for it, in their own Python: [`cpython`], on a [`mod@copy`] of the
//! tree; and their own tests, before and after: [`suite`].

mod bench;
pub mod changed;
pub mod compare;
pub mod copy;
pub mod coverage;
pub mod cpython;
pub mod edits;
pub mod mutate;
mod process;
pub mod prove;
pub mod shapes;
pub mod situation;
mod slice;
pub mod suite;
pub mod world;

//! Evidence: programs run before and after a rewrite, and whether anybody could tell the difference. Prints nothing.
//!
//! Reading order: [`compare`] (two runs), [`situation`] (what a rule does not control), [`prove`] (every sample of a rule).

pub mod compare;
pub mod prove;
pub mod situation;

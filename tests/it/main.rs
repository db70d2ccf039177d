//! The promises of the program, held by running it and its rules.

mod samples;

//! The promises of the program, held by running it.

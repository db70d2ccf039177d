//! The measurements behind our claims about speed.
fn main() {
    divan::main();
}

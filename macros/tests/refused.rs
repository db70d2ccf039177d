//! What cannot be declared is refused at the place of the mistake, all mistakes of a class at once.

#[test]
fn mistakes_are_shown_where_they_are() {
    trybuild::TestCases::new().compile_fail("tests/refused/*.rs");
}

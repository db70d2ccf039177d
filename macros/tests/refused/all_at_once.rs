use victor_migrate_macros::surface;
struct Thing;

#[surface(modules = [], side = both)]
impl Thing {
    fn silent(&self, _: &Rc<World>) {}

    /// No world.
    fn lost(&self) {}

    /// A default that is no text.
    fn number(&self, _: &Rc<World>, #[default = 7] count: i64) {}

    /// A property with a parameter.
    #[property]
    fn size(&self, _: &Rc<World>, of: Value) -> i64 {}
}
fn main() {}

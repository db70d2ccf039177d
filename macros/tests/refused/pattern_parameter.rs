use victor_migrate_macros::surface;
struct Thing;

#[surface(modules = [], side = both)]
impl Thing {
    /// Takes a pair.
    fn pair(&self, _: &Rc<World>, (a, b): (Value, Value)) {}
}
fn main() {}

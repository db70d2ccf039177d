use victor_migrate_macros::surface;
struct Thing;

#[surface(modules = [], side = both)]
impl Thing {
    /// Takes two.
    fn two(&self, _: &Rc<World>, #[default = "None"] first: Value, second: Value) {}
}
fn main() {}

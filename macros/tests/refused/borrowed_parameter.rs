use victor_migrate_macros::surface;
struct Thing;

#[surface(modules = [], side = both)]
impl Thing {
    /// Takes a text.
    fn text(&self, _: &Rc<World>, text: &str) {}
}
fn main() {}

use victor_migrate_macros::surface;
struct Thing;

#[surface(modules = [], side = both)]
impl Thing {
    fn silent(&self, _: &Rc<World>) {}
}
fn main() {}

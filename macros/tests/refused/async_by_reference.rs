use victor_migrate_macros::surface;
struct Thing;

#[surface(modules = [], side = both)]
impl Thing {
    /// Waits.
    async fn wait(&self, world: Rc<World>) {}
}
fn main() {}

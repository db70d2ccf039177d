use victor_migrate_macros::surface;
struct Thing;

#[surface(modules = [], side = new)]
impl Thing {}
fn main() {}

//! A manifest from the source of a package: which classes matter, and what each offers.

mod class;
mod code;
mod deprecation;
mod elsewhere;
mod function;
mod handed;

use std::collections::{BTreeMap, BTreeSet};

use class::Found;
use code::Code;

use super::manifest::{Class, Manifest};
use super::package::Package;
use crate::surface;

/// The manifest of a package.
///
/// # Errors
/// The package's orchestrator is no class that can be read.
pub fn extract(package: &Package) -> Result<Manifest, String> {
    let code = Code::new(package);
    let missing = || format!("`{}` has no class {} that can be read", surface::HOME, surface::ORCHESTRATOR);
    let home = code.class(surface::HOME, surface::ORCHESTRATOR).ok_or_else(missing)?;
    let mut orchestrator = class::class(&code, &home, true);
    elsewhere::complete(&code, &home, &mut orchestrator);
    components(&mut orchestrator);
    let mut wanted: BTreeSet<Found> = roles(&code);
    let held = orchestrator.members.values().filter_map(|member| member.class.as_deref());
    wanted.extend(held.filter(|name| name.starts_with("victor.agent.")).filter_map(|name| {
        let (module, name) = name.rsplit_once('.')?;
        code.class(module, name)
    }));
    wanted.remove(&home);
    let mut classes: BTreeMap<String, Class> = wanted.iter().map(|found| (code.dotted(found), class::class(&code, found, false))).collect();
    classes.insert(code.dotted(&home), orchestrator);
    Ok(Manifest { release: package.release.clone(), classes, exports: exports(&code) })
}

/// An attribute without annotation holds what the property that hands it out is annotated with.
fn components(class: &mut Class) {
    let told = class.members.values().filter_map(|member| Some((member.reads.clone()?, member.class.clone()?)));
    for (name, of) in told.collect::<Vec<_>>() {
        if let Some(member) = class.members.get_mut(&name).filter(|member| member.class.is_none()) {
            member.class = Some(of);
        }
    }
}

/// The coordinators and services of a package, by name and place.
fn roles(code: &Code<'_>) -> BTreeSet<Found> {
    let of_agent = code.modules().filter(|module| module.starts_with("victor.agent."));
    let mut found = BTreeSet::new();
    for module in of_agent {
        let is_home = [".coordinators.", ".services."].iter().any(|part| module.contains(part));
        for name in code.classes(module) {
            let is_role = name.ends_with("Coordinator") || (is_home && name.ends_with("Service"));
            found.extend(code.class(module, name).filter(|found| is_role && !name.starts_with('_') && found.module == module));
        }
    }
    found
}

/// Of the names that the guide imports, those that a package has.
fn exports(code: &Code<'_>) -> Vec<String> {
    let classes = surface::CLASSES.iter().flat_map(|class| class.modules.iter().map(|module| (*module, class.name)));
    let all = classes.chain(surface::FUNCTIONS.iter().map(|(module, name, _)| (*module, *name)));
    let here: BTreeSet<String> =
        all.filter(|(module, name)| code.exports(module, name)).map(|(module, name)| format!("{module}.{name}")).collect();
    here.into_iter().collect()
}

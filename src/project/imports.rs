//! The modules that a text imports, found without parsing it: good enough to know which file may see which.

/// Every module that the text may import, dotted; a relative one with its dots. `from a import b` may mean `a.b`.
#[must_use]
pub fn imported_modules(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = line.trim_start();
        if let Some(rest) = line.strip_prefix("import ") {
            for part in rest.split('#').next().unwrap_or("").split(',') {
                found.extend(part.split_whitespace().next().filter(|name| is_dotted(name)).map(str::to_owned));
            }
        } else if let Some((module, names)) = line.strip_prefix("from ").and_then(|rest| rest.split_once(" import")) {
            let module = module.trim();
            if !is_dotted(module) {
                continue;
            }
            let mut names = names.split('#').next().unwrap_or("").to_owned();
            while (names.contains('(') && !names.contains(')')) || names.trim_end().ends_with('\\') {
                let Some(more) = lines.next() else { break };
                names = names.trim_end_matches('\\').to_owned() + " " + more.split('#').next().unwrap_or("");
            }
            found.push(module.to_owned());
            let joint = if module.ends_with('.') { "" } else { "." };
            let each = names.split([',', '(', ')']).filter_map(|part| part.split_whitespace().next());
            found.extend(each.filter(|name| is_dotted(name)).map(|name| format!("{module}{joint}{name}")));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn is_dotted(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.')
}

#[cfg(test)]
mod tests {
    use super::imported_modules;

    #[test]
    fn every_form_of_import_is_seen() {
        let text = "import os, app.deps as d\nfrom . import x\nfrom .a.b import (\n    c as e,  # why\n    f,\n)\nif x:\n    from app import g, \\\n        h\nfrom m import *\n";
        let found = imported_modules(text);
        for module in ["os", "app.deps", ".", ".x", ".a.b", ".a.b.c", ".a.b.f", "app", "app.g", "app.h", "m"] {
            assert!(found.iter().any(|known| known == module), "{module}: {found:?}");
        }
        assert!(!found.iter().any(|known| known.contains('e') && known.ends_with(".e")), "{found:?}");
    }
}

//! One member as it is declared: its kind, its names and its parameters. Takes our attributes off the function.

use syn::ext::IdentExt;
use syn::{Attribute, Error, Expr, FnArg, Ident, ImplItemFn, Lit, LitStr, Meta, Pat, Receiver, ReturnType, Type};

use crate::declaration;

/// What a member is to Python.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    New,
    Property,
    Setter,
    Method,
    ClassMethod,
}

/// One parameter that Python sees.
pub struct Param {
    pub name: String,
    pub also: Option<LitStr>,
    pub default: Option<LitStr>,
    pub named: bool,
}

/// One member.
pub struct Member {
    pub kind: Kind,
    pub rust: Ident,
    /// The Python name first, then others for the same thing.
    pub names: Vec<String>,
    pub side: Ident,
    pub returns: Option<LitStr>,
    /// The Rust type of the answer; none for nothing.
    pub answer: Option<Type>,
    pub is_async: bool,
    /// Python may assign the property; `assign` takes the value.
    pub assigned: bool,
    pub params: Vec<Param>,
    pub doc: String,
}

/// Our attributes on a function or parameter, by name.
struct Marks(Vec<(Ident, Option<Expr>)>);

impl Marks {
    /// Takes the attributes of these names off.
    fn take(attributes: &mut Vec<Attribute>, names: &[&str]) -> syn::Result<Self> {
        let mut marks = Vec::new();
        let mut rest = Vec::new();
        for attribute in attributes.drain(..) {
            match attribute.path().get_ident() {
                Some(name) if names.iter().any(|known| name == known) => {
                    let value = match &attribute.meta {
                        Meta::NameValue(pair) => Some(pair.value.clone()),
                        Meta::Path(_) => None,
                        Meta::List(list) => return Err(Error::new_spanned(list, format!("write `#[{name}]` or `#[{name} = …]`"))),
                    };
                    marks.push((name.clone(), value));
                }
                _ => rest.push(attribute),
            }
        }
        *attributes = rest;
        Ok(Marks(marks))
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    fn text(&self, name: &str) -> syn::Result<Option<LitStr>> {
        match self.0.iter().find(|(known, _)| known == name) {
            None => Ok(None),
            Some((_, Some(Expr::Lit(literal)))) if matches!(literal.lit, Lit::Str(_)) => match &literal.lit {
                Lit::Str(text) => Ok(Some(text.clone())),
                _ => Ok(None),
            },
            Some((at, _)) => Err(Error::new(at.span(), format!("`#[{name} = \"…\"]` takes a string"))),
        }
    }

    fn side(&self) -> syn::Result<Option<Ident>> {
        match self.0.iter().find(|(known, _)| known == "side") {
            None => Ok(None),
            Some((_, Some(Expr::Path(path)))) => path.path.get_ident().map(declaration::side).transpose(),
            Some((at, _)) => Err(Error::new(at.span(), "a side is `both`, `legacy` or `coordinator`")),
        }
    }
}

/// Reads a function; `None` when it is hidden from Python.
pub fn parse(function: &mut ImplItemFn, side: &Ident) -> syn::Result<Option<Member>> {
    let marks = Marks::take(
        &mut function.attrs,
        &["new", "property", "setter", "class_method", "hidden", "name", "also_as", "returns", "side", "assigned"],
    )?;
    if marks.has("hidden") {
        return Ok(None);
    }
    let rust = function.sig.ident.clone();
    let doc = documentation(&function.attrs);
    if doc.is_empty() {
        return Err(Error::new(rust.span(), "every member that Python sees needs a doc comment"));
    }
    let kind = kind(&marks);
    let is_async = function.sig.asyncness.is_some();
    receiver(function, kind, is_async)?;
    let params = params(function, kind)?;
    let own = rust.unraw().to_string();
    let plain = if kind == Kind::Setter { own.strip_prefix("set_").unwrap_or(&own).to_owned() } else { own };
    let name = marks.text("name")?.map_or(plain, |name| name.value());
    let names = std::iter::once(name).chain(marks.text("also_as")?.map(|name| name.value())).collect();
    let answer = match &function.sig.output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => Some((**ty).clone()),
    };
    Ok(Some(Member {
        kind,
        rust,
        names,
        side: marks.side()?.unwrap_or_else(|| side.clone()),
        returns: marks.text("returns")?,
        answer,
        is_async,
        assigned: marks.has("assigned"),
        params,
        doc,
    }))
}

fn kind(marks: &Marks) -> Kind {
    let marked = [("new", Kind::New), ("property", Kind::Property), ("setter", Kind::Setter), ("class_method", Kind::ClassMethod)];
    marked.into_iter().find(|(name, _)| marks.has(name)).map_or(Kind::Method, |(_, kind)| kind)
}

fn documentation(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// The wrong kind of receiver is a mistake.
fn receiver(function: &ImplItemFn, kind: Kind, is_async: bool) -> syn::Result<()> {
    let found: Option<&Receiver> = function.sig.receiver();
    let free = matches!(kind, Kind::New | Kind::ClassMethod);
    match (found, free) {
        (None, true) => Ok(()),
        (Some(receiver), true) => Err(Error::new_spanned(receiver, "this has no object yet, so no `self`")),
        (None, false) => Err(Error::new(function.sig.ident.span(), "a member needs `self`; mark helpers with `#[hidden]`")),
        (Some(receiver), false) if is_async && (receiver.reference.is_some() || receiver.colon_token.is_none()) => {
            Err(Error::new_spanned(receiver, "an async member outlives its call: write `self: Rc<Self>`"))
        }
        (Some(_), false) => Ok(()),
    }
}

fn params(function: &mut ImplItemFn, kind: Kind) -> syn::Result<Vec<Param>> {
    let place = function.sig.ident.span();
    let mut inputs = function.sig.inputs.iter_mut().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    });
    if inputs.next().is_none() {
        return Err(Error::new(place, "the first parameter is the world: `world: &Rc<World>`, or `Rc<World>` in async members"));
    }
    let mut list: Vec<Param> = Vec::new();
    let mut named = false;
    for input in inputs {
        let marks = Marks::take(&mut input.attrs, &["default", "named", "also", "rest"])?;
        named |= marks.has("named");
        let Pat::Ident(name) = &*input.pat else {
            return Err(Error::new_spanned(&input.pat, "a parameter that Python sees has a plain name"));
        };
        if let Type::Reference(reference) = &*input.ty {
            return Err(Error::new_spanned(reference, "a value from Python is owned; take `String`, `Value`, `Option<…>`"));
        }
        let default = marks.text("default")?;
        if default.is_none() && !named && list.iter().any(|earlier| earlier.default.is_some()) {
            return Err(Error::new_spanned(&name.ident, "a parameter without a default follows one with a default"));
        }
        let own = name.ident.unraw().to_string();
        if marks.has("rest") {
            let nothing = LitStr::new("{}", name.ident.span());
            list.push(Param { name: format!("**{own}"), also: None, default: Some(nothing), named: true });
            continue;
        }
        list.push(Param { name: own, also: marks.text("also")?, default, named });
    }
    let wanted = match kind {
        Kind::Property => 0,
        Kind::Setter => 1,
        _ => return Ok(list),
    };
    if list.len() == wanted { Ok(list) } else { Err(Error::new(place, format!("this takes {wanted} values beside the world"))) }
}

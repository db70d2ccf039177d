//! The class as it is declared: its name, modules and side, and the members of its `impl`. Parses; writes nothing.

use proc_macro2::{Span, TokenStream};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Error, Ident, ImplItem, ItemImpl, LitStr, Token, Type, bracketed};

use crate::member::{self, Member};

/// What stands in the brackets of the attribute.
struct Head {
    name: Option<String>,
    modules: Vec<LitStr>,
    side: Ident,
}

/// A declared class.
pub struct Declaration {
    /// The Python name.
    pub name: String,
    /// The modules it can be imported from.
    pub modules: Vec<LitStr>,
    /// The variant of `Side`.
    pub side: Ident,
    /// The Rust type.
    pub rust: Ident,
    /// What Python sees, in order.
    pub members: Vec<Member>,
    /// The `impl` without our attributes.
    pub item: ItemImpl,
}

impl Parse for Head {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (mut name, mut modules, mut side) = (None, None, None);
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            input.parse::<Token![=]>()?;
            match key.to_string().as_str() {
                "name" => name = Some(input.parse::<LitStr>()?.value()),
                "side" => side = Some(self::side(&input.parse()?)?),
                "modules" => {
                    let list;
                    bracketed!(list in input);
                    modules = Some(Punctuated::<LitStr, Token![,]>::parse_terminated(&list)?.into_iter().collect());
                }
                _ => return Err(Error::new(key.span(), "expected `name`, `modules` or `side`")),
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        let missing = |what: &str| Error::new(Span::call_site(), format!("`{what} = …` is missing"));
        Ok(Head { name, modules: modules.ok_or_else(|| missing("modules"))?, side: side.ok_or_else(|| missing("side"))? })
    }
}

/// `both`, `legacy` or `coordinator` as the variant of `Side`.
pub fn side(word: &Ident) -> syn::Result<Ident> {
    let variant = match word.to_string().as_str() {
        "both" => "Both",
        "legacy" => "Legacy",
        "coordinator" => "Coordinator",
        _ => return Err(Error::new(word.span(), "a side is `both`, `legacy` or `coordinator`")),
    };
    Ok(Ident::new(variant, word.span()))
}

/// Reads the attribute and the `impl` below it; all mistakes at once.
pub fn parse(arguments: TokenStream, item: TokenStream) -> syn::Result<Declaration> {
    let head: Head = syn::parse2(arguments)?;
    let mut item: ItemImpl = syn::parse2(item)?;
    let rust = match (&*item.self_ty, &item.trait_) {
        (Type::Path(path), None) if path.path.get_ident().is_some() => path.path.get_ident().cloned(),
        _ => None,
    };
    let rust = rust.ok_or_else(|| Error::new_spanned(&item.self_ty, "`#[surface]` stands on the `impl` of a plain type"))?;
    let mut errors: Option<Error> = None;
    let mut members = Vec::new();
    for part in &mut item.items {
        let found = match part {
            ImplItem::Fn(function) => member::parse(function, &head.side),
            other => Err(Error::new_spanned(other, "only functions can be declared to Python")),
        };
        match found {
            Ok(member) => members.extend(member),
            Err(error) => match &mut errors {
                Some(all) => all.combine(error),
                None => errors = Some(error),
            },
        }
    }
    match errors {
        Some(errors) => Err(errors),
        None => Ok(Declaration {
            name: head.name.unwrap_or_else(|| rust.to_string()),
            modules: head.modules,
            side: head.side,
            rust,
            members,
            item,
        }),
    }
}

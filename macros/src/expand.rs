//! The declaration as code: the `impl` itself, its entry in the manifest, and the binding of calls.

use proc_macro2::TokenStream;
use quote::quote;

use crate::bind;
use crate::declaration::{self, Declaration};
use crate::member::{Kind, Member, Param};

/// The whole expansion.
pub fn surface(arguments: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let declaration = declaration::parse(arguments, item)?;
    let item = &declaration.item;
    let manifest = manifest(&declaration);
    let binding = bind::binding(&declaration);
    Ok(quote! {
        #item
        #manifest
        #binding
    })
}

/// The entry in the manifest.
fn manifest(declaration: &Declaration) -> TokenStream {
    let Declaration { name, modules, side, rust, members, .. } = declaration;
    let init = members.iter().find(|member| member.kind == Kind::New);
    let init = match init {
        Some(member) => {
            let params = member.params.iter().map(param);
            quote!(Some(&[#(#params),*]))
        }
        None => quote!(None),
    };
    let entries = members.iter().filter(|member| !matches!(member.kind, Kind::New | Kind::Setter)).flat_map(entries);
    let settable = members.iter().filter(|member| member.kind == Kind::Setter || member.assigned).flat_map(|member| &member.names);
    let about = format!("The entry of `{name}` in the manifest.");
    quote! {
        impl #rust {
            #[doc = #about]
            pub const CLASS: crate::surface::Class = crate::surface::Class {
                name: #name,
                modules: &[#(#modules),*],
                side: crate::surface::Side::#side,
                init: #init,
                settable: &[#(#settable),*],
                members: &[#(#entries),*],
            };
        }
    }
}

/// One entry for each name of a member.
fn entries(member: &Member) -> Vec<TokenStream> {
    let Member { side, doc, .. } = member;
    let kind = match (member.kind, member.is_async) {
        (Kind::Property, _) => quote!(Attribute),
        (Kind::ClassMethod, _) => quote!(ClassMethod),
        (_, true) => quote!(AsyncMethod),
        _ => quote!(Method),
    };
    let returns = match (&member.returns, &member.answer) {
        (Some(text), _) => quote!(#text),
        (None, Some(ty)) => quote!(<#ty as crate::runtime::Answer>::NAME),
        (None, None) => quote!("none"),
    };
    let params: Vec<TokenStream> = member.params.iter().map(param).collect();
    let entry = |name: &String| {
        quote! {
            crate::surface::Member {
                name: #name,
                side: crate::surface::Side::#side,
                kind: crate::surface::MemberKind::#kind,
                returns: #returns,
                params: &[#(#params),*],
                doc: #doc,
            }
        }
    };
    member.names.iter().map(entry).collect()
}

/// One parameter in the manifest.
pub fn param(param: &Param) -> TokenStream {
    let Param { name, named, .. } = param;
    let also = param.also.as_ref().map_or(quote!(""), |also| quote!(#also));
    let default = param.default.as_ref().map_or(quote!(None), |default| quote!(Some(#default)));
    quote!(crate::surface::Param { name: #name, also: #also, default: #default, keyword_only: #named })
}

#[cfg(test)]
mod tests {
    use quote::quote;

    #[test]
    fn the_expansion_can_be_read() {
        let arguments = quote!(modules = ["victor.agent.coordinators"], side = coordinator);
        let item = quote! {
            impl Counter {
                /// Starts at a number.
                #[new]
                fn new(_: &Rc<World>, #[default = "0"] start: i64) -> Result<Self, Raised> { Ok(Counter(start)) }

                /// Adds one after a while.
                #[also_as = "increment"]
                async fn add(self: Rc<Self>, world: Rc<World>, #[named] #[also = "n"] count: i64) -> i64 { 1 }

                /// The number.
                #[property]
                #[side = legacy]
                fn value(&self, _: &Rc<World>) -> i64 { self.0 }
            }
        };
        let expanded = super::surface(arguments, item).expect("a declaration");
        let file = syn::parse2(expanded).expect("Rust");
        insta::assert_snapshot!(prettyplease::unparse(&file));
    }
}

//! The binding: from a name and arguments to the Rust function, and back.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::declaration::Declaration;
use crate::expand::param;
use crate::member::{Kind, Member};

/// `Declared`, and the constructor.
pub fn binding(declaration: &Declaration) -> TokenStream {
    let Declaration { name, rust, members, .. } = declaration;
    let of = |kind: Kind| members.iter().filter(move |member| member.kind == kind);
    let reads = of(Kind::Property).map(read);
    let writes = members.iter().filter(|member| member.kind == Kind::Setter || member.assigned).map(write);
    let calls = of(Kind::Method).map(|member| call(name, member, &quote!(self)));
    let statics = of(Kind::ClassMethod).map(|member| call(name, member, &quote!(Self)));
    let construct = of(Kind::New).next().map(|member| construct(name, member));
    quote! {
        impl #rust {
            #construct

            /// Calls a method of the class itself; `None` when it has none of that name.
            pub fn call_class(
                world: &::std::rc::Rc<crate::runtime::World>,
                name: &str,
                arguments: crate::runtime::Arguments,
            ) -> Option<crate::runtime::Flow> {
                let _ = (world, &arguments);
                match name {
                    #(#statics)*
                    _ => None,
                }
            }
        }

        impl crate::runtime::Declared for #rust {
            fn class(&self) -> &'static crate::surface::Class {
                &Self::CLASS
            }

            fn get(
                self: ::std::rc::Rc<Self>,
                world: &::std::rc::Rc<crate::runtime::World>,
                name: &str,
            ) -> Option<Result<crate::runtime::Value, crate::runtime::Raised>> {
                let _ = world;
                match name {
                    #(#reads)*
                    _ => None,
                }
            }

            fn set(
                self: ::std::rc::Rc<Self>,
                world: &::std::rc::Rc<crate::runtime::World>,
                name: &str,
                value: crate::runtime::Value,
            ) -> Option<Result<(), crate::runtime::Raised>> {
                let _ = (world, &value);
                match name {
                    #(#writes)*
                    _ => None,
                }
            }

            fn call(
                self: ::std::rc::Rc<Self>,
                world: &::std::rc::Rc<crate::runtime::World>,
                name: &str,
                arguments: crate::runtime::Arguments,
            ) -> Option<crate::runtime::Flow> {
                let _ = (world, &arguments);
                match name {
                    #(#calls)*
                    _ => None,
                }
            }

            fn into_any(self: ::std::rc::Rc<Self>) -> ::std::rc::Rc<dyn ::std::any::Any> {
                self
            }
        }
    }
}

fn read(member: &Member) -> TokenStream {
    let Member { rust, names, .. } = member;
    quote!(#(#names)|* => Some(crate::runtime::IntoValue::into_value(self.#rust(world))),)
}

fn write(member: &Member) -> TokenStream {
    let Member { rust, names, .. } = member;
    if member.assigned {
        return quote!(#(#names)|* => Some(self.assign(world, name, value)),);
    }
    quote!(#(#names)|* => Some(crate::runtime::IntoValue::into_value(self.#rust(world, value)).map(drop)),)
}

/// The arguments bound to the parameters, each under a name of its own.
fn bound(place: &str, member: &Member) -> (TokenStream, Vec<proc_macro2::Ident>) {
    let params = member.params.iter().map(param);
    let names: Vec<_> = (0..member.params.len()).map(|at| format_ident!("argument_{at}")).collect();
    let places = 0..names.len();
    let binding = quote! {
        const PARAMS: &[crate::surface::Param] = &[#(#params),*];
        #[allow(unused_mut, unused_variables)]
        let mut bound = crate::runtime::bind(PARAMS, arguments, #place)?;
        #(let #names = bound.take(#places)?;)*
    };
    (binding, names)
}

fn call(class: &str, member: &Member, on: &TokenStream) -> TokenStream {
    let Member { rust, names, .. } = member;
    let place = format!("{class}.{}", names.first().map_or("", String::as_str));
    let (binding, arguments) = bound(&place, member);
    let owner = if member.kind == Kind::ClassMethod { quote!(Self::) } else { quote!(#on.) };
    let body = if member.is_async {
        quote! {
            let world = ::std::rc::Rc::clone(world);
            let begun = (move || -> Result<_, crate::runtime::Raised> {
                #binding
                Ok(#owner #rust(world, #(#arguments),*))
            })();
            match begun {
                Ok(waiting) => crate::runtime::Flow::Coroutine(Box::pin(async move {
                    crate::runtime::IntoValue::into_value(waiting.await)
                })),
                Err(raised) => crate::runtime::Flow::Done(Err(raised)),
            }
        }
    } else {
        quote! {
            crate::runtime::Flow::Done((move || {
                #binding
                crate::runtime::IntoValue::into_value(#owner #rust(world, #(#arguments),*))
            })())
        }
    };
    quote!(#(#names)|* => Some({ #body }),)
}

fn construct(class: &str, member: &Member) -> TokenStream {
    let Member { rust, .. } = member;
    let (binding, arguments) = bound(class, member);
    quote! {
        /// The constructor, as Python calls it.
        ///
        /// # Errors
        /// `TypeError` for arguments that do not fit, and what the constructor raises.
        pub fn construct(
            world: &::std::rc::Rc<crate::runtime::World>,
            arguments: crate::runtime::Arguments,
        ) -> Result<::std::rc::Rc<Self>, crate::runtime::Raised> {
            #binding
            Self::#rust(world, #(#arguments),*).map(::std::rc::Rc::new)
        }
    }
}

//! Values as JSON. What JSON has is itself, lists included; the rest is an object of one key: `f` a float, `t` a tuple,
//! `d` the pairs of a dict, `o` an object of the core with its class, `x` one of the program's.

use serde_json::{Value as Json, json};

use crate::runtime::handles::Handles;
use crate::runtime::{Arguments, Foreign, Raised, Value};

/// A value on its way out.
pub(super) fn write(value: &Value, handles: &Handles) -> Json {
    let all = |items: &[Value]| items.iter().map(|item| write(item, handles)).collect::<Vec<_>>();
    match value {
        Value::None => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Int(value) => json!(value),
        Value::Float(value) => json!({ "f": value.to_string() }),
        Value::Text(text) => json!(text),
        Value::List(items) => Json::Array(all(items)),
        Value::Tuple(items) => json!({ "t": all(items) }),
        Value::Dict(entries) => {
            let pairs: Vec<Json> = entries.iter().map(|(key, value)| json!([write(key, handles), write(value, handles)])).collect();
            json!({ "d": pairs })
        }
        Value::Object(object) => json!({ "o": [handles.of(object), object.0.class().name] }),
        Value::Foreign(foreign) => json!({ "x": foreign.0 }),
    }
}

/// A value that came in; `None` where it is none.
pub(super) fn read(json: &Json, handles: &Handles) -> Option<Value> {
    let all = |items: &[Json]| items.iter().map(|item| read(item, handles)).collect::<Option<Vec<_>>>();
    Some(match json {
        Json::Null => Value::None,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => Value::Int(number.as_i64()?),
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(items) => Value::List(all(items)?),
        Json::Object(fields) => {
            let (kind, inner) = fields.iter().next()?;
            match kind.as_str() {
                "f" => Value::Float(inner.as_str()?.parse().ok()?),
                "t" => Value::Tuple(all(inner.as_array()?)?),
                "d" => Value::Dict(inner.as_array()?.iter().map(|pair| pair_of(pair, handles)).collect::<Option<_>>()?),
                "o" => Value::Object(handles.get(usize::try_from(inner.as_u64()?).ok()?)?),
                "x" => Value::Foreign(Foreign(inner.as_u64()?)),
                _ => return None,
            }
        }
    })
}

fn pair_of(pair: &Json, handles: &Handles) -> Option<(Value, Value)> {
    Some((read(pair.get(0)?, handles)?, read(pair.get(1)?, handles)?))
}

/// The arguments of a call that came in.
pub(super) fn arguments(args: &Json, kwargs: &Json, handles: &Handles) -> Option<Arguments> {
    let positional = read(args, handles)?.items()?.to_vec();
    let Value::Dict(entries) = read(kwargs, handles)? else { return None };
    let named = entries.into_iter().map(|(name, value)| Some((name.text()?.to_owned(), value))).collect::<Option<_>>()?;
    Some(Arguments { positional, named })
}

/// An exception on its way out: class, text and the program's own, if it is.
pub(super) fn write_raised(raised: &Raised) -> Json {
    json!([raised.class, raised.message, raised.origin.map(|origin| origin.0)])
}

/// An exception that came in.
pub(super) fn read_raised(json: &Json) -> Option<Raised> {
    let text = |at: usize| json.get(at)?.as_str().map(str::to_owned);
    Some(Raised { class: text(0)?, message: text(1)?, origin: json.get(2)?.as_u64().map(Foreign) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_comes_back() {
        let handles = Handles::default();
        let floats = [0.1, -0.0, 1e300, f64::INFINITY, 5.0].map(Value::Float).to_vec();
        let value = Value::List(vec![
            Value::None,
            Value::Bool(true),
            Value::Int(i64::MIN),
            Value::Text("é\n\"".to_owned()),
            Value::Tuple(vec![Value::Int(1)]),
            Value::Dict(vec![(Value::Int(1), Value::List(floats))]),
            Value::Foreign(Foreign(7)),
        ]);
        let text = write(&value, &handles).to_string();
        assert_eq!(read(&serde_json::from_str(&text).expect("JSON"), &handles), Some(value), "{text}");
        for wrong in [json!(1.5), json!({ "q": 1 }), json!({ "o": 9 }), json!({})] {
            assert_eq!(read(&wrong, &handles), None, "{wrong}");
        }
    }
}

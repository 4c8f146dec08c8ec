//! The same expression over the same variables, evaluated here and by the interpreter of the `cel` crate.

use std::sync::Arc;

use cel::{Context, Env};
use hubroster::expression::{
    Base, Budget, Expression, Failure, Field, Record, Shape, Type, Value, Variable, parse,
};

pub(crate) static PERSON: Shape = Shape {
    name: "a person",
    fields: &[
        Field { name: "email", r#type: Type::TEXT },
        Field { name: "age", r#type: Type::NUMBER },
        Field { name: "team", r#type: Type::TEXT.or_null() },
        Field { name: "state", r#type: Type::of(Base::Word(&["present", "removed"])) },
        Field { name: "seats", r#type: Type::TEXT.list() },
    ],
};

pub(crate) const VARIABLES: [Variable; 8] = [
    Variable { name: "person", r#type: Type::record(&PERSON) },
    Variable { name: "people", r#type: Type::record(&PERSON).list() },
    Variable { name: "numbers", r#type: Type::NUMBER.list() },
    Variable { name: "texts", r#type: Type::TEXT.list() },
    Variable { name: "map", r#type: Type::MAP },
    Variable { name: "any", r#type: Type::ANY },
    Variable { name: "yes", r#type: Type::BOOL },
    Variable { name: "nothing", r#type: Type::TEXT.or_null() },
];

fn person(email: &str, age: i64, team: Option<&str>) -> Value {
    let team = Value::or_null(team.map(Value::text));
    let seats = Value::list([Value::text("Core"), Value::text("Sales Hub")]);
    Record::value(&PERSON, [Value::text(email), Value::Number(age), team, Value::text("present"), seats])
}

pub(crate) fn values() -> Vec<Value> {
    vec![
        person("ana@example.com", 41, Some("Sales")),
        Value::list([person("ana@example.com", 41, Some("Sales")), person("bo@example.org", 7, None)]),
        Value::list([1, -2, 3].map(Value::Number)),
        Value::list(["a", "bc", "é"].map(Value::text)),
        map([("a", Value::Number(1)), ("b", Value::list([Value::text("x")])), ("c", Value::Null)]),
        map([("view", Value::text("team")), ("export", Value::Bool(false))]),
        Value::Bool(true),
        Value::Null,
    ]
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    let entries: Vec<(Arc<str>, Value)> =
        entries.into_iter().map(|(key, value)| (key.into(), value)).collect();
    Value::Map(entries.into())
}

/// What our own says; `Err` with why not.
pub(crate) fn ours(text: &str) -> Result<Value, String> {
    let syntax = parse(text).map_err(|problem| format!("no expression: {problem:?}"))?;
    let expression = Expression::check(syntax, &VARIABLES, &[])
        .map_err(|problems| format!("makes no sense: {problems:?}"))?;
    expression.evaluate(&values(), &mut Budget::new(1_000_000)).map_err(|failure| match failure {
        Failure::Unknown { message, start, end } => format!("{message}, at `{}`", &text[start..end]),
        Failure::Budget { steps } => format!("more than {steps} steps"),
    })
}

/// What the other interpreter says.
pub(crate) fn theirs(text: &str) -> Result<Value, String> {
    let program = Env::stdlib().compile(text).map_err(|errors| errors.to_string())?;
    let mut context = Context::default();
    for (variable, value) in VARIABLES.iter().zip(values()) {
        context.add_variable_from_value(variable.name, exported(&value));
    }
    program.execute(&context).map_err(|error| error.to_string()).map(|value| imported(&value))
}

pub(crate) fn their_parser_takes(text: &str) -> bool {
    // Without its macros, as here: those are looked at when a name is.
    Env::stdlib().with_optional_support(false).parser().parse(text).is_ok()
}

fn exported(value: &Value) -> cel::Value {
    match value {
        Value::Null => cel::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(value) => (*value).into(),
        Value::Text(text) => text.as_ref().into(),
        Value::List(items) => items.iter().map(exported).collect::<Vec<_>>().into(),
        Value::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| (key.to_string(), exported(value)));
            entries.collect::<std::collections::BTreeMap<_, _>>().into_iter().collect::<Entries>().into()
        }
        Value::Record(record) => {
            // A field that is nothing is not there, which is what `has` asks.
            let fields =
                PERSON.names().map(|name| (name.to_owned(), exported(record.field(name).expect("a field"))));
            fields.collect::<Entries>().into()
        }
    }
}

#[expect(clippy::disallowed_types, reason = "the other interpreter's own type of a map")]
type Entries = std::collections::HashMap<String, cel::Value>;

fn imported(value: &cel::Value) -> Value {
    match value {
        cel::Value::Bool(value) => Value::Bool(*value),
        cel::Value::Int(value) => Value::Number(*value),
        cel::Value::String(text) => Value::text(text.as_str()),
        cel::Value::List(items) => Value::list(items.iter().map(imported)),
        cel::Value::Null => Value::Null,
        // The order of their maps is random.
        cel::Value::Map(_) => map([]),
        other => panic!("no value of ours: {other:?}"),
    }
}

/// The same without what the judge cannot give back: maps and records.
pub(crate) fn comparable(value: &Value) -> Value {
    match value {
        Value::Map(_) | Value::Record(_) => map([]),
        Value::List(items) => Value::list(items.iter().map(comparable)),
        other => other.clone(),
    }
}

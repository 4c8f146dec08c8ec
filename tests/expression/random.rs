//! Random expressions: whatever is an expression here is one of CEL, and means the same; whatever is none does no harm.

use hubroster::expression::{Budget, Expression, parse};
use proptest::prelude::*;

use super::judge::{VARIABLES, comparable, ours, their_parser_takes, theirs, values};

/// Parts that fit together often enough.
fn number() -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        (-3_i64..4).prop_map(|number| number.to_string()),
        Just("9223372036854775807".to_owned()),
        Just("person.age".to_owned()),
        Just("map.a".to_owned()),
        Just("any.missing".to_owned()),
        Just("numbers[1]".to_owned()),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), "[-+*/%]", inner.clone())
                .prop_map(|(left, operator, right)| format!("({left} {operator} {right})")),
            inner.clone().prop_map(|of| format!("-({of})")),
            text().prop_map(|of| format!("size({of})")),
            list().prop_map(|of| format!("{of}.size()")),
            (condition_leaf(), inner.clone(), inner.clone())
                .prop_map(|(condition, yes, no)| format!("({condition} ? {yes} : {no})")),
            (list(), inner.clone()).prop_map(|(list, at)| format!("{list}[{at}]")),
        ]
    })
    .boxed()
}

fn text() -> BoxedStrategy<String> {
    prop_oneof![
        Just("'a'".to_owned()),
        Just("\"é\"".to_owned()),
        Just("''".to_owned()),
        Just("person.email".to_owned()),
        Just("person.team".to_owned()),
        Just("nothing".to_owned()),
        Just("any.view".to_owned()),
        Just("texts[1]".to_owned()),
        Just("('a' + person.email)".to_owned()),
    ]
    .boxed()
}

fn list() -> BoxedStrategy<String> {
    prop_oneof![
        Just("numbers".to_owned()),
        Just("[1, 2, 2]".to_owned()),
        Just("[]".to_owned()),
        Just("numbers.map(x, x * 2)".to_owned()),
        Just("numbers.filter(x, x > 0)".to_owned()),
        Just("(numbers + [0])".to_owned()),
    ]
    .boxed()
}

fn condition_leaf() -> BoxedStrategy<String> {
    prop_oneof![
        Just("true".to_owned()),
        Just("false".to_owned()),
        Just("yes".to_owned()),
        Just("has(map.a)".to_owned()),
        Just("has(any.nothing)".to_owned()),
        Just("any.export".to_owned()),
        Just("1 / 0 == 1".to_owned()),
        Just("nothing == null".to_owned()),
    ]
    .boxed()
}

fn condition() -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        condition_leaf(),
        (number(), "(==|!=|<|<=|>|>=)", number())
            .prop_map(|(left, operator, right)| format!("{left} {operator} {right}")),
        (text(), "(==|!=|<|<=|>|>=)", text())
            .prop_map(|(left, operator, right)| format!("{left} {operator} {right}")),
        (text(), "(startsWith|endsWith|contains)", text())
            .prop_map(|(left, name, right)| format!("{left}.{name}({right})")),
        (number(), list()).prop_map(|(item, list)| format!("{item} in {list}")),
        (list(), list()).prop_map(|(left, right)| format!("{left} == {right}")),
    ];
    leaf.prop_recursive(4, 16, 2, |inner| {
        prop_oneof![
            (inner.clone(), "(&&|\\|\\|)", inner.clone())
                .prop_map(|(left, operator, right)| format!("({left} {operator} {right})")),
            inner.clone().prop_map(|of| format!("!({of})")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(condition, yes, no)| format!("(({condition}) ? ({yes}) : ({no}))")),
            (list(), "(all|exists|exists_one)", inner.clone(), "(<|>|==)", number()).prop_map(
                |(list, each, inner, operator, number)| {
                    format!("{list}.{each}(n, ({inner}) && n {operator} {number})")
                }
            ),
            (inner.clone(), number()).prop_map(|(inner, number)| format!(
                "people.filter(p, {inner}).map(p, p.age).exists(n, n == {number})"
            )),
        ]
    })
    .boxed()
}

/// Anything that looks like a piece of an expression, and some that does not.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "person", "numbers", "map", "any", "yes", "x", "1", "-2", "0x1F", "'a'", "\"b\"", "r'\\'", "'''c'''", "true", "null",
            ".email", ".age", ".size()", ".all(x, ", ".map(x, ", ".exists(n, n > 1)", "has(map.a)", "size(", "in", "[", "]", "(", ")", "{", "}",
            ",", ".", "?", ":", "+", "-", "*", "/", "%", "!", "&&", "||", "==", "!=", "<", "<=", ">", ">=", "// x", "\n", "{'a': 1}", "[1, 2]", "1.5", "b'x'", "1u",
        ]).prop_map(str::to_owned),
        1 => "[ -~\\t\\n]{1,4}",
        1 => any::<char>().prop_map(|character| character.to_string()),
    ];
    prop::collection::vec(piece, 1..16).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_condition_means_what_cel_says(text in condition()) {
        let (ours, theirs) = (ours(&text), theirs(&text));
        match (&ours, &theirs) {
            (Ok(one), Ok(other)) => prop_assert_eq!(comparable(one), comparable(other), "{}", text),
            (Err(_), Err(_)) => {}
            // What is refused before it is evaluated, such as a number compared with text, has a value in CEL.
            (Err(why), Ok(_)) => prop_assert!(why.starts_with("makes no sense"), "{text}: {why}, the judge {theirs:?}"),
            (Ok(_), Err(_)) => prop_assert!(false, "{text}: {ours:?}, the judge {theirs:?}"),
        }
    }

    #[test]
    fn what_is_an_expression_here_is_one_of_cel(text in soup()) {
        if parse(&text).is_ok() {
            prop_assert!(their_parser_takes(&text), "{text}");
        }
    }

    #[test]
    fn nothing_that_is_written_does_harm(text in prop_oneof![soup(), any::<String>()]) {
        match parse(&text) {
            Err(problem) => prop_assert!(text.get(problem.start..problem.end).is_some(), "{text}: {problem:?}"),
            Ok(syntax) => match Expression::check(syntax, &VARIABLES, &[]) {
                Err(problems) => for problem in problems {
                    prop_assert!(text.get(problem.start..problem.end).is_some(), "{text}: {problem:?}");
                },
                Ok(expression) => {
                    let mut budget = Budget::new(10_000);
                    let _ = expression.evaluate(&values(), &mut budget);
                }
            },
        }
    }
}

//! Expressions that are made to hang, to fill the memory or to overflow the stack end with a plain word.

use hubroster::expression::{Budget, Expression, Failure, MAX_LENGTH, Type, Value, Variable, parse};

const LIST: [Variable; 1] = [Variable { name: "list", r#type: Type::TEXT.list() }];

/// The steps it took, or how it failed, over a list of so many texts.
fn run(text: &str, length: usize) -> Result<u64, Failure> {
    let syntax = parse(text).expect("an expression");
    let expression = Expression::check(syntax, &LIST, &[]).expect("a sensible one");
    let list = Value::list((0..length).map(|number| Value::text(format!("user{number}@example.com"))));
    let mut budget = Budget::new(1_000_000);
    expression.evaluate(&[list], &mut budget).map(|_| budget.spent())
}

const SPENT: Result<u64, Failure> = Err(Failure::Budget { steps: 1_000_000 });

#[test]
fn what_is_repeated_inside_itself_ends() {
    for text in [
        "list.all(a, list.all(b, true))",
        "list.exists(a, list.exists(b, list.exists(c, a == b && b == c && c == 'x')))",
        "list.map(a, list.map(b, a + b)).size() > 0",
        "list.filter(a, list.exists_one(b, a == b)).size() > 0",
        "list.all(a, list == list.map(b, b))",
        // Neither a mistake nor a decision hides that the budget is spent.
        "list.all(a, list.all(b, 1 / 0 == 1)) || true",
        "list.exists(a, list.all(b, true) && 1 / 0 == 1) || true",
    ] {
        assert_eq!(run(text, 10_000), SPENT, "{text}");
    }
}

#[test]
fn what_doubles_again_and_again_ends() {
    for (step, times) in [(".map(x, x + x)", 20), (".map(x, x + x + x + x)", 12)] {
        let text = format!("['abcdefghijklmnop']{}.size() > 0", step.repeat(times));
        assert_eq!(run(&text, 0), SPENT, "{text}");
    }
    assert_eq!(run(&format!("[list]{}.size() > 0", ".map(x, x + x)".repeat(20)), 10), SPENT);
}

#[test]
fn a_long_text_costs_what_it_is_long() {
    let long = "x".repeat(9_000);
    let short = run("list.all(t, !t.contains('y'))", 100).expect("a value");
    let costly = run(&format!("list.all(t, !'{long}'.contains(t))"), 100).expect("a value");
    assert!(costly > short + 100 * 9_000 / 40, "{costly} against {short}");
}

#[test]
fn an_ordinary_rule_over_everybody_is_cheap() {
    let spent =
        run("list.all(t, t.endsWith('@example.com') && !(t in ['a@example.com', 'b@example.com']))", 10_000);
    assert!(matches!(spent, Ok(..250_000)), "{spent:?}");
}

#[test]
fn what_is_longer_or_deeper_than_anybody_writes_is_no_expression() {
    let code = |text: String| parse(&text).expect_err("refused").code;
    assert_eq!(code(format!("'{}' == ''", "x".repeat(MAX_LENGTH))), "rule-too-long");
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{'a':", "}"),
        ("a[", "]"),
        ("size(", ")"),
        ("!(", ")"),
        ("-(", ")"),
        ("a.map(b, ", ")"),
        ("true ? (", ") : true"),
        ("true ? true : ", ""),
    ] {
        let nested = |times: usize| format!("{}1{}", open.repeat(times), close.repeat(times));
        assert_eq!(code(nested(30)), "rule-too-deep", "{open}");
        assert_eq!(code(nested(500)), "rule-too-deep", "{open}");
        assert!(parse(&nested(8)).is_ok(), "{}", nested(8));
    }
    for (first, next) in
        [("a", ".b"), ("1", " + 1"), ("1", " * 1"), ("1", " < 1"), ("a", "[1]"), ("a", ".size()")]
    {
        assert_eq!(code(format!("{first}{}", next.repeat(2_000 / next.len()))), "rule-too-deep", "{next}");
    }
    // A long chain is not a deep one.
    assert!(parse(&format!("true{}", " && true".repeat(1_000))).is_ok());
    assert!(parse(&format!("true{}", " || a.b == 1".repeat(700))).is_ok());
    assert!(parse(&format!("1 in [{}]", vec!["1"; 4_000].join(","))).is_ok());
    assert!(parse(&format!("{}1", "-".repeat(9_000))).is_ok());
    assert!(parse(&format!("{}true", "!".repeat(9_000))).is_ok());
}

/// On a thread with what some platforms give the main one.
#[test]
fn the_deepest_expression_fits_a_small_stack() {
    let work = || {
        let lists = ["b", "c", "d", "e"].map(|name| format!("list.map({name}, [")).concat()
            + "{'k': (!(list[0] == 'y') ? [2] : [3])}"
            + &"])".repeat(4);
        for text in [
            lists,
            format!("{}1{}", "(".repeat(24), ")".repeat(24)),
            format!("{}1{}", "[".repeat(23), "]".repeat(23)),
        ] {
            let expression =
                Expression::check(parse(&text).expect("an expression"), &LIST, &[]).expect("a sensible one");
            let list = Value::list([Value::text("x")]);
            expression.evaluate(&[list], &mut Budget::new(1_000_000)).expect("a value");
        }
    };
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(work).expect("a thread");
    assert!(thread.join().is_ok());
}

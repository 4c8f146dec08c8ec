//! What is wrong with an expression before it is evaluated: what is said, where, and what is written instead.

use hubroster::expression::{Expression, Problem, parse};

use super::judge::VARIABLES;

fn problems(text: &str) -> Vec<Problem> {
    match parse(text) {
        Err(problem) => vec![problem],
        Ok(syntax) => Expression::condition(syntax, &VARIABLES, &[("action", "the rule judges people")])
            .err()
            .unwrap_or_default(),
    }
}

/// Each problem as `code: message, at "part": help`.
fn said(text: &str) -> Vec<String> {
    let line = |problem: Problem| {
        let Problem { code, start, end, message, help } = problem;
        let help = help.map(|help| format!(": {help}")).unwrap_or_default();
        format!("{code}: {message}, at \"{}\"{help}", &text[start..end])
    };
    problems(text).into_iter().map(line).collect()
}

#[test]
fn syntax() {
    insta::assert_snapshot!(listed(&[
        "",
        "   ",
        "person.email ==",
        "person.email == 'a' and yes",
        "yes or yes",
        "not yes",
        "person.email = 'a'",
        "(yes",
        "[1, 2",
        "[1 2].size() > 1",
        "yes)",
        "person..email == 'a'",
        "person.email == 'a",
        "yes ? true",
        "yes ? true :",
        "has(person)",
        "has(person.email, person.age)",
        "numbers.all(n > 1)",
        "numbers.all(person.age, true)",
        "numbers.all(n)",
        "1.5 > 1",
        "5u > 1",
        "b'a' == b'a'",
        "person.?team == 'a'",
        "Person{age: 1} == person",
        "if yes",
        "for == 1",
        "99999999999999999999 > 1",
        "'\\d' == 'a'",
        "!-1 == 1",
        "yes && #",
        "size() > 1",
        "person.email.endsWith() && yes",
        "endsWith(person.email, 'a')",
    ]));
}

#[test]
fn names() {
    insta::assert_snapshot!(listed(&[
        "persn.email == 'a'",
        "ana == person.email",
        "action.kind == 'remove'",
        "person.emial == 'a'",
        "person.boss == 'a'",
        "people.exists(p, p.emial == 'a')",
        "people.email == 'a'",
        "person.email.host == 'a'",
        "person.email.matches('a.*')",
        "person.email.endswith('a')",
        "timestamp(person.email) < now()",
        "len(people) > 1",
        "people.any(p, p.age > 1)",
        "people.exists(person, person.age > 1)",
        "people.exists(p, p.age > 1) && p.age > 1",
        "person.state == 'gone'",
        "person.state == 'Present'",
        "person.state in ['present', 'remove']",
        "'deleted' == person.state || persn == 1 || person.emial == 'a'",
    ]));
}

#[test]
fn types() {
    insta::assert_snapshot!(listed(&[
        "person.email",
        "size(people)",
        "people.filter(p, p.age > 1)",
        "person.team",
        "person.age == '41'",
        "person.age == null",
        "person.team == null && person.team == 'Sales'",
        "person.seats == 'Core'",
        "person.seats.contains('Core')",
        "'Core' in person.seats && 1 in person.seats",
        "person.email in 'ana@example.com'",
        "person.age in person",
        "person.age < '41'",
        "person < person",
        "person.age + 'a' == 'b'",
        "person.email * 2 == 1",
        "-person.email == 'a'",
        "!person.age",
        "person.age && yes",
        "yes ? 1 : 2",
        "person.age ? yes : yes",
        "person.email.all(c, true)",
        "people.all(p, p.age)",
        "numbers['a'] == 1",
        "map[1] == 1",
        "person['email'] == 'a'",
        "person.email[0] == 'a'",
        "{1: 2} == map",
        "{'a': 1, 'a': 2} == map",
        "size(person) > 1 && size(1) > 1",
        "person.age.startsWith('4')",
        "any.anything.at.all == 1 && map.b.c.d",
        "nothing < '2027-01-01'",
        "person.team.startsWith('S') && size(person.team) > 1",
        "has(person.team) && person.team.startsWith('S')",
        "person.team != null && person.team + 'x' == 'Sx'",
        "people.exists(p, p.team.contains('x'))",
    ]));
}

fn listed(texts: &[&str]) -> String {
    let lines = texts.iter().map(|text| {
        let said = said(text);
        let said = if said.is_empty() { "fine".to_owned() } else { said.join("\n    ") };
        format!("{text}\n    {said}\n")
    });
    lines.collect()
}

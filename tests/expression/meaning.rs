//! What expressions mean, one by one; each is also put to the judge.

use hubroster::expression::Value;

use super::judge::{comparable, ours, theirs};

/// The value, which both must give.
fn means(text: &str, value: Value) {
    assert_eq!(ours(text), Ok(value.clone()), "{text}");
    assert_eq!(theirs(text).map(|value| comparable(&value)), Ok(comparable(&value)), "the judge on {text}");
}

fn holds(text: &str) {
    means(text, Value::Bool(true));
}

#[test]
fn operators_bind_as_in_cel() {
    holds("1 + 2 * 3 == 7");
    holds("(1 + 2) * 3 == 9");
    holds("10 - 3 - 2 == 5");
    holds("-7 / 2 == -3 && -7 % 2 == -1");
    holds("true || false && false");
    holds("!false && !(true && false)");
    holds("!!yes");
    holds("1 < 2 == true");
    holds("yes ? 1 < 2 : false");
    holds("false ? true : true ? yes : false");
    holds("1 in [1] == true");
    means("-9223372036854775808", Value::Number(i64::MIN));
}

#[test]
fn texts_and_lists() {
    holds("person.email.endsWith('@example.com') && person.email.startsWith(\"ana\")");
    holds("'example'.contains('amp') && !'example'.contains('b')");
    holds("size('é') == 1 && texts.size() == 3 && size(map) == 3");
    holds("'a' + 'b' == 'ab' && [1] + [2, 3] == [1, 2, 3]");
    holds("numbers[0] == 1 && map['a'] == 1 && map.b[0] == 'x'");
    holds("'a' in texts && !('z' in texts) && 'a' in map && !('z' in map)");
    holds("'2027-03-31' < '2027-04-01'");
    holds("'abc' < 'abd' && 'Z' < 'a'");
    holds("[] == [] && [[1], []] != [[1]] && [1, 'a'] == [1, 'a']");
}

#[test]
fn every_element_of_a_list() {
    holds("numbers.all(n, n > -3) && !numbers.all(n, n > 0)");
    holds("numbers.exists(n, n < 0) && !numbers.exists(n, n == 0)");
    holds("numbers.exists_one(n, n < 0) && !numbers.existsOne(n, n > 0)");
    holds("numbers.filter(n, n > 0) == [1, 3]");
    holds("numbers.map(n, n * n) == [1, 4, 9]");
    holds("numbers.map(n, n > 0, n + 1) == [2, 4]");
    holds("[].all(n, false) && ![].exists(n, true)");
    holds("map.exists(key, key == 'b') && map.filter(key, key != 'b').size() == 2");
    holds("people.filter(p, p.age > 18).map(p, p.email) == ['ana@example.com']");
    holds("numbers.all(n, texts.exists(t, size(t) == 1 && n != 0))");
}

#[test]
fn what_is_there_and_what_is_not() {
    holds("has(map.a) && !has(map.z)");
    holds("person.team == 'Sales' && people[1].team == null && people[1].team != 'Sales'");
    holds("map.c == null && map.a != null");
    // A record of ours has all its fields, and `has` asks whether one is given; a map of theirs has them or not.
    assert_eq!(ours("has(person.team) && !has(people[1].team)"), Ok(Value::Bool(true)));
}

#[test]
fn one_side_that_decides_outweighs_a_mistake_on_the_other() {
    holds("any.missing == 1 || true");
    holds("!(any.missing == 1 && false)");
    holds("[0, 1].exists(n, 1 / n == 1)");
    holds("![1, 0].all(n, 1 / n == 2)");
    for text in ["any.missing == 1 || false", "any.missing == 1 && true", "[0, 1].all(n, 1 / n == 1)"] {
        assert!(ours(text).is_err(), "{text}");
        assert!(theirs(text).is_err(), "the judge on {text}");
    }
}

#[test]
fn what_has_no_value_says_why_and_where() {
    for (text, why) in [
        ("map.c < '2027-01-01'", "`<` cannot compare `null` with text, at `map.c < '2027-01-01'`"),
        ("size(map.c) > 1", "`size` does not take `null`, at `size(map.c)`"),
        ("any.missing == 1", "a map has no `missing`, at `any.missing`"),
        ("map['z']", "a map has no `z`, at `'z'`"),
        ("numbers[3]", "the list has no element 3: it has 3, at `3`"),
        ("numbers[-1]", "the list has no element -1: it has 3, at `-1`"),
        ("1 / (numbers[0] - 1)", "a division by zero, at `1 / (numbers[0] - 1`"),
        (
            "9223372036854775807 + numbers[0]",
            "the result is too large for a number, at `9223372036854775807 + numbers[0]`",
        ),
        ("any.view && yes", "this should be true or false, and is text, at `any.view`"),
        (
            "any.view in any.export",
            "`in` looks into a list, not into a yes-or-no value, at `any.view in any.export`",
        ),
        ("any.view.all(x, true)", "`all` looks at each element of a list, not of text, at `any.view`"),
        ("{any.view: 1, 'team': 2}", "a key that this map has already, at `'team'`"),
    ] {
        assert_eq!(ours(text), Err(why.to_owned()));
        assert!(theirs(text).is_err(), "the judge on {text}");
    }
}

//! Rules that would take for ever over a large portal end, and say so; ordinary ones do not notice its size.

use super::world::World;

fn crowd(people: usize) -> World {
    (0..people).fold(World::new(), |world, number| {
        world.user(&format!("email: person{number}@example.com, role: sales-rep"))
    })
}

#[test]
fn everybody_inside_everybody_inside_everybody_ends_with_a_word() {
    for condition in [
        "plan.users.all(a, plan.users.all(b, plan.users.all(c, a.email != \"\")))",
        // Each of them is cheap, and there are very many.
        "plan.users.exists(other, plan.users.exists(third, third.email == user.email + other.email))",
    ] {
        let judged = crowd(500).deny(condition).judge();
        assert!(judged.is_refused(), "{condition}");
        let last = judged.rules[0].findings.last().expect("a finding");
        assert!(last.is_unknown);
        assert_eq!(
            last.message,
            "cannot be judged: it takes more than 20000000 steps; look at fewer lists inside one another"
        );
        assert_eq!(judged.rules[0].findings.len(), 1, "{condition}");
    }
}

#[test]
fn one_rule_that_takes_too_long_leaves_the_others_their_time() {
    let judged = crowd(600)
        .deny("plan.users.all(a, plan.users.all(b, plan.users.all(c, a.email != \"\")))")
        .deny("user.email == \"person7@example.com\"")
        .judge();
    assert_eq!(judged.rules[1].findings.len(), 1);
    assert!(!judged.rules[1].findings[0].is_unknown);
}

#[test]
fn an_ordinary_rule_judges_every_one_of_ten_thousand() {
    let judged = crowd(10_000)
        .deny("role.privilege == \"elevated\" && !has(user.expires)")
        .deny("user.domain != \"example.com\" || user.email.endsWith(\"9999@example.com\")")
        .deny("action.kind == \"invite\" && action.changes.exists(c, c.attribute == \"seats\" && \"Core\" in c.after)")
        .deny("plan.users.exists(u, !u.email.contains(\"person\"))")
        .judge();
    let found: Vec<usize> = judged.rules.iter().map(|rule| rule.findings.len()).collect();
    // Nine seats are left, so that many are invited.
    assert_eq!(found, [0, 1, 9, 0]);
}

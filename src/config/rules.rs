//! `policy.rules` → rules with a condition that makes sense, a message, and what they judge.
//!
//! Deliberately absent: judging; that is `policy`.

use super::fields::{Fields, Shape};
use super::message::Message;
use super::reading::{Reading, quote};
use super::tree::{Kind, Node};
use super::vocabulary::{
    ACTION_VARIABLE, PLAN_VARIABLE, PRESENT_USER_VARIABLE, ROLE_VARIABLE, USER_VARIABLE,
};
use super::written::Written;
use crate::expression::{Expression, Problem, Syntax, Variable, parse};
use crate::model::Place;

pub(super) const RULE: Shape = Shape {
    what: "a rule",
    keys: &["name", "deny", "warn", "message", "each"],
    mistaken: &[
        ("when", "write the condition behind `deny:` or `warn:`"),
        ("if", "write the condition behind `deny:` or `warn:`"),
        ("allow", "a rule says what must not be: write the opposite behind `deny:`"),
        ("require", "a rule says what must not be: write the opposite behind `deny:`"),
        ("msg", "write `message:`"),
        ("for", "write `each: user`, `each: action` or `each: plan`"),
    ],
};

/// Each may look at everybody.
const MAX_RULES: usize = 50;
const MAX_NAME: usize = 80;

/// A rule of the user's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRule {
    /// Where its name stands.
    pub place: Place,
    pub name: String,
    pub effect: Effect,
    pub each: Each,
    /// Judged only where there is a user, or a user with a role.
    pub names_user: bool,
    pub names_role: bool,
    /// What must not be. Over the variables of [`PolicyRule::each`].
    pub condition: Expression,
    pub message: Message,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Refuses the whole `apply`.
    Deny,
    Warn,
}

impl Effect {
    /// The key of the file, as findings name it.
    fn as_str(self) -> &'static str {
        match self {
            Effect::Deny => "`deny`",
            Effect::Warn => "`warn`",
        }
    }
}

/// What a rule is judged for, once each; and the variables it has, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Each {
    /// `plan`
    Plan,
    /// `plan`, `action`, and of the person whom the action is about `user` and `role`.
    Action,
    /// `plan`, `user` and `role`: for everybody the files want present, changed or not.
    User,
}

impl Each {
    pub fn as_str(self) -> &'static str {
        match self {
            Each::Plan => "plan",
            Each::Action => "action",
            Each::User => "user",
        }
    }

    fn variables(self) -> &'static [Variable] {
        match self {
            Each::Plan => &[PLAN_VARIABLE],
            Each::Action => &[PLAN_VARIABLE, ACTION_VARIABLE, USER_VARIABLE, ROLE_VARIABLE],
            Each::User => &[PLAN_VARIABLE, PRESENT_USER_VARIABLE, ROLE_VARIABLE],
        }
    }

    fn elsewhere(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Each::Action => &[],
            Each::User => &[("action", "with `each: user` a rule judges people, changed or not")],
            Each::Plan => &[
                ("action", "with `each: plan` a rule judges the plan as a whole"),
                ("user", "with `each: plan` a rule judges the plan as a whole"),
                ("role", "with `each: plan` a rule judges the plan as a whole"),
            ],
        }
    }

    /// From what the condition names.
    fn inferred(syntax: &Syntax) -> Each {
        if syntax.mentions("action") {
            Each::Action
        } else if syntax.mentions("user") || syntax.mentions("role") {
            Each::User
        } else {
            Each::Plan
        }
    }
}

/// `text` is the whole file.
pub(super) fn rules(reading: &mut Reading, node: &Node<'_>, text: &str) -> Option<Vec<PolicyRule>> {
    let items = reading.list(node, "`policy.rules`")?;
    let mut rules: Vec<PolicyRule> = Vec::new();
    let mut names: Vec<(String, Place)> = Vec::new();
    for item in items {
        if names.len() >= MAX_RULES {
            reading.error("too-large", item.spot, format!("more than {MAX_RULES} rules"));
            break;
        }
        let Some(fields) = reading.fields(item, RULE) else { continue };
        let name = name(reading, item, &fields, &mut names);
        let rule = rule(reading, item, &fields, text);
        if let (Some((name, place)), Some(rule)) = (name, rule) {
            rules.push(PolicyRule { name, place, ..rule });
        }
    }
    Some(rules)
}

/// Findings and plans name a rule, so each has a name of its own.
fn name(
    reading: &mut Reading,
    item: &Node<'_>,
    fields: &Fields<'_, '_>,
    names: &mut Vec<(String, Place)>,
) -> Option<(String, Place)> {
    let Some(node) = fields.get("name") else {
        reading.missing(
            item,
            "a rule has no `name`",
            "name it after what it forbids, as `name: no-removal-on-a-friday`",
        );
        return None;
    };
    let text = reading.text(node, "`name`")?.trim();
    if text.chars().count() > MAX_NAME {
        reading
            .error("too-long", node.spot, format!("a name of more than {MAX_NAME} characters"))
            .set_help("name it in a few words, as `no-removal-on-a-friday`; the `message` says more");
        return None;
    }
    let (name, place) = (text.to_owned(), reading.place(node.spot));
    if let Some((_, first)) = names.iter().find(|(known, _)| *known == name) {
        let first = first.clone();
        reading
            .error("duplicate-rule", node.spot, format!("two rules are called {}", quote(&name)))
            .set_related(first, "first named here")
            .set_help("give each a name of its own: plans and refusals name the rule");
        return None;
    }
    names.push((name.clone(), place.clone()));
    Some((name, place))
}

/// Without its name.
fn rule(reading: &mut Reading, item: &Node<'_>, fields: &Fields<'_, '_>, text: &str) -> Option<PolicyRule> {
    let each = fields.get("each").map(|node| reading.choice(node, "`each`", EACH));
    let condition = condition(reading, item, fields);
    let message = fields.get("message");
    if message.is_none() {
        let help = "say what is wrong and what to do, as `message: \"{user.email} needs an expiry date\"`";
        reading.missing(item, "a rule has no `message`", help);
    }
    let (effect, node) = condition?;
    let written = Scalar::read(reading, (node, effect.as_str()), text)?;
    let Some(syntax) = written.understood(reading, parse(written.value).map_err(|problem| vec![problem]))
    else {
        // Whether the pieces of the message exist depends on what the condition judges.
        return None;
    };
    let each = match each {
        Some(given) => given?,
        None => Each::inferred(&syntax),
    };
    let names_user = syntax.mentions("user");
    let names_role = syntax.mentions("role");
    let condition =
        written.understood(reading, Expression::condition(syntax, each.variables(), each.elsewhere()));
    let message = Scalar::read(reading, (message?, "`message`"), text).and_then(|written| {
        let elsewhere = unknown_to_message(each, names_user || names_role, names_role);
        let known: Vec<Variable> = each.variables().to_vec();
        let read = Message::read(written.value, &known, &elsewhere);
        written.understood(reading, read)
    });
    let place = reading.place(item.spot);
    Some(PolicyRule {
        place,
        name: String::new(),
        effect,
        each,
        names_user,
        names_role,
        condition: condition?,
        message: message?,
    })
}

const EACH: &[(&str, Each)] = &[("plan", Each::Plan), ("action", Each::Action), ("user", Each::User)];

/// Exactly one of `deny` and `warn`.
fn condition<'n, 't>(
    reading: &mut Reading,
    item: &Node<'_>,
    fields: &Fields<'n, 't>,
) -> Option<(Effect, &'n Node<'t>)> {
    match (fields.get("deny"), fields.get("warn")) {
        (Some(node), None) => Some((Effect::Deny, node)),
        (None, Some(node)) => Some((Effect::Warn, node)),
        (None, None) => {
            let help =
                "write what must not be, as `deny: user.super_admin && user.email != \"ana@example.com\"`";
            reading.missing(item, "a rule has neither `deny` nor `warn`", help);
            None
        }
        (Some(_), Some(second)) => {
            reading
                .error("rule-effect", second.spot, "a rule has both `deny` and `warn`")
                .set_help("make two rules of it, each with a name of its own");
            None
        }
    }
}

/// A rule is judged only where what its condition names is there; a message must not ask for more.
fn unknown_to_message(each: Each, has_user: bool, has_role: bool) -> Vec<(&'static str, &'static str)> {
    let mut unknown = each.elsewhere().to_vec();
    if each == Each::Action && !has_user {
        unknown.push((
            "user",
            "the rule does not name `user`, so there may be none; `action.name` is always there",
        ));
    }
    if each != Each::Plan && !has_role {
        unknown.push(("role", "the rule does not name `role`, so there may be none; `user.role` is its key"));
    }
    unknown
}

/// A text of the file, and where in it each character stands.
struct Scalar<'n, 't> {
    node: &'n Node<'t>,
    value: &'n str,
    text: &'n str,
}

impl<'n, 't> Scalar<'n, 't> {
    /// Several lines are as good as one.
    fn read(
        reading: &mut Reading,
        (node, what): (&'n Node<'t>, &str),
        text: &'n str,
    ) -> Option<Scalar<'n, 't>> {
        let node = node.written();
        match node.kind() {
            Kind::Plain(value) | Kind::Quoted(value) => Some(Scalar { node, value, text }),
            _ => {
                reading.wrong_type(node, what, "text, in quotes or below `|`");
                None
            }
        }
    }

    fn understood<T>(&self, reading: &mut Reading, result: Result<T, Vec<Problem>>) -> Option<T> {
        let problems = match result {
            Ok(read) => return Some(read),
            Err(problems) => problems,
        };
        let written = Written::of(self.text, self.node.spot, self.value);
        for Problem { code, start, end, message, help } in problems {
            let finding = reading.error(code, written.spot(self.value, (start, end)), message);
            if let Some(help) = help {
                finding.set_help(help);
            }
        }
        None
    }
}

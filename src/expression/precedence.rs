//! What binds tighter than what: from `condition ? yes : no` down to the signs in front of a value.
//!
//! Deliberately absent: what stands between the operators; `terms` knows that.

use super::lexer::Token;
use super::operator::{Arithmetic, Comparison};
use super::parser::{Deep, Parser, deep, too_large};
use super::problem::{Problem, Span};
use super::syntax::{Kind, Node};

impl Parser {
    /// `condition ? yes : no`, or what can stand before the `?`.
    pub(super) fn expression(&mut self) -> Result<Deep, Problem> {
        let (condition, condition_depth) = self.disjunction()?;
        let Some(mark) = self.take("?") else { return Ok((condition, condition_depth)) };
        let (yes, yes_depth) = self.disjunction()?;
        self.expect(":", "`:` and what holds otherwise")?;
        let (no, no_depth) = self.deeper(mark, Self::expression)?;
        let span = condition.span.to(no.span);
        let kind = Kind::Choose { condition: Box::new(condition), yes: Box::new(yes), no: Box::new(no) };
        deep(Node { span, mark, kind }, condition_depth.max(yes_depth).max(no_depth))
    }

    fn disjunction(&mut self) -> Result<Deep, Problem> {
        self.chain("||", Self::conjunction, Kind::Or)
    }

    fn conjunction(&mut self) -> Result<Deep, Problem> {
        self.chain("&&", Self::relation, Kind::And)
    }

    fn chain(
        &mut self,
        operator: &str,
        part: fn(&mut Self) -> Result<Deep, Problem>,
        kind: fn(Vec<Node>) -> Kind,
    ) -> Result<Deep, Problem> {
        let (first, mut depth) = part(self)?;
        if !self.is_at(operator) {
            return Ok((first, depth));
        }
        let mark = self.span();
        let mut parts = vec![first];
        while self.take(operator).is_some() {
            let (next, next_depth) = part(self)?;
            depth = depth.max(next_depth);
            parts.push(next);
        }
        let span = parts[0].span.to(parts[parts.len() - 1].span);
        deep(Node { span, mark, kind: kind(parts) }, depth)
    }

    fn relation(&mut self) -> Result<Deep, Problem> {
        let (mut left, mut depth) = self.sum()?;
        loop {
            let relation = match self.peek() {
                Token::Mark(mark @ ("==" | "!=" | "<" | "<=" | ">" | ">=")) => *mark,
                Token::Name(name) if name == "in" => "in",
                _ => return Ok((left, depth)),
            };
            let mark = self.step();
            let (right, right_depth) = self.sum()?;
            let span = left.span.to(right.span);
            let (one, other) = (Box::new(left), Box::new(right));
            let compare = |comparison, left, right| Kind::Compare { comparison, left, right };
            let kind = match relation {
                "==" => Kind::Equal { left: one, right: other, negated: false },
                "!=" => Kind::Equal { left: one, right: other, negated: true },
                "<" => compare(Comparison::Less, one, other),
                "<=" => compare(Comparison::LessOrEqual, one, other),
                ">" => compare(Comparison::Greater, one, other),
                ">=" => compare(Comparison::GreaterOrEqual, one, other),
                _ => Kind::In { item: one, list: other },
            };
            (left, depth) = deep(Node { span, mark, kind }, depth.max(right_depth))?;
        }
    }

    fn sum(&mut self) -> Result<Deep, Problem> {
        self.calculation(&[("+", Arithmetic::Add), ("-", Arithmetic::Subtract)], Self::product)
    }

    fn product(&mut self) -> Result<Deep, Problem> {
        let operators =
            [("*", Arithmetic::Multiply), ("/", Arithmetic::Divide), ("%", Arithmetic::Remainder)];
        self.calculation(&operators, Self::unary)
    }

    fn calculation(
        &mut self,
        operators: &[(&str, Arithmetic)],
        part: fn(&mut Self) -> Result<Deep, Problem>,
    ) -> Result<Deep, Problem> {
        let (mut left, mut depth) = part(self)?;
        while let Some((_, arithmetic)) = operators.iter().find(|(mark, _)| self.is_at(mark)) {
            let mark = self.step();
            let (right, right_depth) = part(self)?;
            let span = left.span.to(right.span);
            let kind =
                Kind::Calculate { arithmetic: *arithmetic, left: Box::new(left), right: Box::new(right) };
            (left, depth) = deep(Node { span, mark, kind }, depth.max(right_depth))?;
        }
        Ok((left, depth))
    }

    /// CEL has no `!-a`: either sign, any number of times.
    fn unary(&mut self) -> Result<Deep, Problem> {
        let sign = if self.is_at("!") { "!" } else { "-" };
        let mark = self.span();
        let mut signs = 0_u32;
        while self.take(sign).is_some() {
            signs += 1;
        }
        if sign == "-" && signs > 0 && matches!(self.peek(), Token::Number(_)) {
            return self.negative(mark, signs);
        }
        let (of, depth) = self.member()?;
        if signs == 0 {
            return Ok((of, depth));
        }
        let span = mark.to(of.span);
        // Two cancel each other; what they stand before must still be what they need.
        let wrapped = |of: Node| Box::new(of);
        let node = |kind| Node { span, mark, kind };
        let once =
            |of: Node| node(if sign == "!" { Kind::Not(wrapped(of)) } else { Kind::Negate(wrapped(of)) });
        if signs.is_multiple_of(2) { deep(once(once(of)), depth + 1) } else { deep(once(of), depth) }
    }

    /// The minus is part of the number, since the smallest one has no counterpart; `-1.size()` is nothing anybody means.
    fn negative(&mut self, mark: Span, signs: u32) -> Result<Deep, Problem> {
        let Token::Number(number) = *self.peek() else { return Err(self.unexpected("a number")) };
        let span = mark.to(self.step());
        let value =
            if signs % 2 == 1 { 0_i64.checked_sub_unsigned(number) } else { i64::try_from(number).ok() };
        match value {
            Some(value) => self.members(Node { span, mark: span, kind: Kind::Number(value) }, 1),
            None => Err(too_large(span)),
        }
    }
}

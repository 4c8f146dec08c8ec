//! To what each comment and blank line belongs.
//!
//! - Behind a value on its line: to the value; so do those aligned below it.
//! - Below a value and deeper than what comes next: to the end of the list or map that is as deep.
//! - Right below a value, with a blank line behind: to that value.
//! - Otherwise: to what comes next.
//!
//! What is decided here is decided again in the same way when the file is read again as it was written.
//! Deliberately absent: order and layout.

use super::gap::{Gap, gap};
use super::tree::{Anchor, Block, Child, Comment, Kind, Line, Node};

/// Gives a node what stands between the key or dash that ends at `from` and its content. What stands above the
/// first child of a block goes there.
pub(super) fn before_the_content<'t>(
    text: &str,
    from: usize,
    anchor: Option<Anchor>,
    mut node: Node<'t>,
) -> Node<'t> {
    let start = node.range.start;
    match (&mut node.kind, anchor) {
        (Kind::Block(block), None) => {
            let opening = above_the_first_child(block, gap(text, from, start));
            if !opening.is_empty() {
                node.extras_mut().opening = opening;
            }
        }
        (Kind::Block(block), Some(anchor)) => {
            let behind_anchor = above_the_first_child(block, gap(text, anchor.range.end, start));
            before_a_leaf(&mut node, gap(text, from, anchor.range.start));
            let extras = node.extras_mut();
            extras.behind_anchor = behind_anchor;
            extras.anchor = Some(anchor);
        }
        (_, None) => before_a_leaf(&mut node, gap(text, from, start)),
        (_, Some(anchor)) => {
            before_a_leaf(&mut node, gap(text, from, anchor.range.start));
            let Gap { same_line, lines } = gap(text, anchor.range.end, start);
            let extras = node.extras_mut();
            extras.is_odd |= same_line.is_some() || lines.iter().any(|line| !line.is_blank());
            extras.anchor = Some(anchor);
        }
    }
    node
}

fn before_a_leaf(node: &mut Node<'_>, gap: Gap) {
    let comment = |line| match line {
        Line::Comment(comment) => Some(comment),
        Line::Blank => None,
    };
    let before: Vec<Comment> = gap.lines.into_iter().filter_map(comment).collect();
    if gap.same_line.is_none() && before.is_empty() {
        return;
    }
    // A comment between a key and its `|` would have to stand on the line of the `|`.
    let is_odd = matches!(node.kind, Kind::BlockScalar(_));
    let extras = node.extras_mut();
    extras.opening = gap.same_line.into_iter().collect();
    extras.before = before;
    extras.is_odd |= is_odd;
}

/// Gives back the comments of the line that the block begins on.
fn above_the_first_child(block: &mut Block<'_>, gap: Gap) -> Vec<Comment> {
    let Some(first) = block.children.first_mut() else { return Vec::new() };
    let (opening, mut intro) = aligned_below(gap, block.column);
    let head = intro.iter().rposition(Line::is_blank).map_or(0, |blank| blank + 1);
    first.head = intro.split_off(head);
    block.intro = intro;
    opening
}

/// The comment behind a value with those that go on below it: deeper than anything else could be.
fn aligned_below(gap: Gap, column: usize) -> (Vec<Comment>, Vec<Line>) {
    let Gap { same_line: Some(first), mut lines } = gap else { return (Vec::new(), gap.lines) };
    let is_below = |line: &Line| matches!(line, Line::Comment(comment) if comment.column > column);
    let count = lines.iter().take_while(|line| is_below(line)).count();
    let below = lines.drain(..count).filter_map(|line| match line {
        Line::Comment(comment) => Some(comment),
        Line::Blank => None,
    });
    let comments = std::iter::once(first).chain(below).collect();
    (comments, lines)
}

/// Shares what stands between the last child of a block and the next one out among the two.
pub(super) fn between(block: &mut Block<'_>, gap: Gap, next: &mut Child<'_>) {
    let column = block.column;
    let Some(last) = block.children.last_mut() else { return };
    let mut lines = behind(last, gap, Some(column));
    let is_deeper = |line: &&Line| matches!(line, Line::Comment(comment) if comment.column > column);
    let tail = match lines.iter().position(Line::is_blank) {
        Some(blank) => blank,
        None => lines.iter().take_while(is_deeper).count(),
    };
    let mut head = lines.split_off(tail);
    last.tail = lines;
    next.space = head.first().is_some_and(Line::is_blank);
    if next.space {
        head.remove(0);
    }
    next.head = head;
}

/// Gives back what belongs to a root that is no block.
pub(super) fn behind_the_root(root: &mut Child<'_>, gap: Gap) -> Vec<Line> {
    let lines = behind(root, gap, None);
    match &mut root.value.kind {
        Kind::Block(block) => {
            block.tail.extend(lines);
            Vec::new()
        }
        _ => lines,
    }
}

/// Gives what belongs inside of a child to it, and gives back the rest. `next` is the column of the child that
/// follows.
fn behind(child: &mut Child<'_>, gap: Gap, next: Option<usize>) -> Vec<Line> {
    let inner = columns_inside(child);
    let innermost = inner.last().map(|(column, _)| *column);
    let (trailing, lines) = aligned_below(gap, innermost.or(next).unwrap_or_default());
    if !trailing.is_empty() {
        give_to_leaf(child, inner.len(), trailing);
    }
    let mut rest = Vec::new();
    let mut depth = inner.len();
    let mut is_after_blank = false;
    let last_blank = lines.iter().rposition(Line::is_blank);
    for (at, line) in lines.into_iter().enumerate() {
        let Line::Comment(comment) = &line else {
            is_after_blank = true;
            if depth == 0 {
                rest.push(line);
            }
            continue;
        };
        // Level with the next child, it is about that one unless a blank line comes in between.
        let is_level_with_next = next == Some(comment.column) && last_blank.is_none_or(|blank| blank < at);
        let is_above_next = is_level_with_next || next.is_some_and(|next| comment.column < next);
        let belongs = |(column, is_level_with_key): &(usize, bool)| {
            let is_level = comment.column == *column && !(*is_level_with_key && is_after_blank);
            !is_above_next && (is_level || comment.column > *column)
        };
        // Whatever follows the end of a list cannot be in it.
        let deepest = inner[..depth].iter().rposition(belongs).map_or(0, |at| at + 1);
        let goes_out = deepest < depth;
        depth = deepest;
        let lines = block_at(child, depth).map_or(&mut rest, |block| &mut block.tail);
        let needs_blank = is_after_blank && (goes_out || depth > 0);
        if needs_blank {
            lines.push(Line::Blank);
        }
        lines.push(line);
        is_after_blank = false;
    }
    if is_after_blank && depth > 0 {
        rest.push(Line::Blank);
    }
    rest
}

/// The blocks that end where the child ends, from the outside in: their columns, and whether those are the
/// columns of their keys.
fn columns_inside(child: &Child<'_>) -> Vec<(usize, bool)> {
    let mut columns = Vec::new();
    let mut child = child;
    while let Some(block) = child.value.block().filter(|_| !child.is_verbatim) {
        columns.push((block.column, block.is_level_with_key));
        match block.children.last() {
            Some(last) => child = last,
            None => break,
        }
    }
    columns
}

/// The `depth`th of them, from 1; of 0 there is none.
fn block_at<'c, 't>(child: &'c mut Child<'t>, depth: usize) -> Option<&'c mut Block<'t>> {
    let Kind::Block(block) = &mut child.value.kind else { return None };
    match depth {
        0 => None,
        1 => Some(block),
        _ => block_at(block.children.last_mut()?, depth - 1),
    }
}

/// To what ends where the child ends, below `depth` blocks.
fn give_to_leaf(child: &mut Child<'_>, depth: usize, comments: Vec<Comment>) {
    match &mut child.value.kind {
        Kind::Block(block) if depth > 0 => {
            if let Some(last) = block.children.last_mut() {
                give_to_leaf(last, depth - 1, comments);
            }
        }
        _ => child.value.extras_mut().trailing = comments,
    }
}

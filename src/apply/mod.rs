//! Plan → report: carries out a plan's actions, one by one, and tells what became of each.

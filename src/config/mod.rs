//! Files → desired state, with the place of every value and every finding of a run; the only YAML.

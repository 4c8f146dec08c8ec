//! What a run of apply was approved to do: a saved plan, a digest, or what is shown and answered now.
//!
//! Deliberately absent: trust in the saved plan's words. The portal is read and planned again; the saved plan only
//! says what the outcome must be, and with which targets.

use std::path::{Path, PathBuf};

use crate::config::Desired;
use crate::plan::{Digest, Target};
use crate::render::{self, MaskKey, Masking, PlanDocument, TextOptions};

use super::arguments::{Apply, ExpectedDigest};
use super::environment;
use super::exit::Error;
use super::show::saved_plan;

pub(super) struct Approval {
    /// The portal directory.
    pub directory: PathBuf,
    pub targets: Vec<Target>,
    saved: Option<(PathBuf, PlanDocument)>,
    /// `--expect-digest`.
    digest: Option<Expected>,
}

/// The digest that the plan must have, or that its masked form must have.
enum Expected {
    Plain(Digest),
    Masked(String, MaskKey),
}

impl Expected {
    fn of(digest: &ExpectedDigest) -> Result<Expected, Error> {
        Ok(match digest {
            ExpectedDigest::Plain(digest) => Expected::Plain(digest.clone()),
            ExpectedDigest::Masked(digest) => {
                let key = environment::mask_key(
                    "this is the digest of a masked plan, and telling whether a plan is that one takes the same key;",
                )?;
                Expected::Masked(digest.clone(), key)
            }
        })
    }

    fn as_str(&self) -> &str {
        match self {
            Expected::Plain(digest) => digest.as_str(),
            Expected::Masked(digest, _) => digest,
        }
    }

    /// What a plan shows where it shows this kind of digest.
    fn shown(&self, plan: &PlanDocument) -> String {
        match self {
            Expected::Plain(_) => plan.digest.clone(),
            Expected::Masked(_, key) => render::masked_digest(plan.portal.id, &plan.digest, key),
        }
    }
}

impl Approval {
    pub(super) fn of(arguments: &Apply, mask: Option<&MaskKey>) -> Result<Approval, Error> {
        let digest = arguments.expect_digest.as_ref().map(Expected::of).transpose()?;
        let here = PathBuf::from(".");
        let path = match (arguments.path.clone(), arguments.directory.clone()) {
            (Some(path), _) if path.is_file() || is_named_as_a_plan(&path) => path,
            (Some(_), Some(_)) => {
                let message = "`--dir` names the directory of a saved plan, and here is no saved plan; name the \
                               directory alone";
                return Err(Error::Usage(message.to_owned()));
            }
            (path, directory) => {
                let directory = path.or(directory).unwrap_or(here);
                let targets = arguments.targets.targets.clone();
                return Ok(Approval { directory, targets, saved: None, digest });
            }
        };
        let plan = saved_plan(&path)?;
        if plan.masked {
            return Err(Error::MaskedPlan(path));
        }
        if !arguments.targets.targets.is_empty() {
            let message = "a saved plan has the targets it was made with; to apply another part, save a plan of that \
                           part with `plan --target … --out`";
            return Err(Error::Usage(message.to_owned()));
        }
        if let Some(expected) = digest.as_ref().filter(|digest| digest.as_str() != digest.shown(&plan)) {
            let shown = |digest: &str| match mask {
                Some(key) => Masking::new(key, &[&plan]).digest(digest),
                None => digest.to_owned(),
            };
            return Err(Error::Stale(format!(
                "`{}` is not the plan that was approved, nothing was changed: its digest is {}, and {} was asked for",
                path.display(),
                shown(&expected.shown(&plan)),
                shown(expected.as_str())
            )));
        }
        let targets: Result<Vec<Target>, _> = plan.targets.iter().map(|target| target.parse()).collect();
        let targets = targets.map_err(|error: crate::plan::InvalidTarget| Error::Usage(error.to_string()))?;
        let directory = arguments.directory.clone().unwrap_or(here);
        Ok(Approval { directory, targets, saved: Some((path, plan)), digest })
    }

    /// Before anything is read: whether the saved plan is of the portal that the files are of.
    pub(super) fn check_portal(&self, desired: &Desired) -> Result<(), Error> {
        match &self.saved {
            Some((path, plan)) if plan.portal.id != desired.portal.id.0 => Err(Error::OtherPlan {
                path: path.clone(),
                pinned: desired.portal.id,
                planned: crate::model::PortalId(plan.portal.id),
            }),
            _ => Ok(()),
        }
    }

    /// A mask for the present plan and the approved one: who is in both has one pseudonym, and no other names.
    pub(super) fn masking(&self, key: &MaskKey, present: &PlanDocument) -> Masking {
        let saved = self.saved.iter().map(|(_, plan)| plan);
        Masking::new(key, &std::iter::once(present).chain(saved).collect::<Vec<_>>())
    }

    /// Whether the present plan is the approved one.
    pub(super) fn check(&self, present: &PlanDocument, masking: Option<&mut Masking>) -> Result<(), Error> {
        let (approved, now) = match (&self.saved, &self.digest) {
            (Some((_, plan)), _) => (plan.digest.as_str(), present.digest.clone()),
            (None, Some(digest)) => (digest.as_str(), digest.shown(present)),
            (None, None) => return Ok(()),
        };
        if approved == now {
            return Ok(());
        }
        // A digest of what is masked would confirm a guess at it.
        let shown = |digest: &str| {
            masking.as_ref().map_or_else(|| digest.to_owned(), |masking| masking.digest(digest))
        };
        let (approved, now) = (shown(approved), shown(&now));
        let difference = self.saved.as_ref().map(|(_, plan)| match masking {
            Some(masking) => difference(&masking.plan(plan), &masking.plan(present)),
            None => difference(plan, present),
        });
        let difference = difference.unwrap_or_default();
        let then = match present.is_empty() {
            true => "Nothing is left to do, and so there is nothing to approve.",
            false => "Save a new plan with `plan --out`, have it approved, and apply that one.",
        };
        Err(Error::Stale(format!(
            "the plan is not the one that was approved, nothing was changed\n  approved {approved}\n  now      {now}\n\n\
             {difference}{then}"
        )))
    }
}

fn difference(approved: &PlanDocument, present: &PlanDocument) -> String {
    let options = TextOptions { width: environment::stdout_width() };
    let styled = render::approval_difference(approved, present, &options);
    anstream::adapter::strip_str(&styled).to_string()
}

/// So that a missing `plan.json` is not called a missing directory.
fn is_named_as_a_plan(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json") && !path.is_dir()
}

//! The mark of what the release gate has let through.
//!
//! It deliberately has no way to change what is inside, to be read from a file or to be made by another crate.

use crate::policy::Policy;

/// Who something is released to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// Anyone.
    Public,
    /// A council's officers. The same figures are hidden; the output is marked as not for publication.
    Officer,
}

impl Audience {
    /// Returns the word for it in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Officer => "officer",
        }
    }

    /// Returns the mark that everything made for it carries, if any.
    #[must_use]
    pub fn mark(self) -> Option<&'static str> {
        match self {
            Self::Public => None,
            Self::Officer => Some("officers only, not for publication"),
        }
    }
}

/// What the release gate has let through.
///
/// Whatever writes a file or answers a request takes this, so findings that were not released cannot leave. This does not compile,
/// because the findings did not pass the gate:
///
/// ```compile_fail,E0308
/// use catchment_core::findings::{Figure, Findings, Value};
/// use catchment_release::{Audience, Policy, Published, release};
///
/// fn write(_published: &Published<Findings<Figure>>) {}
///
/// fn answer(findings: Findings<Value>, policy: &Policy) {
///     let released = [findings];
///     for one in &released {
///         write(one);
///     }
/// }
/// ```
///
/// One line differs in this, which does:
///
/// ```
/// use catchment_core::findings::{Figure, Findings, Value};
/// use catchment_release::{Audience, Policy, Published, release};
///
/// fn write(_published: &Published<Findings<Figure>>) {}
///
/// fn answer(findings: Findings<Value>, policy: &Policy) {
///     let released = release(vec![findings], policy, Audience::Public);
///     for one in &released {
///         write(one);
///     }
/// }
/// ```
///
/// Nor can another crate put the mark on something itself, by its fields:
///
/// ```compile_fail,E0451
/// use catchment_release::{Audience, Policy, Published, release};
///
/// fn forge(policy: Policy) -> usize {
///     let forged = Published { value: "a home", policy, audience: Audience::Public };
///     1
/// }
/// ```
///
/// or by the function that this crate makes it with:
///
/// ```compile_fail,E0624
/// use catchment_release::{Audience, Policy, Published, release};
///
/// fn forge(policy: Policy) -> usize {
///     let forged = Published::new("a home", &policy, Audience::Public);
///     1
/// }
/// ```
///
/// One line differs in this, which compiles:
///
/// ```
/// use catchment_release::{Audience, Policy, Published, release};
///
/// fn forge(policy: Policy) -> usize {
///     let honest = release(vec![], &policy, Audience::Public);
///     1
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Published<T> {
    value: T,
    policy: Policy,
    audience: Audience,
}

impl<T> Published<T> {
    /// Puts the mark on. Called by [`release`](crate::release) only.
    pub(crate) fn new(value: T, policy: &Policy, audience: Audience) -> Self {
        Self {
            value,
            policy: policy.clone(),
            audience,
        }
    }

    /// Returns what was released.
    pub fn get(&self) -> &T {
        &self.value
    }

    /// Returns who it was released to.
    pub fn audience(&self) -> Audience {
        self.audience
    }

    /// Returns the disclosure profile it was released under.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Returns the name of the disclosure profile it was released under.
    pub fn policy_name(&self) -> &str {
        self.policy.name()
    }

    /// Returns the one text that stands with every hidden figure.
    pub fn reason(&self) -> &str {
        self.policy.reason()
    }
}

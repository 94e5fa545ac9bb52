//! Disclosure control: the one door from findings to what leaves the house.
//!
//! An analysis makes [`Findings<Value>`](catchment_core::findings::Findings), in which every statistic about people is a cell: an
//! exact value and the number of distinct people behind it. [`release`] takes all findings of a study at once and gives back
//! [`Published`] ones, in which every cell has become a rounded figure or [`Figure::Hidden`](catchment_core::findings::Figure).
//! Everything that writes a file or answers a request takes `Published` only, and only this crate can make one.
//!
//! # What a data-protection officer needs to know
//!
//! The *threshold* is the smallest group of distinct people about whom anything is said: see the table at [`Policy`].
//!
//! | what | rule |
//! |---|---|
//! | a count | 0 stays 0. From 1 to one below the threshold: hidden. Otherwise rounded to the policy's base |
//! | a count of things people do (pairs, attendances) | judged by its distinct people, rounded to the base |
//! | a mean, or an end of its interval | hidden under the threshold; otherwise rounded to the smallest step of 0.01, 0.05, 0.1, 0.5 and 1 that is at least 2 km (4 min) divided by its people |
//! | a percentile | as a mean; with fewer people beyond it than the threshold, rounded to 1 km (5 min) |
//! | a share | hidden unless the whole reaches the threshold and the part and the rest are each 0 or reach it; computed from the rounded counts, to one per cent |
//! | a group whose size is hidden | every statistic about it is hidden |
//! | a word that records of people bring in (a support group) | hidden unless the size of its group is shown and reaches the threshold |
//!
//! Then figures that would give a hidden one away are hidden too:
//!
//! - Of features (or rows) that part one whole, never exactly one is hidden, and never fewer people altogether than the threshold:
//!   the smallest shown ones are hidden as well until that holds. The row that the table says is the whole is no part.
//!   People who are in the total but on no feature are a part too where they are few: the layer says who they are, nothing shows them.
//!   Where the same people may stand in several parts, so that sums of people prove nothing, one hidden part must reach the
//!   threshold alone. They may on layers of points (a person goes to two sites), where sizes count things people do, and where the
//!   parts have more people than the whole; a table without a row of the whole is taken to be of that kind.
//! - Counts in one row that add up to its size: the same.
//! - Under a policy that does not round, two counts or shares of a row that differ by less than the threshold are not both shown.
//! - A place hidden on one layer is hidden on every layer that counts the same thing; a mean hidden in one place is hidden in all.
//!
//! The reason shown is one text for all hidden figures, so that it does not tell the small ones from those that protect them.
//! The rules are the same for the public and for officers; what is made for officers is marked as not for publication.
//!
//! A zero is shown because it is about nobody: hiding zeros would only turn every empty area into a suspected small number. 0% and
//! 100% of a group are shown for the same reason that its mean is: the group reaches the threshold. That does tell something
//! about each of its members, which is why an analysis should not publish shares of what is sensitive in itself.
//!
//! # What is not protected yet
//!
//! - Tables and layers linked by more than one total (wards against small areas, a group by area against the group's own total):
//!   no linear programme checks yet what can be worked out from all figures together.
//! - The shares of people who use services that reach and gaps give by area: nobody is counted as left out there, because those
//!   questions publish no exact total to subtract from; that of another question may serve as one.
//! - Releases over time: no ledger compares this release with the last, so a figure that changed by one person may show it.
//! - Releases side by side: a question asked again with other parameters is planned by itself, so two answers can be subtracted from
//!   one another. Such answers are for officers only.
//! - One person who makes up most of a total (dominance): cells do not carry their largest contributors yet.
//! - A field that an analysis declares to be no statistic about people, and labels it declares to be public, are believed.
//!
//! # What only the data's owner may see
//!
//! One row a person never passes the gate. It can leave in one other way, an [`OwnerFile`]: into a file that its owner alone may read, each
//! use logged, and only where the command line was asked for it.
//!
//! But for the rows of an owner's file this crate deliberately reads and writes nothing. It opens no file, knows no analysis by name and
//! draws nothing at random.

#![forbid(unsafe_code)]

mod apply;
mod cells;
mod layout;
mod owner;
mod plan;
mod policy;
mod published;

use catchment_core::findings::{Figure, Findings, Value};

pub use owner::{OwnerError, OwnerFile, OwnerTable, OwnerUse, for_the_owner};
pub use policy::{Policy, ReleaseError};
pub use published::{Audience, Published};

/// Releases all findings of a study together.
///
/// All of them, because what one shows can give away what another hides: the plan sees every layer, table and headline before any
/// figure is let through. Features with figures come first, hidden ones last, each keeping their order, so that a program that
/// guesses the types of fields from the first few features sees numbers.
///
/// # Examples
///
/// ```
/// use catchment_core::findings::{Cell, Figure, Findings, Headline, Plain, Statistic};
/// use catchment_release::{Audience, Policy, release};
///
/// let mean = |km, people| Headline {
///     label: "Mean distance".to_owned(),
///     value: Cell::mean(Statistic::MeanKilometres, Some(km), people).into(),
///     unit: "km".to_owned(),
///     decimals: 2,
///     n: Cell::people(people).into(),
/// };
/// let findings = Findings {
///     analysis: "example".to_owned(),
///     parameters: serde_json::Value::Null,
///     profile: None,
///     layers: vec![],
///     tables: vec![],
///     headlines: vec![mean(5.2137, 231), mean(3.6543, 6)],
/// };
/// let published = release(vec![findings], &Policy::named("le7_round5")?, Audience::Public);
/// let headlines = &published[0].get().headlines;
/// assert_eq!(headlines[0].value, Figure::Shown(Plain::Number(5.21)));
/// assert_eq!(headlines[0].n, Figure::Shown(Plain::Integer(230)));
/// assert_eq!(headlines[1].value, Figure::Hidden);
/// assert_eq!(headlines[1].n, Figure::Hidden);
/// # Ok::<(), catchment_release::ReleaseError>(())
/// ```
#[must_use]
pub fn release(
    all: Vec<Findings<Value>>,
    policy: &Policy,
    audience: Audience,
) -> Vec<Published<Findings<Figure>>> {
    let plan = plan::Plan::of(&all, policy);
    apply::apply(all, &plan, policy)
        .into_iter()
        .map(|findings| Published::new(findings, policy, audience))
        .collect()
}

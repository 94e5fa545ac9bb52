//! Colours that people who see colours differently can tell apart.

use catchment_core::findings::Legend;

/// Five steps from pale to dark for numbers where more is further off: `YlOrBr` of `ColorBrewer`.
pub(crate) const FURTHER: [&str; 5] = ["#ffffd4", "#fed98e", "#fe9929", "#d95f0e", "#993404"];

/// Five steps from pale to dark for shares of people who are reached: `YlGnBu` of `ColorBrewer`.
pub(crate) const REACHED: [&str; 5] = ["#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494"];

/// Five steps from pale to dark for shares of people who live in deprived areas: `PuRd` of `ColorBrewer`.
pub(crate) const DEPRIVED: [&str; 5] = ["#f1eef6", "#d7b5d8", "#df65b0", "#dd1c77", "#980043"];

/// A legend of percentages.
pub(crate) fn percentages(field: &str, title: &str, breaks: &[f64], colours: &[&str]) -> Legend {
    let mut legend = Legend::graduated(field, title, "%", breaks, colours);
    for class in &mut legend.classes {
        class.label = class.label.replace(" %", "%");
    }
    legend
}

/// Words without an order: the palette of Okabe and Ito (2008), then `muted` of Paul Tol.
const WORDS: [&str; 14] = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#f0e442", "#332288",
    "#882255", "#117733", "#999933", "#aa4499", "#44aa99", "#000000",
];

/// The colour of the word at a place of a legend; past the last colour all words are grey.
pub(crate) fn word(place: usize) -> &'static str {
    WORDS.get(place).copied().unwrap_or("#767676")
}

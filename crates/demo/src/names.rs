//! Invented names. None is a settlement of the United Kingdom that its author knows of; street names are the kind every
//! town has.

use crate::random::Random;

const FIRST: [&str; 96] = [
    "Alder",
    "Amberley",
    "Anchor",
    "Ashcombe",
    "Barley",
    "Beacon",
    "Beech",
    "Bell",
    "Birch",
    "Blackthorn",
    "Bramble",
    "Bridge",
    "Broad",
    "Brook",
    "Campion",
    "Canal",
    "Capstan",
    "Cedar",
    "Chandlers",
    "Chapel",
    "Cherry",
    "Church",
    "Clover",
    "Cobbler",
    "Coopers",
    "Coppice",
    "Cormorant",
    "Cowslip",
    "Curlew",
    "Dairy",
    "Dene",
    "Drift",
    "Dune",
    "Elm",
    "Falcon",
    "Farthing",
    "Fern",
    "Ferry",
    "Foundry",
    "Foxglove",
    "Furze",
    "Garland",
    "Glebe",
    "Gorse",
    "Grange",
    "Granary",
    "Harbour",
    "Hawthorn",
    "Hazel",
    "Heather",
    "Heron",
    "Hill",
    "Holly",
    "Jubilee",
    "Kestrel",
    "Kiln",
    "Lantern",
    "Larch",
    "Laurel",
    "Linden",
    "Links",
    "Linnet",
    "Mallard",
    "Maltings",
    "Manor",
    "Maple",
    "Marram",
    "Meadow",
    "Mill",
    "Netmakers",
    "Oak",
    "Orchard",
    "Osier",
    "Paddock",
    "Park",
    "Pearl",
    "Plover",
    "Poplar",
    "Priory",
    "Quarry",
    "Queens",
    "Rowan",
    "Saltmarsh",
    "Samphire",
    "School",
    "Spinney",
    "Station",
    "Swift",
    "Tanyard",
    "Teasel",
    "Thistle",
    "Vicarage",
    "Walnut",
    "Weavers",
    "Willow",
    "Yew",
];

const SECOND: [&str; 24] = [
    "field", "croft", "dale", "bury", "mead", "wood", "ridge", "combe", "leigh", "holt", "more",
    "stead", "den", "garth", "bank", "worth", "hurst", "wick", "low", "moor", "fold", "ley",
    "bourne", "gate",
];

const THROUGH: [&str; 7] = ["Road", "Road", "Street", "Avenue", "Lane", "Drive", "Way"];
const ENDED: [&str; 7] = [
    "Close", "Close", "Gardens", "Court", "Place", "Mews", "Rise",
];

/// What a name is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A road that leads on.
    Through,
    /// A cul-de-sac.
    Ended,
    /// A lane in the country.
    Lane,
}

/// Draws a name for a street.
pub(crate) fn street(kind: Kind, random: &mut Random) -> String {
    let first = FIRST[random.below(FIRST.len())];
    let stem = if random.chance(0.45) {
        format!(
            "{}{}",
            first.trim_end_matches('s'),
            SECOND[random.below(SECOND.len())]
        )
    } else {
        first.to_string()
    };
    let ending = match kind {
        Kind::Through => THROUGH[random.below(THROUGH.len())],
        Kind::Ended => ENDED[random.below(ENDED.len())],
        Kind::Lane => "Lane",
    };
    format!("{stem} {ending}")
}

/// Second words for the areas of one place, used in order.
pub(crate) const QUARTERS: [&str; 16] = [
    "Central", "Heights", "Park", "North", "Vale", "Cross", "West", "Green", "South", "Common",
    "East", "Hill", "Bank", "Mead", "Court", "Gate",
];

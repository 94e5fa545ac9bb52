//! The two files of the demo that a person reads first: the study's file, from which users learn, and the readme.

/// `study.toml`.
pub(crate) const STUDY: &str = r#"# The study's file. Everything that `catchment build` reads is named here; paths are relative to this file.
# This one belongs to an invented council. To make your own study, replace the files one by one and change the lines
# that name them; README.txt says how.

[study]
title = "Wexmouth, an invented council"
reference_date = 2023-03-06       # who counts as attending, and which services are open, is asked of this day
grid = "british-national"         # british-national | irish | local
invented = true
# Shown on every page and in every passport, the document beside a layer that says where its figures come from.
notice = "Everything in this study is invented: the place, the streets, the services and the people. It shows how the tool works and says nothing about any real council."

[roads]
file = "roads.osm.gz"             # an OpenStreetMap extract: .osm.pbf, .osm or .osm.gz
licence = "None needed: invented"
attribution = "Invented streets, not OpenStreetMap"
date = 2023-03-01

# Areas that results are given for. Wards are what members know; small areas carry residents and deprivation.
[[areas]]
id = "ward"
kind = "ward"
vintage = "2023"                  # the year the boundaries were drawn for; codes change when boundaries do
file = "wards.geojson"
code = "code"                     # the property that holds the code
name = "name"
licence = "None needed: invented"
attribution = "Invented boundaries"

[[areas]]
id = "small_area"
kind = "small_area"
vintage = "2021"
file = "small_areas.geojson"
code = "code"
name = "name"
licence = "None needed: invented"
attribution = "Invented boundaries"

# Residents: one row an area, a total, and bands that each run from one column to another.
[population]
file = "population.csv"
areas = "small_area"              # the id of the areas above
code = "code"
total = "total"
bands = [
    { label = "0 to 14", first = "age_0_4", last = "age_10_14" },
    { label = "15 to 64", first = "age_15_19", last = "age_60_64" },
    { label = "65 and over", first = "age_65_69", last = "age_90_plus" },
]
attribution = "Invented residents"

[[deprivation]]
id = "invented2019"
file = "deprivation.csv"
areas = "small_area"
code = "code"
vintage = "2021"                  # the year of the boundaries these codes belong to; not the year of the index
decile = "decile"                 # 1 is the most deprived tenth
rank = "rank"
index = "Invented deprivation index 2019"
attribution = "Invented deprivation index"

[postcodes]
file = "postcodes.csv"
postcode = "postcode"
easting = "easting"
northing = "northing"
attribution = "Invented postcodes; QZ is no postcode area"

# One row a service. A column under another heading is named so: columns = { service_id = "Ref" }
[providers]
file = "providers.csv"
attribution = "Invented services"

# One row a community asset: a library, a leisure centre, a hall, a place of worship, a cafe. There may be several such
# sections, a feed in Open Referral UK (.json) among them.
[[assets]]
file = "assets.csv"
attribution = "Invented places"

# One row a person. This file never leaves the machine; nothing about one person is ever published.
[service_users]
file = "service_users.csv"
attribution = "Invented people"

# One row a weekly session of a person, present and past.
[attendances]
file = "attendances.csv"
attribution = "Invented attendances"

# One row a weekly session of a service, with its places. A simple directory needs no such table: it has days, start and end of its own.
[sessions]
file = "sessions.csv"
attribution = "Invented sessions"

# Who was asked for records and who sent them: what did not come is unknown, and is said on the map and in the report.
[returns]
file = "returns.csv"
attribution = "Invented returns"

[travel]
profile = "drive"
# Journeys begin on the nearest street, to which every place is moved (snapped); metres. What is further than this from any street is
# reported, not guessed.
snap_cap_m = 1000

# How small numbers are kept from showing: lt5 | le7_round5 | lt10
[release]
profile = "le7_round5"
"#;

/// `README.txt`.
pub(crate) const README: &str = "\
EVERYTHING IN THIS FOLDER IS INVENTED.

Wexmouth, Tarrowhithe and Ellersea do not exist. The streets, areas, residents, services and people were made by a
program from a number. The coordinates lie in open sea south of England. Codes that begin X01 and X05 and postcodes that
begin QZ are used by nobody. Some totals (services by category, mean hourly rates, people and hours in day services, mean
distances) were chosen to be like those a real review published; nothing else was.

The files, and what to put in their place for a council of your own, one at a time:

  study.toml           names the others; start here
  roads.osm.gz         an OpenStreetMap extract of the area and ten kilometres round it (.osm.pbf from a download site)
  wards.geojson        ward boundaries (in Britain: Open Geography Portal)
  small_areas.geojson  small-area boundaries: LSOAs, data zones, small areas
  population.csv       residents by age for those small areas
  deprivation.csv      the decile of each small area in the national index
  postcodes.csv        postcodes with easting and northing (in Britain: Code-Point Open)
  providers.csv        the directory of services: one row a service, closed and proposed ones too
  sessions.csv         when the services are open and how many places they have: one row a weekly session
  returns.csv          which of them sent the records they were asked for
  service_users.csv    the people who use them: one row a person, under a pseudonym
  attendances.csv      who attends what: one row a weekly session, with dates from and to
  assets.csv           libraries, leisure centres, halls, places of worship and cafes: one row a place

A study without service_users.csv and attendances.csv works too: need is then taken from the residents.
When you replace the invented tables, take out `invented = true` and the notice from study.toml.
";

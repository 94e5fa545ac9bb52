//! Finds the constants of the demo's homes: writes the council, has its mean distances measured, moves the constants,
//! again and again until both means are within two fifths of a percent of those wanted. (A home more or less moves a mean by
//! a few metres, so much closer is a matter of luck.)
//!
//! ```text
//! cargo run --release -p catchment-demo --example tune                  the generator's own distances, to the end
//! cargo run --release -p catchment-demo --example tune -- 3.71 5.80     one step from means measured elsewhere, km:
//!                                                                       the trading company's, the others'
//! ```
//!
//! The committed constants were found with the engine's means in the second way; [`tune`] takes any other measure.

use std::path::Path;

use catchment_demo::{Means, Options, Summary, Tuning, write_tuned};

/// The means wanted, km. With a quarter of the pairs the trading company's, they give 5.21 over all.
const TRADING: f64 = 3.65;
const OTHERS: f64 = 5.73;

/// How much a mean grows with its constant: in logarithms, about two thirds near the committed values.
const GROWTH: f64 = 0.66;

/// Moves the constants one step towards the means wanted.
fn step(tuning: Tuning, measured: Means) -> Tuning {
    Tuning {
        trading_decay_m: tuning.trading_decay_m * (TRADING / measured.trading).powf(1.0 / GROWTH),
        others_decay_m: tuning.others_decay_m * (OTHERS / measured.others).powf(1.0 / GROWTH),
    }
}

/// Tunes against any measure of a study's folder.
fn tune(
    options: &Options,
    measure: impl Fn(&Path, &Summary) -> Result<Means, Box<dyn std::error::Error>>,
) -> Result<Tuning, Box<dyn std::error::Error>> {
    let mut tuning = Tuning::default();
    for round in 1..=20 {
        let folder =
            std::env::temp_dir().join(format!("catchment-tune-{}-{round}", std::process::id()));
        let summary = write_tuned(&folder, options, tuning, &mut |_| {})?;
        let means = measure(&folder, &summary)?;
        std::fs::remove_dir_all(&folder)?;
        println!(
            "{round}: {tuning:?} gives {:.3} km, trading company {:.3}, others {:.3}",
            means.all, means.trading, means.others
        );
        let off = (means.trading / TRADING - 1.0)
            .abs()
            .max((means.others / OTHERS - 1.0).abs());
        if off < 0.004 {
            return Ok(tuning);
        }
        tuning = step(tuning, means);
    }
    Err("twenty rounds came to nothing".into())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let tuning = if let [trading, others] = &arguments[..] {
        let (trading, others) = (trading.parse()?, others.parse()?);
        step(
            Tuning::default(),
            Means {
                all: 0.25 * trading + 0.75 * others,
                trading,
                others,
            },
        )
    } else {
        tune(&Options::default(), |_, summary| Ok(summary.own_means_km))?
    };
    println!(
        "trading_decay_m: {:.1}, others_decay_m: {:.1}",
        tuning.trading_decay_m, tuning.others_decay_m
    );
    Ok(())
}
